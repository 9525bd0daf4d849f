/** Webhooks that were received and not yet dealt with, and what they ask of privacy. */
export const INBOX_TABLES = `
  -- state: "waiting" until it is dealt with ("done") or given up for a person to look at ("stuck").
  -- due_at of a waiting row: not before; while holder is set, the end of that process's turn.
  CREATE TABLE inbox (
    shop TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    triggered_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    holder TEXT,
    payload TEXT,
    PRIMARY KEY (shop, webhook_id)
  ) STRICT;
  CREATE INDEX inbox_waiting ON inbox (due_at) WHERE state = 'waiting';
  CREATE INDEX inbox_stuck ON inbox (shop, received_at) WHERE state = 'stuck';
  CREATE INDEX inbox_done ON inbox (received_at) WHERE state = 'done';

  -- What a customer asked to be told, written down for the merchant to hand on.
  CREATE TABLE data_request (
    shop TEXT NOT NULL,
    request_id TEXT NOT NULL,
    customer_id INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (shop, request_id)
  ) STRICT;

  -- Customers whose balances are gone, until every register has heard so.
  CREATE TABLE forgotten (
    shop TEXT NOT NULL,
    customer_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    PRIMARY KEY (shop, customer_id)
  ) STRICT;
`;
