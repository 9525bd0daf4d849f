/** What a request at the counter means for this program and this cart. Pure. */
import { formatDecimal, minor, scaleDown, type Minor } from '../../shared/amount.ts';
import type { Program, Reward } from '../../shared/program.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import { remaining, type PosCart } from './cart.ts';
import type { Redemption } from './redemption.ts';

export type RedeemRequest =
  | { readonly customer: CustomerId; readonly reward: string; readonly title: string }
  | { readonly customer: CustomerId; readonly credit: Minor; readonly title: string };

export type CartRefusal = 'cart-empty' | 'cart-locked' | 'amount-invalid';

/** What a request means for this program and this cart, or why it can mean nothing. */
export function planRedemption(
  request: RedeemRequest,
  program: Program,
  cart: PosCart | undefined,
): Redemption | 'reward-unknown' | CartRefusal {
  const state = cart?.state();
  if (state === undefined) return 'cart-empty';
  const left = remaining(state, program.currency);
  const { currency } = program;
  const { customer, title } = request;
  if ('credit' in request) {
    if (!program.storeCredit) return 'reward-unknown';
    if (state.editable === false) return 'cart-locked';
    if (left === 0) return 'cart-empty';
    // Store credit is money: what the cart can't take would be lost to the customer.
    if (request.credit <= 0 || request.credit > left) return 'amount-invalid';
    const discount = { currency, amount: request.credit };
    const onCart = { type: 'FixedAmount' as const, amount: formatDecimal(discount) };
    return {
      customer,
      title,
      unit: currency,
      amount: request.credit,
      discount,
      reward: null,
      cart: onCart,
    };
  }
  const reward = program.rewards.find(({ id }) => id === request.reward);
  if (reward === undefined) return 'reward-unknown';
  if (state.editable === false) return 'cart-locked';
  if (left === 0) return 'cart-empty';
  const amount = discountOf(reward, left);
  const discount = { currency, amount };
  // As an amount, also for a percentage: POS would take that off goods scanned later too, and so
  // more than was shown and than the limits were checked with.
  const onCart = { type: 'FixedAmount' as const, amount: formatDecimal(discount) };
  return {
    customer,
    title,
    unit: 'points',
    amount: reward.points,
    discount,
    reward: reward.id,
    cart: onCart,
  };
}

function discountOf({ discount }: Reward, left: Minor): Minor {
  if (discount.type === 'fixed') return minor(Math.min(discount.amount, left));
  // A discount is never nothing: the customer pays points for it.
  return minor(Math.max(1, scaleDown(left, discount.percent, 100)));
}
