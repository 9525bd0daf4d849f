/**
 * Device storage in one SQLite file, as an app on a phone would keep it: every change is on the
 * disk before it resolves.
 */
import { DatabaseSync } from 'node:sqlite';
import type { RecordStore, StoredRecord } from '../simulator/page/device-storage.ts';

export function fileRecords(path: string): RecordStore {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE IF NOT EXISTS record (key TEXT PRIMARY KEY, json TEXT, at INTEGER)');
  const one = database.prepare('SELECT json, at FROM record WHERE key = ?');
  const all = database.prepare('SELECT key, json, at FROM record');
  const put = database.prepare('INSERT OR REPLACE INTO record (key, json, at) VALUES (?, ?, ?)');
  const remove = database.prepare('DELETE FROM record WHERE key = ?');
  const record = (row: Record<string, unknown>): StoredRecord => ({
    json: String(row['json']),
    setAt: Number(row['at']),
  });
  return {
    async get(key) {
      const row = one.get(key);
      return row === undefined ? undefined : record(row);
    },
    set: async (key, { json, setAt }) => void put.run(key, json, setAt),
    del: async (key) => void remove.run(key),
    entries: async () => all.all().map((row) => [String(row['key']), record(row)] as const),
  };
}
