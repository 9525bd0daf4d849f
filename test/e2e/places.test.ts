/** Every target that POS has, on the simulated register: where it stands, what it gets, its end. */
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PLACES, placesOn, type Place, type ScreenName } from '../../simulator/platform/places.ts';
import { CUSTOMER_LIST, PRODUCT_LIST } from '../../simulator/shop.ts';
import { launchChromium, newDevice } from '../support/chromium.ts';
import { PLACE_PROBE, UNSHOWN } from '../support/place-probe.ts';
import { openRegister, until, type RegisterPage } from '../support/register-page.ts';
import { startWorld, type SimulatorWorld } from '../support/simulator.ts';

const [MUG = 0, , , , BEANIE = 0, APRON = 0] = PRODUCT_LIST.map(({ variantId }) => variantId);
const MUG_PRODUCT = PRODUCT_LIST[0]?.productId ?? 0;
const ADA = CUSTOMER_LIST[0]?.id ?? 0;
const RESTING = ['background', 'home-tile'];

let browser: Browser;
let world: SimulatorWorld;
const devices: BrowserContext[] = [];

beforeAll(async () => {
  world = await startWorld({ extension: PLACE_PROBE });
  browser = await launchChromium();
});

afterEach(async () => {
  for (const device of devices.splice(0)) await device.close();
});

afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

async function open(number = 1): Promise<RegisterPage> {
  const device = await newDevice(browser);
  devices.push(device);
  return openRegister(device, world.simulator.url, number);
}

interface Given {
  readonly keys: readonly string[];
  readonly subject: Readonly<Record<string, unknown>>;
}

/** What the probe at this place was given; waits until it shows it. */
async function given(register: RegisterPage, place: Place): Promise<Given> {
  return JSON.parse(await register.at(place).locator('#given').innerText()) as Given;
}

/** Waits until the probe's text of this id holds the words. */
async function says(register: RegisterPage, place: Place, id: string, words: string) {
  const text = register.at(place).locator(`#${id}`);
  await until(`${place} says ${words}`, async () => (await text.innerText()).includes(words));
}

async function onlyResting(register: RegisterPage): Promise<void> {
  await until('no other context is left', async () => {
    const left = Object.keys(await register.control('contexts')).sort();
    return left.join() === RESTING.join() && register.page.workers().length === RESTING.length;
  });
}

interface Heard {
  readonly name: string;
  readonly event: Readonly<Record<string, unknown>>;
}

/** The events that the background target heard, once there are so many. */
async function heard(register: RegisterPage, count: number): Promise<readonly Heard[]> {
  let events: readonly Heard[] = [];
  await until(`${count} events are heard`, async () => {
    const rows = await register.control('storage');
    const row = rows.find(({ key }) => key === 'heard');
    events = row === undefined ? [] : (JSON.parse(row.json) as readonly Heard[]);
    return events.length === count;
  });
  return events;
}

const STANDARD = [
  'camera',
  'connectivity',
  'device',
  'extension',
  'extensionPoint',
  'i18n',
  'locale',
  'pinPad',
  'print',
  'printing',
  'productSearch',
  'session',
  'storage',
  'toast',
];

/** What a screen's targets get beside the standard: of their own, and whether they see the cart. */
const OWN: Readonly<Record<ScreenName, readonly string[]>> = {
  'line-item': ['cart', 'cartLineItem'],
  customer: ['cart', 'customer'],
  product: ['cart', 'product'],
  order: ['cart', 'order'],
  'draft-order': ['cart', 'draftOrder'],
  purchase: ['order'],
  return: ['order'],
  exchange: ['order'],
  register: ['cashDrawer'],
};

/** The block is read, the action is opened by the menu item, read, and closed again. */
async function tour(
  register: RegisterPage,
  screen: ScreenName,
  subject: Readonly<Record<string, unknown>>,
): Promise<void> {
  const own = OWN[screen];
  const keys = (...more: string[]): string[] => [...STANDARD, ...own, ...more].sort();
  if (placesOn(screen).includes(`${screen}-block`)) {
    const block = await given(register, `${screen}-block`);
    expect(block.keys).toEqual(keys('action'));
    expect(block.subject).toMatchObject(subject);
  }
  await register.at(`${screen}-menu`).getByRole('button').click();
  const action = await given(register, `${screen}-action`);
  // Shopify's types give the action of a cart line the Action API as well.
  expect(action.keys).toEqual(keys('scanner', ...(screen === 'line-item' ? ['action'] : [])));
  expect(action.subject).toMatchObject(subject);
  await register.closeModal();
}

