import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../server/database/sqlite-migrations.ts';
import { readStatements } from '../../server/database/reader.ts';
import { makeDurable, openSqlite, SQLITE } from '../../server/database/sqlite.ts';
import { openBooks } from './books.ts';
import { commit, earn, id, intent, SHOP } from './world.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tideover-sqlite-'));
  file = join(folder, 'ledger.sqlite');
});
afterEach(() => rm(folder, { recursive: true }));

describe('the embedded engine', () => {
  it('[LG16] a customer’s id stands in one table only, and no text repeats it', async () => {
    const CUSTOMER = 7_123_456_789;
    const database = openSqlite(file);
    const books = await openBooks(database);
    const hold = { customer: CUSTOMER, unit: 'points' as const, amount: 5 };
    await books.sync({
      operations: [
        earn({ body: { customer: CUSTOMER } }),
        intent({ hold }),
        commit({ hold, body: { captured: 5 } }),
      ],
    });
    await database.close();
    const reader = new DatabaseSync(file, { readOnly: true });
    const tables = reader.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const holding = tables
      .map(({ name }) => String(name))
      .filter((name) =>
        JSON.stringify(reader.prepare(`SELECT * FROM "${name}"`).all()).includes(String(CUSTOMER)),
      );
    expect(holding).toEqual(['customer']);
    reader.close();
  });

  it('[LG9] the audit is quiet about right books and finds what was changed by hand', async () => {
    const database = openSqlite(file);
    const books = await openBooks(database);
    await books.sync({ operations: [intent(), commit({ body: { captured: 300 } }), earn()] });
    expect(await books.ledger.verify(SHOP)).toEqual([]);
    const changes = [
      'UPDATE account SET customer = customer + 1, issued = issued - 1 WHERE rowid_is_first',
      'UPDATE entry SET balance = balance + 1 WHERE seq = 3',
      'UPDATE redemption SET captured = captured + 1',
      'DELETE FROM entry WHERE seq = 5',
      'DELETE FROM operation WHERE seq = 5',
      'UPDATE shop SET seq = seq + 1',
      "UPDATE operation SET status = 'quarantined' WHERE seq = 3",
      'UPDATE shop SET customers = customers + 1',
    ];
    const hand = new DatabaseSync(file, { timeout: 5_000 });
    for (const change of changes) {
      hand.exec('SAVEPOINT tamper');
      hand.exec(
        change.replace(
          'WHERE rowid_is_first',
          "WHERE unit = 'points' AND customer_key = (SELECT min(customer_key) FROM account)",
        ),
      );
      hand.exec('RELEASE tamper');
      expect(await books.ledger.verify(SHOP), change).not.toEqual([]);
    }
    hand.close();
    await database.close();
  });

  it('[LG9] the database refuses a lopsided entry, and an id settled twice', async () => {
    const database = openSqlite(file);
    const books = await openBooks(database);
    await books.sync({ operations: [earn()] });
    await database.close();
    const hand = new DatabaseSync(file);
    const lopsided = 'UPDATE entry SET customer = customer + 1 WHERE seq = 3';
    expect(() => hand.exec(lopsided)).toThrow(/CHECK constraint/);
    const twice = `INSERT INTO operation
        (shop, seq, op_key, hash, kind, status, flags, repeats, at, content)
      SELECT shop, 99, op_key, 'other', kind, status, flags, repeats, at, content
      FROM operation WHERE seq = 3`;
    expect(() => hand.exec(twice)).toThrow(/UNIQUE constraint/);
    hand.close();
  });

  it('[LG18] a database of a newer server is refused and left as it is', async () => {
    await openSqlite(file).close();
    const hand = new DatabaseSync(file);
    hand.prepare('INSERT INTO migration VALUES (?)').run(MIGRATIONS.length + 1);
    hand.close();
    const before = await readFile(file);
    expect(() => openSqlite(file)).toThrow(/newer server/);
    expect((await readFile(file)).equals(before)).toBe(true);
  });

  it('[LG18] tables are made once; opening again changes nothing', async () => {
    const first = openSqlite(file);
    await openBooks(first);
    await first.close();
    const hand = new DatabaseSync(file, { readOnly: true });
    const schema = () => hand.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all();
    const before = schema();
    await openSqlite(file).close();
    expect(schema().filter(({ name }) => !String(name).startsWith('sqlite_'))).toEqual(
      before.filter(({ name }) => !String(name).startsWith('sqlite_')),
    );
    expect(hand.prepare('SELECT version FROM migration').all()).toEqual(
      MIGRATIONS.map((_step, n) => ({ version: n + 1 })),
    );
    hand.close();
  });

  it('[LG12] every commit waits for the disk', () => {
    const hand = new DatabaseSync(file);
    hand.exec('PRAGMA synchronous = OFF');
    makeDurable(hand);
    expect(hand.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(hand.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    hand.close();
  });

  it.each([
    ['an empty database', 0],
    ['two thousand operations and their statistics', 8],
  ])('[LG19] no statement reads a whole shop to find a few rows in %s', async (_title, parts) => {
    const database = openSqlite(file);
    const books = await openBooks(database);
    for (let part = 0; part < parts; part += 1) {
      const operations = Array.from({ length: 250 }, (_, n) => {
        const body = { saleKey: `${part}/${n}`, customer: 1 + (n % 50) };
        return earn({ id: id(`P${part}`, n + 1), body });
      });
      await books.sync({ operations });
    }
    await database.close();
    await openSqlite(file).close();

    const hand = new DatabaseSync(file, { readOnly: true });
    for (const [name, sql] of Object.entries(readStatements(SQLITE))) {
      const steps = planOf(hand, sql);
      expect(steps.length, name).toBeGreaterThan(0);
      // A search by the shop alone is a scan of the shop.
      // What a limited list within it has found is counted, or looked up one by one.
      const wide = steps.filter((step) => /^SCAN (?![cr]$)|\(shop=\?\)/.test(step));
      expect(wide.length, `${name}: ${steps.join(' · ')}`).toBe(LISTED.has(name) ? 1 : 0);
      if (!SORTED.has(name)) expect(steps.join(' · '), name).not.toContain('TEMP B-TREE');
    }
    hand.close();
  });
});

/** Statements that answer with one row of the shop, or with all of a small table. */
const LISTED = new Set(['shop', 'registers', 'registerStates', 'slots']);

/** Statements that put the few rows which they find in order. */
const SORTED = new Set(['leasesOffered', 'logByKey', 'logPlaces', 'operation', 'saleSums']);

function planOf(connection: DatabaseSync, sql: string): readonly string[] {
  const numbers = [...sql.matchAll(/\?(\d+)/g)].map(([, place]) => Number(place));
  const places = numbers.length > 0 ? Math.max(...numbers) : sql.split('?').length - 1;
  const values = Array.from({ length: places }, () => '[]');
  const plan = connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
  return plan.map(({ detail }) => String(detail)).filter((step) => !step.includes('json_each'));
}
