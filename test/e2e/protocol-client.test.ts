/**
 * What an outside client meets that knows docs/protocol.md and nothing else: the real server, with
 * all its checks on.
 */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createOutsideClient,
  nextPage,
  type Answer,
  type OutsideClient,
  type SnapshotPage,
} from '../support/outside-client.ts';
import { startWorld, type SimulatorWorld } from '../support/simulator.ts';

let world: SimulatorWorld;
let client: OutsideClient;

beforeAll(async () => {
  world = await startWorld();
  client = await createOutsideClient(world.simulator.url);
});

afterAll(async () => {
  await world?.stop();
});

const pointsOf = ({ balances }: Answer, customer: number): number | undefined =>
  balances.find((one) => one.customer === customer && one.unit === 'points')?.balance;

const ADA = 7_100_000_000_001;
const HUGO = 7_100_000_000_008;

describe('a client written from docs/protocol.md', () => {
  it('[E241] starts with nothing, redeems, sells, earns, and is told so twice', async () => {
    const device = 'till-1';
    const start = await client.sync(device);
    expect(start).toMatchObject({ protocol: 1, reset: true, more: false, settled: [] });
    const known = await client.snapshot();
    expect(known.points.get(ADA)).toBe(1_250);
    expect(known.cursor.seq).toBeGreaterThanOrEqual(start.cursor.seq);

    const redeemed = { device, ref: 'K7M2Q9XW4T', customer: ADA, points: 200 };
    const operations = [
      client.intent({ ...redeemed, id: '7QK2M9X4TD.1' }),
      client.commit({ ...redeemed, id: '7QK2M9X4TD.2' }),
      client.earn(device, '7QK2M9X4TD.3', ADA, 20),
    ];
    const request = { cursor: known.cursor, operations, pendingCount: 3 };
    const first = await client.sync(device, request);
    const seq = known.cursor.seq;
    const wanted = operations.map(({ id }, place) => {
      return { id, seq: seq + place + 1, status: 'applied', reason: null, flags: [] };
    });
    expect(first).toMatchObject({ reset: false, results: wanted, settled: wanted });
    expect(first.cursor).toEqual({ ...known.cursor, seq: seq + 3 });
    expect(pointsOf(first, ADA)).toBe(1_070);

    // The answer was lost: the very same request again.
    const second = await client.sync(device, request);
    expect(second.results).toEqual(wanted.map((one) => ({ ...one, status: 'duplicate' })));
    expect(second.settled).toEqual(first.settled);
    expect(second.balances).toEqual(first.balances);
    const { balances } = await client.get<{ balances: unknown }>(`/api/pos/customers/${ADA}`);
    expect(balances).toContainEqual({ unit: 'points', balance: 1_070, held: 0 });
    const story = await client.get<object>('/api/pos/operations/7QK2M9X4TD.2');
    expect(story).toMatchObject({
      attempts: [{ status: 'applied' }, { status: 'duplicate' }],
      redemption: { held: 0, captured: 200 },
    });
  });

  it('[E242] hears by the feed what was settled while it was not listening', async () => {
    const [device, other] = ['till-2', 'till-3'];
    const { cursor } = await client.sync(device);
    await client.sync(device, {
      cursor,
      operations: [client.earn(device, 'AAAAAAAAAA.1', HUGO, 5)],
    });
    const later = await client.sync(device, { cursor });
    expect(later.results).toEqual([]);
    expect(later.settled.map(({ id, status }) => [id, status])).toEqual([
      ['AAAAAAAAAA.1', 'applied'],
    ]);
    expect(pointsOf(later, HUGO)).toBe(1_505);
    // Another register hears of the balance, and nothing of what it never sent.
    const elsewhere = await client.sync(other, { cursor });
    expect(elsewhere.settled).toEqual([]);
    expect(pointsOf(elsewhere, HUGO)).toBe(1_505);
  });

  it('[E243] one bad operation is set aside, and those beside it are applied', async () => {
    const device = 'till-4';
    const { cursor } = await client.sync(device);
    const good = (n: number) => client.earn(device, `BBBBBBBBBB.${n}`, HUGO, 1);
    const answer = await client.sync(device, {
      cursor,
      operations: [
        good(1),
        { id: 'not an id', kind: 'earn' },
        { ...good(2), shopId: 7_001 },
        { ...good(3), kind: 'gift' },
        { ...good(4), build: 'x'.repeat(2_048) },
        { ...good(1), staff: 10 },
        good(5),
      ],
    });
    expect(answer.results.map(({ id, status, reason }) => [id, status, reason])).toEqual([
      ['BBBBBBBBBB.1', 'applied', null],
      ['#1', 'quarantined', 'invalid'],
      ['BBBBBBBBBB.2', 'quarantined', 'foreign-shop'],
      ['BBBBBBBBBB.3', 'quarantined', 'unknown-kind'],
      ['BBBBBBBBBB.4', 'quarantined', 'too-large'],
      ['BBBBBBBBBB.1', 'mismatch', 'other-content'],
      ['BBBBBBBBBB.5', 'applied', null],
    ]);
    expect(pointsOf(answer, HUGO)).toBe(1_507);
    const kept = await client.get<{ operations: unknown[] }>(
      '/api/pos/operations?state=quarantined',
    );
    expect(kept.operations).toHaveLength(4);
    const log = await client.get<{ conflicts: { kind: string }[] }>('/api/pos/sync-log');
    expect(log.conflicts.map(({ kind }) => kind).sort()).toEqual([
      'mismatch',
      ...Array.from({ length: 4 }, () => 'quarantined'),
    ]);
  });

  it('[E244] a promise that was not made yet is refused, one that was made is booked', async () => {
    const device = 'till-5';
    const { cursor } = await client.sync(device);
    const tooMuch = { device, customer: ADA, points: 2_000 };
    const answer = await client.sync(device, {
      cursor,
      authorise: ['CCCCCCCCCC.1'],
      operations: [
        client.intent({ ...tooMuch, id: 'CCCCCCCCCC.1', ref: 'CCCCCCCCC1' }),
        client.intent({ ...tooMuch, id: 'CCCCCCCCCC.2', ref: 'CCCCCCCCC2' }),
      ],
    });
    expect(answer.results).toMatchObject([
      { status: 'closed', reason: 'balance-too-low', flags: [] },
      { status: 'applied', reason: null, flags: ['overdrawn'] },
    ]);
    expect(pointsOf(answer, ADA)).toBe(1_070 - 2_000);
  });
});

