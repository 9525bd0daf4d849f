/** A counter: one device with a cart on it, and one context that can redeem. */
import { minor } from '../../shared/amount.ts';
import type { Clock, DeviceStorage } from '../../shared/ports.ts';
import type { Reference } from '../../shared/protocol.ts';
import { cartChange, type CartChange, type PosCart } from '../../extensions/register/cart.ts';
import type { Outbox } from '../../extensions/register/outbox.ts';
import type { Redemption } from '../../extensions/register/plan.ts';
import type { RedemptionDeps } from '../../extensions/register/redemption.ts';
import { createCart, type RegisterCart } from '../../simulator/page/cart.ts';
import { ALICE, EUR, SESSION, outboxOn, saveBase, type TestDevice } from './device.ts';
import { goodServer, openLine, type Answer, type Line } from './line.ts';

export const PRICES = { currency: EUR, taxPercent: 20 };

export function newCart(): RegisterCart {
  let lines = 0;
  return createCart({
    rules: PRICES,
    catalogue: [],
    uuid: () => `line-${(lines += 1)}`,
    checkCode: () => Promise.reject(new Error('no codes here')),
    stacking: () => 'stack',
  });
}

/** How a generation of the platform shows the register its cart. */
export type PortOf = (cart: RegisterCart, change?: Partial<CartChange>, clock?: Clock) => PosCart;

/** The cart as a target sees it; `change` says what a test makes of its calls. */
export function portOf(cart: RegisterCart, change: Partial<CartChange> = {}): PosCart {
  return {
    state: () => cart.current(),
    subscribe: (listener) => cart.subscribe(listener),
    change: { ...cartChange(cart.mutators, () => cart.current()), ...change },
  };
}

export interface Counter {
  readonly cart: RegisterCart;
  readonly outbox: Outbox;
  readonly line: Line;
  readonly deps: RedemptionDeps;
}

export async function openCounter(
  device: TestDevice,
  by: {
    readonly answer?: Answer;
    readonly isConnected?: boolean;
    readonly storage?: DeviceStorage;
    readonly cart?: RegisterCart;
    readonly change?: Partial<CartChange>;
    readonly price?: string;
    readonly portOf?: PortOf;
  } = {},
): Promise<Counter> {
  const cart = by.cart ?? newCart();
  if (by.cart === undefined)
    await cart.mutators.addCustomSale({
      quantity: 1,
      title: 'Goods',
      price: by.price ?? '30.00',
      taxable: true,
    });
  const outbox = outboxOn(device, by.storage === undefined ? {} : { storage: by.storage });
  const line = openLine(device, by.answer ?? goodServer, outbox);
  line.isConnected = by.isConnected ?? false;
  const deps: RedemptionDeps = {
    outbox,
    sync: line.sync,
    clock: device.clock,
    random: device.random,
    cart: (by.portOf ?? portOf)(cart, by.change, device.clock),
    session: () => SESSION,
    isConnected: () => line.isConnected,
    ageMs: (_, heardAt) => device.clock.now() - heardAt,
  };
  return { cart, outbox, line, deps };
}

/** The device heard of these balances a moment ago. */
export async function hear(device: TestDevice, points: number, credit = 0): Promise<void> {
  await saveBase(outboxOn(device), [[ALICE, { points, [EUR]: credit }]]);
}

export const COFFEE: Redemption = {
  customer: ALICE,
  unit: 'points',
  amount: 60,
  discount: { currency: EUR, amount: minor(300) },
  title: 'Free coffee',
  reward: 'coffee',
  cart: { amount: '3.00', line: undefined },
  hasPin: false,
};

export const credit = (amount: number): Redemption => ({
  ...COFFEE,
  unit: EUR,
  amount,
  discount: { currency: EUR, amount: minor(amount) },
  title: 'Store credit',
  reward: null,
  cart: { amount: (amount / 100).toFixed(2), line: undefined },
});

/** References of the discounts on the cart. */
export const refsOn = (cart: RegisterCart): Reference[] =>
  cart.state().discounts.map(({ title }) => title.slice(-10) as Reference);

/** What lies in storage, as `kind` or `kind:reason`. */
export async function kindsIn(outbox: Outbox): Promise<string[]> {
  const { operations } = await outbox.view();
  return [...operations.values()]
    .map(({ operation, kind }) =>
      operation?.kind === 'void' ? `void:${operation.body.reason}` : kind,
    )
    .sort();
}
