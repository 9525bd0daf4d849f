/**
 * One redemption, from the tap to the order. The order is the truth; what is decided here is only
 * what this register may say of it.
 *
 *   tap ─► INTENT stored ─► checked again ─► (connected: ledger asked) ─► PROMISED ─► discount
 *                                                                                        │
 *      sale with our reference ─► commit          gone from the cart ─► void, or UNKNOWN ◄┘
 */
import { unreachable } from '../../shared/assert.ts';
import { AMOUNT_MAX, minor, type Minor, type Unit } from '../../shared/amount.ts';
import { randomCrockford } from '../../shared/crockford.ts';
import type { Clock, Random } from '../../shared/ports.ts';
import type { CustomerId, Hold, Operation, OperationOf, Reference } from '../../shared/protocol.ts';
import { evaluate, type Asked, type Refusal, type Standing } from '../../shared/rules.ts';
import { propertyKey, referencesIn, titleWithReference, type PosCart } from './cart.ts';
import { hasRoom, isClosing, type Draft, type Outbox } from './outbox.ts';
import { within, type SessionFacts } from './exchange.ts';
import type { CartRefusal } from './plan.ts';
import type { Sync } from './sync.ts';
import { isRefusal, type StoredOperation, type View } from './view.ts';

export type VoidReason = OperationOf<'void'>['body']['reason'];

/** What a target asks to redeem, after the program and the cart have been looked at. */
export interface Redemption {
  readonly customer: CustomerId;
  readonly unit: Unit;
  readonly amount: number;
  readonly discount: OperationOf<'intent'>['body']['discount'];
  readonly title: string;
  readonly reward: string | null;
  readonly cart: {
    /** Decimal text; with a line, off each unit of it. */
    readonly amount: string;
    readonly line: { readonly uuid: string; readonly quantity: number } | undefined;
  };
  /** Whether a manager's PIN was given and is right. */
  readonly hasPin: boolean;
}

export type RedeemRefusal =
  | Refusal
  | CartRefusal
  | 'cart-failed'
  | 'reward-unknown'
  | 'storage-full'
  | 'storage-failing'
  | 'ledger-refused'
  | 'pin-wrong'
  | 'pin-locked'
  | 'currency-differs';

export type RedeemOutcome =
  | { readonly status: 'applied'; readonly ref: Reference; readonly offline: boolean }
  | { readonly status: 'refused'; readonly reason: RedeemRefusal };

export interface RedemptionDeps {
  readonly outbox: Outbox;
  readonly sync: Pick<Sync, 'authorise' | 'now' | 'wake'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly cart: PosCart | undefined;
  session(): SessionFacts;
  isConnected(): boolean;
  ageMs(view: View, heardAt: number): number | undefined;
}

/**
 * Redeems, or says why not. What it answers with `applied` can't be lost any more by this device's
 * death.
 */
export async function redeem(deps: RedemptionDeps, asked: Redemption): Promise<RedeemOutcome> {
  const promise = await makePromise(deps, asked);
  if (promise.status === 'refused') return promise;
  const isApplied = await applyToCart(deps, asked, promise.intent.ref);
  if (!isApplied) {
    return giveUp(deps, promise.intent, 'never-applied', 'cart-failed');
  }
  deps.sync.wake();
  return { status: 'applied', ref: promise.intent.ref, offline: promise.offline };
}

export type Promised =
  | {
      readonly status: 'promised';
      readonly intent: OperationOf<'intent'>;
      readonly offline: boolean;
    }
  | { readonly status: 'refused'; readonly reason: RedeemRefusal };

/** Everything before the cart: after `promised` the customer may be told so. */
export async function makePromise(deps: RedemptionDeps, asked: Redemption): Promise<Promised> {
  const isOffline = !deps.isConnected();
  const view = await viewForTap(deps, asked, isOffline);
  if (view === undefined) return { status: 'refused', reason: 'storage-failing' };
  const refusal = refusalOf(deps, view, asked, isOffline);
  if (refusal !== undefined) return { status: 'refused', reason: refusal };
  if (!hasRoom(view)) return { status: 'refused', reason: 'storage-full' };

  const intent = draftIntent(deps, view, asked, isOffline);
  const created = await deps.outbox.create(intent);
  if (created.state === 'full') return { status: 'refused', reason: 'storage-full' };
  // It may be stored, or be so later: then the void beside it says that nobody was promised
  // anything.
  if (created.state === 'uncertain')
    return giveUp(deps, intent, 'uncertain-write', 'storage-failing');

  const after = await deps.outbox.view().catch(() => undefined);
  if (after === undefined || !after.operations.has(intent.id))
    return giveUp(deps, intent, 'uncertain-write', 'storage-failing');
  const second = refusalOf(deps, after, asked, isOffline, intent);
  if (second !== undefined) return giveUp(deps, intent, 'overdrawn-locally', second);
  if (isOffline) return { status: 'promised', intent, offline: true };
  return authorise(deps, intent, asked);
}

