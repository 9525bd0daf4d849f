/** The reads of the merchant's log, for both engines. Every statement names the shop first. */
import type { Unit } from '../../shared/amount.ts';
import type { CustomerKey, ShopDomain } from './database.ts';
import type { Dialect, Parameter, Query } from './dialect.ts';
import {
  COMMON_KINDS,
  type LogConditions,
  type LogReader,
  type LogRow,
  type LogWay,
  type SaleSums,
  type TapRow,
} from './log-reads.ts';
import { offlineOf, registerRow, settledRow, syncRow } from './rows.ts';
import { number, perhapsNumber, perhapsText, text, type Row } from './sql.ts';

/** The statements by name, in one engine's words. */
export type LogStatements = ReturnType<typeof logReadStatements>;

const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');

/** Which index each way searches, and by what; `?5` is the way's value. */
const WAYS: Readonly<Record<LogWay['by'], { readonly index: string; readonly is: string }>> = {
  position: { index: 'operation_at', is: '' },
  flags: { index: 'operation_flagged', is: "AND o.flags <> '[]'" },
  status: { index: 'operation_by_status', is: "AND o.status = ?5 AND o.status <> 'applied'" },
  kind: {
    index: 'operation_by_kind',
    is: `AND o.kind = ?5 AND o.kind NOT IN (${list(COMMON_KINDS)})`,
  },
  device: { index: 'operation_by_device', is: 'AND o.device = ?5' },
  customer: { index: 'operation_by_customer', is: 'AND o.customer_key = ?5' },
  order: { index: 'operation_by_order', is: 'AND o.order_id = ?5' },
  ref: { index: 'operation_by_ref', is: 'AND o.ref = ?5' },
  key: { index: 'operation_by_key', is: 'AND o.op_key = ?5' },
};

/** Kinds with which sales use value and earn it. */
const SALE_KINDS = ['commit', 'earn', 'give-back', 'intent', 'missing', 'order', 'return'];
const SALES = list([...SALE_KINDS, 'take-back', 'void']);

/** More than one sync brings: where its row is missing, the search for it ends soon. */
const SYNC_POSITIONS = 1_000;

const WITHIN = 'o.shop = ?1 AND o.seq < ?2 AND o.seq >= ?3';
/** The same of a few rows that have been found already: no index of positions may be taken. */
const FOUND_WITHIN = 'o.shop = ?1 AND o.seq + 0 < ?2 AND o.seq + 0 >= ?3';

/** One condition of each column, which holds when its value is NULL; numbered from `first`. */
function conditions(first: number): string {
  const flagged = "CASE WHEN o.flags = '[]' THEN 0 ELSE 1 END";
  return [
    'o.device = ?',
    'o.staff = ?',
    'o.customer_key = ?',
    'o.location = ?',
    'o.kind = ?',
    'o.status = ?',
    `${flagged} = ?`,
    'o.at >= ?',
    'o.at < ?',
  ]
    .map((one, place) => ` AND (${one}${first + place} OR ?${first + place} IS NULL)`)
    .join('');
}

function conditionValues(only: LogConditions): readonly Parameter[] {
  const { isFlagged } = only;
  return [
    only.device ?? null,
    only.staff ?? null,
    only.customer ?? null,
    only.location ?? null,
    only.kind ?? null,
    only.status ?? null,
    isFlagged === undefined ? null : Number(isFlagged),
    only.from ?? null,
    only.to ?? null,
  ];
}

export function logReadStatements({ by }: Dialect) {
  // The sync that brought it: others that brought nothing new may end at the same position.
  const offset = `(SELECT s.device_time - s.received_at FROM sync s ${by('sync_by_seq')}
      WHERE s.shop = o.shop AND s.seq_after >= o.seq AND s.seq_after < o.seq + ${SYNC_POSITIONS}
        AND s.seq_before < o.seq AND o.device IS NOT NULL ORDER BY s.seq_after LIMIT 1)`;
  const rows = ({ index, is }: (typeof WAYS)['position']) => `SELECT o.seq, o.op_key, o.op_id,
      o.hash, o.kind, o.ref, o.unit, o.amount, o.status, o.reason, o.flags, o.repeats, o.device,
      o.at, o.asked_at, o.staff, o.location, o.order_id, o.offline, c.customer_id,
      r.name AS register_name, ${offset} AS clock_offset
    FROM operation o ${by(index)}
    LEFT JOIN customer c ON c.shop = o.shop AND c.customer_key = o.customer_key
    LEFT JOIN register r ON r.shop = o.shop AND r.device = o.device
    WHERE ${index === WAYS.key.index ? FOUND_WITHIN : WITHIN} ${is}
      ${conditions(is.includes('?5') ? 6 : 5)}
    ORDER BY ${index === WAYS.key.index ? 'o.seq + 0' : 'o.seq'} DESC LIMIT ?4`;
  const floor = ({ index, is }: (typeof WAYS)['position']) => `SELECT o.seq FROM operation o
    ${by(index)} WHERE ${WITHIN} ${is} ORDER BY o.seq DESC LIMIT 1 OFFSET ?4`;
  return {
    logByPosition: rows(WAYS.position),
    logByFlags: rows(WAYS.flags),
    logByStatus: rows(WAYS.status),
    logByKind: rows(WAYS.kind),
    logByDevice: rows(WAYS.device),
    logByCustomer: rows(WAYS.customer),
    logByOrder: rows(WAYS.order),
    logByRef: rows(WAYS.ref),
    logByKey: rows(WAYS.key),
    floorByFlags: floor(WAYS.flags),
    floorByStatus: floor(WAYS.status),
    floorByKind: floor(WAYS.kind),
    floorByDevice: floor(WAYS.device),
    floorByCustomer: floor(WAYS.customer),
    floorByOrder: floor(WAYS.order),
    floorByRef: floor(WAYS.ref),
    ...timeStatements({ by }),
    ...todayStatements({ by }),
  } as const;
}

