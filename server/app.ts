/** The whole request path on one page. */
import express, { type Express } from 'express';
import type { Random } from '../shared/ports.ts';
import type { Database } from './database/database.ts';
import { HttpError } from './http-error.ts';
import { createLedger, type LedgerDeps } from './ledger.ts';
import { answerErrors, createPosApi, type PosApiDeps } from './pos-api.ts';

/** Whom to trust, what to run on, and what to limit; built in one composition root per process. */
export interface AppDeps extends PosApiDeps {
  readonly database: Database;
  readonly random: Random;
  /** How many proxies in front are trusted to say the caller's address; none when absent. */
  readonly proxies?: number;
  readonly ledger?: Pick<LedgerDeps, 'backedUpTo' | 'positionsBehindMax' | 'heartbeatMs'>;
}

/** Shops of Shopify; the simulator's are elsewhere, so that neither can be taken for the other. */
export const SHOPIFY_HOSTS = /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/;

/** The server without its process: everything it needs comes in through `deps`. */
export function createApp(deps: AppDeps): Express {
  const { database, clock, random } = deps;
  const ledger = createLedger({ database, clock, random, ...deps.ledger });
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', deps.proxies ?? 0);

  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', async (_request, response) => {
    try {
      await database.ping();
    } catch {
      throw new HttpError(503, 'not-ready', 'The database does not answer.', 1);
    }
    response.json({ status: 'ok' });
  });
  app.use('/api/pos', createPosApi(deps, ledger));
  app.use(() => {
    throw new HttpError(404, 'not-found', 'There is nothing at this address.');
  });
  app.use(answerErrors(deps));
  return app;
}