/** The ledger's word when it comes in time; else the offline limits decide. */
async function authorise(
  deps: RedemptionDeps,
  intent: OperationOf<'intent'>,
  asked: Redemption,
): Promise<Promised> {
  const answer = await deps.sync.authorise(intent.id);
  if (answer !== undefined) {
    // Asked twice, the ledger answers `duplicate`, with the reason it had the first time.
    const isTaken = answer.status === 'applied' || answer.status === 'duplicate';
    if (!isTaken || answer.reason !== null || answer.flags.includes('overdrawn'))
      return giveUp(deps, intent, 'refused', 'ledger-refused');
    return { status: 'promised', intent, offline: false };
  }
  const view = await deps.outbox.view().catch(() => undefined);
  if (view === undefined) return giveUp(deps, intent, 'uncertain-write', 'storage-failing');
  // The answer came too late for this tap, but another context may have stored it.
  if (isRefusal(view.balances, intent.id)) return giveUp(deps, intent, 'refused', 'ledger-refused');
  const refusal = refusalOf(deps, view, asked, true, intent);
  if (refusal !== undefined) return giveUp(deps, intent, 'overdrawn-locally', refusal);
  return { status: 'promised', intent, offline: true };
}

/** Value of redemptions that were given up, and whose discount POS put on the cart all the same. */
function heldByCart(
  view: View,
  { customer, unit }: { customer: CustomerId; unit: Unit },
  cart: PosCart | undefined,
): number {
  if (cart === undefined) return 0;
  const inCart = referencesIn(cart.state());
  const normal = new Set(openIntents(view).map(({ ref }) => ref));
  return openIntents(view, inCart)
    .filter(({ ref, hold }) => {
      const isOurs = hold.customer === customer && hold.unit === unit;
      return isOurs && !normal.has(ref);
    })
    .reduce((sum, { hold }) => sum + hold.amount, 0);
}

/**
 * A view to decide on: with the balance fetched when it is unknown, and room made when there is
 * none.
 */
async function viewForTap(
  { outbox, sync }: RedemptionDeps,
  { customer, unit }: Redemption,
  isOffline: boolean,
): Promise<View | undefined> {
  try {
    let view = await outbox.view();
    if (!isOffline && view.available(customer, unit) === undefined) {
      await sync.now();
      view = await outbox.view();
    }
    if (!hasRoom(view)) {
      await outbox.compact();
      view = await outbox.view();
    }
    return view;
  } catch {
    return undefined;
  }
}

/** Why not, by the rules both sides share; `own` is left out of what waits. */
function refusalOf(
  deps: Pick<RedemptionDeps, 'ageMs' | 'cart'>,
  view: View,
  asked: Redemption,
  offline: boolean,
  own?: OperationOf<'intent'>,
): Refusal | undefined {
  const policy = view.balances.newest?.policy;
  if (policy === undefined) return 'balance-unknown';
  const ask: Asked = { amount: asked.amount, discount: asked.discount.amount };
  return evaluate(ask, standing(deps, view, asked, offline, own), policy);
}

/** What the rules need to know; with `own`, as it was before that intent. */
export function standing(
  deps: Pick<RedemptionDeps, 'ageMs' | 'cart'>,
  view: View,
  account: { customer: CustomerId; unit: Unit },
  offline: boolean,
  own?: OperationOf<'intent'>,
): Standing {
  const { customer, unit } = account;
  const found = view.available(customer, unit);
  const mine = own?.hold.amount ?? 0;
  const promises = openPromises(view).filter(({ id }) => id !== own?.id);
  const ofCustomer = promises.filter(({ hold }) => hold?.customer === customer);
  return {
    // Waiting or already in the ledger's balance, the own intent is taken off exactly once.
    available:
      found === undefined
        ? undefined
        : found.available + mine - heldByCart(view, account, deps.cart),
    ageMs: found === undefined ? undefined : deps.ageMs(view, found.known.heardAt),
    offline,
    leased: undefined,
    hasPin: false,
    waitingOfCustomer: sumOfDiscounts(ofCustomer),
    waitingOfRegister: sumOfDiscounts(promises),
    waitingCount: promises.length,
  };
}

