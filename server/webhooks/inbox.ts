/**
 * The durable list of webhooks: what has been answered with 200 stands here until it has been dealt
 * with. Several processes take from it; a turn has an end, so that what a dead process had begun
 * comes back. Of what is done only the id stays, to know a repeat by.
 */
import type { Database, ShopDomain } from '../database/database.ts';
import { number, text, type Row, type Sql } from '../database/sql.ts';
import type { Delivery } from './delivery.ts';

/** Longer than any handler takes. Behind it another process may begin anew. */
export const TURN_MS = 5 * 60_000;
/** After this many attempts, over some hours, a person has to look. */
export const TRIES_MAX = 12;
const FIRST_PAUSE_MS = 30_000;
const PAUSE_MAX_MS = 3_600_000;
/** Shopify repeats for some hours; known ids are kept far longer. */
export const DONE_KEPT_MS = 60 * 86_400_000;
const STUCK_LISTED_MAX = 200;

/** A delivery whose turn it is, with the number of this attempt. */
export interface Turn {
  readonly delivery: Delivery;
  readonly tries: number;
}

/** A delivery that was given up, as a person is told of it. */
export interface Stuck {
  readonly webhookId: string;
  readonly topic: string;
  /** Server clock, ms since 1970. */
  readonly receivedAt: number;
  readonly tries: number;
}

export interface Inbox {
  /** Keeps it durably; false when a delivery of this id is known already. */
  keep(delivery: Delivery, now: number): Promise<boolean>;
  /** Up to `limit` deliveries whose time has come, held for `holder` until the turn ends. */
  take(by: {
    readonly holder: string;
    readonly now: number;
    readonly limit: number;
  }): Promise<readonly Turn[]>;
  /** Deliveries are dealt with. What another process has taken meanwhile is left to that one. */
  done(holder: string, deliveries: readonly Delivery[]): Promise<void>;
  /** An attempt failed: it is tried again after a pause, or says `true` when it is given up. */
  failed(holder: string, turn: Turn, now: number): Promise<boolean>;
  /** Those that ended in the middle of their last attempt are given up; returns what they were. */
  giveUp(now: number): Promise<readonly { readonly shop: string; readonly topic: string }[]>;
  /** What was given up, oldest first. */
  stuck(shop: ShopDomain): Promise<readonly Stuck[]>;
  /** Tries again what was given up; says how many that are. */
  retry(shop: ShopDomain, now: number): Promise<number>;
  /** Forgets ids of what was done long ago. */
  prune(now: number): Promise<void>;
}

const ADD = `INSERT INTO inbox (shop, webhook_id, topic, triggered_at, received_at, state, tries,
    due_at, holder, payload)
  VALUES (?, ?, ?, ?, ?, 'waiting', 0, ?, NULL, ?) ON CONFLICT (shop, webhook_id) DO NOTHING`;
// Another process may have taken a row between the choice and the change: it is asked twice.
const TAKE = `UPDATE inbox SET holder = ?, due_at = ?, tries = tries + 1
  WHERE state = 'waiting' AND due_at <= ? AND tries < ? AND (shop, webhook_id) IN (
    SELECT shop, webhook_id FROM inbox WHERE state = 'waiting' AND due_at <= ? AND tries < ?
    ORDER BY due_at LIMIT ?)
  RETURNING shop, webhook_id, topic, triggered_at, tries, payload`;
const MINE = `shop = ? AND webhook_id = ? AND holder = ? AND state = 'waiting'`;
const DONE = `UPDATE inbox SET state = 'done', holder = NULL, payload = NULL WHERE ${MINE}`;
const AGAIN = `UPDATE inbox SET holder = NULL, due_at = ? WHERE ${MINE}`;
const STUCK = `UPDATE inbox SET state = 'stuck', holder = NULL WHERE ${MINE}`;
const GIVE_UP = `UPDATE inbox SET state = 'stuck', holder = NULL
  WHERE state = 'waiting' AND due_at <= ? AND tries >= ? RETURNING shop, topic`;
const LIST_STUCK = `SELECT webhook_id, topic, received_at, tries FROM inbox
  WHERE shop = ? AND state = 'stuck' ORDER BY received_at, webhook_id LIMIT ?`;
const RETRY = `UPDATE inbox SET state = 'waiting', tries = 0, due_at = ?
  WHERE shop = ? AND state = 'stuck'`;
const PRUNE = `DELETE FROM inbox WHERE state = 'done' AND received_at < ?`;

export function createInbox(database: Pick<Database, 'tables'>): Inbox {
  const change = (statement: string, ...values: (string | number)[]) =>
    database.tables((sql) => sql.run(statement, ...values));
  return {
    keep: async (delivery, now) => {
      const { shop, webhookId, topic, triggeredAt } = delivery;
      const payload = JSON.stringify(delivery.payload);
      const about = [shop, webhookId, topic, triggeredAt] as const;
      return (await change(ADD, ...about, now, now, payload)) > 0;
    },
    take: ({ holder, now, limit }) =>
      database.tables(async (sql) => {
        const open = [now, TRIES_MAX] as const;
        const rows = await sql.all(TAKE, holder, now + TURN_MS, ...open, ...open, limit);
        return rows.map(turnOf);
      }),
    done: (holder, deliveries) => database.tables((sql) => eachDone(sql, holder, deliveries)),
    failed: async (holder, { delivery, tries }, now) => {
      const mine = [delivery.shop, delivery.webhookId, holder] as const;
      const isLast = tries >= TRIES_MAX;
      if (isLast) await change(STUCK, ...mine);
      else await change(AGAIN, now + pauseAfter(tries), ...mine);
      return isLast;
    },
    giveUp: (now) =>
      database.tables(async (sql) =>
        (await sql.all(GIVE_UP, now, TRIES_MAX)).map((row) => ({
          shop: text(row, 'shop'),
          topic: text(row, 'topic'),
        })),
      ),
    stuck: (shop) =>
      database.tables(async (sql) =>
        (await sql.all(LIST_STUCK, shop, STUCK_LISTED_MAX)).map((row) => ({
          webhookId: text(row, 'webhook_id'),
          topic: text(row, 'topic'),
          receivedAt: number(row, 'received_at'),
          tries: number(row, 'tries'),
        })),
      ),
    retry: (shop, now) => change(RETRY, now, shop),
    prune: async (now) => {
      await change(PRUNE, now - DONE_KEPT_MS);
    },
  };
}

async function eachDone(sql: Sql, holder: string, deliveries: readonly Delivery[]): Promise<void> {
  for (const { shop, webhookId } of deliveries) await sql.run(DONE, shop, webhookId, holder);
}

function turnOf(row: Row): Turn {
  const delivery = {
    shop: text(row, 'shop') as ShopDomain,
    topic: text(row, 'topic'),
    webhookId: text(row, 'webhook_id'),
    triggeredAt: number(row, 'triggered_at'),
    payload: JSON.parse(text(row, 'payload')) as unknown,
  };
  return { delivery, tries: number(row, 'tries') };
}

/** Half a minute after the first attempt, twice as long after each further one, an hour at most. */
export function pauseAfter(tries: number): number {
  return Math.min(PAUSE_MAX_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
}
