/**
 * Where a time stands in a list that is ordered by numbers. The times of such a list are those of
 * one clock, or of several that were never far apart.
 */
import type { Stamp } from '../database/log-reads.ts';

/**
 * Twice the most by which a clock may have gone back, or clocks of processes differ, ms. What is
 * looked up by a time begins so much earlier and ends so much later, and each row is then held to
 * its own time.
 */
export const CLOCK_SLACK_MS = 5 * 60_000;

/** Places that are asked for at once: a database of its own answers them in one go. */
const PLACES = 15;

/**
 * The least number at or behind which the first row is of `time` or later; `head + 1` when there is
 * none. Asks five times in a million rows.
 */
export async function numberAt(
  time: number,
  head: number,
  first: (from: number) => Promise<Stamp | undefined>,
): Promise<number> {
  let [least, most] = [1, head + 1];
  while (least < most) {
    const step = Math.max(1, Math.floor((most - least) / (PLACES + 1)));
    const places = Array.from({ length: PLACES }, (_, place) => least + place * step);
    const asked = places.filter((place) => place < most);
    const rows = await Promise.all(asked.map(first));
    for (const [place, row] of rows.entries()) {
      if (row !== undefined && row.at < time) least = Math.max(least, row.n + 1);
      else {
        most = Math.min(most, asked[place] ?? most);
        break;
      }
    }
  }
  return least;
}

/** The numbers, [floor, before), among which everything of [from, to) stands. */
export async function numbersBetween(
  { from, to }: { readonly from?: number | undefined; readonly to?: number | undefined },
  head: number,
  first: (from: number) => Promise<Stamp | undefined>,
): Promise<{ readonly floor: number; readonly before: number }> {
  const [floor, before] = await Promise.all([
    from === undefined ? 1 : numberAt(from - CLOCK_SLACK_MS, head, first),
    to === undefined ? head + 1 : numberAt(to + CLOCK_SLACK_MS, head, first),
  ]);
  return { floor, before };
}
