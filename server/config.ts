/** The process's environment, read once and checked as a whole. The only file that reads it. */

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly databaseFile: string;
  readonly clientId: string;
  /** The current secret first. */
  readonly secrets: readonly string[];
  readonly proxies: number;
  readonly isDebug: boolean;
  /** The database file is a backup that was put back: registers must send again what they hold. */
  readonly isRestored: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export const SECRET_LENGTH_MIN = 32;
const SIMULATED = /^sim-/i;

/** The settings, or every reason why the server must not start with this environment. */
export function readConfig(
  environment: Environment,
): { readonly config: Config } | { readonly problems: readonly string[] } {
  const problems: string[] = [];
  const text = (name: string, fallback?: string): string => {
    const value = environment[name]?.trim() ?? '';
    if (value !== '') return value;
    if (fallback === undefined) problems.push(`${name} is missing.`);
    return fallback ?? '';
  };
  const whole = (name: string, fallback: number, most: number): number => {
    const value = text(name, String(fallback));
    if (/^\d{1,5}$/.test(value) && Number(value) <= most) return Number(value);
    problems.push(`${name} must be a whole number from 0 to ${most}.`);
    return fallback;
  };

  const clientId = text('SHOPIFY_API_KEY');
  const secrets = [text('SHOPIFY_API_SECRET'), text('SHOPIFY_API_SECRET_PREVIOUS', '')].filter(
    (secret) => secret !== '',
  );
  const config: Config = {
    port: whole('PORT', 3_000, 65_535),
    host: text('HOST', '0.0.0.0'),
    databaseFile: text('DATABASE_FILE', 'tideover.sqlite'),
    clientId,
    secrets,
    proxies: whole('TRUSTED_PROXIES', 0, 10),
    isDebug: text('LOG_DEBUG', '') !== '',
    isRestored: whole('RESTORED_FROM_BACKUP', 0, 1) === 1,
  };
  problems.push(...dangers(environment, config, text('SHOPIFY_APP_URL')));
  return problems.length > 0 ? { problems } : { config };
}

/** What this process was started with. */
export function processConfig(): ReturnType<typeof readConfig> {
  return readConfig(process.env);
}

function dangers(
  environment: Environment,
  { clientId, secrets }: Config,
  appUrl: string,
): readonly string[] {
  const found: string[] = [];
  if (secrets.some((secret) => secret.length < SECRET_LENGTH_MIN)) {
    found.push(`A secret is shorter than ${SECRET_LENGTH_MIN} characters.`);
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
