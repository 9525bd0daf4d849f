/**
 * What one database transaction writes, as rows for tables: said once, and carried out by each
 * engine in the way that is fastest for it.
 */
import type { Changes, OperationRow, RegisterRow, Subjects, SyncRow } from './database.ts';
import type { LeaseChanges } from './leases.ts';
import type { ReviewChanges } from './reviews.ts';
import { returnNames } from './rows.ts';
import type { Value } from './sql.ts';

/** A table of a shop; its first column, `shop`, is the first of its key, and stands in no row. */
export interface Table {
  readonly name: string;
  /** In the order of a row's values. */
  readonly columns: Readonly<Record<string, 'text' | 'whole'>>;
  readonly key: readonly string[];
  /** What becomes of a row whose key is there already; `insert` refuses it. */
  readonly again: 'insert' | 'replace' | 'ignore';
}

type Values = readonly Value[];

/** A statement, which takes the shop as `?1`, or rows of one table. */
export type Write =
  | { readonly sql: string; readonly values: Values }
  /** Of different keys, unless the table ignores what is there already. */
  | { readonly table: Table; readonly rows: readonly Values[] };

/** In the order in which they must happen. */
export type Writes = readonly Write[];

/** Names of columns, `#` behind those that hold whole numbers. */
function table(
  name: string,
  key: string,
  columns: string,
  again: Table['again'] = 'insert',
): Table {
  const named = columns
    .split(' ')
    .map((one) => [one.replace('#', ''), one.endsWith('#') ? 'whole' : 'text'] as const);
  return { name, key: ['shop', ...key.split(' ')], columns: Object.fromEntries(named), again };
}

const SUMS = 'customer# held# redeemed# issued#';
const DEVICE = 'pending_count# oldest_pending_at# device_time#';

const SHOP: Table = {
  ...table('shop', '', 'shop_id# epoch# seq# log# customers# program policy', 'replace'),
  key: ['shop'],
};
const PROGRAM = table('program_version', 'version', 'version# program', 'ignore');
const POLICY = table('policy_version', 'version', 'version# policy', 'ignore');
const DECISION = table(
  'decision_version',
  'subject version',
  'subject version# decided_at# decided_by',
);
const CUSTOMER = table('customer', 'customer_id', 'customer_id# customer_key seq#');
const OPERATION = table(
  'operation',
  'seq',
  'seq# op_key op_id hash kind ref customer_key unit amount# status reason flags repeats# device ' +
    'sync_id at# asked_at# content period# staff# location# order_id# offline#',
);
const ENTRY = table('entry', 'seq line', `seq# line# customer_key unit ${SUMS} balance#`);
const ACCOUNT = table('account', 'customer_key unit', `customer_key unit ${SUMS} seq#`, 'replace');
const REDEMPTION = table(
  'redemption',
  'ref',
  'ref facts customer_key unit held# captured# seq# given_back# due_at#',
  'replace',
);
const SALE = table(
  'sale',
  'sale_key order_id',
  'sale_key order_id# facts customer_key points# seq#',
  'replace',
);
const RETURNED = table('returned', 'return_key', 'return_key facts seq#', 'replace');
const RETURNED_BY = table('returned_by', 'name return_key', 'name return_key', 'ignore');
const WRITER = table(
  'writer',
  'writer',
  'writer device highest# missing missing_since#',
  'replace',
);
const REGISTER = table(
  'register',
  'device',
  `device name location# user claimed_user# staff# build first_seen_at# last_seen_at# ${DEVICE} ` +
    'storage_keys# storage_bytes# cursor_seq# connected_since#',
  'replace',
);
const REGISTER_SPAN = table('register_span', 'device from_at', 'device from_at# to_at#', 'replace');
const SYNC = table(
  'sync',
  'log',
  `log# sync_id device name user claimed_user# staff# location# build received_at# device_time# ` +
    'pending_count# oldest_pending_at# storage_keys# storage_bytes# operations# damaged# counts ' +
    'seq_before# seq_after# ms#',
);
const ATTEMPT = table('attempt', 'seq n', 'seq# n# sync_id at# device status');
const CONFLICT = table(
  'conflict',
  'log n',
  'log# n# kind seq# sync_id op_id ref customer_key unit amount# over_by# device staff# ' +
    'cache_age_ms# order_id# at#',
);
const DAMAGED = table('damaged', 'device hash', 'device hash record_key raw at#', 'replace');
const REVIEW = table(
  'review',
  'item',
  'item kind is_open# is_derived# at# log# n# device subject detail customer_key decided#',
  'replace',
);
const REVIEW_DECISION = table(
  'review_decision',
  'item seq',
  'item seq# action undone_by#',
  'replace',
);
const SLOT = table(
  'slot',
  'device',
  'device told# told_at# held# from_seq# is_sure# seen_at#',
  'replace',
);
const LEASE = table(
  'lease',
  'customer_key unit device',
  'customer_key unit device amount# offered# seq# wished_at#',
  'replace',
);

