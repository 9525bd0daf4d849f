/** What an operator sees of a running server: names of requests, log lines, figures, readiness. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqlite } from '../../server/database/sqlite.ts';
import { createDrain } from '../../server/drain.ts';
import { processGauges, waitingGauges, WAITING_FRESH_MS } from '../../server/gauges.ts';
import { answerStarting, type Readiness } from '../../server/health.ts';
import { listen } from '../../server/listen.ts';
import { createLog } from '../../server/log.ts';
import { meteredDatabase } from '../../server/metered-database.ts';
import { createMetricsDoor } from '../../server/metrics-door.ts';
import { createMetrics, SERIES_MAX } from '../../server/metrics.ts';
import { createRequestScope } from '../../server/request-id.ts';
import { routeOf } from '../../server/watch-requests.ts';
import { createInbox } from '../../server/webhooks/inbox.ts';
import { createWorker } from '../../server/webhooks/worker.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { earn, id, intent, openWorld, push, SHOP, type World } from './world.ts';

const metrics = createMetrics();
const scope = createRequestScope(seededRandom(3));
const readiness: Readiness = { isDraining: false };
const lines: string[] = [];
const log = createLog({
  write: (line) => void lines.push(line),
  now: () => 0,
  isDebug: true,
  about: scope.fields,
  onError: (event) => metrics.count('tideover_errors_total', { event }),
});
let ticks = 0;
let world: World;
beforeAll(async () => {
  const engine = openSqlite(':memory:');
  const database = meteredDatabase(engine, { metrics, ticks: () => (ticks += 4) });
  const deps = { metrics, scope, readiness, log, readyWithinMs: 200 };
  world = await openWorld({ database, deps });
});
afterAll(() => world.close());

const linesOf = (requestId: string | null) =>
  lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line['requestId'] === requestId);

/** The line of a request is written when its connection has let go of it. */
async function settledLine(requestId: string | null): Promise<Record<string, unknown>> {
  for (;;) {
    const found = linesOf(requestId).find(({ event }) => event === 'request');
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('the name of a request', () => {
  it('[OP2] stands in its answer and in every line that is written for it', async () => {
    const response = await world.post(push({ operations: [earn()] }));
    const requestId = response.headers.get('x-request-id');
    expect(requestId).toMatch(/^[0-9A-HJKMNP-TV-Z]{16}$/);
    expect(response.headers.get('access-control-expose-headers')).toContain('X-Request-Id');
    expect(await settledLine(requestId)).toMatchObject({
      level: 'debug',
      method: 'POST',
      route: '/api/pos/sync',
      status: 200,
    });
    expect(linesOf(requestId).map(({ event }) => event)).toEqual(['sync', 'request']);
  });

  it.each([
    ['a plain one', 'proxy-made-0001', true],
    ['a short one', 'abc', false],
    ['a long one', 'x'.repeat(65), false],
    ['one with other signs', 'name="x" forged=1', false],
  ])('[OP2] %s that comes in is kept or not', async (_title, name, isKept) => {
    const { headers } = await fetch(`${world.listening.url}/healthz`, {
      headers: { 'X-Request-Id': name },
    });
    expect(headers.get('x-request-id') === name).toBe(isKept);
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{8,64}$/);
  });
});

describe('the log', () => {
  it('[OP3] holds no token, body, name, customer or query of any request', async () => {
    const token = world.token();
    const told = [
      await world.fetch('/api/pos/customers/70707070'),
      await world.fetch('/api/pos/snapshot?device=device-of-ada'),
      await world.fetch('/api/pos/operations/opening:70707070'),
      await world.fetch('/no/such/address/70707070?name=ada'),
      await world.fetch('/api/pos/sync-log', { headers: { Authorization: 'Bearer not.a.token' } }),
      await world.post(push({ operations: [intent({ id: id('Q', 1) }), { kind: 'ada' }] })),
      await world.post({ secret: 'hunter2' }),
      await world.fetch('/api/pos/sync', { method: 'POST', body: 'ada=hunter2' }),
      await world.fetch('/api/pos/customers/%', {}),
    ];
    for (const response of told) await settledLine(response.headers.get('x-request-id'));
    const text = lines.join('');
    expect(text).not.toContain(token.split('.')[1]);
    expect(text).not.toMatch(/eyJ|Bearer|70707070|hunter2|ada|Register till/);
    expect(text).toContain(SHOP);
    const routes = new Set(
      lines.flatMap((line) => /"event":"request".*"route":"([^"]*)"/.exec(line)?.[1] ?? []),
    );
    expect([...routes]).toEqual(
      expect.arrayContaining(['/api/pos/customers/:id', '/api/pos/snapshot', 'other']),
    );
  });

  it('[OP3] a route is told by its template, wherever its router stands', () => {
    const told = (originalUrl: string, path: unknown) =>
      routeOf({ originalUrl, route: path === undefined ? undefined : { path } });
    expect(told('/API/pos/customers/5?x=1', '/customers/:id')).toBe('/api/pos/customers/:id');
    expect(told('/healthz', '/healthz')).toBe('/healthz');
    expect(told('/app/', '/')).toBe('/app');
    expect(told('/a/b', undefined)).toBe('other');
    expect(told('/a/b', /b/)).toBe('other');
  });
});

