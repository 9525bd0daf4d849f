/**
 * Deals with what stands in the inbox: some deliveries at once, one handler for each topic. A
 * failure holds up no other delivery, and what can't be dealt with is told, never dropped.
 */
import { randomCrockford } from '../../shared/crockford.ts';
import type { Random } from '../../shared/ports.ts';
import type { Log } from '../log.ts';
import type { DeliveryHandler } from './delivery.ts';
import type { Inbox, Turn } from './inbox.ts';

/** Deliveries that are dealt with at the same time; the ledger settles them together. */
export const TURNS_MAX = 16;
const HOLDER_LENGTH = 16;
const MESSAGE_CHARS_MAX = 200;

export interface WorkerDeps {
  readonly inbox: Inbox;
  readonly handlers: Readonly<Record<string, DeliveryHandler>>;
  readonly clock: { now(): number };
  readonly random: Random;
  readonly log: Log;
}

export interface Worker {
  /** Deals with all that is due; a call while it works makes it look once more. Never rejects. */
  work(): Promise<void>;
  /** Takes nothing more; resolves when what it is dealing with has ended. */
  stop(): Promise<void>;
}

export function createWorker(deps: WorkerDeps): Worker {
  const { inbox, clock, log } = deps;
  const holder = randomCrockford(deps.random, HOLDER_LENGTH);
  let running: Promise<void> | undefined;
  let isAskedAgain = false;
  let isStopped = false;

  async function work(): Promise<void> {
    for (const { shop, topic } of await inbox.giveUp(clock.now()))
      log('error', 'webhook-stuck', { shop, topic });
    while (!isStopped) {
      const turns = await inbox.take({ holder, now: clock.now(), limit: TURNS_MAX });
      if (turns.length === 0) return;
      const outcomes = await Promise.allSettled(turns.map((turn) => handle(deps, turn)));
      const isDone = (_turn: Turn, place: number) => outcomes[place]?.status === 'fulfilled';
      await inbox.done(
        holder,
        turns.filter(isDone).map(({ delivery }) => delivery),
      );
      for (const [place, turn] of turns.entries()) {
        const outcome = outcomes[place];
        if (outcome?.status === 'rejected') await fail(turn, outcome.reason);
      }
    }
  }

  async function fail(turn: Turn, error: unknown): Promise<void> {
    const { shop, topic } = turn.delivery;
    const isLast = await inbox.failed(holder, turn, clock.now());
    const message = String(error).slice(0, MESSAGE_CHARS_MAX);
    const event = isLast ? 'webhook-stuck' : 'webhook-failed';
    log('error', event, { shop, topic, tries: turn.tries, message });
  }

  async function workUntilQuiet(): Promise<void> {
    while (isAskedAgain) {
      isAskedAgain = false;
      await work().catch((error: unknown) => {
        const message = String(error).slice(0, MESSAGE_CHARS_MAX);
        log('error', 'inbox-failed', { message });
      });
    }
    // In the same step as the question, so that no call in between goes unheard.
    running = undefined;
  }

  return {
    work() {
      if (isStopped) return Promise.resolve();
      isAskedAgain = true;
      running ??= workUntilQuiet();
      return running;
    },
    async stop() {
      isStopped = true;
      await running;
    },
  };
}

async function handle({ handlers }: WorkerDeps, { delivery }: Turn): Promise<void> {
  const handler = handlers[delivery.topic];
  if (handler === undefined) throw new Error('nobody deals with this topic');
  await handler(delivery);
}
