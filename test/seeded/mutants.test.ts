/** A simulation that can't fail proves nothing: each law taken out must be noticed. */
import { describe, expect, it } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { simulate } from './runs.ts';

/** Far above what a busy machine needs. */
const PATIENCE_MS = 3_600_000;

describe('a protocol with one law taken out', () => {
  it.each(MUTANTS)(
    '[WD2] is found out: $what ($name)',
    { timeout: PATIENCE_MS },
    async ({ name, firstSeed, strict, profile }) => {
      const { violations } = await simulate({
        // The first is enough, until the code draws its chances otherwise.
        schedules: 100,
        seed: firstSeed,
        processes: 1,
        mutant: name,
        strict,
        profile,
        stopEarly: true,
      });
      expect(violations).not.toEqual([]);
    },
  );
});
