/** A failing day is made smaller, and what is left still means the same. */
import { expect, it } from 'vitest';
import { seededDay, startWorker } from './runs.ts';
import { dayFrom, keptOf, type KeptDay } from './shrink.ts';

/** Far above what a busy machine needs. */
const PATIENCE_MS = 3_600_000;
const MUTANT = 'balances-apart';
const OPTIONS = { profile: 'calm' };
const SEED = 1;

it(
  `[SD10] a day that ${MUTANT} spoils is made short, fails with it and passes without`,
  { timeout: PATIENCE_MS },
  async () => {
    const spoilt = startWorker(MUTANT);
    const sound = startWorker(undefined);
    const whole = seededDay(SEED, OPTIONS);
    const shrunk = await spoilt.shrink(whole);
    if (shrunk === undefined) throw new Error('the day breaks no law');
    const kept = keptOf(shrunk);
    expect(kept.events.length).toBeLessThanOrEqual(whole.events.length / 2);
    expect(kept.faults.length).toBeLessThanOrEqual(2);
    const day = dayFrom(JSON.parse(JSON.stringify(kept)) as KeptDay);
    const laws = (await spoilt.day(day)).violations.map((text) => text.split(' ')[0]);
    expect(laws).toContain(kept.law);
    expect((await sound.day(day)).violations).toEqual([]);
    await Promise.all([spoilt.end(), sound.end()]);
  },
);
