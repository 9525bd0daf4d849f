/** A day at the stall, as a cashier lives it: the built extension on the simulated register. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Story } from '../support/ledger-view.ts';
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

/** Waits until the ledger knows that many operations of the register, and the register knows so. */
async function booked(till: Cashier, count: number): Promise<readonly Story[]> {
  await popUp.ledger.until(`${count} operations are in the ledger`, async () => {
    const operations = await popUp.ledger.operations(till);
    return operations.length >= count;
  });
  await till.allSettled();
  const operations = await popUp.ledger.operations(till);
  expect(operations).toHaveLength(count);
  return Promise.all(operations.map(({ id }) => popUp.ledger.story(id)));
}

/** However often it was sent, each operation took effect once, and nobody has to look at it. */
function expectBookedOnce(stories: readonly Story[]): void {
  for (const { operation, attempts, redemption } of stories) {
    expect(operation).toMatchObject({ status: 'applied', reason: null, flags: [] });
    const [first, ...others] = attempts.map(({ status }) => status);
    expect(first).toBe('applied');
    expect(others.filter((status) => status !== 'duplicate')).toEqual([]);
    if (redemption !== null) expect(redemption.flags).toEqual([]);
  }
}

/** The log has every operation of the register as applied exactly once, and no conflict. */
async function expectCleanLog(till: Cashier, count: number): Promise<void> {
  const log = await popUp.ledger.syncLog();
  const syncs = log.syncs.filter(({ device }) => device === String(till.device));
  const applied = syncs.map(({ counts }) => counts['applied'] ?? 0);
  expect(applied.reduce((sum, one) => sum + one, 0)).toBe(count);
  expect(log.conflicts).toEqual([]);
  expect(log.missing).toEqual([]);
}

/** With what the story says it moved: by kind, on the customer's own account. */
const moved = (stories: readonly Story[]) =>
  stories.map(({ operation: { kind }, entries }) => [
    kind,
    ...entries.map(({ unit, customer }) => `${customer} ${unit}`),
  ]);

