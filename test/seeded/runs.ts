/**
 * Many seeded days in several processes, added up. What a seed makes of itself depends on nothing
 * but the seed, so neither does the sum on who ran what.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { dayOf, runDay, type Day, type ScheduleResult } from '../support/schedule.ts';
import type { Profile } from './profiles.ts';
import type { Shrunk } from './shrink.ts';

export interface Summary {
  readonly schedules: number;
  readonly promised: number;
  readonly sales: number;
  readonly operations: number;
  readonly overspent: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** How often each fault, act and row of the crash table was met. */
  readonly reach: Readonly<Record<string, number>>;
  readonly profiles: Readonly<Record<string, number>>;
  readonly violations: readonly { readonly seed: number; readonly text: string }[];
  /** Of every schedule's trace, by seed: the same seeds give the same. */
  readonly hash: number;
}

export const NOTHING: Summary = {
  schedules: 0,
  promised: 0,
  sales: 0,
  operations: 0,
  overspent: 0,
  outcomes: {},
  reach: {},
  profiles: {},
  violations: [],
  hash: 0,
};

/** What kind of days a run is about. */
export interface SimulateOptions {
  readonly schedules: number;
  readonly seed: number;
  readonly processes?: number;
  readonly profile?: string | undefined;
  readonly mutant?: string | undefined;
  /** Whether the shop's registers hold to leases. */
  readonly strict?: boolean | undefined;
  /** Ends at the first seed that violates a law. */
  readonly stopEarly?: boolean;
}

/** What `npm test` runs: days that seeds draw, and more of those on which much is rare. */
export const DEFAULT_RUN: readonly Pick<SimulateOptions, 'schedules' | 'seed' | 'profile'>[] = [
  { schedules: 1_080, seed: 1 },
  { schedules: 200, seed: 1, profile: 'cart' },
  { schedules: 200, seed: 1, profile: 'full' },
  { schedules: 120, seed: 1, profile: 'restore' },
  { schedules: 120, seed: 1, profile: 'opening' },
  { schedules: 100, seed: 1, profile: 'busy' },
  { schedules: 80, seed: 1, profile: 'sleep' },
  { schedules: 60, seed: 1, profile: 'power' },
];

/** Seeds that a process works off before it asks for more. */
export const CHUNK = 20;

/** How a run is followed while it lasts. */
export interface Watch {
  /** Numbers of the chunks that need not be done again. */
  isDone(chunk: number): boolean;
  done(chunk: number, summary: Summary): void;
  readonly isStopped?: () => boolean;
}

/** Runs seeds `seed` … `seed + schedules - 1` in child processes and adds up what they say. */
export async function simulate(options: SimulateOptions, watch?: Watch): Promise<Summary> {
  const { schedules, processes = availableParallelism(), stopEarly = false } = options;
  let summary = NOTHING;
  let next = 0;
  const take = (): number | undefined => {
    const isOver = watch?.isStopped?.() === true || (stopEarly && summary.violations.length > 0);
    while (watch?.isDone(next) === true) next += 1;
    return isOver || next * CHUNK >= schedules ? undefined : next++;
  };
  const hand = async (): Promise<void> => {
    let worker: Worker | undefined;
    for (let chunk = take(); chunk !== undefined; chunk = take()) {
      worker ??= startWorker(options.mutant);
      const part = await worker.chunk({
        ...options,
        seed: options.seed + chunk * CHUNK,
        schedules: Math.min(CHUNK, schedules - chunk * CHUNK),
      });
      summary = add(summary, part);
      watch?.done(chunk, part);
    }
    await worker?.end();
  };
  await Promise.all(Array.from({ length: processes }, hand));
  return summary;
}

/** What a process can be asked for. */
export type Errand =
  | { readonly what: 'chunk'; readonly options: SimulateOptions }
  | { readonly what: 'day'; readonly day: Day }
  | { readonly what: 'shrink'; readonly day: Day };

interface Worker {
  chunk(options: SimulateOptions): Promise<Summary>;
  day(day: Day): Promise<Pick<ScheduleResult, 'violations'>>;
  shrink(day: Day): Promise<Shrunk | undefined>;
  end(): Promise<void>;
}

/** A process that runs days; with a mutant it loads the source with that text replaced. */
export function startWorker(mutant: string | undefined): Worker {
  const hook = fileURLToPath(new URL('mutate.ts', import.meta.url));
  const child: ChildProcess = fork(fileURLToPath(new URL('worker.ts', import.meta.url)), [], {
    execArgv: mutant === undefined ? [] : ['--import', hook],
    env: { ...process.env, ...(mutant === undefined ? {} : { SIMULATE_MUTANT: mutant }) },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const ask = <T>(errand: Errand): Promise<T> =>
    new Promise((resolve, reject) => {
      const gone = (code: number | null): void =>
        reject(new Error(`a simulation ended with ${code}: ${errors}`));
      child.once('exit', gone);
      child.once('message', (answer) => {
        child.off('exit', gone);
        resolve((answer as { readonly answer: T }).answer);
      });
      child.send(errand);
    });
  return {
    chunk: (options) => ask({ what: 'chunk', options }),
    day: (day) => ask({ what: 'day', day }),
    shrink: (day) => ask({ what: 'shrink', day }),
    async end() {
      child.disconnect();
      await ended;
    },
  };
}

/** The seeds of one chunk, one after the other, in this process. */
export async function runChunk(options: SimulateOptions): Promise<Summary> {
  const { seed, schedules, stopEarly = false } = options;
  let summary = NOTHING;
  for (let i = 0; i < schedules; i += 1) {
    summary = add(summary, summaryOf(await runDay(seededDay(seed + i, options))));
    if (stopEarly && summary.violations.length > 0) break;
  }
  return summary;
}

/** The day that these options make of a seed. */
export function seededDay(
  seed: number,
  { strict = false, profile }: Pick<SimulateOptions, 'strict' | 'profile'>,
): ReturnType<typeof dayOf> {
  const fixed: Partial<Profile> = strict ? { strict } : {};
  return dayOf(seed, fixed, profile);
}

function summaryOf(result: ScheduleResult): Summary {
  const { seed, promised, sales, operations, overspent, reach, profile, violations } = result;
  return {
    schedules: 1,
    promised,
    sales,
    operations,
    overspent,
    outcomes: Object.fromEntries(result.outcomes),
    reach,
    profiles: { [profile]: 1 },
    violations: violations.map((text) => ({ seed, text })),
    hash: Math.imul(result.trace, seed | 1) >>> 0,
  };
}

/** Two parts of a run as one. */
export function add(a: Summary, b: Summary): Summary {
  return {
    schedules: a.schedules + b.schedules,
    promised: a.promised + b.promised,
    sales: a.sales + b.sales,
    operations: a.operations + b.operations,
    overspent: a.overspent + b.overspent,
    outcomes: summed(a.outcomes, b.outcomes),
    reach: summed(a.reach, b.reach),
    profiles: summed(a.profiles, b.profiles),
    violations: [...a.violations, ...b.violations].sort((x, y) => x.seed - y.seed),
    // A sum does not depend on which process ran which seed.
    hash: (a.hash + b.hash) >>> 0,
  };
}

type Counts = Readonly<Record<string, number>>;

function summed(a: Counts, b: Counts): Counts {
  const sum: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
