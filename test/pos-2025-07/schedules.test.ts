// @vitest-environment node
/** Seeded days of registers on API 2025-07, whose carts show a change only after its call. */
import { describe, expect, it } from 'vitest';
import { cartPort, follow } from '../../extensions/pos-2025-07/src/platform.ts';
import type { Clock } from '../../shared/ports.ts';
import type { PortOf } from '../register/counter.ts';
import { runSchedule } from '../support/schedule.ts';
import { cartApi } from './pos.ts';

const SCHEDULES = 20;
const FIRST_SEED = 1;
/** How long after its call a change is told; POS says no number. */
const TOLD_MS = 150;
const still: Clock = { now: () => 0, sleep: () => new Promise(() => undefined) };

const portOf: PortOf = (cart, _, clock = still) => {
  const api = cartApi(cart, (tell) => void clock.sleep(TOLD_MS).then(tell));
  return cartPort(api, follow(api.subscribable), 'screen', clock);
};

describe(`${SCHEDULES} seeded days from seed ${FIRST_SEED}`, () => {
  it('[RX8] every law of the outbox and of the books holds, and promises are kept', async () => {
    let promised = 0;
    let sales = 0;
    const violations: string[] = [];
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed += 1) {
      const day = await runSchedule(seed, {}, portOf);
      promised += day.promised;
      sales += day.sales;
      violations.push(...day.violations.map((text) => `${seed}: ${text}`));
    }
    expect(violations).toEqual([]);
    expect(promised).toBeGreaterThan(SCHEDULES);
    expect(sales).toBeGreaterThan(SCHEDULES / 4);
  });
});
