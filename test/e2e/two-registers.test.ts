/** Two registers, two tabs, one customer: what each may promise, and what the ledger says to it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { STAFF } from '../../simulator/shop.ts';
import { customerNamed, startPopUp, type Cashier, type PopUp } from '../support/pop-up.ts';
import { until } from '../support/register-page.ts';

let popUp: PopUp;

beforeAll(async () => {
  popUp = await startPopUp();
});

afterEach(() => popUp.closeRegisters());

afterAll(async () => {
  await popUp?.stop();
});

/** Register `number` and, in a second tab, the one after it. */
async function openTwo(number: number): Promise<readonly [Cashier, Cashier]> {
  const front = await popUp.open(number);
  const stall = await popUp.open(number + 1, front);
  expect(front.device).not.toBe(stall.device);
  return [front, stall];
}

const points = async (customer: number) => (await popUp.ledger.accounts(customer))['points'];

async function sellCutOff(till: Cashier): Promise<string> {
  await till.redeem('ten-off');
  const [ref = ''] = await till.hears(/^Applied offline: €10 off\. Reference ([0-9A-Z]{10})\./);
  await till.closeModal();
  await till.completeSale();
  await until('the sale is stored', async () => (await till.waiting()).length === 3);
  return ref;
}

/** Back in the network; waits until the ledger has all three operations and the register knows. */
async function comeBack(till: Cashier): Promise<void> {
  await till.airplane(false);
  await popUp.ledger.until('all three are booked', async () => {
    const operations = await popUp.ledger.operations(till);
    return operations.length === 3;
  });
  await till.allSettled();
}

describe('two registers on one customer', () => {
  it('[E221] both cut off, they spend more than there is; the log names who and by how much', async () => {
    const { id } = customerNamed('Bruno Castell');
    const [front, stall] = await openTwo(1);
    for (const till of [front, stall]) {
      await till.serve('Bruno Castell', { 'Wool beanie': 1 });
      await till.sees(/^480 points$/);
      await till.airplane(true);
    }
    await sellCutOff(front);
    const ref = await sellCutOff(stall);
    await comeBack(front);
    await front.tileSays('All synced');
    await comeBack(stall);

    // 480 − 380 + 24 = 124 were left when the second 380 came; its own sale earns 24 again.
    expect(await popUp.ledger.accounts(id)).toMatchObject({ points: { balance: -232, held: 0 } });
    const log = await popUp.ledger.syncLog();
    const conflicts = log.conflicts.filter(({ customer }) => customer === id);
    expect(conflicts).toHaveLength(1);
    expect(conflicts[0]).toMatchObject({
      kind: 'overdrawn',
      ref,
      customer: id,
      unit: 'points',
      amount: 380,
      overBy: 256,
      device: String(stall.device),
      staff: STAFF[0]?.id,
    });
    expect(conflicts[0]?.cacheAgeMs).toBeGreaterThanOrEqual(0);

    await stall.tileSays('Needs attention – tap to see');
    await stall.openModal();
    await stall.sees(/^Tell your manager$/);
    await stall.sees(new RegExp(`^Redemption ${ref} · `));
    await stall.sees(/^Booked\. The customer’s balance went below zero\.$/);
    for (const till of [front, stall]) expect(await till.problems()).toEqual([]);
  });

  it('[E222] cut off, neither promises one customer more than the merchant allows', async () => {
    const [front, stall] = await openTwo(11);
    for (const till of [front, stall]) {
      await till.serve('Farah Nasser', { 'Rain jacket': 1 });
      await till.sees(/^€120\.00 store credit$/);
      await till.airplane(true);
      await till.type('Amount to redeem', '50.01');
      await till.sees(/^This is more than one customer may redeem offline\./);
      await till.redeemCredit('50.00');
      await till.hears(/^Applied offline: Store credit\. Reference /);
      const field = till.modal.locator('#credit-amount').locator('input');
      await until('the field is empty', async () => (await field.inputValue()) === '');
      await till.type('Amount to redeem', '0.01');
      await till.sees(/^This is more than one customer may redeem offline\./);
      expect(await till.discounts()).toHaveLength(1);
    }
  });

  it('[E223] connected, the ledger refuses the second; its cart stays as it was', async () => {
    const [front, stall] = await openTwo(21);
    await stall.openModal();
    await stall.sees(/^Last sync /);
    await stall.closeModal();
    // Whoever polls could hear of the first redemption before the second one is tapped.
    await stall.kill('background');
    let isRefused = false;
    for (const name of SPENT_TWICE) {
      isRefused = await spendTwice(front, stall, name);
      if (isRefused) break;
    }
    expect(isRefused).toBe(true);
    for (const till of [front, stall]) expect(await till.problems()).toEqual([]);
  });

  it('[E224] a register that was away hears of the other’s sale before it redeems again', async () => {
    const { id } = customerNamed('Ada Lindqvist');
    const [front, stall] = await openTwo(31);
    await stall.serve('Ada Lindqvist', { 'Rain jacket': 1 });
    await stall.sees(/^1,250 points$/);
    expect(await stall.canRedeem('quarter-off')).toBe(true);
    await stall.airplane(true);
    await stall.sees(/^Offline\. Redeeming works/);

    await front.serve('Ada Lindqvist', { 'Rain jacket': 1 });
    await front.redeem('ten-off');
    await front.hears(/^Applied(?: offline)?: €10 off\./);
    await front.closeModal();
    await front.completeSale();
    await popUp.ledger.until('the sale is booked', async () => {
      const account = await points(id);
      return account?.held === 0 && account.balance === 1_250 - 380 + 119;
    });
    await stall.sees(/^1,250 points$/);

    await stall.airplane(false);
    await stall.sees(/^989 points$/);
    await stall.sees(/^Needs 211 more points$/);
    expect(await stall.canRedeem('quarter-off')).toBe(false);
    expect(await stall.discounts()).toEqual([]);
    for (const till of [front, stall]) expect(await till.problems()).toEqual([]);
  });
});

