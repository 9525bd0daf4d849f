/** What POS tells the background target, and a receipt, when a sale is complete. */
import type { Discount, TransactionCompleteEvent } from '@shopify/ui-extensions/point-of-sale';
import type { Minor } from '../../shared/amount.ts';
import {
  asNumber,
  platformLines,
  totalsOf,
  type CartState,
  type PriceRules,
} from './cart-totals.ts';

export interface Sale {
  /** `undefined` while the register is cut off and Shopify has not made the order yet. */
  readonly orderId: number | undefined;
  readonly executedAtMs: number;
  readonly payment: 'Cash' | 'Custom';
  /** Of the draft order that the cart was opened from. */
  readonly draftUuid?: string | undefined;
}

/**
 * The event as Shopify types it: money as numbers, discounts with what they really took off, no
 * cart properties, no note, no client id, and no `orderId` key at all while the order is pending.
 */
export function saleEvent(
  cart: CartState,
  rules: PriceRules,
  sale: Sale,
): TransactionCompleteEvent {
  const totals = totalsOf(cart, rules);
  const { currency } = rules;
  const money = (amount: Minor) => ({ amount: asNumber(amount, currency), currency });
  return {
    transactionType: 'Sale',
    discounts: takenDiscounts(cart, totals.taken, rules),
    taxTotal: money(totals.tax),
    subtotal: money(totals.total),
    grandTotal: money(totals.total),
    balanceDue: { amount: 0, currency },
    paymentMethods: [{ ...money(totals.total), type: sale.payment }],
    shippingLines: [],
    taxLines: [{ title: 'VAT', price: money(totals.tax), rate: rules.taxPercent / 100 }],
    executedAt: new Date(sale.executedAtMs).toISOString(),
    lineItems: platformLines(cart, totals, rules),
    ...(sale.draftUuid === undefined ? {} : { draftCheckoutUuid: sale.draftUuid }),
    ...(sale.orderId === undefined ? {} : { orderId: sale.orderId }),
    ...(cart.customer === undefined ? {} : { customer: { id: cart.customer } }),
  };
}

/** The cart's discounts with what they really took off, in minor units as `taken` says. */
export function takenDiscounts(
  { discounts }: Pick<CartState, 'discounts'>,
  taken: readonly number[],
  { currency }: PriceRules,
): Discount[] {
  return discounts.map((discount, index) => ({
    amount: asNumber(taken[index] ?? 0, currency),
    currency,
    discountDescription: discount.title,
    type: discount.type,
  }));
}
