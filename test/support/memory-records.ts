/** The smallest store that the simulator's device storage can lie on: a map. */
import type { RecordStore, StoredRecord } from '../../simulator/page/device-storage.ts';

export function memoryRecords(): RecordStore & { readonly changes: number } {
  const records = new Map<string, StoredRecord>();
  let changes = 0;
  return {
    /** Counts writes and deletions, so that a reader can tell whether anything is new. */
    get changes() {
      return changes;
    },
    get: (key) => Promise.resolve(records.get(key)),
    set: (key, record) => {
      changes += 1;
      return Promise.resolve(void records.set(key, record));
    },
    del: (key) => {
      changes += 1;
      return Promise.resolve(void records.delete(key));
    },
    entries: () => Promise.resolve([...records]),
  };
}
