/**
 * The one file that knows the platform: it makes the register's dependencies out of a target's
 * `shopify`, and nothing here decides anything.
 */
import type {
  CartApiContent,
  ConnectivityApi,
  DeviceApi,
  LocaleApi,
  ReadonlyCartApiContent,
  SessionApi,
  StorageApi,
} from '@shopify/ui-extensions/point-of-sale';
import {
  limited,
  type Clock,
  type Http,
  type HttpAnswer,
  type HttpRequest,
  type Random,
} from '../../../shared/ports.ts';
import type { CustomerId } from '../../../shared/protocol.ts';
import { cartChange, type CartChange } from '../../register/cart.ts';
import { createRegister, type Register, type Role } from '../../register/register.ts';
import { version } from '../package.json';
import type { Watched } from '../../screens/hooks.ts';
import { createWords, type Translator, type Words } from '../../screens/words.ts';

/** What every target's `shopify` has. */
export interface TargetApi extends SessionApi, StorageApi, ConnectivityApi, DeviceApi, LocaleApi {
  readonly i18n: Translator;
  /** Missing where POS gives a target no cart: after a sale, at the register's details. */
  readonly cart?: ReadonlyCartApiContent;
}

/** A target with a screen can change the cart as well, where it has one. */
export interface ScreenApi extends TargetApi {
  readonly cart?: CartApiContent;
}

/** What a target builds its screen from. */
export interface Platform {
  readonly register: Register;
  /** The customer on the cart; always `undefined` where the target has no cart. */
  readonly customer: Watched<CustomerId | undefined>;
  readonly words: Words;
  readonly now: () => number;
}

/** For the targets that a person looks at. */
export function createPlatform(api: ScreenApi, role: Exclude<Role, 'background'>): Platform {
  const { cart } = api;
  const change = cart === undefined ? undefined : cartChange(cart, () => cart.current.value);
  return {
    register: registerOf(api, { role, change }),
    customer: {
      read: () => cart?.current.value.customer?.id,
      subscribe: (listener) =>
        cart === undefined ? () => undefined : onChange(cart.current, listener),
    },
    words: createWords(api.i18n, { locale: () => api.locale.current.value, now: clock.now }),
    now: clock.now,
  };
}

/** For the target without a screen: POS lets it look at the cart, and not change it. */
export function createBackgroundRegister(api: TargetApi): Register {
  return registerOf(api, { role: 'background', change: undefined });
}

function registerOf(
  api: TargetApi,
  { role, change }: { readonly role: Role; readonly change: CartChange | undefined },
): Register {
  const { session, device, connectivity, storage, cart } = api;
  return createRegister({
    role,
    storage,
    clock,
    random,
    http,
    shopId: session.currentSession.shopId,
    session: () => ({
      device: String(session.deviceId),
      deviceName: device.registerName || device.name,
      location: session.currentSession.locationId,
      user: session.currentSession.userId,
      staff: session.staffMember.value?.id ?? null,
      build: version,
      currency: session.currentSession.currency,
    }),
    token: () => session.getSessionToken(),
    connectivity: {
      isConnected: () => connectivity.current.value.internetConnected === 'Connected',
      subscribe: (listener) => onChange(connectivity.current, listener),
    },
    cart:
      cart === undefined
        ? undefined
        : {
            state: () => cart.current.value,
            subscribe: (listener) => onChange(cart.current, listener),
            change,
          },
  });
}

interface Signal {
  subscribe(listener: () => void): () => void;
}

/** Signals tell a new subscriber their present value at once; that is no change. */
export function onChange(signal: Signal, listener: () => void): () => void {
  let isFirst = true;
  const end = signal.subscribe(() => {
    if (!isFirst) listener();
  });
  isFirst = false;
  return end;
}

export const clock: Clock = {
  now: () => Date.now(),
  async sleep(ms, wake) {
    if (wake?.woken === true) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake?.onWake(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  },
};

/** Draws again above the last full multiple of `bound`, so that every result is equally likely. */
export const random: Random = {
  below(bound) {
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % bound);
    const drawn = new Uint32Array(1);
    for (;;) {
      crypto.getRandomValues(drawn);
      const [value = 0] = drawn;
      if (value < limit) return value % bound;
    }
  },
};

/** Relative paths go to the app's own host (`application_url`); the deadline covers the body. */
export const http: Http = (request) => {
  const abort = new AbortController();
  return limited(clock, request.deadlineMs, answer(request, abort.signal)).catch(
    (error: unknown) => {
      abort.abort();
      throw error;
    },
  );
};

async function answer(
  { method, path, token, body }: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const response = await fetch(path, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    signal,
    ...(body === undefined ? {} : { body }),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get('Retry-After') ?? undefined,
    body: await response.text(),
  };
}
