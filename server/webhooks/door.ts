/**
 * `POST /webhooks`: one address for every topic. Checks that Shopify has signed it, keeps what is
 * needed of it durably, and answers; whatever is to be done is done afterwards.
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
import type { ShopDomain } from '../database/database.ts';
import { createHmacCheck } from '../hmac.ts';
import { bodyRefusal, HttpError } from '../http-error.ts';
import type { Log } from '../log.ts';
import { createLimiter, RATE_OF_FAILURES, type RateLimit } from '../rate-limit.ts';
import type { Delivery } from './delivery.ts';
import type { Inbox } from './inbox.ts';
import { isTopic, project, shopInBody } from './projection.ts';

/** An order of some hundred lines is a few hundred KiB. */
export const WEBHOOK_BYTES_MAX = 1024 * 1024;
/** Requests in the hands of one process; Shopify sends again what is turned away. */
export const WEBHOOKS_AT_ONCE_MAX = 64;
const RETRY_AFTER_S = 5;
const WEBHOOK_ID = /^[\x21-\x7e]{1,128}$/;

export interface DoorDeps {
  readonly inbox: Pick<Inbox, 'keep'>;
  /** The app's secrets, the current one first. */
  readonly secrets: readonly string[];
  readonly shopHostPattern: RegExp;
  readonly clock: { now(): number };
  readonly log: Log;
  /** Told after each delivery that is news; the answer does not wait for it. */
  readonly arrived: () => void;
  readonly limits?: { readonly failures?: RateLimit; readonly atOnce?: number };
}

/** The routes under the address that `shopify.app.toml` names. */
export function createWebhookDoor(deps: DoorDeps): Router {
  const router = Router();
  const verified = createVerification(deps);
  router.post(
    '/',
    createCrowdLimit(deps.limits?.atOnce ?? WEBHOOKS_AT_ONCE_MAX),
    raw({ limit: WEBHOOK_BYTES_MAX, type: () => true, inflate: false }),
    async (request: Request, response: Response) => {
      const delivery = verified(request);
      const isNews = await deps.inbox.keep(delivery, deps.clock.now()).catch((error: unknown) => {
        deps.log('error', 'webhook-not-kept', { topic: delivery.topic, name: nameOf(error) });
        throw busy('The webhook could not be stored. Send it again.');
      });
      response.status(200).end();
      deps.log('debug', 'webhook', { shop: delivery.shop, topic: delivery.topic, isNews });
      if (isNews) deps.arrived();
    },
  );
  router.use(tellBodyLimit);
  return router;
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : typeof error);

function busy(message: string): HttpError {
  return new HttpError(503, 'busy', message, RETRY_AFTER_S);
}

/** Before the body is read: turned away rather than half done when too many come at once. */
function createCrowdLimit(most: number): RequestHandler {
  let inside = 0;
  return (_request, response: Response, next: NextFunction) => {
    if (inside >= most) throw busy('Too many webhooks at once. Send it again.');
    inside += 1;
    response.once('close', () => {
      inside -= 1;
    });
    next();
  };
}

/**
 * Reads what Shopify has signed. The signature covers the body alone: what a header says is
 * believed because nobody else gets to see a signed body, and where a topic deletes, the body
 * itself must name the shop.
 */
function createVerification(deps: DoorDeps): (request: Request) => Delivery {
  const isSigned = createHmacCheck(deps.secrets);
  const failed = createLimiter(deps.limits?.failures ?? RATE_OF_FAILURES, deps.clock);
  const refused = (request: Request): HttpError => {
    const waitS = failed(request.ip ?? 'unknown');
    if (waitS === undefined)
      return new HttpError(401, 'not-signed', 'This is not signed by Shopify for this app.');
    return new HttpError(429, 'too-many-requests', `Ask again in ${waitS} s.`, waitS);
  };
  return (request) => {
    const header = headersOf(request);
    const body: unknown = request.body;
    const [shop, topic, webhookId] = [header('shop-domain'), header('topic'), header('webhook-id')];
    if (!Buffer.isBuffer(body) || body.length === 0) throw refused(request);
    if (!isSigned(body, header('hmac-sha256'))) throw refused(request);
    if (shop === undefined || !deps.shopHostPattern.test(shop)) throw refused(request);
    if (topic === undefined || webhookId === undefined) throw refused(request);
    if (header('api-version') === undefined || !WEBHOOK_ID.test(webhookId)) throw refused(request);
    if (!isTopic(topic)) {
      deps.log('error', 'webhook-of-unknown-topic', { shop });
      throw new HttpError(404, 'unknown-topic', 'This server does not listen to this topic.');
    }
    const payload = project(topic, parsed(body));
    const named = shopInBody(topic, payload);
    if (named !== undefined && named !== shop) throw refused(request);
    const triggeredAt = timeOf(header('triggered-at')) ?? deps.clock.now();
    return { shop: shop as ShopDomain, topic, webhookId, triggeredAt, payload };
  };
}

function timeOf(told: string | undefined): number | undefined {
  const at = Date.parse(told ?? '');
  return Number.isSafeInteger(at) && at > 0 ? at : undefined;
}

/** Shopify writes "X-Shopify-Topic", and "shopify-topic" in its newer kind; never a mixture. */
function headersOf(request: Request): (name: string) => string | undefined {
  const isNewer = request.get('x-shopify-hmac-sha256') === undefined;
  return (name) => request.get(isNewer ? `shopify-${name}` : `x-shopify-${name}`);
}

function parsed(body: Buffer): unknown {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw bodyRefusal('not-json', 'The body is not valid JSON.');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw bodyRefusal('invalid-request', 'The body is not an object.');
}

/** The limit of this door is another than that of registers. */
const tellBodyLimit: ErrorRequestHandler = (error: unknown, _request, _response, next) => {
  const type = (error as { type?: unknown } | null | undefined)?.type;
  if (type !== 'entity.too.large') return next(error);
  next(bodyRefusal('body-too-large', 'The body is larger than 1 MiB.'));
};
