/**
 * Stores what POS events lead to. POS tells each once and never again, so this does not give up.
 */
import type { Clock, Wake } from '../../shared/ports.ts';
import type { Draft, Outbox } from './outbox.ts';
import { note, type EventFacts } from './pos-events.ts';
import type { View } from './view.ts';

/** How long before what could not be stored is tried again: longer each time, up to the most. */
const STORE_AGAIN_MS = 5_000;
const STORE_AGAIN_MS_MAX = 60_000;

export interface RecorderDeps {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly stopped: Wake;
  facts(view: View): EventFacts;
}

export interface Recorder {
  /** Resolves when everything that `make` draws from the event is stored, or this context ends. */
  record(make: (facts: EventFacts) => Draft[]): Promise<void>;
}

export function createRecorder({ outbox, clock, stopped, facts }: RecorderDeps): Recorder {
  const recordOnce = async (make: (of: EventFacts) => Draft[]): Promise<boolean> => {
    const view = await outbox.view();
    let isStored = true;
    for (const draft of draftsOf(make, facts(view))) {
      const created = await outbox.create(outbox.draft(draft, view));
      // What failed may be stored all the same: the ledger takes the same sale only once.
      isStored &&= created.state === 'stored';
    }
    return isStored;
  };
  return {
    async record(make) {
      for (let tries = 1; !stopped.woken; tries += 1) {
        if (await recordOnce(make).catch(() => false)) return;
        await clock.sleep(Math.min(tries * STORE_AGAIN_MS, STORE_AGAIN_MS_MAX), stopped);
      }
    },
  };
}

/** What can't be handled is recorded: POS must not see an error, nor anybody miss it. */
function draftsOf(make: (facts: EventFacts) => Draft[], facts: EventFacts): Draft[] {
  try {
    return make(facts);
  } catch (error) {
    return [note('handler-error', String(error), facts)];
  }
}
