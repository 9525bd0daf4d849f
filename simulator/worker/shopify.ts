/**
 * The global `shopify` of one extension context. Every member asks the register's page; what a
 * target does not get on a real register is not there either.
 */
import type {
  CartApiContent,
  ConnectivityApiContent,
  DeviceApiContent,
  LocaleApiContent,
  ProductSearchApiContent,
  ScannerApiContent,
  SessionApiContent,
  Storage,
  ToastApiContent,
} from '@shopify/ui-extensions/point-of-sale';
import type { I18n } from '@shopify/ui-extensions';
import { apisOf, type ApiName } from '../platform/places.ts';
import type { ContextConfig, ScannerSource, Subject } from '../wire.ts';
import { createI18n } from './i18n.ts';
import { createLive, type Live, type SignalClass, type SignalLike } from './live.ts';
import type { Port } from './port.ts';

type PosListener = (event: never) => void;

export interface ShopifyContext {
  /** To be put on the global scope before the bundle runs. */
  readonly shopify: Readonly<Record<string, unknown>>;
  readonly live: Live;
  /** What the bundle registered for a target; `undefined` when it has nothing for it. */
  extensionFor(target: string): (() => unknown) | undefined;
  /** Hands a POS event to the listeners; what they throw goes to `onError` and no further. */
  dispatch(name: string, event: unknown, onError: (error: unknown) => void): void;
  setSession(session: ContextConfig['session']): void;
}

/** Builds everything that `config.target` gets from the platform. */
export function createShopify(config: ContextConfig, port: Port): ShopifyContext {
  const live = createLive(config.live);
  const extensions = new Map<string, () => unknown>();
  const listeners = new Map<string, Set<PosListener>>();
  const session = { current: config.session };
  const i18n: I18n = createI18n({
    locales: config.locales,
    defaultLocale: config.defaultLocale,
    locale: () => live.signal('locale').value,
  });
  const ask = asker(port);
  const cart = cartMutators(ask);

  const members: Record<ApiName, () => Record<string, unknown>> = {
    extension: () => ({ extension: { target: config.target }, extensionPoint: config.target }),
    i18n: () => ({ i18n }),
    action: () => ({ action: { presentModal: () => void ask('action.presentModal')() } }),
    ...subjectMembers(config),
    cashDrawer: () => ({ cashDrawer: { open: ask('cashDrawer.open') } }),
    cart: () => ({ cart: withCurrent(live, 'cart', cart) }),
    readonlyCart: () => ({ cart: withCurrent(live, 'cart', {}) }),
    connectivity: () => ({ connectivity: connectivity(live) }),
    device: () => ({ device: device(config) }),
    events: () => ({ ...events(listeners) }),
    locale: () => ({ locale: locale(live) }),
    productSearch: () => ({ productSearch: productSearch(ask) }),
    scanner: () => ({ scanner: scanner(live, ask) }),
    session: () => ({ session: sessionApi(config, live, ask, session) }),
    storage: () => ({ storage: storage(ask) }),
    toast: () => ({ toast: toast(port) }),
    camera: () => ({ camera: { takePhoto: absent('camera') } }),
    pinPad: () => ({ pinPad: { showPinPad: absent('PIN pad') } }),
    print: () => ({ print: { print: absent('printer') } }),
    printing: () => ({ printing: { print: absent('printer') } }),
  };
  const shopify: Record<string, unknown> = {
    extend: (target: string, run: () => unknown) => void extensions.set(target, run),
    setSignals: (signalClass: SignalClass) => live.setSignals(signalClass),
  };
  for (const api of apisOf(config.target))
    Object.defineProperties(shopify, Object.getOwnPropertyDescriptors(members[api]()));

  return {
    shopify,
    live,
    extensionFor: (target) => extensions.get(target),
    dispatch(name, event, onError) {
      for (const listener of [...(listeners.get(name) ?? [])])
        try {
          listener(event as never);
        } catch (error) {
          onError(error);
        }
    },
    setSession: (next) => (session.current = next),
  };
}

type SubjectName = Extract<ApiName, keyof Subject> | 'receipt';

/** What the screen is about. A member that POS has no value for is not there. */
function subjectMembers({
  subject,
  session,
  deviceId,
  device: { name },
  live,
}: ContextConfig): Record<SubjectName, () => Record<string, unknown>> {
  const only = (key: keyof Subject) => (): Record<string, unknown> =>
    subject[key] === undefined ? {} : { [key]: subject[key] };
  return {
    cartLineItem: only('cartLineItem'),
    customer: only('customer'),
    product: only('product'),
    order: only('order'),
    draftOrder: only('draftOrder'),
    receipt: () => ({
      ...only('transaction')(),
      session,
      locale: live.locale,
      device: { name, deviceId, isTablet: true },
    }),
  };
}

type Ask = (name: string) => (...args: readonly unknown[]) => Promise<never>;

function asker(port: Port): Ask {
  return (name) =>
    (...args) =>
      port.call(name, ...args) as Promise<never>;
}

