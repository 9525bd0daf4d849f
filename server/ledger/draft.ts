/**
 * The state that one database transaction works on: what was read, overlaid by what was decided so
 * far. It lives in memory only; `changes` of it are written at the end in one go.
 */
import { AMOUNT_MAX, type Unit } from '../../shared/amount.ts';
import { assert } from '../../shared/assert.ts';
import type { Policy, Program } from '../../shared/program.ts';
import type { CustomerId, OperationId } from '../../shared/protocol.ts';
import { parseOperationId } from '../../shared/protocol.ts';
import type {
  AccountRow,
  Amounts,
  AttemptRow,
  Changes,
  ConflictRow,
  CustomerKey,
  CustomerRow,
  DamagedRow,
  DecisionRow,
  EntryRow,
  NumberRange,
  OperationRow,
  RedemptionRow,
  RegisterRow,
  RegisterSpan,
  ReturnRow,
  SaleRow,
  SettledRow,
  ShopRow,
  SyncRow,
  WriterRow,
} from '../database/database.ts';
import { knowledgeOf, type Knowledge } from './cases.ts';
import { hear, meet, NOTHING_SEEN } from './gaps.ts';
import type { Heirs } from './heirs.ts';
import { afterMove, beforeMove, type Escrow } from './leases.ts';
import type { Period } from './limits.ts';
import { createReviewDraft, reviewChangesOf, type ReviewDraft } from './review-draft.ts';
import type { Reviewed } from './review-items.ts';

/** What the transaction read before deciding. */
export interface Known {
  readonly shop: ShopRow;
  readonly customers: readonly CustomerRow[];
  readonly settled: readonly SettledRow[];
  readonly redemptions: readonly RedemptionRow[];
  readonly sales: readonly SaleRow[];
  readonly returns: readonly ReturnRow[];
  readonly accounts: readonly AccountRow[];
  readonly writers: readonly WriterRow[];
  /** Versions that operations name, besides the present ones. */
  readonly policies: readonly Policy[];
  readonly programs: readonly Program[];
  readonly periods: ReadonlyMap<string, Period>;
  readonly escrow: Escrow;
  /** Who is gone of the customers that were read. */
  readonly heirs: Heirs;
  /** Items of the review that decisions name. */
  readonly reviewed: readonly Reviewed[];
}

/** One move between the four accounts of a customer and unit; the amounts sum to zero. */
export interface Move extends Amounts {
  readonly key: CustomerKey;
  readonly unit: Unit;
}

export interface Draft extends Knowledge {
  shop: ShopRow;
  readonly customerIds: Map<CustomerKey, CustomerId>;
  readonly customers: Map<CustomerId, CustomerRow>;
  readonly settled: Map<string, SettledRow[]>;
  readonly accounts: Map<string, AccountRow>;
  readonly writers: Map<string, WriterRow>;
  readonly policies: ReadonlyMap<number, Policy>;
  readonly programs: ReadonlyMap<number, Program>;
  readonly periods: ReadonlyMap<string, Period>;
  /** Strict mode: who may promise what while cut off. */
  readonly escrow: Escrow;
  readonly heirs: Map<CustomerKey, CustomerKey | undefined>;
  readonly review: ReviewDraft;
  readonly newKey: () => CustomerKey;
  readonly touched: {
    readonly decisions: DecisionRow[];
    readonly customers: CustomerRow[];
    readonly operations: OperationRow[];
    readonly repeats: Map<number, number>;
    readonly entries: EntryRow[];
    readonly accounts: Set<string>;
    readonly redemptions: Set<string>;
    readonly sales: Set<string>;
    readonly returns: Set<string>;
    readonly writers: Set<string>;
    readonly registers: Map<string, RegisterRow>;
    readonly spans: RegisterSpan[];
    readonly syncs: SyncRow[];
    readonly attempts: AttemptRow[];
    readonly conflicts: ConflictRow[];
    readonly damaged: DamagedRow[];
  };
}

export function createDraft(known: Known, newKey: () => CustomerKey): Draft {
  const settled = new Map<string, SettledRow[]>();
  for (const row of known.settled) settled.set(row.key, [...(settled.get(row.key) ?? []), row]);
  const { shop } = known;
  return {
    ...knowledgeOf(known),
    shop,
    customerIds: new Map(known.customers.map(({ id, key }) => [key, id])),
    customers: new Map(known.customers.map((row) => [row.id, row])),
    settled,
    accounts: new Map(known.accounts.map((row) => [accountName(row), row])),
    writers: new Map(known.writers.map((row) => [row.writer, row])),
    policies: byVersion([...known.policies, shop.policy]),
    programs: byVersion([...known.programs, shop.program]),
    periods: known.periods,
    escrow: known.escrow,
    heirs: new Map(known.heirs),
    review: createReviewDraft(known.reviewed),
    newKey,
    touched: {
      decisions: [],
      customers: [],
      operations: [],
      repeats: new Map(),
      entries: [],
      accounts: new Set(),
      redemptions: new Set(),
      sales: new Set(),
      returns: new Set(),
      writers: new Set(),
      registers: new Map(),
      spans: [],
      syncs: [],
      attempts: [],
      conflicts: [],
      damaged: [],
    },
  };
}

function byVersion<T extends { readonly version: number }>(
  decisions: readonly T[],
): ReadonlyMap<number, T> {
  return new Map(decisions.map((one) => [one.version, one]));
}

