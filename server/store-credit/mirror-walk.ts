/**
 * Carries balances from Shopify into the ledger. A balance and what it has in it must be read at
 * one moment: when anything was moved at Shopify in between, the balance is thrown away and read
 * again another time. An account with a transfer on its way is left as it is until that is cleared
 * up.
 */
import type { Currency } from '../../shared/amount.ts';
import type { CustomerKey, Database, ShopDomain } from '../database/database.ts';
import { number, text, type Sql } from '../database/sql.ts';
import type { Ledger } from '../ledger.ts';
import { mirrorDecision, type Mirrored } from '../ledger/mirror.ts';
import { putWalk, readLink, type Link } from './link.ts';
import { appliedIn } from './owners.ts';
import type { CreditApi, CustomerCredit } from './shopify-credit.ts';

/** Pages of customers in one round of a shop. */
const PAGES_PER_ROUND = 10;
/** A walk through all customers begins not more often than this. */
const WALK_EVERY_MS = 15 * 60_000;
/** So often it is read anew when the ledger decided something in between; then heirs wait. */
const READS_MAX = 8;

export interface MirrorDeps {
  readonly database: Pick<Database, 'tables' | 'read'>;
  readonly ledger: Pick<Ledger, 'settle'>;
  readonly clock: { now(): number };
  readonly shop: ShopDomain;
}

export interface Walking extends MirrorDeps {
  readonly api: CreditApi;
  readonly until: number;
}

/** The next pages of the walk through all customers of the shop. */
export async function walk(walking: Walking, link: Link): Promise<void> {
  const { api, database, shop, clock, until } = walking;
  const unit = await currencyOf(walking);
  if (unit === undefined) return;
  let { page } = link;
  let beganAt = link.walkBeganAt ?? 0;
  const isDue = page !== undefined || Math.abs(clock.now() - beganAt) >= WALK_EVERY_MS;
  if (!isDue) return;
  if (page === undefined) beganAt = clock.now();
  for (let n = 0; n < PAGES_PER_ROUND && clock.now() < until; n += 1) {
    const before = await database.tables((sql) => readLink(sql, shop));
    const { customers, next } = await api.page(unit, page);
    const isKept = await mirror(walking, { unit, credits: customers, moves: before?.moves });
    if (!isKept) return;
    page = next;
    await database.tables((sql) => putWalk(sql, shop, { page, beganAt }));
    if (page === undefined) return;
  }
}

/** One customer, whose credit was just read: `moves` as they were before. */
export async function mirrorOne(
  deps: MirrorDeps,
  by: { readonly unit: Currency; readonly credit: CustomerCredit; readonly moves: number },
): Promise<void> {
  const { unit, credit, moves } = by;
  if ((await currencyOf(deps)) !== unit) return;
  await mirror(deps, { unit, credits: [credit], moves });
}

async function currencyOf({ database, shop }: MirrorDeps): Promise<Currency | undefined> {
  return database.read(shop, async (reader) => (await reader.shop())?.program.currency);
}

/** `false`: something was moved while it was read, or somebody was merged. */
async function mirror(
  { database, ledger, shop }: MirrorDeps,
  by: {
    readonly unit: Currency;
    readonly credits: readonly CustomerCredit[];
    readonly moves: number | undefined;
  },
): Promise<boolean> {
  const { unit, credits, moves } = by;
  for (let reads = 1; ; reads += 1) {
    const read = await database.tables(async (sql) => {
      const [head] = await sql.all(HEAD, shop);
      const mirrored = await knownOf(sql, shop, { unit, credits });
      // Read last, so that what was read before it is of the same moment.
      const link = await readLink(sql, shop);
      if (head === undefined || link?.moves !== moves || link?.isOn !== true) return undefined;
      // Who was merged since the feed was followed is not among the heirs yet.
      if ((await sql.all(MERGED_SINCE, shop, link.seq)).length > 0) return undefined;
      return { mirrored, seq: number(head, 'seq') };
    });
    if (read === undefined) return false;
    const isLast = reads === READS_MAX;
    const mirrored = read.mirrored.filter(({ merged }) => !isLast || merged === undefined);
    if (mirrored.length === 0) return true;
    const seq = isLast ? undefined : read.seq;
    const settled = await ledger.settle(shop, mirrorDecision({ unit, mirrored, seq }));
    if ('refused' in settled || settled.result) return true;
  }
}

const HEAD = 'SELECT seq FROM shop WHERE shop = ?';
const MERGED_SINCE = `SELECT seq FROM operation
  WHERE shop = ? AND seq > ? AND kind = 'merge' LIMIT 1`;
const KEY = 'SELECT customer_key FROM customer WHERE shop = ? AND customer_id = ?';
const FORGOTTEN = 'SELECT seq FROM forgotten WHERE shop = ? AND customer_id = ?';

async function knownOf(
  sql: Sql,
  shop: ShopDomain,
  by: { readonly unit: Currency; readonly credits: readonly CustomerCredit[] },
): Promise<readonly Mirrored[]> {
  const found: Mirrored[] = [];
  for (const { customer, balance } of by.credits) {
    const [row] = await sql.all(KEY, shop, customer);
    if (row === undefined && balance === 0) continue;
    // Registers are still being told that this customer is gone.
    if ((await sql.all(FORGOTTEN, shop, customer)).length > 0) continue;
    const key = row === undefined ? undefined : (text(row, 'customer_key') as CustomerKey);
    const parts =
      key === undefined
        ? { applied: 0, merged: undefined }
        : await appliedIn(sql, shop, { key, unit: by.unit });
    if (parts !== undefined) found.push({ customer, key, balance, ...parts });
  }
  return found;
}
