/**
 * What a file of browser tests shares: one simulator, one browser, and a cashier at each register.
 */
import type { Browser, BrowserContext } from 'playwright-core';
import { CUSTOMER_LIST, openingBalances } from '../../simulator/shop.ts';
import { launchChromium, newDevice } from './chromium.ts';
import { createLedgerView, type LedgerView } from './ledger-view.ts';
import { openRegister, until, type RegisterPage } from './register-page.ts';
import { startWorld, type SimulatorWorld } from './simulator.ts';

/** A register, and what a cashier does with the extension on it. */
export interface Cashier extends RegisterPage {
  /** The device's name in the ledger. */
  readonly device: number;
  /** Puts products and a customer into the cart, and opens the modal. */
  serve(customer: string, products: Readonly<Record<string, number>>): Promise<void>;
  /** Taps a reward's button, once it can be tapped. */
  redeem(reward: string): Promise<void>;
  /** Types an amount of store credit and takes it. */
  redeemCredit(amount: string): Promise<void>;
  /** Waits for the answer to the last tap, and gives what the words caught. */
  hears(words: RegExp): Promise<readonly string[]>;
  /** Whether a reward can be tapped. */
  canRedeem(reward: string): Promise<boolean>;
  /** Waits until the words stand nowhere in the modal. */
  lacks(words: string | RegExp): Promise<void>;
  /** Titles of the cart's discounts. */
  discounts(): Promise<readonly string[]>;
  /** Taps the button of this id in the modal. */
  tapOn(id: string): Promise<void>;
  /** The share of balances that the device heard of last; 1 where it is alone, 0 before that. */
  share(): Promise<number>;
  /** Waits until the device has stored all balances: from then on it may be cut off. */
  knowsBalances(): Promise<void>;
  /** Operations in the device's storage that no stored answer has settled, oldest first. */
  waiting(): Promise<readonly StoredOperation[]>;
  /** Waits until the device's storage says of every operation in it that it is settled. */
  allSettled(): Promise<void>;
}

export interface StoredOperation {
  readonly id: string;
  readonly kind: string;
  readonly ref: string;
}

