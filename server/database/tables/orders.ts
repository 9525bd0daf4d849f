/** How far each shop's orders have been asked for at Shopify, and what last stood in the way. */
export const ORDER_TABLES = `
  CREATE TABLE order_reconciliation (
    shop TEXT PRIMARY KEY,
    since INTEGER NOT NULL,
    page_cursor TEXT,
    began INTEGER,
    covered INTEGER,
    failure TEXT,
    failed_at INTEGER
  ) STRICT;
`;
