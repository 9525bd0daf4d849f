/**
 * What Shopify asks of an app about people: mergers of customers, redaction of a customer or of a
 * shop, and what is held of a customer. See docs/laws/webhooks.md.
 */
import { assert } from '../../shared/assert.ts';
import * as v from '../../shared/schema.ts';
import { customerSchema, whole, type CustomerId } from '../../shared/protocol.ts';
import type { Database, ShopDomain } from '../database/database.ts';
import { number, text, type Sql } from '../database/sql.ts';
import type { Ledger } from '../ledger.ts';
import {
  forgetIds,
  forgetShop,
  forgetTexts,
  keysOfPerson,
  openMergers,
  type Person,
} from '../ledger/forget.ts';
import { forgetDecision, mergeDecision } from '../ledger/heirs.ts';
import type { Log } from '../log.ts';
import type { Chore, CommonChore } from '../rounds.ts';
import { customerDocument } from './customer-document.ts';
import type { Delivery, DeliveryHandler } from './delivery.ts';
import { isGone, lifeOf, type Installed } from './installation.ts';
import type { Topic } from './projection.ts';

/** The law leaves 30 days; a register that is silent for longer has lost its storage by itself. */
export const FORGET_WITHIN_MS = 29 * 86_400_000;
/** A register that was not heard for this long is not waited for. */
const REGISTER_SILENT_MS = 35 * 86_400_000;
/** The merchant has this long to hand on what a customer asked for. */
export const DATA_REQUEST_KEPT_MS = 30 * 86_400_000;
const DAY_MS = 86_400_000;

export interface PrivacyDeps {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly clock: { now(): number };
  readonly log: Log;
  /**
   * Whether Shopify still takes the shop's token: it was installed again, and its books are in use.
   * Rejects when that can't be told now. Absent where there is no Shopify to ask: then the shop's
   * registers alone say whether it is in use.
   */
  readonly installed?: ((shop: ShopDomain) => Promise<Installed>) | undefined;
}

/** What a customer asked to be told, for the merchant to hand on. */
export interface DataRequest {
  readonly requestId: string;
  readonly customer: CustomerId;
  /** Server clock, ms since 1970. */
  readonly askedAt: number;
  /** When it is deleted. */
  readonly keptUntil: number;
  /** Readable JSON. */
  readonly document: string;
}

export interface Privacy {
  readonly handlers: Readonly<Partial<Record<Topic, DeliveryHandler>>>;
  readonly chores: readonly (Chore | CommonChore)[];
  /** Newest first. */
  dataRequests(shop: ShopDomain): Promise<readonly DataRequest[]>;
}

const customerPayload = v.object({ customer: v.object({ id: customerSchema }) });
const requestPayload = v.object({
  customer: v.object({ id: customerSchema }),
  data_request: v.object({ id: whole(1) }),
});
const mergePayload = v.object({
  admin_graphql_api_customer_kept_id: v.string(),
  admin_graphql_api_customer_deleted_id: v.string(),
  status: v.string(),
});

const FORGOTTEN = `INSERT INTO forgotten (shop, customer_id, seq, asked_at) VALUES (?, ?, ?, ?)
  ON CONFLICT (shop, customer_id) DO UPDATE SET seq = excluded.seq`;
const TO_FORGET = 'SELECT customer_id, seq, asked_at FROM forgotten WHERE shop = ?';
const UNHEARD = `SELECT device FROM register
  WHERE shop = ? AND (cursor_seq < ? OR last_seen_at <= ?) AND last_seen_at > ? LIMIT 1`;
const ADD_REQUEST = `INSERT INTO data_request (shop, request_id, customer_id, asked_at, document)
  VALUES (?, ?, ?, ?, ?) ON CONFLICT (shop, request_id) DO NOTHING`;
const REQUESTS = `SELECT * FROM data_request WHERE shop = ? ORDER BY asked_at DESC, request_id`;