const BATCH = 400;
const BATCHES = 8;
const FIRST_NEW = 9_000_000_000_001;

describe('more than one page', () => {
  it('[E245] of the feed: followed to its end, everything is named once', async () => {
    const device = 'till-6';
    const { cursor } = await client.sync(device);
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const operations = Array.from({ length: BATCH }, (_, place) => {
        const n = batch * BATCH + place + 1;
        return client.earn(device, `DDDDDDDDDD.${n}`, FIRST_NEW + n, n);
      });
      const { results } = await client.sync(device, { cursor, operations });
      expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['applied']));
    }
    const settled: string[] = [];
    const balances = new Map<number, number>();
    let from = cursor;
    for (let pages = 1; ; pages += 1) {
      const page = await client.sync(device, { cursor: from });
      expect(page.reset).toBe(false);
      expect(page.cursor.seq).toBeGreaterThan(from.seq);
      settled.push(...page.settled.map(({ id }) => id));
      for (const { customer, balance } of page.balances) balances.set(customer, balance);
      from = page.cursor;
      if (page.more) continue;
      expect(pages).toBeGreaterThan(1);
      break;
    }
    expect(settled).toHaveLength(BATCH * BATCHES);
    expect(new Set(settled).size).toBe(BATCH * BATCHES);
    expect(balances.get(FIRST_NEW + 1)).toBe(1);
    expect(balances.get(FIRST_NEW + BATCH * BATCHES)).toBe(BATCH * BATCHES);
    expect((await client.sync(device, { cursor: from })).settled).toEqual([]);
  });

  it('[E246] of the snapshot: all show one moment, whatever happens between them', async () => {
    const device = 'till-7';
    const last = FIRST_NEW + BATCH * BATCHES;
    const first = await client.get<SnapshotPage>('/api/pos/snapshot');
    expect(first.next).not.toBeNull();
    await client.sync(device, {
      operations: [client.earn(device, 'EEEEEEEEEE.1', last, 1_000)],
    });
    const second = await client.get<SnapshotPage>(nextPage(first));
    expect(second.cursor).toEqual(first.cursor);
    expect(second.next).toBeNull();
    expect(second.units['points']?.at(-1)).toBe(BATCH * BATCHES);
    const anew = await client.snapshot();
    expect(anew.pages).toBe(2);
    expect(anew.points.get(last)).toBe(BATCH * BATCHES + 1_000);
  });
});

