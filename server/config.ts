/** The process's environment, read once and checked as a whole. The only file that reads it. */
import { readFileSync } from 'node:fs';

export interface Config extends DatabaseConfig {
  readonly port: number;
  readonly host: string;
  readonly clientId: string;
  /** The current secret first. */
  readonly secrets: readonly string[];
  /** Where merchants and Shopify reach this server, without a slash at the end. */
  readonly appUrl: string;
  /** Seal the sessions, the newest first; none: a key is derived from the secret. */
  readonly sessionKeys: readonly string[];
  /** The plan that merchants are asked to take; none without `BILLING_PLAN`. */
  readonly billing: BillingConfig | undefined;
  readonly proxies: number;
  readonly isDebug: boolean;
  /** The database file is a backup that was put back: registers must send again what they hold. */
  readonly isRestored: boolean;
  /** Registers keep what they sent until a verified backup covers it. */
  readonly isBackedUp: boolean;
  /** How long to go on answering, no longer ready, before the port is closed; ms. */
  readonly drainMs: number;
  /** Where figures can be read; nowhere without `METRICS_PORT`. */
  readonly metrics: MetricsConfig | undefined;
}

export interface DatabaseConfig {
  /** PostgreSQL; without it the embedded database in `databaseFile`. */
  readonly databaseUrl: string | undefined;
  readonly databaseFile: string;
}

export interface BillingConfig {
  readonly plan: string;
  /** Decimal text, as Shopify takes it. */
  readonly amount: string;
  readonly currency: string;
  readonly interval: 'EVERY_30_DAYS' | 'ANNUAL';
  readonly trialDays: number;
  /** Shopify makes no real charge. */
  readonly isTest: boolean;
}

