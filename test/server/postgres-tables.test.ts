import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { openPostgres, POSTGRES } from '../../server/database/postgres.ts';
import { POSTGRES_MIGRATIONS } from '../../server/database/postgres-migrations.ts';
import { definedInPostgres, numbered } from '../../server/database/postgres-words.ts';
import { readStatements } from '../../server/database/reader.ts';
import { MIGRATIONS } from '../../server/database/sqlite-migrations.ts';
import { stepsFor } from '../../server/database/tables/steps.ts';
import { askAt, newPostgres } from '../support/postgres.ts';
import { openBooks } from './books.ts';
import { earn, SHOP } from './world.ts';

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly isNeeded: boolean;
  readonly isKey: boolean;
}

/** Every column of SQLite's tables. */
function embeddedColumns(): readonly Column[] {
  const database = new DatabaseSync(':memory:');
  for (const step of MIGRATIONS) database.exec(step);
  const rows = database
    .prepare(
      `SELECT t.name AS t, c.name AS c, c.type, c."notnull" AS needed, c.pk FROM sqlite_schema t
        JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'`,
    )
    .all();
  database.close();
  return rows.map((row) => ({
    table: String(row['t']),
    column: String(row['c']),
    type: String(row['type']) === 'INTEGER' ? 'bigint' : 'text',
    isNeeded: row['needed'] === 1 || row['pk'] !== 0,
    isKey: row['pk'] !== 0,
  }));
}

async function scaledColumns(address: string): Promise<readonly Column[]> {
  const rows = await askAt(
    address,
    `SELECT c.table_name AS t, c.column_name AS c, c.data_type AS type, c.is_nullable AS nullable,
      EXISTS (SELECT 1 FROM information_schema.table_constraints k
        JOIN information_schema.key_column_usage u USING (constraint_name, table_name)
        WHERE k.constraint_type = 'PRIMARY KEY' AND k.table_name = c.table_name
          AND u.column_name = c.column_name) AS key
      FROM information_schema.columns c WHERE c.table_schema = 'public'`,
  );
  return rows
    .filter((row) => row['t'] !== 'migration')
    .map((row) => ({
      table: String(row['t']),
      column: String(row['c']),
      type: String(row['type']),
      isNeeded: row['nullable'] === 'NO',
      isKey: row['key'] === true,
    }));
}

const inOrder = (columns: readonly Column[]) =>
  columns.map((one) => JSON.stringify(one)).toSorted();

describe('the tables on PostgreSQL', () => {
  let address: string;
  beforeAll(async () => {
    address = await newPostgres();
  });

  it('[PQ13] processes that start together bring a database up to date once', async () => {
    const all = await Promise.all([1, 2, 3].map(() => openPostgres(address)));
    const versions = await askAt(address, 'SELECT version FROM migration ORDER BY version');
    expect(versions.map(({ version }) => Number(version))).toEqual(
      POSTGRES_MIGRATIONS.map((_step, n) => n + 1),
    );
    for (const database of all) await database.close();
  });

  it('[PQ13] both engines have the same tables, columns and keys', async () => {
    await (await openPostgres(address)).close();
    expect(inOrder(await scaledColumns(address))).toEqual(inOrder(embeddedColumns()));
  });

  it('[PQ13] both engines have the same indexes, for the same rows', async () => {
    const database = new DatabaseSync(':memory:');
    for (const step of MIGRATIONS) database.exec(step);
    const embedded = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
      .all();
    database.close();
    const scaled = await askAt(
      address,
      `SELECT indexname AS name FROM pg_indexes
        WHERE schemaname = 'public' AND indexname !~ '_pkey$'`,
    );
    const names = (rows: readonly Record<string, unknown>[]) =>
      rows.map(({ name }) => String(name)).toSorted();
    expect(names(scaled)).toEqual(names(embedded));
  });

  it('[PQ10] a definition in shared words is one of PostgreSQL', () => {
    const shared =
      'CREATE TABLE a (b TEXT, c INTEGER) STRICT, WITHOUT ROWID;\nCREATE INDEX d ON a (b);';
    expect(definedInPostgres(shared)).toBe(
      'CREATE TABLE a (b TEXT COLLATE "C", c BIGINT);\nCREATE INDEX d ON a (b);',
    );
  });

  it('[LG18] a database of a newer server is refused and left as it is', async () => {
    const newer = await newPostgres();
    await (await openPostgres(newer)).close();
    await askAt(newer, `INSERT INTO migration VALUES (${POSTGRES_MIGRATIONS.length + 1})`);
    await askAt(newer, 'DROP TABLE held_lock');
    await expect(openPostgres(newer)).rejects.toThrow(/newer server/);
    const tables = await askAt(newer, "SELECT 1 FROM pg_tables WHERE tablename = 'held_lock'");
    expect(tables).toEqual([]);
  });

  it('[LG18] a database of the first version is brought up to date with its books', async () => {
    const first = await newPostgres();
    const books = await openBooks(await openPostgres(first));
    await books.sync({ operations: [earn()] });
    const before = await books.sync();
    await books.database.close();
    const made = (shape: RegExp) =>
      stepsFor('postgres').flatMap((step) => [...step.matchAll(shape)].map((one) => one.slice(1)));
    for (const [table] of made(/CREATE TABLE (\w+)/g))
      await askAt(first, `DROP TABLE IF EXISTS ${String(table)}`);
    for (const [table, column] of made(/ALTER TABLE (\w+) ADD COLUMN (\w+)/g))
      await askAt(first, `ALTER TABLE ${String(table)} DROP COLUMN ${String(column)}`);
    for (const [index] of made(/CREATE (?:UNIQUE )?INDEX (\w+)/g))
      await askAt(first, `DROP INDEX IF EXISTS ${String(index)}`);
    await askAt(first, 'DELETE FROM migration WHERE version > 1');
    const again = await openBooks(await openPostgres(first), { seed: 12 });
    expect((await again.sync()).cursor).toEqual(before.cursor);
    expect(await again.balance()).toBe(1_020);
    expect(await again.ledger.verify(SHOP)).toEqual([]);
    await again.database.close();
  });

  it('[PQ14] a database that can’t hold every text is refused', async () => {
    const name = 'latin';
    await askAt(address, `CREATE DATABASE ${name} ENCODING LATIN1 TEMPLATE template0`);
    const latin = new URL(address);
    latin.pathname = `/${name}`;
    await expect(openPostgres(latin.href)).rejects.toThrow(/UTF8/);
  });
});

