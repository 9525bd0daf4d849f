/**
 * `window.simulator`: everything that a person can do on the page, for tests and for the console.
 */
import type { Place } from '../platform/places.ts';
import { PRODUCT_LIST } from '../shop.ts';
import type { CartMischief, StorageMischief } from './mischief.ts';
import { NO_FAULTS, type Faults, type NetworkEntry } from './network.ts';
import type { Details, Receipt } from './details.ts';
import type { Page } from './pos-app.ts';
import type { LogEntry, Register } from './register.ts';
import type { DeviceSettings } from './settings.ts';
import type { ServerState } from './simulator-server.ts';
import type { Policy } from '../../shared/program.ts';
import type { PolicyDecision } from '../merchant-api.ts';
import type { InspectableStorage, StorageRow } from './device-storage.ts';
import type { CartList, CartOffer } from './cart-extension.ts';
import type { CartState } from './cart-totals.ts';
import type { DraftOrder, Quantities, ShopOrder, SoldCart } from '../shop-orders.ts';
import type { ScannerSource } from '../wire.ts';

export interface SimulatorControl {
  readonly register: { readonly number: number; readonly deviceId: number; readonly name: string };
  settings(): DeviceSettings;
  change(change: Partial<DeviceSettings>): void;
  airplane(on: boolean): void;
  faults(): Faults;
  setFaults(change: Partial<Faults>): void;
  clearFaults(): void;
  /** Lets everything go that `hold` keeps on its way. */
  release(): void;
  requests(): readonly NetworkEntry[];
  server(change: Partial<ServerState>): Promise<ServerState>;
  /** The merchant changes these parts of the policy; a PIN is given as its digits. */
  policy(decision: PolicyDecision): Promise<Policy>;
  /** The server's round: releases what was reported missing long enough ago. */
  makeRound(): Promise<void>;
  cart(): CartState;
  addProduct(variantId: number, quantity?: number): Promise<string>;
  setQuantity(uuid: string, quantity: number): void;
  setCustomer(id: number | undefined): Promise<void>;
  /** A discount on one line, per unit when it is an amount, as staff give it. */
  setLineDiscount(uuid: string, type: 'FixedAmount' | 'Percentage', amount: string): Promise<void>;
  /** A locked cart refuses every change, as during a payment. */
  lockCart(on: boolean): void;
  completeSale(payment?: 'Cash' | 'Custom'): Promise<Receipt>;
  /** Lines of an order come back, by the uuid that they had in its cart. */
  completeReturn(order: number, quantities: Quantities): Promise<Receipt>;
  /** Lines come back, and the cart is sold instead. */
  completeExchange(order: number, quantities: Quantities): Promise<Receipt>;
  /** Orders of the whole shop, the newest first; offline what was known last. */
  orders(): Promise<readonly ShopOrder[]>;
  /** Sales of this register that are no orders yet. */
  pendingSales(): readonly SoldCart[];
  saveDraft(): Promise<DraftOrder>;
  drafts(): Promise<readonly DraftOrder[]>;
  /** Puts a draft, of whichever register, into the cart. */
  takeDraft(id: number): Promise<void>;
  startCashSession(): void;
  completeCashSession(): void;
  cashSession(): { readonly id: number; readonly openingTime: string } | undefined;
  /** How often an extension opened the cash drawer. */
  drawerOpenings(): number;
  sendEvent(name: string, event: unknown): void;
  /** With the camera, or with the scanner beside the register. */
  scan(code: string, source?: ScannerSource): void;
  show(page: Page): void;
  /** Opens the screen of one thing, and starts the extensions that stand on it. */
  openLine(uuid: string): void;
  openCustomer(id: number): void;
  openProduct(variantId: number): void;
  openOrder(id: number): Promise<void>;
  openDraft(id: number): Promise<void>;
  openRegisterDetails(): void;
  /** Which screen is open. */
  details(): Details['screen'] | undefined;
  closeDetails(): void;
  openModal(): void;
  /** Opens the action of the open screen, as its menu item would. */
  openAction(): void;
  /** Closes the modal or the action. */
  closeModal(): void;
  /** Shows an open order's receipt again, and puts it away. */
  reprint(): void;
  closeReprint(): void;
  contexts(): Readonly<Partial<Record<Place, string>>>;
  killContext(place: Place): void;
  restartContext(place: Place): void;
  killApp(): void;
  openApp(): void;
  /** The next cart call of an extension goes wrong this way. */
  cartMischief(mischief: CartMischief | undefined): void;
  /** Lets cart calls go that `late` and `late-effect` keep back; how many there are. */
  heldCartCalls(): number;
  releaseCart(): void;
  /** Every storage call goes wrong this way until it is `none` again. */
  storageMischief(mischief: StorageMischief): void;
  storage(): Promise<readonly StorageRow[]>;
  /** Fills all free places with junk that only `clearFiller` takes away. */
  fillStorage(): Promise<number>;
  clearFiller(): Promise<void>;
  wipeStorage(): Promise<void>;
  /** The legacy cart extension: the shop's switch, what its card shows, a tap on an offer. */
  readonly cartExtension: {
    turn(isOn: boolean): Promise<void>;
    list(): CartList | undefined;
    perform(offer: CartOffer): Promise<void>;
    /** Resolves when all that was asked so far is answered. */
    settled(): Promise<void>;
  };
  log(): readonly LogEntry[];
}

