/**
 * The POS Storage API as the platform documents it: 100 keys, 1 KB a key, 1 MB a
 * value, JSON only, error codes, and every key gone 30 days after it was last set. It keeps its
 * records in any small key-value store; in the simulator's page that is IndexedDB.
 */
import {
  STORAGE_KEYS_MAX,
  STORAGE_KEY_BYTES_MAX,
  STORAGE_VALUE_BYTES_MAX,
  type DeviceStorage,
  type StorageErrorCode,
} from '../../shared/ports.ts';

export const STORAGE_KEPT_MS = 30 * 24 * 3_600_000;

/** What lies in the underlying store: the value as JSON text, and when it was last set. */
export interface StoredRecord {
  readonly json: string;
  readonly setAt: number;
}

export interface RecordStore {
  get(key: string): Promise<StoredRecord | undefined>;
  /** Resolves only when the record would survive the end of the process. */
  set(key: string, record: StoredRecord): Promise<void>;
  del(key: string): Promise<void>;
  entries(): Promise<readonly (readonly [string, StoredRecord])[]>;
}

export interface InspectableStorage extends DeviceStorage {
  clear(): Promise<void>;
  /** Key, size in bytes and time of the last set of everything that is not expired. */
  inspect(): Promise<readonly StorageRow[]>;
}

export interface StorageRow {
  readonly key: string;
  readonly json: string;
  readonly bytes: number;
  readonly setAt: number;
}

/** The platform's error: told apart by `code`. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;
  constructor(code: StorageErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export interface DeviceStorageDeps {
  readonly store: RecordStore;
  /** The register's clock: it alone decides what is expired. */
  readonly clock: { now(): number };
}

/**
 * Creates the storage of one register. Calls take effect one after the other in the order they were
 * made, as on the device, where all contexts of an extension share one native store.
 */
export function createDeviceStorage({ store, clock }: DeviceStorageDeps): InspectableStorage {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };

  const isExpired = ({ setAt }: StoredRecord): boolean => clock.now() - setAt > STORAGE_KEPT_MS;

  /** Everything that is not expired; what is expired goes now. */
  async function live(): Promise<(readonly [string, StoredRecord])[]> {
    const kept: (readonly [string, StoredRecord])[] = [];
    for (const entry of await store.entries()) {
      if (isExpired(entry[1])) await store.del(entry[0]);
      else kept.push(entry);
    }
    return kept;
  }

  async function read(key: string): Promise<StoredRecord | undefined> {
    const record = await store.get(key);
    if (record === undefined || !isExpired(record)) return record;
    await store.del(key);
    return undefined;
  }

  async function write(key: string, json: string): Promise<void> {
    const records = await live();
    if (records.length >= STORAGE_KEYS_MAX && !records.some(([present]) => present === key))
      throw new StorageError('RecordsCount', `No more than ${STORAGE_KEYS_MAX} records fit`);
    await store.set(key, { json, setAt: clock.now() });
  }

  return {
    async get(key) {
      checkKey(key);
      const record = await inTurn(() => read(key));
      return record === undefined ? undefined : parse(record.json);
    },
    async set(key, value) {
      checkKey(key);
      const json = toJson(value);
      await inTurn(() => write(key, json));
    },
    async delete(key) {
      checkKey(key);
      return inTurn(async () => {
        const existed = (await read(key)) !== undefined;
        if (existed) await store.del(key);
        return existed;
      });
    },
    async entries() {
      const records = await inTurn(live);
      return records.map(([key, { json }]): [string, unknown] => [key, parse(json)]);
    },
    async clear() {
      await inTurn(async () => {
        for (const [key] of await store.entries()) await store.del(key);
      });
    },
    async inspect() {
      const records = await inTurn(live);
      return records
        .map(([key, { json, setAt }]) => ({ key, json, setAt, bytes: byteLength(json) }))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
    },
  };
}

function checkKey(key: unknown): void {
  if (typeof key !== 'string') throw new StorageError('KeyType', 'A key is a string');
  if (byteLength(key) > STORAGE_KEY_BYTES_MAX)
    throw new StorageError('KeySize', `A key has at most ${STORAGE_KEY_BYTES_MAX} bytes`);
}

function toJson(value: unknown): string {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) throw new TypeError('Only what JSON can hold is stored');
  if (byteLength(json) > STORAGE_VALUE_BYTES_MAX)
    throw new StorageError('RecordSize', `A value has at most ${STORAGE_VALUE_BYTES_MAX} bytes`);
  return json;
}

function parse(json: string): unknown {
  return JSON.parse(json) as unknown;
}

const encoder = new TextEncoder();

function byteLength(text: string): number {
  return encoder.encode(text).byteLength;
}