/** Redemptions of this device that the ledger has not taken up and nothing has taken back. */
function openPromises(view: View): StoredOperation[] {
  const all = [...view.operations.values()];
  const closed = new Set(all.filter(isClosing).map(({ ref }) => ref));
  const voided = new Set(all.filter(({ kind }) => kind === 'void').map(({ ref }) => ref));
  return all.filter(({ id, kind, hold, ref }) => {
    if (hold === undefined || COUNTED_ELSEWHERE.has(kind)) return false;
    if (!view.isSettled(id)) return !voided.has(ref);
    return isRefusal(view.balances, id) && !closed.has(ref);
  });
}

const COUNTED_ELSEWHERE = new Set(['void', 'commit', 'earn', 'note']);

function sumOfDiscounts(intents: readonly StoredOperation[]): Minor {
  // Whatever a newer version stored, a sum of it must not stop a tap.
  return minor(
    Math.min(
      AMOUNT_MAX,
      intents.reduce((sum, one) => sum + discountOf(one), 0),
    ),
  );
}

function discountOf({ operation, hold }: StoredOperation): number {
  if (operation?.kind === 'intent') return operation.body.discount.amount;
  return hold === undefined || hold.unit === 'points' ? 0 : hold.amount;
}

function draftIntent(
  deps: RedemptionDeps,
  view: View,
  asked: Redemption,
  offline: boolean,
): OperationOf<'intent'> {
  const known = view.available(asked.customer, asked.unit);
  const hold: Hold = { customer: asked.customer, unit: asked.unit, amount: asked.amount };
  const ageMs = known === undefined ? undefined : deps.ageMs(view, known.known.heardAt);
  const { newest } = view.balances;
  const draft: Draft<OperationOf<'intent'>> = {
    ...stamp(deps.session()),
    kind: 'intent',
    ref: randomCrockford(deps.random, 10) as Reference,
    hold,
    body: {
      title: asked.title.slice(0, 120),
      discount: asked.discount,
      reward: asked.reward,
      shown: { balance: known?.available ?? 0, ageMs: ageMs ?? null },
      offline,
      pin: false,
      policy: newest?.policy.version ?? null,
      program: newest?.program.version ?? null,
    },
  };
  return deps.outbox.draft(draft, view) as OperationOf<'intent'>;
}

/** Who and where, as every operation carries it. */
export function stamp({ device, location, staff, user, build }: SessionFacts) {
  return { device, location, staff, user, build };
}

/**
 * Closes a redemption that nobody is promised any more, then says why. When even the void can't be
 * stored, the intent stays a hold: it takes value off, it never gives any away.
 */
async function giveUp(
  deps: Pick<RedemptionDeps, 'outbox' | 'session' | 'sync'>,
  intent: OperationOf<'intent'>,
  reason: VoidReason,
  answer: RedeemRefusal,
): Promise<{ readonly status: 'refused'; readonly reason: RedeemRefusal }> {
  await voidRedemption(deps, intent, reason);
  deps.sync.wake();
  return { status: 'refused', reason: answer };
}

/** Stores a void beside the intent. False when it can't be stored now. */
export async function voidRedemption(
  deps: Pick<RedemptionDeps, 'outbox' | 'session'>,
  { ref, hold }: { readonly ref: Reference; readonly hold: Hold },
  reason: VoidReason,
): Promise<boolean> {
  try {
    const view = await deps.outbox.view();
    const draft: Draft<OperationOf<'void'>> = {
      ...stamp(deps.session()),
      kind: 'void',
      ref,
      hold,
      body: { reason },
    };
    const created = await deps.outbox.create(deps.outbox.draft(draft, view));
    return created.state === 'stored';
  } catch {
    return false;
  }
}

/** A cart call that never ends must not hang the screen; what the cart shows then decides. */
const CART_DEADLINE_MS = 10_000;

/**
 * One cart call carries discount and reference. True when the cart shows it, whatever the call
 * said.
 */
async function applyToCart(
  { cart, clock }: RedemptionDeps,
  asked: Redemption,
  ref: Reference,
): Promise<boolean> {
  const change = cart?.change;
  if (cart === undefined || change === undefined) return false;
  const title = titleWithReference(asked.title, ref);
  await within(
    clock,
    CART_DEADLINE_MS,
    change.applyDiscount(title, asked.cart.amount, asked.cart.line?.uuid),
  );
  if (!referencesIn(cart.state()).has(ref)) return false;
  // The second carrier, off the cashier's path: the title alone is enough.
  void change.addProperties({ [propertyKey(ref)]: ref }).catch(() => undefined);
  return true;
}

