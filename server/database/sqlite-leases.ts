/** Slots and leases of strict mode in SQLite's words. Every statement names the shop first. */
import type { Unit } from '../../shared/amount.ts';
import type { CustomerKey, ShopDomain } from './database.ts';
import type { LeaseChanges, LeaseReader, LeaseRow, NamedAccount, SlotRow } from './leases.ts';
import type { Query } from './sqlite-reader.ts';
import { number, text, type Row } from './sql.ts';
import type { Run } from './sqlite-writer.ts';

/** The step of the migrations that makes the tables. */
export const LEASE_TABLES = `
  CREATE TABLE slot (
    shop TEXT NOT NULL,
    device TEXT NOT NULL,
    told INTEGER NOT NULL,
    told_at INTEGER NOT NULL,
    held INTEGER NOT NULL,
    from_seq INTEGER NOT NULL,
    is_sure INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (shop, device)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE lease (
    shop TEXT NOT NULL,
    customer_key TEXT NOT NULL,
    unit TEXT NOT NULL,
    device TEXT NOT NULL,
    amount INTEGER NOT NULL,
    offered INTEGER,
    seq INTEGER NOT NULL,
    wished_at INTEGER,
    PRIMARY KEY (shop, customer_key, unit, device)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX lease_told ON lease (shop, device, seq);
  CREATE INDEX lease_offered ON lease (shop, device, seq) WHERE offered IS NOT NULL;
`;

/** Said after a restore: nobody knows what registers were told since the backup. */
export const FORGET_EVERY_LEASE: readonly string[] = ['DELETE FROM lease', 'DELETE FROM slot'];

export const LEASE_SQL = {
  slots: 'SELECT * FROM slot WHERE shop = ? ORDER BY device',
  leases: `SELECT * FROM lease WHERE shop = ?
    AND customer_key IN (SELECT value FROM json_each(?)) ORDER BY customer_key, unit, device`,
  offered: `SELECT DISTINCT customer_key FROM lease INDEXED BY lease_offered
    WHERE shop = ? AND device = ? AND seq <= ? AND offered IS NOT NULL LIMIT 1000`,
  told: `SELECT c.customer_id, l.customer_key, l.unit FROM lease l INDEXED BY lease_told
    CROSS JOIN customer c ON c.shop = l.shop AND c.customer_key = l.customer_key
    WHERE l.shop = ? AND l.device = ? AND l.seq > ? AND l.seq <= ?`,
  ofCustomers: `SELECT c.customer_id, l.customer_key, l.unit,
      max(0, coalesce(max(
        CASE WHEN l.device = ?2 THEN coalesce(l.offered, l.amount) END), 0)) AS lease
    FROM customer c CROSS JOIN lease l ON l.shop = c.shop AND l.customer_key = c.customer_key
    WHERE c.shop = ?1 AND c.customer_id BETWEEN ?3 AND ?4 GROUP BY c.customer_id, l.unit`,
} as const;

const PUT_SLOT = 'INSERT OR REPLACE INTO slot VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
const PUT_LEASE = 'INSERT OR REPLACE INTO lease VALUES (?, ?, ?, ?, ?, ?, ?, ?)';

function slotRow(row: Row): SlotRow {
  return {
    device: text(row, 'device'),
    told: number(row, 'told'),
    toldAt: number(row, 'told_at'),
    held: number(row, 'held'),
    from: number(row, 'from_seq'),
    isSure: number(row, 'is_sure') === 1,
    seenAt: number(row, 'seen_at'),
  };
}

const keyOf = (row: Row) => text(row, 'customer_key') as CustomerKey;
const unitOf = (row: Row) => text(row, 'unit') as Unit;
const perhaps = (row: Row, column: string) =>
  row[column] === null ? undefined : number(row, column);

function leaseRow(row: Row): LeaseRow {
  return {
    key: keyOf(row),
    unit: unitOf(row),
    device: text(row, 'device'),
    amount: number(row, 'amount'),
    offered: perhaps(row, 'offered'),
    seq: number(row, 'seq'),
    wishedAt: perhaps(row, 'wished_at'),
  };
}

function namedAccount(row: Row): NamedAccount {
  return { customer: number(row, 'customer_id'), key: keyOf(row), unit: unitOf(row) };
}

/** Reads bound to one shop. */
export function createLeaseReader(query: Query, shop: ShopDomain): LeaseReader {
  return {
    slots: async () => query(LEASE_SQL.slots, shop).map(slotRow),
    leases: async (keys) => query(LEASE_SQL.leases, shop, JSON.stringify(keys)).map(leaseRow),
    leasesOffered: async (device, through) =>
      query(LEASE_SQL.offered, shop, device, through).map(keyOf),
    leasesTold: async (device, { after, through }) =>
      query(LEASE_SQL.told, shop, device, after, through).map(namedAccount),
    leasesOfCustomers: async ({ device, first, last }) =>
      query(LEASE_SQL.ofCustomers, shop, device, first, last).map((row) => ({
        ...namedAccount(row),
        lease: number(row, 'lease'),
      })),
  };
}

/** Writes what was decided for one shop; the caller's database transaction surrounds it. */
export function writeLeases(run: Run, shop: ShopDomain, changes: LeaseChanges): void {
  const { forgotten, gone, slots, leases } = changes;
  if (forgotten !== 'nothing') run('DELETE FROM lease WHERE shop = ?', shop);
  if (forgotten === 'all') run('DELETE FROM slot WHERE shop = ?', shop);
  for (const device of gone) {
    run('DELETE FROM lease WHERE shop = ? AND device = ?', shop, device);
    run('DELETE FROM slot WHERE shop = ? AND device = ?', shop, device);
  }
  for (const { device, told, toldAt, held, from, isSure, seenAt } of slots)
    run(PUT_SLOT, shop, device, told, toldAt, held, from, isSure ? 1 : 0, seenAt);
  for (const row of leases) {
    const { key, unit, device, amount, offered, seq, wishedAt } = row;
    const place = [shop, key, unit, device];
    run(PUT_LEASE, ...place, amount, offered ?? null, seq, wishedAt ?? null);
  }
}