describe('every answer', () => {
  it.each(['/healthz', '/readyz', '/api/pos/sync-log', '/nothing/here', '/api/pos/holds?before=x'])(
    '[OP4] %s says how a browser must treat it',
    async (path) => {
      const { headers } = await world.fetch(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; frame-ancestors 'none'",
      );
      expect(headers.get('strict-transport-security')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
    },
  );

  it('[OP4] behind a trusted proxy with https a browser is told to stay there', async () => {
    const behind = await openWorld({ deps: { proxies: 1 } });
    const headers = { 'X-Forwarded-Proto': 'https' };
    const secure = await fetch(`${behind.listening.url}/healthz`, { headers });
    expect(secure.headers.get('strict-transport-security')).toBe('max-age=31536000');
    const direct = await fetch(`${world.listening.url}/healthz`, { headers });
    expect(direct.headers.get('strict-transport-security')).toBeNull();
    await behind.close();
  });
});

describe('figures', () => {
  it('[OP5] count requests, operations, conflicts and database transactions', async () => {
    const over = intent({ id: id('M', 1), hold: { customer: 555, unit: 'points', amount: 900 } });
    await world.sync({ operations: [over, earn({ id: id('M', 2) }), { kind: 'nonsense' }] });
    await world.sync({ operations: [over] });
    const text = await metrics.text();
    expect(text).toMatch(/tideover_http_requests_total\{method="POST",route="\/api\/pos\/sync",/);
    expect(text).toMatch(/tideover_operations_total\{kind="intent",status="applied"\} [1-9]/);
    expect(text).toMatch(/tideover_operations_total\{kind="other",status="quarantined"\} [1-9]/);
    expect(text).toMatch(/tideover_operations_total\{kind="",status="duplicate"\} 1/);
    expect(text).toMatch(/tideover_conflicts_total\{kind="overdrawn"\} [1-9]/);
    expect(text).toMatch(/tideover_database_seconds_bucket\{verb="write",le="0.005"\} [1-9]/);
    expect(text).toMatch(/tideover_group_operations_count [1-9]/);
    expect(text).not.toContain(SHOP);
    expect(text).not.toContain('nonsense');
  });

  it('[OP5] what failed is counted as that, and not as done', async () => {
    const own = createMetrics();
    const engine = openSqlite(':memory:');
    const metered = meteredDatabase(engine, { metrics: own, ticks: () => 0 });
    const failed = metered.transact(SHOP, () => Promise.reject(new Error('full')));
    await expect(failed).rejects.toThrow('full');
    expect(await own.text()).toContain('tideover_database_failures_total{verb="write"} 1');
    expect(await own.text()).not.toContain('tideover_operations_total{');
    await engine.close();
  });

  it('[OP5] the number of series is bounded, whatever the labels are', async () => {
    const own = createMetrics();
    for (let n = 0; n < SERIES_MAX + 50; n += 1) {
      own.count('tideover_errors_total', { event: `e"${n}\\\n` });
    }
    const series = (await own.text()).split('\n').filter((line) => /^tideover_errors/.test(line));
    expect(series).toHaveLength(SERIES_MAX + 1);
    expect(series[0]).toBe('tideover_errors_total{event="e\\"0\\\\\\n"} 1');
    expect(series.at(-1)).toBe('tideover_errors_total{event="other"} 50');
  });

  it('[OP5] what waits is looked up every 15 seconds, and missing when it can’t be', async () => {
    let now = 1_000_000_000_000;
    let looks = 0;
    let isBroken = false;
    const database = {
      tables: (work: Parameters<typeof world.database.tables>[0]) => {
        looks += 1;
        return isBroken ? Promise.reject(new Error('gone')) : world.database.tables(work);
      },
    } as Pick<typeof world.database, 'tables'>;
    const gauges = waitingGauges({ database, clock: { now: () => now } });
    const read = async () => (await metrics.text(gauges)).match(/^tideover_shops .*$/m)?.[0];
    expect([await read(), await read(), looks]).toEqual([
      'tideover_shops 1',
      'tideover_shops 1',
      1,
    ]);
    now += WAITING_FRESH_MS;
    isBroken = true;
    expect([await read(), looks]).toEqual([undefined, 2]);
  });

  it('[OP6] are told on a port of their own, to whoever brings the token', async () => {
    const gauges = processGauges({
      memory: () => ({ resident: 7, heap: 5 }),
      lateness: () => 0.25,
      uptime: () => 9,
    });
    const token = 'a token of those who look at figures';
    const door = createMetricsDoor({ metrics, gauges, token, log });
    const listening = await listen(door, { port: 0, host: '127.0.0.1' });
    const ask = (headers: Record<string, string>, path = '/metrics') =>
      fetch(`${listening.url}${path}`, { headers });
    expect((await ask({})).status).toBe(401);
    expect((await ask({ Authorization: `Bearer ${token}x` })).status).toBe(401);
    expect((await ask({ Authorization: `Bearer ${token}` }, '/api/pos/sync')).status).toBe(404);
    const told = await ask({ Authorization: `Bearer ${token}` });
    expect(told.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await told.text()).toContain('\ntideover_event_loop_late_seconds 0.25\n');
    await listening.close(0);
    expect((await world.fetch('/metrics')).status).toBe(404);
  });
});

describe('a caller that never finishes', () => {
  it.each([
    ['its headers', 'POST /api/pos/sync HTTP/1.1\r\nHost: x\r\nX-Slow: ye'],
    ['its body', 'POST /api/pos/sync HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"a'],
  ])('[OP23] %s is cut off, while others are served', async (_title, begun) => {
    const patience = { headersMs: 30, requestMs: 60, checkMs: 10 };
    const listening = await listen(answerStarting, { port: 0, host: '127.0.0.1' }, patience);
    const socket = connect(listening.port, '127.0.0.1');
    const closed = once(socket, 'close');
    socket.resume();
    socket.write(begun);
    expect((await fetch(`${listening.url}/healthz`)).status).toBe(200);
    await closed;
    await listening.close(0);
  });
});

describe('readiness', () => {
  const status = async (path: string) => (await fetch(`${world.listening.url}${path}`)).status;

  it('[OP7] a server that is about to end is alive and not ready, and still answers', async () => {
    readiness.isDraining = true;
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503]);
    expect((await world.post(push())).status).toBe(200);
    readiness.isDraining = false;
    expect(await status('/readyz')).toBe(200);
  });

  it('[OP7] a database that does not answer in time is one that does not answer', async () => {
    const engine = openSqlite(':memory:');
    const database = { ...engine, ping: () => new Promise<void>(() => undefined) };
    const slow = await openWorld({ database, deps: { readyWithinMs: 20 } });
    expect((await fetch(`${slow.listening.url}/readyz`)).status).toBe(503);
    await slow.close();
  });

  it('[OP7] a server that still starts is alive, and tells registers to come back', async () => {
    const listening = await listen(answerStarting, { port: 0, host: '127.0.0.1' });
    expect((await fetch(`${listening.url}/healthz`)).status).toBe(200);
    const told = await fetch(`${listening.url}/api/pos/sync`, { method: 'POST', body: '{}' });
    expect([told.status, told.headers.get('retry-after')]).toEqual([503, '1']);
    expect(told.headers.get('access-control-allow-origin')).toBe('*');
    await listening.close(0);
  });
});

