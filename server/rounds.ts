/**
 * What the server does by itself: every minute a round of all shops, each piece of work at its own
 * pace. What fails for one shop is logged and holds up no other. What asks Shopify has a round of
 * its own, of several shops at once, so that nothing else waits while Shopify does not answer.
 */
import type { Database, ShopDomain } from './database/database.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';

export const ROUND_MS = 60_000;
/** Shops for which Shopify is asked at the same time. */
export const SHOPS_AT_ONCE = 8;

/** One piece of work for one shop; several processes may do it at once. */
export interface Chore {
  readonly name: string;
  /** Not more often than this; every round when absent. */
  readonly everyMs?: number;
  /** It asks Shopify, and may wait long. Chores that stand behind it wait for it, shop by shop. */
  readonly isRemote?: boolean;
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
  /** One round of all shops: what stands before the first remote chore, then the rest. */
  make(): Promise<void>;
  /** The two parts of a round, which need not wait for each other. */
  readonly parts: readonly (() => Promise<void>)[];
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

  const partOf = (all: readonly (Chore | CommonChore)[], atOnce: number) => async () => {
    const now = clock.now();
    const due = all.filter((chore) => {
      const at = last.get(chore);
      return at === undefined || now < at || now - at >= (chore.everyMs ?? 0);
    });
    for (const chore of due) last.set(chore, now);
    const common = due.filter((chore) => 'runForAll' in chore);
    for (const chore of common) await chore.runForAll(clock.now()).catch(tell(chore.name));
    const own = due.filter((chore) => 'run' in chore);
    if (own.length === 0) return;
    try {
      // One list for all lanes: whoever is free takes the next shop.
      const shops = (await database.shops()).values();
      const lane = async () => {
        for (const shop of shops) await makeFor(shop, own);
      };
      await Promise.all(Array.from({ length: atOnce }, lane));
    } catch (error) {
      log('error', 'round-failed', { message: String(error) });
    }
  };

  const isCommon = (chore: Chore | CommonChore) => 'runForAll' in chore;
  const first = chores.findIndex((chore) => 'run' in chore && chore.isRemote === true);
  const from = first === -1 ? chores.length : first;
  const isLate = (chore: Chore | CommonChore, place: number) => place >= from && !isCommon(chore);
  const local = partOf(
    chores.filter((chore, place) => !isLate(chore, place)),
    1,
  );
  const remote = partOf(chores.filter(isLate), SHOPS_AT_ONCE);
  return {
    parts: [local, remote],
    async make() {
      await local();
      await remote();
    },
  };
}

/**
 * Makes rounds whenever `every` calls, each part one time after the other; ends when whatever runs
 * has ended.
 */
export function startRounds(
  { parts }: Pick<Rounds, 'parts'>,
  every: (work: () => void) => () => void,
): { stop(): Promise<void> } {
  const running = new Map<() => Promise<void>, Promise<void>>();
  const cancel = every(() => {
    for (const part of parts) {
      if (running.has(part)) continue;
      running.set(
        part,
        part().finally(() => running.delete(part)),
      );
    }
  });
  return {
    async stop() {
      cancel();
      await Promise.all(running.values());
    },
  };
}
