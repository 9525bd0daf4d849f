import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../server/database/database.ts';
import { openPostgres, readAddress } from '../../server/database/postgres.ts';
import { numbered } from '../../server/database/postgres-words.ts';
import { createLedger } from '../../server/ledger.ts';
import * as v from '../../shared/schema.ts';
import { syncRequestSchema } from '../../shared/sync-request.ts';
import { proxyTo, type PostgresProxy } from '../support/postgres-proxy.ts';
import { askAt, emptyPostgres, newPostgres } from '../support/postgres.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { openBooks } from './books.ts';
import { earn, id, push, registerOf, SHOP } from './world.ts';

let address: string;
let proxy: PostgresProxy;
const opened: Database[] = [];

async function open(at = address): Promise<Database> {
  const database = await openPostgres(at);
  opened.push(database);
  return database;
}

beforeAll(async () => {
  address = await newPostgres();
  proxy = await proxyTo(address);
});
beforeEach(() => emptyPostgres(address));
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});
afterAll(() => proxy.close());

/** Of the content of an operation, which a write alone sends. */
const KIND_ON_THE_WIRE = '\\"kind\\"';

const sums = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    earn({ id: id('P', n + 1), body: { saleKey: `p/${n}`, customer: 1 + (n % 40) } }),
  );

describe('a database transaction on PostgreSQL', () => {
  it('[PQ1] happens not at all when a statement of it failed and nobody listened', async () => {
    const database = await open();
    const work = database.tables(async (sql) => {
      await sql.run("INSERT INTO mark (name, value) VALUES ('a', 'b')");
      await sql.run('INSERT INTO mark (name) VALUES (NULL)').catch(() => 0);
      return 'done';
    });
    await expect(work).rejects.toThrow(/rolled back/);
    expect(await askAt(address, 'SELECT * FROM mark')).toEqual([]);
  });

  it.each(['COMMIT\0', 'BEGIN ISOLATION LEVEL READ COMMITTED', KIND_ON_THE_WIRE])(
    '[PQ2] a connection that broke before %j was sent for certain loses nothing',
    async (statement) => {
      const books = await openBooks(await open(proxy.address));
      const isCommit = statement === 'COMMIT\0';
      proxy.cutAt(statement, 'before');
      const first = await books.sync({ operations: [earn()] }).catch(() => undefined);
      // Nobody can know of a commit whose answer is missing: the register sends it again.
      expect(first?.results[0]?.status).toBe(isCommit ? undefined : 'applied');
      const again = await books.sync({ operations: [earn()] });
      expect(again.results[0]?.status).toBe(isCommit ? 'applied' : 'duplicate');
      expect(await books.balance()).toBe(1_020);
      expect(await books.ledger.verify(SHOP)).toEqual([]);
    },
  );

  it('[PQ3] a commit whose answer was lost is told as a failure, and is found again', async () => {
    const books = await openBooks(await open(proxy.address));
    proxy.cutAt('COMMIT\0', 'after');
    await expect(books.sync({ operations: [earn()] })).rejects.toThrow();
    const again = await books.sync({ operations: [earn()] });
    expect(again.results[0]?.status).toBe('duplicate');
    expect(await books.balance()).toBe(1_020);
  });

  it('[PQ4] on the tables beside the ledger happens as if alone', async () => {
    const [one, two] = [await open(), await open()];
    await one.setStamp('0');
    const count = (database: Database) =>
      database.tables(async (sql) => {
        const [row] = await sql.all('SELECT value FROM mark');
        return sql.run('UPDATE mark SET value = ?', String(Number(row?.['value']) + 1));
      });
    await Promise.all(Array.from({ length: 24 }, (_, n) => count(n % 2 === 0 ? one : two)));
    expect(await one.stamp()).toBe('24');
  });

  it('[PQ5] waits for the disk, whatever the database’s own default is', async () => {
    const name = new URL(address).pathname.slice(1);
    await askAt(address, `ALTER DATABASE ${name} SET synchronous_commit = off`);
    const database = await open();
    const how = await database.tables((sql) => sql.all('SHOW synchronous_commit'));
    await askAt(address, `ALTER DATABASE ${name} RESET synchronous_commit`);
    expect(how).toEqual([{ synchronous_commit: 'on' }]);
  });
});

