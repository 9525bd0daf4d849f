/**
 * What the register asks of any store it is put on. `DeviceStorage` has the POS Storage API's own
 * shape, so this is also what the platform documents.
 */
import { describe, expect, it } from 'vitest';
import {
  STORAGE_KEYS_MAX,
  STORAGE_KEY_BYTES_MAX,
  STORAGE_VALUE_BYTES_MAX,
  storageErrorCode,
  type DeviceStorage,
} from '../../shared/ports.ts';

/** Every implementation, with or without limits. */
export function deviceStorageContract(name: string, create: () => DeviceStorage): void {
  describe(`device storage: ${name}`, () => {
    it('[DS1] gives back what was set, and undefined for what was not', async () => {
      const storage = create();
      await storage.set('a', '1|ab|{"x":1}');
      expect(await storage.get('a')).toBe('1|ab|{"x":1}');
      expect(await storage.get('b')).toBeUndefined();
    });

    it('[DS1] keeps text of any characters as it was', async () => {
      const storage = create();
      const text = 'é€𝄞\u0000\u2028"\\|\n';
      await storage.set(text, text);
      expect(await storage.get(text)).toBe(text);
      expect(await storage.entries()).toEqual([[text, text]]);
    });

    it('[DS2] a second set of a key replaces the first', async () => {
      const storage = create();
      await storage.set('a', 'one');
      await storage.set('a', 'two');
      expect(await storage.entries()).toEqual([['a', 'two']]);
    });

    it('[DS3] delete says whether there was something, and only that key goes', async () => {
      const storage = create();
      await storage.set('a', 'one');
      await storage.set('b', 'two');
      expect(await storage.delete('a')).toBe(true);
      expect(await storage.delete('a')).toBe(false);
      expect(await storage.entries()).toEqual([['b', 'two']]);
    });

    it('[DS4] entries names every key with its value', async () => {
      const storage = create();
      expect(await storage.entries()).toEqual([]);
      const all = Array.from({ length: 50 }, (_, i): [string, string] => [`k${i}`, `v${i}`]);
      for (const [key, value] of all) await storage.set(key, value);
      expect(new Map(await storage.entries())).toEqual(new Map(all));
    });

    it('[DS4] what entries gave stays as it was when storage changes', async () => {
      const storage = create();
      await storage.set('a', 'one');
      const before = await storage.entries();
      await storage.set('b', 'two');
      await storage.delete('a');
      expect(before).toEqual([['a', 'one']]);
    });

    it('[DS5] calls made at once all take effect', async () => {
      const storage = create();
      const keys = Array.from({ length: 40 }, (_, i) => `k${i}`);
      await Promise.all(keys.map((key) => storage.set(key, key)));
      await Promise.all(keys.slice(0, 20).map((key) => storage.delete(key)));
      expect((await storage.entries()).map(([key]) => key).sort()).toEqual(keys.slice(20).sort());
    });

    it('[DS5] a read that follows a resolved set sees it', async () => {
      const storage = create();
      for (let i = 0; i < 20; i += 1) {
        await storage.set('a', String(i));
        expect(await storage.get('a')).toBe(String(i));
      }
    });
  });
}

/** Only for stores that have the platform's limits: one without limits can't refuse. */
export function storageLimitsContract(name: string, create: () => DeviceStorage): void {
  const codeOf = async (call: Promise<unknown>): Promise<string | undefined> =>
    call.then(
      () => 'no error',
      (error: unknown) => storageErrorCode(error),
    );

  const filled = async (): Promise<DeviceStorage> => {
    const storage = create();
    for (let i = 0; i < STORAGE_KEYS_MAX; i += 1) await storage.set(`k${i}`, 'v');
    return storage;
  };

  describe(`device storage limits: ${name}`, () => {
    it('[DS6] one key too many is refused with RecordsCount and changes nothing', async () => {
      const storage = await filled();
      const before = await storage.entries();
      expect(before).toHaveLength(STORAGE_KEYS_MAX);
      expect(await codeOf(storage.set('one more', 'v'))).toBe('RecordsCount');
      expect(await storage.entries()).toEqual(before);
    });

    it('[DS6] a full store still takes a new value for a key it has', async () => {
      const storage = await filled();
      await storage.set('k7', 'new');
      expect(await storage.get('k7')).toBe('new');
    });

    it('[DS6] a deleted key makes room for one more', async () => {
      const storage = await filled();
      await storage.delete('k7');
      await storage.set('one more', 'v');
      expect(await storage.entries()).toHaveLength(STORAGE_KEYS_MAX);
    });

    it('[DS7] a value above the limit is refused with RecordSize and changes nothing', async () => {
      const storage = create();
      await storage.set('a', 'old');
      expect(await codeOf(storage.set('a', 'x'.repeat(STORAGE_VALUE_BYTES_MAX)))).toBe(
        'RecordSize',
      );
      expect(await storage.get('a')).toBe('old');
    });

    it('[DS7] the largest value fits: its text with the quotes around it', async () => {
      const storage = create();
      const largest = 'x'.repeat(STORAGE_VALUE_BYTES_MAX - 2);
      await storage.set('a', largest);
      expect(await storage.get('a')).toBe(largest);
    });

    it('[DS7] sizes count bytes, not characters', async () => {
      const storage = create();
      const long = '€'.repeat(Math.ceil(STORAGE_VALUE_BYTES_MAX / 3));
      expect(await codeOf(storage.set('a', long))).toBe('RecordSize');
      const key = '€'.repeat(Math.ceil(STORAGE_KEY_BYTES_MAX / 3));
      expect(await codeOf(storage.set(key, 'v'))).toBe('KeySize');
    });

    it('[DS8] a key above the limit is refused with KeySize; the longest fits', async () => {
      const storage = create();
      const longest = 'k'.repeat(STORAGE_KEY_BYTES_MAX);
      expect(await codeOf(storage.set(`${longest}k`, 'v'))).toBe('KeySize');
      await storage.set(longest, 'v');
      expect(await storage.get(longest)).toBe('v');
    });

    it.each([[5], [null], [undefined], [{}]])('[DS8] %j is no key: KeyType', async (key) => {
      const storage = create();
      expect(await codeOf(storage.set(key as string, 'v'))).toBe('KeyType');
      expect(await codeOf(storage.get(key as string))).toBe('KeyType');
    });
  });
}

const DAY_MS = 24 * 3_600_000;

/** Only for stores that forget, with the test as their clock. */
export function storageExpiryContract(
  name: string,
  create: (clock: { now(): number }) => DeviceStorage,
): void {
  const START = 1_780_000_000_000;
  describe(`device storage expiry: ${name}`, () => {
    it('[DS9] a record is gone 30 days after it was last set, however often it is read', async () => {
      let now = START;
      const storage = create({ now: () => now });
      await storage.set('read', 'v');
      await storage.set('written', 'v');
      now += 29 * DAY_MS;
      expect(await storage.get('read')).toBe('v');
      await storage.set('written', 'v');
      now += 2 * DAY_MS;
      expect(await storage.get('read')).toBeUndefined();
      expect(await storage.entries()).toEqual([['written', 'v']]);
    });

    it('[DS9] an expired record takes up no room', async () => {
      let now = START;
      const storage = create({ now: () => now });
      for (let i = 0; i < STORAGE_KEYS_MAX; i += 1) await storage.set(`k${i}`, 'v');
      now += 31 * DAY_MS;
      await storage.set('new', 'v');
      expect(await storage.entries()).toEqual([['new', 'v']]);
    });
  });
}
