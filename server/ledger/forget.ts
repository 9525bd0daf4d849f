/**
 * Redaction: what stands in the ledger's rows of a person or of a whole shop is taken out, in the
 * shop's own database transaction. Amounts stay where they are, under a key that leads to nobody,
 * so that the books go on summing up.
 */
import type { CustomerId } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';
import type { CustomerKey, ShopDomain } from '../database/database.ts';
import { number, text, type Row, type Sql } from '../database/sql.ts';

/** Every table in which a shop has rows of its own. A test reads the database for others. */
export const SHOP_TABLES: readonly string[] = [
  'account',
  'attempt',
  'backup_cursor',
  'cart_attempt',
  'cart_offer',
  'conflict',
  'credit_account',
  'credit_heir',
  'credit_link',
  'credit_transfer',
  'customer',
  'damaged',
  'data_request',
  'decision_version',
  'entry',
  'forgotten',
  'import_file',
  'import_part',
  'import_row',
  'inbox',
  'lease',
  'operation',
  'order_reconciliation',
  'policy_version',
  'program_version',
  'redemption',
  'register',
  'register_span',
  'returned',
  'returned_by',
  'review',
  'review_decision',
  'sale',
  'session',
  'setting',
  'shop',
  'shop_profile',
  'slot',
  'sync',
  'writer',
];

/** What stands in the place of a text that was taken out. */
const GONE = JSON.stringify({ forgotten: true });
const STEPS_MAX = 8;

/** Nothing of the shop stays, in any table. */
export async function forgetShop(sql: Sql, shop: ShopDomain): Promise<void> {
  for (const table of SHOP_TABLES) await sql.run(`DELETE FROM ${table} WHERE shop = ?`, shop);
  const locks = await sql.all('SELECT name FROM held_lock');
  for (const row of locks) {
    const name = text(row, 'name');
    // Whoever holds one names the shop at its end: "session:…", "orders/…".
    if (new RegExp(`[:/]${escaped(shop)}$`).test(name))
      await sql.run('DELETE FROM held_lock WHERE name = ?', name);
  }
}

const escaped = (literal: string) => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export interface Person {
  readonly shop: ShopDomain;
  readonly id: CustomerId;
}

/** The keys of a customer and of everyone who was merged into them; empty for somebody unknown. */
export async function keysOfPerson(
  sql: Sql,
  { shop, id }: Person,
): Promise<readonly CustomerKey[]> {
  const first = await sql.all(
    'SELECT customer_key FROM customer WHERE shop = ? AND customer_id = ?',
    shop,
    id,
  );
  const found = new Set(first.map(keyIn));
  let next = [...found];
  for (let step = 0; step < STEPS_MAX && next.length > 0; step += 1) {
    const merged: CustomerKey[] = [];
    for (const key of next) {
      const rows = await sql.all(
        `SELECT op_key FROM operation WHERE shop = ? AND kind = 'merge' AND customer_key = ?`,
        shop,
        key,
      );
      for (const row of rows) merged.push(text(row, 'op_key').replace('gone:', '') as CustomerKey);
    }
    next = merged.filter((key) => !found.has(key));
    for (const key of next) found.add(key);
  }
  return [...found];
}

const keyIn = (row: Row) => text(row, 'customer_key') as CustomerKey;

/** The ids under which Shopify knew the owners of these keys. */
export async function idsOfKeys(
  sql: Sql,
  shop: ShopDomain,
  keys: readonly CustomerKey[],
): Promise<readonly CustomerId[]> {
  const ids: CustomerId[] = [];
  for (const key of keys) {
    const rows = await sql.all(
      'SELECT customer_id FROM customer WHERE shop = ? AND customer_key = ?',
      shop,
      key,
    );
    ids.push(...rows.map((row) => number(row, 'customer_id')));
  }
  return ids;
}

/**
 * Takes out free texts about the person, and whatever names them by number: texts that could not be
 * read, names of postings, deliveries that are still to be dealt with or were given up.
 */
