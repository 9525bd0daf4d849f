/**
 * The POS app on a register: which extension contexts live, what they are told, and what a sale
 * does.
 */
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Session } from '@shopify/ui-extensions/point-of-sale';
import { PLACES, targetAt, type Place, type TargetName } from '../platform/places.ts';
import type { ContextConfig, LiveChange, LiveValues, ScannerResult } from '../wire.ts';
import { EMPTY_CART, type CartState } from './cart-totals.ts';
import { startContext, type ExtensionContext } from './context.ts';
import { createHostCalls } from './host-calls.ts';
import type { Device, LogEntry, Receipt, RegisterDeps } from './register.ts';
import { saleEvent } from './sale.ts';

export interface PosApp {
  readonly contexts: ReadonlySignal<ReadonlyMap<Place, ExtensionContext>>;
  readonly isOpen: ReadonlySignal<boolean>;
  readonly isModalOpen: ReadonlySignal<boolean>;
  openModal(): void;
  closeModal(): void;
  scan(code: string): void;
  completeSale(payment?: 'Cash' | 'Custom'): Promise<Receipt>;
  /** Hands an event to the background target, if it lives. */
  sendEvent(name: string, event: unknown): void;
  killContext(place: Place): void;
  restartContext(place: Place): void;
  /** The app dies at once: every context, and the cart unless it is kept. */
  killApp(): void;
  openApp(): void;
}

/**
 * POS, closed. `openApp` starts the background target and the tile; the modal starts when it opens.
 */
export function createPosApp(deps: RegisterDeps, device: Device): PosApp {
  const contexts = signal<ReadonlyMap<Place, ExtensionContext>>(new Map());
  const isOpen = signal(false);
  const scanned = signal<ScannerResult>({});
  const isModalOpen = computed(() => contexts.value.has('home-modal'));
  let made = 0;

  const put = (place: Place, context: ExtensionContext | undefined): void => {
    const next = new Map(contexts.value);
    if (context === undefined) next.delete(place);
    else next.set(place, context);
    contexts.value = next;
  };
  const kill = (place: Place): void => {
    const context = contexts.value.get(place);
    if (context === undefined) return;
    context.kill();
    device.network.abortContext(context.id);
  };
  const start = (place: Place): void => {
    const target = targetAt(place);
    if (!deps.installation.targets.includes(target)) return;
    kill(place);
    made += 1;
    const id = `${place}-${made}`;
    const call = createHostCalls({
      register: device,
      server: deps.server,
      sleep: deps.sleep,
      contextId: id,
      presentModal: () => openModal(),
      closeModal: () => closeModal(),
    });
    put(
      place,
      startContext({
        makeWorker: deps.makeWorker,
        document: deps.document,
        id,
        config: contextConfig(device, target, scanned.value),
        call,
        problem: (message, stack) => device.note('problem', target, stack ?? message),
        said: (level, text) => device.note(logLevel(level), target, text),
      }),
    );
  };
  const openModal = (): void => {
    const status = contexts.value.get('home-modal')?.status.value;
    if (status === undefined || status === 'killed') start('home-modal');
  };
  const closeModal = (): void => {
    kill('home-modal');
    put('home-modal', undefined);
  };
  const toAll = (change: LiveChange): void => {
    for (const context of contexts.value.values()) context.post({ type: 'live', change });
  };
  followDevice(device, contexts, scanned, toAll);
  const keep = keptCart(deps, device);
  const session = sessionControls(device, contexts, { deps, isOpen });
  return {
    contexts,
    isOpen,
    isModalOpen,
    openModal,
    closeModal,
    ...session,
    scan(code: string): void {
      device.isScanning.value = false;
      scanned.value = { data: code, source: 'camera' };
    },
    killContext: kill,
    restartContext: start,
    killApp(): void {
      for (const place of [...contexts.value.keys()]) kill(place);
      contexts.value = new Map();
      isOpen.value = false;
      device.receipt.value = undefined;
      device.isScanning.value = false;
      if (!device.settings.value.keepCart) device.cart.replace(EMPTY_CART);
    },
    openApp(): void {
      if (isOpen.value) return;
      keep.restore();
      isOpen.value = true;
      for (const target of deps.installation.targets)
        if (!(target in PLACES)) device.note('problem', target, 'The simulator does not show this');
      start('background');
      start('home-tile');
    },
  };
}

