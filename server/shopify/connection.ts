/** Everything that connects this server with Shopify, put together once for a process. */
import type { Random } from '../../shared/ports.ts';
import type { AuthenticationDeps } from '../authenticate-pos.ts';
import { sealingSecrets, type BillingConfig, type Config } from '../config.ts';
import type { Ledger } from '../ledger.ts';
import { createLocks } from '../locks.ts';
import type { Log } from '../log.ts';
import type { AdminOf } from './admin-api.ts';
import { createAdminOf } from './admin-of.ts';
import { createAuthenticate, type Authenticate } from './authenticate.ts';
import { ensureShop } from './install.ts';
import { createLibrary } from './library.ts';
import { createRenewal } from './renewal.ts';
import { createSealing } from './sealing.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { onlyShops, type Fetch } from './shop-fetch.ts';
import { createTokens } from './tokens.ts';

/** What the configuration says about Shopify. */
export interface ShopifySettings {
  /** Where this app answers; only the origin counts. */
  readonly appUrl: string;
  /** Texts that session keys are made of, the newest first. */
  readonly sessionKeys: readonly string[];
  /** What merchants are asked to pay; nothing when absent. */
  readonly billing: BillingConfig | undefined;
  /** The way to Shopify; addresses that are no shop's never reach it. */
  readonly fetch: Fetch;
  readonly timeoutMs?: number;
  /** Scripts that draw the merchant's page in Shopify's place; Shopify's own when absent. */
  readonly scripts?: { readonly appBridge: string; readonly polaris: string };
}

/** What the process's configuration says of it. */
export function shopifyOf(config: Config): Omit<ShopifySettings, 'fetch'> {
  const { appUrl, billing } = config;
  return { appUrl, billing, sessionKeys: sealingSecrets(config) };
}

export interface ConnectionDeps extends AuthenticationDeps {
  readonly ledger: Ledger;
  readonly random: Random;
  readonly log: Log;
  readonly sleep: (ms: number) => Promise<void>;
  readonly shopify: ShopifySettings;
}

export interface Connection {
  readonly authenticate: Authenticate;
  readonly adminOf: AdminOf;
  readonly sessions: Sessions;
}

export function createConnection(deps: ConnectionDeps): Connection {
  const { ledger, clock, random, log, sleep, clientId, shopHostPattern, shopify } = deps;
  const { database } = ledger;
  const app = new URL(shopify.appUrl);
  const [secret = ''] = deps.secrets;
  const sealing = createSealing(shopify.sessionKeys);
  const sessions = createSessions({ database, sealing, clock, log });
  const { timeoutMs } = shopify;
  const fetch = onlyShops({
    fetch: shopify.fetch,
    shopHostPattern,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  const tokens = createTokens({ fetch, clientId, secret, clock });
  const locks = createLocks({ database, clock, random, sleep });
  const { billing } = shopify;
  const library = createLibrary({ clientId, app, sessions, fetch, random, log, billing });
  const renewal = createRenewal({
    sessions,
    tokens,
    locks,
    clock,
    log,
    installed: (shop) =>
      ensureShop({ ledger, log }, { shop, api: adminOf(shop) }).catch((error: unknown) => {
        log('info', 'install-unfinished', { shop, message: String(error) });
      }),
  });
  const adminOf = createAdminOf({ renewal, library, sessions, log });
  const authenticate = createAuthenticate({ ...deps, app, library, renewal });
  return { authenticate, adminOf, sessions };
}
