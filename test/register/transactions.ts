/** POS's transactions as it tells them, and what the register makes of them. */
import { expect } from 'vitest';
import * as v from '../../shared/schema.ts';
import { operationSchema, type Reference } from '../../shared/protocol.ts';
import { titleWithReference } from '../../extensions/register/cart.ts';
import type { Draft, Outbox } from '../../extensions/register/outbox.ts';
import { fromTransaction } from '../../extensions/register/pos-events.ts';
import {
  ALICE,
  EUR,
  SESSION,
  SHOP_ID,
  createDevice,
  outboxOn,
  saveBase,
  type TestDevice,
} from './device.ts';

export const sale = (change: Record<string, unknown> = {}) => ({
  transactionType: 'Sale',
  orderId: 5_001,
  customer: { id: ALICE },
  discounts: [] as unknown[],
  subtotal: { amount: 27.5, currency: 'EUR' },
  grandTotal: { amount: 27.5, currency: 'EUR' },
  taxTotal: { amount: 4.58, currency: 'EUR' },
  balanceDue: { amount: 0, currency: 'EUR' },
  paymentMethods: [],
  executedAt: '2026-05-29T10:00:00.000Z',
  lineItems: [{ uuid: 'line-1', quantity: 1, price: 27.5, discounts: [] }] as unknown[],
  ...change,
});

export const discount = (
  ref: Reference,
  amount: number,
  type = 'FixedAmount',
  title = 'Free coffee',
) => ({
  amount,
  currency: 'EUR',
  type,
  discountDescription: titleWithReference(title, ref),
});

export interface Scene {
  readonly device: TestDevice;
  readonly outbox: Outbox;
  read(event: unknown, by?: { readonly isConnected?: boolean }): Promise<Draft[]>;
}

export async function createScene(seed = 1): Promise<Scene> {
  const device = createDevice(seed);
  const outbox = outboxOn(device);
  await saveBase(outbox, [[ALICE, { points: 400, [EUR]: 2_000 }]]);
  return {
    device,
    outbox,
    async read(event, by) {
      const view = await outbox.view();
      const { random } = device;
      const isConnected = by?.isConnected ?? true;
      const facts = { view, session: SESSION, shopId: SHOP_ID, random, isConnected, unknown: 0 };
      const drafts = fromTransaction(event, facts);
      // Whatever comes out can be sent: the wire's own schema takes it.
      for (const draft of drafts) v.parse(operationSchema, outbox.draft(draft, view));
      return drafts;
    },
  };
}

/** The one draft of this kind. */
export function only<K extends Draft['kind']>(drafts: readonly Draft[], kind: K) {
  const found = drafts.filter((draft): draft is Extract<Draft, { kind: K }> => draft.kind === kind);
  expect(found).toHaveLength(1);
  const [one] = found;
  if (one === undefined) throw new Error(`no ${kind}`);
  return one;
}

/** As documented: an exchange has two lists of lines, and its totals are what is still to pay. */
export const exchange = (change: Record<string, unknown> = {}) => ({
  transactionType: 'Exchange',
  orderId: 5_001,
  exchangeId: 7_001,
  returnId: 6_001,
  customer: { id: ALICE },
  discounts: [] as unknown[],
  taxTotal: { amount: -1.2, currency: 'EUR' },
  subtotal: { amount: -7.5, currency: 'EUR' },
  grandTotal: { amount: -7.5, currency: 'EUR' },
  paymentMethods: [],
  balanceDue: { amount: 0, currency: 'EUR' },
  shippingLines: [],
  taxLines: [],
  executedAt: '2026-05-29T11:00:00.000Z',
  lineItemsAdded: [{ uuid: 'new', quantity: 1, price: 20, discounts: [] }] as unknown[],
  lineItemsRemoved: [{ uuid: 'old', quantity: 1, price: 27.5, discounts: [] }] as unknown[],
  ...change,
});

/** Of a sale's goods, what came back the next day. */
export const goodsBack = (change: Record<string, unknown> = {}) =>
  sale({
    transactionType: 'Return',
    refundId: 8_001,
    returnId: 6_001,
    executedAt: '2026-05-30T10:00:00.000Z',
    ...change,
  });
