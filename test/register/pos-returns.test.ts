import { describe, expect, it } from 'vitest';
import type { Reference } from '../../shared/protocol.ts';
import { ALICE, EUR, add, intentDraft, newRef } from './device.ts';
import {
  createScene,
  discount,
  exchange,
  goodsBack,
  only,
  sale,
  type Scene,
} from './transactions.ts';

describe('returns and exchanges', () => {
  it('[EV7] an exchange commits what it redeems, on the cart and on what is taken home', async () => {
    const { outbox, read } = await createScene();
    const [onCart, onLine, back] = [newRef(), newRef(), newRef()];
    for (const ref of [onCart, onLine, back])
      await add(outbox, intentDraft({ amount: 60 }, { ref, discount: 300 }));
    const line = (uuid: string, ref: Reference) => ({
      uuid,
      quantity: 1,
      price: 20,
      discounts: [discount(ref, 3)],
    });
    const event = exchange({
      discounts: [discount(onCart, 3)],
      lineItemsAdded: [line('new', onLine)],
      lineItemsRemoved: [line('old', back)],
    });
    const drafts = await read(event);
    expect(drafts.map((draft) => ('ref' in draft ? draft.ref : draft.kind))).toEqual([
      onCart,
      onLine,
      'return',
    ]);
    expect(only(drafts, 'return').body.refs).toEqual([back]);
    for (const draft of drafts.slice(0, 2))
      expect(draft).toMatchObject({
        kind: 'commit',
        hold: { customer: ALICE, unit: 'points', amount: 60 },
        body: { captured: 60, discount: { currency: EUR, amount: 300 }, orderId: 5_001 },
      });
    expect(await read(event)).toEqual(drafts);
  });

  it('[EV7] an exchange earns nothing, whatever it costs, and neither does a return', async () => {
    const { read } = await createScene();
    const total = { amount: 40, currency: 'EUR' };
    const exchanged = await read(exchange({ subtotal: total, grandTotal: total }));
    expect(exchanged.map(({ kind }) => kind)).toEqual(['return']);
    const returned = await read(goodsBack({ discounts: [discount(newRef(), 3)] }));
    expect(returned.map(({ kind }) => kind)).toEqual(['return']);
    expect(await read(exchange({ lineItemsRemoved: [] }))).toEqual([]);
  });

  it('[EV8] a return says what came back, of which order, and what it had redeemed', async () => {
    const { read } = await createScene();
    const [onCart, onLine] = [newRef(), newRef()];
    const event = goodsBack({
      discounts: [discount(onCart, 3), { amount: 1, discountDescription: 'Staff · discount' }],
      lineItems: [
        { uuid: 'a', quantity: 2, price: 12.5, discounts: [discount(onLine, 1)] },
        { uuid: 'b', quantity: 1, price: 2.5, discounts: [discount(onCart, 3)] },
      ],
    });
    expect(await read(event)).toEqual([
      expect.objectContaining({
        kind: 'return',
        hold: null,
        body: {
          returnKey: 'refund/8001',
          orderId: 5_001,
          customer: ALICE,
          value: { currency: EUR, amount: 2_750 },
          refs: [onCart, onLine],
        },
      }),
    ]);
  });

  it.each([
    [{}, 'refund/8001'],
    [{ refundId: undefined }, 'return/6001'],
    [{ refundId: 0, returnId: 'none' }, 'exchange/7001'],
    [{ refundId: undefined, returnId: 1.5, exchangeId: 7_002 }, 'exchange/7002'],
  ])('[EV8] a return is named by POS: %j', async (change, key) => {
    const { read } = await createScene();
    const event = goodsBack({ exchangeId: 7_001, ...change });
    expect(only(await read(event), 'return').body.returnKey).toBe(key);
  });

  it('[EV8] what POS gives no name is named by what it is, in every context', async () => {
    const [first, second] = [await createScene(1), await createScene(2)];
    const nameless = { refundId: undefined, returnId: undefined };
    const keyOf = async ({ read }: Scene, change = {}) =>
      only(await read(goodsBack({ ...nameless, ...change })), 'return').body.returnKey;
    const key = await keyOf(first);
    expect(key).toMatch(/^event\/[0-9a-f]{16}$/);
    expect(await keyOf(second, { orderId: undefined })).toBe(key);
    expect(await keyOf(first, { executedAt: '2026-05-30T10:00:01.000Z' })).not.toBe(key);
  });

  it.each([
    ['below zero', { quantity: -2, price: 5, discounts: [] }],
    ['with a price below zero', { quantity: 2, price: -5, discounts: [] }],
    ['without a number of units', { price: 10, discounts: [] }],
    ['with discounts that can’t be read', { quantity: 1, price: 10, discounts: 5 }],
  ])('[EV8] what came back counts by its size: %s', async (_, line) => {
    const { read } = await createScene();
    const lineItems = [line, { quantity: 3, price: undefined }, { price: Infinity }];
    const drafts = await read(goodsBack({ lineItems, customer: { id: 'x' }, orderId: 0 }));
    expect(only(drafts, 'return').body).toMatchObject({
      value: { currency: EUR, amount: 1_000 },
      customer: null,
      orderId: null,
    });
    expect(drafts).toHaveLength(1);
  });

  it('[EV8] a return without a price is told, with a note for a person', async () => {
    const { read } = await createScene();
    for (const lineItems of [[], 'none', [{ uuid: 'a', quantity: 1 }]]) {
      const drafts = await read(goodsBack({ lineItems, subtotal: undefined }));
      expect(only(drafts, 'return').body.value).toEqual({ currency: EUR, amount: 0 });
      expect(only(drafts, 'note').body.topic).toBe('handler-error');
    }
  });

  it('[EV8] a return names no more redemptions than the wire takes', async () => {
    const { read } = await createScene();
    const refs = Array.from({ length: 12 }, () => newRef());
    const discounts = refs.map((ref) => discount(ref, 1));
    expect(only(await read(goodsBack({ discounts })), 'return').body.refs).toEqual(
      refs.slice(0, 8),
    );
  });

  it('[EV10] goods are measured alike when they go and when they come back', async () => {
    const { outbox, read } = await createScene();
    const ref = newRef();
    await add(outbox, intentDraft({ amount: 60 }, { ref, discount: 300 }));
    const lineItems = [
      { uuid: 'a', quantity: 3, price: 19.99, discounts: [] },
      { uuid: 'g', quantity: 2, price: 25, isGiftCard: true, discounts: [] },
      { uuid: 'b', quantity: 1, price: 0.1, discounts: [discount(ref, 3)] },
    ];
    const money = { amount: 107.07, currency: 'EUR' };
    const sold = await read(sale({ lineItems, subtotal: money, grandTotal: money }));
    const { goods } = only(sold, 'commit').body;
    expect(goods).toBe(6_007);
    expect(only(sold, 'earn').body).toMatchObject({ goods, eligible: { amount: 5_707 } });
    const back = await read(goodsBack({ lineItems }));
    expect(only(back, 'return').body.value.amount).toBe(goods);
    const swapped = await read(exchange({ lineItemsRemoved: lineItems }));
    expect(only(swapped, 'return').body.value.amount).toBe(goods);
  });

  it('[EV5] an exchange that can’t be read becomes a note, and loses nothing else', async () => {
    const { read } = await createScene();
    const drafts = await read(exchange({ subtotal: 'nothing' }));
    expect(only(drafts, 'note').body.topic).toBe('handler-error');
    expect(only(drafts, 'return').body.value).toEqual({ currency: EUR, amount: 2_750 });
  });
});

