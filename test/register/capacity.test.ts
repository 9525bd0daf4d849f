import { describe, expect, it } from 'vitest';
import { STORAGE_KEYS_MAX, STORAGE_VALUE_BYTES_MAX } from '../../shared/ports.ts';
import {
  OPERATION_BYTES_MAX,
  type Operation,
  type OperationId,
  type WriterId,
} from '../../shared/protocol.ts';
import {
  KEYS_RESERVED,
  KEYS_SPARE,
  SEGMENT_CHARS_MAX,
  SEGMENT_OPERATIONS_MAX,
  hasRoom,
  type Outbox,
} from '../../extensions/register/outbox.ts';
import { encodeRecord, segmentKey } from '../../extensions/register/records.ts';
import {
  ALICE,
  SHOP_ID,
  add,
  createDevice,
  intentDraft,
  newRef,
  outboxOn,
  runWith,
  saveBase,
  shardOf,
  type TestDevice,
} from './device.ts';

const keysOf = async ({ storage }: TestDevice): Promise<string[]> =>
  (await storage.entries()).map(([key]) => key);

/** Fills the store up to `keys` with something that no compaction can take in. */
async function fillUpTo(device: TestDevice, keys: number): Promise<void> {
  for (let i = (await keysOf(device)).length; i < keys; i += 1)
    await device.storage.set(`of another extension ${i}`, 'x');
}

/** Creates until it is refused; how many were stored. */
async function createUntilFull(outbox: Outbox, most: number): Promise<number> {
  for (let count = 0; count < most; count += 1) {
    const operation = outbox.draft(intentDraft(), await outbox.view());
    const outcome = await outbox.create(operation);
    if (outcome.state === 'full') return count;
    expect(outcome.state).toBe('stored');
  }
  return most;
}

describe('when the keys run out', () => {
  it('[OB10] operations are compacted first, and the balances stay', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await saveBase(outbox, [[ALICE, { points: 40_000 }]]);
    expect(await createUntilFull(outbox, 400)).toBe(400);
    const view = await outbox.view();
    expect(view.operations.size).toBe(400);
    expect(view.available(ALICE, 'points')?.available).toBe(40_000 - 400 * 60);
    expect(view.keys).toBeLessThanOrEqual(STORAGE_KEYS_MAX);
  });

  it('[OB10] then the snapshot goes, which can be fetched again', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    const shards = Array.from({ length: 10 }, (_, i) => shardOf([[ALICE + i, { points: 9_000 }]]));
    await outbox.saveBase(shards, (base) =>
      runWith({ from: 10, cursor: 10, base: { ...base, epoch: 1, cursor: 10 } }),
    );
    await fillUpTo(device, STORAGE_KEYS_MAX - KEYS_RESERVED - 1);
    const made = [await add(outbox, intentDraft()), await add(outbox, intentDraft())];
    made.push(await add(outbox, intentDraft()));
    const view = await outbox.view();
    expect([...view.operations.keys()].sort()).toEqual(made.map(({ id }) => id).sort());
    expect(view.shards.size).toBeLessThan(10);
    expect(view.available(ALICE, 'points')).toBeUndefined();
  });

  it('[OB10] then it is refused; nothing that was stored is dropped, and all can settle', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await fillUpTo(device, 80);
    // Segments that are full can't be made fewer.
    const full = await fillSegments(device, STORAGE_KEYS_MAX - KEYS_RESERVED - 81);
    const count = await createUntilFull(outbox, 1_000);
    expect(count).toBeGreaterThanOrEqual(1);
    expect(count).toBeLessThanOrEqual(SEGMENT_OPERATIONS_MAX);
    const view = await outbox.view();
    expect(view.operations.size).toBe(full.length + count);
    expect(view.keys).toBeLessThanOrEqual(STORAGE_KEYS_MAX - KEYS_RESERVED);
    const applied = Object.fromEntries([...view.operations.keys()].map((id, i) => [id, i + 1]));
    expect(await outbox.saveRun(runWith({ cursor: 9_999, durable: 9_999, applied }))).toBe(true);
    expect((await outbox.view()).pending).toEqual([]);
  });

  it('[OB17] a store full to its last key can still settle: the snapshot makes room', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await saveBase(outbox, [[ALICE, { points: 400 }]]);
    const { id } = await add(outbox, intentDraft());
    await fillUpTo(device, STORAGE_KEYS_MAX);
    const run = runWith({ from: 10, cursor: 20, applied: { [id]: 15 } });
    expect(await outbox.saveRun(run)).toBe(true);
    expect((await outbox.view()).pending).toEqual([]);
  });

  it('[OB11] redemptions are refused while voids, sales and runs still fit', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await fillUpTo(device, STORAGE_KEYS_MAX - KEYS_SPARE - 1);
    expect(hasRoom(await outbox.view())).toBe(true);
    await fillUpTo(device, STORAGE_KEYS_MAX - KEYS_SPARE);
    expect(hasRoom(await outbox.view())).toBe(false);
    for (let i = 0; i < KEYS_SPARE - KEYS_RESERVED; i += 1) await add(outbox, intentDraft());
    expect(await outbox.saveRun(runWith())).toBe(true);
  });
});

