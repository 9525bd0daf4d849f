import { describe, expect, it } from 'vitest';
import type { DeviceStorage } from '../../shared/ports.ts';
import type { Operation, OperationId } from '../../shared/protocol.ts';
import type { Outbox } from '../../extensions/register/outbox.ts';
import { encodeRecord, operationKey, runKey } from '../../extensions/register/records.ts';
import { faultyStorage, type StorageFaults } from '../support/faulty-storage.ts';
import { seededRandom } from '../support/seeded-random.ts';
import {
  ALICE,
  DAY_MS,
  SHOP_ID,
  add,
  commitDraft,
  createDevice,
  intentDraft,
  newRef,
  outboxOn,
  runWith,
  saveBase,
  voidDraft,
  type TestDevice,
} from './device.ts';

const ids = async (outbox: Outbox): Promise<OperationId[]> =>
  [...(await outbox.view()).operations.keys()].sort();

async function addMany(outbox: Outbox, count: number): Promise<OperationId[]> {
  const made: OperationId[] = [];
  for (let i = 0; i < count; i += 1) made.push((await add(outbox, intentDraft())).id);
  return made.sort();
}

const keysOf = async ({ storage }: TestDevice, type: string): Promise<string[]> =>
  (await storage.entries()).map(([key]) => key).filter((key) => key.startsWith(`${type}.`));

/** Fails every call from the `after`th on: with its effect, or without. */
function dying(storage: DeviceStorage, after: number, isLastDone: boolean): DeviceStorage {
  let calls = 0;
  const count = async <T>(effect: () => Promise<T>): Promise<T> => {
    calls += 1;
    if (calls < after) return effect();
    if (calls === after && isLastDone) await effect();
    throw new Error('the context died');
  };
  return {
    get: (key) => count(() => storage.get(key)),
    set: (key, value) => count(() => storage.set(key, value)),
    delete: (key) => count(() => storage.delete(key)),
    entries: () => count(() => storage.entries()),
  };
}

describe('compaction', () => {
  it('[OB6] makes one record of many and keeps every operation as it was', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    const made = await addMany(outbox, 40);
    const before = (await outbox.view()).operations;
    await outbox.compact();
    expect(await keysOf(device, 'o')).toEqual([]);
    expect(await keysOf(device, 's')).toHaveLength(1);
    const view = await outbox.view();
    expect([...view.operations.keys()].sort()).toEqual(made);
    for (const [id, { raw }] of view.operations) expect(raw).toEqual(before.get(id)?.raw);
  });

  it('[OB6] takes small segments in, and leaves full ones alone', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    for (let i = 0; i < 9; i += 1) {
      await addMany(outbox, 30);
      await outbox.compact();
    }
    expect((await outbox.view()).segments.map(({ operations }) => operations.length)).toEqual([
      180, 90,
    ]);
    const [full = ''] = await keysOf(device, 's');
    const value = await device.storage.get(full);
    await addMany(outbox, 1);
    await outbox.compact();
    expect(await device.storage.get(full)).toBe(value);
    expect(await ids(outbox)).toHaveLength(271);
  });

  it('[OB6] loses nothing, wherever it is interrupted', async () => {
    for (let after = 1; ; after += 1) {
      let isThrough = false;
      for (const isLastDone of [false, true]) {
        const device = createDevice();
        const made = await addMany(outboxOn(device), 6);
        const storage = dying(device.storage, after, isLastDone);
        await outboxOn(device, { storage })
          .compact()
          .then(
            () => (isThrough = true),
            () => undefined,
          );
        expect(await ids(outboxOn(device))).toEqual(made);
        await outboxOn(device).compact();
        expect(await ids(outboxOn(device))).toEqual(made);
        expect((await outboxOn(device).view()).pending).toHaveLength(6);
      }
      if (isThrough) return expect(after).toBeGreaterThan(10);
    }
  });

  it('[OB6] by any number of contexts at once loses nothing', async () => {
    const faults: StorageFaults = {
      latencyMs: 500,
      failsBefore: 0.05,
      failsAfter: 0.05,
      lateEffect: 0.05,
      tornEntries: 0.5,
    };
    for (let seed = 1; seed <= 30; seed += 1) {
      const device = createDevice(seed);
      const made = await addMany(outboxOn(device), 12);
      const random = seededRandom(seed);
      const life = { isDead: () => false, mayGoOn: () => Promise.resolve() };
      const contexts = [1, 2, 3].map(() =>
        outboxOn(device, {
          storage: faultyStorage(device.storage, { faults, random, time: device.time, life }),
        }),
      );
      const runs = contexts.flatMap((one) => [one.compact(), one.compact()]);
      await device.time.runFor(Promise.allSettled(runs));
      // A failed call may still take effect half a minute later.
      await device.time.runUntil(device.time.now() + 60_000);
      expect(await ids(outboxOn(device))).toEqual(made);
    }
  });

  it('[OB6] does not delete what it could not read back', async () => {
    const device = createDevice();
    const made = await addMany(outboxOn(device), 5);
    const forgetful: DeviceStorage = { ...device.storage, set: () => Promise.resolve() };
    await outboxOn(device, { storage: forgetful }).compact();
    expect(await keysOf(device, 'o')).toHaveLength(5);
    expect(await ids(outboxOn(device))).toEqual(made);
  });
});

