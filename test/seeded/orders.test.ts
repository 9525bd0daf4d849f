/**
 * The books of one sale do not depend on the order in which anything of it is told. Of the larger
 * set `npm test` leaves out what people correct, which the other one has. All: `npm run orders`.
 */
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../shared/protocol.ts';
import { checkEveryOrder, sampleOrders } from './orders.ts';
import { OF_ONE_SALE, OF_TWO_SALES } from './orders-told.ts';

const SAMPLES = 40;
/** Far above what a busy machine needs. */
const PATIENCE_MS = 1_800_000;
const isByPeople = ({ kind }: Operation) => kind === 'give-back' || kind === 'take-back';

describe.each([
  ['one sale', OF_ONE_SALE.filter((one) => !isByPeople(one))],
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
      expect(messages.length).toBeGreaterThanOrEqual(9);
      expect(steps).toBe(messages.length * 2 ** (messages.length - 1));
    },
  );
});

it(
  `[SW6] all that is told of one sale comes to the same books in ${SAMPLES} drawn orders`,
  { timeout: PATIENCE_MS },
  async () => {
    const drawn = { orders: SAMPLES, seed: 5 };
    const { differences, pushes } = await sampleOrders(OF_ONE_SALE, drawn);
    process.stdout.write(`one sale: ${SAMPLES} drawn orders in ${pushes} pushes\n`);
    expect(differences).toEqual([]);
  },
);
