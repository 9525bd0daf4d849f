/**
 * The production process: reads its settings, opens the database, listens, and ends when told to.
 */
import { randomInt } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { createApp, SHOPIFY_HOSTS } from './app.ts';
import { createBackupCursor } from './backup-cursor.ts';
import { processConfig, type Config } from './config.ts';
import type { Database } from './database/database.ts';
import { createDrain } from './drain.ts';
import { beginEpoch } from './epochs.ts';
import { processGauges, waitingGauges, type ProcessFigures } from './gauges.ts';
import { answerStarting, type Readiness } from './health.ts';
import { createLedger } from './ledger.ts';
import { listen, type Listening } from './listen.ts';
import { createLog, type Log } from './log.ts';
import { meteredDatabase } from './metered-database.ts';
import { createMetricsDoor } from './metrics-door.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { openDatabase } from './open-database.ts';
import { createParts } from './parts.ts';
import { createRequestScope, type RequestScope } from './request-id.ts';
import { createRounds, ROUND_MS, startRounds } from './rounds.ts';
import { shopifyOf } from './shopify/connection.ts';

const clock = { now: () => Date.now() };
const random = { below: (bound: number) => randomInt(bound) };
const sleep = (ms: number) => delay(ms, undefined);

/** What the whole process shares. */
interface Around {
  readonly log: Log;
  readonly scope: RequestScope;
  readonly metrics: Metrics;
}

/** Refuses to serve real shops from a database that the simulator has filled. */
async function stampProblem(database: Database): Promise<string | undefined> {
  const stamp = await database.stamp();
  if (stamp === undefined) await database.setStamp('production');
  return stamp === undefined || stamp === 'production'
    ? undefined
    : `The database belongs to "${stamp}", not to production.`;
}

async function serve(config: Config, around: Around): Promise<void> {
  const { log, metrics } = around;
  // The port is open before the tables are up to date, so that nobody takes a long start for death.
  let answer: RequestListener = answerStarting;
  const listening = await listen((request, response) => answer(request, response), config);
  const engine = await openDatabase(config, log).catch(async (error: unknown) => {
    await listening.close(0);
    throw error;
  });
  const database = meteredDatabase(engine, { metrics, ticks: () => performance.now() });
  const problem = await stampProblem(database);
  if (problem !== undefined) {
    await listening.close(0);
    await database.close();
    return refuse([problem], log);
  }
  if (config.isRestored) {
    await beginEpoch(database, clock.now());
    const told = 'Start without RESTORED_FROM_BACKUP the next time.';
    log('info', 'epoch-started', { reason: 'restored from a backup', told });
  }
  const metricsDoor = await openMetrics(config, database, around);
  const readiness: Readiness = { isDraining: false };
  const running = await run(config, database, { ...around, readiness });
  answer = running.app;
  log('info', 'listening', { port: listening.port, host: config.host });

  const end = createDrain({
    readiness,
    drainMs: config.drainMs,
    sleep,
    closeDoors: () => listening.close(),
    stopWork: running.stop,
    async closeDatabase() {
      await metricsDoor?.close(0);
      await database.close();
    },
    log,
    exit: (code) => process.exit(code),
  });
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void end(signal));
}

/** The app and the rounds on an open database. */
async function run(
  config: Config,
  database: Database,
  around: Around & { readonly readiness: Readiness },
): Promise<{ readonly app: RequestListener; stop(): Promise<void> }> {
  const { clientId, secrets, proxies } = config;
  const { log } = around;
  const backups = config.isBackedUp ? createBackupCursor(database) : undefined;
  await backups?.look();
  const ledger = createLedger({ database, clock, random, ...backups?.forLedger });
  const deps = { database, ledger, clientId, secrets, clock, random, sleep, ...around };
  const shopify = { ...shopifyOf(config), fetch };
  const parts = createParts({ ...deps, shopHostPattern: SHOPIFY_HOSTS, shopify });
  const { mounts, chores } = parts;
  const rounds = createRounds({ database, chores, clock, log });
  const started = startRounds(rounds, everyMinute);
  const looking = backups === undefined ? undefined : everyMinute(() => void backups.look());
  const app = createApp({ ...deps, shopHostPattern: SHOPIFY_HOSTS, proxies, mounts });
  return {
    app,
    async stop() {
      looking?.();
      await Promise.all([started.stop(), parts.stop()]);
    },
  };
}

async function openMetrics(
  { metrics: to }: Config,
  database: Database,
  { log, metrics }: Around,
): Promise<Listening | undefined> {
  if (to === undefined) return undefined;
  const gauges = [...processGauges(processFigures()), ...waitingGauges({ database, clock })];
  const door = createMetricsDoor({ metrics, gauges, token: to.token, log });
  const listening = await listen(door, to);
  log('info', 'metrics-listening', { port: listening.port, host: to.host });
  return listening;
}

function processFigures(): ProcessFigures {
  const late = monitorEventLoopDelay({ resolution: 20 });
  late.enable();
  return {
    memory() {
      const { rss, heapUsed } = process.memoryUsage();
      return { resident: rss, heap: heapUsed };
    },
    lateness() {
      const worst = late.max / 1e9;
      late.reset();
      return worst;
    },
    uptime: () => process.uptime(),
  };
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
const scope = createRequestScope(random);
const metrics = createMetrics();
const log = createLog({
  write: (line) => void process.stdout.write(line),
  now: clock.now,
  isDebug: 'config' in settings && settings.config.isDebug,
  about: scope.fields,
  onError: (event) => metrics.count('tideover_errors_total', { event }),
});
process.on('uncaughtExceptionMonitor', (error) => {
  log('error', 'crashed', { name: error.name, stack: error.stack });
});
if ('problems' in settings) refuse(settings.problems, log);
else {
  serve(settings.config, { log, scope, metrics }).catch((error: unknown) => {
    log('error', 'start-failed', { message: error instanceof Error ? error.message : 'unknown' });
    process.exitCode = 1;
  });
}