describe('a view', () => {
  it('[OB7] misses nothing that moves while it is read, even in a torn reading', async () => {
    let looks = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const device = createDevice(seed);
      const made = await addMany(outboxOn(device), 8);
      const random = seededRandom(seed);
      const life = { isDead: () => false, mayGoOn: () => Promise.resolve() };
      // Reading takes long, so that whole moves happen between one half of a reading and the other.
      const by = (latencyMs: number, tornEntries: number): Outbox => {
        const sound = { failsBefore: 0, failsAfter: 0, lateEffect: 0 };
        const faults: StorageFaults = { ...sound, latencyMs, tornEntries };
        const { storage, time } = device;
        return outboxOn(device, {
          storage: faultyStorage(storage, { faults, random, time, life }),
        });
      };
      const mover = by(random.pick([5, 50]), 0);
      const reader = by(3_000, 1);
      let isMoving = true;
      const reading = (async () => {
        while (isMoving) {
          expect(await ids(reader)).toEqual(made);
          looks += 1;
        }
      })();
      const moving = device.time
        .sleep(random.below(8_000))
        .then(() => mover.compact())
        .then(() => void (isMoving = false));
      await device.time.runFor(Promise.all([reading, moving]));
    }
    expect(looks).toBeGreaterThan(60);
  });
});

