/**
 * What POS tells the background target, and a receipt, when goods come back: the same lines as were
 * sold, with their part of what was paid and of what the discounts took.
 */
import type {
  Discount,
  LineItem,
  TransactionCompleteEvent,
} from '@shopify/ui-extensions/point-of-sale';
import { minor, type Minor } from '../../shared/amount.ts';
import type { Quantities, Returned, ShopOrder } from '../shop-orders.ts';
import {
  asNumber,
  includedTax,
  platformLines,
  shares,
  totalsOf,
  type CartDiscount,
  type CartState,
  type PriceRules,
} from './cart-totals.ts';
import { takenDiscounts } from './sale.ts';

/** Lines that come back, with what they were worth in the sale. */
export interface Part {
  /** Only these lines and quantities, and of each cart discount what fell on them. */
  readonly cart: CartState;
  readonly lineItems: LineItem[];
  /** The cart discounts' share of these lines. */
  readonly discounts: Discount[];
  /** What the customer had paid for them. */
  readonly paid: Minor;
}

/**
 * The part that comes back after `before` has. Parts of one order sum up to the whole of it, to
 * the last minor unit, in whatever pieces it comes back.
 */
export function partOf(
  order: Pick<ShopOrder, 'cart'>,
  rules: PriceRules,
  { before, quantities }: { readonly before: Quantities; readonly quantities: Quantities },
): Part {
  const { cart } = order;
  const whole = totalsOf(cart, rules);
  const rows = cart.lines.flatMap((line, index) => {
    const quantity = quantities[line.uuid] ?? 0;
    if (quantity === 0) return [];
    const gone = before[line.uuid] ?? 0;
    const upTo = (amount: number, count: number): number =>
      Math.floor((amount * count) / line.quantity);
    const piece = (amount: number): Minor =>
      minor(upTo(amount, gone + quantity) - upTo(amount, gone));
    return [
      {
        line: { ...line, quantity },
        total: piece(whole.lineTotals[index] ?? 0),
        share: piece(whole.lineShares[index] ?? 0),
      },
    ];
  });
  const back = { ...cart, lines: rows.map(({ line }) => line) };
  const lineTotals = rows.map(({ total }) => total);
  const lineShares = rows.map((row) => row.share);
  const lineItems = platformLines(back, { ...whole, lineTotals, lineShares }, rules);
  const taken = shares(sum(lineShares), whole.taken);
  const fixed = cart.discounts.map(({ title }, index): CartDiscount => {
    return { type: 'FixedAmount', title, value: taken[index] ?? 0 };
  });
  return {
    cart: { ...back, discounts: fixed },
    lineItems,
    discounts: takenDiscounts(cart, taken, rules),
    paid: minor(sum(lineTotals) - sum(lineShares)),
  };
}

/** When, and whether the amounts of what comes back are told below zero: POS documents neither. */
export interface BackFacts {
  readonly executedAtMs: number;
  readonly sign: 'positive' | 'negative';
}

/** The event of a return. */
export function returnEvent(
  { order, before, refundId, returnId }: Returned,
  quantities: Quantities,
  { rules, executedAtMs, sign }: BackFacts & { readonly rules: PriceRules },
): TransactionCompleteEvent {
  const part = partOf(order, rules, { before, quantities });
  const factor = sign === 'negative' ? -1 : 1;
  return {
    transactionType: 'Return',
    refundId,
    returnId,
    orderId: order.id,
    ...customerOf(order.cart),
    discounts: part.discounts,
    ...amounts(factor * part.paid, rules, executedAtMs),
    lineItems: part.lineItems.map((line) => ({ ...line, quantity: factor * line.quantity })),
  };
}

/**
 * The event of an exchange: `discounts` are those of what the customer takes instead, as the lines
 * that come back carry their own.
 */
export function exchangeEvent(
  { order, before, exchangeId, returnId }: Returned,
  quantities: Quantities,
  {
    rules,
    executedAtMs,
    added,
  }: BackFacts & { readonly rules: PriceRules; readonly added: CartState },
): TransactionCompleteEvent {
  const part = partOf(order, rules, { before, quantities });
  const totals = totalsOf(added, rules);
  return {
    transactionType: 'Exchange',
    exchangeId,
    returnId,
    orderId: order.id,
    ...customerOf(added.customer === undefined ? order.cart : added),
    discounts: takenDiscounts(added, totals.taken, rules),
    ...amounts(totals.total - part.paid, rules, executedAtMs),
    lineItemsAdded: platformLines(added, totals, rules),
    lineItemsRemoved: part.lineItems,
  };
}

/** An order printed again: its lines say what is left of them and when the rest came back. */
export function reprintOf(order: ShopOrder, rules: PriceRules): object {
  const { cart, at, returned } = order;
  const totals = totalsOf(cart, rules);
  const executedAt = new Date(at).toISOString();
  return {
    transactionType: 'Reprint',
    orderId: order.id,
    ...customerOf(cart),
    discounts: takenDiscounts(cart, totals.taken, rules),
    ...amounts(totals.total, rules, at),
    lineItems: platformLines(cart, totals, rules).map((line) => {
      const back = returned[line.uuid] ?? 0;
      const refunds = back === 0 ? [] : [{ createdAt: executedAt, quantity: back }];
      return { ...line, currentQuantity: line.quantity - back, refunds };
    }),
  };
}

function amounts(total: number, rules: PriceRules, executedAtMs: number) {
  const { currency, taxPercent } = rules;
  const money = (amount: number) => ({ amount: asNumber(amount, currency), currency });
  const tax = money(Math.sign(total) * includedTax(Math.abs(total), rules));
  return {
    taxTotal: tax,
    subtotal: money(total),
    grandTotal: money(total),
    balanceDue: money(0),
    paymentMethods: [{ ...money(total), type: 'Cash' as const }],
    shippingLines: [],
    taxLines: [{ title: 'VAT', price: tax, rate: taxPercent / 100 }],
    executedAt: new Date(executedAtMs).toISOString(),
  };
}

function customerOf({ customer }: CartState): { customer?: { id: number } } {
  return customer === undefined ? {} : { customer: { id: customer } };
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((all, one) => all + one, 0);
}
