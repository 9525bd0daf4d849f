/** `/__sim/orders`, `/__sim/drafts`: what registers ask of the simulated Shopify's order desk. */
import { Router, type Request } from 'express';
import * as v from '../shared/schema.ts';
import type { CartState } from './page/cart-totals.ts';
import type { Returned, ShopOrder, ShopOrders } from './shop-orders.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** A register reads its own carts back; the desk itself counts lines and looks at nothing else. */
const cartSchema = v.pipe(
  v.looseObject({ lines: v.array(v.looseObject({ uuid: v.string(), quantity: count })) }),
  v.transform((cart) => cart as CartState),
);
const soldSchema = v.object({
  key: v.string(),
  at: count,
  register: v.string(),
  payment: v.picklist(['Cash', 'Custom']),
  cart: cartSchema,
});
const backSchema = v.object({
  key: v.string(),
  kind: v.picklist(['return', 'exchange']),
  quantities: v.record(v.string(), count),
});
const draftSchema = v.object({ at: count, register: v.string(), cart: cartSchema });
const idSchema = v.pipe(v.string(), v.regex(/^\d{1,16}$/), v.transform(Number));

/** A request that can't be done is answered 400 with the reason by the simulator's own handler. */
export function createOrdersApi(
  orders: ShopOrders,
  tell: {
    readonly sold: (request: Request, order: ShopOrder) => Promise<void>;
    readonly cameBack: (request: Request, returned: Returned) => Promise<void>;
  },
): Router {
  const router = Router();
  router.get('/orders', (_request, response) => {
    response.json({ orders: orders.orders() });
  });
  router.post('/orders', async (request, response) => {
    const body: unknown = request.body ?? {};
    const isKept = typeof body === 'object' && body !== null && 'cart' in body;
    if (!isKept) return void response.json(orders.nextOrder());
    const order = orders.add(v.parse(soldSchema, body));
    await tell.sold(request, order);
    response.json(order);
  });
  router.post('/orders/:id/returns', async (request, response) => {
    const id = v.parse(idSchema, request.params.id);
    const returned = orders.takeBack(id, v.parse(backSchema, request.body));
    await tell.cameBack(request, returned);
    response.json(returned);
  });
  router.get('/drafts', (_request, response) => {
    response.json({ drafts: orders.drafts() });
  });
  router.post('/drafts', (request, response) => {
    response.json(orders.addDraft(v.parse(draftSchema, request.body)));
  });
  router.delete('/drafts/:id', (request, response) => {
    orders.removeDraft(v.parse(idSchema, request.params.id));
    response.json({});
  });
  return router;
}
