/** The books of one sale do not depend on the order in which anything of it is told. */
import { describe, expect, it } from 'vitest';
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
import { checkEveryOrder, sampleOrders } from './orders.ts';

const SAMPLES = 300;
/** Far above what a busy machine needs. */
const PATIENCE_MS = 1_800_000;
const EUR = currency('EUR');
const eur = (amount: number) => ({ currency: EUR, amount }) as never;

/**
 * One sale as two contexts of a register saw it (one of them before it had an order), what was
 * redeemed and earned on it, what came back of it, and what people corrected.
 */
const OF_ONE_SALE: readonly Operation[] = [
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
const OF_TWO_SALES: readonly Operation[] = [
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

describe.each([
  ['one sale', OF_ONE_SALE],
  ['two sales', OF_TWO_SALES],
] as const)('what is told of %s', (title, messages) => {
  it(
    '[SW6] comes to the same books in every order, with any repeats',
    { timeout: PATIENCE_MS },
    async () => {
      const { differences, ...figures } = await checkEveryOrder(messages);
      const { steps, orders } = figures;
      process.stdout.write(`${title}: ${messages.length} messages, ${steps} steps, `);
      process.stdout.write(`so ${orders} orders, each with any repeats\n`);
      expect(differences).toEqual([]);
      expect(steps).toBe(messages.length * 2 ** (messages.length - 1));
    },
  );

  it(
    `[SW6] comes to the same books in ${SAMPLES} drawn orders with repeats`,
    { timeout: PATIENCE_MS },
    async () => {
      const { differences, pushes } = await sampleOrders(messages, { orders: SAMPLES, seed: 5 });
      process.stdout.write(`${title}: ${SAMPLES} drawn orders in ${pushes} pushes\n`);
      expect(differences).toEqual([]);
    },
  );
});
