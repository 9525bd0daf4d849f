/**
 * What a screen may know of the register, worked out of one view of the device: pure, nothing is
 * read or written here.
 */
import type { Minor, Unit } from '../../shared/amount.ts';
import type { Policy, Program, Reward } from '../../shared/program.ts';
import type {
  CustomerId,
  Flag,
  OperationId,
  OperationOf,
  Reason,
  Reference,
  Status,
} from '../../shared/protocol.ts';
import type { Refusal } from '../../shared/rules.ts';
import { referencesIn, type PosCart } from './cart.ts';
import { hasRoom } from './outbox.ts';
import type { CartRefusal } from './plan.ts';
import type { StoredRemark } from './records.ts';
import { isReported, openIntents } from './redemption.ts';
import type { SyncState } from './sync.ts';
import { operationsOf, type StoredOperation, type View } from './view.ts';

const KEYS_NEARLY_FULL = 70;

/** One thing that waits on this device for the ledger. */
export interface WaitingItem {
  readonly id: OperationId;
  /** An operation's kind; a name of the future when a newer version wrote it. */
  readonly kind: string;
  readonly unit: Unit | undefined;
  readonly amount: number | undefined;
  readonly title: string | undefined;
  /** Device clock, ms since 1970. */
  readonly at: number;
}

/** What the ledger answered where a person should look: refused, overdrawn, quarantined … */
export interface Remark {
  readonly id: OperationId;
  /** An operation's kind; a name of the future when a newer version wrote it. */
  readonly kind: string;
  readonly ref: Reference | undefined;
  readonly status: Status;
  readonly reason: Reason | null;
  readonly flags: readonly Flag[];
  /** Server clock, ms since 1970. */
  readonly at: number;
}

export interface RegisterState {
  /** False until storage was read once. */
  readonly ready: boolean;
  readonly connected: boolean;
  /** Operations on this device that the ledger has not settled. */
  readonly waiting: readonly WaitingItem[];
  /** Operations on this device that are of other shops. */
  readonly otherShops: number;
  readonly remarks: readonly Remark[];
  readonly sync: SyncState;
  /** Server clock of the newest answer, ms since 1970; `undefined` before the first. */
  readonly lastSyncAt: number | undefined;
  /**
   * How old the cached balances are; `undefined` when never synced or the device clock ran back.
   */
  readonly ageMs: number | undefined;
  readonly storage: {
    readonly keys: number;
    readonly bytes: number;
    /**
     * `full`: no new redemption can be taken until a sync makes room. `failing`: storage throws.
     */
    readonly health: 'ok' | 'nearly-full' | 'full' | 'failing';
  };
  readonly damaged: number;
  readonly program: Program | undefined;
  readonly policy: Policy | undefined;
  /** Redemptions of this device that no sale and no void has closed. */
  readonly open: readonly OpenRedemption[];
  /** How many of them are `unknown`: nobody here can tell what became of them. */
  readonly unknown: number;
  /**
   * A cash session was closed while things waited or were unknown, and some of them still are;
   * `at` by the device's clock, ms since 1970.
   */
  readonly cash:
    { readonly waiting: number; readonly unknown: number; readonly at: number } | undefined;
}

export interface OpenRedemption {
  readonly ref: Reference;
  readonly customer: CustomerId;
  readonly unit: Unit;
  readonly amount: number;
  readonly discount: Minor;
  readonly title: string;
  /** `unknown`: made before this app start and not in the cart; only its order could tell. */
  readonly place: 'in-cart' | 'not-yet-in-cart' | 'unknown';
  /** The cart has a customer, and it is another one. */
  readonly isOtherCustomer: boolean;
}

export interface AccountView {
  readonly unit: Unit;
  /** What waits here and is already taken off. */
  readonly pending: number;
  /** What may be spent; `undefined` when the ledger never said anything of this account. */
  readonly available: number | undefined;
}

export interface CustomerView {
  readonly customer: CustomerId;
  readonly points: AccountView;
  /** In the program's currency; `undefined` when the program has none. */
  readonly credit: AccountView | undefined;
  /** Points of waiting sales; not spendable before the ledger has them. */
  readonly earning: number;
  readonly ageMs: number | undefined;
}

export interface RewardOffer {
  readonly reward: Reward;
  /** What it takes off this cart now. */
  readonly discount: Minor;
  readonly refusal: OfferRefusal | undefined;
}

/** Why something can't be redeemed now, before anybody asks for it. */
export type OfferRefusal = Refusal | CartRefusal | 'currency-differs';

export interface StateFacts {
  readonly sync: SyncState;
  readonly connected: boolean;
  /** Whether storage was read at least once. */
  readonly isReady: boolean;
  readonly isFailing: boolean;
  readonly cart: PosCart | undefined;
  ageMs(view: View, heardAt: number): number | undefined;
  /** `undefined` where this context does not follow redemptions. */
  isUnknown(ref: Reference): boolean | undefined;
}

