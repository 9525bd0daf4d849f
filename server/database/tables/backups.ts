/** How far the newest verified backup reaches, by shop. */
export const BACKUP_TABLES = `
  CREATE TABLE backup_cursor (
    shop TEXT PRIMARY KEY,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    taken_at INTEGER NOT NULL
  ) STRICT;
`;