describe('deleting by rule D1', () => {
  const voided = async (outbox: Outbox): Promise<[Operation, Operation]> => {
    const ref = newRef();
    return [await add(outbox, intentDraft({}, { ref })), await add(outbox, voidDraft(ref))];
  };
  const applied = (operations: readonly Operation[], seq: number): Record<OperationId, number> =>
    Object.fromEntries(operations.map(({ id }) => [id, seq]));

  it('[OB8] needs a run that settles it, within the backup, within what is covered', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await saveBase(outbox, [[ALICE, { points: 400 }]], { cursor: 10 });
    const all = await voided(outbox);
    const left = async () => (await ids(outbox)).length;
    const save = (change: Parameters<typeof runWith>[0]) =>
      outbox.saveRun(runWith({ applied: applied(all, 15), ...change }));

    await save({ from: 10, cursor: 20, durable: 14 });
    expect(await left()).toBe(2);
    expect((await outbox.view()).pending).toEqual([]);
    await save({ from: 20, cursor: 20, durable: 20, applied: {} });
    expect(await left()).toBe(1);
    await save({ from: 20, cursor: 21, durable: 20, applied: {} });
    expect(await left()).toBe(0);
    expect((await outbox.view()).available(ALICE, 'points')?.available).toBe(400);
  });

  it('[OB8] does not happen for what lies behind a hole in what was heard', async () => {
    const outbox = outboxOn(createDevice());
    await saveBase(outbox, [[ALICE, { points: 400 }]], { cursor: 10 });
    const all = await voided(outbox);
    await outbox.saveRun(runWith({ from: 25, cursor: 30, durable: 30, applied: applied(all, 28) }));
    expect(await ids(outbox)).toHaveLength(2);
    await outbox.saveRun(runWith({ from: 10, cursor: 25, durable: 30 }));
    await outbox.saveRun(runWith({ from: 30, cursor: 31, durable: 31 }));
    expect(await ids(outbox)).toHaveLength(0);
  });

  it('[OB8] after a restore sends again what the backup may not have', async () => {
    const outbox = outboxOn(createDevice());
    await saveBase(outbox, [[ALICE, { points: 400 }]], { cursor: 10 });
    const all = await voided(outbox);
    const seqs = applied(all, 15);
    await outbox.saveRun(runWith({ from: 10, cursor: 20, durable: 12, applied: seqs }));
    expect((await outbox.view()).pending).toHaveLength(0);
    await outbox.saveRun(runWith({ epoch: 2, from: null, cursor: 12, durable: 12 }));
    expect((await outbox.view()).pending.map(({ id }) => id).sort()).toEqual(
      all.map(({ id }) => id).sort(),
    );
  });

  it('[OB8] a segment goes only with all that is in it', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await saveBase(outbox, [[ALICE, { points: 400 }]], { cursor: 10 });
    const first = await voided(outbox);
    const second = await voided(outbox);
    await outbox.compact();
    await outbox.saveRun(
      runWith({ from: 10, cursor: 20, durable: 20, applied: applied(first, 15) }),
    );
    expect(await keysOf(device, 's')).toHaveLength(1);
    expect((await outbox.view()).pending).toHaveLength(2);
    const later = applied(second, 25);
    await outbox.saveRun(runWith({ from: 20, cursor: 30, durable: 30, applied: later }));
    expect(await ids(outbox)).toEqual([]);
  });

  it('[OB8] a long day leaves no record behind once all of it is settled', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await saveBase(outbox, [[ALICE, { points: 40_000 }]], { cursor: 10 });
    const all: Operation[] = [];
    for (let i = 0; i < 300; i += 1) {
      const ref = newRef();
      all.push(await add(outbox, intentDraft({ amount: 1 }, { ref })));
      if (i % 20 === 0) await outbox.compact();
      all.push(await add(outbox, i % 2 === 0 ? commitDraft(ref) : voidDraft(ref)));
    }
    await outbox.compact();
    expect((await keysOf(device, 's')).length).toBeGreaterThanOrEqual(3);
    await outbox.saveRun(
      runWith({ from: 10, cursor: 900, durable: 900, applied: applied(all, 800) }),
    );
    await outbox.saveRun(runWith({ from: 900, cursor: 901, durable: 901 }));
    expect([...(await keysOf(device, 'o')), ...(await keysOf(device, 's'))]).toEqual([]);
  });

  it('[OB6] a full segment of which little is left makes room by the next compaction', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await saveBase(outbox, [[ALICE, { points: 40_000 }]], { cursor: 10 });
    const settled: Operation[] = [];
    for (let i = 0; i < 100; i += 1) settled.push(...(await voided(outbox)));
    const kept = await add(outbox, intentDraft());
    await outbox.compact();
    const seqs = applied(settled, 800);
    await outbox.saveRun(runWith({ from: 10, cursor: 900, durable: 900, applied: seqs }));
    await outbox.saveRun(runWith({ from: 900, cursor: 901, durable: 901 }));
    const last = await add(outbox, intentDraft());
    for (let i = 0; i < 2; i += 1) {
      await add(outbox, intentDraft());
      await outbox.compact();
    }
    const left = await ids(outbox);
    expect(left).toContain(kept.id);
    expect(left).toContain(last.id);
    expect(left).toHaveLength(4);
    expect(await keysOf(device, 's')).toHaveLength(1);
  });

  it('[OB9] an intent stays while nothing has closed it, for a day', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await saveBase(outbox, [[ALICE, { points: 400 }]], { cursor: 10 });
    const intent = await add(outbox, intentDraft());
    await outbox.saveRun(
      runWith({ from: 10, cursor: 20, durable: 20, applied: { [intent.id]: 15 } }),
    );
    expect(await ids(outbox)).toEqual([intent.id]);
    device.clockOffset += DAY_MS + 1;
    const deviceTime = Math.floor(device.clock.now());
    await outbox.saveRun(runWith({ from: 20, cursor: 21, durable: 21, deviceTime }));
    expect(await ids(outbox)).toEqual([]);
  });

  it.each([
    ['void', voidDraft],
    ['commit', commitDraft],
  ] as const)(
    '[OB9] a %s stays beside its intent until that is gone, so that it never looks open again',
    async (_, draft) => {
      const device = createDevice();
      const setUp = outboxOn(device);
      await saveBase(setUp, [[ALICE, { points: 400 }]], { cursor: 10 });
      const ref = newRef();
      const all = [await add(setUp, intentDraft({}, { ref })), await add(setUp, draft(ref))];
      const run = runWith({ from: 10, cursor: 20, durable: 20, applied: applied(all, 15) });
      let isOver = false;
      for (let after = 1; !isOver; after += 1) {
        const storage = dying(device.storage, after, true);
        isOver = await outboxOn(device, { storage })
          .saveRun(run)
          .catch(() => false);
        const kinds = [...(await setUp.view()).operations.values()].map(({ kind }) => kind);
        expect(kinds.includes('intent') && kinds.length === 1).toBe(false);
      }
    },
  );
});

