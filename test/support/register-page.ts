/**
 * Drives one simulated register as a cashier would: by what stands on its screen. Every wait is for
 * a condition, with a deadline far beyond what a slow machine needs.
 */
import type { BrowserContext, Locator, Page } from 'playwright-core';
import type { Place } from '../../simulator/platform/places.ts';
import type { SimulatorControl } from '../../simulator/page/control.ts';
import type { NetworkEntry } from '../../simulator/page/network.ts';
import { CUSTOMER_LIST, PRODUCT_LIST } from '../../simulator/shop.ts';

export const PATIENCE_MS = 90_000;
const LOOK_AGAIN_MS = 50;

export interface RegisterPage {
  readonly page: Page;
  /** The tile's and the modal's own content. */
  readonly tile: Locator;
  readonly modal: Locator;
  /** What the extension shows at this place, while its screen is open. */
  at(place: Place): Locator;
  addProduct(title: string, times?: number): Promise<void>;
  chooseCustomer(name: string): Promise<void>;
  openModal(): Promise<void>;
  closeModal(): Promise<void>;
  /** Taps the modal's button of this name; waits until it can be tapped. */
  tap(name: string | RegExp): Promise<void>;
  type(label: string | RegExp, text: string): Promise<void>;
  airplane(on: boolean): Promise<void>;
  /** Pays in cash and starts a new sale; gives what the receipt said about the order. */
  completeSale(): Promise<string>;
  killApp(): Promise<void>;
  openPos(): Promise<void>;
  kill(place: Place): Promise<void>;
  start(place: Place): Promise<void>;
  reload(): Promise<void>;
  /** Waits until the words stand somewhere in the modal. */
  sees(words: string | RegExp): Promise<void>;
  tileSays(words: string | RegExp): Promise<void>;
  storageKeys(): Promise<readonly string[]>;
  /** What extensions did wrong; a pop-up day that goes well has none. */
  problems(): Promise<readonly string[]>;
  requests(): Promise<readonly NetworkEntry[]>;
  /** Any verb of `window.simulator`. */
  control<K extends Verb>(
    verb: K,
    ...args: Parameters<SimulatorControl[K]>
  ): Promise<Awaited<ReturnType<SimulatorControl[K]>>>;
}

type Verb = {
  [K in keyof SimulatorControl]: SimulatorControl[K] extends (...args: never[]) => unknown
    ? K
    : never;
}[keyof SimulatorControl];

/** Opens register `number` in a new tab and waits until POS and the extension's tile are up. */
export async function openRegister(
  context: BrowserContext,
  url: string,
  number = 1,
): Promise<RegisterPage> {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(new URL(`?register=${number}`, url).href);
  const register = createRegisterPage(page);
  await register.openPos();
  return register;
}

function createRegisterPage(page: Page): RegisterPage {
  const control: RegisterPage['control'] = (verb, ...args) =>
    page.evaluate(
      ([name, given]) => {
        const call = window.simulator[name] as (...args: unknown[]) => unknown;
        return call(...given);
      },
      [verb, args] as const,
    ) as never;
  const byId = (id: string): Locator => page.getByTestId(id);
  const tile = byId('context-home-tile');
  const modal = byId('context-home-modal');
  const isRunning = (place: Place): Promise<void> =>
    until(`${place} is running`, async () => (await control('contexts'))[place] === 'running');
  return {
    page,
    tile,
    modal,
    at: (place) => byId(`context-${place}`),
    ...saleGestures(page, byId),
    async openModal() {
      await tile.getByRole('button').first().click();
      await byId('modal').waitFor();
      await isRunning('home-modal');
    },
    async closeModal() {
      await byId('modal-close').click();
      await byId('modal').waitFor({ state: 'detached' });
    },
    tap: (name) => modal.getByRole('button', { name }).first().click(),
    type: (label, text) => modal.getByLabel(label).first().fill(text),
    async airplane(on) {
      await control('airplane', on);
      const sign = on ? 'Airplane mode' : 'Online';
      await byId('network-status').getByText(sign, { exact: true }).waitFor();
    },
    killApp: () => control('killApp'),
    async openPos() {
      await page.waitForFunction(() => 'simulator' in window);
      await control('openApp');
      await isRunning('background');
      await isRunning('home-tile');
    },
    kill: (place) => control('killContext', place),
    async start(place) {
      await control('restartContext', place);
      await isRunning(place);
    },
    async reload() {
      await page.reload();
      await this.openPos();
    },
    sees: (words) => modal.getByText(words).first().waitFor(),
    tileSays: (words) => tile.getByText(words).first().waitFor(),
    storageKeys: async () => (await control('storage')).map(({ key }) => key),
    async problems() {
      const entries = await control('log');
      return entries.filter(({ level }) => level === 'problem').map(({ text }) => text);
    },
    requests: () => control('requests'),
    control,
  };
}

/** What is done on the register's own part of the screen. */
function saleGestures(page: Page, byId: (id: string) => Locator) {
  return {
    async addProduct(title: string, times = 1): Promise<void> {
      const product = PRODUCT_LIST.find((one) => one.title === title);
      if (product === undefined) throw new Error(`The demo shop has no ${title}`);
      await byId('products-tab').click();
      for (let done = 0; done < times; done += 1) await byId(`product-${product.sku}`).click();
      await byId('cart-line').getByText(title, { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Home', exact: true }).click();
    },
    async chooseCustomer(name: string): Promise<void> {
      const customer = CUSTOMER_LIST.find((one) => one.name === name);
      if (customer === undefined) throw new Error(`The demo shop has no ${name}`);
      await byId('choose-customer').click();
      await byId('customer-search').fill(name);
      await byId(`customer-${customer.id}`).click();
      await byId('cart-customer').getByText(name).waitFor();
    },
    async completeSale(): Promise<string> {
      await byId('checkout').click();
      await byId('complete-sale').click();
      const order = await byId('order-name').innerText();
      await byId('new-sale').click();
      await byId('receipt').waitFor({ state: 'detached' });
      return order;
    },
  };
}

/** Looks again and again until `check` holds; fails with `what` when patience is over. */
export async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_AGAIN_MS) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  throw new Error(`Waited in vain until ${what}`);
}
