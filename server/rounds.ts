/**
 * What the server does by itself: every minute a round of all shops, each piece of work at its own
 * pace. What fails for one shop is logged and holds up no other.
 */
import type { Database, ShopDomain } from './database/database.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';

export const ROUND_MS = 60_000;

/** One piece of work for one shop; several processes may do it at once. */
export interface Chore {
  readonly name: string;
  /** Not more often than this; every round when absent. */
  readonly everyMs?: number;
  /** `now` by the server's clock, ms since 1970. */
  run(shop: ShopDomain, now: number): Promise<void>;
}

/** One piece of work for all shops together, also those that the ledger does not know. */
export interface CommonChore {
  readonly name: string;
  readonly everyMs?: number;
  runForAll(now: number): Promise<void>;
}

export interface RoundDeps {
  readonly database: Pick<Database, 'shops'>;
  readonly chores: readonly (Chore | CommonChore)[];
  readonly clock: { now(): number };
  readonly log: Log;
}

export interface Rounds {
  /** One round of all shops. */
  make(): Promise<void>;
}

/**
 * Holds of which registers can't tell any more are released once they are due, as of the time that
 * `until` answers: later orders may still say what became of them.
 */
export function releaseChore(
  ledger: Pick<Ledger, 'releaseMissing'>,
  until?: (shop: ShopDomain, now: number) => Promise<number>,
): Chore {
  return {
    name: 'release',
    run: async (shop, now) =>
      ledger.releaseMissing(shop, until === undefined ? now : await until(shop, now)),
  };
}

export function createRounds({ database, chores, clock, log }: RoundDeps): Rounds {
  const last = new Map<Chore | CommonChore, number>();

  const tell = (chore: string, shop?: ShopDomain) => (error: unknown) => {
    log('error', 'chore-failed', { chore, shop, message: String(error) });
  };

  async function makeFor(shop: ShopDomain, due: readonly Chore[]): Promise<void> {
    for (const chore of due) {
      await chore.run(shop, clock.now()).catch(tell(chore.name, shop));
    }
  }

  return {
    async make() {
      const now = clock.now();
      const due = chores.filter((chore) => {
        const at = last.get(chore);
        return at === undefined || now < at || now - at >= (chore.everyMs ?? 0);
      });
      for (const chore of due) last.set(chore, now);
      const common = due.filter((chore) => 'runForAll' in chore);
      for (const chore of common) await chore.runForAll(clock.now()).catch(tell(chore.name));
      const own = due.filter((chore) => 'run' in chore);
      try {
        for (const shop of await database.shops()) await makeFor(shop, own);
      } catch (error) {
        log('error', 'round-failed', { message: String(error) });
      }
    },
  };
}

/** Makes rounds, one after the other, whenever `every` calls; ends when the running one has. */
export function startRounds(
  rounds: Rounds,
  every: (work: () => void) => () => void,
): { stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  const cancel = every(() => {
    running ??= rounds.make().finally(() => {
      running = undefined;
    });
  });
  return {
    async stop() {
      cancel();
      await running;
    },
  };
}
