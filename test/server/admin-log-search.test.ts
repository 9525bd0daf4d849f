/**
 * The sync log under every filter and every pair of filters, on both engines, against a plain walk
 * over the same rows; and what old databases know of it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchLog } from '../../server/admin/log-search.ts';
import { CLOCK_SLACK_MS } from '../../server/admin/log-time.ts';
import { readLogPage, readSyncPage } from '../../server/admin/log-page.ts';
import type { Database, OperationRow } from '../../server/database/database.ts';
import { POSTGRES_MIGRATIONS } from '../../server/database/postgres-migrations.ts';
import { openPostgres } from '../../server/database/postgres.ts';
import { MIGRATIONS } from '../../server/database/sqlite-migrations.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import type { LogFilter } from '../../shared/merchant/log.ts';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import { newPostgres } from '../support/postgres.ts';
import { cases } from './merchant-log.ts';
import { customerOf, NO_CHANGES, rowsOf, SHOP_OF_LOG, VALUES } from './merchant-log-rows.ts';
import { ALICE, commit, intent, PROGRAM, SHOP } from './world.ts';

const ALL = 1_800;
const LOOKED_AT = 700;
const HOUR = 3_600_000;

/** Of some rows the clock had gone back, by as much as clocks may differ. */
function log() {
  const changes = rowsOf({ from: 1, to: ALL, all: ALL });
  const operations = (changes.operations ?? []).map((row) =>
    row.seq % 100 < 3 ? { ...row, at: row.at - CLOCK_SLACK_MS / 2 } : row,
  );
  return { ...changes, operations };
}
const ROWS = log();

let engines: readonly (readonly [string, Database])[];
beforeAll(async () => {
  engines = [
    ['SQLite', openSqlite(':memory:')],
    ['PostgreSQL', await openPostgres(await newPostgres())],
  ];
  for (const [, database] of engines)
    await database.transact(SHOP, (tx) =>
      tx.write({ ...NO_CHANGES, ...ROWS, shop: SHOP_OF_LOG(ALL) }),
    );
});
afterAll(() => Promise.all(engines.map(([, database]) => database.close())));

function matches(row: OperationRow, filter: LogFilter): boolean {
  const { device, staff, customer, location, kind, state, from, to, text } = filter;
  const isFlagged = row.flags.length > 0;
  const status = isFlagged && row.status === 'applied' ? 'flagged' : row.status;
  return (
    (device === undefined || row.device === device) &&
    (staff === undefined || row.staff === staff) &&
    (customer === undefined || customerOf(row) === customer) &&
    (location === undefined || row.location === location) &&
    (kind === undefined || row.kind === kind) &&
    (state === undefined || status === state) &&
    (from === undefined || row.at >= from) &&
    (to === undefined || row.at < to) &&
    (text === undefined || [row.ref, row.id, String(row.orderId)].includes(text))
  );
}

/** Page after page to the end; how many there were. */
async function walk(database: Database, filter: LogFilter) {
  const found: number[] = [];
  let before: number | undefined;
  for (let pages = 1; ; pages += 1) {
    const page = await search(database, filter, before);
    found.push(...page.rows.map(({ seq }) => seq));
    if (page.next === null) return { found, pages };
    before = page.next;
  }
}

function search(
  database: Database,
  filter: LogFilter,
  before: number | undefined,
): ReturnType<typeof searchLog> {
  const asked = { filter, before, limit: 400, lookedAtMax: LOOKED_AT };
  return database.read(SHOP, (reader) => searchLog(reader, asked));
}

const expected = (filter: LogFilter) =>
  ROWS.operations
    .filter((row) => matches(row, filter))
    .map(({ seq }) => seq)
    .reverse();

