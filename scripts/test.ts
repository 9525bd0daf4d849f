/**
 * `npm test`: builds what the tests load, then runs every test. Arguments go to vitest, so that
 * `npm test -- test/shared` runs a part. The last line is `N passed, N failed`; the exit code is
 * vitest's.
 */
import { spawnSync } from 'node:child_process';

/** Runs one command in sight of the person; ends this process when it fails. */
function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error !== undefined) process.stderr.write(`${command}: ${error.message}\n`);
  if (status !== 0) process.exit(status ?? 1);
}

run('npm', ['run', '--silent', 'build']);
run('vitest', ['run', ...process.argv.slice(2)]);