const orNull = <T extends Value>(value: T | undefined): T | null => value ?? null;

const into = (to: Table, rows: readonly Values[]): Write => ({ table: to, rows });

export function writesOf(changes: Changes): Writes {
  const { shop } = changes;
  const { shopId, epoch, seq, log, customers, program, policy } = shop;
  const decided = [JSON.stringify(program), JSON.stringify(policy)] as const;
  return [
    into(SHOP, [[shopId, epoch, seq, log, customers, ...decided]]),
    into(PROGRAM, versionRows([...decisionsOf(changes, 'program'), program])),
    into(POLICY, versionRows([...decisionsOf(changes, 'policy'), policy])),
    into(
      DECISION,
      changes.decisions.map((one) => [one.subject, one.decided.version, one.at, one.by]),
    ),
    // Before another one takes the name.
    ...changes.renamed.map(({ seq, key }) => ({
      sql: 'UPDATE operation SET op_key = ?2 WHERE shop = ?1 AND seq = ?3',
      values: [key, seq],
    })),
    ...booksOf(changes),
    // Of rows of this very transaction, too.
    ...changes.repeats.map(({ repeats, seq }) => ({
      sql: 'UPDATE operation SET repeats = ?2 WHERE shop = ?1 AND seq = ?3',
      values: [repeats, seq],
    })),
    ...logOf(changes),
    ...reviewsOf(changes),
  ];
}

/** Also those that a later decision of the same database transaction has replaced. */
const decisionsOf = ({ decisions }: Changes, subject: keyof Subjects) =>
  decisions.flatMap((one) => (one.subject === subject ? [one.decided] : []));

const versionRows = (versions: readonly { readonly version: number }[]): readonly Values[] =>
  versions.map((one) => [one.version, JSON.stringify(one)]);

function booksOf(changes: Changes): Writes {
  return [
    into(
      CUSTOMER,
      changes.customers.map((row) => [row.id, row.key, row.seq]),
    ),
    into(OPERATION, changes.operations.map(operationValues)),
    into(
      ENTRY,
      changes.entries.map((row) => {
        const { customer, held, redeemed, issued, balance } = row;
        const place = [row.seq, row.line, row.key, row.unit];
        return [...place, customer, held, redeemed, issued, balance];
      }),
    ),
    into(
      ACCOUNT,
      changes.accounts.map(({ key, unit, customer, held, redeemed, issued, seq }) => {
        return [key, unit, customer, held, redeemed, issued, seq];
      }),
    ),
    into(
      REDEMPTION,
      changes.redemptions.map(({ ref, facts, posted, dueAt, seq }) => {
        const account = [orNull(posted?.customer), orNull(posted?.unit)];
        const sums = [posted?.held ?? 0, posted?.captured ?? 0];
        const rest = [posted?.givenBack ?? 0, orNull(dueAt)];
        return [ref, JSON.stringify(facts), ...account, ...sums, seq, ...rest];
      }),
    ),
    into(
      SALE,
      changes.sales.map(({ saleKey = '', orderId = 0, facts, posted, seq }) => {
        const earned = [orNull(posted?.customer), posted?.points ?? 0];
        return [saleKey, orderId, JSON.stringify(facts), ...earned, seq];
      }),
    ),
    into(
      RETURNED,
      changes.returns.map(({ returnKey, facts, seq }) => [returnKey, JSON.stringify(facts), seq]),
    ),
    into(
      RETURNED_BY,
      changes.returns.flatMap(({ returnKey, facts }) => {
        const names = returnNames({ orderIds: facts.orders, refs: facts.refs });
        return names.map((name) => [name, returnKey]);
      }),
    ),
  ];
}

