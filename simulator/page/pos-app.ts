/**
 * The POS app on a register: its screens, the extension contexts that stand on them, and what a
 * person completes there.
 */
import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import {
  isModal,
  modalOf,
  PLACES,
  placesOn,
  type Place,
  type ScreenPlace,
} from '../platform/places.ts';
import type { ScannerResult, ScannerSource } from '../wire.ts';
import { EMPTY_CART, type CartState } from './cart-totals.ts';
import { isStillThere, receiptOf, subjectOf, type Details } from './details.ts';
import { createContexts, followDevice, type Contexts } from './pos-contexts.ts';
import type { Device, RegisterDeps } from './register.ts';
import { createTransactions, type Transactions } from './transactions.ts';

/** What the register shows where nothing is open. */
export type Page = 'home' | 'products' | 'orders' | 'drafts' | 'checkout';

export interface PosApp extends Transactions {
  readonly contexts: Contexts;
  readonly isOpen: ReadonlySignal<boolean>;
  readonly page: Signal<Page>;
  /** The one thing that is open, over the page. */
  readonly details: ReadonlySignal<Details | undefined>;
  /** The extension's full screen that lies over everything, while there is one. */
  readonly modal: ReadonlySignal<Place | undefined>;
  /** Whether the receipt of an order is shown again. */
  readonly isReprinting: ReadonlySignal<boolean>;
  /** Opens a thing's screen with the extensions that belong there; another one is closed first. */
  openDetails(details: Details): void;
  closeDetails(): void;
  /** Opens the home modal. */
  openModal(): void;
  /** Opens the action of the screen that is open, as its menu item would. */
  openAction(): void;
  /** Closes whichever full screen is open. */
  closeModal(): void;
  reprint(): void;
  closeReprint(): void;
  scan(code: string, source?: ScannerSource): void;
  /** Hands an event to the background target, if it lives. */
  sendEvent(name: string, event: unknown): void;
  killContext(place: Place): void;
  restartContext(place: Place): void;
  /** The app dies at once: every context, and the cart unless it is kept. */
  killApp(): void;
  openApp(): void;
}

/** POS, closed. `openApp` starts the background target and the tile; others start when shown. */
export function createPosApp(deps: RegisterDeps, device: Device): PosApp {
  const isOpen = signal(false);
  const page = signal<Page>('home');
  const scanned = signal<ScannerResult>({});
  const screens = createScreens(deps, device, isOpen);
  const { contexts, details, start, kill, remove } = screens;
  followDevice(device, contexts, scanned);
  const keep = keptCart(deps, device);
  const sendEvent = (name: string, event: unknown): void =>
    contexts.value.get('background')?.post({ type: 'pos-event', name, event });
  const transactions = createTransactions({
    device,
    uuid: deps.uuid,
    isOpen,
    sendEvent,
    open: screens.openDetails,
  });
  return {
    ...transactions,
    contexts,
    isOpen,
    page,
    details,
    modal: screens.modal,
    isReprinting: screens.isReprinting,
    openDetails: screens.openDetails,
    closeDetails: screens.closeDetails,
    openModal: () => screens.present('home-tile'),
    openAction: screens.openAction,
    closeModal: screens.closeModal,
    reprint: screens.reprint,
    closeReprint: screens.closeReprint,
    sendEvent,
    scan(code, source = 'camera') {
      device.isScanning.value = false;
      scanned.value = { data: code, source };
    },
    killContext: kill,
    restartContext: start,
    killApp(): void {
      screens.closeDetails();
      for (const place of [...contexts.value.keys()]) remove(place);
      isOpen.value = false;
      page.value = 'home';
      device.isScanning.value = false;
      device.heldCalls.forget();
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

/** One thing open at a time, one full screen over it, and the contexts that come with them. */
function createScreens(deps: RegisterDeps, device: Device, isOpen: ReadonlySignal<boolean>) {
  const details = signal<Details | undefined>(undefined);
  const isReprinting = signal(false);
  const subject = () =>
    subjectOf({
      details: details.value,
      cart: device.cart.state(),
      rules: device.rules,
      pendingOrder: device.settings.value.pendingOrder,
    });
  const { contexts, start, kill, remove } = createContexts({
    deps,
    device,
    subject: (place) => (place.startsWith('home') || place === 'background' ? {} : subject()),
    presentModal: (from) => present(from),
    close: (place) => isModal(place) && remove(place),
  });
  const modal = computed(() => [...contexts.value.keys()].find(isModal));
  const present = (from: Place): void => {
    const place = modalOf(from);
    if (place === undefined) return;
    const open = modal.value;
    // POS shows one at a time; a second wish changes nothing while the first one is alive.
    if (open !== undefined && contexts.value.get(open)?.status.value !== 'killed') return;
    if (open !== undefined && open !== place) remove(open);
    start(place);
  };
  const closeModal = (): void => {
    if (modal.value !== undefined) remove(modal.value);
  };
  const closeReprint = (): void => {
    isReprinting.value = false;
    remove('receipt-footer');
  };
  const closeDetails = (): void => {
    const open = details.value;
    if (open === undefined) return;
    const action: ScreenPlace = `${open.screen}-action`;
    for (const place of [...placesOn(open.screen), action]) remove(place);
    closeReprint();
    details.value = undefined;
  };
  device.cart.subscribe(() => {
    const open = details.value;
    if (open !== undefined && !isStillThere(open, device.cart.state())) closeDetails();
  });
  return {
    contexts,
    details,
    isReprinting,
    modal,
    start,
    kill,
    remove,
    present,
    closeModal,
    closeDetails,
    closeReprint,
    openDetails(next: Details): void {
      if (!isOpen.value) throw new Error('POS is closed');
      closeDetails();
      details.value = next;
      for (const place of placesOn(next.screen)) start(place);
      if (receiptOf(next) !== undefined) start('receipt-footer');
    },
    openAction(): void {
      if (details.value !== undefined) present(`${details.value.screen}-menu`);
    },
    reprint(): void {
      if (details.value?.screen !== 'order') return;
      isReprinting.value = true;
      start('receipt-footer');
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
