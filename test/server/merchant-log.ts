/**
 * `npm run merchant-log -- --operations 1000000 [--postgres] [--file log.sqlite]`: fills a shop
 * with operations as a year makes them, and measures what the merchant's page asks of the log:
 * every filter and every pair of filters, with values that are common, that are long ago, and that
 * nothing has.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { NO_CHANGES, rowsOf, SHOP_OF_LOG, VALUES, type Values } from './merchant-log-rows.ts';
import { readExport } from '../../server/admin/log-export.ts';
import { readLogChoices, readLogPage, readSyncPage } from '../../server/admin/log-page.ts';
import { readOverview } from '../../server/admin/overview.ts';
import { readTimeline } from '../../server/admin/overview-timeline.ts';
import type { Database } from '../../server/database/database.ts';
import { openPostgres } from '../../server/database/postgres.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import type { LogFilter } from '../../shared/merchant/log.ts';
import { startCluster } from '../support/postgres.ts';
import { SHOP, SHOP_ID } from './world.ts';

const ROWS_AT_ONCE = 5_000;
const TIMES = 3;
const LIMIT = 50;
/** The promise of a first page, ms. */
const PROMISED_MS = 200;
const EXPORTED = 100_000;

const now = () => performance.now();

/** Writes them through the port, as the ledger does. */
export async function fill(
  database: Database,
  operations: number,
  { shop, shopId } = { shop: SHOP, shopId: SHOP_ID },
): Promise<void> {
  for (let from = 1; from <= operations; from += ROWS_AT_ONCE) {
    const to = Math.min(operations, from + ROWS_AT_ONCE - 1);
    const changes = rowsOf({ from, to, all: operations });
    await database.transact(shop, (tx) =>
      tx.write({ ...NO_CHANGES, ...changes, shop: { ...SHOP_OF_LOG(to), shopId } }),
    );
  }
}

interface Case {
  readonly name: string;
  readonly filter: LogFilter;
}

/** Every value alone, and with every value of every other filter. */
export function cases(values: Values): readonly Case[] {
  const all = Object.entries(values).flatMap(([dimension, options]) =>
    Object.entries(options).map(([name, filter]) => ({ dimension, name, filter })),
  );
  const singles = all.map(({ dimension, name, filter }) => ({
    name: `${dimension}=${name}`,
    filter,
  }));
  const pairs = all.flatMap((one, place) =>
    all.slice(place + 1).flatMap((other) =>
      one.dimension === other.dimension
        ? []
        : [
            {
              name: `${one.dimension}=${one.name} ${other.dimension}=${other.name}`,
              filter: { ...one.filter, ...other.filter },
            },
          ],
    ),
  );
  return [{ name: 'nothing', filter: {} }, ...singles, ...pairs];
}

interface Measured {
  readonly name: string;
  /** What a caller waits, and what this process works, which others on the machine don't change. */
  readonly ms: readonly number[];
  readonly busy: readonly number[];
  readonly rows: number;
}

async function measure(
  name: string,
  times: number,
  work: () => Promise<number>,
): Promise<Measured> {
  const ms: number[] = [];
  const busy: number[] = [];
  let rows = 0;
  for (let time = 0; time < times; time += 1) {
    const [begun, cpu] = [now(), process.cpuUsage()];
    rows = await work();
    ms.push(now() - begun);
    const { user, system } = process.cpuUsage(cpu);
    busy.push((user + system) / 1_000);
  }
  const ascending = (all: readonly number[]) => all.toSorted((a, b) => a - b);
  return { name, ms: ascending(ms), busy: ascending(busy), rows };
}

/** One page as the door makes it, text included. */
async function page(database: Database, filter: LogFilter, before: number | undefined) {
  const asked = { filter, before, limit: LIMIT };
  const answer = await database.read(SHOP, (reader) => readLogPage(reader, asked));
  return { answer, bytes: JSON.stringify(answer).length };
}

async function measurePages(database: Database, operations: number): Promise<readonly Measured[]> {
  const found: Measured[] = [];
  for (const { name, filter } of cases(VALUES(operations))) {
    for (const [where, before] of [
      ['first', undefined],
      ['middle', Math.floor(operations / 2)],
      ['last', 500],
    ] as const) {
      const rows = async () => (await page(database, filter, before)).answer.operations.length;
      found.push(await measure(`${where} page: ${name}`, TIMES, rows));
    }
  }
  return found;
}

