import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Unit } from '../../shared/amount.ts';
import type { Claim, CustomerKey, Facts } from '../../server/database/database.ts';
import {
  absorb,
  judge,
  NO_FACTS,
  redemptionFlags,
  target,
  type RedemptionEvent,
} from '../../server/ledger/settlement.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { openBooks } from './books.ts';
import { ALICE, commit, EUR, id, intent, ref, SHOP, voided } from './world.ts';

const claim = (name: string, amount = 500, customer = 'alice'): Claim => ({
  id: name,
  customer: customer as CustomerKey,
  unit: 'points',
  amount,
});
const known = (events: readonly RedemptionEvent[]): Facts => events.reduce(absorb, NO_FACTS);

const anyClaim = fc.record({
  id: fc.constantFrom('W.1', 'W.2', 'X.1', 'X.2'),
  customer: fc.constantFrom('alice' as CustomerKey, 'bob' as CustomerKey),
  unit: fc.constantFrom<Unit>('points', EUR),
  amount: fc.integer({ min: 1, max: 6 }),
});
const eur = (amount: number) => ({ currency: 'EUR', amount });
const anyPaid = (max: number) =>
  fc.record({ currency: fc.constantFrom('EUR', 'GBP'), amount: fc.integer({ min: 0, max }) });
const anySale = fc.record({
  saleKey: fc.constantFrom('s1', 's2', 's3'),
  orderId: fc.constantFrom(undefined, 1, 2),
});
const anyBuyer = fc.constantFrom(undefined, 'alice' as CustomerKey, 'bob' as CustomerKey);
/**
 * Events of one id always have the same content: that is what the ledger's mismatch check ensures.
 */
const anyEvents = fc
  .uniqueArray(
    fc.oneof(
      fc.record({
        type: fc.constantFrom('intent' as const, 'refused-intent' as const),
        claim: anyClaim,
        offline: fc.boolean(),
      }),
      fc.record({ type: fc.constant('void' as const), claim: anyClaim }),
      fc.record({
        type: fc.constant('commit' as const),
        claim: anyClaim,
        captured: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }),
        paid: anyPaid(6),
        sale: anySale,
        buyer: anyBuyer,
      }),
      fc.record({
        type: fc.constant('commit' as const),
        claim: fc.constant(undefined),
        captured: fc.constant(undefined),
        paid: anyPaid(6),
        sale: anySale,
        buyer: anyBuyer,
      }),
    ),
    { selector: (event) => event.claim?.id ?? event, maxLength: 4 },
  )
  .map((events): readonly RedemptionEvent[] => events);

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

