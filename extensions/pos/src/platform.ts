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
import type { Clock, Http, HttpAnswer, HttpRequest, Random } from '../../../shared/ports.ts';
import type { CustomerId } from '../../../shared/protocol.ts';
import type { CartChange, PosCart } from '../../register/cart.ts';
import type { Watched } from './ui/hooks.ts';
import { createWords, type Translator, type Words } from './ui/words.ts';

/** What every target's `shopify` has. */
export interface TargetApi extends SessionApi, StorageApi, ConnectivityApi, DeviceApi, LocaleApi {
  readonly i18n: Translator;
  readonly cart: ReadonlyCartApiContent;
}

/** A target with a screen can change the cart as well. */
export interface ScreenApi extends TargetApi {
  readonly cart: CartApiContent;
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
    const limit = 2 ** 32 - (2 ** 32 % bound);
    const drawn = new Uint32Array(1);
    for (;;) {
      crypto.getRandomValues(drawn);
      const [value = 0] = drawn;
      if (value < limit) return value % bound;
    }
  },
};

/** A relative path goes to the app's own host (`application_url`); the deadline covers the body too. */
export const http: Http = (request) => {
  const abort = new AbortController();
  return withDeadline(answer(request, abort.signal), request.deadlineMs).catch((error: unknown) => {
    abort.abort();
    throw error;
  });
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

/** Rejects when `work` takes longer than `ms`; what it does later is nobody's business. */
function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** The customer on the cart, for screens. */
export function cartCustomer({ current }: ReadonlyCartApiContent): Watched<CustomerId | undefined> {
  return {
    read: () => current.value.customer?.id,
    subscribe: (listener) => current.subscribe(listener),
  };
}

function posCart(cart: ReadonlyCartApiContent, change: CartChange | undefined): PosCart {
  return {
    state: () => cart.current.value,
    subscribe: (listener) => cart.current.subscribe(listener),
    change,
  };
}

function cartChange(cart: CartApiContent): CartChange {
  return {
    applyDiscount: (type, title, amount) => cart.applyCartDiscount(type, title, amount),
    async removeDiscounts(isGone) {
      // POS can't remove one cart discount of several: the whole cart is put back without ours.
      const { note, cartDiscount, cartDiscounts, customer, lineItems, properties } =
        cart.current.value;
      await cart.bulkCartUpdate({
        ...(note === undefined ? {} : { note }),
        ...(cartDiscount === undefined || isGone(cartDiscount) ? {} : { cartDiscount }),
        cartDiscounts: cartDiscounts.filter((discount) => !isGone(discount)),
        ...(customer === undefined ? {} : { customer }),
        lineItems,
        properties,
      });
    },
    addProperties: (properties) => cart.addCartProperties(properties),
    removeProperties: (keys) => cart.removeCartProperties(keys),
  };
}
