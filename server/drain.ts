/**
 * How a process ends without losing a request. First it says that it is no longer ready, and goes
 * on answering while balancers take notice; then it takes nothing new, ends what runs, and closes
 * the database last. Told a second time it stops in the middle: what was answered is durable.
 */
import type { Readiness } from './health.ts';
import type { Log } from './log.ts';

export interface DrainDeps {
  readonly readiness: Readiness;
  /** How long to go on answering while no longer ready, ms. */
  readonly drainMs: number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Takes no new requests; resolves when the running ones have been answered. */
  readonly closeDoors: () => Promise<void>;
  /** Starts nothing new in the background; resolves when what runs has ended. */
  readonly stopWork: () => Promise<void>;
  readonly closeDatabase: () => Promise<void>;
  readonly log: Log;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
}

/** Returns what to do with each signal. */
export function createDrain(deps: DrainDeps): (signal: string) => Promise<void> {
  const { readiness, log } = deps;
  return async (signal) => {
    if (readiness.isDraining) {
      log('error', 'cut', { signal });
      return deps.exit(1);
    }
    readiness.isDraining = true;
    log('info', 'ending', { signal });
    try {
      // Rounds end while balancers take notice; a request may need what they leave.
      const work = deps.stopWork();
      work.catch(() => undefined);
      if (deps.drainMs > 0) await deps.sleep(deps.drainMs);
      await deps.closeDoors();
      await work;
      await deps.closeDatabase();
      log('info', 'ended');
    } catch (error) {
      log('error', 'end-failed', { message: String(error) });
      deps.exit(1);
    }
  };
}
