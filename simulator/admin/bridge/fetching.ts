/** Puts a fresh session token on whatever the page asks of its own server, as App Bridge does. */

export type Fetch = typeof globalThis.fetch;

export interface FetchingDeps {
  /** The browser's own. */
  readonly fetch: Fetch;
  /** Of the page: requests elsewhere are left alone. */
  readonly origin: string;
  readonly token: () => Promise<string>;
  /** Leads the whole window to where the merchant agrees again. */
  readonly leave: (address: string) => void;
}

const RETRY = 'X-Shopify-Retry-Invalid-Session-Request';
const REAUTHORIZE = 'X-Shopify-API-Request-Failure-Reauthorize-Url';

export function createFetch(deps: FetchingDeps): Fetch {
  const { fetch, origin, token, leave } = deps;
  return async (input, init) => {
    const request = new Request(input, init);
    const isOwn = new URL(request.url).origin === origin;
    if (!isOwn || request.headers.has('Authorization')) return fetch(input, init);
    const again = request.clone();
    const first = await fetch(signed(request, await token()));
    const isStale = first.status === 401 && first.headers.get(RETRY) === '1';
    const answer = isStale ? await fetch(signed(again, await token())) : first;
    const address = answer.headers.get(REAUTHORIZE);
    if (address !== null) leave(new URL(address, origin).href);
    return answer;
  };
}

function signed(request: Request, token: string): Request {
  const headers = new Headers(request.headers);
  headers.set('Authorization', `Bearer ${token}`);
  return new Request(request, { headers });
}
