/**
 * The door of the cart app extension (legacy): three addresses that Shopify's servers call, each
 * signed over the bytes of its body, each answered within a fixed time.
 */
import {
  raw,
  Router,
  type ErrorRequestHandler,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import * as v from '../../shared/schema.ts';
import type { ShopDomain } from '../database/database.ts';
import { createHmacCheck, HMAC_HEADER } from '../hmac.ts';
import { HttpError } from '../http-error.ts';
import { requestFault } from '../ledger/json-shape.ts';
import type { Log } from '../log.ts';
import { createLimiter, RATE_OF_FAILURES, type RateLimit } from '../rate-limit.ts';
import type { Asked, CartActions, CartOutcome, CartRefusal } from './actions.ts';
import { within } from './budget.ts';
import { cartRequestSchema, NO_ACTIONS, type CartRequest } from './message.ts';

export const CART_BODY_BYTES_MAX = 64 * 1024;
/** Shopify gives up after 3 s; the rest is for the way. */
export const CART_BUDGET_MS = 2_500;
/** All registers of a shop together: a tap, a revert and a new customer are one request each. */
export const RATE_PER_SHOP: RateLimit = { burst: 240, perSecond: 40 };

export interface CartDoorDeps {
  readonly actions: CartActions;
  /** The current secret first. */
  readonly secrets: readonly string[];
  readonly shopHostPattern: RegExp;
  readonly clock: { now(): number };
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Log;
  readonly limits?: { readonly shop?: RateLimit; readonly failures?: RateLimit };
}

export function createCartDoor(deps: CartDoorDeps): Router {
  const router = Router();
  const { actions, log } = deps;
  const read = createReader(deps);

  router.use(refuseEncoded, readRaw, answerReading, createSignatureCheck(deps));
  router.post('/promotions', read, async (_request, response) => {
    const asked = askedOf(response);
    // Whatever goes wrong, a cashier is shown an empty list and no error.
    const answer = await inTime(deps, asked, (all) => actions.promotions(all)).catch(
      (error: unknown) => {
        log('error', 'cart-promotions-failed', { shop: asked.shop, ...nameOf(error) });
        return undefined;
      },
    );
    response.json(answer ?? NO_ACTIONS);
  });
  for (const [path, work] of [
    ['/perform_action', (all: Asked) => actions.perform(all)],
    ['/revert_action', (all: Asked) => actions.revert(all)],
  ] as const) {
    router.post(path, read, async (_request, response) => {
      const asked = askedOf(response);
      const outcome: CartOutcome = (await inTime(deps, asked, work)) ?? { refused: 'too-late' };
      if ('answer' in outcome) return void response.json(outcome.answer);
      const { status, message } = REFUSALS[outcome.refused];
      log('info', 'cart-action-refused', { shop: asked.shop, path, code: outcome.refused });
      response.status(status).json({ error: { code: outcome.refused, message } });
    });
  }
  return router;
}

const REFUSALS: Readonly<
  Record<CartRefusal, { readonly status: 404 | 500; readonly message: string }>
> = {
  'not-found': { status: 404, message: 'There is no such action, or it was used or has ended.' },
  unsupported: { status: 500, message: 'This cart can’t take such an action.' },
  'balance-too-low': { status: 500, message: 'The customer has not enough points.' },
  'set-aside': { status: 500, message: 'Other registers may still promise these points.' },
  'too-late': { status: 500, message: 'It took too long. Ask again: nothing is taken twice.' },
  'too-often': { status: 500, message: 'This action was begun too often.' },
};

/** What the work gives within the time for one request, else `undefined`. */
function inTime<T>(
  { sleep }: CartDoorDeps,
  asked: Omit<Asked, 'signal'>,
  work: (asked: Asked) => Promise<T>,
): Promise<T | undefined> {
  return within({ ms: CART_BUDGET_MS, sleep }, (signal) => work({ ...asked, signal }));
}

const readRaw: RequestHandler = raw({ limit: CART_BODY_BYTES_MAX, type: () => true });

/** The signature is over the bytes as they were sent; nothing is unpacked before it is known. */
const refuseEncoded: RequestHandler = (request, _response, next) => {
  if ((request.get('content-encoding') ?? 'identity') !== 'identity') {
    throw new HttpError(415, 'wrong-content-type', 'Send the body as it is, not compressed.');
  }
  next();
};

const answerReading: ErrorRequestHandler = (error: unknown, _request, _response, next) => {
  const isTooLarge = (error as { type?: unknown } | null)?.type === 'entity.too.large';
  next(
    isTooLarge ? new HttpError(413, 'body-too-large', 'The body is larger than 64 KiB.') : error,
  );
};

function createSignatureCheck(deps: CartDoorDeps): RequestHandler {
  const isSigned = createHmacCheck(deps.secrets);
  const failed = createLimiter(deps.limits?.failures ?? RATE_OF_FAILURES, deps.clock);
  return (request: Request, _response: Response, next: NextFunction) => {
    if (isSigned(bytesOf(request), request.get(HMAC_HEADER))) return next();
    const waitS = failed(request.ip ?? 'unknown');
    if (waitS !== undefined) throw tooMany(waitS);
    throw new HttpError(401, 'not-signed', 'The signature does not fit the body.');
  };
}

/** An empty body has no bytes. */
function bytesOf(request: Request): Buffer {
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** Reads what was asked into `response.locals`, for one of the shops that this server is for. */
function createReader(deps: CartDoorDeps): RequestHandler {
  const take = createLimiter(deps.limits?.shop ?? RATE_PER_SHOP, deps.clock);
  return (request, response, next) => {
    const asked = readCartRequest(bytesOf(request));
    const shop = asked.shopify_domain.toLowerCase();
    if (!deps.shopHostPattern.test(shop)) throw malformed('shopify_domain');
    const waitS = take(shop);
    if (waitS !== undefined) throw tooMany(waitS);
    response.set('Cache-Control', 'no-store');
    response.locals['asked'] = { shop: shop as ShopDomain, request: asked };
    next();
  };
}

function askedOf(response: Response): Omit<Asked, 'signal'> {
  return response.locals['asked'] as Omit<Asked, 'signal'>;
}

function readCartRequest(bytes: Buffer): CartRequest {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new HttpError(400, 'not-json', 'The body is not valid JSON.');
  }
  const fault = requestFault(body);
  if (fault !== undefined) throw new HttpError(400, fault, 'The JSON is not of an allowed shape.');
  const read = v.safeParse(cartRequestSchema, body);
  if (!read.success) throw malformed(read.issue.path);
  return read.output;
}

function malformed(where: string): HttpError {
  const place = (where || 'the body').slice(0, 100);
  return new HttpError(400, 'invalid-request', `Not as the contract says: ${place}.`);
}

function tooMany(waitS: number): HttpError {
  return new HttpError(429, 'too-many-requests', `Ask again in ${waitS} s.`, waitS);
}

function nameOf(error: unknown) {
  return {
    name: error instanceof Error ? error.name : typeof error,
    stack: error instanceof Error ? error.stack : undefined,
  };
}
