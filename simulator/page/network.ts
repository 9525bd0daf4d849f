/**
 * The register's network, and everything that can happen to it. An extension's request passes here
 * on its way out and back; each fault is one step of that way.
 */
import type { NetworkAnswer, NetworkRequest } from '../wire.ts';

/** What answers in place of the server: a proxy, a rate limit, a hotel's sign-in page. */
export type Stand = 401 | 429 | 500 | 'portal';

export interface Faults {
  readonly latencyMs: number;
  /** How many of the next requests never reach the server. */
  readonly loseRequests: number;
  /** How many of the next answers are lost after the server did its work. */
  readonly loseAnswers: number;
  /** How many of the next requests reach the server twice. */
  readonly doubleRequests: number;
  readonly standIn: { readonly by: Stand; readonly left: number };
  /** Percent of requests, and of answers, that get lost besides. */
  readonly lossPercent: number;
  /** Keeps requests, or answers, on the way until they are released. */
  readonly hold: 'nothing' | 'requests' | 'answers';
}

export const NO_FAULTS: Faults = {
  latencyMs: 0,
  loseRequests: 0,
  loseAnswers: 0,
  doubleRequests: 0,
  standIn: { by: 500, left: 0 },
  lossPercent: 0,
  hold: 'nothing',
};

export type Fate =
  | 'on its way'
  | 'answered'
  | 'no network'
  | 'request lost'
  | 'answer lost'
  | 'not reached'
  | 'given up';

export interface NetworkEntry {
  readonly id: number;
  readonly context: string;
  readonly method: string;
  readonly path: string;
  readonly at: number;
  readonly fate: Fate;
  readonly status: number | undefined;
  readonly isDoubled: boolean;
}

export interface NetworkDeps {
  readonly fetch: typeof fetch;
  readonly isAirplane: () => boolean;
  readonly faults: { get(): Faults; set(faults: Faults): void };
  /** Uniform in [0, 100). */
  readonly percent: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
  readonly record: (entry: NetworkEntry) => void;
}

export interface Network {
  fetch(request: NetworkRequest, context: string): Promise<NetworkAnswer>;
  /** The extension gave up on its request; it may still arrive. */
  abort(context: string, id: number): void;
  /** Every request of a context that was killed. */
  abortContext(context: string): void;
  /** The radio goes off: what is on its way fails. */
  cut(): void;
  release(): void;
}

interface Journey {
  readonly id: number;
  readonly request: NetworkRequest;
  readonly context: string;
  readonly at: number;
  readonly controller: AbortController;
}

/**
 * Creates the network of one register. Whatever fails looks to the extension like `fetch` failing.
 */
export function createNetwork(deps: NetworkDeps): Network {
  let made = 0;
  const journeys = new Map<string, Journey>();
  const held = new Set<() => void>();
  const key = (context: string, id: number): string => `${context}/${id}`;

  const waitWhileHeld = (which: Faults['hold'], signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(failure('given up'));
      if (deps.faults.get().hold !== which) return resolve();
      held.add(resolve);
      signal.addEventListener('abort', () => reject(failure('given up')));
    });

  const note = (journey: Journey, fate: Fate, status?: number, isDoubled = false): void => {
    const { request, id, context, at } = journey;
    const path = new URL(request.url).pathname;
    const { method } = request;
    deps.record({ id, context, method, path, at, fate, status, isDoubled });
  };

  async function travel(journey: Journey): Promise<NetworkAnswer> {
    const { controller, request } = journey;
    if (deps.isAirplane()) throw failure('no network');
    await deps.sleep(deps.faults.get().latencyMs, controller.signal);
    await waitWhileHeld('requests', controller.signal);
    const stand = take(deps, 'standIn');
    if (stand !== undefined) return standInAnswer(request.url, stand);
    if (take(deps, 'loseRequests') || isUnlucky(deps)) throw failure('request lost');
    const isDoubled = take(deps, 'doubleRequests') === true;
    if (isDoubled) note(journey, 'on its way', undefined, true);
    const first = isDoubled ? send(deps.fetch, request, controller.signal) : undefined;
    await first;
    const answer = await send(deps.fetch, request, controller.signal);
    await waitWhileHeld('answers', controller.signal);
    if (take(deps, 'loseAnswers') || isUnlucky(deps)) throw failure('answer lost');
    note(journey, 'answered', answer.status, isDoubled);
    return answer;
  }

  return {
    async fetch(request, context) {
      made += 1;
      const controller = new AbortController();
      const journey: Journey = { id: made, request, context, at: deps.now(), controller };
      journeys.set(key(context, request.id), journey);
      note(journey, 'on its way');
      try {
        const answer = await travel(journey);
        if (answer.headers.some(([name]) => name === STAND_IN))
          note(journey, 'answered', answer.status);
        return answer;
      } catch (error) {
        note(journey, fateOf(error, controller.signal));
        throw new TypeError('Failed to fetch', { cause: error });
      } finally {
        journeys.delete(key(context, request.id));
      }
    },
    abort: (context, id) => journeys.get(key(context, id))?.controller.abort(),
    abortContext(context) {
      for (const journey of journeys.values())
        if (journey.context === context) journey.controller.abort();
    },
    cut() {
      for (const journey of journeys.values()) journey.controller.abort();
    },
    release() {
      deps.faults.set({ ...deps.faults.get(), hold: 'nothing' });
      for (const resume of [...held]) resume();
      held.clear();
    },
  };
}