describe('a redemption against one line', () => {
  const onLine = (ref: Reference, quantity: number, amount: number) =>
    sale({ lineItems: [{ uuid: 'l', quantity, price: 9, discounts: [discount(ref, amount)] }] });

  it('[EV9] is taken off each unit of it', async () => {
    const { outbox, read } = await createScene();
    const ref = newRef();
    await add(outbox, intentDraft({ unit: EUR, amount: 600 }, { ref, discount: 600 }));
    for (const [quantity, amount, captured] of [
      [3, 2, 600],
      [2, 2, 400],
      [-3, 2, 600],
      // Were it told in all, no more than was planned is taken.
      [3, 6, 600],
    ] as const)
      expect(only(await read(onLine(ref, quantity, amount)), 'commit').body).toMatchObject({
        captured,
        discount: { currency: EUR, amount: captured },
      });
  });

  it('[EV9] of a line that was split, what both parts show counts together', async () => {
    const { outbox, read } = await createScene();
    const ref = newRef();
    await add(outbox, intentDraft({ unit: EUR, amount: 1_000 }, { ref, discount: 1_000 }));
    const event = onLine(ref, 1, 5);
    const [line] = event.lineItems;
    const split = { ...event, lineItems: [line, line && { ...line, uuid: 'split off' }] };
    expect(only(await read(split), 'commit').body.captured).toBe(1_000);
  });

  it('[EV9] and made elsewhere, counts by what POS says', async () => {
    const { read } = await createScene();
    expect(only(await read(onLine(newRef(), 3, 2)), 'commit').body).toMatchObject({
      captured: null,
      discount: { currency: EUR, amount: 600 },
    });
  });
});
