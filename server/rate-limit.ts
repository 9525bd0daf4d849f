/**
 * A token bucket per name, bounded in memory: names that have their full allowance are forgotten
 * first.
 */

export interface RateLimit {
  /** How many requests may come at once. */
  readonly burst: number;
  /** How many come back each second. */
  readonly perSecond: number;
}

/** Far above a register at full speed (10,000 operations are 20 requests) with ten contexts. */
export const RATE_PER_REGISTER: RateLimit = { burst: 240, perSecond: 40 };
/**
 * One account on all its registers: a request names its device itself, so that inventing devices
 * must not open more than this many allowances.
 */
export const REGISTERS_PER_USER = 8;
/**
 * Failed authentications of one address; a shop's registers share one, so valid tokens never count.
 */
export const RATE_OF_FAILURES: RateLimit = { burst: 60, perSecond: 1 };
export const NAMES_MAX = 20_000;

interface Bucket {
  readonly left: number;
  readonly at: number;
}

/**
 * Returns a function that takes one request off the allowance, or says how many seconds to wait.
 */
export function createLimiter(
  limit: RateLimit,
  clock: { now(): number },
): (name: string) => number | undefined {
  const buckets = new Map<string, Bucket>();

  const refilled = ({ left, at }: Bucket, now: number) =>
    Math.min(limit.burst, left + (Math.max(0, now - at) / 1_000) * limit.perSecond);

  return (name) => {
    const now = clock.now();
    const left = refilled(buckets.get(name) ?? { left: limit.burst, at: now }, now);
    // Written anew each time, so that the map's order is the order of use.
    buckets.delete(name);
    for (const oldest of buckets.keys()) {
      if (buckets.size < NAMES_MAX) break;
      buckets.delete(oldest);
    }
    if (left < 1) {
      buckets.set(name, { left, at: now });
      return Math.max(1, Math.ceil((1 - left) / limit.perSecond));
    }
    buckets.set(name, { left: left - 1, at: now });
    return undefined;
  };
}
