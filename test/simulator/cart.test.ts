import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currency, minor } from '../../shared/amount.ts';
import { createCart, type CartDeps } from '../../simulator/page/cart.ts';
import { EMPTY_CART, totalsOf } from '../../simulator/page/cart-totals.ts';
import { createHeldCalls, withCartMischief } from '../../simulator/page/mischief.ts';
import { PRODUCT_LIST } from '../../simulator/shop.ts';

const MUG = PRODUCT_LIST[0]?.variantId ?? 0;
const TOTE = PRODUCT_LIST[1]?.variantId ?? 0;
const rules = { currency: currency('EUR'), taxPercent: 20 };

function setUp(change: Partial<CartDeps> = {}) {
  let made = 0;
  const cart = createCart({
    rules,
    catalogue: PRODUCT_LIST,
    uuid: () => `line-${(made += 1)}`,
    checkCode: async () => 10,
    stacking: () => 'stack',
    ...change,
  });
  return { cart, ...cart.mutators };
}

describe('what a cart shows', () => {
  it('[SM5] an empty one has zero totals as text, no customer key and no note key', () => {
    const { cart } = setUp();
    expect(cart.current()).toEqual({
      editable: true,
      subtotal: '0.00',
      taxTotal: '0.00',
      grandTotal: '0.00',
      cartDiscounts: [],
      lineItems: [],
      properties: {},
    });
  });

  it('[SM5] totals are text, prices and discounts are numbers, ids are numbers', async () => {
    const { cart, addLineItem, setCustomer, applyCartDiscount } = setUp();
    await addLineItem(MUG, 2);
    await setCustomer({ id: 42 });
    await applyCartDiscount('FixedAmount', 'Five off', '5.00');
    const { subtotal, grandTotal, taxTotal, customer, cartDiscount, lineItems } = cart.current();
    expect({ subtotal, grandTotal, taxTotal, customer }).toEqual({
      subtotal: '29.00',
      grandTotal: '24.00',
      taxTotal: '4.00',
      customer: { id: 42 },
    });
    expect(cartDiscount).toEqual({
      amount: 5,
      currency: 'EUR',
      discountDescription: 'Five off',
      type: 'FixedAmount',
    });
    expect(lineItems[0]).toMatchObject({ price: 14.5, quantity: 2, variantId: MUG, taxable: true });
  });

  it('[SM5] listeners hear of every change, and of none that was refused', async () => {
    const { cart, addLineItem } = setUp();
    let heard = 0;
    const stop = cart.subscribe(() => (heard += 1));
    await addLineItem(MUG, 1);
    await expect(addLineItem(1, 1)).rejects.toThrow('No such variant');
    expect(heard).toBe(1);
    stop();
    await addLineItem(MUG, 1);
    expect(heard).toBe(1);
  });
});

describe('lines', () => {
  it('[SM6] the same plain product joins its line; one with properties stands alone', async () => {
    const { cart, addLineItem } = setUp();
    const first = await addLineItem(MUG, 1);
    expect(await addLineItem(MUG, 2)).toBe(first);
    const other = await addLineItem(MUG, 1, { properties: { engraving: 'Ada' } });
    expect(other).not.toBe(first);
    expect(cart.state().lines.map(({ quantity }) => quantity)).toEqual([3, 1]);
  });

  it('[SM6] a fixed discount of a line counts per unit, a percentage once', async () => {
    const { cart, addLineItem, setLineItemDiscount, removeLineItemDiscount } = setUp();
    const uuid = await addLineItem(MUG, 2);
    await setLineItemDiscount(uuid, 'FixedAmount', 'Dent', '5.00');
    expect(cart.current().grandTotal).toBe('19.00');
    await setLineItemDiscount(uuid, 'Percentage', 'Dent', '10');
    expect(cart.current().grandTotal).toBe('26.10');
    await removeLineItemDiscount(uuid);
    expect(cart.current().grandTotal).toBe('29.00');
  });

  it('[SM6] properties of lines are merged and removed by key', async () => {
    const { cart, addLineItem, addLineItemProperties, removeLineItemProperties } = setUp();
    const uuid = await addLineItem(MUG, 1);
    await addLineItemProperties(uuid, { a: '1', b: '2' });
    await addLineItemProperties(uuid, { b: '3' });
    await removeLineItemProperties(uuid, ['a', 'z']);
    expect(cart.current().lineItems[0]?.properties).toEqual({ b: '3' });
  });

  it('[SM6] a cart without lines keeps its customer and has no discount left', async () => {
    const { cart, addLineItem, removeLineItem, applyCartDiscount, setCustomer } = setUp();
    const uuid = await addLineItem(MUG, 1);
    await setCustomer({ id: 42 });
    await applyCartDiscount('Percentage', 'Ten', '10');
    await removeLineItem(uuid);
    expect(cart.current()).toMatchObject({ cartDiscounts: [], customer: { id: 42 } });
  });

  it('[SM6] a custom sale has a price and no product', async () => {
    const { cart, addCustomSale } = setUp();
    await addCustomSale({ quantity: 2, title: 'Wrapping', price: '1.25', taxable: false });
    expect(cart.current()).toMatchObject({ grandTotal: '2.50' });
    expect(cart.current().lineItems[0]).not.toHaveProperty('variantId');
  });
});