export async function forgetTexts(
  sql: Sql,
  person: Person,
  keys: readonly CustomerKey[],
): Promise<void> {
  const { shop } = person;
  const ids = new Set([person.id, ...(await idsOfKeys(sql, shop, keys))]);
  const names = (value: string) => [...ids].some((id) => holds(value, id));
  for (const key of keys) await forgetOwnTexts(sql, { shop, key, names });
  await forgetUnread(sql, shop, names);
  await forgetDeliveries(sql, shop, ids);
  for (const id of ids) {
    await sql.run('DELETE FROM data_request WHERE shop = ? AND customer_id = ?', shop, id);
    await sql.run('DELETE FROM import_row WHERE shop = ? AND customer_id = ?', shop, id);
  }
  // Nobody can look into a file that was not read yet; what was wrong with one names customers.
  await sql.run('DELETE FROM import_part WHERE shop = ?', shop);
  // A check that is at it would add rows once more.
  const begun = "UPDATE import_file SET problems = '[]', check_token = NULL WHERE shop = ?";
  await sql.run(begun, shop);
}

/** Whether the text holds the number, and not as a part of a longer one. */
export function holds(value: string, id: CustomerId): boolean {
  return new RegExp(`(?<!\\d)${id}(?!\\d)`).test(value);
}

interface Own {
  readonly shop: ShopDomain;
  readonly key: CustomerKey;
  readonly names: (value: string) => boolean;
}

async function forgetOwnTexts(sql: Sql, { shop, key, names }: Own): Promise<void> {
  const rows = await sql.all(
    'SELECT seq, op_key, kind, content FROM operation WHERE shop = ? AND customer_key = ?',
    shop,
    key,
  );
  for (const row of rows) {
    const [content, kind, name] = [text(row, 'content'), text(row, 'kind'), text(row, 'op_key')];
    const seq = number(row, 'seq');
    const kept = withoutText(content);
    const scrubbed = names(kept) ? GONE : kept;
    if (scrubbed !== content)
      await sql.run(
        'UPDATE operation SET content = ? WHERE shop = ? AND seq = ?',
        scrubbed,
        shop,
        seq,
      );
    // A posting may be named after its customer. No such name comes a second time.
    if ((kind === 'opening' || kind === 'adjustment') && names(name))
      await sql.run(
        'UPDATE operation SET op_key = ? WHERE shop = ? AND seq = ?',
        `${kind}:forgotten-${seq}`,
        shop,
        seq,
      );
  }
}

const DECISIONS_OF_NOBODY = `SELECT o.seq, o.content FROM review_decision d
  JOIN operation o ON o.shop = d.shop AND o.seq = d.seq
  WHERE d.shop = ? AND o.customer_key IS NULL`;

async function forgetUnread(
  sql: Sql,
  shop: ShopDomain,
  names: (value: string) => boolean,
): Promise<void> {
  const operations = await sql.all(
    `SELECT seq, content FROM operation
      WHERE shop = ? AND status <> 'applied' AND status IN ('quarantined', 'mismatch')`,
    shop,
  );
  for (const row of operations.filter((one) => names(text(one, 'content'))))
    await sql.run(
      'UPDATE operation SET content = ? WHERE shop = ? AND seq = ?',
      GONE,
      shop,
      number(row, 'seq'),
    );
  // Decisions about what could not be read belong to no customer, and may name one.
  const decisions = await sql.all(DECISIONS_OF_NOBODY, shop);
  for (const row of decisions.filter((one) => names(text(one, 'content'))))
    await sql.run(
      'UPDATE operation SET content = ? WHERE shop = ? AND seq = ?',
      withoutText(text(row, 'content')),
      shop,
      number(row, 'seq'),
    );
  const damaged = await sql.all('SELECT device, hash, raw FROM damaged WHERE shop = ?', shop);
  for (const row of damaged.filter((one) => names(text(one, 'raw'))))
    await sql.run(
      'UPDATE damaged SET raw = ? WHERE shop = ? AND device = ? AND hash = ?',
      GONE,
      shop,
      text(row, 'device'),
      text(row, 'hash'),
    );
}

const noted = v.looseObject({ body: v.looseObject({ text: v.string() }) });
const decided = v.looseObject({ comment: v.string(), by: v.string() });

