/** TanStack's offline transactions: one transaction and one request for each redemption. */
import { kept, post, until, type Drain, type EngineDeps } from '../engine.ts';

interface Mutation {
  readonly modified: unknown;
}

export interface TextStorage {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  keys(): Promise<string[]>;
  clear(): Promise<void>;
}

const isNever = new Promise<never>(() => undefined);

export function mapStorage(): TextStorage {
  const map = new Map<string, string>();
  return {
    get: async (key) => map.get(key) ?? null,
    set: async (key, value) => void map.set(key, value),
    delete: async (key) => void map.delete(key),
    keys: async () => [...map.keys()],
    clear: async () => map.clear(),
  };
}

export async function tanstack({ origin, shelf }: EngineDeps): Promise<Drain> {
  const { createCollection } = await import('@tanstack/db');
  const { startOfflineExecutor } = await import('@tanstack/offline-transactions');
  const storage = kept(shelf, 'storage', mapStorage);
  let isOnline = false;
  const listeners = new Set<() => void>();
  const redemptions = createCollection({
    id: 'redemptions',
    getKey: ({ id }: { id: string }) => id,
    sync: { sync: ({ markReady }: { markReady: () => void }) => markReady() },
  });
  const executor = startOfflineExecutor({
    collections: { redemptions },
    storage,
    mutationFns: {
      send: async ({ transaction }: { transaction: { mutations: readonly Mutation[] } }) => {
        if (!isOnline) throw new Error('no network');
        for (const { modified } of transaction.mutations)
          await post(`${origin}/plain/one`, modified);
      },
    },
    onlineDetector: {
      subscribe(listener: () => void) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      notifyOnline: () => undefined,
      isOnline: () => isOnline,
      dispose: () => undefined,
    },
  });
  await executor.waitForInit();
  return {
    async fill(operations) {
      for (const one of operations) {
        const made = { mutationFnName: 'send', autoCommit: false };
        const transaction = executor.createOfflineTransaction(made);
        transaction.mutate(() => redemptions.insert(one));
        void transaction.commit().catch(() => undefined);
      }
      // A context that is no leader stores nothing: there is nothing to wait for.
      const isStored = () => executor.getPendingCount() >= operations.length;
      await Promise.race([until(isStored), executor.isOfflineEnabled ? isNever : undefined]);
    },
    async drain() {
      isOnline = true;
      for (const listener of listeners) listener();
      await until(() => executor.getPendingCount() === 0);
    },
    die: () => executor.dispose(),
    waiting: async () => (await executor.peekOutbox()).length,
    async damage() {
      const [key = ''] = await storage.keys();
      await storage.set(key, ((await storage.get(key)) ?? '').slice(0, -8));
    },
  };
}
