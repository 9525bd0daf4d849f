/**
 * Reads what a decision needs before it is made: everything that the jobs name, and whatever hangs
 * together with that, because what must stand in the books follows from whole cases.
 */
import type { CustomerId, OperationOf, SyncRequest } from '../../shared/protocol.ts';
import { HEADS_MAX, parseOperationId, REQUEST_HEADS_MAX } from '../../shared/protocol.ts';
import type {
  CustomerKey,
  RedemptionRow,
  ReturnRow,
  SaleRow,
  ShopReader,
  ShopRow,
} from '../database/database.ts';
import { saleName } from './cases.ts';
import type { Reads } from './decision.ts';
import type { Known } from './draft.ts';
import { goneKey, withHeirs } from './heirs.ts';
import type { Incoming } from './incoming.ts';
import { periodName, periodOf, type Period } from './limits.ts';
import { createEscrow } from './leases.ts';
import { readItems, type Reviewed } from './review-items.ts';
import { headsOf } from './sync-decision.ts';

/**
 * Steps from name to name. A case has two or three; only a hostile register strings more, and then
 * what lies beyond is left as it stands.
 */
const STEPS_MAX = 32;

/** What the jobs of one database transaction bring. */
export interface Work {
  readonly pushes: readonly {
    readonly request: SyncRequest;
    readonly incoming: readonly Incoming[];
  }[];
  /** What decisions of the server's own name. */
  readonly reads: readonly Reads[];
}

export async function readKnown(tx: ShopReader, shop: ShopRow, work: Work): Promise<Known> {
  const reviewed = await readReviewed(tx, work.reads);
  const own = namesOf(work);
  const refs = reviewed.flatMap(({ ref }) => (ref === undefined ? [] : [ref]));
  const named = { ...own, refs: unique([...own.refs, ...refs]) };
  // What does not wait for anything is asked at once: to a database over a network in one go.
  const [cases, customers, ...others] = await Promise.all([
    readCases(tx, named),
    tx.customers(named.customers),
    tx.settled(named.keys),
    tx.writers(named.writers),
    tx.policies(named.policies.filter((n) => n !== shop.policy.version)),
    tx.programs(named.programs.filter((n) => n !== shop.program.version)),
    readPeriods(tx, work),
  ]);
  const [settled, writers, policies, programs, periods] = others;
  const keys = unique([
    ...customers.map(({ key }) => key),
    ...keysOf(cases),
    ...reviewed.flatMap((item) => keysOfItem(item)),
  ]);
  const { strict } = shop.policy;
  const [accounts, gone, slots, leases] = await Promise.all([
    tx.accounts(keys),
    tx.settled(keys.map(goneKey)),
    strict ? tx.slots() : [],
    strict ? tx.leases(keys) : [],
  ]);
  const escrow = createEscrow(slots, leases);
  const about = { reviewed, customers, settled, accounts, writers, policies, programs, periods };
  return withHeirs(tx, { shop, escrow, ...cases, ...about }, gone);
}

async function readReviewed(tx: ShopReader, reads: readonly Reads[]): Promise<readonly Reviewed[]> {
  const items: Reviewed[] = [];
  for (const { review } of reads)
    if (review !== undefined) items.push(...(await readItems(tx, [review.item], review.now)));
  return items;
}

/** Whom it is about, and to whom decisions about it have given something. */
function keysOfItem({ customer, decisions }: Reviewed): readonly CustomerKey[] {
  const all = [customer, ...decisions.map((one) => one.customer)];
  return all.flatMap((key) => (key === undefined ? [] : [key]));
}

interface Names {
  readonly refs: readonly string[];
  readonly saleKeys: readonly string[];
  readonly orderIds: readonly number[];
  readonly returnKeys: readonly string[];
}

interface Cases {
  readonly redemptions: readonly RedemptionRow[];
  readonly sales: readonly SaleRow[];
  readonly returns: readonly ReturnRow[];
}

/** Follows the names from row to row until nothing new is named. */
export async function readCases(tx: ShopReader, named: Names): Promise<Cases> {
  const redemptions = new Map<string, RedemptionRow>();
  const sales = new Map<string, SaleRow>();
  const returns = new Map<string, ReturnRow>();
  const seen = new Set<string>();
  let next = fresh(named, seen);
  for (let step = 0; step < STEPS_MAX && countOf(next) > 0; step += 1) {
    const found = await readNamed(tx, next);
    for (const row of found.redemptions) redemptions.set(row.ref, row);
    for (const row of found.sales) sales.set(saleName(row), row);
    for (const row of found.returns) returns.set(row.returnKey, row);
    next = fresh(namedBy(found), seen);
  }
  const values = <T>(rows: ReadonlyMap<string, T>) => [...rows.values()];
  return { redemptions: values(redemptions), sales: values(sales), returns: values(returns) };
}

async function readNamed(tx: ShopReader, names: Names): Promise<Cases> {
  const [redemptions, sales, returns] = await Promise.all([
    tx.redemptions(names.refs),
    tx.sales(names.saleKeys, names.orderIds),
    tx.returns(names),
  ]);
  return { redemptions, sales, returns };
}

