/**
 * The joins that knowledge grows by: least, most, union. Each is commutative, associative and
 * idempotent, so whatever is built of them alone can't depend on the order of arrival.
 */

/** Corrections remembered of one redemption or one sale; a person makes one or two. */
export const CORRECTIONS_MAX = 200;

/** Whole amounts by a name: a currency, or an operation's id. */
export type Amounts = Readonly<Record<string, number>>;

export function most(known: number | undefined, amount: number): number {
  return Math.max(known ?? amount, amount);
}

/** The `max` least of all the names; sorted, so that equal sets are equal lists. */
export function united<T extends string | number>(
  known: readonly T[],
  names: readonly T[],
  max: number,
): readonly T[] {
  if (names.every((name) => known.includes(name))) return known;
  return [...new Set([...known, ...names])].sort((a, b) => (a < b ? -1 : 1)).slice(0, max);
}

/** With the most that was said under this name. */
export function withMost(known: Amounts, name: string, amount: number): Amounts {
  return { ...known, [name]: most(known[name], amount) };
}

/** With the least that was said under this name. */
export function withLeast(known: Amounts, name: string, amount: number): Amounts {
  return { ...known, [name]: Math.min(known[name] ?? amount, amount) };
}

/** With a person's correction, by its operation's id; of too many those with the least ids stay. */
export function withCorrection(known: Amounts, id: string, amount: number): Amounts {
  const all = Object.entries(withMost(known, id, amount));
  const kept = all.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, CORRECTIONS_MAX);
  return Object.fromEntries(kept);
}

/** The most under each name of all of these. */
export function joined(all: readonly Amounts[]): Amounts {
  return all
    .flatMap((amounts) => Object.entries(amounts))
    .reduce<Amounts>((known, [name, amount]) => withMost(known, name, amount), {});
}

/** Adds up under each name. */
export function added(all: readonly Amounts[]): Amounts {
  const sums: Record<string, number> = {};
  for (const [name, amount] of all.flatMap((amounts) => Object.entries(amounts)))
    sums[name] = (sums[name] ?? 0) + amount;
  return sums;
}

export function sumOf(amounts: Amounts): number {
  return Object.values(amounts).reduce((sum, amount) => sum + amount, 0);
}
