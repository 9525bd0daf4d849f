/** Seeded days of shops in strict mode, and the same days without it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { simulate, type Summary } from './runs.ts';

const SCHEDULES = 200;
const FIRST_SEED = 1_000;

describe(`${SCHEDULES} strict days from seed ${FIRST_SEED}`, () => {
  let summary: Summary;
  beforeAll(async () => {
    summary = await simulate({
      schedules: SCHEDULES,
      seed: FIRST_SEED,
      processes: 2,
      strict: true,
    });
    process.stdout.write(`${JSON.stringify({ ...summary, violations: undefined })}\n`);
  }, 900_000);

  it('[LE1, LE2, LE3] nothing is overspent, promised beyond a lease or set aside twice', () => {
    expect(summary.violations).toEqual([]);
    expect(summary.overspent).toBe(0);
  });

  it('[WD3] reaches what it is for: promises, sales, and refusals for what is set aside', () => {
    expect(summary.schedules).toBe(SCHEDULES);
    expect(summary.promised).toBeGreaterThan(SCHEDULES / 2);
    expect(summary.sales).toBeGreaterThan(SCHEDULES / 4);
    expect(summary.outcomes['set-aside'] ?? 0).toBeGreaterThan(SCHEDULES / 10);
  });

  it('[WD3] the same shops overspend without strict mode', async () => {
    const without = { schedules: 60, seed: FIRST_SEED, profile: 'many-registers', processes: 2 };
    expect((await simulate(without)).overspent).toBeGreaterThan(0);
  }, 900_000);
});
