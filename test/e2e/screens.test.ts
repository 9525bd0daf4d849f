/** When something is wrong, the screen says so in words, and what can go on goes on. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { customerNamed, startPopUp, type Cashier, type PopUp } from '../support/pop-up.ts';

let popUp: PopUp;

beforeAll(async () => {
  popUp = await startPopUp();
});

afterEach(async () => {
  await popUp.closeRegisters();
  popUp.world.simulator.switches.down = false;
});

afterAll(async () => {
  await popUp?.stop();
});

const HOUR_MS = 3_600_000;

/** A register that knows the customer's balance, with the modal open over the cart. */
async function serving(
  number: number,
  customer: string,
  products: Readonly<Record<string, number>>,
): Promise<Cashier> {
  const till = await popUp.open(number);
  await till.serve(customer, products);
  await till.sees(/^[\d,]+ points$/);
  await till.sees(/^Last sync /);
  return till;
}

/** Redeems without the ledger's word, sells nothing, and shows what waits. */
async function redeemAllTheSame(till: Cashier): Promise<void> {
  await till.redeem('five-off');
  await till.hears(/^Applied offline: €5 off\. Reference [0-9A-Z]{10}\. .*it syncs later\.$/);
  expect(await till.discounts()).toHaveLength(1);
  await till.sees(/^1 is waiting$/);
  await till.sees('Don’t log out while 1 is waiting');
}

/** What waited reaches the ledger as the one hold that it is. */
async function recover(till: Cashier, customer: string): Promise<void> {
  await till.tap('Sync now');
  await till.sees('Nothing is waiting');
  const { id, points } = customerNamed(customer);
  const accounts = await popUp.ledger.accounts(id);
  expect(accounts['points']).toEqual({ balance: points - 200, held: 200 });
  expect(await popUp.ledger.operations(till)).toMatchObject([{ kind: 'intent', flags: [] }]);
  expect(await till.problems()).toEqual([]);
}

const NO_ANSWER =
  /^No answer from the server\. On guest Wi-Fi, sign in to it first\. Keep selling; what you/;

describe('a register that cannot sync', () => {
  it('[E231] the server is down: the screen says that nobody answers, and redeeming goes on', async () => {
    const till = await serving(1, 'Ada Lindqvist', { 'Enamel mug': 1 });
    await till.control('server', { down: true });
    await till.tap('Sync now');
    await till.sees(NO_ANSWER);
    await redeemAllTheSame(till);
    await till.control('server', { down: false });
    await recover(till, 'Ada Lindqvist');
    await till.lacks(NO_ANSWER);
  });

  it('[E231] a captive portal answers with its page: no answer of the server is believed', async () => {
    const till = await serving(2, 'Chidi Anand', { 'Enamel mug': 1 });
    await till.control('setFaults', { standIn: { by: 'portal', left: 1_000 } });
    await till.tap('Sync now');
    await till.sees(NO_ANSWER);
    await redeemAllTheSame(till);
    await till.control('clearFaults');
    await recover(till, 'Chidi Anand');
  });

  it('[E232] a user without permission is told so; what is redeemed waits', async () => {
    const till = await serving(3, 'Farah Nasser', { 'Enamel mug': 1 });
    await till.control('change', { hasPermission: false });
    await till.tap('Sync now');
    await till.sees(/^Can’t sync: the logged-in user may not use this app\. Ask a manager\.$/);
    await redeemAllTheSame(till);
    await till.control('change', { hasPermission: true });
    await recover(till, 'Farah Nasser');
    await till.lacks(/^Can’t sync/);
  });
});

