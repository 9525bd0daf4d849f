/** The merchant's side: the page in Shopify's admin and what it asks of this server. */
import { join } from 'node:path';
import { Router, type Request as Asked, type Response as Answer } from 'express';
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
import { renderPage, SHOPIFY_SCRIPTS, type PageScripts } from './page.ts';

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
  /** What draws the page's elements; Shopify's own when absent. */
  readonly scripts?: PageScripts;
}

/** Where `npm run build` puts what the page loads. */
const BUILT = join(import.meta.dirname, '../admin-page/dist');
const FILE = /^[\w-]+\.(?:js|css)(?:\.map)?$/;

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
  for (const route of [...createAdminRoutes(deps), ...ofInbox, ...routes]) {
    router[route.method](route.path, ...door.handlers(route.answer, route));
  }
  router.use(door.onError);
  return router;
}

function pageRouter(door: Door, deps: AdminDeps): Router {
  const router = Router();
  router.get('/assets/:name', sendBuilt);
  router.get('/in-admin/customers/:id', ...door.handlers(customer));
  // The browser finds the view; the frame is the same for each.
  const frame = door.handlers((context) => page(context, deps));
  router.get('/', ...frame);
  router.get('/{*view}', ...frame);
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

/** Asked again each time, so that an update is seen at once; unchanged files are not sent again. */
function sendBuilt(asked: Asked, answer: Answer, next: (error: unknown) => void): void {
  const { name } = asked.params;
  const isName = typeof name === 'string' && FILE.test(name);
  const headers = { 'Cache-Control': 'no-cache' };
  const gone = () => next(new HttpError(404, 'not-found', 'There is nothing here.'));
  if (!isName) return gone();
  answer.sendFile(name, { root: BUILT, cacheControl: false, headers }, (error) => {
    if (error !== undefined && !answer.headersSent) gone();
  });
}

async function page(context: AdminContext, deps: AdminDeps): Promise<Response> {
  const { ledger, clientId, log, scripts = SHOPIFY_SCRIPTS } = deps;
  await ensureShop({ ledger, log }, context).catch((error: unknown) => {
    if (!(error instanceof AdminApiError)) throw error;
    log('info', 'install-unfinished', { shop: context.shop, message: error.message });
  });
  const html = renderPage({ clientId, scripts });
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
