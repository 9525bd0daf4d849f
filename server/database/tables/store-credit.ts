/** What is to be debited or credited at Shopify, and how far it has come. */
export const STORE_CREDIT_TABLES = `
  -- One row for a shop that has ever kept its store credit at Shopify.
  CREATE TABLE credit_link (
    shop TEXT PRIMARY KEY,
    is_on INTEGER NOT NULL,
    -- The ledger's epoch, and the position of its feed up to which transfers were made of it.
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    -- Counts every step that may have changed a balance at Shopify.
    moves INTEGER NOT NULL,
    -- Where the walk through all customers stands, and when the last one began.
    page TEXT,
    walk_began_at INTEGER,
    -- When the feed was followed last; and the times between which a restored backup lost what was
    -- done.
    seen_at INTEGER NOT NULL,
    lost_from INTEGER,
    lost_until INTEGER
  ) STRICT;

  -- What of an account's redeemed credit Shopify's balance has in it.
  CREATE TABLE credit_account (
    shop TEXT NOT NULL,
    customer_key TEXT NOT NULL,
    unit TEXT NOT NULL,
    applied INTEGER NOT NULL,
    PRIMARY KEY (shop, customer_key, unit)
  ) STRICT;

  -- Customers that were merged: what is to be moved for one is moved for the heir.
  CREATE TABLE credit_heir (
    shop TEXT NOT NULL,
    customer_key TEXT NOT NULL,
    heir_key TEXT NOT NULL,
    PRIMARY KEY (shop, customer_key)
  ) STRICT;
  CREATE INDEX credit_heir_of ON credit_heir (shop, heir_key);

  CREATE TABLE credit_transfer (
    shop TEXT NOT NULL,
    -- The ledger's entry that it was made of.
    seq INTEGER NOT NULL,
    line INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    customer_key TEXT NOT NULL,
    unit TEXT NOT NULL,
    -- Minor units: above zero a debit at Shopify, below zero a credit.
    amount INTEGER NOT NULL,
    ref TEXT,
    state TEXT NOT NULL,
    problem TEXT,
    -- What a person needs to decide: JSON.
    evidence TEXT,
    attempt INTEGER NOT NULL,
    sent_at INTEGER,
    -- Shopify's newest transaction of the account before it was sent; '' when there was none.
    newest_before TEXT,
    -- Whose account it was sent to, and which; '' when there was none yet.
    sent_to TEXT,
    sent_account TEXT,
    transaction_id TEXT,
    -- Since when, and when last, Shopify could not be asked about its account.
    failing_since INTEGER,
    failed_at INTEGER,
    made_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT,
    PRIMARY KEY (shop, epoch, seq, line)
  ) STRICT;
  CREATE INDEX credit_transfer_open ON credit_transfer (shop, state, seq) WHERE state <> 'done';
  CREATE INDEX credit_transfer_of ON credit_transfer (shop, customer_key, unit)
    WHERE state <> 'done';
  -- One transaction at Shopify is one transfer of ours.
  CREATE UNIQUE INDEX credit_transfer_once ON credit_transfer (shop, transaction_id)
    WHERE transaction_id IS NOT NULL;
  -- At most one of an account is on its way.
  CREATE UNIQUE INDEX credit_transfer_sent ON credit_transfer (shop, customer_key, unit)
    WHERE state = 'sent';
`;