function logOf(changes: Changes): Writes {
  const damaged = changes.damaged.map((row) => [row.device, row.hash, row.key, row.raw, row.at]);
  return [
    into(
      WRITER,
      changes.writers.map(({ writer, device, highest, missing, missingSince }) => {
        return [writer, orNull(device), highest, JSON.stringify(missing), orNull(missingSince)];
      }),
    ),
    into(REGISTER, changes.registers.map(registerValues)),
    into(
      REGISTER_SPAN,
      changes.spans.map(({ device, from, to }) => [device, from, to]),
    ),
    into(SYNC, changes.syncs.map(syncValues)),
    into(
      ATTEMPT,
      changes.attempts.map(({ seq, n, syncId, at, device, status }) => {
        return [seq, n, syncId, at, device, status];
      }),
    ),
    into(
      CONFLICT,
      changes.conflicts.map((row) => {
        const about = [orNull(row.id), orNull(row.ref), orNull(row.customer), orNull(row.unit)];
        const sums = [orNull(row.amount), orNull(row.overBy)];
        const by = [row.device, orNull(row.staff), orNull(row.cacheAgeMs), orNull(row.orderId)];
        return [row.log, row.n, row.kind, row.seq, row.syncId, ...about, ...sums, ...by, row.at];
      }),
    ),
    // Two contexts of a register may have told of the same record.
    into(DAMAGED, [
      ...new Map(damaged.map((row) => [JSON.stringify(row.slice(0, 2)), row])).values(),
    ]),
  ];
}

function reviewsOf({ reviews, reviewDecisions, merged }: ReviewChanges): Writes {
  return [
    into(
      REVIEW,
      reviews.map((row) => {
        const state = [row.isOpen ? 1 : 0, row.isDerived ? 1 : 0, row.at];
        const place = [orNull(row.log), orNull(row.n), orNull(row.device), orNull(row.subject)];
        const rest = [orNull(row.detail), orNull(row.customer), row.decided];
        return [row.item, row.kind, ...state, ...place, ...rest];
      }),
    ),
    into(
      REVIEW_DECISION,
      reviewDecisions.map((row) => [row.item, row.seq, row.action, orNull(row.undoneBy)]),
    ),
    // Of rows of this very transaction, too.
    ...merged.map(({ from, to }) => ({
      sql: 'UPDATE review SET customer_key = ?3 WHERE shop = ?1 AND customer_key = ?2',
      values: [from, to],
    })),
  ];
}

export function leaseWritesOf({ forgotten, gone, slots, leases }: LeaseChanges): Writes {
  const all = (sql: string) => ({ sql, values: [] });
  return [
    ...(forgotten === 'nothing' ? [] : [all('DELETE FROM lease WHERE shop = ?1')]),
    ...(forgotten === 'all' ? [all('DELETE FROM slot WHERE shop = ?1')] : []),
    ...gone.flatMap((device) => [
      { sql: 'DELETE FROM lease WHERE shop = ?1 AND device = ?2', values: [device] },
      { sql: 'DELETE FROM slot WHERE shop = ?1 AND device = ?2', values: [device] },
    ]),
    into(
      SLOT,
      slots.map(({ device, told, toldAt, held, from, isSure, seenAt }) => {
        return [device, told, toldAt, held, from, isSure ? 1 : 0, seenAt];
      }),
    ),
    into(
      LEASE,
      leases.map(({ key, unit, device, amount, offered, seq, wishedAt }) => {
        return [key, unit, device, amount, orNull(offered), seq, orNull(wishedAt)];
      }),
    ),
  ];
}

function operationValues(row: OperationRow): Values {
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
    orNull(row.staff),
    orNull(row.location),
    orNull(row.orderId),
    row.offline === undefined ? null : Number(row.offline),
  ];
}

function registerValues(row: RegisterRow): Values {
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
    row.connectedSince,
  ];
}

function syncValues(row: SyncRow): Values {
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
