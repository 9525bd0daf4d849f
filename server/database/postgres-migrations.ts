/**
 * The tables of PostgreSQL, one numbered step after the other; forward only. A step that has been
 * released is never edited: a change is a new step.
 */
import type { Connections, Session } from './postgres-connections.ts';
import { definedInPostgres } from './postgres-words.ts';
import { number } from './sql.ts';
import { stepsFor } from './tables/steps.ts';
import { newerVersion } from './versions.ts';

/** The ledger's tables as the embedded engine had them when PostgreSQL joined it. */
const LEDGER_TABLES = `
  CREATE TABLE mark (name TEXT PRIMARY KEY, value TEXT NOT NULL);

  CREATE TABLE shop (
    shop TEXT PRIMARY KEY,
    shop_id BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    log BIGINT NOT NULL,
    customers BIGINT NOT NULL,
    program TEXT NOT NULL,
    policy TEXT NOT NULL
  );

  CREATE TABLE customer (
    shop TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    customer_key TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (shop, customer_id)
  );
  CREATE UNIQUE INDEX customer_by_key ON customer (shop, customer_key);

  CREATE TABLE operation (
    shop TEXT NOT NULL,
    seq BIGINT NOT NULL,
    op_key TEXT NOT NULL,
    op_id TEXT,
    hash TEXT NOT NULL,
    kind TEXT NOT NULL,
    ref TEXT,
    customer_key TEXT,
    unit TEXT,
    amount BIGINT,
    status TEXT NOT NULL,
    reason TEXT,
    flags TEXT NOT NULL,
    repeats BIGINT NOT NULL,
    device TEXT,
    sync_id TEXT,
    at BIGINT NOT NULL,
    asked_at BIGINT,
    content TEXT NOT NULL,
    period BIGINT
  );
  CREATE UNIQUE INDEX operation_at ON operation (shop, seq);
  -- An operation id is settled once, for ever; the database itself refuses a second time.
  CREATE UNIQUE INDEX operation_once ON operation (shop, op_key) WHERE status <> 'mismatch';
  CREATE UNIQUE INDEX operation_by_key ON operation (shop, op_key, hash);
  CREATE INDEX operation_by_device ON operation (shop, device, seq) WHERE device IS NOT NULL;
  CREATE INDEX operation_by_ref ON operation (shop, ref, seq) WHERE ref IS NOT NULL;
  CREATE INDEX operation_by_status ON operation (shop, status, seq) WHERE status <> 'applied';
  CREATE INDEX operation_by_period ON operation (shop, device, period) WHERE period IS NOT NULL;

  CREATE TABLE entry (
    shop TEXT NOT NULL,
    seq BIGINT NOT NULL,
    line BIGINT NOT NULL,
    customer_key TEXT NOT NULL,
    unit TEXT NOT NULL,
    customer BIGINT NOT NULL,
    held BIGINT NOT NULL,
    redeemed BIGINT NOT NULL,
    issued BIGINT NOT NULL,
    balance BIGINT NOT NULL,
    PRIMARY KEY (shop, seq, line),
    CHECK (customer + held + redeemed + issued = 0)
  );
  CREATE INDEX entry_by_customer ON entry (shop, customer_key, seq, line) WHERE customer <> 0;

  CREATE TABLE account (
    shop TEXT NOT NULL,
    customer_key TEXT NOT NULL,
    unit TEXT NOT NULL,
    customer BIGINT NOT NULL,
    held BIGINT NOT NULL,
    redeemed BIGINT NOT NULL,
    issued BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (shop, customer_key, unit),
    CHECK (customer + held + redeemed + issued = 0)
  );

  CREATE TABLE redemption (
    shop TEXT NOT NULL,
    ref TEXT NOT NULL,
    facts TEXT NOT NULL,
    customer_key TEXT,
    unit TEXT,
    held BIGINT NOT NULL,
    captured BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    given_back BIGINT NOT NULL,
    due_at BIGINT,
    PRIMARY KEY (shop, ref)
  );

  CREATE INDEX redemption_open ON redemption (shop, seq) WHERE held > 0;
  CREATE INDEX redemption_due ON redemption (shop, due_at) WHERE due_at IS NOT NULL;

  -- '' and 0 stand for a name that is not known.
  CREATE TABLE sale (
    shop TEXT NOT NULL,
    sale_key TEXT NOT NULL,
    order_id BIGINT NOT NULL,
    facts TEXT NOT NULL,
    customer_key TEXT,
    points BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (shop, sale_key, order_id)
  );
  CREATE INDEX sale_by_order ON sale (shop, order_id) WHERE order_id <> 0;

  CREATE TABLE returned (
    shop TEXT NOT NULL,
    return_key TEXT NOT NULL,
    facts TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (shop, return_key)
  );
  -- Which returns name an order ("order/70") or a redemption ("ref/R1...").
  CREATE TABLE returned_by (
    shop TEXT NOT NULL,
    name TEXT NOT NULL,
    return_key TEXT NOT NULL,
    PRIMARY KEY (shop, name, return_key)
  );

  CREATE TABLE policy_version (
    shop TEXT NOT NULL,
    version BIGINT NOT NULL,
    policy TEXT NOT NULL,
    PRIMARY KEY (shop, version)
  );
  CREATE TABLE program_version (
    shop TEXT NOT NULL,
    version BIGINT NOT NULL,
    program TEXT NOT NULL,
    PRIMARY KEY (shop, version)
  );

  CREATE TABLE writer (
    shop TEXT NOT NULL,
    writer TEXT NOT NULL,
    device TEXT,
    highest BIGINT NOT NULL,
    missing TEXT NOT NULL,
    missing_since BIGINT,
    PRIMARY KEY (shop, writer)
  );
  CREATE INDEX writer_missing ON writer (shop, missing_since) WHERE missing_since IS NOT NULL;

  CREATE TABLE register (
    shop TEXT NOT NULL,
    device TEXT NOT NULL,
    name TEXT NOT NULL,
    location BIGINT NOT NULL,
    "user" TEXT NOT NULL,
    claimed_user BIGINT NOT NULL,
    staff BIGINT,
    build TEXT NOT NULL,
    first_seen_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    pending_count BIGINT NOT NULL,
    oldest_pending_at BIGINT,
    device_time BIGINT NOT NULL,
    storage_keys BIGINT NOT NULL,
    storage_bytes BIGINT NOT NULL,
    cursor_seq BIGINT NOT NULL,
    PRIMARY KEY (shop, device)
  );

  CREATE TABLE sync (
    shop TEXT NOT NULL,
    log BIGINT NOT NULL,
    sync_id TEXT NOT NULL,
    device TEXT NOT NULL,
    name TEXT NOT NULL,
    "user" TEXT NOT NULL,
    claimed_user BIGINT NOT NULL,
    staff BIGINT,
    location BIGINT NOT NULL,
    build TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    device_time BIGINT NOT NULL,
    pending_count BIGINT NOT NULL,
    oldest_pending_at BIGINT,
    storage_keys BIGINT NOT NULL,
    storage_bytes BIGINT NOT NULL,
    operations BIGINT NOT NULL,
    damaged BIGINT NOT NULL,
    counts TEXT NOT NULL,
    seq_before BIGINT NOT NULL,
    seq_after BIGINT NOT NULL,
    ms BIGINT NOT NULL,
    PRIMARY KEY (shop, log)
  );

  CREATE TABLE attempt (
    shop TEXT NOT NULL,
    seq BIGINT NOT NULL,
    n BIGINT NOT NULL,
    sync_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    device TEXT NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (shop, seq, n)
  );

  CREATE TABLE conflict (
    shop TEXT NOT NULL,
    log BIGINT NOT NULL,
    n BIGINT NOT NULL,
    kind TEXT NOT NULL,
    seq BIGINT NOT NULL,
    sync_id TEXT NOT NULL,
    op_id TEXT,
    ref TEXT,
    customer_key TEXT,
    unit TEXT,
    amount BIGINT,
    over_by BIGINT,
    device TEXT NOT NULL,
    staff BIGINT,
    cache_age_ms BIGINT,
    order_id BIGINT,
    at BIGINT NOT NULL,
    PRIMARY KEY (shop, log, n)
  );

  CREATE TABLE damaged (
    shop TEXT NOT NULL,
    device TEXT NOT NULL,
    hash TEXT NOT NULL,
    record_key TEXT NOT NULL,
    raw TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (shop, device, hash)
  );

  CREATE TABLE slot (
    shop TEXT NOT NULL,
    device TEXT NOT NULL,
    told BIGINT NOT NULL,
    told_at BIGINT NOT NULL,
    held BIGINT NOT NULL,
    from_seq BIGINT NOT NULL,
    is_sure BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (shop, device)
  );

  CREATE TABLE lease (
    shop TEXT NOT NULL,
    customer_key TEXT NOT NULL,
    unit TEXT NOT NULL,
    device TEXT NOT NULL,
    amount BIGINT NOT NULL,
    offered BIGINT,
    seq BIGINT NOT NULL,
    wished_at BIGINT,
    PRIMARY KEY (shop, customer_key, unit, device)
  );
  CREATE INDEX lease_told ON lease (shop, device, seq);
  CREATE INDEX lease_offered ON lease (shop, device, seq) WHERE offered IS NOT NULL;
`;

