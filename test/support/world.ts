/**
 * A pop-up day out of one seed: registers with several contexts each, the real register code, the
 * real server, and everything between them failing. The oracle knows only what the people were told
 * and what the POS sold.
 */
import { currency, minor, type Minor, type Unit } from '../../shared/amount.ts';
import type { Clock } from '../../shared/ports.ts';
import { POLICY_DEFAULT, type Program } from '../../shared/program.ts';
import type { CustomerId, OperationId, Reference } from '../../shared/protocol.ts';
import { cartChange, type PosCart } from '../../extensions/register/cart.ts';
import { createRegister, type Register, type Role } from '../../extensions/register/register.ts';
import { createReader, type View } from '../../extensions/register/view.ts';
import type { ShopDomain } from '../../server/database/database.ts';
import { seedShop } from '../../server/seeding.ts';
import { createCart, type RegisterCart } from '../../simulator/page/cart.ts';
import { createDeviceStorage } from '../../simulator/page/device-storage.ts';
import { saleEvent } from '../../simulator/page/sale.ts';
import { faultyNetwork, type NetworkFaults } from './faulty-network.ts';
import { faultyStorage, type Life, type StorageFaults } from './faulty-storage.ts';
import { memoryRecords } from './memory-records.ts';
import { startRealServer, type RealServer } from './real-server.ts';
import { seededRandom, type SeededRandom } from './seeded-random.ts';
import { virtualTime, type VirtualTime } from './virtual-time.ts';
import type { PortOf } from '../register/counter.ts';

export const EUR = currency('EUR');
const RULES = { currency: EUR, taxPercent: 20 };
const SHOP = 'pop-up.myshopify.io' as ShopDomain;
const SHOP_ID = 77;

export const PROGRAM: Program = {
  version: 1,
  name: 'Regulars',
  currency: EUR,
  rewards: [
    {
      id: 'coffee',
      title: 'Free coffee',
      titles: {},
      points: 60 as Program['rewards'][number]['points'],
      discount: { type: 'fixed', amount: minor(300) },
    },
    {
      id: 'tenth',
      title: '10 % off',
      titles: {},
      points: 90 as Program['rewards'][number]['points'],
      discount: { type: 'percent', percent: 10 },
    },
  ],
  earn: { points: 1, per: 100 },
  storeCredit: true,
};

export interface Profile {
  readonly storage: StorageFaults;
  readonly network: NetworkFaults;
  readonly registers: number;
  readonly customers: number;
  readonly gestures: number;
  /** Relative weights of what happens beside the gestures of people. */
  readonly kills: number;
  readonly pauses: number;
  readonly outages: number;
  readonly clockJumps: number;
  readonly bustle: number;
  readonly doubleTaps: number;
  readonly syncs: number;
  /** Never drawn: whether the shop's registers hold to leases. */
  readonly strict: boolean;
}

/** Drawn per seed: two faults that never meet under the default weights do meet in some profile. */
export function drawProfile(random: SeededRandom): Profile {
  const rare = (most: number): number =>
    random.chance(0.5) ? 0 : (random.below(1_000) / 1_000) * most;
  return {
    storage: {
      latencyMs: random.pick([2, 20, 200, 3_000]),
      failsBefore: rare(0.05),
      failsAfter: rare(0.05),
      lateEffect: rare(0.05),
      tornEntries: rare(1),
    },
    network: {
      latencyMs: random.pick([20, 200, 1_500, 9_000]),
      requestLost: rare(0.4),
      answerLost: rare(0.4),
      doubled: rare(0.5),
      wrongAnswer: rare(0.3),
    },
    registers: random.between(1, 3),
    customers: random.between(1, 2),
    gestures: random.between(10, 40),
    kills: random.below(4),
    pauses: random.below(3),
    outages: random.below(4),
    clockJumps: random.below(2),
    bustle: random.chance(0.4) ? 8 : 0,
    doubleTaps: random.below(4),
    syncs: random.below(4),
    strict: false,
  };
}

export interface Told {
  readonly device: Device;
  readonly ref: Reference;
  readonly customer: CustomerId;
  readonly unit: Unit;
  readonly amount: number;
  readonly tappedAt: number;
}

