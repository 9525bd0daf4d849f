/**
 * What waits for a person, and what was decided of it. Conflicts and damaged records have a row
 * from their first moment; what follows from the present (gaps, silent registers, open holds) has
 * one once somebody has decided something about it.
 */
export const REVIEW_TABLES = `
  CREATE TABLE review (
    shop TEXT NOT NULL,
    item TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- 0 once a decision has closed it. A derived item is open only while its cause stands, too.
    is_open INTEGER NOT NULL,
    is_derived INTEGER NOT NULL,
    at INTEGER NOT NULL,
    -- The conflict that it is.
    log INTEGER,
    n INTEGER,
    device TEXT,
    -- A damaged record's hash, a gap's writer, a hold's reference.
    subject TEXT,
    detail TEXT,
    -- Whose account it is about; a merger leads it on to the heir.
    customer_key TEXT,
    -- Feed position of the newest decision; 0 for none.
    decided INTEGER NOT NULL,
    PRIMARY KEY (shop, item)
  ) STRICT;
  CREATE INDEX review_open ON review (shop, at, item) WHERE is_open = 1 AND is_derived = 0;
  CREATE INDEX review_open_kind ON review (shop, kind, at, item)
    WHERE is_open = 1 AND is_derived = 0;
  CREATE INDEX review_closed ON review (shop, decided) WHERE is_open = 0;
  CREATE INDEX review_closed_kind ON review (shop, kind, decided) WHERE is_open = 0;
  CREATE INDEX review_of_customer ON review (shop, customer_key, at, item)
    WHERE customer_key IS NOT NULL;

  -- Each is an operation of the feed, which holds who, when, why and what it moved.
  CREATE TABLE review_decision (
    shop TEXT NOT NULL,
    item TEXT NOT NULL,
    seq INTEGER NOT NULL,
    action TEXT NOT NULL,
    -- The decision that took it back.
    undone_by INTEGER,
    PRIMARY KEY (shop, item, seq)
  ) STRICT;

  INSERT INTO review (shop, item, kind, is_open, is_derived, at, log, n, device, customer_key,
      decided)
    SELECT shop, 'conflict/' || log || '.' || n, kind, 1, 0, at, log, n, device, customer_key, 0
    FROM conflict;
  INSERT INTO review (shop, item, kind, is_open, is_derived, at, device, subject, decided)
    SELECT shop, 'damaged/' || device || '/' || hash, 'damaged', 1, 0, at, device, hash, 0
    FROM damaged;
`;
