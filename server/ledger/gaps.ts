/**
 * Which numbers of a writer are missing. A writer counts its operations from 1, so a number that
 * never arrives is an operation that was lost; a failed attempt names its number in `skip`.
 */
import type { NumberRange } from '../database/database.ts';

/** Ranges kept per writer; a writer with more holes than this has lost its oldest ones already. */
export const MISSING_RANGES_MAX = 64;

export interface Seen {
  readonly highest: number;
  readonly missing: readonly NumberRange[];
}

export const NOTHING_SEEN: Seen = { highest: 0, missing: [] };

/**
 * Takes note that number `n` exists, because another operation named it; it may not be here yet.
 */
export function hear(seen: Seen, n: number): Seen {
  if (n <= seen.highest) return seen;
  const missing = [...seen.missing, [seen.highest + 1, n] as const];
  return { highest: n, missing: missing.slice(-MISSING_RANGES_MAX) };
}

/** Takes note that number `n` is accounted for: it arrived, or its attempt failed on the device. */
export function meet(seen: Seen, n: number): Seen {
  if (n === seen.highest + 1) return { highest: n, missing: seen.missing };
  const { highest, missing } = hear(seen, n);
  const left = missing.flatMap((range): readonly NumberRange[] => {
    const [first, last] = range;
    if (n < first || n > last) return [range];
    const parts: NumberRange[] = [];
    if (first < n) parts.push([first, n - 1]);
    if (n < last) parts.push([n + 1, last]);
    return parts;
  });
  return { highest, missing: left.slice(-MISSING_RANGES_MAX) };
}
