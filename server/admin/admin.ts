/** The merchant's side: the page in Shopify's admin and what it asks of this server. */
import { fileURLToPath } from 'node:url';
import { Router, type Request as Asked } from 'express';
import type { Mount } from '../app.ts';
import type { BillingConfig } from '../config.ts';
import { HttpError } from '../http-error.ts';
import type { Ledger } from '../ledger.ts';
import type { Log } from '../log.ts';
import type { SettingsStore } from '../settings.ts';
import { AdminApiError } from '../shopify/admin-api.ts';
import type { AdminContext } from '../shopify/authenticate.ts';
import { ensureShop } from '../shopify/install.ts';
import { createAdminRoutes } from './api.ts';
import { answerPreflight, createDoor, type AdminRoute, type Door, type DoorDeps } from './door.ts';
import { inboxRoutes, type StuckInbox } from './inbox-routes.ts';
import { readNames } from './names.ts';
import { customersOf, readOverview, renderPage } from './page.ts';
import { planState } from './plan.ts';
import { scopeState } from './scopes.ts';

export interface AdminDeps extends DoorDeps {
  readonly clientId: string;
  readonly ledger: Ledger;
  readonly settings: SettingsStore;
  readonly billing: BillingConfig | undefined;
  readonly log: Log;
  /** What Shopify told and could not be dealt with; nothing of it is shown when absent. */
  readonly inbox?: StuckInbox;
  /** Addresses of other parts below `/api/admin`, behind the same door. */
  readonly routes?: readonly AdminRoute[];
}

const SCRIPT = fileURLToPath(new URL('./page.js', import.meta.url));

export function createAdmin(deps: AdminDeps): readonly Mount[] {
  const door = createDoor(deps);
  return [
    { path: '/api/admin', router: apiRouter(door, deps) },
    { path: '/app', router: pageRouter(door, deps) },
    { path: '/auth', router: tokenPages(door) },
    { path: '/', router: root() },
  ];
}

function apiRouter(door: Door, deps: AdminDeps): Router {
  const router = Router();
  router.use(answerPreflight);
  const { inbox, clock, routes = [] } = deps;
  const ofInbox = inbox === undefined ? [] : inboxRoutes(inbox, clock);
  for (const { method, path, answer } of [...createAdminRoutes(deps), ...ofInbox, ...routes]) {
    router[method](path, ...door.handlers(answer));
  }
  router.use(door.onError);
  return router;
}

function pageRouter(door: Door, deps: AdminDeps): Router {
  const router = Router();
  router.get('/page.js', (_asked, answer) => {
    answer.sendFile(SCRIPT, { cacheControl: false, headers: { 'Cache-Control': 'no-cache' } });
  });
  router.get('/', ...door.handlers((context) => page(context, deps)));
  router.get('/customers/:id', ...door.handlers((context, asked) => customer(context, asked)));
  router.use(door.onError);
  return router;
}

/** Shopify opens the app's own address; its page stands below `/app`. */
function root(): Router {
  const router = Router();
  router.get('/', (asked, answer) => {
    const [, query] = asked.originalUrl.split('?', 2);
    answer.set('Cache-Control', 'no-store');
    answer.redirect(302, query === undefined ? '/app' : `/app?${query}`);
  });
  return router;
}

/** Pages of the library that fetch a session token, and that lead out of the admin's frame. */
function tokenPages(door: Door): Router {
  const router = Router();
  const never = () => Promise.reject(new HttpError(404, 'not-found', 'There is nothing here.'));
  router.get('/session-token', ...door.handlers(never));
  router.get('/exit-iframe', ...door.handlers(never));
  router.use(door.onError);
  return router;
}

async function page(context: AdminContext, deps: AdminDeps): Promise<Response> {
  const { ledger, clock, clientId, billing, log } = deps;
  const { shop, api } = context;
  await ensureShop({ ledger, log }, context).catch((error: unknown) => {
    if (!(error instanceof AdminApiError)) throw error;
    log('info', 'install-unfinished', { shop, message: error.message });
  });
  const overview = await ledger.database.read(shop, (reader) => readOverview(reader, clock.now()));
  const scopes = await scopeState(context);
  const { names } = await readNames({ api, granted: scopes.granted }, customersOf(overview));
  const plan = await planState(context, billing);
  const stuck = (await deps.inbox?.stuck(shop)) ?? [];
  const html = renderPage({ clientId, shop, overview, names, scopes, plan, stuck });
  return new Response(html, { headers: { 'Content-Type': 'text/html; charset=utf-8' } });
}

/** Leads to the customer in Shopify's admin. */
async function customer({ redirect }: AdminContext, asked: Asked): Promise<Response> {
  const { id } = asked.params;
  if (typeof id !== 'string' || !/^[1-9]\d{0,15}$/.test(id)) {
    throw new HttpError(400, 'invalid-parameter', 'A customer is named by a whole number.');
  }
  return redirect(`shopify://admin/customers/${id}`);
}
