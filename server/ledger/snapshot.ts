/** One page of every customer's balances, as they stood at one position of the feed. */
import type { Unit } from '../../shared/amount.ts';
import {
  PROTOCOL_VERSION,
  SNAPSHOT_PAGE_CUSTOMERS,
  type SnapshotPage,
} from '../../shared/protocol.ts';
import type { ShopReader } from '../database/database.ts';

/**
 * The first page takes the head of the feed as its position; later pages name that position and get
 * balances as of it, whatever changed since. `gone` when the position is of another epoch.
 */
export async function snapshotPage(
  reader: ShopReader,
  asked: {
    readonly after: number;
    readonly epoch: number | undefined;
    readonly seq: number | undefined;
    /** Whose leases to list; without one, nothing is leased where anything is. */
    readonly device?: string | undefined;
    readonly serverTime: number;
  },
): Promise<SnapshotPage | 'unknown-shop' | 'gone'> {
  const shop = await reader.shop();
  if (shop === undefined) return 'unknown-shop';
  const { epoch = shop.epoch, seq = shop.seq, after } = asked;
  if (epoch !== shop.epoch || seq > shop.seq) return 'gone';
  const limit = SNAPSHOT_PAGE_CUSTOMERS + 1;
  const found = await reader.customersAsOf({ after, limit, seq });
  const ids = found.slice(0, SNAPSHOT_PAGE_CUSTOMERS);
  const [first = 0] = ids;
  const last = ids.at(-1) ?? 0;
  const balances = ids.length === 0 ? [] : await reader.balancesAsOf({ first, last, seq });
  const device = asked.device ?? '';
  const leases = ids.length === 0 ? [] : await reader.leasesOfCustomers({ device, first, last });
  const placeOf = new Map(ids.map((id, place) => [id, place]));
  const columns = new Map<Unit, number[]>();
  const column = (unit: Unit) => {
    const known = columns.get(unit) ?? new Array<number>(ids.length).fill(0);
    columns.set(unit, known);
    return known;
  };
  column('points');
  column(shop.program.currency);
  for (const { customer, unit, balance } of balances) {
    const place = placeOf.get(customer);
    if (place !== undefined) column(unit)[place] = balance;
  }
  return {
    protocol: PROTOCOL_VERSION,
    serverTime: asked.serverTime,
    cursor: { epoch, seq },
    customers: ids.map((id, place) => id - (ids[place - 1] ?? 0)),
    units: Object.fromEntries(columns),
    // As they are now: what was taken off them since waits on the register or is told next.
    leases: leases.map(({ customer, unit, lease }) => [customer, unit, lease]),
    next: found.length > ids.length ? last : null,
    total: shop.customers,
  };
}
