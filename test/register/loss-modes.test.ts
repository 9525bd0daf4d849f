/** Eleven ways in which other offline queues lose or stall operations, each tried on ours. */
import { describe, expect, it } from 'vitest';
import type { DeviceStorage, HttpAnswer } from '../../shared/ports.ts';
import type { Operation, OperationId } from '../../shared/protocol.ts';
import { encodeRecord, operationKey } from '../../extensions/register/records.ts';
import { redeem } from '../../extensions/register/redemption.ts';
import { BACKOFF_MAX_MS } from '../../extensions/register/sync.ts';
import { COFFEE, hear, openCounter } from './counter.ts';
import {
  ALICE,
  BOB,
  SHOP_ID,
  START_MS,
  add,
  createDevice,
  intentDraft,
  outboxOn,
  saveBase,
  type TestDevice,
} from './device.ts';
import { goodServer, openLine, refused, settleAll, type Answer } from './line.ts';

const pendingIds = async (device: TestDevice): Promise<OperationId[]> =>
  (await outboxOn(device).view()).pending.map(({ id }) => id);

/** Fails at first, and works from `works()` on. */
async function survives(failure: Answer): Promise<readonly number[]> {
  const device = createDevice();
  const line = openLine(device, failure);
  const { id } = await add(line.outbox, intentDraft());
  line.sync.wake();
  await device.time.runUntil(START_MS + 60_000);
  expect(await pendingIds(device)).toEqual([id]);
  line.answer = goodServer;
  await device.time.runUntil(device.time.now() + BACKOFF_MAX_MS + 60_000);
  expect(await pendingIds(device)).toEqual([]);
  line.sync.stop();
  return line.sent.map(({ at }) => at - START_MS);
}

const said = (status: number, body: string, retryAfter?: string): HttpAnswer => ({
  status,
  retryAfter,
  body,
});

describe('an operation that others lose', () => {
  it('[LM1] survives a 503 whose text speaks of 400, and waits as long as it was told', async () => {
    const text = 'HTTP 503: retry after 4000 ms (was 400)';
    const times = await survives(() => refused(503, text, '4'));
    expect(times[1]).toBeGreaterThanOrEqual(4_000);
  });

  it('[LM2] survives an expired token', async () => {
    await survives(() => refused(401, 'token-expired'));
  });

  it('[LM4] is durable from any context, offline, leader or not', async () => {
    const device = createDevice();
    await hear(device, 400);
    const contexts = await Promise.all([openCounter(device), openCounter(device)]);
    for (const { deps } of contexts) expect((await redeem(deps, COFFEE)).status).toBe('applied');
    expect(await pendingIds(createFrom(device))).toHaveLength(2);
  });

  it('[LM6] survives beside a record that can’t be decoded, which is shown and kept', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    const kept = await add(outbox, intentDraft());
    const lost = await add(outbox, intentDraft());
    await device.storage.set(operationKey(SHOP_ID, lost.id), '{"half": ');
    const view = await outbox.view();
    expect(view.pending.map(({ id }) => id)).toEqual([kept.id]);
    expect(view.damaged).toHaveLength(1);
    const line = openLine(device, (sent) =>
      sent.push === undefined
        ? goodServer(sent)
        : settleAll(sent, { damagedKept: sent.push.damaged.map(({ key }) => key) }),
    );
    await device.time.runFor(line.sync.now());
    expect(line.sent[0]?.push?.damaged[0]?.raw).toBe('{"half": ');
    expect(await pendingIds(device)).toEqual([]);
  });

  it('[LM7] is not delivered by an answer of 500', async () => {
    await survives(() => said(500, 'oops'));
  });

  it('[LM8] survives the death of the app while its request is in flight', async () => {
    const device = createDevice();
    const line = openLine(device, () => new Promise(() => undefined));
    const { id } = await add(line.outbox, intentDraft());
    line.sync.wake();
    await device.time.runUntil(START_MS + 1_000);
    expect(line.sent[0]?.push?.operations).toHaveLength(1);
    line.sync.stop();
    // Nothing of that context goes on; what it left is what a new one finds.
    expect(await pendingIds(createFrom(device))).toEqual([id]);
  });

  it.each([
    ['a refused connection', () => Promise.reject(new Error('ECONNREFUSED'))],
    ['a 401', () => said(401, '')],
    ['a 429 with Retry-After', () => said(429, '', '30')],
  ] as const)('[LM9] survives %s', async (what, failure) => {
    const times = await survives(failure);
    if (what.includes('Retry-After')) expect(times[1]).toBeGreaterThanOrEqual(30_000);
  });

  it('[LM10] is on disk when the person is told, and before the cart is touched', async () => {
    const device = createDevice();
    await hear(device, 400);
    let onDisk: readonly unknown[] = [];
    const counter = await openCounter(device, {
      change: {
        async applyDiscount() {
          onDisk = (await device.records.entries()).filter(([key]) => key.startsWith('o.'));
          throw new Error('enough seen');
        },
      },
    });
    await redeem(counter.deps, COFFEE);
    expect(onDisk).toHaveLength(1);
  });

  it('[LM11] is never called done with nothing stored, whatever happens to its context', async () => {
    for (let lostAt = 1; lostAt <= 3; lostAt += 1) {
      const device = createDevice();
      await hear(device, 400);
      let writes = 0;
      // From one write on, every one is accepted and goes nowhere: another context took the store.
      const lost: DeviceStorage = {
        ...device.storage,
        set: (key, value) =>
          (writes += 1) >= lostAt ? Promise.resolve() : device.storage.set(key, value),
      };
      const { deps } = await openCounter(device, { storage: lost });
      const outcome = await redeem(deps, COFFEE);
      const stored = await pendingIds(createFrom(device));
      expect(outcome.status === 'applied').toBe(stored.length > 0);
    }
  });
});

