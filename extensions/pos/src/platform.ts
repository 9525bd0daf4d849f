/**
 * The one file that knows the platform: it makes the register's dependencies out of a target's
 * `shopify`, and nothing here decides anything.
 */
import {
  type Clock,
  type Http,
  type HttpAnswer,
  type HttpRequest,
  type Random,
} from '../../../shared/ports.ts';

/** How long the platform may think about a session token; offline it may never answer. */
export const TOKEN_DEADLINE_MS = 5_000;

export const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, wake) =>
    new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      const forget = wake?.onWake(done);
      function done() {
        clearTimeout(timer);
        forget?.();
        resolve();
      }
    }),
};

/** Draws again above the last full multiple of `bound`, so that every result is equally likely. */
export const random: Random = {
  below(bound) {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    const drawn = new Uint32Array(1);
    for (;;) {
      crypto.getRandomValues(drawn);
      const [value = 0] = drawn;
      if (value < limit) return value % bound;
    }
  },
};

/** A relative path goes to the app's own host (`application_url`); the deadline covers the body too. */
export const http: Http = (request) => {
  const abort = new AbortController();
  return withDeadline(answer(request, abort.signal), request.deadlineMs).catch((error: unknown) => {
    abort.abort();
    throw error;
  });
};

async function answer(
  { method, path, token, body }: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const response = await fetch(path, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    signal,
    ...(body === undefined ? {} : { body }),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get('Retry-After') ?? undefined,
    body: await response.text(),
  };
}

/** Rejects when `work` takes longer than `ms`; what it does later is nobody's business. */
function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
