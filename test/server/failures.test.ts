import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../server/database/database.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { createLog } from '../../server/log.ts';
import { earn, openWorld, push, registerOf, SHOP } from './world.ts';

interface Breakable {
  readonly database: Database;
  isBroken: boolean;
}

/** A database whose disk fails while `isBroken`. */
function breakable(): Breakable {
  const real = openSqlite(':memory:');
  const fault = () => Promise.reject(new Error('disk I/O error at /var/lib/secret/place'));
  const state: Breakable = {
    isBroken: false,
    database: {
      ...real,
      transact: (shop, work) => (state.isBroken ? fault() : real.transact(shop, work)),
      read: (shop, work) => (state.isBroken ? fault() : real.read(shop, work)),
      ping: () => (state.isBroken ? fault() : real.ping()),
    },
  };
  return state;
}

describe('when something fails inside', () => {
  it('[SV9] the answer says nothing of the inside; the log does', async () => {
    const disk = breakable();
    const world = await openWorld({ database: disk.database });
    disk.isBroken = true;
    const response = await world.post(push({ operations: [earn()] }));
    expect(response.status).toBe(500);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'internal' } });
    expect(text).not.toMatch(/disk|secret|Error/);
    const [failure] = world.logged.filter(({ level }) => level === 'error');
    expect(failure?.event).toBe('request-failed');
    expect(failure?.fields?.['stack']).toContain('disk I/O error');
    disk.isBroken = false;
    const retry = await world.sync({ operations: [earn()] });
    expect(retry.results[0]?.status).toBe('applied');
    await world.close();
  });

  it('[SV13] the process is alive while its database is not, and says which is which', async () => {
    const disk = breakable();
    const world = await openWorld({ database: disk.database });
    const ask = async (path: string) => (await fetch(`${world.listening.url}${path}`)).status;
    expect([await ask('/healthz'), await ask('/readyz')]).toEqual([200, 200]);
    disk.isBroken = true;
    expect([await ask('/healthz'), await ask('/readyz')]).toEqual([200, 503]);
    disk.isBroken = false;
    await world.close();
  });

  it('[SV14] no token, body, name or amount is logged', async () => {
    const world = await openWorld();
    await world.sync({ operations: [earn()], register: registerOf('a-device') });
    await world.post(push({ protocol: 99 }));
    await world.fetch('/api/pos/customers/77777');
    const text = JSON.stringify(world.logged);
    expect(text).toContain('request-refused');
    expect(text).toContain(SHOP);
    expect(text).not.toMatch(/eyJ|Bearer|Register|customer":|points|amount/);
    await world.close();
  });

  it('[SV14] a log line is one line of JSON, and debug lines are off unless asked for', () => {
    const lines: string[] = [];
    const to = { write: (line: string) => void lines.push(line), now: () => 0 };
    const quiet = createLog({ ...to, isDebug: false });
    quiet('info', 'one', { text: 'two\nlines' });
    quiet('debug', 'two');
    createLog({ ...to, isDebug: true })('debug', 'three');
    expect(lines).toEqual([
      '{"at":"1970-01-01T00:00:00.000Z","level":"info","event":"one","text":"two\\nlines"}\n',
      '{"at":"1970-01-01T00:00:00.000Z","level":"debug","event":"three"}\n',
    ]);
  });

  it('[SV13] running requests are answered when the server ends, idle ones closed', async () => {
    const gate = Promise.withResolvers<undefined>();
    let inside = 0;
    const engine = openSqlite(':memory:');
    const database: Database = {
      ...engine,
      async read(shop, work) {
        inside += 1;
        await gate.promise;
        return engine.read(shop, work);
      },
    };
    const world = await openWorld({ database });
    const idle = connect(world.listening.port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    const idleEnded = new Promise((resolve) => idle.once('close', resolve));
    const running = Array.from({ length: 5 }, () => world.fetch('/api/pos/sync-log'));
    const statuses = Promise.all(running.map(async (one) => (await one).status));
    // A request that the server has not read yet is cut off with its connection: wait for each.
    await expect.poll(() => inside, { timeout: 30_000 }).toBe(5);
    const closed = world.listening.close();
    gate.resolve(undefined);
    expect(await statuses).toEqual([200, 200, 200, 200, 200]);
    await closed;
    await idleEnded;
    await expect(fetch(`${world.listening.url}/healthz`)).rejects.toThrow();
    await world.database.close();
  });
});
