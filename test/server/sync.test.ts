import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALICE, commit, earn, intent, openWorld, SHOP, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

describe('a push and its answer', () => {
  it('[SV1] a push is settled, and the answer carries its results and the balance after it', async () => {
    const start = await world.sync();
    expect(start.reset).toBe(true);
    const answer = await world.sync({
      cursor: start.cursor,
      operations: [intent(), commit(), earn()],
    });
    expect(answer.reset).toBe(false);
    expect(answer.results.map(({ status }) => status)).toEqual(['applied', 'applied', 'applied']);
    expect(answer.settled).toEqual(answer.results);
    expect(answer.balances).toContainEqual({ customer: ALICE, unit: 'points', balance: 520 });
    expect(answer.cursor.seq).toBe(start.cursor.seq + 3);
    expect(await world.ledger.verify(SHOP)).toEqual([]);
  });
});
