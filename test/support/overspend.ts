/**
 * Whether registers spent more together than a customer had, worked out from what people were told
 * and what was sold, without the ledger's own word on it.
 */
import type { Unit } from '../../shared/amount.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import type { OperationView } from '../../server/database/database.ts';
import { EUR } from './program.ts';
import type { World } from './world.ts';

/** What one reference did to its customer's account in the end. */
export type ValueOf = (rows: readonly OperationView[]) => readonly (readonly [Unit, number])[];

/**
 * A sentence for each account that redemptions took below zero: in the order in which they reached
 * the ledger, those that were told or sold and stood in the end. Left out is a sale of what its own
 * register had given back before: then the cart did what it was told to undo.
 */
export function overspent(
  { oracle }: World,
  rows: readonly OperationView[],
  valueOf: ValueOf,
): readonly string[] {
  const told = refsTold(oracle);
  const byRef = Map.groupBy(rows, ({ ref }) => ref ?? '');
  const found: string[] = [];
  for (const [customer, opening] of oracle.openings) {
    const left = new Map<Unit, number>([
      ['points', opening.points],
      [EUR, opening.credit],
    ]);
    const steps = [...byRef].flatMap(([ref, own]) => {
      const isOurs = ref !== '' && ownerOf(own) === customer;
      if (!isOurs || isLate(own)) return [];
      const seq = Math.min(...own.filter(isBooked).map((row) => row.seq));
      return valueOf(own).map(([unit, by]) => ({ ref, seq, unit, by }));
    });
    for (const { ref, unit, by } of steps.sort((a, b) => a.seq - b.seq)) {
      if (by < 0 && !told.has(ref)) continue;
      const now = (left.get(unit) ?? 0) + by;
      left.set(unit, now);
      if (by < 0 && now < 0) found.push(`${ref} left ${customer} with ${now} ${unit}`);
    }
  }
  return found;
}

/** Whose account a reference is about: a sale of it alone names only who bought. */
export function ownerOf(rows: readonly OperationView[]): CustomerId | undefined {
  const intent = rows.find(({ kind }) => kind === 'intent');
  return (intent ?? rows.find(({ amount }) => amount !== undefined))?.customerId;
}

/** What people were told of, and what POS sold. */
const refsTold = ({ told, orders }: World['oracle']): ReadonlySet<string> =>
  new Set([...told.map(({ ref }) => ref), ...orders.flatMap(({ taken }) => [...taken.keys()])]);

/** A sale known by its reference alone takes nothing off until its intent comes. */
const isBooked = ({ status, kind, amount }: OperationView) =>
  status === 'applied' && amount !== undefined && ['intent', 'commit', 'earn'].includes(kind);

const isLate = (rows: readonly OperationView[]) =>
  rows.some(({ flags }) => flags.includes('late-commit'));

/** Promises that were told or sold and that the ledger found to be more than their lease. */
export function beyondLease({ oracle }: World, rows: readonly OperationView[]): readonly string[] {
  const told = refsTold(oracle);
  return rows
    .filter(({ ref, flags }) => told.has(ref ?? '') && flags.includes('lease-exceeded'))
    .map(({ ref, amount, unit }) => `${ref} took ${amount} ${unit} beyond its lease`);
}

/** Accounts of which more is set aside than there is. */
export async function overLent({ server, customers }: World): Promise<readonly string[]> {
  return server.ledger().database.read(server.shop, async (reader) => {
    const keys = (await reader.customers(customers)).map(({ key }) => key);
    const leases = await reader.leases(keys);
    return (await reader.accounts(keys)).flatMap(({ key, unit, customer }) => {
      const own = leases.filter((row) => row.key === key && row.unit === unit);
      const lent = own.reduce((sum, { amount }) => sum + Math.max(0, amount), 0);
      return lent <= customer ? [] : [`${lent} ${unit} set aside of ${customer}`];
    });
  });
}
