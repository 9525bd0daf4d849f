/**
 * A long run on disk: which seeds are done and what they came to, so that a run that was
 * interrupted goes on where it was.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as v from '../../shared/schema.ts';
import { CHUNK, NOTHING, add, type SimulateOptions, type Summary, type Watch } from './runs.ts';

const counts = v.record(v.string(), v.number());
const summarySchema = v.object({
  schedules: v.number(),
  promised: v.number(),
  sales: v.number(),
  operations: v.number(),
  overspent: v.number(),
  outcomes: counts,
  reach: counts,
  profiles: counts,
  violations: v.array(v.object({ seed: v.number(), text: v.string() })),
  hash: v.number(),
});
const progressSchema = v.object({
  /** What the run is of; another run must not go on with it. */
  of: v.string(),
  done: v.array(v.number()),
  seconds: v.number(),
  summary: summarySchema,
});
type Progress = v.InferOutput<typeof progressSchema>;

export interface Run extends Watch {
  /** Everything so far, with what was done before the interruption. */
  summary(): Summary;
  /** Seconds of all its parts, without the pauses between them. */
  seconds(): number;
  save(): void;
}

/** Begins a run, or goes on with the one in `file`; throws when that is a run of something else. */
export function openRun(
  file: string | undefined,
  options: SimulateOptions,
  by: { readonly now: () => number; readonly isStopped: () => boolean },
): Run {
  const { seed, profile = '', mutant = '', strict = false } = options;
  const of = JSON.stringify({ seed, profile, mutant, strict, chunk: CHUNK });
  const known = file === undefined ? undefined : readProgress(file, of);
  const begun = by.now();
  const done = new Set(known?.done);
  let summary: Summary = known?.summary ?? NOTHING;
  const seconds = (): number => Math.round((known?.seconds ?? 0) + (by.now() - begun) / 1_000);
  const run: Run = {
    isStopped: by.isStopped,
    isDone: (chunk) => done.has(chunk),
    done(chunk, part) {
      done.add(chunk);
      summary = add(summary, part);
      run.save();
    },
    summary: () => summary,
    seconds,
    save() {
      if (file === undefined) return;
      const progress: Progress = {
        of,
        done: [...done],
        seconds: seconds(),
        summary: {
          ...summary,
          violations: summary.violations.slice(0, 100),
        },
      };
      // A death while it is written must not cost what was there.
      writeFileSync(`${file}.new`, JSON.stringify(progress));
      renameSync(`${file}.new`, file);
    },
  };
  return run;
}

function readProgress(file: string, of: string): Progress | undefined {
  if (!existsSync(file)) return undefined;
  const progress = v.parse(progressSchema, JSON.parse(readFileSync(file, 'utf8')));
  if (progress.of !== of) throw new Error(`${file} is of another run: ${progress.of}`);
  return progress;
}