export type RemoveOutcome =
  | { readonly status: 'removed' }
  | { readonly status: 'refused'; readonly reason: 'not-found' | 'cart-locked' | 'cart-failed' };

/** Takes our own discount off the cart, checks that it is gone, and gives the value back. */
export async function removeRedemption(
  deps: RedemptionDeps,
  ref: Reference,
): Promise<RemoveOutcome> {
  const { cart } = deps;
  const view = await deps.outbox.view().catch(() => undefined);
  const inCart = cart === undefined ? undefined : referencesIn(cart.state());
  const open = view === undefined ? [] : openIntents(view, inCart);
  const intent = open.find((one) => one.ref === ref);
  if (cart?.change === undefined || intent === undefined)
    return { status: 'refused', reason: 'not-found' };
  if (referencesIn(cart.state()).has(ref)) {
    if (cart.state().editable === false) return { status: 'refused', reason: 'cart-locked' };
    await within(deps.clock, CART_DEADLINE_MS, cart.change.removeDiscount(ref));
    if (referencesIn(cart.state()).has(ref)) return { status: 'refused', reason: 'cart-failed' };
    void cart.change.removeProperties([propertyKey(ref)]).catch(() => undefined);
  }
  const isVoided = await voidRedemption(deps, intent, 'removed');
  deps.sync.wake();
  return isVoided ? { status: 'removed' } : { status: 'refused', reason: 'cart-failed' };
}

/**
 * Intents on this device that neither a sale nor a void has closed. What is in the cart is open
 * even with a void: POS did late what it seemed to have refused.
 */
export function openIntents(
  view: View,
  inCart: ReadonlySet<Reference> = new Set(),
): OperationOf<'intent'>[] {
  const all = [...view.operations.values()];
  const sold = new Set(all.filter(({ kind }) => kind === 'commit').map(({ ref }) => ref));
  const voided = new Set(all.filter(({ kind }) => kind === 'void').map(({ ref }) => ref));
  return all
    .map(({ operation }) => operation)
    .filter((operation) => isIntent(operation))
    .filter(({ ref }) => !sold.has(ref) && (!voided.has(ref) || inCart.has(ref)));
}

function isIntent(operation: Operation | undefined): operation is OperationOf<'intent'> {
  return operation?.kind === 'intent';
}

/** What one context can know of an open redemption when it looks at the cart. */
export interface Sighting {
  readonly isInCart: boolean;
  /** This context saw it in the cart at some time. */
  readonly wasInCart: boolean;
  /** It was there when this context began, so what happened before is not known here. */
  readonly isFromBefore: boolean;
  readonly hasLines: boolean;
  /**
   * How long it has been out of the cart, with no sale: long enough for an event to come, or for
   * POS.
   */
  readonly absence: 'new' | 'noticed' | 'over';
}

export type Decision =
  | { readonly do: 'nothing' }
  /** Look again when the grace period is over. */
  | { readonly do: 'wait' }
  /** Nobody here can tell: the hold stays until somebody knows the order. */
  | { readonly do: 'leave-unknown' }
  | { readonly do: 'void'; readonly reason: VoidReason };

/** Our own "remove" takes the discount off a moment before it stores its void. */
export const NOTICE_MS = 3_000;
/** A sale may be completed a while before its event comes. */
export const GRACE_MS = 60_000;

/** The recovery rule (law RD7), for a redemption that nothing has closed. */
export function decide(sighting: Sighting): Decision {
  const { isInCart, wasInCart, isFromBefore, hasLines, absence } = sighting;
  if (isInCart) return { do: 'nothing' };
  if (wasInCart && hasLines)
    return absence === 'new' ? { do: 'wait' } : { do: 'void', reason: 'removed-by-staff' };
  if (!wasInCart && isFromBefore) return { do: 'leave-unknown' };
  if (absence !== 'over') return { do: 'wait' };
  return { do: 'void', reason: wasInCart ? 'cart-cleared' : 'never-applied' };
}

/** Carries a decision out; true when the redemption was closed by it. */
export async function carryOut(
  deps: Pick<RedemptionDeps, 'outbox' | 'session'>,
  intent: OperationOf<'intent'>,
  decision: Decision,
): Promise<boolean> {
  switch (decision.do) {
    case 'nothing':
    case 'wait':
    case 'leave-unknown':
      return false;
    case 'void':
      return voidRedemption(deps, intent, decision.reason);
    default:
      return unreachable(decision);
  }
}
