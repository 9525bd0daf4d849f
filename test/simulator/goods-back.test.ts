import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currency, minor } from '../../shared/amount.ts';
import {
  EMPTY_CART,
  totalsOf,
  type CartDiscount,
  type CartLine,
  type CartState,
} from '../../simulator/page/cart-totals.ts';
import { exchangeEvent, partOf, reprintOf, returnEvent } from '../../simulator/page/goods-back.ts';
import type { Quantities, Returned } from '../../simulator/shop-orders.ts';

const rules = { currency: currency('EUR'), taxPercent: 20 };
const AT = 1_780_000_000_000;

const line = (uuid: string, price: number, quantity: number, discounts: CartDiscount[] = []) =>
  ({
    uuid,
    variantId: 1,
    productId: 2,
    title: uuid,
    sku: undefined,
    vendor: undefined,
    price: minor(price),
    quantity,
    taxable: true,
    isGiftCard: false,
    discounts,
    properties: {},
    staff: undefined,
  }) satisfies CartLine;

const OFF: CartDiscount = { type: 'FixedAmount', title: '€10 off · REF', value: 1_000 };
const LINE_OFF: CartDiscount = { type: 'FixedAmount', title: '€1 off · LINE', value: 100 };

/** 2 × 14.50 and 3 × 11.00 with 1.00 off each: 59.00, of which 10.00 are taken off. */
const SOLD: CartState = {
  ...EMPTY_CART,
  lines: [line('mug', 1_450, 2), line('salt', 1_100, 3, [LINE_OFF])],
  discounts: [OFF],
  customer: 42,
};

function returned(cart: CartState, before: Quantities = {}): Returned {
  const sold = { key: 'k', at: AT, register: 'Register 1', payment: 'Cash' as const, cart };
  const order = { ...sold, id: 7, name: '#1001', returned: before };
  return { refundId: 71, returnId: 72, exchangeId: 73, before, order };
}

const facts = { rules, executedAtMs: AT, sign: 'positive' as const };

describe('the event of a return', () => {
  it('[SM32] has the lines that came back, with their part of price and discounts', () => {
    const event = returnEvent(returned(SOLD), { salt: 2 }, facts);
    // 20.00 of 59.00 after the line's own discount; its share of the 10.00 is ⌊5.08 × 2/3⌋.
    expect(event).toMatchObject({
      transactionType: 'Return',
      refundId: 71,
      returnId: 72,
      orderId: 7,
      customer: { id: 42 },
      discounts: [{ discountDescription: '€10 off · REF', type: 'FixedAmount', amount: 3.38 }],
      grandTotal: { amount: 16.62, currency: 'EUR' },
      paymentMethods: [{ amount: 16.62, type: 'Cash' }],
      executedAt: new Date(AT).toISOString(),
    });
    expect('lineItems' in event && event.lineItems).toMatchObject([
      {
        uuid: 'salt',
        quantity: 2,
        price: 11,
        discounts: [{ discountDescription: '€1 off · LINE', amount: 1 }],
        discountAllocations: [{ allocatedAmount: { amount: '3.38', currencyCode: 'EUR' } }],
      },
    ]);
  });

  it('[SM32] what is shown of it is the same as what is told', () => {
    const { cart, paid } = partOf({ cart: SOLD }, rules, { before: {}, quantities: { salt: 2 } });
    expect(cart.discounts).toEqual([{ type: 'FixedAmount', title: '€10 off · REF', value: 338 }]);
    expect(totalsOf(cart, rules).total).toBe(paid);
  });

  it('[SM32] can be told below zero, in amounts and quantities', () => {
    const event = returnEvent(returned(SOLD), { mug: 1 }, { ...facts, sign: 'negative' });
    expect(event.grandTotal.amount).toBeLessThan(0);
    expect(event.taxTotal.amount).toBeLessThan(0);
    expect('lineItems' in event && event.lineItems[0]?.quantity).toBe(-1);
  });

  it('[SM32] the parts of an order sum up to the whole, in whatever pieces it comes back', () => {
    const money = fc.integer({ min: 1, max: 9_999 });
    const count = fc.integer({ min: 1, max: 5 });
    const discount = fc.record({
      type: fc.constantFrom('FixedAmount' as const, 'Percentage' as const),
      title: fc.constant('x'),
      value: fc.integer({ min: 1, max: 100 }),
    });
    const lines = fc.array(fc.tuple(money, count, fc.array(discount, { maxLength: 1 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(lines, fc.array(discount, { maxLength: 3 }), (drawn, discounts) => {
        const cart: CartState = {
          ...EMPTY_CART,
          lines: drawn.map(([price, quantity, own], index) =>
            line(String(index), price, quantity, own),
          ),
          discounts,
        };
        let paid = 0;
        for (const { uuid, quantity } of cart.lines)
          for (let before = 0; before < quantity; before += 1)
            paid += partOf({ cart }, rules, {
              before: { [uuid]: before },
              quantities: { [uuid]: 1 },
            }).paid;
        expect(paid).toBe(totalsOf(cart, rules).total);
      }),
    );
  });
});

describe('the event of an exchange', () => {
  it('[SM33] has what came back and what was taken, with the discounts of what was taken', () => {
    const fresh: CartDiscount = { type: 'FixedAmount', title: '€5 off · NEW', value: 500 };
    const added = { ...EMPTY_CART, lines: [line('hat', 3_400, 1)], discounts: [fresh] };
    const event = exchangeEvent(returned(SOLD), { mug: 1 }, { ...facts, added });
    // 29.00 taken; a mug was 14.50 less its share of 10.00 off 59.00.
    expect(event).toMatchObject({
      transactionType: 'Exchange',
      exchangeId: 73,
      returnId: 72,
      orderId: 7,
      customer: { id: 42 },
      discounts: [{ discountDescription: '€5 off · NEW', amount: 5 }],
      lineItemsAdded: [{ uuid: 'hat', quantity: 1 }],
      lineItemsRemoved: [{ uuid: 'mug', quantity: 1 }],
    });
    const paid = partOf({ cart: SOLD }, rules, { before: {}, quantities: { mug: 1 } }).paid;
    expect(event.grandTotal.amount).toBeCloseTo(29 - paid / 100, 10);
  });
});

describe('an order printed again', () => {
  it('[SM32] says of each line what is left and when the rest came back', () => {
    const { order } = returned(SOLD, { salt: 1 });
    expect(reprintOf(order, rules)).toMatchObject({
      transactionType: 'Reprint',
      orderId: 7,
      grandTotal: { amount: 49, currency: 'EUR' },
      discounts: [{ amount: 10, discountDescription: '€10 off · REF' }],
      lineItems: [
        { uuid: 'mug', quantity: 2, currentQuantity: 2, refunds: [] },
        { uuid: 'salt', quantity: 3, currentQuantity: 2, refunds: [{ quantity: 1 }] },
      ],
    });
  });
});