/** The same device after a restart: what is left is what its records say. */
function createFrom(device: TestDevice): TestDevice {
  return { ...createDevice(99), records: device.records, storage: device.storage };
}

describe('operations that others stall or disorder', () => {
  it('[LM3] don’t wait behind one that the server can’t take', async () => {
    const device = createDevice();
    const bad = { id: 'BADBADBAD0.1', kind: 'intent', hold: null, deviceTime: 1 };
    await device.storage.set('o.77.BADBADBAD0.1', encodeRecord(bad));
    const line = openLine(device, (sent) => {
      const ids = (sent.push?.operations ?? []).map((one) => (one as Operation).id as string);
      return ids.includes(bad.id) ? refused(400, 'invalid-request') : goodServer(sent);
    });
    for (const customer of [ALICE, BOB, BOB + 1]) await add(line.outbox, intentDraft({ customer }));
    expect((await pendingIds(device))[0]).toBe(bad.id);
    await device.time.runFor(line.sync.now());
    expect(await pendingIds(device)).toEqual([bad.id]);
  });

  it('[LM5] don’t depend on the clock: set back an hour, all is sent and the sum is the same', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await saveBase(outbox, [[ALICE, { points: 400 }]]);
    const first = await add(outbox, intentDraft({ amount: 10 }));
    device.clockOffset -= 3_600_000;
    const restarted = outboxOn(device);
    const second = await add(restarted, intentDraft({ amount: 20 }));
    const third = await add(restarted, intentDraft({ amount: 30 }));
    expect(second.deviceTime).toBeLessThan(first.deviceTime);
    expect((await restarted.view()).available(ALICE, 'points')?.available).toBe(340);
    const line = openLine(device, goodServer, restarted);
    await device.time.runFor(line.sync.now());
    const sent = line.sent.flatMap(({ push }) => (push?.operations ?? []) as Operation[]);
    expect(sent.map(({ id }) => id).sort()).toEqual([first.id, second.id, third.id].sort());
    // What happened before another is told by what it had seen, not by the clock.
    const writer = first.id.split('.')[0];
    for (const { id, heads } of sent)
      if (id !== first.id) expect(heads).toEqual({ [String(writer)]: 1 });
  });
});
