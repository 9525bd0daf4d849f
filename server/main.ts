/**
 * The production process: reads its settings, opens the database, listens, and ends when told to.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createApp, SHOPIFY_HOSTS } from './app.ts';
import { processConfig, type Config } from './config.ts';
import type { Database } from './database/database.ts';
import { openSqlite } from './database/sqlite.ts';
import { createLedger } from './ledger.ts';
import { listen } from './listen.ts';
import { createLog, type Log } from './log.ts';
import { createParts } from './parts.ts';
import { createRounds, ROUND_MS, startRounds } from './rounds.ts';

const clock = { now: () => Date.now() };
const random = { below: (bound: number) => randomInt(bound) };

/** Refuses to serve real shops from a database that the simulator has filled. */
async function stampProblem(database: Database): Promise<string | undefined> {
  const stamp = await database.stamp();
  if (stamp === undefined) await database.setStamp('production');
  return stamp === undefined || stamp === 'production'
    ? undefined
    : `The database belongs to "${stamp}", not to production.`;
}

async function serve(config: Config, log: Log): Promise<void> {
  const database = openSqlite(config.databaseFile);
  const problem = await stampProblem(database);
  if (problem !== undefined) {
    await database.close();
    return refuse([problem], log);
  }
  if (config.isRestored) {
    await database.startEpoch();
    const told = 'Start without RESTORED_FROM_BACKUP the next time.';
    log('info', 'epoch-started', { reason: 'restored from a backup', told });
  }
  const { clientId, secrets, proxies } = config;
  const shopHostPattern = SHOPIFY_HOSTS;
  const ledger = createLedger({ database, clock, random });
  const deps = { database, ledger, clientId, secrets, shopHostPattern, clock, random, log };
  const { mounts, chores } = createParts({ ...deps, sleep: (ms) => delay(ms, undefined) });
  const listening = await listen(createApp({ ...deps, proxies, mounts }), config);
  const rounds = startRounds(createRounds({ database, chores, clock, log }), everyMinute);
  log('info', 'listening', { port: listening.port, host: config.host });

  const end = (signal: string) => {
    log('info', 'ending', { signal });
    Promise.all([listening.close(), rounds.stop()])
      .then(() => database.close())
      .then(
        () => log('info', 'ended'),
        (error: unknown) => {
          log('error', 'end-failed', { message: String(error) });
          process.exitCode = 1;
        },
      );
  };
  process.once('SIGTERM', () => end('SIGTERM'));
  process.once('SIGINT', () => end('SIGINT'));
}

function everyMinute(work: () => void): () => void {
  const timer = setInterval(work, ROUND_MS);
  return () => clearInterval(timer);
}

function refuse(problems: readonly string[], log: Log): void {
  for (const problem of problems) log('error', 'cannot-start', { problem });
  process.exitCode = 1;
}

const settings = processConfig();
const log = createLog({
  write: (line) => void process.stdout.write(line),
  now: clock.now,
  isDebug: 'config' in settings && settings.config.isDebug,
});
if ('problems' in settings) refuse(settings.problems, log);
else {
  serve(settings.config, log).catch((error: unknown) => {
    log('error', 'start-failed', { message: error instanceof Error ? error.message : 'unknown' });
    process.exitCode = 1;
  });
}
