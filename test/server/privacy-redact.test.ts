/** What stays of a customer, and of a shop, after Shopify has asked for redaction. */
import { describe, expect, it } from 'vitest';
import { points } from '../../shared/amount.ts';
import type { Database, ShopDomain } from '../../server/database/database.ts';
import { text } from '../../server/database/sql.ts';
import { forgetShop, SHOP_TABLES } from '../../server/ledger/forget.ts';
import { mergeDecision } from '../../server/ledger/heirs.ts';
import { snapshotPage } from '../../server/ledger/snapshot.ts';
import { createInbox, TRIES_MAX, TURN_MS } from '../../server/webhooks/inbox.ts';
import { REDACT_AFTER_MS } from '../../server/webhooks/installation.ts';
import { FORGET_WITHIN_MS } from '../../server/webhooks/privacy.ts';
import { ADA, FRIEND, hers, openPrivacy as open, OTHER, traceOf, traces } from './privacy-world.ts';
import {
  ALICE,
  commit,
  earn,
  giveBack,
  id,
  intent,
  ref,
  registerOf,
  SHOP,
  voided,
} from './world.ts';

describe('a customer who is to be forgotten', () => {
  it('[WH16] leaves no number and no text in any table once every register has heard', async () => {
    const { database, ledger, sync, say, round, redact, hear, clock, balance } = await open();
    await sync({
      operations: [
        intent({ hold: hers }),
        commit({ hold: hers, body: { captured: 200 } }),
        giveBack({ body: { amount: 10, text: 'Ada was unhappy' } }),
        { ...intent({ id: id('B', 1), hold: hers }), v: 'odd' },
        { ...intent({ id: id('A', 1), hold: { ...hers, amount: 7 } }) },
      ],
      damaged: [
        { key: 'tideover:x', raw: `{"customer":${ADA}` },
        { key: 'tideover:y', raw: `{"customer":9${ADA}` },
      ],
    });
    const inbox = createInbox(database);
    const order = { id: 1, customer: { id: ADA } };
    const about = { shop: SHOP, topic: 'orders/create', triggeredAt: 1 };
    await inbox.keep({ ...about, webhookId: 'stuck', payload: order }, clock.time);
    for (let n = 0; n <= TRIES_MAX; n += 1) {
      await inbox.take({ holder: 'x', now: clock.time, limit: 1 });
      clock.time += TURN_MS;
    }
    await inbox.giveUp(clock.time);
    await say('customers/data_request', { customer: { id: ADA }, data_request: { id: 5 } });
    expect((await traces(database, traceOf(ADA))).length).toBeGreaterThan(4);

    await redact();
    expect(await traces(database, /Ada was unhappy/)).toEqual([]);
    const again = giveBack({ id: id('A', 20), body: { text: 'Ada again' } });
    const { balances: told } = await sync({ operations: [again] });
    await hear();
    expect(told).toContainEqual({ customer: ADA, unit: 'points', balance: 0 });
    await round();
    expect(await traces(database, traceOf(ADA))).toEqual([]);
    expect(await traces(database, /Ada again/)).toEqual([]);
    expect(await traces(database, new RegExp(`9${ADA}`))).toHaveLength(1);
    expect(await balance(ADA)).toBeUndefined();
    expect(await ledger.verify(SHOP)).toEqual([]);
    expect(await balance(ALICE)).toBe(1_000);
    expect(await inbox.stuck(SHOP)).toHaveLength(1);
    const page = await database.read(SHOP, (reader) =>
      snapshotPage(reader, { after: 0, epoch: undefined, seq: undefined, serverTime: 0 }),
    );
    expect(page).toMatchObject({ total: 2, customers: [ALICE, 1] });
  });

  it('[WH17] the number waits for registers that have not heard, a month at most', async () => {
    const { database, round, redact, hear, sync, clock, ledger } = await open();
    await sync({ register: registerOf('till-2') });
    clock.time += 1_000;
    await redact();
    const { cursor } = await sync();
    expect(await database.tables((sql) => sql.all('SELECT seq FROM forgotten'))).toEqual([
      { seq: cursor.seq },
    ]);
    await hear('till-1');
    await round();
    expect(await traces(database, traceOf(ADA))).not.toEqual([]);
    // It is told now, and has yet to say that it knows.
    await sync({ register: registerOf('till-2') });
    await round();
    expect(await traces(database, traceOf(ADA))).not.toEqual([]);
    clock.time += FORGET_WITHIN_MS;
    await round();
    expect(await traces(database, traceOf(ADA))).toEqual([]);
    await redact();
    await round();
    expect(await ledger.verify(SHOP)).toEqual([]);
  });

  it('[WH18] no message of a register gives value back to who is forgotten', async () => {
    const { sync, redact, hear, round, ledger, balance } = await open();
    await sync({ operations: [intent({ hold: hers })] });
    await redact();
    expect(await balance(ADA)).toBe(0);
    await sync({ operations: [voided({ hold: hers })] });
    expect(await balance(ADA)).toBe(0);
    await sync({
      operations: [earn({ body: { customer: ADA, points: points(30), saleKey: 's2' } })],
    });
    expect(await balance(ADA)).toBe(0);
    const promised = intent({ id: id('C', 1), ref: ref('R2'), hold: hers });
    const first = await sync({ operations: [promised] });
    expect(first.results).toMatchObject([{ status: 'applied', flags: ['overdrawn'] }]);
    await hear();
    await round();

    const again = await sync({ operations: [promised] });
    expect(again.results).toMatchObject([{ status: 'duplicate' }]);
    const other = intent({ id: id('C', 2), ref: ref('R3'), hold: hers });
    const late = await sync({ operations: [other, voided({ id: id('C', 3), hold: hers })] });
    expect(late.results).toMatchObject([{ status: 'applied', flags: ['overdrawn'] }, {}]);
    expect(await balance(ADA)).toBe(-200);
    expect(await ledger.verify(SHOP)).toEqual([]);
  });

  it('[WH16] whoever was merged into the person is forgotten with them', async () => {
    const { database, ledger, redact, hear, round } = await open();
    await ledger.settle(SHOP, mergeDecision(FRIEND, ADA));
    await redact(ADA);
    await hear();
    await round();
    expect(await traces(database, traceOf(ADA))).toEqual([]);
    expect(await traces(database, traceOf(FRIEND))).toEqual([]);
    expect(await ledger.verify(SHOP)).toEqual([]);
  });

  it('[WH16] whoever was merged away before leaves what is the other’s', async () => {
    const { database, ledger, redact, hear, round, balance } = await open();
    await ledger.settle(SHOP, mergeDecision(ADA, ALICE));
    await redact(ADA);
    await hear();
    await round();
    expect(await traces(database, traceOf(ADA))).toEqual([]);
    expect(await balance(ALICE)).toBe(2_000);
    expect(await ledger.verify(SHOP)).toEqual([]);
  });

  it('[WH16] somebody the ledger has never heard of needs no room in it', async () => {
    const { database, redact, hear, round, ledger, sync } = await open();
    await sync({ damaged: [{ key: 'k', raw: `${FRIEND}` }] });
    await redact(FRIEND);
    await hear();
    await round();
    expect(await traces(database, traceOf(FRIEND))).toEqual([]);
    expect(await ledger.verify(SHOP)).toEqual([]);
  });
});

