/**
 * The POS cart as the register uses it: a part of the platform's own shape, and what we write into
 * it.
 */
import { parseMinor, type Currency, type Minor } from '../../shared/amount.ts';
import type { Reference } from '../../shared/protocol.ts';

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

export interface CartState {
  /** `undefined` counts as true. */
  readonly editable?: boolean | undefined;
  readonly subtotal: string;
  readonly grandTotal: string;
  readonly customer?: { readonly id: number } | undefined;
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

export interface CartChange {
  applyDiscount(type: 'FixedAmount' | 'Percentage', title: string, amount: string): Promise<void>;
  /** Puts back the whole cart but the cart discounts for which `isGone`. */
  removeDiscounts(isGone: (discount: CartDiscount) => boolean): Promise<void>;
  addProperties(properties: Record<string, string>): Promise<void>;
  removeProperties(keys: string[]): Promise<void>;
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
