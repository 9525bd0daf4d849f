/** Two server processes on one PostgreSQL: a tap and its removal may reach either. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CartOffer } from '../../shared/merchant/cart-offers.ts';
import { openPostgres } from '../../server/database/postgres.ts';
import { newPostgres } from '../support/postgres.ts';
import { points } from '../../shared/amount.ts';
import { openCartWorld, type CartWorld } from './cart-extension-world.ts';
import { SHOP } from './world.ts';

const START_MS_MAX = 60_000;

let one: CartWorld;
let two: CartWorld;
beforeAll(async () => {
  const address = await newPostgres();
  one = await openCartWorld({ database: await openPostgres(address), seed: 21 });
  two = await openCartWorld({ database: await openPostgres(address), seed: 31 });
}, START_MS_MAX);
afterAll(async () => {
  await one.close();
  await two.close();
});

const statuses = (answers: readonly (readonly [number, unknown])[]) =>
  answers.map(([status]) => status).sort();

describe('two processes', () => {
  it('[CE7] the same tap at both at once takes the points once', async () => {
    const action = await one.offered();
    for (let round = 0; round < 2; round += 1) {
      const sides = [one, two, one, two];
      const taps = await Promise.all(sides.map((side) => side.perform(action)));
      expect(statuses(taps)).toEqual([200, 200, 200, 200]);
      expect(await two.balance()).toBe(500);
      expect(await two.cart.refsOfActions(SHOP, [action])).toEqual(
        await one.cart.refsOfActions(SHOP, [action]),
      );
      const backs = await Promise.all([two.revert(action), one.revert(action)]);
      expect(statuses(backs)).toEqual([200, 200]);
      expect(await one.balance()).toBe(1_000);
    }
    expect(await one.ledger.verify(SHOP)).toEqual([]);
  });

  it('[CE8] carts at both never spend more than there is', async () => {
    const actions = [await one.offered(), await two.offered(), await one.offered()];
    const [first, second, third] = actions;
    const taps = await Promise.all([one.perform(first), two.perform(second), two.perform(third)]);
    expect(statuses(taps)).toEqual([200, 200, 500]);
    expect(await one.balance()).toBe(0);
    expect(await one.ledger.verify(SHOP)).toEqual([]);
  });

  it('[CE19] offers of a shop’s own are the same at both', async () => {
    const offer: CartOffer = {
      id: 'week',
      title: 'Opening week',
      titles: {},
      points: points(0),
      gives: { type: 'percent', percent: 5 },
    };
    await one.cart.offers.set(SHOP, [offer], { by: 'the tests' });
    await one.cart.offers.set(SHOP, [offer], { by: 'the tests' });
    expect(await two.cart.offers.of(SHOP)).toEqual([offer]);
    await two.cart.chore.run(SHOP, two.clock.time);
  });
});
