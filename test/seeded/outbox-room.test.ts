/** A fault that the seeded days found: writes that failed after their effect were not counted. */
import { describe, expect, it } from 'vitest';
import { STORAGE_KEYS_MAX, type DeviceStorage } from '../../shared/ports.ts';
import { KEYS_RESERVED, createOutbox } from '../../extensions/register/outbox.ts';
import { SESSION, SHOP_ID } from '../register/device.ts';
import { stamp } from '../../extensions/register/redemption.ts';
import { createDeviceMemory } from './device-memory.ts';
import { randomOf } from './faults.ts';

const clock = { now: () => 1_780_000_000_000, sleep: () => new Promise<void>(() => undefined) };

/** Every write of an operation has its effect and then fails. */
const failingAfter = (memory: DeviceStorage): DeviceStorage => ({
  ...memory,
  async set(key, value) {
    await memory.set(key, value);
    if (key.startsWith('o.')) throw new Error('failed after its effect');
  },
});

describe('a store that runs full', () => {
  it('[OB17] writes that failed after their effect, and those under way, leave the last keys free', async () => {
    const memory = createDeviceMemory({ clock, now: clock.now });
    for (let i = 0; i < 86; i += 1) await memory.set(`k${i}`, 'of something else');
    const random = randomOf(1, 'outbox');
    const outbox = createOutbox({ storage: failingAfter(memory), clock, random, shopId: SHOP_ID });
    const view = await outbox.view();
    const note = {
      ...stamp(SESSION),
      kind: 'note',
      hold: null,
      body: { topic: 'handler-error', text: '' },
    } as const;
    const add = () => outbox.create(outbox.draft(note, view));
    for (let i = 0; i < 5; i += 1) await Promise.all([add(), add(), add()]);
    expect((await memory.entries()).length).toBeLessThanOrEqual(STORAGE_KEYS_MAX - KEYS_RESERVED);
  });
});
