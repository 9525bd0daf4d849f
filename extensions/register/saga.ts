/**
 * Every decision about one redemption on this register, as one pure step: what is known and what
 * happened in, what is known next and what to do out. Nothing is read, written or awaited here.
 *
 *   the tap      what happened                                    then         to do
 *   looking      refused by the rules, no room, no storage                     tell why
 *                allowed                                          storing      store the intent
 *   storing      no key left                                                   tell: storage-full
 *                uncertain                                        closing      void: uncertain-write
 *                stored                                           checking     look again
 *   checking     can't be read back                               closing      void: uncertain-write
 *                the ledger refused it meanwhile                  closing      void: refused
 *                another context closed it, or too slow           closing      void: never-applied
 *                refused by the rules now                         closing      void: overdrawn-locally
 *                allowed, connected                               asking       ask the ledger
 *                allowed, cut off                                 applying     discount on the cart
 *   asking       no                                               closing      void: refused
 *                no word in time                                  checking     look again, as cut off
 *                yes, but too slow                                closing      void: never-applied
 *                yes                                              applying     discount on the cart
 *   applying     not on the cart                                  closing      void: never-applied
 *                on the cart, but not as planned                  withdrawing  discount off the cart
 *                on the cart, but late                            rechecking   look again
 *                on the cart                                                   tell: applied
 *   rechecking   closed meanwhile, or can't be read               withdrawing  discount off the cart
 *                still open                                                    tell: applied
 *   withdrawing  whatever the cart shows                          closing      void: never-applied
 *   closing      stored or not                                                 tell
 *
 *   the removal
 *   removing     not on the cart                                  closing      void: removed
 *                on a locked cart                                              tell: cart-locked
 *                on the cart                                      taking-off   discount off the cart
 *   taking-off   still on the cart                                             tell: cart-failed
 *                gone                                             closing      void: removed
 *
 *   followed     is out of the cart for                           3 s          60 s
 *   fresh        (stored in this run, never seen in the cart)     wait         void: never-applied
 *   lost         (there when this run began, never seen since)    wait         report it missing
 *   in-cart      (seen there now)                                 –            –
 *   left         (gone from a cart that kept its goods)           void: removed-by-staff
 *   emptied      (gone together with the goods)                   wait         void: cart-cleared
 *
 * What a commit or a void closes is followed no further. What is missing stays open: the reference
 * may come back into the cart, and a sale wins over everything.
 */
import type { OperationOf } from '../../shared/protocol.ts';
import type { Refusal } from '../../shared/rules.ts';
import type { CartRefusal } from './plan.ts';

export type VoidReason = OperationOf<'void'>['body']['reason'];

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

export type State =
  | { readonly at: 'looking' | 'storing'; readonly offline: boolean }
  | { readonly at: 'checking' | 'applying' | 'rechecking'; readonly offline: boolean }
  | { readonly at: 'asking' | 'withdrawing' | 'removing' | 'taking-off' }
  /** `undefined` when the void is what was asked for. */
  | { readonly at: 'closing'; readonly refusal: RedeemRefusal | undefined }
  | Followed
  | { readonly at: 'told' };

/** Where an open redemption is, as far as the one context that follows it knows. */
export interface Followed {
  readonly at: 'fresh' | 'lost' | 'in-cart' | 'left' | 'emptied';
}

export type Event =
  | {
      readonly on: 'view';
      readonly isStored: boolean;
      /** A void, or a report that it is missing, lies beside it. */
      readonly isClosed: boolean;
      readonly isRefused: boolean;
      readonly refusal: RedeemRefusal | undefined;
      readonly isLate: boolean;
    }
  | { readonly on: 'stored'; readonly outcome: 'stored' | 'full' | 'uncertain' }
  | { readonly on: 'word'; readonly word: 'yes' | 'no' | undefined; readonly isLate: boolean }
  | {
      readonly on: 'cart';
      readonly place: 'there' | 'changed' | 'absent';
      readonly isLocked: boolean;
      readonly isLate: boolean;
    }
  | { readonly on: 'sight'; readonly isInCart: boolean; readonly hasLines: boolean }
  | { readonly on: 'time'; readonly absence: Absence; readonly isReported: boolean };

/**
 * How long a redemption has been out of the cart, with no sale: long enough for our own "remove" to
 * have stored its void (3 s), or for the event of a sale and for POS (60 s).
 */
export type Absence = 'new' | 'noticed' | 'over';

export type Effect =
  /** Read storage, and judge by the rules: offline, or with the ledger's word to come. */
  | { readonly do: 'look'; readonly offline: boolean }
  | { readonly do: 'store' | 'ask' | 'apply' | 'take-off' | 'see' }
  | { readonly do: 'void'; readonly reason: VoidReason }
  | { readonly do: 'report' | 'wait' | 'nothing' }
  /** Without a refusal: what was asked for is done. */
  | {
      readonly do: 'tell';
      readonly refusal: RedeemRefusal | undefined;
      readonly offline: boolean;
    };

export type Next = readonly [State, Effect];

/** Our own "remove" takes the discount off a moment before it stores its void. */
export const NOTICE_MS = 3_000;
/** A sale may be completed a while before its event comes. */
export const GRACE_MS = 60_000;
/** A cart call that never ends must not hang the screen; what the cart shows then decides. */
export const CART_DEADLINE_MS = 10_000;
/**
 * A tap that took longer promises nothing any more: its intent would be voided as never applied
 * while its discount comes onto the cart.
 */
