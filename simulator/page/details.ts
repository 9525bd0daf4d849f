/**
 * What a person has open on the register: one thing at a time, and what POS tells the extensions
 * that stand on its screen about it.
 */
import type { TransactionCompleteEvent } from '@shopify/ui-extensions/point-of-sale';
import type { DraftOrder, OrderName, ShopOrder } from '../shop-orders.ts';
import type { Subject } from '../wire.ts';
import { platformLines, totalsOf, type CartState, type PriceRules } from './cart-totals.ts';
import { reprintOf } from './goods-back.ts';
import type { DeviceSettings } from './settings.ts';

/** A transaction that was just completed here. */
export interface Receipt {
  readonly kind: 'purchase' | 'return' | 'exchange';
  /** What was sold; of a return, what came back. */
  readonly cart: CartState;
  readonly orderId: number | undefined;
  readonly orderName: string | undefined;
  readonly at: number;
  readonly event: TransactionCompleteEvent;
}

export type Details =
  | { readonly screen: 'line-item'; readonly uuid: string }
  | { readonly screen: 'customer'; readonly customer: number }
  | { readonly screen: 'product'; readonly product: number; readonly variant: number }
  | { readonly screen: 'order'; readonly order: ShopOrder }
  | { readonly screen: 'draft-order'; readonly draft: DraftOrder }
  | { readonly screen: 'purchase' | 'return' | 'exchange'; readonly receipt: Receipt }
  | { readonly screen: 'register' };

export interface SubjectFacts {
  readonly details: Details | undefined;
  /** The cart as it is when the screen opens: a line item is a plain value, not a live one. */
  readonly cart: CartState;
  readonly rules: PriceRules;
  readonly pendingOrder: DeviceSettings['pendingOrder'];
}

/** The members of `shopify` that speak of the open thing; nothing while nothing is open. */
export function subjectOf({ details, cart, rules, pendingOrder }: SubjectFacts): Subject {
  switch (details?.screen) {
    case undefined:
    case 'register':
      return {};
    case 'line-item': {
      const lines = platformLines(cart, totalsOf(cart, rules), rules);
      const line = lines.find(({ uuid }) => uuid === details.uuid);
      return line === undefined ? {} : { cartLineItem: line };
    }
    case 'customer':
      return { customer: { id: details.customer } };
    case 'product':
      return { product: { id: details.product, variantId: details.variant } };
    case 'order':
      return {
        order: orderMember(details.order, details.order.cart),
        transaction: reprintOf(details.order, rules),
      };
    case 'draft-order':
      return { draftOrder: orderMember(details.draft, details.draft.cart) };
    case 'purchase':
    case 'return':
    case 'exchange':
      return receiptSubject(details.receipt, pendingOrder);
  }
}

/** A sale that is no order yet may have a number of its own: its time, which no order has. */
function receiptSubject(
  { orderId, orderName, at, event }: Receipt,
  pendingOrder: DeviceSettings['pendingOrder'],
): Subject {
  if (orderId === undefined && pendingOrder === 'missing') return { transaction: event };
  const id = orderId ?? at;
  const name = orderName ?? 'Pending';
  const { customer } = event;
  const order = {
    id,
    name,
    ...(customer === undefined ? {} : { customerId: customer.id }),
  };
  return { order, transaction: event };
}

function orderMember({ id, name }: OrderName, { customer }: CartState) {
  return { id, name, ...(customer === undefined ? {} : { customerId: customer }) };
}

/** The screens whose place is taken by a completed transaction. */
export function receiptOf(details: Details | undefined): Receipt | undefined {
  return details !== undefined && 'receipt' in details ? details.receipt : undefined;
}

/** Whether what is open is still there: a line that left the cart closes its own screen. */
export function isStillThere(details: Details, cart: CartState): boolean {
  return details.screen !== 'line-item' || cart.lines.some(({ uuid }) => uuid === details.uuid);
}
