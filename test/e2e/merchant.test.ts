/** A pop-up day's evening: what registers did while cut off, and what the merchant makes of it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openMerchantPage } from '../support/merchant-page.ts';
import { customerNamed, startPopUp, type Cashier, type PopUp } from '../support/pop-up.ts';
import { until } from '../support/register-page.ts';

let popUp: PopUp;

beforeAll(async () => {
  popUp = await startPopUp();
});

afterEach(async () => {
  popUp.world.simulator.switches.down = false;
  await popUp.closeRegisters();
});

afterAll(async () => {
  await popUp?.stop();
});

const balanceOf = async (customer: number) =>
  (await popUp.ledger.accounts(customer))['points']?.balance;

async function sellCutOff(till: Cashier): Promise<string> {
  await till.redeem('ten-off');
  const [ref = ''] = await till.hears(/^Applied offline: €10 off\. Reference ([0-9A-Z]{10})\./);
  await till.closeModal();
  await till.completeSale();
  await until('the sale is stored', async () => (await till.waiting()).length === 3);
  await till.airplane(false);
  await until('all three are booked', async () => {
    const operations = await popUp.ledger.operations(till);
    return operations.length === 3;
  });
  await till.allSettled();
  return ref;
}

describe('the merchant after a pop-up day', () => {
  it('[E301] finds what was spent twice, writes it off with a comment, and the register sees it', async () => {
    const { id } = customerNamed('Bruno Castell');
    const front = await popUp.open(1);
    const stall = await popUp.open(2, front);
    for (const till of [front, stall]) {
      await till.serve('Bruno Castell', { 'Wool beanie': 1 });
      await till.sees(/^480 points$/);
      await till.airplane(true);
    }
    await sellCutOff(front);
    const ref = await sellCutOff(stall);
    // 480 − 380 + 24 − 380 + 24.
    expect(await balanceOf(id)).toBe(-232);

    const merchant = await openMerchantPage(front.page.context(), popUp.world.simulator.url);
    await merchant.sees(/is to be decided/);
    await merchant.go('Review');
    await merchant.sees('The balance went below zero');
    await merchant.app.locator('[data-case]').getByText('The balance went below zero').click();
    await merchant.sees(ref);
    await merchant.sees(/256 points/);
    await merchant.press(/^The shop bears it/);
    await merchant.type(/^Comment/, 'Both stalls were cut off; our fault.');
    await merchant.confirm(/^Decide: /);
    await merchant.sees(/our fault/);
    expect(await balanceOf(id)).toBe(0);

    await stall.page.bringToFront();
    await stall.serve('Bruno Castell', { 'Wool beanie': 1 });
    await stall.sees(/^0 points$/);

    await merchant.page.bringToFront();
    await merchant.press('Undo');
    await merchant.confirm('Undo');
    await until('it is as it was', async () => (await balanceOf(id)) === -232);
    expect(merchant.problems).toEqual([]);
    expect(popUp.world.errors).toEqual([]);
  });
});

describe('a page that stays open', () => {
  it('[E304] hears of a tap at a register, and shows its last view while the server is down', async () => {
    const till = await popUp.open(3);
    const merchant = await openMerchantPage(till.page.context(), popUp.world.simulator.url, '/log');
    await merchant.sees('Export as CSV');
    await till.serve('Ada Lindqvist', { 'Enamel mug': 1 });
    await till.redeem('five-off');
    await till.hears(/^Applied(?: offline)?: €5 off\./);
    let ref = '';
    await until('the tap is in the books', async () => {
      const [tap] = await popUp.ledger.operations(till);
      ref = tap?.ref ?? '';
      return ref !== '';
    });
    await merchant.page.bringToFront();
    const { app } = merchant;
    await app.getByRole('button', { name: /^\d+ new$/ }).click();
    await merchant.sees(new RegExp(`^${ref}`));

    popUp.world.simulator.switches.down = true;
    await merchant.go('Customers');
    await merchant.sees('Find a customer');
    await merchant.go('Sync log');
    await merchant.sees(/^The server can’t be reached\. This is what was shown .+\.$/);
    await merchant.sees(new RegExp(`^${ref}`));
    popUp.world.simulator.switches.down = false;
    const copy = app.getByText('You are looking at a copy');
    await until('the server is heard again', async () => {
      const again = app.getByRole('button', { name: 'Try again' }).first();
      if (await again.isVisible()) await again.click({ timeout: 1_000 }).catch(() => undefined);
      return (await copy.count()) === 0;
    });
    expect(merchant.problems).toEqual([]);
  });

  it('[E305] a reward that is renamed and balances that are imported reach the register', async () => {
    const { id } = customerNamed('Emil Haugen');
    const till = await popUp.open(4);
    const { url } = popUp.world.simulator;
    const merchant = await openMerchantPage(till.page.context(), url, '/settings?part=policy');
    await merchant.sees('What this can cost at most');
    await merchant.press('Program');
    await merchant.type(/^Name$/, 'Five euros off');
    await merchant.press(/^Save$/);
    await until('it is saved', async () => {
      const answer = await popUp.world.read('/api/admin/program');
      return JSON.stringify(answer).includes('"Five euros off"');
    });

    const desk = await openMerchantPage(till.page.context(), url, '/balances');
    const buffer = Buffer.from(`customer,unit,balance\n${String(id)},points,777\n`);
    const file = { name: 'old.csv', mimeType: 'text/csv', buffer };
    await desk.app.locator('input[type="file"]').setInputFiles(file);
    await desk.sees(/^Together: 777 points$/);
    await desk.press('Add the balances');
    await desk.sees('The balances were added');

    await till.serve('Emil Haugen', { 'Wool beanie': 1 });
    await till.sees(/^777 points$/);
    await till.sees(/Five euros off/);
    expect([...merchant.problems, ...desk.problems]).toEqual([]);
    expect(popUp.world.errors).toEqual([]);
  });
});
