/**
 * Carries out what saga.ts decides: the tap and the removal against storage, ledger and cart. The
 * order is the truth; what is decided here is only what this register may say of it.
 */
import { AMOUNT_MAX, minor, type Minor, type Unit } from '../../shared/amount.ts';
import { randomCrockford } from '../../shared/crockford.ts';
import { within, type Clock, type Random } from '../../shared/ports.ts';
import type { CustomerId, Hold, OperationOf, Reference } from '../../shared/protocol.ts';
import { evaluate, type Asked, type Refusal, type Standing } from '../../shared/rules.ts';
import {
  propertyKey,
  referenceIn,
  referencesIn,
  titleWithReference,
  type PosCart,
} from './cart.ts';
import type { SessionFacts } from './exchange.ts';
import type { Redemption } from './plan.ts';
import { hasRoom, type Draft, type Outbox } from './outbox.ts';
import {
  CART_DEADLINE_MS,
  TAP_MS,
  step,
  type Event,
  type RedeemRefusal,
  type State,
  type VoidReason,
} from './saga.ts';
import type { Sync } from './sync.ts';
import { isRefusal, operationsOf, refsOf, type StoredOperation, type View } from './view.ts';

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
  const offline = !deps.isConnected();
  const view = await viewForTap(deps, asked, offline);
  const noRoom = view === undefined || hasRoom(view) ? undefined : 'storage-full';
  const refusal =
    view === undefined ? 'storage-failing' : (refusalOf(deps, view, asked, offline) ?? noRoom);
  const state = step({ at: 'looking', offline }, { refusal });
  if (view === undefined || state.at === 'told')
    return { status: 'refused', reason: refusal ?? 'storage-failing' };
  const intent = draftIntent(deps, view, asked, offline);
  const told = await drive(deps, { intent, asked, since: deps.clock.now() }, state);
  return told.refusal === undefined
    ? { status: 'applied', ref: intent.ref, offline: told.offline }
    : { status: 'refused', reason: told.refusal };
}

type Told = Extract<State, { at: 'told' }>;

/** One redemption under way: a tap, or without `asked` a removal. */
interface Course {
  readonly intent: OperationOf<'intent'>;
  readonly asked?: Redemption;
  /** Device clock when the intent may first have been seen by others. */
  readonly since?: number;
}

/** Goes on step by step until there is something to tell. */
async function drive(deps: RedemptionDeps, course: Course, begin: State): Promise<Told> {
  let state = begin;
  while (state.at !== 'told') {
    const event = await act(deps, course, state);
    const ms = deps.clock.now() - (course.since ?? 0);
    // A clock that ran back says nothing of how long it took.
    state = step(state, { ...event, isLate: ms < 0 || ms > TAP_MS });
  }
  deps.sync.wake();
  return state;
}

/** Does what a state is for, and says what came of it. */
async function act(deps: RedemptionDeps, course: Course, state: State): Promise<Event> {
  const { outbox } = deps;
  const { intent, asked } = course;
  switch (state.at) {
    case 'storing':
      return { outcome: (await outbox.create(intent)).state };
    case 'checking':
    case 'rechecking': {
      const view = await outbox.view().catch(() => undefined);
      if (view === undefined || asked === undefined) return {};
      return {
        isStored: view.operations.has(intent.id),
        isClosed: refsOf(view.operations.values(), 'void', 'missing').has(intent.ref),
        isRefused: isRefusal(view.balances, intent.id),
        refusal: refusalOf(deps, view, asked, state.offline, intent),
      };
    }
    case 'asking':
      return { word: await wordOf(deps, intent) };
    case 'applying':
      if (asked !== undefined) await applyToCart(deps, asked, intent.ref);
      break;
    case 'withdrawing':
    case 'taking-off':
      await takeOff(deps, intent.ref);
      break;
    case 'closing': {
      const isStored = await closeRedemption(deps, intent, state.reason);
      return { outcome: isStored ? 'stored' : 'uncertain' };
    }
    default:
      break;
  }
  return sightOf(deps, course);
}