describe('every target on its screen', () => {
  it('[SM31] a line, a customer, a product and the register', async () => {
    const register = await open();
    const { page } = register;
    await register.addProduct('Enamel mug', 2);
    await register.chooseCustomer('Ada Lindqvist');
    await page.getByTestId('line-details').click();
    await tour(register, 'line-item', {
      cartLineItem: { title: 'Enamel mug', quantity: 2, price: 14.5, variantId: MUG },
    });
    await page.getByTestId('customer-details').click();
    await tour(register, 'customer', { customer: { id: ADA } });
    await page.getByTestId('close-details').click();
    await page.getByTestId('product-info-HG-001').click();
    await tour(register, 'product', { product: { id: MUG_PRODUCT, variantId: MUG } });
    await page.getByTestId('close-details').click();
    await onlyResting(register);
    await page.getByTestId('register-tab').click();
    await tour(register, 'register', {});
    await page.getByTestId('close-details').click();
    await onlyResting(register);
  });

  it('[SM31] a sale, its order, a return and an exchange, with their receipts', async () => {
    const register = await open();
    const { page } = register;
    await register.control('addProduct', MUG, 2);
    await register.control('setCustomer', ADA);
    await page.getByTestId('checkout').click();
    await page.getByTestId('complete-sale').click();
    const order = { customerId: ADA };
    await tour(register, 'purchase', { order });
    const receipt = await given(register, 'receipt-footer');
    expect(receipt.keys).toEqual([
      'connectivity',
      'device',
      'locale',
      'session',
      'storage',
      'transaction',
    ]);
    expect(receipt.subject).toMatchObject({ transaction: { transactionType: 'Sale' } });
    await page.getByTestId('new-sale').click();
    await onlyResting(register);
    const [sold] = await register.control('orders');
    await page.getByTestId('orders-tab').click();
    await page.getByTestId(`order-${sold?.name.slice(1)}`).click();
    await tour(register, 'order', { order: { id: sold?.id, name: sold?.name, ...order } });
    await page.getByTestId('reprint').click();
    const again = await given(register, 'receipt-footer');
    expect(again.subject).toMatchObject({ transaction: { transactionType: 'Reprint' } });
    await page.getByTestId('close-reprint').click();
    await page.getByLabel('Return one Enamel mug more').click();
    await page.getByTestId('complete-return').click();
    await tour(register, 'return', { order: { id: sold?.id, ...order } });
    await page.getByTestId('new-sale').click();
    await register.control('addProduct', APRON);
    await page.getByTestId(`order-${sold?.name.slice(1)}`).click();
    await page.getByLabel('Return one Enamel mug more').click();
    await page.getByTestId('complete-exchange').click();
    await tour(register, 'exchange', { order: { id: sold?.id, ...order } });
    await page.getByTestId('new-sale').click();
    await onlyResting(register);
    expect((await heard(register, 3)).map(({ event }) => event['transactionType'])).toEqual([
      'Sale',
      'Return',
      'Exchange',
    ]);
  });

  it('[SM31] one action at a time; it ends with its screen, that with its line', async () => {
    const register = await open();
    const uuid = await register.control('addProduct', MUG, 1);
    await register.control('openLine', uuid);
    await register.control('openAction');
    await given(register, 'line-item-action');
    await register.control('openModal');
    expect(Object.keys(await register.control('contexts'))).not.toContain('home-modal');
    await register.control('setQuantity', uuid, 0);
    await onlyResting(register);
    expect(await register.control('details')).toBeUndefined();
  });

  it('[SM39] what the simulator does not show is told, and nothing else is wrong', async () => {
    expect(Object.keys(PLACES)).not.toContain(UNSHOWN);
    const register = await open();
    const problems = (await register.control('log')).filter(({ level }) => level === 'problem');
    expect(problems.map(({ from }) => from)).toEqual([UNSHOWN]);
  });
});