/** They own enough for one reward and not for two. */
const SPENT_TWICE = ['Gwen Pritchard', 'Yara Aalto', 'Alma Berg', 'Sven Berg', 'Mira Dubois'];
const REFUSED = 'The balance was already spent elsewhere, so nothing was redeemed';

/**
 * Both registers show the balance, the first one spends it, then the second one tries. True when
 * the ledger refused it. On a slow machine its word may come later than the two seconds that a tap
 * waits for it, or older news sooner: then other rules decided, and another customer is tried.
 */
async function spendTwice(front: Cashier, stall: Cashier, name: string): Promise<boolean> {
  const customer = customerNamed(name);
  const shown = new RegExp(`^${customer.points} points$`);
  for (const till of [stall, front]) {
    await till.serve(name, { 'Ceramic bowl': 1 });
    await till.sees(shown);
  }
  await stall.control('setFaults', { hold: 'answers' });
  await front.redeem('five-off');
  await front.hears(/^Applied(?: offline)?: €5 off\./);
  await popUp.ledger.until('the ledger holds the points', async () => {
    const account = await points(customer.id);
    return account?.held === 200;
  });

  await stall.sees(shown);
  const before = await stall.control('cart');
  await stall.redeem('five-off');
  await stall.control('release');
  const [answer = ''] = await stall.hears(
    new RegExp(`^(${REFUSED}|Applied offline|The balance is too low)`),
  );
  if (answer === REFUSED) {
    await stall.sees(new RegExp(`^${customer.points - 200} points$`));
    expect(await stall.control('cart')).toEqual(before);
    await expectRefused(stall, customer);
  }
  for (const till of [front, stall]) {
    await till.closeModal();
    await till.page.getByTestId('clear-cart').click();
  }
  return answer === REFUSED;
}

async function expectRefused(
  till: Cashier,
  customer: { readonly id: number; readonly points: number },
): Promise<void> {
  const refused = (await popUp.ledger.operations(till)).filter(
    ({ kind, reason }) => kind === 'intent' && reason === 'balance-too-low',
  );
  expect(refused).toHaveLength(1);
  expect(refused[0]).toMatchObject({ status: 'closed', flags: [] });
  expect(await points(customer.id)).toEqual({ balance: customer.points - 200, held: 200 });
}
