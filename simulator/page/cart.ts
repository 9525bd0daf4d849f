/**
 * The cart of one register: `shopify.cart` with the platform's own signatures, and the few gestures
 * that only a person at the register makes (change a quantity, write a note, start a payment).
 */
import type {
  Cart,
  CartApiContent,
  CartUpdateInput,
  Discount,
  LineItem,
} from '@shopify/ui-extensions/point-of-sale';
import { minor, parseMinor, minorFromNumber } from '../../shared/amount.ts';
import {
  EMPTY_CART,
  platformCart,
  storedDiscount,
  totalsOf,
  type CartDiscount,
  type CartLine,
  type CartState,
  type PriceRules,
  type Totals,
} from './cart-totals.ts';

export interface CatalogueItem {
  readonly productId: number;
  readonly variantId: number;
  readonly title: string;
  readonly price: number;
  readonly sku: string;
  readonly vendor: string;
}

export interface CartDeps {
  readonly rules: PriceRules;
  readonly catalogue: readonly CatalogueItem[];
  readonly uuid: () => string;
  /**
   * Percent of a discount code; rejects while the register is cut off, as POS checks codes online.
   */
  readonly checkCode: (code: string) => Promise<number>;
  /** A second cart discount joins the first, or takes its place: POS documents neither. */
  readonly stacking: () => 'stack' | 'replace';
}

export type CartMutators = Omit<CartApiContent, 'current'>;

export interface RegisterCart {
  state(): CartState;
  totals(): Totals;
  current(): Cart;
  subscribe(listener: () => void): () => void;
  readonly mutators: CartMutators;
  setQuantity(uuid: string, quantity: number): void;
  setNote(note: string | undefined): void;
  /** A cart is locked while its payment is taken. */
  setEditable(editable: boolean): void;
  /** Puts back a cart that was kept, or empties it after a sale and after the app's death. */
  replace(state: CartState): void;
}

/**
 * Creates an empty cart. Every mutator rejects when it can't do what it was asked, and then changed
 * nothing.
 */
export function createCart(deps: CartDeps): RegisterCart {
  let state = EMPTY_CART;
  const listeners = new Set<() => void>();
  const put = (next: CartState): void => {
    state = next.lines.length === 0 ? { ...next, discounts: [] } : next;
    for (const listener of [...listeners]) listener();
  };
  const edit = (change: (now: CartState) => CartState): void => {
    if (!state.editable) throw new Error('The cart is not editable now');
    put(change(state));
  };
  return {
    state: () => state,
    totals: () => totalsOf(state, deps.rules),
    current: () => platformCart(state, deps.rules),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    mutators: {
      ...wholeCart(deps, edit, () => platformCart(state, deps.rules)),
      ...discountMutators(deps, edit),
      ...lineMutators(deps, edit),
      ...unsupported(),
    },
    setQuantity(uuid, quantity) {
      edit((now) =>
        quantity <= 0
          ? { ...now, lines: now.lines.filter((line) => line.uuid !== uuid) }
          : onLine(now, uuid, (line) => ({ ...line, quantity })),
      );
    },
    setNote: (note) => edit((now) => ({ ...now, note })),
    setEditable: (editable) => put({ ...state, editable }),
    replace: put,
  };
}

type Edit = (change: (now: CartState) => CartState) => void;

function wholeCart(deps: CartDeps, edit: Edit, current: () => Cart) {
  return {
    async bulkCartUpdate(input: CartUpdateInput): Promise<Cart> {
      edit((now) => ({
        editable: now.editable,
        note: input.note,
        customer: input.customer === undefined ? undefined : wholeId(input.customer.id),
        properties: texts(input.properties),
        discounts: updatedDiscounts(input, deps.rules),
        lines: input.lineItems.map((item) => updatedLine(item, now, deps)),
      }));
      return current();
    },
    async clearCart(): Promise<void> {
      edit(() => EMPTY_CART);
    },
    async setCustomer(customer: { readonly id: number }): Promise<void> {
      edit((now) => ({ ...now, customer: wholeId(customer.id) }));
    },
    async removeCustomer(): Promise<void> {
      edit((now) => ({ ...now, customer: undefined }));
    },
    async addCartProperties(properties: Record<string, string>): Promise<void> {
      edit((now) => ({ ...now, properties: { ...now.properties, ...texts(properties) } }));
    },
    async removeCartProperties(keys: string[]): Promise<void> {
      edit((now) => ({ ...now, properties: without(now.properties, keys) }));
    },
  };
}

