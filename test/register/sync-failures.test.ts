import { describe, expect, it } from 'vitest';
import type { HttpAnswer } from '../../shared/ports.ts';
import type { Random } from '../../shared/ports.ts';
import {
  BACKOFF_FIRST_MS,
  BACKOFF_MAX_MS,
  REQUEST_DEADLINE_MS,
  backoffMs,
} from '../../extensions/register/sync.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { START_MS, add, createDevice, intentDraft, newRef } from './device.ts';
import { goodServer, ok, openLine, refused, settleAll, type Answer } from './line.ts';

const html = (status: number): HttpAnswer => ({
  status,
  retryAfter: undefined,
  body: '<html>Welcome to the mall</html>',
});
const hang: Answer = () => new Promise(() => undefined);
const truncated: Answer = (sent) => {
  const whole = settleAll(sent);
  return { ...whole, body: whole.body.slice(0, -20) };
};

/** What comes instead of an answer, and how it must be understood. */
const FAILURES: readonly (readonly [string, Answer, string, string | undefined])[] = [
  ['401, twice', () => refused(401, 'token-expired'), 'refused', 'token-expired'],
  ['401 of a proxy', () => html(401), 'unreachable', undefined],
  ['403 of our server', () => refused(403, 'wrong-shop'), 'refused', 'wrong-shop'],
  ['403 of a firewall', () => html(403), 'unreachable', undefined],
  ['404 of a portal', () => html(404), 'unreachable', undefined],
  ['408', () => refused(408, 'timeout'), 'unreachable', 'timeout'],
  ['409', () => refused(409, 'conflict'), 'refused', 'conflict'],
  ['429', () => refused(429, 'too-many-requests'), 'throttled', 'too-many-requests'],
  ['429 of a proxy', () => html(429), 'throttled', undefined],
  ['500', () => refused(500, 'internal'), 'unreachable', 'internal'],
  ['502', () => html(502), 'unreachable', undefined],
  ['503', () => refused(503, 'shutting-down'), 'unreachable', 'shutting-down'],
  ['504', () => html(504), 'unreachable', undefined],
  [
    'a message that speaks of 400',
    () => refused(503, 'HTTP 400 retry'),
    'unreachable',
    'HTTP 400 retry',
  ],
  ['302', () => html(302), 'unreachable', undefined],
  ['no network', () => Promise.reject(new Error('ENETUNREACH')), 'unreachable', undefined],
  ['nothing at all', hang, 'unreachable', undefined],
  ['200 with HTML', () => html(200), 'unreachable', undefined],
  ['200 with half an answer', truncated, 'unreachable', undefined],
  ['200 with another JSON', () => ok({ hello: 'world' }), 'unreachable', undefined],
  [
    'an old protocol',
    () => refused(400, 'protocol-unsupported'),
    'outdated',
    'protocol-unsupported',
  ],
];

