/**
 * When a register was connected, cut off or away, and how many operations waited when: pure, from
 * the times at which it was heard of and those at which it was asked something.
 */
import type { Timeline } from '../../shared/merchant/overview.ts';

/** [from, to) or, of calls, from the first to the last, ms since 1970. */
export interface Time {
  readonly from: number;
  readonly to: number;
}

/** What was asked at one time and arrived at another, by the server's clock. */
export interface Asking {
  readonly askedAt: number;
  readonly at: number;
}

export type Span = Timeline['registers'][number]['spans'][number];

/** A first tap so soon after the last call is of the same time without a network, ms. */
const SAME_OUTAGE_MS = 30 * 60_000;

/**
 * Spans of one register within `within`, oldest first and without a gap. Between two times of
 * contact it was cut off from the first thing that it was asked until it was heard of again, since
 * it would have sent that; before it, and where it was asked nothing, it was away.
 */
export function spansOf(
  within: Time,
  { contact, asked }: { readonly contact: readonly Time[]; readonly asked: readonly Asking[] },
): Span[] {
  const times = [...contact].sort((a, b) => a.from - b.from);
  const taps = asked.map(({ askedAt }) => askedAt).sort((a, b) => a - b);
  const spans: Span[] = [];
  let at = Number.NEGATIVE_INFINITY;
  for (const time of times) {
    spans.push(...apartSpans({ from: at, to: time.from }, taps));
    spans.push({ from: time.from, to: time.to, state: 'connected' });
    at = Math.max(at, time.to);
  }
  spans.push(...apartSpans({ from: at, to: Number.POSITIVE_INFINITY }, taps));
  return joined(spans.flatMap((span) => cut(span, within)));
}

/** A time without contact. */
function apartSpans({ from, to }: Time, taps: readonly number[]): Span[] {
  const first = taps.find((tap) => tap > from && tap < to);
  if (first === undefined) return [{ from, to, state: 'away' }];
  const begin = first - from <= SAME_OUTAGE_MS ? from : first;
  return [
    { from, to: begin, state: 'away' },
    { from: begin, to, state: 'cut-off' },
  ];
}

function cut(span: Span, within: Time): Span[] {
  const [from, to] = [Math.max(span.from, within.from), Math.min(span.to, within.to)];
  return from < to ? [{ from, to, state: span.state }] : [];
}

function joined(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of spans) {
    const last = all.at(-1);
    if (last?.state === span.state && last.to === span.from)
      all[all.length - 1] = { ...last, to: span.to };
    else all.push(span);
  }
  return all;
}

export const WAITING_POINTS_MAX = 200;

/** Operations that were known to wait at a register when it called last. */
export interface Waiting {
  readonly count: number;
  /** Since when the oldest waits, as far as it is known, and when it was said. */
  readonly since: number;
}

/**
 * How many had been asked and had not arrived, at points of equal distance and at the end. What a
 * register said to be waiting counts from its oldest on: one until it was said, all of them from
 * then on.
 */
export function waitingOf(
  { from, to }: Time,
  asked: readonly Asking[],
  open: readonly (Waiting & { readonly saidAt: number })[],
): Timeline['waiting'] {
  const step = Math.max(1, Math.ceil((to - from) / (WAITING_POINTS_MAX - 2)));
  const moves = asked.flatMap(({ askedAt, at }) => [
    { at: askedAt, by: 1 },
    { at, by: -1 },
  ]);
  for (const { count, since, saidAt } of open)
    moves.push({ at: since, by: 1 }, { at: saidAt, by: count - 1 });
  moves.sort((a, b) => a.at - b.at);
  const points: Timeline['waiting'] = [];
  let [next, count] = [0, 0];
  const times: number[] = [];
  for (let at = from; at < to; at += step) times.push(at);
  for (const at of [...times, to]) {
    for (let move = moves[next]; move !== undefined && move.at <= at; move = moves[next]) {
      count += move.by;
      next += 1;
    }
    points.push({ at, count });
  }
  return points;
}