/** Tells every context what changed on the device. */
function followDevice(
  device: Device,
  contexts: ReadonlySignal<ReadonlyMap<Place, ExtensionContext>>,
  scanned: ReadonlySignal<ScannerResult>,
  toAll: (change: LiveChange) => void,
): void {
  device.cart.subscribe(() => toAll({ name: 'cart', value: device.cart.current() }));
  const airplane = computed(() => device.settings.value.airplane);
  const locale = computed(() => device.settings.value.locale);
  const staff = computed(() => device.settings.value.staff);
  const offset = computed(() => device.settings.value.clockOffsetMs);
  const place = computed(() => `${device.settings.value.location}/${device.settings.value.user}`);
  airplane.subscribe((value) => toAll({ name: 'connectivity', value: connectivityOf(value) }));
  locale.subscribe((value) => toAll({ name: 'locale', value }));
  scanned.subscribe((value) => toAll({ name: 'scannerData', value }));
  const each = (post: (context: ExtensionContext) => void): void => {
    for (const context of contexts.peek().values()) post(context);
  };
  const tellSession = (): void =>
    each((context) => context.post({ type: 'session', session: sessionOf(device) }));
  staff.subscribe((id) => {
    toAll({ name: 'staffMember', value: id === undefined ? undefined : { id } });
    tellSession();
  });
  place.subscribe(tellSession);
  offset.subscribe((offsetMs) => each((context) => context.post({ type: 'clock', offsetMs })));
}

function sessionControls(
  device: Device,
  contexts: ReadonlySignal<ReadonlyMap<Place, ExtensionContext>>,
  { deps, isOpen }: { readonly deps: RegisterDeps; readonly isOpen: ReadonlySignal<boolean> },
) {
  const sendEvent = (name: string, event: unknown): void =>
    contexts.value.get('background')?.post({ type: 'pos-event', name, event });
  return {
    sendEvent,
    async completeSale(payment: 'Cash' | 'Custom' = 'Cash'): Promise<Receipt> {
      const cart = device.cart.state();
      if (cart.lines.length === 0) throw new Error('There is nothing to pay');
      device.cart.setEditable(false);
      const order = device.settings.value.airplane
        ? undefined
        : await deps.server.makeOrder().catch(() => undefined);
      if (!isOpen.value) throw new Error('POS was killed while it took the payment');
      const at = device.now();
      const orderId = order?.id;
      const event = saleEvent(cart, device.rules, { orderId, executedAtMs: at, payment });
      const receipt = { cart, orderId, orderName: order?.name, at };
      device.receipt.value = receipt;
      sendEvent('transactioncomplete', event);
      device.cart.replace(EMPTY_CART);
      return receipt;
    },
  };
}

/** The cart in the page's session, for a register that is told to keep it. */
function keptCart(deps: RegisterDeps, device: Device) {
  const key = `tideover-register-${deps.number}-cart`;
  device.cart.subscribe(() => {
    if (device.settings.value.keepCart)
      deps.settingsStore.setItem(key, JSON.stringify(device.cart.state()));
    else deps.settingsStore.removeItem(key);
  });
  return {
    restore(): void {
      const saved = deps.settingsStore.getItem(key);
      if (saved === null || !device.settings.value.keepCart) return;
      device.cart.replace({ ...(JSON.parse(saved) as CartState), editable: true });
    },
  };
}

function contextConfig(
  device: Device,
  target: TargetName,
  scannerData: ScannerResult,
): ContextConfig {
  const { installation, settings } = device;
  const { staff, airplane, locale, clockOffsetMs } = settings.value;
  const live: LiveValues = {
    cart: device.cart.current(),
    connectivity: connectivityOf(airplane),
    locale,
    staffMember: staff === undefined ? undefined : { id: staff },
    scannerData,
  };
  return {
    target,
    bundleUrl: installation.bundleUrl,
    appUrl: installation.appUrl,
    locales: installation.locales,
    defaultLocale: installation.defaultLocale,
    session: sessionOf(device),
    deviceId: device.deviceId,
    device: {
      name: `Simulated tablet ${device.number}`,
      registerName: device.name,
      id: `simulated-device-${device.number}`,
    },
    live,
    clockOffsetMs,
  };
}

function sessionOf(device: Device): Session {
  const { shopId, shopDomain, currency } = device.installation;
  const { user, location, staff } = device.settings.value;
  return {
    shopId,
    shopDomain,
    userId: user,
    locationId: location,
    currency: currency as string as Session['currency'],
    posVersion: '10.20.0',
    ...(staff === undefined ? {} : { staffMemberId: staff }),
  };
}

function connectivityOf(airplane: boolean): LiveValues['connectivity'] {
  return { internetConnected: airplane ? 'Disconnected' : 'Connected' };
}

function logLevel(level: string): LogEntry['level'] {
  return level === 'error' || level === 'warn' || level === 'info' ? level : 'log';
}
