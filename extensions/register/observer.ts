/**
 * Follows every open redemption of this device against the cart, from the one context that lives as
 * long as POS does. It remembers what it saw; what happened before it began, it does not guess.
 */
import { createWake, type Clock, type Wake } from '../../shared/ports.ts';
import type { OperationOf, Reference } from '../../shared/protocol.ts';
import { referencesIn, type PosCart } from './cart.ts';
import type { Outbox } from './outbox.ts';
import { GRACE_MS, NOTICE_MS, carryOut, decide, openIntents, type Sighting } from './redemption.ts';
import type { SessionFacts } from './exchange.ts';

export interface ObserverDeps {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly cart: PosCart;
  session(): SessionFacts;
  /** Called after a redemption was closed here. */
  closed(): void;
}

export interface Observer {
  /** Looks once. Calls made while it looks are served by one more look. Never throws. */
  look(): Promise<void>;
  /** Whether this context began after that redemption and has not seen it in the cart. */
  isUnknown(ref: Reference): boolean;
  stop(): void;
}

export function createObserver(deps: ObserverDeps): Observer {
  const { outbox, cart, clock } = deps;
  const seen = new Set<Reference>();
  /**
   * Seen in the cart, and then an empty cart. The sale may have been completed: goods on the cart
   * are the next customer's, and say nothing of this redemption.
   */
  const emptied = new Set<Reference>();
  const absences = new Map<
    Reference,
    { state: Sighting['absence']; wake: Wake & { wake(): void } }
  >();
  let before: ReadonlySet<Reference> | undefined;
  let looking: Promise<void> | undefined;
  let isAsked = false;
  let isStopped = false;

  /**
   * Cart events come in bursts; what was in the cart must be noticed at once, not at the next look.
   */
  const notice = (): ReadonlySet<Reference> => {
    const state = cart.state();
    const refs = referencesIn(state);
    if (state.lineItems.length === 0) for (const ref of seen) emptied.add(ref);
    for (const ref of refs) {
      seen.add(ref);
      emptied.delete(ref);
    }
    return refs;
  };

  const once = async (): Promise<void> => {
    const view = await outbox.view();
    const open = openIntents(view);
    before ??= new Set(open.map(({ ref }) => ref));
    const inCart = notice();
    for (const intent of open) {
      const { ref } = intent;
      if (inCart.has(ref)) forget(ref);
      const decision = decide({
        isInCart: inCart.has(ref),
        wasInCart: seen.has(ref),
        isFromBefore: before.has(ref),
        hasLines: cart.state().lineItems.length > 0 && !emptied.has(ref),
        absence: absences.get(ref)?.state ?? 'new',
      });
      if (decision.do === 'wait') startAbsence(intent);
      if (await carryOut(deps, intent, decision)) {
        forget(ref);
        deps.closed();
      }
    }
  };

  const forget = (ref: Reference): void => {
    absences.get(ref)?.wake.wake();
    absences.delete(ref);
  };

  const startAbsence = ({ ref }: OperationOf<'intent'>): void => {
    if (absences.has(ref)) return;
    const absence = { state: 'new' as Sighting['absence'], wake: createWake() };
    absences.set(ref, absence);
    void (async () => {
      await clock.sleep(NOTICE_MS, absence.wake);
      if (absence.wake.woken) return;
      absence.state = 'noticed';
      void observer.look();
      await clock.sleep(GRACE_MS - NOTICE_MS, absence.wake);
      if (absence.wake.woken) return;
      absence.state = 'over';
      void observer.look();
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
    isUnknown: (ref) => before?.has(ref) === true && !seen.has(ref),
    stop() {
      isStopped = true;
      for (const ref of [...absences.keys()]) forget(ref);
    },
  };
  return observer;
}
