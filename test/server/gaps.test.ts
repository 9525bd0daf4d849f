import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  hear,
  meet,
  MISSING_RANGES_MAX,
  NOTHING_SEEN,
  type Seen,
} from '../../server/ledger/gaps.ts';

const numbers = (seen: Seen) =>
  seen.missing.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, n) => first + n),
  );

it('[SL6] the missing numbers are exactly those below the highest that never came', () => {
  const step = fc.record({ isHere: fc.boolean(), n: fc.integer({ min: 1, max: 40 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const seen = steps.reduce(
        (s, { isHere, n }) => (isHere ? meet(s, n) : hear(s, n)),
        NOTHING_SEEN,
      );
      const here = new Set(steps.filter(({ isHere }) => isHere).map(({ n }) => n));
      const highest = Math.max(0, ...steps.map(({ n }) => n));
      const wanted = Array.from({ length: highest }, (_, n) => n + 1).filter((n) => !here.has(n));
      expect(seen.highest).toBe(highest);
      expect(numbers(seen)).toEqual(wanted);
    }),
  );
});

it('[SL6] a writer with holes everywhere keeps its newest ones', () => {
  let seen = NOTHING_SEEN;
  for (let n = 2; n <= 400; n += 2) seen = meet(seen, n);
  expect(seen.missing).toHaveLength(MISSING_RANGES_MAX);
  expect(seen.missing.at(-1)).toEqual([399, 399]);
  expect(meet(seen, 900_000_000).missing.at(-1)).toEqual([401, 899_999_999]);
});