describe('the target of a set of events', () => {
  it('[LG1] every order of any events, with any of them repeated, comes to the same', () => {
    fc.assert(
      fc.property(anyEvents, fc.array(fc.nat()), (events, repeats) => {
        const wanted = known(events);
        for (const order of permutations(events)) {
          const again = repeats.flatMap((n) =>
            order.length === 0 ? [] : [order[n % order.length]],
          );
          const all = [...order, ...again].filter((event) => event !== undefined);
          expect(known(all)).toEqual(wanted);
          expect(target(known(all))).toEqual(target(wanted));
          expect(redemptionFlags(known(all))).toEqual(redemptionFlags(wanted));
        }
      }),
    );
  });

  it('[LG1] nothing below zero is held or captured, and never more than the claim', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const wanted = target(known(events));
        if (wanted === undefined) return;
        const most = Math.max(
          ...events.map((event) => ('claim' in event ? (event.claim?.amount ?? 0) : 0)),
        );
        expect(wanted.held).toBeGreaterThanOrEqual(0);
        expect(wanted.captured).toBeGreaterThanOrEqual(0);
        expect(wanted.held + wanted.captured).toBeLessThanOrEqual(most);
        expect(wanted.held === 0 || wanted.captured === 0).toBe(true);
      }),
    );
  });

  it('[LG5] one more commit never takes more than was taken before it', () => {
    const asked: RedemptionEvent = {
      type: 'intent',
      claim: { ...claim('A.1'), unit: EUR },
      offline: false,
    };
    const anyCommit = fc.record({
      type: fc.constant('commit' as const),
      claim: fc.constant(undefined),
      captured: fc.option(fc.integer({ min: 0, max: 900 }), { nil: undefined }),
      paid: anyPaid(900),
      sale: anySale,
      buyer: anyBuyer,
    });
    fc.assert(
      fc.property(fc.array(anyCommit, { minLength: 1, maxLength: 4 }), anyCommit, (some, more) => {
        const before = target(known([asked, ...some]));
        const after = target(known([asked, ...some, more]));
        expect(after?.captured).toBeLessThanOrEqual(before?.captured ?? 0);
      }),
    );
  });

  it.each([
    ['nothing', [], undefined],
    ['a void alone', [{ type: 'void', claim: claim('A.2') }], undefined],
    ['an intent', [{ type: 'intent', claim: claim('A.1'), offline: true }], [500, 0]],
    ['a refused intent', [{ type: 'refused-intent', claim: claim('A.1'), offline: true }], [0, 0]],
    [
      'an intent and its void',
      [
        { type: 'intent', claim: claim('A.1'), offline: true },
        { type: 'void', claim: claim('A.2') },
      ],
      [0, 0],
    ],
    [
      'a commit larger than the intent',
      [
        { type: 'intent', claim: claim('A.1', 300), offline: true },
        {
          type: 'commit',
          claim: claim('A.2'),
          captured: 400,
          paid: eur(400),
          sale: { saleKey: 's', orderId: 1 },
          buyer: undefined,
        },
      ],
      [0, 300],
    ],
    [
      'a sale that used none of it',
      [
        { type: 'intent', claim: claim('A.1'), offline: true },
        {
          type: 'commit',
          claim: claim('A.2'),
          captured: 0,
          paid: eur(0),
          sale: { saleKey: 's', orderId: 1 },
          buyer: undefined,
        },
      ],
      [0, 0],
    ],
  ] as const)('[LG1] %s', (_title, events, wanted) => {
    const found = target(known(events));
    expect(found && [found.held, found.captured]).toEqual(wanted);
  });

  describe.each(['order-first', 'intent-first'])('of a sale in another currency, %s', (order) => {
    const asked: RedemptionEvent = {
      type: 'intent',
      claim: { ...claim('A.1', 1_000), unit: EUR },
      offline: true,
    };
    const sold = (paid: { currency: string; amount: number }): RedemptionEvent => ({
      type: 'commit',
      claim: undefined,
      captured: undefined,
      paid,
      sale: { saleKey: 's', orderId: 1 },
      buyer: undefined,
    });
    const heard = (...sales: readonly RedemptionEvent[]) =>
      known(order === 'order-first' ? [...sales, asked] : [asked, ...sales]);

    it('[LG34] its number says nothing of what was held', () => {
      const foreign = sold({ currency: 'GBP', amount: 850 });
      expect(target(heard(foreign))?.captured).toBe(1_000);
      expect(target(heard(foreign, sold(eur(900))))?.captured).toBe(900);
      expect(target(heard(sold(eur(900)), foreign))?.captured).toBe(900);
    });

    it('[LG34] what was known before currencies were written down still counts', () => {
      const old = { ...heard(sold(eur(900))), paidLeast: 700 };
      expect(target(old)?.captured).toBe(700);
    });
  });

  it('[LG5] a third sale is flagged like the second', () => {
    const sale = (n: number): RedemptionEvent => ({
      type: 'commit',
      claim: claim(`A.${n}`),
      captured: 5,
      paid: eur(5),
      sale: { saleKey: `s${n}`, orderId: n },
      buyer: undefined,
    });
    const before = known([
      { type: 'intent', claim: claim('A.9'), offline: true },
      sale(1),
      sale(2),
    ]);
    expect(judge(before, sale(3)).flags).toContain('ref-reused');
  });
});

describe('the books of every order', () => {
  const events = [
    intent(),
    voided(),
    commit({ body: { captured: 350 } }),
    commit({ id: id('B', 1), body: { captured: 350, orderId: 4 } }),
  ];

  it('[LG1] every order of the messages of a sale leaves the same balance', async () => {
    const database = openSqlite(':memory:');
    const books = await openBooks(database);
    let n = 0;
    for (const order of permutations(events)) {
      n += 1;
      const balance = (await books.balance()) ?? 0;
      const renamed = order.map((one) => ({
        ...one,
        id: id(`${one.id.startsWith('B') ? 'B' : 'A'}${n}`, Number(one.id.split('.')[1])),
        ref: ref(`R${n}`),
        hold: { customer: ALICE, unit: 'points' as const, amount: 500 },
      }));
      for (const one of renamed) await books.sync({ operations: [one, ...renamed.slice(0, 1)] });
      expect(await books.balance()).toBe(balance - 350);
    }
    expect(n).toBe(24);
    expect(await books.ledger.verify(SHOP)).toEqual([]);
    await database.close();
  });
});
