/**
 * Locks that hold between processes: a row with an end, so that a process which died in the middle
 * holds up nobody for ever.
 */
import { randomCrockford } from '../shared/crockford.ts';
import type { Random } from '../shared/ports.ts';
import type { Database } from './database/database.ts';

export interface Locks {
  /**
   * Runs `work` while no other process holds `name`, or answers `undefined` at once when one does.
   * `forMs` must be far longer than the work: behind it others no longer wait.
   */
  attempt<T>(
    name: string,
    forMs: number,
    work: () => Promise<T>,
  ): Promise<{ readonly result: T } | undefined>;
  /** The same, waiting for its turn; rejects when it did not come within `forMs`. */
  within<T>(name: string, forMs: number, work: () => Promise<T>): Promise<T>;
}

export interface LockDeps {
  readonly database: Pick<Database, 'tables'>;
  readonly clock: { now(): number };
  readonly random: Random;
  readonly sleep: (ms: number) => Promise<void>;
}

const HOLDER_LENGTH = 16;
const RETRY_MS = 50;

const TAKE = `INSERT INTO held_lock VALUES (?, ?, ?)
  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
    WHERE held_lock.held_until <= ?`;
const GIVE = 'DELETE FROM held_lock WHERE name = ? AND holder = ?';

export function createLocks({ database, clock, random, sleep }: LockDeps): Locks {
  async function attempt<T>(name: string, forMs: number, work: () => Promise<T>) {
    const holder = randomCrockford(random, HOLDER_LENGTH);
    const now = clock.now();
    const taken = await database.tables((sql) => sql.run(TAKE, name, holder, now + forMs, now));
    if (taken === 0) return undefined;
    try {
      return { result: await work() };
    } finally {
      await database.tables((sql) => sql.run(GIVE, name, holder));
    }
  }

  return {
    attempt,
    async within(name, forMs, work) {
      const until = clock.now() + forMs;
      for (;;) {
        const done = await attempt(name, forMs, work);
        if (done !== undefined) return done.result;
        if (clock.now() >= until) throw new Error(`the lock ${name} was not to be had`);
        await sleep(RETRY_MS);
      }
    },
  };
}
