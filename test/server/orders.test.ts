import * as v from '../../shared/schema.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minor } from '../../shared/amount.ts';
import { orderStorySchema } from '../../shared/protocol.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { MISSING_OFFLINE_MS } from '../../server/ledger/settle-case.ts';
import {
  createRounds,
  releaseChore,
  SHOPS_AT_ONCE,
  startRounds,
  type Chore,
  type CommonChore,
} from '../../server/rounds.ts';
import {
  ALICE,
  BOB,
  commit,
  earn,
  EUR,
  giveBack,
  id,
  intent,
  missing,
  openWorld,
  ref,
  returned,
  SHOP,
  SHOP_ID,
  takeBack,
  type World,
} from './world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const storyOf = async (orderId: number) =>
  v.parse(orderStorySchema, await world.get(`/api/pos/orders/${orderId}`));

describe('the story of an order', () => {
  it('[SV24] an order that nobody knows has an empty story', async () => {
    expect(await storyOf(70)).toEqual({ orderId: 70, earned: [], redemptions: [] });
  });

  it('[SV24] it has what was earned and redeemed, and what came back of it', async () => {
    const credit = { id: id('B', 1), ref: ref('R2') };
    const hold = { customer: BOB, unit: EUR, amount: 900 };
    await world.sync({
      operations: [
        intent(),
        commit(),
        earn({ body: { orderId: 70 } }),
        intent({ ...credit, hold, body: { title: 'Store credit' } }),
        commit({ ...credit, id: id('B', 2), hold, body: { captured: 800, orderId: 70 } }),
        commit({ id: id('B', 3), ref: ref('R3'), hold: null, body: { captured: null } }),
        returned({ body: { value: { currency: EUR, amount: minor(200) } } }),
        giveBack({ id: id('B', 4), ref: ref('R2') }),
        takeBack(),
      ],
    });
    const story = await storyOf(70);
    expect(story.earned).toEqual([{ customer: ALICE, points: 20, takenBack: 7 }]);
    expect(story.redemptions).toEqual([
      {
        ref: ref('R1'),
        customer: ALICE,
        unit: 'points',
        title: '5 off',
        amount: 500,
        givenBack: 50,
        state: 'captured',
      },
      {
        ref: ref('R2'),
        customer: BOB,
        unit: EUR,
        title: 'Store credit',
        amount: 800,
        givenBack: 180,
        state: 'captured',
      },
    ]);
    expect((await storyOf(71)).earned).toEqual([]);
  });

  it('[SV24] a sale that used nothing of it has released it', async () => {
    const operations = [
      commit({ body: { captured: 0, orderId: 70 } }),
      commit({ id: id('B', 1), ref: ref('R2'), body: { orderId: 71, saleKey: 'other' } }),
    ];
    await world.sync({ operations });
    expect((await storyOf(70)).redemptions).toMatchObject([
      { ref: ref('R1'), title: '', amount: 0, state: 'released' },
    ]);
  });

  it('[SL10, SV24] another shop’s order tells nothing', async () => {
    await world.sync({ operations: [intent(), commit({ body: { orderId: 70 } })] });
    const other = 'other.myshopify.com';
    const claims = { iss: `https://${other}/admin`, dest: `https://${other}` };
    const headers = { Authorization: `Bearer ${world.token(claims)}` };
    const response = await world.fetch('/api/pos/orders/70', { headers });
    expect(await response.json()).toEqual({ orderId: 70, earned: [], redemptions: [] });
  });

  it('[SL9] the customer’s page names what came back, with its reason', async () => {
    await world.sync({ operations: [intent(), commit(), earn(), returned(), giveBack()] });
    const { entries } = await world.get<{ entries: Record<string, unknown>[] }>(
      `/api/pos/customers/${ALICE}`,
    );
    expect(entries.slice(0, 2)).toMatchObject([
      { reason: 'give-back', amount: 100, ref: ref('R1'), at: world.now },
      { reason: 'return', amount: 240, at: world.now },
    ]);
  });
});

describe('what people read of it', () => {
  it('[SL12] a story tells of returns, corrections and what nobody could tell of', async () => {
    await world.sync({ operations: [intent(), commit(), giveBack()] });
    const given = await world.get(`/api/pos/operations/${giveBack().id}`);
    expect(given).toMatchObject({
      operation: { kind: 'give-back', customer: ALICE, unit: 'points', amount: 100 },
      asked: { staff: 9, device: 'till-1', body: { reason: 'wrong-amount', text: 'as agreed' } },
      entries: [{ customer: 100, redeemed: -100 }],
      redemption: { captured: 400, givenBack: 100 },
    });
    const lost = { id: id('B', 1), ref: ref('R2') };
    const since = world.now;
    await world.sync({ operations: [intent(lost), missing({ ...lost, id: id('B', 2) })] });
    const story = await world.get(`/api/pos/operations/${id('B', 1)}`);
    expect(story['redemption']).toMatchObject({
      held: 500,
      isReleased: false,
      missingSince: since,
      releaseAt: since + MISSING_OFFLINE_MS,
    });
    await world.ledger.releaseMissing(SHOP, since + MISSING_OFFLINE_MS);
    const released = await world.get(`/api/pos/operations/release:${ref('R2')}`);
    expect(released).toMatchObject({
      operation: {
        kind: 'release',
        ref: ref('R2'),
        customer: ALICE,
        amount: 500,
        device: null,
        status: 'applied',
      },
      asked: { missingSince: since },
      attempts: [],
      entries: [{ customer: 500, held: -500 }],
      redemption: { held: 0, isReleased: true, releaseAt: null },
    });
  });

  it('[SL12] what a return is about is told with its conflict', async () => {
    const body = { orderId: 70, refs: [] };
    await world.sync({ operations: [returned({ body })] });
    const { conflicts } = await world.get<{ conflicts: unknown[] }>('/api/pos/sync-log');
    expect(conflicts).toMatchObject([
      {
        kind: 'unmatched-return',
        customer: ALICE,
        unit: EUR,
        amount: 1_000,
        orderId: 70,
        staff: 9,
      },
    ]);
  });
});

