/**
 * A counter whose tap can be killed or paused at any of its calls, to storage or to the cart, while
 * the background of the same device follows what it leaves behind.
 */
import type { Clock } from '../../shared/ports.ts';
import { cartChange, type PosCartCalls } from '../../extensions/register/cart.ts';
import { createObserver, type Observer } from '../../extensions/register/observer.ts';
import { createOutbox, type Outbox } from '../../extensions/register/outbox.ts';
import type { Redemption } from '../../extensions/register/plan.ts';
import { fromTransaction } from '../../extensions/register/pos-events.ts';
import {
  redeem,
  type RedeemOutcome,
  type RedemptionDeps,
} from '../../extensions/register/redemption.ts';
import type { RegisterCart } from '../../simulator/page/cart.ts';
import { saleEvent } from '../../simulator/page/sale.ts';
import { faultyStorage, type Life } from '../support/faulty-storage.ts';
import { COFFEE, PRICES, hear, newCart, openCounter, portOf } from './counter.ts';
import { SESSION, SHOP_ID, add, createDevice, outboxOn, type TestDevice } from './device.ts';

/** What happens at one call of a context; calls are counted from 1. */
export interface Fate {
  readonly at: number;
  readonly how:
    | 'killed before it'
    | 'killed after it'
    /** Killed, and the call takes effect 30 s later, or 90 s. */
    | 'killed, effect after 30 s'
    | 'killed, effect after 90 s'
    | 'paused before it'
    | 'paused after it';
}

const PAUSE_MS = 70_000;
const LOOK_MS = 10_000;
const LATENCY = { latencyMs: 20, failsBefore: 0, failsAfter: 0, lateEffect: 0, tornEntries: 0 };

export interface Mortal {
  readonly deps: RedemptionDeps;
  /** Names of the calls that were begun, in their order. */
  readonly calls: string[];
  kill(): void;
}

/** One more context at this counter: a real outbox on slow storage, and the cart. */
export async function mortalContext(
  device: TestDevice,
  cart: RegisterCart,
  fate?: Fate,
): Promise<Mortal> {
  const { time, random } = device;
  const calls: string[] = [];
  let isDead = false;
  let pausedUntil = 0;
  const never = <T>(): Promise<T> => new Promise(() => undefined);
  const life: Life = {
    isDead: () => isDead,
    async mayGoOn() {
      while (pausedUntil > time.now() && !isDead) await time.sleep(pausedUntil - time.now());
      if (isDead) await never();
    },
  };
  const pass = async <T>(name: string, effect: () => Promise<T>): Promise<T> => {
    if (isDead) return never();
    calls.push(name);
    const how = calls.length === fate?.at ? fate.how : undefined;
    if (how === 'paused before it') pausedUntil = time.now() + PAUSE_MS;
    if (how?.startsWith('killed') === true && how !== 'killed after it') {
      isDead = true;
      const late = /after (\d+) s/.exec(how);
      if (late !== null)
        time.after(Number(late[1]) * 1_000, () => void effect().then(ignore, ignore));
      return never();
    }
    await life.mayGoOn();
    const result = await effect();
    if (how === 'killed after it') isDead = true;
    if (how === 'paused after it') pausedUntil = time.now() + PAUSE_MS;
    await life.mayGoOn();
    return result;
  };
  const clock: Clock = {
    now: device.clock.now,
    sleep: async (ms, wake) => {
      await device.clock.sleep(ms, wake);
      await life.mayGoOn();
    },
  };
  const disk = faultyStorage(device.storage, {
    faults: LATENCY,
    random,
    time,
    life: { isDead: () => false, mayGoOn: () => Promise.resolve() },
  });
  const storage = {
    get: (key: string) => pass('get', () => disk.get(key)),
    set: (key: string, value: string) => pass('set', () => disk.set(key, value)),
    delete: (key: string) => pass('delete', () => disk.delete(key)),
    entries: () => pass('entries', () => disk.entries()),
  };
  const counter = await openCounter(device, { cart });
  return {
    calls,
    kill: () => void (isDead = true),
    deps: {
      ...counter.deps,
      clock,
      outbox: createOutbox({ storage, clock, random, shopId: SHOP_ID }),
      cart: {
        ...portOf(cart),
        change: cartChange(mortalCalls(cart.mutators, pass), () => cart.current()),
      },
    },
  };
}

