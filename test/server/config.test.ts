import { describe, expect, it } from 'vitest';
import { readConfig, readDatabaseConfig } from '../../server/config.ts';
import { SECRET } from './world.ts';

const GOOD = {
  NODE_ENV: 'production',
  SHOPIFY_API_KEY: 'a-client-id',
  SHOPIFY_API_SECRET: SECRET,
  SHOPIFY_APP_URL: 'https://tideover.example.com',
};

describe('the settings', () => {
  it('[SV12] a complete environment is taken, the previous secret second', () => {
    const previous = 'the one before, also quite long enough';
    const settings = readConfig({
      ...GOOD,
      SHOPIFY_API_SECRET_PREVIOUS: previous,
      PORT: '8080',
      TRUSTED_PROXIES: '1',
    });
    expect(settings).toEqual({
      config: {
        port: 8_080,
        host: '0.0.0.0',
        databaseUrl: undefined,
        databaseFile: 'tideover.sqlite',
        clientId: 'a-client-id',
        secrets: [SECRET, previous],
        appUrl: 'https://tideover.example.com',
        sessionKeys: [],
        billing: undefined,
        proxies: 1,
        isDebug: false,
        isRestored: false,
        isBackedUp: false,
        drainMs: 0,
        metrics: undefined,
      },
    });
  });

  it.each([
    ['a short secret', { SHOPIFY_API_SECRET: 'short' }, /shorter/],
    ['a short previous secret', { SHOPIFY_API_SECRET_PREVIOUS: 'short' }, /shorter/],
    ['no client id', { SHOPIFY_API_KEY: ' ' }, /SHOPIFY_API_KEY is missing/],
    ['no secret', { SHOPIFY_API_SECRET: undefined }, /SHOPIFY_API_SECRET is missing/],
    ['no address', { SHOPIFY_APP_URL: undefined }, /SHOPIFY_APP_URL is missing/],
    ['plain http', { SHOPIFY_APP_URL: 'http://tideover.example.com' }, /https/],
    ['no real address', { SHOPIFY_APP_URL: 'tideover' }, /not an address/],
    ['the simulator’s client', { SHOPIFY_API_KEY: 'sim-1234' }, /simulator/],
    ['the simulator’s secret', { SHOPIFY_API_SECRET: `sim-${SECRET}` }, /simulator/],
    ['a variable of the simulator', { SIM_SHOP: 'x' }, /SIM_SHOP/],
    [
      'a restore that is neither yes nor no',
      { RESTORED_FROM_BACKUP: 'yes' },
      /RESTORED_FROM_BACKUP/,
    ],
    ['a word for backups that is none', { BACKUPS: 'yes' }, /BACKUPS must be one of: off, on/],
    [
      'backups of ours on PostgreSQL',
      { BACKUPS: 'on', DATABASE_URL: 'postgres://a/b' },
      /BACKUPS=on is for the embedded database/,
    ],
    ['a short session key', { SESSION_KEYS: `${SECRET},short` }, /SESSION_KEYS/],
    ['another kind of database', { DATABASE_URL: 'mysql://a/b' }, /DATABASE_URL/],
    ['figures for everybody', { METRICS_PORT: '9', METRICS_HOST: '0.0.0.0' }, /METRICS_TOKEN/],
    ['figures behind a short token', { METRICS_PORT: '9', METRICS_TOKEN: 'x' }, /METRICS_TOKEN/],
    ['a plan without a price', { BILLING_PLAN: 'Shop' }, /BILLING_AMOUNT is missing/],
    ['a price in words', { BILLING_PLAN: 'Shop', BILLING_AMOUNT: 'ten' }, /BILLING_AMOUNT/],
    [
      'a currency that is none',
      { BILLING_PLAN: 'Shop', BILLING_AMOUNT: '9', BILLING_CURRENCY: 'euro' },
      /BILLING_CURRENCY/,
    ],
    ['a secret twice', { SHOPIFY_API_SECRET_FILE: '/run/secrets/api' }, /both set/],
    [
      'a secret in a file that is not there',
      { SHOPIFY_API_SECRET: undefined, SHOPIFY_API_SECRET_FILE: '/run/secrets/none' },
      /SHOPIFY_API_SECRET_FILE names can't be read/,
    ],
    ['a port that is none', { PORT: '99999' }, /PORT/],
    ['a port in words', { PORT: 'eighty' }, /PORT/],
  ])('[SV12] %s is refused', (_title, part, problem) => {
    const settings = readConfig({ ...GOOD, ...part });
    expect('problems' in settings && settings.problems.join('\n')).toMatch(problem);
  });

  it('[SV12] everything that is wrong is told at once', () => {
    const settings = readConfig({ NODE_ENV: 'production', SIM_A: '1', SHOPIFY_API_KEY: 'sim-x' });
    expect('problems' in settings && settings.problems).toHaveLength(4);
  });

  it('[SV12] outside production a plain http address is allowed', () => {
    const settings = readConfig({
      ...GOOD,
      NODE_ENV: 'development',
      SHOPIFY_APP_URL: 'http://localhost',
    });
    expect(settings).toHaveProperty('config');
  });

  it('[OP1] a secret may stand in a file, whose last line end is not part of it', () => {
    const keys = ['the newest key of which there may be several', 'k'.repeat(40)];
    const files: Record<string, string> = {
      '/run/secrets/api': `${SECRET}\n`,
      '/run/secrets/keys': `${keys.join(',\n')}\n`,
      '/run/secrets/database': 'postgres://tideover:word@db/tideover\n',
    };
    const settings = readConfig(
      {
        ...GOOD,
        SHOPIFY_API_SECRET: undefined,
        SHOPIFY_API_SECRET_FILE: '/run/secrets/api',
        SESSION_KEYS_FILE: '/run/secrets/keys',
        DATABASE_URL_FILE: '/run/secrets/database',
      },
      (path) => files[path] ?? '',
    );
    expect('config' in settings && settings.config).toMatchObject({
      secrets: [SECRET],
      sessionKeys: keys,
      databaseUrl: 'postgres://tideover:word@db/tideover',
    });
  });

  it('[OP1] a file that is empty or not there is one problem, and is not told twice', () => {
    const environment = {
      ...GOOD,
      SHOPIFY_API_SECRET: undefined,
      SHOPIFY_API_SECRET_FILE: '/run/secrets/api',
      DATABASE_URL_FILE: '/run/secrets/database',
    };
    const settings = readConfig(environment, (path) => {
      if (path.endsWith('api')) return ' \n';
      throw new Error('no such file');
    });
    expect(settings).toEqual({
      problems: [
        'The file that SHOPIFY_API_SECRET_FILE names is empty.',
        "The file that DATABASE_URL_FILE names can't be read.",
      ],
    });
  });

  it('[OP1] a plan, figures and everything else are read when they are given', () => {
    const settings = readConfig({
      ...GOOD,
      BACKUPS: 'on',
      DRAIN_MS: '9000',
      METRICS_PORT: '9464',
      BILLING_PLAN: 'Shop',
      BILLING_AMOUNT: '9.50',
      BILLING_INTERVAL: 'ANNUAL',
    });
    expect('config' in settings && settings.config).toMatchObject({
      isBackedUp: true,
      drainMs: 9_000,
      metrics: { port: 9_464, host: '127.0.0.1', token: undefined },
      billing: {
        plan: 'Shop',
        amount: '9.50',
        currency: 'USD',
        interval: 'ANNUAL',
        trialDays: 0,
        isTest: false,
      },
    });
  });

  it('[OP1] a command that only needs the database asks for nothing else', () => {
    expect(readDatabaseConfig({ DATABASE_FILE: 'a.sqlite' })).toEqual({
      config: { databaseUrl: undefined, databaseFile: 'a.sqlite' },
    });
    expect(readDatabaseConfig({ DATABASE_URL: 'http://a' })).toEqual({
      problems: ['DATABASE_URL must begin with postgres://.'],
    });
  });
});
