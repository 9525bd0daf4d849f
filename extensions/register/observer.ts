/**
 * Follows every open redemption of this device against the cart, from the one context that lives as
 * long as POS does. It remembers what it saw; what happened before it began, it does not guess.
 * What follows from it, saga.ts decides.
 */
import { createWake, type Clock, type Wake } from '../../shared/ports.ts';
import type { Reference } from '../../shared/protocol.ts';
import { referencesIn, type PosCart } from './cart.ts';
import type { SessionFacts } from './exchange.ts';
import type { Outbox } from './outbox.ts';
import { closeRedemption, openIntents } from './redemption.ts';
import { GRACE_MS, NOTICE_MS, step, type Absence, type State } from './saga.ts';
import { refsOf } from './view.ts';

export interface ObserverDeps {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly cart: PosCart;
  session(): SessionFacts;
  /** Called after a redemption was closed here, or the ledger has to be told of it. */
  closed(): void;
}

/** What an absence is after how long of it, one after the other. */
const ABSENCES: readonly (readonly [number, Absence])[] = [
  [NOTICE_MS, 'noticed'],
  [GRACE_MS - NOTICE_MS, 'over'],
];

export interface Observer {
  /** Looks once. Calls made while it looks are served by one more look. Never throws. */
  look(): Promise<void>;
  /** Whether this context began after that redemption and has not seen it in the cart. */
  isUnknown(ref: Reference): boolean;
  stop(): void;
}

export function createObserver(deps: ObserverDeps): Observer {
  const { outbox, cart, clock } = deps;
  const states = new Map<Reference, State>();
  const absences = new Map<Reference, { state: Absence; wake: Wake & { wake(): void } }>();
  let hasBegun = false;
  let looking: Promise<void> | undefined;
  let isAsked = false;
  let isStopped = false;

  const stateOf = (ref: Reference): State => states.get(ref) ?? { at: hasBegun ? 'fresh' : 'lost' };

  /**
   * Cart events come in bursts; what was in the cart must be noticed at once, not at the next look.
   */
  const notice = (): void => {
    const { lineItems } = cart.state();
    const inCart = referencesIn(cart.state());
    for (const ref of new Set([...states.keys(), ...inCart])) {
      const sight = { isInCart: inCart.has(ref), hasLines: lineItems.length > 0 };
      states.set(ref, step(stateOf(ref), { sight }));
      if (sight.isInCart) forget(ref);
    }
  };

  const once = async (): Promise<void> => {
    const view = await outbox.view();
    const open = openIntents(view);
    const reported = refsOf(view.operations.values(), 'missing');
    for (const { ref } of open) states.set(ref, stateOf(ref));
    hasBegun = true;
    notice();
    for (const intent of open) {
      const { ref } = intent;
      const absence = absences.get(ref)?.state ?? 'new';
      const next = step(stateOf(ref), { absence, isReported: reported.has(ref) });
      if (next.at !== 'closing') {
        if (next.at !== 'in-cart') startAbsence(ref);
      } else if (await closeRedemption(deps, intent, next.reason)) {
        forget(ref);
        deps.closed();
      }
    }
  };

  const forget = (ref: Reference): void => {
    absences.get(ref)?.wake.wake();
    absences.delete(ref);
  };

  const startAbsence = (ref: Reference): void => {
    if (absences.has(ref)) return;
    const absence = { state: 'new' as Absence, wake: createWake() };
    absences.set(ref, absence);
    void (async () => {
      for (const [ms, state] of ABSENCES) {
        await clock.sleep(ms, absence.wake);
        if (absence.wake.woken) return;
        absence.state = state;
        void observer.look();
      }
    })();
  };

  const observer: Observer = {
    async look() {
      notice();
      isAsked = true;
      looking ??= (async () => {
        while (isAsked && !isStopped) {
          isAsked = false;
          await once().catch(() => undefined);
        }
        looking = undefined;
      })();
      await looking;
    },
    isUnknown: (ref) => states.get(ref)?.at === 'lost',
    stop() {
      isStopped = true;
      for (const ref of [...absences.keys()]) forget(ref);
    },
  };
  return observer;
}
