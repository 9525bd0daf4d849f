/** Open pages are told what came: the parts on virtual time, and the whole over HTTP. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createLive,
  LIVE_HEARTBEAT_MS,
  LIVE_LASTS_MS,
  LIVE_PER_ACCOUNT_MAX,
  LIVE_PER_SHOP_MAX,
  LIVE_POLL_MS,
  type Live,
} from '../../server/admin/live.ts';
import type { Database, ShopDomain } from '../../server/database/database.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { liveChangeSchema } from '../../shared/merchant/log.ts';
import * as v from '../../shared/schema.ts';
import type { AdminContext } from '../../server/shopify/authenticate.ts';
import { openBooks, type Books } from './books.ts';
import { openAdmin } from './shopify.ts';
import { earn, id, SHOP } from './world.ts';

let books: Books;
let live: Live;
let reads: number;
let isDown: boolean;
/** Ends the pause of every look that waits. */
let wake: (() => void)[];

beforeEach(async () => {
  books = await openBooks(openSqlite(':memory:'));
  [reads, isDown, wake] = [0, false, []];
  live = createLive({
    database: {
      read: (shop, work) => {
        reads += 1;
        return isDown ? Promise.reject(new Error('gone')) : books.database.read(shop, work);
      },
    } satisfies Pick<Database, 'read'>,
    clock: books.clock,
    sleep: () => new Promise((resolve) => void wake.push(resolve)),
  });
});
afterEach(async () => {
  const stopped = live.stop();
  for (const one of wake) one();
  await stopped;
  await books.database.close();
});

/** A second goes by, and every look that begins with it ends. */
async function second(ms = LIVE_POLL_MS): Promise<void> {
  books.clock.time += ms;
  const waiting = wake;
  wake = [];
  for (const one of waiting) one();
  // Work on a database in memory takes some turns and no time.
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
}

interface Listening {
  /** What was said since it was asked last; "end" is the stream's. */
  heard(): string[];
  leave(): Promise<void>;
}

async function listen(user = '42', shop: ShopDomain = SHOP): Promise<Listening> {
  const [route] = live.routes;
  const asked = {} as Parameters<NonNullable<typeof route>['answer']>[1];
  const answer = await route?.answer({ shop, user } as AdminContext, asked);
  const reader = answer?.body?.getReader();
  const said: string[] = [];
  void (async () => {
    for (;;) {
      const piece = await reader?.read();
      if (piece === undefined || piece.done) break;
      said.push(new TextDecoder().decode(piece.value));
    }
    said.push('end');
  })();
  await second(0);
  return { heard: () => said.splice(0), leave: async () => reader?.cancel() };
}

const changeIn = (line: string | undefined) =>
  v.parse(
    liveChangeSchema,
    JSON.parse(/^event: change\ndata: (.*)\n\n$/.exec(line ?? '')?.[1] ?? ''),
  );

