/**
 * Starts everything on one loopback port: the register's page, the simulated Shopify, and the real
 * server, built by its own `createApp` with all of its checks on.
 */
import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express';
import { createApp } from '../server/app.ts';
import type { Database, ShopDomain } from '../server/database/database.ts';
import { openSqlite } from '../server/database/sqlite.ts';
import { createLedger, type Ledger } from '../server/ledger.ts';
import { listen, type Listening } from '../server/listen.ts';
import type { Log } from '../server/log.ts';
import { createParts } from '../server/parts.ts';
import { createRounds } from '../server/rounds.ts';
import { seedShop } from '../server/seeding.ts';
import { createSettings } from '../server/settings.ts';
import type { Random } from '../shared/ports.ts';
import { createCartSide } from './cart-extension.ts';
import { createControlApi, type ServerSwitches } from './control-api.ts';
import { createCredentials } from './credentials.ts';
import { provideExtension, type Extension } from './extension-build.ts';
import { framedHere } from './framed-here.ts';
import { isLoopbackHost, refuseRealEnvironment } from './guard.ts';
import { createMerchant, type Merchant } from './merchant-api.ts';
import { createOrderSide } from './order-webhooks.ts';
import { provideAdminScripts, provideMerchantPage, providePage } from './page-build.ts';
import { createSimulatedShopify } from './shopify-admin.ts';
import {
  CUSTOMERS,
  DEMO_POLICY,
  DEMO_PROGRAM,
  openingBalances,
  SHOP_CURRENCY,
  SHOP_DOMAIN,
  SHOP_ID,
} from './shop.ts';

const STAMP = 'simulator';
const SHOP_HOSTS = /^[a-z0-9][a-z0-9-]*\.myshopify\.io$/;
const LOOPBACK = '127.0.0.1';

export interface StartOptions {
  /** The project's folder. */
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  /** 0 takes a free port. */
  readonly port: number;
  /** Folder of the database file; nothing is kept without one. */
  readonly dataFolder: string | undefined;
  readonly now: () => number;
  readonly say: (text: string) => void;
  readonly log: Log;
  /** What registers run instead of this project's own extension. */
  readonly extension?: Extension;
  /** Optional permissions that the merchant has given to the app; none unless said. */
  readonly granted?: readonly string[];
}

export interface Simulator {
  /** Address of the register's page; `?register=2` is a second register. */
  readonly url: string;
  readonly port: number;
  readonly customers: number;
  readonly switches: ServerSwitches;
  /** What the merchant decides, and the server's own round, which nobody else makes here. */
  readonly merchant: Merchant;
  stop(): Promise<void>;
}

/** Builds what is missing, seeds the demo shop, and listens. */
export async function startSimulator(options: StartOptions): Promise<Simulator> {
  const { root, environment, say } = options;
  refuseRealEnvironment(environment);
  const extension = options.extension ?? (await provideExtension({ root, environment, say }));
  const pageFolder = await providePage({ root, say });
  await provideAdminScripts({ root, say });
  await provideMerchantPage({ root, say });
  const switches: ServerSwitches = { down: false, clockOffsetMs: 0 };
  const clock = { now: () => options.now() + switches.clockOffsetMs };
  const database = await openDatabase(options.dataFolder);
  const ledger = createLedger({ database, clock, random });
  await seed(ledger);
  const { log } = options;
  const credentials = createCredentials();
  const deps = {
    database,
    ledger,
    random,
    clock,
    log,
    clientId: credentials.clientId,
    secrets: [credentials.secret],
    shopHostPattern: SHOP_HOSTS,
  };
  // The server must know its own address, so the port is open before there is a server behind it.
  let answer: RequestListener = (_request, response) => void response.writeHead(503).end();
  const listening = await listenNear(
    (request, response) => answer(request, response),
    options.port,
  );
  const shopify = createSimulatedShopify({
    ...{ ...deps, credentials, granted: options.granted ?? [] },
  });
  const { mounts, chores } = createParts({
    ...deps,
    sleep: (ms) => delay(ms, undefined),
    shopify: shopify.settings(listening.port),
  });
  const rounds = createRounds({ database, chores, clock, log });
  const merchant = createMerchant({ ledger, random, rounds });
  const settings = createSettings({ database, clock });
  const cartSide = createCartSide({ secret: credentials.secret, settings, clock });
  const control = createControlApi({
    credentials,
    switches,
    merchant,
    cartSide,
    orderSide: createOrderSide({ secret: credentials.secret, clock }),
    clock,
    bundle: extension.bundle,
    installation: (host) => installation(extension, host),
  });
  const server = createApp({ ...deps, mounts });
  answer = together({ simulated: [shopify.router, control], pageFolder, switches, server });
  return {
    url: `http://localhost:${listening.port}/`,
    port: listening.port,
    customers: CUSTOMERS,
    switches,
    merchant,
    async stop() {
      await listening.close(500);
      await database.close();
    },
  };
}

