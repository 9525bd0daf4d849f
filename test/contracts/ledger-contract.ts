/** What every database engine must make of the ledger. Run against each of them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { currency, minor, points } from '../../shared/amount.ts';
import type { Database, ShopDomain } from '../../server/database/database.ts';
import { openBooks, type Books } from '../server/books.ts';
import {
  ALICE,
  BOB,
  commit,
  earn,
  EUR,
  id,
  intent,
  note,
  ref,
  registerOf,
  SHOP,
  SHOP_ID,
  voided,
} from '../server/world.ts';

export interface OpenedDatabase {
  readonly database: Database;
  /** Closes it and opens what it left behind; `undefined` when nothing outlives it. */
  readonly reopen: (() => Promise<Database>) | undefined;
  readonly end: () => Promise<void>;
}

const OTHER_SHOP = 'other.myshopify.com' as ShopDomain;
const faultOf = (settled: { status: string; reason: string | null; flags: readonly string[] }[]) =>
  settled.map(({ status, reason, flags }) => [status, reason, ...flags]);

export function ledgerContract(name: string, open: () => Promise<OpenedDatabase>): void {
  describe(`the ledger on ${name}`, () => {
    let opened: OpenedDatabase;
    let books: Books;
    beforeEach(async () => {
      opened = await open();
      books = await openBooks(opened.database);
    });
    afterEach(async () => {
      expect(await books.ledger.verify(SHOP)).toEqual([]);
      await opened.end();
    });

    it('[LG2] a commit beats a void, whichever comes first', async () => {
      await books.sync({ operations: [intent(), voided()] });
      expect(await books.balance()).toBe(1_000);
      const late = await books.sync({ operations: [commit()] });
      expect(faultOf(late.results)).toEqual([['applied', null, 'late-commit']]);
      expect(await books.balance()).toBe(500);

      const second = { ref: ref('R2') };
      await books.sync({
        operations: [intent({ ...second, id: id('B', 1) }), commit({ ...second, id: id('B', 2) })],
      });
      const after = await books.sync({ operations: [voided({ ...second, id: id('B', 3) })] });
      expect(faultOf(after.results)).toEqual([['closed', 'already-closed', 'late-commit']]);
      expect(await books.balance()).toBe(0);
    });

    it('[LG3] a void without its intent credits nothing, and closes a later intent', async () => {
      const first = await books.sync({ operations: [voided()] });
      expect(faultOf(first.results)).toEqual([['applied', null]]);
      expect(await books.balance()).toBe(1_000);
      const later = await books.sync({ operations: [intent()] });
      expect(faultOf(later.results)).toEqual([['closed', 'already-closed']]);
      expect(await books.balance()).toBe(1_000);
      const again = await books.sync({ operations: [voided({ id: id('C', 1) })] });
      expect(faultOf(again.results)).toEqual([['closed', 'already-closed']]);
      expect(await books.balance()).toBe(1_000);
    });

    it('[LG4] a sale that used less than was held gives the rest back', async () => {
      await books.sync({ operations: [intent()] });
      expect(await books.balance()).toBe(500);
      const answer = await books.sync({ operations: [commit({ body: { captured: 200 } })] });
      expect(faultOf(answer.results)).toEqual([['applied', null]]);
      expect(await books.balance()).toBe(800);
    });

    it('[LG4] a sale that claims more than was held takes that, and is flagged', async () => {
      await books.sync({ operations: [intent()] });
      const answer = await books.sync({ operations: [commit({ body: { captured: 900 } })] });
      expect(faultOf(answer.results)).toEqual([['applied', null, 'amount-differs']]);
      expect(await books.balance()).toBe(500);
    });

    it('[LG4] a commit without its intent works from its own hold, and only once', async () => {
      const first = await books.sync({ operations: [commit({ body: { captured: 400 } })] });
      expect(faultOf(first.results)).toEqual([['applied', null, 'no-intent']]);
      expect(await books.balance()).toBe(600);
      const later = await books.sync({ operations: [intent()] });
      expect(faultOf(later.results)).toEqual([['applied', null]]);
      expect(await books.balance()).toBe(600);
    });

    it('[LG22] a commit that knows the reference alone takes what its intent holds', async () => {
      const bare = (n: number, paid: number) =>
        commit({
          id: id('C', n),
          ref: ref(`R${n}`),
          hold: null,
          body: {
            captured: null,
            discount: { currency: EUR, amount: minor(paid) },
            saleKey: `sale-${n}`,
          },
        });
      await books.sync({ operations: [intent()] });
      const known = await books.sync({ operations: [bare(1, 500)] });
      expect(faultOf(known.results)).toEqual([['applied', null]]);
      expect(await books.balance()).toBe(500);

      const credit = { customer: ALICE, unit: EUR, amount: 900 };
      const early = await books.sync({ operations: [bare(2, 700)] });
      expect(faultOf(early.results)).toEqual([['applied', null, 'no-intent']]);
      expect(await books.balance(ALICE, EUR)).toBe(5_000);
      const operations = [intent({ id: id('B', 2), ref: ref('R2'), hold: credit })];
      const late = await books.sync({ operations });
      expect(faultOf(late.results)).toEqual([['applied', null]]);
      expect(await books.balance(ALICE, EUR)).toBe(4_300);
    });

    it('[LG5] a second sale with the same reference is flagged, and takes nothing', async () => {
      await books.sync({ operations: [intent(), commit({ body: { captured: 300 } })] });
      expect(await books.balance()).toBe(700);
      const other = { id: id('B', 9), body: { captured: 500, saleKey: 'sale-2', orderId: 88 } };
      const answer = await books.sync({ operations: [commit(other)] });
      expect(faultOf(answer.results)[0]).toContain('ref-reused');
      expect(answer.results[0]?.status).toBe('applied');
      expect(await books.balance()).toBe(700);
    });

    it('[LG5] two messages about one sale count once, by its key or its order', async () => {
      await books.sync({ operations: [intent(), commit()] });
      const same = await books.sync({
        operations: [
          commit({ id: id('B', 1), body: { orderId: 5 } }),
          commit({ id: id('B', 2), body: { orderId: 5, saleKey: 'by-order' } }),
        ],
      });
      expect(faultOf(same.results)).toEqual([
        ['closed', 'already-closed'],
        ['closed', 'already-closed'],
      ]);
      expect(await books.balance()).toBe(500);
    });

    it('[LG6] an operation sent again does nothing, and is answered as before', async () => {
      const first = await books.sync({
        operations: [intent({ hold: { customer: ALICE, unit: 'points', amount: 4_000 } })],
      });
      expect(faultOf(first.results)).toEqual([['applied', null, 'overdrawn']]);
      const { cursor } = first;
      const again = await books.sync({
        operations: [intent({ hold: { customer: ALICE, unit: 'points', amount: 4_000 } })],
      });
      expect(again.results).toEqual([{ ...first.results[0], status: 'duplicate' }]);
      expect(again.settled).toEqual(first.results);
      expect(again.cursor).toEqual(cursor);
      expect(await books.balance()).toBe(-3_000);
    });

    it('[LG6] the same operation twice in one push, or in several, applies once', async () => {
      const operations = [earn(), earn()];
      const both = await books.sync({ operations });
      expect(both.results.map(({ status }) => status)).toEqual(['applied', 'duplicate']);
      const one = [earn({ id: id('Q', 1), body: { saleKey: 'sale-q' } })];
      const many = await Promise.all(
        ['a', 'b', 'c', 'd', 'e'].map((device) =>
          books.sync({ operations: one, register: registerOf(device) }),
        ),
      );
      const statuses = many.map(({ results }) => results[0]?.status).sort();
      expect(statuses).toEqual(['applied', 'duplicate', 'duplicate', 'duplicate', 'duplicate']);
      expect(await books.balance()).toBe(1_040);
    });

    it('[LG6] ids are remembered when the database is opened again', async () => {
      const first = await books.sync({ operations: [intent(), commit(), earn()] });
      if (opened.reopen === undefined) {
        const again = await books.sync({ operations: [earn()] });
        expect(again.results[0]?.status).toBe('duplicate');
        return;
      }
      const database = await opened.reopen();
      const reopened = await openBooks(database, { seed: 12 });
      const again = await reopened.sync({ operations: [intent(), commit(), earn()] });
      expect(again.results).toEqual(
        first.results.map((result) => ({ ...result, status: 'duplicate' })),
      );
      expect(await reopened.balance()).toBe(520);
      expect(await reopened.ledger.verify(SHOP)).toEqual([]);
      books = reopened;
    });

    it('[LG7] the same id with other content is kept for a person and not applied', async () => {
      await books.sync({ operations: [earn()] });
      const forged = earn({ body: { points: points(900), saleKey: 'elsewhere' } });
      const answer = await books.sync({ operations: [forged] });
      expect(faultOf(answer.results)).toEqual([['mismatch', 'other-content']]);
      expect(answer.results[0]?.seq).toBe(answer.cursor.seq);
      expect(await books.balance()).toBe(1_020);
      const again = await books.sync({ operations: [forged] });
      expect(again.results).toEqual(answer.results);
      expect(again.cursor).toEqual(answer.cursor);
      const unchanged = await books.sync({ operations: [earn()] });
      expect(unchanged.results[0]?.status).toBe('duplicate');
    });

    it('[LG8] a sale earns once: by its key, by its order, by either of two known', async () => {
      const answer = await books.sync({
        operations: [
          earn({ id: id('E', 1), body: { saleKey: 'k1', orderId: null } }),
          earn({ id: id('E', 2), body: { saleKey: 'k1', orderId: 70 } }),
          earn({ id: id('E', 3), body: { saleKey: 'from-order', orderId: 70 } }),
          earn({ id: id('E', 4), body: { saleKey: 'from-order', orderId: null } }),
          earn({ id: id('E', 5), body: { saleKey: 'k2', orderId: 71 } }),
        ],
      });
      const closed = ['closed', 'already-closed'];
      const applied = ['applied', null];
      expect(faultOf(answer.results)).toEqual([applied, closed, closed, closed, applied]);
      const later = await books.sync({
        operations: [earn({ id: id('E', 6), body: { saleKey: 'k9', orderId: 70 } })],
      });
      expect(faultOf(later.results)).toEqual([closed]);
      expect(await books.balance()).toBe(1_040);
    });

    it('[LG10] reality is booked even below zero, and a person is told', async () => {
      const hold = { customer: BOB, unit: 'points' as const, amount: 500 };
      const answer = await books.sync({ operations: [intent({ hold })] });
      expect(faultOf(answer.results)).toEqual([['applied', null, 'overdrawn']]);
      expect(await books.balance(BOB)).toBe(-200);
      const conflicts = await opened.database.read(SHOP, (reader) =>
        reader.conflicts({ from: 0, before: 1_000 }),
      );
      expect(conflicts).toMatchObject([
        {
          kind: 'overdrawn',
          customerId: BOB,
          ref: ref('R1'),
          overBy: 200,
          cacheAgeMs: 60_000,
          device: 'till-1',
          staff: 9,
        },
      ]);
    });

    it('[LG11] what nobody was promised is refused when the balance is too low', async () => {
      const hold = { customer: BOB, unit: 'points' as const, amount: 301 };
      const asked = intent({ hold });
      const answer = await books.sync({ operations: [asked], authorise: [asked.id] });
      expect(faultOf(answer.results)).toEqual([['closed', 'balance-too-low']]);
      expect(await books.balance(BOB)).toBe(300);
      const sold = await books.sync({ operations: [commit({ hold, body: { captured: 301 } })] });
      expect(faultOf(sold.results)).toEqual([['applied', null, 'late-commit', 'overdrawn']]);
      expect(await books.balance(BOB)).toBe(-1);

      const other = { hold, ref: ref('R2') };
      const next = intent({ ...other, id: id('B', 1) });
      await books.sync({ operations: [next], authorise: [next.id] });
      const gone = await books.sync({ operations: [voided({ ...other, id: id('B', 2) })] });
      expect(faultOf(gone.results)).toEqual([['closed', 'already-refused']]);
      const again = intent({ ...other, id: id('B', 3) });
      const late = await books.sync({ operations: [again] });
      expect(faultOf(late.results)).toEqual([['closed', 'already-refused', 'ref-reused']]);
    });

    it('[LG11] a redemption that the balance covers is authorised, to the last point', async () => {
      const hold = { customer: BOB, unit: 'points' as const, amount: 300 };
      const asked = intent({ hold });
      const next = intent({ hold: { ...hold, amount: 1 }, ref: ref('R2'), id: id('A', 9) });
      const answer = await books.sync({
        operations: [asked, next],
        authorise: [asked.id, next.id],
      });
      expect(faultOf(answer.results)).toEqual([
        ['applied', null],
        ['closed', 'balance-too-low'],
      ]);
      expect(await books.balance(BOB)).toBe(0);
    });

    it('[LG11] asking to authorise what is settled already changes nothing', async () => {
      const hold = { customer: BOB, unit: 'points' as const, amount: 400 };
      const asked = intent({ hold });
      await books.sync({ operations: [asked] });
      const again = await books.sync({ operations: [asked], authorise: [asked.id] });
      expect(again.results[0]?.status).toBe('duplicate');
      expect(faultOf(again.settled)).toEqual([['applied', null, 'overdrawn']]);
      expect(await books.balance(BOB)).toBe(-100);
    });

    it('[LG14] positions have no gap and follow the commits, also under load', async () => {
      const pushes = Array.from({ length: 40 }, (_, n) =>
        books.sync({
          register: registerOf(`till-${n % 8}`),
          operations: [
            note({ id: id(`W${n}`, 1) }),
            earn({ id: id(`W${n}`, 2), body: { saleKey: `s${n}`, customer: BOB } }),
          ],
        }),
      );
      const answers = await Promise.all(pushes);
      const positions = answers.flatMap(({ results }) => results.map(({ seq }) => seq));
      const sorted = positions.toSorted((a, b) => a - b);
      expect(sorted).toEqual(Array.from({ length: 80 }, (_, n) => books.start.seq + 1 + n));
      expect(await books.balance(BOB)).toBe(300 + 40 * 20);
    });

    it('[LG15] shops share nothing: the same ids mean something else in each', async () => {
      await books.sync({ operations: [intent()] });
      const there = { ...intent(), shopId: 9 };
      const answer = await books.sync(
        { shopId: 9, operations: [there], customers: [BOB], register: registerOf('till-9') },
        OTHER_SHOP,
      );
      expect(faultOf(answer.results)).toEqual([['applied', null, 'overdrawn']]);
      expect(answer.balances).toContainEqual({ customer: BOB, unit: 'points', balance: 0 });
      expect(answer.cursor.seq).toBe(1);
      expect(await books.balance()).toBe(500);
      expect(await books.ledger.verify(OTHER_SHOP)).toEqual([]);
    });

    it('[LG17] what no balance could carry is quarantined, the rest is applied', async () => {
      const huge = { customer: BOB, unit: EUR, amount: 1_000_000_000_000 };
      const answer = await books.sync({
        operations: [
          intent({ hold: huge }),
          intent({ hold: huge, ref: ref('R2'), id: id('A', 8) }),
          intent({ ref: ref('R3'), id: id('A', 9) }),
        ],
      });
      expect(faultOf(answer.results)).toEqual([
        ['applied', null, 'overdrawn'],
        ['quarantined', 'invalid'],
        ['applied', null],
      ]);
    });

    it('[LG20] a new program or policy is a new version, told with the next answer', async () => {
      const before = await books.sync();
      const { program, policy } = before;
      await books.ledger.setProgram(SHOP, SHOP_ID, { ...program, name: 'Rainy Days' });
      await books.ledger.setPolicy(SHOP, SHOP_ID, { ...policy, redeemOffline: false });
      await books.ledger.setPolicy(SHOP, SHOP_ID, { ...policy, redeemOffline: false });
      const after = await books.sync();
      expect(after.program).toEqual({
        ...program,
        name: 'Rainy Days',
        version: program.version + 1,
      });
      expect(after.policy).toEqual({
        ...policy,
        redeemOffline: false,
        version: policy.version + 1,
      });
      expect(after.cursor).toEqual(before.cursor);
    });

    it('[LG21] an offline promise beyond the policy it was made under is flagged', async () => {
      const { policy } = await books.sync();
      const over = { currency: EUR, amount: (policy.perCustomer + 1) as typeof policy.perCustomer };
      const answer = await books.sync({
        operations: [
          intent({ body: { discount: over, policy: policy.version } }),
          intent({ id: id('B', 1), ref: ref('R2'), body: { policy: policy.version } }),
          intent({
            id: id('B', 2),
            ref: ref('R3'),
            body: { discount: over, offline: false },
            hold: { customer: BOB, unit: 'points', amount: 1 },
          }),
        ],
      });
      expect(faultOf(answer.results)).toEqual([
        ['applied', null, 'over-limit'],
        ['applied', null],
        ['applied', null],
      ]);
    });

    it('[LG21] so is a promise made while connected that the ledger was not asked for', async () => {
      const { policy } = await books.sync();
      const asked = (n: number, amount: number) =>
        intent({
          id: id('B', n),
          ref: ref(`R${n}`),
          hold: { customer: ALICE, unit: 'points', amount: 10 },
          body: {
            offline: false,
            policy: policy.version,
            discount: { currency: EUR, amount: minor(amount) },
          },
        });
      const over = policy.perCustomer + 1;
      const answer = await books.sync({
        operations: [asked(1, over), asked(2, over), asked(3, policy.perCustomer)],
        authorise: [id('B', 1)],
      });
      expect(faultOf(answer.results)).toEqual([
        ['applied', null],
        ['applied', null, 'over-limit'],
        ['applied', null],
      ]);
    });

    it('[LG23] points beyond what the program gives are booked, and a person is told', async () => {
      const { program } = await books.sync();
      const sale = (n: number, body: Partial<ReturnType<typeof earn>['body']>) =>
        earn({
          id: id('E', n),
          body: { saleKey: `s${n}`, program: program.version, points: points(20), ...body },
        });
      const eligible = { currency: EUR, amount: minor(2_000) };
      const operations = [
        sale(1, { eligible }),
        sale(2, { eligible, points: points(21) }),
        sale(3, { eligible: { ...eligible, currency: currency('USD') } }),
        sale(4, { eligible: { ...eligible, amount: minor(0) } }),
        sale(5, { eligible, points: points(200), program: program.version - 1 }),
        sale(6, { eligible, points: points(201), program: program.version - 1 }),
        sale(7, { eligible, points: points(201), program: null }),
      ];
      const { results } = await books.sync({ operations });
      const isFlagged = (one: readonly unknown[]) => one.includes('amount-differs');
      expect(faultOf(results).map(isFlagged)).toEqual([false, true, true, true, false, true, true]);
      expect(results.every(({ status }) => status === 'applied')).toBe(true);
      expect(await books.balance()).toBe(1_000 + 20 + 21 + 20 + 20 + 200 + 201 + 201);
      const conflicts = await opened.database.read(SHOP, (reader) =>
        reader.conflicts({ from: 0, before: 1_000 }),
      );
      expect(conflicts.map(({ kind, amount }) => [kind, amount])).toContainEqual([
        'amount-differs',
        21,
      ]);
    });
  });
}
