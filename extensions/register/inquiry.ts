/**
 * Asks the ledger about an order or a customer, for a person who looks at one; without an answer in
 * time this device says what it knows.
 */
import * as v from '../../shared/schema.ts';
import { within } from '../../shared/ports.ts';
import { orderStorySchema, type CustomerId } from '../../shared/protocol.ts';
import { call, type ExchangeDeps } from './exchange.ts';
import type { Follower } from './follower.ts';
import {
  historyOf,
  orderOf,
  toldHistorySchema,
  type CustomerHistory,
  type OrderView,
} from './orders.ts';

const ASK_MS = 5_000;

export interface Inquiry {
  order(orderId: number, soldTo?: CustomerId): Promise<OrderView>;
  history(customer: CustomerId): Promise<CustomerHistory>;
}

export function createInquiry(
  deps: ExchangeDeps & { isConnected(): boolean; readonly follower: Follower },
): Inquiry {
  const { clock, follower } = deps;
  const ask = async <T>(path: string, schema: v.Schema<T>) => {
    // First what waits here: read after the answer it might be settled and gone, and in neither.
    await within(clock, ASK_MS, follower.refresh());
    const view = follower.view();
    const asked = deps.isConnected()
      ? await within(clock, ASK_MS, call(deps, 'GET', `/api/pos/${path}`, undefined, ASK_MS))
      : undefined;
    const json = asked !== undefined && 'json' in asked.value ? asked.value.json : undefined;
    const parsed = v.safeParse(schema, json);
    return { view, told: parsed.success ? parsed.output : undefined };
  };
  return {
    async order(orderId, soldTo) {
      const { view, told } = await ask(`orders/${orderId}`, orderStorySchema);
      return orderOf(view, { orderId, soldTo, now: clock.now() }, told);
    },
    async history(customer) {
      const { view, told } = await ask(`customers/${customer}`, toldHistorySchema);
      return historyOf(view, customer, told?.entries);
    },
  };
}
