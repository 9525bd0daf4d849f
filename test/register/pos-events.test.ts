import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { currency, minor } from '../../shared/amount.ts';
import type { Operation } from '../../shared/protocol.ts';
import { fromCashSession, fromTransaction } from '../../extensions/register/pos-events.ts';
import type { ShopDomain } from '../../server/database/database.ts';
import { seedShop } from '../../server/seeding.ts';
import { startRealServer, type RealServer } from '../support/real-server.ts';
import {
  ALICE,
  EUR,
  POLICY,
  PROGRAM,
  SESSION,
  SHOP_ID,
  add,
  createDevice,
  intentDraft,
  newRef,
  runWith,
  voidDraft,
  type TestDevice,
} from './device.ts';
import { openLine } from './line.ts';
import { createScene, discount, only, sale, type Scene } from './transactions.ts';

const JPY = currency('JPY');

describe('a sale with a redemption', () => {
  it('[EV1] commits a fixed reward with all its points, whatever it really took off', async () => {
    const { outbox, read } = await createScene();
    const ref = newRef();
    const intent = await add(outbox, intentDraft({ amount: 60 }, { ref, discount: 300 }));
    const drafts = await read(sale({ discounts: [discount(ref, 2.5)] }));
    expect(only(drafts, 'commit')).toMatchObject({
      ref,
      hold: intent.kind === 'intent' ? intent.hold : undefined,
      body: { captured: 60, discount: { currency: EUR, amount: 250 }, orderId: 5_001 },
    });
  });

  it('[EV1] commits of store credit what the sale took off', async () => {
    const { outbox, read } = await createScene();
    const ref = newRef();
    await add(outbox, intentDraft({ unit: EUR, amount: 800 }, { ref, discount: 800 }));
    for (const [taken, captured] of [
      [8, 800],
      [5.25, 525],
      [9, 800],
      [0, 0],
    ] as const) {
      const drafts = await read(sale({ discounts: [discount(ref, taken)] }));
      expect(only(drafts, 'commit').body.captured).toBe(captured);
    }
  });

  it('[EV1] commits with the void’s hold what was voided, also when the intent is gone', async () => {
    const { outbox, read } = await createScene();
    const ref = newRef();
    await add(outbox, voidDraft(ref, { unit: EUR, amount: 800 }));
    const event = sale({ discounts: [discount(ref, 5.25)] });
    expect(only(await read(event), 'commit')).toMatchObject({
      hold: { customer: ALICE, unit: EUR, amount: 800 },
      body: { captured: 525, discount: { currency: EUR, amount: 525 } },
    });
    await add(outbox, intentDraft({ unit: EUR, amount: 700 }, { ref, discount: 700 }));
    expect(only(await read(event), 'commit').hold?.amount).toBe(700);
  });

  it('[EV1] a percentage is worth what was planned: the event tells the percent alone', async () => {
    const { outbox, read } = await createScene();
    const ref = newRef();
    await add(outbox, intentDraft({ amount: 90 }, { ref, discount: 275 }));
    const drafts = await read(sale({ discounts: [discount(ref, 10, 'Percentage')] }));
    expect(only(drafts, 'commit').body).toMatchObject({
      captured: 90,
      discount: { currency: EUR, amount: 275 },
    });
  });

  it.each([
    [4.999999999, 500],
    [0.1 + 0.2, 30],
    [2.675, 268],
    [1e-9, 0],
    [-3, 0],
  ])('[EV2] money of %s becomes %s cents', async (amount, cents) => {
    const { outbox, read } = await createScene();
    const ref = newRef();
    await add(outbox, intentDraft({ unit: EUR, amount: 800 }, { ref, discount: 800 }));
    const drafts = await read(sale({ discounts: [discount(ref, amount)] }));
    expect(only(drafts, 'commit').body.discount.amount).toBe(cents);
  });

  it.each([NaN, Infinity, 1e300])(
    '[EV2] money of %s is no event that can be read',
    async (amount) => {
      const { outbox, read } = await createScene();
      const ref = newRef();
      await add(outbox, intentDraft({}, { ref, discount: 300 }));
      const drafts = await read(sale({ discounts: [discount(ref, amount)] }));
      for (const draft of drafts)
        if (draft.kind === 'commit') expect(draft.body.discount.amount).toBe(300);
    },
  );

  it('[EV1] made on another device is committed by its reference alone', async () => {
    const { read } = await createScene();
    const ref = newRef();
    const drafts = await read(sale({ orderId: undefined, discounts: [discount(ref, 3)] }));
    expect(only(drafts, 'commit')).toMatchObject({
      ref,
      hold: null,
      body: { captured: null, discount: { currency: EUR, amount: 300 }, orderId: null },
    });
  });

  it('[EV1] every redemption once, on the cart or on a line, and nobody else’s discounts', async () => {
    const { read } = await createScene();
    const [first, second] = [newRef(), newRef()];
    const drafts = await read(
      sale({
        discounts: [
          discount(first, 3),
          discount(first, 3),
          { amount: 1, type: 'FixedAmount', discountDescription: 'Staff · discount' },
          { amount: 1 },
        ],
        lineItems: [{ uuid: 'l', quantity: 1, price: 9, discounts: [discount(second, 2)] }],
      }),
    );
    const commits = drafts.filter(({ kind }) => kind === 'commit');
    expect(commits.map((draft) => ('ref' in draft ? draft.ref : ''))).toEqual([first, second]);
  });
});

