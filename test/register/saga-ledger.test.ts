/** The rows of the crash table that lie between the register and the ledger. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpAnswer } from '../../shared/ports.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import { closeRedemption, openIntents, redeem } from '../../extensions/register/redemption.ts';
import type { ShopDomain } from '../../server/database/database.ts';
import { seedShop } from '../../server/seeding.ts';
import { saleEvent } from '../../simulator/page/sale.ts';
import { startRealServer, type RealServer } from '../support/real-server.ts';
import { COFFEE, PRICES, hear, openCounter, type Counter } from './counter.ts';
import {
  ALICE,
  POLICY,
  PROGRAM,
  SESSION,
  SHOP_ID,
  createDevice,
  outboxOn,
  type TestDevice,
} from './device.ts';
import { ok, openLine, refused, type Answer } from './line.ts';
import { empty, hearSale, mortalContext, type Fate } from './mortal.ts';
import { createSmallLedger } from './small-ledger.ts';

const SHOP = 'pop-up.myshopify.io' as ShopDomain;
const MINUTE_MS = 60_000;

let server: RealServer;
let customers = 0;
beforeAll(async () => {
  const { time, random } = createDevice();
  server = await startRealServer({ clock: time, random });
  const all = Array.from({ length: 100 }, (_, i) => ALICE + i);
  await seedShop(server.ledger, {
    shop: SHOP,
    shopId: SHOP_ID,
    program: PROGRAM,
    policy: POLICY,
    customers: all.map((customer) => ({ customer, points: 400, credit: 0 })),
  });
});
afterAll(() => server.close());

/** Nobody else's in this file. */
const newCustomer = (): CustomerId => ALICE + (customers += 1);

const pointsOf = async (customer: CustomerId): Promise<number | undefined> =>
  (await server.ledger.balances(SHOP, customer)).find(({ unit }) => unit === 'points')?.balance;

/** The real server, 40 ms away; time stands still while it works. */
const real =
  ({ time }: TestDevice): Answer =>
  ({ request }) =>
    new Promise((resolve, reject) => {
      const serve = async (): Promise<HttpAnswer> =>
        server.serve({ ...request, token: await server.token(SHOP, SESSION.user) });
      time.after(40, () => serve().then(resolve, reject));
    });

/** A device that knows the balances and has sold a redeemed coffee while it was cut off. */
async function sold(customer: CustomerId): Promise<Counter & { readonly device: TestDevice }> {
  const device = createDevice(customers);
  const first = openLine(device, real(device));
  await device.time.runFor(first.sync.now());
  first.sync.stop();
  const counter = await openCounter(device);
  expect((await redeem(counter.deps, { ...COFFEE, customer })).status).toBe('applied');
  const executedAtMs = device.time.now();
  const sale = { orderId: undefined, executedAtMs, payment: 'Cash' } as const;
  await hearSale(device, counter.outbox, saleEvent(counter.cart.state(), PRICES, sale));
  return { ...counter, device };
}

/** How the first request of a context fares. */
const NETWORKS: readonly (readonly [string, (answer: Answer) => Answer])[] = [
  ['goes through', (answer) => answer],
  ['is lost', () => () => Promise.reject(new Error('lost'))],
  [
    'is answered, and the answer is lost',
    (answer) => async (sent) => {
      await answer(sent);
      throw new Error('lost');
    },
  ],
  [
    'arrives twice',
    (answer) => async (sent) => {
      await answer(sent);
      return answer(sent);
    },
  ],
  ['meets a server that dies before COMMIT', () => () => refused(500, 'internal')],
];

describe('a commit that is stored', () => {
  it.each(NETWORKS)(
    '[SG2] not sent; a request that %s; run not written; record not deleted: sent again',
    async (_, fares) => {
      for (let at = 1, isOver = false; !isOver; at += 5) {
        const customer = newCustomer();
        const { device, cart, outbox } = await sold(customer);
        const how = at % 2 === 0 ? 'killed before it' : 'killed after it';
        const fate: Fate = { at, how };
        const dying = await mortalContext(device, cart, fate);
        const first = openLine(device, fares(real(device)), dying.deps.outbox);
        void first.sync.now();
        await device.time.runUntil(device.time.now() + MINUTE_MS);
        first.sync.stop();
        dying.kill();
        isOver = dying.calls.length < at;

        const second = openLine(device, real(device), outboxOn(device));
        await device.time.runFor(second.sync.now());
        second.sync.stop();
        expect((await outbox.view()).pending).toEqual([]);
        expect(await pointsOf(customer)).toBe(340);
        expect((await outbox.view()).available(customer, 'points')?.available).toBe(340);
      }
      expect(await server.ledger.verify(SHOP)).toEqual([]);
    },
  );
});

describe('a cart that is opened elsewhere', () => {
  it('[SG2] cart saved and reopened elsewhere: whoever completes it commits, the void loses', async () => {
    const customer = newCustomer();
    const sync = async (on: TestDevice): Promise<void> => {
      const line = openLine(on, real(on));
      await on.time.runFor(line.sync.now());
      line.sync.stop();
    };
    const here = createDevice(5_001);
    const elsewhere = createDevice(5_002);
    await sync(here);
    await sync(elsewhere);
    const { cart, deps, outbox } = await openCounter(here);
    expect((await redeem(deps, { ...COFFEE, customer })).status).toBe('applied');
    const saved = cart.state();
    const [intent] = openIntents(await outbox.view());
    if (intent === undefined) throw new Error('no intent');
    empty(cart);
    expect(await closeRedemption(deps, intent, 'cart-cleared')).toBe(true);
    await sync(here);
    expect(await pointsOf(customer)).toBe(400);

    const sale = { orderId: 5, executedAtMs: here.time.now(), payment: 'Cash' } as const;
    await hearSale(elsewhere, outboxOn(elsewhere), saleEvent(saved, PRICES, sale));
    await sync(elsewhere);
    expect(await pointsOf(customer)).toBe(340);
    await sync(here);
    expect((await outbox.view()).available(customer, 'points')?.available).toBe(340);
  });
});

describe('a server that was restored', () => {
  it('[SG2] server restored from backup: the epoch changes, and the register sends again', async () => {
    const ledger = createSmallLedger([ALICE], 100);
    for (let i = 0; i < 10; i += 1) ledger.post(ALICE, 40);
    const device = createDevice();
    await hear(device, 400);
    const answer: Answer = ({ push }) =>
      ok(push === undefined ? ledger.snapshot() : ledger.answer(push));
    const { deps, outbox } = await openCounter(device);
    expect((await redeem(deps, COFFEE)).status).toBe('applied');
    ledger.backUp();
    const line = openLine(device, answer, outbox);
    await device.time.runFor(line.sync.now());
    expect((await outbox.view()).pending).toEqual([]);

    const [id] = [...(await outbox.view()).operations.keys()];
    if (id === undefined) throw new Error('the record must outlive the backup');
    ledger.restore();
    expect(ledger.settledAt(id, 2)).toBeUndefined();
    await device.time.runFor(line.sync.now());
    await device.time.runFor(line.sync.now());
    line.sync.stop();
    expect(ledger.settledAt(id, 2)).toBeDefined();
    expect((await outbox.view()).pending).toEqual([]);
    expect((await outbox.view()).available(ALICE, 'points')?.available).toBe(340);
  });
});