async function measureRest(database: Database, operations: number): Promise<readonly Measured[]> {
  const end = (await database.read(SHOP, (reader) => reader.operationFrom(operations)))?.at ?? 0;
  const clock = { now: () => end };
  const day = 86_400_000;
  const told = (value: unknown) => JSON.stringify(value).length;
  const since = end - day;
  const timeline = (days: number) => () =>
    database.read(SHOP, async (reader) =>
      told(await readTimeline(reader, { from: end - days * day, to: end, now: end })),
    );
  const syncs = { device: 'till-none', before: undefined, limit: LIMIT };
  return [
    await measure('overview', TIMES, async () =>
      told(await readOverview({ database, clock }, { shop: SHOP, since })),
    ),
    await measure('timeline of a day', TIMES, timeline(1)),
    await measure('timeline of 31 days', TIMES, timeline(31)),
    await measure('what a filter can be set to', TIMES, async () =>
      told(await database.read(SHOP, readLogChoices)),
    ),
    await measure('syncs of a register that has none', TIMES, async () =>
      told(await database.read(SHOP, (reader) => readSyncPage(reader, syncs))),
    ),
  ];
}

/** Piece after piece, as the page asks for them; the slowest of them, and all together. */
async function measureExport(database: Database): Promise<string> {
  const begun = now();
  let [rows, slowest, bytes] = [0, 0, 0];
  let next: number | null | undefined;
  let through: number | undefined;
  while (next !== null && rows < EXPORTED) {
    const from = now();
    const asked = { filter: {}, before: next, through };
    const piece = await readExport({ database, shop: SHOP }, asked);
    bytes += JSON.stringify(piece).length;
    slowest = Math.max(slowest, now() - from);
    rows += piece.rows;
    next = piece.next;
    through = piece.through;
  }
  const [all, most] = [now() - begun, slowest].map(Math.round);
  return `export of ${rows} rows: ${all} ms, slowest piece ${most} ms, ${bytes} bytes`;
}

const middleOf = (all: readonly number[]) => all[Math.floor(all.length / 2)] ?? 0;

const shown = ({ name, ms, busy, rows }: Measured) => {
  const all = [ms[0] ?? 0, middleOf(ms), ms.at(-1) ?? 0, middleOf(busy)];
  const figures = all.map((one) => one.toFixed(1).padStart(7)).join(' ');
  return `${figures}  ${String(rows).padStart(6)}  ${name}`;
};

const worst = (all: readonly Measured[], of: 'ms' | 'busy') =>
  all.toSorted((a, b) => middleOf(b[of]) - middleOf(a[of]));

async function run(open: () => Promise<Database>, operations: number): Promise<void> {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const begun = now();
  const filling = await open();
  const known = await filling.read(SHOP, (reader) => reader.shop());
  if (known?.seq !== operations) await fill(filling, operations);
  await filling.close();
  say(`${operations} operations are there after ${Math.round((now() - begun) / 1_000)} s`);
  // Statistics are made when a database is opened.
  const database = await open();
  const pages = await measurePages(database, operations);
  const singles = pages.filter(({ name }) => name.split('=').length <= 2);
  say('    min  median     max    busy    rows');
  for (const one of singles) say(shown(one));
  for (const by of ['ms', 'busy'] as const) {
    say(`the slowest of all ${pages.length} pages, pairs included, by ${by}:`);
    for (const one of worst(pages, by).slice(0, 8)) say(shown(one));
  }
  for (const one of await measureRest(database, operations)) say(shown(one));
  say(await measureExport(database));
  await database.close();
  const late = pages.filter(({ ms }) => middleOf(ms) >= PROMISED_MS);
  say(late.length === 0 ? 'kept' : `${late.length} pages took longer than ${PROMISED_MS} ms`);
  if (late.length > 0) process.exitCode = 1;
}

async function main(): Promise<void> {
  const options = {
    operations: { type: 'string', default: '1000000' },
    postgres: { type: 'boolean', default: false },
    /** Is kept, and not filled again. */
    file: { type: 'string' },
  } as const;
  const { values } = parseArgs({ options });
  const operations = Number(values.operations);
  if (values.postgres) {
    const cluster = await startCluster({ isDurable: false });
    const url = await cluster.create();
    try {
      await run(() => openPostgres(url), operations);
    } finally {
      await cluster.end();
    }
    return;
  }
  const { file } = values;
  if (file !== undefined) return run(async () => openSqlite(file), operations);
  const folder = await mkdtemp(join(tmpdir(), 'tideover-merchant-log-'));
  try {
    await run(async () => openSqlite(join(folder, 'ledger.sqlite')), operations);
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
