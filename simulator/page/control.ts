/**
 * `window.simulator`: everything that a person can do on the page, for tests and for the console.
 */
import type { Place } from '../platform/places.ts';
import type { CartMischief, StorageMischief } from './mischief.ts';
import { NO_FAULTS, type Faults, type NetworkEntry } from './network.ts';
import type { LogEntry, Receipt, Register } from './register.ts';
import type { DeviceSettings } from './settings.ts';
import type { ServerState } from './simulator-server.ts';
import type { InspectableStorage, StorageRow } from './device-storage.ts';
import type { CartState } from './cart-totals.ts';

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
  cart(): CartState;
  addProduct(variantId: number, quantity?: number): Promise<string>;
  setQuantity(uuid: string, quantity: number): void;
  setCustomer(id: number | undefined): Promise<void>;
  completeSale(payment?: 'Cash' | 'Custom'): Promise<Receipt>;
  sendEvent(name: string, event: unknown): void;
  scan(code: string): void;
  openModal(): void;
  closeModal(): void;
  contexts(): Readonly<Partial<Record<Place, string>>>;
  killContext(place: Place): void;
  restartContext(place: Place): void;
  killApp(): void;
  openApp(): void;
  /** The next cart call of an extension goes wrong this way. */
  cartMischief(mischief: CartMischief | undefined): void;
  /** Every storage call goes wrong this way until it is `none` again. */
  storageMischief(mischief: StorageMischief): void;
  storage(): Promise<readonly StorageRow[]>;
  /** Fills all free places with junk that only `clearFiller` takes away. */
  fillStorage(): Promise<number>;
  clearFiller(): Promise<void>;
  wipeStorage(): Promise<void>;
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
    cart: () => cart.state(),
    addProduct: (variantId, quantity = 1) => cart.mutators.addLineItem(variantId, quantity),
    setQuantity: cart.setQuantity,
    setCustomer: (id) =>
      id === undefined ? cart.mutators.removeCustomer() : cart.mutators.setCustomer({ id }),
    completeSale: register.completeSale,
    sendEvent: register.sendEvent,
    scan: register.scan,
    openModal: register.openModal,
    closeModal: register.closeModal,
    contexts: () =>
      Object.fromEntries(
        [...register.contexts.value].map(([place, one]) => [place, one.status.value]),
      ),
    killContext: register.killContext,
    restartContext: register.restartContext,
    killApp: register.killApp,
    openApp: register.openApp,
    cartMischief: (mischief) => void (register.cartMischief.value = mischief),
    storageMischief: (mischief) => void (register.storageMischief.value = mischief),
    ...storageControls(register),
    log: () => register.log.value,
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
