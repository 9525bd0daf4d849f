/**
 * When all is at rest: the ledger against what people were told and what POS sold. What must stand
 * in the books is worked out here from the operations alone, by arithmetic of this file's own.
 */
import type { Unit } from '../../shared/amount.ts';
import * as v from '../../shared/schema.ts';
import type { OperationView } from '../../server/database/database.ts';
import { beyondLease, overLent, overspent, ownerOf } from '../support/overspend.ts';
import { EUR } from '../support/program.ts';
import { refsOn, type Order, type World } from '../support/world.ts';

type Row = OperationView;
/** What one reference, or one sale, did to an account in the end. */
type Value = readonly (readonly [Unit, number])[];

const EVERYTHING = {
  before: Number.MAX_SAFE_INTEGER,
  limit: 100_000,
  ref: undefined,
  status: undefined,
};
const RELEASED_MS = 25 * 3_600_000;

export interface Books {
  readonly operations: number;
  /** Redemptions that took a balance below zero. */
  readonly overspent: number;
}

/** Adds a violation for everything that is not as it must be. */
export async function checkBooks(world: World): Promise<Books> {
  const { oracle, server, profile } = world;
  const fail = (text: string): void => void oracle.violations.push(text);
  await verify(world);
  const rows = await rowsOf(world);
  const byRef = Map.groupBy(rows, ({ ref }) => ref ?? '');
  checkRows(world, rows, byRef);
  for (const order of oracle.orders) checkOrder(world, order, { rows, byRef });
  const sales = salesOf(rows);
  for (const [customer, opening] of oracle.openings) {
    const wanted = new Map<Unit, number>([
      ['points', opening.points],
      [EUR, opening.credit],
    ]);
    for (const [ref, own] of byRef) {
      if (ref === '' || ownerOf(own) !== customer) continue;
      for (const [unit, amount] of [...redeemed(own, sales), ...earned(own, sales, true)])
        wanted.set(unit, (wanted.get(unit) ?? 0) + amount);
    }
    for (const { unit, balance } of await server.ledger().balances(server.shop, customer))
      if (balance !== wanted.get(unit))
        fail(`IV7 ${customer} has ${balance} ${unit}; what happened makes ${wanted.get(unit)}`);
  }
  // What came back later may take earned points below zero: no register promised those.
  const spent = overspent(world, rows, (own) => [
    ...redeemed(own, sales),
    ...earned(own, sales, false),
  ]);
  const isAlone = profile.registers === 1;
  const allowed = new Set<string>(
    oracle.told.filter(({ isOffline }) => !isOffline).map(({ ref }) => ref),
  );
  for (const text of spent)
    if (profile.strict) fail(`LE1 ${text}`);
    else if (hasLost(world)) continue;
    else if (isAlone) fail(`SD2 ${text}, by one register alone`);
    else if (allowed.has(text.split(' ')[0] ?? '')) fail(`SD2 ${text}, by the ledger's own word`);
  if (profile.strict) await checkLeases(world, rows);
  return { operations: rows.length, overspent: spent.length };
}

/** Whether a power cut, or a restore, took away what the register or the ledger had known. */
const hasLost = ({ devices, reach }: World): boolean =>
  devices.some(({ powerCuts }) => powerCuts > 0) || (reach['server-restored'] ?? 0) > 0;

async function verify({ server, oracle }: World): Promise<void> {
  for (const fault of await server.ledger().verify(server.shop))
    oracle.violations.push(`IV7 books: ${fault}`);
}

const rowsOf = ({ server }: World): Promise<readonly Row[]> =>
  server.ledger().database.read(server.shop, (reader) => reader.operations(EVERYTHING));

function checkRows(
  { oracle }: World,
  rows: readonly Row[],
  byRef: ReadonlyMap<string, readonly Row[]>,
): void {
  const fail = (text: string): void => void oracle.violations.push(text);
  const ids = new Set<string>();
  for (const { id, status } of rows) {
    if (id !== undefined && status === 'applied' && ids.has(id)) fail(`IV2 twice: ${id}`);
    if (id !== undefined && status === 'applied') ids.add(id);
    if (status === 'quarantined' || status === 'mismatch') fail(`IV5 ${status} ${id}`);
  }
  for (const { ref, isLost } of oracle.told) {
    const intent = byRef.get(ref)?.find(({ kind }) => kind === 'intent');
    const isKnown = intent?.status === 'applied' || intent?.status === 'closed';
    if (!isKnown && !isLost) fail(`IV1 lost: ${ref}`);
  }
  const notes = rows.filter(({ kind }) => kind === 'note').map(({ content }) => noteId(content));
  const kept = new Set(notes);
  for (const id of oracle.notesKept.keys()) if (!kept.has(id)) fail(`IV1 lost: note ${id}`);
}

