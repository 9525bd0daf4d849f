/**
 * Prints `N passed, N failed` alone on the very last line, so that a person or a script finds the
 * verdict without reading the rest. A file that fails to load and an error outside any test count
 * as failed: nothing that turns the exit code red may hide behind "0 failed".
 */
import type { Reporter, TestModule } from 'vitest/node';

export interface Totals {
  readonly passed: number;
  readonly failed: number;
}

/** Totals of finished test files; `strayErrors` were thrown outside any test. */
export function countTotals(modules: readonly CountedModule[], strayErrors: number): Totals {
  let passed = 0;
  let failed = strayErrors;
  for (const module of modules) {
    failed += module.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      if (state === 'failed') failed += 1;
    }
    for (const suite of module.children.allSuites()) failed += suite.errors().length;
  }
  return { passed, failed };
}

/** The part of vitest's `TestModule` that is counted. */
export interface CountedModule {
  errors(): readonly unknown[];
  readonly children: {
    allTests(): Iterable<{ result(): { readonly state: string } }>;
    allSuites(): Iterable<{ errors(): readonly unknown[] }>;
  };
}

/** A vitest reporter; the line is written when the process ends, behind everything else. */
export function totalsReporter(): Reporter {
  let totals: Totals | undefined;
  return {
    onInit() {
      process.once('exit', () => {
        if (totals === undefined) return;
        process.stdout.write(`${totals.passed} passed, ${totals.failed} failed\n`);
      });
    },
    onTestRunEnd(modules: readonly TestModule[], unhandledErrors) {
      totals = countTotals(modules, unhandledErrors.length);
    },
  };
}
