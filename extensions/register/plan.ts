/** What a request at the counter means for this program and this cart. Pure. */
import {
  formatDecimal,
  minor,
  minorFromNumber,
  scaleDown,
  type Currency,
  type Minor,
  type Unit,
} from '../../shared/amount.ts';
import type { Program, Reward } from '../../shared/program.ts';
import type { CustomerId, OperationOf } from '../../shared/protocol.ts';
import { remaining, type CartLine, type PosCart } from './cart.ts';

export type RedeemRequest = {
  readonly customer: CustomerId;
  readonly title: string;
  /** The one line of the cart (its uuid) to redeem against; without it the whole cart. */
  readonly line?: string | undefined;
  /** A manager's PIN, where one is asked for. Never stored, never sent. */
  readonly pin?: string | undefined;
} & ({ readonly reward: string } | { readonly credit: Minor });

/** What is to be redeemed, after the program and the cart have been looked at. */
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

export type CartRefusal =
  | 'cart-empty'
  | 'cart-locked'
  | 'amount-invalid'
  /** POS keeps one discount on a line, and this line has one. */
  | 'line-discounted';

/** What a request means for this program and this cart, or why it can mean nothing. */
export function planRedemption(
  request: RedeemRequest,
  program: Program,
  cart: PosCart | undefined,
): Redemption | 'reward-unknown' | CartRefusal {
  const state = cart?.state();
  if (state === undefined) return 'cart-empty';
  const { currency } = program;
  const { customer, title } = request;
  const credit = 'credit' in request && program.storeCredit ? request.credit : undefined;
  const wish = 'reward' in request ? request.reward : undefined;
  const reward = program.rewards.find(({ id }) => id === wish);
  if (reward === undefined && credit === undefined) return 'reward-unknown';
  if (state.editable === false) return 'cart-locked';
  const line = state.lineItems.find(({ uuid }) => uuid === request.line);
  if (line !== undefined && line.discounts.length > 0) return 'line-discounted';
  const left =
    request.line === undefined
      ? remaining(state, currency)
      : Math.min(remaining(state, currency), lineValue(line, currency));
  if (left === 0) return 'cart-empty';
  const wanted = reward === undefined ? (credit ?? 0) : discountOf(reward, left);
  // Store credit is money: what the cart can't take would be lost to the customer.
  if (wanted <= 0 || wanted > left) return 'amount-invalid';
  // On a line POS takes the amount off each unit.
  const quantity = line?.quantity ?? 1;
  const each = Math.floor(wanted / quantity);
  if (each === 0) return 'amount-invalid';
  const amount = minor(each * quantity);
  return {
    customer,
    title,
    unit: reward === undefined ? currency : 'points',
    amount: reward?.points ?? amount,
    discount: { currency, amount },
    reward: reward?.id ?? null,
    // As an amount, also for a percentage: POS would take that off goods scanned later too, and so
    // more than was shown and than the limits were checked with.
    cart: { amount: formatDecimal({ currency, amount: minor(each) }), line },
    hasPin: false,
  };
}

/** What the units of a line cost together; 0 for a line that is not there, or has no price. */
function lineValue(line: CartLine | undefined, currency: Currency): number {
  const price = line?.price === undefined ? 0 : minorFromNumber(line.price, currency);
  return Math.max(0, (price ?? 0) * (line?.quantity ?? 0));
}

/** What a reward takes off goods that still cost `left` (minor units, above zero). */
export function discountOf({ discount }: Reward, left: number): number {
  if (discount.type === 'fixed') return Math.min(discount.amount, left);
  // A discount is never nothing: the customer pays points for it.
  return Math.max(1, scaleDown(left, discount.percent, 100));
}