/** Where a time stands in the lists, and what happened between two times. */
function timeStatements({ by }: Pick<Dialect, 'by'>) {
  return {
    operationFrom: `SELECT seq AS n, at FROM operation
      WHERE shop = ? AND seq >= ? ORDER BY seq LIMIT 1`,
    syncFrom: `SELECT log AS n, received_at AS at FROM sync
      WHERE shop = ? AND log >= ? ORDER BY log LIMIT 1`,
    logSyncs: `SELECT * FROM sync WHERE shop = ?1 AND log < ?2 AND log >= ?3
        AND (device = ?5 OR ?5 IS NULL) AND (received_at >= ?6 OR ?6 IS NULL)
        AND (received_at < ?7 OR ?7 IS NULL) ORDER BY log DESC LIMIT ?4`,
    taps: `SELECT o.seq, o.op_key, o.kind, o.ref, o.unit, o.amount, o.device, o.at, o.asked_at,
        o.offline, CASE WHEN o.flags = '[]' THEN 0 ELSE 1 END AS is_flagged, o.customer_key
      FROM operation o ${by('operation_at')}
      WHERE ${WITHIN} AND o.device IS NOT NULL AND o.asked_at IS NOT NULL
      ORDER BY o.seq DESC LIMIT ?4`,
    syncSpans: `SELECT seq_before, seq_after, device_time - received_at AS clock_offset
      FROM sync ${by('sync_by_seq')} WHERE shop = ?1 AND seq_after >= ?3 AND seq_before < ?2
        AND seq_after < ?2 + ${SYNC_POSITIONS} AND seq_after > seq_before
      ORDER BY seq_after LIMIT ?4`,
    registerSpans: `SELECT from_at, to_at FROM register_span
      WHERE shop = ? AND device = ? AND from_at < ? ORDER BY from_at DESC LIMIT ?`,
  } as const;
}

/** What stands on the first page. */
function todayStatements({ by }: Pick<Dialect, 'by'>) {
  const newest = `(SELECT max(o.seq) FROM operation o ${by('operation_by_device')}
        WHERE o.shop = r.shop AND o.device = r.device)`;
  return {
    registerStates: `SELECT r.*, (SELECT CASE WHEN s.received_at + s.ms = r.last_seen_at
          THEN s.operations ELSE 0 END FROM sync s ${by('sync_by_seq')}
        WHERE s.shop = r.shop AND s.seq_after >= ${newest} AND s.seq_before < ${newest}
          AND s.seq_after < ${newest} + ${SYNC_POSITIONS}
        ORDER BY s.seq_after LIMIT 1) AS sent
      FROM register r WHERE r.shop = ? ORDER BY r.device LIMIT ?`,
    saleSums: `SELECT e.unit, sum(e.redeemed) AS redeemed, 0 - sum(e.issued) AS earned,
        sum(CASE WHEN e.redeemed > 0 THEN 1 ELSE 0 END) AS redemptions,
        sum(CASE WHEN e.issued < 0 THEN 1 ELSE 0 END) AS earnings
      FROM operation o ${by('operation_at')}
      JOIN entry e ON e.shop = o.shop AND e.seq = o.seq
      WHERE o.shop = ? AND o.seq >= ? AND o.kind IN (${SALES}) GROUP BY e.unit`,
    countOperations: `SELECT count(*) AS n FROM operation ${by('operation_at')}
      WHERE shop = ? AND seq >= ?`,
    countFlagged: `SELECT count(*) AS n FROM operation ${by('operation_flagged')}
      WHERE shop = ? AND seq >= ? AND flags <> '[]'`,
    countUnread: `SELECT count(*) AS n FROM operation ${by('operation_by_status')}
      WHERE shop = ?1 AND seq >= ?2 AND status IN ('quarantined', 'mismatch')
        AND status <> 'applied'`,
    logPlaces: `SELECT DISTINCT staff, location FROM operation ${by('operation_at')}
      WHERE shop = ? AND seq >= ?`,
  } as const;
}

