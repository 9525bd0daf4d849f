/** The simulated Shopify tells the app's own door of its orders and refunds. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orderStorySchema, type OrderStory } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';
import { FIRST_CUSTOMER_ID, SHOP_ID } from '../../simulator/shop.ts';
import { intent, push, ref } from '../server/world.ts';
import { startWorld, type SimulatorWorld } from '../support/simulator.ts';

const EXTENSION = {
  bundle: 'shopify.extend("pos.app.ready.data", () => undefined);',
  targets: ['pos.app.ready.data'],
  locales: { en: {} },
  defaultLocale: 'en',
};
const LINE = {
  uuid: 'line-1',
  title: 'A mug',
  price: 1_000,
  quantity: 2,
  taxable: true,
  isGiftCard: false,
  discounts: [],
  properties: {},
};
const named = v.object({ id: v.number() });

let world: SimulatorWorld;
beforeAll(async () => {
  world = await startWorld({ extension: EXTENSION });
});
afterAll(async () => {
  expect(world.errors).toEqual([]);
  await world.stop();
});

async function post(path: string, body: unknown): Promise<unknown> {
  const headers = {
    'Content-Type': 'application/json',
    Authorization: `Bearer ${await world.token()}`,
  };
  const address = new URL(path, world.simulator.url);
  const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

const turn = (mode: string) => post('/__sim/webhooks', { mode });

/** A promise of 200 points that no register tells the end of, and the order that carries it. */
async function sell(n: number): Promise<number> {
  const reference = ref(`W${n}`);
  const hold = { customer: FIRST_CUSTOMER_ID, unit: 'points' as const, amount: 200 };
  const promise = intent({ id: `WRWRWRWRWR.${n}` as never, ref: reference, shopId: SHOP_ID, hold });
  await post('/api/pos/sync', push({ shopId: SHOP_ID, operations: [promise] }));
  const discount = { type: 'FixedAmount', title: `€5 off · ${reference}`, value: 500 };
  const customer = FIRST_CUSTOMER_ID;
  const cart = { lines: [LINE], discounts: [discount], customer, properties: {}, editable: true };
  const sold = { key: `sale-${n}`, at: 1, register: '1', payment: 'Cash', cart };
  return v.parse(named, await post('/__sim/orders', sold)).id;
}

/** What the ledger knows of the order, once the server has dealt with what it has. */
async function story(order: number): Promise<OrderStory['redemptions']> {
  await post('/__sim/round', {});
  return v.parse(orderStorySchema, await world.read(`/api/pos/orders/${order}`)).redemptions;
}

describe('webhooks of the simulator', () => {
  it('[WH23] are sent once, twice, late or never, as the switch says', async () => {
    expect(await story(await sell(1))).toEqual([]);
    await turn('lost');
    expect(await story(await sell(2))).toEqual([]);
    for (const [n, mode] of ['on', 'twice'].entries()) {
      await turn(mode);
      expect(await story(await sell(3 + n))).toMatchObject([{ state: 'captured', amount: 200 }]);
    }
    await turn('late');
    const order = await sell(5);
    await post(`/__sim/orders/${order}/returns`, {
      key: 'back-1',
      kind: 'return',
      quantities: { 'line-1': 1 },
    });
    expect(await story(order)).toEqual([]);
    expect(await post('/__sim/webhooks/send', {})).toEqual({ mode: 'late', late: 0 });
    expect(await story(order)).toMatchObject([{ state: 'captured', amount: 200, givenBack: 100 }]);
    await turn('off');
  });
});
