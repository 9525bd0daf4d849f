/**
 * The audit of a shop's books: each statement takes the shop as ?1 and returns the rows that are
 * wrong. They recompute everything from the entries, so they may take as long as the shop's
 * history.
 */
export const BOOKS: readonly { readonly sentence: string; readonly sql: string }[] = [
  {
    sentence: 'an account differs from the sum of its entries',
    sql: `SELECT coalesce(a.customer_key, s.customer_key) AS account,
        coalesce(a.unit, s.unit) AS unit,
        a.customer AS kept, s.customer AS summed
      FROM (SELECT * FROM account WHERE shop = ?1) a
      FULL JOIN (
        SELECT customer_key, unit, sum(customer) AS customer, sum(held) AS held,
          sum(redeemed) AS redeemed, sum(issued) AS issued, max(seq) AS seq
        FROM entry WHERE shop = ?1 GROUP BY customer_key, unit
      ) s ON s.customer_key = a.customer_key AND s.unit = a.unit
      WHERE (a.customer, a.held, a.redeemed, a.issued, a.seq)
        IS DISTINCT FROM (s.customer, s.held, s.redeemed, s.issued, s.seq)`,
  },
  {
    sentence: 'the four accounts do not sum to zero',
    sql: `SELECT customer_key, unit FROM account
      WHERE shop = ?1 AND customer + held + redeemed + issued <> 0`,
  },
  {
    sentence: 'a balance kept with an entry differs from the sum up to it',
    sql: `SELECT seq, line, balance, summed FROM (
        SELECT seq, line, balance, sum(customer) OVER (
          PARTITION BY customer_key, unit ORDER BY seq, line) AS summed
        FROM entry WHERE shop = ?1
      ) e WHERE balance <> summed`,
  },
  {
    sentence: 'holds and captures differ from what the redemptions say',
    sql: `SELECT coalesce(a.customer_key, r.customer_key) AS account, a.held, r.held AS said,
        a.redeemed, r.captured AS said_captured
      FROM (SELECT * FROM account WHERE shop = ?1) a
      FULL JOIN (
        SELECT customer_key, unit, sum(held) AS held, sum(captured) AS captured
        FROM redemption WHERE shop = ?1 AND customer_key IS NOT NULL GROUP BY customer_key, unit
      ) r ON r.customer_key = a.customer_key AND r.unit = a.unit
      WHERE coalesce(a.held, 0) <> coalesce(r.held, 0)
        OR coalesce(a.redeemed, 0) <> coalesce(r.captured, 0)`,
  },
  {
    sentence: 'more stands for a redemption than can be',
    sql: `SELECT ref, held, captured, given_back FROM redemption
      WHERE shop = ?1 AND (held < 0 OR captured < 0 OR given_back < 0
        OR (held > 0 AND captured + given_back > 0))`,
  },
  {
    sentence: 'the points that stand for sales differ from what entries issued for them',
    sql: `SELECT coalesce(e.customer_key, s.customer_key) AS account, e.issued, s.points
      FROM (
        SELECT e.customer_key, 0 - sum(e.issued) AS issued FROM entry e
          JOIN operation o ON o.shop = e.shop AND o.seq = e.seq
          WHERE e.shop = ?1 AND o.kind NOT IN ('opening', 'adjustment') GROUP BY e.customer_key
      ) e FULL JOIN (
        SELECT customer_key, sum(points) AS points
        FROM sale WHERE shop = ?1 AND customer_key IS NOT NULL GROUP BY customer_key
      ) s ON s.customer_key = e.customer_key
      WHERE coalesce(e.issued, 0) <> coalesce(s.points, 0)`,
  },
  {
    sentence: 'the feed has a gap, or does not end where the shop says',
    sql: `SELECT s.seq AS said, count(o.seq) AS rows, max(o.seq) AS last
      FROM shop s LEFT JOIN operation o ON o.shop = s.shop
      WHERE s.shop = ?1 GROUP BY s.seq
      HAVING count(o.seq) <> s.seq OR coalesce(max(o.seq), 0) <> s.seq`,
  },
  {
    sentence: 'an entry belongs to an operation that was not applied',
    sql: `SELECT e.seq, o.status FROM entry e
      LEFT JOIN operation o ON o.shop = e.shop AND o.seq = e.seq
      WHERE e.shop = ?1 AND (o.status IS NULL OR o.status IN ('quarantined', 'mismatch'))`,
  },
  {
    sentence: 'the number of customers is wrong',
    sql: `SELECT s.customers AS said, count(c.customer_id) AS counted
      FROM shop s LEFT JOIN customer c ON c.shop = s.shop
      WHERE s.shop = ?1 GROUP BY s.customers HAVING count(c.customer_id) <> s.customers`,
  },
];
