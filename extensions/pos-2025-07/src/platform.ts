/**
 * The one file that knows API 2025-07. It makes the register's dependencies out of what a target is
 * handed: things that tell of their changes for a target with a screen, plain data of one moment
 * for a target that observes. Nothing here decides anything.
 */
import type {
  Cart,
  CartApi,
  ConnectivityApi,
  ConnectivityState,
  DeviceApi,
  LocaleApi,
  ScannerApi,
  Session,
  SessionApi,
  StorageApi,
} from '@shopify/ui-extensions/point-of-sale';
import {
  within,
  type Clock,
  type DeviceStorage,
  type Http,
  type Random,
} from '../../../shared/ports.ts';
import type { Platform } from '../../pos/src/platform.ts';
import {
  cartChange,
  referencesIn,
  type CartChange,
  type CartState,
  type PosCart,
  type PosCartCalls,
} from '../../register/cart.ts';
import type { SessionFacts } from '../../register/exchange.ts';
import {
  createRegister,
  type Register,
  type RegisterDeps,
  type Role,
} from '../../register/register.ts';
import type { Watched } from '../../screens/hooks.ts';
import { createWords } from '../../screens/words.ts';
import { version } from '../package.json';
import { createTexts } from './texts.ts';

/** What no target is handed, and every one has: time, chance and the network. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly http: Http;
}

/** What every target with a screen is handed. */
export interface ScreenApi
  extends SessionApi, StorageApi, ConnectivityApi, DeviceApi, LocaleApi, Partial<CartApi> {}

/** What an observing target is handed beside its event. */
export interface EventFacts {
  readonly session: Session;
  readonly device: { readonly deviceId: number | string; readonly name: string };
  readonly connectivity: ConnectivityState;
  readonly storage: DeviceStorage;
}

/** A target must not wait for long before it draws. */
const DEVICE_ID_MS = 2_000;
/** How long after a call of the cart POS may take to tell of what it changed. */
const SHOWN_MS = 1_000;

/** For the targets that a person looks at. Never rejects; waits at most for the device's id. */
export async function createPlatform(
  api: ScreenApi,
  role: Role,
  world: World,
): Promise<Platform & { readonly lines: Watched<Cart['lineItems']> }> {
  const { session, storage, device } = api;
  const connectivity = follow(api.connectivity.subscribable);
  const locale = follow(api.locale.subscribable);
  const cart = api.cart === undefined ? undefined : follow(api.cart.subscribable);
  const asked = (async () => device.getDeviceId())();
  const id = (await within(world.clock, DEVICE_ID_MS, asked))?.value;
  // POS's short name of the register is unique as well.
  const name = device.registerName || device.name;
  const register = createRegister({
    ...world,
    role,
    storage,
    shopId: session.currentSession.shopId,
    session: () => factsOf(session.currentSession, id || name, name),
    token: () => session.getSessionToken(),
    connectivity: {
      isConnected: () => isConnected(connectivity.read()),
      subscribe: (listener) => connectivity.subscribe(listener),
    },
    cart: api.cart && cart && cartPort(api.cart, cart, role, world.clock),
  });
  const { now } = world.clock;
  return {
    register,
    customer: {
      read: () => cart?.read().customer?.id,
      subscribe: (listener) => cart?.subscribe(listener) ?? nothing,
    },
    words: createWords(
      createTexts(() => locale.read()),
      { locale: () => locale.read(), now },
    ),
    now,
    lines: {
      read: () => cart?.read().lineItems ?? [],
      subscribe: (listener) => cart?.subscribe(listener) ?? nothing,
    },
  };
}

const nothing = (): void => undefined;

/** What the scanner read last. */
export function createScanner({ scanner }: ScannerApi): Watched<string | undefined> {
  const data = follow(scanner.scannerDataSubscribable);
  return { read: () => data.read().data, subscribe: data.subscribe };
}

/** A register of an observing target, and the way to tell it of the events that come later. */
export interface EventRegister {
  readonly register: Register;
  tell(facts: EventFacts, cart?: CartState): void;
  /** Resolves when nothing of the device's storage is being read or written. */
  settled(): Promise<void>;
}

/**
 * Observing targets have no session token: what they store, the others send. What they are handed
 * may be good for one event only, so that the newest is used always.
 */