const noteSchema = v.object({ body: v.object({ text: v.string() }) });
const cashSchema = v.object({ id: v.optional(v.number()) });

function noteId(content: string): number | undefined {
  const { text } = v.parse(noteSchema, JSON.parse(content)).body;
  return v.parse(cashSchema, JSON.parse(text)).id;
}

/** A sale that a register has stored is booked, with what it took off; so is what came back. */
function checkOrder(
  { oracle }: World,
  { device, soldAt, taken, unseen, handledAt, back }: Order,
  of: { readonly rows: readonly Row[]; readonly byRef: ReadonlyMap<string, readonly Row[]> },
): void {
  const fail = (text: string): void => void oracle.violations.push(text);
  if (handledAt !== undefined)
    for (const [ref, amount] of taken) {
      const own = of.byRef.get(ref) ?? [];
      const commit = own.find(({ kind, status }) => kind === 'commit' && status === 'applied');
      if (commit === undefined) {
        fail(
          `IV9 sale not booked: ${ref} ${own.map((row) => `${row.kind}:${row.status}`).join(' ')}`,
        );
        continue;
      }
      const { captured } = bodyOf(commit);
      const isPoints = commit.unit === 'points' || commit.amount === undefined;
      if (!isPoints && captured !== undefined && captured !== Math.min(amount, commit.amount ?? 0))
        fail(`IV9 the sale of ${ref} took ${amount} off, and ${captured} is captured`);
    }
  for (const ref of unseen) {
    // What a person takes back is no guess.
    const isGuess = (row: Row): boolean => row.kind === 'void' && bodyOf(row).reason !== 'removed';
    const guess = of.byRef.get(ref)?.find(isGuess);
    if (guess !== undefined && timeOf(guess) > soldAt + device.clockOffset)
      fail(`SD5 nobody saw the sale of ${ref}, and its register gave it back`);
  }
  if (back?.handledAt !== undefined)
    if (!of.rows.some((row) => row.kind === 'return' && bodyOf(row).returnKey === back.key))
      fail(`IV9 return not booked: ${back.key}`);
}

const timeSchema = v.object({ deviceTime: v.number() });
const timeOf = ({ content }: Row): number => v.parse(timeSchema, JSON.parse(content)).deviceTime;

const moneySchema = v.object({ amount: v.number() });
const absent = <T>(schema: v.Schema<T>) => v.fallback(v.optional(schema), undefined);
const contentSchema = v.object({
  body: v.object({
    captured: absent(v.number()),
    discount: absent(moneySchema),
    goods: absent(v.number()),
    value: absent(moneySchema),
    points: absent(v.number()),
    saleKey: absent(v.string()),
    returnKey: absent(v.string()),
    orderId: absent(v.number()),
    reason: absent(v.string()),
    refs: v.fallback(v.array(v.string()), []),
  }),
});
type Body = v.InferOutput<typeof contentSchema>['body'];

const NO_BODY: Body = {
  captured: undefined,
  discount: undefined,
  goods: undefined,
  value: undefined,
  points: undefined,
  saleKey: undefined,
  returnKey: undefined,
  orderId: undefined,
  reason: undefined,
  refs: [],
};
const bodies = new WeakMap<Row, Body>();

function bodyOf(row: Row): Body {
  const known = bodies.get(row);
  if (known !== undefined) return known;
  // What the server decided by itself has none.
  const parsed = v.safeParse(contentSchema, JSON.parse(row.content));
  const body = parsed.success ? parsed.output.body : NO_BODY;
  bodies.set(row, body);
  return body;
}

/** One sale as the operations tell of it, and what of its goods came back. */
interface Sale {
  readonly refs: Set<string>;
  readonly orders: Set<number>;
  goods: number;
  back: number;
  /** Of all who say that it earned, the least operation id counts, wherever it is booked. */
  earning: { readonly id: string; readonly points: number } | undefined;
}