describe('several processes on one database', () => {
  it('[PQ6] two first pushes make one shop', async () => {
    const all = await Promise.all([open(), open(), open()]);
    const done = await Promise.all(
      all.flatMap((database, place) =>
        [0, 1].map((n) =>
          createLedger({ database, clock: { now: () => 1 }, random: seededRandom(place) }).sync({
            shop: SHOP,
            user: '42',
            request: v.parse(
              syncRequestSchema,
              push({ operations: [earn({ id: id(`F${place}`, n + 1), body: { saleKey: 'f' } })] }),
            ),
          }),
        ),
      ),
    );
    const statuses = done.flatMap((one) => ('answer' in one ? one.answer.results : []));
    expect(statuses.map(({ status }) => status).sort()).toEqual([
      'applied',
      ...Array.from({ length: 5 }, () => 'closed'),
    ]);
    expect(await all[0]?.shops()).toEqual([SHOP]);
    expect(await all[0]?.read(SHOP, (reader) => reader.faults())).toEqual([]);
  });

  it('[PQ7] settle each operation once, and a reader of the feed skips none', async () => {
    const [one, two, reading] = [await open(), await open(), await open()];
    const first = await openBooks(one);
    const second = await openBooks(two, { seed: 12 });
    const { seq } = first.start;
    const found: number[] = [];
    const read = async (through: number) => {
      for (;;) {
        const after = found.at(-1) ?? seq;
        const page = await reading.read(SHOP, async (reader) => {
          const shop = await reader.shop();
          const rows = await reader.operations({
            before: Math.min(after + 11, (shop?.seq ?? 0) + 1),
            limit: 10,
            ref: undefined,
            status: undefined,
          });
          return rows.map((row) => row.seq).filter((at) => at > after);
        });
        found.push(...page.reverse());
        if ((found.at(-1) ?? 0) >= through) return;
      }
    };
    const pushes = Array.from({ length: 30 }, (_, n) => [
      earn({ id: id('T', 2 * n + 1), body: { saleKey: `t/${n}` } }),
      earn({ id: id('T', 2 * n + 2), body: { saleKey: `u/${n}` } }),
    ]);
    const reader = read(seq + 60);
    const answers = await Promise.all(
      pushes.flatMap((operations, n) =>
        [first, second].map((books, place) =>
          books.sync({ operations, register: registerOf(`till-${place}-${n % 8}`) }),
        ),
      ),
    );
    await reader;
    const statuses = answers.flatMap(({ results }) => results.map(({ status }) => status));
    expect(statuses.filter((status) => status === 'applied')).toHaveLength(60);
    expect(statuses.filter((status) => status === 'duplicate')).toHaveLength(60);
    expect(found).toEqual(Array.from({ length: 60 }, (_, n) => seq + 1 + n));
    expect(await first.balance()).toBe(1_000 + 60 * 20);
    expect(await first.ledger.verify(SHOP)).toEqual([]);
  });
});

describe('the way to PostgreSQL', () => {
  it('[PQ8] a batch of a hundred operations waits for few answers', async () => {
    const books = await openBooks(await open(proxy.address));
    await books.sync({ operations: sums(100).slice(0, 1) });
    proxy.flights();
    await books.sync({ operations: sums(100).slice(1) });
    expect(proxy.flights()).toBeLessThanOrEqual(FLIGHTS_MAX);
  });

  it('[PQ8] with the pipeline switched off the answers are the same', async () => {
    const plain = await openBooks(await open(address));
    const piped = await plain.sync({ operations: sums(50) });
    await plain.database.close();
    opened.splice(0);
    await emptyPostgres(address);
    const slow = await openBooks(await open(`${address}&pipeline=off&connections=2`));
    const waited = await slow.sync({ operations: sums(50) });
    expect(waited).toEqual(piped);
  });

  it('[PQ9] an address may name the number of connections and switch the pipeline off', () => {
    expect(readAddress('postgres://a:b@h/d?sslmode=require&connections=7&pipeline=off')).toEqual({
      address: 'postgres://a:b@h/d?sslmode=require',
      options: { connectionsMax: 7, pipeline: false },
    });
    expect(readAddress('postgres://h/d').options).toEqual({});
    expect(() => readAddress('postgres://h/d?connections=0')).toThrow(/from 1 to 999/);
  });

  it('[PQ10] places become numbers in the order in which they stand, and texts stay', () => {
    expect(numbered("SELECT '?', \"?\", ? -- ?\nWHERE a = ? AND b = 'it''s ?'")).toBe(
      "SELECT '?', \"?\", $1 -- ?\nWHERE a = $2 AND b = 'it''s ?'",
    );
    expect(numbered('?2 ?1 ?2')).toBe('$2 $1 $2');
  });

  it('[PQ11] whole numbers are numbers, and one that a number can’t hold is refused', async () => {
    const database = await open();
    const ask = (sql: string) => database.tables(async ({ all }) => all(sql));
    const most = Number.MAX_SAFE_INTEGER;
    expect(await ask(`SELECT ${most}::bigint AS a, sum(${most}::bigint) AS b, 7 AS c`)).toEqual([
      { a: most, b: most, c: 7 },
    ]);
    await expect(ask(`SELECT ${most}::bigint + 1`)).rejects.toThrow(/whole number/);
  });
});

/**
 * Seven when nothing is split: begin and lock, names, accounts, writes, the answer in two steps,
 * commit. An early answer may come between the pieces of what is sent; one by one it is over
 * twenty.
 */
const FLIGHTS_MAX = 12;
