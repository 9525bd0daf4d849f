/**
 * Every decision about one redemption on this register, as one pure step: a state and what was
 * found out in it make the next state, and a state says what is to be done in it. Nothing is read,
 * written or awaited here.
 *
 *   the tap      to do                 found out                          next
 *   looking      read storage, judge   refused: rules, room, storage      told why
 *                                      allowed                            storing
 *   storing      store the intent      no key left                        told storage-full
 *                                      uncertain                          closing uncertain-write
 *                                      stored                             checking
 *   checking     read it back, judge   not there                          closing uncertain-write
 *                                      the ledger refused it meanwhile    closing refused
 *                                      closed by another, or too slow     closing never-applied
 *                                      refused by the rules now           closing overdrawn-locally
 *                                      allowed, connected                 asking
 *                                      allowed, cut off                   applying
 *   asking       ask the ledger        no                                 closing refused
 *                                      no word in time                    checking, as cut off
 *                                      yes, but too slow                  closing never-applied
 *                                      yes                                applying
 *   applying     discount on the cart  the cart doesn't show it           closing never-applied
 *                                      shows another than planned         withdrawing
 *                                      shows it, too slow                 rechecking
 *                                      shows it                           told: applied
 *   rechecking   read it back          not there, or closed               withdrawing
 *                                      still open                         told: applied
 *   withdrawing  take discount off     whatever the cart shows            closing never-applied
 *   closing      store the void        stored, or not                     told
 *
 *   the removal
 *   removing     look at the cart      not there                          closing removed
 *                                      there, and locked                  told cart-locked
 *                                      there                              taking-off
 *   taking-off   take discount off     still there                        told cart-failed
 *                                      gone                               closing removed
 *
 *   followed by the background: out of the cart for           3 s  60 s
 *   fresh      stored in this run, never seen in the cart           –    closing never-applied
 *   lost       there when this run began, never seen since          –    closing: missing
 *   in-cart    seen there now                                      –    –
 *   left       gone from a cart that kept its goods                 closing removed-by-staff
 *   emptied    gone together with the goods                         –    closing cart-cleared
 *
 * What a commit or a void closes is followed no further. What is reported missing stays open: the
 * reference may come back into the cart, and a sale wins over everything.
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
  | {
      readonly at: 'looking' | 'storing' | 'checking' | 'applying' | 'rechecking';
      /** Whether the offline rules decide; else the ledger's word is to be had. */
      readonly offline: boolean;
    }
  | { readonly at: 'asking' | 'withdrawing' | 'removing' | 'taking-off' }
  /** Where an open redemption is, as far as the one context that follows it knows. */
  | { readonly at: 'fresh' | 'lost' | 'in-cart' | 'left' | 'emptied' }
  | {
      readonly at: 'closing';
      /** `undefined`: nobody here can tell, which is reported and closes nothing. */
      readonly reason: VoidReason | undefined;
      /** What the person is told then; `undefined` when the void is what was asked for. */
      readonly refusal: RedeemRefusal | undefined;
    }
  | {
      readonly at: 'told';
      /** `undefined`: what was asked for is done. */
      readonly refusal: RedeemRefusal | undefined;
      readonly offline: boolean;
    };

/** What was found out; each state looks at the part that its doing brings. */
export interface Event {
  /** The intent could be read back. */
  readonly isStored?: boolean;
  /** A void lies beside it, or the report that it is missing. */
  readonly isClosed?: boolean;
  /** The ledger refused it, and another context has stored that. */
  readonly isRefused?: boolean;
  /** Why not, by the rules, the storage and its room. */
  readonly refusal?: RedeemRefusal | undefined;
  /** What became of a write. */
  readonly outcome?: 'stored' | 'full' | 'uncertain';
  /** The ledger's word, when it came in time. */
  readonly word?: 'yes' | 'no' | 'set-aside' | undefined;
  /** Where the cart shows the discount: nowhere, as it was planned, or otherwise. */
  readonly place?: 'absent' | 'there' | 'changed';
  readonly isLocked?: boolean;
  /** The tap takes so long that its intent may be voided by whoever follows it. */
  readonly isLate?: boolean;
  /** What whoever follows it sees on the cart. */
  readonly sight?: { readonly isInCart: boolean; readonly hasLines: boolean };
  /** How long it has been out of the cart, where that is what is asked. */
  readonly absence?: Absence;
  readonly isReported?: boolean;
}