describe('the sync log by filters', () => {
  const every = cases(VALUES(ALL));

  it('[ML1] every filter and every pair of filters finds what it says, newest first', async () => {
    const [[, sqlite], [, postgres]] = engines as [(typeof engines)[0], (typeof engines)[0]];
    for (const [place, { name, filter }] of every.entries()) {
      const due = expected(filter);
      expect((await walk(sqlite, filter)).found, name).toEqual(due);
      // Each filter alone, and some of the pairs.
      if (name.split('=').length > 2 && place % 23 > 0) continue;
      expect((await walk(postgres, filter)).found, `PostgreSQL: ${name}`).toEqual(due);
    }
  });

  it('[ML2] a page looks at a bounded number of rows, and says how far it has come', async () => {
    for (const [name, database] of engines) {
      const filter = { staff: 12_345 };
      const { found, pages } = await walk(database, filter);
      expect([name, found, pages]).toEqual([name, [], Math.ceil(ALL / LOOKED_AT)]);
      const asked = { filter, before: undefined, limit: 50, lookedAtMax: LOOKED_AT };
      const page = await database.read(SHOP, (reader) => readLogPage(reader, asked));
      const at = ROWS.operations.find(({ seq }) => seq === ALL + 1 - LOOKED_AT)?.at;
      expect([name, page]).toEqual([
        name,
        { operations: [], next: ALL + 1 - LOOKED_AT, reached: at },
      ]);
    }
  });

  it('[ML3] what comes meanwhile moves no page', async () => {
    const [[, sqlite]] = engines as [(typeof engines)[0]];
    const asked = { filter: { device: 'till-3' }, before: undefined, limit: 20 };
    const first = await sqlite.read(SHOP, (reader) => searchLog(reader, asked));
    const more = rowsOf({ from: ALL + 1, to: ALL + 200, all: ALL });
    await sqlite.transact(SHOP, (tx) =>
      tx.write({
        ...NO_CHANGES,
        operations: more.operations ?? [],
        shop: SHOP_OF_LOG(ALL + 200),
      }),
    );
    const second = { ...asked, before: first.next ?? 0 };
    const { rows } = await sqlite.read(SHOP, (reader) => searchLog(reader, second));
    const found = [...first.rows, ...rows].map(({ seq }) => seq);
    expect(found).toEqual(expected(asked.filter).slice(0, 40));
  });

  it('[ML4] syncs are listed by register and by time, newest first', async () => {
    for (const [name, database] of engines) {
      const syncs = ROWS.syncs ?? [];
      const [from, to] = [(syncs[50]?.receivedAt ?? 0) + 1, syncs[150]?.receivedAt];
      for (const only of [{}, { device: 'till-3' }, { from, to }, { device: 'till-3', from, to }]) {
        const found: number[] = [];
        let before: number | null | undefined;
        while (before !== null) {
          const asked = { ...only, before, limit: 7 };
          const page = await database.read(SHOP, (reader) => readSyncPage(reader, asked));
          found.push(...page.syncs.map((sync) => sync.log));
          before = page.next;
        }
        const due = syncs
          .filter(({ device }) => !('device' in only) || device === only.device)
          .filter(
            (row) => !('from' in only) || (row.receivedAt >= from && row.receivedAt < (to ?? 0)),
          );
        expect([name, only, found]).toEqual([name, only, due.map((row) => row.log).reverse()]);
      }
    }
  });

  it('[ML5] a time is found though clocks were set back, and nothing is shown of another', async () => {
    const [[, sqlite]] = engines as [(typeof engines)[0]];
    const middle = ROWS.operations[900]?.at ?? 0;
    for (const by of [0, 1, 89_999, 150_001, HOUR]) {
      const filter = { from: middle + by, to: middle + by + HOUR };
      expect([by, (await walk(sqlite, filter)).found]).toEqual([by, expected(filter)]);
    }
  });
});