export function createPrivacy(deps: PrivacyDeps): Privacy {
  const { database, ledger, clock } = deps;

  async function merge({ shop, payload }: Pick<Delivery, 'shop' | 'payload'>): Promise<void> {
    const told = v.parse(mergePayload, payload);
    if (told.status.toLowerCase() !== 'completed') return;
    const old = numberOf(told.admin_graphql_api_customer_deleted_id);
    const kept = numberOf(told.admin_graphql_api_customer_kept_id);
    // A shop that the ledger does not know has nothing to move.
    await ledger.settle(shop, mergeDecision(old, kept));
  }

  async function redact({ shop, payload }: Delivery): Promise<void> {
    const { id } = v.parse(customerPayload, payload).customer;
    await settleMergers({ shop, id });
    const seq = await takeOut({ shop, id });
    await database.tables((sql) => sql.run(FORGOTTEN, shop, id, seq, clock.now()));
    await finish(shop, clock.now());
  }

  /** While it is known who they were: afterwards what another customer is due would be lost. */
  async function settleMergers(person: Person): Promise<void> {
    const { shop } = person;
    for (const payload of await database.tables((sql) => openMergers(sql, person)))
      await merge({ shop, payload }).catch((error: unknown) => {
        const name = error instanceof Error ? error.name : typeof error;
        deps.log('error', 'merger-of-forgotten-not-settled', { shop, name });
      });
  }

  /** Balances and texts go; says from which position of the feed registers know. */
  async function takeOut(person: Person): Promise<number> {
    const done = await ledger.settle(person.shop, forgetDecision(person.id));
    await database.transact(person.shop, async ({ sql }) =>
      forgetTexts(sql, person, await keysOfPerson(sql, person)),
    );
    return 'result' in done ? (done.result?.seq ?? 0) : 0;
  }

  /** The number goes when every register has heard that the balance is gone, or after a month. */
  async function finish(shop: ShopDomain, now: number): Promise<void> {
    const rows = await database.tables((sql) => sql.all(TO_FORGET, shop));
    for (const row of rows) {
      const id = number(row, 'customer_id');
      const askedAt = number(row, 'asked_at');
      const isLate = now - askedAt >= FORGET_WITHIN_MS;
      const silent = now - REGISTER_SILENT_MS;
      const waits = await database.tables((sql) =>
        sql.all(UNHEARD, shop, number(row, 'seq'), askedAt, silent),
      );
      if (waits.length > 0 && !isLate) continue;
      // Whatever registers have sent meanwhile goes as well.
      await takeOut({ shop, id });
      await database.transact(shop, async ({ sql }) => {
        await forgetIds(sql, shop, await keysOfPerson(sql, { shop, id }));
        await sql.run('DELETE FROM forgotten WHERE shop = ? AND customer_id = ?', shop, id);
      });
    }
  }

  async function tell({ shop, payload }: Delivery): Promise<void> {
    const { customer, data_request } = v.parse(requestPayload, payload);
    const { id } = customer;
    await database.tables(async (sql) => {
      const document = JSON.stringify(await customerDocument(sql, { shop, id }), undefined, 2);
      await sql.run(ADD_REQUEST, shop, String(data_request.id), id, clock.now(), document);
    });
  }

  async function redactShop({ shop }: Delivery): Promise<void> {
    const installed = (await deps.installed?.(shop)) ?? 'no';
    if (installed === 'yes') {
      deps.log('info', 'shop-redact-of-installed-shop', { shop });
      return;
    }
    const alive = await database.transact(shop, async ({ sql }) => {
      const life = await lifeOf(sql, shop);
      if (!isGone(installed, life, clock.now())) return life;
      await forgetShop(sql, shop);
      return undefined;
    });
    if (alive === undefined) {
      deps.log('info', 'shop-redacted', { shop });
      return;
    }
    const { seenAt, uninstalledAt } = alive;
    deps.log('error', 'shop-redact-of-living-shop', { shop, installed, seenAt, uninstalledAt });
    // Tried again, then listed: a person decides, or the shop's merchant opens the app.
    throw new Error('the shop was in use since it was uninstalled, or may be: it is kept');
  }

  /** Also those of shops that the ledger doesn't know, or doesn't know any more. */
  const pruneRequests = (now: number) =>
    database.tables(async (sql) => {
      await sql.run('DELETE FROM data_request WHERE asked_at < ?', now - DATA_REQUEST_KEPT_MS);
    });

  return {
    handlers: {
      'customers/merge': merge,
      'customers/redact': redact,
      'customers/data_request': tell,
      'shop/redact': redactShop,
    },
    chores: [
      { name: 'forget', run: finish },
      { name: 'data-requests', everyMs: DAY_MS, runForAll: pruneRequests },
    ],
    dataRequests: (shop) => database.tables((sql) => listRequests(sql, shop)),
  };
}

async function listRequests(sql: Sql, shop: ShopDomain): Promise<readonly DataRequest[]> {
  return (await sql.all(REQUESTS, shop)).map((row) => ({
    requestId: text(row, 'request_id'),
    customer: number(row, 'customer_id'),
    askedAt: number(row, 'asked_at'),
    keptUntil: number(row, 'asked_at') + DATA_REQUEST_KEPT_MS,
    document: text(row, 'document'),
  }));
}

/** "gid://shopify/Customer/101" names the customer 101. */
function numberOf(gid: string): CustomerId {
  const id = Number(/^gid:\/\/shopify\/Customer\/([1-9]\d{0,15})$/.exec(gid)?.[1]);
  assert(Number.isSafeInteger(id), 'a customer’s id as Shopify writes it');
  return id;
}
