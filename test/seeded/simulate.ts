/**
 * The simulation as a command, on all cores:
 *
 *   npm run simulate -- --schedules 1000 --seed 1      seeds 1 to 1000, profiles drawn from them
 *   npm run simulate -- --profile captive              days of one profile; --strict: with leases
 *   npm run simulate -- --mutant NAME                  until a seed notices that a law is taken out
 *   npm run simulate -- --resume FILE                  keeps its progress there, goes on from it
 *
 * The first violation is made smaller at once and printed as a day that a test can keep. It ends
 * with what was reached, and a hash of the whole run.
 */
import { parseArgs } from 'node:util';
import { openRun } from './progress.ts';
import { PROFILE_NAMES } from './profiles.ts';
import { reachTable } from './reach.ts';
import { seededDay, simulate, startWorker, type SimulateOptions } from './runs.ts';
import { keptOf } from './shrink.ts';

const TOLD_EVERY_MS = 10_000;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const now = (): number => Number(process.hrtime.bigint() / 1_000_000n);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      schedules: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      profile: { type: 'string' },
      mutant: { type: 'string' },
      strict: { type: 'boolean', default: false },
      resume: { type: 'string' },
    },
  });
  const { profile, mutant, strict } = values;
  if (profile !== undefined && !PROFILE_NAMES.includes(profile))
    throw new Error(`no profile ${profile}; there are ${PROFILE_NAMES.join(', ')}`);
  const [schedules, seed] = [Number(values.schedules), Number(values.seed)];
  const stopEarly = mutant !== undefined;
  const options = { schedules, seed, profile, mutant, strict, stopEarly };
  let isStopped = false;
  process.once('SIGINT', () => {
    isStopped = true;
    process.stderr.write('ending with what is under way\n');
  });
  const run = openRun(values.resume, options, { now, isStopped: () => isStopped });
  const telling = setInterval(() => {
    const { schedules: done, violations } = run.summary();
    const text = `${done} of ${schedules} in ${run.seconds()} s, ${violations.length} violations\n`;
    process.stderr.write(text);
  }, TOLD_EVERY_MS);
  await simulate(options, run);
  clearInterval(telling);
  const { violations, reach, ...figures } = run.summary();
  say(reachTable(reach));
  for (const one of violations.slice(0, 50)) say(`seed ${one.seed}: ${one.text}`);
  const [first] = violations;
  if (first !== undefined) await tellShrunk(first.seed, options);
  say(JSON.stringify({ ...figures, seconds: run.seconds() }));
  say(`${violations.length} violations in ${figures.schedules} schedules`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

async function tellShrunk(seed: number, options: SimulateOptions): Promise<void> {
  const worker = startWorker(options.mutant);
  const shrunk = await worker.shrink(seededDay(seed, options));
  await worker.end();
  if (shrunk === undefined) return say(`seed ${seed} alone breaks nothing`);
  say(`seed ${seed}, made smaller in ${shrunk.tries} runs; dayFrom of shrink.ts reads it:`);
  say(JSON.stringify(keptOf(shrunk), undefined, 2));
}

await main();