/**
 * How long a redemption has been out of the cart, with no sale: long enough for our own "remove" to
 * have stored its void (3 s), or for the event of a sale and for POS (60 s).
 */
export type Absence = 'new' | 'noticed' | 'over';

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

/** The one step. What does not belong to a state changes nothing. */
export function step(state: State, event: Event): State {
  const { refusal, outcome, word, place, isLate } = event;
  switch (state.at) {
    case 'looking':
      return refusal === undefined ? { ...state, at: 'storing' } : told(refusal);
    case 'storing':
      if (outcome === 'full') return told('storage-full');
      // It may be stored, or be so later: the void says that nobody was promised anything.
      if (outcome !== 'stored') return giveUp('uncertain-write', 'storage-failing');
      return { ...state, at: 'checking' };
    case 'checking':
      if (event.isStored !== true) return giveUp('uncertain-write', 'storage-failing');
      if (event.isRefused === true) return giveUp('refused', 'ledger-refused');
      if (event.isClosed === true || isLate === true) return tooSlow;
      if (refusal !== undefined) return giveUp('overdrawn-locally', refusal);
      return state.offline ? { ...state, at: 'applying' } : { at: 'asking' };
    case 'asking':
      if (word === undefined) return { at: 'checking', offline: true };
      if (word !== 'yes') return giveUp('refused', word === 'set-aside' ? word : 'ledger-refused');
      return isLate === true ? tooSlow : { at: 'applying', offline: false };
    case 'applying':
      if (place === 'changed') return { at: 'withdrawing' };
      if (place !== 'there')
        return giveUp('never-applied', event.isLocked === true ? 'cart-locked' : 'cart-failed');
      return isLate === true ? { ...state, at: 'rechecking' } : told(undefined, state.offline);
    case 'rechecking':
      if (event.isStored !== true || event.isClosed === true) return { at: 'withdrawing' };
      return told(undefined, state.offline);
    case 'withdrawing':
      // Should it be there all the same, it is listed, counts as taken, and a sale takes it.
      return giveUp('never-applied', 'cart-failed');
    case 'removing':
      if (place === 'absent') return giveUp('removed', undefined);
      return event.isLocked === true ? told('cart-locked') : { at: 'taking-off' };
    case 'taking-off':
      return place === 'absent' ? giveUp('removed', undefined) : told('cart-failed');
    case 'closing':
      // Given back only when that is stored; what a tap refused is refused in any case.
      return told(outcome === 'stored' ? state.refusal : (state.refusal ?? 'cart-failed'));
    default:
      return followed(state, event);
  }
}

function followed(state: State, { sight, absence, isReported }: Event): State {
  const { at } = state;
  if (sight?.isInCart === true) return { at: 'in-cart' };
  // A sale may have emptied it: goods that come later are the next customer's, and say nothing.
  if (sight !== undefined && (at === 'in-cart' || at === 'left'))
    return { at: sight.hasLines ? 'left' : 'emptied' };
  if (at === 'left' && absence === 'noticed') return giveUp('removed-by-staff');
  if (absence !== 'over') return state;
  switch (at) {
    case 'left':
      return giveUp('removed-by-staff');
    case 'emptied':
      return giveUp('cart-cleared');
    case 'fresh':
      return giveUp('never-applied');
    case 'lost':
      return isReported === true ? state : giveUp(undefined);
    default:
      return state;
  }
}

/** Nobody is promised it any more. When even the void can't be stored, the intent stays a hold. */
const giveUp = (reason: VoidReason | undefined, refusal?: RedeemRefusal): State => ({
  at: 'closing',
  reason,
  refusal,
});

const tooSlow = giveUp('never-applied', 'storage-failing');

const told = (refusal: RedeemRefusal | undefined, offline = false): State => ({
  at: 'told',
  refusal,
  offline,
});
