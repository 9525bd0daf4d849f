/**
 * Between SQLite's untyped rows and the port's typed ones: the edge at which stored values are
 * trusted.
 */
import type { Unit } from '../../shared/amount.ts';
import type { Policy, Program } from '../../shared/program.ts';
import type { Balance, Flag, Reason, Status } from '../../shared/protocol.ts';
import type {
  AccountRow,
  AttemptRow,
  ConflictView,
  CustomerKey,
  CustomerRow,
  DecisionView,
  EntryRow,
  Facts,
  HistoryRow,
  HoldView,
  NumberRange,
  OperationView,
  PeriodRow,
  Posted,
  RedemptionRow,
  RegisterRow,
  ReturnFacts,
  ReturnRow,
  SaleFacts,
  SaleRow,
  SettledRow,
  SettledStatus,
  ShopRow,
  SyncRow,
  WriterRow,
} from './database.ts';
import { number, perhapsNumber, perhapsText, text, type Row } from './sql.ts';

const json = (row: Row, column: string): unknown => JSON.parse(text(row, column));
const key = (row: Row) => text(row, 'customer_key') as CustomerKey;
const perhapsKey = (row: Row) => perhapsText(row, 'customer_key') as CustomerKey | undefined;
const unit = (row: Row) => text(row, 'unit') as Unit;
const perhapsUnit = (row: Row) => perhapsText(row, 'unit') as Unit | undefined;

export function shopRow(row: Row): ShopRow {
  return {
    shopId: number(row, 'shop_id'),
    epoch: number(row, 'epoch'),
    seq: number(row, 'seq'),
    log: number(row, 'log'),
    customers: number(row, 'customers'),
    program: programOf(row),
    policy: policyOf(row),
  };
}

export function customerRow(row: Row): CustomerRow {
  return { id: number(row, 'customer_id'), key: key(row), seq: number(row, 'seq') };
}

export function settledRow(row: Row): SettledRow {
  return {
    seq: number(row, 'seq'),
    key: text(row, 'op_key'),
    id: perhapsText(row, 'op_id'),
    hash: text(row, 'hash'),
    status: text(row, 'status') as SettledStatus,
    reason: perhapsText(row, 'reason') as Reason | undefined,
    flags: json(row, 'flags') as Flag[],
    repeats: number(row, 'repeats'),
  };
}

export function operationView(row: Row): OperationView {
  return {
    ...settledRow(row),
    kind: text(row, 'kind'),
    ref: perhapsText(row, 'ref'),
    customer: perhapsKey(row),
    customerId: perhapsNumber(row, 'customer_id'),
    unit: perhapsUnit(row),
    amount: perhapsNumber(row, 'amount'),
    device: perhapsText(row, 'device'),
    syncId: perhapsText(row, 'sync_id'),
    at: number(row, 'at'),
    askedAt: perhapsNumber(row, 'asked_at'),
    period: perhapsNumber(row, 'period'),
    content: text(row, 'content'),
    staff: perhapsNumber(row, 'staff'),
    location: perhapsNumber(row, 'location'),
    orderId: perhapsNumber(row, 'order_id'),
    offline: offlineOf(row),
  };
}

export function offlineOf(row: Row): boolean | undefined {
  const offline = perhapsNumber(row, 'offline');
  return offline === undefined ? undefined : offline === 1;
}

function amounts(row: Row) {
  return {
    customer: number(row, 'customer'),
    held: number(row, 'held'),
    redeemed: number(row, 'redeemed'),
    issued: number(row, 'issued'),
  };
}

export function accountRow(row: Row): AccountRow {
  return { key: key(row), unit: unit(row), ...amounts(row), seq: number(row, 'seq') };
}

export function entryRow(row: Row): EntryRow {
  const place = { seq: number(row, 'seq'), line: number(row, 'line') };
  return { ...place, key: key(row), unit: unit(row), ...amounts(row), balance: balance(row) };
}

const balance = (row: Row) => number(row, 'balance');

export function balanceOf(row: Row): Balance {
  return { customer: number(row, 'customer_id'), unit: unit(row), balance: balance(row) };
}

export function historyRow(row: Row): HistoryRow {
  return {
    seq: number(row, 'seq'),
    at: number(row, 'at'),
    unit: unit(row),
    amount: number(row, 'amount'),
    balance: balance(row),
    kind: text(row, 'kind'),
    id: perhapsText(row, 'op_id'),
    ref: perhapsText(row, 'ref'),
  };
}

export function redemptionRow(row: Row): RedemptionRow {
  const customer = perhapsKey(row);
  const inUnit = perhapsUnit(row);
  const sums = {
    held: number(row, 'held'),
    captured: number(row, 'captured'),
    givenBack: number(row, 'given_back'),
  };
  const posted: Posted | undefined =
    customer === undefined || inUnit === undefined
      ? undefined
      : { customer, unit: inUnit, ...sums };
  const facts = json(row, 'facts') as Facts;
  const dueAt = perhapsNumber(row, 'due_at');
  return { ref: text(row, 'ref'), facts, posted, dueAt, seq: number(row, 'seq') };
}

