/**
 * The engine for several processes: PostgreSQL. A shop's row is locked from a database
 * transaction's first statement to its commit, whichever process it runs in, so the feed has no
 * gaps and follows the order of commits.
 */
import type { Changes, Database, ShopDomain, ShopReader, ShopRow } from './database.ts';
import type { Dialect, Query } from './dialect.ts';
import type { LeaseChanges } from './leases.ts';
import {
  openConnections,
  PLANS,
  sqlOn,
  type Connections,
  type PostgresOptions,
  type Session,
} from './postgres-connections.ts';
import { migratePostgres } from './postgres-migrations.ts';
import { carryOut, createPrepare, type Prepare } from './postgres-writer.ts';
import { createReader, readStatements } from './reader.ts';
import { shopRow } from './rows.ts';
import { text, type Value } from './sql.ts';
import { FORGET_EVERY_LEASE } from './versions.ts';
import { leaseWritesOf, writesOf, type Writes } from './writes.ts';

export const POSTGRES: Dialect = {
  // The list drives, whatever the planner believes of the tables: before they have been analysed it
  // would rather read the whole shop.
  among: (select, { column, kind, place = 2 }) =>
    `SELECT found.* FROM unnest(?${place}::${kind === 'text' ? 'text' : 'bigint'}[]) AS one (name)
      CROSS JOIN LATERAL (${select} AND ${column} = one.name OFFSET 0) found`,
  by: () => '',
  join: 'JOIN',
};
const STATEMENTS = readStatements(POSTGRES);
const LOCK_SHOP = `${STATEMENTS.shop} FOR UPDATE`;
/** For a shop that has no row to lock yet: two first pushes must not both make one. */
const LOCK_NAME = 'SELECT pg_advisory_xact_lock(hashtextextended(?, 0))';

/** What was committed before it is seen by every statement behind the lock. */
const WRITING = 'BEGIN ISOLATION LEVEL READ COMMITTED';
const READING = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
/** As if alone, which is what the embedded engine is. */
const ALONE = 'BEGIN ISOLATION LEVEL SERIALIZABLE';

/** The audit reads everything, and may take as long as the shop's history. */
const LONG_READS = ['statement_timeout = 0', ...PLANS.map((plan) => `${plan} TO DEFAULT`)]
  .map((setting) => `SET LOCAL ${setting}`)
  .join('; ');

const STAMP = 'stamp';

/**
 * Opens the database at a `postgres://` address, brings its tables up to date, and refuses one from
 * a newer version. Rejects when it can't be reached.
 */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<Database> {
  const asked = readAddress(url);
  const connections = openConnections(asked.address, { ...asked.options, ...options });
  try {
    await migratePostgres(connections);
  } catch (error) {
    await connections.end();
    throw error;
  }
  return databaseOn(connections);
}

/**
 * What an address says about connections: `connections=20` (at most) and `pipeline=off` (each
 * statement waits for the one before). Everything else is PostgreSQL's.
 */
export function readAddress(url: string): {
  readonly address: string;
  readonly options: Pick<PostgresOptions, 'connectionsMax' | 'pipeline'>;
} {
  if (!URL.canParse(url)) return { address: url, options: {} };
  const address = new URL(url);
  const most = address.searchParams.get('connections');
  const pipeline = address.searchParams.get('pipeline');
  address.searchParams.delete('connections');
  address.searchParams.delete('pipeline');
  if (most !== null && !/^[1-9]\d{0,2}$/.test(most))
    throw new Error('connections= in the database address must be a whole number from 1 to 999.');
  return {
    address: address.href,
    options: {
      ...(most === null ? {} : { connectionsMax: Number(most) }),
      ...(pipeline === null ? {} : { pipeline: pipeline !== 'off' }),
    },
  };
}

function databaseOn(connections: Connections): Database {
  const prepare = createPrepare();
  const queryOn =
    (session: Session): Query =>
    async (sql, ...values) =>
      (await session.query({ ...prepare(sql), values })).rows;
  const readerOn = (session: Session, shop: ShopDomain): ShopReader => {
    const reader = createReader(queryOn(session), STATEMENTS, shop);
    return {
      ...reader,
      async faults() {
        await session.query({ text: LONG_READS });
        return reader.faults();
      },
    };
  };
  const tables: Database['tables'] = (work) =>
    connections.within(ALONE, async (session) => {
      // Its first statement may be one that writes.
      await session.begun;
      return work(sqlOn(session));
    });
  const look: Database['tables'] = (work) =>
    connections.within(READING, (session) => work(sqlOn(session)));

  return {
    transact: (shop, work) =>
      connections.within(WRITING, async (session) => {
        const locked = await lockShop(session, prepare, shop);
        const reader = readerOn(session, shop);
        return work({ ...reader, ...writerOn(session, prepare, { shop, locked, reader }) });
      }),
    read: (shop, work) => connections.within(READING, (session) => work(readerOn(session, shop))),
    tables,
    shops: () =>
      look(async (sql) =>
        (await sql.all('SELECT shop FROM shop ORDER BY shop')).map(
          (row) => text(row, 'shop') as ShopDomain,
        ),
      ),
    stamp: () =>
      look(async (sql) => {
        const [row] = await sql.all('SELECT value FROM mark WHERE name = ?', STAMP);
        return row === undefined ? undefined : text(row, 'value');
      }),
    setStamp: (stamp) =>
      tables(async (sql) => {
        const again = 'ON CONFLICT (name) DO UPDATE SET value = excluded.value';
        await sql.run(`INSERT INTO mark (name, value) VALUES (?, ?) ${again}`, STAMP, stamp);
      }),
    startEpoch: () =>
      tables(async (sql) => {
        await sql.run('UPDATE shop SET epoch = epoch + 1');
        for (const statement of FORGET_EVERY_LEASE) await sql.run(statement);
      }),
    ping: () =>
      look(async (sql) => {
        await sql.all('SELECT 1');
      }),
    close: () => connections.end(),
  };
}

/** Locks the shop and returns its row; a shop that has none is locked by its name. */
async function lockShop(
  session: Session,
  prepare: Prepare,
  shop: ShopDomain,
): Promise<ShopRow | undefined> {
  const lock = async () => {
    const { rows } = await session.query({ ...prepare(LOCK_SHOP), values: [shop] });
    return rows[0] === undefined ? undefined : shopRow(rows[0]);
  };
  const locked = await lock();
  if (locked !== undefined) return locked;
  await session.query({ ...prepare(LOCK_NAME), values: [shop] });
  return lock();
}

function writerOn(
  session: Session,
  prepare: Prepare,
  by: {
    readonly shop: ShopDomain;
    readonly locked: ShopRow | undefined;
    readonly reader: ShopReader;
  },
) {
  const { shop, locked, reader } = by;
  const sql = sqlOn(session);
  let isAsLocked = true;
  const write = (writes: Writes) => {
    isAsLocked = false;
    return carryOut(session, prepare, { shop, writes });
  };
  return {
    /** The lock has just answered it. */
    shop: async () => (isAsLocked ? locked : reader.shop()),
    write: (changes: Changes) => write(writesOf(changes)),
    writeLeases: (changes: LeaseChanges) => write(leaseWritesOf(changes)),
    sql: {
      all: (statement: string, ...values: readonly Value[]) => {
        isAsLocked = false;
        return sql.all(statement, ...values);
      },
      run: (statement: string, ...values: readonly Value[]) => {
        isAsLocked = false;
        return sql.run(statement, ...values);
      },
    },
  };
}