/** Everything a screen shows, from one view. */
export function stateOf(view: View, facts: StateFacts): RegisterState {
  const { newest, remarks } = view.balances;
  const cart = facts.cart?.state();
  const inCart = cart === undefined ? undefined : referencesIn(cart);
  const isUnknown = (ref: Reference): boolean =>
    inCart?.has(ref) !== true && (facts.isUnknown(ref) === true || isReported(view, ref));
  const intents = openIntents(view, inCart);
  const unknown = intents.filter(({ ref }) => isUnknown(ref));
  return {
    ready: facts.isReady,
    connected: facts.connected,
    waiting: view.pending.map(itemOf),
    otherShops: [...view.otherShops.values()].reduce((sum, waiting) => sum + waiting, 0),
    remarks: [...remarks].filter(isWorthSaying).map(remarkOf),
    sync: facts.sync,
    lastSyncAt: newest?.serverTime,
    ageMs: newest === undefined ? undefined : facts.ageMs(view, newest.deviceTime),
    storage: storageOf(view, facts.isFailing),
    damaged: view.damaged.length,
    program: newest?.program,
    policy: newest?.policy,
    unknown: unknown.length,
    cash: cashOf(view, unknown),
    open: intents.map(({ ref, hold, body }) => ({
      ref,
      customer: hold.customer,
      unit: hold.unit,
      amount: hold.amount,
      discount: body.discount.amount,
      title: body.title,
      // Where nobody follows them, what is not in the cart could be anywhere.
      place:
        inCart?.has(ref) === true
          ? 'in-cart'
          : isUnknown(ref) || facts.isUnknown(ref) === undefined
            ? 'unknown'
            : 'not-yet-in-cart',
      isOtherCustomer: cart?.customer !== undefined && cart.customer.id !== hold.customer,
    })),
  };
}

/** What a closed cash session left behind: what still waits, or is unknown, of what was there. */
function cashOf(
  { operations, pending }: View,
  unknown: readonly OperationOf<'intent'>[],
): RegisterState['cash'] {
  const closings = operationsOf(operations.values(), 'note').filter(
    ({ body }) => body.topic === 'cash-session-complete',
  );
  const at = Math.max(...closings.map(({ deviceTime }) => deviceTime));
  const ids = new Set(closings.map(({ id }) => id));
  const waiting = pending.filter((one) => one.at <= at && !ids.has(one.id)).length;
  const lost = unknown.filter(({ deviceTime }) => deviceTime <= at).length;
  return waiting + lost === 0 ? undefined : { waiting, unknown: lost, at };
}

function storageOf(view: View, isFailing: boolean): RegisterState['storage'] {
  const { keys, bytes } = view;
  const nearly = keys >= KEYS_NEARLY_FULL ? 'nearly-full' : 'ok';
  return {
    keys,
    bytes,
    health: isFailing ? 'failing' : hasRoom(view) ? nearly : 'full',
  };
}

function itemOf({ id, kind, hold, at, operation }: StoredOperation): WaitingItem {
  const isEarning = operation?.kind === 'earn';
  return {
    id,
    kind,
    unit: isEarning ? 'points' : hold?.unit,
    amount: isEarning ? operation.body.points : hold?.amount,
    title: operation?.kind === 'intent' ? operation.body.title : undefined,
    at,
  };
}

type IdAndRemark = readonly [OperationId, StoredRemark];

/** What came second to a sale is how it should be; nobody needs to look. */
const MAY_BE_SECOND: ReadonlySet<string> = new Set(['void', 'earn', 'missing']);
const isWorthSaying = ([, { kind, status, flags }]: IdAndRemark): boolean =>
  flags.length > 0 || status !== 'closed' || !MAY_BE_SECOND.has(kind);

function remarkOf([id, remark]: IdAndRemark): Remark {
  return { ...remark, id, ref: (remark.ref ?? undefined) as Reference | undefined };
}

/** One customer's accounts: what the ledger said, what waits, what is left to spend. */
export function customerOf(
  view: View,
  customer: CustomerId,
  ageMs: (view: View, heardAt: number) => number | undefined,
): CustomerView {
  const currency = view.balances.newest?.program.currency;
  const account = (unit: Unit): AccountView => {
    const found = view.available(customer, unit);
    if (found === undefined) return { unit, pending: 0, available: undefined };
    const { known, available } = found;
    return { unit, pending: known.balance - available, available };
  };
  const known = view.available(customer, 'points')?.known;
  const earning = operationsOf(view.pending, 'earn')
    .filter(({ body }) => body.customer === customer)
    .reduce((sum, { body }) => sum + body.points, 0);
  return {
    customer,
    points: account('points'),
    credit: currency === undefined ? undefined : account(currency),
    earning,
    ageMs: known === undefined ? undefined : ageMs(view, known.heardAt),
  };
}