describe('what an open page is told', () => {
  it('[ML20] where it stands at first, then each change once', async () => {
    const page = await listen();
    const start = changeIn(page.heard()[0]);
    expect(start.seq).toBe(books.start.seq);
    await second();
    expect(page.heard()).toEqual([]);
    await books.sync({ operations: [earn()] });
    await second();
    const [line, ...more] = page.heard();
    expect(more).toEqual([]);
    expect(changeIn(line)).toEqual({
      seq: start.seq + 1,
      log: start.log + 1,
      at: books.clock.time,
    });
    await second();
    expect(page.heard()).toEqual([]);
  });

  it('[ML21] one look a second serves every page of the shop, and ends with the last', async () => {
    const pages = [await listen('1'), await listen('2'), await listen('3')];
    reads = 0;
    await books.sync({ operations: [earn({ id: id('B', 1) })] });
    await second();
    expect([reads, live.watched()]).toEqual([1, 1]);
    for (const page of pages) expect(page.heard().length).toBe(2);
    for (const page of pages) await page.leave();
    await second();
    expect([reads, live.watched(), wake.length]).toEqual([1, 0, 0]);
    // And begins again.
    const again = await listen();
    expect([again.heard().length, live.watched()]).toEqual([1, 1]);
  });

  it('[ML22] silence is broken, and after a while the page asks again', async () => {
    const page = await listen();
    page.heard();
    for (let passed = LIVE_POLL_MS; passed < LIVE_HEARTBEAT_MS; passed += LIVE_POLL_MS)
      await second();
    expect(page.heard()).toEqual([]);
    await second();
    expect(page.heard()).toEqual([': here\n\n']);
    await second(LIVE_LASTS_MS);
    expect(page.heard().at(-1)).toBe('end');
    await second();
    expect(live.watched()).toBe(0);
  });

  it('[ML22] a database that fails for a while ends no stream', async () => {
    const page = await listen();
    page.heard();
    isDown = true;
    await second();
    isDown = false;
    await books.sync({ operations: [earn()] });
    await second();
    expect(page.heard().length).toBe(1);
  });

  it('[ML23] a page that does not read is let go', async () => {
    const [route] = live.routes;
    const asked = {} as Parameters<NonNullable<typeof route>['answer']>[1];
    await route?.answer({ shop: SHOP, user: '42' } as AdminContext, asked);
    for (let n = 1; n <= 110; n += 1) {
      await books.sync({ operations: [earn({ id: id('C', n), body: { saleKey: `c/${n}` } })] });
      await second();
    }
    await second();
    expect(live.watched()).toBe(0);
  });

  it('[ML23] an account and a shop have a few streams, and other shops their own', async () => {
    for (let n = 0; n < LIVE_PER_ACCOUNT_MAX; n += 1) await listen('42');
    await expect(listen('42')).rejects.toMatchObject({ status: 429 });
    for (let n = LIVE_PER_ACCOUNT_MAX; n < LIVE_PER_SHOP_MAX; n += 1) await listen(`u${n}`);
    await expect(listen('43')).rejects.toMatchObject({ status: 429 });
    const unknown = 'new.myshopify.com' as ShopDomain;
    await expect(listen('42', unknown)).rejects.toMatchObject({ status: 404 });
    expect(live.watched()).toBe(1);
  });

  it('[ML24] ends when the process is to end', async () => {
    const page = await listen();
    const stopped = live.stop();
    for (const one of wake) one();
    await stopped;
    await second(0);
    expect([page.heard().at(-1), live.watched()]).toEqual(['end', 0]);
    await expect(listen()).rejects.toMatchObject({ status: 503 });
  });
});

it('[ML20] over HTTP each line comes as it is said, and a caller who goes away is noticed', async () => {
  const pauses: (() => void)[] = [];
  const clock = { now: () => 1_780_000_000_000 };
  const open: { live?: Live } = {};
  const site = await openAdmin({
    routes: [
      {
        method: 'get',
        path: '/live',
        answer: (context, asked) => {
          const [route] = open.live?.routes ?? [];
          if (route === undefined) throw new Error('not yet');
          return route.answer(context, asked);
        },
      },
    ],
  });
  open.live = createLive({
    database: site.database,
    clock,
    sleep: () => new Promise((resolve) => void pauses.push(resolve)),
  });
  await (await site.open()).text();
  const gone = new AbortController();
  const answer = await site.fetch('/api/admin/live', { signal: gone.signal });
  expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
  expect(answer.headers.get('x-accel-buffering')).toBe('no');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('content-length')).toBeNull();
  const first = await answer.body?.getReader().read();
  expect(changeIn(new TextDecoder().decode(first?.value)).seq).toBe(0);
  gone.abort();
  // However long it takes until the server hears of it.
  while (open.live.watched() > 0) {
    for (const pause of pauses.splice(0)) pause();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await open.live.stop();
  await site.close();
});