function discountMutators(deps: CartDeps, edit: Edit) {
  const add = (discount: CartDiscount): void =>
    edit((now) => {
      if (now.lines.length === 0) throw new Error('An empty cart takes no discount');
      const others = deps.stacking() === 'replace' ? [] : now.discounts;
      return { ...now, discounts: [...others, discount] };
    });
  const addCode = async (code: string): Promise<void> => {
    const value = await deps.checkCode(code);
    add({ type: 'Code', title: code, value });
  };
  const onOne = async (uuid: string, discounts: readonly CartDiscount[]): Promise<void> =>
    edit((now) => onLine(now, uuid, (line) => ({ ...line, discounts })));
  const lineDiscount = (type: string, title: string, amount: string): CartDiscount => {
    if (type === 'Code') throw new Error('A line takes no discount code');
    return discountFrom(type, title, amount, deps.rules);
  };
  return {
    async applyCartDiscount(type: string, title: string, amount?: string): Promise<void> {
      if (type === 'Code') return addCode(title);
      add(discountFrom(type, title, amount, deps.rules));
    },
    addCartCodeDiscount: addCode,
    async removeCartDiscount(): Promise<void> {
      edit((now) => ({ ...now, discounts: now.discounts.slice(0, -1) }));
    },
    async removeAllDiscounts(_disableAutomaticDiscounts: boolean): Promise<void> {
      edit((now) => ({
        ...now,
        discounts: [],
        lines: now.lines.map((line) => ({ ...line, discounts: [] })),
      }));
    },
    async setLineItemDiscount(
      uuid: string,
      type: string,
      title: string,
      amount: string,
    ): Promise<void> {
      await onOne(uuid, [lineDiscount(type, title, amount)]);
    },
    async bulkSetLineItemDiscounts(
      inputs: readonly {
        readonly lineItemUuid: string;
        readonly lineItemDiscount: { type: string; title: string; amount: string };
      }[],
    ): Promise<void> {
      edit((now) =>
        inputs.reduce((cart, { lineItemUuid, lineItemDiscount: one }) => {
          const discounts = [lineDiscount(one.type, one.title, one.amount)];
          return onLine(cart, lineItemUuid, (line) => ({ ...line, discounts }));
        }, now),
      );
    },
    removeLineItemDiscount: (uuid: string): Promise<void> => onOne(uuid, []),
  };
}

