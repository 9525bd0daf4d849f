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

/**
 * The least number at or behind which the first row is of `time` or later; `head + 1` when there is
 * none. Asks about twenty times in a million rows.
 */
export async function numberAt(
  time: number,
  head: number,
  first: (from: number) => Promise<Stamp | undefined>,
): Promise<number> {
  let [least, most] = [1, head + 1];
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    const row = await first(middle);
    if (row === undefined || row.at >= time) most = middle;
    else least = row.n + 1;
  }
  return least;
}

/** The numbers, [floor, before), among which everything of [from, to) stands. */
export async function numbersBetween(
  { from, to }: { readonly from?: number | undefined; readonly to?: number | undefined },
  head: number,
  first: (from: number) => Promise<Stamp | undefined>,
): Promise<{ readonly floor: number; readonly before: number }> {
  const floor = from === undefined ? 1 : await numberAt(from - CLOCK_SLACK_MS, head, first);
  const before = to === undefined ? head + 1 : await numberAt(to + CLOCK_SLACK_MS, head, first);
  return { floor, before };
}
