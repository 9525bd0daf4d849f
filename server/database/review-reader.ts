/** What waits for a person, for both engines. Every statement names the shop first. */
import { REVIEW_KINDS, type ReviewKind } from '../../shared/merchant/review.ts';
import type { Unit } from '../../shared/amount.ts';
import type { CustomerKey, SettledStatus, ShopDomain } from './database.ts';
import type { Dialect, Parameter, Query } from './dialect.ts';
import type {
  CustomerEntryRow,
  ReviewDecisionRow,
  ReviewDecisionView,
  ReviewReader,
  ReviewView,
} from './reviews.ts';
import { number, perhapsNumber, perhapsText, text, type Row } from './sql.ts';

export type ReviewStatements = ReturnType<typeof reviewStatements>;

/** Kinds whose items have a row from their first moment. */
const STORED = REVIEW_KINDS.filter(
  (kind) => kind !== 'gap' && kind !== 'silent' && kind !== 'open-hold',
);

export function reviewStatements({ among, by, join }: Dialect) {
  const items = (index = '') => `SELECT v.*, f.unit, f.amount, f.over_by, f.staff, f.cache_age_ms,
      f.ref, f.order_id, o.seq AS op_seq, o.op_key, o.op_id, o.hash, o.status, o.sync_id,
      o.content, d.raw
    FROM review v ${index}
    LEFT JOIN conflict f ON f.shop = v.shop AND f.log = v.log AND f.n = v.n
    LEFT JOIN operation o ${by('operation_at')} ON o.shop = f.shop AND o.seq = f.seq
    LEFT JOIN damaged d ON d.shop = v.shop AND d.device = v.device AND d.hash = v.subject
    WHERE v.shop = ?1`;
  const open = (index: string, kind = '') => `${items(by(index))} AND v.is_open = 1
    AND v.is_derived = 0 ${kind} AND (v.at, v.item) < (?2, ?3)
    ORDER BY v.at DESC, v.item DESC LIMIT ?4`;
  const closed = (index: string, kind = '') => `${items(by(index))} AND v.is_open = 0
    ${kind} AND v.decided < ?2 ORDER BY v.decided DESC LIMIT ?3`;
  const decided = `SELECT d.*, o.op_key, o.at, o.customer_key, o.unit, o.amount, o.content
    FROM review_decision d
    ${join} operation o ${by('operation_at')} ON o.shop = d.shop AND o.seq = d.seq
    WHERE d.shop = ?1`;
  const count = (kind: string) => `SELECT '${kind}' AS kind, count(*) AS n FROM (
      SELECT 1 AS one FROM review ${by('review_open_kind')} WHERE shop = ?1 AND kind = '${kind}'
        AND is_open = 1 AND is_derived = 0 LIMIT ?2) c`;
  return {
    reviewItems: among(items(), { column: 'v.item', kind: 'text' }),
    reviewOpen: open('review_open'),
    reviewOpenOf: open('review_open_kind', 'AND v.kind = ?5'),
    reviewClosed: closed('review_closed'),
    reviewClosedOf: closed('review_closed_kind', 'AND v.kind = ?4'),
    reviewDecisions: among(decided, { column: 'd.item', kind: 'text' }),
    reviewCounts: STORED.map(count).join(' UNION ALL '),
    // In words that lead to no other index: open, and not derived.
    reviewOfCustomer: `SELECT item FROM review ${by('review_of_customer')}
      WHERE shop = ? AND customer_key = ? AND is_open - is_derived = 1
      ORDER BY at DESC, item DESC LIMIT ?`,
    // The longest untouched come first, so that as many as are counted are enough to look at.
    holdsCount: `SELECT count(*) AS n FROM (SELECT seq FROM redemption ${by('redemption_open')}
        WHERE shop = ?1 AND held > 0 AND seq < ?4 ORDER BY seq LIMIT ?3) r
      ${join} operation o ${by('operation_at')} ON o.shop = ?1 AND o.seq = r.seq
      WHERE o.at <= ?2`,
    customerEntries: `SELECT e.seq, e.line, e.unit, e.customer AS amount, e.balance, o.at, o.kind,
        o.op_id, o.op_key, o.ref, o.content, o.staff, o.order_id, g.name AS register
      FROM entry e ${by('entry_by_customer')}
      ${join} operation o ${by('operation_at')} ON o.shop = e.shop AND o.seq = e.seq
      LEFT JOIN register g ON g.shop = o.shop AND g.device = o.device
      WHERE e.shop = ?1 AND e.customer_key = ?2 AND e.customer <> 0
        AND (e.seq, e.line) < (?3, ?4)
      ORDER BY e.seq DESC, e.line DESC LIMIT ?5`,
  } as const;
}

