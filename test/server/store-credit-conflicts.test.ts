import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { minor } from '../../shared/amount.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { forgetDecision, mergeDecision } from '../../server/ledger/heirs.ts';
import type { StoreCredit } from '../../server/store-credit/store-credit.ts';
import { operationName } from '../../simulator/admin-api/operations.ts';
import { ALICE, BOB, EUR, id, intent, ref, SHOP } from './world.ts';
import {
  failNext,
  HOUR_MS,
  openCreditWorld,
  type CreditOptions,
  type CreditWorld,
} from './store-credit-world.ts';

let world: CreditWorld;

afterEach(async () => {
  expect(await world.books.ledger.verify(SHOP)).toEqual([]);
  await world.close();
});

const balanceAtShopify = (customer = ALICE) => world.fake.balance(customer, EUR);
const debits = (of = world) =>
  of.fake.transactions(ALICE, EUR).filter((one) => one.kind === 'debit');
const open = async () => (await world.storeCredit.state(SHOP))?.open;
const conflicts = () => world.storeCredit.conflicts(SHOP);
const NOTHING_OPEN = { waiting: 0, sent: 0, conflict: 0 };

async function start(options: CreditOptions = {}): Promise<void> {
  world = await openCreditWorld({ opening: { [ALICE]: 3_000, [BOB]: 1_200 }, ...options });
  await world.switchTo('shopify');
  await world.round();
}

/** The key of the only conflict. */
async function theConflict(): Promise<string> {
  const [conflict, ...others] = await conflicts();
  expect(others).toEqual([]);
  return conflict?.key ?? 'none';
}

describe('what Shopify refuses', () => {
  it('[SK11] a debit beyond what is there is listed, and holds up nothing', async () => {
    await start();
    world.fake.change(ALICE, EUR, -2_900, { event: 'ORDER_PAYMENT' });
    const sold = await world.sell(800);
    await world.sell(50);
    await world.rest();
    expect(await conflicts()).toMatchObject([
      {
        problem: 'insufficient-funds',
        amount: 800,
        unit: 'EUR',
        customerId: ALICE,
        ref: sold,
        evidence: '{"code":"INSUFFICIENT_FUNDS"}',
      },
    ]);
    expect(balanceAtShopify()).toBe(50);
    expect(await world.credit()).toBe(50 - 800);
    expect(world.logged.map(({ event }) => event)).toContain('store-credit-conflict');
  });

  it('[SK6, SK11] it stays listed and owed when the switch goes off and on again', async () => {
    await start();
    world.fake.change(ALICE, EUR, -2_900);
    await world.sell(800);
    await world.rest();
    await world.switchTo('tideover');
    await world.round();
    await world.switchTo('shopify');
    await world.rest();
    expect(await world.credit()).toBe(100 - 800);
    expect(await open()).toEqual({ waiting: 0, sent: 0, conflict: 1 });
  });

  it('[SK12] it is sent again on the word of a person alone, and then once', async () => {
    await start();
    world.fake.change(ALICE, EUR, -2_900);
    await world.sell(800);
    await world.rest();
    world.fake.change(ALICE, EUR, 5_000);
    await world.rest();
    expect(await open()).toEqual({ waiting: 0, sent: 0, conflict: 1 });
    const key = await theConflict();
    expect(await world.storeCredit.retry(SHOP, key, 'the owner')).toBe(true);
    expect(await world.storeCredit.retry(SHOP, key, 'the owner')).toBe(false);
    await world.rest();
    expect(balanceAtShopify()).toBe(5_100 - 800);
    expect(await open()).toEqual(NOTHING_OPEN);
    expect(await world.credit()).toBe(5_100 - 800);
  });

  it('[SK12] what a person has settled is never sent, and Shopify’s balance counts', async () => {
    await start();
    world.fake.change(ALICE, EUR, -2_900);
    await world.sell(800);
    await world.rest();
    const key = await theConflict();
    expect(await world.storeCredit.settle(SHOP, key, 'the owner')).toBe(true);
    expect(await world.storeCredit.settle(SHOP, key, 'the owner')).toBe(false);
    world.fake.change(ALICE, EUR, 5_000);
    await world.rest();
    expect(debits()).toHaveLength(1);
    expect(await world.credit()).toBe(5_100);
  });

  it('[SK12] a name that is no conflict’s changes nothing', async () => {
    await start();
    for (const key of ['', '1.2', '1.999.0', '0.0.0', "1.1.1' OR 1=1"]) {
      expect(await world.storeCredit.retry(SHOP, key, 'the owner')).toBe(false);
      expect(await world.storeCredit.settle(SHOP, key, 'the owner')).toBe(false);
    }
  });

  it('[SK11] a customer or an account that Shopify does not know is listed', async () => {
    await start({ opening: { [ALICE]: 3_000, [BOB]: 1_200 } });
    await world.sell(100, BOB);
    world.fake.removeCustomer(BOB);
    await world.rest();
    expect(await conflicts()).toMatchObject([{ problem: 'no-account', customerId: BOB }]);
  });

  it('[SK3, SK11] a customer whom the ledger has forgotten is listed, not by number', async () => {
    await start();
    await world.sell(100, BOB);
    await world.books.ledger.settle(SHOP, forgetDecision(BOB));
    await world.database.tables(async (sql) => {
      await sql.run('DELETE FROM customer WHERE shop = ? AND customer_id = ?', SHOP, BOB);
      await sql.run('UPDATE shop SET customers = customers - 1 WHERE shop = ?', SHOP);
      await sql.run('INSERT INTO forgotten VALUES (?, ?, ?, ?)', SHOP, BOB, 1, 0);
    });
    await world.rest();
    expect(await conflicts()).toMatchObject([
      { problem: 'customer-forgotten', customerId: undefined },
    ]);
    expect(balanceAtShopify(BOB)).toBe(1_200);
    expect(await world.books.balance(BOB, EUR)).toBeUndefined();
  });

  it('[SK11] a request that Shopify calls wrong is listed', async () => {
    await start();
    await world.sell(100);
    failNext(world.fake, { name: 'TideoverStoreDebit', when: 'before', failure: 'refused' });
    await world.rest();
    expect(await conflicts()).toMatchObject([{ problem: 'refused', amount: 100 }]);
    expect(debits()).toEqual([]);
  });

  it('[SK7] an account that can not be read holds up no other', async () => {
    await start();
    await world.sell(100, ALICE);
    await world.sell(100, BOB);
    failNext(world.fake, { name: 'TideoverCredit', when: 'before', failure: 'refused' });
    await world.round();
    expect(balanceAtShopify(ALICE) + balanceAtShopify(BOB)).toBeLessThan(4_200);
    await world.rest();
    expect(await open()).toEqual(NOTHING_OPEN);
  });
});

