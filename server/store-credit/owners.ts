/**
 * Whose account at Shopify a row of ours is about. The ledger leaves what a merged customer
 * redeemed in that customer's account; at Shopify there is only the heir's.
 */
import type { Currency } from '../../shared/amount.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import type { CustomerKey, ShopDomain } from '../database/database.ts';
import { number, text, type Sql } from '../database/sql.ts';

/** Mergers one after the other that are followed. */
const STEPS_MAX = 8;

const HEIR = 'SELECT heir_key FROM credit_heir WHERE shop = ? AND customer_key = ?';
const MERGED_INTO = 'SELECT customer_key FROM credit_heir WHERE shop = ? AND heir_key = ?';
const CUSTOMER = 'SELECT customer_id FROM customer WHERE shop = ? AND customer_key = ?';
const ACCOUNT = `SELECT held, redeemed FROM account
  WHERE shop = ? AND customer_key = ? AND unit = ?`;
const APPLIED = `SELECT applied FROM credit_account
  WHERE shop = ? AND customer_key = ? AND unit = ?`;
const OPEN = `SELECT state, amount FROM credit_transfer
  WHERE shop = ? AND customer_key = ? AND unit = ? AND state <> 'done'
    AND (state = 'sent' OR (state = 'conflict' AND problem = 'unclear'))`;

/** Into whom a customer was merged at last; the customer itself otherwise. */
export async function heirIn(
  sql: Sql,
  shop: ShopDomain,
  customer: CustomerKey,
): Promise<CustomerKey> {
  let at = customer;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const [row] = await sql.all(HEIR, shop, at);
    if (row === undefined) return at;
    at = text(row, 'heir_key') as CustomerKey;
  }
  return at;
}

/** Whom a transfer is for now: as the ledger and as Shopify know it; `undefined`: forgotten. */
export async function customerIn(
  sql: Sql,
  shop: ShopDomain,
  customer: CustomerKey,
): Promise<{ readonly key: CustomerKey; readonly id: CustomerId } | undefined> {
  const key = await heirIn(sql, shop, customer);
  const [row] = await sql.all(CUSTOMER, shop, key);
  return row === undefined ? undefined : { key, id: number(row, 'customer_id') };
}

/** What of a customer's redeemed credit Shopify's balance has in it. */
export interface Applied {
  readonly applied: number;
  /**
   * What those who were merged into this customer hold, or have redeemed and Shopify has not heard
   * of yet; `undefined` when there are none.
   */
  readonly merged: number | undefined;
}

/**
 * `undefined` while that can't be said: a transfer of the account is on its way, or the customer
 * was merged into another one.
 */
export async function appliedIn(
  sql: Sql,
  shop: ShopDomain,
  by: { readonly key: CustomerKey; readonly unit: Currency },
): Promise<Applied | undefined> {
  const { key, unit } = by;
  if ((await heirIn(sql, shop, key)) !== key) return undefined;
  const others = await mergedInto(sql, shop, key);
  let merged = others.length === 0 ? undefined : 0;
  for (const other of others) {
    const counted = await countedIn(sql, shop, { key: other, unit });
    if (counted === undefined) return undefined;
    const [account] = await sql.all(ACCOUNT, shop, other, unit);
    if (account === undefined) continue;
    merged = (merged ?? 0) + number(account, 'held') + number(account, 'redeemed') - counted;
  }
  const applied = await countedIn(sql, shop, by);
  return applied === undefined ? undefined : { applied, merged };
}

async function mergedInto(
  sql: Sql,
  shop: ShopDomain,
  heir: CustomerKey,
): Promise<readonly CustomerKey[]> {
  const found = new Set<CustomerKey>([heir]);
  // A set's loop reaches what is added while it runs.
  for (const key of found)
    for (const row of await sql.all(MERGED_INTO, shop, key))
      found.add(text(row, 'customer_key') as CustomerKey);
  return [...found].filter((key) => key !== heir);
}

async function countedIn(
  sql: Sql,
  shop: ShopDomain,
  { key, unit }: { readonly key: CustomerKey; readonly unit: Currency },
): Promise<number | undefined> {
  const open = await sql.all(OPEN, shop, key, unit);
  if (open.some((row) => text(row, 'state') === 'sent')) return undefined;
  const [row] = await sql.all(APPLIED, shop, key, unit);
  const applied = row === undefined ? 0 : number(row, 'applied');
  // Of an unclear transfer the smaller balance is believed: a debit may still be to come, a credit
  // may be in already.
  const credited = open.map((one) => Math.min(0, number(one, 'amount')));
  return credited.reduce((sum, amount) => sum + amount, applied);
}