declare global {
  interface Window {
    simulator: SimulatorControl;
  }
}

const FILLER = 'filler.';

export function attachControl(target: Window, register: Register): void {
  target.simulator = createControl(register);
}

function createControl(register: Register): SimulatorControl {
  const { number, deviceId, name, faults, cart } = register;
  return {
    register: { number, deviceId, name },
    settings: () => register.settings.value,
    change: register.change,
    airplane: (on) => register.change({ airplane: on }),
    faults: () => faults.value,
    setFaults: (change) => void (faults.value = { ...faults.value, ...change }),
    clearFaults() {
      register.network.release();
      faults.value = NO_FAULTS;
    },
    release: register.network.release,
    requests: () => register.requests.value,
    server: (change) => register.server.change(change),
    policy: (decision) => register.server.decide(decision),
    makeRound: () => register.server.makeRound(),
    cart: () => cart.state(),
    addProduct: (variantId, quantity = 1) => cart.mutators.addLineItem(variantId, quantity),
    setQuantity: cart.setQuantity,
    setCustomer: (id) =>
      id === undefined ? cart.mutators.removeCustomer() : cart.mutators.setCustomer({ id }),
    setLineDiscount: (uuid, type, amount) =>
      cart.mutators.setLineItemDiscount(uuid, type, 'Staff discount', amount),
    lockCart: (on) => cart.setEditable(!on),
    ...transactionControls(register),
    ...screenControls(register),
    sendEvent: register.sendEvent,
    scan: register.scan,
    contexts: () =>
      Object.fromEntries(
        [...register.contexts.value].map(([place, one]) => [place, one.status.value]),
      ),
    killContext: register.killContext,
    restartContext: register.restartContext,
    killApp: register.killApp,
    openApp: register.openApp,
    cartMischief: (mischief) => void (register.cartMischief.value = mischief),
    heldCartCalls: () => register.heldCalls.count.value,
    releaseCart: register.heldCalls.letGo,
    storageMischief: (mischief) => void (register.storageMischief.value = mischief),
    ...storageControls(register),
    cartExtension: {
      turn: register.cartExtension.turn,
      list: () => register.cartExtension.list.value,
      perform: register.cartExtension.perform,
      settled: register.cartExtension.settled,
    },
    log: () => register.log.value,
  };
}

function transactionControls(register: Register) {
  const { desk, drawer } = register;
  return {
    completeSale: register.completeSale,
    completeReturn: register.completeReturn,
    completeExchange: register.completeExchange,
    async orders() {
      await desk.refresh();
      return desk.orders.value;
    },
    pendingSales: () => desk.pending.value,
    saveDraft: register.saveDraft,
    async drafts() {
      await desk.refresh();
      return desk.drafts.value;
    },
    takeDraft: async (id: number) => register.takeDraft(await desk.draft(id)),
    startCashSession: register.startCashSession,
    completeCashSession: register.completeCashSession,
    cashSession: () => drawer.session.value,
    drawerOpenings: () => drawer.openings.value,
  };
}

function screenControls(register: Register) {
  const { desk, openDetails } = register;
  return {
    show: (page: Page) => void (register.page.value = page),
    openLine: (uuid: string) => openDetails({ screen: 'line-item', uuid }),
    openCustomer: (customer: number) => openDetails({ screen: 'customer', customer }),
    openProduct(variant: number) {
      const product = PRODUCT_LIST.find(({ variantId }) => variantId === variant);
      if (product === undefined) throw new Error(`The demo shop has no variant ${variant}`);
      openDetails({ screen: 'product', product: product.productId, variant });
    },
    openOrder: async (id: number) => openDetails({ screen: 'order', order: await desk.order(id) }),
    openDraft: async (id: number) =>
      openDetails({ screen: 'draft-order', draft: await desk.draft(id) }),
    openRegisterDetails: () => openDetails({ screen: 'register' }),
    details: () => register.details.value?.screen,
    closeDetails: register.closeDetails,
    openModal: register.openModal,
    openAction: register.openAction,
    closeModal: register.closeModal,
    reprint: register.reprint,
    closeReprint: register.closeReprint,
  };
}

function storageControls({ storage }: Register) {
  return {
    storage: () => storage.inspect(),
    fillStorage: () => fillStorage(storage),
    clearFiller: () => clearFiller(storage),
    wipeStorage: () => storage.clear(),
  };
}

/** Takes every place that is left; the answer is how many there were. */
export async function fillStorage(storage: InspectableStorage): Promise<number> {
  for (let made = 0; ; made += 1)
    try {
      await storage.set(`${FILLER}${made}`, 'junk');
    } catch {
      return made;
    }
}

export async function clearFiller(storage: InspectableStorage): Promise<void> {
  for (const { key } of await storage.inspect())
    if (key.startsWith(FILLER)) await storage.delete(key);
}