describe('what a customer asks to be told', () => {
  it('[WH19] is a readable document of all that is held, kept for a month', async () => {
    const { say, privacy, sync, clock, round, ledger, database } = await open();
    await ledger.settle(SHOP, mergeDecision(FRIEND, ADA));
    await sync({
      operations: [intent({ hold: hers }), commit({ hold: hers, body: { captured: 200 } })],
      damaged: [
        { key: 'tideover:x', raw: `{"customer":${ADA}` },
        { key: 'tideover:y', raw: `{"customer":${ALICE}` },
      ],
    });
    const asked = { customer: { id: ADA }, data_request: { id: 55 } };
    await say('customers/data_request', asked);
    await say('customers/data_request', asked);
    const [request, ...others] = await privacy.dataRequests(SHOP);
    expect(others).toEqual([]);
    expect(request).toMatchObject({ requestId: '55', customer: ADA, askedAt: clock.time });
    expect(JSON.parse(request?.document ?? '')).toMatchObject({
      customer: ADA,
      alsoKnownAs: [FRIEND],
      balances: [{ unit: 'points', balance: 800, setAside: 0 }],
      events: [
        { kind: 'opening', changes: [{ unit: 'points', balance: 1_000 }] },
        { kind: 'merge' },
        { kind: 'intent', reference: ref('R1'), amount: 200, register: 'till-1' },
        { kind: 'commit', changes: [{ setAside: -200, used: 200 }] },
      ],
      unreadable: [{ register: 'till-1', text: `{"customer":${ADA}` }],
    });
    expect(request?.document).not.toMatch(traceOf(ALICE));
    clock.time += 31 * 86_400_000;
    await round();
    expect(await privacy.dataRequests(SHOP)).toEqual([]);
    expect(await database.tables((sql) => sql.all('SELECT * FROM data_request'))).toEqual([]);
  });
});

