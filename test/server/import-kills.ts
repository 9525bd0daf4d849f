/**
 * `npm run imports -- --rows 50000 --kills 10`: a server is killed with no warning, again and
 * again, while it brings a file of balances into the books, on both engines; each time the same
 * file is imported again by the next one. In the end every row must be there, once.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Database } from '../../server/database/database.ts';
import { openPostgres } from '../../server/database/postgres.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { newPostgres } from '../support/postgres.ts';
import { seededRandom, type SeededRandom } from '../support/seeded-random.ts';
import { openBooks } from './books.ts';
import { balancesFile, FIRST_CUSTOMER } from './import-world.ts';
import { ALICE, BOB, SHOP } from './world.ts';

const CHILD = fileURLToPath(new URL('./import-child.ts', import.meta.url));
/** The rows that stand behind those of `balancesFile`: customers who have something already. */
const LINES = [`${ALICE},EUR,2.50`, `${BOB},points,-10`];
const CUSTOMERS_AT_ONCE = 5_000;

export interface Engine {
  readonly name: string;
  /** As the child takes it. */
  readonly address: string;
  open(): Promise<Database>;
}

const STAGES = ['sending', 'checking', 'posting'] as const;
type Stage = (typeof STAGES)[number];

export interface ImportFigures {
  readonly rows: number;
  /** Processes that were killed, by what they were at. */
  readonly killed: Record<Stage, number>;
  /** Those that were done before the kill reached them. */
  ended: number;
}

/** Where processes stop to be killed; without it they are killed somewhere while they run. */
export type Stop = readonly [stage: Stage, step: number];

/** Runs a child until `isTime` of what it said, then kills it; the line with which it ended. */
async function run(
  args: readonly string[],
  isTime: (lines: readonly string[]) => boolean,
): Promise<readonly string[]> {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (isTime(lines)) child.kill('SIGKILL');
  }
  const [code] = (await ended) as [number | null];
  if (code !== null && code !== 0) throw new Error(errors);
  return lines;
}

const stageOf = (lines: readonly string[]): Stage =>
  STAGES.findLast((stage) => lines.includes(stage)) ?? 'sending';

/** A process that is killed where it stops. */
async function killStopped(args: readonly string[], [stage, step]: Stop): Promise<Stage> {
  const lines = await run([...args, stage, String(step)], (all) => all.includes('paused'));
  if (lines.at(-1) !== 'paused') throw new Error(`it never came to step ${step} of ${stage}`);
  return stageOf(lines);
}

/** A process that is killed while it runs; nothing when it was done before. */
async function killRunning(args: readonly string[], random: SeededRandom) {
  const stage = STAGES[Math.min(random.below(5), 2)] ?? 'posting';
  const after = 1 + random.below(20);
  const lines = await run(args, (all) => all.filter((line) => line === stage).length >= after);
  return lines.at(-1)?.startsWith('{') === true ? undefined : stageOf(lines);
}

/** Sentences about what is not as the file says. */
async function audit(engine: Engine, rows: number): Promise<readonly string[]> {
  const database = await engine.open();
  try {
    const { ledger } = await openBooks(database, { seed: 99 });
    const wrong = [...(await ledger.verify(SHOP))];
    const seq = Number.MAX_SAFE_INTEGER;
    for (let from = 0; from < rows; from += CUSTOMERS_AT_ONCE) {
      const [first, last] = [FIRST_CUSTOMER + from, FIRST_CUSTOMER + from + CUSTOMERS_AT_ONCE - 1];
      const found = await database.read(SHOP, (reader) =>
        reader.balancesAsOf({ first, last, seq }),
      );
      const right = found.filter((one) => one.balance === one.customer - FIRST_CUSTOMER + 1);
      const due = Math.min(CUSTOMERS_AT_ONCE, rows - from);
      if (right.length !== due || found.length !== due)
        wrong.push(`${right.length} of ${due} balances are right from customer ${first} on`);
    }
    const [alice, bob] = [await ledger.balances(SHOP, ALICE), await ledger.balances(SHOP, BOB)];
    const credit = alice.find(({ unit }) => unit === 'EUR')?.balance;
    const points = bob.find(({ unit }) => unit === 'points')?.balance;
    if (credit !== 5_250 || points !== 290) wrong.push(`${credit} and ${points}, not 5250 and 290`);
    return wrong;
  } finally {
    await database.close();
  }
}

export interface Asked {
  readonly rows: number;
  /** How many processes are killed while they run. */
  readonly kills: number;
  /** Those that are killed where they stop, before. */
  readonly stops: readonly Stop[];
}

/** `wrong` is empty when every row is in the books once. */
export async function killImports(
  engine: Engine,
  { rows, kills, stops }: Asked,
): Promise<{ readonly figures: ImportFigures; readonly wrong: readonly string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'tideover-imports-'));
  const file = join(folder, 'balances.csv');
  const figures = { rows, killed: { sending: 0, checking: 0, posting: 0 }, ended: 0 };
  const random = seededRandom(rows + kills);
  const argsOf = (n: number) => [engine.address, file, String(n)];
  try {
    await writeFile(file, balancesFile(rows, LINES));
    const database = await engine.open();
    await openBooks(database);
    await database.close();
    for (const [n, stop] of stops.entries())
      figures.killed[await killStopped(argsOf(n), stop)] += 1;
    for (let n = 0; n < kills; n += 1) {
      const stage = await killRunning(argsOf(stops.length + n), random);
      if (stage === undefined) figures.ended += 1;
      else figures.killed[stage] += 1;
    }
    const last = (await run(argsOf(stops.length + kills), () => false)).at(-1) ?? '';
    const wrong = last.includes('"state":"done"') ? [] : [`the last one ended with ${last}`];
    return { figures, wrong: [...wrong, ...(await audit(engine, rows))] };
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function importableSqlite(): Promise<Engine & { end(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'tideover-imports-'));
  const address = join(folder, 'ledger.sqlite');
  return {
    name: 'SQLite',
    address,
    open: async () => openSqlite(address),
    end: () => rm(folder, { recursive: true }),
  };
}

const STOPS: readonly Stop[] = [
  ['sending', 1],
  ['checking', 3],
  ['posting', 1],
  ['posting', 2],
];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '50000' },
      kills: { type: 'string', default: '10' },
    },
  });
  const asked = { rows: Number(values.rows), kills: Number(values.kills), stops: STOPS };
  const embedded = await importableSqlite();
  const url = await newPostgres();
  const scaled = { name: 'PostgreSQL', address: url, open: () => openPostgres(url) };
  for (const engine of [embedded, scaled]) {
    const { figures, wrong } = await killImports(engine, asked);
    process.stdout.write(`${engine.name} ${JSON.stringify({ ...figures, wrong })}\n`);
    if (wrong.length > 0) process.exitCode = 1;
  }
  await embedded.end();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
