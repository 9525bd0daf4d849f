/**
 * Webhooks get lost. Every few minutes the server asks Shopify for the orders that changed since it
 * asked last, with an overlap for what Shopify's search is slow to show, and settles them as if
 * they had just been told. How far it has come is stored only behind what is settled; what is asked
 * twice changes nothing.
 */
import type { Database, ShopDomain } from '../database/database.ts';
import { number, perhapsNumber, perhapsText, type Sql } from '../database/sql.ts';
import type { OrderFacts } from '../ledger/order-facts.ts';
import type { Locks } from '../locks.ts';
import type { Log } from '../log.ts';
import type { Chore } from '../rounds.ts';
import { AdminApiError, type AdminApi, type AdminOf } from '../shopify/admin-api.ts';
import { askOrder, concerns, ORDERS_PER_PAGE, ORDERS_QUERY, ordersSchema } from './admin-orders.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Between one pass over the changed orders and the next. */
export const PASS_EVERY_MS = 5 * MINUTE_MS;
export const OVERLAP_MS = 10 * MINUTE_MS;
/** Without `read_all_orders` Shopify shows no older ones. */
export const FIRST_PASS_MS = 60 * DAY_MS;
export const PAGES_PER_ROUND = 20;
/** After Shopify has refused for want of a permission. */
export const DENIED_PAUSE_MS = 10 * MINUTE_MS;
/** So long at most the release of a hold waits for the orders that may have used it. */
export const COVER_WAIT_MAX_MS = DAY_MS;
const LOCK_MS = 10 * MINUTE_MS;

/** How far a shop's orders are settled. Times are the server's clock, ms since 1970. */
export interface Reconciliation {
  /** From when on the pass that runs, or else the next, asks. */
  readonly since: number;
  /** Where the pass that runs goes on; `undefined` at its first page. */
  readonly cursor: string | undefined;
  /** When the pass that runs began; `undefined` between two. */
  readonly began: number | undefined;
  /** Every order that changed before is settled; `undefined` before the first pass is through. */
  readonly covered: number | undefined;
  /** What stood in the way last; `undefined` when nothing does. */
  readonly failure: string | undefined;
  readonly failedAt: number | undefined;
}

export interface ReconcileDeps {
  readonly database: Pick<Database, 'tables'>;
  readonly adminOf: AdminOf;
  readonly settle: (shop: ShopDomain, order: OrderFacts) => Promise<void>;
  readonly locks: Pick<Locks, 'attempt'>;
  readonly log: Log;
}

export interface Reconciler {
  readonly chore: Chore;
  /** For the merchant's page; `undefined` for a shop that was never asked. */
  state(shop: ShopDomain): Promise<Reconciliation | undefined>;
  /** Holds that were due before this time may be released: their orders would be known. */
  coveredUntil(shop: ShopDomain, now: number): Promise<number>;
}

const READ = 'SELECT * FROM order_reconciliation WHERE shop = ?';
// A shop that was redacted in the middle of a pass leaves nothing behind.
const WRITE = `INSERT INTO order_reconciliation
    (shop, since, page_cursor, began, covered, failure, failed_at)
  SELECT shop, ?, ?, ?, ?, ?, ? FROM shop WHERE shop = ?
  ON CONFLICT (shop) DO UPDATE SET since = excluded.since, page_cursor = excluded.page_cursor,
    began = excluded.began, covered = excluded.covered, failure = excluded.failure,
    failed_at = excluded.failed_at`;

export function createReconciler(deps: ReconcileDeps): Reconciler {
  const { database, locks } = deps;
  const state = (shop: ShopDomain) => database.tables((sql) => read(sql, shop));
  return {
    state,
    chore: {
      name: 'orders',
      isRemote: true,
      async run(shop, now) {
        await locks.attempt(`orders/${shop}`, LOCK_MS, async () => {
          const known = await state(shop);
          if (isTime(known, now)) await goOn(deps, { shop, now, known: known ?? first(now) });
        });
      },
    },
    async coveredUntil(shop, now) {
      const known = await state(shop);
      // Nobody asks, so that there is nothing to wait for.
      if (known === undefined || isShut(known)) return now;
      return Math.max(known.covered ?? 0, now - COVER_WAIT_MAX_MS);
    },
  };
}