/** POS's calls, each of which may be the last. */
function mortalCalls(
  calls: PosCartCalls,
  pass: <T>(name: string, effect: () => Promise<T>) => Promise<T>,
): PosCartCalls {
  return {
    applyCartDiscount: (...by) => pass('apply', () => calls.applyCartDiscount(...by)),
    setLineItemDiscount: (...by) => pass('apply', () => calls.setLineItemDiscount(...by)),
    removeLineItemDiscount: (uuid) => pass('remove', () => calls.removeLineItemDiscount(uuid)),
    bulkCartUpdate: (state) => pass('remove', () => calls.bulkCartUpdate(state)),
    addCartProperties: (added) => pass('properties', () => calls.addCartProperties(added)),
    removeCartProperties: (keys) => pass('properties', () => calls.removeCartProperties(keys)),
    setCustomer: (customer) => pass('customer', () => calls.setCustomer(customer)),
  };
}

const ignore = (): void => undefined;

/** A device with a cart on it and the background that follows it. */
export interface Scene {
  readonly device: TestDevice;
  readonly cart: RegisterCart;
  readonly outbox: Outbox;
  observer: Observer;
  /** Lets time go on, with the background's look every ten seconds. */
  pass(ms: number): Promise<void>;
  /** The background ends, and a new one begins. */
  restart(): Promise<void>;
  tap(fate?: Fate, asked?: Redemption): Promise<Tap>;
  /** Completes the sale and empties the cart; stores what the background hears of it. */
  sell(by?: { readonly isHeard: boolean }): Promise<void>;
}

export interface Tap extends Mortal {
  /** `undefined` while it is under way, and for ever when it died. */
  outcome: RedeemOutcome | undefined;
}

export async function openScene(points = 400, credit = 0): Promise<Scene> {
  const device = createDevice();
  const cart = newCart();
  await hear(device, points, credit);
  await cart.mutators.addCustomSale({ quantity: 1, title: 'X', price: '30.00', taxable: true });
  const outbox = outboxOn(device);
  const follow = (): Observer =>
    createObserver({
      outbox: outboxOn(device),
      clock: device.clock,
      cart: portOf(cart),
      session: () => SESSION,
      closed: () => undefined,
    });
  const scene: Scene = {
    device,
    cart,
    outbox,
    observer: follow(),
    async pass(ms) {
      const until = device.time.now() + ms;
      while (device.time.now() < until) {
        await device.time.runUntil(Math.min(until, device.time.now() + LOOK_MS));
        await device.time.runFor(scene.observer.look());
      }
    },
    async restart() {
      scene.observer.stop();
      scene.observer = follow();
      await device.time.runFor(scene.observer.look());
    },
    async tap(fate, asked = COFFEE) {
      const context = await mortalContext(device, cart, fate);
      const tap: Tap = { ...context, outcome: undefined };
      void redeem(context.deps, asked).then((outcome) => (tap.outcome = outcome));
      return tap;
    },
    async sell({ isHeard } = { isHeard: true }) {
      const event = saleEvent(cart.state(), PRICES, {
        orderId: undefined,
        executedAtMs: device.time.now(),
        payment: 'Cash',
      });
      empty(cart);
      if (isHeard) await hearSale(device, outbox, event);
    },
  };
  cart.subscribe(() => void scene.observer.look());
  await scene.observer.look();
  return scene;
}

/** Stores what follows from a completed sale. */
export async function hearSale(device: TestDevice, outbox: Outbox, event: unknown): Promise<void> {
  const view = await outbox.view();
  const { random } = device;
  const facts = { session: SESSION, shopId: SHOP_ID, random, isConnected: false, unknown: 0 };
  for (const draft of fromTransaction(event, { ...facts, view })) await add(outbox, draft);
}

/** As POS does after a sale, and when the app ends. */
export function empty(cart: RegisterCart): void {
  cart.replace({
    ...cart.state(),
    lines: [],
    discounts: [],
    customer: undefined,
    properties: {},
  });
}
