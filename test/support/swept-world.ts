/**
 * A counter for the single-fault sweep: real registers on the simulator's storage and cart, the
 * real ledger, virtual time, people who follow a script, and one fault somewhere in all of it. It
 * knows the register by its verbs alone.
 */
import { minor, type Minor } from '../../shared/amount.ts';
import type { DeviceStorage, HttpAnswer, HttpRequest } from '../../shared/ports.ts';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import type { CustomerId, Reference } from '../../shared/protocol.ts';
import { referencesIn, type CartChange, type PosCart } from '../../extensions/register/cart.ts';
import { createRegister, type Register, type Role } from '../../extensions/register/register.ts';
import { createReader, type View } from '../../extensions/register/view.ts';
import {
  createDeviceStorage,
  type InspectableStorage,
} from '../../simulator/page/device-storage.ts';
import type { CartState } from '../../simulator/page/cart-totals.ts';
import type { RegisterCart } from '../../simulator/page/cart.ts';
import { newCart, portOf } from '../register/counter.ts';
import { ALICE, BOB, EUR, SESSION } from '../register/device.ts';
import { undoableRecords, type UndoableRecords } from './undoable-records.ts';
import { seededRandom, type SeededRandom } from './seeded-random.ts';
import {
  createInjector,
  type Fault,
  type FaultKind,
  type Injector,
  type Point,
  type Victim,
} from './single-fault.ts';
import { SWEPT_SHOP_ID, openSweptServer, type SweptServer } from './swept-server.ts';
import { virtualTime, type VirtualTime } from './virtual-time.ts';

/** What the customers own when a scenario begins. */
export const OPENINGS: ReadonlyMap<
  CustomerId,
  { readonly points: number; readonly credit: number }
> = new Map([
  [ALICE, { points: 200, credit: 2_000 }],
  [BOB, { points: 100, credit: 1_000 }],
]);

/** How long a call of storage takes. */
export const STORAGE_MS = 2;
const CART_MS = 150;
const NETWORK_MS = 40;
/** POS starts the background target again when it, or the app, has died. */
export const RESTART_MS = 15_000;

export interface SweptContext {
  readonly number: number;
  readonly role: Role;
  readonly register: Register;
  isDead: boolean;
}

export interface SweptDevice {
  readonly id: string;
  readonly records: UndoableRecords;
  readonly storage: InspectableStorage;
  readonly cart: RegisterCart;
  readonly contexts: SweptContext[];
  readonly connectivity: Set<() => void>;
  isConnected: boolean;
  /** What a person is doing here now. */
  doing: 'tap' | 'remove' | 'sale' | undefined;
  /** A background or the whole app ended here before the scenario did. */
  hasForgotten: boolean;
  view(): Promise<View>;
}

export interface Told {
  readonly device: SweptDevice;
  readonly ref: Reference;
  readonly customer: CustomerId;
  readonly at: number;
}

/** A sale that POS completed. */
export interface Sold {
  /** What each redemption on it took off, in minor units. */
  readonly taken: ReadonlyMap<Reference, Minor>;
  readonly customer: CustomerId | undefined;
  /** The cart was opened here, and filled on another register. */
  readonly isElsewhere: boolean;
  /** Minor units that were paid, and that the goods cost before any discount. */
  readonly paid: Minor;
  readonly goods: number;
  readonly cart: CartState;
  readonly orderId: number | undefined;
  /** A register has stored what follows from it. */
  isHandled: boolean;
  /** Goods that came back, by what they cost before any discount. */
  back: { readonly value: number; isHandled: boolean } | undefined;
}

/** What people saw, to hold the register and the ledger to. */
export interface Oracle {
  readonly told: Told[];
  readonly refusals: { readonly reason: string; readonly refs: ReadonlySet<Reference> }[];
  readonly removed: Set<Reference>;
  readonly sales: Sold[];
  /** Device storage lost what was told since then. */
  lostSince: number | undefined;
  readonly violations: string[];
}