describe('a database from before the merchant’s log', () => {
  const OLD = {
    intent: intent({ staff: 5, location: 3 }),
    commit: commit({ body: { orderId: 70 } }),
    unread: { nonsense: true },
  };

  /** Rows as an older server wrote them: without the new columns, read and unread. */
  const rows = (seq: number, kind: string, status: string, content: unknown) =>
    `('${SHOP}', ${seq}, 'k${seq}', 'h', '${kind}', 'KEY', '${status}', '[]', 0, 'till-1', 's1', 5,
      '${JSON.stringify(content)}')`;
  const FILL = [
    `INSERT INTO shop VALUES ('${SHOP}', 7001, 1, 4, 1, 1, '${JSON.stringify(PROGRAM)}',
      '${JSON.stringify(POLICY_DEFAULT)}')`,
    `INSERT INTO customer VALUES ('${SHOP}', ${ALICE}, 'KEY', 1)`,
    `INSERT INTO operation (shop, seq, op_key, hash, kind, customer_key, status, flags, repeats,
        device, sync_id, at, content) VALUES
      ${rows(1, 'intent', 'applied', OLD.intent)},
      ${rows(2, 'commit', 'closed', OLD.commit)},
      ${rows(3, 'unknown', 'quarantined', OLD.unread)}`,
    `INSERT INTO sync (shop, log, sync_id, device, name, "user", claimed_user, staff, location,
        build, received_at, device_time, pending_count, storage_keys, storage_bytes, operations,
        damaged, counts, seq_before, seq_after, ms) VALUES
      ('${SHOP}', 1, 's1', 'till-1', 'Till', '42', 42, 8, 6, '1', 5, 9, 0, 1, 1, 3, 0, '{}', 0, 3,
        1)`,
    `INSERT INTO operation (shop, seq, op_key, hash, kind, status, flags, repeats, at, content)
      VALUES ('${SHOP}', 4, 'o4', 'h', 'order', 'applied', '[]', 0, 6,
        '{"kind":"order","orderId":71}')`,
  ];

  const before = (steps: readonly string[]) =>
    steps.slice(
      0,
      steps.findIndex((step) => step.includes('operation_flagged')),
    );

  async function sqlite(folder: string): Promise<Database> {
    const file = join(folder, 'old.sqlite');
    const hand = new DatabaseSync(file);
    hand.exec('CREATE TABLE migration (version INTEGER PRIMARY KEY) STRICT');
    for (const [index, step] of before(MIGRATIONS).entries()) {
      hand.exec(step);
      hand.exec(`INSERT INTO migration VALUES (${index + 1})`);
    }
    for (const statement of FILL) hand.exec(statement);
    hand.close();
    return openSqlite(file);
  }

  async function postgres(): Promise<Database> {
    const address = await newPostgres();
    const hand = new pg.Client({ connectionString: address });
    await hand.connect();
    await hand.query('CREATE TABLE migration (version BIGINT PRIMARY KEY)');
    for (const [index, step] of before(POSTGRES_MIGRATIONS).entries()) {
      await hand.query(step);
      await hand.query(`INSERT INTO migration VALUES (${index + 1})`);
    }
    for (const statement of FILL) await hand.query(statement);
    await hand.end();
    return openPostgres(address);
  }

  it('[ML12] is searched by staff, location, order and customer like a new one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tideover-old-log-'));
    for (const database of [await sqlite(folder), await postgres()]) {
      const find = async (filter: LogFilter) =>
        (await search(database, filter, undefined)).rows.map(({ seq }) => seq);
      expect(await find({ staff: 5 })).toEqual([1]);
      expect(await find({ location: 3 })).toEqual([1]);
      expect(await find({ location: 1 })).toEqual([2]);
      // What could not be read was sent by whoever was at the register.
      expect(await find({ staff: 8, location: 6 })).toEqual([3]);
      expect(await find({ text: '70' })).toEqual([2]);
      expect(await find({ text: '71' })).toEqual([4]);
      expect(await find({ customer: ALICE })).toEqual([3, 2, 1]);
      const page = { filter: { kind: 'intent' }, before: undefined, limit: 5 };
      const [held] = (await database.read(SHOP, (reader) => readLogPage(reader, page))).operations;
      expect(held).toMatchObject({ staff: 5, location: 3, offline: true });
      await database.close();
    }
    await rm(folder, { recursive: true });
  });
});
