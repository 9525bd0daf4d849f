/** Bodies of Shopify's webhooks about orders, with everything that ours must not keep. */
import { titleWithReference } from '../../extensions/register/cart.ts';
import type { Reference } from '../../shared/protocol.ts';
import { ALICE, ref } from './world.ts';

export const ORDER = 70;

const money = (amount: string, currency = 'EUR') => ({ amount, currency_code: currency });
const set = (amount: string, currency = 'EUR') => ({
  shop_money: money(amount, currency),
  presentment_money: money(amount, currency),
});

export interface LinePart {
  readonly id?: number;
  readonly price?: string;
  readonly quantity?: number;
  readonly gift_card?: boolean;
  /** What discounts took off the line, by their place in the order. */
  readonly off?: Readonly<Record<number, string>>;
}

export function line({ id = 1, price = '10.00', quantity = 2, off = {}, ...rest }: LinePart = {}) {
  return {
    id,
    title: 'A mug',
    price,
    price_set: set(price),
    quantity,
    gift_card: rest.gift_card ?? false,
    discount_allocations: Object.entries(off).map(([place, amount]) => ({
      amount,
      amount_set: set(amount),
      discount_application_index: Number(place),
    })),
    properties: [{ name: 'engraving', value: 'For Alice Smith' }],
  };
}

export const byHand = (title: string | null, value = '5.00') => ({
  type: 'manual',
  target_type: 'line_item',
  target_selection: 'all',
  allocation_method: 'across',
  value,
  value_type: 'fixed_amount',
  title,
  description: title,
});

export const discount = (name: Reference = ref('R1'), title = '5 off') =>
  byHand(titleWithReference(title, name));

export function refund(part: { id?: number; quantity?: number; return?: unknown } = {}) {
  const { id = 1, quantity = 1, ...rest } = part;
  const sold = line();
  return {
    id,
    order_id: ORDER,
    note: 'Alice was unhappy',
    ...rest,
    refund_line_items: [{ line_item_id: sold.id, quantity, subtotal: 7.5, line_item: sold }],
  };
}

/** Two mugs at 10.00 of which a redemption took 5.00. */
export function orderPayload(part: Readonly<Record<string, unknown>> = {}) {
  return {
    id: ORDER,
    name: '#1001',
    email: 'alice@example.com',
    note: 'leave it with Bob',
    currency: 'EUR',
    presentment_currency: 'EUR',
    cancelled_at: null,
    customer: { id: ALICE, first_name: 'Alice', last_name: 'Smith', phone: '+49 30 1' },
    billing_address: { address1: 'Long Lane 1', city: 'Berlin' },
    discount_codes: [],
    note_attributes: [{ name: 'gift message', value: 'Happy birthday, Alice' }],
    discount_applications: [discount()],
    line_items: [line({ off: { 0: '5.00' } })],
    shipping_lines: [],
    refunds: [],
    ...part,
  };
}
