/** The merchant's page of the simulated shop: the real server, and a Shopify of this machine. */
import { randomInt } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createApp } from '../../server/app.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import type { ShopDomain } from '../../server/database/database.ts';
import { createLedger } from '../../server/ledger.ts';
import { listen } from '../../server/listen.ts';
import { createParts } from '../../server/parts.ts';
import { createCredentials } from '../../simulator/credentials.ts';
import { createSimulatedShopify } from '../../simulator/shopify-admin.ts';
import { SHOP_DOMAIN, SHOP_ID } from '../../simulator/shop.ts';

describe('the simulated admin', () => {
  it('[AD7] its door opens the page with a session token, and the shop is installed', async () => {
    const clock = { now: () => 1_780_000_000_000 };
    const random = { below: (bound: number) => randomInt(bound) };
    const database = openSqlite(':memory:');
    const ledger = createLedger({ database, clock, random });
    const credentials = createCredentials();
    const shopHostPattern = /^[a-z0-9][a-z0-9-]*\.myshopify\.io$/;
    const log = () => undefined;
    const { clientId, secret } = credentials;
    const deps = { database, ledger, random, clock, log, clientId, secrets: [secret] };
    let answer: RequestListener = (_request, response) => void response.end();
    const listening = await listen((request, response) => answer(request, response), {
      port: 0,
      host: '127.0.0.1',
    });
    const simulated = createSimulatedShopify({ credentials, clock, shopHostPattern });
    const shopify = simulated.settings(listening.port);
    const sleep = () => Promise.resolve();
    const { mounts } = createParts({ ...deps, shopHostPattern, sleep, shopify });
    const doors = [{ path: '/__sim', router: simulated.router }, ...mounts];
    answer = createApp({ ...deps, shopHostPattern, mounts: doors });

    const door = await fetch(`${listening.url}/__sim/admin?frame=no`, { redirect: 'manual' });
    expect(door.status).toBe(302);
    const page = await fetch(`${listening.url}${door.headers.get('location') ?? ''}`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain(SHOP_DOMAIN);
    expect(await page.text()).toContain('/__sim/admin/polaris.js');
    const shop = await database.read(SHOP_DOMAIN as ShopDomain, (reader) => reader.shop());
    expect(shop?.shopId).toBe(SHOP_ID);
    await listening.close(0);
    await database.close();
  });
});
