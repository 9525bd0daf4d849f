/**
 * The register's memory and its mind, put together: a target hands over what its platform gives
 * (storage, session, cart, connectivity), and gets the few verbs a screen needs.
 */
import { minor, type Minor } from '../../shared/amount.ts';
import {
  createWake,
  within,
  type Clock,
  type DeviceStorage,
  type Http,
  type Random,
} from '../../shared/ports.ts';
import type { CustomerId, Reference } from '../../shared/protocol.ts';
import type { PosCart } from './cart.ts';
import { createFollower } from './follower.ts';
import { createObserver } from './observer.ts';
import { createCorrecting } from './correcting.ts';
import { createInquiry } from './inquiry.ts';
import { SINGLES_MAX, createOutbox, hasRoom, type Draft } from './outbox.ts';
import {
  recentIn,
  type CustomerHistory,
  type GiveBack,
  type OrderView,
  type RecentCustomer,
  type TakeBack,
} from './orders.ts';
import { createPinCheck } from './pin-check.ts';
import { planRedemption, type CartRefusal, type RedeemRequest, type Redemption } from './plan.ts';
import { fromCashSession, fromTransaction, type EventFacts } from './pos-events.ts';
import { createRecorder } from './recorder.ts';
import {
  redeem,
  removeRedemption,
  refusalOf,
  type RedeemOutcome,
  type RedemptionDeps,
  type RemoveOutcome,
} from './redemption.ts';
import {
  customerOf,
  stateOf,
  type CustomerView,
  type OfferRefusal,
  type RegisterState,
  type RewardOffer,
} from './status.ts';
import type { SessionFacts } from './exchange.ts';
import type { RedeemRefusal } from './saga.ts';
import { createSeen, newestOf } from './seen.ts';
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
  offers(customer: CustomerId, line?: string): readonly RewardOffer[];
  /**
   * Why this amount of store credit can't be redeemed now; `undefined` when it can. With `line`
   * (the uuid of a line in the cart), against that line alone; so does `offers`.
   */
  creditRefusal(customer: CustomerId, amount: Minor, line?: string): OfferRefusal | undefined;
  /** Customers who were here lately, newest first, twelve at most. */
  recent(): readonly RecentCustomer[];
  /** Puts the customer on the cart. False when POS does not, or there is no cart. Never rejects. */
  attach(customer: CustomerId): Promise<boolean>;
  /**
   * What was earned and redeemed on an order. `soldTo`: it has just been sold to this customer, and
   * POS may not have numbered it yet. Never rejects; answers within about 5 s.
   */
  order(orderId: number, soldTo?: CustomerId): Promise<OrderView>;
  /** What lately happened to this customer's accounts, 20 entries at most. As `order`. */
  history(customer: CustomerId): Promise<CustomerHistory>;
  /** A person's corrections: `failed` when they could not be stored. Never reject. */
  giveBack(correction: GiveBack): Promise<'stored' | 'failed'>;
  takeBack(correction: TakeBack): Promise<'stored' | 'failed'>;
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
const ATTACH_MS = 10_000;

export function createRegister(deps: RegisterDeps): Register {
  const parts = createParts(deps);
  return { ...lifecycle(parts), ...reading(parts), ...acting(parts) };
}

type Parts = ReturnType<typeof createParts>;

