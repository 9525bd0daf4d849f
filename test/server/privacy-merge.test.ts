/** Two customers of Shopify become one, and registers that were cut off still name the old one. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { minor, points } from '../../shared/amount.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { mergeDecision } from '../../server/ledger/heirs.ts';
import { openBooks } from './books.ts';
import {
  ALICE,
  BOB,
  commit,
  earn,
  EUR,
  id,
  intent,
  ref,
  registerOf,
  returned,
  SHOP,
  voided,
} from './world.ts';

const CAROL = 103;

async function open() {
  const database = openSqlite(':memory:');
  onTestFinished(() => database.close());
  const books = await openBooks(database);
  const merge = async (old: number, kept: number) => {
    const done = await books.ledger.settle(SHOP, mergeDecision(old, kept));
    expect(done).toEqual({ result: undefined });
  };
  return { ...books, merge, faults: () => books.ledger.verify(SHOP) };
}

const bobs = { customer: BOB, unit: 'points', amount: 200 } as const;

describe('a merger of two customers', () => {
  it('[WH13] moves what the old one owns to the one that is kept, and the feed tells registers', async () => {
    const { sync, merge, balance, faults } = await open();
    await merge(BOB, ALICE);
    const { balances } = await sync();
    const told = balances.map(({ customer, unit, balance: is }) => [customer, unit, is]);
    expect(told).toEqual(
      expect.arrayContaining([
        [BOB, 'points', 0],
        [ALICE, 'points', 1_300],
      ]),
    );
    expect([await balance(BOB), await balance(ALICE)]).toEqual([0, 1_300]);
    expect(await balance(ALICE, 'EUR')).toBe(5_000);
    expect(await faults()).toEqual([]);
  });

  it('[WH13] whatever a register sends of the old one later counts for the one that is kept', async () => {
    const { sync, merge, balance, faults } = await open();
    await merge(BOB, ALICE);
    const promised = await sync({
      operations: [
        intent({ hold: bobs }),
        earn({ id: id('A', 2), body: { customer: BOB, saleKey: 's-9', points: points(30) } }),
      ],
    });
    expect(promised.results.map(({ status, flags }) => [status, flags])).toEqual([
      ['applied', []],
      ['applied', []],
    ]);
    expect([await balance(BOB), await balance(ALICE)]).toEqual([0, 1_130]);
    const sold = commit({ hold: bobs, body: { captured: 200, goods: 1_000 } });
    const back = returned({
      id: id('A', 9),
      body: { refs: [ref('R1')], value: { currency: EUR, amount: minor(500) } },
    });
    const done = await sync({ operations: [sold, back] });
    expect(done.results.map(({ flags }) => flags)).toEqual([[], []]);
    expect([await balance(BOB), await balance(ALICE)]).toEqual([0, 1_230]);
    expect(await faults()).toEqual([]);
  });

  it('[WH13] a hold that was open when they were merged ends as it would have', async () => {
    for (const end of ['void', 'commit'] as const) {
      const { sync, merge, balance, faults } = await open();
      await sync({ operations: [intent({ hold: bobs })] });
      await merge(BOB, ALICE);
      expect(await balance(ALICE)).toBe(1_100);
      await sync({
        operations: [end === 'void' ? voided({ hold: bobs }) : commit({ hold: bobs })],
      });
      expect([await balance(BOB), await balance(ALICE)]).toEqual([
        0,
        end === 'void' ? 1_300 : 1_100,
      ]);
      expect(await faults()).toEqual([]);
    }
  });

  it('[WH14] messages and the merger in any order come to the same', async () => {
    const told = [
      intent({ hold: bobs }),
      commit({ hold: bobs, body: { captured: 150, goods: 1_500 } }),
      earn({ body: { customer: BOB, points: points(15), goods: 1_500 } }),
    ];
    const [a, b, c] = told;
    const m = 'merge' as const;
    const orders = [
      [m, a, b, c],
      [a, m, b, c],
      [b, m, a, c],
      [c, b, m, a],
      [a, c, b, m],
      [b, c, m, a],
    ];
    for (const order of orders) {
      const { sync, merge, balance, faults } = await open();
      for (const one of order) {
        if (one === 'merge') await merge(BOB, ALICE);
        else await sync({ operations: [one] });
      }
      expect([await balance(BOB), await balance(ALICE)]).toEqual([0, 1_165]);
      expect(await faults()).toEqual([]);
    }
  });

  it('[WH14] mergers twice, in either order or in a circle change nothing more', async () => {
    for (const mergers of [
      [
        [ALICE, BOB],
        [BOB, CAROL],
        [ALICE, BOB],
      ],
      [
        [BOB, CAROL],
        [ALICE, BOB],
        [BOB, CAROL],
        [CAROL, ALICE],
        [CAROL, CAROL],
      ],
    ] as const) {
      const { sync, merge, balance, faults } = await open();
      for (const [old, kept] of mergers) await merge(old, kept);
      expect([await balance(ALICE), await balance(BOB), await balance(CAROL)]).toEqual([
        0, 0, 1_300,
      ]);
      await sync({ operations: [earn({ body: { customer: ALICE, points: points(5) } })] });
      expect([await balance(ALICE), await balance(CAROL)]).toEqual([0, 1_305]);
      expect(await faults()).toEqual([]);
    }
  });

  it('[WH14] the old one may be unknown until a register that was cut off names it', async () => {
    const { sync, merge, balance, faults } = await open();
    await merge(CAROL, ALICE);
    await sync({
      register: registerOf('till-2'),
      operations: [earn({ body: { customer: CAROL, points: points(7) } })],
    });
    expect([await balance(CAROL), await balance(ALICE)]).toEqual([0, 1_007]);
    expect(await faults()).toEqual([]);
  });

  it('[WH15] what the two own together decides whether it was too much', async () => {
    const { sync, merge, balance, faults } = await open();
    await merge(BOB, ALICE);
    const all = { ...bobs, amount: 1_300 };
    const [one, two] = [id('A', 1), id('A', 5)];
    const allowed = await sync({ operations: [intent({ id: one, hold: all })], authorise: [one] });
    expect(allowed.results).toMatchObject([{ status: 'applied', flags: [] }]);
    const more = { hold: { ...bobs, amount: 1 }, ref: ref('R2') };
    const refused = await sync({ operations: [intent({ ...more, id: two })], authorise: [two] });
    expect(refused.results).toMatchObject([{ status: 'closed', reason: 'balance-too-low' }]);
    const given = await sync({
      operations: [intent({ ...more, ref: ref('R3'), id: id('A', 6) })],
    });
    expect(given.results).toMatchObject([{ status: 'applied', flags: ['overdrawn'] }]);
    expect([await balance(BOB), await balance(ALICE)]).toEqual([0, -1]);
    expect(await faults()).toEqual([]);
  });

  it('[WH15] a sale of the old one for the one that is kept is no sale for another', async () => {
    const { sync, merge } = await open();
    await sync({ operations: [intent({ hold: bobs })] });
    await merge(BOB, ALICE);
    const sold = commit({ hold: bobs, body: { captured: 200, customer: ALICE } });
    expect((await sync({ operations: [sold] })).results).toMatchObject([{ flags: [] }]);
  });
});
