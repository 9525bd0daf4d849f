/**
 * Whether a shop keeps its store credit at Shopify, and up to where transfers were made of the
 * ledger's feed. Each step is one database transaction with its own position, so that every entry
 * makes its transfer exactly once, whoever dies in between.
 */
import type { CustomerKey, Database, ShopDomain } from '../database/database.ts';
import { number, perhapsNumber, perhapsText, text, type Row, type Sql } from '../database/sql.ts';
import { goneKey } from '../ledger/heirs.ts';

/** Positions of the feed that one database transaction looks at. */
const POSITIONS_PER_STEP = 5_000;
/**
 * How long after a restore registers may bring again what was lost: their storage forgets after 30
 * days without use.
 */
const LOST_FOR_MS = 90 * 86_400_000;
/** A clock may be this wrong against Shopify's. */
const CLOCK_SLACK_MS = 10 * 60_000;

export interface Link {
  readonly isOn: boolean;
  readonly epoch: number;
  readonly seq: number;
  readonly moves: number;
  readonly page: string | undefined;
  readonly walkBeganAt: number | undefined;
  /** What was done between these times may be missing here: a backup was restored. */
  readonly lost: { readonly from: number; readonly until: number } | undefined;
}

const LINK = 'SELECT * FROM credit_link WHERE shop = ?';
const SHOP = 'SELECT epoch, seq FROM shop WHERE shop = ?';
/** Whoever writes the shop's books waits until this database transaction is over. */
const LOCK_SHOP = 'UPDATE shop SET seq = seq WHERE shop = ?';
const PUT_LINK = `INSERT INTO credit_link
    (shop, is_on, epoch, seq, moves, page, walk_began_at, seen_at, lost_from, lost_until)
  VALUES (?, 1, ?, ?, 0, NULL, NULL, ?, NULL, NULL)
  ON CONFLICT (shop) DO UPDATE SET is_on = 1, epoch = excluded.epoch, seq = excluded.seq,
    moves = credit_link.moves + 1, page = NULL, walk_began_at = NULL, seen_at = excluded.seen_at`;
const BASE = `INSERT INTO credit_account (shop, customer_key, unit, applied)
  SELECT a.shop, a.customer_key, a.unit, a.redeemed - coalesce((
      SELECT sum(t.amount) FROM credit_transfer t
      WHERE t.shop = a.shop AND t.customer_key = a.customer_key AND t.unit = a.unit
        AND t.state <> 'done' AND NOT (t.state = 'conflict' AND t.problem = 'done-twice')), 0)
    FROM account a WHERE a.shop = ? AND a.unit <> 'points'
  ON CONFLICT (shop, customer_key, unit) DO UPDATE SET applied = excluded.applied`;
const TURN_OFF = 'UPDATE credit_link SET is_on = 0 WHERE shop = ?';
const SEEN = 'UPDATE credit_link SET seen_at = ? WHERE shop = ?';
const RESTORED = `UPDATE credit_link SET epoch = ?, lost_until = ?, moves = moves + 1,
    lost_from = CASE WHEN coalesce(lost_until, 0) < ? THEN seen_at ELSE lost_from END
  WHERE shop = ?`;
const ADVANCE = 'UPDATE credit_link SET seq = ?, moves = moves + ? WHERE shop = ? AND seq = ?';
const ENTRIES = `SELECT e.seq, e.line, e.customer_key, e.unit, e.redeemed, o.ref
  FROM entry e JOIN operation o ON o.shop = e.shop AND o.seq = e.seq
  WHERE e.shop = ? AND e.seq > ? AND e.seq <= ? AND e.redeemed <> 0 AND e.unit <> 'points'
  ORDER BY e.seq, e.line`;
const ADD = `INSERT INTO credit_transfer (shop, seq, line, epoch, customer_key, unit, amount, ref,
    state, attempt, made_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, ?, ?)`;
const PUT_WALK = 'UPDATE credit_link SET page = ?, walk_began_at = ? WHERE shop = ?';

const MERGED = `SELECT op_key, customer_key FROM operation
  WHERE shop = ? AND seq > ? AND seq <= ? AND kind = 'merge'`;
const PUT_HEIR = `INSERT INTO credit_heir (shop, customer_key, heir_key) VALUES (?, ?, ?)
  ON CONFLICT (shop, customer_key) DO NOTHING`;

