/**
 * The reading side for people: what registers sent, what became of it, and what somebody should
 * look at. Every list is ordered by numbers that never change, so a page stays the same page while
 * new rows come.
 */
import type { CustomerId } from '../shared/protocol.ts';
import type {
  AttemptRow,
  ConflictView,
  HistoryRow,
  OperationFilter,
  OperationView,
  RegisterRow,
  Sale,
  ShopReader,
  SyncRow,
} from './database/database.ts';
import { redemptionFlags } from './ledger/settlement.ts';

export const PAGE_ROWS_MAX = 200;
export const PAGE_ROWS = 50;
export const HISTORY_ROWS = 50;
export const REGISTERS_MAX = 1_000;
/**
 * A number that is missing, a register that is silent with operations waiting, and a hold that is
 * still open are told after a day.
 */
export const OVERDUE_MS = 24 * 3_600_000;
const RELATED_ROWS_MAX = 50;

/**
 * JSON has no `undefined`: what is unknown is said as `null`, so that every row has every field.
 */
type Plain<T> = {
  [Field in keyof T]: undefined extends T[Field] ? NonNullable<T[Field]> | null : T[Field];
};

function plain<T extends object>(row: T): Plain<T> {
  const fields = Object.entries(row).map(([name, value]: [string, unknown]) => [
    name,
    value ?? null,
  ]);
  return Object.fromEntries(fields) as Plain<T>;
}

/** One page of the sync log, newest first, with what a person should know about now. */
export async function readSyncLog(
  reader: ShopReader,
  page: { readonly before: number | undefined; readonly limit: number; readonly now: number },
) {
  const before = page.before ?? Number.MAX_SAFE_INTEGER;
  const found = await reader.syncs({ before, limit: page.limit + 1 });
  const syncs = found.slice(0, page.limit);
  const isMore = found.length > syncs.length;
  // Conflicts of orders have numbers of their own, also below the first sync's.
  const from = isMore ? (syncs.at(-1)?.log ?? 0) : 0;
  const conflicts = await reader.conflicts({ from, before });
  const registers = await reader.registers(REGISTERS_MAX);
  const missing = await reader.missing(page.now - OVERDUE_MS, PAGE_ROWS_MAX);
  return {
    syncs: syncs.map(syncForPeople),
    conflicts: conflicts.map(conflictForPeople),
    registers: registers.map((row) => registerForPeople(row, page.now)),
    missing: missing.map(plain),
    next: isMore ? from : null,
  };
}

function syncForPeople(row: SyncRow) {
  return { ...plain(row), clockOffsetMs: row.deviceTime - row.receivedAt };
}

function conflictForPeople({ customerId, ...row }: ConflictView) {
  return { ...plain(row), customer: customerId ?? null };
}

function registerForPeople({ connectedSince: _since, ...row }: RegisterRow, now: number) {
  const isSilent = row.pendingCount > 0 && now - row.lastSeenAt >= OVERDUE_MS;
  return { ...plain(row), isSilent };
}

/**
 * One page of holds that have been open for a day or longer, newest first. Nothing closes them by
 * itself: a register that lost its memory can't say what became of them.
 */
export async function readHolds(
  reader: ShopReader,
  page: { readonly before: number | undefined; readonly limit: number; readonly now: number },
) {
  const before = page.before ?? Number.MAX_SAFE_INTEGER;
  const asked = { before, at: page.now - OVERDUE_MS, limit: page.limit + 1 };
  const found = await reader.holds(asked);
  const holds = found.slice(0, page.limit);
  return {
    holds: holds.map(({ customerId, ...row }) => ({ ...plain(row), customer: customerId ?? null })),
    next: found.length > holds.length ? (holds.at(-1)?.seq ?? null) : null,
  };
}