/** Everything of the shop that a request could have changed. */
async function everything(): Promise<unknown> {
  const { cursor, points } = await client.snapshot();
  return {
    cursor,
    points: [...points],
    log: await client.get('/api/pos/sync-log?limit=200'),
    operations: await client.get('/api/pos/operations?limit=200'),
  };
}

async function expectRefused(
  response: Response,
  wanted: { readonly status: number; readonly code: string },
): Promise<void> {
  const body = (await response.json()) as { error: { code: string; message: string } };
  expect({ status: response.status, code: body.error.code }).toEqual(wanted);
  expect(Object.keys(body)).toEqual(['error']);
  expect(body.error.message).toMatch(/\S/);
  expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
  expect(response.headers.get('Access-Control-Expose-Headers')).toContain('Retry-After');
}

/** The same claims under a signature that nobody of the shop has made. */
function forge(token: string): string {
  const [header, claims] = token.split('.');
  const signature = createHmac('sha256', 'a secret of nobody').update(`${header}.${claims}`);
  return `${header}.${claims}.${signature.digest('base64url')}`;
}

describe('what the server does not take', () => {
  it('[E247] unsigned, forged, expired and early sessions are refused and change nothing', async () => {
    const before = await everything();
    const operations = [client.earn('till-8', 'FFFFFFFFFF.1', ADA, 1)];
    const body = JSON.stringify(client.requestOf('till-8', { operations }));
    const { token } = await client.mint();
    for (const [authorization, code] of [
      ['', 'token-missing'],
      ['Bearer nonsense', 'token-invalid'],
      [`Bearer ${forge(token)}`, 'token-invalid'],
    ] as const)
      await expectRefused(await client.post(body, { authorization }), { status: 401, code });
    for (const [offsetMs, code] of [
      [600_000, 'token-expired'],
      [-600_000, 'token-early'],
    ] as const) {
      await client.moveServerClock(offsetMs);
      const response = await client.post(body, { authorization: `Bearer ${token}` });
      await client.moveServerClock(0);
      await expectRefused(response, { status: 401, code });
    }
    expect(await everything()).toEqual(before);
  });

  it('[E247] oversized, malformed and foreign requests are refused and change nothing', async () => {
    const before = await everything();
    const operations = [client.earn('till-9', 'GGGGGGGGGG.1', ADA, 1)];
    const good = client.requestOf('till-9', { operations });
    const text = JSON.stringify(good);
    for (const [body, status, code] of [
      [JSON.stringify({ ...good, damaged: ['x'.repeat(262_144)] }), 413, 'body-too-large'],
      [text.slice(0, -1), 400, 'not-json'],
      [JSON.stringify({ ...good, heads: [[[[[[[[[]]]]]]]]] }), 400, 'too-deep'],
      [text.replace(/^\{/, '{"__proto__":{},'), 400, 'forbidden-key'],
      [JSON.stringify({ ...good, more: 1 }), 400, 'invalid-request'],
      [JSON.stringify({ ...good, protocol: 99 }), 400, 'protocol-unsupported'],
      [JSON.stringify({ ...good, shopId: 7_001 }), 403, 'wrong-shop'],
    ] as const)
      await expectRefused(await client.post(body), { status, code });
    await expectRefused(await client.post(text, { type: 'text/plain' }), {
      status: 415,
      code: 'wrong-content-type',
    });
    expect(await everything()).toEqual(before);
  });

  it('[E247] what is not there, or no page any more, is said as clearly', async () => {
    const { token } = await client.mint();
    const headers = { Authorization: `Bearer ${token}` };
    for (const [path, status, code] of [
      ['/api/pos/customers/1', 404, 'not-found'],
      ['/api/pos/nothing', 404, 'not-found'],
      ['/api/pos/sync-log?limit=none', 400, 'invalid-parameter'],
      ['/api/pos/snapshot?after=1&epoch=99&seq=1', 409, 'snapshot-gone'],
    ] as const)
      await expectRefused(await fetch(client.address(path), { headers }), { status, code });
    const preflight = await fetch(client.address('/api/pos/sync'), {
      method: 'OPTIONS',
      headers: { 'Access-Control-Request-Method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toMatch(/Authorization/);
    expect(world.errors).toEqual([]);
  });
});
