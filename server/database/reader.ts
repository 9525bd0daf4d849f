/** The reads of the port, for both engines. Every statement names the shop first. */
import type { Balance } from '../../shared/protocol.ts';
import { BOOKS } from './books.ts';
import type { AccountRow, OperationFilter, ShopDomain, ShopReader, Subjects } from './database.ts';
import { SAME_ID_MAX } from './log-reads.ts';
import type { Dialect, Parameter, Query } from './dialect.ts';
import { createLeaseReader, leaseStatements } from './lease-reader.ts';
import { createMerchantLog, logReadStatements } from './log-reader.ts';
import { createReviewReader, reviewStatements } from './review-reader.ts';
import {
  accountRow,
  attemptRow,
  balanceOf,
  conflictView,
  customerRow,
  decisionView,
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
} from './rows.ts';
import { number, text, type Row } from './sql.ts';

/** The statements by name, in one engine's words. */
export type Statements = ReturnType<typeof readStatements>;

const SETTLED = 'seq, op_key, op_id, hash, status, reason, flags, repeats';

export function readStatements(dialect: Dialect) {
  return {
    ...leaseStatements(dialect),
    ...reviewStatements(dialect),
    ...decisionStatements(dialect),
    ...answerStatements(dialect),
    ...logStatements(dialect),
    ...logReadStatements(dialect),
  };
}

/** What is read before a decision. */
function decisionStatements({ among, by, join }: Dialect) {
  const text = (select: string, column: string) => among(select, { column, kind: 'text' });
  const whole = (select: string, column: string) => among(select, { column, kind: 'whole' });
  const from = (table: string, index = '') => `SELECT * FROM ${table} ${index} WHERE shop = ?1`;
  const returns = `SELECT r.* FROM returned_by n
    ${join} returned r ON r.shop = n.shop AND r.return_key = n.return_key WHERE n.shop = ?1`;
  const sales = from('sale', by('sale_by_order'));
  return {
    shop: 'SELECT * FROM shop WHERE shop = ?',
    customers: whole(from('customer'), 'customer_id'),
    customersOf: text(from('customer', by('customer_by_key')), 'customer_key'),
    policies: whole(from('policy_version'), 'version'),
    programs: whole(from('program_version'), 'version'),
    settled: text(
      `SELECT ${SETTLED} FROM operation ${by('operation_by_key')} WHERE shop = ?1`,
      'op_key',
    ),
    redemptions: text(from('redemption'), 'ref'),
    salesByKey: text(from('sale'), 'sale_key'),
    salesByOrder: whole(`${sales} AND order_id <> 0`, 'order_id'),
    returnsByKey: text(from('returned'), 'return_key'),
    returnsByName: text(returns, 'n.name'),
    accounts: text(from('account'), 'customer_key'),
    writers: text(from('writer'), 'writer'),
    damaged: among('SELECT hash FROM damaged WHERE shop = ?1 AND device = ?2', {
      column: 'hash',
      kind: 'text',
      place: 3,
    }),
    register: 'SELECT * FROM register WHERE shop = ? AND device = ?',
    due: `SELECT * FROM redemption ${by('redemption_due')}
      WHERE shop = ? AND due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ?`,
    period: `SELECT kind, ref, customer_key, content FROM operation ${by('operation_by_period')}
      WHERE shop = ? AND device = ? AND period = ? AND ref IS NOT NULL
        AND status IN ('applied', 'closed')`,
  } as const;
}

/** What an answer, a snapshot and a customer's page are made of. */
function answerStatements({ by }: Dialect) {
  return {
    settledOf: `SELECT ${SETTLED} FROM operation
      WHERE shop = ? AND device = ? AND seq > ? AND seq <= ? ORDER BY seq`,
    balancesChanged: `SELECT c.customer_id, e.unit, e.balance FROM entry e
      JOIN customer c ON c.shop = e.shop AND c.customer_key = e.customer_key
      WHERE e.shop = ? AND e.seq > ? AND e.seq <= ? AND e.customer <> 0 ORDER BY e.seq, e.line`,
    customersAsOf: `SELECT customer_id FROM customer
      WHERE shop = ? AND customer_id > ? AND seq <= ? ORDER BY customer_id LIMIT ?`,
    customersUpTo: 'SELECT count(*) AS n FROM customer WHERE shop = ? AND customer_id <= ?',
    balancesAsOf: `SELECT c.customer_id, a.unit, CASE WHEN a.seq <= ?4 THEN a.customer ELSE (
        SELECT e.balance FROM entry e ${by('entry_by_customer')}
        WHERE e.shop = a.shop AND e.customer_key = a.customer_key AND e.customer <> 0
          AND e.unit = a.unit AND e.seq <= ?4
        ORDER BY e.seq DESC, e.line DESC LIMIT 1) END AS balance
      FROM customer c JOIN account a ON a.shop = c.shop AND a.customer_key = c.customer_key
      WHERE c.shop = ?1 AND c.customer_id BETWEEN ?2 AND ?3`,
    history: `SELECT e.seq, e.unit, e.customer AS amount, e.balance, o.at, o.kind, o.op_id, o.ref
      FROM entry e ${by('entry_by_customer')}
      JOIN operation o ${by('operation_at')} ON o.shop = e.shop AND o.seq = e.seq
      WHERE e.shop = ? AND e.customer_key = ? AND e.customer <> 0
      ORDER BY e.seq DESC, e.line DESC LIMIT ?`,
  } as const;
}

