/**
 * The arithmetic of a POS cart: what is stored of it, and the shape in which the platform shows it.
 */
import type { Cart, Discount, LineItem } from '@shopify/ui-extensions/point-of-sale';
import {
  decimals,
  formatDecimal,
  minor,
  minorFromNumber,
  type Currency,
  type Minor,
} from '../../shared/amount.ts';

export interface CartDiscount {
  readonly type: 'Percentage' | 'FixedAmount' | 'Code';
  readonly title: string;
  /** Percent for `Percentage`; else minor units (per unit of quantity on a line). */
  readonly value: number;
}

export interface CartLine {
  readonly uuid: string;
  readonly variantId: number | undefined;
  readonly productId: number | undefined;
  readonly title: string;
  readonly sku: string | undefined;
  readonly vendor: string | undefined;
  readonly price: Minor;
  readonly quantity: number;
  readonly taxable: boolean;
  readonly isGiftCard: boolean;
  readonly discounts: readonly CartDiscount[];
  readonly properties: Readonly<Record<string, string>>;
  readonly staff: number | undefined;
}

export interface CartState {
  readonly lines: readonly CartLine[];
  readonly discounts: readonly CartDiscount[];
  readonly customer: number | undefined;
  readonly note: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
  readonly editable: boolean;
}

export const EMPTY_CART: CartState = {
  lines: [],
  discounts: [],
  customer: undefined,
  note: undefined,
  properties: {},
  editable: true,
};

/** Prices of the demo shop include its sales tax. */
export interface PriceRules {
  readonly currency: Currency;
  readonly taxPercent: number;
}

export interface Totals {
  readonly subtotal: Minor;
  readonly total: Minor;
  readonly tax: Minor;
  /** What each cart discount really takes off, in the order of the cart's discounts. */
  readonly taken: readonly Minor[];
  /** Each line's price after its own discounts. */
  readonly lineTotals: readonly Minor[];
  /** Share of the cart discounts that falls on each line. */
  readonly lineShares: readonly Minor[];
}

/** Line discounts first, then the cart's in their order; nothing goes below zero. */
export function totalsOf(state: CartState, rules: PriceRules): Totals {
  const gross = state.lines.map((line) => line.price * line.quantity);
  const lineTotals = state.lines.map((line, index) => {
    const full = gross[index] ?? 0;
    return minor(line.discounts.reduce((rest, one) => rest - lineTake(one, line, rest), full));
  });
  const before = sum(lineTotals);
  let rest = before;
  const taken = state.discounts.map((discount) => {
    const take = cartTake(discount, rest);
    rest -= take;
    return minor(take);
  });
  return {
    subtotal: minor(sum(gross)),
    total: minor(rest),
    tax: minor(includedTax(rest, rules)),
    taken,
    lineTotals,
    lineShares: shares(before - rest, lineTotals),
  };
}

function lineTake(discount: CartDiscount, line: CartLine, rest: number): number {
  if (discount.type === 'Percentage') return percentOf(rest, discount.value);
  return Math.min(discount.value * line.quantity, rest);
}

function cartTake(discount: CartDiscount, rest: number): number {
  if (discount.type !== 'FixedAmount') return percentOf(rest, discount.value);
  return Math.min(discount.value, rest);
}

/** Half a minor unit rounds up. Percentages have at most two decimals, so this is exact. */
function percentOf(amount: number, percent: number): number {
  const hundredths = Math.round(Math.min(percent, 100) * 100);
  return Math.floor((amount * hundredths * 2 + 10_000) / 20_000);
}

/** The tax that a total of whole minor units includes. */
export function includedTax(total: number, { taxPercent }: PriceRules): number {
  return Math.round((total * taxPercent) / (100 + taxPercent));
}

/**
 * Splits `amount` in proportion to the lines' totals; what rounding left goes where there is room.
 */
