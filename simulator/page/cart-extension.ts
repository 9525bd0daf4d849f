/**
 * What an old POS did with a cart app extension (legacy): asks for offers when an order begins or
 * its customer changes, performs the one that staff tap, and reverts it when its discount is taken
 * off or the cart is given up. All of it by way of Shopify, so never while the register is cut off.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import { formatDecimal, minor } from '../../shared/amount.ts';
import type { RegisterCart } from './cart.ts';
import type { CartState, PriceRules } from './cart-totals.ts';

export interface CartOffer {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly action_id: string;
  readonly value: string;
}

export interface CartList {
  readonly points_label?: string;
  readonly points_balance?: string;
  readonly actions: readonly CartOffer[];
}

/** What Shopify said: the app's status, and its list if that was 200. */
export interface CartReply {
  readonly status: number;
  readonly answer: CartList;
}

export type CartEndpoint = 'promotions' | 'perform_action' | 'revert_action';

export interface CartExtensionDeps {
  readonly cart: RegisterCart;
  readonly rules: PriceRules;
  readonly isOffline: () => boolean;
  /** Whether POS runs: a POS that was killed reverts nothing. */
  readonly isOpen: () => boolean;
  readonly locale: () => string;
  readonly ask: (
    endpoint: CartEndpoint,
    asked: {
      readonly customer: number | null;
      readonly locale: string;
      readonly action: string | null;
    },
  ) => Promise<CartReply>;
  readonly setSwitch: (isOn: boolean) => Promise<void>;
  /** Where it is told that something could not be done. */
  readonly trouble: (text: string) => void;
}

export interface CartExtension {
  readonly isOn: ReadonlySignal<boolean>;
  /** What the card shows; `undefined` while nothing was answered. */
  readonly list: ReadonlySignal<CartList | undefined>;
  /** The shop's switch; while it is on, this register asks. */
  turn(isOn: boolean): Promise<void>;
  /** Staff tap an offer: performed first, and only then put on the cart. */
  perform(offer: CartOffer): Promise<void>;
  /** Resolves when all that was asked so far is answered. */
  settled(): Promise<void>;
}

const NOTE = 'cart-promotion-actions';
const ALL_OFF = '100';

interface Performed {
  readonly offer: CartOffer;
  /** The line that was added, for an offer that is a product. */
  readonly line: string | undefined;
}

export function createCartExtension(deps: CartExtensionDeps): CartExtension {
  const { cart } = deps;
  const isOn = signal(false);
  const list = signal<CartList | undefined>(undefined);
  let performed: Performed | undefined;
  let seen = cart.state();
  let last: Promise<void> = Promise.resolve();

  const ask = async (endpoint: CartEndpoint, action: string | null): Promise<boolean> => {
    if (deps.isOffline()) return false;
    const customer = cart.state().customer ?? null;
    const { status, answer } = await deps.ask(endpoint, {
      customer,
      locale: deps.locale(),
      action,
    });
    if (status === 200) list.value = answer;
    else deps.trouble(`The app answered ${endpoint} with ${status}`);
    return status === 200;
  };
  /** One question after the other, as taps come. */
  const next = (work: () => Promise<unknown>): Promise<void> => {
    last = last.then(work).then(
      () => undefined,
      (error: unknown) => deps.trouble(String(error)),
    );
    return last;
  };
  const forget = (): void => {
    performed = undefined;
    list.value = undefined;
  };

  cart.subscribe(() => {
    const before = seen;
    seen = cart.state();
    if (!isOn.value) return;
    if (!deps.isOpen()) return forget();
    if (performed !== undefined && !isOnCart(seen, performed)) {
      const { offer } = performed;
      performed = undefined;
      // A cart that is locked for its payment and then empty was sold.
      if (!before.editable && seen.lines.length === 0) list.value = undefined;
      else void next(() => revert(deps, ask, offer));
    }
    const isNew = before.lines.length > 0 && seen.lines.length === 0;
    if (isNew || before.customer !== seen.customer) void next(() => ask('promotions', null));
  });

  return {
    isOn,
    list,
    async turn(on) {
      await deps.setSwitch(on);
      isOn.value = on;
      forget();
      if (on) await next(() => ask('promotions', null));
    },
    perform: (offer) =>
      next(async () => {
        if (!(await ask('perform_action', offer.action_id))) return;
        performed = { offer, line: await apply(deps, offer) };
        await cart.mutators.addCartProperties({ [NOTE]: `[("tideover", "${offer.action_id}")]` });
      }),
    settled: () => last,
  };
}

async function revert(
  { cart }: CartExtensionDeps,
  ask: (endpoint: CartEndpoint, action: string) => Promise<boolean>,
  offer: CartOffer,
): Promise<void> {
  if (cart.state().properties[NOTE] !== undefined) await cart.mutators.removeCartProperties([NOTE]);
  await ask('revert_action', offer.action_id);
}

/** Puts it on the cart; the uuid of a line that was added for it. */
async function apply(
  { cart, rules }: CartExtensionDeps,
  { type, title, value }: CartOffer,
): Promise<string | undefined> {
  if (type === 'add_variant') {
    const line = await cart.mutators.addLineItem(Number(value), 1);
    await cart.mutators.setLineItemDiscount(line, 'Percentage', title, ALL_OFF);
    return line;
  }
  const kind = type === 'flat_discount' ? 'FixedAmount' : 'Percentage';
  const amount = kind === 'Percentage' ? value : atMost(cart, rules, value);
  await cart.mutators.applyCartDiscount(kind, title, amount);
  return undefined;
}

/** No more than the cart comes to. */
function atMost(cart: RegisterCart, { currency }: PriceRules, value: string): string {
  const most = formatDecimal({ amount: minor(cart.totals().total), currency });
  return Number(most) < Number(value) ? most : value;
}

function isOnCart(cart: CartState, { offer, line }: Performed): boolean {
  if (line !== undefined) return cart.lines.some(({ uuid }) => uuid === line);
  return cart.discounts.some(({ title }) => title === offer.title);
}
