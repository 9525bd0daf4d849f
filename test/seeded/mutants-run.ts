/**
 * `npm run mutants [-- NAME …]`: takes each law of the protocol out, one at a time, and prints the
 * first seed that notices it, within 1,000 days. Ends with 1 when one is noticed by none.
 */
import { MUTANTS } from './mutants.ts';
import { simulate } from './runs.ts';

const SCHEDULES = 1_000;

const names = process.argv.slice(2);
let alive = 0;
for (const mutant of MUTANTS.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const { name, profile, strict, what } = mutant;
  const options = { seed: 1, schedules: SCHEDULES, profile, strict, mutant: name, stopEarly: true };
  const { violations } = await simulate(options);
  const [first] = violations;
  if (first === undefined) alive += 1;
  const found =
    first === undefined ? 'SURVIVED' : `seed ${first.seed} by ${first.text.split(' ')[0] ?? ''}`;
  const day = `${profile ?? 'drawn'}${strict === true ? ', strict' : ''}`;
  process.stdout.write(`${name} (${day}): ${found}: ${what}\n`);
}
process.exitCode = alive === 0 ? 0 : 1;