describe('orders and drafts of the shop', () => {
  it('[SM32, SM33] what comes back has its part of both kinds of discount', async () => {
    const register = await open();
    await register.control('addProduct', MUG, 2);
    const beanie = await register.control('addProduct', BEANIE, 1);
    await register.control('setLineDiscount', beanie, 'FixedAmount', '4.00');
    await register.control('openRegisterDetails');
    await register.control('closeDetails');
    const sale = await register.control('completeSale');
    expect(sale.event.grandTotal.amount).toBe(59);
    const lines = sale.cart.lines.map(({ uuid }) => uuid);
    const [mug = ''] = lines;
    const first = await register.control('completeReturn', sale.orderId ?? 0, { [mug]: 1 });
    expect(first.event).toMatchObject({ orderId: sale.orderId, grandTotal: { amount: 14.5 } });
    await expect(
      register.control('completeReturn', sale.orderId ?? 0, { [mug]: 2 }),
    ).rejects.toThrow('Not so many');
    await register.control('addProduct', APRON);
    const swap = await register.control('completeExchange', sale.orderId ?? 0, { [beanie]: 1 });
    expect(swap.event).toMatchObject({
      lineItemsAdded: [{ variantId: APRON }],
      lineItemsRemoved: [{ discounts: [{ amount: 4, discountDescription: 'Staff discount' }] }],
      grandTotal: { amount: 19 },
    });
    const [order] = await register.control('orders');
    expect(order?.returned).toEqual({ [mug]: 1, [beanie]: 1 });
  });

  it('[SM34] a sale made offline has no order until the register is connected', async () => {
    const register = await open();
    await register.airplane(true);
    await register.control('addProduct', MUG);
    const sale = await register.control('completeSale');
    expect(sale.event).not.toHaveProperty('orderId');
    const { subject } = await given(register, 'purchase-block');
    expect(subject).toEqual({ order: { id: sale.at, name: 'Pending' } });
    await register.control('change', { pendingOrder: 'missing' });
    await register.control('restartContext', 'purchase-block');
    await says(register, 'purchase-block', 'given', '"subject":{}');
    await register.reload();
    expect(await register.control('pendingSales')).toHaveLength(1);
    await register.airplane(false);
    await until('the order is made', async () => {
      const [order] = await register.control('orders');
      return order?.at === sale.at;
    });
    expect(await register.control('pendingSales')).toEqual([]);
    expect(await heard(register, 1)).toHaveLength(1);
  });

  it('[SM35] a draft of one register is opened and sold at another', async () => {
    const first = await open(1);
    await first.control('addProduct', MUG, 2);
    await first.control('setCustomer', ADA);
    await first.page.getByTestId('save-draft').click();
    await first.page.getByText('Tap a product to start a sale.').waitFor();
    const second = await open(2);
    const [draft] = await second.control('drafts');
    await second.page.getByTestId('drafts-tab').click();
    await second.page.getByTestId(`draft-${draft?.name.slice(1)}`).click();
    await tour(second, 'draft-order', { draftOrder: { id: draft?.id, customerId: ADA } });
    await second.page.getByTestId('take-draft').click();
    await second.page.getByTestId('cart-line').getByText('Enamel mug').waitFor();
    const sale = await second.control('completeSale');
    expect(sale.event).toMatchObject({ draftCheckoutUuid: draft?.uuid, customer: { id: ADA } });
    await until('the draft is gone', async () => (await first.control('drafts')).length === 0);
  });
});

describe('what else is at the counter', () => {
  it('[SM36] a cash session is told at its start and its end; the drawer opens', async () => {
    const register = await open();
    const { page } = register;
    await page.getByTestId('register-tab').click();
    await page.getByTestId('start-cash').click();
    await page.getByTestId('complete-cash').waitFor();
    const session = await register.control('cashSession');
    await page.getByTestId('complete-cash').click();
    await page.getByTestId('start-cash').waitFor();
    const [start, end] = await heard(register, 2);
    expect(start).toEqual({ name: 'cashtrackingsessionstart', event: session });
    expect(end).toMatchObject({ name: 'cashtrackingsessioncomplete', event: session });
    expect(end?.event).toHaveProperty('closingTime');
    await register.control('openAction');
    await register.at('register-action').getByRole('button', { name: 'Open the drawer' }).click();
    await says(register, 'register-action', 'answer', 'done');
    expect(await register.control('drawerOpenings')).toBe(1);
  });

  it('[SM37] a scan reaches the open screen with its source, and not a later one', async () => {
    const register = await open();
    await register.openModal();
    await says(register, 'home-modal', 'scanned', '{}');
    await says(register, 'home-modal', 'sources', 'camera');
    await register.control('scan', 'CARD-1', 'external');
    await says(register, 'home-modal', 'scanned', '{"data":"CARD-1","source":"external"}');
    await register.tap('Use the camera');
    await register.page.getByTestId('scan-code').fill('CARD-2');
    await register.page.getByRole('button', { name: 'Scan', exact: true }).click();
    await says(register, 'home-modal', 'scanned', '{"data":"CARD-2","source":"camera"}');
    await register.control('change', { hasCamera: false });
    await says(register, 'home-modal', 'sources', '["external"]');
    await register.closeModal();
    await register.openModal();
    await says(register, 'home-modal', 'scanned', '{}');
  });

  it('[SM38] a late cart call takes effect when it is let go', async () => {
    const register = await open();
    await register.addProduct('Enamel mug');
    await register.openModal();
    const discounts = async () => (await register.control('cart')).discounts.length;
    await register.control('cartMischief', 'late-effect');
    await register.tap('Discount');
    await says(register, 'home-modal', 'answer', 'done');
    await register.control('cartMischief', 'late');
    await register.tap('Discount');
    await until('both are held', async () => (await register.control('heldCartCalls')) === 2);
    await says(register, 'home-modal', 'answer', '…');
    expect(await discounts()).toBe(0);
    await register.control('releaseCart');
    await says(register, 'home-modal', 'answer', 'done');
    expect(await discounts()).toBe(2);
    await register.control('lockCart', true);
    await register.tap('Discount');
    await says(register, 'home-modal', 'answer', 'failed');
  });
});
