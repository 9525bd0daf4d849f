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
/** Deliveries that one process stores at once; Shopify sends again what is turned away. */
export const WEBHOOKS_AT_ONCE_MAX = 64;
/** Bodies of one address that are still on their way. */
export const BODIES_PER_ADDRESS_MAX = 16;
/** A body that takes longer is cut off; Shopify itself waits no longer for an answer. */
export const BODY_WITHIN_MS = 5_000;
const RETRY_AFTER_S = 5;
const WEBHOOK_ID = /^[\x21-\x7e]{1,128}$/;

export interface DoorDeps {
  readonly inbox: Pick<Inbox, 'keep'>;
  /** The app's secrets, the current one first. */
  readonly secrets: readonly string[];
  readonly shopHostPattern: RegExp;
  readonly clock: { now(): number };
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Log;
  /** Told after each delivery that is news; the answer does not wait for it. */
  readonly arrived: () => void;
  readonly limits?: { readonly failures?: RateLimit; readonly atOnce?: number };
}

/** The routes under the address that `shopify.app.toml` names. */
export function createWebhookDoor(deps: DoorDeps): Router {
  const router = Router();
  const verified = createVerification(deps);
  const most = deps.limits?.atOnce ?? WEBHOOKS_AT_ONCE_MAX;
  let atOnce = 0;

  async function keep(delivery: Delivery): Promise<boolean> {
    if (atOnce >= most) throw busy('Too many webhooks at once. Send it again.');
    atOnce += 1;
    try {
      return await deps.inbox.keep(delivery, deps.clock.now());
    } catch (error) {
      deps.log('error', 'webhook-not-kept', { topic: delivery.topic, name: nameOf(error) });
      throw busy('The webhook could not be stored. Send it again.');
    } finally {
      atOnce -= 1;
    }
  }

  router.post('/', createBodyReader(deps), async (request: Request, response: Response) => {
    const delivery = verified(request);
    const isNews = await keep(delivery);
    response.status(200).end();
    deps.log('debug', 'webhook', { shop: delivery.shop, topic: delivery.topic, isNews });
    if (isNews) deps.arrived();
  });
  router.use(tellBodyLimit);
  return router;
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : typeof error);

function busy(message: string): HttpError {
  return new HttpError(503, 'busy', message, RETRY_AFTER_S);
}

/**
 * Reads the body of whoever asks: nobody knows yet who that is, so that each address has room for
 * some bodies of its own, for a short while, and takes none of another's.
 */
function createBodyReader({ sleep }: Pick<DoorDeps, 'sleep'>): RequestHandler {
  const read = raw({ limit: WEBHOOK_BYTES_MAX, type: () => true, inflate: false });
  const coming = new Map<string, number>();
  return (request: Request, response: Response, next: NextFunction) => {
    const address = request.ip ?? 'unknown';
    const others = coming.get(address) ?? 0;
    if (others >= BODIES_PER_ADDRESS_MAX)
      throw busy('Too many unfinished webhooks at once. Send it again.');
    coming.set(address, others + 1);
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      const left = (coming.get(address) ?? 1) - 1;
      if (left > 0) coming.set(address, left);
      else coming.delete(address);
    };
    response.once('close', end);
    void sleep(BODY_WITHIN_MS).then(() => {
      if (!isOver) request.destroy();
    });
    read(request, response, (error?: unknown) => {
      end();
      next(error);
    });
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
