/**
 * How often a run met each thing it is for: every kind of fault, everything that people and the
 * server do, and every row of the crash table. A fault that never happens proves nothing.
 */
import { FAULT_KINDS, type FaultKind } from './faults.ts';
import { CRASH_ROWS, type CrashRow } from './sweep-rows.ts';

/** What people do, and what happens to registers and the server as a whole. */
export const HAPPENINGS = [
  'redemption-tapped',
  'tapped-twice',
  'redemption-removed',
  'order-completed',
  'goods-returned',
  'discount-removed',
  'discount-edited',
  'cart-emptied',
  'cart-reopened-elsewhere',
  'customer-changed',
  'network-gone',
  'clock-jumped',
  'app-killed',
  'context-killed',
  'power-cut',
  'many-records',
  'storage-full',
  'policy-changed',
  'program-changed',
  'server-backed-up',
  'server-restored',
] as const;
export type Happening = (typeof HAPPENINGS)[number];

export type Reached = FaultKind | Happening | `row: ${CrashRow}`;
export type Reach = Readonly<Record<string, number>>;

export const REACHABLE: readonly Reached[] = [
  ...FAULT_KINDS,
  ...HAPPENINGS,
  ...CRASH_ROWS.map((row): Reached => `row: ${row}`),
];

/** Each of them is met at least this often, or a run shows too little. */
export const REACH_LEAST = 100;

/** What a run met less often than `least`, with how often. */
export const tooRare = (reach: Reach, least = REACH_LEAST): readonly string[] =>
  REACHABLE.filter((one) => (reach[one] ?? 0) < least).map((one) => `${one}: ${reach[one] ?? 0}`);

/** The table as people read it, in the order of this file. */
export function reachTable(reach: Reach): string {
  const width = Math.max(...REACHABLE.map((one) => one.length));
  return REACHABLE.map((one) => `${one.padEnd(width)} ${reach[one] ?? 0}\n`).join('');
}

/** The table of a fault at one call, by the name of the call and how far its context had come. */
export interface Moment {
  /** "set o", "delete r", "entries", "applyDiscount", "POST". */
  readonly call: string;
  readonly doing: 'tap' | 'remove' | 'sale' | undefined;
  /** Of a tap: whether its intent was stored, and its discount on the cart. */
  readonly isIntentStored: boolean;
  readonly isInCart: boolean;
  /** The context has just written what makes single records superfluous: a segment. */
  readonly isCompacting: boolean;
  /** The device has stored what follows from a sale, and not heard of it. */
  readonly hasUnsentSale: boolean;
}

const OF_REQUEST: Readonly<Partial<Record<FaultKind, CrashRow>>> = {
  'request-lost': 'request lost',
  'request-late': 'request lost',
  'answer-lost': 'server died after its commit, or reply lost',
  'server-before-commit': 'server died before its commit',
  'server-after-commit': 'server died after its commit, or reply lost',
};

/** Rows of the crash table that a fault at this moment is a case of. */
export function rowsOf(kind: FaultKind, moment: Moment): readonly CrashRow[] {
  const { call, doing, isIntentStored, isInCart, isCompacting, hasUnsentSale } = moment;
  const rows: CrashRow[] = [];
  if (call === 'applyDiscount') rows.push('during the cart call');
  else if (doing === 'tap' && !isIntentStored) rows.push("before or during the intent's set");
  else if (doing === 'tap' && isInCart) rows.push('after the discount, before the property');
  else if (doing === 'tap') rows.push('after the intent, before the cart call');
  if (doing === 'remove') rows.push('our own remove');
  if (hasUnsentSale) rows.push('commit durable, not sent');
  const ofRequest = OF_REQUEST[kind];
  if (ofRequest !== undefined) rows.push(ofRequest);
  if (call === 'set r') rows.push('run not written');
  const isDelete = call === 'delete o' || call === 'delete r';
  if (isDelete && !isCompacting) rows.push('run written, records not deleted');
  if ((isDelete && isCompacting) || call.endsWith(' s')) rows.push('compaction under way');
  if (call.endsWith(' b')) rows.push('snapshot under way');
  return rows;
}
