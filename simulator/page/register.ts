/**
 * One simulated register: its device, its cart, its network and the extension contexts that live on
 * it. The screen and `window.simulator` are two ways to use the same object.
 */
import {
  computed,
  effect,
  signal,
  untracked,
  type ReadonlySignal,
  type Signal,
} from '@preact/signals';
import type { Currency } from '../../shared/amount.ts';
import { PRODUCT_LIST, SALES_TAX_PERCENT } from '../shop.ts';
import type { ContextConfig } from '../wire.ts';
import { createCart, type RegisterCart } from './cart.ts';
import { createCartExtension, type CartExtension } from './cart-extension.ts';
import { createCashDrawer, type CashDrawer } from './cash-drawer.ts';
import type { CartState, PriceRules } from './cart-totals.ts';
import {
  createDeviceStorage,
  type InspectableStorage,
  type RecordStore,
} from './device-storage.ts';
import {
  createHeldCalls,
  type CartMischief,
  type HeldCalls,
  type StorageMischief,
} from './mischief.ts';
import {
  createNetwork,
  NO_FAULTS,
  type Faults,
  type Network,
  type NetworkEntry,
} from './network.ts';
import { createOrderDesk, type OrderDesk } from './order-desk.ts';
import { createPosApp, type PosApp } from './pos-app.ts';
import { loadSettings, saveSettings, type DeviceSettings, type TextStore } from './settings.ts';
import type { SimulatorServer } from './simulator-server.ts';

/** What the simulator's server told the page about itself. */
export interface Installation {
  readonly shopId: number;
  readonly shopDomain: string;
  readonly currency: Currency;
  readonly appUrl: string;
  readonly bundleUrl: string;
  readonly targets: readonly string[];
  readonly locales: ContextConfig['locales'];
  readonly defaultLocale: string;
}

export interface LogEntry {
  readonly id: number;
  readonly at: number;
  readonly level: 'problem' | 'error' | 'warn' | 'info' | 'log';
  readonly from: string;
  readonly text: string;
}

export interface RegisterDeps {
  readonly number: number;
  readonly installation: Installation;
  readonly document: Document;
  readonly makeWorker: () => Worker;
  readonly records: RecordStore;
  readonly settingsStore: TextStore;
  readonly server: SimulatorServer;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly uuid: () => string;
  readonly percent: () => number;
}

/** The device and what it carries: all of a register that lives on without any extension. */
export interface Device {
  readonly number: number;
  readonly deviceId: number;
  readonly name: string;
  readonly installation: Installation;
  readonly rules: PriceRules;
  readonly settings: Signal<DeviceSettings>;
  readonly faults: Signal<Faults>;
  readonly cart: RegisterCart;
  readonly cartState: ReadonlySignal<CartState>;
  readonly storage: InspectableStorage;
  readonly network: Network;
  readonly server: SimulatorServer;
  readonly requests: ReadonlySignal<readonly NetworkEntry[]>;
  readonly isScanning: Signal<boolean>;
  readonly toast: Signal<{ readonly text: string; readonly id: number } | undefined>;
  readonly log: ReadonlySignal<readonly LogEntry[]>;
  readonly desk: OrderDesk;
  readonly drawer: CashDrawer;
  readonly cartMischief: Signal<CartMischief | undefined>;
  /** Cart calls that came late and wait to be let go. */
  readonly heldCalls: HeldCalls;
  readonly storageMischief: Signal<StorageMischief>;
  now(): number;
  change(change: Partial<DeviceSettings>): void;
  note(level: LogEntry['level'], from: string, text: string): void;
}

export interface Register extends Device, PosApp {
  /** What an old POS did with a cart app extension; off until it is switched on. */
  readonly cartExtension: CartExtension;
}

const LOG_MAX = 200;
const REQUESTS_MAX = 60;

/** Builds a closed register; `openApp` starts POS on it. */
export function createRegister(deps: RegisterDeps): Register {
  const { installation, number } = deps;
  const settings = signal(loadSettings(deps.settingsStore, number));
  const faults = signal(NO_FAULTS);
  const now = (): number => deps.now() + settings.value.clockOffsetMs;
  const rules = { currency: installation.currency, taxPercent: SALES_TAX_PERCENT };
  const log = createLog(now);
  const requests = signal<readonly NetworkEntry[]>([]);
  const network = createNetwork({
    fetch: deps.fetch,
    isAirplane: () => settings.value.airplane,
    faults: { get: () => faults.value, set: (next) => (faults.value = next) },
    percent: deps.percent,
    sleep: deps.sleep,
    now,
    record: (entry) => {
      const others = requests.value.filter(({ id }) => id !== entry.id);
      requests.value = [entry, ...others].sort((a, b) => b.id - a.id).slice(0, REQUESTS_MAX);
    },
  });
  const cart = createCart({
    rules,
    catalogue: PRODUCT_LIST,
    uuid: deps.uuid,
    checkCode: (code) => {
      if (settings.value.airplane) throw new Error('Codes are checked online');
      return deps.server.checkCode(code);
    },
    stacking: () => settings.value.stacking,
  });
  const name = `Register ${number}`;
  const cartState = signal(cart.state());
  cart.subscribe(() => (cartState.value = cart.state()));

  const device: Device = {
    number,
    deviceId: 410_000 + number,
    name,
    installation,
    rules,
    settings,
    faults,
    cart,
    cartState,
    storage: createDeviceStorage({ store: deps.records, clock: { now } }),
    network,
    server: deps.server,
    requests,
    isScanning: signal(false),
    toast: signal<{ text: string; id: number } | undefined>(undefined),
    log: log.entries,
    note: log.note,
    desk: createOrderDesk({
      number,
      name,
      server: deps.server,
      store: deps.settingsStore,
      now,
      isOffline: () => settings.value.airplane,
      trouble: (text) => log.note('error', 'simulator', text),
    }),
    drawer: createCashDrawer({ number, store: deps.settingsStore, now }),
    cartMischief: signal<CartMischief | undefined>(undefined),
    heldCalls: createHeldCalls(),
    storageMischief: signal<StorageMischief>('none'),
    now,
    change: (change) => void (settings.value = { ...settings.value, ...change }),
  };
  effect(() => {
    saveSettings(deps.settingsStore, number, settings.value);
    if (settings.value.airplane) network.cut();
  });
  const isOffline = computed(() => settings.value.airplane);
  isOffline.subscribe((offline) => offline || untracked(() => void device.desk.refresh()));
  const app = createPosApp(deps, device);
  return { ...device, ...app, cartExtension: cartExtensionOf(device, app) };
}

function cartExtensionOf(device: Device, app: PosApp): CartExtension {
  const { cart, rules, settings, server } = device;
  return createCartExtension({
    cart,
    rules,
    isOffline: () => settings.value.airplane,
    isOpen: () => app.isOpen.value,
    locale: () => settings.value.locale,
    ask: server.askCartExtension,
    setSwitch: server.switchCartExtension,
    trouble: (text) => device.note('warn', 'cart extension', text),
  });
}

function createLog(now: () => number) {
  const entries = signal<readonly LogEntry[]>([]);
  let made = 0;
  return {
    entries,
    note(level: LogEntry['level'], from: string, text: string): void {
      made += 1;
      entries.value = [{ id: made, at: now(), level, from, text }, ...entries.value].slice(
        0,
        LOG_MAX,
      );
    },
  };
}
