/**
 * Orders as Shopify's Admin API shows them, for the server's reconciliation: a book to which orders
 * are added and in which they change, and the two queries that the server asks of it.
 */
import * as v from '../../shared/schema.ts';
import { AdminApiError } from '../../server/shopify/admin-api.ts';
import type { FakeOperations } from './operations.ts';

export interface BookLine {
  readonly quantity: number;
  /** Of one piece, as decimal text. */
  readonly price: string;
  readonly isGiftCard?: boolean;
}

export interface BookDiscount {
  readonly title: string;
  /** What it takes off each line, in their order, as decimal text. */
  readonly off: readonly string[];
  /** Made by hand unless said otherwise. */
  readonly type?: 'ManualDiscountApplication' | 'AutomaticDiscountApplication';
}

export interface BookOrder {
  readonly id: number;
  readonly currency: string;
  readonly lines: readonly BookLine[];
  readonly discounts: readonly BookDiscount[];
  readonly attributes?: readonly { readonly key: string; readonly value: string }[];
  readonly isCancelled?: boolean;
  readonly refunds?: readonly {
    readonly id: number;
    readonly returnId?: number;
    /** Quantities that came back, by the place of their line. */
    readonly quantities: Readonly<Record<number, number>>;
  }[];
}

export interface OrderBook {
  /** Adds the order, or puts it in the place of what it was; `at` in ms since 1970. */
  put(order: BookOrder, at: number): void;
  readonly operations: FakeOperations;
}

interface Kept {
  readonly order: BookOrder;
  readonly updatedAt: number;
}

const pageSchema = v.object({
  query: v.string(),
  first: v.number(),
  after: v.nullable(v.string()),
});
const SINCE = /^updated_at:>='([^']+)'$/;
const LINES_PER_PAGE = 50;

export function createOrderBook(): OrderBook {
  const kept = new Map<number, Kept>();
  const inOrder = () =>
    [...kept.values()].sort((a, b) => a.updatedAt - b.updatedAt || a.order.id - b.order.id);

  function page(variables: unknown) {
    const { query, first, after } = v.parse(pageSchema, variables);
    const since = Date.parse(SINCE.exec(query)?.[1] ?? '');
    if (Number.isNaN(since)) throw new AdminApiError('refused', 'TideoverOrders: no such query');
    const behind = after === null ? '' : after;
    const rest = inOrder().filter((one) => one.updatedAt >= since && cursorOf(one) > behind);
    const shown = rest.slice(0, first);
    const last = shown.at(-1);
    return {
      orders: {
        pageInfo: {
          hasNextPage: rest.length > shown.length,
          endCursor: last === undefined ? null : cursorOf(last),
        },
        nodes: shown.map(({ order }) => outlineOf(order)),
      },
    };
  }

  return {
    put: (order, at) => void kept.set(order.id, { order, updatedAt: at }),
    operations: {
      TideoverOrders: page,
      TideoverOrder(variables) {
        const { id, after } = v.parse(
          v.object({ id: v.string(), after: v.nullable(v.string()) }),
          variables,
        );
        const found = [...kept.values()].find(({ order }) => gid('Order', order.id) === id);
        return { order: found === undefined ? null : wholeOf(found.order, Number(after ?? 0)) };
      },
    },
  };
}

const gid = (kind: string, id: number): string => `gid://shopify/${kind}/${id}`;

function cursorOf({ order, updatedAt }: Kept): string {
  return `${String(updatedAt).padStart(15, '0')}/${String(order.id).padStart(16, '0')}`;
}

const money = (amount: string, currencyCode: string) => ({
  presentmentMoney: { amount, currencyCode },
});

function outlineOf(order: BookOrder) {
  return {
    id: gid('Order', order.id),
    cancelledAt: order.isCancelled === true ? '2026-01-01T00:00:00Z' : null,
    customAttributes: order.attributes ?? [],
    discountApplications: {
      nodes: order.discounts.map(({ title, type = 'ManualDiscountApplication' }, index) => ({
        __typename: type,
        index,
        title,
      })),
    },
    refunds: (order.refunds ?? []).slice(0, 1).map(({ id }) => ({ id: gid('Refund', id) })),
  };
}

function wholeOf(order: BookOrder, from: number) {
  const { currency, lines } = order;
  const priced = ({ price, isGiftCard = false }: BookLine) => ({
    isGiftCard,
    originalUnitPriceSet: money(price, currency),
  });
  const end = from + LINES_PER_PAGE;
  return {
    ...outlineOf(order),
    presentmentCurrencyCode: currency,
    lineItems: {
      pageInfo: { hasNextPage: lines.length > end, endCursor: String(end) },
      nodes: lines.slice(from, end).map((line, place) => ({
        quantity: line.quantity,
        ...priced(line),
        discountAllocations: allocationsOf(order, from + place),
      })),
    },
    refunds: (order.refunds ?? []).map(({ id, returnId, quantities }) => ({
      id: gid('Refund', id),
      return: returnId === undefined ? null : { id: gid('Return', returnId) },
      refundLineItems: {
        nodes: Object.entries(quantities).flatMap(([place, quantity]) => {
          const line = lines[Number(place)];
          return line === undefined ? [] : [{ quantity, lineItem: priced(line) }];
        }),
      },
    })),
  };
}

function allocationsOf({ discounts, currency }: BookOrder, place: number) {
  return discounts.flatMap(({ off }, index) => {
    const amount = off[place];
    if (amount === undefined) return [];
    return [{ allocatedAmountSet: money(amount, currency), discountApplication: { index } }];
  });
}