describe('the rounds of the server', () => {
  const quiet = () => undefined;

  it('[SV25] a round releases in every shop, and one that fails holds up no other', async () => {
    const { database, ledger } = world;
    await world.sync({ operations: [intent(), missing()] });
    world.now += MISSING_OFFLINE_MS;
    const failed: string[] = [];
    const shops = async () => ['none.myshopify.com' as typeof SHOP, SHOP];
    const broken = {
      releaseMissing: async (shop: typeof SHOP, now: number) => {
        if (shop !== SHOP) throw new Error('this shop can’t be read');
        await ledger.releaseMissing(shop, now);
      },
    };
    const log = (_level: string, event: string) => void failed.push(event);
    const chores = [releaseChore(broken)];
    const clock = { now: () => world.now };
    await createRounds({ database: { ...database, shops }, chores, clock, log }).make();
    expect(failed).toEqual(['chore-failed']);
    const { entries } = await world.get<{ entries: { reason: string }[] }>(
      `/api/pos/customers/${ALICE}`,
    );
    expect(entries[0]?.reason).toBe('release');
  });

  it('[SV25] rounds don’t overlap, and the end waits for the one that runs', async () => {
    const database = openSqlite(':memory:');
    let open = (): void => undefined;
    let rounds = 0;
    const shops = () => {
      rounds += 1;
      return new Promise<readonly (typeof SHOP)[]>((resolve) => {
        open = () => resolve([]);
      });
    };
    let tick = (): void => undefined;
    let isCancelled = false;
    const chores = [{ name: 'nothing', run: async () => undefined }];
    const deps = { clock: { now: () => 0 }, log: quiet, chores };
    const made = startRounds(
      createRounds({ ...deps, database: { ...database, shops } }),
      (work) => {
        tick = work;
        return () => {
          isCancelled = true;
        };
      },
    );
    tick();
    tick();
    expect(rounds).toBe(1);
    let isEnded = false;
    const ended = made.stop().then(() => {
      isEnded = true;
    });
    expect(isCancelled).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isEnded).toBe(false);
    open();
    await ended;
    await database.close();
  });

  it('[SV25] while Shopify does not answer for some shops, all else goes on', async () => {
    const names = Array.from({ length: 20 }, (_, n) => `s${n}.myshopify.com` as typeof SHOP);
    const done: string[] = [];
    const waiting: (() => void)[] = [];
    let asked = 0;
    const note = (name: string): Chore => ({
      name,
      run: async (shop) => void done.push(`${name} ${shop}`),
    });
    const chores: readonly (Chore | CommonChore)[] = [
      note('local'),
      {
        name: 'orders',
        isRemote: true,
        run: async (shop) => {
          asked += 1;
          await new Promise<void>((resolve) => waiting.push(resolve));
          done.push(`orders ${shop}`);
        },
      },
      note('release'),
      { name: 'common', runForAll: async () => void done.push('common') },
    ];
    const database = { shops: async () => names };
    const rounds = createRounds({ database, chores, clock: { now: () => 0 }, log: quiet });
    let tick = (): void => undefined;
    const made = startRounds(rounds, (work) => {
      tick = work;
      return () => undefined;
    });
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    const local = ['common', ...names.map((shop) => `local ${shop}`)];
    tick();
    await settle();
    tick();
    await settle();
    expect(done).toEqual([...local, ...local]);
    expect(asked).toBe(SHOPS_AT_ONCE);
    done.length = 0;
    waiting[3]?.();
    await settle();
    expect(done).toEqual([`orders ${names[3]}`, `release ${names[3]}`]);
    expect(asked).toBe(SHOPS_AT_ONCE + 1);
    let isEnded = false;
    const ended = made.stop().then(() => {
      isEnded = true;
    });
    await settle();
    expect(isEnded).toBe(false);
    for (let n = 0; n < names.length; n += 1) {
      waiting[n]?.();
      await settle();
    }
    await ended;
    expect([asked, done.length]).toEqual([names.length, 2 * names.length]);
  });

  it('[SV25] every shop that the database has is visited', async () => {
    expect(await world.database.shops()).toEqual([SHOP]);
    await world.ledger.post('a.myshopify.com' as typeof SHOP, { shopId: 5, postings: [] });
    await world.ledger.setPolicy('b.myshopify.com' as typeof SHOP, SHOP_ID, {
      ...(await world.sync()).policy,
    });
    expect([...(await world.database.shops())].sort()).toEqual(['b.myshopify.com', SHOP]);
  });
});