/** What people read. */
function logStatements({ by, join }: Dialect) {
  const operation = (index = '') => `SELECT o.*, c.customer_id FROM operation o ${index}
    LEFT JOIN customer c ON c.shop = o.shop AND c.customer_key = o.customer_key`;
  const decided = (subject: keyof Subjects) => `SELECT v.version, v.${subject} AS decided,
      d.decided_at, d.decided_by FROM ${subject}_version v
    LEFT JOIN decision_version d
      ON d.shop = v.shop AND d.subject = '${subject}' AND d.version = v.version
    WHERE v.shop = ? AND v.version < ? ORDER BY v.version DESC LIMIT ?`;
  return {
    programDecisions: decided('program'),
    policyDecisions: decided('policy'),
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
    operation: `${operation(by('operation_by_key'))} WHERE o.shop = ? AND o.op_key = ?
      ORDER BY o.seq + 0 LIMIT ?`,
    entries: 'SELECT * FROM entry WHERE shop = ? AND seq = ? ORDER BY line',
    attempts: 'SELECT * FROM attempt WHERE shop = ? AND seq = ? ORDER BY n',
    syncs: 'SELECT * FROM sync WHERE shop = ? AND log < ? ORDER BY log DESC LIMIT ?',
    conflicts: `SELECT f.*, c.customer_id FROM conflict f
      LEFT JOIN customer c ON c.shop = f.shop AND c.customer_key = f.customer_key
      WHERE f.shop = ? AND f.log >= ? AND f.log < ? ORDER BY f.log DESC, f.n DESC`,
    holds: `SELECT r.ref, r.unit, r.held, r.seq, o.at, o.device, c.customer_id
      FROM redemption r ${by('redemption_open')}
      ${join} operation o ${by('operation_at')} ON o.shop = r.shop AND o.seq = r.seq
      LEFT JOIN customer c ON c.shop = r.shop AND c.customer_key = r.customer_key
      WHERE r.shop = ? AND r.held > 0 AND r.seq < ? AND o.at <= ? ORDER BY r.seq DESC LIMIT ?`,
    registers: 'SELECT * FROM register WHERE shop = ? ORDER BY device LIMIT ?',
    missing: `SELECT * FROM writer WHERE shop = ? AND missing_since IS NOT NULL
      AND missing_since <= ? ORDER BY missing_since LIMIT ?`,
  } as const;
}

/** Reads bound to one shop. */
export function createReader(query: Query, sql: Statements, shop: ShopDomain): ShopReader {
  const many = async <T>(read: (row: Row) => T, statement: string, ...values: Parameter[]) =>
    (await query(statement, shop, ...values)).map(read);
  /** Nothing is asked about nobody. */
  const of = async <T>(
    read: (row: Row) => T,
    statement: string,
    list: readonly (string | number)[],
  ): Promise<T[]> => (list.length === 0 ? [] : many(read, statement, [...new Set(list)]));

  return {
    ...createLeaseReader(query, sql, shop),
    ...createReviewReader(query, sql, shop),
    ...createLogReader(query, sql, shop),
    ...createMerchantLog(query, sql, shop),
    shop: async () => (await many(shopRow, sql.shop))[0],
    customers: (ids) => of(customerRow, sql.customers, ids),
    customersOf: (keys) => of(customerRow, sql.customersOf, keys),
    policies: (versions) => of(policyOf, sql.policies, versions),
    programs: (versions) => of(programOf, sql.programs, versions),
    settled: async (keys) => (await of(settledRow, sql.settled, keys)).sort(bySeq),
    redemptions: (refs) => of(redemptionRow, sql.redemptions, refs),
    sales: async (saleKeys, orderIds) => {
      const found = await Promise.all([
        of(saleRow, sql.salesByKey, saleKeys),
        of(saleRow, sql.salesByOrder, orderIds),
      ]);
      return once(found.flat(), ({ saleKey, orderId }) => JSON.stringify([saleKey, orderId]));
    },
    returns: async ({ returnKeys, orderIds, refs }) => {
      const found = await Promise.all([
        of(returnRow, sql.returnsByKey, returnKeys),
        of(returnRow, sql.returnsByName, returnNames({ orderIds, refs })),
      ]);
      return once(found.flat(), ({ returnKey }) => returnKey);
    },
    due: (now, limit) => many(redemptionRow, sql.due, now, limit),
    period: (device, period) => many(periodRow, sql.period, device, period),
    accounts: async (keys) => (await of(accountRow, sql.accounts, keys)).sort(byAccount),
    writers: (writers) => of(writerRow, sql.writers, writers),
    register: async (device) => (await many(registerRow, sql.register, device))[0],
    damaged: async (device, hashes) =>
      hashes.length === 0
        ? []
        : many((row) => text(row, 'hash'), sql.damaged, device, [...new Set(hashes)]),
    settledOf: (device, { after, through }) =>
      many(settledRow, sql.settledOf, device, after, through),
    balancesChanged: async ({ after, through }) =>
      newest(await many(balanceOf, sql.balancesChanged, after, through)),
    customersAsOf: ({ after, limit, seq }) =>
      many((row) => number(row, 'customer_id'), sql.customersAsOf, after, seq, limit),
    customersUpTo: async (id) =>
      (await many((row) => number(row, 'n'), sql.customersUpTo, id))[0] ?? 0,
    balancesAsOf: async ({ first, last, seq }) =>
      (await query(sql.balancesAsOf, shop, first, last, seq))
        .filter((row) => row['balance'] !== null)
        .map(balanceOf),
  };
}

