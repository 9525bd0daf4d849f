/**
 * Shopify's side of the merchant's page: the Admin API that the server asks, on this machine alone,
 * and a door that opens the page as Shopify's admin would, with a session token in its address.
 */
import { Router } from 'express';
import type { ShopifySettings } from '../server/shopify/connection.ts';
import * as v from '../shared/schema.ts';
import { createFakeShopify } from './admin-api/http.ts';
import type { FakeOperations } from './admin-api/operations.ts';
import { createOrderBook } from './admin-api/orders.ts';
import { createFakeStoreCredit } from './admin-api/store-credit.ts';
import { mintToken, type Credentials } from './credentials.ts';
import { CUSTOMER_LIST, SHOP_CURRENCY, SHOP_DOMAIN, SHOP_ID, USERS } from './shop.ts';

export interface SimulatedShopify {
  /** Below `/__sim`: the Admin API at `/shopify`, the merchant's page behind `/admin`. */
  readonly router: Router;
  /** What the server is told of Shopify once its own port is open. */
  settings(port: number): ShopifySettings;
}

/** As the app's configuration names them. */
const OPTIONAL_SCOPES = [
  'read_customers',
  'read_orders',
  'read_store_credit_accounts',
  'read_store_credit_account_transactions',
  'write_store_credit_account_transactions',
];
const namesSchema = v.object({ ids: v.array(v.string()) });

export function createSimulatedShopify(deps: {
  readonly credentials: Credentials;
  readonly clock: { now(): number };
  readonly shopHostPattern: RegExp;
}): SimulatedShopify {
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
  const router = Router();
  router.use('/shopify', fake.router);
  router.get('/admin', async (_request, response) => {
    const asked = { shop: SHOP_DOMAIN, user: USERS[0]?.id ?? 1, nowMs: clock.now() };
    const token = await mintToken(credentials, asked);
    const host = Buffer.from(`${SHOP_DOMAIN}/admin`).toString('base64');
    const query = { shop: SHOP_DOMAIN, host, embedded: '1', id_token: token };
    response.redirect(302, `/app?${new URLSearchParams(query).toString()}`);
  });
  return {
    router,
    settings: (port) => ({
      appUrl: `http://localhost:${port}`,
      sessionKeys: [credentials.secret],
      billing: undefined,
      fetch: fake.fetchVia(() => `http://127.0.0.1:${port}/__sim/shopify`),
    }),
  };
}

const SHOP_OPERATIONS: FakeOperations = {
  TideoverShop: () => ({
    shop: { id: `gid://shopify/Shop/${SHOP_ID}`, currencyCode: SHOP_CURRENCY },
  }),
  TideoverNames: (variables) => ({
    nodes: v.parse(namesSchema, variables).ids.map((gid) => {
      const known = CUSTOMER_LIST.find(({ id }) => gid === `gid://shopify/Customer/${id}`);
      return known === undefined ? null : { id: gid, displayName: known.name };
    }),
  }),
};
