/**
 * What every address of the merchant's side has in common: who asks is proved first, then how often
 * they may, then the body is read; what the library throws as a `Response` is an answer like any
 * other.
 */
import { ShopifyError } from '@shopify/shopify-api';
import {
  json,
  raw,
  type ErrorRequestHandler,
  type Request as Asked,
  type RequestHandler,
  type Response as Answer,
} from 'express';
import { HttpError } from '../http-error.ts';
import { requestFault } from '../ledger/json-shape.ts';
import { createLimiter, RATE_OF_FAILURES, type RateLimit } from '../rate-limit.ts';
import { AdminApiError } from '../shopify/admin-api.ts';
import {
  RETRY_HEADERS,
  retryHeaders,
  type AdminContext,
  type Authenticate,
} from '../shopify/authenticate.ts';

/** A person clicks; a page asks a few things at once. */
export const RATE_PER_MERCHANT: RateLimit = { burst: 60, perSecond: 5 };

/** What an address reads. A file comes as a `Buffer`. */
export interface AdminBody {
  readonly type: 'application/json' | 'text/csv';
  /** Also of a compressed body, once it is unpacked. */
  readonly bytesMax: number;
}

const BODY: AdminBody = { type: 'application/json', bytesMax: 16 * 1_024 };

export interface DoorDeps {
  readonly authenticate: Authenticate;
  readonly clock: { now(): number };
  readonly limits?: { readonly merchant?: RateLimit; readonly failures?: RateLimit };
}

/** One address; `answer` gives what to send, or rejects with an `HttpError` or a `Response`. */
export interface AdminRoute {
  readonly method: 'get' | 'post' | 'put';
  /** Below `/api/admin`. */
  readonly path: string;
  readonly answer: (context: AdminContext, asked: Asked) => Promise<Response>;
  /** JSON of up to 16 KiB when absent. */
  readonly body?: AdminBody;
  /** An allowance of its own in the place of the common one, for what comes in many pieces. */
  readonly rate?: RateLimit;
}

export interface Door {
  /** All that comes before and after `answer`. */
  handlers(
    answer: AdminRoute['answer'],
    route?: Pick<AdminRoute, 'body' | 'rate'>,
  ): RequestHandler[];
  readonly onError: ErrorRequestHandler;
}

export function createDoor(deps: DoorDeps): Door {
  const { authenticate, clock, limits } = deps;
  const failed = createLimiter(limits?.failures ?? RATE_OF_FAILURES, clock);
  const takeOfAll = createLimiter(limits?.merchant ?? RATE_PER_MERCHANT, clock);

  const prove =
    (take: typeof takeOfAll): RequestHandler =>
    async (asked, answer, next) => {
      try {
        answer.locals['admin'] = await authenticate.admin(asked, answer);
      } catch (error) {
        const isFailure = error instanceof HttpError && error.status === 401;
        const waitS = isFailure ? failed(asked.ip ?? 'unknown') : undefined;
        throw waitS === undefined ? error : tooMany(waitS);
      }
      const { shop, user } = contextOf(answer);
      const waitS = take(JSON.stringify([shop, user]));
      if (waitS !== undefined) throw tooMany(waitS);
      next();
    };

  return {
    handlers: (make, { body = BODY, rate } = {}) => [
      prove(rate === undefined ? takeOfAll : createLimiter(rate, clock)),
      readerOf(body),
      requireSaneBody(body),
      async (asked, answer) => {
        const context = contextOf(answer);
        const made = await make(context, asked).catch((thrown: unknown) => {
          throw thrown instanceof Response && !leadsOn(thrown) ? badAnswer() : thrown;
        });
        await authenticate.answer(asked, answer, context.cors(made));
      },
    ],
    onError: (error, asked, answer, next) => {
      if (error instanceof Response) {
        // A new session token makes the page ask again, with a session that has been renewed.
        if (error.status === 401 && !error.headers.has(REAUTHORIZE)) answer.set(RETRY_HEADERS);
        authenticate.answer(asked, answer, error).catch(next);
        return;
      }
      answer.set({ ...readableElsewhere(asked), ...retryHeaders(error) });
      next(withoutInside(error));
    },
  };
}

/** What Shopify's library throws may quote what it was given: the merchant is told to try again. */
function withoutInside(error: unknown): unknown {
  const isTheirs = error instanceof ShopifyError || error instanceof AdminApiError;
  if (!isTheirs) return error;
  return badAnswer();
}

const REAUTHORIZE = 'X-Shopify-API-Request-Failure-Reauthorize-Url';
const UNPROCESSABLE = 422;

/**
 * The library throws what leads somewhere else, and forwards what Shopify has answered to a failed
 * call in the same way, even as a 200. Only the first is an answer to the merchant.
 */
function leadsOn({ status, headers }: Response): boolean {
  const isTarget = ['Location', REAUTHORIZE, 'Content-Security-Policy'].some((name) =>
    headers.has(name),
  );
  return isTarget || status === 401 || status === UNPROCESSABLE;
}

function badAnswer(): HttpError {
  return new HttpError(503, 'shopify-unavailable', 'Shopify gave no good answer: try again.', 5);
}

/** The context that `prove` left for this request. */
function contextOf(answer: Answer): AdminContext {
  return answer.locals['admin'] as AdminContext;
}

function tooMany(waitS: number): HttpError {
  return new HttpError(429, 'too-many-requests', `Ask again in ${waitS} s.`, waitS);
}

function readerOf({ type, bytesMax }: AdminBody): RequestHandler {
  return type === 'text/csv'
    ? raw({ limit: bytesMax, type })
    : json({ limit: bytesMax, strict: true, type });
}

const requireSaneBody =
  ({ type }: AdminBody): RequestHandler =>
  (asked, _answer, next) => {
    const hasBody =
      asked.get('content-length') !== undefined && asked.get('content-length') !== '0';
    if (hasBody && asked.is(type) !== type) {
      throw new HttpError(415, 'wrong-content-type', `Send the body as ${type}.`);
    }
    if (type === 'text/csv') return next();
    const fault = requestFault(asked.body);
    if (fault !== undefined) throw new HttpError(400, fault, 'The JSON is not as it may be.');
    next();
  };

/** What a program on another origin may read of a refusal. */
const EXPOSED = ['Retry-After', 'X-Shopify-Retry-Invalid-Session-Request', REAUTHORIZE].join(', ');

/** Extensions of the admin run on Shopify's own origins: a refusal must be readable there too. */
function readableElsewhere(asked: Asked): Readonly<Record<string, string>> {
  if (asked.get('origin') === undefined) return {};
  return {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Headers': 'Authorization, Content-Type',
    'Access-Control-Allow-Methods': 'GET, POST, PUT, OPTIONS',
    'Access-Control-Expose-Headers': EXPOSED,
  };
}

const PREFLIGHT_MAX_AGE_S = '7200';

/** Answers what a browser asks before it asks. */
export const answerPreflight: RequestHandler = (asked, answer, next) => {
  if (asked.method !== 'OPTIONS') return next();
  answer.set({ ...readableElsewhere(asked), 'Access-Control-Max-Age': PREFLIGHT_MAX_AGE_S });
  answer.status(204).end();
};