type LogReads =
  | 'decisions'
  | 'history'
  | 'operations'
  | 'operation'
  | 'entries'
  | 'attempts'
  | 'syncs'
  | 'conflicts'
  | 'holds'
  | 'registers'
  | 'missing'
  | 'faults';

/** What people read of a shop. */
function createLogReader(
  query: Query,
  sql: Statements,
  shop: ShopDomain,
): Pick<ShopReader, LogReads> {
  const many = async <T>(read: (row: Row) => T, statement: string, ...values: Parameter[]) =>
    (await query(statement, shop, ...values)).map(read);
  return {
    decisions: <Subject extends keyof Subjects>(
      subject: Subject,
      { before, limit }: { readonly before: number; readonly limit: number },
    ) => many(decisionView<Subjects[Subject]>, sql[`${subject}Decisions`], before, limit),
    history: (key, limit) => many(historyRow, sql.history, key, limit),
    operations: (filter) => {
      const [statement, ...values] = operationsAsked(sql, filter);
      return many(operationView, statement, ...values);
    },
    operation: (id) => many(operationView, sql.operation, id, SAME_ID_MAX),
    entries: (seq) => many(entryRow, sql.entries, seq),
    attempts: (seq) => many(attemptRow, sql.attempts, seq),
    syncs: ({ before, limit }) => many(syncRow, sql.syncs, before, limit),
    conflicts: ({ from, before }) => many(conflictView, sql.conflicts, from, before),
    holds: ({ before, at, limit }) => many(holdView, sql.holds, before, at, limit),
    registers: (limit) => many(registerRow, sql.registers, limit),
    missing: (since, limit) => many(writerRow, sql.missing, since, limit),
    faults: async () => {
      const faults: string[] = [];
      for (const { sql: statement, sentence } of BOOKS) {
        const wrong = await query(statement, shop);
        faults.push(...wrong.map((row) => `${sentence}: ${JSON.stringify(row)}`));
      }
      return faults;
    },
  };
}

/** Each row once, though two statements may have found it. */
function once<T>(rows: readonly T[], name: (row: T) => string): readonly T[] {
  return [...new Map(rows.map((row) => [name(row), row])).values()];
}

/** Answers list balances in the order in which accounts are read. */
const byAccount = (a: AccountRow, b: AccountRow) =>
  `${a.key}/${a.unit}` < `${b.key}/${b.unit}` ? -1 : 1;

const bySeq = (a: { readonly seq: number }, b: { readonly seq: number }) => a.seq - b.seq;

function operationsAsked(
  sql: Statements,
  { before, limit, ref, status }: OperationFilter,
): readonly [string, ...Parameter[]] {
  if (ref !== undefined && status !== undefined)
    return [sql.operationsByRefAndStatus, ref, before, status, limit];
  if (ref !== undefined) return [sql.operationsByRef, ref, before, limit];
  if (status === undefined) return [sql.operations, before, limit];
  if (status === 'applied') return [sql.operationsApplied, before, limit];
  return [sql.operationsByStatus, status, before, limit];
}

/** The last of each account, in a list that is ordered by position. */
function newest(balances: readonly Balance[]): readonly Balance[] {
  const last = new Map(balances.map((one) => [`${one.customer}/${one.unit}`, one]));
  return [...last.values()];
}