const ROWS = {
  position: 'logByPosition',
  flags: 'logByFlags',
  status: 'logByStatus',
  kind: 'logByKind',
  device: 'logByDevice',
  customer: 'logByCustomer',
  order: 'logByOrder',
  ref: 'logByRef',
  key: 'logByKey',
} as const;
const FLOORS = {
  flags: 'floorByFlags',
  status: 'floorByStatus',
  kind: 'floorByKind',
  device: 'floorByDevice',
  customer: 'floorByCustomer',
  order: 'floorByOrder',
  ref: 'floorByRef',
} as const;

const valueOf = (way: LogWay): readonly Parameter[] => ('value' in way ? [way.value] : []);

/** Reads bound to one shop. */
export function createMerchantLog(query: Query, sql: LogStatements, shop: ShopDomain): LogReader {
  const many = async <T>(read: (row: Row) => T, statement: string, ...values: Parameter[]) =>
    (await query(statement, shop, ...values)).map(read);
  const n = (row: Row) => number(row, 'n');
  const stamp = (row: Row) => ({ n: n(row), at: number(row, 'at') });
  return {
    logRows: (way, { before, floor, limit, only }) =>
      many(
        logRow,
        sql[ROWS[way.by]],
        before,
        floor,
        limit,
        ...valueOf(way),
        ...conditionValues(only),
      ),
    logFloor: async (way, { before, floor, skip }) => {
      if (way.by === 'key') return undefined;
      // Positions have no holes worth the looking.
      if (way.by === 'position') return before - skip > floor ? before - skip : undefined;
      const statement = sql[FLOORS[way.by]];
      const rows = await query(statement, shop, before, floor, skip, ...valueOf(way));
      return rows[0] === undefined ? undefined : number(rows[0], 'seq');
    },
    operationFrom: async (seq) => (await many(stamp, sql.operationFrom, seq))[0],
    syncFrom: async (log) => (await many(stamp, sql.syncFrom, log))[0],
    logSyncs: ({ before, floor, limit, only }) => {
      const conditions = [only.device ?? null, only.from ?? null, only.to ?? null];
      return many(syncRow, sql.logSyncs, before, floor, limit, ...conditions);
    },
    taps: ({ before, floor, limit }) => many(tapRow, sql.taps, before, floor, limit),
    syncSpans: ({ before, floor, limit }) =>
      many(
        (row) => ({
          after: number(row, 'seq_before'),
          through: number(row, 'seq_after'),
          clockOffset: number(row, 'clock_offset'),
        }),
        sql.syncSpans,
        before,
        floor,
        limit,
      ),
    registerSpans: (device, { before, limit }) =>
      many(
        (row) => ({ device, from: number(row, 'from_at'), to: number(row, 'to_at') }),
        sql.registerSpans,
        device,
        before,
        limit,
      ),
    registerStates: (limit) =>
      many(
        (row) => ({ ...registerRow(row), sent: perhapsNumber(row, 'sent') ?? 0 }),
        sql.registerStates,
        limit,
      ),
    saleSums: (from) => many(saleSums, sql.saleSums, from),
    operationCounts: async (from) => {
      const [operations = 0] = await many(n, sql.countOperations, from);
      const [flagged = 0] = await many(n, sql.countFlagged, from);
      const [unread = 0] = await many(n, sql.countUnread, from);
      return { operations, conflicts: flagged + unread };
    },
    logPlaces: (from) =>
      many(
        (row) => ({ staff: perhapsNumber(row, 'staff'), location: perhapsNumber(row, 'location') }),
        sql.logPlaces,
        from,
      ),
  };
}

const perhapsUnit = (row: Row) => perhapsText(row, 'unit') as Unit | undefined;

function logRow(row: Row): LogRow {
  return {
    ...settledRow(row),
    kind: text(row, 'kind'),
    ref: perhapsText(row, 'ref'),
    customerId: perhapsNumber(row, 'customer_id'),
    unit: perhapsUnit(row),
    amount: perhapsNumber(row, 'amount'),
    device: perhapsText(row, 'device'),
    register: perhapsText(row, 'register_name'),
    location: perhapsNumber(row, 'location'),
    staff: perhapsNumber(row, 'staff'),
    orderId: perhapsNumber(row, 'order_id'),
    at: number(row, 'at'),
    askedAt: perhapsNumber(row, 'asked_at'),
    clockOffset: perhapsNumber(row, 'clock_offset'),
    offline: offlineOf(row),
  };
}

function tapRow(row: Row): TapRow {
  return {
    seq: number(row, 'seq'),
    key: text(row, 'op_key'),
    kind: text(row, 'kind'),
    ref: perhapsText(row, 'ref'),
    customer: perhapsText(row, 'customer_key') as CustomerKey | undefined,
    unit: perhapsUnit(row),
    amount: perhapsNumber(row, 'amount'),
    device: text(row, 'device'),
    at: number(row, 'at'),
    askedAt: number(row, 'asked_at'),
    offline: offlineOf(row),
    isFlagged: number(row, 'is_flagged') === 1,
  };
}

function saleSums(row: Row): SaleSums {
  return {
    unit: text(row, 'unit') as Unit,
    redeemed: number(row, 'redeemed'),
    redemptions: number(row, 'redemptions'),
    earned: number(row, 'earned'),
    earnings: number(row, 'earnings'),
  };
}
