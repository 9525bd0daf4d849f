/**
 * Orders as Shopify's Admin API tells them, read into what the ledger needs. A page of orders asks
 * for little, so that it stays far below what one query may cost; whatever may concern us is then
 * asked for by itself. Nothing personal is asked for: a sale's buyer is told by registers and
 * webhooks, where it is told at all.
 *
 * Field names are those of the public documentation for API version 2026-07. Not checked against a
 * shop: that `Refund.return` is filled for returns made at a register, and that a discount of a
 * register appears as a `ManualDiscountApplication` with the title that the register gave it.
 */
import { AMOUNT_MAX, isCurrency, parseMinor, type Currency } from '../../shared/amount.ts';
import * as v from '../../shared/schema.ts';
import type { OrderFacts, RefundFacts } from '../ledger/order-facts.ts';
import type { AdminApi } from '../shopify/admin-api.ts';
import { actionsIn, isOurs, referenceIn, referencesOf } from './references.ts';

export const ORDERS_PER_PAGE = 25;
/** Pages of one order's lines that are read; the rest of a longer order is not measured. */
const LINE_PAGES_MAX = 20;

const TITLES = `
      ... on ManualDiscountApplication { title description }
      ... on AutomaticDiscountApplication { title }
      ... on ScriptDiscountApplication { title }`;
const PRICE = 'isGiftCard originalUnitPriceSet { presentmentMoney { amount currencyCode } }';

export const ORDERS_QUERY = `
query TideoverOrders($query: String!, $first: Int!, $after: String) {
  orders(first: $first, after: $after, sortKey: UPDATED_AT, query: $query) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      cancelledAt
      customAttributes { key value }
      discountApplications(first: 10) { nodes { ${TITLES} } }
      refunds(first: 1) { id }
    }
  }
}`;

export const ORDER_QUERY = `
query TideoverOrder($id: ID!, $after: String) {
  order(id: $id) {
    id
    cancelledAt
    presentmentCurrencyCode
    customAttributes { key value }
    discountApplications(first: 20) { nodes { __typename index ${TITLES} } }
    lineItems(first: 50, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        quantity
        ${PRICE}
        discountAllocations {
          allocatedAmountSet { presentmentMoney { amount currencyCode } }
          discountApplication { index }
        }
      }
    }
    refunds(first: 10) {
      id
      return { id }
      refundLineItems(first: 20) { nodes { quantity lineItem { ${PRICE} } } }
    }
  }
}`;

const GID = /^gid:\/\/shopify\/[A-Za-z]+\/([1-9]\d{0,15})$/;
const gidSchema = v.pipe(
  v.string(),
  v.regex(GID),
  v.transform((gid: string) => Number(GID.exec(gid)?.[1])),
  v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
);
const attributesSchema = v.array(v.object({ key: v.string(), value: v.fallback(v.string(), '') }));
const titleSchema = v.fallback(v.nullable(v.string()), null);
const nodes = <T>(item: v.Schema<T>) => v.object({ nodes: v.array(item) });
const pageInfoSchema = v.object({
  hasNextPage: v.boolean(),
  endCursor: v.fallback(v.nullable(v.string()), null),
});

const outlineSchema = v.object({
  id: v.string(),
  cancelledAt: v.nullable(v.string()),
  customAttributes: attributesSchema,
  discountApplications: nodes(v.object({ title: titleSchema, description: titleSchema })),
  refunds: v.array(v.object({ id: v.string() })),
});
/** One order that can't be read must not hold up its page. */
export const ordersSchema = v.object({
  orders: v.object({ pageInfo: pageInfoSchema, nodes: v.array(v.unknown()) }),
});

const moneySchema = v.object({
  presentmentMoney: v.object({
    amount: v.string(),
    currencyCode: v.custom<Currency>(isCurrency),
  }),
});
const priceFields = { isGiftCard: v.boolean(), originalUnitPriceSet: moneySchema };
const lineSchema = v.object({
  quantity: v.number(),
  ...priceFields,
  discountAllocations: v.array(
    v.object({
      allocatedAmountSet: moneySchema,
      discountApplication: v.object({ index: v.number() }),
    }),
  ),
});
type Line = v.InferOutput<typeof lineSchema>;
const applicationSchema = v.object({
  __typename: v.string(),
  index: v.number(),
  title: titleSchema,
  description: titleSchema,
});
const refundSchema = v.object({
  id: gidSchema,
  return: v.nullable(v.object({ id: gidSchema })),
  refundLineItems: nodes(v.object({ quantity: v.number(), lineItem: v.object(priceFields) })),
});
const orderSchema = v.object({
  id: gidSchema,
  cancelledAt: v.nullable(v.string()),
  presentmentCurrencyCode: v.custom<Currency>(isCurrency),
  customAttributes: attributesSchema,
  discountApplications: nodes(applicationSchema),
  lineItems: v.object({ pageInfo: pageInfoSchema, nodes: v.array(lineSchema) }),
  refunds: v.array(refundSchema),
});
type Order = v.InferOutput<typeof orderSchema>;
const answerSchema = v.object({ order: v.unknown() });