describe('the end', () => {
  function ending(part: { readonly closeDoors?: () => Promise<void> } = {}) {
    const steps: string[] = [];
    const step = (name: string) => async () => void steps.push(name);
    const told = createDrain({
      readiness: { isDraining: false },
      drainMs: 5_000,
      sleep: async (ms) => void steps.push(`answers for ${ms}`),
      closeDoors: step('doors'),
      stopWork: step('work'),
      closeDatabase: step('database'),
      log: (_level, event) => void steps.push(event),
      exit: (code) => void steps.push(`exit ${code}`),
      ...part,
    });
    return { told, steps };
  }

  it('[OP8] unready first, the database last', async () => {
    const { told, steps } = ending();
    await told('SIGTERM');
    const wanted = ['ending', 'work', 'answers for 5000', 'doors', 'database', 'ended'];
    expect(steps).toEqual(wanted);
  });

  it('[OP8] what is dealt with ends, what came since is left for the next start', async () => {
    const database = openSqlite(':memory:');
    const inbox = createInbox(database);
    const keep = (webhookId: string) =>
      inbox.keep({ shop: SHOP, topic: 'orders/create', webhookId, triggeredAt: 1, payload: {} }, 1);
    const gate = Promise.withResolvers<undefined>();
    const begun = Promise.withResolvers<undefined>();
    const ended: string[] = [];
    const worker = createWorker({
      inbox,
      handlers: {
        async 'orders/create'({ webhookId }) {
          begun.resolve(undefined);
          await gate.promise;
          ended.push(webhookId);
        },
      },
      clock: { now: () => 1_000 },
      random: seededRandom(4),
      log: (_level, event) => void ended.push(event),
    });
    await keep('first');
    void worker.work();
    await begun.promise;
    await keep('second');
    void worker.work();
    const stopped = worker.stop();
    gate.resolve(undefined);
    await stopped;
    await worker.work();
    expect(ended).toEqual(['first']);
    const left = await inbox.take({ holder: 'the next start', now: 1_000, limit: 9 });
    expect(left.map(({ delivery }) => delivery.webhookId)).toEqual(['second']);
    await database.close();
  });

  it('[OP8] told again, it stops at once', async () => {
    const gate = Promise.withResolvers<undefined>();
    const { told, steps } = ending({ closeDoors: () => gate.promise });
    const first = told('SIGTERM');
    await told('SIGINT');
    expect(steps).toEqual(expect.arrayContaining(['ending', 'cut', 'exit 1']));
    expect(steps).not.toContain('database');
    gate.resolve(undefined);
    await first;
  });

  it('[OP8] a step that fails is told, and the process has not ended well', async () => {
    const { told, steps } = ending({ closeDoors: () => Promise.reject(new Error('stuck')) });
    await told('SIGTERM');
    expect(steps.slice(-2)).toEqual(['end-failed', 'exit 1']);
  });
});
