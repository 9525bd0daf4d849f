/** What registers and Shopify tell of one sale comes to the same books in every order. */
import { expect, it } from 'vitest';
import { checkEveryOrder, sampleOrders } from '../seeded/orders.ts';
import { OF_AN_ORDER } from '../seeded/orders-told.ts';

/** Far above what a busy machine needs. */
const PATIENCE_MS = 1_800_000;
/** All of them: `npm run orders`. */
const CHECKED = 6;
const SAMPLES = 15;

it(
  '[OS16] what is told of an order and its sale comes to the same books in every order',
  { timeout: PATIENCE_MS },
  async () => {
    const { differences, steps } = await checkEveryOrder(OF_AN_ORDER.slice(0, CHECKED));
    expect(differences).toEqual([]);
    expect(steps).toBe(CHECKED * 2 ** (CHECKED - 1));
  },
);

it(
  `[OS16] also with what closes it, in ${SAMPLES} drawn orders with repeats`,
  { timeout: PATIENCE_MS },
  async () => {
    const { differences } = await sampleOrders(OF_AN_ORDER, { orders: SAMPLES, seed: 7 });
    expect(differences).toEqual([]);
  },
);
