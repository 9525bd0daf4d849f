/**
 * A pop-up day out of one seed: registers with several contexts each, the real register code, the
 * real ledger, and everything between them failing. The oracle knows only what the people were told
 * and what the POS sold.
 */
import { minor, type Minor, type Unit } from '../../shared/amount.ts';
import { POLICY_DEFAULT, type Policy, type Program } from '../../shared/program.ts';
import {
  operationId,
  type CustomerId,
  type Reference,
  type WriterId,
} from '../../shared/protocol.ts';
import { cartChange, referencesIn } from '../../extensions/register/cart.ts';
import { operationKey } from '../../extensions/register/records.ts';
import { createRegister, type Register, type Role } from '../../extensions/register/register.ts';
import { createReader, type View } from '../../extensions/register/view.ts';
import { createCart, type RegisterCart } from '../../simulator/page/cart.ts';
import type { CartState } from '../../simulator/page/cart-totals.ts';
import type { PortOf } from '../register/counter.ts';
import { openDayServer, type DayServer } from '../seeded/day-server.ts';
import { createDeviceMemory, type DeviceMemory } from '../seeded/device-memory.ts';
import {
  createFaults,
  randomOf,
  textHash,
  type CallDraws,
  type FaultKind,
  type Faults,
} from '../seeded/faults.ts';
import { hostileCart, hostileHttp, hostileStorage } from '../seeded/hostile.ts';
import type { Profile } from '../seeded/profiles.ts';
import { rowsOf, type Moment, type Reached } from '../seeded/reach.ts';
import { EUR, PROGRAM } from './program.ts';
import { virtualTime, type VirtualTime } from './virtual-time.ts';

export const RULES = { currency: EUR, taxPercent: 20 };
export const SHOP_ID = 77;
const OTHER_SHOP_ID = 4_711;
const MINUTE_MS = 60_000;

/** What a person was told to be applied. */
export interface Told {
  readonly device: Device;
  readonly ref: Reference;
  readonly customer: CustomerId;
  readonly unit: Unit;
  readonly amount: number;
  /** What it takes off the cart, minor units. */
  readonly discount: number;
  /** Without the ledger's word, by the offline limits. */
  readonly isOffline: boolean;
  readonly tappedAt: number;
  readonly toldAt: number;
  /** A power cut took it off the device again before anybody else knew of it. */
  isLost: boolean;
}

/** A sale that POS completed. */
export interface Order {
  readonly device: Device;
  readonly cart: CartState;
  readonly orderId: number | undefined;
  readonly soldAt: number;
  /** What each redemption on it took off, in minor units. */
  readonly taken: ReadonlyMap<Reference, Minor>;
  /** Redemptions on it that were told here, and that no living context saw being sold. */
  readonly unseen: ReadonlySet<Reference>;
  /** When a register had stored what follows from it. */
  handledAt: number | undefined;
  /** The return of some of it: where it was made, and when a register had stored it. */
  back:
    { readonly device: Device; readonly key: string; handledAt: number | undefined } | undefined;
}

/** What a context is to those who end it, or let it sleep. */
export interface Life {
  readonly key: string;
  readonly role: Role;
  readonly device: Device;
  readonly nextCall: () => CallDraws;
  isDead: boolean;
  pausedUntil: number;
  /** What a person does with it now, and how far that has come. */
  doing: Moment['doing'];
  isIntentStored: boolean;
  isInCart: boolean;
  /** The last record of more than one operation that it wrote was a segment. */
  isCompacting: boolean;
}

export interface Context extends Life {
  readonly register: Register;
}

export interface Device {
  readonly id: string;
  readonly number: number;
  readonly memory: DeviceMemory;
  readonly cart: RegisterCart;
  readonly contexts: Context[];
  isConnected: boolean;
  readonly connectivity: Set<() => void>;
  clockOffset: number;
  /** Backgrounds that were started here so far. */
  starts: number;
  powerCuts: number;
  hasUnsentSale: boolean;
  /** Newest cached balance heard, by account, over time: what a promise may have rested on. */
  readonly heard: Map<string, { readonly at: number; readonly balance: number }[]>;
  newest: { readonly epoch: number; readonly cursor: number };
  /** The widest limits that this register was ever told. */
  readonly limits: { perCustomer: number; perRegister: number; redemptionsMax: number };
  /** What another shop left on the device, which must stay as it is. */
  readonly foreign: ReadonlyMap<string, unknown>;
  view(): Promise<View>;
}

export interface Oracle {
  readonly told: Told[];
  readonly removed: Set<Reference>;
  readonly orders: Order[];
  readonly openings: Map<CustomerId, { readonly points: number; readonly credit: number }>;
  /** Audit notes that were begun, and when the register said that they were stored. */
  notesMade: number;
  readonly notesKept: Map<number, { readonly device: Device; readonly at: number }>;
  readonly outcomes: Map<string, number>;
  readonly violations: string[];
}

