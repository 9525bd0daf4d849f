/** Rows of a shop's log as a year makes them, the same each time: for measurements of its reads. */
import type {
  Changes,
  CustomerKey,
  EntryRow,
  OperationRow,
  ShopRow,
  SyncRow,
} from '../../server/database/database.ts';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import type { LogFilter } from '../../shared/merchant/log.ts';
import { OPENED_AT, PROGRAM, SHOP_ID, ten } from './world.ts';

/** A shop of so many operations has so many customers. */
const customersOf = (all: number) => Math.min(50_000, Math.ceil(all / 20));
const FIRST_CUSTOMER = 1_001;
/** Buys every day. */
const REGULAR = FIRST_CUSTOMER;
const REGISTERS = 20;
const STAFF = 40;
const LOCATIONS = 5;
/** Operations of one sync. */
const PER_SYNC = 10;
const STEP_MS = 30_000;
/** Positions in which what is no more has worked. */
const LONG_AGO = 1_000;
const ENTRIES = 20_000;

/** Spread like chance, and the same for the same position. */
const mixed = (seq: number, salt: number) => {
  const a = Math.imul(seq ^ (salt * 0x9e3779b1), 0x85ebca6b);
  return (Math.imul(a ^ (a >>> 13), 0xc2b2ae35) ^ (a >>> 16)) >>> 0;
};
const one = (seq: number, salt: number, of: number) => mixed(seq, salt) % of;

const KINDS = [
  ...Array.from({ length: 35 }, () => 'intent'),
  ...Array.from({ length: 30 }, () => 'commit'),
  ...Array.from({ length: 26 }, () => 'earn'),
  ...['void', 'void', 'void', 'void', 'void', 'note', 'note', 'return', 'order'],
];

export const refOf = (seq: number) => ten(`R${Math.floor(seq / 3).toString(32)}`);
export const keyOf = (seq: number) => `${ten(`W${(seq % 97).toString(32)}`)}.${seq}`;
const customerKey = (customer: number) => `key-${customer}` as CustomerKey;
const customerAt = (seq: number, all: number) =>
  one(seq, 5, 33) === 0 ? REGULAR : FIRST_CUSTOMER + 1 + one(seq, 6, customersOf(all) - 2);
export const orderOf = (seq: number) => (one(seq, 7, 3) === 0 ? 5_000_000 + seq : undefined);
/** Whom a row is about, by Shopify's number. */
export const customerOf = ({ customer }: Pick<OperationRow, 'customer'>) =>
  Number((customer ?? '').replace('key-', ''));
const atOf = (seq: number) => OPENED_AT + seq * STEP_MS;

function operation(seq: number, all: number): OperationRow {
  const kind = KINDS[one(seq, 1, KINDS.length)] ?? 'note';
  const isOld = seq <= LONG_AGO;
  const status = (['quarantined', 'mismatch', 'closed'] as const)[one(seq, 2, 1_500)];
  const rest = one(seq, 3, 50) === 0 ? 'closed' : 'applied';
  const device = isOld ? 'till-99' : `till-${1 + one(Math.floor(seq / PER_SYNC), 4, REGISTERS)}`;
  return {
    seq,
    key: keyOf(seq),
    id: keyOf(seq),
    hash: `hash-${seq}`,
    kind,
    ref: kind === 'note' || kind === 'return' ? undefined : refOf(seq),
    customer: customerKey(customerAt(seq, all)),
    unit: 'points',
    amount: 1 + one(seq, 8, 500),
    status: status ?? rest,
    reason: undefined,
    flags: one(seq, 9, 100) === 0 && status === undefined ? ['overdrawn'] : [],
    repeats: 0,
    device: kind === 'order' ? undefined : device,
    syncId: `sync-${Math.floor(seq / PER_SYNC)}`,
    at: atOf(seq),
    askedAt: atOf(seq) - one(seq, 10, 600_000),
    period: undefined,
    content: JSON.stringify({ v: 1, id: keyOf(seq), kind, body: { text: 'x'.repeat(380) } }),
    staff: isOld ? 99 : 1 + one(seq, 11, STAFF),
    location: isOld ? 99 : 1 + one(seq, 12, LOCATIONS),
    orderId: orderOf(seq),
    offline: kind === 'intent' ? one(seq, 13, 2) === 0 : undefined,
  };
}

