/** Commands on a database file, as a person at the server runs them. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../server/database/database.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { readArguments } from '../../server/tool/arguments.ts';
import { createInbox } from '../../server/webhooks/inbox.ts';
import { openBooks, type Books } from './books.ts';
import { toolDesk, type ToolDesk } from './tool-desk.ts';
import { ALICE, BOB, earn, id, intent, openWorld, ref, SHOP } from './world.ts';

const MAIN = fileURLToPath(new URL('../../server/tool/main.ts', import.meta.url));
const OTHER = 'another.myshopify.com';
let folder: string;
let file: string;
let desk: ToolDesk;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tideover-tool-'));
  file = join(folder, 'books.sqlite');
  const database = openSqlite(file);
  const books = await openBooks(database);
  const over = intent({ id: id('T', 1), hold: { customer: BOB, unit: 'points', amount: 500 } });
  await books.sync({ operations: [earn(), over] });
  await database.close();
  desk = toolDesk(file);
});
afterAll(() => rm(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const write = (name: string, ...lines: string[]) => writeFile(at(name), lines.join('\n'));
const balance = (customer: number, unit: string) =>
  desk.withDatabase(async (database) => {
    const balances = await desk.ledgerOf(database).balances(SHOP, customer);
    return balances.find((one) => one.unit === unit)?.balance;
  });

describe('looking at the books', () => {
  it('[OP11] shops are listed with what they hold', async () => {
    expect(await desk.run('shops')).toBe(0);
    expect(desk.said).toEqual([`${SHOP}  id 7001  2 customers  feed 1780000000/4`]);
  });

  it('[OP11] right books are right; a changed sum and a missing operation are named', async () => {
    expect(await desk.run('verify')).toBe(0);
    expect(desk.said).toEqual(['The books of 1 shop are right.']);
    expect(await desk.run('verify', [], { shop: OTHER })).toBe(1);
    expect(desk.said).toEqual([`${OTHER}: the ledger has never heard of this shop.`]);

    const spoilt = toolDesk(at('spoilt.sqlite'));
    const database = openSqlite(at('spoilt.sqlite'));
    const books = await openBooks(database);
    await books.sync({ operations: [earn({ id: id('G', 4) })] });
    await database.tables((sql) =>
      sql.run(
        'UPDATE account SET customer = customer + 5, issued = issued - 5 WHERE unit = ?',
        'EUR',
      ),
    );
    await database.close();
    spoilt.now += 25 * 3_600_000;
    expect(await spoilt.run('verify', [], { shop: SHOP })).toBe(1);
    expect(spoilt.said.join('\n')).toMatch(/an account differs from the sum of its entries/);
    expect(spoilt.said.join('\n')).toMatch(/register till-1 have been missing .*: 1–3$/m);
  });
});

describe('books that somebody has changed', () => {
  const ACCOUNT = 'an account differs from the sum of its entries';
  const HOLDS = 'holds and captures differ from what the redemptions say';
  const SALES = 'the points that stand for sales differ from what entries issued for them';
  let database: Database;
  let books: Books;
  beforeEach(async () => {
    database = openSqlite(':memory:');
    books = await openBooks(database);
    await books.sync({ operations: [earn(), intent({ id: id('V', 1), ref: ref('V1') })] });
    expect(await books.ledger.verify(SHOP)).toEqual([]);
  });
  afterEach(() => database.close());

  it.each([
    ['a balance', "UPDATE account SET customer = 7, issued = -7 WHERE unit = 'EUR'", [ACCOUNT]],
    ['a lost account', "DELETE FROM account WHERE unit = 'EUR'", [ACCOUNT]],
    ['lost entries', "DELETE FROM entry WHERE unit = 'EUR'", [ACCOUNT]],
    ['a position', "UPDATE account SET seq = seq + 1 WHERE unit = 'EUR'", [ACCOUNT]],
    ['a hold', 'UPDATE redemption SET held = held - 1', [HOLDS]],
    ['a lost redemption', 'DELETE FROM redemption', [HOLDS]],
    ['a capture', 'UPDATE redemption SET held = 0, captured = 500', [HOLDS]],
    ['the points of a sale', 'UPDATE sale SET points = points + 1 WHERE points > 0', [SALES]],
    ['a lost sale', 'DELETE FROM sale', [SALES]],
  ])('[OP11] %s is named, and nothing else', async (_title, change, sentences) => {
    await database.tables((sql) => sql.run(change));
    const found = await books.ledger.verify(SHOP);
    expect([...new Set(found.map((one) => one.split(':')[0]))]).toEqual(sentences);
  });
});

describe('balances as a file', () => {
  it('[OP10] an export holds every balance of one moment, in plain decimals', async () => {
    expect(await desk.run('export', [SHOP, at('out.csv')])).toBe(0);
    const wanted = ['customer,unit,balance', '101,EUR,50.00', '101,points,1020', '102,points,-200'];
    expect(await readFile(at('out.csv'), 'utf8')).toBe(`${wanted.join('\r\n')}\r\n`);
    expect(desk.said).toEqual([`3 balances in ${at('out.csv')}.`]);
    expect(desk.shown).toEqual(['2 of 2 customers']);
    expect(await desk.run('export', [SHOP, at('out.csv')])).toMatch(/exists already/);
    expect(await desk.run('export', [OTHER, at('none.csv')])).toMatch(/never heard of this shop/);
  });

  it('[OP12] what is wrong with a file is told by line, and nothing is imported', async () => {
    await write(
      'bad.csv',
      'Customer,Unit,Balance,Name',
      'ada,points,5,x',
      '103,stars,5,x',
      '103,points,5.5,x',
      '103,EUR,"1,000.00",x',
      '103,EUR,1.001,x',
      '103,JPY,7.5,x',
      '104,points,5,x',
      '104,points,6,x',
    );
    expect(await desk.run('import', [SHOP, at('bad.csv')])).toBe(1);
    expect(desk.said).toEqual([
      "Line 2: a customer is named by Shopify's number.",
      'Line 3: the unit is "points" or a currency like EUR.',
      'Line 4: the balance must be a whole number like 250.',
      'Line 5: the balance must be an amount like 125.00.',
      'Line 6: the balance must be an amount like 125.00.',
      'Line 7: the balance must be an amount like 12500.',
      'Line 9: customer 104 has points in line 8 too.',
      'Nothing was imported.',
    ]);
    expect(await balance(104, 'points')).toBeUndefined();
    for (const [name, text, problem] of [
      ['no-head.csv', '101,points,5\n', /The first line must name the columns/],
      ['empty.csv', 'customer,unit,balance\n', /holds no balances/],
      ['quote.csv', 'customer,unit,balance\n"101', /never closed/],
    ] as const) {
      await writeFile(at(name), text);
      expect(await desk.run('import', [SHOP, at(name)])).toBe(1);
      expect(desk.said.join('\n')).toMatch(problem);
    }
    await writeFile(at('latin.csv'), Buffer.from([0x63, 0xe9, 0x2c]));
    expect(await desk.run('import', [SHOP, at('latin.csv')])).toBe(1);
    expect(desk.said).toContain('The file is not text in UTF-8.');
  });

  it('[OP13] interrupted and repeated, an import adds each line once', async () => {
    const lines = Array.from({ length: 1_200 }, (_, n) => `${5_000 + n},points,${n + 1}`);
    lines.push('gid://shopify/Customer/101,EUR,2.50', '102,points,-10');
    await write('in.csv', 'customer,unit,balance', ...lines);
    expect(await desk.run('import', [SHOP, at('in.csv')], { check: true })).toBe(0);
    const sums = '1202 balances of 1202 customers: 720590 points, 2.50 EUR.';
    expect(desk.said).toEqual([sums]);
    expect(await balance(5_000, 'points')).toBeUndefined();

    let batches = 0;
    const dying: ToolDesk['ledgerOf'] = (database) => {
      const ledger = desk.ledgerOf(database);
      return {
        ...ledger,
        post: (...posting) => {
          batches += 1;
          return batches === 2
            ? Promise.reject(new Error('the machine died'))
            : ledger.post(...posting);
        },
      };
    };
    const { COMMANDS } = await import('../../server/tool/commands.ts');
    const command = COMMANDS.find(({ name }) => name === 'import');
    const interrupted = command?.run({ ...desk, ledgerOf: dying }, [SHOP, at('in.csv')], {});
    await expect(interrupted).rejects.toThrow('the machine died');
    expect(await balance(5_000, 'points')).toBe(1);
    expect(await balance(6_000, 'points')).toBeUndefined();

    for (const end of ['They were added.', 'All of them had been added before: nothing changed.']) {
      expect(await desk.run('import', [SHOP, at('in.csv')])).toBe(0);
      expect(desk.said).toEqual([sums, end]);
      expect(desk.shown.at(-1)).toBe('1202 of 1202 balances');
      expect(await balance(5_000, 'points')).toBe(1);
      expect(await balance(6_199, 'points')).toBe(1_200);
      expect(await balance(ALICE, 'EUR')).toBe(5_250);
      expect(await balance(BOB, 'points')).toBe(-210);
    }
    expect(await desk.run('verify')).toBe(0);
    expect(await desk.run('import', [OTHER, at('in.csv')])).toMatch(/never heard of this shop/);
  });
});

it('[MR16] credit that is kept at Shopify is not imported, and points are', async () => {
  await write('credit.csv', 'customer,unit,balance', '9100,points,5', `${ALICE},EUR,5.00`);
  const before = await balance(ALICE, 'EUR');
  await desk.run('settings', [SHOP, 'storeCredit', 'shopify']);
  for (const check of [true, false]) {
    expect(await desk.run('import', [SHOP, at('credit.csv')], { check })).toBe(1);
    expect(desk.said).toEqual([
      'Line 3: store credit is kept at Shopify: balances of it are changed there.',
      'Nothing was imported.',
    ]);
  }
  expect([await balance(9_100, 'points'), await balance(ALICE, 'EUR')]).toEqual([
    undefined,
    before,
  ]);
  await write('points.csv', 'customer,unit,balance', '9100,points,5');
  expect(await desk.run('import', [SHOP, at('points.csv')])).toBe(0);
  expect(await balance(9_100, 'points')).toBe(5);
  await desk.run('settings', [SHOP, 'storeCredit', 'tideover']);
});

it('[OP13] each line of an import has a story of its own', async () => {
  await write('story.csv', 'customer,unit,balance', '7000,points,5');
  expect(await desk.run('import', [SHOP, at('story.csv')])).toBe(0);
  const world = await openWorld({ database: openSqlite(file) });
  const { operations } = await world.get<{ operations: { id: string }[] }>('/api/pos/operations');
  const imported = operations.find((one) => one.id.startsWith('import:'));
  expect(imported?.id).toMatch(/^import:[0-9a-f]{32}-2$/);
  const story = await world.get(`/api/pos/operations/${imported?.id ?? ''}`);
  expect(story).toMatchObject({ operation: { customer: 7_000, amount: 5 } });
  await world.close();
});

describe('upkeep', () => {
  it('[OP14] a setting is shown, changed by its own words alone, and kept', async () => {
    expect(await desk.run('settings', [SHOP, 'cartExtension', 'true'])).toBe(0);
    expect(desk.said).toContain('cartExtension true');
    expect(await desk.run('settings', [SHOP, 'cartExtension', 'maybe'])).toMatch(/no setting/);
    expect(await desk.run('settings', [SHOP, 'magic', 'true'])).toMatch(/no setting/);
    expect(await desk.run('settings', [OTHER, 'cartExtension', 'true'])).toMatch(/never heard/);
    expect(await desk.run('settings', [SHOP])).toBe(0);
    expect(desk.said).toEqual(['cartExtension true', 'storeCredit tideover']);
  });

  it('[OP14] webhooks that were given up are tried again; keys are replaced', async () => {
    expect(await desk.run('stuck')).toBe(0);
    const isOurs = await desk.withDatabase((database) =>
      database.tables((sql) =>
        sql.run(
          `INSERT INTO inbox (shop, webhook_id, topic, triggered_at, received_at, state, tries,
            due_at, holder, payload)
          VALUES (?, 'w1', 'orders/create', 0, 0, 'stuck', 12, 0, NULL, ?)`,
          SHOP,
          '{}',
        ),
      ),
    );
    expect(isOurs).toBe(1);
    expect(await desk.run('stuck')).toBe(1);
    expect(desk.said[0]).toMatch(/orders\/create {2}w1 {2}received 1970-01-01.* tried 12 times/);
    expect(await desk.run('stuck', [], { retry: true })).toBe(0);
    const left = await desk.withDatabase((database) => createInbox(database).stuck(SHOP));
    expect(left).toEqual([]);
    expect(await desk.run('rotate-keys')).toBe(0);
    expect(desk.said).toEqual(['Sessions sealed anew: 0.']);
  });

  it('[OP15] the process says what it can’t do, and never makes a database', async () => {
    expect(readArguments([])).toBeUndefined();
    expect(readArguments(['help'])).toBeUndefined();
    expect(readArguments(['verify', '--help'])).toBeUndefined();
    expect(readArguments(['export', 'only-a-shop'])).toBe('Use: export <shop> <file.csv>');
    expect(readArguments(['shops', 'one'])).toBe('Use: shops ');
    expect(readArguments(['make-me-rich'])).toMatch(/There is no command "make-me-rich"/);
    expect(readArguments(['shops', '--force'])).toMatch(/--force/);
    const env = { DATABASE_FILE: at('missing.sqlite') };
    const told = await promisify(execFile)(process.execPath, [MAIN, 'verify'], { env }).catch(
      (error: unknown) => error,
    );
    expect(told).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `There is no database ${at('missing.sqlite')}.\n`,
    });
    expect(existsSync(at('missing.sqlite'))).toBe(false);
  });
});
