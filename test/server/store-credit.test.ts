import { afterEach, describe, expect, it } from 'vitest';
import { minor } from '../../shared/amount.ts';
import { operationName } from '../../simulator/admin-api/operations.ts';
import { ALICE, BOB, EUR, intent, id, ref, SHOP } from './world.ts';
import { failNext, HOUR_MS, openCreditWorld, type CreditWorld } from './store-credit-world.ts';

let world: CreditWorld;

afterEach(async () => {
  expect(await world.books.ledger.verify(SHOP)).toEqual([]);
  await world.close();
});

const balanceAtShopify = (customer = ALICE) => world.fake.balance(customer, EUR);
const transactions = (customer = ALICE) => world.fake.transactions(customer, EUR);
const open = async () => (await world.storeCredit.state(SHOP))?.open;
const NOTHING_OPEN = { waiting: 0, sent: 0, conflict: 0 };

/** Alice has 30.00 at Shopify, Bob 12.00, and the shop keeps its credit there. */
async function start(options: Parameters<typeof openCreditWorld>[0] = {}): Promise<void> {
  world = await openCreditWorld({ opening: { [ALICE]: 3_000, [BOB]: 1_200 }, ...options });
  await world.switchTo('shopify');
  await world.round();
}

describe('balances', () => {
  it('[SK1] with the switch on, registers are told what Shopify says', async () => {
    await start();
    expect(await world.credit(ALICE)).toBe(3_000);
    expect(await world.credit(BOB)).toBe(1_200);
    world.fake.change(ALICE, EUR, -1_000, { event: 'ORDER_PAYMENT' });
    world.fake.change(BOB, EUR, 500);
    await world.rest();
    expect(await world.credit(ALICE)).toBe(2_000);
    expect(await world.credit(BOB)).toBe(1_700);
  });

  it('[SK1] a shop that keeps its own books is left alone', async () => {
    world = await openCreditWorld({ opening: { [ALICE]: 3_000 } });
    await world.sell(500);
    await world.rest();
    expect(await world.credit()).toBe(4_500);
    expect(balanceAtShopify()).toBe(3_000);
    expect(await world.storeCredit.state(SHOP)).toBeUndefined();
  });

  it('[SK2] what is held or not yet debited at Shopify is not told as there', async () => {
    await start();
    const hold = { customer: ALICE, unit: EUR, amount: 700 };
    const body = { reward: null, discount: { currency: EUR, amount: minor(700) } };
    await world.books.sync({ operations: [intent({ id: id('H', 1), ref: ref('H'), hold, body })] });
    await world.sell(400);
    failNext(world.fake, { name: 'TideoverStoreDebit', when: 'before', failure: 'throttled' });
    world.fake.change(ALICE, EUR, 100);
    await world.round();
    expect(balanceAtShopify()).toBe(3_100);
    expect(await world.credit()).toBe(3_100 - 400 - 700);
    await world.rest();
    expect(balanceAtShopify()).toBe(2_700);
    expect(await world.credit()).toBe(2_700 - 700);
  });

  it('[SK2] while nobody knows whether a debit was done, the balance is left', async () => {
    await start();
    world.advance(HOUR_MS);
    await world.sell(800);
    failNext(world.fake, { name: 'TideoverStoreDebit', when: 'after', failure: 'unknown' });
    await world.round();
    expect(await open()).toEqual({ waiting: 0, sent: 1, conflict: 0 });
    expect(await world.credit()).toBe(2_200);
  });

  it('[SK2] a balance that was read while something was moved is not told', async () => {
    let meanwhile: (() => Promise<void>) | undefined;
    await start({
      adminOf: (usual) => (shop) => ({
        async query(document, variables, schema) {
          const read = await usual(shop).query(document, variables, schema);
          if (meanwhile !== undefined && operationName(document) === 'TideoverCreditPage') {
            const act = meanwhile;
            meanwhile = undefined;
            await act();
          }
          return read;
        },
      }),
    });
    const second = world.another();
    world.advance(HOUR_MS);
    meanwhile = async () => {
      await world.sell(800);
      world.advance(HOUR_MS);
      await second.chore.run(SHOP, 0);
    };
    await world.round();
    expect(balanceAtShopify()).toBe(2_200);
    expect(await world.credit()).toBe(2_200);
  });

  it('[SK3] a customer whom only Shopify knows appears with credit, not without', async () => {
    await start();
    world.fake.change(303, EUR, 900);
    world.fake.addCustomer(404);
    await world.rest();
    expect(await world.credit(303)).toBe(900);
    expect(await world.books.balance(404, EUR)).toBeUndefined();
  });

  it('[SK3] more customers than one page holds are all reached', async () => {
    world = await openCreditWorld();
    for (let n = 1; n <= 120; n += 1) world.fake.change(1_000 + n, EUR, n);
    await world.switchTo('shopify');
    await world.round();
    expect(await world.credit(1_001)).toBe(1);
    expect(await world.credit(1_120)).toBe(120);
  });
});

