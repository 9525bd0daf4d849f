/** Who has installed the app: tokens of Shopify, sealed. */
export const SESSION_TABLES = `
  CREATE TABLE session (
    id TEXT PRIMARY KEY,
    shop TEXT NOT NULL,
    -- Names the key, never holds it.
    key_id TEXT NOT NULL,
    sealed TEXT NOT NULL,
    stored_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX session_by_shop ON session (shop);
`;