describe('a register that cannot redeem', () => {
  it('[E233] a full memory refuses, changes nothing, and works again when there is room', async () => {
    const till = await serving(4, 'Hugo Lambert', { 'Enamel mug': 1 });
    await till.airplane(true);
    await till.control('fillStorage');
    await till.sees(/^This register’s memory is full\. Connect and sync to redeem again\.$/);
    await till.redeem('five-off');
    await till.hears(/^This register’s memory is full, so nothing was redeemed\. Connect and tap/);
    expect(await till.discounts()).toEqual([]);
    expect(await till.waiting()).toEqual([]);
    await till.sees(/^1,500 points$/);

    await till.control('clearFiller');
    await till.lacks(/^This register’s memory is full\. Connect/);
    await redeemAllTheSame(till);
    await till.airplane(false);
    await recover(till, 'Hugo Lambert');
  });

  it('[E234] what is out of reach says how far, and a wrong amount why', async () => {
    const till = await serving(5, 'Gwen Pritchard', { 'Rain jacket': 1 });
    await till.sees(/^200 points take €5\.00 off this cart$/);
    await till.sees(/^Needs 175 more points$/);
    await till.sees(/^Needs 995 more points$/);
    expect(await till.canRedeem('ten-off')).toBe(false);
    for (const [typed, words] of [
      ['12.51', /^The balance is too low\. Choose a smaller reward or amount\.$/],
      ['1,000', /^Enter an amount like 12\.50\.$/],
      ['200', /^Enter an amount above zero and no higher than what the cart still costs\.$/],
      ['0', /^Enter an amount above zero and no higher than what the cart still costs\.$/],
    ] as const) {
      await till.type('Amount to redeem', typed);
      await till.sees(words);
      expect(await till.modal.locator('#redeem-credit').getByRole('button').isEnabled()).toBe(
        false,
      );
      await till.type('Amount to redeem', '');
      await till.sees(/^Up to €12\.50$/);
    }
    await till.closeModal();
    await till.page.getByTestId('clear-cart').click();
    await till.chooseCustomer('Gwen Pritchard');
    await till.openModal();
    await till.sees(/^Add a product to the cart first\.$/);
    expect(await till.canRedeem('five-off')).toBe(false);
    expect(await popUp.ledger.operations(till)).toEqual([]);
  });

  it('[E235] old balances allow half, then nothing; a sync makes them new', async () => {
    const till = await serving(6, 'Farah Nasser', { 'Rain jacket': 1 });
    await till.airplane(true);
    await till.control('change', { clockOffsetMs: 25 * HOUR_MS });
    await till.sees(/, 25 hours old\. Offline limits are halved until the next sync\.$/);
    await till.type('Amount to redeem', '25.01');
    await till.sees(/^This is more than one customer may redeem offline\./);
    await till.redeemCredit('25.00');
    await till.hears(/^Applied offline: Store credit\. Reference /);

    await till.control('change', { clockOffsetMs: 73 * HOUR_MS });
    await till.sees(/, 3 days old\. Too old to redeem offline: connect and sync first\.$/);
    await till.sees(/^The saved balance is too old to redeem offline\. Connect and sync, then/);
    expect(await till.canRedeem('five-off')).toBe(false);
    await till.closeModal();
    await till.tileSays('Needs attention – tap to see');

    await till.airplane(false);
    await till.openModal();
    await till.lacks(/Too old to redeem offline/);
    await till.lacks(/Offline limits are halved/);
    await till.sees('Nothing is waiting');
    expect(await till.canRedeem('five-off')).toBe(true);
    const { EUR } = await popUp.ledger.accounts(customerNamed('Farah Nasser').id);
    expect(EUR).toEqual({ balance: 12_000 - 2_500, held: 2_500 });
  });

  it('[E235] a clock that was set back makes the age unknown, and the limits half', async () => {
    const till = await serving(7, 'Ada Lindqvist', { 'Rain jacket': 1 });
    await till.airplane(true);
    await till.control('change', { clockOffsetMs: -HOUR_MS });
    await till.sees(/^Age not known\. Offline limits are halved until the next sync\.$/);
    await till.sees(/^This device’s clock was set back\. Set it right and sync for full limits\.$/);
  });
});

describe('another language', () => {
  it('[E236] tile, modal and the discount’s title speak French on a French register', async () => {
    const till = await popUp.open(8);
    await till.knowsBalances();
    await till.tileSays('All synced');
    await till.control('change', { locale: 'fr' });
    await till.tileSays('Utiliser des récompenses');
    await till.tileSays('Tout est synchronisé');
    await till.airplane(true);
    await till.serve('Hugo Lambert', { 'Enamel mug': 1 });
    await till.sees(/^Client de ce panier$/);
    await till.sees(/^3,00\s€ de crédit en magasin$/);
    await till.redeem('five-off');
    const [title = '', ref = ''] = await till.hears(
      /^Appliqué hors ligne : (5\s€ de remise)\. Référence ([0-9A-Z]{10})\. Continuez la vente/,
    );
    expect(await till.discounts()).toEqual([`${title} · ${ref}`]);
    await till.sees(/^200 points en attente, déjà déduits$/);
    await till.closeModal();
    await till.tileSays(/^Hors ligne – 1 en attente, depuis /);
    expect(await till.problems()).toEqual([]);
  });
});