describe('what a sale earns', () => {
  it('[EV3] is by the program’s rule on what was paid for goods', async () => {
    const { read } = await createScene();
    const drafts = await read(sale());
    expect(only(drafts, 'earn').body).toMatchObject({
      customer: ALICE,
      points: 27,
      eligible: { currency: EUR, amount: 2_750 },
      orderId: 5_001,
      program: 1,
    });
  });

  it('[EV3] leaves out gift cards, which are money', async () => {
    const { read } = await createScene();
    const card = { uuid: 'g', quantity: 2, price: 5, isGiftCard: true, discounts: [] };
    const lineItems = [{ uuid: 'l', quantity: 1, price: 17.5, discounts: [] }, card];
    expect(only(await read(sale({ lineItems })), 'earn').body.points).toBe(17);
    const all = { amount: 10, currency: 'EUR' };
    expect(await read(sale({ lineItems: [card], subtotal: all }))).toEqual([]);
  });

  it.each([
    ['of a guest', { customer: undefined }],
    ['of nothing', { subtotal: { amount: 0, currency: 'EUR' } }],
    ['below a step', { subtotal: { amount: 0.99, currency: 'EUR' } }],
    ['in another currency', { subtotal: { amount: 2_750, currency: 'JPY' } }],
  ])('[EV3] is nothing %s', async (_, change) => {
    const { read } = await createScene();
    expect(await read(sale(change))).toEqual([]);
  });

  it('[EV3] is nothing while cut off when the merchant wants it so', async () => {
    const { read, outbox } = await createScene();
    await outbox.saveRun(
      runWith({ from: 10, cursor: 11, policy: { ...POLICY, earnOffline: false } }),
    );
    expect(await read(sale(), { isConnected: false })).toEqual([]);
    expect(await read(sale(), { isConnected: true })).toHaveLength(1);
  });

  it('[EV2, BA7] counts yen in yen', async () => {
    const { read, outbox } = await createScene();
    const program = { ...PROGRAM, currency: JPY, earn: { points: 1, per: 100 } };
    await outbox.saveRun(runWith({ from: 10, cursor: 11, program }));
    const ref = newRef();
    const money = { amount: 2_750, currency: 'JPY' };
    const drafts = await read(
      sale({ subtotal: money, grandTotal: money, discounts: [discount(ref, 300)] }),
    );
    expect(only(drafts, 'earn').body).toMatchObject({
      points: 27,
      eligible: { currency: JPY, amount: 2_750 },
    });
    expect(only(drafts, 'commit').body.discount).toEqual({ currency: JPY, amount: 300 });
  });
});

describe('the key of a sale', () => {
  it('[EV4] is the same for the same event, in any context and at any time', async () => {
    const [first, second] = [await createScene(1), await createScene(2)];
    second.device.clockOffset += 3_600_000;
    const keys = [await first.read(sale()), await second.read(sale({ orderId: undefined }))].map(
      (drafts) => only(drafts, 'earn').body.saleKey,
    );
    expect(keys[0]).toBe(keys[1]);
  });

  it('[EV4] is another for every sale that differs in what it is', async () => {
    const { read } = await createScene();
    const keys = new Set<string>();
    for (let i = 0; i < 500; i += 1)
      for (const change of [
        { executedAt: new Date(1_780_000_000_000 + i).toISOString() },
        { grandTotal: { amount: 27.5 + (i + 1) / 100, currency: 'EUR' } },
        { lineItems: [{ uuid: `line-${i + 2}`, quantity: 1, price: 27.5, discounts: [] }] },
      ])
        keys.add(only(await read(sale(change)), 'earn').body.saleKey);
    expect(keys.size).toBe(1_500);
  });
});

