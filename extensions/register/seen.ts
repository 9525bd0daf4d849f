/**
 * The customers who were on the cart lately, so that one is found again without a network: one
 * record beside the outbox's, written under a fresh key before the older one goes. To the outbox
 * its key is none of its own. Losing it costs a convenience.
 */
import { randomCrockford } from '../../shared/crockford.ts';
import type { Clock, DeviceStorage, Random } from '../../shared/ports.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import type { RecentCustomer } from './orders.ts';
import { decodeRecord, encodeRecord } from './records.ts';

const RECENT_MAX = 12;
const KEEP_MS = 60_000;

export interface Seen {
  all(): readonly RecentCustomer[];
  /** Takes in what lies in storage. Rejects when that fails. */
  read(): Promise<void>;
  add(customer: CustomerId): void;
  /** Writes what is new, once a minute at most. Never rejects; what failed is tried again. */
  keep(): Promise<void>;
}

export function createSeen({
  storage,
  clock,
  random,
  shopId,
}: {
  readonly storage: DeviceStorage;
  readonly clock: Clock;
  readonly random: Random;
  readonly shopId: number;
}): Seen {
  const prefix = `c.${shopId}.`;
  let list: readonly RecentCustomer[] = [];
  let isNew = false;
  let triedAt = -Infinity;
  const stored = async () => (await storage.entries()).filter(([key]) => key.startsWith(prefix));
  return {
    all: () => list,
    async read() {
      for (const [, value] of await stored()) {
        const record = decodeRecord(value);
        // Under its checksum it is what this code wrote.
        if (record.state === 'ok')
          list = newestOf([...list, ...(record.content as readonly RecentCustomer[])]);
      }
    },
    add(customer) {
      list = newestOf([...list, { customer, at: Math.floor(clock.now()) }]);
      isNew = true;
    },
    async keep() {
      const now = clock.now();
      if (!isNew || Math.abs(now - triedAt) < KEEP_MS) return;
      triedAt = now;
      try {
        const older = await stored();
        isNew = false;
        await storage.set(prefix + randomCrockford(random, 10), encodeRecord(list));
        for (const [key] of older) await storage.delete(key);
      } catch {
        isNew = true;
      }
    },
  };
}

/** Each customer once, newest first, twelve at most. */
export function newestOf(all: readonly RecentCustomer[]): readonly RecentCustomer[] {
  const newest = new Map<CustomerId, RecentCustomer>();
  for (const one of all)
    if (one.at > (newest.get(one.customer)?.at ?? -1)) newest.set(one.customer, one);
  return [...newest.values()].sort((a, b) => b.at - a.at).slice(0, RECENT_MAX);
}
