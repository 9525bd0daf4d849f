/** The cart app extension (legacy) and everybody else on one balance: carts, registers, orders. */
import { afterEach, describe, expect, it } from 'vitest';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import type { Reference } from '../../shared/protocol.ts';
import { ATTEMPT_KEPT_MS } from '../../server/cart-extension/attempts.ts';
import { MISSING_OFFLINE_MS } from '../../server/ledger/settle-case.ts';
import { settleOrder } from '../../server/orders/order-handlers.ts';
import { readOrder } from '../../server/orders/read-order.ts';
import { cartBody, openCartWorld, type CartWorld } from './cart-extension-world.ts';
import { ALICE, commit, id, intent, registerOf, SHOP, SHOP_ID } from './world.ts';

const worlds: CartWorld[] = [];
async function open(options?: Parameters<typeof openCartWorld>[0]): Promise<CartWorld> {
  const world = await openCartWorld(options);
  worlds.push(world);
  return world;
}
afterEach(async () => {
  for (const world of worlds.splice(0)) {
    expect(await world.ledger.verify(SHOP)).toEqual([]);
    await world.close();
  }
});

const statuses = (answers: readonly (readonly [number, unknown])[]) =>
  answers.map(([status]) => status).sort();

/** The order's webhook comes down to this: the sale of a reference, known by its order. */
const order = (world: CartWorld, name: Reference | undefined, orderId: number) => {
  if (name === undefined) throw new Error('an action without a reference');
  const body = { captured: null, orderId, saleKey: `order-${orderId}` };
  const operations = [commit({ id: id('ORDER', orderId), ref: name, hold: null, body })];
  return world.sync({ register: registerOf('desk'), operations });
};
const refOf = async (world: CartWorld, action: string) =>
  (await world.cart.refsOfActions(SHOP, [action]))[0];

describe('one balance', () => {
  it('[CE8] of three carts at once two are served when the points pay for two', async () => {
    const world = await open();
    const actions = [await world.offered(), await world.offered(), await world.offered()];
    const answers = await Promise.all(actions.map((action) => world.perform(action)));
    expect(statuses(answers)).toEqual([200, 200, 500]);
    expect(await world.balance()).toBe(0);
    const { actions: left } = await world.promotions();
    expect(left).toEqual([]);
    const refused = cartBody({ action_id: actions[answers.findIndex(([code]) => code === 500)] });
    const answer = await world.send('perform_action', refused);
    expect(await answer.json()).toMatchObject({ error: { code: 'balance-too-low' } });
  });

  it('[CE8] a register that asks first and a cart never spend the same points', async () => {
    const world = await open();
    const hold = { customer: ALICE, unit: 'points', amount: 800 } as const;
    const tap = intent({ hold, body: { offline: false } });
    const action = await world.offered();
    const [performed, synced] = await Promise.all([
      world.perform(action),
      world.sync({ operations: [tap], authorise: [tap.id] }),
    ]);
    const isPerformed = performed[0] === 200;
    expect(synced.results[0]?.reason).toBe(isPerformed ? 'balance-too-low' : null);
    expect(await world.balance()).toBe(isPerformed ? 500 : 200);
  });

  it('[CE8] what a register promised while cut off is booked, and nothing more is offered', async () => {
    const world = await open();
    const action = await world.offered();
    await world.perform(action);
    const hold = { customer: ALICE, unit: 'points', amount: 800 } as const;
    const { results } = await world.sync({ operations: [intent({ hold })] });
    expect(results[0]).toMatchObject({ status: 'applied', flags: ['overdrawn'] });
    expect(await world.balance()).toBe(-300);
    const { points_balance: shown, actions } = await world.promotions();
    expect([shown, actions]).toEqual(['-300', []]);
    expect((await world.revert(action))[1]?.points_balance).toBe('200');
  });

  it('[CE8] what was refused for want of points is performed once they are there', async () => {
    const world = await open();
    const [first, second, third] = [
      await world.offered(),
      await world.offered(),
      await world.offered(),
    ];
    await world.perform(first);
    await world.perform(second);
    expect((await world.perform(third))[0]).toBe(500);
    expect((await world.perform(third))[0]).toBe(500);
    await world.revert(first);
    expect((await world.perform(third))[0]).toBe(200);
    expect(await world.balance()).toBe(0);
  });
});