export function shares(amount: number, lineTotals: readonly number[]): Minor[] {
  const whole = sum(lineTotals);
  if (whole === 0) return lineTotals.map(() => minor(0));
  const rounded = lineTotals.map((line) => Math.floor((amount * line) / whole));
  let left = amount - sum(rounded);
  return rounded.map((share, index) => {
    const more = Math.min(left, (lineTotals[index] ?? 0) - share);
    left -= more;
    return minor(share + more);
  });
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((all, one) => all + one, 0);
}

/** Money as the platform's JavaScript number. */
export function asNumber(amount: number, currency: Currency): number {
  return amount / 10 ** decimals(currency);
}

/**
 * `shopify.cart.current`: totals as text, prices and discounts as numbers, no key where nothing is.
 */
export function platformCart(state: CartState, rules: PriceRules): Cart {
  const totals = totalsOf(state, rules);
  const text = (amount: Minor): string => formatDecimal({ amount, currency: rules.currency });
  const discounts = state.discounts.map((discount) => platformDiscount(discount, rules.currency));
  const [first] = discounts;
  return {
    editable: state.editable,
    subtotal: text(totals.subtotal),
    taxTotal: text(totals.tax),
    grandTotal: text(totals.total),
    cartDiscounts: discounts,
    lineItems: platformLines(state, totals, rules),
    properties: { ...state.properties },
    ...(first === undefined ? {} : { cartDiscount: first }),
    ...(state.note === undefined ? {} : { note: state.note }),
    ...(state.customer === undefined ? {} : { customer: { id: state.customer } }),
  };
}

export function platformDiscount(discount: CartDiscount, currency: Currency): Discount {
  const isMoney = discount.type === 'FixedAmount';
  return {
    amount: isMoney ? asNumber(discount.value, currency) : discount.value,
    currency,
    discountDescription: discount.title,
    type: discount.type,
  };
}

/** The lines as `lineItems` of the cart and of a completed sale. */
export function platformLines(state: CartState, totals: Totals, rules: PriceRules): LineItem[] {
  const { currency, taxPercent } = rules;
  return state.lines.map((line, index) => {
    const share = totals.lineShares[index] ?? minor(0);
    const paid = (totals.lineTotals[index] ?? 0) - share;
    const tax = line.taxable ? includedTax(paid, rules) : 0;
    return {
      uuid: line.uuid,
      price: asNumber(line.price, currency),
      quantity: line.quantity,
      title: line.title,
      discounts: line.discounts.map((discount) => platformDiscount(discount, currency)),
      discountAllocations:
        share === 0
          ? []
          : [
              {
                allocatedAmount: {
                  amount: formatDecimal({ amount: share, currency }),
                  currencyCode: currency,
                },
              },
            ],
      taxable: line.taxable,
      taxLines: line.taxable
        ? [
            {
              title: 'VAT',
              price: { amount: asNumber(tax, currency), currency },
              rate: taxPercent / 100,
              enabled: true,
              uuid: `tax-${line.uuid}`,
            },
          ]
        : [],
      properties: { ...line.properties },
      isGiftCard: line.isGiftCard,
      ...optional('variantId', line.variantId),
      ...optional('productId', line.productId),
      ...optional('sku', line.sku),
      ...optional('vendor', line.vendor),
      ...optional('attributedUserId', line.staff),
    };
  });
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  const entry: { [P in K]?: V } = {};
  if (value !== undefined) entry[key] = value;
  return entry;
}

/**
 * A platform discount (amount as a number) back into what the cart stores; `undefined` when
 * unusable.
 */
export function storedDiscount(discount: Discount, currency: Currency): CartDiscount | undefined {
  const title = discount.discountDescription ?? '';
  const type =
    discount.type === 'Percentage' || discount.type === 'Code' ? discount.type : 'FixedAmount';
  if (type === 'FixedAmount') {
    const value = minorFromNumber(discount.amount, currency);
    return value === undefined || value < 0 ? undefined : { type, title, value };
  }
  const isPercent = Number.isFinite(discount.amount) && discount.amount >= 0;
  return isPercent ? { type, title, value: discount.amount } : undefined;
}
