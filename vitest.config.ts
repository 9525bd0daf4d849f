import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { totalsReporter } from './scripts/totals-reporter.ts';

/** Far above what any test needs: a slow machine must not turn a right answer into a failure. */
const PATIENCE_MS = 120_000;
const patient = { testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS, retry: 0 } as const;

/**
 * What waits out real deadlines, looks at every screen, works on a year of a shop, or tries the
 * simulator itself; `npm run test:long` runs them.
 */
const LONG = [
  'looks',
  'merchant-long',
  'saga-faults',
  'saga-lost',
  'saga-registers',
  'screens',
  'simulator',
].map((name) => `test/e2e/${name}.test.ts`);

const packagePath = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** The extension for API 2025-07 has a React of its own, and so has what draws for its tests. */
const OLD = packagePath('extensions/pos-2025-07/node_modules');
const TESTING_LIBRARY = packagePath(
  'node_modules/@testing-library/react/dist/@testing-library/react.esm.js',
);

/**
 * One project per kind of environment; `npm test` runs them all. Groups run one after the other, so
 * that the browser never competes with the seeded schedules for the processor.
 */
export default defineConfig({
  test: {
    reporters: ['default', totalsReporter()],
    projects: [
      {
        test: {
          ...patient,
          name: 'node',
          include: ['test/{shared,register,server,contracts,simulator,tidy,bench}/**/*.test.ts'],
          environment: 'node',
          setupFiles: ['./test/support/property-seed.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        test: {
          ...patient,
          name: 'targets',
          include: ['test/targets/**/*.test.{ts,tsx}'],
          environment: 'jsdom',
          setupFiles: ['./test/targets/setup.ts'],
          server: { deps: { inline: ['@shopify/ui-extensions-tester'] } },
          sequence: { groupOrder: 1 },
        },
      },
      {
        oxc: { jsx: { runtime: 'automatic', importSource: 'react' } },
        resolve: {
          alias: [
            { find: /^(react|react-dom)(?=\/|$)/, replacement: `${OLD}/$1` },
            { find: /^@testing-library\/react$/, replacement: TESTING_LIBRARY },
          ],
        },
        test: {
          ...patient,
          name: 'pos-2025-07',
          include: ['test/pos-2025-07/**/*.test.{ts,tsx}'],
          environment: 'jsdom',
          setupFiles: ['./test/targets/setup.ts'],
          server: { deps: { inline: [/@testing-library\/react\//] } },
          sequence: { groupOrder: 1 },
        },
      },
      {
        oxc: { jsx: { runtime: 'automatic', importSource: 'react' } },
        test: {
          ...patient,
          name: 'admin-page',
          include: ['test/admin-page/**/*.test.{ts,tsx}'],
          environment: 'jsdom',
          setupFiles: ['./test/targets/setup.ts', './test/admin-page/setup.ts'],
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...patient,
          name: 'seeded',
          include: ['test/seeded/**/*.test.ts'],
          environment: 'node',
          testTimeout: 300_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...patient,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: LONG,
          environment: 'node',
          testTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          ...patient,
          name: 'long',
          include: LONG,
          environment: 'node',
          testTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
