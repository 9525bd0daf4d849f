/**
 * The two engines side by side: the same messages in the same order, then every question that the
 * port knows. Whatever differs is wrong on one of them.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { points } from '../../shared/amount.ts';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import type { CustomerKey, Database, ShopReader } from '../../server/database/database.ts';
import type { LogWay } from '../../server/database/log-reads.ts';
import { openPostgres } from '../../server/database/postgres.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { reviewDecision } from '../../server/ledger/review-decision.ts';
import { openBooks, type Books } from '../server/books.ts';
import {
  ALICE,
  BOB,
  commit,
  earn,
  giveBack,
  id,
  intent,
  missing,
  ref,
  registerOf,
  returned,
  SHOP,
  SHOP_ID,
  takeBack,
  voided,
} from '../server/world.ts';
import { newPostgres } from '../support/postgres.ts';

const STRANGER = 9_007_199_254_740_000;
const NAMES = ['O\'Neil {,} \\ "€" 🏷', 'till-1', 'till-2'] as const;

let both: readonly Database[];
beforeAll(async () => {
  both = [openSqlite(':memory:'), await openPostgres(await newPostgres())];
});
afterAll(() => Promise.all(both.map((database) => database.close())));

/** A day with everything in it that makes rows; what was answered. */
async function day(books: Books): Promise<unknown> {
  const answers: unknown[] = [];
  const sync = async (part: Parameters<Books['sync']>[0]) => {
    answers.push(await books.sync(part));
    books.clock.time += 90_000;
  };
  const odd = registerOf(NAMES[0]);
  const one = registerOf(NAMES[1]);
  const two = registerOf(NAMES[2]);
  const lost = { ref: ref('R2'), hold: { customer: BOB, unit: 'points' as const, amount: 100 } };
  await sync({ operations: [intent({ lastServerTime: 5 }), commit({ body: { orderId: 70 } })] });
  const sold = earn({ body: { orderId: 70 } });
  await sync({ operations: [sold], register: odd });
  await sync({ operations: [sold, earn({ body: { points: points(9) } })], register: odd });
  await sync({ operations: [returned({ body: { orderId: 70 } }), giveBack(), takeBack()] });
  await sync({
    operations: [intent({ ...lost, id: id('B', 1) }), missing({ ...lost, id: id('B', 4) })],
  });
  await sync({ operations: [{ nonsense: NAMES[0] }, 7, '\u0000', { id: id('Q', 1), v: 9 }] });
  await sync({ operations: [voided({ id: id('C', 1), ref: ref('R9') })], register: two });
  const credit = { customer: STRANGER, unit: 'EUR' as never, amount: 12 };
  await sync({
    operations: [intent({ id: id('D', 7), ref: ref('R7'), hold: credit })],
    register: one,
  });
  await sync({ damaged: [{ key: 'a', raw: NAMES[0] }], heads: { [id('E', 1).slice(0, 10)]: 4 } });
  books.clock.time += 3_600_000;
  await sync({ damaged: [{ key: 'b', raw: NAMES[0] }], customers: [ALICE, BOB, STRANGER] });
  await books.ledger.releaseMissing(SHOP, books.clock.time + 40 * 86_400_000);
  await books.ledger.setPolicy(SHOP, SHOP_ID, { ...POLICY_DEFAULT, strict: true });
  for (const register of [one, two, odd, one, two])
    await sync({ register, customers: [ALICE, BOB], share: 1 });
  const promised = { hold: { customer: ALICE, unit: 'points' as const, amount: 10 } };
  await sync({
    operations: [intent({ ...promised, id: id('G', 1), ref: ref('R8') })],
    register: two,
  });
  const decided = { comment: NAMES[0], amount: null, decision: 'one-decision-of-it' };
  const by = { by: '42', now: books.clock.time, foreign: undefined };
  const [open] = await books.database.read(SHOP, (reader) =>
    reader.reviewOpen({ kind: 'damaged', before: undefined, limit: 1 }),
  );
  const seen = { key: open?.item ?? '', at: open?.at ?? 0 };
  const request = { ...decided, ...seen, action: 'dismiss' } as const;
  answers.push(await books.ledger.settle(SHOP, reviewDecision(request, by)));
  return answers;
}

