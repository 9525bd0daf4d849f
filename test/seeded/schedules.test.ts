/**
 * Seeded days with everything failing: the laws hold in each of them, and each fault, act and row
 * of the crash table is met often enough to say so.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { REACHABLE, REACH_LEAST, reachTable } from './reach.ts';
import { DEFAULT_RUN, NOTHING, add, simulate, type Summary } from './runs.ts';

const SCHEDULES = DEFAULT_RUN.reduce((sum, { schedules }) => sum + schedules, 0);
const FIRST_SEED = 1;
const TWICE = 100;
/** Far above what a busy machine needs. */
const PATIENCE_MS = 3_600_000;

describe(`${SCHEDULES} seeded days`, () => {
  let summary: Summary = NOTHING;
  beforeAll(async () => {
    for (const days of DEFAULT_RUN)
      summary = add(summary, await simulate({ ...days, processes: 2 }));
    const { reach, violations, ...figures } = summary;
    process.stdout.write(`${reachTable(reach)}${JSON.stringify(figures)}\n`);
    process.stdout.write(`${violations.length} violations\n`);
  }, PATIENCE_MS);

  const broken = (law: string) =>
    summary.violations.filter(({ text }) => text.startsWith(`${law} `));

  it('[IV1] what was promised is never lost', () => {
    expect(broken('IV1')).toEqual([]);
  });

  it('[IV2] an operation has its effect once', () => {
    expect(broken('IV2')).toEqual([]);
  });

  it('[IV3] a register never promises more than its newest balance', () => {
    expect(broken('IV3')).toEqual([]);
  });

  it('[IV4] an older balance never replaces a newer one', () => {
    expect(broken('IV4')).toEqual([]);
  });

  it('[IV5] with a network everything is settled, and every register shows what the ledger has', () => {
    expect(broken('IV5')).toEqual([]);
  });

  it('[IV6] storage stays within its limits', () => {
    expect(broken('IV6')).toEqual([]);
  });

  it('[IV7] the books follow from the set of what happened', () => {
    expect(broken('IV7')).toEqual([]);
  });

  it('[IV8] what a person sees is never taken off twice', () => {
    expect(broken('IV8')).toEqual([]);
  });

  it('[IV9] a sale or a return that the register stored is booked, with what it took off', () => {
    expect(broken('IV9')).toEqual([]);
  });

  it('[SD1] what a register promises while cut off stays below the limits that it was told', () => {
    expect(broken('SD1')).toEqual([]);
  });

  it('[SD2] one register alone, and what the ledger said yes to, overspend nothing', () => {
    expect(broken('SD2')).toEqual([]);
  });

  it('[SD3] every promise ends as captured or given back', () => {
    expect(broken('SD3')).toEqual([]);
  });

  it('[SD4] nothing of another shop changes, on the devices and in the books', () => {
    expect(broken('SD4')).toEqual([]);
  });

  it('[SD5] a sale that nobody saw is never given back by a guess', () => {
    expect(broken('SD5')).toEqual([]);
  });

  it('[SD6] nobody is told of a redemption that was given up', () => {
    expect(broken('SD6')).toEqual([]);
  });

  it('[SD7] breaks no law at all', () => {
    expect(summary.violations).toEqual([]);
  });

  it.each(REACHABLE)(`[SD8] meets at least ${REACH_LEAST} times: %s`, (what) => {
    expect(summary.reach[what] ?? 0).toBeGreaterThanOrEqual(REACH_LEAST);
  });

  it('[WD3] reaches what it is for: promises, sales, and every kind of refusal', () => {
    expect(summary.schedules).toBe(SCHEDULES);
    expect(summary.promised).toBeGreaterThan(SCHEDULES);
    expect(summary.sales).toBeGreaterThan(SCHEDULES / 4);
    for (const reason of ['balance-too-low', 'customer-limit', 'storage-failing', 'cart-failed'])
      expect(summary.outcomes[reason] ?? 0, reason).toBeGreaterThan(50);
  });
});

it(
  `[WD1] ${TWICE} seeds, each run twice, come to the same trace in any number of processes`,
  { timeout: PATIENCE_MS },
  async () => {
    const once = await simulate({ schedules: TWICE, seed: FIRST_SEED, processes: 1 });
    const again = await simulate({ schedules: TWICE, seed: FIRST_SEED, processes: 2 });
    expect(again).toEqual(once);
  },
);