/** The id of an order that may concern the ledger; what can't be read may. */
export function concerns(node: unknown): string | undefined {
  const named = v.safeParse(v.object({ id: v.string() }), node);
  if (!named.success) return undefined;
  const { id } = named.output;
  const read = v.safeParse(outlineSchema, node);
  if (!read.success) return id;
  const { cancelledAt, customAttributes, discountApplications, refunds } = read.output;
  const isReferred = discountApplications.nodes.some(
    ({ title, description }) => (referenceIn(title) ?? referenceIn(description)) !== undefined,
  );
  const isNamed = customAttributes.some(({ key: name, value }) => isOurs({ name, value }));
  return isReferred || isNamed || cancelledAt !== null || refunds.length > 0 ? id : undefined;
}

/**
 * Asks for one order; `undefined` when it is gone. Rejects with an `AdminApiError`, or with a
 * `TypeError` when what Shopify says of it can't be read.
 */
export async function askOrder(admin: AdminApi, id: string): Promise<OrderFacts | undefined> {
  const lines: Line[] = [];
  let after: string | null = null;
  for (let page = 1; ; page += 1) {
    const answer: { order: unknown } = await admin.query(ORDER_QUERY, { id, after }, answerSchema);
    if (answer.order === null) return undefined;
    const order = v.parse(orderSchema, answer.order);
    lines.push(...order.lineItems.nodes);
    const { hasNextPage, endCursor } = order.lineItems.pageInfo;
    if (!hasNextPage || endCursor === null || page === LINE_PAGES_MAX) return factsOf(order, lines);
    after = endCursor;
  }
}

function factsOf(order: Order, lines: readonly Line[]): OrderFacts {
  const { id: orderId, presentmentCurrencyCode: currency, cancelledAt } = order;
  const attributes = order.customAttributes.map(({ key: name, value }) => ({ name, value }));
  const cost = (all: readonly Priced[]) =>
    Math.min(
      AMOUNT_MAX,
      all.reduce((sum, one) => sum + costOf(one, currency), 0),
    );
  return {
    orderId,
    customer: undefined,
    currency,
    goods: cost(lines),
    references: referencesOf(discountsOf(order, lines), attributes),
    actions: actionsIn(attributes),
    isCancelled: cancelledAt !== null,
    refunds: order.refunds.map(({ id, return: back, refundLineItems }): RefundFacts => {
      const value = cost(
        refundLineItems.nodes.map(({ quantity, lineItem }) => ({ quantity, ...lineItem })),
      );
      return { id, orderId, currency, value, returnId: back?.id ?? null };
    }),
  };
}

type Priced = Pick<Line, 'quantity' | 'isGiftCard' | 'originalUnitPriceSet'>;

/** A gift card is money, not goods, as registers count it. */
function costOf({ quantity, isGiftCard, originalUnitPriceSet }: Priced, currency: Currency) {
  if (isGiftCard || quantity <= 0) return 0;
  return amountOf(originalUnitPriceSet, currency) * Math.trunc(quantity);
}

function amountOf({ presentmentMoney }: v.InferOutput<typeof moneySchema>, currency: Currency) {
  const { amount, currencyCode } = presentmentMoney;
  const read = currencyCode === currency ? parseMinor(amount, currency) : undefined;
  if (read === undefined || read < 0) throw new TypeError('an amount can’t be read');
  return read;
}

function discountsOf(order: Order, lines: readonly Line[]) {
  const { discountApplications, presentmentCurrencyCode: currency } = order;
  const allocations = lines.flatMap(({ discountAllocations }) => discountAllocations);
  return discountApplications.nodes.map(({ __typename: type, index, title, description }) => ({
    isByHand: type === 'ManualDiscountApplication',
    titles: [title, description],
    amount: allocations
      .filter((one) => one.discountApplication.index === index)
      .map((one) => amountOf(one.allocatedAmountSet, currency))
      .reduce<number | undefined>((sum, amount) => (sum ?? 0) + amount, undefined),
  }));
}