/** `current` is a getter, so that it gives the bundle's own signal class once that is known. */
function withCurrent<T extends object>(live: Live, name: 'cart', rest: T): T {
  return Object.defineProperty({ ...rest }, 'current', {
    enumerable: true,
    get: () => live.signal(name),
  });
}

function cartMutators(ask: Ask): Omit<CartApiContent, 'current'> {
  return {
    bulkCartUpdate: ask('cart.bulkCartUpdate'),
    applyCartDiscount: ask('cart.applyCartDiscount'),
    addCartCodeDiscount: ask('cart.addCartCodeDiscount'),
    removeCartDiscount: ask('cart.removeCartDiscount'),
    removeAllDiscounts: ask('cart.removeAllDiscounts'),
    clearCart: ask('cart.clearCart'),
    setCustomer: ask('cart.setCustomer'),
    removeCustomer: ask('cart.removeCustomer'),
    addCustomSale: ask('cart.addCustomSale'),
    addLineItem: ask('cart.addLineItem'),
    removeLineItem: ask('cart.removeLineItem'),
    addCartProperties: ask('cart.addCartProperties'),
    removeCartProperties: ask('cart.removeCartProperties'),
    addLineItemProperties: ask('cart.addLineItemProperties'),
    bulkAddLineItemProperties: ask('cart.bulkAddLineItemProperties'),
    removeLineItemProperties: ask('cart.removeLineItemProperties'),
    setLineItemDiscount: ask('cart.setLineItemDiscount'),
    bulkSetLineItemDiscounts: ask('cart.bulkSetLineItemDiscounts'),
    setAttributedStaff: ask('cart.setAttributedStaff'),
    setAttributedStaffToLineItem: ask('cart.setAttributedStaffToLineItem'),
    removeLineItemDiscount: ask('cart.removeLineItemDiscount'),
    addAddress: ask('cart.addAddress'),
    deleteAddress: ask('cart.deleteAddress'),
    updateDefaultAddress: ask('cart.updateDefaultAddress'),
    addLineItemSellingPlan: ask('cart.addLineItemSellingPlan'),
    removeLineItemSellingPlan: ask('cart.removeLineItemSellingPlan'),
  };
}

function connectivity(live: Live): ConnectivityApiContent {
  return {
    get current() {
      return live.signal('connectivity');
    },
  };
}

function locale(live: Live): LocaleApiContent {
  return {
    get current() {
      return live.signal('locale');
    },
  };
}

function device({ device: { name, registerName, id } }: ContextConfig): DeviceApiContent {
  return {
    name,
    registerName,
    getDeviceId: async () => id,
    isTablet: async () => true,
  };
}

function sessionApi(
  config: ContextConfig,
  live: Live,
  ask: Ask,
  session: { current: ContextConfig['session'] },
): SessionApiContent {
  return {
    get currentSession() {
      return session.current;
    },
    get staffMember() {
      return live.signal('staffMember');
    },
    deviceId: config.deviceId,
    getSessionToken: ask('session.getSessionToken'),
  };
}

function storage(ask: Ask): Storage {
  return {
    get: ask('storage.get'),
    set: ask('storage.set'),
    delete: ask('storage.delete'),
    clear: ask('storage.clear'),
    entries: ask('storage.entries'),
  };
}

function toast(port: Port): ToastApiContent {
  return { show: (content) => void port.call('toast.show', String(content)) };
}

function scanner(live: Live, ask: Ask): ScannerApiContent {
  return {
    scannerData: {
      get current() {
        return live.signal('scannerData');
      },
    },
    sources: {
      get current() {
        return live.signal('scannerSources') as SignalLike<ScannerSource[]>;
      },
    },
    showCameraScanner: () => void ask('scanner.show')(),
    hideCameraScanner: () => void ask('scanner.hide')(),
  };
}

function productSearch(ask: Ask): ProductSearchApiContent {
  return {
    searchProducts: ask('productSearch.searchProducts'),
    fetchProductWithId: ask('productSearch.fetchProductWithId'),
    fetchProductsWithIds: ask('productSearch.fetchProductsWithIds'),
    fetchProductVariantWithId: ask('productSearch.fetchProductVariantWithId'),
    fetchProductVariantsWithIds: ask('productSearch.fetchProductVariantsWithIds'),
    fetchProductVariantsWithProductId: ask('productSearch.fetchProductVariantsWithProductId'),
    fetchPaginatedProductVariantsWithProductId: ask(
      'productSearch.fetchPaginatedProductVariantsWithProductId',
    ),
  };
}

function events(
  listeners: Map<string, Set<PosListener>>,
): Readonly<Record<string, (type: string, listener: PosListener) => void>> {
  return {
    addEventListener(type, listener) {
      const set = listeners.get(type) ?? new Set();
      listeners.set(type, set.add(listener));
    },
    removeEventListener(type, listener) {
      listeners.get(type)?.delete(listener);
    },
  };
}

/** The platform has it, the simulator does not: refused when used, and said plainly. */
function absent(what: string): () => Promise<never> {
  return () => Promise.reject(new Error(`The simulator has no ${what}`));
}
