/**
 * Reads the bodies of Shopify's webhooks about orders and refunds. What they are read into is also
 * all that is kept of them until they are dealt with: no names, no addresses, no customer's words.
 * Money that can't be read fails the whole: booking it wrongly would be worse than a person's look.
 */
import { isCurrency, parseMinor, AMOUNT_MAX, type Currency } from '../../shared/amount.ts';
import * as v from '../../shared/schema.ts';
import type { OrderFacts, RefundFacts } from '../ledger/order-facts.ts';
import { actionsIn, isOurs, referenceIn, referencesOf, type Attribute } from './references.ts';

const idSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const currencySchema = v.custom<Currency>(isCurrency);
const moneySchema = v.object({ amount: v.string(), currency_code: currencySchema });
const setSchema = v.nullish(v.object({ presentment_money: moneySchema }));
/** Shopify leaves out lists, or says `null`, where there is nothing to tell. */
const list = <T>(item: v.Schema<T>) => v.nullish(v.array(item));

/** Only a title that ends like one of ours is kept. */
const titleSchema = v.fallback(
  v.pipe(
    v.string(),
    v.transform((title: string): string | null =>
      referenceIn(title) === undefined ? null : title,
    ),
  ),
  null,
);
const allocationSchema = v.object({
  amount: v.string(),
  amount_set: setSchema,
  discount_application_index: v.number(),
});
const lineSchema = v.object({
  id: idSchema,
  price: v.string(),
  price_set: setSchema,
  quantity: v.number(),
  gift_card: v.fallback(v.boolean(), false),
  discount_allocations: list(allocationSchema),
});
const refundLineSchema = v.object({
  line_item_id: v.fallback(v.nullable(idSchema), null),
  quantity: v.number(),
  line_item: v.nullish(lineSchema),
});
const refundSchema = v.object({
  id: idSchema,
  order_id: v.fallback(v.nullish(idSchema), null),
  return: v.nullish(v.object({ id: idSchema })),
  refund_line_items: list(refundLineSchema),
});
const attributeSchema = v.object({
  name: v.fallback(v.string(), ''),
  value: v.fallback(v.string(), ''),
});

/** What is kept of an order's webhook; read again it is the same. */
export const orderPayloadSchema = v.object({
  id: idSchema,
  currency: currencySchema,
  presentment_currency: v.fallback(v.nullish(currencySchema), null),
  customer: v.fallback(v.nullish(v.object({ id: idSchema })), null),
  cancelled_at: v.fallback(v.nullish(v.string()), null),
  note_attributes: v.fallback(
    v.pipe(
      v.array(attributeSchema),
      v.transform((all: Attribute[]) => all.filter(isOurs)),
    ),
    [],
  ),
  discount_applications: list(
    v.object({
      type: v.fallback(v.string(), ''),
      title: titleSchema,
      description: titleSchema,
    }),
  ),
  line_items: list(lineSchema),
  shipping_lines: list(v.object({ discount_allocations: list(allocationSchema) })),
  refunds: list(refundSchema),
});
type OrderPayload = v.InferOutput<typeof orderPayloadSchema>;
type Line = v.InferOutput<typeof lineSchema>;
type Refund = v.InferOutput<typeof refundSchema>;

/** What is kept of a refund's webhook. */
export const refundPayloadSchema = refundSchema;

/** How amounts of one order are read: as the customer paid them, else in the shop's currency. */
interface Reading {
  readonly currency: Currency;
  amountOf(plain: string, set: v.InferOutput<typeof setSchema>): number;
}

/** Reads the body of `orders/create`, `orders/updated`, `orders/paid`; throws on what is none. */
export function readOrder(payload: unknown): OrderFacts {
  const order = v.parse(orderPayloadSchema, payload);
  const lines = order.line_items ?? [];
  const reading = readingOf(order, lines);
  const attributes = order.note_attributes;
  return {
    orderId: order.id,
    customer: order.customer?.id,
    currency: reading.currency,
    goods: goodsOf(lines, reading),
    references: referencesOf(discountsOf(order, reading), attributes),
    actions: actionsIn(attributes),
    isCancelled: typeof order.cancelled_at === 'string',
    refunds: (order.refunds ?? []).map((refund) => refundOf(refund, order.id, { lines, reading })),
  };
}

/** Reads the body of `refunds/create`; `undefined` when it names no order or no goods. */
export function readRefund(payload: unknown): RefundFacts | undefined {
  const refund = v.parse(refundPayloadSchema, payload);
  const lines = (refund.refund_line_items ?? []).flatMap(({ line_item: line }) => line ?? []);
  const code = lines.find(({ price_set: set }) => isGiven(set))?.price_set?.presentment_money;
  const { order_id: orderId } = refund;
  if (!isGiven(orderId) || code === undefined) return undefined;
  const reading = inCurrency(code.currency_code, undefined);
  return refundOf(refund, orderId, { lines, reading });
}

/** Shopify leaves a field out, or says `null`, where there is nothing to tell. */
const isGiven = <T>(value: T | null | undefined): value is T =>
  value !== null && value !== undefined;

function readingOf(order: OrderPayload, lines: readonly Line[]): Reading {
  const { currency, presentment_currency: paidIn } = order;
  const isTold = lines.every(({ price_set: set }) => isGiven(set));
  return inCurrency(isTold ? (paidIn ?? currency) : currency, currency);
}

/** Amounts without a currency of their own are in the shop's. */
function inCurrency(currency: Currency, ofShop: Currency | undefined): Reading {
  return {
    currency,
    amountOf(plain, set) {
      const told = set?.presentment_money;
      const isTold = told?.currency_code === currency;
      const text = isTold ? told.amount : currency === ofShop ? plain : '';
      const amount = parseMinor(text, currency);
      if (amount === undefined || amount < 0) throw new TypeError('an amount can’t be read');
      return amount;
    },
  };
}

/** A gift card is money, not goods, as registers count it. */
function goodsOf(lines: readonly Line[], reading: Reading): number {
  return Math.min(
    AMOUNT_MAX,
    lines.reduce((sum, line) => sum + costOf(line, line.quantity, reading), 0),
  );
}

function costOf(line: Line, quantity: number, { amountOf }: Reading): number {
  if (line.gift_card || quantity <= 0) return 0;
  return amountOf(line.price, line.price_set) * Math.trunc(quantity);
}

function discountsOf(order: OrderPayload, { amountOf }: Reading) {
  const lines = [...(order.line_items ?? []), ...(order.shipping_lines ?? [])];
  const allocations = lines.flatMap((line) => line.discount_allocations ?? []);
  return (order.discount_applications ?? []).map(({ type, title, description }, place) => ({
    isByHand: type === 'manual',
    titles: [title, description],
    amount: allocations
      .filter((one) => one.discount_application_index === place)
      .map((one) => amountOf(one.amount, one.amount_set))
      .reduce<number | undefined>((sum, amount) => (sum ?? 0) + amount, undefined),
  }));
}

function refundOf(
  refund: Refund,
  orderId: number,
  { lines, reading }: { readonly lines: readonly Line[]; readonly reading: Reading },
): RefundFacts {
  const { id, refund_line_items: back } = refund;
  const value = (back ?? []).reduce((sum, one) => {
    const line = one.line_item ?? lines.find((sold) => sold.id === one.line_item_id);
    return line === undefined ? sum : sum + costOf(line, one.quantity, reading);
  }, 0);
  const returnId = 'return' in refund ? (refund.return?.id ?? null) : undefined;
  const { currency } = reading;
  return { id, orderId, currency, value: Math.min(AMOUNT_MAX, value), returnId };
}