/** Everything that the verbs share, made once. */
function createParts(deps: RegisterDeps) {
  const { clock, random, connectivity, cart, shopId } = deps;
  const device = { storage: deps.storage, clock, random, shopId };
  const outbox = createOutbox(device);
  const listeners = new Set<() => void>();
  const stopped = createWake();
  const session = () => deps.session();
  const isConnected = () => connectivity.isConnected();
  const notify = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const follower = createFollower(outbox, notify);
  const watched = createWatchList();
  const seen = createSeen(device);
  const ageMs = (view: View, heardAt: number): number | undefined => {
    const now = clock.now();
    return now < view.newestDeviceTime - CLOCK_BACK_MS ? undefined : Math.max(0, now - heardAt);
  };
  const facts = { outbox, clock, random, cart, session, isConnected, ageMs };
  const exchange = {
    ...facts,
    http: deps.http,
    token: () => deps.token(),
    watched: watched.all,
  };
  const sync = createSync({
    ...exchange,
    changed: () => (stopped.woken ? undefined : void follower.refresh()),
  });
  const observer =
    deps.role === 'background' && cart !== undefined
      ? createObserver({ ...facts, cart, closed: () => sync.wake() })
      : undefined;
  const stateIn = (view: View): RegisterState =>
    stateOf(view, {
      sync: sync.state(),
      connected: isConnected(),
      isReady: follower.isReady(),
      isFailing: follower.isFailing(),
      cart,
      ageMs,
      isUnknown: (ref) => observer?.isUnknown(ref),
    });
  const recorder = createRecorder({
    ...facts,
    stopped,
    facts: (view) => ({
      view,
      session: session(),
      shopId,
      random,
      isConnected: isConnected(),
      unknown: stateIn(view).unknown,
    }),
  });
  return {
    deps,
    outbox,
    facts,
    listeners,
    stopped,
    notify,
    follower,
    watched,
    seen,
    inquiry: createInquiry({ ...exchange, follower }),
    stateIn,
    sync,
    observer,
    recorder,
  };
}

/** The customers a person looked at last, newest first. */
function createWatchList() {
  let customers: CustomerId[] = [];
  return {
    all: (): readonly CustomerId[] => customers,
    isNewest: (customer: CustomerId): boolean => customers[0] === customer,
    add(customer: CustomerId): void {
      customers = [customer, ...customers.filter((one) => one !== customer)];
      customers = customers.slice(0, WATCHED_MAX);
    },
  };
}

