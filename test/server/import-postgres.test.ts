/** Two processes on one PostgreSQL that bring the same file into the books at the same time. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createImports, type Imports } from '../../server/balances/imports.ts';
import { exportPiece } from '../../server/balances/export.ts';
import type { Database } from '../../server/database/database.ts';
import { openPostgres } from '../../server/database/postgres.ts';
import { createLedger } from '../../server/ledger.ts';
import { createSettings } from '../../server/settings.ts';
import { newPostgres } from '../support/postgres.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { openBooks, type Books } from './books.ts';
import { balancesFile, FIRST_CUSTOMER, requestFor, sumOf } from './import-world.ts';
import { ALICE, BOB, SHOP } from './world.ts';

const ROWS = 1_500;
const both: Database[] = [];
let books: Books;
beforeAll(async () => {
  const address = await newPostgres();
  both.push(await openPostgres(address), await openPostgres(address));
  books = await openBooks(both[0] as Database);
});
afterAll(async () => {
  for (const database of both) await database.close();
});

function importsOn(database: Database, seed: number): Imports {
  const { clock } = books;
  const ledger = createLedger({ database, clock, random: seededRandom(seed) });
  const sleep = () => new Promise<void>((resolve) => setImmediate(resolve));
  const settings = createSettings({ database, clock });
  const deps = { database, ledger, settings, clock, random: seededRandom(seed + 1), sleep };
  return createImports({ ...deps, log: () => undefined, lockMs: 0 });
}

it('[MS12, MS17] both check, decide and post it, locks or not: each row counts once', async () => {
  const [one, two] = both.map((database, n) => importsOn(database, 70 + n * 10));
  if (one === undefined || two === undefined) throw new Error('there are two');
  const file = balancesFile(ROWS, [`${ALICE},EUR,2.50`, `${BOB},points,-10`]);
  const begun = await one.begin(SHOP, requestFor(file), '42');
  if (typeof begun === 'string') throw new Error(begun);
  const { id } = begun;
  const again = await two.begin(SHOP, requestFor(file), '43');
  expect(again).toEqual(begun);
  await two.put(SHOP, { id, n: 0, content: file });
  await Promise.all([one.check(SHOP, id), two.check(SHOP, id)]);
  // Whichever began last has filled it.
  expect(await two.check(SHOP, id)).toMatchObject({ state: 'checked', rows: ROWS + 2 });
  await Promise.all([one.apply(SHOP, id, '42'), two.apply(SHOP, id, '43')]);
  await Promise.all([one.idle(), two.idle()]);
  expect(await one.of(SHOP, id)).toMatchObject({ state: 'done', done: ROWS + 2, problems: [] });
  expect(await books.balance(ALICE, 'EUR')).toBe(5_250);
  expect(await books.balance(BOB)).toBe(290);
  expect(await books.balance(FIRST_CUSTOMER + ROWS - 1)).toBe(ROWS);
  expect(await books.ledger.verify(SHOP)).toEqual([]);
  const piece = await exportPiece(both[1] as Database, SHOP, { after: 0, seq: undefined });
  const amounts = (piece?.csv ?? '').split('\r\n').flatMap((line) => {
    const [customer = '', unit, balance] = line.split(',');
    return unit === 'points' && Number(customer) >= FIRST_CUSTOMER ? [Number(balance)] : [];
  });
  expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(sumOf(ROWS));
});