export const TAP_MS = GRACE_MS - CART_DEADLINE_MS - 5_000;

const NOTHING: Effect = { do: 'nothing' };

export const beginTap = (offline: boolean): Next => [
  { at: 'looking', offline },
  { do: 'look', offline },
];

export const beginRemoval: Next = [{ at: 'removing' }, { do: 'see' }];

/** The one step. What does not belong to a state changes nothing. */
export function step(state: State, event: Event): Next {
  switch (event.on) {
    case 'view':
      return viewed(state, event);
    case 'stored':
      return stored(state, event.outcome);
    case 'word':
      return heard(state, event);
    case 'cart':
      return shown(state, event);
    case 'sight':
      return [sighted(state, event), NOTHING];
    case 'time':
      return [state, due(state, event)];
  }
}

type On<K extends Event['on']> = Extract<Event, { on: K }>;

function viewed(state: State, event: On<'view'>): Next {
  const { isStored, isClosed, isRefused, refusal, isLate } = event;
  switch (state.at) {
    case 'looking':
      if (refusal !== undefined) return tell(refusal);
      return [{ ...state, at: 'storing' }, { do: 'store' }];
    case 'checking':
      if (!isStored) return giveUp('uncertain-write', 'storage-failing');
      if (isRefused) return giveUp('refused', 'ledger-refused');
      if (isClosed || isLate) return giveUp('never-applied', 'storage-failing');
      if (refusal !== undefined) return giveUp('overdrawn-locally', refusal);
      return state.offline ? apply(true) : [{ at: 'asking' }, { do: 'ask' }];
    case 'rechecking':
      if (isStored && !isClosed) return tell(undefined, state.offline);
      return [{ at: 'withdrawing' }, { do: 'take-off' }];
    default:
      return [state, NOTHING];
  }
}

function stored(state: State, outcome: On<'stored'>['outcome']): Next {
  if (state.at === 'closing') {
    // Given back only when that is stored; what a tap refused is refused in any case.
    const isDone = state.refusal !== undefined || outcome === 'stored';
    return tell(isDone ? state.refusal : 'cart-failed');
  }
  if (state.at !== 'storing') return [state, NOTHING];
  if (outcome === 'full') return tell('storage-full');
  // It may be stored, or be so later: the void beside it says that nobody was promised anything.
  if (outcome === 'uncertain') return giveUp('uncertain-write', 'storage-failing');
  const { offline } = state;
  return [
    { at: 'checking', offline },
    { do: 'look', offline },
  ];
}

function heard(state: State, { word, isLate }: On<'word'>): Next {
  if (state.at !== 'asking') return [state, NOTHING];
  if (word === 'no') return giveUp('refused', 'ledger-refused');
  if (word === undefined)
    return [
      { at: 'checking', offline: true },
      { do: 'look', offline: true },
    ];
  return isLate ? giveUp('never-applied', 'storage-failing') : apply(false);
}

function shown(state: State, { place, isLocked, isLate }: On<'cart'>): Next {
  switch (state.at) {
    case 'applying': {
      const { offline } = state;
      if (place === 'absent')
        return giveUp('never-applied', isLocked ? 'cart-locked' : 'cart-failed');
      if (place === 'changed') return [{ at: 'withdrawing' }, { do: 'take-off' }];
      if (!isLate) return tell(undefined, offline);
      return [
        { at: 'rechecking', offline },
        { do: 'look', offline },
      ];
    }
    case 'withdrawing':
      // Should it be there all the same, it is listed, counts as taken, and a sale takes it.
      return giveUp('never-applied', 'cart-failed');
    case 'removing':
      if (place === 'absent') return giveUp('removed', undefined);
      return isLocked ? tell('cart-locked') : [{ at: 'taking-off' }, { do: 'take-off' }];
    case 'taking-off':
      return place === 'absent' ? giveUp('removed', undefined) : tell('cart-failed');
    default:
      return [state, NOTHING];
  }
}

function sighted(state: State, { isInCart, hasLines }: On<'sight'>): State {
  if (isInCart) return { at: 'in-cart' };
  const wasThere = state.at === 'in-cart' || state.at === 'left';
  if (!wasThere) return state;
  // A sale may have emptied it: goods that come later are the next customer's, and say nothing.
  return { at: hasLines ? 'left' : 'emptied' };
}

function due(state: State, { absence, isReported }: On<'time'>): Effect {
  const isOver = absence === 'over';
  switch (state.at) {
    case 'left':
      return absence === 'new' ? { do: 'wait' } : { do: 'void', reason: 'removed-by-staff' };
    case 'emptied':
      return isOver ? { do: 'void', reason: 'cart-cleared' } : { do: 'wait' };
    case 'fresh':
      return isOver ? { do: 'void', reason: 'never-applied' } : { do: 'wait' };
    case 'lost':
      if (isReported) return NOTHING;
      return isOver ? { do: 'report' } : { do: 'wait' };
    default:
      return NOTHING;
  }
}

const apply = (offline: boolean): Next => [{ at: 'applying', offline }, { do: 'apply' }];

/** Nobody is promised it any more. When even the void can't be stored, the intent stays a hold. */
const giveUp = (reason: VoidReason, refusal: RedeemRefusal | undefined): Next => [
  { at: 'closing', refusal },
  { do: 'void', reason },
];

const tell = (refusal: RedeemRefusal | undefined, offline = false): Next => [
  { at: 'told' },
  { do: 'tell', refusal, offline },
];