function lifecycle(parts: Parts): Pick<Register, 'start' | 'stop' | 'subscribe'> {
  const { deps, outbox, follower, stopped, listeners, notify, sync, observer, seen } = parts;
  const { role, clock, random, connectivity, cart } = deps;
  const seenOnCart = createCartWatch(parts);
  const endings: (() => void)[] = [];

  const every = (ms: () => number, work: () => void): void => {
    void (async () => {
      for (;;) {
        await clock.sleep(ms(), stopped);
        if (stopped.woken) return;
        work();
      }
    })();
  };

  const lookAround = async (): Promise<void> => {
    await follower.refresh();
    // A long time cut off must not end in a full storage: many records become few, away from any
    // tap.
    if (role === 'background' && follower.view().singles.size > SINGLES_MAX)
      await outbox.compact().catch(() => undefined);
    await observer?.look();
    if (follower.isReady() && hasRoom(follower.view())) void seen.keep();
  };

  return {
    async start() {
      const changed = role === 'tile' ? notify : () => sync.connectivityChanged();
      endings.push(connectivity.subscribe(changed));
      const cartChanged = (): void => {
        void observer?.look();
        seenOnCart();
        notify();
      };
      if (cart !== undefined) endings.push(cart.subscribe(cartChanged));
      if (role !== 'tile') void seen.read().then(notify, () => undefined);
      seenOnCart();
      await follower.refresh();
      if (stopped.woken) return;
      if (role === 'background') {
        await outbox.touch().catch(() => undefined);
        const pollMs = (): number => POLL_MS + random.below(POLL_MS / 2);
        every(pollMs, () => sync.wake());
      }
      await observer?.look();
      const lookMs = (): number => LOOK_MS[role];
      every(lookMs, () => void lookAround());
      if (role !== 'tile') sync.wake();
    },
    stop() {
      stopped.wake();
      for (const end of endings.splice(0)) end();
      observer?.stop();
      sync.stop();
      listeners.clear();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Follows who is on the cart, in the context that sees everybody. */
function createCartWatch({ deps: { role, cart }, seen }: Parts): () => void {
  let last: CustomerId | undefined;
  return () => {
    const customer = role === 'background' ? cart?.state().customer?.id : undefined;
    if (customer !== undefined && customer !== last) seen.add(customer);
    last = customer ?? last;
  };
}

type Reading = Pick<Register, 'state' | 'customer' | 'offers' | 'creditRefusal' | 'recent'>;

function reading(parts: Parts): Reading {
  const { facts, follower } = parts;

  const refusalFor = (redemption: Redemption): OfferRefusal | undefined =>
    refusalOf(facts, follower.view(), redemption, !facts.isConnected());

  return {
    state: () => parts.stateIn(follower.view()),
    customer: (customer) => customerOf(follower.view(), customer, facts.ageMs),
    recent: () => newestOf([...parts.seen.all(), ...recentIn(follower.view())]),
    offers(customer, line) {
      const program = follower.view().balances.newest?.program;
      return (program?.rewards ?? []).map((reward): RewardOffer => {
        const plan = planned(parts, { customer, reward: reward.id, title: reward.title, line });
        if (typeof plan !== 'string')
          return { reward, discount: plan.discount.amount, refusal: refusalFor(plan) };
        const refusal = plan === 'reward-unknown' ? undefined : plan;
        return { reward, discount: minor(0), refusal };
      });
    },
    creditRefusal(customer, credit, line) {
      const plan = planned(parts, { customer, credit, title: '', line });
      if (plan === 'reward-unknown') return 'balance-unknown';
      return typeof plan === 'string' ? plan : refusalFor(plan);
    },
  };
}

/** What a request means by the program and the cart of this moment. */
function planned(
  { follower, deps }: Parts,
  request: RedeemRequest,
): Redemption | 'balance-unknown' | 'reward-unknown' | CartRefusal {
  const program = follower.view().balances.newest?.program;
  // Never told of a program, this register was never told of a balance either.
  if (program === undefined) return 'balance-unknown';
  return planRedemption(request, program, deps.cart);
}

type Acting = Omit<Register, keyof Reading | 'start' | 'stop' | 'subscribe'>;

function acting(parts: Parts): Acting {
  const { facts, follower, watched, sync, recorder } = parts;
  const { clock, cart, isConnected } = facts;
  const { refresh } = follower;
  const saga: RedemptionDeps = { ...facts, sync };

  const checkPin = createPinCheck(facts);
  const correct = createCorrecting({
    ...facts,
    async stored() {
      await refresh();
      sync.wake();
    },
  });

  const attach = async (customer: CustomerId): Promise<boolean> => {
    const isOnCart = (): boolean => cart?.state().customer?.id === customer;
    const change = cart?.change;
    if (change !== undefined && !isOnCart())
      await within(clock, ATTACH_MS, (async () => change.setCustomer(customer))());
    return isOnCart();
  };

  const record = async (make: (facts: EventFacts) => Draft[]): Promise<void> => {
    await recorder.record(make);
    await refresh();
    sync.wake();
  };

  return {
    async redeem(request) {
      // Should the balance be unknown, the next answer brings it.
      watched.add(request.customer);
      await refresh();
      // A register that was never told of a program can only ask.
      if (follower.view().balances.newest === undefined && isConnected()) {
        await sync.now();
        await refresh();
      }
      const refused = (reason: RedeemRefusal): RedeemOutcome => ({ status: 'refused', reason });
      const first = planned(parts, request);
      if (typeof first === 'string') return refused(first);
      const hasPin = await checkPin(request.pin);
      if (typeof hasPin === 'string') {
        await refresh();
        sync.wake();
        return refused(hasPin);
      }
      // Somebody who was looked up: the redemption does not depend on it.
      if (cart?.state().customer === undefined) await attach(request.customer);
      // Prices may be other ones now.
      const plan = planned(parts, request);
      if (typeof plan === 'string') return refused(plan);
      const outcome = await redeem(saga, { ...plan, hasPin });
      await refresh();
      return outcome;
    },
    async remove(ref) {
      const outcome = await removeRedemption(saga, ref);
      await refresh();
      return outcome;
    },
    ...parts.inquiry,
    attach,
    giveBack: ({ ref, amount, reason, text }) =>
      correct({ kind: 'give-back', ref, body: { amount, reason, text } }),
    takeBack: (body) => correct({ kind: 'take-back', body }),
    async syncNow() {
      const state = await sync.now();
      await refresh();
      return state;
    },
    watch(customer) {
      if (watched.isNewest(customer)) return;
      watched.add(customer);
      if (follower.view().available(customer, 'points') === undefined) sync.wake();
    },
    transactionComplete: (event) => record((facts) => fromTransaction(event, facts)),
    cashSession: (phase, event) => record((facts) => fromCashSession(phase, event, facts)),
  };
}
