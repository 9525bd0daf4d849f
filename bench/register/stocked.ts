/** A register's storage as it lies after a while: cached customers, and redemptions that wait. */
import { createOutbox } from '../../extensions/register/outbox.ts';
import type { Shard } from '../../extensions/register/records.ts';
import type { DeviceStorage } from '../../shared/ports.ts';
import { SNAPSHOT_PAGE_CUSTOMERS } from '../../shared/protocol.ts';
import { fillOutbox } from '../drain/tideover.ts';
import { customerAt, EUR, POLICY, PROGRAM, redemptions, SHOP_ID } from '../operations.ts';
import { clock, random } from '../world.ts';

export interface Stock {
  readonly customers: number;
  readonly waiting: number;
}

/** Far above what all redemptions of a run take off one customer. */
const BALANCE = 1_000_000;

export async function stock(storage: DeviceStorage, { customers, waiting }: Stock): Promise<void> {
  const outbox = createOutbox({ storage, clock, random, shopId: SHOP_ID });
  const told = { epoch: 1, from: 1, cursor: 1, durable: 1, balances: {}, applied: {}, remarks: {} };
  const times = { serverTime: clock.now(), deviceTime: clock.now() };
  const isSaved = await outbox.saveBase(shardsOf(customers), (base) => ({
    ...told,
    ...times,
    base: { ...base, epoch: 1, cursor: 1 },
    share: 1,
    program: PROGRAM,
    policy: POLICY,
  }));
  if (!isSaved) throw new Error('the customers could not be stored');
  await fillOutbox(storage, redemptions({ count: waiting, customers: Math.min(customers, 1_000) }));
}

function shardsOf(customers: number): Shard[] {
  const shards: Shard[] = [];
  for (let first = 0; first < customers; first += SNAPSHOT_PAGE_CUSTOMERS) {
    const places = Array.from(
      { length: Math.min(SNAPSHOT_PAGE_CUSTOMERS, customers - first) },
      (_, i) => first + i,
    );
    const ids = places.map(customerAt);
    shards.push({
      customers: ids.map((id, i) => id - (ids[i - 1] ?? 0)),
      units: { points: ids.map(() => BALANCE), [EUR]: ids.map(() => 0) },
    });
  }
  return shards;
}
