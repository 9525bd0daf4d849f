/** What is read of Shopify's orders, by webhooks and by the Admin API, and what is kept of them. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { propertyKey, referenceIn, titleWithReference } from '../../extensions/register/cart.ts';
import { CROCKFORD } from '../../shared/crockford.ts';
import type { Reference } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';
import type { ShopDomain } from '../../server/database/database.ts';
import { askOrder, concerns } from '../../server/orders/admin-orders.ts';
import {
  orderPayloadSchema,
  readOrder,
  readRefund,
  refundPayloadSchema,
} from '../../server/orders/read-order.ts';
import { actionsIn, referenceIn as referenceOnOrder } from '../../server/orders/references.ts';
import { project } from '../../server/webhooks/projection.ts';
import { adminFrom } from '../../simulator/admin-api/operations.ts';
import { createOrderBook, type BookOrder } from '../../simulator/admin-api/orders.ts';
import { byHand, discount, line, ORDER, orderPayload, refund } from './order-payloads.ts';
import { ALICE, ref } from './world.ts';

const references = fc
  .array(fc.constantFrom(...CROCKFORD), { minLength: 10, maxLength: 10 })
  .map((letters) => letters.join('') as Reference);

describe('references', () => {
  it('[OS30] are found where registers write them, and nowhere else', () => {
    fc.assert(
      fc.property(fc.string(), references, (title, name) => {
        expect(referenceOnOrder(titleWithReference(title, name))).toBe(name);
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.lorem()), (title) => {
        expect(referenceOnOrder(title)).toBe(referenceIn(title.trim()));
      }),
    );
    for (const words of ['5 off', 'Summer · sale', 'ABCDEFGHJK', '5 off · 7Q2M4XK9T', ''])
      expect(referenceOnOrder(words)).toBeUndefined();
  });

  it('[OS31] stand in for titles that Shopify dropped, one discount for each', () => {
    const attribute = (name: Reference) => ({ name: propertyKey(name), value: name });
    const note_attributes = [attribute(ref('R1'))];
    const read = (part: object) => readOrder(orderPayload({ note_attributes, ...part })).references;
    const untitled = byHand(null);
    expect(read({ discount_applications: [untitled] })).toEqual([
      { ref: ref('R1'), discount: 500 },
    ]);
    // Taken off again: what the cart kept is a trace of it.
    expect(read({ discount_applications: [] })).toEqual([]);
    expect(read({ discount_applications: [{ ...untitled, type: 'automatic' }] })).toEqual([]);
    expect(read({ discount_applications: [untitled, byHand('Friends')] })).toEqual([]);
    expect(read({})).toEqual([{ ref: ref('R1'), discount: 500 }]);
    expect(
      read({
        note_attributes: [...note_attributes, attribute(ref('R2'))],
        discount_applications: [untitled, byHand('')],
      }),
    ).toEqual([
      { ref: ref('R1'), discount: undefined },
      { ref: ref('R2'), discount: undefined },
    ]);
  });

  it('[OS32] of the cart extension are read from a list of pairs alone', () => {
    const read = (value: string) => actionsIn([{ name: 'cart-promotion-actions', value }]);
    expect(read('[("1234", "123ABC")]')).toEqual(['123ABC']);
    expect(read('[("1","a"), ("2", "b"),("1","a")]')).toEqual(['a', 'b']);
    expect(read('[ ]')).toEqual([]);
    for (const other of ['("1", "a")', '[("1", "a")', '["1", "a"]', '[("1", "a")] and more', 'a'])
      expect(read(other)).toEqual([]);
    expect(actionsIn([{ name: 'note', value: '[("1", "a")]' }])).toEqual([]);
  });
});

describe('an order’s webhook', () => {
  it('[OS33] is read exactly, in the currency that the customer paid in', () => {
    expect(readOrder(orderPayload({ refunds: [refund({ return: { id: 9 } })] }))).toEqual({
      orderId: ORDER,
      customer: ALICE,
      currency: 'EUR',
      goods: 2_000,
      references: [{ ref: ref('R1'), discount: 500 }],
      actions: [],
      isCancelled: false,
      refunds: [{ id: 1, orderId: ORDER, currency: 'EUR', value: 1_000, returnId: 9 }],
    });
    const yen = { shop_money: { amount: '10.00', currency_code: 'EUR' } };
    const paid = { ...yen, presentment_money: { amount: '1600', currency_code: 'JPY' } };
    const lines = [{ ...line({ quantity: 3 }), price_set: paid }];
    const abroad = { presentment_currency: 'JPY', line_items: lines, discount_applications: [] };
    expect(readOrder(orderPayload(abroad))).toMatchObject({ currency: 'JPY', goods: 4_800 });
  });

  it('[OS33] counts no gift card, and reads what says less', () => {
    const card = line({ id: 2, price: '50.00', quantity: 1, gift_card: true });
    expect(readOrder(orderPayload({ line_items: [line(), card] })).goods).toBe(2_000);
    const bare = { id: 5, currency: 'EUR', line_items: null, customer: null };
    expect(readOrder(bare)).toMatchObject({ orderId: 5, goods: 0, references: [], refunds: [] });
    expect(readRefund({ id: 1, order_id: null, refund_line_items: [] })).toBeUndefined();
    expect(readRefund(refund())).toMatchObject({ id: 1, orderId: ORDER, value: 1_000 });
  });

  it('[OS34] with money that can’t be read fails as a whole', () => {
    const bad = [
      { line_items: [line({ price: 'ten' })] },
      { line_items: [line({ price: '-1.00' })] },
      { line_items: [line({ off: { 0: '1e3' } })] },
      { line_items: [{ ...line(), quantity: 'two' }] },
      { currency: 'euro' },
      { id: '70' },
    ];
    for (const part of bad) expect(() => readOrder(orderPayload(part))).toThrow(TypeError);
    for (const payload of [null, 'order', [], {}])
      expect(() => readOrder(payload)).toThrow(TypeError);
  });

  it('[OS35] is the same when read again of what is kept, which names nobody', () => {
    const name = ref('R2');
    const payload = orderPayload({
      refunds: [refund({ return: null })],
      discount_applications: [discount(), byHand('For Alice Smith')],
      note_attributes: [
        { name: 'to', value: 'Alice Smith' },
        { name: propertyKey(name), value: name },
        { name: 'cart-promotion-actions', value: '[("1", "a")]' },
      ],
    });
    const kept = v.parse(orderPayloadSchema, payload);
    expect(readOrder(JSON.parse(JSON.stringify(kept)))).toEqual(readOrder(payload));
    expect(JSON.stringify(kept)).not.toMatch(/Alice|Smith|Berlin|birthday|Bob/);
    expect(readOrder(project('orders/updated', payload))).toEqual(readOrder(payload));
    const back = refund({ return: { id: 9 } });
    expect(readRefund(project('refunds/create', back))).toEqual(readRefund(back));
    expect(JSON.stringify(v.parse(refundPayloadSchema, back))).not.toMatch(/Alice|unhappy/);
  });
});

describe('an order of the Admin API', () => {
  const SHOP = 'pop-up.myshopify.com' as ShopDomain;
  const order: BookOrder = {
    id: ORDER,
    currency: 'EUR',
    lines: [{ quantity: 2, price: '10.00' }],
    discounts: [{ title: titleWithReference('5 off', ref('R1')), off: ['5.00'] }],
    refunds: [{ id: 1, returnId: 9, quantities: { 0: 1 } }],
  };

  it('[OS36] comes to the same as its webhook', async () => {
    const book = createOrderBook();
    book.put(order, 0);
    const admin = adminFrom(book.operations)(SHOP);
    const told = readOrder(
      orderPayload({ customer: null, refunds: [refund({ return: { id: 9 } })] }),
    );
    expect(await askOrder(admin, `gid://shopify/Order/${ORDER}`)).toEqual(told);
    const [discounted] = order.discounts;
    book.put({ ...order, discounts: discounted ? [{ ...discounted, off: [] }] : [] }, 1);
    const untold = [{ ref: ref('R1'), discount: undefined }];
    expect(await askOrder(admin, `gid://shopify/Order/${ORDER}`)).toMatchObject({
      references: untold,
    });
    expect(readOrder(orderPayload({ line_items: [line()] })).references).toEqual(untold);
    expect(await askOrder(admin, 'gid://shopify/Order/1')).toBeUndefined();
  });

  it('[OS36] is asked for when it may concern the ledger', () => {
    const id = `gid://shopify/Order/${ORDER}`;
    const outline = (part: object = {}) => ({
      id,
      cancelledAt: null,
      customAttributes: [{ key: 'to', value: 'somebody' }],
      discountApplications: { nodes: [{}, { title: 'Summer' }] },
      refunds: [],
      ...part,
    });
    const titled = { title: titleWithReference('5 off', ref('R1')) };
    expect(concerns(outline())).toBeUndefined();
    for (const part of [
      { discountApplications: { nodes: [titled] } },
      { refunds: [{ id: 'gid://shopify/Refund/1' }] },
      { cancelledAt: '2026-05-28T20:00:00Z' },
      { customAttributes: [{ key: 'cart-promotion-actions', value: '' }] },
      { refunds: 'many' },
    ])
      expect(concerns(outline(part))).toBe(id);
    for (const node of [null, 5, {}]) expect(concerns(node)).toBeUndefined();
  });
});