/** Everything that was decided, as rows to write. */
export function changesOf(draft: Draft): Changes {
  const { touched } = draft;
  const picked = <T>(map: Map<string, T>, names: Set<string>) =>
    [...names].map((name) => {
      const row = map.get(name);
      assert(row !== undefined, `a touched row ${name} to be in the draft`);
      return row;
    });
  return {
    ...reviewChangesOf(draft.review),
    shop: draft.shop,
    decisions: touched.decisions,
    customers: touched.customers,
    operations: touched.operations,
    repeats: [...touched.repeats].map(([seq, repeats]) => ({ seq, repeats })),
    entries: touched.entries,
    accounts: picked(draft.accounts, touched.accounts),
    redemptions: picked(draft.redemptions, touched.redemptions),
    sales: picked(draft.sales, touched.sales),
    returns: picked(draft.returns, touched.returns),
    writers: picked(draft.writers, touched.writers),
    registers: [...touched.registers.values()],
    spans: touched.spans,
    syncs: touched.syncs,
    attempts: touched.attempts,
    conflicts: touched.conflicts,
    damaged: touched.damaged,
  };
}

/** The next position of the shop's feed. */
export function nextSeq(draft: Draft): number {
  draft.shop = { ...draft.shop, seq: draft.shop.seq + 1 };
  return draft.shop.seq;
}

/** The key that stands for this customer; drawn when the ledger hears of the customer first. */
export function keyOf(draft: Draft, id: CustomerId): CustomerKey {
  const known = draft.customers.get(id);
  if (known !== undefined) return known.key;
  const row = { id, key: draft.newKey(), seq: draft.shop.seq + 1 };
  draft.customers.set(id, row);
  draft.customerIds.set(row.key, id);
  draft.touched.customers.push(row);
  draft.shop = { ...draft.shop, customers: draft.shop.customers + 1 };
  return row.key;
}

export function accountOf(draft: Draft, key: CustomerKey, unit: Unit): AccountRow {
  const none = { key, unit, customer: 0, held: 0, redeemed: 0, issued: 0, seq: 0 };
  return draft.accounts.get(accountName({ key, unit })) ?? none;
}

/** Whether every balance stays within what the wire can carry after these moves. */
export function fits(draft: Draft, moves: readonly Move[]): boolean {
  return moves.every((move) => {
    const after = moved(accountOf(draft, move.key, move.unit), move);
    const others = [after.held, after.redeemed, after.issued];
    return Math.abs(after.customer) <= AMOUNT_MAX && others.every(Number.isSafeInteger);
  });
}

/** Posts the moves of the operation at `seq` and keeps the balance after each. */
export function post(draft: Draft, seq: number, moves: readonly Move[]): void {
  let line = 0;
  for (const move of moves) {
    const { key, unit, customer, held, redeemed, issued } = move;
    if (customer === 0 && held === 0 && redeemed === 0 && issued === 0) continue;
    assert(customer + held + redeemed + issued === 0, 'a double entry that sums to zero');
    const before = accountOf(draft, key, unit);
    const after = { ...moved(before, move), seq };
    if (customer !== 0) beforeMove(draft.escrow, { key, unit, balance: before.customer }, seq);
    if (customer !== 0) afterMove(draft.escrow, { key, unit, balance: after.customer }, seq);
    draft.accounts.set(accountName(move), after);
    draft.touched.accounts.add(accountName(move));
    draft.touched.entries.push({ ...move, seq, line, balance: after.customer });
    line += 1;
  }
}

/** Notes that an operation of this id has arrived, with the numbers that failed before it. */
export function noteArrival(
  draft: Draft,
  id: OperationId,
  by: { readonly device: string; readonly skip: readonly number[]; readonly at: number },
): void {
  const { writer, n } = parseOperationId(id);
  let seen = meet(draft.writers.get(writer) ?? NOTHING_SEEN, n);
  for (const skipped of by.skip) if (skipped < n) seen = meet(seen, skipped);
  putWriter(draft, { writer, ...seen }, by);
}

/** Notes that other operations exist on the device, by the newest number of each writer. */
export function noteHeads(
  draft: Draft,
  heads: readonly (readonly [string, number])[],
  by: { readonly device: string; readonly at: number },
): void {
  for (const [writer, n] of heads) {
    putWriter(draft, { writer, ...hear(draft.writers.get(writer) ?? NOTHING_SEEN, n) }, by);
  }
}

function putWriter(
  draft: Draft,
  row: Pick<WriterRow, 'writer' | 'highest' | 'missing'>,
  by: { readonly device: string; readonly at: number },
): void {
  const before = draft.writers.get(row.writer);
  const isSame = before?.highest === row.highest && isSameList(before.missing, row.missing);
  if (isSame) return;
  const since = row.missing.length === 0 ? undefined : (before?.missingSince ?? by.at);
  draft.writers.set(row.writer, {
    writer: row.writer,
    highest: row.highest,
    missing: row.missing,
    device: by.device,
    missingSince: since,
  });
  draft.touched.writers.add(row.writer);
}

function isSameList(a: readonly NumberRange[], b: readonly NumberRange[]): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function moved(account: AccountRow, move: Move): AccountRow {
  return {
    ...account,
    customer: account.customer + move.customer,
    held: account.held + move.held,
    redeemed: account.redeemed + move.redeemed,
    issued: account.issued + move.issued,
  };
}

function accountName({ key, unit }: { key: CustomerKey; unit: Unit }): string {
  return `${key}/${unit}`;
}
