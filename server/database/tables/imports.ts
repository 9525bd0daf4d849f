/** Files of balances on their way into the books. */
export const IMPORT_TABLES = `
  -- state: "sending" while parts are missing or unchecked, then "refused" or "checked"; "applying"
  -- once it is decided, and "done". check_token: the check that may fill its rows.
  CREATE TABLE import_file (
    shop TEXT NOT NULL,
    import_id TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    state TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    customers INTEGER NOT NULL,
    sums TEXT NOT NULL,
    problems TEXT NOT NULL,
    problem_count INTEGER NOT NULL,
    check_token TEXT,
    begun_by TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    done_at INTEGER,
    PRIMARY KEY (shop, import_id)
  ) STRICT, WITHOUT ROWID;

  -- The file as it is sent, until it is checked; bytes as base64, because a part may end in the
  -- middle of a letter.
  CREATE TABLE import_part (
    shop TEXT NOT NULL,
    import_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (shop, import_id, n)
  ) STRICT;

  -- What a checked file says, until it is in the books.
  CREATE TABLE import_row (
    shop TEXT NOT NULL,
    import_id TEXT NOT NULL,
    line INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    unit TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (shop, import_id, line)
  ) STRICT, WITHOUT ROWID;
`;