function sync(log: number): SyncRow {
  const seq = log * PER_SYNC;
  const device = `till-${1 + one(log, 4, REGISTERS)}`;
  return {
    ...registerFields(device),
    log,
    syncId: `sync-${log}`,
    receivedAt: atOf(seq),
    deviceTime: atOf(seq) + 90_000,
    operations: PER_SYNC,
    damaged: 0,
    counts: { applied: PER_SYNC },
    seqBefore: seq - 1,
    seqAfter: seq + PER_SYNC - 1,
    ms: 5,
  };
}

const registerFields = (device: string) => ({
  device,
  name: `Register ${device}`,
  location: 1,
  user: '42',
  claimedUser: 42,
  staff: 1,
  build: '0.1.0',
  pendingCount: 0,
  oldestPendingAt: undefined,
  deviceTime: OPENED_AT,
  storageKeys: 3,
  storageBytes: 1_200,
});

function entry(row: OperationRow): EntryRow {
  const sums = { customer: 20, held: 0, redeemed: 0, issued: -20 };
  const key = row.customer ?? customerKey(REGULAR);
  return { seq: row.seq, line: 0, key, unit: 'points', ...sums, balance: 20 };
}

const between = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, place) => from + place);

/** Positions `from` to `to` of a log of `all`. */
export function rowsOf({
  from,
  to,
  all,
}: {
  readonly from: number;
  readonly to: number;
  readonly all: number;
}): Partial<Changes> {
  const operations = between(from, to).map((seq) => operation(seq, all));
  const isFirst = from === 1;
  const devices = ['till-99', 'till-none', ...between(1, REGISTERS).map((n) => `till-${n}`)];
  return {
    operations,
    entries: operations.filter(({ seq }) => seq > all - ENTRIES).map(entry),
    syncs: between(Math.ceil(from / PER_SYNC), Math.floor(to / PER_SYNC)).map(sync),
    customers: isFirst
      ? between(FIRST_CUSTOMER, FIRST_CUSTOMER + customersOf(all) - 1).map((id) => {
          return { id, key: customerKey(id), seq: 1 };
        })
      : [],
    registers: isFirst
      ? devices.map((device) => ({
          ...registerFields(device),
          firstSeenAt: OPENED_AT,
          lastSeenAt: OPENED_AT,
          cursorSeq: 0,
          connectedSince: OPENED_AT,
        }))
      : [],
  };
}

export const SHOP_OF_LOG = (seq: number): ShopRow => ({
  shopId: SHOP_ID,
  epoch: 1,
  seq,
  log: Math.floor(seq / PER_SYNC),
  customers: customersOf(seq),
  program: PROGRAM,
  policy: POLICY_DEFAULT,
});

export const NO_CHANGES: Omit<Changes, 'shop'> = {
  decisions: [],
  customers: [],
  operations: [],
  repeats: [],
  entries: [],
  accounts: [],
  redemptions: [],
  sales: [],
  returns: [],
  writers: [],
  registers: [],
  spans: [],
  syncs: [],
  attempts: [],
  conflicts: [],
  damaged: [],
  reviews: [],
  reviewDecisions: [],
  merged: [],
  renamed: [],
};

/** Filters by what they ask for and by how much of it there is. */
export type Values = Readonly<Record<string, Readonly<Record<string, LogFilter>>>>;

export function VALUES(operations: number): Values {
  const middle = Math.floor(operations / 2);
  const withOrder = between(middle, middle + 99).find((seq) => orderOf(seq) !== undefined) ?? 1;
  const [day, end] = [86_400_000, atOf(operations) + 1];
  return {
    device: { common: { device: 'till-3' }, old: { device: 'till-99' }, none: { device: 'none' } },
    staff: { common: { staff: 7 }, old: { staff: 99 }, none: { staff: 12_345 } },
    customer: {
      regular: { customer: REGULAR },
      some: { customer: customerAt(middle, operations) },
      idle: { customer: FIRST_CUSTOMER + customersOf(operations) - 1 },
      none: { customer: 77 },
    },
    location: { common: { location: 2 }, old: { location: 99 }, none: { location: 12_345 } },
    kind: { common: { kind: 'earn' }, rare: { kind: 'return' }, none: { kind: 'give-back' } },
    state: {
      common: { state: 'applied' },
      flagged: { state: 'flagged' },
      closed: { state: 'closed' },
      rare: { state: 'quarantined' },
    },
    time: {
      today: { from: end - day, to: end },
      day: { from: atOf(middle), to: atOf(middle) + day },
      long: { from: atOf(LONG_AGO), to: end - day },
      none: { from: end + day, to: end + 2 * day },
    },
    text: {
      reference: { text: refOf(middle) },
      operation: { text: keyOf(middle) },
      order: { text: String(orderOf(withOrder)) },
      none: { text: 'NNNNNNNNNN' },
    },
  };
}