describe('discounts of the cart', () => {
  it('[SM7] a second one joins the first, or replaces it when POS is set so', async () => {
    for (const [stacking, titles] of [
      ['stack', ['One', 'Two']],
      ['replace', ['Two']],
    ] as const) {
      const { cart, addLineItem, applyCartDiscount } = setUp({ stacking: () => stacking });
      await addLineItem(MUG, 1);
      await applyCartDiscount('FixedAmount', 'One', '1.00');
      await applyCartDiscount('FixedAmount', 'Two', '2.00');
      expect(cart.state().discounts.map(({ title }) => title)).toEqual(titles);
    }
  });

  it('[SM7] a code is checked by whoever can, and fails with its answer', async () => {
    const refusing = setUp({
      checkCode: () => Promise.reject(new Error('Codes are checked online')),
    });
    await refusing.addLineItem(MUG, 1);
    await expect(refusing.addCartCodeDiscount('WELCOME10')).rejects.toThrow('online');
    expect(refusing.cart.state().discounts).toEqual([]);
    const { cart, addLineItem, applyCartDiscount } = setUp();
    await addLineItem(MUG, 1);
    await applyCartDiscount('Code', 'WELCOME10');
    expect(cart.current().grandTotal).toBe('13.05');
  });

  it('[SM7] nothing goes below zero, and the lines’ shares are the whole discount', () => {
    const price = fc.integer({ min: 0, max: 1_000_000 });
    const line = fc.record({ price, quantity: fc.integer({ min: 1, max: 99 }) });
    const discount = fc.oneof(
      fc.record({
        type: fc.constant('FixedAmount' as const),
        value: fc.integer({ min: 1, max: 50_000_000 }),
      }),
      fc.record({
        type: fc.constant('Percentage' as const),
        value: fc.integer({ min: 1, max: 100 }),
      }),
    );
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 6 }),
        fc.array(discount, { maxLength: 4 }),
        (lines, discounts) => {
          const totals = totalsOf(cartOf(lines, discounts), rules);
          const sum = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);
          const before = sum(totals.lineTotals);
          expect(totals.total).toBeGreaterThanOrEqual(0);
          expect(sum(totals.taken)).toBe(before - totals.total);
          expect(sum(totals.lineShares)).toBe(before - totals.total);
          totals.lineShares.forEach((share, i) =>
            expect(share).toBeLessThanOrEqual(totals.lineTotals[i] ?? 0),
          );
        },
      ),
    );
  });
});

function cartOf(
  lines: readonly { readonly price: number; readonly quantity: number }[],
  discounts: readonly { readonly type: 'FixedAmount' | 'Percentage'; readonly value: number }[],
) {
  return {
    ...EMPTY_CART,
    lines: lines.map(({ price, quantity }, index) => ({
      uuid: `line-${index}`,
      variantId: undefined,
      productId: undefined,
      title: 'Thing',
      sku: undefined,
      vendor: undefined,
      price: minor(price),
      quantity,
      taxable: true,
      isGiftCard: false,
      discounts: [],
      properties: {},
      staff: undefined,
    })),
    discounts: discounts.map((discount) => ({ ...discount, title: 'Off' })),
  };
}

describe('the whole cart at once', () => {
  it('[SM8] what current shows, given back, changes nothing', async () => {
    const { cart, addLineItem, applyCartDiscount, addCartProperties, bulkCartUpdate } = setUp();
    await addLineItem(MUG, 2, { properties: { engraving: 'Ada' } });
    await addLineItem(TOTE, 1);
    await applyCartDiscount('Percentage', 'Ten', '12.5');
    await applyCartDiscount('FixedAmount', 'Five', '5.00');
    await addCartProperties({ ref: 'X' });
    const before = cart.state();
    const shown = cart.current();
    expect(await bulkCartUpdate(shown)).toEqual(shown);
    expect(cart.state()).toEqual(before);
  });

  it('[SM8] everything is replaced: what is left out is gone', async () => {
    const { cart, addLineItem, setCustomer, addCartProperties, bulkCartUpdate } = setUp();
    await addLineItem(MUG, 2);
    await setCustomer({ id: 42 });
    await addCartProperties({ ref: 'X' });
    const result = await bulkCartUpdate({ cartDiscounts: [], lineItems: [], properties: {} });
    expect(result.lineItems).toEqual([]);
    expect(cart.state()).toEqual({ ...EMPTY_CART, customer: undefined, note: undefined });
  });

  it('[SM8] discounts can be taken away one by one through it', async () => {
    const { cart, addLineItem, applyCartDiscount, bulkCartUpdate } = setUp();
    await addLineItem(MUG, 1);
    await applyCartDiscount('FixedAmount', 'Ours', '1.00');
    await applyCartDiscount('FixedAmount', 'Theirs', '2.00');
    const { cartDiscount: _first, ...now } = cart.current();
    const cartDiscounts = now.cartDiscounts.filter((one) => one.discountDescription !== 'Ours');
    await bulkCartUpdate({ ...now, cartDiscounts });
    expect(cart.state().discounts.map(({ title }) => title)).toEqual(['Theirs']);
  });
});

