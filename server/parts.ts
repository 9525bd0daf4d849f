/**
 * What the server does beside answering registers, put together in one place: doors with their
 * paths, and the chores of its rounds.
 */
import type { Random } from '../shared/ports.ts';
import { createAdmin } from './admin/admin.ts';
import { importRoutes } from './admin/import-routes.ts';
import { createLive } from './admin/live.ts';
import { logRoutes } from './admin/log-routes.ts';
import { overviewRoutes } from './admin/overview-routes.ts';
import { customerRoutes } from './admin/customer-routes.ts';
import { reviewRoutes } from './admin/review-routes.ts';
import { decisionRoutes } from './admin/settings-decisions.ts';
import { offerRoutes } from './admin/settings-offers.ts';
import { shopRoutes } from './admin/shop-profile.ts';
import type { Mount } from './app.ts';
import type { AuthenticationDeps } from './authenticate-pos.ts';
import { createImports } from './balances/imports.ts';
import { createCartExtension } from './cart-extension/cart-extension.ts';
import type { Database } from './database/database.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import { createOrders } from './orders/orders.ts';
import { releaseChore, type Chore, type CommonChore } from './rounds.ts';
import { createSettings } from './settings.ts';
import { createConnection, type ShopifySettings } from './shopify/connection.ts';
import { storeCreditRoutes } from './store-credit/routes.ts';
import { createStoreCredit } from './store-credit/store-credit.ts';
import { createInstallation, installedBy } from './webhooks/installation.ts';
import { createPrivacy } from './webhooks/privacy.ts';
import { createWebhooks } from './webhooks/webhooks.ts';

export interface PartsDeps extends AuthenticationDeps {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly log: Log;
  readonly sleep: (ms: number) => Promise<void>;
  /** Absent where there is no Shopify to ask. */
  readonly shopify?: ShopifySettings;
}

export interface Parts {
  readonly mounts: readonly Mount[];
  readonly chores: readonly (Chore | CommonChore)[];
  /** Begins nothing more of its own; resolves when what runs has ended. */
  stop(): Promise<void>;
}

export function createParts(deps: PartsDeps): Parts {
  const settings = createSettings(deps);
  const cart = createCartExtension({ ...deps, settings });
  const connection =
    deps.shopify === undefined ? undefined : createConnection({ ...deps, shopify: deps.shopify });
  const adminOf = connection?.adminOf;
  const credit = adminOf === undefined ? [] : [createStoreCredit({ ...deps, adminOf, settings })];
  const orders = createOrders({ ...deps, adminOf, refsOfActions: cart.refsOfActions });
  const installed = adminOf === undefined ? undefined : installedBy(adminOf);
  const privacy = createPrivacy({ ...deps, installed });
  const installation = createInstallation({ ...deps, sessions: connection?.sessions });
  const handlers = { ...orders.handlers, ...privacy.handlers, ...installation };
  const webhooks = createWebhooks({ ...deps, handlers });
  const billing = deps.shopify?.billing;
  const live = createLive(deps);
  const imports = createImports({ ...deps, settings });
  const admin =
    connection === undefined
      ? []
      : createAdmin({
          ...deps,
          ...connection,
          settings,
          billing,
          ...(deps.shopify?.scripts === undefined ? {} : { scripts: deps.shopify.scripts }),
          inbox: webhooks.inbox,
          routes: [
            ...credit.flatMap(storeCreditRoutes),
            ...decisionRoutes(deps),
            ...offerRoutes(deps),
            ...importRoutes(imports, deps),
            ...logRoutes(deps),
            ...overviewRoutes(deps),
            ...reviewRoutes({ ...deps, settings }),
            ...customerRoutes({ ...deps, settings, privacy }),
            ...shopRoutes(deps),
            ...live.routes,
          ],
        });
  return {
    mounts: [webhooks.mount, cart.mount, ...admin],
    chores: [
      ...webhooks.chores,
      ...privacy.chores,
      imports.chore,
      cart.chore,
      // Before holds are released: an order may say what became of one.
      ...orders.chores,
      releaseChore(deps.ledger, orders.coveredUntil),
      ...credit.map(({ chore }) => chore),
    ],
    stop: async () => void (await Promise.all([webhooks.stop(), imports.stop(), live.stop()])),
  };
}