function linkOf(row: Row): Link {
  const from = perhapsNumber(row, 'lost_from');
  const until = perhapsNumber(row, 'lost_until');
  const isPast = until !== undefined && number(row, 'seen_at') - until > LOST_FOR_MS;
  return {
    isOn: number(row, 'is_on') === 1,
    epoch: number(row, 'epoch'),
    seq: number(row, 'seq'),
    moves: number(row, 'moves'),
    page: perhapsText(row, 'page'),
    walkBeganAt: perhapsNumber(row, 'walk_began_at'),
    lost:
      from === undefined || until === undefined || isPast
        ? undefined
        : { from: from - CLOCK_SLACK_MS, until },
  };
}

export async function readLink(sql: Sql, shop: ShopDomain): Promise<Link | undefined> {
  const [row] = await sql.all(LINK, shop);
  return row === undefined ? undefined : linkOf(row);
}

/** Where the walk through all customers stands. */
export async function putWalk(
  sql: Sql,
  shop: ShopDomain,
  walk: { readonly page: string | undefined; readonly beganAt: number },
): Promise<void> {
  await sql.run(PUT_WALK, walk.page ?? null, walk.beganAt, shop);
}

/**
 * Follows the merchant's switch and the ledger's feed up to its head. `undefined`: the shop has
 * never kept its credit at Shopify.
 */
export async function follow(
  database: Pick<Database, 'tables'>,
  shop: ShopDomain,
  by: { readonly isOn: boolean; readonly now: number },
): Promise<Link | undefined> {
  for (;;) {
    const step = await database.tables((sql) => followOnce(sql, shop, by));
    if (!step.isMore) return step.link;
  }
}

async function followOnce(
  sql: Sql,
  shop: ShopDomain,
  { isOn, now }: { readonly isOn: boolean; readonly now: number },
): Promise<{ readonly link: Link | undefined; readonly isMore: boolean }> {
  const link = await readLink(sql, shop);
  const [head] = await sql.all(SHOP, shop);
  if (head === undefined || (link === undefined && !isOn)) return { link, isMore: false };
  const epoch = number(head, 'epoch');
  if (link !== undefined) {
    if (epoch !== link.epoch)
      await sql.run(RESTORED, epoch, now + CLOCK_SLACK_MS, now - LOST_FOR_MS, shop);
    await sql.run(SEEN, now, shop);
  }
  if (link?.isOn !== true) {
    if (isOn) await turnOn(sql, shop, now);
    return { link: await readLink(sql, shop), isMore: false };
  }
  const through = Math.min(number(head, 'seq'), link.seq + POSITIONS_PER_STEP);
  const made = await makeTransfers(sql, shop, { epoch, after: link.seq, through, now });
  await sql.run(ADVANCE, through, made, shop, link.seq);
  const isMore = through < number(head, 'seq');
  if (!isOn && !isMore) await sql.run(TURN_OFF, shop);
  return { link: await readLink(sql, shop), isMore };
}

/**
 * From here on what is redeemed is debited at Shopify. What was redeemed before stays in the books
 * alone, save for transfers that are still open from an earlier time.
 */
async function turnOn(sql: Sql, shop: ShopDomain, now: number): Promise<void> {
  await sql.run(LOCK_SHOP, shop);
  const [head] = await sql.all(SHOP, shop);
  if (head === undefined) return;
  const through = number(head, 'seq');
  await sql.run(PUT_LINK, shop, number(head, 'epoch'), through, now);
  await sql.run(BASE, shop);
  await keepHeirs(sql, shop, { after: 0, through });
}

/** Who was merged into whom at these positions of the feed. */
async function keepHeirs(
  sql: Sql,
  shop: ShopDomain,
  { after, through }: { readonly after: number; readonly through: number },
): Promise<void> {
  const prefix = goneKey('' as CustomerKey);
  for (const row of await sql.all(MERGED, shop, after, through)) {
    const gone = text(row, 'op_key').slice(prefix.length);
    await sql.run(PUT_HEIR, shop, gone, text(row, 'customer_key'));
  }
}

/** Answers how many entries it took. */
async function makeTransfers(
  sql: Sql,
  shop: ShopDomain,
  span: {
    readonly epoch: number;
    readonly after: number;
    readonly through: number;
    readonly now: number;
  },
): Promise<number> {
  const { epoch, after, through, now } = span;
  if (through <= after) return 0;
  await keepHeirs(sql, shop, { after, through });
  const entries = await sql.all(ENTRIES, shop, after, through);
  for (const row of entries) {
    const customer = text(row, 'customer_key');
    const unit = text(row, 'unit');
    const amount = number(row, 'redeemed');
    const place = [number(row, 'seq'), number(row, 'line'), epoch] as const;
    const ref = perhapsText(row, 'ref') ?? null;
    await sql.run(ADD, shop, ...place, customer, unit, amount, ref, now, now);
  }
  return entries.length;
}
