/** Slots and leases of strict mode, for both engines. Every statement names the shop first. */
import type { Unit } from '../../shared/amount.ts';
import type { CustomerKey, ShopDomain } from './database.ts';
import type { Dialect, Query } from './dialect.ts';
import type { LeaseReader, LeaseRow, NamedAccount, SlotRow } from './leases.ts';
import { number, text, type Row } from './sql.ts';

/** The statements by name, in one engine's words. */
export type LeaseStatements = ReturnType<typeof leaseStatements>;

export function leaseStatements({ among, by, join }: Dialect) {
  const leases = among('SELECT * FROM lease WHERE shop = ?1', {
    column: 'customer_key',
    kind: 'text',
  });
  return {
    slots: 'SELECT * FROM slot WHERE shop = ? ORDER BY device',
    leases: `${leases} ORDER BY customer_key, unit, device`,
    leasesOffered: `SELECT DISTINCT customer_key FROM lease ${by('lease_offered')}
      WHERE shop = ? AND device = ? AND seq <= ? AND offered IS NOT NULL LIMIT 1000`,
    leasesTold: `SELECT c.customer_id, l.customer_key, l.unit FROM lease l ${by('lease_told')}
      ${join} customer c ON c.shop = l.shop AND c.customer_key = l.customer_key
      WHERE l.shop = ? AND l.device = ? AND l.seq > ? AND l.seq <= ?`,
    leasesOfCustomers: `SELECT c.customer_id, min(l.customer_key) AS customer_key, l.unit,
        max(CASE WHEN l.device = ?2 THEN coalesce(l.offered, l.amount) END) AS lease
      FROM customer c ${join} lease l ON l.shop = c.shop AND l.customer_key = c.customer_key
      WHERE c.shop = ?1 AND c.customer_id BETWEEN ?3 AND ?4 GROUP BY c.customer_id, l.unit`,
  } as const;
}

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
export function createLeaseReader(
  query: Query,
  sql: LeaseStatements,
  shop: ShopDomain,
): LeaseReader {
  return {
    slots: async () => (await query(sql.slots, shop)).map(slotRow),
    leases: async (keys) =>
      keys.length === 0 ? [] : (await query(sql.leases, shop, [...new Set(keys)])).map(leaseRow),
    leasesOffered: async (device, through) =>
      (await query(sql.leasesOffered, shop, device, through)).map(keyOf),
    leasesTold: async (device, { after, through }) =>
      (await query(sql.leasesTold, shop, device, after, through)).map(namedAccount),
    leasesOfCustomers: async ({ device, first, last }) =>
      (await query(sql.leasesOfCustomers, shop, device, first, last)).map((row) => ({
        ...namedAccount(row),
        // Nothing of its own, or more used than it had: nothing to promise.
        lease: Math.max(0, perhaps(row, 'lease') ?? 0),
      })),
  };
}
