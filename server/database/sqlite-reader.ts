/** The reads of the port in SQLite's words. Every statement names the shop first. */
import type { Balance } from '../../shared/protocol.ts';
import type { OperationFilter, ShopDomain, ShopReader } from './database.ts';
import {
  accountRow,
  attemptRow,
  balanceOf,
  conflictView,
  customerRow,
  entryRow,
  historyRow,
  holdView,
  operationView,
  periodRow,
  policyOf,
  programOf,
  redemptionRow,
  registerRow,
  returnNames,
  returnRow,
  saleRow,
  settledRow,
  shopRow,
  syncRow,
  writerRow,
} from './sqlite-rows.ts';
import { text, type Row, type Value } from './sql.ts';
import { BOOKS } from './sqlite-books.ts';
import { createLeaseReader } from './sqlite-leases.ts';

/** Runs one prepared statement and returns its rows. */
export type Query = (sql: string, ...values: Value[]) => readonly Row[];

/*
 * Where the planner has a choice that only statistics can make right, the index is named: a plan
 * that reads a whole shop works in every test and stops the shop a year later. CROSS JOIN is
 * SQLite's word for "in this order".
 */

/** `IN` over a list of any length with one parameter. */
const ANY = '(SELECT value FROM json_each(?))';

const SETTLED = 'seq, op_key, op_id, hash, status, reason, flags, repeats';
const operation = (index = '') => `SELECT o.*, c.customer_id FROM operation o ${index}
  LEFT JOIN customer c ON c.shop = o.shop AND c.customer_key = o.customer_key`;

