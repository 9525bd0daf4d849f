/** The one write of the port in SQLite's words: all rows of a decision, by prepared statements. */
import type { Changes, OperationRow, RegisterRow, ShopDomain, SyncRow } from './database.ts';
import type { Value } from './sql.ts';
import { returnNames } from './sqlite-rows.ts';

/** Runs one prepared statement; answers how many rows it changed. */
export type Run = (sql: string, ...values: Value[]) => number;

const places = (count: number) => Array.from({ length: count }, () => '?').join(', ');
const insert = (table: string, count: number) => `INSERT INTO ${table} VALUES (${places(count)})`;
const put = (table: string, count: number) =>
  `INSERT OR REPLACE INTO ${table} VALUES (${places(count)})`;

const PUT_SHOP = put('shop', 8);
const ADD_CUSTOMER = insert('customer', 4);
const ADD_OPERATION = insert('operation', 20);
const SET_REPEATS = 'UPDATE operation SET repeats = ? WHERE shop = ? AND seq = ?';
const ADD_ENTRY = insert('entry', 10);
const PUT_ACCOUNT = put('account', 8);
const PUT_REDEMPTION = put('redemption', 10);
const PUT_SALE = put('sale', 7);
const PUT_RETURN = put('returned', 4);
const ADD_RETURN_NAME = 'INSERT OR IGNORE INTO returned_by VALUES (?, ?, ?)';
const ADD_POLICY = 'INSERT OR IGNORE INTO policy_version VALUES (?, ?, ?)';
const ADD_PROGRAM = 'INSERT OR IGNORE INTO program_version VALUES (?, ?, ?)';
const PUT_WRITER = put('writer', 6);
const PUT_REGISTER = put('register', 16);
const ADD_SYNC = insert('sync', 22);
const ADD_ATTEMPT = insert('attempt', 7);
const ADD_CONFLICT = insert('conflict', 17);
const PUT_DAMAGED = put('damaged', 6);

const orNull = <T extends Value>(value: T | undefined): T | null => value ?? null;

/**
 * Writes everything that was decided for one shop; the caller's database transaction surrounds it.
 */
export function writeChanges(run: Run, shop: ShopDomain, changes: Changes): void {
  writeBooks(run, shop, changes);
  writeLog(run, shop, changes);
}

function writeBooks(run: Run, shop: ShopDomain, changes: Changes): void {
  const { shopId, epoch, seq, log, customers, program, policy } = changes.shop;
  const decided = [JSON.stringify(program), JSON.stringify(policy)] as const;
  run(PUT_SHOP, shop, shopId, epoch, seq, log, customers, ...decided);
  run(ADD_PROGRAM, shop, program.version, decided[0]);
  run(ADD_POLICY, shop, policy.version, decided[1]);
  for (const row of changes.customers) run(ADD_CUSTOMER, shop, row.id, row.key, row.seq);
  for (const row of changes.operations) run(ADD_OPERATION, shop, ...operationValues(row));
  for (const row of changes.repeats) run(SET_REPEATS, row.repeats, shop, row.seq);
  for (const row of changes.entries) {
    const { customer, held, redeemed, issued, balance } = row;
    const place = [row.seq, row.line, row.key, row.unit];
    run(ADD_ENTRY, shop, ...place, customer, held, redeemed, issued, balance);
  }
  for (const row of changes.accounts) {
    const { key, unit, customer, held, redeemed, issued } = row;
    run(PUT_ACCOUNT, shop, key, unit, customer, held, redeemed, issued, row.seq);
  }
  for (const { ref, facts, posted, dueAt, seq: at } of changes.redemptions) {
    const account = [orNull(posted?.customer), orNull(posted?.unit)];
    const sums = [posted?.held ?? 0, posted?.captured ?? 0];
    const rest = [posted?.givenBack ?? 0, orNull(dueAt)];
    run(PUT_REDEMPTION, shop, ref, JSON.stringify(facts), ...account, ...sums, at, ...rest);
  }
  writeSales(run, shop, changes);
}

function writeSales(run: Run, shop: ShopDomain, changes: Changes): void {
  for (const { saleKey = '', orderId = 0, facts, posted, seq } of changes.sales) {
    const earned = [orNull(posted?.customer), posted?.points ?? 0];
    run(PUT_SALE, shop, saleKey, orderId, JSON.stringify(facts), ...earned, seq);
  }
  for (const { returnKey, facts, seq } of changes.returns) {
    run(PUT_RETURN, shop, returnKey, JSON.stringify(facts), seq);
    for (const name of returnNames({ orderIds: facts.orders, refs: facts.refs }))
      run(ADD_RETURN_NAME, shop, name, returnKey);
  }
}

function writeLog(run: Run, shop: ShopDomain, changes: Changes): void {
  for (const row of changes.writers) {
    const missing = JSON.stringify(row.missing);
    const since = orNull(row.missingSince);
    run(PUT_WRITER, shop, row.writer, orNull(row.device), row.highest, missing, since);
  }
  for (const row of changes.registers) run(PUT_REGISTER, shop, ...registerValues(row));
  for (const row of changes.syncs) run(ADD_SYNC, shop, ...syncValues(row));
  for (const row of changes.attempts) {
    run(ADD_ATTEMPT, shop, row.seq, row.n, row.syncId, row.at, row.device, row.status);
  }
  for (const row of changes.conflicts) {
    const about = [orNull(row.id), orNull(row.ref), orNull(row.customer), orNull(row.unit)];
    const sums = [orNull(row.amount), orNull(row.overBy)];
    const by = [row.device, orNull(row.staff), orNull(row.cacheAgeMs), orNull(row.orderId), row.at];
    run(
      ADD_CONFLICT,
      shop,
      row.log,
      row.n,
      row.kind,
      row.seq,
      row.syncId,
      ...about,
      ...sums,
      ...by,
    );
  }
  for (const row of changes.damaged) {
    run(PUT_DAMAGED, shop, row.device, row.hash, row.key, row.raw, row.at);
  }
}

function operationValues(row: OperationRow): Value[] {
  return [
    row.seq,
    row.key,
    orNull(row.id),
    row.hash,
    row.kind,
    orNull(row.ref),
    orNull(row.customer),
    orNull(row.unit),
    orNull(row.amount),
    row.status,
    orNull(row.reason),
    JSON.stringify(row.flags),
    row.repeats,
    orNull(row.device),
    orNull(row.syncId),
    row.at,
    orNull(row.askedAt),
    row.content,
    orNull(row.period),
  ];
}

function registerValues(row: RegisterRow): Value[] {
  return [
    row.device,
    row.name,
    row.location,
    row.user,
    row.claimedUser,
    orNull(row.staff),
    row.build,
    row.firstSeenAt,
    row.lastSeenAt,
    row.pendingCount,
    orNull(row.oldestPendingAt),
    row.deviceTime,
    row.storageKeys,
    row.storageBytes,
    row.cursorSeq,
  ];
}

function syncValues(row: SyncRow): Value[] {
  return [
    row.log,
    row.syncId,
    row.device,
    row.name,
    row.user,
    row.claimedUser,
    orNull(row.staff),
    row.location,
    row.build,
    row.receivedAt,
    row.deviceTime,
    row.pendingCount,
    orNull(row.oldestPendingAt),
    row.storageKeys,
    row.storageBytes,
    row.operations,
    row.damaged,
    JSON.stringify(row.counts),
    row.seqBefore,
    row.seqAfter,
    row.ms,
  ];
}
