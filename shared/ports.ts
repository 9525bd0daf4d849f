/**
 * What the code asks of the world around it. Everything here is a parameter, so that a test can be
 * the world.
 */

/**
 * The POS Storage API's own shape: on a register the platform's object is passed as it is.
 * Every call may fail before or after its effect, late, or never answer.
 */
export interface DeviceStorage {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<boolean>;
  entries(): Promise<[string, unknown][]>;
}

/** Limits of the POS Storage API, as Shopify documents them. */
export const STORAGE_KEYS_MAX = 100;
export const STORAGE_KEY_BYTES_MAX = 1_000;
export const STORAGE_VALUE_BYTES_MAX = 1_000_000;

/** Codes of the POS Storage API's `StorageError`. */
export type StorageErrorCode = 'RecordsCount' | 'RecordSize' | 'KeyType' | 'KeySize';

export function storageErrorCode(error: unknown): StorageErrorCode | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  if (code === 'RecordsCount' || code === 'RecordSize') return code;
  return code === 'KeyType' || code === 'KeySize' ? code : undefined;
}

export interface Clock {
  /**
   * Milliseconds since 1970 by this device's clock. On a register it is a claim, never an order.
   */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` says so. */
  sleep(ms: number, wake?: Wake): Promise<void>;
}

/** A one-way "stop waiting" signal, without the DOM's types. */
export interface Wake {
  readonly woken: boolean;
  /** Calls `listener` once, at once if it happened already; returns the way to end that. */
  onWake(listener: () => void): () => void;
}

export function createWake(): Wake & { wake(): void } {
  const listeners = new Set<() => void>();
  let woken = false;
  return {
    get woken() {
      return woken;
    },
    onWake(listener) {
      if (woken) listener();
      else listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    wake() {
      woken = true;
      for (const listener of [...listeners]) listener();
      listeners.clear();
    },
  };
}

/** Rejects when `work` takes longer than `ms`; what it does later is nobody's business. */
export async function limited<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  const done = createWake();
  const late = clock.sleep(ms, done).then((): T => {
    throw new Error(`no answer within ${ms} ms`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    done.wake();
  }
}

/** The value, or `undefined` when `work` fails or takes longer than `ms`. */
export function within<T>(
  clock: Clock,
  ms: number,
  work: Promise<T>,
): Promise<{ readonly value: T } | undefined> {
  return limited(clock, ms, work).then(
    (value) => ({ value }),
    () => undefined,
  );
}

export interface Random {
  /** Uniform whole number in [0, bound); `bound` ≤ 2^32. */
  below(bound: number): number;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query on the app's own origin. */
  readonly path: string;
  readonly token: string;
  readonly body: string | undefined;
  readonly deadlineMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** The `Retry-After` header as it came. */
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/**
 * One request; rejects when there was no complete answer within `deadlineMs`, for whatever reason.
 */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;
