/** Device storage that keeps account of what is asked of it, and can be asked the same again. */
import type { DeviceStorage } from '../../shared/ports.ts';

export interface Call {
  readonly verb: 'get' | 'set' | 'delete' | 'entries';
  readonly key: string;
  readonly value: unknown;
  /** Characters that crossed between the register and the storage. */
  readonly size: number;
}

export interface CountedStorage extends DeviceStorage {
  /** What was asked since the last time this was called. */
  taken(): readonly Call[];
}

const sizeOf = (value: unknown): number => (typeof value === 'string' ? value.length : 0);

export function countedStorage(storage: DeviceStorage): CountedStorage {
  let calls: Call[] = [];
  return {
    async get(key) {
      const value = await storage.get(key);
      calls.push({ verb: 'get', key, value: undefined, size: sizeOf(value) });
      return value;
    },
    async set(key, value) {
      calls.push({ verb: 'set', key, value, size: sizeOf(value) });
      await storage.set(key, value);
    },
    async delete(key) {
      calls.push({ verb: 'delete', key, value: undefined, size: 0 });
      return storage.delete(key);
    },
    async entries() {
      const entries = await storage.entries();
      const size = entries.reduce((sum, [, value]) => sum + sizeOf(value), 0);
      calls.push({ verb: 'entries', key: '', value: undefined, size });
      return entries;
    },
    taken() {
      const taken = calls;
      calls = [];
      return taken;
    },
  };
}

/** The same calls again, and nothing else: what the storage itself costs. */
export async function replay(storage: DeviceStorage, calls: readonly Call[]): Promise<void> {
  for (const { verb, key, value } of calls) {
    if (verb === 'get') await storage.get(key);
    else if (verb === 'set') await storage.set(key, value);
    else if (verb === 'delete') await storage.delete(key);
    else await storage.entries();
  }
}
