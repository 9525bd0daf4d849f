import { createStorage } from '@shopify/ui-extensions-tester/point-of-sale';
import { describe, expect, it } from 'vitest';
import type { DeviceStorage } from '../../shared/ports.ts';
import {
  OPERATIONS_PER_SYNC_MAX,
  REQUEST_REFUSALS,
  SYNC_BODY_BYTES_MAX,
  type Operation,
  type OperationId,
} from '../../shared/protocol.ts';
import { QUIET_RUN_MS } from '../../extensions/register/exchange.ts';
import { SEGMENT_OPERATIONS_MAX } from '../../extensions/register/outbox.ts';
import { encodeRecord, segmentKey } from '../../extensions/register/records.ts';
import { AUTHORISE_BUDGET_MS } from '../../extensions/register/sync.ts';
import {
  ALICE,
  BOB,
  PROGRAM,
  SHOP_ID,
  START_MS,
  add,
  answerWith,
  createDevice,
  intentDraft,
  outboxOn,
  runWith,
  saveBase,
  type TestDevice,
} from './device.ts';
import { goodServer, ok, openLine, refused, settleAll, type Answer } from './line.ts';

const pendingIds = async (line: { outbox: ReturnType<typeof outboxOn> }): Promise<string[]> =>
  (await line.outbox.view()).pending.map(({ id }) => id);

/** Answers after a while of virtual time. */
const after =
  (device: TestDevice, ms: number, answer: Answer): Answer =>
  async (sent) => {
    await device.time.sleep(ms);
    return answer(sent);
  };

describe('one poisonous operation', () => {
  const refusing =
    (poison: () => OperationId, code: string, status: number): Answer =>
    (sent) => {
      const ids = (sent.push?.operations ?? []).map((one) => (one as Operation).id);
      return ids.includes(poison()) ? refused(status, code) : goodServer(sent);
    };

  it.each(REQUEST_REFUSALS)('[SY14] that the server refuses with %s stands alone', async (code) => {
    const status = code === 'body-too-large' ? 413 : 400;
    const device = createDevice();
    let poison = '' as OperationId;
    const line = openLine(
      device,
      refusing(() => poison, code, status),
    );
    for (let i = 0; i < 20; i += 1) {
      const { id } = await add(line.outbox, intentDraft());
      if (i === 7) poison = id;
    }
    const state = await device.time.runFor(line.sync.now());
    expect(await pendingIds(line)).toEqual([poison]);
    expect(state.phase).toBe('idle');
    expect(line.sent.length).toBeLessThan(40);
    const late = await add(line.outbox, intentDraft());
    await device.time.runFor(line.sync.now());
    expect(await pendingIds(line)).toEqual([poison]);
    expect(late.id).not.toBe(poison);
  });

  it('[SY14] is tried again by the next context', async () => {
    const device = createDevice();
    let poison = '' as OperationId;
    const line = openLine(
      device,
      refusing(() => poison, 'invalid-request', 400),
    );
    poison = (await add(line.outbox, intentDraft())).id;
    await device.time.runFor(line.sync.now());
    expect(await pendingIds(line)).toEqual([poison]);
    const next = openLine(device, goodServer);
    await device.time.runFor(next.sync.now());
    expect(await pendingIds(next)).toEqual([]);
  });
});

describe('requests of one context', () => {
  it('[SY6] are never two at once, however often it is asked', async () => {
    const device = createDevice();
    const line = openLine(device, after(device, 400, goodServer));
    const asked: Promise<unknown>[] = [];
    for (let i = 0; i < 10; i += 1) {
      line.sync.wake();
      asked.push(line.sync.now(), line.sync.authorise((await add(line.outbox, intentDraft())).id));
      await device.time.runUntil(device.time.now() + 150);
    }
    await device.time.runFor(Promise.all(asked));
    expect(line.sent.length).toBeGreaterThan(10);
    expect(line.inFlightMax).toBe(1);
    expect(await pendingIds(line)).toEqual([]);
  });

  it('[SY6] a hundred wakes are served by one more run', async () => {
    const device = createDevice();
    const line = openLine(device, after(device, 400, goodServer));
    await device.time.runFor(line.sync.now());
    line.sent.length = 0;
    for (let i = 0; i < 100; i += 1) line.sync.wake();
    await device.time.runUntil(device.time.now() + 60_000);
    expect(line.sent.length).toBeLessThanOrEqual(2);
  });

  it('[SY6] after stop nothing is sent any more, and who waits is not left waiting', async () => {
    const device = createDevice();
    const line = openLine(device, after(device, 400, goodServer));
    const running = line.sync.now();
    const queued = line.sync.now();
    await device.time.runUntil(device.time.now() + 10);
    line.sync.stop();
    await device.time.runFor(Promise.all([running, queued]));
    const { length } = line.sent;
    line.sync.wake();
    await device.time.runUntil(device.time.now() + 600_000);
    expect(line.sent).toHaveLength(length);
  });
});

