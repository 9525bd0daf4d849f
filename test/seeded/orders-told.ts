/**
 * What can be told of one sale, of two, and of a sale and its order at Shopify, for the check that
 * no order of it matters.
 */
import { currency } from '../../shared/amount.ts';
import type { Operation } from '../../shared/protocol.ts';
import type { Decision } from '../../server/ledger/decision.ts';
import type { OrderFacts, RefundFacts } from '../../server/ledger/order-facts.ts';
import { orderDecision, refundDecision } from '../../server/ledger/orders.ts';
import {
  ALICE,
  BOB,
  commit,
  earn,
  giveBack,
  id,
  intent,
  missing,
  ref,
  returned,
  takeBack,
  voided,
} from '../server/world.ts';

/** What a register sends, or what Shopify tells of an order. */
export type Message =
  Operation | { readonly kind: string; readonly id: string; readonly decision: Decision };

const EUR = currency('EUR');
const eur = (amount: number) => ({ currency: EUR, amount }) as never;

/**
 * One sale as two contexts of a register saw it (one of them before it had an order), what was
 * redeemed and earned on it, what came back of it, and what people corrected.
 */
export const OF_ONE_SALE: readonly Operation[] = [
  intent(),
  voided(),
  commit({ body: { captured: 350 } }),
  commit({ id: id('B', 1), body: { captured: 400, orderId: 70, customer: BOB } }),
  missing(),
  earn(),
  earn({ id: id('B', 2), body: { saleKey: 'sale-2', orderId: 70 } }),
  returned({ body: { value: eur(500) } }),
  returned({ id: id('B', 3), body: { returnKey: 'refund/2', orderId: 70, refs: [] } }),
  giveBack(),
  takeBack(),
];

const HELD = { customer: ALICE, unit: EUR, amount: 900 };

/** Store credit that was used in two sales, and the same goods told of as coming back twice. */
export const OF_TWO_SALES: readonly Operation[] = [
  intent({ hold: HELD, body: { reward: null } }),
  voided({ hold: HELD, body: { reason: 'cart-cleared' } }),
  commit({ hold: HELD, body: { captured: 700, orderId: 70 } }),
  commit({
    id: id('B', 1),
    hold: null,
    body: { captured: null, discount: eur(650), orderId: 71, saleKey: 'sale-9' },
  }),
  earn({ body: { orderId: 71, saleKey: 'sale-9' } }),
  returned({ body: { orderId: 70 } }),
  returned({ id: id('B', 3), body: { orderId: 71, refs: [], value: eur(1_500) } }),
  returned({ id: id('B', 4), body: { returnKey: 'exchange/5', orderId: 71, value: eur(300) } }),
  giveBack({ body: { amount: 200 } }),
  takeBack({ body: { orderId: 71, points: 3 } }),
];

const ORDER: OrderFacts = {
  orderId: 70,
  customer: ALICE,
  currency: 'EUR',
  goods: 2_000,
  references: [{ ref: ref('R1'), discount: 450 }],
  actions: [],
  isCancelled: false,
  refunds: [],
};
const REFUND: RefundFacts = {
  id: 1,
  orderId: 70,
  currency: 'EUR',
  value: 500,
  returnId: undefined,
};

const order = (id: string, part: Partial<OrderFacts> = {}): Message => ({
  kind: 'order',
  id,
  decision: orderDecision({ ...ORDER, ...part }),
});

/** A sale made offline, and its order at Shopify: as it was made, edited, refunded, cancelled. */
export const OF_AN_ORDER: readonly Message[] = [
  intent({ hold: HELD, body: { reward: null } }),
  commit({ hold: HELD, body: { captured: 500 } }),
  order('made'),
  { kind: 'refund', id: 'alone', decision: refundDecision(REFUND) },
  returned({ body: { returnKey: 'return/9', orderId: 70, refs: [], value: eur(600) } }),
  order('edited', {
    references: [{ ref: ref('R1'), discount: 400 }],
    refunds: [{ ...REFUND, returnId: 9 }],
  }),
  earn(),
  voided({ hold: HELD, body: { reason: 'cart-cleared' } }),
  takeBack(),
  order('cancelled', { isCancelled: true }),
];