/** What a person wrote on a correction goes, and who it was; the correction stays. */
function withoutText(content: string): string {
  const read = v.safeParse(noted, parsed(content));
  const own = v.safeParse(decided, parsed(content));
  if (own.success) return JSON.stringify({ ...own.output, comment: '', by: '' });
  if (!read.success || read.output.body.text === '') return content;
  return JSON.stringify({ ...read.output, body: { ...read.output.body, text: '' } });
}

const aboutCustomer = v.looseObject({ customer: v.looseObject({ id: v.number() }) });
const aboutMerger = v.looseObject({
  admin_graphql_api_customer_kept_id: v.string(),
  admin_graphql_api_customer_deleted_id: v.string(),
});

/** Mergers of this customer that were told and not yet settled, as they stand in the inbox. */
export async function openMergers(sql: Sql, { shop, id }: Person): Promise<readonly unknown[]> {
  const rows = await openDeliveries(sql, shop);
  return rows
    .filter((row) => text(row, 'topic') === 'customers/merge')
    .map((row) => parsed(text(row, 'payload')))
    .filter((payload) => isAbout(payload, new Set([id])));
}

/** Deliveries that wait to be dealt with, or were given up, and name one of these customers. */
export async function deliveriesAbout(
  sql: Sql,
  shop: ShopDomain,
  ids: ReadonlySet<CustomerId>,
): Promise<readonly Row[]> {
  const rows = await openDeliveries(sql, shop);
  return rows.filter((row) => isAbout(parsed(text(row, 'payload')), ids));
}

const openDeliveries = (sql: Sql, shop: ShopDomain) =>
  sql.all(
    `SELECT webhook_id, topic, state, triggered_at, payload FROM inbox
      WHERE shop = ? AND state IN ('waiting', 'stuck') AND payload IS NOT NULL`,
    shop,
  );

/**
 * What is still to be done of an order is done without its customer. Of what is about the person
 * alone nothing is left to do; the request to forget them ends by itself, and is kept until then.
 */
async function forgetDeliveries(
  sql: Sql,
  shop: ShopDomain,
  ids: ReadonlySet<CustomerId>,
): Promise<void> {
  for (const row of await openDeliveries(sql, shop)) {
    const [topic, payload] = [text(row, 'topic'), parsed(text(row, 'payload'))];
    if (!isAbout(payload, ids)) continue;
    if (topic === 'customers/redact' && text(row, 'state') === 'waiting') continue;
    const name = [shop, text(row, 'webhook_id')] as const;
    const kept = withoutCustomer(topic, payload);
    if (kept === undefined) await sql.run(DELIVERY_OVER, ...name);
    else await sql.run(DELIVERY_KEPT, kept, ...name);
  }
}

const DELIVERY_KEPT = 'UPDATE inbox SET payload = ? WHERE shop = ? AND webhook_id = ?';
const DELIVERY_OVER = `UPDATE inbox SET state = 'done', holder = NULL, payload = NULL
  WHERE shop = ? AND webhook_id = ?`;

function isAbout(payload: unknown, ids: ReadonlySet<CustomerId>): boolean {
  const told = v.safeParse(aboutCustomer, payload);
  if (told.success && ids.has(told.output.customer.id)) return true;
  const merger = v.safeParse(aboutMerger, payload);
  if (!merger.success) return false;
  const { admin_graphql_api_customer_kept_id: kept, admin_graphql_api_customer_deleted_id: gone } =
    merger.output;
  return [...ids].some((id) => holds(kept, id) || holds(gone, id));
}

/** `undefined` when the delivery is about the customer alone. */
function withoutCustomer(topic: string, payload: unknown): string | undefined {
  if (topic.startsWith('customers/')) return undefined;
  return JSON.stringify({ ...v.parse(v.looseObject({}), payload), customer: null });
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

/** From here on no number leads to these keys. */
export async function forgetIds(
  sql: Sql,
  shop: ShopDomain,
  keys: readonly CustomerKey[],
): Promise<void> {
  let gone = 0;
  for (const key of keys)
    gone += await sql.run('DELETE FROM customer WHERE shop = ? AND customer_key = ?', shop, key);
  if (gone > 0)
    await sql.run('UPDATE shop SET customers = customers - ? WHERE shop = ?', gone, shop);
}
