/**
 * The way between one context and the server: slow, lossy, doubling, and sometimes somebody else's.
 */
import type { Http, HttpAnswer, HttpRequest } from '../../shared/ports.ts';
import type { Life } from './faulty-storage.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Shares of requests (0 to 1) and the longest time in ms. */
export interface NetworkFaults {
  readonly latencyMs: number;
  readonly requestLost: number;
  readonly answerLost: number;
  readonly doubled: number;
  readonly wrongAnswer: number;
}

/** What stands between: a captive portal, a proxy, a throttle, a server that forgot its secret. */
const WRONG_ANSWERS: readonly HttpAnswer[] = [
  { status: 200, retryAfter: undefined, body: '<html>Welcome to the mall. Please accept.</html>' },
  { status: 401, retryAfter: undefined, body: '{"error":{"code":"token-expired","message":""}}' },
  { status: 403, retryAfter: undefined, body: '<html>Blocked by your administrator</html>' },
  { status: 429, retryAfter: '7', body: '{"error":{"code":"rate-limited","message":""}}' },
  { status: 500, retryAfter: undefined, body: '{"error":{"code":"internal","message":""}}' },
  { status: 503, retryAfter: '3', body: 'upstream' },
];

export function faultyNetwork(by: {
  readonly serve: (request: HttpRequest) => Promise<HttpAnswer>;
  readonly isConnected: () => boolean;
  readonly faults: () => NetworkFaults;
  readonly random: SeededRandom;
  readonly time: VirtualTime;
  readonly life: Life;
}): Http {
  const { serve, isConnected, random, time, life } = by;
  const never = (): Promise<never> => new Promise(() => undefined);
  const gone = async (): Promise<never> => {
    await life.mayGoOn();
    // A lost message shows as an error at once, or as silence until the caller's own deadline.
    if (random.chance(0.5)) return never();
    throw new Error('the network is gone');
  };

  /** The server's work is real input and output: virtual time stands still meanwhile. */
  const arrive = (request: HttpRequest, ms: number): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      time.after(ms, async () => {
        await serve(request).then(resolve, reject);
      });
    });

  return async (request) => {
    const faults = by.faults();
    const delay = (): number => random.below(faults.latencyMs + 1);
    if (life.isDead()) return never();
    await time.sleep(delay());
    if (!isConnected() || random.chance(faults.requestLost)) return gone();
    if (random.chance(faults.wrongAnswer)) {
      await life.mayGoOn();
      return random.pick(WRONG_ANSWERS);
    }
    if (random.chance(faults.doubled)) void arrive(request, random.below(60_000)).catch(() => 0);
    const answer = await arrive(request, delay());
    await time.sleep(delay());
    if (!isConnected() || random.chance(faults.answerLost)) return gone();
    await life.mayGoOn();
    return answer;
  };
}
