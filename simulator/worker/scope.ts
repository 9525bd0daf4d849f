/**
 * The global scope of an extension context: no database or cache of the browser, the network only
 * through the register, and the register's clock.
 */
import type { NetworkAnswer } from '../wire.ts';
import type { Port } from './port.ts';

/** What the built-in `Date` gives when it is asked for now. */
export interface RegisterClock {
  set(offsetMs: number): void;
}

/** Takes away what a real register does not promise to its extensions. */
export function hideBrowserStorage(scope: object): void {
  for (const name of ['indexedDB', 'caches', 'localStorage', 'sessionStorage', 'BroadcastChannel'])
    Object.defineProperty(scope, name, { value: undefined, configurable: true });
}

/** Replaces `Date` by one whose present is the register's, which may be wrong. */
export function installClock(scope: { Date: DateConstructor }, offsetMs: number): RegisterClock {
  let offset = offsetMs;
  const RealDate = scope.Date;
  const now = (): number => RealDate.now() + offset;
  const RegisterDate = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    apply: () => new RealDate(now()).toString(),
    get: (target, property, receiver) =>
      property === 'now' ? now : (Reflect.get(target, property, receiver) as unknown),
  });
  Object.defineProperty(scope, 'Date', { value: RegisterDate, configurable: true, writable: true });
  return { set: (next) => (offset = next) };
}

/**
 * `fetch` as POS gives it: relative addresses belong to the app, and everything goes through the
 * register.
 */
export function createFetch(port: Port, appUrl: string): typeof fetch {
  let last = 0;
  return async (input, init) => {
    const request = new Request(resolve(input, appUrl), init);
    const signal = request.signal;
    if (signal.aborted) throw reasonOf(signal);
    last += 1;
    const id = last;
    const body = request.body === null ? undefined : await request.text();
    const answer = port.call('network.fetch', {
      id,
      url: request.url,
      method: request.method,
      headers: [...request.headers],
      body,
    });
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        void port.call('network.abort', id);
        reject(reasonOf(signal));
      });
    });
    return toResponse((await Promise.race([answer, aborted])) as NetworkAnswer);
  };
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error(String(reason));
}

function resolve(input: RequestInfo | URL, appUrl: string): RequestInfo | URL {
  return input instanceof Request ? input : new URL(String(input), appUrl);
}

function toResponse({ url, status, statusText, headers, body }: NetworkAnswer): Response {
  const hasNoBody = status === 204 || status === 205 || status === 304;
  const response = new Response(hasNoBody ? null : body, {
    status,
    statusText,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
  });
  return Object.defineProperty(response, 'url', { value: url });
}
