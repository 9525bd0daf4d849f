/**
 * `npm test`: builds what the tests load, makes sure of a Chromium and a PostgreSQL, then runs
 * every test. Arguments go to vitest, so that `npm test -- test/shared` runs a part. The last line
 * is `N passed, N failed`; the exit code is vitest's.
 */
import { spawnSync } from 'node:child_process';
import { findChromium } from '../test/support/chromium.ts';
import { findPostgres } from '../test/support/postgres.ts';

/** Runs one command in sight of the person; ends this process when it fails. */
function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error !== undefined) process.stderr.write(`${command}: ${error.message}\n`);
  if (status !== 0) process.exit(status ?? 1);
}

/** Better one line now than a failed test after minutes. */
function need(find: (environment: NodeJS.ProcessEnv) => string): void {
  try {
    find(process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

const asked = process.argv.slice(2);
run('npm', ['run', '--silent', 'build']);
if (asked.length === 0) for (const find of [findChromium, findPostgres]) need(find);
// What takes long has a command of its own, which names its project.
run('vitest', ['run', ...(asked.length === 0 ? ['--project', '!long'] : asked)]);