export interface Context {
  readonly role: Role;
  readonly register: Register;
  readonly device: Device;
  isDead: boolean;
  pausedUntil: number;
}

export interface Device {
  readonly id: string;
  readonly storage: ReturnType<typeof createDeviceStorage>;
  readonly records: ReturnType<typeof memoryRecords>;
  readonly cart: RegisterCart;
  readonly contexts: Context[];
  isConnected: boolean;
  readonly connectivity: Set<() => void>;
  clockOffset: number;
  /** Newest cached balance heard, by account, over time: what a promise may have rested on. */
  readonly heard: Map<string, { readonly at: number; readonly balance: number }[]>;
  newest: { readonly epoch: number; readonly cursor: number };
  view(): Promise<View>;
}

export interface Oracle {
  readonly told: Told[];
  readonly removed: Set<Reference>;
  /**
   * Redemptions in completed sales, and whether the register had stored what follows from the sale.
   */
  readonly sold: Map<Reference, { isHandled: boolean }>;
  readonly openings: Map<CustomerId, { readonly points: number; readonly credit: number }>;
  /** Audit notes that were begun, and those that the register said it had stored. */
  notesMade: number;
  readonly notesKept: Set<number>;
  readonly outcomes: Map<string, number>;
  readonly violations: string[];
}

export interface World {
  readonly seed: number;
  readonly profile: Profile;
  readonly random: SeededRandom;
  readonly time: VirtualTime;
  readonly server: RealServer;
  readonly shop: ShopDomain;
  readonly devices: readonly Device[];
  readonly customers: readonly CustomerId[];
  readonly oracle: Oracle;
  readonly portOf: PortOf;
  isCalm: boolean;
  startContext(device: Device, role: Role): Context;
  kill(context: Context): void;
  killApp(device: Device): void;
  connect(device: Device, isConnected: boolean): void;
  close(): Promise<void>;
}

/**
 * Builds the shop and its registers; nothing has happened yet. `portOf` is how a generation of the
 * platform shows a cart.
 */
export async function createWorld(
  seed: number,
  fixed: Partial<Profile> = {},
  portOf: PortOf = currentPort,
): Promise<World> {
  const random = seededRandom(seed);
  const profile = { ...drawProfile(random), ...fixed };
  const time = virtualTime(random);
  const server = await startRealServer({ clock: { now: time.now }, random: seededRandom(~seed) });
  const oracle: Oracle = {
    told: [],
    removed: new Set(),
    sold: new Map(),
    openings: new Map(),
    notesMade: 0,
    notesKept: new Set(),
    outcomes: new Map(),
    violations: [],
  };
  const customers = Array.from({ length: profile.customers }, (_, i) => 9_000_000_000_001 + i * 7);
  for (const customer of customers)
    oracle.openings.set(customer, {
      points: random.between(0, 400),
      credit: random.between(0, 3_000),
    });
  await seedShop(server.ledger, {
    shop: SHOP,
    shopId: SHOP_ID,
    program: PROGRAM,
    policy: {
      ...POLICY_DEFAULT,
      perCustomer: minor(random.pick([1_000, 5_000, 50_000])),
      strict: profile.strict,
    },
    customers: [...oracle.openings].map(([customer, value]) => ({ customer, ...value })),
  });
  const world: World = {
    seed,
    profile,
    random,
    time,
    server,
    shop: SHOP,
    devices: Array.from({ length: profile.registers }, (_, i) =>
      createDevice(`device-${i + 1}`, time, random),
    ),
    customers,
    oracle,
    portOf,
    isCalm: false,
    startContext: (device, role) => startContext(world, device, role),
    kill(context) {
      context.isDead = true;
      const place = context.device.contexts.indexOf(context);
      if (place >= 0) context.device.contexts.splice(place, 1);
    },
    killApp(device) {
      for (const context of [...device.contexts]) world.kill(context);
      device.cart.replace({
        ...device.cart.state(),
        lines: [],
        discounts: [],
        customer: undefined,
      });
    },
    connect(device, isConnected) {
      if (device.isConnected === isConnected) return;
      device.isConnected = isConnected;
      for (const listener of [...device.connectivity]) listener();
    },
    close: () => server.close(),
  };
  return world;
}

