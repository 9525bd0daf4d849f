/** Time, chance and network as the bench finds them: the one file that asks for them directly. */
import type { Clock, Http, Random } from '../shared/ports.ts';

/** Milliseconds of a clock that never runs back. */
export const now = (): number => performance.now();

export const clock: Clock = {
  now: () => Date.now(),
  async sleep(ms, wake) {
    if (wake?.woken === true) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake?.onWake(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  },
};

export const random: Random = {
  below(bound) {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
      if (value < limit) return value % bound;
    }
  },
};

/** The register's way to a server at `origin`. */
export function httpTo(origin: string): Http {
  return async ({ method, path, token, body, deadlineMs }) => {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      signal: AbortSignal.timeout(deadlineMs),
      ...(body === undefined ? {} : { body }),
    });
    const retryAfter = response.headers.get('Retry-After') ?? undefined;
    return { status: response.status, retryAfter, body: await response.text() };
  };
}
