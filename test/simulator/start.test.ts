import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openSqlite } from '../../server/database/sqlite.ts';
import { isLoopbackHost, isLoopbackOrigin, refuseRealEnvironment } from '../../simulator/guard.ts';
import { FIRST_CUSTOMER_ID } from '../../simulator/shop.ts';
import { startWorld, type SimulatorWorld } from '../support/simulator.ts';

const ADA = `/api/pos/customers/${FIRST_CUSTOMER_ID}`;
const EXTENSION = {
  bundle: 'shopify.extend("pos.app.ready.data", () => undefined);',
  targets: ['pos.app.ready.data'],
  locales: { en: {} },
  defaultLocale: 'en',
};

const worlds: SimulatorWorld[] = [];
const folders: string[] = [];

async function start(dataFolder?: string): Promise<SimulatorWorld> {
  const folder = dataFolder === undefined ? {} : { dataFolder };
  const world = await startWorld({ extension: EXTENSION, ...folder });
  worlds.push(world);
  return world;
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tideover-simulator-'));
  folders.push(folder);
  return folder;
}

async function stop(world: SimulatorWorld): Promise<void> {
  worlds.splice(worlds.indexOf(world), 1);
  await world.stop();
}

afterEach(async () => {
  for (const world of [...worlds]) await stop(world);
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A request with headers that `fetch` would not let through. */
function ask(
  world: SimulatorWorld,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port } = world.simulator;
    const call = request({ host: '127.0.0.1', port, path, method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on('error', reject);
    call.end();
  });
}

const post = (world: SimulatorWorld, path: string, body: unknown): Promise<Response> =>
  fetch(new URL(path, world.simulator.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('where the simulator may run', () => {
  it('[SM17] not in production, not beside real credentials', () => {
    expect(() => refuseRealEnvironment({ NODE_ENV: 'production' })).toThrow('production');
    expect(() => refuseRealEnvironment({ SHOPIFY_API_SECRET: 'x' })).toThrow('SHOPIFY_API_SECRET');
    expect(() => refuseRealEnvironment({ SHOPIFY_API_KEY: '', NODE_ENV: 'test' })).not.toThrow();
  });

  it('[SM17] its names are localhost and 127.0.0.1, and nothing that looks like them', () => {
    expect(['localhost', 'localhost:4173', '127.0.0.1:1'].every(isLoopbackHost)).toBe(true);
    const foreign = ['localhost.evil.example', 'evil.example:80', '[::1]:80', '', 'a@localhost'];
    expect(foreign.some(isLoopbackHost)).toBe(false);
    expect(isLoopbackOrigin(undefined)).toBe(true);
    expect(isLoopbackOrigin('http://localhost:4173')).toBe(true);
    expect(isLoopbackOrigin('https://evil.example')).toBe(false);
    expect(isLoopbackOrigin('null')).toBe(false);
  });

  it('[SM17] a foreign host or the page of another site gets nothing', async () => {
    const world = await start();
    expect(await ask(world, '/__sim/token', { host: 'evil.example' })).toBe(403);
    expect(await ask(world, '/__sim/token', { origin: 'https://evil.example' })).toBe(403);
    expect(await ask(world, '/__sim/token', {})).toBe(200);
  });

  it('[SM17] a database that it did not make is left alone', async () => {
    const folder = newFolder();
    const foreign = openSqlite(join(folder, 'ledger.sqlite'));
    await foreign.close();
    await expect(start(folder)).rejects.toThrow('was not made by the simulator');
  });
});

describe('the simulated Shopify and the real server', () => {
  it('[SM18] a minted token opens the server, and no other does', async () => {
    const world = await start();
    expect(await world.read(ADA)).toMatchObject({
      balances: [
        { unit: 'EUR', balance: 2_000 },
        { unit: 'points', balance: 1_250 },
      ],
    });
    const forged = `${(await world.token()).slice(0, -4)}AAAA`;
    const headers = { authorization: `Bearer ${forged}` };
    const refused = await fetch(new URL(ADA, world.simulator.url), { headers });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('[SM18] a token is for a shop that exists here and a user that has a number', async () => {
    const world = await start();
    const answer = await post(world, '/__sim/token', {});
    expect(await answer.json()).toMatchObject({ shop: 'tideover-demo.myshopify.io' });
    expect((await post(world, '/__sim/token', { shop: 'other.myshopify.io' })).status).toBe(400);
    expect((await post(world, '/__sim/token', { user: 'root' })).status).toBe(400);
  });

  it('[SM18] a server that is down takes no connection; Shopify still answers', async () => {
    const world = await start();
    await post(world, '/__sim/server', { down: true });
    const health = new URL('/healthz', world.simulator.url);
    await expect(fetch(health)).rejects.toThrow();
    expect((await post(world, '/__sim/token', {})).status).toBe(200);
    await post(world, '/__sim/server', { down: false });
    expect((await fetch(health)).status).toBe(200);
  });

  it('[SM18] server and Shopify share a clock that can be wrong together', async () => {
    const world = await start();
    await post(world, '/__sim/server', { clockOffsetMs: 90 * 24 * 3_600_000 });
    expect(await world.read(ADA)).toMatchObject({ customer: FIRST_CUSTOMER_ID });
  });

  it('[SM18] order ids grow and are never given twice; codes are known or not', async () => {
    const world = await start();
    const order = async () =>
      (await (await post(world, '/__sim/orders', {})).json()) as { id: number };
    const [first, second] = [await order(), await order()];
    expect(second.id).toBeGreaterThan(first.id);
    expect((await post(world, '/__sim/discount-code', { code: 'welcome10' })).status).toBe(200);
    expect((await post(world, '/__sim/discount-code', { code: 'NOPE' })).status).toBe(404);
  });

  it('[SM19] a second start finds what was there, and gives no balance again', async () => {
    const folder = newFolder();
    const first = await start(folder);
    const before = await first.read(ADA);
    const token = await first.token();
    await stop(first);
    const second = await start(folder);
    expect(await second.read(ADA)).toMatchObject({
      balances: (before as { balances: unknown }).balances,
    });
    const headers = { authorization: `Bearer ${token}` };
    const refused = await fetch(new URL(ADA, second.simulator.url), { headers });
    expect(refused.status).toBe(401);
  });
});