export const SQL = {
  shop: 'SELECT * FROM shop WHERE shop = ?',
  customers: `SELECT * FROM customer WHERE shop = ? AND customer_id IN ${ANY}`,
  customersOf: `SELECT * FROM customer INDEXED BY customer_by_key
    WHERE shop = ? AND customer_key IN ${ANY}`,
  policies: `SELECT policy FROM policy_version WHERE shop = ? AND version IN ${ANY}`,
  programs: `SELECT program FROM program_version WHERE shop = ? AND version IN ${ANY}`,
  settled: `SELECT ${SETTLED} FROM operation INDEXED BY operation_by_key
    WHERE shop = ? AND op_key IN ${ANY}`,
  redemptions: `SELECT * FROM redemption WHERE shop = ? AND ref IN ${ANY}`,
  salesByKey: `SELECT * FROM sale WHERE shop = ? AND sale_key IN ${ANY}`,
  salesByOrder: `SELECT * FROM sale INDEXED BY sale_by_order
    WHERE shop = ? AND order_id <> 0 AND order_id IN ${ANY}`,
  returnsByKey: `SELECT * FROM returned WHERE shop = ? AND return_key IN ${ANY}`,
  returnsByName: `SELECT r.* FROM returned_by n
    CROSS JOIN returned r ON r.shop = n.shop AND r.return_key = n.return_key
    WHERE n.shop = ? AND n.name IN ${ANY}`,
  due: `SELECT * FROM redemption INDEXED BY redemption_due
    WHERE shop = ? AND due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ?`,
  period: `SELECT kind, ref, customer_key, content FROM operation INDEXED BY operation_by_period
    WHERE shop = ? AND device = ? AND period = ? AND ref IS NOT NULL
      AND status IN ('applied', 'closed')`,
  accounts: `SELECT * FROM account WHERE shop = ? AND customer_key IN ${ANY}`,
  writers: `SELECT * FROM writer WHERE shop = ? AND writer IN ${ANY}`,
  register: 'SELECT * FROM register WHERE shop = ? AND device = ?',
  damaged: `SELECT hash FROM damaged WHERE shop = ? AND device = ? AND hash IN ${ANY}`,
  settledOf: `SELECT ${SETTLED} FROM operation
    WHERE shop = ? AND device = ? AND seq > ? AND seq <= ? ORDER BY seq`,
  balancesChanged: `SELECT c.customer_id, e.unit, e.balance FROM entry e
    JOIN customer c ON c.shop = e.shop AND c.customer_key = e.customer_key
    WHERE e.shop = ? AND e.seq > ? AND e.seq <= ? AND e.customer <> 0 ORDER BY e.seq, e.line`,
  customersAsOf: `SELECT customer_id FROM customer
    WHERE shop = ? AND customer_id > ? AND seq <= ? ORDER BY customer_id LIMIT ?`,
  balancesAsOf: `SELECT c.customer_id, a.unit, CASE WHEN a.seq <= ?4 THEN a.customer ELSE (
      SELECT e.balance FROM entry e INDEXED BY entry_by_customer
      WHERE e.shop = a.shop AND e.customer_key = a.customer_key AND e.customer <> 0
        AND e.unit = a.unit AND e.seq <= ?4 ORDER BY e.seq DESC, e.line DESC LIMIT 1) END AS balance
    FROM customer c JOIN account a ON a.shop = c.shop AND a.customer_key = c.customer_key
    WHERE c.shop = ?1 AND c.customer_id BETWEEN ?2 AND ?3`,
  history: `SELECT e.seq, e.unit, e.customer AS amount, e.balance, o.at, o.kind, o.op_id, o.ref
    FROM entry e INDEXED BY entry_by_customer
    JOIN operation o INDEXED BY operation_at ON o.shop = e.shop AND o.seq = e.seq
    WHERE e.shop = ? AND e.customer_key = ? AND e.customer <> 0
    ORDER BY e.seq DESC, e.line DESC LIMIT ?`,
  operations: `${operation()} WHERE o.shop = ? AND o.seq < ? ORDER BY o.seq DESC LIMIT ?`,
  operationsApplied: `${operation()} WHERE o.shop = ? AND o.seq < ? AND o.status = 'applied'
    ORDER BY o.seq DESC LIMIT ?`,
  operationsByStatus: `${operation()}
    WHERE o.shop = ? AND o.status = ? AND o.status <> 'applied' AND o.seq < ?
    ORDER BY o.seq DESC LIMIT ?`,
  operationsByRef: `${operation()} WHERE o.shop = ? AND o.ref = ? AND o.seq < ?
    ORDER BY o.seq DESC LIMIT ?`,
  operationsByRefAndStatus: `${operation()}
    WHERE o.shop = ? AND o.ref = ? AND o.seq < ? AND o.status = ? ORDER BY o.seq DESC LIMIT ?`,
  operation: `${operation('INDEXED BY operation_by_key')} WHERE o.shop = ? AND o.op_key = ?`,
  entries: 'SELECT * FROM entry WHERE shop = ? AND seq = ? ORDER BY line',
  attempts: 'SELECT * FROM attempt WHERE shop = ? AND seq = ? ORDER BY n',
  syncs: 'SELECT * FROM sync WHERE shop = ? AND log < ? ORDER BY log DESC LIMIT ?',
  conflicts: `SELECT f.*, c.customer_id FROM conflict f
    LEFT JOIN customer c ON c.shop = f.shop AND c.customer_key = f.customer_key
    WHERE f.shop = ? AND f.log >= ? AND f.log < ? ORDER BY f.log DESC, f.n DESC`,
  holds: `SELECT r.ref, r.unit, r.held, r.seq, o.at, o.device, c.customer_id
    FROM redemption r INDEXED BY redemption_open
    CROSS JOIN operation o INDEXED BY operation_at ON o.shop = r.shop AND o.seq = r.seq
    LEFT JOIN customer c ON c.shop = r.shop AND c.customer_key = r.customer_key
    WHERE r.shop = ? AND r.held > 0 AND r.seq < ? AND o.at <= ? ORDER BY r.seq DESC LIMIT ?`,
  registers: 'SELECT * FROM register WHERE shop = ? ORDER BY device LIMIT ?',
  missing: `SELECT * FROM writer WHERE shop = ? AND missing_since IS NOT NULL
    AND missing_since <= ? ORDER BY missing_since LIMIT ?`,
} as const;

