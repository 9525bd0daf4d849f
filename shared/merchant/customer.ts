/** One customer as the merchant sees them: balances, every entry with its reason, corrections. */
import { AMOUNT_MAX } from '../amount.ts';
import { customerSchema, text, whole } from '../protocol.ts';
import * as v from '../schema.ts';
import {
  amountSchema,
  commentSchema,
  decisionIdSchema,
  orderField,
  perhaps,
  timeSchema,
  unitSchema,
} from './fields.ts';
import { REVIEW_KEY_MAX } from './review.ts';

export const CUSTOMER_PAGE_ROWS = 50;

export const customerEntrySchema = v.object({
  seq: whole(1),
  line: whole(0),
  at: timeSchema,
  unit: unitSchema,
  amount: amountSchema,
  /** The balance after it. */
  balance: amountSchema,
  /** The kind of operation that moved it. */
  kind: text(40),
  id: text(100),
  ref: perhaps(text(64)),
  orderId: orderField,
  register: perhaps(text(80)),
  staff: perhaps(whole(1)),
  /** Of what a person decided in the admin. */
  by: perhaps(text(40)),
  reason: perhaps(text(40)),
  comment: perhaps(commentSchema),
});
export type CustomerEntry = v.InferOutput<typeof customerEntrySchema>;

/** `GET /api/admin/customers/:id?before=`, newest entries first; 404 for nobody that is known. */
export const customerPageSchema = v.object({
  customer: customerSchema,
  /** The customer that this one was merged into. */
  heir: perhaps(customerSchema),
  balances: v.array(v.object({ unit: unitSchema, balance: amountSchema, held: amountSchema })),
  entries: v.array(customerEntrySchema),
  next: perhaps(text(40)),
  /** Keys of open review items of this customer. */
  review: v.array(text(REVIEW_KEY_MAX)),
});
export type CustomerPage = v.InferOutput<typeof customerPageSchema>;

export const ADJUST_REASONS = ['goodwill', 'correction', 'complaint', 'gift', 'other'] as const;
export type AdjustReason = (typeof ADJUST_REASONS)[number];

/**
 * `POST /api/admin/customers/:id/adjust` → the customer's page; the same decision again answers the
 * same. Errors: 409 `out-of-bounds` · 409 `decision-taken`: this decision's id was used for
 * something else · 409 `at-shopify`: store credit is kept at Shopify and is corrected there ·
 * 409 `forgotten`: the customer was redacted · 400 `unknown-unit`: neither points nor the
 * program's currency.
 */
export const adjustRequestSchema = v.strictObject({
  decision: decisionIdSchema,
  unit: unitSchema,
  /** Above zero gives, below zero takes; never 0. */
  amount: whole(-AMOUNT_MAX, AMOUNT_MAX),
  reason: v.picklist(ADJUST_REASONS),
  comment: commentSchema,
});
export type AdjustRequest = v.InferOutput<typeof adjustRequestSchema>;

/** `GET /api/admin/customer-search?query=`: a name or a number. */
export const customerSearchSchema = v.object({
  customers: v.array(v.object({ id: customerSchema, name: perhaps(text(200)) })),
  /** Why names can't be searched: the permission is missing, or Shopify did not answer. */
  missing: v.nullable(v.picklist(['permission', 'answer'])),
});
export type CustomerSearch = v.InferOutput<typeof customerSearchSchema>;

/** `GET /api/admin/names?ids=`. */
export const namesSchema = v.object({
  names: v.record(v.string(), v.string()),
  missing: v.nullable(v.picklist(['permission', 'answer'])),
});
export type Names = v.InferOutput<typeof namesSchema>;

/** `GET /api/admin/data-requests`: what customers asked to be told; for the merchant to hand on. */
export const dataRequestsSchema = v.object({
  requests: v.array(
    v.object({
      id: text(100),
      customer: customerSchema,
      askedAt: timeSchema,
      document: v.unknown(),
    }),
  ),
});
export type DataRequests = v.InferOutput<typeof dataRequestsSchema>;
