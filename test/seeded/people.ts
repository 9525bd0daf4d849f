/**
 * What people do at the registers, and what happens to registers and server as a whole: one
 * function for each act of a day. Each returns at once and goes on as time goes on.
 */
import { minor, minorFromNumber, type Minor, type Unit } from '../../shared/amount.ts';
import type { Points } from '../../shared/amount.ts';
import type { Reference } from '../../shared/protocol.ts';
import { referenceIn } from '../../extensions/register/cart.ts';
import { returnEvent } from '../../simulator/page/goods-back.ts';
import { saleEvent } from '../../simulator/page/sale.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { EUR } from '../support/program.ts';
import {
  RULES,
  emptyCart,
  refsOn,
  type Context,
  type Device,
  type Order,
  type World,
} from '../support/world.ts';
import { randomOf } from './faults.ts';
import type { Act, DayEvent } from './profiles.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What a power cut takes back at most. */
const LOST_MS = 8_000;
/** Records of one busy moment. */
const NOTES = 12;

/** One event as it happens: where, and with numbers of its own. */
interface Scene {
  readonly world: World;
  readonly device: Device;
  readonly random: SeededRandom;
  readonly key: string;
}

/** Makes an event of the day happen. */
export function happen(world: World, event: DayEvent): void {
  const device = world.devices[event.device % world.devices.length];
  if (device === undefined) return;
  const scene = { world, device, key: event.key, random: randomOf(world.seed, event.key) };
  const isAboutDiscounts = ABOUT_DISCOUNTS.has(event.act) && refsOn(device).size === 0;
  const other = isAboutDiscounts ? world.devices.find((one) => refsOn(one).size > 0) : undefined;
  ACTS_BY_NAME[event.act](other === undefined ? scene : { ...scene, device: other });
}

/** Rather happen at a register that has a discount of ours on its cart. */
const ABOUT_DISCOUNTS: ReadonlySet<Act> = new Set([
  'remove',
  'sell',
  'staff-removes',
  'staff-edits',
  'clear',
  'change-customer',
]);

const ACTS_BY_NAME: Readonly<Record<Act, (scene: Scene) => void>> = {
  fill: fillCart,
  tap: (scene) => void tapRedeem(scene, scene.random.below(2_000)),
  'tap-twice': tapTwice,
  remove: (scene) => void tapRemove(scene),
  sell: completeSale,
  return: bringBack,
  'staff-removes': staffRemoves,
  'staff-edits': staffEdits,
  clear: clearCart,
  reopen: reopenElsewhere,
  'change-customer': changeCustomer,
  bustle,
  sync: ({ device }) => {
    for (const { register } of device.contexts) void register.syncNow();
  },
  kill: killSomething,
  pause: sleepAWhile,
  outage: ({ world, device }) => world.connect(device, !device.isConnected),
  'clock-jump': jumpClock,
  'power-cut': cutPower,
  policy: changePolicy,
  program: changeProgram,
  'back-up': ({ world }) => {
    world.time.after(0, () => world.server.backUp());
    world.reached('server-backed-up');
  },
  restore: ({ world }) => {
    world.time.after(0, () => world.server.restore());
    world.reached('server-restored');
    world.reached('row: server restored from backup');
  },
};

function fillCart({ world, device, random }: Scene): void {
  const { mutators } = device.cart;
  const goods = { title: 'Goods', price: '12.50', taxable: true };
  void mutators.addCustomSale({ ...goods, quantity: random.between(1, 3) }).catch(ignore);
  void mutators.setCustomer({ id: random.pick(world.customers) }).catch(ignore);
}