export function holdView(row: Row): HoldView {
  return {
    ref: text(row, 'ref'),
    customerId: perhapsNumber(row, 'customer_id'),
    unit: perhapsUnit(row),
    amount: number(row, 'held'),
    seq: number(row, 'seq'),
    at: number(row, 'at'),
    device: perhapsText(row, 'device'),
  };
}

export function saleRow(row: Row): SaleRow {
  const customer = perhapsKey(row);
  return {
    saleKey: text(row, 'sale_key') || undefined,
    orderId: number(row, 'order_id') || undefined,
    facts: json(row, 'facts') as SaleFacts,
    posted: customer === undefined ? undefined : { customer, points: number(row, 'points') },
    seq: number(row, 'seq'),
  };
}

export function returnRow(row: Row): ReturnRow {
  const facts = json(row, 'facts') as ReturnFacts;
  return { returnKey: text(row, 'return_key'), facts, seq: number(row, 'seq') };
}

/** The names under which a return is found, as the tables hold them. */
export function returnNames(by: {
  readonly orderIds: readonly number[];
  readonly refs: readonly string[];
}): readonly string[] {
  return [...by.orderIds.map((id) => `order/${id}`), ...by.refs.map((ref) => `ref/${ref}`)];
}

export function periodRow(row: Row): PeriodRow {
  return {
    kind: text(row, 'kind'),
    ref: text(row, 'ref'),
    customer: perhapsKey(row),
    content: text(row, 'content'),
  };
}

export const policyOf = (row: Row) => json(row, 'policy') as Policy;
export const programOf = (row: Row) => json(row, 'program') as Program;

export function decisionView<Decided>(row: Row): DecisionView<Decided> {
  return {
    version: number(row, 'version'),
    decided: json(row, 'decided') as Decided,
    at: perhapsNumber(row, 'decided_at') ?? null,
    by: perhapsText(row, 'decided_by') ?? null,
  };
}

export function writerRow(row: Row): WriterRow {
  return {
    writer: text(row, 'writer'),
    device: perhapsText(row, 'device'),
    highest: number(row, 'highest'),
    missing: json(row, 'missing') as NumberRange[],
    missingSince: perhapsNumber(row, 'missing_since'),
  };
}

function deviceFields(row: Row) {
  return {
    device: text(row, 'device'),
    name: text(row, 'name'),
    location: number(row, 'location'),
    user: text(row, 'user'),
    claimedUser: number(row, 'claimed_user'),
    staff: perhapsNumber(row, 'staff'),
    build: text(row, 'build'),
    pendingCount: number(row, 'pending_count'),
    oldestPendingAt: perhapsNumber(row, 'oldest_pending_at'),
    deviceTime: number(row, 'device_time'),
    storageKeys: number(row, 'storage_keys'),
    storageBytes: number(row, 'storage_bytes'),
  };
}

export function registerRow(row: Row): RegisterRow {
  return {
    ...deviceFields(row),
    firstSeenAt: number(row, 'first_seen_at'),
    lastSeenAt: number(row, 'last_seen_at'),
    cursorSeq: number(row, 'cursor_seq'),
    connectedSince: number(row, 'connected_since'),
  };
}

export function syncRow(row: Row): SyncRow {
  return {
    ...deviceFields(row),
    log: number(row, 'log'),
    syncId: text(row, 'sync_id'),
    receivedAt: number(row, 'received_at'),
    operations: number(row, 'operations'),
    damaged: number(row, 'damaged'),
    counts: json(row, 'counts') as SyncRow['counts'],
    seqBefore: number(row, 'seq_before'),
    seqAfter: number(row, 'seq_after'),
    ms: number(row, 'ms'),
  };
}

export function attemptRow(row: Row): AttemptRow {
  return {
    seq: number(row, 'seq'),
    n: number(row, 'n'),
    syncId: text(row, 'sync_id'),
    at: number(row, 'at'),
    device: text(row, 'device'),
    status: text(row, 'status') as Status,
  };
}

export function conflictView(row: Row): ConflictView {
  return {
    log: number(row, 'log'),
    n: number(row, 'n'),
    kind: text(row, 'kind') as ConflictView['kind'],
    seq: number(row, 'seq'),
    syncId: text(row, 'sync_id'),
    id: perhapsText(row, 'op_id'),
    ref: perhapsText(row, 'ref'),
    customer: perhapsKey(row),
    customerId: perhapsNumber(row, 'customer_id'),
    unit: perhapsUnit(row),
    amount: perhapsNumber(row, 'amount'),
    overBy: perhapsNumber(row, 'over_by'),
    device: text(row, 'device'),
    staff: perhapsNumber(row, 'staff'),
    cacheAgeMs: perhapsNumber(row, 'cache_age_ms'),
    orderId: perhapsNumber(row, 'order_id'),
    at: number(row, 'at'),
  };
}