describe('a failure', () => {
  it.each(FAILURES)(
    '[SY1] keeps every operation and tries again: %s',
    async (_, answer, trouble, code) => {
      const device = createDevice();
      const line = openLine(device, answer);
      const made = [await add(line.outbox, intentDraft()), await add(line.outbox, intentDraft())];
      const before = await device.storage.entries();
      const state = await device.time.runFor(line.sync.now());
      expect(state).toMatchObject({ phase: 'waiting', trouble, code });
      expect(await device.storage.entries()).toEqual(before);
      for (let i = 0; i < 3; i += 1)
        await device.time.runUntil(device.time.now() + BACKOFF_MAX_MS + REQUEST_DEADLINE_MS);
      expect(line.sent.length).toBeGreaterThan(2);
      expect((await line.outbox.view()).pending.map(({ id }) => id).sort()).toEqual(
        made.map(({ id }) => id).sort(),
      );
      line.answer = goodServer;
      await device.time.runUntil(device.time.now() + BACKOFF_MAX_MS + REQUEST_DEADLINE_MS);
      expect((await line.outbox.view()).pending).toEqual([]);
      expect(line.sync.state()).toMatchObject({ phase: 'idle', trouble: undefined });
      line.sync.stop();
    },
  );

  it('[SY1] a server that hangs is given up at the deadline, whatever the platform does', async () => {
    const device = createDevice();
    const line = openLine(device, hang);
    await device.time.runFor(line.sync.now());
    expect(device.time.now() - START_MS).toBe(REQUEST_DEADLINE_MS);
    expect(line.sent[0]?.request.deadlineMs).toBe(REQUEST_DEADLINE_MS);
  });

  it('[SY2] a 401 gets one more try with a fresh token, at once', async () => {
    const device = createDevice();
    const line = openLine(device, (sent) =>
      line.sent.length === 1 ? refused(401, 'token-expired') : goodServer(sent),
    );
    await add(line.outbox, intentDraft());
    const state = await device.time.runFor(line.sync.now());
    expect(state).toMatchObject({ phase: 'idle', trouble: undefined });
    expect(line.sent.slice(0, 2).map(({ request }) => request.token)).toEqual([
      'token-1',
      'token-2',
    ]);
    expect(line.sent[1]?.request.body).toBe(line.sent[0]?.request.body);
    expect((await line.outbox.view()).pending).toEqual([]);
  });

  it('[SY2] a second 401 holds the queue: no third try before the wait is over', async () => {
    const device = createDevice();
    const line = openLine(device, () => refused(401, 'token-expired'));
    const state = await device.time.runFor(line.sync.now());
    expect(line.sent).toHaveLength(2);
    expect(state.nextTryAt).toBeGreaterThan(device.time.now());
  });

  it('[SY15] without a token nothing is sent, and the state says why', async () => {
    const device = createDevice();
    const line = openLine(device, goodServer);
    line.token = undefined;
    await add(line.outbox, intentDraft());
    const state = await device.time.runFor(line.sync.now());
    expect(state).toMatchObject({ phase: 'waiting', trouble: 'no-permission' });
    expect(line.sent).toEqual([]);
    expect((await line.outbox.view()).pending).toHaveLength(1);
  });

  it('[SY7] every request has a token of its own, the pages of a snapshot too', async () => {
    const device = createDevice();
    const line = openLine(device, goodServer);
    await add(line.outbox, intentDraft());
    for (let i = 0; i < 3; i += 1) await device.time.runFor(line.sync.now());
    const tokens = line.sent.map(({ request }) => request.token);
    expect(tokens.length).toBeGreaterThan(3);
    expect(new Set(tokens).size).toBe(tokens.length);
  });
});

describe('Retry-After', () => {
  const HOUR_MS = 3_600_000;
  it.each([
    ['120', 120_000],
    [new Date(START_MS + 90_000).toUTCString(), 90_000],
    ['999999', 24 * HOUR_MS],
  ])('[SY3] %s is the least wait, and nothing is sent before it is over', async (header, ms) => {
    const device = createDevice();
    const line = openLine(device, () => refused(429, 'too-many-requests', header));
    await device.time.runFor(line.sync.now());
    const least = START_MS + ms;
    expect(line.sync.state().nextTryAt).toBeGreaterThanOrEqual(least);
    for (let i = 1; i < 10; i += 1) {
      await device.time.runUntil(START_MS + Math.floor((ms * i) / 10));
      line.sync.wake();
      const { id } = await add(line.outbox, intentDraft({}, { ref: newRef() }));
      expect(await line.sync.authorise(id)).toBeUndefined();
    }
    expect(line.sent).toHaveLength(1);
    line.answer = goodServer;
    await device.time.runUntil(least + 1_000);
    expect(line.sent.length).toBeGreaterThan(1);
    expect((await line.outbox.view()).pending).toEqual([]);
  });

  it.each(['', 'soon', '-5', 'Mon, 99 Foo'])(
    '[SY3] %j is as if it were not there',
    async (header) => {
      const device = createDevice();
      const line = openLine(device, () => refused(503, 'busy', header));
      const state = await device.time.runFor(line.sync.now());
      expect(Number(state.nextTryAt) - START_MS).toBeLessThanOrEqual(BACKOFF_FIRST_MS);
    },
  );

  it('[SY3] of an answer to a tap holds the rest back too', async () => {
    const device = createDevice();
    const line = openLine(device, () => refused(429, 'too-many-requests', '60'));
    const { id } = await add(line.outbox, intentDraft());
    expect(await device.time.runFor(line.sync.authorise(id))).toBeUndefined();
    line.sync.wake();
    await device.time.runUntil(START_MS + 59_000);
    expect(line.sent).toHaveLength(1);
    await device.time.runUntil(START_MS + 62_000);
    expect(line.sent.length).toBeGreaterThan(1);
    line.sync.stop();
  });

  it('[SY3] a person may ask all the same', async () => {
    const device = createDevice();
    const line = openLine(device, () => refused(429, 'too-many-requests', '600'));
    await device.time.runFor(line.sync.now());
    line.answer = goodServer;
    const state = await device.time.runFor(line.sync.now());
    expect(state).toMatchObject({ phase: 'idle', trouble: undefined });
  });
});

