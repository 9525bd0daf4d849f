/**
 * The death of a context at every call of small scenes, one or more for each row of the crash
 * table, and a few of every other fault there is. All of every fault: `npm run sweep`, in minutes.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../support/single-fault.ts';
import { runCase } from './sweep-cases.ts';
import { CRASH_ROWS } from './sweep-rows.ts';
import { SCENARIOS } from './sweep-scenarios.ts';
import { sweep, type SweepSummary } from './sweep.ts';

/** Near what the rarest of them reaches. */
const MET_AT_LEAST = 5;
/** Far above what a busy machine needs. */
const PATIENCE_MS = 3_600_000;

describe('a death at every call, and every other fault at some', () => {
  let summary: SweepSummary;
  beforeAll(async () => {
    summary = await sweep({ processes: 2, share: true });
    const { violations, rows, kinds, ...figures } = summary;
    const told = { ...figures, violations: violations.length };
    process.stdout.write(`single faults: ${JSON.stringify(told)}\n`);
    process.stdout.write(`${JSON.stringify({ rows, kinds })}\n`);
  }, PATIENCE_MS);

  it('[SW1] nothing is lost, doubled, held for nothing or shown wrong', () => {
    expect(summary.violations).toEqual([]);
    expect(summary.scenes).toBe(SCENARIOS.length);
    expect(summary.missed).toBeLessThan(summary.runs / 50);
  });

  it.each(CRASH_ROWS)('[SW2] meets the row: %s', (row) => {
    expect(summary.rows[row] ?? 0).toBeGreaterThanOrEqual(MET_AT_LEAST);
  });

  it.each(Object.entries(FAULT_KINDS))('[SW3] meets every kind of fault at a %s', (call, kinds) => {
    const few = kinds.filter((kind) => (summary.kinds[`${call} ${kind}`] ?? 0) < MET_AT_LEAST);
    expect(few).toEqual([]);
  });
});

describe('the sweep itself', { timeout: PATIENCE_MS }, () => {
  it.each([
    ['forget-when-sent', 'thirty things wait', 'IV1'],
    ['void-beats-commit', 'the cart is kept', 'IV9'],
  ])('[SW4] notices a protocol without one of its laws: %s', async (mutant, scene, law) => {
    const { violations } = await sweep({ processes: 2, scene, mutant, every: 300 });
    expect(violations.map(({ text }) => text.split(' ')[0])).toContain(law);
  });

  it.each(SCENARIOS.slice(0, 4))('[SW5] plays the same twice: $name', async (scene) => {
    const faults = [{ at: 20, kind: 'throws-before' }] as const;
    expect(await runCase(scene, faults)).toEqual(await runCase(scene, faults));
  });
});
