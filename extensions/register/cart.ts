/**
 * The POS cart as the register uses it: a part of the platform's own shape, and what we write into
 * it.
 */
import { parseMinor, type Currency, type Minor } from '../../shared/amount.ts';
import type { CustomerId, Reference } from '../../shared/protocol.ts';

export interface CartDiscount {
  readonly amount: number;
  readonly currency?: string | undefined;
  readonly discountDescription?: string | undefined;
  readonly type?: string | undefined;
}

export interface CartLine {
  readonly uuid: string;
  readonly quantity: number;
  readonly price?: number | undefined;
  readonly discounts: readonly CartDiscount[];
}

/** Of POS's own cart, what the register reads and what it must give back unchanged. */
export interface CartState {
  /** `undefined` counts as true. */
  readonly editable?: boolean | undefined;
  readonly subtotal: string;
  readonly grandTotal: string;
  readonly note?: string | undefined;
  readonly customer?: { readonly id: number } | undefined;
  readonly cartDiscount?: CartDiscount | undefined;
  readonly cartDiscounts: readonly CartDiscount[];
  readonly lineItems: readonly CartLine[];
  readonly properties: Readonly<Record<string, string>>;
}

/** The background target can only look; the others can change the cart. */
export interface PosCart {
  state(): CartState;
  subscribe(listener: () => void): () => void;
  readonly change: CartChange | undefined;
}

/** Every verb may fail, hang, or lie: what the cart shows afterwards decides. */
export interface CartChange {
  /**
   * A fixed amount off the cart; with `line` (its uuid) off each unit of that line, in place of
   * whatever discounts it had.
   */
  readonly applyDiscount: (title: string, amount: string, line?: string) => Promise<unknown>;
  /** Takes off what carries this reference, on the cart or on a line, and nothing else. */
  readonly removeDiscount: (ref: Reference) => Promise<unknown>;
  readonly addProperties: (properties: Record<string, string>) => Promise<unknown>;
  readonly removeProperties: (keys: string[]) => Promise<unknown>;
  readonly setCustomer: (customer: CustomerId) => Promise<unknown>;
}

type Update = Pick<
  CartState,
  'note' | 'customer' | 'cartDiscount' | 'cartDiscounts' | 'lineItems' | 'properties'
>;

/** The part of `shopify.cart` that changes it as we do; the simulator's cart has the same. */
export interface PosCartCalls {
  applyCartDiscount(type: 'FixedAmount', title: string, amount: string): Promise<unknown>;
  setLineItemDiscount(
    uuid: string,
    type: 'FixedAmount',
    title: string,
    amount: string,
  ): Promise<unknown>;
  removeLineItemDiscount(uuid: string): Promise<unknown>;
  bulkCartUpdate(cart: Update): Promise<unknown>;
  addCartProperties(properties: Record<string, string>): Promise<unknown>;
  removeCartProperties(keys: string[]): Promise<unknown>;
  setCustomer(customer: { id: number }): Promise<unknown>;
}

/** Our verbs by POS's calls; `state` is what the cart shows at that moment. */
export function cartChange(calls: PosCartCalls, state: () => CartState): CartChange {
  return {
    applyDiscount: (title, amount, line) =>
      line === undefined
        ? calls.applyCartDiscount('FixedAmount', title, amount)
        : calls.setLineItemDiscount(line, 'FixedAmount', title, amount),
    removeDiscount(ref) {
      const isOther = ({ discountDescription }: CartDiscount): boolean =>
        referenceIn(discountDescription) !== ref;
      const { note, cartDiscount, cartDiscounts, customer, lineItems, properties } = state();
      const ours = lineItems.filter(({ discounts }) => !discounts.every(isOther));
      const [line] = ours;
      // POS takes off all discounts of a line at once.
      if (line?.discounts.length === 1 && ours.length === 1 && cartDiscounts.every(isOther))
        return calls.removeLineItemDiscount(line.uuid);
      // Nor can it remove one cart discount of several: the whole cart is put back without ours.
      return calls.bulkCartUpdate({
        ...(note === undefined ? {} : { note }),
        ...(cartDiscount === undefined || !isOther(cartDiscount) ? {} : { cartDiscount }),
        cartDiscounts: cartDiscounts.filter(isOther),
        ...(customer === undefined ? {} : { customer }),
        lineItems: lineItems.map((one) => ({ ...one, discounts: one.discounts.filter(isOther) })),
        properties,
      });
    },
    addProperties: (properties) => calls.addCartProperties(properties),
    removeProperties: (keys) => calls.removeCartProperties(keys),
    setCustomer: (id) => calls.setCustomer({ id }),
  };
}

const SEPARATOR = ' · ';
const TITLE_LENGTH_MAX = 100;
const AT_END = /· ([0-9A-HJKMNP-TV-Z]{10})$/;

/** The discount's title: for the customer's receipt, and the second copy of the redemption. */
export function titleWithReference(title: string, ref: Reference): string {
  return `${title.slice(0, TITLE_LENGTH_MAX)}${SEPARATOR}${ref}`;
}

export function referenceIn(description: string | undefined): Reference | undefined {
  return AT_END.exec(description ?? '')?.[1] as Reference | undefined;
}

/** References of our redemptions among the cart's discounts, on the cart and on its lines. */
export function referencesIn(cart: CartState): ReadonlySet<Reference> {
  const lines = cart.lineItems.flatMap(({ discounts }) => discounts);
  const found = [...cart.cartDiscounts, ...lines].map(({ discountDescription }) =>
    referenceIn(discountDescription),
  );
  return new Set(found.filter((ref) => ref !== undefined));
}

/** What the cart still costs before tax; a discount can take off no more than that. */
export function remaining(cart: CartState, currency: Currency): Minor {
  const subtotal = parseMinor(cart.subtotal, currency) ?? 0;
  const total = parseMinor(cart.grandTotal, currency) ?? 0;
  return Math.max(0, Math.min(subtotal, total)) as Minor;
}

export const propertyKey = (ref: Reference): string => `_tideover_${ref}`;