describe('the backoff', () => {
  it('[SY4] is drawn from the whole of a range that doubles up to five minutes', () => {
    const least: Random = { below: () => 0 };
    const most: Random = { below: (bound) => bound - 1 };
    for (let attempts = 0; attempts < 40; attempts += 1) {
      expect(backoffMs(attempts, least)).toBe(1);
      expect(backoffMs(attempts, most)).toBe(
        Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** attempts),
      );
    }
    expect(BACKOFF_FIRST_MS).toBe(1_000);
    expect(BACKOFF_MAX_MS).toBe(300_000);
  });

  it('[SY4] has full jitter: registers that failed together come back apart', () => {
    const waits = Array.from({ length: 1_000 }, (_, seed) => backoffMs(5, seededRandom(seed)));
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const share = waits.filter((ms) => Math.floor(ms / 3_200.1) === tenth).length;
      expect(share).toBeGreaterThan(50);
    }
  });

  it('[SY4] holds while it lasts: what happens meanwhile sends nothing', async () => {
    const device = createDevice();
    const line = openLine(device, () => refused(500, 'internal'));
    await device.time.runFor(line.sync.now());
    await device.time.runUntil(START_MS + 20 * 60_000);
    const { length } = line.sent;
    const { nextTryAt = 0 } = line.sync.state();
    for (let i = 0; i < 20; i += 1) line.sync.wake();
    await device.time.runUntil(nextTryAt - 1);
    expect(line.sent).toHaveLength(length);
    await device.time.runUntil(nextTryAt);
    expect(line.sent).toHaveLength(length + 1);
    line.sync.stop();
  });

  it('[SY4] in two hours without an answer a register asks fewer than 100 times', async () => {
    const device = createDevice();
    const line = openLine(device, () => refused(500, 'internal'));
    line.sync.wake();
    for (let minute = 0; minute < 120; minute += 1) {
      await device.time.runUntil(START_MS + minute * 60_000);
      line.sync.wake();
    }
    expect(line.sent.length).toBeGreaterThan(20);
    expect(line.sent.length).toBeLessThan(100);
    line.sync.stop();
  });

  it('[SY5] begins anew when connectivity changes, and the next try is at once', async () => {
    const device = createDevice();
    const line = openLine(device, () => refused(503, 'busy', '3600'));
    await device.time.runFor(line.sync.now());
    await device.time.runUntil(START_MS + 60_000);
    expect(line.sent).toHaveLength(1);
    line.isConnected = false;
    line.sync.connectivityChanged();
    expect(line.sync.state()).toMatchObject({ phase: 'idle', trouble: 'disconnected' });
    line.isConnected = true;
    line.answer = () => refused(500, 'internal');
    line.sync.connectivityChanged();
    await device.time.runUntil(device.time.now() + 10);
    expect(line.sent).toHaveLength(2);
    const { nextTryAt = 0 } = line.sync.state();
    expect(nextTryAt - device.time.now()).toBeLessThanOrEqual(BACKOFF_FIRST_MS);
    line.sync.stop();
  });

  it('[SY5] an answer to a tap ends the wait: what was held back follows at once', async () => {
    const device = createDevice();
    const line = openLine(device, () => refused(500, 'internal'));
    await add(line.outbox, intentDraft());
    for (let i = 0; i < 8; i += 1) await device.time.runFor(line.sync.now());
    line.answer = goodServer;
    const { id } = await add(line.outbox, intentDraft());
    expect(await device.time.runFor(line.sync.authorise(id))).toMatchObject({ id });
    await device.time.runUntil(device.time.now() + 10);
    expect((await line.outbox.view()).pending).toEqual([]);
    expect(line.sync.state()).toMatchObject({ phase: 'idle', trouble: undefined });
  });

  it('[SY16] while disconnected nothing is sent by itself; a person can still try', async () => {
    const device = createDevice();
    const line = openLine(device, goodServer);
    line.isConnected = false;
    line.sync.connectivityChanged();
    for (let i = 0; i < 5; i += 1) {
      line.sync.wake();
      await device.time.runUntil(device.time.now() + 60_000);
    }
    expect(line.sent).toEqual([]);
    await device.time.runFor(line.sync.now());
    expect(line.sent.length).toBeGreaterThan(0);
  });
});
