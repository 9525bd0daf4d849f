import { defineConfig } from 'vitest/config';

/** One project per kind of environment; `npm test` runs them all. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['test/{shared,register,server,contracts,simulator,tidy}/**/*.test.ts'],
          environment: 'node',
        },
      },
      {
        test: {
          name: 'seeded',
          include: ['test/seeded/**/*.test.ts'],
          environment: 'node',
          testTimeout: 300_000,
        },
      },
      {
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        test: {
          name: 'targets',
          include: ['test/targets/**/*.test.{ts,tsx}'],
          environment: 'jsdom',
          server: { deps: { inline: ['@shopify/ui-extensions-tester'] } },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
