/** The whole request path on one page. */
import express, { type Express, type Router } from 'express';
import type { Database } from './database/database.ts';
import { answerAlive, answerReady, type Readiness } from './health.ts';
import { HttpError } from './http-error.ts';
import type { Ledger } from './ledger.ts';
import type { Metrics } from './metrics.ts';
import { answerErrors, createPosApi, type PosApiDeps } from './pos-api.ts';
import { nameRequests, type RequestScope } from './request-id.ts';
import { secureAnswers } from './security-headers.ts';
import { watchRequests } from './watch-requests.ts';

/** Whom to trust, what to run on, and what to limit; built in one composition root per process. */
export interface AppDeps extends PosApiDeps {
  readonly database: Database;
  readonly ledger: Ledger;
  /** How many proxies in front are trusted to say the caller's address; none when absent. */
  readonly proxies?: number;
  /** Doors beside the registers' own. */
  readonly mounts?: readonly Mount[];
  /** Names requests; the log that came in says the names. */
  readonly scope?: RequestScope;
  readonly metrics?: Metrics;
  readonly readiness?: Readiness;
  /** How long the database may take to answer before the server counts as not ready, ms. */
  readonly readyWithinMs?: number;
}

/** Routes under a path without parameters; each authenticates by itself. */
export interface Mount {
  readonly path: string;
  readonly router: Router;
}

/** Shops of Shopify; the simulator's are elsewhere, so that neither can be taken for the other. */
export const SHOPIFY_HOSTS = /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/;

/** The server without its process: everything it needs comes in through `deps`. */
export function createApp(deps: AppDeps): Express {
  const { ledger, scope, log, clock, metrics } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', deps.proxies ?? 0);

  app.use(secureAnswers());
  if (scope !== undefined) app.use(nameRequests(scope));
  const requestId = () => scope?.fields()['requestId']?.toString();
  app.use(watchRequests({ log, clock, metrics, requestId }));
  app.get('/healthz', answerAlive);
  app.get('/readyz', answerReady(deps));
  app.use('/api/pos', createPosApi(deps, ledger));
  for (const { path, router } of deps.mounts ?? []) app.use(path, router);
  app.use(() => {
    throw new HttpError(404, 'not-found', 'There is nothing at this address.');
  });
  app.use(answerErrors(deps));
  return app;
}
