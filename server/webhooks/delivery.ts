/** One webhook as the inbox hands it to whoever deals with its topic. */
import type { ShopDomain } from '../database/database.ts';

export interface Delivery {
  readonly shop: ShopDomain;
  /** As Shopify writes it in the header, like `orders/create`. */
  readonly topic: string;
  /** The same for every time that Shopify sends it again. */
  readonly webhookId: string;
  /** When it happened at Shopify, ms since 1970; when it arrived where Shopify did not say. */
  readonly triggeredAt: number;
  /**
   * The body as far as the topic's projection keeps it: names, addresses and the like are gone
   * before it is stored. It was read as JSON and nothing more: check its shape.
   */
  readonly payload: unknown;
}

/**
 * Deals with a delivery. It may be called again with the same one, after a crash or a failure, and
 * in any order with others: it must be idempotent. What it throws is tried again later.
 */
export type DeliveryHandler = (delivery: Delivery) => Promise<void>;