describe('a pop-up day', () => {
  it('[E201] with a network, a redeemed reward is sold and the books are right', async () => {
    const { id } = customerNamed('Ada Lindqvist');
    const till = await popUp.open(1);
    await till.serve('Ada Lindqvist', { 'Enamel mug': 2 });
    await till.sees(/^1,250 points$/);
    await till.sees(/^€20\.00 store credit$/);
    await till.redeem('five-off');
    // A machine that is too slow for the ledger's word gets the offline one: both are right.
    const [ref = ''] = await till.hears(
      /^Applied(?: offline)?: €5 off\. Reference ([0-9A-Z]{10})\. Go on with the sale/,
    );
    await till.sees(/^1,050 points$/);
    expect(await till.discounts()).toEqual([`€5 off · ${ref}`]);
    await till.closeModal();
    expect(await till.completeSale()).toMatch(/^#\d+ /);

    const stories = await booked(till, 3);
    await till.tileSays('All synced');
    expectBookedOnce(stories);
    expect(moved(stories)).toEqual([
      ['intent', '-200 points'],
      ['commit', '0 points'],
      ['earn', '24 points'],
    ]);
    expect(stories[1]?.redemption).toMatchObject({ held: 0, captured: 200 });
    expect(await popUp.ledger.accounts(id)).toEqual({
      points: { balance: 1_250 - 200 + 24, held: 0 },
      EUR: { balance: 2_000, held: 0 },
    });
    await expectCleanLog(till, 3);
    expect(await till.problems()).toEqual([]);
  });

  it('[E202, E203] cut off, killed and sold: replayed with its progress, booked once', async () => {
    const { id } = customerNamed('Chidi Anand');
    const till = await popUp.open(2);
    await till.control('change', { keepCart: true });
    await till.serve('Chidi Anand', { 'Rain jacket': 1 });
    await till.sees(/^3,100 points$/);
    const refs = await redeemCutOff(till);
    await dieAndComeBack(till, refs);
    await sellCutOff(till);
    await replay(till);

    const stories = await booked(till, 5);
    expectBookedOnce(stories);
    expect(moved(stories)).toEqual([
      ['intent', '-380 points'],
      ['intent', '-1250 EUR'],
      ['commit', '0 points'],
      ['commit', '0 EUR'],
      ['earn', '106 points'],
    ]);
    const captured = stories.slice(2, 4).map(({ redemption }) => redemption);
    expect(captured[0]).toMatchObject({ unit: 'points', held: 0, captured: 380 });
    expect(captured[1]).toMatchObject({ unit: 'EUR', held: 0, captured: 1_250 });
    expect(await popUp.ledger.accounts(id)).toEqual({
      points: { balance: 3_100 - 380 + 106, held: 0 },
      EUR: { balance: 7_550 - 1_250, held: 0 },
    });
    expect(await popUp.ledger.history(id)).toEqual([
      { reason: 'opening', unit: 'points', amount: 3_100, balance: 3_100 },
      { reason: 'opening', unit: 'EUR', amount: 7_550, balance: 7_550 },
      { reason: 'intent', unit: 'points', amount: -380, balance: 2_720 },
      { reason: 'intent', unit: 'EUR', amount: -1_250, balance: 6_300 },
      { reason: 'earn', unit: 'points', amount: 106, balance: 2_826 },
    ]);
    await expectCleanLog(till, 5);
    expect(await till.problems()).toEqual([]);
  });

  it('[E204] several sales without a network and a reload between them are all booked', async () => {
    const [farah, dora] = [customerNamed('Farah Nasser'), customerNamed('Dora Weiss')];
    const till = await popUp.open(3);
    await till.knowsBalances();
    await till.airplane(true);

    await till.serve('Farah Nasser', { 'Canvas apron': 1 });
    await till.redeem('five-off');
    await till.hears(/^Applied offline: €5 off\./);
    await till.redeemCredit('40');
    await till.hears(/^Applied offline: Store credit\./);
    await till.closeModal();
    expect(await till.completeSale()).toMatch(/^Order pending/);
    await until('the first sale is stored', async () => (await till.waiting()).length === 5);

    await till.reload();
    await till.tileSays(/^Offline – 5 waiting, oldest /);
    await till.serve('Dora Weiss', { 'Olive soap': 1 });
    await till.sees(/^Needs 110 more points$/);
    expect(await till.canRedeem('five-off')).toBe(false);
    await till.closeModal();
    expect(await till.completeSale()).toMatch(/^Order pending/);
    await till.tileSays(/^Offline – 6 waiting, oldest /);

    await till.airplane(false);
    const stories = await booked(till, 6);
    await till.tileSays('All synced');
    expectBookedOnce(stories);
    await expectCleanLog(till, 6);
    expect(await popUp.ledger.accounts(farah.id)).toEqual({
      points: { balance: 760 - 200 + 4, held: 0 },
      EUR: { balance: 12_000 - 4_000, held: 0 },
    });
    expect(await popUp.ledger.accounts(dora.id)).toEqual({
      points: { balance: 90 + 8, held: 0 },
      EUR: { balance: 500, held: 0 },
    });
    expect(await till.problems()).toEqual([]);
  });
});

/** Cut off, a reward and an amount of store credit; gives their references. */
async function redeemCutOff(till: Cashier): Promise<readonly string[]> {
  await till.airplane(true);
  await till.sees(/^Offline\. Redeeming works/);
  await till.redeem('ten-off');
  const applied = 'Reference ([0-9A-Z]{10})\\. Go on with the sale; it syncs later';
  const [reward = ''] = await till.hears(new RegExp(`^Applied offline: €10 off\\. ${applied}`));
  await till.sees(/^2,720 points$/);
  await till.sees(/^380 points waiting, already taken off$/);
  await till.redeemCredit('12.50');
  const [credit = ''] = await till.hears(
    new RegExp(`^Applied offline: Store credit\\. ${applied}`),
  );
  await till.sees(/^€63\.00 store credit$/);
  await till.sees(/^€12\.50 waiting, already taken off$/);
  expect(await till.discounts()).toEqual([`€10 off · ${reward}`, `Store credit · ${credit}`]);
  expect((await till.waiting()).map(({ kind, ref }) => [kind, ref])).toEqual([
    ['intent', reward],
    ['intent', credit],
  ]);
  await till.sees('2 are waiting');
  await till.closeModal();
  await till.tileSays(/^Offline – 2 waiting, oldest /);
  return [reward, credit];
}

/** The app dies with the cart in hand; what was promised is still there, and still counted once. */
async function dieAndComeBack(till: Cashier, refs: readonly string[]): Promise<void> {
  await till.killApp();
  await till.page.getByText('POS is closed').waitFor();
  await till.openPos();
  await till.tileSays(/^Offline – 2 waiting, oldest /);
  expect((await till.waiting()).map(({ ref }) => ref)).toEqual(refs);
  await till.openModal();
  await till.sees('Don’t log out while 2 are waiting');
  for (const ref of refs) await till.sees(new RegExp(`off, reference ${ref}$`));
  await till.lacks('Not on this cart');
  await till.sees(/^2,720 points$/);
  await till.sees(/^€63\.00 store credit$/);
  await till.closeModal();
}

/** 129.00 less 10.00 and 12.50: 106.50 is paid, and 106 points wait with the rest. */
async function sellCutOff(till: Cashier): Promise<void> {
  expect(await till.completeSale()).toMatch(/^Order pending/);
  await until('the sale is stored', async () => (await till.waiting()).length === 5);
  expect((await till.waiting()).map(({ kind }) => kind).sort()).toEqual([
    'commit',
    'commit',
    'earn',
    'intent',
    'intent',
  ]);
  await till.tileSays(/^Offline – 5 waiting, oldest /);
  await till.chooseCustomer('Chidi Anand');
  await till.openModal();
  await till.sees('Don’t log out while 5 are waiting');
  await till.sees(/^106 more points once waiting sales are synced$/);
}

/** The answers are kept on their way for a while, so that the progress can be read. */
async function replay(till: Cashier): Promise<void> {
  await till.control('setFaults', { hold: 'answers' });
  await till.airplane(false);
  await till.sees('Syncing: 0 of 5');
  await till.control('release');
  await till.sees('Nothing is waiting');
  await till.sees(/^2,826 points$/);
  await till.sees(/^€63\.00 store credit$/);
  await till.lacks(/waiting, already taken off$/);
  await till.closeModal();
  await till.tileSays('All synced');
}