describe('asking for the ledger’s word', () => {
  it('[SY8] names the operation as not promised yet, and gives its result', async () => {
    const device = createDevice();
    const line = openLine(device, (sent) =>
      sent.push === undefined
        ? goodServer(sent)
        : settleAll(sent, {
            results: sent.push.operations.map((one) => ({
              id: (one as Operation).id,
              seq: 11,
              status: 'closed',
              reason: 'balance-too-low',
              flags: [],
            })),
          }),
    );
    const older = await add(line.outbox, intentDraft());
    const { id } = await add(line.outbox, intentDraft());
    const word = await device.time.runFor(line.sync.authorise(id));
    expect(word).toMatchObject({ id, status: 'closed', reason: 'balance-too-low' });
    expect(line.sent[0]?.push?.authorise).toEqual([id]);
    const operations = (line.sent[0]?.push?.operations ?? []) as Operation[];
    expect(operations.map((one) => one.id)).toEqual([id, older.id]);
  });

  it('[SY8] takes two seconds at most; a late answer still settles', async () => {
    const device = createDevice();
    const line = openLine(device, after(device, 1_900, goodServer));
    const slowToken = openLine(device, goodServer, line.outbox);
    const { id } = await add(line.outbox, intentDraft());
    expect(await device.time.runFor(line.sync.authorise(id))).toMatchObject({ id });
    expect(device.time.now() - START_MS).toBe(1_900);

    slowToken.answer = after(device, 1_999, goodServer);
    const running = slowToken.sync.now();
    await device.time.runUntil(device.time.now() + 1_000);
    const second = await add(line.outbox, intentDraft());
    const asked = device.time.now();
    expect(await device.time.runFor(slowToken.sync.authorise(second.id))).toBeUndefined();
    expect(device.time.now() - asked).toBe(AUTHORISE_BUDGET_MS);
    await device.time.runFor(running);
    await device.time.runUntil(device.time.now() + 10_000);
    expect(await pendingIds(line)).toEqual([]);
  });

  it('[SY8] is over after two seconds while another request hangs, and sends nothing late', async () => {
    const device = createDevice();
    const line = openLine(device, () => new Promise(() => undefined));
    const running = line.sync.now();
    await device.time.runUntil(device.time.now() + 1_000);
    const { id } = await add(line.outbox, intentDraft());
    expect(await device.time.runFor(line.sync.authorise(id))).toBeUndefined();
    expect(device.time.now() - START_MS).toBe(1_000 + AUTHORISE_BUDGET_MS);
    await device.time.runFor(running);
    expect(line.sent.every(({ push }) => push?.authorise.length === 0)).toBe(true);
  });
});

