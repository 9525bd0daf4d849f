/** When a version of the program or of the policy was decided, and by whom. */
export const DECISION_TABLES = `
  -- subject: "program" or "policy". decided_by is NULL where no person of the shop's admin decided.
  -- Versions from before this table have no row.
  CREATE TABLE decision_version (
    shop TEXT NOT NULL,
    subject TEXT NOT NULL,
    version INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    decided_by TEXT,
    PRIMARY KEY (shop, subject, version)
  ) STRICT, WITHOUT ROWID;
`;
