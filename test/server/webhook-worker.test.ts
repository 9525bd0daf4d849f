/** What becomes of a webhook that stands in the inbox. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../server/database/database.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { createRounds } from '../../server/rounds.ts';
import type { Delivery, DeliveryHandler } from '../../server/webhooks/delivery.ts';
import { createInbox, pauseAfter, TRIES_MAX, TURN_MS } from '../../server/webhooks/inbox.ts';
import { createWorker } from '../../server/webhooks/worker.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { SHOP } from './world.ts';

let database: Database;
let clock: { time: number; now(): number };
let logged: { event: string; fields: unknown }[];
beforeEach(() => {
  database = openSqlite(':memory:');
  clock = { time: 1_780_000_000_000, now: () => clock.time };
  logged = [];
});
afterEach(() => database.close());

const delivery = (webhookId: string): Delivery => ({
  shop: SHOP,
  topic: 'orders/create',
  webhookId,
  triggeredAt: 1,
  payload: { id: 1 },
});

/** A process of its own on the same database. */
function openWorker(handler: DeliveryHandler, seed = 1) {
  const inbox = createInbox(database);
  const handlers = { 'orders/create': handler };
  const log = (_level: string, event: string, fields: unknown) =>
    void logged.push({ event, fields });
  return createWorker({ inbox, handlers, clock, random: seededRandom(seed), log });
}

const keep = async (...ids: string[]) => {
  for (const id of ids) await createInbox(database).keep(delivery(id), clock.time);
};

