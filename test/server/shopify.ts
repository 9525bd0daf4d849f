/**
 * This server's connection with a Shopify of the tests: the real library, real tokens and real HTTP
 * over loopback, and nothing behind it.
 */
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import * as v from '../../shared/schema.ts';
import { createAdmin } from '../../server/admin/admin.ts';
import type { AdminRoute } from '../../server/admin/door.ts';
import { createApp, SHOPIFY_HOSTS } from '../../server/app.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import type { Database, ShopDomain } from '../../server/database/database.ts';
import { createLedger, type Ledger } from '../../server/ledger.ts';
import { listen } from '../../server/listen.ts';
import type { Log, LogFields, LogLevel } from '../../server/log.ts';
import { createSettings } from '../../server/settings.ts';
import { AdminApiError } from '../../server/shopify/admin-api.ts';
import { createInbox } from '../../server/webhooks/inbox.ts';
import { createConnection, type Connection } from '../../server/shopify/connection.ts';
import type { ShopifySettings } from '../../server/shopify/connection.ts';
import { appWith, createFakeShopify, type FakeShopify } from '../../simulator/admin-api/http.ts';
import type { FakeOperations } from '../../simulator/admin-api/operations.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { CLIENT_ID, OLD_SECRET, SECRET, SHOP, SHOP_ID, signToken, type Claims } from './world.ts';

export const APP_URL = 'https://tideover.test';
export const OTHER_SHOP = 'other-pop-up.myshopify.com' as ShopDomain;
export const SESSION_KEY = 'the key of the tests that seals sessions';
export const OPTIONAL_SCOPES = ['read_customers', 'read_orders'];
export const REQUIRED_SCOPES = ['read_products'];

/** What every shop of these tests answers; tests add to it. */
export const SHOP_OPERATIONS: FakeOperations = {
  TideoverShop: (_variables, shop) => ({
    shop: { id: `gid://shopify/Shop/${shop === SHOP ? SHOP_ID : 7_002}`, currencyCode: 'EUR' },
  }),
};

export interface Site {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly shopify: FakeShopify;
  readonly connection: Connection;
  readonly settings: ShopifySettings;
  readonly logged: { level: LogLevel; event: string; fields: LogFields | undefined }[];
  readonly clock: { time: number; now(): number };
  /** Whatever this server has asked of addresses, in order. */
  readonly asked: string[];
  token(claims?: Claims): string;
  /** A second process on the same database. */
  another(): Connection;
  /** One query as the background asks it. */
  ask(connection?: Connection, shop?: ShopDomain): Promise<unknown>;
  close(): Promise<void>;
}

export interface SiteOptions {
  readonly operations?: FakeOperations;
  readonly settings?: Partial<ShopifySettings>;
  /** Addresses of the test's own below `/api/admin`. */
  readonly routes?: readonly AdminRoute[];
}

/** Nobody has installed the app yet. */
export async function openSite(options: SiteOptions = {}): Promise<Site> {
  const clock = { time: 1_780_000_000_000, now: () => clock.time };
  const logged: Site['logged'] = [];
  const asked: string[] = [];
  const database = openSqlite(':memory:');
  const random = seededRandom(7);
  const ledger = createLedger({ database, clock, random });
  const shopify = createFakeShopify({
    clientId: CLIENT_ID,
    secrets: [SECRET, OLD_SECRET],
    clock,
    requiredScopes: REQUIRED_SCOPES,
    optionalScopes: OPTIONAL_SCOPES,
    shopHostPattern: SHOPIFY_HOSTS,
    operations: { ...SHOP_OPERATIONS, ...options.operations },
  });
  const server = createServer(appWith(shopify.router));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const over = shopify.fetchVia(() => `http://127.0.0.1:${port}`);
  const settings: ShopifySettings = {
    appUrl: APP_URL,
    sessionKeys: [SESSION_KEY],
    billing: undefined,
    fetch: (url, init) => {
      asked.push(url);
      return over(url, init);
    },
    ...options.settings,
  };
  const another = (): Connection =>
    createConnection({
      clientId: CLIENT_ID,
      secrets: [SECRET, OLD_SECRET],
      shopHostPattern: SHOPIFY_HOSTS,
      ledger,
      clock,
      random,
      log: (level, event, fields) => void logged.push({ level, event, fields }),
      sleep: () => new Promise((resolve) => setTimeout(resolve, 1)),
      shopify: settings,
    });
  const connection = another();
  return {
    database,
    ledger,
    shopify,
    connection,
    settings,
    logged,
    clock,
    asked,
    token: (claims) => signToken(clock.time, claims),
    another,
    ask: (by = connection, shop = SHOP) => askShop(by, shop),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await database.close();
    },
  };
}

/** One query of the shop's id, as a chore would ask; its failure's kind when it fails. */
async function askShop(connection: Connection, shop: ShopDomain): Promise<unknown> {
  const schema = v.object({ shop: v.object({ id: v.string() }) });
  try {
    const { id } = (
      await connection.adminOf(shop).query('query TideoverShop { shop { id } }', {}, schema)
    ).shop;
    return id;
  } catch (error) {
    return error instanceof AdminApiError ? error.failure : String(error);
  }
}

export interface AdminSite extends Site {
  /** One request of this server, with a fresh token unless `headers` say otherwise. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown, init?: RequestInit): Promise<Response>;
  /** A page as Shopify's admin opens it in its frame. */
  open(path?: string, parameters?: Readonly<Record<string, string>>): Promise<Response>;
}

/** The whole server with the merchant's side, over HTTP. */
export async function openAdmin(options: SiteOptions = {}): Promise<AdminSite> {
  const site = await openSite(options);
  const { database, ledger, clock, connection } = site;
  const log: Log = (level, event, fields) => void site.logged.push({ level, event, fields });
  const common = { clientId: CLIENT_ID, ledger, clock, log };
  const mounts = createAdmin({
    ...common,
    authenticate: connection.authenticate,
    settings: createSettings({ database, clock }),
    billing: site.settings.billing,
    inbox: createInbox(database),
    routes: options.routes ?? [],
    limits: {
      failures: { burst: 10_000, perSecond: 10 },
      merchant: { burst: 10_000, perSecond: 1 },
    },
  });
  const secrets = [SECRET, OLD_SECRET];
  const app = createApp({ ...common, database, secrets, shopHostPattern: SHOPIFY_HOSTS, mounts });
  const listening = await listen(app, { port: 0, host: '127.0.0.1' });
  const request: AdminSite['fetch'] = (path, init = {}) =>
    fetch(`${listening.url}${path}`, {
      redirect: 'manual',
      ...init,
      headers: {
        Authorization: `Bearer ${site.token()}`,
        ...(init.headers as Record<string, string> | undefined),
      },
    });
  return {
    ...site,
    fetch: request,
    post: (path, body, init = {}) =>
      request(path, {
        method: 'POST',
        ...init,
        headers: { 'Content-Type': 'application/json', ...(init.headers as object | undefined) },
        body: JSON.stringify(body),
      }),
    open: (path = '/app', parameters = {}) => {
      const host = Buffer.from('admin.shopify.com/store/pop-up').toString('base64url');
      const query = { shop: SHOP, host, embedded: '1', id_token: site.token(), ...parameters };
      const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''));
      return fetch(`${listening.url}${path}?${asked.toString()}`, { redirect: 'manual' });
    },
    async close() {
      await listening.close(0);
      await site.close();
    },
  };
}
