/** What the merchant sees first, over HTTP, on a day with a stall that had no network. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spansOf, waitingOf, WAITING_POINTS_MAX } from '../../server/admin/overview-spans.ts';
import { TODAY_MAX_MS } from '../../server/admin/overview.ts';
import { TIMELINE_MAX_MS } from '../../server/admin/overview-timeline.ts';
import { PROFILE_FRESH_MS, profileOf } from '../../server/admin/shop-profile.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { AdminApiError, type AdminApi } from '../../server/shopify/admin-api.ts';
import {
  overviewSchema,
  shopProfileSchema,
  timelineSchema,
  type Timeline,
} from '../../shared/merchant/overview.ts';
import { reviewPageSchema } from '../../shared/merchant/review.ts';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import * as v from '../../shared/schema.ts';
import { openBooks } from './books.ts';
import { openMerchant, THEIRS, type MerchantWorld } from './merchant-world.ts';
import {
  ALICE,
  BOB,
  commit,
  earn,
  giveBack,
  id,
  intent,
  ref,
  registerOf,
  SHOP,
  SHOP_ID,
} from './world.ts';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
/** The stall's clock is ahead of the server's, ms. */
const AHEAD = 3 * HOUR;
const STALL = registerOf('till-1');
const CELLAR = registerOf('till-2');

let world: MerchantWorld;
/** Start of today, the tap at the stall, and when it arrived. */
let [midnight, tapped, arrived] = [0, 0, 0];

beforeAll(async () => {
  world = await openMerchant();
  const { clock } = world;
  await sync(CELLAR, [
    earn({ id: id('Y', 1), body: { saleKey: 'yesterday', points: 900 as never } }),
  ]);
  clock.time += DAY;
  midnight = clock.time;
  clock.time += HOUR;
  // In touch for ten minutes, then out of reach.
  for (let call = 0; call < 6; call += 1) {
    await sync(STALL, []);
    await sync(CELLAR, []);
    clock.time += 2 * MINUTE;
  }
  await world.ledger.setPolicy(SHOP, SHOP_ID, { ...POLICY_DEFAULT, redemptionsMax: 7 });
  tapped = clock.time + 10 * MINUTE;
  clock.time = tapped;
  const asked = { device: 'till-1', deviceTime: tapped + AHEAD } as const;
  const promise = intent({ ...asked, hold: { customer: ALICE, unit: 'points', amount: 500 } });
  clock.time += 2 * HOUR;
  await sync(CELLAR, [
    earn({
      id: id('B', 1),
      deviceTime: clock.time,
      device: 'till-2',
      body: { customer: BOB, points: 30 as never },
    }),
  ]);
  clock.time += HOUR;
  arrived = clock.time;
  await sync(STALL, [promise, commit(asked), { nonsense: 1 }], {
    pendingCount: 5,
    oldestPendingAt: tapped + AHEAD,
  });
  clock.time += MINUTE;
  await sync(CELLAR, [
    giveBack({ id: id('B', 2), deviceTime: clock.time, device: 'till-2', body: { amount: 120 } }),
  ]);
});
afterAll(() => world.close());

async function sync(
  register: ReturnType<typeof registerOf>,
  operations: readonly unknown[],
  part: Parameters<MerchantWorld['sync']>[0] = {},
) {
  const ahead = register === STALL ? AHEAD : 0;
  const deviceTime = world.clock.time + ahead;
  const { status } = await world.sync({ register, operations, deviceTime, ...part });
  expect(status).toBe(200);
}

async function read<T>(path: string, schema: v.Schema<T>): Promise<T> {
  const { status, body } = await world.ask(`GET /api/admin/${path}`);
  expect([path, status, body]).toEqual([path, 200, expect.anything()]);
  return v.parse(schema, body);
}
const overview = () => read(`overview?since=${midnight}`, overviewSchema);