const EVER = Number.MAX_SAFE_INTEGER;
const SPAN = { after: 1, through: EVER };

const LOG = { before: EVER, floor: 1, limit: 100, only: {} };
const wayValues = (customer: CustomerKey): readonly LogWay[] => [
  { by: 'position' },
  { by: 'flags' },
  { by: 'status', value: 'quarantined' },
  { by: 'kind', value: 'opening' },
  { by: 'device', value: 'till-1' },
  { by: 'customer', value: customer },
  { by: 'order', value: 70 },
  { by: 'ref', value: ref('R1') },
  { by: 'key', value: earn().id },
];

/** Everything that is open, in pages of two. */
async function allReviews(reader: ShopReader) {
  const pages: Awaited<ReturnType<ShopReader['reviewOpen']>>[] = [];
  for (const kind of [undefined, 'quarantined', 'damaged'] as const) {
    for (let before; ;) {
      const found = await reader.reviewOpen({ kind, before, limit: 2 });
      pages.push(found);
      const last = found.at(-1);
      if (last === undefined) break;
      before = { at: last.at, item: last.item };
    }
  }
  return { pages, items: pages.flat() };
}

/** Every read of the port, with what it is asked here. */
function questions(reader: ShopReader, keys: readonly CustomerKey[]) {
  const ids = [ALICE, BOB, STRANGER, 5];
  const refs = ['R1', 'R2', 'R7', 'R8', 'R9', 'R0'].map(ref);
  const named = { returnKeys: ['refund/1'], orderIds: [70, 71], refs };
  const page = { before: EVER, limit: 100 };
  const first = keys[0] as CustomerKey;
  const filters = [undefined, 'applied', 'closed', 'quarantined', 'mismatch'] as const;
  return {
    shop: () => reader.shop(),
    customers: () => reader.customers(ids),
    customersOf: () => reader.customersOf(keys),
    policies: () => reader.policies([1, 2, 3, 4]),
    programs: () => reader.programs([1, 2]),
    decisions: async () => [
      await reader.decisions('program', page),
      await reader.decisions('policy', page),
      await reader.decisions('policy', { before: 2, limit: 1 }),
    ],
    settled: () => reader.settled([earn().id, intent().id, 'never']),
    redemptions: () => reader.redemptions(refs),
    sales: () => reader.sales(['sale-1', 'none'], [70]),
    returns: () => reader.returns(named),
    due: () => reader.due(EVER, 5),
    period: () => reader.period('till-1', 5),
    accounts: () => reader.accounts(keys),
    writers: () => reader.writers([...'ABCDEGQ'].map((one) => id(one, 1).slice(0, 10))),
    register: () => reader.register(NAMES[0]),
    damaged: () => reader.damaged('till-1', ['none']),
    settledOf: () => reader.settledOf('till-1', SPAN),
    balancesChanged: () => reader.balancesChanged(SPAN),
    customersAsOf: () => reader.customersAsOf({ after: 0, limit: 10, seq: 9 }),
    customersUpTo: () => reader.customersUpTo(BOB),
    balancesAsOf: async () => [
      await reader.balancesAsOf({ first: 0, last: EVER, seq: 6 }),
      await reader.balancesAsOf({ first: 0, last: EVER, seq: EVER }),
    ],
    history: () => reader.history(first, 50),
    operations: async () =>
      Promise.all(
        filters.flatMap((status) => [
          reader.operations({ ...page, ref: undefined, status }),
          reader.operations({ ...page, ref: ref('R1'), status }),
        ]),
      ),
    operation: () => reader.operation(earn().id),
    entries: () => reader.entries(4),
    attempts: () => reader.attempts(5),
    syncs: () => reader.syncs(page),
    conflicts: () => reader.conflicts({ from: 0, before: EVER }),
    holds: () => reader.holds({ ...page, at: EVER }),
    registers: () => reader.registers(10),
    missing: () => reader.missing(EVER, 10),
    slots: () => reader.slots(),
    leases: () => reader.leases(keys),
    leasesOffered: () => reader.leasesOffered('till-1', EVER),
    leasesTold: () => reader.leasesTold('till-1', SPAN),
    logRows: () => Promise.all(wayValues(first).map((way) => reader.logRows(way, LOG))),
    logFloor: () =>
      Promise.all(wayValues(first).map((way) => reader.logFloor(way, { ...LOG, skip: 1 }))),
    operationFrom: () => Promise.all([0, 3, EVER].map((seq) => reader.operationFrom(seq))),
    syncFrom: () => Promise.all([0, 2, EVER].map((log) => reader.syncFrom(log))),
    logSyncs: () => reader.logSyncs({ ...LOG, only: { device: 'till-1', from: 1, to: EVER } }),
    taps: () => reader.taps(LOG),
    syncSpans: () => reader.syncSpans(LOG),
    registerSpans: () => reader.registerSpans('till-1', { before: EVER, limit: 9 }),
    registerStates: () => reader.registerStates(10),
    saleSums: () => reader.saleSums(1),
    operationCounts: () => reader.operationCounts(3),
    logPlaces: () => reader.logPlaces(1),
    leasesOfCustomers: () => reader.leasesOfCustomers({ device: 'till-1', first: 0, last: EVER }),
    reviewItems: async () => {
      const { items } = await allReviews(reader);
      return reader.reviewItems(items.map(({ item }) => item));
    },
    reviewOpen: async () => (await allReviews(reader)).pages,
    reviewClosed: async () => [
      await reader.reviewClosed({ kind: undefined, ...page }),
      await reader.reviewClosed({ kind: 'damaged', ...page }),
    ],
    reviewDecisions: async () =>
      reader.reviewDecisions(
        (await reader.reviewClosed({ kind: undefined, ...page })).map(({ item }) => item),
      ),
    reviewCounts: () => reader.reviewCounts(3),
    reviewOfCustomer: () => Promise.all(keys.map((key) => reader.reviewOfCustomer(key, 9))),
    holdsCount: () => reader.holdsCount(EVER, 3),
    customerEntries: async () => [
      await reader.customerEntries({ key: first, before: { seq: EVER, line: 0 }, limit: 9 }),
      await reader.customerEntries({ key: first, before: { seq: 5, line: 1 }, limit: 9 }),
    ],
    faults: () => reader.faults(),
  } satisfies { readonly [Verb in keyof ShopReader]: () => Promise<unknown> };
}

