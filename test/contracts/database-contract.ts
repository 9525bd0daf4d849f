/** What every database engine must do beside the ledger's own laws. Run against each of them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ShopDomain } from '../../server/database/database.ts';
import { createLocks } from '../../server/locks.ts';
import { createSettings, SETTINGS_DEFAULT } from '../../server/settings.ts';
import { openBooks } from '../server/books.ts';
import { ALICE, commit, earn, intent, SHOP, EPOCH } from '../server/world.ts';
import { seededRandom } from '../support/seeded-random.ts';
import type { OpenedDatabase } from './ledger-contract.ts';

const OTHER_SHOP = 'other.myshopify.com' as ShopDomain;
const clock = { now: () => 1_780_000_000_000 };

export function databaseContract(name: string, open: () => Promise<OpenedDatabase>): void {
  let opened: OpenedDatabase;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(() => opened.end());

  describe(`the tables beside the ledger's on ${name}`, () => {
    it('[PQ4] all of a transaction is kept, or nothing of it', async () => {
      const { database } = opened;
      const failed = database.tables(async (sql) => {
        await sql.run("INSERT INTO mark (name, value) VALUES ('a', '1')");
        throw new Error('in the middle');
      });
      await expect(failed).rejects.toThrow('in the middle');
      const kept = await database.tables(async (sql) => [
        await sql.all('SELECT * FROM mark'),
        await sql.run("INSERT INTO mark (name, value) VALUES ('a', '1')"),
        await sql.all('SELECT * FROM mark'),
      ]);
      expect(kept).toEqual([[], 1, [{ name: 'a', value: '1' }]]);
    });

    it('[PQ10] what a statement changed is counted, and returned where it is asked for', async () => {
      const put = 'INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT (name) DO';
      const counts = await opened.database.tables(async (sql) => [
        await sql.run(`${put} NOTHING`, 'a', '1'),
        await sql.run(`${put} NOTHING`, 'a', '2'),
        await sql.run(`${put} UPDATE SET value = excluded.value`, 'a', '3'),
        await sql.all(`${put} UPDATE SET value = ?3 RETURNING value`, 'b', '4', 'five'),
        await sql.all("UPDATE mark SET value = value || '!' WHERE name = ? RETURNING *", 'a'),
        await sql.all('SELECT count(*) AS n, max(name) AS last FROM mark WHERE value <> ?', ''),
        await sql.run('DELETE FROM mark'),
      ]);
      const values = [[{ value: '4' }], [{ name: 'a', value: '3!' }], [{ n: 2, last: 'b' }]];
      expect(counts).toEqual([1, 0, 1, ...values, 2]);
    });

    it('[PQ10] text is ordered by its bytes, and holds every character but NUL', async () => {
      const names = ['b', 'B', 'a', 'Ä', 'ä', '_', '1', '🏷', '￿', "it's", '\\', '"', '{,}'];
      const { database } = opened;
      await database.tables(async (sql) => {
        for (const one of names)
          await sql.run('INSERT INTO mark (name, value) VALUES (?, ?)', one, one);
      });
      const rows = await database.tables((sql) => sql.all('SELECT name FROM mark ORDER BY name'));
      const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect(rows.map((row) => row['name'])).toEqual(names.toSorted(byBytes));
    });
  });

  describe(`the database on ${name}`, () => {
    it('[SV12] keeps its stamp, lists its shops and answers', async () => {
      const { database } = opened;
      expect(await database.stamp()).toBeUndefined();
      await database.setStamp('a');
      await database.setStamp('b');
      expect(await database.stamp()).toBe('b');
      expect(await database.shops()).toEqual([]);
      await openBooks(database);
      expect(await database.shops()).toEqual([SHOP]);
      await expect(database.ping()).resolves.toBeUndefined();
    });

    it('[LG9] nothing of a shop’s transaction is kept when it fails after its writes', async () => {
      const { database } = opened;
      const books = await openBooks(database);
      const failing = {
        ...database,
        transact: ((shop, work) =>
          database.transact(shop, async (tx) => {
            await work(tx);
            throw new Error('after the writes');
          })) as typeof database.transact,
      };
      const before = await books.balance();
      const other = openBooks(failing, { seed: 13 });
      await expect(other).rejects.toThrow('after the writes');
      expect(await books.balance()).toBe(before);
      expect(await books.ledger.verify(SHOP)).toEqual([]);
    });

    it('[LG9] the audit finds what was changed by hand', async () => {
      const { database } = opened;
      const books = await openBooks(database);
      await books.sync({ operations: [intent(), commit({ body: { captured: 300 } }), earn()] });
      expect(await books.ledger.verify(SHOP)).toEqual([]);
      const first = "unit = 'points' AND customer_key = (SELECT min(customer_key) FROM account)";
      const changes = [
        [`UPDATE account SET customer = customer + ?, issued = issued - ? WHERE ${first}`, 1],
        ['UPDATE entry SET balance = balance + ? WHERE seq = 3', 1],
        ['UPDATE redemption SET captured = captured + ?', 1],
        ['UPDATE redemption SET given_back = given_back - ?', 1],
        ['UPDATE operation SET seq = seq + ? WHERE seq = 5', 900],
        ['UPDATE shop SET seq = seq + ?', 1],
        ['UPDATE sale SET points = points + ?', 1],
        ['UPDATE shop SET customers = customers + ?', 1],
      ] as const;
      for (const [change, by] of changes) {
        const places = change.split('?').length - 1;
        const all = (sum: number) => Array.from({ length: places }, () => sum);
        const back = change.replace('seq = 5', 'seq = 905');
        await database.tables((sql) => sql.run(change, ...all(by)));
        expect(await books.ledger.verify(SHOP), change).not.toEqual([]);
        await database.tables((sql) => sql.run(back, ...all(0 - by)));
        expect(await books.ledger.verify(SHOP), change).toEqual([]);
      }
    });

    it('[LG9] the database itself refuses a lopsided entry, and an id settled twice', async () => {
      const { database } = opened;
      const books = await openBooks(database);
      await books.sync({ operations: [earn()] });
      const run = (statement: string) => database.tables((sql) => sql.run(statement));
      await expect(run('UPDATE entry SET customer = customer + 1 WHERE seq = 3')).rejects.toThrow();
      const columns = `op_key, op_id, kind, ref, customer_key, unit, amount, status, reason, flags,
        repeats, device, sync_id, at, asked_at, content, period`;
      const twice = `INSERT INTO operation (shop, seq, hash, ${columns})
        SELECT shop, 99, 'other', ${columns} FROM operation WHERE seq = 3`;
      await expect(run(twice)).rejects.toThrow(/unique/i);
      expect(await run(twice.replace("'other', op_key", "'other', 'new'"))).toBe(1);
    });

    it('[SV23] a new epoch counts for every shop, and forgets every lease', async () => {
      const { database } = opened;
      const books = await openBooks(database);
      await books.sync({ operations: [earn()] });
      await books.sync({ operations: [earn({ shopId: 7_002 })], shopId: 7_002 }, OTHER_SHOP);
      await database.startEpoch();
      for (const shop of [SHOP, OTHER_SHOP])
        expect((await database.read(shop, (reader) => reader.shop()))?.epoch).toBe(EPOCH + 1);
      const { reset } = await books.sync();
      expect(reset).toBe(true);
    });

    it('[LG15] a statement of a shop’s transaction is part of it', async () => {
      const { database } = opened;
      const books = await openBooks(database);
      const forget = 'DELETE FROM customer WHERE shop = ? AND customer_id = ?';
      const failed = database.transact(SHOP, async (tx) => {
        expect(await tx.sql.run(forget, SHOP, ALICE)).toBe(1);
        expect(await tx.customers([ALICE])).toEqual([]);
        throw new Error('not after all');
      });
      await expect(failed).rejects.toThrow('not after all');
      expect(await books.balance()).toBe(1_000);
    });
  });

  describe(`what is decided between processes, on ${name}`, () => {
    it('[PQ4] a lock is held by one, and goes to the next when it is given back', async () => {
      const random = seededRandom(3);
      const sleep = () => new Promise<void>((resolve) => setImmediate(resolve));
      const locks = createLocks({ database: opened.database, clock, random, sleep });
      let inside = 0;
      let most = 0;
      const work = async () => {
        inside += 1;
        most = Math.max(most, inside);
        const second = await locks.attempt('a', 60_000, () => Promise.resolve());
        expect(second).toBeUndefined();
        inside -= 1;
      };
      await Promise.all([1, 2, 3].map(() => locks.within('a', 60_000, work)));
      expect(most).toBe(1);
    });

    it('[PQ4] decisions about settings that meet are all kept, one after the other', async () => {
      const settings = createSettings({ database: opened.database, clock });
      const changes = [{ cartExtension: true }, { storeCredit: 'shopify' } as const];
      await Promise.all(changes.map((part) => settings.change(SHOP, part, '42')));
      expect(await settings.of(SHOP)).toEqual({ cartExtension: true, storeCredit: 'shopify' });
      expect((await settings.versions(SHOP)).map(({ version }) => version)).toEqual([2, 1]);
      expect(await settings.of(OTHER_SHOP)).toEqual(SETTINGS_DEFAULT);
    });
  });
}
