/**
 * What an order carries of ours: references behind the titles of its discounts, in attributes that
 * the cart brought along, and the actions of the POS cart app extension.
 */

/** As registers write a title: words, a dot in the middle of the line, ten characters. */
const AT_END = /· ([0-9A-HJKMNP-TV-Z]{10})$/;
const OF_CART = /^_tideover_([0-9A-HJKMNP-TV-Z]{10})$/;
const ACTIONS = 'cart-promotion-actions';
const ACTIONS_TEXT_MAX = 10_000;
/** A list of pairs, each an app and an action: `[("4711", "123ABC"), …]`. It is no JSON. */
const PAIR = /\(\s*"((?:[^"\\]|\\.){0,200})"\s*,\s*"((?:[^"\\]|\\.){0,200})"\s*\)/g;
const LIST = /^\s*\[\s*(?:\([^()]*\)\s*(?:,\s*\([^()]*\)\s*)*)?\]\s*$/;

export interface Attribute {
  readonly name: string;
  readonly value: string;
}

/** The reference at the end of a discount's title, which no ordinary word comes to look like. */
export function referenceIn(title: string | null | undefined): string | undefined {
  return AT_END.exec(title?.trim() ?? '')?.[1];
}

/** References that the cart's properties brought to the order. */
export function referencesOfCart(attributes: readonly Attribute[]): readonly string[] {
  const named = attributes.flatMap(({ name, value }) => {
    const ref = OF_CART.exec(name)?.[1];
    return ref === undefined || ref !== value.trim() ? [] : [ref];
  });
  return [...new Set(named)];
}

/** Ids of actions that were performed for the order, whichever app made them. */
export function actionsIn(attributes: readonly Attribute[]): readonly string[] {
  const ids = attributes
    .filter(({ name, value }) => name === ACTIONS && value.length <= ACTIONS_TEXT_MAX)
    .filter(({ value }) => LIST.test(value))
    .flatMap(({ value }) => [...value.matchAll(PAIR)].map(([, , action = '']) => action));
  return [...new Set(ids)].filter((id) => id !== '');
}

/** Whether anything is kept of an attribute; others hold whatever a customer has typed. */
export function isOurs({ name }: Attribute): boolean {
  return name === ACTIONS || OF_CART.test(name);
}

/** What was told; nothing is no amount, which would give a redemption back as a whole. */
function sumOf(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : a + b;
}

/** One discount of an order, with what it took off, in minor units, where that was told. */
export interface Discount {
  /** By hand, by a code, by a rule: only what was made by hand can have been ours. */
  readonly isByHand: boolean;
  readonly titles: readonly (string | null | undefined)[];
  readonly amount: number | undefined;
}

/**
 * The references of an order with what each took off. Its title is what counts. Should Shopify have
 * dropped the titles, what the cart brought along stands in for them, as long as there is one such
 * discount for each; else it is a trace of what was taken off again.
 */
export function referencesOf(
  discounts: readonly Discount[],
  attributes: readonly Attribute[],
): readonly { readonly ref: string; readonly discount: number | undefined }[] {
  const byRef = new Map<string, number | undefined>();
  const untitled: Discount[] = [];
  for (const one of discounts) {
    const ref = one.titles.map(referenceIn).find((found) => found !== undefined);
    if (ref !== undefined) byRef.set(ref, sumOf(byRef.get(ref), one.amount));
    else if (one.isByHand) untitled.push(one);
  }
  const left = referencesOfCart(attributes).filter((ref) => !byRef.has(ref));
  const titled = [...byRef].map(([ref, discount]) => ({ ref, discount }));
  const [first] = untitled;
  if (first === undefined || untitled.length !== left.length) return titled;
  const discount = untitled.length === 1 ? first.amount : undefined;
  return [...titled, ...left.map((ref) => ({ ref, discount }))];
}