function createDevice(id: string, time: VirtualTime, random: SeededRandom): Device {
  const records = memoryRecords();
  const device: Device = {
    id,
    records,
    storage: createDeviceStorage({
      store: records,
      clock: { now: () => time.now() + device.clockOffset },
    }),
    cart: createCart({
      rules: RULES,
      catalogue: [],
      uuid: () => `line-${random.below(2 ** 32)}`,
      checkCode: () => Promise.reject(new Error('no codes here')),
      stacking: () => 'stack',
    }),
    contexts: [],
    isConnected: true,
    connectivity: new Set(),
    clockOffset: 0,
    heard: new Map(),
    newest: { epoch: 0, cursor: 0 },
    view: () => reader.read(),
  };
  const reader = createReader(device.storage, SHOP_ID);
  return device;
}

function startContext(world: World, device: Device, role: Role): Context {
  const { time, random, profile, server } = world;
  const life: Life = {
    isDead: () => context.isDead,
    async mayGoOn() {
      while (context.pausedUntil > time.now() && !context.isDead)
        await time.sleep(context.pausedUntil - time.now());
      if (context.isDead) await new Promise(() => undefined);
    },
  };
  const CALM: StorageFaults = {
    latencyMs: 5,
    failsBefore: 0,
    failsAfter: 0,
    lateEffect: 0,
    tornEntries: 0,
  };
  const stormy = faultyStorage(device.storage, { faults: profile.storage, random, time, life });
  const calm = faultyStorage(device.storage, { faults: CALM, random, time, life });
  const storage = world.isCalm ? calm : stormy;
  const clock = time.clock(() => device.clockOffset);
  const register = createRegister({
    role,
    storage,
    clock: {
      now: clock.now,
      sleep: async (ms, wake) => {
        await clock.sleep(ms, wake);
        await life.mayGoOn();
      },
    },
    random,
    http: faultyNetwork({
      serve: server.serve,
      isConnected: () => device.isConnected,
      faults: () =>
        world.isCalm
          ? { latencyMs: 20, requestLost: 0, answerLost: 0, doubled: 0, wrongAnswer: 0 }
          : profile.network,
      random,
      time,
      life,
    }),
    shopId: SHOP_ID,
    session: () => ({
      device: device.id,
      deviceName: device.id,
      location: 1,
      user: 5,
      staff: 6,
      build: 'test',
      currency: EUR,
    }),
    // Signing is work of the real world: time stands still for it, or a seed would not be one run.
    token: () =>
      new Promise((resolve, reject) => {
        time.after(0, () => server.token(world.shop, 5).then(resolve, reject));
      }),
    connectivity: {
      isConnected: () => device.isConnected,
      subscribe: (listener) => {
        const guarded = (): void => {
          if (!context.isDead) listener();
        };
        device.connectivity.add(guarded);
        return () => device.connectivity.delete(guarded);
      },
    },
    cart: cartPort(world, device, role, { life, clock }),
  });
  const context: Context = { role, register, device, isDead: false, pausedUntil: 0 };
  device.contexts.push(context);
  void register.start();
  return context;
}

/** The current generation of the platform tells of a change before its call ends. */
const currentPort: PortOf = (cart) => ({
  state: () => cart.current(),
  subscribe: (listener) => cart.subscribe(listener),
  change: cartChange(cart.mutators, () => cart.current()),
});

/** The cart as a target sees it; every change takes the time that POS takes. */
function cartPort(
  world: World,
  device: Device,
  role: Role,
  { life, clock }: { readonly life: Life; readonly clock: Clock },
): PosCart {
  const { time, random } = world;
  const port = world.portOf(device.cart, {}, clock);
  const slow = async <T>(work: () => Promise<T>): Promise<T> => {
    if (life.isDead()) return new Promise(() => undefined);
    await time.sleep(random.below(1_000));
    if (life.isDead() && random.chance(0.5)) return new Promise(() => undefined);
    const result = await work();
    await life.mayGoOn();
    return result;
  };
  const { change } = port;
  if (change === undefined) return port;
  const { applyDiscount, removeDiscount, addProperties, removeProperties, setCustomer } = change;
  return {
    state: () => port.state(),
    subscribe: (listener) => port.subscribe(() => (life.isDead() ? undefined : listener())),
    change:
      role === 'background'
        ? undefined
        : {
            applyDiscount: (...by) => slow(() => applyDiscount(...by)),
            removeDiscount: (ref) => slow(() => removeDiscount(ref)),
            addProperties: (properties) => slow(() => addProperties(properties)),
            removeProperties: (keys) => slow(() => removeProperties(keys)),
            setCustomer: (customer) => slow(() => setCustomer(customer)),
          },
  };
}

