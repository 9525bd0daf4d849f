/**
 * The routes that registers call. Each authenticates first; every answer can be read across
 * origins.
 */
import {
  json,
  Router,
  type ErrorRequestHandler,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import * as v from '../shared/schema.ts';
import {
  PROTOCOL_OLDEST,
  PROTOCOL_VERSION,
  SYNC_BODY_BYTES_MAX,
  type SyncRequest,
} from '../shared/protocol.ts';
import { syncRequestSchema } from '../shared/sync-request.ts';
import { createAuthenticator, type AuthenticationDeps, type Caller } from './authenticate-pos.ts';
import { asHttpError, bodyRefusal, HttpError } from './http-error.ts';
import type { Ledger } from './ledger.ts';
import { requestFault } from './ledger/json-shape.ts';
import type { Log } from './log.ts';
import {
  createLimiter,
  RATE_OF_FAILURES,
  RATE_PER_REGISTER,
  REGISTERS_PER_USER,
  type RateLimit,
} from './rate-limit.ts';
import { createPosReads } from './pos-reads.ts';
import { routeOf } from './watch-requests.ts';

export interface PosApiDeps extends AuthenticationDeps {
  readonly log: Log;
  readonly limits?: { readonly register?: RateLimit; readonly failures?: RateLimit };
}

const PREFLIGHT_MAX_AGE_S = 7_200;

/**
 * Registers run on Shopify's origins: without these headers a refusal looks like a dead network.
 */
export const allowOtherOrigins: RequestHandler = (request, response, next) => {
  response.set({
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Headers': 'Authorization, Content-Type',
    'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
    'Access-Control-Expose-Headers': 'Retry-After, X-Request-Id',
    'Cache-Control': 'no-store',
  });
  if (request.method !== 'OPTIONS') return next();
  response.set('Access-Control-Max-Age', String(PREFLIGHT_MAX_AGE_S)).status(204).end();
};

/** `/api/pos/*`: the push, and what a register or a person reads. */
export function createPosApi(deps: PosApiDeps, ledger: Ledger): Router {
  const router = Router();
  const authenticate = createAuthentication(deps);
  const limitUser = createUserLimit(deps);
  const limit = createRegisterLimit(deps);

  router.use(allowOtherOrigins);
  router.post(
    '/sync',
    authenticate,
    limitUser,
    requireJson,
    json({ limit: SYNC_BODY_BYTES_MAX, strict: true, type: 'application/json' }),
    limit,
    requireSaneShape,
    async (request, response) => {
      const asked = { ...callerOf(response), request: readSyncRequest(request.body) };
      const outcome = await ledger.sync(asked);
      if ('refused' in outcome) {
        const message = 'This session belongs to another shop than the register says.';
        throw new HttpError(403, 'wrong-shop', message);
      }
      const { syncId, results, settled } = outcome.answer;
      const counts = { operations: results.length, settled: settled.length };
      deps.log('debug', 'sync', { shop: asked.shop, syncId, ...counts });
      response.json(outcome.answer);
    },
  );
  for (const { path, answer } of createPosReads(ledger, deps.clock)) {
    router.get(path, authenticate, limitUser, limit, async (request, response) => {
      response.json(await answer(callerOf(response).shop, request));
    });
  }
  return router;
}

function createAuthentication(deps: PosApiDeps): RequestHandler {
  const authenticate = createAuthenticator(deps);
  const failed = createLimiter(deps.limits?.failures ?? RATE_OF_FAILURES, deps.clock);
  return async (request: Request, response: Response, next: NextFunction) => {
    try {
      const caller: Caller = await authenticate(request.get('authorization'));
      response.locals['caller'] = caller;
    } catch (error) {
      const waitS = failed(request.ip ?? 'unknown');
      if (waitS !== undefined) throw tooMany(waitS);
      response.set('WWW-Authenticate', 'Bearer');
      throw error;
    }
    next();
  };
}

/** The caller that the authentication before this handler has proved. */
function callerOf(response: Response): Caller {
  return response.locals['caller'] as Caller;
}

/** Before the body is read, which only says what it likes. */
function createUserLimit(deps: PosApiDeps): RequestHandler {
  const { burst, perSecond } = deps.limits?.register ?? RATE_PER_REGISTER;
  const whole = { burst: burst * REGISTERS_PER_USER, perSecond: perSecond * REGISTERS_PER_USER };
  const take = createLimiter(whole, deps.clock);
  return (_request, response, next) => {
    const { shop, user } = callerOf(response);
    const waitS = take(JSON.stringify([shop, user]));
    if (waitS !== undefined) throw tooMany(waitS);
    next();
  };
}

function createRegisterLimit(deps: PosApiDeps): RequestHandler {
  const take = createLimiter(deps.limits?.register ?? RATE_PER_REGISTER, deps.clock);
  const named = v.object({ register: v.object({ device: v.pipe(v.string(), v.maxLength(64)) }) });
  return (request, response, next) => {
    const { shop, user } = callerOf(response);
    const told = v.safeParse(named, request.body);
    const device = told.success ? told.output.register.device : '';
    const waitS = take(JSON.stringify([shop, user, device]));
    if (waitS !== undefined) throw tooMany(waitS);
    next();
  };
}

function tooMany(waitS: number): HttpError {
  return new HttpError(429, 'too-many-requests', `Ask again in ${waitS} s.`, waitS);
}

const requireJson: RequestHandler = (request, _response, next) => {
  if (request.is('application/json') !== 'application/json') {
    throw new HttpError(415, 'wrong-content-type', 'Send the body as application/json.');
  }
  next();
};

const requireSaneShape: RequestHandler = (request, _response, next) => {
  const fault = requestFault(request.body);
  if (fault === 'too-deep') {
    throw bodyRefusal('too-deep', 'The JSON is nested deeper than 8 levels.');
  }
  if (fault === 'forbidden-key') {
    throw bodyRefusal('forbidden-key', 'The JSON uses a key that is not allowed.');
  }
  next();
};

function readSyncRequest(body: unknown): SyncRequest {
  const versioned = v.safeParse(v.object({ protocol: v.number() }), body);
  if (versioned.success) {
    const { protocol } = versioned.output;
    if (protocol < PROTOCOL_OLDEST || protocol > PROTOCOL_VERSION) {
      const message = `This server speaks protocol ${PROTOCOL_OLDEST} to ${PROTOCOL_VERSION}.`;
      throw new HttpError(400, 'protocol-unsupported', message);
    }
  }
  const parsed = v.safeParse(syncRequestSchema, body);
  if (parsed.success) return parsed.output;
  const where = parsed.issue.path || 'the body';
  throw bodyRefusal('invalid-request', `Not as the protocol says: ${where.slice(0, 100)}.`);
}

/** The last word on every failed request: one shape, no word about the inside. */
export function answerErrors(deps: Pick<PosApiDeps, 'log'>): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const refusal = asHttpError(error);
    const { status, code, message, retryAfterS } = refusal;
    if (status >= 500) {
      const name = error instanceof Error ? error.name : typeof error;
      const stack = error instanceof Error ? error.stack : undefined;
      deps.log('error', 'request-failed', { route: routeOf(request), name, stack });
    } else {
      deps.log('debug', 'request-refused', { route: routeOf(request), status, code });
    }
    if (retryAfterS !== undefined) response.set('Retry-After', String(retryAfterS));
    response.status(status).json({ error: { code, message } });
  };
}
