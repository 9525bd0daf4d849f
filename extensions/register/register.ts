/**
 * The register's memory and its mind, put together: a target hands over what its platform gives
 * (storage, session, cart, connectivity), and gets the few verbs a screen needs.
 */
import type { Minor, Unit } from '../../shared/amount.ts';
import type { Policy, Program, Reward } from '../../shared/program.ts';
import type {
  CustomerId,
  Flag,
  OperationId,
  OperationKind,
  Reason,
  Reference,
  Status,
} from '../../shared/protocol.ts';
import type { Refusal } from '../../shared/rules.ts';

/** One thing that waits on this device for the ledger. */
export interface WaitingItem {
  readonly id: OperationId;
  readonly kind: OperationKind | 'unknown';
  readonly ref: Reference | undefined;
  readonly customer: CustomerId | undefined;
  readonly unit: Unit | undefined;
  readonly amount: number | undefined;
  readonly title: string | undefined;
  /** Device clock, ms since 1970. */
  readonly at: number;
}

/** What the ledger answered where a person should look: refused, overdrawn, quarantined … */
export interface Remark {
  readonly id: OperationId;
  readonly kind: OperationKind | 'unknown';
  readonly ref: Reference | undefined;
  readonly customer: CustomerId | undefined;
  readonly status: Status;
  readonly reason: Reason | null;
  readonly flags: readonly Flag[];
  /** Server clock, ms since 1970. */
  readonly at: number;
}

export type SyncTrouble =
  /** The device says that it has no network. */
  | 'disconnected'
  /** Connected, but the server did not answer, or something else answered (a captive portal). */
  | 'unreachable'
  /** No session token: the logged-in user lacks permission for the app. */
  | 'no-permission'
  | 'throttled'
  /** The server refused this register's request as a whole (its code is in `code`). */
  | 'refused'
  /** The server no longer speaks this build's protocol. */
  | 'outdated';

export interface SyncState {
  readonly phase: 'idle' | 'syncing' | 'waiting';
  /** Operations settled and to settle since this run of requests began. */
  readonly done: number;
  readonly total: number;
  /** Customers loaded of a snapshot that is being fetched. */
  readonly snapshot: { readonly loaded: number; readonly total: number } | undefined;
  readonly trouble: SyncTrouble | undefined;
  readonly code: string | undefined;
  /** Device clock in ms since 1970 of the next try, while `waiting`. */
  readonly nextTryAt: number | undefined;
}

export interface RegisterState {
  /** False until storage was read once. */
  readonly ready: boolean;
  readonly connected: boolean;
  /** Operations on this device that the ledger has not settled. */
  readonly waiting: readonly WaitingItem[];
  readonly otherShops: readonly { readonly shopId: number; readonly waiting: number }[];
  readonly remarks: readonly Remark[];
  readonly sync: SyncState;
  /** Server clock of the newest answer, ms since 1970; `undefined` before the first. */
  readonly lastSyncAt: number | undefined;
  /** How old the cached balances are; `undefined` when never synced or the device clock ran back. */
  readonly ageMs: number | undefined;
  readonly storage: {
    readonly keys: number;
    readonly keysMax: number;
    readonly bytes: number;
    /** `full`: no new redemption can be taken until a sync makes room. `failing`: storage throws. */
    readonly health: 'ok' | 'nearly-full' | 'full' | 'failing';
  };
  readonly damaged: number;
  readonly program: Program | undefined;
  readonly policy: Policy | undefined;
  /** Redemptions of this device that no sale and no void has closed. */
  readonly open: readonly OpenRedemption[];
}

export interface OpenRedemption {
  readonly ref: Reference;
  readonly customer: CustomerId;
  readonly unit: Unit;
  readonly amount: number;
  readonly discount: Minor;
  readonly title: string;
  /** `unknown`: made before this app start and not in the cart; the ledger decides by the order. */
  readonly place: 'in-cart' | 'not-yet-in-cart' | 'unknown';
}

export interface AccountView {
  readonly unit: Unit;
  /** What the ledger last said; `undefined` when it never said anything. */
  readonly confirmed: number | undefined;
  /** What waits here and is already taken off. */
  readonly pending: number;
  /** confirmed − pending: what the person at the counter may spend. */
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
  readonly refusal: Refusal | 'cart-empty' | 'cart-locked' | undefined;
}

export type RedeemRequest =
  | { readonly customer: CustomerId; readonly reward: string; readonly title: string }
  | { readonly customer: CustomerId; readonly credit: Minor; readonly title: string };

export type RedeemOutcome =
  | { readonly status: 'applied'; readonly ref: Reference; readonly offline: boolean }
  | {
      readonly status: 'refused';
      readonly reason:
        | Refusal
        | 'cart-empty'
        | 'cart-locked'
        | 'cart-failed'
        | 'reward-unknown'
        | 'storage-full'
        | 'storage-failing'
        | 'ledger-refused';
    };

export type RemoveOutcome =
  | { readonly status: 'removed' }
  | { readonly status: 'refused'; readonly reason: 'not-found' | 'cart-locked' | 'cart-failed' };

export interface Register {
  /** Reads storage, keeps it alive, recovers, starts to sync. Never throws: trouble shows in `state`. */
  start(): Promise<void>;
  stop(): void;
  state(): RegisterState;
  /** Calls `listener` after every change of `state()`; returns the way to end that. */
  subscribe(listener: () => void): () => void;
  customer(customer: CustomerId): CustomerView;
  /** Every reward of the program with what it does to the cart now, or why it can't be taken. */
  offers(customer: CustomerId): readonly RewardOffer[];
  /** Why this amount of store credit can't be redeemed now; `undefined` when it can. */
  creditRefusal(
    customer: CustomerId,
    amount: Minor,
  ): Refusal | 'cart-empty' | 'cart-locked' | undefined;
  redeem(request: RedeemRequest): Promise<RedeemOutcome>;
  /** Takes our own discount off the cart and gives the value back. */
  remove(ref: Reference): Promise<RemoveOutcome>;
  /** Sends what waits and fetches what is new; resolves when there is nothing more to do, or it failed. */
  syncNow(): Promise<SyncState>;
  /** Asks for this customer's balance with the next sync (the customer on the cart). */
  watch(customer: CustomerId): void;
}