describe('answers', () => {
  it('[SY9] settle by what they name, also what an answer lost on the way had settled', async () => {
    const device = createDevice();
    const line = openLine(device, goodServer);
    await saveBase(line.outbox, [[ALICE, { points: 400 }]], { cursor: 10 });
    const { id } = await add(line.outbox, intentDraft({ amount: 60 }));
    line.answer = () => Promise.reject(new Error('the answer was lost'));
    await device.time.runFor(line.sync.now());
    // Nothing is pushed this time that the answer could echo: the feed names it.
    const settled = { id, seq: 12, status: 'applied' as const, reason: null, flags: [] };
    line.answer = () =>
      ok(
        answerWith({
          cursor: { epoch: 1, seq: 12 },
          settled: [settled],
          balances: [{ customer: ALICE, unit: 'points', balance: 340 }],
        }),
      );
    await device.time.runFor(line.sync.now());
    const view = await line.outbox.view();
    expect(view.pending).toEqual([]);
    expect(view.available(ALICE, 'points')?.available).toBe(340);
  });

  it('[SY9] don’t settle what lies behind their cursor', async () => {
    const device = createDevice();
    const line = openLine(device, goodServer);
    await saveBase(line.outbox, [[ALICE, { points: 400 }]], { cursor: 10 });
    const { id } = await add(line.outbox, intentDraft({ amount: 60 }));
    const result = { id, seq: 99, status: 'applied' as const, reason: null, flags: [] };
    line.answer = () => ok(answerWith({ cursor: { epoch: 1, seq: 12 }, results: [result] }));
    await device.time.runFor(line.sync.now());
    expect(await pendingIds(line)).toEqual([id]);
    expect((await line.outbox.view()).available(ALICE, 'points')?.available).toBe(340);
  });

  it('[SY10] with more to come are followed page by page', async () => {
    const device = createDevice();
    const line = openLine(device, goodServer);
    await saveBase(line.outbox, [[ALICE, { points: 400 }]], { cursor: 10 });
    line.answer = ({ push }) => {
      const seq = (push?.cursor?.seq ?? 0) + 10;
      const balances = [{ customer: ALICE, unit: 'points' as const, balance: seq }];
      return ok(answerWith({ cursor: { epoch: 1, seq }, more: seq < 50, balances }));
    };
    await device.time.runFor(line.sync.now());
    expect(line.sent.map(({ push }) => push?.cursor?.seq)).toEqual([10, 20, 30, 40]);
    const known = (await line.outbox.view()).available(ALICE, 'points')?.known;
    expect(known).toMatchObject({ balance: 50, asOf: 50 });
  });

  it('[SY10] a reset leads to a snapshot in pages, then to what changed since', async () => {
    const device = createDevice();
    const line = openLine(device, goodServer);
    const customers = [ALICE, BOB];
    line.answer = ({ push, request }) => {
      if (push !== undefined && push.cursor === null)
        return ok(answerWith({ reset: true, cursor: { epoch: 3, seq: 20 } }));
      if (push !== undefined)
        return ok(
          answerWith({
            cursor: { epoch: 3, seq: 25 },
            balances: [{ customer: BOB, unit: 'points', balance: 9 }],
          }),
        );
      const query = new URLSearchParams(request.path.split('?')[1]);
      const place = customers.indexOf(Number(query.get('after'))) + 1;
      if (place > 0) expect([query.get('epoch'), query.get('seq')]).toEqual(['3', '20']);
      const id = customers[place] ?? 0;
      const next = place + 1 < customers.length ? id : null;
      const cursor = { epoch: 3, seq: 20 };
      const page = {
        leases: [],
        protocol: 1,
        serverTime: 5,
        cursor,
        customers: [id],
        next,
        total: 2,
      };
      return ok({ ...page, units: { points: [100 + place] } });
    };
    await device.time.runFor(line.sync.now());
    expect(line.sent.map(({ request: { method } }) => method)).toEqual([
      'POST',
      'GET',
      'GET',
      'POST',
    ]);
    const view = await line.outbox.view();
    expect(view.available(ALICE, 'points')?.known).toMatchObject({ balance: 101 - 1, asOf: 25 });
    expect(view.available(BOB, 'points')?.known).toMatchObject({ balance: 9, asOf: 25 });
    const loads = line.states.flatMap(({ snapshot }) => (snapshot === undefined ? [] : [snapshot]));
    expect(loads).toEqual([
      { loaded: 1, total: 2 },
      { loaded: 2, total: 2 },
    ]);
  });

  it('[SY10] a snapshot that breaks off is fetched anew, and what was there stays', async () => {
    const device = createDevice();
    const line = openLine(device, goodServer);
    await saveBase(line.outbox, [[ALICE, { points: 400 }]], { cursor: 10 });
    line.answer = (sent) =>
      sent.push === undefined
        ? refused(409, 'snapshot-gone')
        : settleAll(sent, { reset: true, cursor: { epoch: 2, seq: 5 } });
    const state = await device.time.runFor(line.sync.now());
    expect(state).toMatchObject({ phase: 'waiting', code: 'snapshot-gone' });
    expect((await line.outbox.view()).available(ALICE, 'points')?.available).toBe(400);
    line.answer = goodServer;
    line.sync.stop();
  });

  it('[SY11] without news write nothing; once a minute they say how old the balances are', async () => {
    const device = createDevice();
    const line = openLine(device, goodServer);
    await saveBase(line.outbox, [[ALICE, { points: 400 }]], { cursor: 10 });
    line.answer = () => ok(answerWith());
    const { changes } = device.records;
    for (let i = 0; i < 5; i += 1) {
      await device.time.runUntil(START_MS + i * 10_000);
      await device.time.runFor(line.sync.now());
    }
    expect(device.records.changes).toBe(changes);
    await device.time.runUntil(START_MS + QUIET_RUN_MS);
    await device.time.runFor(line.sync.now());
    expect(device.records.changes).toBeGreaterThan(changes);
    const known = (await line.outbox.view()).available(ALICE, 'points')?.known;
    expect(known).toMatchObject({ balance: 400, heardAt: START_MS + QUIET_RUN_MS });
  });

  it.each([
    ['a new program', { program: { ...PROGRAM, version: 2 } }],
    ['a balance', { balances: [{ customer: ALICE, unit: 'points' as const, balance: 1 }] }],
    ['a new epoch', { cursor: { epoch: 2, seq: 3 } }],
  ])('[SY11] with %s are stored at once', async (_, news) => {
    const device = createDevice();
    const line = openLine(device, (sent) =>
      sent.push === undefined ? goodServer(sent) : ok(answerWith(news)),
    );
    await saveBase(line.outbox, [[ALICE, { points: 400 }]], { cursor: 10 });
    const { changes } = device.records;
    await device.time.runFor(line.sync.now());
    expect(device.records.changes).toBeGreaterThan(changes);
  });

  it('[SY17] that can’t be stored settle nothing and are asked for again', async () => {
    const device = createDevice();
    let isFull = true;
    const storage = {
      ...device.storage,
      set: (key: string, value: unknown) =>
        isFull && key.startsWith('r.')
          ? Promise.reject(new Error('disk full'))
          : device.storage.set(key, value),
    };
    const line = openLine(device, goodServer, outboxOn(device, { storage }));
    const { id } = await add(line.outbox, intentDraft());
    const state = await device.time.runFor(line.sync.now());
    expect(state).toMatchObject({ phase: 'waiting', trouble: 'storage' });
    expect(await pendingIds(line)).toEqual([id]);
    isFull = false;
    await device.time.runUntil(device.time.now() + 5_000);
    expect(await pendingIds(line)).toEqual([]);
  });

  it('[OB2] that say a damaged record is kept let it go', async () => {
    const device = createDevice();
    const line = openLine(device, (sent) =>
      sent.push === undefined
        ? goodServer(sent)
        : settleAll(sent, { damagedKept: sent.push.damaged.map(({ key }) => key) }),
    );
    await device.storage.set('o.77.BROKEN.1', 'rubbish');
    await device.time.runFor(line.sync.now());
    expect(line.sent[0]?.push?.damaged).toEqual([{ key: 'o.77.BROKEN.1', raw: 'rubbish' }]);
    expect(await device.storage.get('o.77.BROKEN.1')).toBeUndefined();
  });

  it('[BA2] after a damaged run the register asks for a snapshot instead of guessing', async () => {
    const device = createDevice();
    const line = openLine(device, goodServer);
    await saveBase(line.outbox, [[ALICE, { points: 400 }]], { cursor: 10 });
    await line.outbox.saveRun(runWith({ from: 10, cursor: 20 }));
    await device.storage.set('r.77.TORN', 'rubbish');
    await device.time.runFor(line.sync.now());
    expect(line.sent[0]?.push?.cursor).toBeNull();
  });
});

