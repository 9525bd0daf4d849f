/**
 * What the simulated Shopify tells the app of its orders and refunds, as webhooks: off at first,
 * because registers tell of their sales by themselves, and sent once, twice, late or never as the
 * switch says.
 */
import { randomUUID } from 'node:crypto';
import { Router, type Request } from 'express';
import { formatDecimal, minor } from '../shared/amount.ts';
import * as v from '../shared/schema.ts';
import { totalsOf, type CartDiscount, type CartLine } from './page/cart-totals.ts';
import type { Returned, ShopOrder } from './shop-orders.ts';
import { SALES_TAX_PERCENT, SHOP_CURRENCY, SHOP_DOMAIN } from './shop.ts';
import { webhookRequest, type SimulatedWebhook } from './webhooks.ts';

const RULES = { currency: SHOP_CURRENCY, taxPercent: SALES_TAX_PERCENT };
/** `late`: kept until somebody asks for `/send`. */
const MODES = ['off', 'on', 'twice', 'late', 'lost'] as const;
const modeSchema = v.object({ mode: v.picklist(MODES) });

export interface OrderSide {
  /** `/__sim/webhooks`: the switch, and sending what is late. */
  readonly router: Router;
  readonly sold: (request: Request, order: ShopOrder) => Promise<void>;
  readonly cameBack: (request: Request, returned: Returned) => Promise<void>;
}

export function createOrderSide(deps: {
  readonly secret: string;
  readonly clock: { now(): number };
}): OrderSide {
  const { secret, clock } = deps;
  let mode: (typeof MODES)[number] = 'off';
  let late: readonly SimulatedWebhook[] = [];

  async function send(request: Request, webhook: SimulatedWebhook): Promise<void> {
    // The app listens on the same port. What it turns away or never hears is lost here.
    const url = `http://127.0.0.1:${request.socket.localPort}/webhooks`;
    await fetch(url, webhookRequest(secret, webhook)).catch(() => undefined);
  }

  async function tell(request: Request, topic: string, body: unknown): Promise<void> {
    const at = clock.now();
    const about = { shop: SHOP_DOMAIN, topic, webhookId: randomUUID(), triggeredAt: at, body };
    if (mode === 'late') late = [...late, about];
    if (mode === 'on' || mode === 'twice') await send(request, about);
    if (mode === 'twice') await send(request, about);
  }

  const router = Router();
  const state = () => ({ mode, late: late.length });
  router.get('/', (_request, response) => void response.json(state()));
  router.post('/', (request, response) => {
    mode = v.parse(modeSchema, request.body).mode;
    response.json(state());
  });
  router.post('/send', async (request, response) => {
    const waiting = late;
    late = [];
    // The newest first: nothing may depend on their order.
    for (const webhook of waiting.toReversed()) await send(request, webhook);
    response.json(state());
  });
  return {
    router,
    sold: (request, order) => tell(request, 'orders/create', orderBody(order)),
    cameBack: (request, returned) => tell(request, 'refunds/create', refundBody(returned)),
  };
}

const money = (amount: number) => formatDecimal({ amount: minor(amount), currency: SHOP_CURRENCY });

function moneySet(amount: number) {
  const one = { amount: money(amount), currency_code: SHOP_CURRENCY };
  return { shop_money: one, presentment_money: one };
}

function orderBody({ id, cart, at }: ShopOrder) {
  const { taken } = totalsOf(cart, RULES);
  return {
    id,
    currency: SHOP_CURRENCY,
    presentment_currency: SHOP_CURRENCY,
    created_at: new Date(at).toISOString(),
    cancelled_at: null,
    customer: cart.customer === undefined ? null : { id: cart.customer },
    note_attributes: Object.entries(cart.properties).map(([name, value]) => ({ name, value })),
    discount_applications: cart.discounts.map(applicationOf),
    line_items: cart.lines.map((line, place) => ({
      ...lineOf(line, place),
      // Shopify spreads a cart's discount over its lines; their sum is all that is read of it.
      discount_allocations: place > 0 ? [] : taken.map(allocationOf),
    })),
    refunds: [],
  };
}

function applicationOf({ type, title, value }: CartDiscount) {
  const about = { type: type === 'Code' ? 'discount_code' : 'manual', title, description: title };
  return { ...about, value: type === 'FixedAmount' ? money(value) : String(value) };
}

const allocationOf = (amount: number, place: number) => ({
  amount: money(amount),
  amount_set: moneySet(amount),
  discount_application_index: place,
});

function lineOf({ price, quantity, isGiftCard }: CartLine, place: number) {
  const id = place + 1;
  const sold = { price: money(price), price_set: moneySet(price), quantity };
  return { id, ...sold, gift_card: isGiftCard };
}

function refundBody({ refundId, before, order }: Returned) {
  const back = order.cart.lines.map((line, place) => ({
    line_item_id: place + 1,
    quantity: (order.returned[line.uuid] ?? 0) - (before[line.uuid] ?? 0),
    line_item: { ...lineOf(line, place), discount_allocations: [] },
  }));
  return {
    id: refundId,
    order_id: order.id,
    return: null,
    refund_line_items: back.filter(({ quantity }) => quantity > 0),
  };
}
