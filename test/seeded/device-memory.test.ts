/** The seeded days' storage keeps to the same contract as every other; and it can lose its end. */
import { describe, expect, it } from 'vitest';
import {
  deviceStorageContract,
  storageExpiryContract,
  storageLimitsContract,
} from '../contracts/device-storage-contract.ts';
import { createDeviceMemory } from './device-memory.ts';

const onMemory = (clock = { now: () => 1_780_000_000_000 }) =>
  createDeviceMemory({ clock, now: () => clock.now() });

deviceStorageContract('the seeded days’', () => onMemory());
storageLimitsContract('the seeded days’', () => onMemory());
storageExpiryContract('the seeded days’', onMemory);

describe('a power cut', () => {
  it('[SD9] takes back what was written and deleted since a moment, and nothing before it', async () => {
    let now = 1_000;
    const clock = { now: () => now };
    const memory = createDeviceMemory({ clock, now: clock.now });
    await memory.set('kept', 'a');
    await memory.set('changed', 'b');
    now = 2_000;
    await memory.set('changed', 'c');
    await memory.set('new', 'd');
    await memory.delete('kept');
    memory.undoSince(2_000);
    expect(new Map(await memory.entries())).toEqual(
      new Map([
        ['kept', 'a'],
        ['changed', 'b'],
      ]),
    );
  });
});
