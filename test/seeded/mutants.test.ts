/** A simulation that can't fail proves nothing: each law taken out must be noticed. */
import { describe, expect, it } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { simulate } from './simulate.ts';

describe('a protocol with one law taken out', () => {
  it.each(MUTANTS)(
    '[WD2] is found out: $what ($name)',
    async ({ name, firstSeed, law, strict }) => {
      const { violations } = await simulate({
        // The first is enough, until the code draws its chances otherwise.
        schedules: 100,
        seed: firstSeed,
        processes: 1,
        mutant: name,
        strict,
        stopEarly: true,
      });
      expect(violations.map(({ text }) => text.split(' ')[0])).toContain(law);
    },
  );
});