/** What a person does at a register: each returns at once and goes on as time goes on. */
export function fillCart(world: World, device: Device): void {
  const { random } = world;
  const { mutators } = device.cart;
  void mutators
    .addCustomSale({
      quantity: random.between(1, 3),
      title: 'Goods',
      price: '12.50',
      taxable: true,
    })
    .catch(() => undefined);
  void mutators.setCustomer({ id: random.pick(world.customers) }).catch(() => undefined);
}

export async function tapRedeem(
  world: World,
  device: Device,
  { pauseMs } = { pauseMs: world.random.below(2_000) },
): Promise<void> {
  const { random, time, oracle } = world;
  if (device.cart.state().lines.length === 0) fillCart(world, device);
  await time.sleep(pauseMs);
  const customer = device.cart.state().customer;
  if (customer === undefined) return;
  const context = world.startContext(device, 'screen');
  const tappedAt = time.now();
  const request = random.chance(0.5)
    ? { customer, reward: random.pick(PROGRAM.rewards).id, title: 'Reward' }
    : { customer, credit: minor(random.between(1, 1_500)), title: 'Store credit' };
  const outcome = await context.register.redeem(request);
  const name = outcome.status === 'applied' ? 'applied' : outcome.reason;
  oracle.outcomes.set(name, (oracle.outcomes.get(name) ?? 0) + 1);
  if (outcome.status === 'applied') {
    const view = await device.view();
    const intent = [...view.operations.values()].find(
      ({ ref, kind }) => ref === outcome.ref && kind === 'intent',
    );
    const { unit, amount } = intent?.hold ?? heldBy(request);
    oracle.told.push({ device, ref: outcome.ref, customer, unit, amount, tappedAt });
  }
  // The person closes the screen some time later.
  await time.sleep(random.below(20_000));
  context.register.stop();
  world.kill(context);
}

function heldBy(request: { reward?: string; credit?: Minor }): { unit: Unit; amount: number } {
  if (request.credit !== undefined) return { unit: EUR, amount: request.credit };
  const reward = PROGRAM.rewards.find(({ id }) => id === request.reward);
  return { unit: 'points', amount: reward?.points ?? 0 };
}

export async function tapRemove(world: World, device: Device): Promise<void> {
  const context = world.startContext(device, 'screen');
  const own = world.oracle.told.filter((one) => one.device === device);
  const target = own.at(-1);
  if (target !== undefined) {
    const outcome = await context.register.remove(target.ref);
    if (outcome.status === 'removed') world.oracle.removed.add(target.ref);
  }
  context.register.stop();
  world.kill(context);
}

const REFERENCE = /· ([0-9A-Z]{10})$/;

export function completeSale(world: World, device: Device): void {
  const { oracle, time, random } = world;
  const state = device.cart.state();
  if (state.lines.length === 0) return;
  const orderId = device.isConnected ? random.between(1, 2 ** 31) : undefined;
  const event = saleEvent(state, RULES, {
    orderId,
    executedAtMs: time.now() + device.clockOffset,
    payment: 'Cash',
  });
  const refs = state.discounts
    .map(({ title }) => REFERENCE.exec(title)?.[1] as Reference | undefined)
    .filter((ref) => ref !== undefined);
  for (const ref of refs) oracle.sold.set(ref, { isHandled: false });
  for (const context of device.contexts.filter(({ role }) => role === 'background'))
    void context.register.transactionComplete(event).then(() => {
      if (context.isDead) return;
      for (const ref of refs) oracle.sold.set(ref, { isHandled: true });
    });
  device.cart.replace({ ...state, lines: [], discounts: [], customer: undefined, properties: {} });
}

export type { OperationId };
