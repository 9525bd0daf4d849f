/** What follows from the present: it comes and goes by itself, and can be decided meanwhile. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import { DAY, itemIn, only, openDesk, refusal, type Desk } from './review-desk.ts';
import {
  ALICE,
  commit,
  earn,
  id,
  intent,
  ref,
  registerOf,
  SHOP,
  SHOP_ID,
  voided,
} from './world.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const points = async () =>
  (await desk.ledger.balances(SHOP, ALICE)).find(({ unit }) => unit === 'points')?.balance;

describe('numbers that never came', () => {
  it('[MR9] are told after a day, and no more once they have come', async () => {
    await desk.sync({ operations: [earn({ id: id('G', 4) })], pendingCount: 0 });
    desk.clock.time += DAY - 1;
    expect(await desk.open('gap')).toEqual([]);
    desk.clock.time += 1;
    const gap = only(await desk.open('gap'));
    expect(gap).toMatchObject({ detail: '1 to 3', device: 'till-1', register: 'Register till-1' });
    expect((await desk.page()).items.map(({ key }) => key)).toEqual([gap.key]);
    itemIn(await desk.decide({ key: gap.key, action: 'contacted' }));
    const late = [1, 2, 3].map((n) => earn({ id: id('G', n), body: { saleKey: `s${n}` } }));
    await desk.sync({ operations: late });
    expect(await desk.open('gap')).toEqual([]);
    expect(await desk.item(gap.key)).toMatchObject({ isOpen: false, actions: [] });
    expect(refusal(await desk.decide({ key: gap.key, action: 'contacted' }))).toEqual([
      ...[409, 'changed'],
    ]);
  });

  it('[MR10] are let go with a reason, as far as they are these numbers', async () => {
    await desk.sync({ operations: [earn({ id: id('G', 4) })], pendingCount: 0 });
    desk.clock.time += DAY;
    const { key } = only(await desk.open('gap'));
    const dismiss = { key, action: 'dismiss' };
    expect(refusal(await desk.decide({ ...dismiss, comment: ' ' }))).toEqual([
      ...[400, 'comment-needed'],
    ]);
    itemIn(await desk.decide({ ...dismiss, comment: 'The tablet is lost.' }));
    expect(await desk.open('gap')).toEqual([]);
    expect((await desk.page()).counts).toEqual({});
    expect(only((await desk.page('state=closed')).items)).toMatchObject({ key, detail: '1 to 3' });
    await desk.sync({ operations: [earn({ id: id('G', 9), body: { saleKey: 's9' } })] });
    const next = only(await desk.open('gap'));
    expect([next.detail, next.key === key]).toEqual(['1 to 3, 5 to 8', false]);
  });
});

describe('a register that is silent with something waiting', () => {
  it('[MR9] is told after a day, dismissed for this silence, and told at the next one', async () => {
    await desk.sync({ pendingCount: 3 });
    desk.clock.time += DAY;
    const { key, detail } = only(await desk.open('silent'));
    expect(detail).toBe('3');
    const dismissed = itemIn(await desk.decide({ key, action: 'dismiss' }));
    expect(await desk.open('silent')).toEqual([]);
    itemIn(await desk.undo(key, dismissed.decisions[0]?.id ?? ''));
    expect(only(await desk.open('silent')).decisions).toHaveLength(2);
    itemIn(await desk.decide({ key, action: 'dismiss' }));
    await desk.sync({ pendingCount: 3 });
    desk.clock.time += DAY;
    const again = only(await desk.open('silent'));
    expect([again.key === key, again.decisions]).toEqual([false, []]);
    await desk.sync({ pendingCount: 0 });
    expect(await desk.open('silent')).toEqual([]);
  });
});

describe('a hold that nothing has closed', () => {
  const held = () => desk.sync({ operations: [intent({ id: id('H', 1) })] });

  it('[MR11] is given back after a day, for good, and a sale that comes later still counts', async () => {
    await held();
    desk.clock.time += DAY - 1;
    const key = `hold/${ref('R1')}`;
    expect(refusal(await desk.decide({ key, action: 'void' }))).toEqual([404, 'not-found']);
    desk.clock.time += 1;
    expect(await points()).toBe(500);
    const hold = only(await desk.open('open-hold'));
    expect(hold).toMatchObject({
      ...{ key, amount: 500, unit: 'points', customer: ALICE, balance: 500 },
      ...{ actions: ['void', 'contacted'], ref: ref('R1'), operationId: id('H', 1) },
    });
    const { cursor } = await desk.sync();
    const voidedItem = itemIn(await desk.decide({ key, action: 'void' }));
    expect(voidedItem).toMatchObject({ isOpen: false, decisions: [{ canUndo: false }] });
    expect((await desk.sync({ cursor })).balances).toContainEqual({
      ...{ customer: ALICE, unit: 'points', balance: 1_000 },
    });
    const made = voidedItem.decisions[0]?.id ?? '';
    expect(refusal(await desk.undo(key, made))).toEqual([409, 'changed']);
    await desk.sync({ operations: [commit({ id: id('H', 2) })] });
    expect(await points()).toBe(500);
    expect(only(await desk.open('late-commit'))).toMatchObject({ ref: ref('R1') });
    expect(await desk.ledger.verify(SHOP)).toEqual([]);
  });

  it('[MR11] is not given back in strict mode, where others would promise it again', async () => {
    await held();
    desk.clock.time += DAY;
    const { key } = only(await desk.open('open-hold'));
    await desk.ledger.setPolicy(SHOP, SHOP_ID, { ...POLICY_DEFAULT, strict: true });
    expect(only(await desk.open('open-hold')).actions).toEqual(['contacted']);
    expect(refusal(await desk.decide({ key, action: 'void' }))).toEqual([409, 'changed']);
    expect(await points()).toBe(500);
    await desk.ledger.setPolicy(SHOP, SHOP_ID, POLICY_DEFAULT);
    itemIn(await desk.decide({ key, action: 'void' }));
    expect(await points()).toBe(1_000);
  });

  it('[MR9] is gone when a void or a sale comes first', async () => {
    await held();
    desk.clock.time += DAY;
    const { key } = only(await desk.open('open-hold'));
    itemIn(await desk.decide({ key, action: 'contacted' }));
    await desk.sync({ operations: [voided({ id: id('H', 2) })] });
    expect(await desk.open('open-hold')).toEqual([]);
    expect(refusal(await desk.decide({ key, action: 'void' }))).toEqual([409, 'changed']);
    expect(await points()).toBe(1_000);
    expect((await desk.page()).items).toEqual([]);
  });

  it('[MR11] whoever is first of a void and a sale at once, the sale has it', async () => {
    await held();
    desk.clock.time += DAY;
    const { key } = only(await desk.open('open-hold'));
    await Promise.all([
      desk.decide({ key, action: 'void' }),
      desk.sync({ operations: [commit({ id: id('H', 2) })], register: registerOf('till-2') }),
    ]);
    expect(await points()).toBe(500);
    expect(await desk.ledger.verify(SHOP)).toEqual([]);
  });
});