function first(now: number): Reconciliation {
  const none = { cursor: undefined, covered: undefined, failure: undefined, failedAt: undefined };
  return { since: now - FIRST_PASS_MS, began: undefined, ...none };
}

const isShut = ({ failure }: Reconciliation): boolean =>
  failure === 'denied' || failure === 'not-installed';

function isTime(known: Reconciliation | undefined, now: number): boolean {
  const { failure, failedAt, began, covered } = known ?? {};
  if (failure === 'denied')
    return now - (failedAt ?? 0) >= DENIED_PAUSE_MS || now < (failedAt ?? 0);
  if (began !== undefined || covered === undefined) return true;
  return now - covered >= PASS_EVERY_MS || now < covered;
}

interface Pass {
  readonly shop: ShopDomain;
  readonly now: number;
  readonly known: Reconciliation;
}

/** Goes on with the pass that runs, or begins one, for as many pages as a round may take. */
async function goOn(deps: ReconcileDeps, { shop, now, known }: Pass): Promise<void> {
  const write = (next: Reconciliation) =>
    deps.database.tables((sql) => sql.run(WRITE, ...valuesOf(shop, next)));
  const admin = deps.adminOf(shop);
  let at: Reconciliation = {
    ...known,
    began: known.began ?? now,
    failure: undefined,
    failedAt: undefined,
  };
  try {
    for (let page = 0; page < PAGES_PER_ROUND && at.began !== undefined; page += 1) {
      at = await settlePage(deps, { admin, shop, at });
      await write(at);
    }
  } catch (error) {
    if (!(error instanceof AdminApiError)) throw error;
    const { failure } = error;
    if (failure !== known.failure) deps.log('info', 'orders-not-read', { shop, failure });
    // Where a page's cursor is of no use any more, the pass begins anew.
    const restart = failure === 'refused' ? { cursor: undefined, began: undefined } : {};
    await write({ ...at, ...restart, failure, failedAt: now });
  }
}

async function settlePage(
  deps: ReconcileDeps,
  by: { readonly admin: AdminApi; readonly shop: ShopDomain; readonly at: Reconciliation },
): Promise<Reconciliation> {
  const { admin, shop, at } = by;
  const { orders } = await admin.query(
    ORDERS_QUERY,
    {
      query: `updated_at:>='${new Date(at.since).toISOString()}'`,
      first: ORDERS_PER_PAGE,
      after: at.cursor ?? null,
    },
    ordersSchema,
  );
  for (const node of orders.nodes) {
    const id = concerns(node);
    const order = id === undefined ? undefined : await readOne(deps, { admin, shop, id });
    if (order !== undefined) await deps.settle(shop, order);
  }
  const { hasNextPage, endCursor } = orders.pageInfo;
  if (hasNextPage && endCursor !== null) return { ...at, cursor: endCursor };
  const began = at.began ?? at.since;
  return { ...at, since: began - OVERLAP_MS, cursor: undefined, began: undefined, covered: began };
}

/** An order that can't be read is told in the log, and holds up no other. */
async function readOne(
  { log }: ReconcileDeps,
  { admin, shop, id }: { readonly admin: AdminApi; readonly shop: ShopDomain; readonly id: string },
): Promise<OrderFacts | undefined> {
  try {
    return await askOrder(admin, id);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    log('error', 'order-unreadable', { shop, order: id, message: error.message });
    return undefined;
  }
}

async function read(sql: Sql, shop: ShopDomain): Promise<Reconciliation | undefined> {
  const [row] = await sql.all(READ, shop);
  if (row === undefined) return undefined;
  return {
    since: number(row, 'since'),
    cursor: perhapsText(row, 'page_cursor'),
    began: perhapsNumber(row, 'began'),
    covered: perhapsNumber(row, 'covered'),
    failure: perhapsText(row, 'failure'),
    failedAt: perhapsNumber(row, 'failed_at'),
  };
}

function valuesOf(shop: ShopDomain, one: Reconciliation) {
  const { since, cursor, began, covered, failure, failedAt } = one;
  const rest = [began, covered].map((time) => time ?? null);
  return [since, cursor ?? null, ...rest, failure ?? null, failedAt ?? null, shop] as const;
}