/** The ledger's word when it comes in time. */
async function wordOf(
  { sync }: RedemptionDeps,
  { id }: OperationOf<'intent'>,
): Promise<Event['word']> {
  const answer = await sync.authorise(id);
  if (answer === undefined) return undefined;
  // Asked twice, the ledger answers `duplicate`, with the reason it had the first time.
  const isTaken = answer.status === 'applied' || answer.status === 'duplicate';
  if (isTaken && answer.reason === null && !answer.flags.includes('overdrawn')) return 'yes';
  return answer.reason === 'set-aside' ? 'set-aside' : 'no';
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
export function refusalOf(
  deps: Pick<RedemptionDeps, 'ageMs' | 'cart' | 'session'>,
  view: View,
  asked: Redemption,
  offline: boolean,
  own?: OperationOf<'intent'>,
): Refusal | 'currency-differs' | undefined {
  const policy = view.balances.newest?.policy;
  if (policy === undefined) return 'balance-unknown';
  if (deps.session().currency !== asked.discount.currency) return 'currency-differs';
  const ask: Asked = { amount: asked.amount, discount: asked.discount.amount };
  return evaluate(ask, standing(deps, view, asked, offline, own), policy);
}

/** What the rules need to know; with `own`, as it was before that intent. */
export function standing(
  deps: Pick<RedemptionDeps, 'ageMs' | 'cart'>,
  view: View,
  account: Pick<Redemption, 'customer' | 'unit'> & Partial<Pick<Redemption, 'hasPin'>>,
  offline: boolean,
  own?: OperationOf<'intent'>,
): Standing {
  const { customer, unit } = account;
  const found = view.available(customer, unit);
  const leased = view.leased(customer, unit, own);
  const mine = own?.hold.amount ?? 0;
  const held = heldByCart(view, account, deps.cart);
  const promises = openPromises(view).filter(({ id }) => id !== own?.id);
  const ofCustomer = promises.filter(({ hold }) => hold?.customer === customer);
  return {
    // Waiting or already in the ledger's balance, the own intent is taken off exactly once.
    available: found === undefined ? undefined : found.available + mine - held,
    ageMs: found === undefined ? undefined : deps.ageMs(view, found.known.heardAt),
    offline,
    leased: leased === undefined ? undefined : leased - held,
    hasPin: account.hasPin ?? false,
    waitingOfCustomer: sumOfDiscounts(ofCustomer),
    waitingOfRegister: sumOfDiscounts(promises),
    waitingCount: promises.length,
  };
}

/** Redemptions of this device that the ledger has not taken up and nothing has taken back. */
function openPromises(view: View): StoredOperation[] {
  const all = [...view.operations.values()];
  const closed = refsOf(all, 'void', 'commit');
  const voided = refsOf(all, 'void');
  return all.filter(({ id, kind, hold, ref }) => {
    if (hold === undefined || COUNTED_ELSEWHERE.has(kind)) return false;
    if (!view.isSettled(id)) return !voided.has(ref);
    return isRefusal(view.balances, id) && !closed.has(ref);
  });
}

const COUNTED_ELSEWHERE = new Set(['void', 'commit', 'earn', 'note', 'missing']);

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
      pin: asked.hasPin,
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

/** Stores a void beside the intent, or that the redemption is missing. False when it can't now. */
export async function closeRedemption(
  deps: Pick<RedemptionDeps, 'outbox' | 'session'>,
  { ref, hold }: { readonly ref: Reference; readonly hold: Hold },
  reason: VoidReason | undefined,
): Promise<boolean> {
  try {
    const view = await deps.outbox.view();
    const draft: Draft<OperationOf<'void' | 'missing'>> = {
      ...stamp(deps.session()),
      ref,
      hold,
      ...(reason === undefined
        ? { kind: 'missing', body: {} }
        : { kind: 'void', body: { reason } }),
    };
    const created = await deps.outbox.create(deps.outbox.draft(draft, view));
    return created.state === 'stored';
  } catch {
    return false;
  }
}

/** One cart call carries discount and reference. */
async function applyToCart(
  { cart, clock }: RedemptionDeps,
  { title, cart: { amount, line } }: Redemption,
  ref: Reference,
): Promise<void> {
  const change = cart?.change;
  if (cart === undefined || change === undefined) return;
  const call = change.applyDiscount(titleWithReference(title, ref), amount, line?.uuid);
  await within(clock, CART_DEADLINE_MS, call);
  const inCart = [...referencesIn(cart.state())];
  // The second carrier, off the cashier's path: the title alone is enough. What an earlier tap did
  // not get to is made up for.
  if (inCart.includes(ref))
    void change
      .addProperties(Object.fromEntries(inCart.map((one) => [propertyKey(one), one])))
      .catch(() => undefined);
}

async function takeOff({ cart, clock }: RedemptionDeps, ref: Reference): Promise<void> {
  const change = cart?.change;
  if (cart === undefined || change === undefined) return;
  await within(clock, CART_DEADLINE_MS, change.removeDiscount(ref));
  if (!referencesIn(cart.state()).has(ref))
    void change.removeProperties([propertyKey(ref)]).catch(() => undefined);
}

/** What the cart shows, whatever its calls said. */
function sightOf({ cart }: RedemptionDeps, { intent: { ref }, asked }: Course): Event {
  const state = cart?.state();
  const isThere = state !== undefined && referencesIn(state).has(ref);
  const line = asked?.cart.line;
  const carrier = state?.lineItems.find(({ discounts }) =>
    discounts.some(({ discountDescription }) => referenceIn(discountDescription) === ref),
  );
  // POS takes it off each unit: with another number of them it is another discount.
  const isAsPlanned = line === undefined || carrier?.quantity === line.quantity;
  return {
    place: !isThere ? 'absent' : isAsPlanned ? 'there' : 'changed',
    isLocked: state?.editable === false,
  };
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
  const { refusal } = await drive(deps, { intent }, { at: 'removing' });
  if (refusal === undefined) return { status: 'removed' };
  return { status: 'refused', reason: refusal === 'cart-locked' ? refusal : 'cart-failed' };
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
  const sold = refsOf(all, 'commit');
  const voided = refsOf(all, 'void');
  return operationsOf(all, 'intent').filter(
    ({ ref }) => !sold.has(ref) && (!voided.has(ref) || inCart.has(ref)),
  );
}

/** Whether the ledger was, or will be, told that nobody here knows what became of it. */
export function isReported(view: View, ref: Reference): boolean {
  return refsOf(view.operations.values(), 'missing').has(ref);
}