describe('the first page', () => {
  it('[ML13] sums what sales used and earned today, less what was given and taken back', async () => {
    const { today, customers } = await overview();
    expect(today.redeemed).toEqual([{ unit: 'points', amount: 380, count: 1 }]);
    expect(today.earned).toEqual([{ unit: 'points', amount: 30, count: 1 }]);
    expect(today).toMatchObject({ operations: 5, conflicts: 1, waiting: 2 });
    expect(customers).toBe(2);
  });

  it('[ML14] shows each register with what waits, what it holds, and its clock', async () => {
    const { registers, policy } = await overview();
    expect(policy).toBe(2);
    const [stall, cellar] = registers;
    expect(stall).toMatchObject({
      device: 'till-1',
      clockOffsetMs: AHEAD,
      // Five waited; three of them came with this very call.
      pendingCount: 2,
      oldestPendingAt: tapped,
      lastSeenAt: arrived,
      policy: 2,
      program: 2,
      isSilent: false,
    });
    expect(cellar).toMatchObject({ pendingCount: 0, oldestPendingAt: null, isSilent: false });
    expect(stall?.behind).toBeGreaterThan(0);
  });

  it('[ML14] a register is silent after a day with something waiting', async () => {
    const before = world.clock.time;
    world.clock.time = arrived + DAY;
    const { registers } = await read(`overview?since=${world.clock.time - HOUR}`, overviewSchema);
    expect(registers.map(({ isSilent }) => isSilent)).toEqual([true, false]);
    world.clock.time = before;
  });

  it('[ML13] says how much waits for a person', async () => {
    const { attention } = await overview();
    expect(attention).toMatchObject({ storeCredit: 0, webhooks: 0, dataRequests: 0 });
    expect(attention.review).toBeGreaterThan(0);
  });

  it('[ML13] what waits is what the review lists, a register that fell silent included', async () => {
    const [before, { attention: now }] = [world.clock.time, await overview()];
    world.clock.time = arrived + DAY;
    const later = await read(`overview?since=${world.clock.time - HOUR}`, overviewSchema);
    const { counts } = await read('review?state=open', reviewPageSchema);
    const listed = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(later.attention.review).toBe(listed);
    expect(later.attention.review).toBeGreaterThan(now.review);
    world.clock.time = before;
  });

  it.each([
    ['overview', 'since', () => ''],
    ['overview', 'since', () => `since=${world.clock.time - TODAY_MAX_MS - 1}`],
    ['overview', 'since', () => `since=${world.clock.time + HOUR}`],
    ['timeline', 'from', () => `to=${midnight}`],
    ['timeline', 'to', () => `from=${midnight}&to=${midnight}`],
    ['timeline', 'to', () => `from=${midnight}&to=${midnight + TIMELINE_MAX_MS + 1}`],
  ])('[ML15] %s is refused with a wrong %s', async (path, name, query) => {
    const { status, body } = await world.ask(`GET /api/admin/${path}?${query()}`);
    expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining(`\\"${name}\\"`)]);
  });
});

describe('the picture of time', () => {
  const timeline = () => read(`timeline?from=${midnight}&to=${midnight + DAY}`, timelineSchema);
  const of = (all: Timeline, device: string) => all.registers.find((one) => one.device === device);

  it('[ML16] shows when the stall was connected, cut off and away', async () => {
    const { spans } = of(await timeline(), 'till-1') ?? { spans: [] };
    const opened = midnight + HOUR;
    expect(spans).toEqual([
      { from: midnight, to: opened, state: 'away' },
      { from: opened, to: opened + 10 * MINUTE, state: 'connected' },
      { from: opened + 10 * MINUTE, to: arrived, state: 'cut-off' },
      { from: arrived, to: world.clock.time, state: 'away' },
    ]);
  });

  it('[ML17] shows a tap when it was tapped and when it arrived', async () => {
    const { taps } = of(await timeline(), 'till-1') ?? { taps: [] };
    expect(taps.map((tap) => [tap.kind, tap.askedAt, tap.arrivedAt, tap.offline])).toEqual([
      ['intent', tapped, arrived, true],
      ['commit', tapped, arrived, true],
    ]);
    expect(taps[0]).toMatchObject({
      id: intent().id,
      ref: ref('R1'),
      customer: ALICE,
      amount: 500,
    });
  });

  it('[ML17] shows how many waited when', async () => {
    const { waiting, isCut } = await timeline();
    expect([isCut, waiting.length <= WAITING_POINTS_MAX]).toEqual([false, true]);
    const at = (time: number) => waiting.findLast((point) => point.at <= time)?.count;
    expect([at(tapped - 10 * MINUTE), at(tapped + HOUR), at(world.clock.time)]).toEqual([0, 3, 2]);
  });
});

