/**
 * What people do in the sweep, and what they are told. Nobody waits for ever: a screen that died,
 * or says nothing, is left, and the script goes on.
 */
import { minorFromNumber, type Minor } from '../../shared/amount.ts';
import type { CustomerId, Reference } from '../../shared/protocol.ts';
import { referenceIn } from '../../extensions/register/cart.ts';
import { returnEvent } from '../../simulator/page/goods-back.ts';
import { saleEvent } from '../../simulator/page/sale.ts';
import { PRICES } from '../register/counter.ts';
import {
  ALICE,
  EUR,
  emptyCart,
  minor,
  refsInCart,
  type Sold,
  type SweptContext,
  type SweptDevice,
  type SweptWorld,
} from './swept-world.ts';

const PATIENCE_MS = 45_000;
const SCREEN_OPEN_MS = 1_500;

export const pause = ({ time }: SweptWorld, ms: number): Promise<void> => time.sleep(ms);

/** Waits for the work, but not for ever. */
async function patiently({ time }: SweptWorld, work: Promise<unknown>): Promise<void> {
  await Promise.race([work, time.sleep(PATIENCE_MS)]);
}

/** Goods and a customer on the cart. */
export async function fill(
  { cart }: SweptDevice,
  customer: CustomerId | undefined = ALICE,
  prices: readonly string[] = ['12.50', '4.00'],
): Promise<void> {
  for (const price of prices)
    await cart.mutators.addCustomSale({ quantity: 1, title: 'Goods', price, taxable: true });
  if (customer !== undefined) await cart.mutators.setCustomer({ id: customer });
}

export type Wish = { readonly reward: string } | { readonly credit: number };

/** Opens a screen, redeems, reads the answer and closes the screen. */
export async function tap(
  world: SweptWorld,
  device: SweptDevice,
  wish: Wish,
  customer: CustomerId = ALICE,
): Promise<void> {
  const screen = world.start(device, 'screen');
  const before = await refsOn(device);
  const request =
    'reward' in wish
      ? { customer, reward: wish.reward, title: 'Reward' }
      : { customer, credit: minor(wish.credit), title: 'Store credit' };
  device.doing = 'tap';
  const heard = screen.register.redeem(request).then(async (outcome) => {
    if (screen.isDead) return;
    if (outcome.status === 'refused') {
      const refs = new Set([...(await refsOn(device))].filter((ref) => !before.has(ref)));
      world.oracle.refusals.push({ reason: outcome.reason, refs });
      return;
    }
    const { ref } = outcome;
    if (!refsInCart(device).has(ref))
      world.oracle.violations.push(`RD5 told that ${ref} is applied, and the cart lacks it`);
    world.oracle.told.push({ device, ref, customer, at: world.time.now() });
  });
  await patiently(world, heard);
  device.doing = undefined;
  await leave(world, device, screen);
}

async function refsOn(device: SweptDevice): Promise<ReadonlySet<Reference>> {
  const { operations } = await device.view();
  return new Set(
    [...operations.values()].flatMap(({ ref, kind }) =>
      ref === undefined || kind === 'earn' ? [] : [ref],
    ),
  );
}

async function leave(world: SweptWorld, device: SweptDevice, screen: SweptContext): Promise<void> {
  await pause(world, SCREEN_OPEN_MS);
  screen.register.stop();
  screen.isDead = true;
  const place = device.contexts.indexOf(screen);
  if (place >= 0) device.contexts.splice(place, 1);
}

/** Takes the newest redemption of this register back, as far as a person knows of one. */
export async function takeBack(world: SweptWorld, device: SweptDevice): Promise<void> {
  const last = world.oracle.told.filter((one) => one.device === device).at(-1);
  if (last === undefined) return;
  const screen = world.start(device, 'screen');
  device.doing = 'remove';
  const heard = screen.register.remove(last.ref).then((outcome) => {
    if (screen.isDead || outcome.status !== 'removed') return;
    world.oracle.removed.add(last.ref);
    if (refsInCart(device).has(last.ref))
      world.oracle.violations.push(`RD8 told that ${last.ref} is removed, and the cart has it`);
  });
  await patiently(world, heard);
  device.doing = undefined;
  await leave(world, device, screen);
}

