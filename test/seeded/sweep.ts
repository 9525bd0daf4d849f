/**
 * The single-fault sweep as a function and a command:
 *
 *   npm run sweep                                every fault at every call of every scene
 *   npm run sweep -- --scene 'taken back'        of the scenes whose name has these words
 *   npm run sweep -- --every 7 --from 3          every 7th case from the 3rd on, from 0
 *   npm run sweep -- --share                     what `npm test` plays: each death of a context at
 *                                                each call, and a few of every other fault
 *   npm run sweep -- --pairs --every 50          every 50th pair of faults
 *   npm run sweep -- --scene 'x' --case '12:kill-after'   one case, to look at
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Fault, FaultKind } from '../support/single-fault.ts';
import {
  casesOf,
  isSameAsNext,
  runCase,
  shareOf,
  singleFaults,
  type Case,
  type Outcome,
} from './sweep-cases.ts';
import { SCENARIOS, type Scenario } from './sweep-scenarios.ts';

export interface Violation {
  readonly scene: string;
  /** As `--case` takes it. */
  readonly faults: string;
  readonly text: string;
}

export interface SweepSummary {
  readonly scenes: number;
  /** Single faults, or pairs of them, that there are. */
  readonly cases: number;
  /** Of those, the ones that can't differ from another and were not played by themselves. */
  readonly same: number;
  readonly runs: number;
  /** Runs in which the fault never came to be: after it the calls were other ones. */
  readonly missed: number;
  /** Times that each row of the crash table was met by a fault. */
  readonly rows: Readonly<Record<string, number>>;
  /** Times that each kind of fault was injected, by the class of the call. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
}

export interface SweepOptions {
  readonly processes?: number;
  /** Words in the names of the scenes to play; all without. */
  readonly scene?: string | undefined;
  readonly pairs?: boolean;
  /** Plays every n-th of the cases. */
  readonly every?: number;
  /** The first of them, from 0. */
  readonly from?: number;
  /** Plays what `npm test` has time for. */
  readonly share?: boolean;
  /** A law to take out: see mutants.ts. */
  readonly mutant?: string | undefined;
}

const NOTHING: SweepSummary = {
  scenes: 0,
  cases: 0,
  same: 0,
  runs: 0,
  missed: 0,
  rows: {},
  kinds: {},
  violations: [],
};

/** Plays every case in child processes and adds up what they say. */
export async function sweep(options: SweepOptions = {}): Promise<SweepSummary> {
  const processes = options.processes ?? availableParallelism();
  const parts = await Promise.all(
    Array.from({ length: processes }, (_, part) => inChild({ ...options, part, processes })),
  );
  return { ...parts.reduce(add, NOTHING), scenes: scenesOf(options).length };
}

interface Part extends SweepOptions {
  readonly part: number;
  readonly processes: number;
}

function scenesOf({ scene = '' }: SweepOptions): readonly Scenario[] {
  return SCENARIOS.filter(({ name }) => name.includes(scene));
}

function inChild(part: Part): Promise<SweepSummary> {
  const { mutant } = part;
  const hook = fileURLToPath(new URL('mutate.ts', import.meta.url));
  const child = fork(fileURLToPath(import.meta.url), ['--part', JSON.stringify(part)], {
    execArgv: mutant === undefined ? [] : ['--import', hook],
    env: { ...process.env, ...(mutant === undefined ? {} : { SIMULATE_MUTANT: mutant }) },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
  return new Promise((resolve, reject) => {
    let summary: SweepSummary | undefined;
    child.on('message', (message) => (summary = message as SweepSummary));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (summary !== undefined && code === 0) resolve(summary);
      else reject(new Error(`a sweep ended with ${code}: ${errors}`));
    });
  });
}

function add(a: SweepSummary, b: SweepSummary): SweepSummary {
  return {
    scenes: Math.max(a.scenes, b.scenes),
    cases: a.cases + b.cases,
    same: a.same + b.same,
    runs: a.runs + b.runs,
    missed: a.missed + b.missed,
    rows: summed(a.rows, b.rows),
    kinds: summed(a.kinds, b.kinds),
    violations: [...a.violations, ...b.violations],
  };
}