describe('what the history can not tell', () => {
  async function loseAmongEquals(options: CreditOptions): Promise<void> {
    await start(options);
    await world.sell(800);
    failNext(world.fake, { name: 'TideoverStoreDebit', when: 'after', failure: 'unknown' });
    await world.round();
    world.fake.change(ALICE, EUR, -800);
    await world.rest();
  }

  it('[SK13] two changes of which each may be ours are left to a person', async () => {
    await loseAmongEquals({ hasNotes: false });
    const [conflict] = await conflicts();
    expect(conflict).toMatchObject({ problem: 'unclear', amount: 800 });
    for (const { id } of debits()) expect(conflict?.evidence).toContain(id);
    expect(debits()).toHaveLength(2);
    expect(await world.credit()).toBe(1_400 - 800);
    await world.storeCredit.settle(SHOP, await theConflict(), 'the owner');
    await world.rest();
    expect(debits()).toHaveLength(2);
    expect(await world.credit()).toBe(1_400);
  });

  it('[SK13] of an unclear credit, too, the smaller balance is told', async () => {
    await start({ hasNotes: false });
    const sold = await world.sell(800);
    await world.round();
    await world.giveBack(sold, 300);
    failNext(world.fake, { name: 'TideoverStoreCredit', when: 'after', failure: 'unknown' });
    await world.round();
    world.fake.change(ALICE, EUR, 300);
    await world.rest();
    expect(await conflicts()).toMatchObject([{ problem: 'unclear', amount: -300 }]);
    expect(await world.credit()).toBe(2_800);
    await world.storeCredit.settle(SHOP, await theConflict(), 'the owner');
    await world.rest();
    expect(await world.credit()).toBe(2_800);
  });

  it('[SK14] a note tells ours from any other change', async () => {
    await loseAmongEquals({ hasNotes: true });
    expect(await open()).toEqual(NOTHING_OPEN);
    expect(debits()).toHaveLength(2);
    expect(debits()[0]?.note).toMatch(/^Tideover S1Z{8} \d+\.\d+\.\d+$/);
    expect(await world.credit()).toBe(1_400);
  });

  it('[SK14] a note tells that ours was not done, though others look like it', async () => {
    await start({ hasNotes: true });
    await world.sell(800);
    failNext(world.fake, { name: 'TideoverStoreDebit', when: 'before', failure: 'unknown' });
    await world.round();
    world.fake.change(ALICE, EUR, -800);
    await world.rest();
    expect(debits()).toHaveLength(2);
    expect(await world.credit()).toBe(1_400);
  });
});