describe('strict mode', () => {
  const strict = { ...POLICY_DEFAULT, strict: true };

  it('[CE9] takes only what no register may promise, and asks registers to give it up', async () => {
    const world = await open();
    await world.ledger.setPolicy(SHOP, SHOP_ID, strict);
    const action = await world.offered();
    const shares = new Map<string, number>();
    const sync = async (device: string) => {
      const share = shares.get(device) ?? 0;
      const answer = await world.sync({ register: registerOf(device), share, customers: [ALICE] });
      shares.set(device, answer.share);
      return answer;
    };
    for (const device of ['one', 'two', 'one', 'one', 'two', 'two']) await sync(device);
    expect((await world.promotions()).actions).toEqual([]);
    const refused = await world.send('perform_action', cartBody({ action_id: action }));
    expect(refused.status).toBe(500);
    expect(await refused.json()).toMatchObject({ error: { code: 'set-aside' } });
    expect(await world.balance()).toBe(1_000);
    // Each gives up its part; both have to show that they know.
    for (const device of ['one', 'one', 'two', 'two']) await sync(device);
    expect((await world.perform(action))[0]).toBe(200);
    const later = await sync('one');
    const account = later.balances.find(({ unit }) => unit === 'points');
    expect(account?.balance).toBe(500);
    expect(account?.lease ?? 0).toBeLessThanOrEqual(250);
  });

  it('[CE9] without registers all of the balance is free', async () => {
    const world = await open();
    await world.ledger.setPolicy(SHOP, SHOP_ID, strict);
    expect((await world.perform(await world.offered()))[0]).toBe(200);
    // Released, a register might promise again what an order may still say was used.
    await world.ledger.releaseMissing(SHOP, world.clock.time + 2 * MISSING_OFFLINE_MS);
    expect(await world.balance()).toBe(500);
  });
});

describe('orders', () => {
  it('[CE11] the order captures what was held, and nothing changes it any more', async () => {
    const world = await open();
    const action = await world.offered();
    await world.perform(action);
    const name = await refOf(world, action);
    expect((await order(world, name, 1)).results[0]).toMatchObject({
      status: 'applied',
      flags: [],
    });
    expect(await world.balance()).toBe(500);
    const { cursor } = await world.sync();
    expect((await world.revert(action))[0]).toBe(200);
    expect((await world.perform(action))[0]).toBe(404);
    expect((await world.sync()).cursor).toEqual(cursor);
    const again = await order(world, await refOf(world, action), 1);
    expect(again.results[0]?.status).toBe('duplicate');
    expect(await world.balance()).toBe(500);
  });

  it('[CE11] the order is told who redeemed what', async () => {
    const world = await open();
    const action = await world.offered();
    await world.perform(action);
    await order(world, await refOf(world, action), 70);
    const rows = await world.database.read(SHOP, (reader) =>
      reader.operations({ before: 1_000, limit: 50, ref: undefined, status: undefined }),
    );
    const asked = rows.find(({ kind, ref: name }) => kind === 'intent' && name !== undefined);
    expect(asked).toMatchObject({ unit: 'points', amount: 500, status: 'applied' });
    expect(asked?.content).toContain('"title":"5 off"');
    expect(asked?.content).not.toContain('customer');
  });

  it('[CE12] an action that was never performed here is debited by its order', async () => {
    const world = await open();
    const action = await world.offered();
    const name = await refOf(world, action);
    expect(await refOf(world, action)).toBe(name);
    expect(await world.balance()).toBe(500);
    expect((await order(world, name, 1)).results[0]).toMatchObject({ flags: [] });
    expect(await world.balance()).toBe(500);
  });

  it('[CE12] without the points for it the goods are booked all the same, and flagged', async () => {
    const world = await open();
    const actions = [await world.offered(), await world.offered(), await world.offered()];
    for (const action of actions) await world.perform(action);
    const name = await refOf(world, actions[2] ?? '');
    expect(await world.balance()).toBe(0);
    const { results } = await order(world, name, 1);
    expect(results[0]?.flags).toEqual(['late-commit', 'overdrawn']);
    expect(await world.balance()).toBe(-500);
  });

  it('[CE12] ids of others, and ids made for another shop, stand for nothing', async () => {
    const world = await open();
    const action = await world.offered();
    const other = 'other.myshopify.com' as typeof SHOP;
    expect(await world.cart.refsOfActions(SHOP, ['123ABC', '', `${action}A`])).toEqual([]);
    expect(await world.cart.refsOfActions(other, [action])).toEqual([]);
    expect(await world.balance()).toBe(1_000);
  });
});

