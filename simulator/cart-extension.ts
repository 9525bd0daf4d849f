/**
 * Shopify's side of the POS cart app extension (legacy): it passes a register's question on to the
 * app, signed, and tells the app of the orders that carry an action. No POS of today does this.
 */
import { randomUUID } from 'node:crypto';
import { Router, type Request } from 'express';
import * as v from '../shared/schema.ts';
import type { ShopDomain } from '../server/database/database.ts';
import { HMAC_HEADER, hmacOf } from '../server/hmac.ts';
import type { SettingsStore } from '../server/settings.ts';
import { SHOP_CURRENCY, SHOP_DOMAIN, SHOP_ID } from './shop.ts';
import type { ShopOrder } from './shop-orders.ts';
import { webhookRequest } from './webhooks.ts';

/** The note attribute of an order, and before that the property of the cart. */
const CART_ACTIONS_NOTE = 'cart-promotion-actions';
const TEMPLATES = ['simple_action_list'];
const ACTIONS = ['flat_discount', 'percent_discount', 'add_variant'];

export interface CartSideDeps {
  readonly secret: string;
  readonly settings: SettingsStore;
  readonly clock: { now(): number };
}

const switchSchema = v.object({ isOn: v.boolean() });
const askedSchema = v.object({
  customer: v.nullable(v.number()),
  locale: v.string(),
  action: v.nullable(v.string()),
});
const endpointSchema = v.picklist(['promotions', 'perform_action', 'revert_action']);

/** `/__sim/cart-extension/*`: the shop's switch, and what POS asks Shopify to ask the app. */
export function createCartSide({ secret, settings, clock }: CartSideDeps) {
  const shop = SHOP_DOMAIN as ShopDomain;
  const router = Router();
  router.get('/', async (_request, response) => {
    response.json({ isOn: (await settings.of(shop)).cartExtension });
  });
  router.post('/', async (request, response) => {
    const { isOn } = v.parse(switchSchema, request.body);
    await settings.change(shop, { cartExtension: isOn }, 'the simulator');
    response.json({ isOn });
  });
  router.post('/:endpoint', async (request, response) => {
    const endpoint = v.parse(endpointSchema, request.params.endpoint);
    const body = JSON.stringify(bodyOf(v.parse(askedSchema, request.body)));
    const answer = await fetch(`${appOf(request)}/pos-extension-api/${endpoint}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        [HMAC_HEADER]: hmacOf(secret, Buffer.from(body)),
      },
      body,
    });
    response.json({ status: answer.status, answer: (await answer.json()) as unknown });
  });
  return {
    router,
    /** Tells the app of an order that carries an action, as Shopify's webhook would. */
    async tell(request: Request, order: ShopOrder): Promise<void> {
      const note = order.cart.properties[CART_ACTIONS_NOTE];
      if (note === undefined) return;
      const webhook = {
        shop,
        topic: 'orders/create',
        webhookId: randomUUID(),
        triggeredAt: clock.now(),
        body: {
          id: order.id,
          currency: SHOP_CURRENCY,
          note_attributes: [{ name: CART_ACTIONS_NOTE, value: note }],
        },
      };
      // One that is lost here is lost: a server that is down is told of by a switch of its own.
      await fetch(`${appOf(request)}/webhooks`, webhookRequest(secret, webhook)).catch(
        () => undefined,
      );
    },
  };
}

/** The app listens on the same port as the simulated Shopify. */
function appOf({ socket }: Request): string {
  return `http://127.0.0.1:${socket.localPort}`;
}

function bodyOf({ customer, locale, action }: v.InferOutput<typeof askedSchema>) {
  return {
    shop_id: SHOP_ID,
    shopify_domain: SHOP_DOMAIN,
    ...(customer === null ? {} : { customer_id: customer }),
    locale,
    currency_code: SHOP_CURRENCY,
    supported_templates: TEMPLATES,
    supported_actions: ACTIONS,
    ...(action === null ? {} : { action_id: action }),
  };
}