/** Sales by the key that the register gives them. */
function salesOf(rows: readonly Row[]): ReadonlyMap<string, Sale> {
  const sales = new Map<string, Sale>();
  for (const row of rows) {
    const { saleKey, orderId, goods = 0, points = 0 } = bodyOf(row);
    if (saleKey === undefined || (row.kind !== 'commit' && row.kind !== 'earn')) continue;
    const none = { refs: new Set<string>(), orders: new Set<number>(), goods: 0, back: 0 };
    const sale: Sale = sales.get(saleKey) ?? { ...none, earning: undefined };
    sales.set(saleKey, sale);
    sale.goods = Math.max(sale.goods, goods);
    if (orderId !== undefined) sale.orders.add(orderId);
    if (row.kind === 'commit' && row.ref !== undefined) sale.refs.add(row.ref);
    if (row.kind === 'earn' && row.id !== undefined && row.id < (sale.earning?.id ?? '~'))
      sale.earning = { id: row.id, points };
  }
  const returns = rows.filter(({ kind }) => kind === 'return');
  for (const [, same] of Map.groupBy(returns, (row) => bodyOf(row).returnKey)) {
    const [body] = same.map(bodyOf);
    if (body === undefined) continue;
    const { orderId, refs, value } = body;
    const all = [...sales.values()];
    const byOrder = all.filter(({ orders }) => orderId !== undefined && orders.has(orderId));
    const byRef = all.filter((sale) => refs.some((ref) => sale.refs.has(ref)));
    for (const sale of byOrder.length > 0 ? byOrder : byRef) sale.back += value?.amount ?? 0;
  }
  return sales;
}

/** Points that a sale earned; `net` of what its returned goods took back. */
function earned(rows: readonly Row[], sales: ReadonlyMap<string, Sale>, net: boolean): Value {
  const row = rows.find(({ kind, status }) => kind === 'earn' && status === 'applied');
  if (row === undefined) return [];
  const sale = sales.get(bodyOf(row).saleKey ?? '');
  if (sale === undefined) return [];
  const { goods, back, earning: { points } = { points: 0 } } = sale;
  const taken = net && goods > 0 ? Math.floor((points * Math.min(back, goods)) / goods) : 0;
  return [['points', points - taken]];
}

/** What a redemption holds, or has captured and not given back. */
function redeemed(rows: readonly Row[], sales: ReadonlyMap<string, Sale>): Value {
  const intent = rows.find(({ kind }) => kind === 'intent');
  const commit = rows.find(({ kind, status }) => kind === 'commit' && status === 'applied');
  const unit = intent?.unit ?? commit?.unit;
  if (unit === undefined) return [];
  const amount = intent?.amount ?? commit?.amount ?? 0;
  if (commit !== undefined)
    return [[unit, -keptOf(Math.min(amount, usedBy(commit, unit, amount)))]];
  const isOver = rows.some(({ kind }) => kind === 'void') || intent?.status !== 'applied';
  return isOver ? [] : [[unit, -amount]];

  function keptOf(captured: number): number {
    const ref = rows.find((row) => row.ref !== undefined)?.ref ?? '';
    const own = [...sales.values()].filter(({ refs }) => refs.has(ref));
    const goods = own.reduce((sum, sale) => sum + sale.goods, 0);
    const back = own.reduce((sum, sale) => sum + sale.back, 0);
    if (goods === 0) return captured;
    return Math.floor((captured * (goods - Math.min(back, goods))) / goods);
  }
}

function usedBy(row: Row, unit: Unit, amount: number): number {
  const { captured, discount } = bodyOf(row);
  return captured ?? (unit === 'points' ? amount : (discount?.amount ?? amount));
}

async function checkLeases(world: World, rows: readonly Row[]): Promise<void> {
  const fail = (text: string): void => void world.oracle.violations.push(text);
  for (const text of beyondLease(world, rows)) fail(`LE2 ${text}`);
  // A sale of what was given back, and points taken back for goods, are no promise of a register.
  const isOther = ({ kind, flags }: Row) => kind === 'return' || flags.includes('late-commit');
  if (!rows.some(isOther)) for (const text of await overLent(world)) fail(`LE3 ${text}`);
}

/**
 * A day later, when the ledger has released what no register could tell of: every promise has ended
 * as captured or given back, unless it is still on a cart. In strict mode nothing is released.
 */
export async function checkEnded(world: World): Promise<void> {
  const { server, oracle, time, profile, devices } = world;
  if (!profile.strict) await server.ledger().releaseMissing(server.shop, time.now() + RELEASED_MS);
  const refs = oracle.told.filter(({ isLost }) => !isLost).map(({ ref }) => ref);
  const onCarts = new Set(devices.flatMap((device) => [...refsOn(device)]));
  const { database } = server.ledger();
  const found = await database.read(server.shop, (reader) => reader.redemptions([...refs]));
  for (const { ref, posted, dueAt } of found) {
    const isReported = profile.strict && dueAt !== undefined;
    if ((posted?.held ?? 0) > 0 && !onCarts.has(ref as never) && !isReported)
      oracle.violations.push(`SD3 ${ref} is held for ever: ${posted?.held}`);
  }
  await verify(world);
}