async function tapRedeem(scene: Scene, pauseMs: number): Promise<void> {
  const { world, device, random, key } = scene;
  const { time, oracle } = world;
  if (device.cart.state().lines.length === 0) fillCart(scene);
  const wish = random.chance(0.5)
    ? { reward: random.pick(world.program.rewards).id, title: 'Reward' }
    : { credit: minor(random.between(1, 1_500)), title: 'Store credit' };
  const openMs = random.below(20_000);
  await time.sleep(pauseMs);
  const customer = device.cart.state().customer;
  if (customer === undefined) return;
  world.reached('redemption-tapped');
  const context = world.startContext(device, 'screen', key);
  const tappedAt = time.now();
  context.doing = 'tap';
  const outcome = await context.register.redeem({ customer, ...wish });
  context.doing = undefined;
  const name = outcome.status === 'applied' ? 'applied' : outcome.reason;
  oracle.outcomes.set(name, (oracle.outcomes.get(name) ?? 0) + 1);
  if (outcome.status === 'applied') {
    const { ref, offline: isOffline } = outcome;
    const planned = await plannedOf(device, ref);
    const { unit, amount } = planned ?? heldBy(world, wish);
    const times = { tappedAt, toldAt: time.now(), isLost: false };
    const discount = planned?.discount ?? 0;
    oracle.told.push({ device, ref, customer, unit, amount, discount, isOffline, ...times });
    if (planned?.isGivenUp === true)
      oracle.violations.push(`SD6 ${ref} was told as applied, and had been given up`);
    world.trace ^= tappedAt;
  }
  await leave(world, context, openMs);
}

/** What the register has stored of a redemption. */
async function plannedOf(
  device: Device,
  of: Reference,
): Promise<{ unit: Unit; amount: number; discount: number; isGivenUp: boolean } | undefined> {
  const all = [...(await device.view()).operations.values()].map(({ operation }) => operation);
  const own = all.filter((one) => one !== undefined && 'ref' in one && one.ref === of);
  const isGivenUp = own.some((one) => one?.kind === 'void' && one.body.reason === 'never-applied');
  for (const one of own)
    if (one?.kind === 'intent')
      return { ...one.hold, discount: one.body.discount.amount, isGivenUp };
  return undefined;
}

function heldBy(
  { program }: World,
  wish: { readonly reward: string } | { readonly credit: Minor },
): { unit: Unit; amount: number } {
  if ('credit' in wish) return { unit: EUR, amount: wish.credit };
  const reward = program.rewards.find(({ id }) => id === wish.reward);
  return { unit: 'points', amount: reward?.points ?? 0 };
}

/** The person closes the screen some time later. */
async function leave(world: World, context: Context, openMs: number): Promise<void> {
  await world.time.sleep(openMs);
  context.register.stop();
  world.kill(context);
}

/** Two people, or one in doubt, tap at the same moment on screens of their own. */
function tapTwice(scene: Scene): void {
  const { world, random, key } = scene;
  // Cut off, nobody but the device itself can notice that both can't have it.
  const device = world.devices.find(({ isConnected }) => !isConnected) ?? scene.device;
  world.reached('tapped-twice');
  void tapRedeem({ ...scene, device }, 0);
  void tapRedeem({ world, device, random, key: `${key}b` }, 0);
}

async function tapRemove({ world, device, key }: Scene): Promise<void> {
  const target = world.oracle.told.filter((one) => one.device === device).at(-1);
  if (target === undefined) return;
  world.reached('redemption-removed');
  const context = world.startContext(device, 'screen', key);
  context.doing = 'remove';
  if (refsOn(device).has(target.ref)) world.reached('row: our own remove');
  const outcome = await context.register.remove(target.ref);
  context.doing = undefined;
  if (outcome.status === 'removed') world.oracle.removed.add(target.ref);
  await leave(world, context, 0);
}

function completeSale({ world, device, random }: Scene): void {
  const { oracle, time } = world;
  const cart = device.cart.state();
  if (cart.lines.length === 0) return;
  const orderId = device.isConnected ? random.between(1, 2 ** 31) : undefined;
  const event = saleEvent(cart, RULES, {
    orderId,
    executedAtMs: time.now() + device.clockOffset,
    payment: 'Cash',
  });
  const taken = new Map<Reference, Minor>();
  for (const { amount, discountDescription } of event.discounts ?? []) {
    const ref = referenceIn(discountDescription);
    if (ref !== undefined) taken.set(ref, minorFromNumber(amount, EUR) ?? minor(0));
  }
  const order: Order = {
    device,
    cart,
    orderId,
    soldAt: time.now(),
    taken,
    unseen: unseenOf(world, device, taken),
    handledAt: undefined,
    back: undefined,
  };
  oracle.orders.push(order);
  world.reached('order-completed');
  emptyCart(device);
  tellBackgrounds(world, device, event, order);
}

