/**
 * A device's storage without a device: the limits and the order of effects of the platform's, in
 * plain maps, and it can lose its last seconds. The simulator's storage does the same with JSON and
 * a database below it, and a day in it takes several times as long.
 */
import {
  STORAGE_KEYS_MAX,
  STORAGE_KEY_BYTES_MAX,
  STORAGE_VALUE_BYTES_MAX,
  type DeviceStorage,
} from '../../shared/ports.ts';
import { STORAGE_KEPT_MS, StorageError } from '../../simulator/page/device-storage.ts';

interface Kept {
  readonly value: unknown;
  readonly setAt: number;
}

interface Undo {
  readonly at: number;
  readonly key: string;
  readonly before: Kept | undefined;
}

export interface DeviceMemory extends DeviceStorage {
  /** Counts writes and deletions, so that a reader can tell whether anything is new. */
  changes(): number;
  /** Takes back every write and deletion since `time` (as `now` tells it), the newest first. */
  undoSince(time: number): void;
}

/** What a power cut can take back at most. */
export const UNDO_MS = 60_000;

/** `clock` is the device's own and decides what is expired; `now` is the true time. */
export function createDeviceMemory(by: {
  readonly clock: { now(): number };
  now(): number;
}): DeviceMemory {
  const { clock, now } = by;
  const records = new Map<string, Kept>();
  let done: Undo[] = [];
  let changes = 0;

  const put = (key: string, next: Kept | undefined): void => {
    changes += 1;
    done.push({ at: now(), key, before: records.get(key) });
    if (done.length > 1_000) done = done.filter(({ at }) => at >= now() - UNDO_MS);
    if (next === undefined) records.delete(key);
    else records.set(key, next);
  };
  const isExpired = ({ setAt }: Kept): boolean => clock.now() - setAt > STORAGE_KEPT_MS;
  const drop = (): void => {
    for (const [key, kept] of records) if (isExpired(kept)) put(key, undefined);
  };
  const live = (key: string): Kept | undefined => {
    checkKey(key);
    const kept = records.get(key);
    if (kept === undefined || !isExpired(kept)) return kept;
    put(key, undefined);
    return undefined;
  };

  return {
    changes: () => changes,
    async get(key) {
      return copied(live(key)?.value);
    },
    async set(key, value) {
      checkKey(key);
      const kept = { value: storable(value), setAt: clock.now() };
      drop();
      if (records.size >= STORAGE_KEYS_MAX && !records.has(key))
        throw new StorageError('RecordsCount', `No more than ${STORAGE_KEYS_MAX} records fit`);
      put(key, kept);
    },
    async delete(key) {
      const existed = live(key) !== undefined;
      if (existed) put(key, undefined);
      return existed;
    },
    async entries() {
      drop();
      return [...records].map(([key, { value }]): [string, unknown] => [key, copied(value)]);
    },
    undoSince(time) {
      while ((done.at(-1)?.at ?? -1) >= time) {
        const { key, before } = done.pop() ?? { key: '', before: undefined };
        if (before === undefined) records.delete(key);
        else records.set(key, before);
      }
      changes += 1;
    },
  };
}

function checkKey(key: unknown): void {
  if (typeof key !== 'string') throw new StorageError('KeyType', 'A key is a string');
  if (key.length * 3 > STORAGE_KEY_BYTES_MAX && Buffer.byteLength(key) > STORAGE_KEY_BYTES_MAX)
    throw new StorageError('KeySize', `A key has at most ${STORAGE_KEY_BYTES_MAX} bytes`);
}

/** Text is what records are, and needs no copy; whatever else is set goes through JSON. */
function storable(value: unknown): unknown {
  const json = typeof value === 'string' && value.length * 6 < STORAGE_VALUE_BYTES_MAX;
  if (json) return value;
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined || Buffer.byteLength(text) > STORAGE_VALUE_BYTES_MAX)
    throw new StorageError('RecordSize', `A value has at most ${STORAGE_VALUE_BYTES_MAX} bytes`);
  return JSON.parse(text) as unknown;
}

const copied = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? structuredClone(value) : value;
