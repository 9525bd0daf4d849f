/** Inbox, mergers and redaction on PostgreSQL, with two processes' connections at once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../server/database/database.ts';
import { openPostgres } from '../../server/database/postgres.ts';
import { text } from '../../server/database/sql.ts';
import { SHOP_TABLES } from '../../server/ledger/forget.ts';
import { mergeDecision } from '../../server/ledger/heirs.ts';
import { REDACT_AFTER_MS } from '../../server/webhooks/installation.ts';
import { createRounds } from '../../server/rounds.ts';
import { createInbox } from '../../server/webhooks/inbox.ts';
import { createPrivacy } from '../../server/webhooks/privacy.ts';
import type { Topic } from '../../server/webhooks/projection.ts';
import { createWorker } from '../../server/webhooks/worker.ts';
import { newPostgres } from '../support/postgres.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { openBooks } from './books.ts';
import { ALICE, BOB, commit, giveBack, intent, registerOf, SHOP } from './world.ts';

let processes: readonly Database[];
beforeAll(async () => {
  const address = await newPostgres();
  processes = [await openPostgres(address), await openPostgres(address)];
});
afterAll(() => Promise.all(processes.map((database) => database.close())));

const clock = { now: () => 1_780_000_000_000 };
const log = () => undefined;

/** Every value of every table in which the pattern is found. */
async function traces(database: Database, pattern: RegExp): Promise<readonly string[]> {
  return database.tables(async (sql) => {
    const tables = await sql.all("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    const found: string[] = [];
    for (const table of tables.map((row) => text(row, 'tablename')))
      for (const row of await sql.all(`SELECT * FROM ${table}`))
        for (const [column, value] of Object.entries(row))
          if (pattern.test(String(value))) found.push(`${table}.${column}`);
    return found;
  });
}

describe('webhooks on PostgreSQL', () => {
  it('[WH8] two processes that work at the same moment deal with each delivery once', async () => {
    const ids = Array.from({ length: 90 }, (_, n) => `w-${n}`);
    const [first] = processes;
    if (first === undefined) throw new Error('no database');
    const keep = async (webhookId: string, database: Database) =>
      createInbox(database).keep(
        { shop: SHOP, topic: 'orders/create', webhookId, triggeredAt: 1, payload: { id: 1 } },
        clock.now(),
      );
    const kept = await Promise.all(
      ids.flatMap((id) => processes.map((database) => keep(id, database))),
    );
    expect(kept.filter((isNews) => isNews)).toHaveLength(ids.length);
    const seen: string[] = [];
    await Promise.all(
      processes.map((database, seed) =>
        createWorker({
          inbox: createInbox(database),
          handlers: { 'orders/create': async ({ webhookId }) => void seen.push(webhookId) },
          clock,
          random: seededRandom(seed + 1),
          log,
        }).work(),
      ),
    );
    expect(seen.sort()).toEqual([...ids].sort());
    const open = await first.tables((sql) =>
      sql.all("SELECT webhook_id FROM inbox WHERE state <> 'done' OR payload IS NOT NULL"),
    );
    expect(open).toEqual([]);
  });

  it('[WH13, WH16, WH19, WH20] a merger, a redaction and a shop’s end are the same there', async () => {
    const [database] = processes;
    if (database === undefined) throw new Error('no database');
    const { ledger, sync, balance, clock: time } = await openBooks(database);
    const privacy = createPrivacy({ database, ledger, clock: time, log });
    const say = (topic: Topic, payload: unknown) =>
      privacy.handlers[topic]?.({ shop: SHOP, topic, webhookId: 'w', triggeredAt: 1, payload });
    const hold = { customer: BOB, unit: 'points', amount: 200 } as const;
    await sync({
      operations: [intent({ hold }), commit({ hold }), giveBack({ body: { text: 'for Bob' } })],
      damaged: [{ key: 'x', raw: `{"customer":${BOB}` }],
    });
    await ledger.settle(SHOP, mergeDecision(ALICE, BOB));
    expect([await balance(ALICE), await balance(BOB)]).toEqual([0, 1_200]);
    await say('customers/data_request', { customer: { id: BOB }, data_request: { id: 5 } });
    const [asked] = await privacy.dataRequests(SHOP);
    expect(JSON.parse(asked?.document ?? '')).toMatchObject({ alsoKnownAs: [ALICE] });
    await say('customers/redact', { customer: { id: BOB } });
    const register = registerOf('till-1');
    for (let n = 0; n < 2; n += 1) {
      time.time += 60_000;
      await sync({ register });
    }
    await createRounds({ database, chores: privacy.chores, clock: time, log }).make();
    const people = new RegExp(`(?<!\\d)(?:${ALICE}|${BOB})(?!\\d)|for Bob`);
    expect(await traces(database, people)).toEqual([]);
    expect(await ledger.verify(SHOP)).toEqual([]);

    const named = await database.tables((sql) =>
      sql.all(`SELECT table_name FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name = 'shop' ORDER BY table_name`),
    );
    expect(named.map((row) => row['table_name']).sort()).toEqual([...SHOP_TABLES].sort());
    time.time += REDACT_AFTER_MS;
    await say('shop/redact', {});
    expect(await traces(database, /pop-up\.myshopify\.com/)).toEqual([]);
  });
});
