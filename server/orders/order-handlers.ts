/**
 * Deals with Shopify's webhooks about orders and refunds. Each can come late, doubled, in any order
 * or not at all: the ledger joins what they say, and the reconciliation asks for what was lost.
 */
import type { ShopDomain } from '../database/database.ts';
import type { Ledger } from '../ledger.ts';
import type { OrderFacts } from '../ledger/order-facts.ts';
import { orderDecision, refundDecision } from '../ledger/orders.ts';
import type { DeliveryHandler } from '../webhooks/delivery.ts';
import { readOrder, readRefund } from './read-order.ts';

export interface SettleOrderDeps {
  readonly ledger: Pick<Ledger, 'settle'>;
  /** The references of these actions of the cart app extension; of others' actions none. */
  readonly refsOfActions: (
    shop: ShopDomain,
    actionIds: readonly string[],
  ) => Promise<readonly string[]>;
}

/**
 * Settles what the order carries; what is known already changes nothing. Of a shop that the ledger
 * doesn't know there is nothing to settle: no register of it has ever had a balance to promise.
 */
export async function settleOrder(
  { ledger, refsOfActions }: SettleOrderDeps,
  shop: ShopDomain,
  order: OrderFacts,
): Promise<void> {
  const { actions, references } = order;
  const named = new Set(references.map(({ ref }) => ref));
  const performed = actions.length === 0 ? [] : await refsOfActions(shop, actions);
  const added = [...new Set(performed)].filter((ref) => !named.has(ref));
  // What an action took off is the action's own matter; it is captured as it was performed.
  const all = [...references, ...added.map((ref) => ({ ref, discount: undefined }))];
  if (all.length === 0 && order.refunds.length === 0 && !order.isCancelled) return;
  await ledger.settle(shop, orderDecision({ ...order, references: all }));
}

/** The topics about orders, each with what deals with it. */
export function createOrderHandlers(
  deps: SettleOrderDeps,
): Readonly<
  Record<'orders/create' | 'orders/updated' | 'orders/paid' | 'refunds/create', DeliveryHandler>
> {
  const order: DeliveryHandler = ({ shop, payload }) => settleOrder(deps, shop, readOrder(payload));
  return {
    'orders/create': order,
    'orders/updated': order,
    'orders/paid': order,
    async 'refunds/create'({ shop, payload }) {
      const refund = readRefund(payload);
      if (refund !== undefined) await deps.ledger.settle(shop, refundDecision(refund));
    },
  };
}
