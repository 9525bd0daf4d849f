/** Where times stand in a picture: days in the shop's zone, and the marks below them. */
import type { Format } from '../format.ts';

export interface Stretch {
  /** ms since 1970, [from, to). */
  readonly from: number;
  readonly to: number;
}

export type Zoom = 'day' | 'week';

const HOUR_MS = 3_600_000;
const DAYS: Readonly<Record<Zoom, number>> = { day: 1, week: 7 };

/**
 * The day that `at` falls on in the shop's zone, or the seven days that end with it; `back` days or
 * weeks earlier. A day may have 23 or 25 hours.
 */
export function stretchOf(
  zoom: Zoom,
  by: { readonly at: number; readonly back: number; readonly format: Format },
): Stretch {
  const { at, back, format } = by;
  let last = format.startOfDay(at);
  for (let days = back * DAYS[zoom]; days > 0; days -= 1) last = dayBefore(last, format);
  let from = last;
  for (let days = DAYS[zoom] - 1; days > 0; days -= 1) from = dayBefore(from, format);
  return { from, to: dayAfter(last, format) };
}

const dayBefore = (midnight: number, { startOfDay }: Format): number =>
  startOfDay(midnight - 12 * HOUR_MS);
const dayAfter = (midnight: number, { startOfDay }: Format): number =>
  startOfDay(midnight + 36 * HOUR_MS);

export interface Mark {
  readonly at: number;
  readonly text: string;
}

/** Marks below a picture: every sixth hour of a day, every day of a week. */
export function marksOf(zoom: Zoom, { from, to }: Stretch, format: Format): readonly Mark[] {
  const marks: Mark[] = [];
  if (zoom === 'day') {
    for (let at = from; at < to; at += 6 * HOUR_MS) marks.push({ at, text: format.time(at) });
    return marks;
  }
  for (let at = from; at < to; at = dayAfter(at, format)) {
    marks.push({ at, text: format.weekday(at) });
  }
  return marks;
}

/** How far along a stretch a time stands, 0 to 1; what is outside stands at its edge. */
export function along({ from, to }: Stretch, at: number): number {
  if (to <= from) return 0;
  return Math.min(1, Math.max(0, (at - from) / (to - from)));
}

/** The same for an attribute of a picture: "12.5%". */
export function percent(stretch: Stretch, at: number): string {
  return `${Math.round(along(stretch, at) * 100_000) / 1_000}%`;
}

export interface Step {
  readonly at: number;
  readonly count: number;
}

/** What held at a time: the newest step at or before it; 0 before the first. */
export function countAt(steps: readonly Step[], at: number): number {
  return steps.findLast((step) => step.at <= at)?.count ?? 0;
}

/** The highest step that held within the stretch. */
export function highest(steps: readonly Step[], { from, to }: Stretch): Step {
  const within = steps.filter(({ at }) => at >= from && at < to);
  const all = [{ at: from, count: countAt(steps, from) }, ...within];
  return all.reduce((most, step) => (step.count > most.count ? step : most));
}

/**
 * The line of a chart of steps as an SVG path in a box of 1,000 by 100 with `top` at its upper
 * edge; it ends at `until`, behind which nothing is known yet.
 */
export function stepPath(
  steps: readonly Step[],
  by: { readonly stretch: Stretch; readonly until: number; readonly top: number },
): string {
  const { stretch, until, top } = by;
  const x = (at: number) => Math.round(along(stretch, at) * 1_000 * 100) / 100;
  const y = (count: number) => Math.round((100 - (count / Math.max(1, top)) * 100) * 100) / 100;
  const end = Math.min(stretch.to, until);
  let path = `M ${x(stretch.from)} ${y(countAt(steps, stretch.from))}`;
  for (const { at, count } of steps) {
    if (at <= stretch.from || at >= end) continue;
    path += ` H ${x(at)} V ${y(count)}`;
  }
  return `${path} H ${x(Math.max(end, stretch.from))}`;
}
