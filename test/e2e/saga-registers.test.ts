/** What two registers that are cut off can promise together, with and without strict mode. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { minor } from '../../shared/amount.ts';
import { maximumLoss } from '../../shared/rules.ts';
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

const SET_ASIDE = /^The rest of this balance is set aside for another register\./;

const creditOf = async (name: string) =>
  (await popUp.ledger.accounts(customerNamed(name).id))['EUR'];

async function openTwo(number: number): Promise<readonly [Cashier, Cashier]> {
  return [await popUp.open(number), await popUp.open(number + 1)];
}

async function serveCutOff(till: Cashier, customer: string): Promise<void> {
  await till.serve(customer, { 'Rain jacket': 1 });
  await till.sees(/^As of /);
  await till.sees(/^Last sync /);
  await till.airplane(true);
  await till.sees(/^Offline\. Redeeming works/);
}

/** Takes this much store credit without a network; gives the reference. */
async function redeemCutOff(till: Cashier, amount: string): Promise<string> {
  await till.redeemCredit(amount);
  const [ref = ''] = await till.hears(
    /^Applied offline: Store credit\. Reference ([0-9A-Z]{10})\./,
  );
  return ref;
}

async function comeBack(till: Cashier): Promise<void> {
  await till.closeModal();
  await till.completeSale();
  await until('the sale is stored', async () => (await till.waiting()).length === 3);
  await till.airplane(false);
  await popUp.ledger.until('all three are booked', async () => {
    const operations = await popUp.ledger.operations(till);
    return operations.length === 3;
  });
  await till.allSettled();
}

describe('two registers that are cut off', () => {
  it('[E261] lose as much as the policy says, no more, and the log names it', async () => {
    const { merchant } = popUp.world.simulator;
    const limit = minor(2_000);
    const policy = await merchant.decide({ perCustomer: limit });
    const shop = { registers: 2, customers: 1, spendableOnline: false };
    const { perCustomer: loss } = maximumLoss(policy, shop);
    expect(loss).toBe(limit);
    const { id, credit } = customerNamed('Ada Lindqvist');
    expect(credit).toBe(2_000);

    const [front, stall] = await openTwo(1);
    const refs: string[] = [];
    for (const till of [front, stall]) {
      await serveCutOff(till, 'Ada Lindqvist');
      refs.push(await redeemCutOff(till, '20.00'));
      // There are points for it, but no more is promised to one customer.
      await till.sees(/^This is more than one customer may redeem offline\. Use a smaller amount/);
      expect(await till.canRedeem('five-off')).toBe(false);
      expect(await till.discounts()).toHaveLength(1);
    }
    for (const till of [front, stall]) await comeBack(till);

    expect(await creditOf('Ada Lindqvist')).toEqual({ balance: credit - 2 * limit, held: 0 });
    const { conflicts } = await popUp.ledger.syncLog();
    expect(conflicts).toHaveLength(1);
    const [conflict] = conflicts;
    expect(conflict).toMatchObject({ kind: 'overdrawn', customer: id, unit: 'EUR', amount: limit });
    expect(refs).toContain(conflict?.ref);
    expect(conflict?.overBy).toBe(loss);
    for (const till of [front, stall]) expect(await till.problems()).toEqual([]);
  });
});

/** Taps "Sync now" at both until both know that they share with one other register. */
async function shareBetween(tills: readonly Cashier[]): Promise<void> {
  await until('each has its half', async () => {
    for (const till of tills) await syncNow(till);
    const shares = await Promise.all(tills.map((till) => till.share()));
    return shares.every((share) => share === tills.length);
  });
}

/** With the modal open. */
async function syncNow(till: Cashier): Promise<void> {
  await till.tap('Sync now');
  await till.sees(/^Last sync /);
}

describe('two registers in strict mode', () => {
  it('[E262, E263] one half each while cut off; connected, the whole at one of them', async () => {
    // Leases alone are what holds them back here: the limit is above every balance.
    await popUp.world.simulator.merchant.decide({ strict: true, perCustomer: minor(20_000) });
    const { credit } = customerNamed('Chidi Anand');
    const { conflicts: before } = await popUp.ledger.syncLog();
    const [front, stall] = await openTwo(11);
    const tills = [front, stall];
    for (const till of tills) await till.openModal();
    await shareBetween(tills);
    for (const till of tills) await till.closeModal();
    for (const till of tills) {
      await serveCutOff(till, 'Chidi Anand');
      await till.type('Amount to redeem', '37.76');
      await till.sees(SET_ASIDE);
      await redeemCutOff(till, '37.75');
      await until('the field is empty', async () => {
        const field = till.modal.locator('#credit-amount').locator('input');
        return (await field.inputValue()) === '';
      });
      await till.type('Amount to redeem', '0.01');
      await till.modal.locator('#credit-amount').getByText(SET_ASIDE).waitFor();
    }
    for (const till of tills) await comeBack(till);
    expect(await creditOf('Chidi Anand')).toEqual({ balance: credit - 2 * 3_775, held: 0 });
    expect((await popUp.ledger.syncLog()).conflicts).toEqual(before);

    await stall.openModal();
    await front.serve('Farah Nasser', { 'Rain jacket': 1 });
    for (;;) if (await redeemedAll(front, stall)) break;
    await front.closeModal();
    await front.completeSale();
    await popUp.ledger.until('the sale is booked', async () => {
      const account = await creditOf('Farah Nasser');
      return account?.held === 0;
    });
    expect(await creditOf('Farah Nasser')).toEqual({ balance: 0, held: 0 });
    expect((await popUp.ledger.syncLog()).conflicts).toEqual(before);
    for (const till of tills) expect(await till.problems()).toEqual([]);
  });
});

/**
 * Tries to take all that the customer has at the first register, whose modal is open. What the
 * ledger had set aside for the other one is free once both have synced again.
 */
async function redeemedAll(front: Cashier, stall: Cashier): Promise<boolean> {
  await front.sees(/^€120\.00 store credit$/);
  await front.redeemCredit('120.00');
  const [answer] = await front.hears(/^(Applied|The (?:balance|rest of this balance) )/);
  if (answer === 'Applied') return true;
  expect(await front.discounts()).toEqual([]);
  await syncNow(stall);
  await syncNow(front);
  await front.closeModal();
  await front.openModal();
  return false;
}