function summed(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sum = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

/** This process's part of the cases. */
async function runPart(part: Part): Promise<SweepSummary> {
  let summary = NOTHING;
  let number = 0;
  const isMine = (): boolean => {
    const { every = 1, from = 0, processes } = part;
    const place = number - from;
    number += 1;
    return place >= 0 && place % every === 0 && (place / every) % processes === part.part;
  };
  const cases: Case[] = [];
  for (const scene of scenesOf(part)) {
    const plain = await runCase(scene, []);
    if (part.part === 0) summary = add(summary, found(scene, [], plain));
    cases.push(...casesOf(scene, plain.points));
  }
  for (const { scene, fault, isSame } of part.share === true ? shareOf(cases) : cases) {
    if (part.pairs === true) {
      if (isSame) continue;
      for await (const one of pairsWith(scene, fault, isMine)) summary = add(summary, one);
      continue;
    }
    if (!isMine()) continue;
    summary = add(summary, { ...NOTHING, cases: 1, same: isSame ? 1 : 0 });
    if (!isSame) summary = add(summary, found(scene, [fault], await runCase(scene, [fault])));
  }
  return summary;
}

/** What a second fault does to the calls that are made after the first. */
async function* pairsWith(
  scene: Scenario,
  fault: Fault,
  isMine: () => boolean,
): AsyncGenerator<SweepSummary> {
  const { points } = await runCase(scene, [fault]);
  for (const second of singleFaults(points, fault.at + 1)) {
    if (!isMine()) continue;
    yield { ...NOTHING, cases: 1 };
    if (isSameAsNext(points, second)) yield { ...NOTHING, same: 1 };
    else yield found(scene, [fault, second], await runCase(scene, [fault, second]));
  }
}

function found(scene: Scenario, faults: readonly Fault[], outcome: Outcome): SweepSummary {
  const { points, hit, rows, violations } = outcome;
  const named = faults.map(({ at, kind }) => `${at}:${kind}`).join(' ');
  const calls = faults.map(({ at }) => points[at]?.name ?? 'never').join(', ');
  return {
    ...NOTHING,
    runs: 1,
    missed: hit.length < faults.length ? 1 : 0,
    rows: Object.fromEntries(rows.map((row) => [row, 1])),
    kinds: Object.fromEntries(hit.map(({ at, kind }) => [`${points[at]?.callClass} ${kind}`, 1])),
    violations: violations.map((text) => ({
      scene: scene.name,
      faults: named,
      text: `${text} (${calls})`,
    })),
  };
}

function faultsFrom(text: string): readonly Fault[] {
  return text.split(' ').map((one) => {
    const [at = '', kind = ''] = one.split(':');
    return { at: Number(at), kind: kind as FaultKind };
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      part: { type: 'string' },
      scene: { type: 'string' },
      case: { type: 'string' },
      pairs: { type: 'boolean' },
      mutant: { type: 'string' },
      every: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      share: { type: 'boolean' },
    },
  });
  if (values.part !== undefined) {
    // Nobody is left to hear the result.
    process.on('disconnect', () => process.exit(1));
    const summary = await runPart(JSON.parse(values.part) as Part);
    process.send?.(summary, undefined, undefined, () => process.exit(0));
    return;
  }
  const { scene, mutant, pairs = false, share = false } = values;
  if (values.case !== undefined) return showCase(scenesOf({ scene }), faultsFrom(values.case));
  const started = process.hrtime.bigint();
  const [every, from] = [Number(values.every), Number(values.from)];
  const summary = await sweep({ scene, pairs, mutant, share, every, from });
  const seconds = Number((process.hrtime.bigint() - started) / 1_000_000_000n);
  const { violations, ...figures } = summary;
  for (const one of violations.slice(0, 100))
    process.stdout.write(`${one.scene}\n  --case '${one.faults}'\n  ${one.text}\n`);
  process.stdout.write(`${JSON.stringify({ ...figures, seconds }, undefined, 1)}\n`);
  process.stdout.write(`${violations.length} violations in ${summary.runs} runs\n`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

async function showCase(scenes: readonly Scenario[], faults: readonly Fault[]): Promise<void> {
  for (const scene of scenes) {
    const { points, hit, rows, violations } = await runCase(scene, faults);
    process.stdout.write(`${scene.name}\n`);
    for (const [at, { name, context }] of points.entries()) {
      const fault = hit.find((one) => one.at === at);
      process.stdout.write(`${at}\t${context}\t${name}${fault ? `  <- ${fault.kind}` : ''}\n`);
    }
    process.stdout.write(`${rows.join('\n')}\n${violations.join('\n')}\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
