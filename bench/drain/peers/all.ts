/** The peers by name: what each is, where it keeps what waits, and what a shop would load of it. */
import type { Engine } from '../engine.ts';
import { powersync, replicache, rxdb, watermelon } from './batched.ts';
import { pQueue, reduxOffline, tutorial, workbox } from './simple.ts';
import { tanstack } from './tanstack.ts';

const PEER = { isOwn: false, door: 'plain', isBounded: true } as const;
const EACH = { ...PEER, perRequest: 1 } as const;

export const PEERS: Readonly<Record<string, Engine>> = {
  tutorial: {
    ...EACH,
    title: 'Shopify’s tutorial shape',
    storage: 'none',
    isDurable: false,
    create: tutorial,
  },
  'p-queue': {
    ...EACH,
    title: 'p-queue + idb-keyval',
    storage: 'IndexedDB of fake-indexeddb, in memory',
    isDurable: false,
    size: "export { default } from 'p-queue'; export { set, del, entries } from 'idb-keyval';",
    create: pQueue,
  },
  'redux-offline': {
    ...EACH,
    title: 'redux-offline',
    storage: 'none (its persistence needs a browser)',
    isDurable: false,
    size: "export { offline } from '@redux-offline/redux-offline'; export * from 'redux';",
    create: reduxOffline,
  },
  workbox: {
    ...EACH,
    title: 'Workbox background sync',
    storage: 'IndexedDB of fake-indexeddb, in memory',
    isDurable: false,
    size: "export { Queue } from 'workbox-background-sync';",
    create: workbox,
  },
  tanstack: {
    ...EACH,
    title: 'TanStack offline-transactions',
    storage: 'a map in memory',
    isDurable: false,
    size:
      "export { startOfflineExecutor } from '@tanstack/offline-transactions';" +
      "export { createCollection } from '@tanstack/db';",
    create: tanstack,
  },
  rxdb: {
    ...PEER,
    perRequest: 100,
    title: 'RxDB',
    storage: 'its memory storage',
    isDurable: false,
    size:
      "export { createRxDatabase } from 'rxdb';" +
      "export { getRxStorageMemory } from 'rxdb/plugins/storage-memory';" +
      "export { replicateRxCollection } from 'rxdb/plugins/replication';",
    create: rxdb,
  },
  powersync: {
    ...PEER,
    perRequest: 100,
    title: 'PowerSync',
    storage: 'SQLite file (its defaults)',
    isDurable: true,
    size:
      "export { PowerSyncDatabase } from '@powersync/node';" +
      "export { Schema, Table, column } from '@powersync/common';",
    create: powersync,
  },
  replicache: {
    ...PEER,
    isBounded: false,
    perRequest: 1_000_000,
    title: 'Replicache',
    storage: 'its memory store',
    isDurable: false,
    size: "export { Replicache } from 'replicache';",
    create: replicache,
  },
  watermelondb: {
    ...PEER,
    isBounded: false,
    perRequest: 1_000_000,
    title: 'WatermelonDB',
    storage: 'LokiJS in memory',
    isDurable: false,
    size:
      "export { Database, Model, appSchema, tableSchema } from '@nozbe/watermelondb';" +
      "export { default } from '@nozbe/watermelondb/adapters/lokijs';" +
      "export { synchronize } from '@nozbe/watermelondb/sync';",
    create: watermelon,
  },
};