export const POSTGRES_MIGRATIONS: readonly string[] = [LEDGER_TABLES, ...stepsFor('postgres')].map(
  definedInPostgres,
);

/** Any number that nobody else locks: one of the processes that start together goes first. */
const MIGRATING = 7_433_837;

/**
 * Applies the steps that this database has not seen, all in one database transaction, while no
 * other process does. Rejects, and changes nothing, when it is of a newer version or can't hold
 * every text.
 */
export async function migratePostgres(connections: Connections): Promise<void> {
  await connections.within('BEGIN', async (session) => {
    // A step may take as long as it must, and so may the wait for another process's.
    await session.query({ text: 'SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0' });
    await session.query({ text: `SELECT pg_advisory_xact_lock(${MIGRATING})` });
    await needUnicode(session);
    await session.query({
      text: 'CREATE TABLE IF NOT EXISTS migration (version BIGINT PRIMARY KEY)',
    });
    const version = await versionOf(session);
    if (version > POSTGRES_MIGRATIONS.length)
      throw newerVersion(version, POSTGRES_MIGRATIONS.length);
    for (const [index, step] of POSTGRES_MIGRATIONS.entries()) {
      if (index < version) continue;
      await session.query({ text: step });
      const add = 'INSERT INTO migration (version) VALUES ($1)';
      await session.query({ text: add, values: [index + 1] });
    }
  });
}

async function versionOf(session: Session): Promise<number> {
  const text = 'SELECT coalesce(max(version), 0) AS n FROM migration';
  const [row] = (await session.query({ text })).rows;
  return row === undefined ? 0 : number(row, 'n');
}

async function needUnicode(session: Session): Promise<void> {
  const [row] = (await session.query({ text: 'SHOW server_encoding' })).rows;
  if (row?.['server_encoding'] !== 'UTF8')
    throw new Error('The database must be made with the encoding UTF8.');
}
