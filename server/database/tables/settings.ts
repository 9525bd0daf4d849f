/** What a merchant has decided about the server's own doors, every version; and locks. */
export const SETTING_TABLES = `
  CREATE TABLE setting (
    shop TEXT NOT NULL,
    version INTEGER NOT NULL,
    settings TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (shop, version)
  ) STRICT;

  CREATE TABLE held_lock (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    held_until INTEGER NOT NULL
  ) STRICT;
`;