describe('two customers that became one', () => {
  it('[SK19] what the old one redeemed is moved in the account that is kept', async () => {
    await start();
    await world.sell(100, BOB);
    failNext(world.fake, { name: 'TideoverCredit', when: 'before', failure: 'throttled' });
    await world.round();
    await world.books.ledger.settle(SHOP, mergeDecision(BOB, ALICE));
    world.fake.removeCustomer(BOB);
    world.fake.change(ALICE, EUR, 1_200);
    await world.round();
    expect(balanceAtShopify()).toBe(4_100);
    await world.sell(200, BOB);
    const hold = { customer: BOB, unit: EUR, amount: 50 };
    const body = { reward: null, discount: { currency: EUR, amount: minor(50) } };
    await world.books.sync({ operations: [intent({ id: id('H', 1), ref: ref('H'), hold, body })] });
    await world.rest();
    expect(balanceAtShopify()).toBe(3_900);
    expect([await world.credit(ALICE), await world.credit(BOB)]).toEqual([3_850, 0]);
    expect(await open()).toEqual(NOTHING_OPEN);
  });

  it('[SK19] a merger before the switch counts, and one transfer at a time is sent', async () => {
    world = await openCreditWorld({ opening: { [ALICE]: 3_000 } });
    await world.books.ledger.settle(SHOP, mergeDecision(BOB, ALICE));
    world.fake.removeCustomer(BOB);
    await world.switchTo('shopify');
    await world.round();
    await world.sell(200, BOB);
    failNext(world.fake, { name: 'TideoverStoreDebit', when: 'after', failure: 'unknown' });
    await world.round();
    await world.sell(200, ALICE);
    await world.round();
    expect(await open()).toEqual({ waiting: 1, sent: 1, conflict: 0 });
    await world.rest();
    expect(balanceAtShopify()).toBe(2_600);
    expect([await world.credit(ALICE), await world.credit(BOB)]).toEqual([2_600, 0]);
  });
});

describe('an answer that comes after others have decided', () => {
  it.each([{ hasNotes: false }, { hasNotes: true }])(
    '[SK15] a transfer that was done twice is told to a person, notes: %o',
    async (by) => {
      let other: StoreCredit | undefined;
      await start({
        ...by,
        adminOf: (usual) => (shop) => ({
          async query(document, variables, schema) {
            if (other !== undefined && operationName(document) === 'TideoverStoreDebit') {
              const second = other;
              other = undefined;
              world.advance(HOUR_MS);
              await second.chore.run(SHOP, 0);
            }
            return usual(shop).query(document, variables, schema);
          },
        }),
      });
      await world.sell(800);
      other = world.another();
      await world.round();
      expect(debits()).toHaveLength(2);
      const [conflict] = await conflicts();
      expect(conflict).toMatchObject({ problem: 'done-twice', amount: 800 });
      for (const { id } of debits()) expect(conflict?.evidence).toContain(id);
      expect(await world.storeCredit.retry(SHOP, await theConflict(), 'the owner')).toBe(false);
      world.fake.change(ALICE, EUR, 800);
      await world.storeCredit.settle(SHOP, await theConflict(), 'the owner');
      await world.rest();
      expect(await world.credit()).toBe(2_200);
      expect(debits()).toHaveLength(2);
    },
  );
});

describe('a backup that is restored', () => {
  it.each([{ hasNotes: false }, { hasNotes: true }])(
    '[SK16] what was debited in the time that is lost is not debited again, notes: %o',
    async (by) => {
      const folder = await mkdtemp(join(tmpdir(), 'tideover-credit-'));
      const file = join(folder, 'ledger.sqlite');
      const backup = join(folder, 'backup.sqlite');
      await start({ ...by, database: openSqlite(file) });
      await world.sell(800);
      await world.round();
      await world.sell(300);
      await world.close();
      await copyFile(file, backup);

      world = await openCreditWorld({ ...by, from: world, database: openSqlite(file) });
      await world.round();
      await world.sell(500);
      await world.round();
      expect(balanceAtShopify()).toBe(3_000 - 800 - 300 - 500);
      world.fake.change(ALICE, EUR, -100);
      await world.close();

      const restored = openSqlite(backup);
      await restored.startEpoch();
      world = await openCreditWorld({ ...by, from: world, database: restored });
      await world.round();
      // The register has kept what the backup does not know.
      world.sales.count -= 1;
      await world.sell(500);
      await world.rest();
      expect(debits().map(({ amount }) => amount)).toEqual([800, 300, 500, 100]);
      expect(await open()).toEqual(NOTHING_OPEN);
      expect(await world.credit()).toBe(1_300);

      await world.sell(500);
      await world.rest();
      expect(balanceAtShopify()).toBe(800);
      // So long afterwards no register brings again what was lost.
      world.advance(100 * 24 * HOUR_MS);
      await world.sell(100);
      await world.rest();
      expect(balanceAtShopify()).toBe(700);
      await rm(folder, { recursive: true });
    },
  );
});
