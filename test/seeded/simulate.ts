/**
 * The simulation as a command: `npm run simulate -- --schedules 1000 --seed 1 [--mutant NAME]`.
 * Uses all cores; prints what it reached, what was violated by which seed, and a hash of the whole
 * run.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runSchedule } from '../support/schedule.ts';

export interface Summary {
  readonly schedules: number;
  readonly promised: number;
  readonly sales: number;
  readonly operations: number;
  readonly overspent: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly violations: readonly { readonly seed: number; readonly text: string }[];
  /** Of every schedule's trace, by seed: the same seeds give the same. */
  readonly hash: number;
}

const NOTHING: Summary = {
  schedules: 0,
  promised: 0,
  sales: 0,
  operations: 0,
  overspent: 0,
  outcomes: {},
  violations: [],
  hash: 0,
};

export interface SimulateOptions {
  readonly schedules: number;
  readonly seed: number;
  readonly processes?: number;
  readonly mutant?: string | undefined;
  /** Whether the shop's registers hold to leases. */
  readonly strict?: boolean | undefined;
  /** Ends at the first seed that violates a law. */
  readonly stopEarly?: boolean;
}

/** Runs seeds `seed` … `seed + schedules - 1` in child processes and adds up what they say. */
export async function simulate(options: SimulateOptions): Promise<Summary> {
  const processes = options.processes ?? availableParallelism();
  const parts = await Promise.all(
    Array.from({ length: processes }, (_, part) => runPart(options, part, processes)),
  );
  return parts.reduce(add, NOTHING);
}

function runPart(options: SimulateOptions, part: number, of: number): Promise<Summary> {
  const { schedules, seed, mutant, stopEarly, strict } = options;
  const self = fileURLToPath(import.meta.url);
  const hook = fileURLToPath(new URL('mutate.ts', import.meta.url));
  const args = [schedules, seed, part, of, stopEarly, strict].map((arg) =>
    String(Number(arg ?? 0)),
  );
  const child = fork(self, ['--part', args.join(',')], {
    execArgv: mutant === undefined ? [] : ['--import', hook],
    env: { ...process.env, ...(mutant === undefined ? {} : { SIMULATE_MUTANT: mutant }) },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
  return new Promise((resolve, reject) => {
    let summary: Summary | undefined;
    child.on('message', (message) => (summary = message as Summary));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (summary !== undefined && code === 0) resolve(summary);
      else reject(new Error(`a simulation ended with ${code}: ${errors}`));
    });
  });
}

function add(a: Summary, b: Summary): Summary {
  const outcomes: Record<string, number> = { ...a.outcomes };
  for (const [name, count] of Object.entries(b.outcomes))
    outcomes[name] = (outcomes[name] ?? 0) + count;
  return {
    schedules: a.schedules + b.schedules,
    promised: a.promised + b.promised,
    sales: a.sales + b.sales,
    operations: a.operations + b.operations,
    overspent: a.overspent + b.overspent,
    outcomes,
    violations: [...a.violations, ...b.violations].sort((x, y) => x.seed - y.seed),
    // A sum does not depend on which process ran which seed.
    hash: (a.hash + b.hash) >>> 0,
  };
}

async function part(text: string): Promise<void> {
  const [schedules = 0, seed = 0, offset = 0, step = 1, stopEarly = 0, strict = 0] = text
    .split(',')
    .map(Number);
  // Nobody is left to hear the result.
  process.on('disconnect', () => process.exit(1));
  let summary = NOTHING;
  for (let i = offset; i < schedules; i += step) {
    summary = add(summary, await oneSeed(seed + i, strict === 1));
    if (stopEarly === 1 && summary.violations.length > 0) break;
  }
  process.send?.(summary, undefined, undefined, () => {
    process.exit(0);
  });
}

async function oneSeed(seed: number, strict: boolean): Promise<Summary> {
  const { promised, sales, operations, overspent, outcomes, violations, trace } = await runSchedule(
    seed,
    { strict },
  );
  return {
    schedules: 1,
    promised,
    sales,
    operations,
    overspent,
    outcomes: Object.fromEntries(outcomes),
    violations: violations.map((violated) => ({ seed, text: violated })),
    hash: Math.imul(trace, seed | 1) >>> 0,
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      part: { type: 'string' },
      schedules: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      mutant: { type: 'string' },
      strict: { type: 'boolean', default: false },
    },
  });
  if (values.part !== undefined) return part(values.part);
  const started = process.hrtime.bigint();
  const { schedules, seed, mutant, strict } = values;
  const summary = await simulate({
    schedules: Number(schedules),
    seed: Number(seed),
    mutant,
    strict,
    stopEarly: mutant !== undefined,
  });
  const seconds = Number((process.hrtime.bigint() - started) / 1_000_000_000n);
  const { violations, ...figures } = summary;
  for (const { seed: of, text } of violations.slice(0, 50))
    process.stdout.write(`seed ${of}: ${text}\n`);
  process.stdout.write(`${JSON.stringify({ ...figures, seconds })}\n`);
  process.stdout.write(`${violations.length} violations in ${summary.schedules} schedules\n`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