/** Nobody is there to see the sale: what the cart carried is known to its order alone. */
function unseenOf(
  { oracle, reach }: World,
  device: Device,
  taken: ReadonlyMap<Reference, Minor>,
): ReadonlySet<Reference> {
  const isSeen = device.contexts.some(({ role }) => role === 'background');
  // Where clocks jump, nobody can say which came first.
  if (isSeen || (reach['clock-jumped'] ?? 0) > 0) return new Set();
  const here = oracle.told.filter((one) => one.device === device).map(({ ref }) => ref);
  return new Set(here.filter((ref) => taken.has(ref)));
}

/** POS tells every living background of a transaction; `fact` learns when one has stored it. */
function tellBackgrounds(
  { time }: World,
  device: Device,
  event: unknown,
  fact: { handledAt: number | undefined },
): void {
  for (const context of device.contexts.filter(({ role }) => role === 'background')) {
    context.doing = 'sale';
    void context.register.transactionComplete(event).then(() => {
      context.doing = undefined;
      if (!context.isDead) fact.handledAt ??= time.now();
    });
  }
}

/** One line of an earlier sale comes back. POS knows by now which order it was. */
function bringBack({ world, device, random }: Scene): void {
  const order = world.oracle.orders.findLast(({ back }) => back === undefined);
  const line = order?.cart.lines[0];
  if (order === undefined || line === undefined) return;
  const [refundId, lateId] = [random.between(1, 2 ** 31), random.between(1, 2 ** 31)];
  const { cart } = order;
  const sold = { key: 'sale', at: order.soldAt, register: device.id, cart, returned: {} };
  const id = order.orderId ?? lateId;
  const event = returnEvent(
    {
      refundId,
      returnId: refundId + 1,
      exchangeId: refundId + 2,
      before: {},
      order: { ...sold, payment: 'Cash', id, name: `#${id}` },
    },
    { [line.uuid]: random.between(1, line.quantity) },
    {
      rules: RULES,
      executedAtMs: world.time.now() + device.clockOffset,
      sign: random.chance(0.5) ? 'positive' : 'negative',
    },
  );
  order.back = { device, key: `refund/${refundId}`, handledAt: undefined };
  world.reached('goods-returned');
  world.reached('row: goods come back');
  tellBackgrounds(world, device, event, order.back);
}

function staffRemoves({ world, device }: Scene): void {
  if (refsOn(device).size > 0) {
    world.reached('discount-removed');
    world.reached('row: staff removes or replaces our discount');
  }
  void device.cart.mutators.removeCartDiscount().catch(ignore);
}

/** Staff lower what is on the cart. */
function staffEdits({ world, device, random }: Scene): void {
  const state = device.cart.state();
  if (refsOn(device).size === 0) return;
  const lower = (value: number): number => Math.max(1, Math.floor(value / random.between(1, 4)));
  const discounts = state.discounts.map((one) => ({ ...one, value: lower(one.value) }));
  device.cart.replace({ ...state, discounts });
  world.reached('discount-edited');
  world.reached('row: staff edits the discount');
}

function clearCart({ world, device }: Scene): void {
  if (refsOn(device).size > 0) {
    world.reached('cart-emptied');
    world.reached('row: cart emptied, no sale event');
  }
  void device.cart.mutators.clearCart().catch(ignore);
}