describe('transfers', () => {
  it('[SK4] what a sale used is debited once, what is given back is credited once', async () => {
    await start();
    const sold = await world.sell(800);
    await world.round();
    expect(balanceAtShopify()).toBe(2_200);
    await world.giveBack(sold, 300);
    await world.round();
    expect(balanceAtShopify()).toBe(2_500);
    await world.rest();
    expect(transactions().map(({ kind, amount }) => [kind, amount])).toEqual([
      ['credit', 3_000],
      ['debit', 800],
      ['credit', 300],
    ]);
    expect(await world.credit()).toBe(2_500);
    expect(await open()).toEqual(NOTHING_OPEN);
  });

  it('[SK5] what was redeemed before the switch is never debited', async () => {
    world = await openCreditWorld({ opening: { [ALICE]: 3_000 } });
    await world.sell(500);
    await world.switchTo('shopify');
    await world.round();
    await world.sell(200);
    await world.rest();
    expect(balanceAtShopify()).toBe(2_800);
    expect(await world.credit()).toBe(2_800);
  });

  it('[SK6] switched off, open transfers still end and later ones are not made', async () => {
    await start();
    await world.sell(500);
    failNext(world.fake, { name: 'TideoverStoreDebit', when: 'before', failure: 'throttled' });
    await world.round();
    await world.switchTo('tideover');
    await world.round();
    expect(balanceAtShopify()).toBe(2_500);
    await world.sell(300);
    world.fake.change(ALICE, EUR, 10_000);
    await world.rest();
    expect(balanceAtShopify()).toBe(12_500);
    expect(await world.credit()).toBe(2_200);
  });

  it('[SK6] switched on again, what was sold meanwhile is not debited', async () => {
    await start();
    await world.switchTo('tideover');
    await world.round();
    await world.sell(300);
    await world.switchTo('shopify');
    await world.round();
    await world.sell(100);
    await world.rest();
    expect(balanceAtShopify()).toBe(2_900);
    expect(await world.credit()).toBe(2_900);
  });

  it('[SK7] a request that was not done is sent again without a person', async () => {
    await start();
    for (const failure of ['throttled', 'denied', 'not-installed'] as const) {
      await world.sell(100);
      failNext(world.fake, { name: 'TideoverStoreDebit', when: 'before', failure });
      await world.round();
      expect(await open()).toEqual({ waiting: 1, sent: 0, conflict: 0 });
      await world.round();
      expect(await open()).toEqual(NOTHING_OPEN);
    }
    expect(balanceAtShopify()).toBe(2_700);
  });
});

describe.each([{ hasNotes: false }, { hasNotes: true }])('no answer, notes: $hasNotes', (by) => {
  it('[SK8] a debit whose answer was lost is found and not sent again', async () => {
    await start(by);
    await world.sell(800);
    failNext(world.fake, { name: 'TideoverStoreDebit', when: 'after', failure: 'unknown' });
    await world.round();
    expect(await open()).toEqual({ waiting: 0, sent: 1, conflict: 0 });
    await world.rest();
    expect(transactions().filter(({ kind }) => kind === 'debit')).toHaveLength(1);
    expect(await open()).toEqual(NOTHING_OPEN);
    expect(await world.credit()).toBe(2_200);
  });

  it('[SK8] a debit that never arrived is sent again once Shopify shows none', async () => {
    await start(by);
    await world.sell(800);
    failNext(world.fake, { name: 'TideoverStoreDebit', when: 'before', failure: 'unknown' });
    await world.round();
    await world.round();
    expect(balanceAtShopify()).toBe(3_000);
    await world.rest();
    expect(balanceAtShopify()).toBe(2_200);
    expect(await open()).toEqual(NOTHING_OPEN);
  });

  it('[SK9] an order of the same amount is never taken for ours', async () => {
    await start(by);
    await world.sell(800);
    failNext(world.fake, { name: 'TideoverStoreDebit', when: 'before', failure: 'unknown' });
    await world.round();
    world.fake.change(ALICE, EUR, -800, { event: 'ORDER_PAYMENT' });
    world.fake.change(ALICE, EUR, -800, { kind: 'expiration' });
    await world.rest();
    expect(balanceAtShopify()).toBe(3_000 - 3 * 800);
    expect(await open()).toEqual(NOTHING_OPEN);
  });

  it('[SK9] a change by hand from before it was sent is never taken for ours', async () => {
    await start(by);
    world.fake.change(ALICE, EUR, -800);
    await world.sell(800);
    failNext(world.fake, { name: 'TideoverStoreDebit', when: 'before', failure: 'unknown' });
    await world.rest();
    expect(balanceAtShopify()).toBe(3_000 - 2 * 800);
    expect(await open()).toEqual(NOTHING_OPEN);
  });

  it('[SK10] an earlier transfer of the same amount is never taken for this one', async () => {
    await start(by);
    await world.sell(800);
    await world.round();
    await world.sell(800);
    failNext(world.fake, { name: 'TideoverStoreDebit', when: 'before', failure: 'unknown' });
    await world.rest();
    expect(balanceAtShopify()).toBe(3_000 - 2 * 800);
    expect(await open()).toEqual(NOTHING_OPEN);
  });

  it('[SK10] while one of an account is on its way, the next one waits', async () => {
    await start(by);
    await world.sell(800);
    failNext(world.fake, { name: 'TideoverStoreDebit', when: 'after', failure: 'unknown' });
    await world.round();
    await world.sell(800);
    await world.sell(100, BOB);
    await world.round();
    expect(await open()).toEqual({ waiting: 1, sent: 1, conflict: 0 });
    expect(balanceAtShopify(BOB)).toBe(1_100);
    await world.rest();
    expect(balanceAtShopify()).toBe(3_000 - 2 * 800);
    expect(await open()).toEqual(NOTHING_OPEN);
  });
});
