/**
 * What the merchant's sync log is searched by, and the times in which registers were connected. Old
 * operations are filled in from what registers had sent, in each engine's own words.
 */

const COLUMNS = `
  -- Who worked at the register and where it stood, the order that is named, and whether it was
  -- asked without a network (1), as far as that was said.
  ALTER TABLE operation ADD COLUMN staff INTEGER;
  ALTER TABLE operation ADD COLUMN location INTEGER;
  ALTER TABLE operation ADD COLUMN order_id INTEGER;
  ALTER TABLE operation ADD COLUMN offline INTEGER;
  CREATE INDEX sync_by_seq ON sync (shop, seq_after);
`;

/** What a register's own JSON does not say is taken from the sync that brought it. */
const FILL_FROM_SYNC = `
  UPDATE operation SET
    staff = coalesce(staff, (SELECT s.staff FROM sync s
      WHERE s.shop = operation.shop AND s.seq_after >= operation.seq
        AND s.seq_before < operation.seq
        AND s.seq_after < operation.seq + 1000
      ORDER BY s.seq_after LIMIT 1)),
    location = coalesce(location, (SELECT s.location FROM sync s
      WHERE s.shop = operation.shop AND s.seq_after >= operation.seq
        AND s.seq_before < operation.seq
        AND s.seq_after < operation.seq + 1000
      ORDER BY s.seq_after LIMIT 1))
    WHERE device IS NOT NULL AND (staff IS NULL OR location IS NULL);
`;

const REST = `
  CREATE INDEX operation_by_customer ON operation (shop, customer_key, seq)
    WHERE customer_key IS NOT NULL;
  CREATE INDEX operation_by_order ON operation (shop, order_id, seq) WHERE order_id IS NOT NULL;
  CREATE INDEX operation_flagged ON operation (shop, seq) WHERE flags <> '[]';
  CREATE INDEX operation_by_kind ON operation (shop, kind, seq)
    WHERE kind NOT IN ('intent', 'commit', 'earn', 'order');

  -- The span in which a register is heard of without a longer pause stands in its own row; those
  -- that have ended stand here.
  ALTER TABLE register ADD COLUMN connected_since INTEGER NOT NULL DEFAULT 0;
  UPDATE register SET connected_since = last_seen_at;
  CREATE TABLE register_span (
    shop TEXT NOT NULL,
    device TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    to_at INTEGER NOT NULL,
    PRIMARY KEY (shop, device, from_at)
  ) STRICT;

  -- How a shop writes times and money, as Shopify said last.
  CREATE TABLE shop_profile (
    shop TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    currency TEXT NOT NULL,
    asked_at INTEGER NOT NULL
  ) STRICT;
`;

/** Only what was read and settled is sure to be JSON of the right shape. */
const READ = `WHERE status IN ('applied', 'closed')`;

const FILL_SQLITE = `
  UPDATE operation SET
    staff = json_extract(content, '$.staff'),
    location = json_extract(content, '$.location'),
    order_id = coalesce(json_extract(content, '$.body.orderId'),
      json_extract(content, '$.orderId')),
    offline = json_extract(content, '$.body.offline')
    ${READ};
`;

const FILL_POSTGRES = `
  UPDATE operation SET
    staff = (content::json ->> 'staff')::bigint,
    location = (content::json ->> 'location')::bigint,
    order_id = coalesce(content::json #>> '{body,orderId}', content::json ->> 'orderId')::bigint,
    offline = (content::json #>> '{body,offline}')::boolean::int
    ${READ};
`;

export const MERCHANT_LOG_TABLES = {
  sqlite: [COLUMNS, FILL_SQLITE, FILL_FROM_SYNC, REST].join('\n'),
  postgres: [COLUMNS, FILL_POSTGRES, FILL_FROM_SYNC, REST].join('\n'),
} as const;
