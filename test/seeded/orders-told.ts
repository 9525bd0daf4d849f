/** What can be told of one sale, and of two, for the check that no order of it matters. */
import { currency } from '../../shared/amount.ts';
import type { Operation } from '../../shared/protocol.ts';
import {
  ALICE,
  BOB,
  commit,
  earn,
  giveBack,
  id,
  intent,
  missing,
  returned,
  takeBack,
  voided,
} from '../server/world.ts';

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
