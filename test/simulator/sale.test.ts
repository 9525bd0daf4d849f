import { describe, expect, it } from 'vitest';
import { currency } from '../../shared/amount.ts';
import { createCart } from '../../simulator/page/cart.ts';
import { saleEvent } from '../../simulator/page/sale.ts';
import { PRODUCT_LIST } from '../../simulator/shop.ts';

const rules = { currency: currency('EUR'), taxPercent: 20 };
const AT = 1_780_000_000_000;

async function soldCart() {
  const cart = createCart({
    rules,
    catalogue: PRODUCT_LIST,
    uuid: () => 'line-1',
    checkCode: async () => 10,
    stacking: () => 'stack',
  });
  const { addLineItem, setCustomer, applyCartDiscount, addCartProperties } = cart.mutators;
  await addLineItem(PRODUCT_LIST[0]?.variantId ?? 0, 2);
  await setCustomer({ id: 42 });
  await applyCartDiscount('Percentage', 'Ten · REF', '10');
  await applyCartDiscount('FixedAmount', 'Huge', '500.00');
  await addCartProperties({ ref: 'REF' });
  cart.setNote('wrap it');
  return cart.state();
}

describe('the event of a completed sale', () => {
  it('[SM11] has the platform’s keys alone: no properties, no note, no client id', async () => {
    const event = saleEvent(await soldCart(), rules, {
      orderId: 77,
      executedAtMs: AT,
      payment: 'Cash',
    });
    expect(Object.keys(event).sort()).toEqual([
      'balanceDue',
      'customer',
      'discounts',
      'executedAt',
      'grandTotal',
      'lineItems',
      'orderId',
      'paymentMethods',
      'shippingLines',
      'subtotal',
      'taxLines',
      'taxTotal',
      'transactionType',
    ]);
    expect(event).toMatchObject({
      transactionType: 'Sale',
      orderId: 77,
      customer: { id: 42 },
      executedAt: new Date(AT).toISOString(),
    });
    expect(JSON.stringify(event)).not.toContain('wrap it');
  });

  it('[SM11] discounts say what they really took off, in order, with their titles', async () => {
    const { discounts, grandTotal, subtotal, paymentMethods } = saleEvent(await soldCart(), rules, {
      orderId: 77,
      executedAtMs: AT,
      payment: 'Cash',
    });
    expect(discounts).toEqual([
      { amount: 2.9, currency: 'EUR', discountDescription: 'Ten · REF', type: 'Percentage' },
      { amount: 26.1, currency: 'EUR', discountDescription: 'Huge', type: 'FixedAmount' },
    ]);
    expect(grandTotal).toEqual({ amount: 0, currency: 'EUR' });
    expect(subtotal).toEqual(grandTotal);
    expect(paymentMethods).toEqual([{ amount: 0, currency: 'EUR', type: 'Cash' }]);
  });

  it('[SM11] has no order id while the order is pending, nor a customer not told', async () => {
    const state = { ...(await soldCart()), customer: undefined };
    const event = saleEvent(state, rules, {
      orderId: undefined,
      executedAtMs: AT,
      payment: 'Cash',
    });
    expect(event).not.toHaveProperty('orderId');
    expect(event).not.toHaveProperty('customer');
  });
});