const WRITER = 'ABCDEFGHJK' as WriterId;

/** Full segments as compaction leaves them; returns the ids. */
async function fillSegments(device: TestDevice, count: number): Promise<OperationId[]> {
  const outbox = outboxOn(device);
  const view = await outbox.view();
  const ids: OperationId[] = [];
  for (let i = 0; i < count; i += 1) {
    const operations: Operation[] = [];
    for (let n = 0; n < SEGMENT_OPERATIONS_MAX; n += 1) {
      const id = `${WRITER}.${ids.length + 1}` as OperationId;
      operations.push({ ...outbox.draft(intentDraft(), view), id, skip: [] });
      ids.push(id);
    }
    await device.storage.set(segmentKey(SHOP_ID, `FULL${i}`), encodeRecord(operations));
  }
  return ids;
}

describe('how much fits', () => {
  it('[OB12] 3,200 operations beside two snapshots of many shards, with room for more', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    const shards = Array.from({ length: 20 }, (_, i) => shardOf([[ALICE + i, { points: 9_000 }]]));
    for (const cursor of [10, 20])
      await outbox.saveBase(shards, (base) =>
        runWith({ from: cursor, cursor, base: { ...base, epoch: 1, cursor } }),
      );
    const ids = await fillSegments(device, 15);
    for (let i = 0; i < 8; i += 1) {
      const seen = await outbox.view();
      for (let n = 0; n < 25; n += 1) {
        const operation = outbox.draft(intentDraft(), seen);
        ids.push(operation.id);
        expect(await outbox.create(operation)).toEqual({ state: 'stored' });
      }
      await outbox.compact();
    }
    const view = await outbox.view();
    expect(view.operations.size).toBe(3_200);
    expect([...view.operations.keys()].sort()).toEqual([...ids].sort());
    expect(hasRoom(view)).toBe(true);
    expect(view.available(ALICE, 'points')).toBeDefined();
    for (const [, value] of await device.storage.entries())
      expect(String(value).length).toBeLessThanOrEqual(SEGMENT_CHARS_MAX + 1_000);
  });

  it('[OB12] segments of the largest operations stay far below the limit of a value', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await saveBase(outbox, [[ALICE, { points: 40_000 }]]);
    let largest = 0;
    for (let i = 0; i < 230; i += 1) {
      const draft = intentDraft({ amount: 1 }, { ref: newRef(), title: '€"\\'.repeat(40) });
      const operation = outbox.draft({ ...draft, build: '€'.repeat(32) }, await outbox.view());
      largest = Math.max(largest, new TextEncoder().encode(JSON.stringify(operation)).length);
      expect(await outbox.create(operation)).toEqual({ state: 'stored' });
      if (i % 50 === 0) await outbox.compact();
    }
    await outbox.compact();
    expect(largest).toBeLessThanOrEqual(OPERATION_BYTES_MAX);
    const sizes = (await device.storage.inspect()).map(({ bytes }) => bytes);
    expect(Math.max(...sizes)).toBeLessThan(STORAGE_VALUE_BYTES_MAX / 2);
    expect((await outbox.view()).operations.size).toBe(230);
  });
});
