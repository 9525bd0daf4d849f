/** Files of balances that are not taken, however large they are and whenever it turns out. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRounds } from '../../server/rounds.ts';
import { createSettings } from '../../server/settings.ts';
import {
  IMPORT_PART_BYTES_MAX,
  importsSchema,
  type ImportState,
} from '../../shared/merchant/balances-file.ts';
import * as v from '../../shared/schema.ts';
import { apply, balancesFile, check, look, requestFor, send, until } from './import-world.ts';
import { openMerchant, type MerchantWorld } from './merchant-world.ts';
import { ALICE, BOB, SHOP } from './world.ts';

let world: MerchantWorld;
beforeEach(async () => {
  world = await openMerchant();
});
afterEach(() => world.close());

const keepAt = (storeCredit: 'tideover' | 'shopify') =>
  createSettings(world).change(SHOP, { storeCredit }, 'tests');
const balance = async (customer: number, unit: string) =>
  (await world.ledger.balances(SHOP, customer)).find((one) => one.unit === unit)?.balance;
const checked = async (file: Buffer) => check(world, (await send(world, file)).id);
const KEPT = 'Store credit is kept at Shopify: balances of it are changed there.';

it.each([
  ['the names of the columns', 0, 'The first line must name the columns: customer,unit,balance.'],
  ['letters of another alphabet', 0, 'The file is not text in UTF-8.'],
  ['a quotation mark', 3, 'A quotation mark in the middle of a field.'],
  ['a row without an end', 3, 'A row with more than 100 fields.'],
])('[MS11] a file of several parts is told what is wrong with %s', async (what, line, text) => {
  const rows = [`${ALICE},points,1`, what === 'a quotation mark' ? '5"1' : ','.repeat(200)];
  const lines = line === 3 ? rows : [];
  const many = balancesFile(40_000).subarray('customer,unit,balance\n'.length);
  const head = what === 'the names of the columns' ? 'kunde,unit,balance' : 'customer,unit,balance';
  const file = Buffer.concat([Buffer.from([head, ...lines, ''].join('\n')), many]);
  if (what === 'letters of another alphabet') file[60] = 0xe9;
  expect(file.length).toBeGreaterThan(2 * IMPORT_PART_BYTES_MAX);
  const refused = await checked(file);
  expect(refused).toMatchObject({ state: 'refused', problemCount: 1, problems: [{ line, text }] });
});

it('[MR16] balances of a currency that is kept at Shopify are refused by line', async () => {
  const file = balancesFile(1, [`${ALICE},EUR,50.00`, `${BOB},points,7`, `${BOB},EUR,1.00`]);
  await keepAt('shopify');
  const problems = [3, 5].map((line) => ({ line, text: KEPT }));
  const refused = await checked(file);
  expect(refused).toMatchObject({ state: 'refused', problemCount: 2, problems });

  // Decided otherwise between the look at the file and its import.
  await keepAt('tideover');
  const { id, state } = await checked(file);
  expect(state).toBe('checked');
  await keepAt('shopify');
  expect(await apply(world, id)).toMatchObject({
    ...{ state: 'refused', rows: 0, customers: 0, sums: [], problemCount: 2, problems },
  });
  expect((await world.ask(`POST /api/admin/imports/${id}/apply`, {})).status).toBe(409);
  expect([await balance(ALICE, 'EUR'), await balance(BOB, 'points')]).toEqual([5_000, undefined]);
  // Points alone are ours as ever.
  expect((await checked(balancesFile(2))).state).toBe('checked');
  await keepAt('tideover');
  await checked(file);
  await apply(world, id);
  expect(await until(world, id)).toMatchObject({ done: 4, problems: [] });
  expect([await balance(ALICE, 'EUR'), await balance(BOB, 'points')]).toEqual([10_000, 7]);
});

it('[MR16] what was decided before credit went to Shopify waits, and points go in', async () => {
  const file = balancesFile(1, [`${ALICE},EUR,50.00`, `${BOB},points,7`]);
  const { id } = await checked(file);
  // Decided by a process that then died.
  await world.database.tables((sql) => sql.run("UPDATE import_file SET state = 'applying'"));
  await keepAt('shopify');
  const round = () => {
    const { database, clock, parts } = world;
    const chores = parts.chores.filter(({ name }) => name === 'imports');
    return createRounds({ database, chores, clock, log: () => undefined }).make();
  };
  await round();
  const waits = await until(world, id, ({ problemCount }) => problemCount > 0);
  expect(waits).toMatchObject({ state: 'applying', done: 2, rows: 3 });
  expect(waits.problems).toEqual([{ line: 3, text: `It waits. ${KEPT}` }]);
  expect([await balance(ALICE, 'EUR'), await balance(BOB, 'points')]).toEqual([5_000, 7]);
  await keepAt('tideover');
  await round();
  expect(await until(world, id)).toMatchObject({ done: 3, problems: [], problemCount: 0 });
  expect(await balance(ALICE, 'EUR')).toBe(10_000);
  expect(await world.ledger.verify(SHOP)).toEqual([]);
});

it('[MS22] a list of imports looks at no row of a file that nobody has decided', async () => {
  const { id } = await checked(balancesFile(3));
  const list = async (): Promise<readonly ImportState[]> => {
    const { status, body } = await world.ask('GET /api/admin/imports');
    expect([status, body]).toEqual([200, expect.anything()]);
    return v.parse(importsSchema, body).imports;
  };
  // From here on whoever looks at a row fails.
  await world.database.tables(async (sql) => {
    await sql.run('ALTER TABLE import_row RENAME TO kept_row');
    await sql.run(`CREATE VIEW import_row AS SELECT * FROM kept_row
      WHERE abs(-9223372036854775807 - (line > 0)) > 0`);
  });
  const looked = world.database.tables((sql) => sql.all('SELECT line FROM import_row'));
  await expect(looked).rejects.toThrow(/overflow/);
  expect(await list()).toMatchObject([{ id, state: 'checked', rows: 3, done: 0 }]);
  expect(await look(world, id)).toMatchObject({ state: 'checked', rows: 3 });
});

it('[MS23] a name with a sign that no database holds is refused', async () => {
  const request = requestFor(balancesFile(1), 'balances\u0000.csv');
  const { status, body } = await world.ask('POST /api/admin/imports', request);
  expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining('name')]);
});
