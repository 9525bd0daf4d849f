/** Which addresses of the simulated admin stand for which of Shopify's. */

/** The admin with the app in its frame: `/__sim/admin/log` shows the app's `/app/log`. */
export const FRAME = '/__sim/admin';
/** Other pages of the admin, such as a customer's. */
export const PLACES = '/__sim/store';
/** Classic scripts, as Shopify's own are, below `/__sim/admin`. */
export const ADMIN_SCRIPTS = ['app-bridge', 'polaris', 'frame'] as const;
const APP = '/app';
/** What the admin adds to the app's address; no part of where the app is. */
const ADDED = ['shop', 'host', 'embedded', 'id_token', 'locale', 'hmac', 'session', 'timestamp'];

/** "shopify://admin/customers/1" → "/__sim/store/customers/1"; `undefined` for all else. */
export function placeOf(address: string): string | undefined {
  const found =
    /^shopify:(?:\/\/)?\/?admin\/?(.*)$/.exec(address) ??
    /^https:\/\/admin\.shopify\.com\/store\/[^/]+\/?(.*)$/.exec(address) ??
    /^https:\/\/[a-z0-9-]+\.myshopify\.(?:com|io)\/admin\/?(.*)$/.exec(address);
  return found === null ? undefined : `${PLACES}/${found[1] ?? ''}`;
}

/** "/app/log?x=1&shop=…" → "/__sim/admin/log?x=1". */
export function frameAddress(appPath: string): string {
  const url = new URL(appPath, 'http://localhost');
  for (const name of ADDED) url.searchParams.delete(name);
  const below = url.pathname.startsWith(APP) ? url.pathname.slice(APP.length) : url.pathname;
  return `${FRAME}${below === '/' ? '' : below}${url.search}${url.hash}`;
}

/** "/log" and "x=1" → "/app/log?x=1&…" with all that the admin adds. */
export function appAddress(
  below: string,
  query: URLSearchParams,
  added: Readonly<Record<string, string>>,
): string {
  const all = new URLSearchParams(query);
  for (const [name, value] of Object.entries(added)) all.set(name, value);
  return `${APP}${below === '/' ? '' : below}?${all.toString()}`;
}
