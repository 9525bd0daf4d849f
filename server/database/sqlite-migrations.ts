/**
 * The tables, one numbered step after the other; forward only. A step that has been released is
 * never edited: a change is a new step.
 */
import { stepsFor } from './tables/steps.ts';

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
  `
  ALTER TABLE redemption ADD COLUMN given_back INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE redemption ADD COLUMN due_at INTEGER;
  CREATE INDEX redemption_due ON redemption (shop, due_at) WHERE due_at IS NOT NULL;
  UPDATE redemption SET facts = json_set(facts,
    '$.buyers', json('[]'), '$.giveBacks', json('{}'), '$.released', json('false'),
    '$.offline', json(CASE WHEN EXISTS (
        SELECT 1 FROM operation o WHERE o.shop = redemption.shop AND o.ref = redemption.ref
          AND o.kind = 'intent' AND o.status IN ('applied', 'closed')
          AND json_extract(o.content, '$.body.offline')
      ) THEN 'true' ELSE 'false' END));

  ALTER TABLE operation ADD COLUMN period INTEGER;
  CREATE INDEX operation_by_period ON operation (shop, device, period) WHERE period IS NOT NULL;

  ALTER TABLE sale RENAME TO earned;
  DROP INDEX sale_by_order;
  -- '' and 0 stand for a name that is not known.
  CREATE TABLE sale (
    shop TEXT NOT NULL,
    sale_key TEXT NOT NULL,
    order_id INTEGER NOT NULL,
    facts TEXT NOT NULL,
    customer_key TEXT,
    points INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (shop, sale_key, order_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sale_by_order ON sale (shop, order_id) WHERE order_id <> 0;
  INSERT INTO sale
    SELECT e.shop, e.sale_key, coalesce(e.order_id, 0),
      json_object('goods', json('{}'), 'refs', json('[]'), 'takeBacks', json('{}')),
      NULL, 0, e.seq
    FROM earned e;
  -- Of several keys of one sale, the one that the earning itself named has earned.
  UPDATE sale SET facts = json_set(sale.facts, '$.earning',
      json_object('id', o.op_id, 'customer', o.customer_key, 'points', o.amount)),
    customer_key = o.customer_key, points = o.amount
    FROM operation o
    WHERE o.shop = sale.shop AND o.seq = sale.seq AND o.kind = 'earn'
      AND json_extract(o.content, '$.body.saleKey') = sale.sale_key;
  DROP TABLE earned;
  INSERT INTO sale
    SELECT r.shop, json_extract(s.value, '$.saleKey'),
      coalesce(json_extract(s.value, '$.orderId'), 0),
      json_object('goods', json('{}'), 'refs', json_group_array(r.ref ORDER BY r.ref),
        'takeBacks', json('{}')),
      NULL, 0, max(r.seq)
    FROM redemption r, json_each(r.facts, '$.sales') s WHERE true GROUP BY 1, 2, 3
    ON CONFLICT DO UPDATE
      SET facts = json_set(facts, '$.refs', json_extract(excluded.facts, '$.refs'));

  CREATE TABLE returned (
    shop TEXT NOT NULL,
    return_key TEXT NOT NULL,
    facts TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (shop, return_key)
  ) STRICT, WITHOUT ROWID;
  -- Which returns name an order ("order/70") or a redemption ("ref/R1...").
  CREATE TABLE returned_by (
    shop TEXT NOT NULL,
    name TEXT NOT NULL,
    return_key TEXT NOT NULL,
    PRIMARY KEY (shop, name, return_key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE policy_version (
    shop TEXT NOT NULL,
    version INTEGER NOT NULL,
    policy TEXT NOT NULL,
    PRIMARY KEY (shop, version)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE program_version (
    shop TEXT NOT NULL,
    version INTEGER NOT NULL,
    program TEXT NOT NULL,
    PRIMARY KEY (shop, version)
  ) STRICT, WITHOUT ROWID;
  UPDATE shop
    SET policy = json_insert(policy, '$.pin', json('null'), '$.strict', json('false'));
  INSERT INTO policy_version SELECT shop, json_extract(policy, '$.version'), policy FROM shop;
  INSERT INTO program_version SELECT shop, json_extract(program, '$.version'), program FROM shop;
  `,
  `
  CREATE TABLE slot (
    shop TEXT NOT NULL,
    device TEXT NOT NULL,
    told INTEGER NOT NULL,
    told_at INTEGER NOT NULL,
    held INTEGER NOT NULL,
    from_seq INTEGER NOT NULL,
    is_sure INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (shop, device)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE lease (
    shop TEXT NOT NULL,
    customer_key TEXT NOT NULL,
    unit TEXT NOT NULL,
    device TEXT NOT NULL,
    amount INTEGER NOT NULL,
    offered INTEGER,
    seq INTEGER NOT NULL,
    wished_at INTEGER,
    PRIMARY KEY (shop, customer_key, unit, device)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX lease_told ON lease (shop, device, seq);
  CREATE INDEX lease_offered ON lease (shop, device, seq) WHERE offered IS NOT NULL;
  `,
  ...stepsFor('sqlite'),
];
