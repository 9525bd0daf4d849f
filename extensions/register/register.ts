/**
 * The register's memory and its mind, put together: a target hands over what its platform gives
 * (storage, session, cart, connectivity), and gets the few verbs a screen needs.
 */
import { minor, type Minor } from '../../shared/amount.ts';
import {
  createWake,
  type Clock,
  type DeviceStorage,
  type Http,
  type Random,
} from '../../shared/ports.ts';
import type { CustomerId, Reference } from '../../shared/protocol.ts';
import { evaluate, type Refusal } from '../../shared/rules.ts';
import type { PosCart } from './cart.ts';
import { createFollower } from './follower.ts';
import { createObserver } from './observer.ts';
import { SINGLES_MAX, createOutbox, type Draft } from './outbox.ts';
import { planRedemption, type CartRefusal, type RedeemRequest } from './plan.ts';
import { fromCashSession, fromTransaction, type EventFacts } from './pos-events.ts';
import { createRecorder } from './recorder.ts';
import {
  redeem,
  removeRedemption,
  standing,
  type RedeemOutcome,
  type Redemption,
  type RedemptionDeps,
  type RemoveOutcome,
} from './redemption.ts';
import {
  customerOf,
  stateOf,
  type CustomerView,
  type RegisterState,
  type RewardOffer,
} from './status.ts';
import type { SessionFacts } from './exchange.ts';
import { createSync, type SyncState } from './sync.ts';
import type { View } from './view.ts';

export interface Register {
  /**
   * Reads storage, keeps it alive, recovers, starts to sync. Never throws: trouble shows in
   * `state`.
   */
  start(): Promise<void>;
  stop(): void;
  state(): RegisterState;
  /** Calls `listener` after every change of `state()`; returns the way to end that. */
  subscribe(listener: () => void): () => void;
  customer(customer: CustomerId): CustomerView;
  /** Every reward of the program with what it does to the cart now, or why it can't be taken. */
  offers(customer: CustomerId): readonly RewardOffer[];
  /** Why this amount of store credit can't be redeemed now; `undefined` when it can. */
  creditRefusal(customer: CustomerId, amount: Minor): Refusal | CartRefusal | undefined;
  redeem(request: RedeemRequest): Promise<RedeemOutcome>;
  /** Takes our own discount off the cart and gives the value back. */
  remove(ref: Reference): Promise<RemoveOutcome>;
  /**
   * Sends what waits and fetches what is new; resolves when there is nothing more to do, or it
   * failed.
   */
  syncNow(): Promise<SyncState>;
  /** Asks for this customer's balance with the next sync (the customer on the cart). */
  watch(customer: CustomerId): void;
  /** POS completed a transaction. Resolves when what follows from it is stored; never rejects. */
  transactionComplete(event: unknown): Promise<void>;
  /** POS began or ended a cash session. Never rejects. */
  cashSession(phase: 'start' | 'complete', event: unknown): Promise<void>;
}

/**
 * What a context does besides showing: the background (alive as long as POS) follows redemptions
 * and keeps in touch with the ledger; a screen syncs while it is open; a tile only reads.
 */
export type Role = 'background' | 'screen' | 'tile';

export interface RegisterDeps {
  readonly role: Role;
  readonly storage: DeviceStorage;
  readonly clock: Clock;
  readonly random: Random;
  readonly http: Http;
  readonly shopId: number;
  /** Read anew for each request and operation: staff and location change during a session. */
  session(): SessionFacts;
  token(): Promise<string | undefined>;
  readonly connectivity: {
    isConnected(): boolean;
    subscribe(listener: () => void): () => void;
  };
  /** `undefined` where the target has no cart. */
  readonly cart: PosCart | undefined;
}

/** How often a context reads storage for what others wrote: API 2026-07 tells of no changes. */
const LOOK_MS: Record<Role, number> = { background: 10_000, screen: 2_000, tile: 4_000 };
/** The background asks for news this often, and up to half as much later. */
const POLL_MS = 60_000;
const CLOCK_BACK_MS = 5 * 60_000;
const WATCHED_MAX = 20;