/**
 * POS completes the sale of what is on the cart. A register whose app died has an empty one: then
 * the goods are rung up again first, without any discount.
 */
export async function sell(
  world: SweptWorld,
  device: SweptDevice,
  orderId: number | undefined,
): Promise<void> {
  if (device.cart.state().lines.length === 0) await fill(device);
  const state = device.cart.state();
  const event = saleEvent(state, PRICES, {
    orderId,
    executedAtMs: world.time.now(),
    payment: 'Cash',
  });
  const taken = new Map<Reference, Minor>();
  for (const { amount, discountDescription } of event.discounts ?? []) {
    const ref = referenceIn(discountDescription);
    if (ref !== undefined) taken.set(ref, minorFromNumber(amount, EUR) ?? minor(0));
  }
  const paid = minorFromNumber(event.subtotal.amount, EUR) ?? minor(0);
  const sale: Sold = {
    taken,
    customer: state.customer,
    isElsewhere: device !== world.devices[0],
    paid,
    goods: state.lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0),
    cart: state,
    orderId,
    isHandled: false,
    back: undefined,
  };
  world.oracle.sales.push(sale);
  world.happened.add('sold');
  emptyCart(device);
  await complete(world, device, event, sale);
}

/** Tells every living background of a transaction; `fact` learns when one has stored it. */
async function complete(
  world: SweptWorld,
  device: SweptDevice,
  event: unknown,
  fact: { isHandled: boolean },
): Promise<void> {
  device.doing = 'sale';
  const handled = device.contexts
    .filter(({ role }) => role === 'background')
    .map((context) =>
      context.register.transactionComplete(event).then(() => {
        if (!context.isDead) fact.isHandled = true;
      }),
    );
  await patiently(world, Promise.all(handled));
  device.doing = undefined;
}

/** The first line of the newest sale comes back. POS knows by now which order it was. */
export async function comeBack(world: SweptWorld, device: SweptDevice): Promise<void> {
  const sale = world.oracle.sales.at(-1);
  const line = sale?.cart.lines[0];
  if (sale === undefined || line === undefined) return;
  const { cart } = sale;
  const sold = { key: 'sale', at: world.time.now(), register: device.id, cart, returned: {} };
  const order = { ...sold, payment: 'Cash' as const, id: sale.orderId ?? 4_999, name: '#1' };
  const back = { refundId: 71, returnId: 72, exchangeId: 73, before: {}, order };
  const facts = { rules: PRICES, executedAtMs: world.time.now(), sign: 'positive' } as const;
  const event = returnEvent(back, { [line.uuid]: line.quantity }, facts);
  sale.back = { value: line.price * line.quantity, isHandled: false };
  world.happened.add('returned');
  await complete(world, device, event, sale.back);
}

/** Takes the newest discount off, as staff do in POS itself. */
export async function staffRemoves(world: SweptWorld, { cart }: SweptDevice): Promise<void> {
  world.happened.add('staff-removed');
  await cart.mutators.removeCartDiscount();
}

export async function clear(world: SweptWorld, device: SweptDevice): Promise<void> {
  world.happened.add('emptied');
  await device.cart.mutators.clearCart();
}

/** The cart is kept and opened on another register. */
export function reopenAt(world: SweptWorld, from: SweptDevice, to: SweptDevice): void {
  const kept = from.cart.state();
  emptyCart(from);
  to.cart.replace(kept);
  world.happened.add('reopened');
}

/** Staff lower the discount that is on the cart to `value` minor units. */
export function staffEdits(world: SweptWorld, { cart }: SweptDevice, value: number): void {
  const state = cart.state();
  cart.replace({ ...state, discounts: state.discounts.map((one) => ({ ...one, value })) });
  world.happened.add('edited');
}
