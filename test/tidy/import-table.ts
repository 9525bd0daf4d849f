/**
 * ARCHITECTURE.md's "Who may import whom", as data. The order matters: the first match owns a file.
 */
import type { Zone } from './import-rules.ts';

export const IMPORT_TABLE: readonly Zone[] = [
  { name: 'shared', paths: ['shared/'], zones: ['shared'], packages: [] },
  {
    name: 'register',
    paths: ['extensions/register/'],
    zones: ['shared', 'register'],
    packages: ['p-queue'],
  },
  {
    name: 'screens',
    paths: ['extensions/screens/', 'extensions/pos/locales/'],
    zones: ['shared', 'register', 'screens'],
    packages: [],
  },
  {
    name: 'pos ui',
    paths: ['extensions/pos/src/ui/'],
    zones: ['shared', 'register', 'screens', 'pos ui'],
    packages: ['preact', '@shopify/ui-extensions'],
  },
  {
    name: 'pos 2025-07',
    paths: ['extensions/pos-2025-07/'],
    // Of the current extension time, chance and network alone, and the shape of a platform.
    zones: ['shared', 'register', 'screens', 'pos targets', 'pos 2025-07'],
    packages: ['react', '@shopify/ui-extensions', '@shopify/ui-extensions-react'],
  },
  {
    name: 'pos targets',
    paths: ['extensions/pos/'],
    zones: ['shared', 'register', 'screens', 'pos ui', 'pos targets'],
    packages: ['preact', '@shopify/ui-extensions'],
  },
  {
    name: 'database',
    paths: ['server/database/'],
    zones: ['shared', 'database'],
    packages: ['node:', 'pg'],
  },
  {
    name: 'ledger',
    paths: ['server/ledger', 'server/sync-log', 'server/seeding.ts', 'server/snapshot.ts'],
    zones: ['shared', 'database', 'ledger'],
    packages: ['node:'],
  },
  {
    name: 'merchant’s page',
    paths: ['server/admin-page/'],
    zones: ['shared', 'merchant’s page'],
    packages: [
      'react',
      'react-dom',
      'react-router',
      'date-fns',
      '@date-fns/tz',
      'idb-keyval',
      'vite',
    ],
  },
  {
    name: 'server',
    paths: ['server/'],
    zones: ['shared', 'database', 'ledger', 'server'],
    packages: [
      'node:',
      'express',
      'jose',
      '@shopify/shopify-api',
      '@shopify/shopify-app-react-router',
      '@shopify/shopify-app-session-storage',
    ],
  },
  {
    name: 'simulator',
    paths: ['simulator/'],
    zones: ['shared', 'database', 'ledger', 'server', 'simulator'],
    packages: [
      'node:',
      'express',
      'jose',
      'vite',
      'prettier',
      'typescript',
      'preact',
      '@preact/signals',
      '@remote-dom/core',
      '@shopify/ui-extensions',
      'date-fns',
      'idb-keyval',
    ],
  },
  {
    name: 'bench',
    paths: ['bench/'],
    zones: [
      'shared',
      'register',
      'database',
      'ledger',
      'server',
      'simulator',
      'tests and tools',
      'bench',
    ],
    // The peers, which bench/package.json alone pins, and what both sides are measured with.
    packages: [
      'node:',
      'express',
      'idb-keyval',
      'jose',
      'p-queue',
      'pg',
      'playwright-core',
      'vite',
      '@nozbe/watermelondb',
      '@powersync/common',
      '@powersync/node',
      '@redux-offline/redux-offline',
      '@tanstack/db',
      '@tanstack/offline-transactions',
      'fake-indexeddb',
      'redux',
      'replicache',
      'rxdb',
      'workbox-background-sync',
    ],
  },
  {
    name: 'tests and tools',
    paths: ['test/', 'scripts/', 'eslint.config.js', 'vitest.config.ts', 'vite.config.ts'],
    zones: [
      'shared',
      'register',
      'screens',
      'pos ui',
      'pos targets',
      'pos 2025-07',
      'database',
      'ledger',
      'server',
      'simulator',
      'merchant’s page',
      'tests and tools',
      'bench',
    ],
    packages: [
      'node:',
      '@eslint/js',
      'eslint',
      'fast-check',
      'idb-keyval',
      'jose',
      'pg',
      'playwright-core',
      'preact',
      '@preact/signals-core',
      '@shopify/ui-extensions-tester',
      '@testing-library/dom',
      '@testing-library/preact',
      '@testing-library/react',
      'axe-core',
      'react',
      'react-router',
      'typescript',
      'typescript-eslint',
      'vite',
      'vitest',
    ],
  },
];

/** What a machine starts or loads by itself; every source file must be reachable from here. */
export function isEntry(path: string): boolean {
  return (
    path === 'package.json' ||
    /^(server|simulator)\/main\.ts$/.test(path) ||
    path === 'server/admin-page/page.tsx' ||
    /^simulator\/admin\/(app-bridge|polaris|frame)\.ts$/.test(path) ||
    /\.(config\.(ts|js)|d\.ts|toml|html)$/.test(path)
  );
}