/** Everything on one port: what is simulated, the page, and the real server unless it is down. */
function together(parts: {
  readonly simulated: readonly Router[];
  readonly pageFolder: string;
  readonly switches: ServerSwitches;
  readonly server: RequestHandler;
}): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(onlyLoopbackHosts);
  app.use('/__sim', ...parts.simulated);
  app.use(express.static(parts.pageFolder, { cacheControl: false }));
  app.use(unlessDown(parts.switches));
  app.use(framedHere);
  app.use(parts.server);
  app.use(answerBadRequests);
  return app;
}

const random: Random = { below: (bound) => randomInt(bound) };

/** Opens the simulator's own file, and refuses any other: it could be a real shop's ledger. */
async function openDatabase(folder: string | undefined): Promise<Database> {
  if (folder === undefined) {
    const memory = openSqlite(':memory:');
    await memory.setStamp(STAMP);
    return memory;
  }
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'ledger.sqlite');
  const isNew = !existsSync(path);
  const database = openSqlite(path);
  if (isNew) await database.setStamp(STAMP);
  if ((await database.stamp()) === STAMP) return database;
  await database.close();
  throw new Error(`${path} was not made by the simulator: it is left alone`);
}

/** The demo shop; what its merchant decided before stays. */
async function seed(ledger: Ledger): Promise<void> {
  const shop = SHOP_DOMAIN as ShopDomain;
  const known = await ledger.database.read(shop, (reader) => reader.shop());
  await seedShop(ledger, {
    ...{ shop, shopId: SHOP_ID, customers: openingBalances() },
    program: known?.program ?? DEMO_PROGRAM,
    policy: known?.policy ?? DEMO_POLICY,
  });
}

/**
 * The app answers under the loopback's other name than the page, so that it is another origin, as
 * Shopify's is for a real register: a missing CORS header then fails here too.
 */
function installation(extension: Extension, host: string) {
  const { targets, locales, defaultLocale } = extension;
  const [name, port] = host.split(':');
  const appHost = name === 'localhost' ? LOOPBACK : 'localhost';
  return {
    shopId: SHOP_ID,
    shopDomain: SHOP_DOMAIN,
    currency: SHOP_CURRENCY,
    appUrl: `http://${appHost}${port === undefined ? '' : `:${port}`}/`,
    bundleUrl: '/__sim/extension.js',
    targets,
    locales,
    defaultLocale,
  };
}

const onlyLoopbackHosts: RequestHandler = (request, response, next) => {
  if (isLoopbackHost(request.headers.host)) return next();
  const message = 'The simulator answers to localhost and 127.0.0.1 only.';
  response.status(403).json({ error: { code: 'foreign-host', message } });
};

/** A server that is down gives no answer at all: the connection just ends. */
function unlessDown(switches: ServerSwitches): RequestHandler {
  return (request, _response, next) => {
    if (switches.down) request.socket.destroy();
    else next();
  };
}

/** Errors of the simulator's own routes; the server's are answered by the server. */
const answerBadRequests: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error);
  const message = error instanceof Error ? error.message : 'The request could not be read.';
  response.status(400).json({ error: { code: 'invalid-request', message } });
};

const PORTS_TRIED = 20;

/** The wanted port, or the next free one after it. */
async function listenNear(app: RequestListener, port: number): Promise<Listening> {
  for (let tried = 0; ; tried += 1) {
    try {
      return await listen(app, { port: port === 0 ? 0 : port + tried, host: LOOPBACK });
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isTaken || port === 0 || tried >= PORTS_TRIED) throw error;
    }
  }
}