export function createEventRegister(
  role: Role,
  world: World,
  first: EventFacts,
  cart?: CartState,
): EventRegister {
  let facts = first;
  let state = cart;
  let calls = 0;
  const listeners = new Set<() => void>();
  const counted = async <T>(call: () => Promise<T>): Promise<T> => {
    calls += 1;
    try {
      return await call();
    } finally {
      calls -= 1;
    }
  };
  const deps: RegisterDeps = {
    ...world,
    role,
    storage: {
      get: (key) => counted(() => facts.storage.get(key)),
      set: (key, value) => counted(() => facts.storage.set(key, value)),
      delete: (key) => counted(() => facts.storage.delete(key)),
      entries: () => counted(() => facts.storage.entries()),
    },
    shopId: first.session.shopId,
    session: () => factsOf(facts.session, String(facts.device.deviceId), facts.device.name),
    token: () => Promise.resolve(undefined),
    connectivity: {
      isConnected: () => isConnected(facts.connectivity),
      subscribe: () => () => undefined,
    },
    cart: cart && {
      state: () => state ?? cart,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      change: undefined,
    },
  };
  return {
    register: createRegister(deps),
    tell(newest, newestCart) {
      facts = newest;
      state = newestCart ?? state;
      for (const listener of [...listeners]) listener();
    },
    async settled() {
      do await world.clock.sleep(1);
      while (calls > 0);
    },
  };
}

const isConnected = ({ internetConnected }: ConnectivityState): boolean =>
  internetConnected === 'Connected';

function factsOf(session: Session, device: string, deviceName: string): SessionFacts {
  const { locationId, userId, staffMemberId, currency } = session;
  return {
    device,
    deviceName,
    location: locationId,
    user: userId,
    staff: staffMemberId ?? null,
    build: version,
    currency,
  };
}

/** What POS lets a target follow; it takes one listener at a time. */
interface Subscribable<T> {
  readonly initial: T;
  subscribe(
    listener: (value: T) => void,
  ): readonly [() => void, T] | Promise<readonly [() => void, T]>;
}

/** One subscription for as long as the target lives, for any number of listeners. */
export function follow<T>(source: Subscribable<T>): Watched<T> {
  let current = source.initial;
  let hasHeard = false;
  const listeners = new Set<() => void>();
  const hear = (value: T): void => {
    hasHeard = true;
    current = value;
    for (const listener of [...listeners]) listener();
  };
  const subscribed = (async () => source.subscribe(hear))();
  subscribed.then(
    ([, now]) => {
      // What was told meanwhile is newer than the answer.
      if (!hasHeard) hear(now);
    },
    () => undefined,
  );
  return {
    read: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The cart as the register uses it; what follows it only looks. */
export function cartPort(
  calls: PosCartCalls,
  cart: Watched<CartState>,
  role: Role,
  clock: Clock,
): PosCart {
  return {
    state: () => cart.read(),
    subscribe: (listener) => cart.subscribe(listener),
    change: role === 'background' ? undefined : changeOf(calls, cart, clock),
  };
}

/**
 * Our verbs by POS's calls. After a call what the cart shows decides, and here it may show it a
 * moment later than the call ends.
 */
function changeOf(calls: PosCartCalls, cart: Watched<CartState>, clock: Clock): CartChange {
  const change = cartChange(calls, () => cart.read());
  const shown = async (call: Promise<unknown>, isShown: () => boolean): Promise<void> => {
    await call;
    if (isShown()) return;
    let end = nothing;
    const told = new Promise<void>((resolve) => {
      end = cart.subscribe(() => {
        if (isShown()) resolve();
      });
    });
    await within(clock, SHOWN_MS, told);
    end();
  };
  const titles = () => {
    const { cartDiscounts, lineItems } = cart.read();
    const all = [...cartDiscounts, ...lineItems.flatMap(({ discounts }) => discounts)];
    return all.map(({ discountDescription }) => discountDescription);
  };
  return {
    ...change,
    applyDiscount: (title, amount, line) =>
      shown(change.applyDiscount(title, amount, line), () => titles().includes(title)),
    removeDiscount: (ref) =>
      shown(change.removeDiscount(ref), () => !referencesIn(cart.read()).has(ref)),
    setCustomer: (customer) =>
      shown(change.setCustomer(customer), () => cart.read().customer?.id === customer),
  };
}
