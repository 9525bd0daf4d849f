/** Our own register in a drain, on three kinds of device storage and two kinds of server. */
import { createRegister, type Register } from '../../extensions/register/register.ts';
import {
  createOutbox,
  SEGMENT_OPERATIONS_MAX,
  SINGLES_MAX,
} from '../../extensions/register/outbox.ts';
import { encodeRecord, operationKey, segmentKey } from '../../extensions/register/records.ts';
import { randomCrockford } from '../../shared/crockford.ts';
import type { DeviceStorage } from '../../shared/ports.ts';
import type { Operation } from '../../shared/protocol.ts';
import { createDeviceStorage, type RecordStore } from '../../simulator/page/device-storage.ts';
import { SESSION, SHOP_ID } from '../operations.ts';
import { clock, httpTo, random } from '../world.ts';
import { until, type Drain, type EngineDeps } from './engine.ts';

const noCart = { isConnected: () => true, subscribe: () => () => undefined };

export function registerOn(
  storage: DeviceStorage,
  { origin, token }: Pick<EngineDeps, 'origin' | 'token'>,
): Register {
  return createRegister({
    role: 'screen',
    storage,
    clock,
    random,
    http: httpTo(origin),
    shopId: SHOP_ID,
    session: () => SESSION,
    token: async () => token,
    connectivity: noCart,
    cart: undefined,
  });
}

/** A few as they were made, many as compaction leaves them: 200 operations a record. */
export async function fillOutbox(
  storage: DeviceStorage,
  operations: readonly Operation[],
): Promise<void> {
  if (operations.length <= SINGLES_MAX) {
    for (const one of operations)
      await storage.set(operationKey(SHOP_ID, one.id), encodeRecord(one));
    return;
  }
  for (let i = 0; i < operations.length; i += SEGMENT_OPERATIONS_MAX) {
    const part = operations.slice(i, i + SEGMENT_OPERATIONS_MAX);
    await storage.set(segmentKey(SHOP_ID, randomCrockford(random, 10)), encodeRecord(part));
  }
}

/** A register of that storage, which knew the ledger before it was cut off. */
export async function tideover(
  store: RecordStore,
  { origin, token, isCutOff }: EngineDeps,
  path = '',
): Promise<Drain> {
  const storage = createDeviceStorage({ store, clock });
  const register = registerOn(storage, { origin: `${origin}${path}`, token });
  if (isCutOff !== true) await register.syncNow();
  return {
    fill: (operations) => fillOutbox(storage, operations),
    async drain() {
      await register.syncNow();
      // What failed it tries again by itself.
      await until(() => register.state().waiting.length === 0);
    },
    async waiting() {
      const outbox = createOutbox({ storage, clock, random, shopId: SHOP_ID });
      const { pending, damaged } = await outbox.view();
      return pending.length + damaged.length;
    },
    async damage() {
      const [key = '', value] =
        (await storage.entries()).find(([one]) => one.startsWith('o.')) ?? [];
      await storage.set(key, String(value).slice(0, -8));
    },
  };
}
