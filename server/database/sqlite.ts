/**
 * The embedded engine: `node:sqlite`, one writer process per file. Everything runs one after the
 * other on one connection, so a read never sees half a transaction; durability is WAL with
 * `synchronous = FULL`.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Database, ShopDomain } from './database.ts';
import type { Dialect, Parameter } from './dialect.ts';
import { MIGRATIONS } from './sqlite-migrations.ts';
import { createReader, readStatements } from './reader.ts';
import { number, text, type Row, type Sql, type Value } from './sql.ts';
import { FORGET_EVERY_LEASE, newerVersion } from './versions.ts';
import { leaseWritesOf, writesOf, type Table, type Writes } from './writes.ts';

/** How long to wait for another process that holds the file; SQLite's own default is not at all. */
const BUSY_TIMEOUT_MS = 5_000;
const STAMP = 'stamp';

export const SQLITE: Dialect = {
  among: (select, { column, place = 2 }) =>
    `${select} AND ${column} IN (SELECT value FROM json_each(?${place}))`,
  by: (index) => `INDEXED BY ${index}`,
  join: 'CROSS JOIN',
};
const STATEMENTS = readStatements(SQLITE);

/**
 * Opens the file (or `:memory:`), brings its tables up to date, and refuses one from a newer
 * version.
 */
export function openSqlite(path: string): Database {
  const connection = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  makeDurable(connection);
  migrate(connection);
  // Without statistics a customer's history would scan the whole shop.
  connection.exec('PRAGMA optimize = 0x10002');

  const { query, run } = statements(connection);
  const sql: Sql = {
    all: async (statement, ...values) => query(statement, ...values),
    run: async (statement, ...values) => run(statement, ...values),
  };
  const reader = (shop: ShopDomain) =>
    createReader(async (sql, ...values) => query(sql, ...values), STATEMENTS, shop);
  const oneAfterTheOther = createQueue();
  const within = <T>(begin: string, work: () => Promise<T>): Promise<T> =>
    oneAfterTheOther(async () => {
      connection.exec(begin);
      try {
        const result = await work();
        connection.exec('COMMIT');
        return result;
      } catch (error) {
        if (connection.isTransaction) connection.exec('ROLLBACK');
        throw error;
      }
    });

  return {
    transact: (shop: ShopDomain, work) =>
      within('BEGIN IMMEDIATE', () =>
        work({
          ...reader(shop),
          write: async (changes) => carryOut(run, shop, writesOf(changes)),
          writeLeases: async (changes) => carryOut(run, shop, leaseWritesOf(changes)),
          sql,
        }),
      ),
    read: (shop, work) => within('BEGIN', () => work(reader(shop))),
    tables: (work) => within('BEGIN IMMEDIATE', () => work(sql)),
    shops: () =>
      oneAfterTheOther(async () =>
        query('SELECT shop FROM shop').map((row) => text(row, 'shop') as ShopDomain),
      ),
    stamp: () =>
      oneAfterTheOther(async () => {
        const [row] = query('SELECT value FROM mark WHERE name = ?', STAMP);
        return row === undefined ? undefined : text(row, 'value');
      }),
    setStamp: (stamp) =>
      oneAfterTheOther(async () => {
        run('INSERT OR REPLACE INTO mark VALUES (?, ?)', STAMP, stamp);
      }),
    startEpoch: () =>
      oneAfterTheOther(async () => {
        run('UPDATE shop SET epoch = epoch + 1');
        for (const sql of FORGET_EVERY_LEASE) run(sql);
      }),
    ping: () =>
      oneAfterTheOther(async () => {
        query('SELECT 1');
      }),
    close: () =>
      oneAfterTheOther(async () => {
        connection.exec('PRAGMA optimize');
        connection.close();
      }),
  };
}

/** Every commit waits for the disk: what was acknowledged survives a power cut. */
export function makeDurable(connection: DatabaseSync): void {
  connection.exec('PRAGMA journal_mode = WAL');
  connection.exec('PRAGMA synchronous = FULL');
}

/** Applies the steps that this file has not seen, all in one database transaction. */
function migrate(connection: DatabaseSync): void {
  connection.exec('BEGIN IMMEDIATE');
  try {
    connection.exec('CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY) STRICT');
    const row = connection.prepare('SELECT coalesce(max(version), 0) AS n FROM migration').get();
    const version = row === undefined ? 0 : number(row, 'n');
    if (version > MIGRATIONS.length) {
      throw newerVersion(version, MIGRATIONS.length);
    }
    const add = connection.prepare('INSERT INTO migration VALUES (?)');
    MIGRATIONS.slice(version).forEach((step, index) => {
      connection.exec(step);
      add.run(version + index + 1);
    });
    connection.exec('COMMIT');
  } catch (error) {
    connection.exec('ROLLBACK');
    throw error;
  }
}

/** Runs one prepared statement; answers how many rows it changed. */
type Run = (sql: string, ...values: Value[]) => number;

function statements(connection: DatabaseSync): {
  query: (sql: string, ...values: readonly Parameter[]) => readonly Row[];
  run: Run;
} {
  const prepared = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const statement = connection.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
  const single = (value: Parameter): Value =>
    typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
  return {
    query: (sql, ...values) => prepare(sql).all(...values.map(single)),
    run: (sql, ...values) => Number(prepare(sql).run(...values).changes),
  };
}

/** Writes everything that was decided; the caller's database transaction surrounds it. */
function carryOut(run: Run, shop: ShopDomain, writes: Writes): void {
  for (const write of writes) {
    if ('sql' in write) run(write.sql, shop, ...write.values);
    else if (write.rows.length > 0) {
      const sql = insertInto(write.table);
      for (const values of write.rows) run(sql, shop, ...values);
    }
  }
}

const AGAIN = { insert: 'INSERT', replace: 'INSERT OR REPLACE', ignore: 'INSERT OR IGNORE' };
const inserts = new Map<Table, string>();

function insertInto(table: Table): string {
  const known = inserts.get(table);
  if (known !== undefined) return known;
  const columns = ['shop', ...Object.keys(table.columns)];
  const places = columns.map(() => '?').join(', ');
  const sql = `${AGAIN[table.again]} INTO ${table.name} (${columns.join(', ')}) VALUES (${places})`;
  inserts.set(table, sql);
  return sql;
}

/** Starts each piece of work when the one before it has ended, however it ended. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}
