/**
 * The POS cart app extension (legacy): which redemptions were begun under an action that it
 * offered, and what a merchant offers there beside the program's rewards. No row names a customer.
 */
export const CART_ACTION_TABLES = `
  CREATE TABLE cart_attempt (
    shop TEXT NOT NULL,
    action TEXT NOT NULL,
    n INTEGER NOT NULL,
    ref TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    PRIMARY KEY (shop, action, n)
  ) STRICT;
  CREATE INDEX cart_attempt_begun ON cart_attempt (shop, begun_at);

  CREATE TABLE cart_offer (
    shop TEXT PRIMARY KEY,
    offers TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL
  ) STRICT;
`;
