/** Strict mode in an answer: the share that it tells, and a lease beside each balance it names. */
import type { Balance } from '../../shared/protocol.ts';
import type { CustomerKey, ShopReader, Span } from '../database/database.ts';
import type { LeaseRow, LeaseWriter, SlotRow } from '../database/leases.ts';
import { raised } from './leases.ts';

export interface Lending {
  /** None without strict mode. */
  readonly slots: readonly SlotRow[];
  /** Server clock, ms since 1970. */
  readonly now: number;
  /** Absent where nothing may be written: then no lease is raised. */
  readonly write: LeaseWriter['writeLeases'] | undefined;
}

/**
 * The share that an answer up to `through` tells the register. A share that was decided behind that
 * position says more than the leases told up to there: then nothing, until the rest is told.
 */
export function shareOf(
  { slots, device }: Pick<Lending, 'slots'> & { readonly device: string },
  through: number,
): number {
  if (slots.length === 0) return 1;
  const slot = slots.find((one) => one.device === device);
  return slot === undefined || through < slot.toldAt ? 0 : slot.told;
}

/**
 * The balances with the register's lease of each account that has leases, and the accounts whose
 * lease alone is news within the span. Where some of it is free, the lease is raised first.
 */
export async function leasesIn(
  reader: ShopReader,
  balances: readonly Balance[],
  by: Lending & { readonly span: Span; readonly device: string },
): Promise<Balance[]> {
  const { slots, device, span } = by;
  if (slots.length < 2) return [...balances];
  const all = [...balances, ...(await leasesAlone(reader, balances, { device, span }))];
  const known = await reader.customers([...new Set(all.map(({ customer }) => customer))]);
  const keyById = new Map(known.map(({ id, key }) => [id, key]));
  const leases = await leasesByAccount(reader, [...keyById.values()], by);
  return all.map((one) => {
    const lease = leases.get(`${keyById.get(one.customer)}/${one.unit}`);
    return lease === undefined ? one : { ...one, lease };
  });
}

/** Accounts that only their lease brings into the answer, as they stood at its end. */
async function leasesAlone(
  reader: ShopReader,
  balances: readonly Balance[],
  { device, span }: { readonly device: string; readonly span: Span },
): Promise<readonly Balance[]> {
  const name = ({ customer, unit }: Omit<Balance, 'balance'>) => `${customer}/${unit}`;
  const named = new Set(balances.map(name));
  const told = (await reader.leasesTold(device, span)).filter((one) => !named.has(name(one)));
  const alone: Balance[] = [];
  for (const { customer, unit } of told) {
    const page = { first: customer, last: customer, seq: span.through };
    const found = (await reader.balancesAsOf(page)).find((one) => one.unit === unit);
    alone.push({ customer, unit, balance: found?.balance ?? 0 });
  }
  return alone;
}

/** What the register is told of each account that has leases, by key and unit. */
async function leasesByAccount(
  reader: ShopReader,
  keys: readonly CustomerKey[],
  { slots, device, now, write }: Lending & { readonly device: string },
): Promise<ReadonlyMap<string, number>> {
  const name = ({ key, unit }: Pick<LeaseRow, 'key' | 'unit'>) => `${key}/${unit}`;
  const rows = Map.groupBy(await reader.leases(keys), name);
  if (rows.size === 0) return new Map();
  const accounts = new Map((await reader.accounts(keys)).map((one) => [name(one), one.customer]));
  const leases = new Map<string, number>();
  const raises: LeaseRow[] = [];
  for (const [account, leased] of rows) {
    const [{ key, unit }] = leased as [LeaseRow, ...LeaseRow[]];
    const balance = accounts.get(account) ?? 0;
    const more = raised({ key, unit, balance }, leased, { slots, device, now });
    const own = leased.find((row) => row.device === device);
    if (more !== undefined && write !== undefined) raises.push(more);
    const told = write === undefined ? own : (more ?? own);
    leases.set(account, Math.max(0, told?.offered ?? told?.amount ?? 0));
  }
  if (raises.length > 0)
    await write?.({ forgotten: 'nothing', gone: [], slots: [], leases: raises });
  return leases;
}
