/** The simulator as an old POS with a cart app extension, against its own real server. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCart, type RegisterCart } from '../../simulator/page/cart.ts';
import { EMPTY_CART } from '../../simulator/page/cart-totals.ts';
import { createCartExtension, type CartExtension } from '../../simulator/page/cart-extension.ts';
import {
  createSimulatorServer,
  type SimulatorServer,
} from '../../simulator/page/simulator-server.ts';
import {
  FIRST_CUSTOMER_ID,
  PRODUCT_LIST,
  SALES_TAX_PERCENT,
  SHOP_CURRENCY,
} from '../../simulator/shop.ts';
import { startWorld, type SimulatorWorld } from '../support/simulator.ts';

const EXTENSION = {
  bundle: 'shopify.extend("pos.app.ready.data", () => undefined);',
  targets: ['pos.app.ready.data'],
  locales: { en: {} },
  defaultLocale: 'en',
};
const ADA = FIRST_CUSTOMER_ID;
const ADAS = 1_250;
const [MUG] = PRODUCT_LIST;

let world: SimulatorWorld;
let server: SimulatorServer;
let cart: RegisterCart;
let extension: CartExtension;
let isOffline = false;
let isOpen = true;
let troubles: string[] = [];

beforeAll(async () => {
  world = await startWorld({ extension: EXTENSION });
  const { url } = world.simulator;
  server = createSimulatorServer((path, init) => fetch(new URL(path as string, url), init));
});
afterAll(async () => {
  expect(world.errors).toEqual([]);
  await world.stop();
});

let made = 0;
beforeEach(async () => {
  [isOffline, isOpen, troubles] = [false, true, []];
  const rules = { currency: SHOP_CURRENCY, taxPercent: SALES_TAX_PERCENT };
  cart = createCart({
    rules,
    catalogue: PRODUCT_LIST,
    uuid: () => `line-${(made += 1)}`,
    checkCode: () => Promise.reject(new Error('no codes')),
    stacking: () => 'stack',
  });
  extension = createCartExtension({
    cart,
    rules,
    isOffline: () => isOffline,
    isOpen: () => isOpen,
    locale: () => 'en',
    ask: server.askCartExtension,
    setSwitch: server.switchCartExtension,
    trouble: (text) => void troubles.push(text),
  });
  await cart.mutators.addLineItem(MUG?.variantId ?? 0, 2);
});

/** Ada's points as the ledger has them. */
async function points(): Promise<unknown> {
  const story = (await world.read(`/api/pos/customers/${ADA}`)) as {
    balances: { unit: string; balance: number }[];
  };
  return story.balances.find(({ unit }) => unit === 'points')?.balance;
}

/** Ada on the cart, and the first of her offers performed. */
async function performed(): Promise<void> {
  await extension.turn(true);
  await cart.mutators.setCustomer({ id: ADA });
  await extension.settled();
  const [first] = extension.list.value?.actions ?? [];
  if (first === undefined) throw new Error('nothing is offered');
  await extension.perform(first);
}

describe('an old POS', () => {
  it('[CE18] asks nothing while the switch is off, and offers when a customer comes', async () => {
    await cart.mutators.setCustomer({ id: ADA });
    await extension.settled();
    expect(extension.list.value).toBeUndefined();
    await extension.turn(true);
    const { points_balance: shown, actions } = extension.list.value ?? { actions: [] };
    expect(shown).toBe(String(ADAS));
    expect(actions.map(({ title }) => title)).toEqual(['€5 off', '€10 off', '10% off', '25% off']);
    await cart.mutators.removeCustomer();
    await extension.settled();
    expect(extension.list.value).toEqual({ type: 'simple_action_list', actions: [] });
    await extension.turn(false);
    expect(extension.isOn.value).toBe(false);
  });

  it('[CE18] a tap is performed before it is on the cart, and reverted with its discount', async () => {
    await performed();
    expect(cart.state().discounts).toEqual([{ type: 'FixedAmount', title: '€5 off', value: 500 }]);
    expect(Object.keys(cart.state().properties)).toEqual(['cart-promotion-actions']);
    expect(extension.list.value?.actions).toEqual([]);
    expect(await points()).toBe(ADAS - 200);
    await cart.mutators.removeCartDiscount();
    await extension.settled();
    expect(cart.state().properties).toEqual({});
    expect(extension.list.value?.actions).toHaveLength(4);
    expect(await points()).toBe(ADAS);
    expect(troubles).toEqual([]);
  });

  it('[CE18] a cart that is given up is reverted; after a kill nobody reverts', async () => {
    await performed();
    await cart.mutators.clearCart();
    await extension.settled();
    expect(await points()).toBe(ADAS);
    await cart.mutators.addLineItem(MUG?.variantId ?? 0, 2);
    await performed();
    isOpen = false;
    cart.replace(EMPTY_CART);
    await extension.settled();
    expect(await points()).toBe(ADAS - 200);
    isOpen = true;
  });

  it('[CE18] cut off it asks nothing and performs nothing', async () => {
    const before = await points();
    await extension.turn(true);
    await cart.mutators.setCustomer({ id: ADA });
    await extension.settled();
    const [first] = extension.list.value?.actions ?? [];
    isOffline = true;
    if (first !== undefined) await extension.perform(first);
    expect(cart.state().discounts).toEqual([]);
    expect(await points()).toBe(before);
  });

  it('[CE18] an order carries the action, and its webhook makes the hold a sale', async () => {
    const before = Number(await points());
    await performed();
    const sold = cart.state();
    cart.setEditable(false);
    const at = 1_780_000_000_000;
    const sale = { key: 'one', at, register: 'Register 1', payment: 'Cash', cart: sold } as const;
    const order = await server.makeOrder(sale);
    cart.replace(EMPTY_CART);
    await extension.settled();
    const redemptions = async () => {
      await world.simulator.merchant.makeRound();
      const story = await world.read(`/api/pos/orders/${order.id}`);
      return (story as { redemptions: unknown[] }).redemptions;
    };
    await expect
      .poll(redemptions, { timeout: 30_000 })
      .toMatchObject([{ unit: 'points', amount: 200, state: 'captured', title: '€5 off' }]);
    expect(await points()).toBe(before - 200);
  });
});
