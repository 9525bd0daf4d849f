import { describe, expect, it } from 'vitest';
import { minor } from '../../shared/amount.ts';
import { EMPTY_CART, type CartState } from '../../simulator/page/cart-totals.ts';
import { createOrderDesk } from '../../simulator/page/order-desk.ts';
import type { SimulatorServer } from '../../simulator/page/simulator-server.ts';
import { createShopOrders, type ShopOrders } from '../../simulator/shop-orders.ts';
import { DEMO_POLICY } from '../../simulator/shop.ts';

const AT = 1_780_000_000_000;
const CART: CartState = {
  ...EMPTY_CART,
  lines: [
    {
      uuid: 'mug',
      variantId: 1,
      productId: 2,
      title: 'Mug',
      sku: undefined,
      vendor: undefined,
      price: minor(1_450),
      quantity: 3,
      taxable: true,
      isGiftCard: false,
      discounts: [],
      properties: {},
      staff: undefined,
    },
  ],
};
const sale = (key: string) =>
  ({ key, at: AT, register: 'Register 1', payment: 'Cash', cart: CART }) as const;

function shop(): ShopOrders {
  return createShopOrders({ now: () => AT, uuid: () => 'draft-uuid' });
}

describe('the orders of the shop', () => {
  it('[SM34] a sale handed in twice is one order; ids grow and names count', () => {
    const orders = shop();
    const first = orders.add(sale('a'));
    const outside = orders.nextOrder();
    expect(orders.add(sale('a'))).toEqual(first);
    expect(orders.orders()).toHaveLength(1);
    expect([first.name, outside.name]).toEqual(['#1001', '#1002']);
    expect(outside.id).toBeGreaterThan(first.id);
  });

  it('[SM32] what comes back is counted, and is never more than was sold', () => {
    const orders = shop();
    const { id } = orders.add(sale('a'));
    const back = (key: string, quantity: number) =>
      orders.takeBack(id, { key, kind: 'return', quantities: { mug: quantity } });
    const first = back('one', 2);
    expect(first.before).toEqual({});
    expect(back('one', 2)).toEqual(first);
    expect(() => back('two', 2)).toThrow('Not so many');
    expect(() => back('three', 0)).toThrow('Nothing was chosen');
    expect(back('four', 1)).toMatchObject({ before: { mug: 2 }, order: { returned: { mug: 3 } } });
    expect(() =>
      orders.takeBack(id, { key: 'five', kind: 'return', quantities: { hat: 1 } }),
    ).toThrow('Not so many');
    expect(() =>
      orders.takeBack(1, { key: 'six', kind: 'return', quantities: { mug: 1 } }),
    ).toThrow('There is no order 1');
  });

  it('[SM35] a draft is kept until it is taken away', () => {
    const orders = shop();
    const draft = orders.addDraft({ at: AT, register: 'Register 1', cart: CART });
    expect(draft).toMatchObject({ name: '#D1', uuid: 'draft-uuid', cart: CART });
    expect(orders.drafts()).toEqual([draft]);
    orders.removeDraft(draft.id);
    orders.removeDraft(draft.id);
    expect(orders.drafts()).toEqual([]);
  });
});

describe('the register’s side of them', () => {
  /** The shop itself behind a line that can be cut. */
  function register(saved = new Map<string, string>()) {
    const orders = shop();
    const line = { offline: false, cut: false };
    const through = async <T>(work: () => T): Promise<T> => {
      if (line.cut) throw new Error('No line');
      return work();
    };
    const server: SimulatorServer = {
      mintToken: async () => 'token',
      makeOrder: (sold) => through(() => orders.add(sold)),
      orders: () => through(() => orders.orders()),
      takeBack: (id, back) => through(() => orders.takeBack(id, back)),
      drafts: () => through(() => orders.drafts()),
      saveDraft: (draft) => through(() => orders.addDraft(draft)),
      removeDraft: (id) => through(() => orders.removeDraft(id)),
      checkCode: async () => 10,
      state: async () => ({ down: false, clockOffsetMs: 0 }),
      change: async () => ({ down: false, clockOffsetMs: 0 }),
      policy: async () => DEMO_POLICY,
      decide: async () => DEMO_POLICY,
      makeRound: async () => undefined,
      askCartExtension: async () => ({ status: 200, answer: { actions: [] } }),
      switchCartExtension: async () => undefined,
      read: async () => undefined,
    };
    const troubles: string[] = [];
    const make = () =>
      createOrderDesk({
        number: 1,
        name: 'Register 1',
        server,
        store: {
          getItem: (key) => saved.get(key) ?? null,
          setItem: (key, value) => void saved.set(key, value),
          removeItem: (key) => void saved.delete(key),
        },
        now: () => AT,
        isOffline: () => line.offline,
        trouble: (text) => troubles.push(text),
      });
    return { line, orders, make, troubles, saved };
  }

  it('[SM34] a sale made offline is one order later, also after a restart', async () => {
    const { line, orders, make } = register();
    line.offline = true;
    const before = make();
    expect(await before.sell(sale('a'))).toBeUndefined();
    expect(await before.sell(sale('b'))).toBeUndefined();
    const after = make();
    expect(after.pending.value.map(({ key }) => key)).toEqual(['a', 'b']);
    line.offline = false;
    await Promise.all([after.refresh(), after.refresh()]);
    expect(after.pending.value).toEqual([]);
    expect(orders.orders().map(({ key }) => key)).toEqual(['b', 'a']);
    expect(make().pending.value).toEqual([]);
  });

  it('[SM34] a sale that could not be handed in waits, and tells of no order', async () => {
    const { line, make, troubles } = register();
    const desk = make();
    line.cut = true;
    expect(await desk.sell(sale('a'))).toBeUndefined();
    await desk.refresh();
    expect(desk.pending.value).toHaveLength(1);
    expect(troubles).toEqual(['Error: No line']);
    line.cut = false;
    expect(await desk.sell(sale('b'))).toMatchObject({ name: '#1001' });
    await desk.refresh();
    expect(desk.orders.value.map(({ key }) => key)).toEqual(['a', 'b']);
  });

  it('[SM34] orders and drafts can only be asked for online', async () => {
    const { line, make } = register();
    const desk = make();
    const made = await desk.sell(sale('a'));
    line.offline = true;
    await expect(desk.order(made?.id ?? 0)).rejects.toThrow('online');
    await expect(desk.saveDraft(CART)).rejects.toThrow('online');
    await expect(
      desk.takeBack(made?.id ?? 0, { key: 'k', kind: 'return', quantities: { mug: 1 } }),
    ).rejects.toThrow('online');
    line.offline = false;
    expect(await desk.order(made?.id ?? 0)).toMatchObject({ key: 'a' });
    await expect(desk.draft(5)).rejects.toThrow('nothing under 5');
  });

  it('[SM34] what can’t be read of an earlier start is no sale', () => {
    const { make, saved } = register(new Map([['tideover-register-1-sales', '{nonsense']]));
    expect(make().pending.value).toEqual([]);
    saved.set('tideover-register-1-sales', '"text"');
    expect(make().pending.value).toEqual([]);
  });
});
