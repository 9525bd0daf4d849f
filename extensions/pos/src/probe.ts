/**
 * Measures what no document says about a device: how fast its storage is and with which codes it
 * refuses. Touches keys of its own alone and takes them away again, also those of a run that was
 * cut off.
 */
import {
  limited,
  storageErrorCode,
  type Clock,
  type DeviceStorage,
} from '../../../shared/ports.ts';

const OWN = 'probe.';
/** With more keys than this in use, filling the storage up would be in the way of the outbox. */
const KEYS_IN_USE_MAX = 40;
/** In megabytes, together almost four; the last is more than one value may have. */
const SIZES = [0.1, 0.5, 0.99, 0.98, 0.97, 1.1];
const MEGABYTE = 1_000_000;
const SETS_AT_ONCE = 20;
const DEADLINE_MS = 20_000;

export interface ProbeDeps {
  readonly storage: DeviceStorage;
  readonly clock: Clock;
  /** Versions and the like: the first lines of the result. */
  facts(): readonly string[];
  token(): Promise<string | undefined>;
  /** Nothing waits, nothing is open, and the cart is empty. */
  isQuiet(): boolean;
}

/** One line per finding, or `undefined` when there is work that it could be in the way of. */
export async function runProbe(deps: ProbeDeps): Promise<readonly string[] | undefined> {
  const { storage, clock, token, isQuiet } = deps;
  await tidyProbe(storage);
  const before = await storage.entries();
  if (!isQuiet() || before.length > KEYS_IN_USE_MAX) return undefined;
  const lines = [...deps.facts(), `${before.length} keys, ${writersIn(before)} writers`];
  const measure = async (name: string, work: () => Promise<string | number>): Promise<void> => {
    const from = clock.now();
    const found = await limited(clock, DEADLINE_MS, work()).catch(nameOf);
    lines.push(`${name}: ${clock.now() - from} ms ${found}`);
  };
  const count = () => storage.entries().then(({ length }) => length - before.length);
  try {
    for (const size of SIZES) {
      const key = OWN + String(size);
      const value = 'x'.repeat(size * MEGABYTE);
      await measure(`set ${size} MB`, () => storage.set(key, value).then(() => 'done'));
      await measure('get', () => storage.get(key).then((value) => String(value).length));
      await measure('entries', count);
    }
    await tidyProbe(storage);
    const sets = Array.from({ length: SETS_AT_ONCE }, (_, i) => i);
    await measure('20 sets among entries', () =>
      Promise.all(sets.map((i) => storage.set(OWN + String(i), i).then(count))).then(count),
    );
    await measure('set until full', () => fill(storage));
    await measure('keys of its own', count);
    await tidyProbe(storage);
    await measure('token', () => token().then((text) => typeof text));
  } finally {
    await tidyProbe(storage);
  }
  return lines;
}

/** Takes away what a run left that was cut off. */
export async function tidyProbe(storage: DeviceStorage): Promise<void> {
  for (const [key] of await storage.entries()) if (key.startsWith(OWN)) await storage.delete(key);
}

async function fill(storage: DeviceStorage): Promise<string> {
  for (let i = 0; i <= 100; i += 1) await storage.set(OWN + String(i), i);
  return 'never full';
}

const nameOf = (error: unknown): string => storageErrorCode(error) ?? String(error);

/** Contexts of this device whose operations lie here unmerged: each sees what the others wrote. */
function writersIn(entries: readonly [string, unknown][]): number {
  return new Set(entries.map(([key]) => /^o\.\d+\.(\w+)/.exec(key)?.[1]).filter(Boolean)).size;
}
