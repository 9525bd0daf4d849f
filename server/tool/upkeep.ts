/** What a person does now and then: webhooks that were given up, and keys that are replaced. */
import type { Database, ShopDomain } from '../database/database.ts';
import { createSealing } from '../shopify/sealing.ts';
import { createSessions } from '../shopify/sessions.ts';
import { createInbox } from '../webhooks/inbox.ts';

interface At {
  readonly database: Database;
  readonly say: (line: string) => void;
}

interface Asked {
  /** All shops when absent. */
  readonly shop: ShopDomain | undefined;
  readonly now: number;
}

/** Lists webhooks that were given up; the exit code is 1 when there are any. */
export async function listStuck(at: At, asked: Asked): Promise<number> {
  const inbox = createInbox(at.database);
  let count = 0;
  for (const shop of await shopsAsked(at, asked)) {
    for (const { topic, webhookId, receivedAt, tries } of await inbox.stuck(shop)) {
      const since = new Date(receivedAt).toISOString();
      at.say(`${shop}  ${topic}  ${webhookId}  received ${since}  tried ${tries} times`);
      count += 1;
    }
  }
  if (count === 0) at.say('No webhook was given up.');
  return count === 0 ? 0 : 1;
}

/** Gives them back to the running server, which tries them in its next round. */
export async function retryStuck(at: At, asked: Asked): Promise<number> {
  const inbox = createInbox(at.database);
  let count = 0;
  for (const shop of await shopsAsked(at, asked)) count += await inbox.retry(shop, asked.now);
  at.say(`Webhooks that will be tried again: ${count}.`);
  return 0;
}

/** Seals sessions anew, so that the keys before the newest can be taken out of the settings. */
export async function rotateKeys(
  at: At & { readonly clock: { now(): number } },
  secrets: readonly string[],
): Promise<number> {
  const sealing = createSealing(secrets);
  const { database, clock, say } = at;
  const told: string[] = [];
  const log = (_level: string, event: string) => void told.push(event);
  const count = await createSessions({ database, sealing, clock, log }).reseal();
  say(`Sessions sealed anew: ${count}.`);
  if (told.length === 0) return 0;
  say('Some could not be opened with any key: those shops must open the app once more.');
  return 1;
}

/** Shops of the inbox: one may have sent webhooks before any register synced. */
async function shopsAsked({ database }: At, { shop }: Asked): Promise<readonly ShopDomain[]> {
  if (shop !== undefined) return [shop];
  const rows = await database.tables((sql) =>
    sql.all("SELECT DISTINCT shop FROM inbox WHERE state = 'stuck' ORDER BY shop"),
  );
  return rows.map((row) => String(row['shop']) as ShopDomain);
}