describe('the worker of webhooks', () => {
  it('[WH8] two processes that work at the same time deal with each delivery once', async () => {
    const ids = Array.from({ length: 60 }, (_, n) => `w-${n}`);
    await keep(...ids);
    const seen: string[] = [];
    const note = (who: string): DeliveryHandler => {
      return async ({ webhookId }) => {
        await createInbox(database).stuck(SHOP);
        seen.push(`${webhookId} by ${who}`);
      };
    };
    await Promise.all([openWorker(note('a'), 1).work(), openWorker(note('b'), 2).work()]);
    expect(seen.map((one) => one.split(' ')[0]).sort()).toEqual([...ids].sort());
    expect(new Set(seen.map((one) => one.split(' ').at(-1))).size).toBe(2);
  });

  it('[WH9] what a dead process had begun comes back when its turn has ended, and not before', async () => {
    await keep('begun', 'done-not-marked');
    await createInbox(database).take({ holder: 'the dead one', now: clock.time, limit: 10 });
    const seen: string[] = [];
    const worker = openWorker(async ({ webhookId }) => void seen.push(webhookId));
    await worker.work();
    clock.time += TURN_MS - 1;
    await worker.work();
    expect(seen).toEqual([]);
    clock.time += 1;
    await worker.work();
    expect(seen.sort()).toEqual(['begun', 'done-not-marked']);
    await createInbox(database).done('the dead one', [delivery('begun')]);
    clock.time += TURN_MS * 10;
    await worker.work();
    expect(seen).toHaveLength(2);
  });

  it('[WH9] a process that comes back late marks nothing of what another has taken since', async () => {
    await keep('slow');
    const inbox = createInbox(database);
    const [late] = await inbox.take({ holder: 'slow', now: clock.time, limit: 1 });
    clock.time += TURN_MS;
    await inbox.take({ holder: 'fast', now: clock.time, limit: 1 });
    await inbox.done('slow', [delivery('slow')]);
    if (late !== undefined) await inbox.failed('slow', late, clock.time);
    const held = await database.tables((sql) => sql.all('SELECT holder, state FROM inbox'));
    expect(held).toEqual([{ holder: 'fast', state: 'waiting' }]);
  });

  it('[WH10] a failure is tried again with growing pauses and holds up no other delivery', async () => {
    const tries: number[] = [];
    const worker = openWorker(async ({ webhookId }) => {
      if (webhookId === 'good') return;
      tries.push(clock.time);
      if (tries.length < 4) throw new Error('not now');
    });
    await keep('bad', 'good');
    await worker.work();
    const states = () =>
      database.tables((sql) =>
        sql.all("SELECT webhook_id FROM inbox WHERE state = 'done' ORDER BY webhook_id"),
      );
    expect(await states()).toEqual([{ webhook_id: 'good' }]);
    for (let n = 0; n < 20; n += 1) {
      clock.time += 30_000;
      await worker.work();
    }
    const pauses = tries.slice(1).map((at, n) => at - (tries[n] ?? 0));
    expect(pauses).toEqual([pauseAfter(1), pauseAfter(2), pauseAfter(3)]);
    expect(pauses).toEqual([30_000, 60_000, 120_000]);
    expect(await states()).toHaveLength(2);
    expect(logged.map(({ event }) => event)).toEqual(Array(3).fill('webhook-failed'));
  });

  it('[WH11] what can’t be dealt with is told, listed, and tried again when a person says so', async () => {
    let isMended = false;
    const seen: string[] = [];
    const worker = openWorker(async ({ webhookId }) => {
      seen.push(webhookId);
      if (!isMended) throw new Error('a mistake of ours');
    });
    await keep('bad');
    for (let n = 0; n < TRIES_MAX + 5; n += 1) {
      await worker.work();
      clock.time += 3_600_000;
    }
    expect(seen).toHaveLength(TRIES_MAX);
    const inbox = createInbox(database);
    const receivedAt = 1_780_000_000_000;
    expect(await inbox.stuck(SHOP)).toEqual([
      { webhookId: 'bad', topic: 'orders/create', receivedAt, tries: TRIES_MAX },
    ]);
    expect(logged.filter(({ event }) => event === 'webhook-stuck')).toEqual([
      {
        event: 'webhook-stuck',
        fields: {
          shop: SHOP,
          topic: 'orders/create',
          tries: TRIES_MAX,
          message: 'Error: a mistake of ours',
        },
      },
    ]);
    isMended = true;
    expect(await inbox.retry(SHOP, clock.time)).toBe(1);
    await worker.work();
    expect(seen).toHaveLength(TRIES_MAX + 1);
    expect(await inbox.stuck(SHOP)).toEqual([]);
  });

  it('[WH11] a delivery in which every process dies is given up as well', async () => {
    await keep('deadly');
    const inbox = createInbox(database);
    for (let n = 0; n < TRIES_MAX; n += 1) {
      const turns = await inbox.take({ holder: `process ${n}`, now: clock.time, limit: 5 });
      expect(turns).toHaveLength(1);
      clock.time += TURN_MS;
    }
    const seen: string[] = [];
    await openWorker(async ({ webhookId }) => void seen.push(webhookId)).work();
    expect(seen).toEqual([]);
    expect(await inbox.stuck(SHOP)).toMatchObject([{ webhookId: 'deadly', tries: TRIES_MAX }]);
    expect(logged.map(({ event }) => event)).toEqual(['webhook-stuck']);
  });

  it('[WH12] a call while the worker works makes it look once more', async () => {
    await keep('first');
    const seen: string[] = [];
    const worker = openWorker(async ({ webhookId }) => {
      seen.push(webhookId);
      if (webhookId !== 'first') return;
      await keep('second');
      void worker.work();
    });
    await worker.work();
    expect(seen).toEqual(['first', 'second']);
  });

  it('[WH12] rounds make it look too, whatever shops the ledger knows', async () => {
    await keep('left');
    const seen: string[] = [];
    const worker = openWorker(async ({ webhookId }) => void seen.push(webhookId));
    const fails = { name: 'fails', runForAll: () => Promise.reject(new Error('no')) };
    const chores = [fails, { name: 'webhooks', runForAll: () => worker.work() }];
    const log = (_level: string, event: string, fields: unknown) =>
      void logged.push({ event, fields });
    await createRounds({ database, chores, clock, log }).make();
    expect(seen).toEqual(['left']);
    expect(logged.map(({ event }) => event)).toEqual(['chore-failed']);
  });

  it('[WH12] a database that doesn’t answer is logged, and the next call works', async () => {
    await keep('first');
    const seen: string[] = [];
    const inbox = createInbox(database);
    let isBroken = true;
    const worker = createWorker({
      inbox: {
        ...inbox,
        take: async (by) => {
          if (isBroken) throw new Error('the database is away');
          return inbox.take(by);
        },
      },
      handlers: { 'orders/create': async ({ webhookId }) => void seen.push(webhookId) },
      clock,
      random: seededRandom(1),
      log: (_level, event, fields) => void logged.push({ event, fields }),
    });
    await worker.work();
    expect(logged.map(({ event }) => event)).toEqual(['inbox-failed']);
    isBroken = false;
    await worker.work();
    expect(seen).toEqual(['first']);
  });
});