export function createRegister(deps: RegisterDeps): Register {
  const { clock, random, connectivity, cart, shopId } = deps;
  const outbox = createOutbox({ storage: deps.storage, clock, random, shopId });
  const listeners = new Set<() => void>();
  const stopped = createWake();
  const endings: (() => void)[] = [];
  let watched: CustomerId[] = [];

  const notify = (): void => {
    for (const listener of [...listeners]) listener();
  };

  const follower = createFollower(outbox, notify);
  const { refresh } = follower;

  const ageMs = (of: View, heardAt: number): number | undefined => {
    const now = clock.now();
    return now < of.newestDeviceTime - CLOCK_BACK_MS ? undefined : Math.max(0, now - heardAt);
  };

  const sync = createSync({
    outbox,
    http: deps.http,
    clock,
    random,
    session: () => deps.session(),
    token: () => deps.token(),
    isConnected: () => connectivity.isConnected(),
    watched: () => watched,
    changed: () => (stopped.woken ? undefined : void refresh()),
  });

  const redemptionDeps: RedemptionDeps = {
    outbox,
    sync,
    clock,
    random,
    cart,
    session: () => deps.session(),
    isConnected: () => connectivity.isConnected(),
    ageMs,
  };

  const observer =
    deps.role === 'background' && cart !== undefined
      ? createObserver({
          outbox,
          clock,
          cart,
          session: () => deps.session(),
          closed: () => sync.wake(),
        })
      : undefined;

  const every = (ms: () => number, work: () => void): void => {
    void (async () => {
      for (;;) {
        await clock.sleep(ms(), stopped);
        if (stopped.woken) return;
        work();
      }
    })();
  };

  const recorder = createRecorder({
    outbox,
    clock,
    stopped,
    facts: (view) => ({
      view,
      session: deps.session(),
      shopId,
      random,
      isConnected: connectivity.isConnected(),
    }),
  });

  const record = async (make: (facts: EventFacts) => Draft[]): Promise<void> => {
    await recorder.record(make);
    await refresh();
    sync.wake();
  };

  const planned = (
    request: RedeemRequest,
  ): Redemption | 'balance-unknown' | 'reward-unknown' | CartRefusal => {
    const program = follower.view()?.balances.newest?.program;
    // Never told of a program, this register was never told of a balance either.
    if (program === undefined) return 'balance-unknown';
    return planRedemption(request, program, cart);
  };

  const remember = (customer: CustomerId): void => {
    watched = [customer, ...watched.filter((one) => one !== customer)].slice(0, WATCHED_MAX);
  };

  const refusalFor = (redemption: Redemption): Refusal | undefined => {
    const view = follower.view();
    const policy = view?.balances.newest?.policy;
    if (view === undefined || policy === undefined) return 'balance-unknown';
    const isOffline = !connectivity.isConnected();
    const facts = standing({ ageMs }, view, redemption, isOffline);
    return evaluate(
      { amount: redemption.amount, discount: redemption.discount.amount },
      facts,
      policy,
    );
  };

  return {
    async start() {
      const look = LOOK_MS[deps.role];
      endings.push(connectivity.subscribe(() => connectivityChanged()));
      if (cart !== undefined)
        endings.push(
          cart.subscribe(() => {
            void observer?.look();
            notify();
          }),
        );
      await refresh();
      if (stopped.woken) return;
      if (deps.role === 'background') {
        await outbox.touch().catch(() => undefined);
        every(
          () => POLL_MS + random.below(POLL_MS / 2),
          () => sync.wake(),
        );
      }
      await observer?.look();
      every(
        () => look,
        () => void lookAround(),
      );
      if (deps.role !== 'tile') sync.wake();
    },

    stop() {
      stopped.wake();
      for (const end of endings.splice(0)) end();
      observer?.stop();
      sync.stop();
      listeners.clear();
    },

    state: () =>
      stateOf(follower.view(), {
        sync: sync.state(),
        connected: connectivity.isConnected(),
        isFailing: follower.isFailing(),
        cart,
        ageMs,
        isUnknown: (ref) => observer?.isUnknown(ref) ?? true,
      }),

    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    customer: (customer) => customerOf(follower.view(), customer, ageMs),

    offers(customer) {
      const program = follower.view()?.balances.newest?.program;
      return (program?.rewards ?? []).map((reward) => {
        const plan = planned({ customer, reward: reward.id, title: reward.title });
        if (typeof plan === 'string')
          return {
            reward,
            discount: minor(0),
            refusal: plan === 'reward-unknown' ? undefined : plan,
          };
        return { reward, discount: plan.discount.amount, refusal: refusalFor(plan) };
      });
    },

    creditRefusal(customer, credit) {
      const plan = planned({ customer, credit, title: '' });
      if (plan === 'reward-unknown') return 'balance-unknown';
      return typeof plan === 'string' ? plan : refusalFor(plan);
    },

    async redeem(request) {
      // Should the balance be unknown, the next answer brings it.
      remember(request.customer);
      await refresh();
      // A register that was never told of a program can only ask.
      if (follower.view()?.balances.newest === undefined && connectivity.isConnected()) {
        await sync.now();
        await refresh();
      }
      const plan = planned(request);
      if (typeof plan === 'string') return { status: 'refused', reason: plan };
      const outcome = await redeem(redemptionDeps, plan);
      await refresh();
      return outcome;
    },

    async remove(ref) {
      const outcome = await removeRedemption(redemptionDeps, ref);
      await refresh();
      return outcome;
    },

    async syncNow() {
      const state = await sync.now();
      await refresh();
      return state;
    },

    watch(customer) {
      if (watched[0] === customer) return;
      remember(customer);
      if (follower.view()?.available(customer, 'points') === undefined) sync.wake();
    },

    transactionComplete: (event) => record((facts) => fromTransaction(event, facts)),

    cashSession: (phase, event) => record((facts) => fromCashSession(phase, event, facts)),
  };

  function connectivityChanged(): void {
    if (deps.role === 'tile') notify();
    else sync.connectivityChanged();
  }

  async function lookAround(): Promise<void> {
    await refresh();
    // A long time cut off must not end in a full storage: many records become few, away from any
    // tap.
    if (deps.role === 'background' && (follower.view()?.singles.size ?? 0) > SINGLES_MAX)
      await outbox.compact().catch(() => undefined);
    await observer?.look();
  }
}
