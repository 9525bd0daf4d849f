import { expect, it } from 'vitest';
import { countTotals, type CountedModule } from '../../scripts/totals-reporter.ts';

const ran = (states: readonly string[], broken: { file?: number; suite?: number } = {}) =>
  ({
    errors: () => Array.from({ length: broken.file ?? 0 }),
    children: {
      allTests: () => states.map((state) => ({ result: () => ({ state }) })),
      allSuites: () => [{ errors: () => Array.from({ length: broken.suite ?? 0 }) }],
    },
  }) satisfies CountedModule;

it('[TD21] passed and failed tests are counted over all files', () => {
  expect(countTotals([ran(['passed', 'failed', 'passed']), ran(['passed'])], 0)).toEqual({
    passed: 3,
    failed: 1,
  });
});

it('[TD21] a broken file, a broken set-up and a stray error each count as failed', () => {
  expect(countTotals([ran([], { file: 1 })], 0)).toEqual({ passed: 0, failed: 1 });
  expect(countTotals([ran(['passed'], { suite: 1 })], 0)).toEqual({ passed: 1, failed: 1 });
  expect(countTotals([ran(['passed'])], 2)).toEqual({ passed: 1, failed: 2 });
});
