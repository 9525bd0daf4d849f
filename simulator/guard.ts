/** The simulator never runs where real shops or real people could be touched. */

const CREDENTIALS = /^(SHOPIFY_API_(KEY|SECRET)|SHOPIFY_CLI_PARTNERS_TOKEN|CLIENT_(ID|SECRET))/;

/** Throws with one sentence when this environment is not one for playing in. */
export function refuseRealEnvironment(environment: Readonly<Record<string, string | undefined>>) {
  if (environment['NODE_ENV'] === 'production')
    throw new Error('The simulator does not run with NODE_ENV=production');
  const real = Object.keys(environment).find(
    (name) => CREDENTIALS.test(name) && environment[name] !== '',
  );
  if (real !== undefined)
    throw new Error(`The simulator does not run beside real credentials: unset ${real}`);
}

const LOOPBACK = new Set(['localhost', '127.0.0.1']);

/** Whether a `Host` header names this machine's loopback, with any port. */
export function isLoopbackHost(host: string | undefined): boolean {
  const name = /^([\w.-]+)(?::\d{1,5})?$/.exec(host ?? '')?.[1];
  return name !== undefined && LOOPBACK.has(name);
}

/** Whether a page of this machine sent it: a browser names its page, another client names none. */
export function isLoopbackOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && isLoopbackHost(new URL(origin).host);
}