/** One page of operations, newest first. */
export async function readOperations(
  reader: ShopReader,
  asked: Omit<OperationFilter, 'before'> & { readonly before: number | undefined },
) {
  const before = asked.before ?? Number.MAX_SAFE_INTEGER;
  const found = await reader.operations({ ...asked, before, limit: asked.limit + 1 });
  const operations = found.slice(0, asked.limit);
  const isMore = found.length > operations.length;
  return {
    operations: operations.map(operationForPeople),
    next: isMore ? (operations.at(-1)?.seq ?? null) : null,
  };
}

function operationForPeople(row: OperationView) {
  const { seq, kind, ref, status, reason, flags, unit, amount, device, syncId, at, askedAt } = row;
  return {
    id: row.id ?? row.key,
    kind,
    ref: ref ?? null,
    customer: row.customerId ?? null,
    unit: unit ?? null,
    amount: amount ?? null,
    status,
    reason: reason ?? null,
    flags,
    seq,
    at,
    askedAt: askedAt ?? null,
    device: device ?? null,
    syncId: syncId ?? null,
    repeats: row.repeats,
  };
}

/**
 * The whole story of one operation: asked on the device, every attempt, what it moved, its
 * redemption.
 */
export async function readStory(reader: ShopReader, id: string) {
  const rows = await reader.operation(id);
  const [first] = rows;
  if (first === undefined) return undefined;
  const entries = await reader.entries(first.seq);
  const attempts: AttemptRow[] = [];
  for (const row of rows) attempts.push(...firstAttempt(row), ...(await reader.attempts(row.seq)));
  return {
    operation: operationForPeople(first),
    asked: asJson(first.content),
    attempts: attempts.map(plain),
    entries: entries.map(({ key: _key, ...entry }) => entry),
    /** The same id with other content: kept, never applied. */
    mismatches: rows
      .slice(1)
      .map((row) => ({ ...operationForPeople(row), asked: asJson(row.content) })),
    redemption: first.ref === undefined ? null : await readRedemption(reader, first.ref),
  };
}

/** The attempt that settled it; only those that came after have rows of their own. */
function firstAttempt({ seq, syncId, at, device, status }: OperationView): readonly AttemptRow[] {
  return syncId === undefined || device === undefined
    ? []
    : [{ seq, n: 1, syncId, at, device, status }];
}

async function readRedemption(reader: ShopReader, ref: string) {
  const [row] = await reader.redemptions([ref]);
  if (row === undefined) return null;
  const { facts, posted } = row;
  const related = await reader.operations({
    before: Number.MAX_SAFE_INTEGER,
    limit: RELATED_ROWS_MAX,
    ref,
    status: undefined,
  });
  return {
    ref,
    unit: posted?.unit ?? null,
    held: posted?.held ?? 0,
    captured: posted?.captured ?? 0,
    givenBack: posted?.givenBack ?? 0,
    isRefused: facts.refused,
    isVoided: facts.voided,
    isReleased: facts.released,
    missingSince: facts.missingSince ?? null,
    releaseAt: row.dueAt ?? null,
    sales: facts.sales.map(plainSale),
    flags: redemptionFlags(facts),
    operations: related.map(operationForPeople).reverse(),
  };
}

function plainSale({ saleKey, orderId }: Sale) {
  return { saleKey: saleKey ?? null, orderId: orderId ?? null };
}

/** What was quarantined may be no JSON at all; then it is shown as the text that it is. */
function asJson(content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch {
    return content;
  }
}

/** A customer's balances and newest entries. */
export async function readCustomer(reader: ShopReader, customer: CustomerId) {
  const shop = await reader.shop();
  const [row] = await reader.customers([customer]);
  if (shop === undefined || row === undefined) return undefined;
  const accounts = await reader.accounts([row.key]);
  const history = await reader.history(row.key, HISTORY_ROWS);
  return {
    customer,
    cursor: { epoch: shop.epoch, seq: shop.seq },
    balances: accounts.map(({ unit, customer: balance, held }) => ({ unit, balance, held })),
    entries: history.map(({ kind, ...entry }: HistoryRow) => ({ ...plain(entry), reason: kind })),
  };
}