describe('events that can’t be read', () => {
  it.each([
    undefined,
    null,
    5,
    'Sale',
    {},
    { transactionType: 'Sale' },
    { transactionType: 'Gift' },
    { ...sale(), subtotal: { amount: '27.50', currency: 'EUR' } },
    { ...sale(), grandTotal: undefined },
    { ...sale(), subtotal: { amount: 1, currency: 'euro' } },
  ])('[EV5] become a note: %j', async (event) => {
    const { read } = await createScene();
    const drafts = await read(event);
    expect(only(drafts, 'note').body.topic).toBe('handler-error');
    expect(drafts).toHaveLength(1);
  });

  it('[EV5] lose only the parts that are wrong, where the rest is plain', async () => {
    const { read } = await createScene();
    const odd = { discounts: 'none', lineItems: [{}], executedAt: 5, orderId: 1.5 };
    expect(only(await read(sale(odd)), 'earn').body).toMatchObject({ points: 27, orderId: null });
  });

  it('[EV5] a sale whose totals or customer can’t be read still commits what it carries', async () => {
    const { outbox, read } = await createScene();
    const ref = newRef();
    await add(outbox, intentDraft({ amount: 60 }, { ref, discount: 300 }));
    for (const change of [
      { subtotal: null },
      { grandTotal: 'much' },
      { customer: { id: 'Alice' } },
    ]) {
      const drafts = await read(sale({ discounts: [discount(ref, NaN)], ...change }));
      expect(only(drafts, 'commit').body).toMatchObject({
        captured: 60,
        discount: { amount: 300 },
      });
      expect(drafts.map(({ kind }) => kind)).toEqual(
        'customer' in change ? ['commit'] : ['commit', 'note'],
      );
    }
  });

  it('[EV5] a customer that is no whole id earns nothing and stops nothing', async () => {
    const { read } = await createScene();
    const ref = newRef();
    for (const id of [0, -1, 1.5, 2 ** 60]) {
      const drafts = await read(sale({ customer: { id }, discounts: [discount(ref, 3)] }));
      expect(drafts.map(({ kind }) => kind)).toEqual(['commit']);
    }
  });
});

describe('cash sessions', () => {
  const facts = async ({ outbox, device }: Scene) => ({
    view: await outbox.view(),
    session: SESSION,
    shopId: SHOP_ID,
    random: device.random,
    isConnected: false,
    unknown: 2,
  });

  it('[EV6] become notes that say how much still waited', async () => {
    const scene = await createScene();
    await add(scene.outbox, intentDraft());
    const start = { id: 9, openingTime: '2026-05-29T08:00:00Z' };
    const opened = fromCashSession('start', start, await facts(scene));
    expect(only(opened, 'note').body).toEqual({
      topic: 'cash-session-start',
      text: JSON.stringify({ ...start, waiting: 1, unknown: 2 }),
    });
    const long = { id: 9, openingTime: '"'.repeat(400), closingTime: '"'.repeat(400) };
    const closed = only(fromCashSession('complete', long, await facts(scene)), 'note');
    expect(closed.body.topic).toBe('cash-session-complete');
    expect(JSON.parse(closed.body.text)).toMatchObject({ id: 9, waiting: 1, unknown: 2 });
  });

  it('[EV6] that can’t be read become a note too', async () => {
    const scene = await createScene();
    for (const event of [undefined, null, 'x', { id: 'nine' }]) {
      const drafts = fromCashSession('start', event, await facts(scene));
      expect(only(drafts, 'note').body.topic).toBe('handler-error');
    }
  });
});

describe('with the real ledger', () => {
  const SHOP = 'pop-up.myshopify.io' as ShopDomain;
  let device: TestDevice;
  let server: RealServer;

  beforeEach(async () => {
    device = createDevice();
    server = await startRealServer({ clock: device.time, random: device.random });
    const customers = [{ customer: ALICE, points: 400, credit: minor(2_000) }];
    const shop = { shop: SHOP, shopId: SHOP_ID, program: PROGRAM, policy: POLICY, customers };
    await seedShop(server.ledger, shop);
  });
  afterEach(() => server.close());

  const lineTo = () =>
    openLine(device, async ({ request }) => {
      const token = await server.token(SHOP, SESSION.user);
      return server.serve({ ...request, token });
    });

  it('[EV4] a sale that two contexts handle is booked and earned once', async () => {
    const lines = [lineTo(), lineTo()];
    for (const { sync } of lines) await sync.now();
    const ref = newRef();
    const [first] = lines;
    if (first === undefined) throw new Error('no line');
    await add(first.outbox, intentDraft({ amount: 60 }, { ref, discount: 300 }));
    const stored: Operation[] = [];
    for (const { outbox } of lines) {
      const view = await outbox.view();
      const { random } = device;
      const event = sale({ orderId: undefined, discounts: [discount(ref, 3)] });
      const isConnected = false;
      const facts = { view, session: SESSION, shopId: SHOP_ID, random, isConnected, unknown: 0 };
      for (const draft of fromTransaction(event, facts)) stored.push(await add(outbox, draft));
    }
    expect(stored.map(({ kind }) => kind)).toEqual(['commit', 'earn', 'commit', 'earn']);
    for (const { sync } of [...lines, ...lines]) await sync.now();
    expect((await first.outbox.view()).pending).toEqual([]);
    const balances = await server.ledger.balances(SHOP, ALICE);
    expect(balances.find(({ unit }) => unit === 'points')?.balance).toBe(400 - 60 + 27);
    expect(await server.ledger.verify(SHOP)).toEqual([]);
    const seen = (await first.outbox.view()).available(ALICE, 'points');
    expect(seen?.available).toBe(367);
  });
});