const STAND_IN = 'x-simulator-stand-in';

class NetworkFailure extends Error {
  readonly fate: Fate;
  constructor(fate: Fate) {
    super(fate);
    this.fate = fate;
  }
}

function failure(fate: Fate): NetworkFailure {
  return new NetworkFailure(fate);
}

function fateOf(error: unknown, signal: AbortSignal): Fate {
  if (error instanceof NetworkFailure) return error.fate;
  return signal.aborted ? 'given up' : 'not reached';
}

function isUnlucky(deps: NetworkDeps): boolean {
  const { lossPercent } = deps.faults.get();
  return lossPercent > 0 && deps.percent() < lossPercent;
}

/** Uses up one of a counted fault; `undefined` when none is left. */
function take(deps: NetworkDeps, name: 'standIn'): Stand | undefined;
function take(
  deps: NetworkDeps,
  name: 'loseRequests' | 'loseAnswers' | 'doubleRequests',
): true | undefined;
function take(
  deps: NetworkDeps,
  name: 'standIn' | 'loseRequests' | 'loseAnswers' | 'doubleRequests',
): Stand | true | undefined {
  const faults = deps.faults.get();
  if (name === 'standIn') {
    const { by, left } = faults.standIn;
    if (left <= 0) return undefined;
    deps.faults.set({ ...faults, standIn: { by, left: left - 1 } });
    return by;
  }
  if (faults[name] <= 0) return undefined;
  deps.faults.set({ ...faults, [name]: faults[name] - 1 });
  return true;
}

async function send(
  fetchNow: typeof fetch,
  request: NetworkRequest,
  signal: AbortSignal,
): Promise<NetworkAnswer> {
  const response = await fetchNow(request.url, {
    method: request.method,
    headers: request.headers.map(([name, value]): [string, string] => [name, value]),
    signal,
    credentials: 'omit',
    cache: 'no-store',
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  return {
    url: response.url,
    status: response.status,
    statusText: response.statusText,
    headers: [...response.headers],
    body: await response.arrayBuffer(),
  };
}

function standInAnswer(url: string, by: Stand): NetworkAnswer {
  const isPortal = by === 'portal';
  const text = isPortal
    ? '<!doctype html><title>Harbour WiFi</title><h1>Sign in to use this network</h1>'
    : JSON.stringify({ error: { code: STAND_CODES[by], message: 'Answered by the simulator' } });
  return {
    url,
    status: isPortal ? 200 : by,
    statusText: '',
    headers: [
      ['content-type', isPortal ? 'text/html; charset=utf-8' : 'application/json'],
      [STAND_IN, String(by)],
      ...(by === 429 ? [['retry-after', '2'] as const] : []),
    ],
    body: new TextEncoder().encode(text).buffer,
  };
}

const STAND_CODES = { 401: 'unauthorized', 429: 'throttled', 500: 'internal' } as const;
