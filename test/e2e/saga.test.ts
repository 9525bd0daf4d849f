/** A redemption's whole life: sold, returned, taken off, with a PIN, and for a scanned card. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cardNumber } from '../../shared/card.ts';
import type { Receipt } from '../../simulator/page/details.ts';
import { customerNamed, startPopUp, type Cashier, type PopUp } from '../support/pop-up.ts';
import { until } from '../support/register-page.ts';

const DAY_MS = 24 * 3_600_000;
const PIN = '2468';

let popUp: PopUp;

beforeAll(async () => {
  popUp = await startPopUp();
});

afterEach(() => popUp.closeRegisters());

afterAll(async () => {
  await popUp?.stop();
});

/** Waits until the ledger has that many operations of the register, and the register knows so. */
async function booked(till: Cashier, count: number) {
  await popUp.ledger.until(`${count} operations are in the ledger`, async () => {
    const operations = await popUp.ledger.operations(till);
    return operations.length >= count;
  });
  await till.allSettled();
  return popUp.ledger.operations(till);
}

const pointsOf = async (name: string) =>
  (await popUp.ledger.accounts(customerNamed(name).id))['points'];

/** The next day, for the server and for every register that says so. */
async function nextDay(tills: readonly Cashier[]): Promise<void> {
  popUp.world.simulator.switches.clockOffsetMs += DAY_MS;
  for (const till of tills) {
    const { clockOffsetMs } = await till.control('settings');
    await till.control('change', { clockOffsetMs: clockOffsetMs + DAY_MS });
  }
}

async function cutOff(till: Cashier): Promise<void> {
  await till.sees(/^As of /);
  await till.sees(/^Last sync /);
  await till.airplane(true);
  await till.sees(/^Offline\. Redeeming works/);
}

const uuidOf = ({ cart }: Receipt, title: string): string =>
  cart.lines.find((line) => line.title === title)?.uuid ?? '';

describe('goods come back the next day', () => {
  it('[E251] of a sale made offline, each part gives back its share, once', async () => {
    const { points } = customerNamed('Ada Lindqvist');
    const till = await popUp.open(1);
    await till.serve('Ada Lindqvist', { 'Enamel mug': 2, 'Wool beanie': 1 });
    await cutOff(till);
    await till.redeem('ten-off');
    const [ref = ''] = await till.hears(/^Applied offline: €10 off\. Reference ([0-9A-Z]{10})\./);
    await till.closeModal();
    const sale = await till.control('completeSale');
    expect(sale.event).not.toHaveProperty('orderId');
    await until('the sale is stored', async () => (await till.waiting()).length === 3);
    await till.airplane(false);
    expect((await booked(till, 3)).map(({ kind }) => kind)).toEqual(['intent', 'commit', 'earn']);
    await until('the sale has an order', async () => {
      const pending = await till.control('pendingSales');
      return pending.length === 0;
    });
    const order = (await till.control('orders')).find(({ at }) => at === sale.at)?.id ?? 0;
    // 63.00 of goods for 53.00: 53 points were earned.
    expect(await pointsOf('Ada Lindqvist')).toEqual({ balance: points - 380 + 53, held: 0 });

    const desk = await popUp.open(2);
    await nextDay([till, desk]);
    await till.airplane(true);
    const [mug, beanie] = [uuidOf(sale, 'Enamel mug'), uuidOf(sale, 'Wool beanie')];
    const part = await desk.control('completeReturn', order, { [mug]: 1 });
    await booked(desk, 1);
    // 14.50 of 63.00: ⌈380 × 14.5 ÷ 63⌉ come back, ⌊53 × 14.5 ÷ 63⌋ go.
    const afterPart = { balance: points - 380 + 53 + 88 - 12, held: 0 };
    expect(await pointsOf('Ada Lindqvist')).toEqual(afterPart);
    await desk.page.bringToFront();
    await desk.at('return-block').getByText('Given back: 88 points.').waitFor();
    await desk.at('return-block').getByText('Taken back: 12 points.').waitFor();
    await orderShows(desk, order, ref, { givenBack: 88, takenBack: 12 });

    await desk.control('sendEvent', 'transactioncomplete', part.event);
    const twice = await booked(desk, 2);
    expect(twice.map(({ kind, status }) => [kind, status])).toEqual([
      ['return', 'applied'],
      ['return', 'closed'],
    ]);
    expect(await pointsOf('Ada Lindqvist')).toEqual(afterPart);

    await desk.control('completeReturn', order, { [mug]: 1, [beanie]: 1 });
    await booked(desk, 3);
    expect(await pointsOf('Ada Lindqvist')).toEqual({ balance: points, held: 0 });
    await orderShows(desk, order, ref, { givenBack: 380, takenBack: 53 });
    const { conflicts } = await popUp.ledger.syncLog();
    expect(conflicts).toEqual([]);
    for (const one of [till, desk]) expect(await one.problems()).toEqual([]);
  });
});

