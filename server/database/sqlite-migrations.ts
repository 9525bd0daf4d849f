/**
 * The tables, one numbered step after the other; forward only. A step that has been released is
 * never edited: a change is a new step.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE mark (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  CREATE TABLE shop (
    shop TEXT PRIMARY KEY,
    shop_id INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    log INTEGER NOT NULL,
    customers INTEGER NOT NULL,
    program TEXT NOT NULL,
    policy TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE customer (
    shop TEXT NOT NULL,
    customer_id INTEGER NOT NULL,
    customer_key TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (shop, customer_id)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX customer_by_key ON customer (shop, customer_key);

  CREATE TABLE operation (
    shop TEXT NOT NULL,
    seq INTEGER NOT NULL,
    op_key TEXT NOT NULL,
    op_id TEXT,
    hash TEXT NOT NULL,
    kind TEXT NOT NULL,
    ref TEXT,
    customer_key TEXT,
    unit TEXT,
    amount INTEGER,
    status TEXT NOT NULL,
    reason TEXT,
    flags TEXT NOT NULL,
    repeats INTEGER NOT NULL,
    device TEXT,
    sync_id TEXT,
    at INTEGER NOT NULL,
    asked_at INTEGER,
    content TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX operation_at ON operation (shop, seq);
  -- An operation id is settled once, for ever; the database itself refuses a second time.
  CREATE UNIQUE INDEX operation_once ON operation (shop, op_key) WHERE status <> 'mismatch';
  CREATE UNIQUE INDEX operation_by_key ON operation (shop, op_key, hash);
  CREATE INDEX operation_by_device ON operation (shop, device, seq) WHERE device IS NOT NULL;
  CREATE INDEX operation_by_ref ON operation (shop, ref, seq) WHERE ref IS NOT NULL;
  CREATE INDEX operation_by_status ON operation (shop, status, seq) WHERE status <> 'applied';

  CREATE TABLE entry (
    shop TEXT NOT NULL,
    seq INTEGER NOT NULL,
    line INTEGER NOT NULL,
    customer_key TEXT NOT NULL,
    unit TEXT NOT NULL,
    customer INTEGER NOT NULL,
    held INTEGER NOT NULL,
    redeemed INTEGER NOT NULL,
    issued INTEGER NOT NULL,
    balance INTEGER NOT NULL,
    PRIMARY KEY (shop, seq, line),
    CHECK (customer + held + redeemed + issued = 0)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX entry_by_customer ON entry (shop, customer_key, seq, line) WHERE customer <> 0;

  CREATE TABLE account (
    shop TEXT NOT NULL,
    customer_key TEXT NOT NULL,
    unit TEXT NOT NULL,
    customer INTEGER NOT NULL,
    held INTEGER NOT NULL,
    redeemed INTEGER NOT NULL,
    issued INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (shop, customer_key, unit),
    CHECK (customer + held + redeemed + issued = 0)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE redemption (
    shop TEXT NOT NULL,
    ref TEXT NOT NULL,
    facts TEXT NOT NULL,
    customer_key TEXT,
    unit TEXT,
    held INTEGER NOT NULL,
    captured INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (shop, ref)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE sale (
    shop TEXT NOT NULL,
    sale_key TEXT NOT NULL,
    order_id INTEGER,
    seq INTEGER NOT NULL,
    PRIMARY KEY (shop, sale_key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sale_by_order ON sale (shop, order_id) WHERE order_id IS NOT NULL;

  CREATE TABLE writer (
    shop TEXT NOT NULL,
    writer TEXT NOT NULL,
    device TEXT,
    highest INTEGER NOT NULL,
    missing TEXT NOT NULL,
    missing_since INTEGER,
    PRIMARY KEY (shop, writer)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX writer_missing ON writer (shop, missing_since) WHERE missing_since IS NOT NULL;

  CREATE TABLE register (
    shop TEXT NOT NULL,
    device TEXT NOT NULL,
    name TEXT NOT NULL,
    location INTEGER NOT NULL,
    user TEXT NOT NULL,
    claimed_user INTEGER NOT NULL,
    staff INTEGER,
    build TEXT NOT NULL,
    first_seen_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    pending_count INTEGER NOT NULL,
    oldest_pending_at INTEGER,
    device_time INTEGER NOT NULL,
    storage_keys INTEGER NOT NULL,
    storage_bytes INTEGER NOT NULL,
    cursor_seq INTEGER NOT NULL,
    PRIMARY KEY (shop, device)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE sync (
    shop TEXT NOT NULL,
    log INTEGER NOT NULL,
    sync_id TEXT NOT NULL,
    device TEXT NOT NULL,
    name TEXT NOT NULL,
    user TEXT NOT NULL,
    claimed_user INTEGER NOT NULL,
    staff INTEGER,
    location INTEGER NOT NULL,
    build TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    device_time INTEGER NOT NULL,
    pending_count INTEGER NOT NULL,
    oldest_pending_at INTEGER,
    storage_keys INTEGER NOT NULL,
    storage_bytes INTEGER NOT NULL,
    operations INTEGER NOT NULL,
    damaged INTEGER NOT NULL,
    counts TEXT NOT NULL,
    seq_before INTEGER NOT NULL,
    seq_after INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    PRIMARY KEY (shop, log)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE attempt (
    shop TEXT NOT NULL,
    seq INTEGER NOT NULL,
    n INTEGER NOT NULL,
    sync_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    device TEXT NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (shop, seq, n)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE conflict (
    shop TEXT NOT NULL,
    log INTEGER NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT NOT NULL,
    seq INTEGER NOT NULL,
    sync_id TEXT NOT NULL,
    op_id TEXT,
    ref TEXT,
    customer_key TEXT,
    unit TEXT,
    amount INTEGER,
    over_by INTEGER,
    device TEXT NOT NULL,
    staff INTEGER,
    cache_age_ms INTEGER,
    order_id INTEGER,
    at INTEGER NOT NULL,
    PRIMARY KEY (shop, log, n)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE damaged (
    shop TEXT NOT NULL,
    device TEXT NOT NULL,
    hash TEXT NOT NULL,
    record_key TEXT NOT NULL,
    raw TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (shop, device, hash)
  ) STRICT;
  `,
  `
  CREATE INDEX redemption_open ON redemption (shop, seq) WHERE held > 0;
  `,
];