export interface SweptWorld {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly server: SweptServer;
  readonly devices: readonly SweptDevice[];
  readonly oracle: Oracle;
  readonly injector: Injector;
  /** What the script has made happen so far, for the rows of the crash table. */
  readonly happened: Set<string>;
  /** Contexts so far. */
  started: number;
  /** Extra time that the network takes, in ms. */
  slowMs: number;
  start(device: SweptDevice, role: Role): SweptContext;
  kill(device: SweptDevice, context: SweptContext): void;
  killApp(device: SweptDevice): void;
  connect(device: SweptDevice, isConnected: boolean): void;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly faults: readonly Fault[];
  readonly registers: number;
  readonly hasBackups: boolean;
  noticed(world: SweptWorld, fault: Fault, point: Point): Promise<void>;
}

export async function createSweptWorld(options: WorldOptions): Promise<SweptWorld> {
  const random = seededRandom(7);
  const time = virtualTime(random);
  const customers = [...OPENINGS].map(([customer, value]) => ({ customer, ...value }));
  const clock = { now: time.now };
  const server = await openSweptServer({
    clock,
    customers,
    policy: POLICY_DEFAULT,
    hasBackups: options.hasBackups,
  });
  const devices = Array.from({ length: options.registers }, (_, i) =>
    createDevice(`register-${i + 1}`, time),
  );
  const injector = createInjector(options.faults, time, (fault, point) =>
    options.noticed(world, fault, point),
  );
  const world: SweptWorld = {
    time,
    random,
    server,
    devices,
    injector,
    oracle: {
      told: [],
      refusals: [],
      removed: new Set(),
      sales: [],
      lostSince: undefined,
      violations: [],
    },
    happened: new Set(),
    started: 0,
    slowMs: 0,
    start: (device, role) => startContext(world, device, role),
    kill(device, context) {
      context.isDead = true;
      const place = device.contexts.indexOf(context);
      if (place >= 0) device.contexts.splice(place, 1);
      if (context.role !== 'background') return;
      device.hasForgotten = true;
      time.after(RESTART_MS, () => {
        if (!hasBackground(device)) world.start(device, 'background');
      });
    },
    killApp(device) {
      for (const context of [...device.contexts]) world.kill(device, context);
      emptyCart(device);
    },
    connect(device, isConnected) {
      if (device.isConnected === isConnected) return;
      device.isConnected = isConnected;
      for (const listener of [...device.connectivity]) listener();
    },
    async close() {
      for (const device of devices) for (const { register } of device.contexts) register.stop();
      await server.close();
    },
  };
  return world;
}

export const hasBackground = ({ contexts }: SweptDevice): boolean =>
  contexts.some(({ role }) => role === 'background');

export function emptyCart({ cart }: SweptDevice): void {
  const empty = { lines: [], discounts: [], customer: undefined, properties: {} };
  cart.replace({ ...cart.state(), ...empty, editable: true });
}

export const refsInCart = ({ cart }: SweptDevice): ReadonlySet<Reference> =>
  referencesIn(cart.current());

function createDevice(id: string, time: VirtualTime): SweptDevice {
  const records = undoableRecords(time.now);
  const storage = createDeviceStorage({ store: records, clock: { now: time.now } });
  const reader = createReader(storage, SWEPT_SHOP_ID);
  return {
    id,
    records,
    storage,
    cart: newCart(),
    contexts: [],
    connectivity: new Set(),
    isConnected: true,
    doing: undefined,
    hasForgotten: false,
    view: () => reader.read(),
  };
}

type ContextVictim = Victim & Pick<SweptContext, 'number' | 'role'>;

function startContext(world: SweptWorld, device: SweptDevice, role: Role): SweptContext {
  const { time, random } = world;
  world.started += 1;
  const context = { number: world.started, role, isDead: false };
  const victim: ContextVictim = {
    ...context,
    isDead: () => context.isDead,
    kill: () => world.kill(device, whole),
    killApp: () => world.killApp(device),
  };
  const register = createRegister({
    role,
    random,
    storage: sweptStorage(world, device, victim),
    clock: {
      now: time.now,
      async sleep(ms, wake) {
        await time.sleep(ms, wake);
        if (context.isDead) await new Promise(() => undefined);
      },
    },
    http: (request) => sweptRequest(world, device, victim, request),
    shopId: SWEPT_SHOP_ID,
    session: () => ({ ...SESSION, device: device.id, deviceName: device.id }),
    token: () => Promise.resolve('a token'),
    connectivity: {
      isConnected: () => device.isConnected,
      subscribe(listener) {
        const guarded = (): void => (context.isDead ? undefined : listener());
        device.connectivity.add(guarded);
        return () => device.connectivity.delete(guarded);
      },
    },
    cart: sweptCart(world, device, victim),
  });
  const whole: SweptContext = Object.assign(context, { register });
  device.contexts.push(whole);
  void register.start();
  return whole;
}

