/** Seeded days with everything failing: the laws of the outbox hold in each of them. */
import { beforeAll, describe, expect, it } from 'vitest';
import { simulate, type Summary } from './simulate.ts';

const SCHEDULES = 1_000;
const FIRST_SEED = 1;

describe(`${SCHEDULES} seeded days from seed ${FIRST_SEED}`, () => {
  let summary: Summary;
  beforeAll(async () => {
    summary = await simulate({ schedules: SCHEDULES, seed: FIRST_SEED, processes: 2 });
    process.stdout.write(`${JSON.stringify({ ...summary, violations: undefined })}\n`);
  }, 900_000);

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

  it('[IV9] a sale that the register stored is booked', () => {
    expect(broken('IV9')).toEqual([]);
  });

  it('[WD3] reaches what it is for: promises, sales, and every kind of refusal', () => {
    expect(summary.schedules).toBe(SCHEDULES);
    expect(summary.promised).toBeGreaterThan(SCHEDULES);
    expect(summary.sales).toBeGreaterThan(SCHEDULES / 4);
    for (const reason of ['balance-too-low', 'customer-limit', 'storage-failing', 'cart-failed'])
      expect(summary.outcomes[reason] ?? 0, reason).toBeGreaterThan(10);
  });

  it('[WD1] a seed is one run and no other', async () => {
    const once = await simulate({ schedules: 20, seed: FIRST_SEED, processes: 1 });
    const again = await simulate({ schedules: 20, seed: FIRST_SEED, processes: 2 });
    expect(again).toEqual(once);
  });
});
