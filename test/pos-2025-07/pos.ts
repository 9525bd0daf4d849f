/**
 * A register with POS of API 2025-07 on it: the simulator's cart and device storage behind that
 * version's own shapes, which tell of changes a moment after the call that made them has ended.
 */
import { currency, type Currency } from '../../shared/amount.ts';
import type { DeviceStorage } from '../../shared/ports.ts';
import type { RegisterCart } from '../../simulator/page/cart.ts';

export const SHOP_ID = 77;
export const EUR: Currency = currency('EUR');

/** As POS has it: a first value, and one listener at a time. */
export interface Told<T> {
  readonly initial: T;
  subscribe(listener: (value: T) => void): Promise<readonly [() => void, T]>;
}

/** `soon` says when a change is told, once it has happened. */
export function told<T>(
  read: () => T,
  listen: (listener: () => void) => () => void,
  soon: (tell: () => void) => void = queueMicrotask,
): Told<T> {
  let isTaken = false;
  return {
    initial: read(),
    async subscribe(listener) {
      if (isTaken) throw new Error('POS takes one subscription at a time');
      isTaken = true;
      const end = listen(() => soon(() => listener(read())));
      const stop = (): void => {
        isTaken = false;
        end();
      };
      return [stop, read()];
    },
  };
}

/** A value that a test changes. */
export interface Box<T> {
  value: T;
  /** Another one each time: a target has its own subscription. */
  readonly told: Told<T>;
  set(value: T): void;
}

export function box<T>(first: T): Box<T> {
  const listeners = new Set<() => void>();
  const one: Box<T> = {
    value: first,
    get told() {
      return told(
        () => one.value,
        (listener) => {
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
      );
    },
    set(value) {
      one.value = value;
      for (const listener of [...listeners]) listener();
    },
  };
  return one;
}

/** The cart of that version; its calls are those of today. */
export function cartApi(cart: RegisterCart, soon?: (tell: () => void) => void) {
  const { mutators } = cart;
  const current = () => cart.current();
  return { subscribable: told(current, (listener) => cart.subscribe(listener), soon), ...mutators };
}

export interface Pos {
  readonly cart: RegisterCart;
  readonly connectivity: Box<{ internetConnected: 'Connected' | 'Disconnected' }>;
  readonly locale: Box<string>;
  readonly scanned: Box<{ data?: string }>;
  readonly toasts: string[];
  /** Each modal that was asked for. */
  readonly modals: string[];
  /** What a target is handed; each has subscriptions of its own. */
  api(): Readonly<Record<string, unknown>>;
}

export const SESSION = {
  shopId: SHOP_ID,
  userId: 5,
  shopDomain: 'pop-up.myshopify.io',
  locationId: 1,
  staffMemberId: 6,
  currency: 'EUR',
  posVersion: '9.40.0',
} as const;

export function openPos(
  cart: RegisterCart,
  storage: DeviceStorage,
  deviceId: () => Promise<string> = () => Promise.resolve('301'),
): Pos {
  const pos: Pos = {
    cart,
    connectivity: box({ internetConnected: 'Disconnected' as const }),
    locale: box('en-US'),
    scanned: box({}),
    toasts: [],
    modals: [],
    api: () => ({
      storage,
      session: { currentSession: SESSION, getSessionToken: () => Promise.resolve('a token') },
      device: { name: 'Counter', registerName: 'R-1', getDeviceId: deviceId },
      connectivity: { subscribable: pos.connectivity.told },
      locale: { subscribable: pos.locale.told },
      scanner: { scannerDataSubscribable: pos.scanned.told },
      cart: cartApi(cart),
      toast: { show: (text: string) => void pos.toasts.push(text) },
      action: { presentModal: () => void pos.modals.push('modal') },
    }),
  };
  return pos;
}
