/** Messages about what else waits for a person: store credit at Shopify, and webhooks. */
import type { Currency } from '../../shared/amount.ts';
import { isCurrency } from '../../shared/amount.ts';
import { amountSchema, customerField, perhaps, timeSchema } from '../../shared/merchant/fields.ts';
import { text, whole } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';

const conflictSchema = v.object({
  key: text(40),
  customer: customerField,
  currency: v.pipe(v.string(), v.custom<Currency>(isCurrency)),
  /** Minor units, above zero. */
  amount: amountSchema,
  /** `debit`: was to be taken from the account at Shopify. */
  direction: v.picklist(['debit', 'credit']),
  ref: perhaps(text(64)),
  problem: perhaps(text(40)),
  text: text(500),
  attempts: whole(0),
  madeAt: timeSchema,
  changedAt: timeSchema,
});
export type StoreCreditConflict = v.InferOutput<typeof conflictSchema>;

/** `GET /api/admin/store-credit` */
export const storeCreditSchema = v.object({ conflicts: v.array(conflictSchema) });
/** `POST /api/admin/store-credit/retry` and `/settle` with `{key}` */
export const doneSchema = v.object({ status: text(20) });

const stuckSchema = v.object({
  webhookId: text(200),
  topic: text(100),
  receivedAt: timeSchema,
  tries: whole(0),
});
export type StuckWebhook = v.InferOutput<typeof stuckSchema>;

/** `GET /api/admin/webhooks` */
export const webhooksSchema = v.object({ stuck: v.array(stuckSchema) });
/** `POST /api/admin/webhooks/retry` */
export const triedSchema = v.object({ tried: whole(0) });