describe('damaged records', () => {
  it('[OB2] are told with their text, and block nothing', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await saveBase(outbox, [[ALICE, { points: 400 }]]);
    const made = await addMany(outbox, 3);
    const [broken = '' as OperationId] = made;
    const key = operationKey(SHOP_ID, broken);
    const value = String(await device.storage.get(key)).slice(0, 60);
    await device.storage.set(key, value);
    await device.storage.set(runKey(SHOP_ID, 'TORN'), `1|0|${'x'.repeat(5_000)}`);
    const view = await outbox.view();
    expect(view.damaged).toHaveLength(2);
    expect(view.damaged).toContainEqual({ key, raw: value });
    expect(view.damaged.find((one) => one.key.startsWith('r.'))?.raw).toHaveLength(2_048);
    expect(view.pending.map(({ id }) => id).sort()).toEqual(made.slice(1));
    expect(view.available(ALICE, 'points')?.available).toBe(280);
    expect(await add(outbox, intentDraft())).toBeDefined();
  });

  it('[OB2] go only when the server has kept them; a sound one never goes that way', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    const [sound = '' as OperationId] = await addMany(outbox, 1);
    const keys = ['o.77.A.1', 's.77.B', 'r.77.C', 'b.77.D.0', operationKey(SHOP_ID, sound)];
    for (const key of keys.slice(0, 4)) await device.storage.set(key, 'rubbish');
    await outbox.compact();
    await outbox.saveRun(runWith());
    expect((await outbox.view()).damaged).toHaveLength(4);
    await outbox.forgetDamaged([...keys.slice(1), 'settings']);
    const view = await outbox.view();
    expect(view.damaged).toEqual([{ key: 'o.77.A.1', raw: 'rubbish' }]);
    expect([...view.operations.keys()]).toEqual([sound]);
  });

  it.each(['[]', '{}', '"text"', '[{"id":5}]'])(
    '[OB2] a sound checksum over %s is no operation: damaged',
    async (json) => {
      const device = createDevice();
      await device.storage.set('s.77.X', encodeRecord(JSON.parse(json)));
      expect((await outboxOn(device).view()).damaged).toHaveLength(1);
    },
  );
});

describe('records of the future', () => {
  const hold = { customer: ALICE, unit: 'points', amount: 50 };
  const gift = { v: 7, id: 'FVTVRE0000.1', kind: 'gift', hold, sparkle: [1, { deep: true }] };
  const asFormat = (format: string, content: unknown) =>
    encodeRecord(content).replace('1|', `${format}|`);

  it('[OB3] an unknown kind counts by its hold and is sent on as it came', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await saveBase(outbox, [[ALICE, { points: 400 }]]);
    await device.storage.set('o.77.FVTVRE0000.1', encodeRecord(gift));
    for (const act of [() => outbox.compact(), () => outbox.touch(), () => outbox.compact()]) {
      const view = await outbox.view();
      expect(view.available(ALICE, 'points')?.available).toBe(350);
      expect(view.pending.map(({ raw, operation }) => [raw, operation])).toEqual([
        [gift, undefined],
      ]);
      await act();
    }
  });

  it('[OB3] one in an unknown format too, and its record is never written anew', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await saveBase(outbox, [[ALICE, { points: 400 }]], { cursor: 10 });
    const value = asFormat('2', gift);
    await device.storage.set('o.77.FVTVRE0000.1', value);
    await addMany(outbox, 3);
    await outbox.compact();
    expect(await device.storage.get('o.77.FVTVRE0000.1')).toBe(value);
    const view = await outbox.view();
    expect(view.available(ALICE, 'points')?.available).toBe(400 - 50 - 180);
    expect(view.pending.map(({ raw }) => raw)).toContainEqual(gift);
    const id = gift.id as OperationId;
    await outbox.saveRun(runWith({ from: 10, cursor: 20, durable: 20, applied: { [id]: 15 } }));
    expect(await device.storage.get('o.77.FVTVRE0000.1')).toBeUndefined();
  });

  it('[OB3] one that holds more than this version can read stays, settled or not', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await saveBase(outbox, [[ALICE, { points: 400 }]], { cursor: 10 });
    for (const [key, value] of [
      ['s.77.A', encodeRecord([gift, { another: 'shape' }])],
      ['s.77.B', asFormat('3', 'packed')],
      ['r.77.C', asFormat('3', { another: 'shape' })],
    ] as const) {
      await device.storage.set(key, value);
      const id = gift.id as OperationId;
      await outbox.saveRun(runWith({ from: 10, cursor: 20, durable: 20, applied: { [id]: 15 } }));
      await addMany(outbox, 2);
      await outbox.compact();
      expect(await device.storage.get(key)).toBe(value);
      expect((await outbox.view()).damaged).toEqual([]);
    }
  });
});
