/** Where times stand in the picture of time, and the line of its chart. */
import { describe, expect, it } from 'vitest';
import { createFormat } from '../../server/admin-page/format.ts';
import {
  countAt,
  highest,
  marksOf,
  percent,
  stepPath,
  stretchOf,
} from '../../server/admin-page/parts/time-axis.ts';

const HOUR_MS = 3_600_000;
const at = (text: string) => Date.parse(text);
const berlin = (now: number) =>
  createFormat({ language: 'en', timeZone: 'Europe/Berlin', now: () => now });

describe('stretches', () => {
  it.each([
    // Clocks are put forward in this night, and back in that one.
    ['2026-03-29T12:00:00Z', 23],
    ['2026-10-25T12:00:00Z', 25],
    ['2026-06-01T12:00:00Z', 24],
  ])('[MO8] the day of %s has %i hours', (text, hours) => {
    const format = berlin(at(text));
    const { from, to } = stretchOf('day', { at: at(text), back: 0, format });
    expect((to - from) / HOUR_MS).toBe(hours);
    expect(format.time(from)).toBe('00:00');
    expect(format.time(to)).toBe('00:00');
  });

  it('[MO8] weeks follow each other without a gap, also over a change of clocks', () => {
    const now = at('2026-03-31T09:00:00Z');
    const format = berlin(now);
    const stretches = [0, 1, 2].map((back) => stretchOf('week', { at: now, back, format }));
    const [first, second, third] = stretches;
    expect(second?.to).toBe(first?.from);
    expect(third?.to).toBe(second?.from);
    expect(marksOf('week', stretches[0] ?? { from: 0, to: 0 }, format)).toHaveLength(7);
  });
});

describe('the chart', () => {
  const stretch = { from: 0, to: 1_000 };
  const steps = [
    { at: 100, count: 2 },
    { at: 400, count: 4 },
    { at: 600, count: 0 },
  ];

  it('[MO7] what held at a time is the newest step before it', () => {
    expect([0, 100, 399, 400, 999].map((time) => countAt(steps, time))).toEqual([0, 2, 2, 4, 0]);
    expect(highest(steps, stretch)).toEqual({ at: 400, count: 4 });
    expect(highest([{ at: -5, count: 7 }], stretch)).toEqual({ at: 0, count: 7 });
  });

  it('[MO7] its line goes in steps and ends now', () => {
    const line = stepPath(steps, { stretch, until: 500, top: 4 });
    expect(line).toBe('M 0 100 H 100 V 50 H 400 V 0 H 500');
  });

  it('[MO6] what is outside of the picture stands at its edge', () => {
    expect([-10, 250, 5_000].map((time) => percent(stretch, time))).toEqual(['0%', '25%', '100%']);
  });
});
