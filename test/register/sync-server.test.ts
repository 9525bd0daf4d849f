import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HttpAnswer, HttpRequest } from '../../shared/ports.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import { redeem } from '../../extensions/register/redemption.ts';
import type { ShopDomain } from '../../server/database/database.ts';
import { seedShop } from '../../server/seeding.ts';
import { startRealServer, type RealServer } from '../support/real-server.ts';
import { COFFEE, kindsIn, openCounter, refsOn } from './counter.ts';
import {
  ALICE,
  BOB,
  EUR,
  POLICY,
  PROGRAM,
  SESSION,
  SHOP_ID,
  add,
  createDevice,
  intentDraft,
  newRef,
  outboxOn,
  voidDraft,
} from './device.ts';
import { openLine, type Answer } from './line.ts';

const SHOP = 'pop-up.myshopify.io' as ShopDomain;

let server: RealServer;
beforeEach(async () => {
  const { time, random } = createDevice();
  server = await startRealServer({ clock: time, random });
});
afterEach(() => server.close());

async function seed(customers: readonly CustomerId[], points: number): Promise<void> {
  await seedShop(server.ledger, {
    shop: SHOP,
    shopId: SHOP_ID,
    program: PROGRAM,
    policy: POLICY,
    customers: customers.map((customer) => ({ customer, points, credit: 2_000 })),
  });
}

async function serve(request: HttpRequest): Promise<HttpAnswer> {
  return server.serve({ ...request, token: await server.token(SHOP, SESSION.user) });
}
const real: Answer = ({ request }) => serve(request);

const pointsOf = async (customer: CustomerId): Promise<number | undefined> =>
  (await server.ledger.balances(SHOP, customer)).find(({ unit }) => unit === 'points')?.balance;

describe('a register and the real server', () => {
  it('[SY10] a new register learns every balance in pages, then what changes', async () => {
    const customers = Array.from({ length: 5_200 }, (_, i) => ALICE + i * 3);
    await seed(customers, 400);
    const line = openLine(createDevice(), real);
    expect(await line.sync.now()).toMatchObject({ phase: 'idle', trouble: undefined });
    expect(line.sent.filter(({ push }) => push === undefined)).toHaveLength(2);
    const view = await line.outbox.view();
    for (const customer of customers) {
      expect(view.available(customer, 'points')?.available).toBe(400);
      expect(view.available(customer, EUR)?.available).toBe(2_000);
    }
    expect(view.available(ALICE + 1, 'points')?.available).toBe(0);

    const other = openLine(createDevice(2), real);
    await add(other.outbox, intentDraft({ amount: 60 }));
    await other.sync.now();
    line.sent.length = 0;
    await line.sync.now();
    expect(line.sent).toHaveLength(1);
    expect((await line.outbox.view()).available(ALICE, 'points')?.available).toBe(340);
  });

  it('[SY9] an answer lost on the way settles with the next, and nothing is booked twice', async () => {
    await seed([ALICE], 400);
    const line = openLine(createDevice(), real);
    await line.sync.now();
    const { id } = await add(line.outbox, intentDraft({ amount: 60 }));
    line.answer = async ({ request }) => {
      await serve(request);
      throw new Error('the answer was lost');
    };
    await line.sync.now();
    expect((await line.outbox.view()).pending.map((one) => one.id)).toEqual([id]);
    expect((await line.outbox.view()).available(ALICE, 'points')?.available).toBe(340);
    line.answer = real;
    await line.sync.now();
    const view = await line.outbox.view();
    expect(view.pending).toEqual([]);
    expect(view.available(ALICE, 'points')?.available).toBe(340);
    expect(await pointsOf(ALICE)).toBe(340);
    line.sync.stop();
  });

  it('[SY1, SY13] a thousand operations arrive once, with every second answer lost', async () => {
    await seed([ALICE, BOB], 100_000);
    const line = openLine(createDevice(), real);
    await line.sync.now();
    for (let i = 0; i < 20; i += 1) {
      const view = await line.outbox.view();
      for (let n = 0; n < 25; n += 1) {
        const ref = newRef();
        const customer = n % 2 === 0 ? ALICE : BOB;
        const hold = { customer, amount: 1 };
        const drafts = [intentDraft(hold, { ref }), ...(n === 0 ? [voidDraft(ref, hold)] : [])];
        for (const draft of drafts) await line.outbox.create(line.outbox.draft(draft, view));
      }
      await line.outbox.compact();
    }
    let requests = 0;
    line.answer = async ({ request }) => {
      const answer = await serve(request);
      requests += 1;
      if (requests % 2 === 1) throw new Error('the answer was lost');
      return answer;
    };
    for (let i = 0; i < 6; i += 1) await line.sync.now();
    line.answer = real;
    await line.sync.now();
    expect((await line.outbox.view()).pending).toEqual([]);
    expect([await pointsOf(ALICE), await pointsOf(BOB)]).toEqual([
      100_000 - 20 * 12,
      100_000 - 20 * 12,
    ]);
    expect(await server.ledger.verify(SHOP)).toEqual([]);
    line.sync.stop();
  });

  it('[RD9] two registers on one balance: the second is refused at once, and gives nothing', async () => {
    await seed([ALICE], 100);
    const devices = [createDevice(1), createDevice(2)];
    const counters = await Promise.all(
      devices.map((device) => openCounter(device, { isConnected: true, answer: real })),
    );
    for (const { line } of counters) await line.sync.now();
    const outcomes = [];
    for (const { deps } of counters) outcomes.push(await redeem(deps, COFFEE));
    expect(outcomes).toMatchObject([
      { status: 'applied', offline: false },
      { status: 'refused', reason: 'ledger-refused' },
    ]);
    const [, second] = counters;
    if (second === undefined) throw new Error('no second counter');
    expect(refsOn(second.cart)).toEqual([]);
    expect(await kindsIn(second.outbox)).toContain('void:refused');
    for (const { line } of counters) await line.sync.now();
    expect(await pointsOf(ALICE)).toBe(40);
    for (const device of devices)
      expect((await outboxOn(device).view()).available(ALICE, 'points')?.available).toBe(40);
    for (const { line } of counters) line.sync.stop();
  });
});