/** Reads bound to one shop. */
export function createReader(query: Query, shop: ShopDomain): ShopReader {
  const list = (values: readonly (string | number)[]) => JSON.stringify(values);
  const many = <T>(read: (row: Row) => T, sql: string, ...values: (string | number)[]) =>
    query(sql, shop, ...values).map(read);

  return {
    ...createLeaseReader(query, shop),
    shop: async () => many(shopRow, SQL.shop)[0],
    customers: async (ids) => many(customerRow, SQL.customers, list(ids)),
    customersOf: async (keys) => many(customerRow, SQL.customersOf, list(keys)),
    policies: async (versions) => many(policyOf, SQL.policies, list(versions)),
    programs: async (versions) => many(programOf, SQL.programs, list(versions)),
    settled: async (keys) => many(settledRow, SQL.settled, list(keys)).sort(bySeq),
    redemptions: async (refs) => many(redemptionRow, SQL.redemptions, list(refs)),
    sales: async (saleKeys, orderIds) => {
      const found = [
        ...many(saleRow, SQL.salesByKey, list(saleKeys)),
        ...many(saleRow, SQL.salesByOrder, list(orderIds)),
      ];
      return once(found, ({ saleKey, orderId }) => JSON.stringify([saleKey, orderId]));
    },
    returns: async ({ returnKeys, orderIds, refs }) => {
      const found = [
        ...many(returnRow, SQL.returnsByKey, list(returnKeys)),
        ...many(returnRow, SQL.returnsByName, list(returnNames({ orderIds, refs }))),
      ];
      return once(found, ({ returnKey }) => returnKey);
    },
    due: async (now, limit) => many(redemptionRow, SQL.due, now, limit),
    period: async (device, period) => many(periodRow, SQL.period, device, period),
    accounts: async (keys) => many(accountRow, SQL.accounts, list(keys)),
    writers: async (writers) => many(writerRow, SQL.writers, list(writers)),
    register: async (device) => many(registerRow, SQL.register, device)[0],
    damaged: async (device, hashes) =>
      many((row) => text(row, 'hash'), SQL.damaged, device, list(hashes)),
    settledOf: async (device, { after, through }) =>
      many(settledRow, SQL.settledOf, device, after, through),
    balancesChanged: async ({ after, through }) =>
      newest(many(balanceOf, SQL.balancesChanged, after, through)),
    customersAsOf: async ({ after, limit, seq }) =>
      query(SQL.customersAsOf, shop, after, seq, limit).map((row) => Number(row['customer_id'])),
    balancesAsOf: async ({ first, last, seq }) =>
      query(SQL.balancesAsOf, shop, first, last, seq)
        .filter((row) => row['balance'] !== null)
        .map(balanceOf),
    history: async (key, limit) => many(historyRow, SQL.history, key, limit),
    operations: async (filter) => operations(query, shop, filter).map(operationView),
    operation: async (id) => many(operationView, SQL.operation, id).sort(bySeq),
    entries: async (seq) => many(entryRow, SQL.entries, seq),
    attempts: async (seq) => many(attemptRow, SQL.attempts, seq),
    syncs: async ({ before, limit }) => many(syncRow, SQL.syncs, before, limit),
    conflicts: async ({ from, before }) => many(conflictView, SQL.conflicts, from, before),
    holds: async ({ before, at, limit }) => many(holdView, SQL.holds, before, at, limit),
    registers: async (limit) => many(registerRow, SQL.registers, limit),
    missing: async (since, limit) => many(writerRow, SQL.missing, since, limit),
    faults: async () =>
      BOOKS.flatMap(({ sql, sentence }) =>
        query(sql, shop).map((row) => `${sentence}: ${JSON.stringify(row)}`),
      ),
  };
}

/** Each row once, though two statements may have found it. */
function once<T>(rows: readonly T[], name: (row: T) => string): readonly T[] {
  return [...new Map(rows.map((row) => [name(row), row])).values()];
}

const bySeq = (a: { readonly seq: number }, b: { readonly seq: number }) => a.seq - b.seq;

function operations(query: Query, shop: ShopDomain, filter: OperationFilter): readonly Row[] {
  const { before, limit, ref, status } = filter;
  if (ref !== undefined && status !== undefined)
    return query(SQL.operationsByRefAndStatus, shop, ref, before, status, limit);
  if (ref !== undefined) return query(SQL.operationsByRef, shop, ref, before, limit);
  if (status === undefined) return query(SQL.operations, shop, before, limit);
  if (status === 'applied') return query(SQL.operationsApplied, shop, before, limit);
  return query(SQL.operationsByStatus, shop, status, before, limit);
}

/** The last of each account, in a list that is ordered by position. */
function newest(balances: readonly Balance[]): readonly Balance[] {
  const last = new Map(balances.map((one) => [`${one.customer}/${one.unit}`, one]));
  return [...last.values()];
}
