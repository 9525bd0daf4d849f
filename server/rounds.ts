/**
 * What the server does by itself: every minute it releases the holds of every shop that were
 * reported missing for long enough.
 */
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';

export const ROUND_MS = 60_000;

export interface RoundDeps {
  readonly ledger: Pick<Ledger, 'database' | 'releaseMissing'>;
  readonly clock: { now(): number };
  readonly log: Log;
}

/** One round of all shops; what fails for one shop is logged and holds up no other. */
export async function makeRound({ ledger, clock, log }: RoundDeps): Promise<void> {
  try {
    for (const shop of await ledger.database.shops()) {
      await ledger.releaseMissing(shop, clock.now()).catch((error: unknown) => {
        log('error', 'release-failed', { shop, message: String(error) });
      });
    }
  } catch (error) {
    log('error', 'round-failed', { message: String(error) });
  }
}

/** Makes rounds, one after the other, whenever `every` calls; ends when the running one has. */
export function startRounds(
  deps: RoundDeps,
  every: (work: () => void) => () => void,
): { stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  const cancel = every(() => {
    running ??= makeRound(deps).finally(() => {
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