describe('spans of a register', () => {
  const within = { from: 0, to: 10 * HOUR };
  const tap = (askedAt: number, at: number) => ({ askedAt, at });

  it('[ML16] nothing heard and nothing asked is away', () => {
    expect(spansOf(within, { contact: [], asked: [] })).toEqual([{ ...within, state: 'away' }]);
  });

  it('[ML16] a first tap long after the last call begins the time without a network', () => {
    const contact = [
      { from: HOUR, to: 2 * HOUR },
      { from: 8 * HOUR, to: 9 * HOUR },
    ];
    expect(spansOf(within, { contact, asked: [tap(6 * HOUR, 8 * HOUR)] })).toEqual([
      { from: 0, to: HOUR, state: 'away' },
      { from: HOUR, to: 2 * HOUR, state: 'connected' },
      { from: 2 * HOUR, to: 6 * HOUR, state: 'away' },
      { from: 6 * HOUR, to: 8 * HOUR, state: 'cut-off' },
      { from: 8 * HOUR, to: 9 * HOUR, state: 'connected' },
      { from: 9 * HOUR, to: 10 * HOUR, state: 'away' },
    ]);
  });

  it('[ML16] keeps to the picture, without a gap, whatever came before and comes after', () => {
    const contact = [
      { from: -5 * HOUR, to: HOUR },
      { from: 9 * HOUR, to: 20 * HOUR },
    ];
    const spans = spansOf(within, { contact, asked: [tap(HOUR + 1, 9 * HOUR)] });
    expect(spans.map(({ state }) => state)).toEqual(['connected', 'cut-off', 'connected']);
    expect([spans[0]?.from, spans.at(-1)?.to]).toEqual([0, 10 * HOUR]);
    for (const [place, span] of spans.slice(1).entries()) expect(span.from).toBe(spans[place]?.to);
  });

  it('[ML17] what a register said to be waiting counts from its oldest on', () => {
    const open = [{ count: 4, since: 2 * HOUR, saidAt: 6 * HOUR }];
    const points = waitingOf(within, [tap(HOUR, 3 * HOUR)], open);
    const at = (time: number) => points.findLast((point) => point.at <= time)?.count;
    expect([0, 1.5, 2.5, 4, 7].map((hour) => at(hour * HOUR))).toEqual([0, 1, 2, 1, 4]);
    expect(points.length).toBeLessThanOrEqual(WAITING_POINTS_MAX);
  });
});

describe('the shop', () => {
  it('[ML18] is told with who asks, and what Shopify does not say has a stand-in', async () => {
    const told = await read('shop', shopProfileSchema);
    expect(told).toEqual({ shop: SHOP, name: SHOP, timeZone: 'UTC', currency: 'EUR', user: '42' });
  });

  /** A Shopify that says `told`, and counts how often it was asked. */
  async function openShop() {
    const books = await openBooks(openSqlite(':memory:'));
    const shopify = { asked: 0, told: {} as object | undefined };
    const api: AdminApi = {
      query: (_document, _variables, schema) => {
        shopify.asked += 1;
        if (shopify.told === undefined) return Promise.reject(new AdminApiError('unknown', 'no'));
        const shop = { id: `gid://shopify/Shop/${SHOP_ID}`, currencyCode: 'CAD', ...shopify.told };
        return Promise.resolve(v.parse(schema, { shop }));
      },
    };
    return { books, shopify, profile: () => profileOf(books, { shop: SHOP, api }) };
  }

  it('[ML18] is asked of Shopify once a day, and kept while Shopify does not answer', async () => {
    const { books, shopify, profile } = await openShop();
    shopify.told = undefined;
    expect(await profile()).toEqual({ name: SHOP, timeZone: 'UTC', currency: 'EUR' });
    shopify.told = { name: 'Sunny Days', ianaTimezone: 'America/Toronto' };
    const told = { name: 'Sunny Days', timeZone: 'America/Toronto', currency: 'CAD' };
    expect(await profile()).toEqual(told);
    shopify.told = { name: 'Other', ianaTimezone: 'Europe/Paris' };
    books.clock.time += PROFILE_FRESH_MS - 1;
    expect([await profile(), shopify.asked]).toEqual([told, 2]);
    books.clock.time += 1;
    shopify.told = undefined;
    expect([await profile(), shopify.asked]).toEqual([told, 3]);
    shopify.told = { name: 'Other', ianaTimezone: 'Mars/Olympus' };
    expect(await profile()).toEqual({ name: 'Other', timeZone: 'UTC', currency: 'CAD' });
    await books.database.close();
  });
});

it('[ML11] another shop sees nothing of this one', async () => {
  const paths = [
    `overview?since=${midnight}`,
    `timeline?from=${midnight}&to=${midnight + DAY}`,
    'shop',
  ];
  for (const path of paths) {
    const { status, body } = await world.ask(`GET /api/admin/${path}`, undefined, THEIRS);
    expect([path, [200, 404].includes(status)]).toEqual([path, true]);
    expect([path, JSON.stringify(body)]).toEqual([
      path,
      expect.not.stringMatching(/till-|pop-up\.my(?<!other-pop-up\.my)|380|Register/),
    ]);
  }
});
