/**
 * A store that can lose its last seconds, as a host does that had not written them to the disk when
 * the power went.
 */
import type { RecordStore, StoredRecord } from '../../simulator/page/device-storage.ts';

export interface UndoableRecords extends RecordStore {
  /** Counts writes and deletions, so that a reader can tell whether anything is new. */
  readonly changes: number;
  /** Takes back every write and deletion since `time`, the newest first. */
  undoSince(time: number): void;
}

export function undoableRecords(now: () => number): UndoableRecords {
  const records = new Map<string, StoredRecord>();
  const done: { readonly at: number; readonly key: string; readonly before?: StoredRecord }[] = [];

  const keep = (key: string): void => {
    const before = records.get(key);
    done.push({ at: now(), key, ...(before === undefined ? {} : { before }) });
  };

  return {
    get changes() {
      return done.length;
    },
    get: (key) => Promise.resolve(records.get(key)),
    set(key, record) {
      keep(key);
      return Promise.resolve(void records.set(key, record));
    },
    del(key) {
      keep(key);
      return Promise.resolve(void records.delete(key));
    },
    entries: () => Promise.resolve([...records]),
    undoSince(time) {
      for (const { at, key, before } of done.toReversed()) {
        if (at < time) break;
        if (before === undefined) records.delete(key);
        else records.set(key, before);
      }
    },
  };
}