const ROWS = 2_000;

/** Fills every table of the ledger with rows of one shop that differ in every column. */
async function fill(address: string): Promise<void> {
  const columns = (await scaledColumns(address)).filter(({ table }) => LEDGERS.has(table));
  const tables = Map.groupBy(columns, ({ table }) => table);
  for (const [table, all] of tables) {
    const values = all.map(({ column, type }) => {
      if (column === 'shop') return "'s'";
      if (type === 'text') return `'${column}/' || n`;
      if (SUMS.has(table) && column !== 'seq')
        return { held: '0 - n', customer: 'n' }[column] ?? '0';
      return 'n';
    });
    const names = all.map(({ column }) => `"${column}"`).join(', ');
    const rows = table === 'shop' || table === 'mark' ? 1 : ROWS;
    await askAt(
      address,
      `INSERT INTO ${table} (${names})
        SELECT ${values.join(', ')} FROM generate_series(1, ${rows}) n`,
    );
  }
}

const LEDGERS = new Set(
  [...(POSTGRES_MIGRATIONS[0] ?? '').matchAll(/CREATE TABLE (\w+)/g)].map(([, name]) => name ?? ''),
);
const SUMS = new Set(['entry', 'account']);

describe('the statements on PostgreSQL', () => {
  it.each(['before', 'after'])(
    '[LG19] no statement reads a whole shop to find a few rows, %s its tables are analysed',
    async (when) => {
      const address = await newPostgres();
      await (await openPostgres(address)).close();
      await fill(address);
      if (when === 'after') await askAt(address, 'ANALYZE');
      const plans = await plansOf(address, Object.entries(readStatements(POSTGRES)));
      const wide = plans.filter(({ plan }) => isWide(plan));
      expect(wide.filter(({ name }) => !LISTED.has(name))).toEqual([]);
      expect(wide.length).toBe(LISTED.size);
      for (const { name, plan } of when === 'after' ? plans : []) {
        const index = INDEXES[name];
        if (index !== undefined) expect(plan, name).toContain(` using ${index} `);
      }
    },
  );
});

/** Where a search by position would find the same rows, after reading all that are newer. */
const INDEXES: Readonly<Record<string, string>> = {
  customersOf: 'customer_by_key',
  due: 'redemption_due',
  history: 'entry_by_customer',
  balancesAsOf: 'entry_by_customer',
  holds: 'redemption_open',
  floorByCustomer: 'operation_by_customer',
  floorByDevice: 'operation_by_device',
  floorByKind: 'operation_by_kind',
  floorByOrder: 'operation_by_order',
  floorByRef: 'operation_by_ref',
  floorByStatus: 'operation_by_status',
  leasesTold: 'lease_told',
  logByCustomer: 'operation_by_customer',
  logByDevice: 'operation_by_device',
  logByKey: 'operation_by_key',
  logByKind: 'operation_by_kind',
  logByOrder: 'operation_by_order',
  logByPosition: 'operation_at',
  logByRef: 'operation_by_ref',
  logByStatus: 'operation_by_status',
  missing: 'writer_missing',
  operationsByRef: 'operation_by_ref',
  operationsByRefAndStatus: 'operation_by_ref',
  operationsByStatus: 'operation_by_status',
  period: 'operation_by_period',
  salesByOrder: 'sale_by_order',
  customerEntries: 'entry_by_customer',
  settledOf: 'operation_by_device',
};

/** Statements that answer with one row of the shop, or with all of a small table. */
const LISTED = new Set(['shop', 'registers', 'registerStates', 'slots']);

/** A search by the shop alone is a scan of the shop. */
function isWide(plan: string): boolean {
  const conditions = [...plan.matchAll(/Index Cond: (.*)$/gm)].map(([, found]) => found ?? '');
  return /Seq Scan/.test(plan) || conditions.some((one) => /^\(shop = \S+\)$/.test(one));
}

/** The plans that the server keeps for these statements, whatever values come. */
async function plansOf(address: string, statements: readonly (readonly [string, string])[]) {
  const database = await openPostgres(address);
  const plans = await database.tables(async (sql) => {
    const found: { readonly name: string; readonly plan: string }[] = [];
    for (const [name, statement] of statements) {
      const text = numbered(statement);
      const places = [...text.matchAll(/\$(\d+)/g)].map(([, place]) => Number(place));
      const values = Array.from({ length: Math.max(...places) }, () => 'NULL').join(', ');
      await sql.run(`PREPARE ${name} AS ${text}`);
      const rows = await sql.all(`EXPLAIN (COSTS OFF) EXECUTE ${name} (${values})`);
      found.push({ name, plan: rows.map((row) => String(row['QUERY PLAN'])).join('\n') });
    }
    return found;
  });
  await database.close();
  return plans;
}
