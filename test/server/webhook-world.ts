/** A server with the webhooks' door on a port of its own, and whoever deals with them. */
import type { Database } from '../../server/database/database.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import type { DeliveryHandler } from '../../server/webhooks/delivery.ts';
import { createWebhooks, type WebhookDeps, type Webhooks } from '../../server/webhooks/webhooks.ts';
import { webhookRequest, type SimulatedWebhook } from '../../simulator/webhooks.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { OLD_SECRET, openWorld, SECRET, SHOP, type World } from './world.ts';

export interface WebhookWorld {
  readonly world: World;
  readonly database: Database;
  readonly webhooks: Webhooks;
  /** Every line that the webhooks logged. */
  readonly logged: { readonly event: string; readonly fields: unknown }[];
  /** One clock for door and worker, ms since 1970. */
  readonly clock: { time: number };
  /** Sends a webhook of the shop, signed with the current secret. */
  send(webhook: Partial<SimulatedWebhook>): Promise<Response>;
  close(): Promise<void>;
}

export const ORDER = { id: 9_001, currency: 'EUR', customer: { id: 101 } };

export async function openWebhookWorld(
  options: Partial<WebhookDeps> & { readonly on?: Database } = {},
): Promise<WebhookWorld> {
  const database = options.on ?? openSqlite(':memory:');
  const clock = { time: 1_780_000_000_000, now: () => clock.time };
  const logged: WebhookWorld['logged'] = [];
  const webhooks = createWebhooks({
    database,
    secrets: [SECRET, OLD_SECRET],
    shopHostPattern: /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/,
    clock,
    random: seededRandom(3),
    sleep: () => new Promise(() => undefined),
    log: (_level, event, fields) => void logged.push({ event, fields }),
    handlers: {},
    ...options,
  });
  const world = await openWorld({ database, deps: { mounts: [webhooks.mount] } });
  let sent = 0;
  return {
    world,
    database,
    webhooks,
    logged,
    clock,
    send: (webhook) => {
      sent += 1;
      const named = { shop: SHOP, topic: 'orders/create', webhookId: `w-${sent}` };
      const whole = { ...named, triggeredAt: clock.time, body: ORDER, ...webhook };
      return world.fetch('/webhooks', webhookRequest(SECRET, whole));
    },
    close: () => world.close(),
  };
}

/** Every row of the inbox. */
export function inboxRows(database: Database) {
  return database.tables((sql) => sql.all('SELECT * FROM inbox ORDER BY shop, webhook_id'));
}

/** A handler that notes what it was given. */
export function noting(seen: string[]): DeliveryHandler {
  return async ({ webhookId }) => {
    seen.push(webhookId);
  };
}