export interface MetricsConfig {
  readonly port: number;
  readonly host: string;
  /** Must come with each question; none on a loopback address alone. */
  readonly token: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a file that a variable `…_FILE` names; throws when it can't be read. */
export type ReadFile = (path: string) => string;

export const SECRET_LENGTH_MIN = 32;
const SIMULATED = /^sim-/i;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

/** Every variable, in the order of docs/deploy.md; a secret may also be given as `<name>_FILE`. */
export const VARIABLES: readonly { readonly name: string; readonly isSecret?: true }[] = [
  { name: 'SHOPIFY_API_KEY' },
  { name: 'SHOPIFY_API_SECRET', isSecret: true },
  { name: 'SHOPIFY_API_SECRET_PREVIOUS', isSecret: true },
  { name: 'SHOPIFY_APP_URL' },
  { name: 'SESSION_KEYS', isSecret: true },
  { name: 'DATABASE_FILE' },
  { name: 'DATABASE_URL', isSecret: true },
  { name: 'PORT' },
  { name: 'HOST' },
  { name: 'TRUSTED_PROXIES' },
  { name: 'DRAIN_MS' },
  { name: 'LOG_DEBUG' },
  { name: 'BACKUPS' },
  { name: 'RESTORED_FROM_BACKUP' },
  { name: 'METRICS_PORT' },
  { name: 'METRICS_HOST' },
  { name: 'METRICS_TOKEN', isSecret: true },
  { name: 'BILLING_PLAN' },
  { name: 'BILLING_AMOUNT' },
  { name: 'BILLING_CURRENCY' },
  { name: 'BILLING_INTERVAL' },
  { name: 'BILLING_TRIAL_DAYS' },
  { name: 'BILLING_TEST' },
];

/** The settings, or every reason why the server must not start with this environment. */
export function readConfig(
  environment: Environment,
  readFile: ReadFile = noFiles,
): { readonly config: Config } | { readonly problems: readonly string[] } {
  const problems: string[] = [];
  const read = createReader(environment, readFile, problems);
  const secret = read.text('SHOPIFY_API_SECRET');
  const config: Config = {
    ...databaseOf(read, problems),
    port: read.whole('PORT', 3_000, 65_535),
    host: read.text('HOST', '0.0.0.0'),
    clientId: read.text('SHOPIFY_API_KEY'),
    secrets: [secret, read.text('SHOPIFY_API_SECRET_PREVIOUS', '')].filter((one) => one !== ''),
    appUrl: read.text('SHOPIFY_APP_URL').replace(/\/+$/, ''),
    sessionKeys: listOf(read.text('SESSION_KEYS', '')),
    billing: billingOf(read, problems),
    proxies: read.whole('TRUSTED_PROXIES', 0, 10),
    isDebug: read.text('LOG_DEBUG', '') !== '',
    isRestored: read.whole('RESTORED_FROM_BACKUP', 0, 1) === 1,
    isBackedUp: read.oneOf('BACKUPS', ['off', 'on']) === 'on',
    drainMs: read.whole('DRAIN_MS', 0, 99_999),
    metrics: metricsOf(read, problems),
  };
  problems.push(...dangers(environment, config));
  return problems.length > 0 ? { problems } : { config };
}

/** What this process was started with. */
export function processConfig(): ReturnType<typeof readConfig> {
  return readConfig(process.env, (path) => readFileSync(path, 'utf8'));
}

/** Where the database is, for commands that need nothing else. */
export function readDatabaseConfig(
  environment: Environment,
  readFile: ReadFile = noFiles,
): { readonly config: DatabaseConfig } | { readonly problems: readonly string[] } {
  const problems: string[] = [];
  const config = databaseOf(createReader(environment, readFile, problems), problems);
  return problems.length > 0 ? { problems } : { config };
}

export function processDatabaseConfig(): ReturnType<typeof readDatabaseConfig> {
  return readDatabaseConfig(process.env, (path) => readFileSync(path, 'utf8'));
}

/** What sessions are sealed with, the newest first; the app's secret while no key is given. */
export function sealingSecrets({ sessionKeys, secrets }: Config): readonly string[] {
  return [...sessionKeys, ...secrets];
}

interface Reader {
  /** Without a fallback a missing value is a problem. */
  text(name: string, fallback?: string): string;
  whole(name: string, fallback: number, most: number): number;
  /** One of these words, the first when absent. */
  oneOf<T extends string>(name: string, words: readonly [T, ...T[]]): T;
}

function createReader(environment: Environment, readFile: ReadFile, problems: string[]): Reader {
  const secrets = new Set(VARIABLES.filter((one) => one.isSecret).map(({ name }) => name));
  const given = (name: string): string => {
    const value = environment[name]?.trim() ?? '';
    const path = secrets.has(name) ? (environment[`${name}_FILE`]?.trim() ?? '') : '';
    if (path === '') return value;
    if (value !== '') problems.push(`${name} and ${name}_FILE are both set: which one counts?`);
    try {
      const kept = readFile(path).trim();
      if (kept === '') problems.push(`The file that ${name}_FILE names is empty.`);
      return kept === '' ? UNREADABLE : kept;
    } catch {
      problems.push(`The file that ${name}_FILE names can't be read.`);
      return UNREADABLE;
    }
  };
  const text = (name: string, fallback?: string): string => {
    const value = given(name);
    if (value !== '') return value;
    if (fallback === undefined) problems.push(`${name} is missing.`);
    return fallback ?? '';
  };
  return {
    text,
    whole(name, fallback, most) {
      const value = text(name, String(fallback));
      if (/^\d{1,5}$/.test(value) && Number(value) <= most) return Number(value);
      problems.push(`${name} must be a whole number from 0 to ${most}.`);
      return fallback;
    },
    oneOf(name, words) {
      const value = text(name, words[0]);
      const word = words.find((one) => one === value);
      if (word === undefined) problems.push(`${name} must be one of: ${words.join(', ')}.`);
      return word ?? words[0];
    },
  };
}

/** Stands for a secret whose file is named as a problem: no second complaint about its length. */
const UNREADABLE = '?'.repeat(SECRET_LENGTH_MIN);

function noFiles(): string {
  throw new Error('no files here');
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function databaseOf(read: Reader, problems: string[]): DatabaseConfig {
  const url = read.text('DATABASE_URL', '');
  const isPostgres = /^postgres(?:ql)?:\/\/\S+$/.test(url);
  if (url !== '' && url !== UNREADABLE && !isPostgres) {
    problems.push('DATABASE_URL must begin with postgres://.');
  }
  const databaseFile = read.text('DATABASE_FILE', 'tideover.sqlite');
  return { databaseUrl: url === '' ? undefined : url, databaseFile };
}

function billingOf(read: Reader, problems: string[]): BillingConfig | undefined {
  const plan = read.text('BILLING_PLAN', '');
  if (plan === '') return undefined;
  const amount = read.text('BILLING_AMOUNT');
  if (amount !== '' && !/^\d{1,6}(?:\.\d{1,2})?$/.test(amount)) {
    problems.push('BILLING_AMOUNT must be an amount like 9.50.');
  }
  const currency = read.text('BILLING_CURRENCY', 'USD');
  if (!/^[A-Z]{3}$/.test(currency)) problems.push('BILLING_CURRENCY must be a code like USD.');
  return {
    plan,
    amount,
    currency,
    interval: read.oneOf('BILLING_INTERVAL', ['EVERY_30_DAYS', 'ANNUAL']),
    trialDays: read.whole('BILLING_TRIAL_DAYS', 0, 365),
    isTest: read.whole('BILLING_TEST', 0, 1) === 1,
  };
}

function metricsOf(read: Reader, problems: string[]): MetricsConfig | undefined {
  if (read.text('METRICS_PORT', '') === '') return undefined;
  const port = read.whole('METRICS_PORT', 0, 65_535);
  const host = read.text('METRICS_HOST', '127.0.0.1');
  const token = read.text('METRICS_TOKEN', '');
  if (token === '' && !LOOPBACK.test(host)) {
    problems.push('METRICS_TOKEN is missing: METRICS_HOST is no loopback address.');
  }
  return { port, host, token: token === '' ? undefined : token };
}

function dangers(environment: Environment, config: Config): readonly string[] {
  const { clientId, secrets, sessionKeys, appUrl, metrics } = config;
  const found: string[] = [];
  if (secrets.some((secret) => secret.length < SECRET_LENGTH_MIN)) {
    found.push(`A secret is shorter than ${SECRET_LENGTH_MIN} characters.`);
  }
  if (sessionKeys.some((key) => key.length < SECRET_LENGTH_MIN)) {
    found.push(`A key of SESSION_KEYS is shorter than ${SECRET_LENGTH_MIN} characters.`);
  }
  if (metrics?.token !== undefined && metrics.token.length < SECRET_LENGTH_MIN) {
    found.push(`METRICS_TOKEN is shorter than ${SECRET_LENGTH_MIN} characters.`);
  }
  if (config.isBackedUp && config.databaseUrl !== undefined) {
    found.push('BACKUPS=on is for the embedded database: PostgreSQL has backups of its own.');
  }
  if ([clientId, ...secrets].some((one) => SIMULATED.test(one))) {
    found.push('The credentials are the simulator’s ("sim-…").');
  }
  const simulated = Object.keys(environment).filter((name) => name.startsWith('SIM_'));
  if (simulated.length > 0) {
    found.push(`Variables of the simulator are set: ${simulated.sort().join(', ')}.`);
  }
  const isProduction = environment['NODE_ENV'] === 'production';
  if (appUrl !== '' && !URL.canParse(appUrl)) {
    found.push('SHOPIFY_APP_URL is not an address.');
  } else if (isProduction && appUrl !== '' && new URL(appUrl).protocol !== 'https:') {
    found.push('SHOPIFY_APP_URL must begin with https:// in production.');
  }
  return found;
}
