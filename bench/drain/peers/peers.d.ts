/**
 * The little that the bench uses of each peer, so that the project type-checks where they are not
 * installed.
 */

declare module 'fake-indexeddb/auto' {}

declare module 'redux' {
  export interface Store {
    dispatch(action: object): unknown;
    getState(): unknown;
  }
  export type Enhancer = (create: unknown) => unknown;
  export function legacy_createStore(
    reducer: (state: object | undefined) => object,
    state: undefined,
    enhancer: Enhancer,
  ): Store;
}

declare module '@redux-offline/redux-offline' {
  import type { Enhancer } from 'redux';
  export function offline(config: object): Enhancer;
}

declare module '@tanstack/db' {
  export interface Collection {
    insert(row: object): unknown;
  }
  export function createCollection(config: object): Collection;
}

declare module '@tanstack/offline-transactions' {
  export interface Transaction {
    mutate(work: () => void): unknown;
    commit(): Promise<unknown>;
  }
  export interface Executor {
    waitForInit(): Promise<void>;
    createOfflineTransaction(options: object): Transaction;
    peekOutbox(): Promise<readonly unknown[]>;
    getPendingCount(): number;
    readonly isOfflineEnabled: boolean;
    dispose(): void;
  }
  export function startOfflineExecutor(config: object): Executor;
  export class IndexedDBAdapter {}
}

declare module 'rxdb' {
  export interface Documents {
    bulkInsert(rows: readonly object[]): Promise<unknown>;
    find(): { exec(): Promise<readonly unknown[]> };
  }
  export interface RxDatabase {
    addCollections(schemas: object): Promise<Record<string, Documents>>;
    close(): Promise<unknown>;
  }
  export function createRxDatabase(options: object): Promise<RxDatabase>;
}

declare module 'rxdb/plugins/storage-memory' {
  export function getRxStorageMemory(): object;
}

declare module 'rxdb/plugins/replication' {
  export interface Replication {
    awaitInitialReplication(): Promise<unknown>;
    awaitInSync(): Promise<unknown>;
    cancel(): Promise<unknown>;
  }
  export function replicateRxCollection(options: object): Replication;
}

declare module 'workbox-background-sync' {
  export class Queue {
    constructor(name: string, options?: object);
    pushRequest(entry: { readonly request: Request }): Promise<void>;
    replayRequests(): Promise<void>;
    size(): Promise<number>;
  }
}

declare module 'replicache' {
  export interface Push {
    readonly clientGroupID: string;
    readonly mutations: readonly {
      readonly id: number;
      readonly clientID: string;
      readonly args: unknown;
    }[];
  }
  export class Replicache {
    constructor(options: object);
    readonly clientGroupID: Promise<string>;
    readonly mutate: Record<string, (args: unknown) => Promise<unknown>>;
    push(options?: { readonly now: boolean }): Promise<void>;
    pull(options?: { readonly now: boolean }): Promise<void>;
    close(): Promise<void>;
    experimentalPendingMutations(): Promise<readonly unknown[]>;
    pushDelay: number;
    pusher: (push: Push, id: string) => Promise<object>;
    puller: (pull: object, id: string) => Promise<object>;
  }
}

declare module '@powersync/common' {
  export class Table {
    constructor(columns: object);
  }
  export class Schema {
    constructor(tables: object);
  }
  export const column: { readonly text: object };
}

declare module '@powersync/node' {
  export interface CrudBatch {
    readonly crud: readonly { readonly id: string; readonly opData?: Record<string, string> }[];
    complete(): Promise<void>;
  }
  export interface Writing {
    execute(sql: string, values: readonly unknown[]): Promise<unknown>;
  }
  export class PowerSyncDatabase {
    constructor(options: object);
    init(): Promise<void>;
    execute(sql: string, values?: readonly unknown[]): Promise<unknown>;
    writeTransaction(work: (tx: Writing) => Promise<void>): Promise<void>;
    getCrudBatch(most: number): Promise<CrudBatch | null>;
    close(): Promise<void>;
  }
}

declare module '@nozbe/watermelondb' {
  export interface Row {
    readonly _raw: Record<string, unknown>;
  }
  export interface Rows {
    prepareCreate(fill: (row: Row) => void): object;
  }
  export class Model {}
  export class Database {
    constructor(options: object);
    get(table: string): Rows;
    write(work: () => Promise<void>): Promise<void>;
    batch(rows: readonly object[]): Promise<void>;
  }
  export function appSchema(schema: object): object;
  export function tableSchema(schema: object): object;
}

declare module '@nozbe/watermelondb/adapters/lokijs' {
  // A CommonJS package: its default export arrives one level deeper.
  const Adapter: new (options: object) => object;
  export { Adapter as default };
}

declare module '@nozbe/watermelondb/sync' {
  export function synchronize(options: object): Promise<void>;
  export function hasUnsyncedChanges(options: object): Promise<boolean>;
}