function lineMutators(deps: CartDeps, edit: Edit) {
  const properties = (
    now: CartState,
    uuid: string,
    change: (old: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
  ): CartState => onLine(now, uuid, (line) => ({ ...line, properties: change(line.properties) }));
  return {
    async addLineItem(
      variantId: number,
      quantity: number,
      options?: { properties?: Record<string, string> },
    ): Promise<string> {
      const line = catalogueLine(deps, variantId, quantity, texts(options?.properties ?? {}));
      let uuid = line.uuid;
      edit((now) => {
        const same = now.lines.find((one) => isPlainLineOf(one, line));
        if (same === undefined) return { ...now, lines: [...now.lines, line] };
        uuid = same.uuid;
        const total = same.quantity + quantity;
        return onLine(now, uuid, (one) => ({ ...one, quantity: total }));
      });
      return uuid;
    },
    async addCustomSale(sale: {
      quantity: number;
      title: string;
      price: string;
      taxable: boolean;
    }): Promise<string> {
      const price = parseMinor(sale.price, deps.rules.currency);
      if (price === undefined || price < 0) throw new Error(`Not a price: ${sale.price}`);
      const { title, taxable } = sale;
      const line = {
        ...bareLine(deps),
        title,
        price,
        quantity: wholeCount(sale.quantity),
        taxable,
      };
      edit((now) => ({ ...now, lines: [...now.lines, line] }));
      return line.uuid;
    },
    async removeLineItem(uuid: string): Promise<void> {
      edit((now) => {
        lineOf(now, uuid);
        return { ...now, lines: now.lines.filter((line) => line.uuid !== uuid) };
      });
    },
    async addLineItemProperties(uuid: string, added: Record<string, string>): Promise<void> {
      edit((now) => properties(now, uuid, (old) => ({ ...old, ...texts(added) })));
    },
    async bulkAddLineItemProperties(
      inputs: readonly { lineItemUuid: string; properties: Record<string, string> }[],
    ): Promise<void> {
      edit((now) =>
        inputs.reduce(
          (cart, { lineItemUuid, properties: added }) =>
            properties(cart, lineItemUuid, (old) => ({ ...old, ...texts(added) })),
          now,
        ),
      );
    },
    async removeLineItemProperties(uuid: string, keys: string[]): Promise<void> {
      edit((now) => properties(now, uuid, (old) => without(old, keys)));
    },
    async setAttributedStaff(staff: number | undefined): Promise<void> {
      edit((now) => ({ ...now, lines: now.lines.map((line) => ({ ...line, staff })) }));
    },
    async setAttributedStaffToLineItem(staff: number | undefined, uuid: string): Promise<void> {
      edit((now) => onLine(now, uuid, (line) => ({ ...line, staff })));
    },
  };
}

/**
 * Parts of the platform's cart that the demo shop has nothing for; they refuse instead of
 * pretending.
 */
function unsupported() {
  const refuse = (what: string) => async (): Promise<void> => {
    throw new Error(`The simulator has no ${what}`);
  };
  return {
    addAddress: refuse('customer addresses'),
    deleteAddress: refuse('customer addresses'),
    updateDefaultAddress: refuse('customer addresses'),
    addLineItemSellingPlan: refuse('selling plans'),
    removeLineItemSellingPlan: refuse('selling plans'),
  };
}

function discountFrom(
  type: string,
  title: string,
  amount: string | undefined,
  rules: PriceRules,
): CartDiscount {
  if (typeof amount !== 'string') throw new TypeError('The amount is text, such as "5.00"');
  if (type === 'FixedAmount') {
    const value = parseMinor(amount, rules.currency);
    if (value === undefined || value <= 0) throw new Error(`Not an amount: ${amount}`);
    return { type, title, value };
  }
  const percent = Number(amount);
  if (type !== 'Percentage') throw new Error(`Not a type of discount: ${type}`);
  if (!(percent > 0 && percent <= 100)) throw new Error(`Not a percentage: ${amount}`);
  return { type, title, value: percent };
}

function updatedDiscounts(input: CartUpdateInput, rules: PriceRules): CartDiscount[] {
  const single: Discount[] = input.cartDiscount === undefined ? [] : [input.cartDiscount];
  const wanted = input.cartDiscounts.length === 0 ? single : input.cartDiscounts;
  return wanted.map((discount) => usable(discount, rules));
}

function usable(discount: Discount, rules: PriceRules): CartDiscount {
  const stored = storedDiscount(discount, rules.currency);
  if (stored === undefined) throw new Error(`Not an amount: ${discount.amount}`);
  return stored;
}

/**
 * A line that the cart has keeps its place; another is taken from the catalogue, or is a custom
 * sale.
 */
function updatedLine(item: LineItem, now: CartState, deps: CartDeps): CartLine {
  const known = now.lines.find((line) => line.uuid === item.uuid);
  const base =
    known ??
    (item.variantId === undefined
      ? bareLine(deps)
      : catalogueLine(deps, item.variantId, item.quantity, {}));
  const price =
    item.price === undefined ? base.price : minorFromNumber(item.price, deps.rules.currency);
  if (price === undefined || price < 0) throw new Error(`Not a price: ${item.price}`);
  return {
    ...base,
    title: item.title ?? base.title,
    price,
    quantity: wholeCount(item.quantity),
    taxable: item.taxable,
    discounts: item.discounts.map((discount) => usable(discount, deps.rules)),
    properties: texts(item.properties),
    staff: item.attributedUserId,
  };
}

function bareLine(deps: CartDeps): CartLine {
  return {
    uuid: deps.uuid(),
    variantId: undefined,
    productId: undefined,
    title: 'Custom sale',
    sku: undefined,
    vendor: undefined,
    price: minor(0),
    quantity: 1,
    taxable: true,
    isGiftCard: false,
    discounts: [],
    properties: {},
    staff: undefined,
  };
}

function catalogueLine(
  deps: CartDeps,
  variantId: number,
  quantity: number,
  properties: Readonly<Record<string, string>>,
): CartLine {
  const item = deps.catalogue.find((one) => one.variantId === variantId);
  if (item === undefined) throw new Error(`No such variant: ${variantId}`);
  const { productId, title, sku, vendor } = item;
  const price = minor(item.price);
  const known = { variantId, productId, title, sku, vendor, price, properties };
  return { ...bareLine(deps), ...known, quantity: wholeCount(quantity) };
}

/** POS adds to a line instead of making a second one while nothing tells them apart. */
function isPlainLineOf(present: CartLine, added: CartLine): boolean {
  const isPlain = present.discounts.length === 0 && Object.keys(present.properties).length === 0;
  const isAddedPlain = Object.keys(added.properties).length === 0;
  return isPlain && isAddedPlain && present.variantId === added.variantId;
}

function lineOf(state: CartState, uuid: string): CartLine {
  const line = state.lines.find((one) => one.uuid === uuid);
  if (line === undefined) throw new Error(`No such line item: ${uuid}`);
  return line;
}

function onLine(state: CartState, uuid: string, change: (line: CartLine) => CartLine): CartState {
  lineOf(state, uuid);
  return { ...state, lines: state.lines.map((line) => (line.uuid === uuid ? change(line) : line)) };
}

function without(
  properties: Readonly<Record<string, string>>,
  keys: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !keys.includes(key)));
}

function texts(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]): [string, string] => {
      if (typeof value !== 'string') throw new TypeError(`The property "${key}" is not text`);
      return [key, value];
    }),
  );
}

function wholeCount(quantity: number): number {
  if (!Number.isSafeInteger(quantity) || quantity < 1)
    throw new Error(`Not a quantity: ${quantity}`);
  return quantity;
}

function wholeId(id: number): number {
  if (!Number.isSafeInteger(id) || id < 1) throw new Error(`Not an id: ${id}`);
  return id;
}
