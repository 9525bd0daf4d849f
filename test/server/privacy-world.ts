/** What tests about people who are to be forgotten have in common. */
import { onTestFinished } from 'vitest';
import type { Database, ShopDomain } from '../../server/database/database.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { text } from '../../server/database/sql.ts';
import { createRounds } from '../../server/rounds.ts';
import type { Delivery } from '../../server/webhooks/delivery.ts';
import { createPrivacy, type PrivacyDeps } from '../../server/webhooks/privacy.ts';
import type { Topic } from '../../server/webhooks/projection.ts';
import { openBooks } from './books.ts';
import { registerOf, SHOP, SHOP_ID } from './world.ts';

/** No other number of the tests has these digits. */
export const ADA = 7_700_123_456;
export const FRIEND = 7_700_999_111;
export const OTHER = 'other.myshopify.com' as ShopDomain;
export const hers = { customer: ADA, unit: 'points', amount: 200 } as const;

/** Books in which Ada and Alice have points, and whoever deals with what Shopify asks. */
export async function openPrivacy(deps: Partial<PrivacyDeps> = {}) {
  const database = openSqlite(':memory:');
  onTestFinished(() => database.close());
  const books = await openBooks(database);
  const { ledger, clock } = books;
  await ledger.post(SHOP, {
    shopId: SHOP_ID,
    postings: [
      {
        key: `opening:${ADA}`,
        kind: 'opening',
        customer: ADA,
        lines: [{ unit: 'points', amount: 1_000 }],
      },
    ],
  });
  const logged: string[] = [];
  const log = (_level: string, event: string) => void logged.push(event);
  const privacy = createPrivacy({ database, ledger, clock, log, ...deps });
  const say = async (topic: Topic, payload: unknown) => {
    const delivery: Delivery = { shop: SHOP, topic, webhookId: 'w', triggeredAt: 1, payload };
    await privacy.handlers[topic]?.(delivery);
  };
  const round = async () => {
    await createRounds({ database, chores: privacy.chores, clock, log }).make();
  };
  const redact = (customer = ADA) =>
    say('customers/redact', { customer: { id: customer }, orders_to_redact: [] });
  /** The register learns the news and, a minute later, says that it knows. */
  const hear = async (device = 'till-1') => {
    const register = registerOf(device);
    const { balances } = await books.sync({ register });
    clock.time += 60_000;
    await books.sync({ register });
    return balances;
  };
  return { ...books, privacy, say, round, redact, hear, logged };
}

/** Every value of every table in which the pattern is found. */
export async function traces(database: Database, pattern: RegExp): Promise<readonly string[]> {
  return database.tables(async (sql) => {
    const tables = await sql.all("SELECT name FROM sqlite_schema WHERE type = 'table'");
    const found: string[] = [];
    for (const table of tables.map((row) => text(row, 'name')))
      for (const row of await sql.all(`SELECT * FROM "${table}"`))
        for (const [column, value] of Object.entries(row))
          if (pattern.test(String(value))) found.push(`${table}.${column}: ${String(value)}`);
    return found;
  });
}

/** The number, and not as a part of a longer one. */
export const traceOf = (customer: number) => new RegExp(`(?<!\\d)${customer}(?!\\d)`);