export interface PopUp {
  readonly world: SimulatorWorld;
  readonly ledger: LedgerView;
  /** A register of this number: on a device of its own, or in a second tab beside another. */
  open(number: number, beside?: RegisterPage): Promise<Cashier>;
  /** Closes every device that was opened, but those that are still needed. */
  closeRegisters(but?: readonly RegisterPage[]): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the simulator and the browser; registers are opened one by one. */
export async function startPopUp(): Promise<PopUp> {
  const world = await startWorld();
  const browser: Browser = await launchChromium();
  const devices: BrowserContext[] = [];
  const closeRegisters = async (but: readonly RegisterPage[] = []): Promise<void> => {
    const kept = new Set(but.map(({ page }) => page.context()));
    for (const device of devices.splice(0)) {
      if (kept.has(device)) devices.push(device);
      else await device.close();
    }
  };
  return {
    world,
    ledger: createLedgerView(world),
    async open(number, beside) {
      const device = beside?.page.context() ?? (await newDevice(browser));
      if (beside === undefined) devices.push(device);
      const register = await openRegister(device, world.simulator.url, number);
      const { deviceId } = await register.page.evaluate(() => window.simulator.register);
      return createCashier(register, deviceId);
    },
    closeRegisters,
    async stop() {
      await closeRegisters();
      await browser.close();
      await world.stop();
    },
  };
}

/** A customer of the demo shop with what the ledger gave them at its start. */
export function customerNamed(name: string): { id: number; points: number; credit: number } {
  const index = CUSTOMER_LIST.findIndex((customer) => customer.name === name);
  const found = openingBalances()[index];
  if (found === undefined) throw new Error(`The demo shop has no ${name}`);
  return { id: found.customer, points: found.points, credit: found.credit };
}

/**
 * A browser hardly draws a tab that lies behind another, and a tap waits for what is drawn: so
 * whoever taps or reads brings the register's tab to the front.
 */
function atHand(register: RegisterPage): RegisterPage {
  const first =
    <Args extends unknown[], T>(gesture: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      await register.page.bringToFront();
      return gesture(...args);
    };
  return {
    ...register,
    addProduct: first(register.addProduct),
    chooseCustomer: first(register.chooseCustomer),
    openModal: first(register.openModal),
    closeModal: first(register.closeModal),
    tap: first(register.tap),
    type: first(register.type),
    airplane: first(register.airplane),
    completeSale: first(register.completeSale),
    sees: first(register.sees),
    tileSays: first(register.tileSays),
  };
}

function createCashier(opened: RegisterPage, device: number): Cashier {
  const register = atHand(opened);
  const { page, modal, control } = register;
  const tapOn = async (id: string): Promise<void> => {
    await page.bringToFront();
    await modal.locator(`#${id}`).getByRole('button').click();
  };
  return {
    ...register,
    device,
    async serve(customer, products) {
      for (const [title, times] of Object.entries(products))
        await register.addProduct(title, times);
      await register.chooseCustomer(customer);
      await register.openModal();
    },
    tapOn,
    redeem: (reward) => tapOn(`redeem-${reward}`),
    async redeemCredit(amount) {
      await register.type('Amount to redeem', amount);
      await tapOn('redeem-credit');
    },
    async hears(words) {
      await page.bringToFront();
      const notice = modal.locator('#notice').getByText(words).first();
      await notice.waitFor();
      return words.exec(await notice.innerText())?.slice(1) ?? [];
    },
    canRedeem: (reward) => modal.locator(`#redeem-${reward}`).getByRole('button').isEnabled(),
    async lacks(words) {
      await page.bringToFront();
      await modal.getByText(words).first().waitFor({ state: 'detached' });
    },
    async discounts() {
      const { discounts } = await control('cart');
      return discounts.map(({ title }) => title);
    },
    knowsBalances: () =>
      until('the device has a snapshot of the balances', async () => {
        const answers = (await storedOn(register))('r') as readonly Answer[];
        return answers.some(({ base }) => base !== null);
      }),
    async share() {
      const answers = (await storedOn(register))('r') as readonly Answer[];
      const told = ({ epoch, toldAt, cursor }: Answer) => [epoch, toldAt ?? cursor] as const;
      const [newest] = [...answers].sort((a, b) => {
        const [[epochA, atA], [epochB, atB]] = [told(a), told(b)];
        return epochB - epochA || atB - atA;
      });
      return newest?.share ?? 0;
    },
    waiting: () => waitingOn(register),
    allSettled: () =>
      until('every operation of the device is settled', async () => {
        const operations = await waitingOn(register);
        return operations.length === 0;
      }),
  };
}

/** What the device keeps of an answer: what it settled, and which snapshot it stands on. */
interface Answer {
  readonly applied: Readonly<Record<string, number>>;
  readonly base: unknown;
  readonly epoch: number;
  readonly cursor: number;
  readonly toldAt?: number;
  readonly share: number;
}

/** The device's own records of one kind, read as a person would read them: `1|checksum|json`. */
async function storedOn(register: RegisterPage): Promise<(kind: string) => readonly unknown[]> {
  const rows = [...(await register.control('storage'))].sort((a, b) => a.setAt - b.setAt);
  return (kind) =>
    rows
      .filter(({ key }) => key.startsWith(`${kind}.`))
      .map(({ json }) => JSON.parse(json) as string)
      .map((text) => JSON.parse(text.replace(/^\d+\|[0-9a-f]+\|/, '')) as unknown);
}

async function waitingOn(register: RegisterPage): Promise<readonly StoredOperation[]> {
  const records = await storedOn(register);
  const answers = records('r') as readonly Answer[];
  const settled = new Set(answers.flatMap(({ applied }) => Object.keys(applied)));
  const operations = [...records('o'), ...records('s').flat()] as StoredOperation[];
  return operations
    .filter(({ id }) => !settled.has(id))
    .map(({ id, kind, ref }) => ({ id, kind, ref }));
}