describe('time', () => {
  it('[CE13] a hold of which nothing is heard is released after a day', async () => {
    const world = await open();
    const action = await world.offered();
    await world.perform(action);
    const name = await refOf(world, action);
    world.clock.time += MISSING_OFFLINE_MS - 1;
    await world.ledger.releaseMissing(SHOP, world.clock.time);
    expect(await world.balance()).toBe(500);
    world.clock.time += 1;
    await world.ledger.releaseMissing(SHOP, world.clock.time);
    expect(await world.balance()).toBe(1_000);
    expect((await world.revert(action))[0]).toBe(200);
    expect((await world.perform(action))[0]).toBe(404);
    expect(await world.balance()).toBe(1_000);
    const { results } = await order(world, name, 1);
    expect(results[0]).toMatchObject({ status: 'applied', flags: ['late-commit'] });
    expect(await world.balance()).toBe(500);
  });

  it('[CE13] one that was released can be performed again while it is offered', async () => {
    const world = await open();
    world.clock.time += 3_600_000;
    const action = await world.offered();
    await world.perform(action);
    await world.ledger.releaseMissing(SHOP, world.clock.time + MISSING_OFFLINE_MS);
    expect(await world.balance()).toBe(1_000);
    expect((await world.perform(action))[0]).toBe(200);
    expect(await world.balance()).toBe(500);
  });

  it('[CE17] which redemption it was is forgotten after 60 days, and names no customer', async () => {
    const world = await open();
    const action = await world.offered();
    await world.perform(action);
    const rows = () =>
      world.database.tables((sql) => sql.all('SELECT * FROM cart_attempt WHERE shop = ?', SHOP));
    const begun = world.clock.time;
    expect(await rows()).toHaveLength(1);
    expect(Object.values((await rows())[0] ?? {}).map(String)).not.toContain(String(ALICE));
    expect(JSON.stringify(await rows())).not.toContain(action);
    await world.cart.chore.run(SHOP, begun + ATTEMPT_KEPT_MS);
    expect(await rows()).toHaveLength(1);
    await world.cart.chore.run(SHOP, begun + ATTEMPT_KEPT_MS + 1);
    expect(await rows()).toEqual([]);
  });

  it('[CE17] an order that is told again after that is not charged a second time', async () => {
    const world = await open();
    const action = await world.offered();
    await world.perform(action);
    const deps = { ledger: world.ledger, refsOfActions: world.cart.refsOfActions };
    const sale = readOrder({
      id: 9_001,
      currency: 'EUR',
      customer: { id: ALICE },
      note_attributes: [{ name: 'cart-promotion-actions', value: `[("x","${action}")]` }],
    });
    await settleOrder(deps, SHOP, sale);
    expect(await refOf(world, action)).toBeDefined();
    expect(await world.balance()).toBe(500);
    world.clock.time += ATTEMPT_KEPT_MS + 1;
    await world.cart.chore.run(SHOP, world.clock.time);
    await settleOrder(deps, SHOP, sale);
    expect(await refOf(world, action)).toBeUndefined();
    expect(await world.balance()).toBe(500);
    expect(await world.ledger.verify(SHOP)).toEqual([]);
  });

  it('[CE17] an action that was never performed stands for nothing after that', async () => {
    const world = await open();
    const action = await world.offered();
    world.clock.time += ATTEMPT_KEPT_MS - 60_001;
    const other = await world.offered();
    expect(await refOf(world, other)).toBeDefined();
    world.clock.time += 60_001;
    expect(await refOf(world, action)).toBeUndefined();
    expect(await world.balance()).toBe(500);
  });
});

describe('the time for an answer', () => {
  /** Nothing else is done on the database until the returned function is called. */
  const occupied = async (world: CartWorld) => {
    let free: () => void = () => undefined;
    const wait = new Promise<void>((resolve) => (free = resolve));
    let begun: () => void = () => undefined;
    const isBegun = new Promise<void>((resolve) => (begun = resolve));
    const work = world.database.tables(async () => {
      begun();
      await wait;
    });
    await isBegun;
    return async () => {
      free();
      await work;
    };
  };

  it('[CE14] what does not begin in time is not done, and the next call is right', async () => {
    const world = await open();
    const action = await world.offered();
    for (const [endpoint, status] of [
      ['promotions', 200],
      ['perform_action', 500],
      ['revert_action', 500],
    ] as const) {
      const release = await occupied(world);
      const begun = world.limit.begun();
      const answer = world.ask(endpoint, { action_id: action });
      await begun;
      world.limit.end();
      const [told, list] = await answer;
      expect([endpoint, told]).toEqual([endpoint, status]);
      if (list !== undefined) expect(list).toEqual({ type: 'simple_action_list', actions: [] });
      await release();
      expect(await world.balance()).toBe(1_000);
    }
    expect((await world.perform(action))[1]?.points_balance).toBe('500');
  });

  it('[CE14] what was done though its answer came too late is not done twice', async () => {
    // The ledger has settled it, and its word is on the way.
    let isSettled: () => void = () => undefined;
    let word = Promise.resolve();
    const world = await open({
      ledgerOf: ({ database, settle }) => ({
        database,
        settle: async (shop, decision) => {
          const settled = await settle(shop, decision);
          isSettled();
          await word;
          return settled;
        },
      }),
    });
    const action = await world.offered();
    for (const [call, balance] of [
      [world.perform, 500],
      [world.revert, 1_000],
    ] as const) {
      let free: () => void = () => undefined;
      word = new Promise((resolve) => (free = resolve));
      const settled = new Promise<void>((resolve) => (isSettled = resolve));
      const answer = call(action);
      await settled;
      world.limit.end();
      expect((await answer)[0]).toBe(500);
      expect(await world.balance()).toBe(balance);
      free();
      const [status, told] = await call(action);
      expect([status, told?.points_balance]).toEqual([200, String(balance)]);
      expect(await world.balance()).toBe(balance);
    }
  });
});