/** The device's storage as one context calls it. */
function sweptStorage(
  { injector }: SweptWorld,
  { storage }: SweptDevice,
  victim: ContextVictim,
): DeviceStorage {
  const never = (): never => {
    throw new Error('storage never lies');
  };
  const call = <T>(callClass: 'read' | 'write', name: string, effect: () => Promise<T>) =>
    injector.call({
      callClass,
      context: victim.number,
      name: `${victim.role} ${name}`,
      victim,
      effectMs: STORAGE_MS,
      answerMs: 0,
      effect,
      instead: never,
    });
  return {
    get: (key) => call('read', `get ${key.slice(0, 1)}`, () => storage.get(key)),
    entries: () => call('read', 'entries', () => storage.entries()),
    set: (key, value) => call('write', `set ${key.slice(0, 1)}`, () => storage.set(key, value)),
    delete: (key) => call('write', `delete ${key.slice(0, 1)}`, () => storage.delete(key)),
  };
}

/** The cart as one target sees it; every verb of the port is a call that can fail. */
function sweptCart(
  { injector }: SweptWorld,
  { cart }: SweptDevice,
  victim: ContextVictim,
): PosCart {
  const port = portOf(cart);
  const guarded = (listener: () => void) => (): void => (victim.isDead() ? undefined : listener());
  const change = new Proxy(port.change ?? ({} as CartChange), {
    get(verbs, name) {
      const verb: unknown = Reflect.get(verbs, name);
      if (typeof verb !== 'function') return verb;
      return (...values: unknown[]): Promise<unknown> =>
        injector.call<unknown>({
          callClass: 'cart',
          context: victim.number,
          name: `${victim.role} cart.${String(name)}`,
          victim,
          effectMs: CART_MS,
          answerMs: CART_MS,
          effect: async () => Reflect.apply(verb, verbs, values) as unknown,
          instead: () => undefined,
        });
    },
  });
  return {
    state: () => port.state(),
    subscribe: (listener) => port.subscribe(guarded(listener)),
    change: victim.role === 'background' ? undefined : change,
  };
}

const INSTEAD: Readonly<Partial<Record<FaultKind, HttpAnswer>>> = {
  'answers-401': { status: 401, retryAfter: undefined, body: '{"error":{"code":"token-expired"}}' },
  'answers-429': {
    status: 429,
    retryAfter: '7',
    body: '{"error":{"code":"too-many-requests","message":""}}',
  },
  'answers-500': {
    status: 500,
    retryAfter: undefined,
    body: '{"error":{"code":"internal","message":""}}',
  },
  'answers-portal': {
    status: 200,
    retryAfter: undefined,
    body: '<html>Welcome to the mall</html>',
  },
};

function sweptRequest(
  world: SweptWorld,
  device: SweptDevice,
  victim: ContextVictim,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const { server, injector, time } = world;
  return injector.call({
    callClass: 'request',
    context: victim.number,
    name: `${victim.role} request ${request.method}`,
    victim,
    effectMs: NETWORK_MS,
    answerMs: NETWORK_MS,
    async effect() {
      if (!device.isConnected) throw new Error('there is no network');
      await time.sleep(world.slowMs);
      const answer = await new Promise<HttpAnswer>((resolve, reject) => {
        // The ledger's work is real: virtual time stands still meanwhile.
        time.after(0, () => server.serve(request).then(resolve, reject));
      });
      await time.sleep(world.slowMs);
      if (!device.isConnected) throw new Error('the network is gone');
      return answer;
    },
    instead(kind) {
      if (kind === 'rolled-back') server.dieBeforeCommit();
      return INSTEAD[kind] ?? { status: 503, retryAfter: undefined, body: '' };
    },
  });
}

export { ALICE, BOB, EUR, minor };
