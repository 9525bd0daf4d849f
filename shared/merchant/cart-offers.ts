/**
 * What the legacy cart extension offers beside the program's rewards: a few offers that a merchant
 * makes for it alone. One that costs no points is for everyone, also for a cart without a customer.
 */
import { minorSchema, pointsSchema, TITLE_LENGTH_MAX } from '../program.ts';
import { text, whole } from '../protocol.ts';
import * as v from '../schema.ts';
import { perhaps, timeSchema } from './fields.ts';

export const OFFERS_MAX = 20;
const title = v.pipe(v.string(), v.minLength(1), v.maxLength(TITLE_LENGTH_MAX));

/** What the cart gets. A variant is one of the shop's products, added for nothing. */
const givesSchema = v.variant('type', [
  v.strictObject({ type: v.literal('fixed'), amount: minorSchema }),
  v.strictObject({ type: v.literal('percent'), percent: whole(1, 100) }),
  v.strictObject({ type: v.literal('variant'), variant: whole(1) }),
]);
export type Gives = v.InferOutput<typeof givesSchema>;

export const cartOfferSchema = v.strictObject({
  /** Unique among a shop's offers. */
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,39}$/)),
  title,
  /** Titles by language ("fr"); `title` serves every other language. */
  titles: v.record(v.string(), title),
  /** 0: it is for everyone. */
  points: pointsSchema,
  gives: givesSchema,
});
/** An offer that the merchant makes beside the program's rewards. */
export type CartOffer = v.InferOutput<typeof cartOfferSchema>;

export const cartOffersSchema = v.pipe(v.array(cartOfferSchema), v.maxLength(OFFERS_MAX));

/** The place of the first offer whose id another one has; `undefined` when there is none. */
export function offerTwice(offers: readonly CartOffer[]): number | undefined {
  const place = offers.findIndex(({ id }, at) => offers.findIndex((one) => one.id === id) < at);
  return place === -1 ? undefined : place;
}

/**
 * `GET`, `PUT /api/admin/cart-offers`; they count only while the setting `cartExtension` is on.
 * `changedAt` is `null` while nobody has made any, and is what a change must have seen: 409
 * `changed` when somebody else changed them meanwhile.
 */
export const cartOffersAnswerSchema = v.object({
  offers: cartOffersSchema,
  changedAt: perhaps(timeSchema),
  changedBy: perhaps(text(100)),
});
export type CartOffersAnswer = v.InferOutput<typeof cartOffersAnswerSchema>;

export const cartOffersRequestSchema = v.strictObject({
  expected: perhaps(timeSchema),
  offers: cartOffersSchema,
});
export type CartOffersRequest = v.InferOutput<typeof cartOffersRequestSchema>;
