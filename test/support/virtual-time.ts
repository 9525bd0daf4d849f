/**
 * Time that moves only when the test says so. Every wait of the code under test is an entry in one
 * agenda; the agenda is worked off in order of time, and of chance where times are equal.
 */
import type { Clock, Wake } from '../../shared/ports.ts';
import type { SeededRandom } from './seeded-random.ts';

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void | Promise<void>;
}

export interface VirtualTime {
  now(): number;
  /** Runs `run` after `ms`; returns the way to take it off the agenda. */
  after(ms: number, run: () => void | Promise<void>): () => void;
  sleep(ms: number, wake?: Wake): Promise<void>;
  /** Works off everything up to `at`, calling `each` after every entry. */
  runUntil(at: number, each?: () => void | Promise<void>): Promise<void>;
  /** Works off entries until `promise` is done. */
  runFor<T>(promise: Promise<T>, each?: () => void | Promise<void>): Promise<T>;
  /** A device's clock: this time plus its own error. */
  clock(offset: () => number): Clock;
}

/** Lets every promise go as far as it gets without the agenda. */
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export function virtualTime(random: SeededRandom, startAt = 1_780_000_000_000): VirtualTime {
  const agenda: Entry[] = [];
  let now = startAt;

  const insert = (entry: Entry): void => {
    let low = 0;
    let high = agenda.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = agenda[middle];
      if (other !== undefined && isBefore(other, entry)) low = middle + 1;
      else high = middle;
    }
    agenda.splice(low, 0, entry);
  };

  const after: VirtualTime['after'] = (ms, run) => {
    const entry = { at: now + Math.max(0, ms), order: random.below(2 ** 32), run };
    insert(entry);
    return () => {
      const index = agenda.indexOf(entry);
      if (index >= 0) agenda.splice(index, 1);
    };
  };

  const step = async (): Promise<boolean> => {
    const entry = agenda.shift();
    if (entry === undefined) return false;
    now = entry.at;
    await entry.run();
    await settle();
    return true;
  };

  const sleep: VirtualTime['sleep'] = (ms, wake) =>
    new Promise((resolve) => {
      if (wake?.woken === true) return resolve();
      const cancel = after(ms, () => {
        unlisten?.();
        resolve();
      });
      const unlisten = wake?.onWake(() => {
        cancel();
        resolve();
      });
    });

  return {
    now: () => now,
    after,
    sleep,
    async runUntil(at, each) {
      await settle();
      while (agenda[0] !== undefined && agenda[0].at <= at) {
        await step();
        await each?.();
      }
      now = Math.max(now, at);
    },
    async runFor(promise, each) {
      let isDone = false;
      const done = (): void => void (isDone = true);
      promise.then(done, done);
      await settle();
      while (!isDone) {
        if (!(await step())) throw new Error('the promise waits for something that never comes');
        await each?.();
      }
      return promise;
    },
    clock: (offset) => ({ now: () => now + offset(), sleep }),
  };
}

const isBefore = (a: Entry, b: Entry): boolean =>
  a.at < b.at || (a.at === b.at && a.order <= b.order);
