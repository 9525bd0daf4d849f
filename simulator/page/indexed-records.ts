/** IndexedDB, through idb-keyval, as the place where a simulated register keeps its records. */
import { clear, del, entries, get, set, type UseStore } from 'idb-keyval';
import type { RecordStore, StoredRecord } from './device-storage.ts';

const TABLE = 'records';

/**
 * One database per register. Writes ask for strict durability, so that a browser process that is
 * killed right after a resolved `set` does not lose it.
 */
export function createIndexedRecords(
  factory: IDBFactory,
  name: string,
): RecordStore & { wipe(): Promise<void> } {
  const use = durableStore(factory, name);
  return {
    get: (key) => get<StoredRecord>(key, use),
    set: (key, record) => set(key, record, use),
    del: (key) => del(key, use),
    entries: () => entries<string, StoredRecord>(use),
    wipe: () => clear(use),
  };
}

/** What idb-keyval's `createStore` does, with a durability that it does not offer. */
function durableStore(factory: IDBFactory, name: string): UseStore {
  let opened: Promise<IDBDatabase> | undefined;
  const open = (): Promise<IDBDatabase> =>
    new Promise((resolve, reject) => {
      const request = factory.open(name);
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
      request.onerror = () => reject(request.error ?? new Error(`Cannot open ${name}`));
      request.onsuccess = () => {
        request.result.onclose = () => (opened = undefined);
        resolve(request.result);
      };
    });
  return async (mode, work) => {
    opened ??= open();
    const database = await opened;
    return work(database.transaction(TABLE, mode, { durability: 'strict' }).objectStore(TABLE));
  };
}