const keyIn = (row: Row) => perhapsText(row, 'customer_key') as CustomerKey | undefined;
const unitIn = (row: Row) => perhapsText(row, 'unit') as Unit | undefined;
const kindIn = (row: Row) => text(row, 'kind') as ReviewKind;

function reviewView(row: Row): ReviewView {
  const seq = perhapsNumber(row, 'op_seq');
  return {
    item: text(row, 'item'),
    kind: kindIn(row),
    isOpen: number(row, 'is_open') === 1,
    isDerived: number(row, 'is_derived') === 1,
    at: number(row, 'at'),
    log: perhapsNumber(row, 'log'),
    n: perhapsNumber(row, 'n'),
    device: perhapsText(row, 'device'),
    subject: perhapsText(row, 'subject'),
    detail: perhapsText(row, 'detail'),
    customer: keyIn(row),
    decided: number(row, 'decided'),
    unit: unitIn(row),
    amount: perhapsNumber(row, 'amount'),
    overBy: perhapsNumber(row, 'over_by'),
    staff: perhapsNumber(row, 'staff'),
    cacheAgeMs: perhapsNumber(row, 'cache_age_ms'),
    ref: perhapsText(row, 'ref'),
    orderId: perhapsNumber(row, 'order_id'),
    operation:
      seq === undefined
        ? undefined
        : {
            seq,
            key: text(row, 'op_key'),
            id: perhapsText(row, 'op_id'),
            hash: text(row, 'hash'),
            status: text(row, 'status') as SettledStatus,
            syncId: perhapsText(row, 'sync_id'),
            content: text(row, 'content'),
          },
    raw: perhapsText(row, 'raw'),
  };
}

function decisionView(row: Row): ReviewDecisionView {
  return {
    item: text(row, 'item'),
    seq: number(row, 'seq'),
    action: text(row, 'action') as ReviewDecisionRow['action'],
    undoneBy: perhapsNumber(row, 'undone_by'),
    key: text(row, 'op_key'),
    at: number(row, 'at'),
    customer: keyIn(row),
    unit: unitIn(row),
    amount: perhapsNumber(row, 'amount'),
    content: text(row, 'content'),
  };
}

function customerEntry(row: Row): CustomerEntryRow {
  return {
    seq: number(row, 'seq'),
    line: number(row, 'line'),
    at: number(row, 'at'),
    unit: text(row, 'unit') as Unit,
    amount: number(row, 'amount'),
    balance: number(row, 'balance'),
    kind: text(row, 'kind'),
    id: perhapsText(row, 'op_id') ?? text(row, 'op_key'),
    ref: perhapsText(row, 'ref'),
    register: perhapsText(row, 'register'),
    staff: perhapsNumber(row, 'staff'),
    orderId: perhapsNumber(row, 'order_id'),
    content: text(row, 'content'),
  };
}

/** Behind every text that an item can be named by. */
const LAST = { at: Number.MAX_SAFE_INTEGER, item: '' };

/** Reads bound to one shop. */
export function createReviewReader(
  query: Query,
  sql: ReviewStatements,
  shop: ShopDomain,
): ReviewReader {
  const many = async <T>(read: (row: Row) => T, statement: string, ...values: Parameter[]) =>
    (await query(statement, shop, ...values)).map(read);
  return {
    reviewItems: async (items) =>
      items.length === 0 ? [] : many(reviewView, sql.reviewItems, [...new Set(items)]),
    reviewOpen: ({ kind, before: { at, item } = LAST, limit }) =>
      kind === undefined
        ? many(reviewView, sql.reviewOpen, at, item, limit)
        : many(reviewView, sql.reviewOpenOf, at, item, limit, kind),
    reviewClosed: ({ kind, before, limit }) =>
      kind === undefined
        ? many(reviewView, sql.reviewClosed, before, limit)
        : many(reviewView, sql.reviewClosedOf, before, limit, kind),
    reviewDecisions: async (items) =>
      items.length === 0
        ? []
        : (await many(decisionView, sql.reviewDecisions, [...new Set(items)])).sort(
            (a, b) => a.seq - b.seq,
          ),
    reviewCounts: (max) =>
      many((row) => ({ kind: kindIn(row), count: number(row, 'n') }), sql.reviewCounts, max),
    reviewOfCustomer: (key, limit) =>
      many((row) => text(row, 'item'), sql.reviewOfCustomer, key, limit),
    holdsCount: async (at, max) =>
      (await many((row) => number(row, 'n'), sql.holdsCount, at, max, LAST.at))[0] ?? 0,
    customerEntries: ({ key, before, limit }) =>
      many(customerEntry, sql.customerEntries, key, before.seq, before.line, limit),
  };
}
