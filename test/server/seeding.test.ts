import { expect, it } from 'vitest';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { seedShop } from '../../server/seeding.ts';
import { openBooks, SEEDED } from './books.ts';
import { ALICE, EUR, earn, PROGRAM, SHOP, SHOP_ID } from './world.ts';

it('[LG20] seeding again gives nothing twice and changes only what was decided anew', async () => {
  const database = openSqlite(':memory:');
  const books = await openBooks(database);
  await books.sync({ operations: [earn()] });
  const before = await books.sync();
  const seed = { shop: SHOP, shopId: SHOP_ID, program: PROGRAM, policy: POLICY_DEFAULT };
  await seedShop(books.ledger, { ...seed, customers: SEEDED });
  expect(await books.sync()).toEqual({ ...before, syncId: expect.any(String) as string });
  expect(await books.balance()).toBe(1_020);

  const more = Array.from({ length: 1_234 }, (_, n) => ({
    customer: n + 500,
    points: n,
    credit: 1,
  }));
  await seedShop(books.ledger, { ...seed, customers: more });
  const after = await books.sync();
  expect(after.cursor.seq).toBe(before.cursor.seq + 1_234);
  expect(await books.balance(1_733)).toBe(1_233);
  expect(await books.balance(1_733, EUR)).toBe(1);
  expect(await books.ledger.verify(SHOP)).toEqual([]);
  await database.close();
});

it('[SV7] seeding with another shop id is refused and changes nothing', async () => {
  const database = openSqlite(':memory:');
  const books = await openBooks(database);
  const customers = [{ customer: ALICE, points: 5, credit: 5 }];
  const seed = { shop: SHOP, shopId: 1, program: PROGRAM, policy: POLICY_DEFAULT, customers };
  await expect(seedShop(books.ledger, seed)).rejects.toThrow(/shop id/);
  expect(await books.balance()).toBe(1_000);
  await database.close();
});
