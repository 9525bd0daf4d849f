/**
 * `/__sim/*`: what the page and outside clients ask of the simulated Shopify, and the server's
 * switches.
 */
import { randomUUID } from 'node:crypto';
import express, { type Request, type RequestHandler, type Router } from 'express';
import * as v from '../shared/schema.ts';
import { mintToken, type Credentials } from './credentials.ts';
import { isLoopbackOrigin } from './guard.ts';
import { createMerchantApi, type Merchant } from './merchant-api.ts';
import type { OrderSide } from './order-webhooks.ts';
import { createOrdersApi } from './orders-api.ts';
import { createShopOrders, type ShopOrder } from './shop-orders.ts';
import { DISCOUNT_CODES, SHOP_DOMAIN, SHOP_ID, USERS } from './shop.ts';

export interface ServerSwitches {
  /** The app's server takes no connection. */
  down: boolean;
  /** How wrong the clock of server and Shopify is. */
  clockOffsetMs: number;
}

export interface ControlDeps {
  readonly credentials: Credentials;
  readonly switches: ServerSwitches;
  readonly merchant: Merchant;
  readonly clock: { now(): number };
  readonly bundle: string;
  /** The legacy cart extension, and what the app is told of an order. */
  readonly cartSide: {
    readonly router: Router;
    readonly tell: (request: Request, order: ShopOrder) => Promise<void>;
  };
  /** Webhooks of orders and refunds. */
  readonly orderSide: OrderSide;
  /** Everything that the page must know before it can start POS. */
  readonly installation: (host: string) => unknown;
}

export const SHOPS: Readonly<Record<string, number>> = { [SHOP_DOMAIN]: SHOP_ID };

const tokenSchema = v.object({
  shop: v.defaulted(v.picklist(Object.keys(SHOPS)), SHOP_DOMAIN),
  user: v.defaulted(v.pipe(v.number(), v.safeInteger(), v.minValue(1)), USERS[0]?.id ?? 1),
});
const switchesSchema = v.object({
  down: v.optional(v.boolean()),
  clockOffsetMs: v.optional(v.pipe(v.number(), v.safeInteger())),
});
const codeSchema = v.object({ code: v.string() });

/** The router; a request that a page of another origin sent is refused before anything happens. */
export function createControlApi(deps: ControlDeps): Router {
  const router = express.Router();
  const { switches } = deps;
  router.use(onlyFromHere);
  router.use(express.json({ limit: '256kb' }));
  router.get('/installation', (request, response) => {
    response.json(deps.installation(request.headers.host ?? ''));
  });
  router.get('/extension.js', (_request, response) => {
    response.type('text/javascript').set('Cache-Control', 'no-store').send(deps.bundle);
  });
  router.post('/token', async (request, response) => {
    const { shop, user } = v.parse(tokenSchema, request.body ?? {});
    const nowMs = deps.clock.now();
    const token = await mintToken(deps.credentials, { shop, user, nowMs });
    response.json({ token, shop, shopId: SHOPS[shop] });
  });
  router.use(createMerchantApi(deps.merchant));
  router.use('/cart-extension', deps.cartSide.router);
  const orders = createShopOrders({ now: deps.clock.now, uuid: randomUUID });
  router.use('/webhooks', deps.orderSide.router);
  const { sold, cameBack } = deps.orderSide;
  const tell = async (request: Request, order: ShopOrder) => {
    await deps.cartSide.tell(request, order);
    await sold(request, order);
  };
  router.use(createOrdersApi(orders, { sold: tell, cameBack }));
  router.post('/discount-code', (request, response) => {
    const { code } = v.parse(codeSchema, request.body);
    const percent = DISCOUNT_CODES[code.toUpperCase()];
    if (percent === undefined) response.status(404).json(refusal('unknown-code', 'No such code.'));
    else response.json({ percent });
  });
  router.get('/server', (_request, response) => {
    response.json(switches);
  });
  router.post('/server', (request, response) => {
    const { down, clockOffsetMs } = v.parse(switchesSchema, request.body);
    if (down !== undefined) switches.down = down;
    if (clockOffsetMs !== undefined) switches.clockOffsetMs = clockOffsetMs;
    response.json(switches);
  });
  router.use((_request, response) => {
    response.status(404).json(refusal('not-found', 'The simulator has nothing at this address.'));
  });
  return router;
}

const onlyFromHere: RequestHandler = (request, response, next) => {
  if (isLoopbackOrigin(request.headers.origin)) next();
  else response.status(403).json(refusal('foreign-origin', 'Only pages of this machine may ask.'));
};

function refusal(code: string, message: string) {
  return { error: { code, message } };
}
