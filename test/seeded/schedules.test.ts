/** Seeded days with everything failing: the laws of the outbox hold in each of them. */
import { beforeAll, describe, expect, it } from 'vitest';
import { simulate, type Summary } from './simulate.ts';

const SCHEDULES = 1_000;
const FIRST_SEED = 1;

const LAWS: readonly (readonly [string, string])[] = [
  ['IV1', 'what was promised is never lost'],
  ['IV2', 'an operation has its effect once'],
  ['IV3', 'a register never promises more than its newest balance'],
  ['IV4', 'an older balance never replaces a newer one'],
  ['IV5', 'with a network everything is settled, and every register shows what the ledger has'],
  ['IV6', 'storage stays within its limits'],
  ['IV7', 'the books follow from the set of what happened'],
  ['IV8', 'what a person sees is never taken off twice'],
  ['IV9', 'a sale that the register stored is booked'],
];

describe(`${SCHEDULES} seeded days from seed ${FIRST_SEED}`, () => {
  let summary: Summary;
  beforeAll(async () => {
    summary = await simulate({ schedules: SCHEDULES, seed: FIRST_SEED, processes: 2 });
    process.stdout.write(`${JSON.stringify({ ...summary, violations: undefined })}\n`);
  }, 900_000);

  it.each(LAWS)('[%s] %s', (law) => {
    expect(summary.violations.filter(({ text }) => text.startsWith(`${law} `))).toEqual([]);
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
