/** Every target, opened where POS shows it and looked at: in what it says, and in how it looks. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CUSTOMER_LIST, PRODUCT_LIST } from '../../simulator/shop.ts';
import { PLACES, placesOn, type Place, type ScreenName } from '../../simulator/platform/places.ts';
import { longestLanguage, openGallery, type Gallery } from '../support/looks.ts';
import { until } from '../support/register-page.ts';
import { startPopUp, type Cashier, type PopUp } from '../support/pop-up.ts';

const HOUR_MS = 3_600_000;
/** Hundreds of screens: a busy machine needs minutes. */
const TIMEOUT_MS = 15 * 60_000;
const [ADA] = CUSTOMER_LIST;
const [MUG, TOTE] = PRODUCT_LIST;
const LONGEST = longestLanguage();
const customer = ADA?.id ?? 0;
const mug = MUG?.variantId ?? 0;

let popUp: PopUp;
let gallery: Gallery;

beforeAll(async () => {
  gallery = openGallery();
  popUp = await startPopUp();
});

afterEach(async () => {
  await popUp.closeRegisters();
  popUp.world.simulator.switches.down = false;
});

afterAll(async () => {
  process.stdout.write(`Screenshots: ${gallery?.folder}\n`);
  await popUp?.stop();
});

/** A walk over all screens of a register; what was looked at is remembered. */
interface Tour {
  readonly till: Cashier;
  readonly seen: Set<Place>;
  look(name: string, ...places: readonly Place[]): Promise<void>;
}

function startTour(till: Cashier, state: string, languages: readonly string[]): Tour {
  const seen = new Set<Place>();
  return {
    till,
    seen,
    async look(name, ...places) {
      await till.page.bringToFront();
      await gallery.look(till, `${state}-${name}`, { places, languages });
      for (const place of places) seen.add(place);
    },
  };
}

/** The open screen's block and menu item, then its action, which is closed again. */
async function lookAtScreen(
  { till, look }: Tour,
  screen: ScreenName,
  more: { readonly receipt?: boolean; readonly onAction?: () => Promise<void> } = {},
): Promise<void> {
  const receipt: readonly Place[] = more.receipt === true ? ['receipt-footer'] : [];
  await look(screen, ...placesOn(screen), ...receipt);
  await till.control('openAction');
  await look(`${screen}-action`, `${screen}-action`);
  await more.onAction?.();
  await till.control('closeModal');
}

/** A cart with one line and this customer; gives the line's uuid. */
async function fillCart({ till }: Tour): Promise<string> {
  const uuid = await till.control('addProduct', mug, 2);
  await till.control('setCustomer', customer);
  return uuid;
}

/** Before anything is sold: tile, modal, line, customer, product, draft. */
async function lookBefore(tour: Tour, onModal?: () => Promise<void>): Promise<void> {
  const { till, look } = tour;
  await look('tile', 'home-tile');
  await till.control('openModal');
  await look('find', 'home-modal');
  await till.control('closeModal');
  const line = await fillCart(tour);
  await till.control('openModal');
  await onModal?.();
  await look('modal', 'home-modal');
  await till.control('closeModal');
  await till.control('openLine', line);
  await lookAtScreen(tour, 'line-item');
  await till.control('openCustomer', customer);
  await lookAtScreen(tour, 'customer');
  await till.control('openProduct', mug);
  await lookAtScreen(tour, 'product');
  await till.control('closeDetails');
  const draft = await till.control('saveDraft');
  await till.control('openDraft', draft.id);
  await lookAtScreen(tour, 'draft-order');
  await till.control('closeDetails');
  await till.control('takeDraft', draft.id);
}

interface After {
  /** Whether this register has anything to print on a receipt. */
  readonly prints: boolean;
  readonly onOrder?: () => Promise<void>;
}

/** The sale and all that comes after it: order, return, exchange, the register itself. */
async function lookAfter(tour: Tour, { prints, onOrder }: After): Promise<void> {
  const { till } = tour;
  const sale = await till.control('completeSale');
  const [line] = sale.cart.lines;
  const back = { [line?.uuid ?? '']: 1 };
  const order = sale.orderId ?? 0;
  await lookAtScreen(tour, 'purchase', { receipt: prints });
  await till.control('openOrder', order);
  await lookAtScreen(tour, 'order', onOrder === undefined ? {} : { onAction: onOrder });
  await till.control('completeReturn', order, back);
  await lookAtScreen(tour, 'return');
  await till.control('closeDetails');
  await till.control('addProduct', TOTE?.variantId ?? 0);
  await till.control('completeExchange', order, back);
  await lookAtScreen(tour, 'exchange');
  await till.control('openRegisterDetails');
  await lookAtScreen(tour, 'register');
  await till.control('closeDetails');
}

/** All targets that are drawn, but those that have nothing to say in this state. */
function drawn(...but: readonly Place[]): readonly Place[] {
  const places = new Set(Object.values(PLACES));
  for (const place of ['background' as const, ...but]) places.delete(place);
  return [...places].sort();
}

describe('every target looks right, on a tablet and a phone', { timeout: TIMEOUT_MS }, () => {
  it('[E271] on a register that knows everything and is connected', async () => {
    const till = await popUp.open(1);
    await till.knowsBalances();
    const tour = startTour(till, 'known', [LONGEST, 'en']);
    await lookBefore(tour, async () => {
      await till.redeem('five-off');
      await till.hears(/^Applied(?: offline)?: €5 off\./);
    });
    await lookAfter(tour, {
      prints: true,
      onOrder: async () => {
        await till.at('order-action').getByRole('button', { name: 'Give back' }).first().click();
        await gallery.glance(till, 'known-correction', 'order-action');
      },
    });
    expect([...tour.seen].sort()).toEqual(drawn());
    expect(await till.problems()).toEqual([]);
  });

  it('[E271] on a register that has never heard of anything', async () => {
    popUp.world.simulator.switches.down = true;
    const till = await popUp.open(2);
    const tour = startTour(till, 'unknown', [LONGEST]);
    await lookBefore(tour);
    await lookAfter(tour, { prints: false });
    expect([...tour.seen].sort()).toEqual(drawn('receipt-footer'));
    expect(await till.problems()).toEqual([]);
  });

  it('[E271] on a register that has been cut off since yesterday', async () => {
    const { simulator } = popUp.world;
    await simulator.merchant.decide({ pin: '2468' });
    const till = await popUp.open(3);
    await till.knowsBalances();
    await till.tileSays('All synced');
    simulator.switches.down = true;
    await till.control('change', { clockOffsetMs: 25 * HOUR_MS });
    const tour = startTour(till, 'old', ['en']);
    await lookBefore(tour, async () => {
      await till.airplane(true);
      await till.redeem('five-off');
      await till.hears(/^The saved balance is old\. A manager’s PIN is needed/);
      await gallery.glance(till, 'old-pin', 'home-modal');
      await till.type('Manager’s PIN', '2468');
      await till.tapOn('pin-enter');
      await until('it is on the cart', async () => (await till.discounts()).length === 1);
      await till.airplane(false);
    });
    await lookAfter(tour, { prints: true });
    expect([...tour.seen].sort()).toEqual(drawn());
    expect(await till.problems()).toEqual([]);
  });
});
