/**
 * A real PostgreSQL for tests: found on the machine or brought by `apt-get`, in a folder of its
 * own, behind a socket in that folder, so that it has no port that another process might have.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const DEBIAN = '/usr/lib/postgresql';
const MISSING =
  'No PostgreSQL was found: install one (Debian: apt-get install -y postgresql) or put `initdb` ' +
  'and `postgres` on the PATH.';
const USER = 'tideover';
const PATIENCE_MS = 90_000;
const STEP_MS = 50;

/** The folder of `initdb` and `postgres`; fails in one line that says what to install. */
export function findPostgres(environment: NodeJS.ProcessEnv): string {
  const found = installed(environment);
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) install(environment);
  const brought = installed(environment);
  if (brought === undefined) throw new Error(MISSING);
  return brought;
}

function installed(environment: NodeJS.ProcessEnv): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => +b - +a) : [];
  const folders = [
    ...(environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
  ];
  return folders.find((folder) =>
    ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))),
  );
}

function install(environment: NodeJS.ProcessEnv): void {
  const quiet = { env: { ...environment, DEBIAN_FRONTEND: 'noninteractive' } };
  spawnSync('apt-get', ['update'], quiet);
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'postgresql'], quiet);
}

export interface Cluster {
  /** The address of a new, empty database. */
  create(): Promise<string>;
  /** Ends every process of the server at once, as `kill -9` would, and starts it again. */
  crash(): Promise<void>;
  end(): Promise<void>;
}

interface Run {
  readonly bin: string;
  readonly folder: string;
  /** What it acknowledges is on the disk. */
  readonly isDurable: boolean;
  /** The server ends when this process has. */
  readonly endsWith: number;
}

/** A server of one test file, which ends it. */
export async function startCluster(
  options: { readonly isDurable?: boolean } = {},
): Promise<Cluster> {
  const { isDurable = false } = options;
  const folder = mkdtempSync(join(tmpdir(), 'tideover-pg-'));
  const run = { bin: findPostgres(process.env), folder, isDurable, endsWith: process.pid };
  initialise(run);
  await start(run);
  return {
    create: () => createIn(folder),
    async crash() {
      await stop(folder, 'SIGQUIT');
      await start(run);
    },
    async end() {
      await stop(folder, 'SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The address of a new, empty database in the one server that all files of a test run share. The
 * first that asks starts it, and it ends with the run.
 */
export async function newPostgres(): Promise<string> {
  const endsWith = process.ppid > 1 ? process.ppid : process.pid;
  const folder = join(tmpdir(), `tideover-pg-${endsWith}-${startedAt(endsWith)}`);
  if (isFirst(folder)) {
    const run = { bin: findPostgres(process.env), folder, isDurable: false, endsWith };
    initialise(run);
    await start(run);
  }
  await ready(folder);
  return createIn(folder);
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Tells a process from an earlier one of the same number, where the system can say. */
function startedAt(pid: number): string {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) ? (readFileSync(stat, 'utf8').split(') ')[1]?.split(' ')[19] ?? '') : '';
}

/** PostgreSQL refuses to run as root: then it runs as the user that owns nothing. */
function identity(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const of = (flag: string) => Number(spawnSync('id', [flag, 'nobody']).stdout.toString());
  return { uid: of('-u'), gid: of('-g') };
}

function initialise({ bin, folder }: Run): void {
  const { uid, gid } = identity();
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
  const how = ['--no-sync', '--auth=trust', '--encoding=UTF8', '--no-locale', `--username=${USER}`];
  const made = spawnSync(join(bin, 'initdb'), [...how, '-D', join(folder, 'data')], {
    cwd: folder,
    ...identity(),
  });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr.toString()}`);
}

/**
 * Starts the server, and once the process `$1` is gone, however it went, ends it and removes its
 * folder `$2`.
 */
const WATCHED =
  'watched=$1; folder=$2; shift 2; "$@" & server=$!; ' +
  'while kill -0 $server && { kill -0 $watched || [ -d /proc/$watched ]; }; do sleep 1; done; ' +
  'kill -0 $server || exit; kill -INT $server; wait $server; cd /; rm -rf $folder';

async function start({ bin, folder, isDurable, endsWith }: Run): Promise<void> {
  const settings = [
    `unix_socket_directories=${folder}`,
    'listen_addresses=',
    'max_connections=100',
    'shared_buffers=32MB',
    'autovacuum=off',
    ...(isDurable ? [] : ['fsync=off', 'full_page_writes=off']),
  ].flatMap((setting) => ['-c', setting]);
  const server = [join(bin, 'postgres'), '-D', join(folder, 'data'), ...settings];
  const watched = ['-c', WATCHED, 'watched', String(endsWith), folder, ...server];
  spawn('/bin/sh', watched, {
    cwd: folder,
    stdio: 'ignore',
    detached: true,
    ...identity(),
  }).unref();
  await ready(folder);
}

async function stop(folder: string, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  const file = join(folder, 'data', 'postmaster.pid');
  process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), signal);
  // The file goes last; after a crash it stays, and the process alone is gone.
  await until(async () => !(await answers(folder)), 'PostgreSQL did not end');
  if (signal === 'SIGQUIT') rmSync(file, { force: true });
  else await until(() => Promise.resolve(!existsSync(file)), 'PostgreSQL did not end');
}

const ready = (folder: string) => until(() => answers(folder), 'PostgreSQL did not start');

async function until(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
    if (await isSo()) return;
    await delay(STEP_MS);
  }
  throw new Error(otherwise);
}

async function answers(folder: string): Promise<boolean> {
  try {
    await ask(folder, 'SELECT 1');
    return true;
  } catch {
    return false;
  }
}

let created = 0;

async function createIn(folder: string): Promise<string> {
  created += 1;
  const name = `d${process.pid}_${created}`;
  await ask(folder, `CREATE DATABASE ${name}`);
  return addressOf(folder, name);
}

const addressOf = (folder: string, database: string) =>
  `postgres://${USER}@localhost/${database}?host=${encodeURIComponent(folder)}`;

/** One statement, on a connection of its own. */
async function ask(folder: string, statement: string): Promise<void> {
  await askAt(addressOf(folder, 'postgres'), statement);
}

/** Takes every row out of a database, as if it had just been brought up to date. */
export async function emptyPostgres(address: string): Promise<void> {
  const tables = await askAt(
    address,
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'",
  );
  const deletes = tables.map(({ tablename }) => `DELETE FROM ${String(tablename)}`);
  if (deletes.length > 0) await askAt(address, deletes.join(';'));
}

/** One statement at an address, on a connection of its own; its rows. */
export async function askAt(
  address: string,
  statement: string,
): Promise<readonly Record<string, unknown>[]> {
  const connection = new pg.Client({ connectionString: address });
  connection.on('error', () => undefined);
  await connection.connect();
  try {
    const answer: unknown = await connection.query<Record<string, unknown>>(statement);
    // Several statements have several answers: the last counts.
    const last = (Array.isArray(answer) ? answer.at(-1) : answer) as pg.QueryResult;
    return last.rows as readonly Record<string, unknown>[];
  } finally {
    await connection.end();
  }
}