/** Lists that no register and no page depends on the order of. */
const byText = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((one) => JSON.stringify(one)).sort() : value;

describe('both engines', () => {
  it('[PQ12] answer registers alike, and tell the same in every read', async () => {
    const told: { readonly answers: unknown; readonly reads: Map<string, unknown> }[] = [];
    for (const database of both) {
      const answers = await day(await openBooks(database));
      const reads = await database.read(SHOP, async (reader) => {
        const rows = await reader.customers([ALICE, BOB, STRANGER]);
        const keys = rows.toSorted((a, b) => a.id - b.id).map(({ key }) => key);
        const found = new Map<string, unknown>();
        for (const [verb, ask] of Object.entries(questions(reader, keys)))
          found.set(verb, await ask());
        return found;
      });
      told.push({ answers, reads });
    }
    const [embedded, scaled] = told;
    expect(scaled?.answers).toEqual(embedded?.answers);
    for (const [verb, rows] of embedded?.reads ?? []) {
      const other = scaled?.reads.get(verb);
      expect(IN_ORDER.has(verb) ? other : byText(other), verb).toEqual(
        IN_ORDER.has(verb) ? rows : byText(rows),
      );
      if (!EMPTY.has(verb)) expect(rows, verb).not.toEqual([]);
    }
  });
});

/** Reads whose order means something. */
const IN_ORDER: ReadonlySet<string> = new Set<keyof ShopReader>([
  'settled',
  'settledOf',
  'customersAsOf',
  'decisions',
  'history',
  'operations',
  'operation',
  'entries',
  'attempts',
  'syncs',
  'conflicts',
  'reviewOpen',
  'reviewClosed',
  'reviewDecisions',
  'customerEntries',
  'holds',
  'registers',
  'slots',
  'leases',
  'logRows',
  'logFloor',
  'operationFrom',
  'syncFrom',
  'logSyncs',
  'taps',
  'syncSpans',
  'registerSpans',
  'registerStates',
]);
/** What this day leaves nothing of. */
const EMPTY: ReadonlySet<string> = new Set<keyof ShopReader>(['due', 'damaged', 'faults']);