/** The order's own screen says the same as the ledger. */
async function orderShows(
  till: Cashier,
  order: number,
  ref: string,
  { givenBack, takenBack }: { readonly givenBack: number; readonly takenBack: number },
): Promise<void> {
  await till.control('openOrder', order);
  await till.page.bringToFront();
  const block = till.at('order-block');
  await block.getByText(`€10 off: 380 points, reference ${ref}`).waitFor();
  await block.getByText(`Settled. Given back: ${givenBack} points.`).waitFor();
  await block.getByText('Earned: 53 points').waitFor();
  await block.getByText(`Taken back: ${takenBack} points.`).waitFor();
}

describe('the discount is taken off', () => {
  it('[E252] by staff, past the extension: the customer has the value again', async () => {
    const { points } = customerNamed('Chidi Anand');
    const till = await popUp.open(3);
    await till.serve('Chidi Anand', { 'Wool beanie': 1 });
    await cutOff(till);
    await till.redeem('five-off');
    const [ref = ''] = await till.hears(/^Applied offline: €5 off\. Reference ([0-9A-Z]{10})\./);
    await till.sees(/^2,900 points$/);
    await till.closeModal();
    await till.page.getByTestId('remove-discount').click();
    await until('it is given back', async () => {
      const waiting = await till.waiting();
      return waiting.some((one) => one.kind === 'void' && one.ref === ref);
    });
    await till.openModal();
    await till.sees(/^3,100 points$/);
    await till.closeModal();
    await till.completeSale();
    await till.airplane(false);
    const operations = await booked(till, 3);
    expect(operations.map(({ kind }) => kind)).toEqual(['intent', 'void', 'earn']);
    expect(operations.flatMap(({ flags }) => flags)).toEqual([]);
    expect(await pointsOf('Chidi Anand')).toEqual({ balance: points + 34, held: 0 });
    expect(await till.problems()).toEqual([]);
  });
});

describe('who may redeem', () => {
  it('[E253] on a balance of yesterday the manager’s PIN decides, and nobody is told on', async () => {
    const { points } = customerNamed('Hugo Lambert');
    await popUp.world.simulator.merchant.decide({ pin: PIN });
    const till = await popUp.open(4);
    await till.serve('Hugo Lambert', { 'Wool beanie': 1 });
    await cutOff(till);
    await nextDay([till]);
    await till.control('change', { clockOffsetMs: DAY_MS + DAY_MS / 24 });
    await till.sees(/Offline limits are halved until the next sync\.$/);
    await till.redeem('five-off');
    await till.hears(/^The saved balance is old\. A manager’s PIN is needed to redeem offline\.$/);
    expect(await till.discounts()).toEqual([]);

    await till.type('Manager’s PIN', '1357');
    await till.tapOn('pin-enter');
    await till.hears(/^That is not the manager’s PIN\. Nothing was redeemed\.$/);
    expect(await till.discounts()).toEqual([]);
    await till.type('Manager’s PIN', PIN);
    await till.tapOn('pin-enter');
    const [ref = ''] = await till.hears(/^Applied offline: €5 off\. Reference ([0-9A-Z]{10})\./);
    expect(await till.discounts()).toEqual([`€5 off · ${ref}`]);
    await till.closeModal();
    await till.completeSale();

    await until('the sale is stored', async () => (await till.waiting()).length === 4);
    await till.airplane(false);
    const operations = await booked(till, 4);
    expect(operations.map(({ kind }) => kind)).toEqual(['note', 'intent', 'commit', 'earn']);
    expect(operations.flatMap(({ flags }) => flags)).toEqual([]);
    const { conflicts } = await popUp.ledger.syncLog();
    expect(conflicts).toEqual([]);
    expect(await pointsOf('Hugo Lambert')).toEqual({ balance: points - 200 + 29, held: 0 });
    expect(await till.problems()).toEqual([]);
  });

  it('[E254] a scanned card finds a customer who is not on the cart, and redeems', async () => {
    const { id, points } = customerNamed('Farah Nasser');
    const till = await popUp.open(5);
    await till.knowsBalances();
    await till.addProduct('Wool beanie');
    await till.openModal();
    await till.sees(/^Add a customer to the cart$/);
    await till.control('scan', cardNumber(id), 'external');
    await till.sees(/^760 points$/);
    await till.sees(/^Customer on this cart$/);
    await till.redeem('five-off');
    await till.hears(/^Applied(?: offline)?: €5 off\. Reference [0-9A-Z]{10}\./);
    await till.closeModal();
    await till.page.getByTestId('cart-customer').getByText('Farah Nasser').waitFor();
    await till.completeSale();
    const operations = await booked(till, 3);
    expect(operations.flatMap(({ flags }) => flags)).toEqual([]);
    expect(await pointsOf('Farah Nasser')).toEqual({ balance: points - 200 + 29, held: 0 });
    expect(await till.problems()).toEqual([]);
  });
});
