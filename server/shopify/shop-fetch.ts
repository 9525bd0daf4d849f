/**
 * The only way from this server to another machine: HTTPS to the admin of a shop, with a deadline.
 * Whatever else is asked for never leaves.
 */

/** As much of `fetch` as is needed; `url` is absolute. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Far longer than Shopify ever takes, and shorter than anything here waits for a lock. */
export const SHOPIFY_TIMEOUT_MS = 10_000;

/** Rejects at once for every address that is no shop's; the deadline holds for the body too. */
export function onlyShops(deps: {
  readonly fetch: Fetch;
  /** Anchored, of the host alone. */
  readonly shopHostPattern: RegExp;
  readonly timeoutMs?: number;
}): Fetch {
  return async (address, init) => {
    const url = new URL(address);
    const isShop = url.protocol === 'https:' && deps.shopHostPattern.test(url.host);
    const isPlain = url.username === '' && url.password === '';
    if (!isShop || !isPlain) throw new Error('an address that belongs to no shop');
    const deadline = AbortSignal.timeout(deps.timeoutMs ?? SHOPIFY_TIMEOUT_MS);
    const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
    return deps.fetch(url.href, { ...init, signal, redirect: 'error' });
  };
}
