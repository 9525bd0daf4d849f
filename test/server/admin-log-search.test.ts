/**
 * The sync log under every filter and every pair of filters, on both engines, against a plain walk
 * over the same rows; and what old databases know of it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchLog } from '../../server/admin/log-search.ts';
import { CLOCK_SLACK_MS } from '../../server/admin/log-time.ts';
import { readLogPage, readSyncPage } from '../../server/admin/log-page.ts';
import type { Database, OperationRow } from '../../server/database/database.ts';
import { openPostgres } from '../../server/database/postgres.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import type { LogFilter } from '../../shared/merchant/log.ts';
import { newPostgres } from '../support/postgres.ts';
import { cases } from './merchant-log.ts';
import { customerOf, NO_CHANGES, rowsOf, SHOP_OF_LOG, VALUES } from './merchant-log-rows.ts';
import { SHOP } from './world.ts';

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