export interface World {
  readonly seed: number;
  readonly profile: Profile;
  readonly time: VirtualTime;
  readonly startedAt: number;
  readonly server: DayServer;
  readonly devices: readonly Device[];
  readonly customers: readonly CustomerId[];
  readonly oracle: Oracle;
  readonly faults: Faults;
  readonly reach: Record<string, number>;
  readonly portOf: PortOf;
  policy: Policy;
  program: Program;
  isCalm: boolean;
  /** Hash of everything that happened so far. */
  trace: number;
  startContext(device: Device, role: Role, key: string): Context;
  startBackground(device: Device): Context;
  kill(context: Life): void;
  killApp(device: Device): void;
  pause(context: Life, ms: number): void;
  /** Resolves when the context may go on; never for a dead one. */
  awake(context: Life): Promise<void>;
  /** Tells a context of an event: a sleeping one when it wakes, a dead one never. */
  hear(context: Life, listener: () => void): void;
  connect(device: Device, isConnected: boolean): void;
  /** Counts what happened, and adds it to the trace. */
  reached(what: Reached): void;
  /** A fault at a call of this context. */
  noticed(context: Life, kind: FaultKind, call: string): void;
  /** A write of this context took effect. */
  stored(context: Life, call: string): void;
  close(): Promise<void>;
}

export interface WorldBy {
  readonly seed: number;
  readonly profile: Profile;
  /** The faults that happen; without it chance decides. */
  readonly faults?: ReadonlySet<string> | undefined;
  /** How a generation of the platform shows a cart. */
  readonly portOf?: PortOf | undefined;
}

/** Builds the shop and its registers; nothing has happened yet. */
export async function createWorld({ seed, profile, faults, portOf }: WorldBy): Promise<World> {
  const time = virtualTime(randomOf(seed, 'time'));
  const random = randomOf(seed, 'shop');
  const customers = Array.from({ length: profile.customers }, (_, i) => 9_000_000_000_001 + i * 7);
  const openings = new Map(
    customers.map((customer) => {
      const value = { points: random.between(0, 400), credit: random.between(0, 3_000) };
      return [customer, value] as const;
    }),
  );
  const policy: Policy = {
    ...POLICY_DEFAULT,
    perCustomer: minor(random.pick([1_000, 5_000, 50_000])),
    strict: profile.strict,
  };
  const server = await openDayServer({
    seed,
    clock: { now: time.now },
    hasBackups: profile.hasBackups,
    overHttp: profile.overHttp,
    shopId: SHOP_ID,
    program: PROGRAM,
    policy,
    customers: [...openings].map(([customer, value]) => ({ customer, ...value })),
  });
  const devices: Device[] = [];
  for (let i = 1; i <= profile.registers; i += 1)
    devices.push(await createDevice(seed, i, profile.foreignKeys, time));
  const world: World = {
    seed,
    profile,
    time,
    startedAt: time.now(),
    server,
    devices,
    customers,
    oracle: {
      told: [],
      removed: new Set(),
      orders: [],
      openings,
      notesMade: 0,
      notesKept: new Map(),
      outcomes: new Map(),
      violations: [],
    },
    faults: createFaults(seed, faults),
    reach: {},
    portOf: portOf ?? currentPort,
    policy,
    program: PROGRAM,
    isCalm: false,
    trace: textHash(`${seed}`),
    ...livesOf(() => world),
    reached(what) {
      world.reach[what] = (world.reach[what] ?? 0) + 1;
      world.trace = textHash(`${what}${time.now()}`, world.trace);
    },
    noticed(context, kind, call) {
      world.reached(kind);
      const { hasUnsentSale } = context.device;
      for (const row of rowsOf(kind, { ...context, call, hasUnsentSale }))
        world.reached(`row: ${row}`);
    },
    stored(context, call) {
      if (call === 'set o' && context.doing === 'tap') context.isIntentStored = true;
      if (call === 'set s' || call === 'set r') context.isCompacting = call === 'set s';
    },
    close: () => server.close(),
  };
  return world;
}

type Lives = Pick<
  World,
  'startContext' | 'startBackground' | 'kill' | 'killApp' | 'pause' | 'awake' | 'hear' | 'connect'
>;

