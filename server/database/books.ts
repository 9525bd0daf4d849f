/**
 * The audit of a shop's books: each statement takes the shop as ?1 and returns the rows that are
 * wrong. They recompute everything from the entries, so they may take as long as the shop's
 * history, and no longer: two lists are compared by adding them up together, because a full join
 * on SQLite walks one of them for each row of the other.
 */
export const BOOKS: readonly { readonly sentence: string; readonly sql: string }[] = [
  {
    sentence: 'an account differs from the sum of its entries',
    sql: `SELECT customer_key AS account, unit, sum(c) AS kept, sum(d) AS summed
      FROM (
        SELECT customer_key, unit, customer AS c, held AS h, redeemed AS r, issued AS i, seq AS s,
          0 AS d, 0 AS k, 0 AS q, 0 AS j, 0 AS t
        FROM account WHERE shop = ?1
        UNION ALL
        SELECT customer_key, unit, 0, 0, 0, 0, 0,
          sum(customer), sum(held), sum(redeemed), sum(issued), max(seq)
        FROM entry WHERE shop = ?1 GROUP BY customer_key, unit
      ) b GROUP BY customer_key, unit
      HAVING sum(c) <> sum(d) OR sum(h) <> sum(k) OR sum(r) <> sum(q) OR sum(i) <> sum(j)
        OR sum(s) <> sum(t)`,
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
    sql: `SELECT customer_key AS account, unit, sum(h) AS held, sum(k) AS said,
        sum(r) AS redeemed, sum(q) AS said_captured
      FROM (
        SELECT customer_key, unit, held AS h, redeemed AS r, 0 AS k, 0 AS q
        FROM account WHERE shop = ?1
        UNION ALL
        SELECT customer_key, unit, 0, 0, held, captured
        FROM redemption WHERE shop = ?1 AND customer_key IS NOT NULL
      ) b GROUP BY customer_key, unit
      HAVING sum(h) <> sum(k) OR sum(r) <> sum(q)`,
  },
  {
    sentence: 'more stands for a redemption than can be',
    sql: `SELECT ref, held, captured, given_back FROM redemption
      WHERE shop = ?1 AND (held < 0 OR captured < 0 OR given_back < 0
        OR (held > 0 AND captured + given_back > 0))`,
  },
  {
    sentence: 'the points that stand for sales differ from what entries issued for them',
    sql: `SELECT customer_key AS account, sum(i) AS issued, sum(p) AS points
      FROM (
        SELECT e.customer_key, 0 - e.issued AS i, 0 AS p FROM entry e
          JOIN operation o ON o.shop = e.shop AND o.seq = e.seq
          WHERE e.shop = ?1 AND o.kind NOT IN ('opening', 'adjustment', 'review')
        UNION ALL
        SELECT customer_key, 0, points
        FROM sale WHERE shop = ?1 AND customer_key IS NOT NULL
      ) b GROUP BY customer_key HAVING sum(i) <> sum(p)`,
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
