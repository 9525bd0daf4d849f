import { describe, expect, it } from 'vitest';
import { STORAGE_KEYS_MAX } from '../../shared/ports.ts';
import { createDeviceStorage } from '../../simulator/page/device-storage.ts';
import { withStorageMischief } from '../../simulator/page/mischief.ts';
import { memoryRecords } from '../support/memory-records.ts';

const clock = { now: () => 1_780_000_000_000 };
const create = () => createDeviceStorage({ store: memoryRecords(), clock });

describe('what the contract of every device storage leaves open', () => {
  it('[SM1] an error is the platform’s: its name, its code, a sentence', async () => {
    const storage = create();
    const failed: unknown = await storage.set(7 as unknown as string, 'x').catch((e: unknown) => e);
    expect(failed).toMatchObject({ name: 'StorageError', code: 'KeyType' });
    expect(failed).toBeInstanceOf(Error);
  });

  it('[SM1] a value passes through JSON, and what JSON can’t hold is refused', async () => {
    const storage = create();
    await storage.set('a', { at: new Date(0), nothing: undefined, list: [1, undefined] });
    expect(await storage.get('a')).toEqual({ at: '1970-01-01T00:00:00.000Z', list: [1, null] });
    await expect(storage.set('a', undefined)).rejects.toThrow(TypeError);
    expect(await storage.get('a')).toMatchObject({ list: [1, null] });
  });

  it('[SM1] a caller can’t change what is stored through the value it holds', async () => {
    const storage = create();
    const value = { count: 1 };
    await storage.set('a', value);
    value.count = 2;
    const read = (await storage.get('a')) as { count: number };
    read.count = 3;
    expect(await storage.get('a')).toEqual({ count: 1 });
  });

  it('[SM2] sets that race for the last place: one gets it, the others are refused', async () => {
    const storage = create();
    for (let i = 1; i < STORAGE_KEYS_MAX; i += 1) await storage.set(`k${i}`, 1);
    const race = await Promise.allSettled(['x', 'y', 'z'].map((key) => storage.set(key, 1)));
    expect(race.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await storage.entries()).toHaveLength(STORAGE_KEYS_MAX);
  });

  it('[SM2] a call that failed does not hold up the next', async () => {
    const records = memoryRecords();
    let broken = true;
    const storage = createDeviceStorage({
      clock,
      store: {
        ...records,
        get: (key) => (broken ? Promise.reject(new Error('disk')) : records.get(key)),
      },
    });
    await expect(storage.get('a')).rejects.toThrow('disk');
    broken = false;
    await storage.set('a', 1);
    expect(await storage.get('a')).toBe(1);
  });

  it('[SM3] clear takes everything, and inspect names key, bytes and time', async () => {
    const storage = create();
    await storage.set('b', '€');
    await storage.set('a', [1]);
    expect(await storage.inspect()).toEqual([
      { key: 'a', json: '[1]', bytes: 3, setAt: clock.now() },
      { key: 'b', json: '"€"', bytes: 5, setAt: clock.now() },
    ]);
    await storage.clear();
    expect(await storage.entries()).toEqual([]);
  });
});

describe('storage that misbehaves', () => {
  const sleeps: number[] = [];
  const sleep = async (ms: number): Promise<void> => void sleeps.push(ms);

  it('[SM4] it can work, be slow, or throw before it does anything', async () => {
    let done = 0;
    const work = async (): Promise<number> => (done += 1);
    expect(await withStorageMischief('none', sleep, work)).toBe(1);
    expect(await withStorageMischief('slow', sleep, work)).toBe(2);
    expect(sleeps).toHaveLength(1);
    await expect(withStorageMischief('fails', sleep, work)).rejects.toThrow('storage');
    expect(done).toBe(2);
  });

  it('[SM4] it can never answer', async () => {
    const hung = withStorageMischief('hangs', sleep, async () => 'answer');
    const first = await Promise.race([hung, new Promise((resolve) => setImmediate(resolve, 'no'))]);
    expect(first).toBe('no');
  });
});