/** How contexts begin, sleep and end. */
function livesOf(world: () => World): Lives {
  const isAsleep = ({ pausedUntil }: Life): boolean => pausedUntil > world().time.now();
  return {
    startContext: (device, role, key) => startContext(world(), device, role, key),
    startBackground(device) {
      device.starts += 1;
      return startContext(world(), device, 'background', `b${device.number}.${device.starts}`);
    },
    kill(context) {
      if (context.isDead) return;
      context.isDead = true;
      const { device, role, key } = context;
      const place = device.contexts.findIndex((one) => one === context);
      if (place >= 0) device.contexts.splice(place, 1);
      if (role !== 'background') return;
      // POS starts it again a while later.
      const { seed, time } = world();
      time.after(randomOf(seed, `${key} again`).below(MINUTE_MS), () => {
        if (!device.contexts.some((one) => one.role === 'background'))
          world().startBackground(device);
      });
    },
    killApp(device) {
      world().reached('app-killed');
      if (refsOn(device).size > 0)
        world().reached('row: app killed while the reference was in the cart');
      for (const context of [...device.contexts]) world().kill(context);
      emptyCart(device);
    },
    pause(context, ms) {
      context.pausedUntil = Math.max(context.pausedUntil, world().time.now() + ms);
    },
    async awake(context) {
      while (isAsleep(context) && !context.isDead)
        await world().time.sleep(context.pausedUntil - world().time.now());
      if (context.isDead) await new Promise(() => undefined);
    },
    hear(context, listener) {
      if (context.isDead) return;
      if (isAsleep(context)) void world().awake(context).then(listener);
      else listener();
    },
    connect(device, isConnected) {
      if (device.isConnected === isConnected) return;
      device.isConnected = isConnected;
      if (!isConnected) world().reached('network-gone');
      for (const listener of [...device.connectivity]) listener();
    },
  };
}

/** References of our redemptions on a device's cart. */
export const refsOn = ({ cart }: Device): ReadonlySet<Reference> => referencesIn(cart.current());

export function emptyCart({ cart }: Device): void {
  const nothing = { lines: [], discounts: [], customer: undefined, properties: {} };
  cart.replace({ ...cart.state(), ...nothing });
}

async function createDevice(
  seed: number,
  number: number,
  foreignKeys: number,
  time: VirtualTime,
): Promise<Device> {
  const random = randomOf(seed, `device ${number}`);
  const clock = { now: () => time.now() + device.clockOffset };
  const memory = createDeviceMemory({ clock, now: time.now });
  const foreign = new Map<string, unknown>();
  const reader = createReader(memory, SHOP_ID);
  let lines = 0;
  const device: Device = {
    id: `device-${number}`,
    number,
    memory,
    cart: createCart({
      rules: RULES,
      catalogue: [],
      uuid: () => `line-${number}-${(lines += 1)}`,
      checkCode: () => Promise.reject(new Error('no codes here')),
      stacking: () => 'stack',
    }),
    contexts: [],
    isConnected: true,
    connectivity: new Set(),
    clockOffset: 0,
    starts: 0,
    powerCuts: 0,
    hasUnsentSale: false,
    heard: new Map(),
    newest: { epoch: 0, cursor: 0 },
    limits: { perCustomer: 0, perRegister: 0, redemptionsMax: 0 },
    foreign,
    view: () => reader.read(),
  };
  for (let i = 0; i < foreignKeys; i += 1) {
    const key = operationKey(OTHER_SHOP_ID, operationId('ABCDEFGHJK' as WriterId, i + 1));
    const value = `another shop's, ${random.below(1_000)}`;
    foreign.set(key, value);
    await memory.set(key, value);
  }
  return device;
}

/** The current generation of the platform tells of a change before its call ends. */
const currentPort: PortOf = (cart) => ({
  state: () => cart.current(),
  subscribe: (listener) => cart.subscribe(listener),
  change: cartChange(cart.mutators, () => cart.current()),
});

function startContext(world: World, device: Device, role: Role, key: string): Context {
  const { time, seed, faults, server } = world;
  const clock = time.clock(() => device.clockOffset);
  const context: Life = {
    key,
    role,
    device,
    nextCall: faults.of(key),
    isDead: false,
    pausedUntil: 0,
    doing: undefined,
    isIntentStored: false,
    isInCart: false,
    isCompacting: false,
  };
  const place = { world, device, context };
  const register = createRegister({
    role,
    storage: hostileStorage(place),
    clock: {
      now: clock.now,
      sleep: async (ms, wake) => {
        await clock.sleep(ms, wake);
        await world.awake(context);
      },
    },
    random: randomOf(seed, key),
    http: hostileHttp(place),
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
    // A signature takes real time: virtual time stands still meanwhile, as for a request.
    token: () =>
      world.profile.overHttp
        ? new Promise((resolve, reject) => {
            world.time.after(0, () => server.token().then(resolve, reject));
          })
        : server.token(),
    connectivity: {
      isConnected: () => device.isConnected,
      subscribe: (listener) => {
        const guarded = (): void => world.hear(context, listener);
        device.connectivity.add(guarded);
        return () => device.connectivity.delete(guarded);
      },
    },
    cart: hostileCart(place, world.portOf(device.cart, {}, clock)),
  });
  const whole: Context = Object.assign(context, { register });
  device.contexts.push(whole);
  void register.start();
  return whole;
}
