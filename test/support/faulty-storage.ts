/**
 * A device's storage as one context sees it: slow, failing before or after its effect, with effects
 * that come late, and gone for good once the context is dead.
 */
import type { DeviceStorage } from '../../shared/ports.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Shares of calls (0 to 1) and the longest times in ms. */
export interface StorageFaults {
  readonly latencyMs: number;
  readonly failsBefore: number;
  readonly failsAfter: number;
  readonly lateEffect: number;
  readonly tornEntries: number;
}

export interface Life {
  readonly isDead: () => boolean;
  /** Resolves when the context may go on; never for a dead one. */
  readonly mayGoOn: () => Promise<void>;
}

export class StorageFault extends Error {}

export function faultyStorage(
  device: DeviceStorage,
  {
    faults,
    random,
    time,
    life,
  }: {
    readonly faults: StorageFaults;
    readonly random: SeededRandom;
    readonly time: VirtualTime;
    readonly life: Life;
  },
): DeviceStorage {
  const pass = (): Promise<void> => time.sleep(random.below(faults.latencyMs + 1));

  /** The answer reaches only a living context, and one that is not paused. */
  const answer = async <T>(value: T): Promise<T> => {
    await pass();
    await life.mayGoOn();
    return value;
  };

  const fail = async (how: string): Promise<never> => {
    await answer(undefined);
    throw new StorageFault(`storage failed ${how}`);
  };

  const write = async <T>(effect: () => Promise<T>): Promise<T> => {
    if (life.isDead()) return new Promise(() => undefined);
    await pass();
    if (random.chance(faults.failsBefore)) return fail('before its effect');
    if (random.chance(faults.lateEffect)) {
      time.after(random.below(30_000), () => effect().then(ignore, ignore));
      return fail('and takes effect later');
    }
    // A context that died meanwhile had its call under way: it may happen, or not.
    if (life.isDead() && random.chance(0.5)) return new Promise(() => undefined);
    const done = await effect();
    if (random.chance(faults.failsAfter)) return fail('after its effect');
    return answer(done);
  };

  const read = async <T>(look: () => Promise<T>): Promise<T> => {
    if (life.isDead()) return new Promise(() => undefined);
    await pass();
    if (random.chance(faults.failsBefore)) return fail('while it was read');
    return answer(await look());
  };

  return {
    get: (key) => read(() => device.get(key)),
    set: (key, value) => write(() => device.set(key, value)),
    delete: (key) => write(() => device.delete(key)),
    entries: () =>
      read(async () => {
        const before = await device.entries();
        if (!random.chance(faults.tornEntries)) return before;
        // Torn: one half of the keys as they were, the other as they are a while later.
        await pass();
        const after = await device.entries();
        const isFirstHalf = ([key]: readonly [string, unknown]): boolean =>
          (key.charCodeAt(key.length - 1) & 1) === 0;
        return [...before.filter(isFirstHalf), ...after.filter((entry) => !isFirstHalf(entry))];
      }),
  };
}

const ignore = (): void => undefined;