describe('large numbers', () => {
  async function fill(device: TestDevice, storage: DeviceStorage, count: number): Promise<void> {
    const outbox = outboxOn(device);
    const view = await outbox.view();
    for (let done = 0; done < count; done += SEGMENT_OPERATIONS_MAX) {
      const operations = Array.from({ length: SEGMENT_OPERATIONS_MAX }, (_, i) => ({
        ...outbox.draft(intentDraft({}, { title: 'Free coffee – 3 € off' }), view),
        id: `ABCDEFGHJK.${done + i + 1}` as OperationId,
        skip: [],
      }));
      await storage.set(segmentKey(SHOP_ID, `S${done}`), encodeRecord(operations));
    }
  }

  it('[SY12, SY13] 10,000 waiting operations: 25 requests below 256 KiB, with honest progress', async () => {
    const device = createDevice();
    // The platform's test double: it keeps values as they are, where ours packs megabytes as JSON.
    const storage: DeviceStorage = createStorage();
    await fill(device, storage, 10_000);
    for (let i = 0; i < 8; i += 1)
      await storage.set(`s.77.BROKEN${i}`, `${'\u0001€'.repeat(2_000)}`);
    const line = openLine(device, goodServer, outboxOn(device, { storage }));
    line.watched = [ALICE, BOB];
    await device.time.runFor(line.sync.now());
    const pushes = line.sent.filter(({ push }) => push !== undefined);
    const sizes = pushes.map(({ request }) => new TextEncoder().encode(request.body).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(SYNC_BODY_BYTES_MAX);
    const withOperations = pushes.filter(({ push }) => (push?.operations.length ?? 0) > 0);
    expect(withOperations.length).toBeLessThanOrEqual(25);
    expect(pushes.length).toBeLessThanOrEqual(27);
    for (const { push } of pushes)
      expect(push?.operations.length).toBeLessThanOrEqual(OPERATIONS_PER_SYNC_MAX);
    expect(
      new Set(pushes.flatMap(({ push }) => (push?.operations as Operation[]).map(({ id }) => id)))
        .size,
    ).toBe(10_000);
    expect(await pendingIds(line)).toEqual([]);

    const syncing = line.states.filter(({ phase }) => phase === 'syncing');
    expect(new Set(syncing.map(({ total }) => total))).toEqual(new Set([10_000]));
    const done = syncing.map((one) => one.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(10_000);
    expect(line.sync.state()).toMatchObject({ phase: 'idle', done: 0, total: 0 });
  });
});