describe('a shop that is to be forgotten', () => {
  /** A row of this shop in every table that has a column for it. */
  async function fill(database: Database, shop: string): Promise<readonly string[]> {
    return database.tables(async (sql) => {
      const named = await sql.all(
        `SELECT m.name FROM sqlite_schema m, pragma_table_info(m.name) c
          WHERE m.type = 'table' AND c.name = 'shop' ORDER BY m.name`,
      );
      const tables = named.map((row) => text(row, 'name'));
      for (const table of tables) {
        const columns = await sql.all('SELECT name, type FROM pragma_table_info(?)', table);
        const names = columns.map((row) => text(row, 'name'));
        const values = columns.map((row) =>
          row['name'] === 'shop' || row['name'] === 'id' ? shop : row['type'] === 'TEXT' ? '' : 0,
        );
        const places = names.map(() => '?').join(', ');
        await sql.run(
          `INSERT INTO ${table} (${names.join(', ')}) VALUES (${places}) ON CONFLICT DO NOTHING`,
          ...values,
        );
      }
      await sql.run('INSERT INTO held_lock VALUES (?, ?, ?)', `session:${shop}`, 'x', 0);
      return tables;
    });
  }

  it('[WH20] leaves no row in any table, and takes none of another shop', async () => {
    const { database, sync, say, logged, balance, clock } = await open();
    await sync({ operations: [intent(), earn()] });
    const similar = `x${SHOP}` as ShopDomain;
    const tables = await fill(database, SHOP);
    await fill(database, OTHER);
    await fill(database, similar);
    expect(tables).toEqual([...SHOP_TABLES].sort());
    const before = (await traces(database, /^other\.|:other\./)).length;
    clock.time += REDACT_AFTER_MS;
    await say('shop/redact', {});
    expect(await traces(database, /(?<!x)pop-up\.myshopify\.com/)).toEqual([]);
    expect(await traces(database, /^other\.|:other\./)).toHaveLength(before);
    expect(await traces(database, /xpop-up/)).toHaveLength(before);
    expect(logged).toEqual(['shop-redacted']);
    expect(await balance(ALICE)).toBeUndefined();
  });

  it('[WH20] twice comes to the same as once', async () => {
    const { database } = await open();
    for (let n = 0; n < 2; n += 1)
      await database.transact(SHOP, ({ sql }) => forgetShop(sql, SHOP));
    expect(await database.shops()).toEqual([]);
  });
});
