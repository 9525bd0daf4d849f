/**
 * What is kept of a webhook's body: by topic the fields that somebody here reads, and nothing else.
 * Names, addresses, e-mails and telephone numbers end at the door.
 */

/** `true`: as it is, if it is no object; else the fields of an object, or of each in a list. */
export type Keep = true | { readonly [field: string]: Keep };

/**
 * The note attributes in which the cart app extension's actions and a cart's references stand;
 * others may say anything.
 */
const OUR_NOTE = /^(?:cart-promotion-actions|_tideover_[0-9A-Z]{10})$/;

const money: Keep = { amount: true, currency_code: true };
const moneySet: Keep = { shop_money: money, presentment_money: money };
const allocations: Keep = { amount: true, discount_application_index: true, amount_set: moneySet };

const lineItem: Keep = {
  id: true,
  quantity: true,
  current_quantity: true,
  price: true,
  price_set: moneySet,
  total_discount: true,
  gift_card: true,
  discount_allocations: allocations,
};

const refund: Keep = {
  id: true,
  order_id: true,
  created_at: true,
  return: { id: true },
  refund_line_items: {
    id: true,
    line_item_id: true,
    quantity: true,
    subtotal: true,
    subtotal_set: moneySet,
    total_tax: true,
    line_item: lineItem,
  },
};

const order: Keep = {
  id: true,
  currency: true,
  presentment_currency: true,
  created_at: true,
  updated_at: true,
  cancelled_at: true,
  customer: { id: true },
  taxes_included: true,
  total_discounts: true,
  total_line_items_price: true,
  subtotal_price: true,
  total_price: true,
  discount_applications: {
    type: true,
    title: true,
    description: true,
    code: true,
    value: true,
    value_type: true,
    target_type: true,
    target_selection: true,
    allocation_method: true,
  },
  discount_codes: { code: true, amount: true, type: true },
  line_items: lineItem,
  shipping_lines: { id: true, price: true, discount_allocations: allocations },
  note_attributes: { name: true, value: true },
  refunds: refund,
};

const shopOnly: Keep = { shop_id: true, shop_domain: true };

/** Every topic that this server listens to. */
export const TOPICS = {
  'orders/create': order,
  'orders/updated': order,
  'orders/paid': order,
  'refunds/create': refund,
  'customers/merge': {
    admin_graphql_api_customer_kept_id: true,
    admin_graphql_api_customer_deleted_id: true,
    status: true,
  },
  'customers/redact': { ...shopOnly, customer: { id: true }, orders_to_redact: true },
  'customers/data_request': {
    ...shopOnly,
    customer: { id: true },
    orders_requested: true,
    data_request: { id: true },
  },
  'shop/redact': shopOnly,
  'app/uninstalled': { id: true, myshopify_domain: true },
  'app/scopes_update': { id: true, shop_id: true, previous: true, current: true, updated_at: true },
} as const satisfies Readonly<Record<string, Keep>>;
export type Topic = keyof typeof TOPICS;

export function isTopic(topic: string): topic is Topic {
  return Object.hasOwn(TOPICS, topic);
}

/** What is kept of this topic's body, which was parsed as JSON and may be nested without end. */
export function project(topic: Topic, body: unknown): unknown {
  const kept = pick(body, TOPICS[topic]);
  if (!isRecord(kept) || !Array.isArray(kept['note_attributes'])) return kept;
  const notes: readonly unknown[] = kept['note_attributes'];
  return {
    ...kept,
    note_attributes: notes.filter(
      (note) => isRecord(note) && typeof note['name'] === 'string' && OUR_NOTE.test(note['name']),
    ),
  };
}

function pick(value: unknown, keep: Keep): unknown {
  if (keep === true) return plain(value);
  if (Array.isArray(value)) return value.map((item: unknown) => pick(item, keep));
  if (!isRecord(value)) return null;
  const names = Object.keys(keep).filter((name) => Object.hasOwn(value, name));
  return Object.fromEntries(names.map((name) => [name, pick(value[name], keep[name] ?? true)]));
}

/** Text, a number, a truth value, or a list of such; nothing with fields of its own. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => (isFlat(item) ? item : null));
  return isFlat(value) ? value : null;
}

const isFlat = (value: unknown) => typeof value !== 'object';

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The shop that the signed body itself names, where its topic does: a header is not signed, and
 * these are the topics that delete.
 */
export function shopInBody(topic: Topic, kept: unknown): string | null | undefined {
  const field =
    topic === 'app/uninstalled'
      ? 'myshopify_domain'
      : Object.hasOwn(TOPICS[topic], 'shop_domain')
        ? 'shop_domain'
        : undefined;
  if (field === undefined) return undefined;
  const named = isRecord(kept) ? kept[field] : null;
  return typeof named === 'string' ? named : null;
}
