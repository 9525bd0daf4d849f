/**
 * Shopify's side of the merchant's page: the Admin API that the server asks, on this machine alone,
 * and an admin that opens the page as Shopify's would, in a frame, with a session token in its
 * address and scripts that stand in for Shopify's.
 */
import { join } from 'node:path';
import { Router, type Request } from 'express';
import type { ShopDomain } from '../server/database/database.ts';
import type { ShopifySettings } from '../server/shopify/connection.ts';
import * as v from '../shared/schema.ts';
import { ADMIN_SCRIPTS, appAddress } from './admin/addresses.ts';
import { createFakeShopify } from './admin-api/http.ts';
import type { FakeOperations } from './admin-api/operations.ts';
import { createOrderBook } from './admin-api/orders.ts';
import { createFakeStoreCredit } from './admin-api/store-credit.ts';
import { framePage, placePage } from './admin-pages.ts';
import { mintToken, type Credentials } from './credentials.ts';
import { APP_BRIDGE, POLARIS } from './framed-here.ts';
import { CUSTOMER_LIST, SHOP_CURRENCY, SHOP_DOMAIN, SHOP_ID, SHOP_NAME, USERS } from './shop.ts';

export interface SimulatedShopify {
  /** Below `/__sim`: the Admin API at `/shopify`, the merchant's page behind `/admin`. */
  readonly router: Router;
  /** What the server is told of Shopify once its own port is open. */
  settings(port: number): ShopifySettings;
}

/** As the app's configuration names them. */
export const OPTIONAL_SCOPES = [
  'read_customers',
  'read_orders',
  'read_store_credit_accounts',
  'read_store_credit_account_transactions',
  'write_store_credit_account_transactions',
];
const namesSchema = v.object({ ids: v.array(v.string()) });
const searchSchema = v.object({ query: v.string() });

interface SimulatedDeps {
  readonly credentials: Credentials;
  readonly clock: { now(): number };
  readonly shopHostPattern: RegExp;
  /** Optional permissions that the merchant has given already. */
  readonly granted?: readonly string[];
}

export function createSimulatedShopify(deps: SimulatedDeps): SimulatedShopify {
  const { credentials, clock, shopHostPattern } = deps;
  const fake = createFakeShopify({
    clientId: credentials.clientId,
    secrets: [credentials.secret],
    clock,
    requiredScopes: [],
    optionalScopes: OPTIONAL_SCOPES,
    shopHostPattern,
    operations: {
      ...SHOP_OPERATIONS,
      ...createOrderBook().operations,
      ...createFakeStoreCredit({ clock, hasNotes: false }).operations,
    },
  });
  fake.tokens.grant(SHOP_DOMAIN as ShopDomain, deps.granted ?? []);
  const router = Router();
  router.use('/shopify', fake.router);
  addAdmin(router, { credentials, clock });
  return {
    router,
    settings: (port) => ({
      appUrl: `http://localhost:${port}`,
      sessionKeys: [credentials.secret],
      billing: undefined,
      scripts: { appBridge: APP_BRIDGE, polaris: POLARIS },
      fetch: fake.fetchVia(() => `http://127.0.0.1:${port}/__sim/shopify`),
    }),
  };
}

const BUILT = join(import.meta.dirname, 'admin/dist');

/** Scripts below `/admin`, every other path there in its frame, and places of the admin. */
function addAdmin(router: Router, deps: Pick<SimulatedDeps, 'credentials' | 'clock'>): void {
  for (const name of ADMIN_SCRIPTS)
    router.get(`/admin/${name}.js`, (_request, response, next) => {
      const headers = { 'Cache-Control': 'no-cache' };
      const options = { root: join(BUILT, name), cacheControl: false, headers };
      response.sendFile(`${name}.js`, options, (error) => {
        if (error !== undefined && !response.headersSent) next();
      });
    });
  router.get(['/admin', '/admin/{*below}'], async (request, response) => {
    const { frame, locale, ...query } = textsOf(request);
    const asked = { shop: SHOP_DOMAIN, user: USERS[0]?.id ?? 1, nowMs: deps.clock.now() };
    const [language = 'en'] = request.acceptsLanguages();
    const address = appAddress(request.path.slice('/admin'.length), new URLSearchParams(query), {
      shop: SHOP_DOMAIN,
      host: Buffer.from(`${SHOP_DOMAIN}/admin`).toString('base64'),
      embedded: '1',
      locale: locale ?? (language === '*' ? 'en' : language),
      id_token: await mintToken(deps.credentials, asked),
    });
    response.set('Cache-Control', 'no-store');
    if (frame === 'no') response.redirect(302, address);
    else response.type('html').send(framePage(address));
  });
  router.get('/store/{*place}', (request, response) => {
    response.type('html').send(placePage(request.path.slice('/store/'.length)));
  });
}

function textsOf(request: Request): Readonly<Record<string, string>> {
  const texts = Object.entries(request.query).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  return Object.fromEntries(texts);
}

const SHOP_OPERATIONS: FakeOperations = {
  TideoverShop: () => ({
    shop: {
      id: `gid://shopify/Shop/${SHOP_ID}`,
      name: SHOP_NAME,
      currencyCode: SHOP_CURRENCY,
      ianaTimezone: 'Europe/Berlin',
    },
  }),
  TideoverCustomerSearch: (variables) => {
    const asked = v.parse(searchSchema, variables).query.toLowerCase();
    const found = CUSTOMER_LIST.filter(({ name }) => name.toLowerCase().includes(asked));
    const nodes = found.slice(0, 10).map(({ id, name }) => ({
      id: `gid://shopify/Customer/${id}`,
      displayName: name,
    }));
    return { customers: { nodes } };
  },
  TideoverNames: (variables) => ({
    nodes: v.parse(namesSchema, variables).ids.map((gid) => {
      const known = CUSTOMER_LIST.find(({ id }) => gid === `gid://shopify/Customer/${id}`);
      return known === undefined ? null : { id: gid, displayName: known.name };
    }),
  }),
};