describe('what a cart refuses', () => {
  it('[SM9] everything while a payment is taken', async () => {
    const { cart, addLineItem, applyCartDiscount, clearCart, setCustomer } = setUp();
    await addLineItem(MUG, 1);
    cart.setEditable(false);
    const before = cart.state();
    expect(cart.current().editable).toBe(false);
    await expect(addLineItem(MUG, 1)).rejects.toThrow('not editable');
    await expect(applyCartDiscount('FixedAmount', 'x', '1.00')).rejects.toThrow('not editable');
    await expect(clearCart()).rejects.toThrow('not editable');
    await expect(setCustomer({ id: 1 })).rejects.toThrow('not editable');
    expect(() => cart.setQuantity('line-1', 5)).toThrow('not editable');
    expect(cart.state()).toEqual(before);
  });

  it.each([
    ['FixedAmount', 'five'],
    ['FixedAmount', '0.00'],
    ['FixedAmount', '-1.00'],
    ['Percentage', '0'],
    ['Percentage', '101'],
    ['Gift', '1.00'],
    ['FixedAmount', undefined],
  ])('[SM9] a discount of type %s with amount %s', async (type, amount) => {
    const { cart, addLineItem, applyCartDiscount } = setUp();
    await addLineItem(MUG, 1);
    const before = cart.state();
    await expect(applyCartDiscount(type as 'FixedAmount', 'x', amount)).rejects.toThrow();
    expect(cart.state()).toEqual(before);
  });

  it('[SM9] a discount on nothing, an unknown line, half a piece, odd properties', async () => {
    const { cart, addLineItem, applyCartDiscount, removeLineItem, addCartProperties } = setUp();
    await expect(applyCartDiscount('FixedAmount', 'x', '1.00')).rejects.toThrow('empty cart');
    await expect(removeLineItem('nowhere')).rejects.toThrow('No such line item');
    await expect(addLineItem(MUG, 0.5)).rejects.toThrow('Not a quantity');
    const wrong = { ref: 5 } as unknown as Record<string, string>;
    await expect(addCartProperties(wrong)).rejects.toThrow('not text');
    expect(cart.state()).toEqual(EMPTY_CART);
  });

  it('[SM9] what the demo shop has nothing for', async () => {
    const { addAddress, removeLineItemSellingPlan } = setUp();
    await expect(addAddress({})).rejects.toThrow('no customer addresses');
    await expect(removeLineItemSellingPlan('x')).rejects.toThrow('no selling plans');
  });
});

describe('a cart call that goes wrong', () => {
  it('[SM10] it throws, lies, or does its work and throws all the same', async () => {
    let done = 0;
    const work = async (): Promise<number> => (done += 1);
    await expect(withCartMischief('throws', work, createHeldCalls())).rejects.toThrow(
      'could not change',
    );
    expect(await withCartMischief('lies', work, createHeldCalls())).toBeUndefined();
    expect(done).toBe(0);
    await expect(withCartMischief('late-throw', work, createHeldCalls())).rejects.toThrow(
      'lost the connection',
    );
    expect(done).toBe(1);
    expect(await withCartMischief(undefined, work, createHeldCalls())).toBe(2);
  });

  it('[SM10] it never answers', async () => {
    const hung = withCartMischief('hangs', async () => 'answer', createHeldCalls());
    const first = await Promise.race([hung, new Promise((resolve) => setImmediate(resolve, 'no'))]);
    expect(first).toBe('no');
  });

  it('[SM38] it waits until it is let go, answered or not, and dies with the app', async () => {
    const held = createHeldCalls();
    let done = 0;
    const work = async (): Promise<number> => (done += 1);
    const waiting = withCartMischief('late', work, held);
    expect(await withCartMischief('late-effect', work, held)).toBeUndefined();
    expect([done, held.count.value]).toEqual([0, 2]);
    held.letGo();
    expect(await waiting).toBeGreaterThan(0);
    expect([done, held.count.value]).toEqual([2, 0]);
    void withCartMischief('late', work, held);
    held.forget();
    held.letGo();
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(2);
  });
});
