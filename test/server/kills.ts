/**
 * `npm run kills -- --times 100`: the production server is killed under load, with no warning,
 * again and again, on both engines. After each kill every operation that it acknowledged must be in
 * the books, once; at the end the books are recomputed. Every tenth time PostgreSQL itself is cut.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Database } from '../../server/database/database.ts';
import { openPostgres } from '../../server/database/postgres.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { createLedger } from '../../server/ledger.ts';
import { startCluster } from '../support/postgres.ts';
import { seededRandom, type SeededRandom } from '../support/seeded-random.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { ALICE, earn, id, registerOf, SHOP } from './world.ts';

const REGISTERS = 8;
const PER_PUSH = 5;
const POINTS = 20;
/** How long after its first answer a server is killed, at most. */
const LIFE_MS = 400;
const CUT_EVERY = 10;
const KEYS_AT_ONCE = 500;

export interface Engine {
  readonly name: string;
  readonly address: Parameters<typeof startServerProcess>[0];
  open(): Promise<Database>;
  /** Ends the database itself without a word, where it is a process of its own. */
  cut(): Promise<void>;
  end(): Promise<void>;
}

export interface Figures {
  readonly kills: number;
  acknowledged: number;
  lost: number;
  /** Operations that were answered `applied` more than once. */
  twice: number;
}

export async function killableSqlite(): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), 'tideover-kills-'));
  const file = join(folder, 'ledger.sqlite');
  return {
    name: 'SQLite',
    address: { DATABASE_FILE: file },
    open: async () => openSqlite(file),
    cut: () => Promise.resolve(),
    end: () => rm(folder, { recursive: true }),
  };
}

async function killablePostgres(): Promise<Engine> {
  const cluster = await startCluster({ isDurable: true });
  const url = await cluster.create();
  return {
    name: 'PostgreSQL',
    address: { DATABASE_URL: url },
    open: () => openPostgres(url),
    cut: () => cluster.crash(),
    end: () => cluster.end(),
  };
}

/** One register pushes until nobody answers; each operation is new. */
async function pushOn(
  server: ServerProcess,
  by: { readonly run: number; readonly register: number },
  heard: (name: string, isApplied: boolean) => void,
): Promise<void> {
  const { run, register } = by;
  const device = registerOf(`till-${register}`);
  for (let part = 0; ; part += 1) {
    const operations = Array.from({ length: PER_PUSH }, (_, place) =>
      earn({
        id: id(`K${run}X${register}`, part * PER_PUSH + place + 1),
        body: { saleKey: `${run}/${register}/${part}/${place}` },
      }),
    );
    const answer = await server.send({ register: device, operations });
    if (answer === undefined) return;
    for (const { id: name, status } of answer.results) heard(name, status === 'applied');
  }
}

/** Starts a server, lets registers push, kills it, and returns what it had acknowledged. */
async function killOnce(
  engine: Engine,
  run: number,
  random: SeededRandom,
): Promise<ReadonlyMap<string, number>> {
  const server = await startServerProcess(engine.address);
  const applied = new Map<string, number>();
  let begun = (): void => undefined;
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const hear = (name: string, isApplied: boolean) => {
    applied.set(name, (applied.get(name) ?? 0) + Number(isApplied));
    begun();
  };
  const pushing = Array.from({ length: REGISTERS }, (_, register) =>
    pushOn(server, { run, register }, hear),
  );
  await isBegun;
  await delay(random.below(LIFE_MS));
  if (run % CUT_EVERY === 0) await engine.cut();
  await server.kill('SIGKILL');
  await Promise.all(pushing);
  return applied;
}

async function countMissing(database: Database, names: readonly string[]): Promise<number> {
  let missing = 0;
  for (let from = 0; from < names.length; from += KEYS_AT_ONCE) {
    const part = names.slice(from, from + KEYS_AT_ONCE);
    const found = await database.read(SHOP, (reader) => reader.settled(part));
    missing += part.length - new Set(found.map(({ key }) => key)).size;
  }
  return missing;
}

/** Sentences about what is wrong in the end; the points in the books are those of its rows. */
async function audit(database: Database): Promise<readonly string[]> {
  const clock = { now: () => 0 };
  const ledger = createLedger({ database, clock, random: seededRandom(1) });
  const shop = await database.read(SHOP, (reader) => reader.shop());
  const balances = await ledger.balances(SHOP, ALICE);
  const points = balances.find(({ unit }) => unit === 'points')?.balance ?? 0;
  const due = (shop?.seq ?? 0) * POINTS;
  const wrong = points === due ? [] : [`the balance is ${points}, not ${due}`];
  return [...wrong, ...(await ledger.verify(SHOP))];
}

/** Kills so many servers on one database; `wrong` is empty when nothing was lost or doubled. */
export async function killAgainAndAgain(
  engine: Engine,
  times: number,
): Promise<{ readonly figures: Figures; readonly wrong: readonly string[] }> {
  const random = seededRandom(times);
  const figures: Figures = { kills: times, acknowledged: 0, lost: 0, twice: 0 };
  for (let run = 1; run <= times; run += 1) {
    const applied = await killOnce(engine, run, random);
    const database = await engine.open();
    figures.acknowledged += applied.size;
    figures.lost += await countMissing(database, [...applied.keys()]);
    figures.twice += [...applied.values()].filter((count) => count > 1).length;
    await database.close();
  }
  const database = await engine.open();
  const wrong = await audit(database);
  await database.close();
  const { lost, twice } = figures;
  const told = lost + twice > 0 ? [`${lost} lost, ${twice} twice`] : [];
  return { figures, wrong: [...wrong, ...told] };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { times: { type: 'string', default: '100' } } });
  for (const open of [killableSqlite, killablePostgres]) {
    const engine = await open();
    try {
      const { figures, wrong } = await killAgainAndAgain(engine, Number(values.times));
      process.stdout.write(`${engine.name} ${JSON.stringify({ ...figures, wrong })}\n`);
      if (wrong.length > 0) process.exitCode = 1;
    } finally {
      await engine.end();
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