/** The cart is kept and opened on another register that has none. */
function reopenElsewhere({ world, device }: Scene): void {
  const isEmpty = ({ cart }: Device): boolean => cart.state().lines.length === 0;
  const from = [device, ...world.devices].find((one) => refsOn(one).size > 0);
  const to = world.devices.find((one) => one !== from && isEmpty(one));
  if (from === undefined || to === undefined) return;
  const kept = from.cart.state();
  emptyCart(from);
  to.cart.replace(kept);
  world.reached('cart-reopened-elsewhere');
  world.reached('row: cart saved and reopened elsewhere');
}

function changeCustomer({ world, device, random }: Scene): void {
  if (refsOn(device).size > 0) {
    world.reached('customer-changed');
    world.reached('row: customer changed on the cart');
  }
  void device.cart.mutators.setCustomer({ id: random.pick(world.customers) }).catch(ignore);
}

/** Many small records one after the other, as a busy day without a network makes them. */
function bustle({ world, device }: Scene): void {
  const { oracle, time } = world;
  const background = device.contexts.find(({ role }) => role === 'background');
  if (background === undefined) return;
  world.reached('many-records');
  void (async () => {
    for (let i = 0; i < NOTES; i += 1) {
      const id = (oracle.notesMade += 1);
      await background.register.cashSession('start', { id, openingTime: 'today' });
      if (background.isDead) return;
      oracle.notesKept.set(id, { device, at: time.now() });
    }
  })();
}

function killSomething({ world, device, random }: Scene): void {
  if (random.chance(0.3)) return world.killApp(device);
  if (device.contexts.length === 0) return;
  world.reached('context-killed');
  world.kill(random.pick(device.contexts));
}

function sleepAWhile({ world, device, random }: Scene): void {
  if (device.contexts.length === 0) return;
  const context = random.pick(device.contexts);
  const isLong = random.chance(0.3);
  world.pause(context, isLong ? random.below(3 * HOUR_MS) : random.below(10 * MINUTE_MS));
  world.reached(isLong ? 'pauses-hours' : 'pauses');
}

function jumpClock({ world, device, random }: Scene): void {
  device.clockOffset += random.between(-6, 6) * HOUR_MS;
  world.reached('clock-jumped');
}

/** The power goes: the app ends, and what the host had not written to its disk is gone. */
function cutPower({ world, device, random }: Scene): void {
  const since = world.time.now() - random.below(LOST_MS);
  world.reached('power-cut');
  world.reached('row: power cut, the last seconds of storage lost');
  world.killApp(device);
  device.powerCuts += 1;
  device.memory.undoSince(since);
  device.newest = { epoch: 0, cursor: 0 };
  const { told, orders, notesKept } = world.oracle;
  for (const one of told)
    // Its record had been read back before; that is the last moment at which it was written.
    if (one.device === device && one.toldAt >= since) one.isLost = true;
  for (const fact of orders.flatMap((order) => [order, order.back]))
    if (fact?.device === device && (fact.handledAt ?? 0) >= since) fact.handledAt = undefined;
  for (const [id, kept] of notesKept)
    if (kept.device === device && kept.at >= since) notesKept.delete(id);
}

function changePolicy({ world, random }: Scene): void {
  world.policy = {
    ...world.policy,
    version: world.policy.version + 1,
    redeemOffline: random.chance(0.8),
    earnOffline: random.chance(0.8),
    perCustomer: minor(random.pick([500, 1_000, 5_000, 50_000])),
    perRegister: minor(random.pick([1_000, 10_000, 50_000])),
    redemptionsMax: random.pick([1, 3, 50]),
  };
  world.reached('policy-changed');
  const { policy } = world;
  world.time.after(0, () => world.server.setPolicy(policy));
}

function changeProgram({ world, random }: Scene): void {
  const rewards = world.program.rewards.map((reward) => ({
    ...reward,
    points: random.between(20, 200) as Points,
  }));
  const earn = { points: random.between(0, 3), per: 100 };
  world.program = { ...world.program, version: world.program.version + 1, rewards, earn };
  world.reached('program-changed');
  const { program } = world;
  world.time.after(0, () => world.server.setProgram(program));
}

const ignore = (): void => undefined;