function namedBy({ redemptions, sales, returns }: Cases): Names {
  const all = [...redemptions.flatMap(({ facts }) => facts.sales), ...sales];
  return {
    refs: [...sales, ...returns].flatMap(({ facts }) => facts.refs),
    saleKeys: all.flatMap(({ saleKey }) => (saleKey === undefined ? [] : [saleKey])),
    orderIds: [
      ...all.flatMap(({ orderId }) => (orderId === undefined ? [] : [orderId])),
      ...returns.flatMap(({ facts }) => facts.orders),
    ],
    returnKeys: [],
  };
}

/** Those that were not followed yet; from now on they are. */
function fresh(named: Names, seen: Set<string>): Names {
  const pick = <T extends string | number>(kind: string, names: readonly T[]) =>
    unique(names).filter((name) => {
      const full = `${kind}/${name}`;
      if (seen.has(full)) return false;
      seen.add(full);
      return true;
    });
  return {
    refs: pick('ref', named.refs),
    saleKeys: pick('key', named.saleKeys),
    orderIds: pick('order', named.orderIds),
    returnKeys: pick('return', named.returnKeys),
  };
}

function countOf({ refs, saleKeys, orderIds, returnKeys }: Names): number {
  return refs.length + saleKeys.length + orderIds.length + returnKeys.length;
}

/** Every account that the cases have moved or may move. */
function keysOf({ redemptions, sales }: Cases): readonly CustomerKey[] {
  return [
    ...redemptions.flatMap(({ facts, posted }) => [posted, facts.intent, facts.commit]),
    ...sales.flatMap(({ facts, posted }) => [posted, facts.earning]),
  ].flatMap((one) => (one === undefined ? [] : [one.customer]));
}

/**
 * The offline periods that promises of these pushes belong to. What a push takes back counts
 * wherever it stands in it: contexts of a register send in no order among each other.
 */
async function readPeriods(tx: ShopReader, work: Work): Promise<ReadonlyMap<string, Period>> {
  const periods = new Map<string, Period>();
  for (const { device, incoming } of sendersOf(work)) {
    const promises = incoming.flatMap(({ operation }) =>
      operation?.kind === 'intent' && operation.body.offline ? [operation] : [],
    );
    for (const { lastServerTime } of promises) {
      if (lastServerTime === null) continue;
      const name = periodName(device, lastServerTime);
      if (periods.has(name)) continue;
      periods.set(name, periodOf(await tx.period(device, lastServerTime)));
    }
    for (const { operation } of incoming) {
      if (operation?.kind !== 'void' || operation.lastServerTime === null) continue;
      periods.get(periodName(device, operation.lastServerTime))?.voided.add(operation.ref);
    }
  }
  return periods;
}

/** Registers that send something, or had sent it when it could not be read. */
function sendersOf({ pushes, reads }: Work) {
  return [
    ...pushes.map(({ request, incoming }) => ({ device: request.register.device, incoming })),
    ...reads.flatMap(({ review }) =>
      review?.again === undefined
        ? []
        : [{ device: review.again.device, incoming: [review.again.incoming] }],
    ),
  ];
}

function namesOf(work: Work) {
  const { pushes, reads } = work;
  const incoming = sendersOf(work).flatMap((one) => one.incoming);
  const operations = incoming.flatMap(({ operation }) => (operation ? [operation] : []));
  const of = <K extends OperationOf<'intent'>['kind'] | (typeof operations)[number]['kind']>(
    kind: K,
  ) => operations.filter((one): one is OperationOf<K> => one.kind === kind);
  const sales = [...of('commit'), ...of('earn')].map(({ body }) => body);
  const returns = of('return').map(({ body }) => body);
  const heads = [
    ...operations.flatMap((one) => headsOf(one.heads, HEADS_MAX)),
    ...pushes.flatMap(({ request }) => headsOf(request.heads, REQUEST_HEADS_MAX)),
  ].map(([writer]) => writer);
  const ids = incoming.flatMap(({ id }) => (id === undefined ? [] : [parseOperationId(id).writer]));
  const customers: readonly (CustomerId | undefined | null)[] = [
    ...incoming.map(({ customer }) => customer),
    ...reads.flatMap((one) => one.customers ?? []),
    ...of('commit').map(({ body }) => body.customer),
  ];
  const bodies = [...sales, ...returns, ...of('take-back').map(({ body }) => body)];
  return {
    keys: unique([...incoming.map(({ key }) => key), ...reads.flatMap((one) => one.keys ?? [])]),
    customers: unique(present(customers)),
    refs: unique([
      ...reads.flatMap((one) => one.refs ?? []),
      ...operations.flatMap((one) => ('ref' in one ? [one.ref as string] : [])),
      ...returns.flatMap((one) => one.refs),
    ]),
    saleKeys: unique(sales.map(({ saleKey }) => saleKey)),
    orderIds: unique([
      ...present(bodies.map(({ orderId }) => orderId)),
      ...reads.flatMap((one) => one.orderIds ?? []),
    ]),
    returnKeys: unique([
      ...returns.map(({ returnKey }) => returnKey),
      ...reads.flatMap((one) => one.returnKeys ?? []),
    ]),
    writers: unique([...ids, ...heads] as string[]),
    policies: unique(present(of('intent').map(({ body }) => body.policy))),
    programs: unique(present(of('earn').map(({ body }) => body.program))),
  };
}

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

function present<T>(values: readonly (T | undefined | null)[]): readonly T[] {
  return values.flatMap((value) => (value === undefined || value === null ? [] : [value]));
}
