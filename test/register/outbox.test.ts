import { describe, expect, it } from 'vitest';
import type { DeviceStorage, Random } from '../../shared/ports.ts';
import type { OperationId, WriterId } from '../../shared/protocol.ts';
import { createOutbox } from '../../extensions/register/outbox.ts';
import { decodeRecord, encodeRecord, operationKey } from '../../extensions/register/records.ts';
import {
  ALICE,
  BOB,
  DAY_MS,
  EUR,
  SHOP_ID,
  START_MS,
  add,
  createDevice,
  intentDraft,
  newRef,
  outboxOn,
  runWith,
  saveBase,
  shardOf,
  voidDraft,
} from './device.ts';

describe('creating an operation', () => {
  it('[OB4] stores it under a key of its own, and every context sees it as it was', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    const operation = await add(outbox, intentDraft({}, { title: 'Café – 5 €' }));
    const value = await device.storage.get(operationKey(SHOP_ID, operation.id));
    expect(decodeRecord(value)).toEqual({ state: 'ok', content: operation });
    const seen = (await outboxOn(device).view()).operations.get(operation.id);
    expect(seen).toMatchObject({ raw: operation, operation, kind: 'intent' });
  });

  it('[OB4] carries the evidence: times, writers seen, shop', async () => {
    const device = createDevice();
    const first = outboxOn(device);
    await first.saveRun(runWith({ serverTime: START_MS - 500 }));
    const one = await add(first, intentDraft());
    device.clockOffset = 0.7;
    const other = await add(outboxOn(device), intentDraft());
    const writerOfOne = one.id.split('.')[0] as WriterId;
    expect(other).toMatchObject({
      v: 1,
      shopId: SHOP_ID,
      deviceTime: START_MS,
      lastServerTime: START_MS - 500,
      heads: { [writerOfOne]: 1 },
      skip: [],
    });
  });

  it('[OB5] is told as uncertain when the write failed in a way that may have happened', async () => {
    const device = createDevice();
    for (const isEffective of [false, true]) {
      const failing: DeviceStorage = {
        ...device.storage,
        async set(key, value) {
          if (isEffective) await device.storage.set(key, value);
          throw new Error('disk?');
        },
      };
      const outbox = outboxOn(device, { storage: failing });
      const operation = outbox.draft(intentDraft(), await outbox.view());
      expect((await outbox.create(operation)).state).toBe('uncertain');
      expect((await outbox.view()).operations.has(operation.id)).toBe(isEffective);
    }
  });

  it('[OB16] is told as uncertain after ten seconds when storage does not answer', async () => {
    const device = createDevice();
    const silent: DeviceStorage = { ...device.storage, set: () => new Promise(() => undefined) };
    const outbox = outboxOn(device, { storage: silent });
    const operation = outbox.draft(intentDraft(), await outbox.view());
    const outcome = await device.time.runFor(outbox.create(operation));
    expect(outcome.state).toBe('uncertain');
    expect(device.time.now() - START_MS).toBe(10_000);
  });

  it.each(['get', 'entries', 'delete'] as const)(
    '[OB16] a %s that never ends ends for the caller',
    async (call) => {
      const device = createDevice();
      await add(outboxOn(device), intentDraft());
      const silent = { ...device.storage, [call]: () => new Promise<never>(() => undefined) };
      const outbox = outboxOn(device, { storage: silent });
      await expect(device.time.runFor(outbox.compact())).rejects.toThrow('10000 ms');
    },
  );
});

describe('identity', () => {
  it('[OB15] numbers count up from one, and no two contexts share a writer', async () => {
    const device = createDevice();
    const outboxes = [outboxOn(device), outboxOn(device), outboxOn(device)];
    const ids: OperationId[] = [];
    for (let i = 0; i < 3; i += 1)
      for (const outbox of outboxes) ids.push((await add(outbox, intentDraft())).id);
    expect(new Set(ids).size).toBe(9);
    const writers = new Set(ids.map((one) => one.split('.')[0]));
    expect(writers.size).toBe(3);
    for (const writer of writers)
      expect(ids.filter((one) => one.startsWith(`${writer}.`))).toEqual([
        `${writer}.1`,
        `${writer}.2`,
        `${writer}.3`,
      ]);
  });

  it('[OB15] a writer id that storage knows is never drawn again', async () => {
    const device = createDevice();
    const repeating = (): Random => {
      let draws = 0;
      // Ten zeros, then ten ones: the first id that every such context draws is the same.
      return { below: () => (draws++ < 10 ? 0 : 1) };
    };
    const context = () =>
      createOutbox({
        storage: device.storage,
        clock: device.clock,
        random: repeating(),
        shopId: SHOP_ID,
      });
    expect((await add(context(), intentDraft())).id).toBe('0000000000.1');
    expect((await add(context(), intentDraft())).id).toBe('1111111111.1');
  });

  it('[OB15] numbers of failed attempts are named by the next operation that is stored', async () => {
    const device = createDevice();
    let isFailing = false;
    const storage: DeviceStorage = {
      ...device.storage,
      set: (key, value) =>
        isFailing ? Promise.reject(new Error('no')) : device.storage.set(key, value),
    };
    const outbox = outboxOn(device, { storage });
    await add(outbox, intentDraft());
    isFailing = true;
    for (let i = 0; i < 2; i += 1)
      await outbox.create(outbox.draft(intentDraft(), await outbox.view()));
    outbox.draft(intentDraft(), await outbox.view());
    isFailing = false;
    const fifth = await add(outbox, intentDraft());
    expect(fifth.id.endsWith('.5')).toBe(true);
    expect(fifth.skip).toEqual([2, 3, 4]);
    expect((await add(outbox, intentDraft())).skip).toEqual([]);
  });

  it('[OB15] at most 16 other writers and 64 skipped numbers are named', async () => {
    const device = createDevice();
    for (let i = 0; i < 20; i += 1) await add(outboxOn(device), intentDraft());
    const outbox = outboxOn(device);
    const view = await outbox.view();
    for (let i = 0; i < 80; i += 1) outbox.draft(intentDraft(), view);
    const { heads, skip } = outbox.draft(intentDraft(), view);
    expect(Object.keys(heads)).toHaveLength(16);
    expect(skip).toHaveLength(64);
    expect(skip.at(-1)).toBe(80);
  });
});

describe('what is available', () => {
  it('[BA6] is the balance less what waits here, for that account alone', async () => {
    const outbox = outboxOn(createDevice());
    await saveBase(outbox, [[ALICE, { points: 400, [EUR]: 2_000 }]]);
    await add(outbox, intentDraft({ amount: 60 }));
    await add(outbox, intentDraft({ unit: EUR, amount: 500 }));
    await add(outbox, intentDraft({ customer: BOB, amount: 90 }));
    const view = await outbox.view();
    expect(view.available(ALICE, 'points')?.available).toBe(340);
    expect(view.available(ALICE, EUR)?.available).toBe(1_500);
    expect(view.available(BOB, 'points')?.available).toBe(-90);
  });

  it('[BA6] takes an operation off exactly once, before, at and after its settlement', async () => {
    const outbox = outboxOn(createDevice());
    await saveBase(outbox, [[ALICE, { points: 400 }]], { cursor: 10 });
    const { id } = await add(outbox, intentDraft({ amount: 60 }));
    const available = async () => (await outbox.view()).available(ALICE, 'points')?.available;
    expect(await available()).toBe(340);
    // The answer names it settled at 12, but the balance in it is older.
    await outbox.saveRun(runWith({ from: null, cursor: 12, durable: 0, applied: { [id]: 12 } }));
    expect(await available()).toBe(340);
    const balances = { [ALICE]: { points: 340 } };
    const { durable, applied } = { durable: 0, applied: { [id]: 12 } };
    await outbox.saveRun(runWith({ from: 10, cursor: 15, durable, balances, applied }));
    expect(await available()).toBe(340);
  });

  it('[BA6] a void gives back only what waits beside it', async () => {
    const outbox = outboxOn(createDevice());
    await saveBase(outbox, [[ALICE, { points: 400 }]], { cursor: 10 });
    const ref = newRef();
    const { id } = await add(outbox, intentDraft({ amount: 60 }, { ref }));
    await add(outbox, voidDraft(ref));
    const available = async () => (await outbox.view()).available(ALICE, 'points')?.available;
    expect(await available()).toBe(400);
    // The ledger has the intent, but not yet the void: nothing is given back on our own word.
    const balances = { [ALICE]: { points: 340 } };
    await outbox.saveRun(runWith({ from: 10, cursor: 12, balances, applied: { [id]: 12 } }));
    expect(await available()).toBe(340);
    await add(outbox, voidDraft(newRef()));
    expect(await available()).toBe(340);
  });

  it('[BA6] a sale beats a void: what it used is taken off, though it was voided', async () => {
    const outbox = outboxOn(createDevice());
    await saveBase(outbox, [[ALICE, { points: 400 }]]);
    const ref = newRef();
    await add(outbox, intentDraft({ amount: 60 }, { ref }));
    await add(outbox, voidDraft(ref));
    const { device, location, staff, user, build } = intentDraft();
    await add(outbox, {
      ...{ device, location, staff, user, build },
      kind: 'commit',
      ref,
      hold: null,
      body: {
        captured: null,
        discount: intentDraft().body.discount,
        goods: 0,
        customer: null,
        orderId: null,
        saleKey: 'one',
      },
    });
    expect((await outbox.view()).available(ALICE, 'points')?.available).toBe(340);
  });

  it('[BA4] is unknown while the ledger never spoke of the account', async () => {
    const outbox = outboxOn(createDevice());
    await add(outbox, intentDraft());
    expect((await outbox.view()).available(ALICE, 'points')).toBeUndefined();
  });
});

describe('several shops on one device', () => {
  it('[OB13] each sees, counts and moves its own operations only', async () => {
    const device = createDevice();
    const ours = outboxOn(device);
    const theirs = outboxOn(device, { shopId: 5 });
    for (let i = 0; i < 30; i += 1) await add(theirs, intentDraft());
    const own = await add(ours, intentDraft());
    await saveBase(theirs, [[ALICE, { points: 400 }]]);
    const before = new Map(await device.storage.entries());
    await ours.saveRun(runWith({ applied: { [own.id]: 3 } }));
    await ours.compact();
    const view = await ours.view();
    expect([...view.operations.keys()]).toEqual([own.id]);
    expect([...view.otherShops]).toEqual([[5, 30]]);
    expect(view.available(ALICE, 'points')).toBeUndefined();
    const after = new Map(await device.storage.entries());
    for (const [key, value] of before)
      if (!key.includes('.77.')) expect(after.get(key)).toBe(value);
    expect((await theirs.view()).pending).toHaveLength(30);
    expect([...(await theirs.view()).otherShops]).toEqual([[SHOP_ID, 1]]);
  });
});

describe('keeping records alive', () => {
  it('[OB14] writes what is older than a day again, byte for byte, and nothing else', async () => {
    const device = createDevice();
    const writes = new Map<string, unknown>();
    const storage: DeviceStorage = {
      ...device.storage,
      set: (key, value) => (writes.set(key, value), device.storage.set(key, value)),
    };
    const outbox = outboxOn(device, { storage });
    await saveBase(outbox, [[ALICE, { points: 400 }]]);
    for (let i = 0; i < 25; i += 1) await add(outbox, intentDraft());
    await outbox.compact();
    await add(outbox, intentDraft());
    await outboxOn(device, { shopId: 5 }).saveRun(runWith());
    await device.storage.set('o.77.broken.1', 'broken');
    await device.storage.set('note of another kind', 'x');
    const old = new Map(await device.storage.entries());
    old.delete('note of another kind');
    device.clockOffset += DAY_MS + 1;
    const young = await add(outbox, intentDraft());
    await outbox.saveRun(runWith({ from: 10, cursor: 11, deviceTime: START_MS + DAY_MS + 1 }));
    writes.clear();
    await outbox.touch();
    expect(writes).toEqual(old);
    expect(writes.has(operationKey(SHOP_ID, young.id))).toBe(false);
  });

  it('[OB14] a register that is opened now and then loses nothing in half a year', async () => {
    const device = createDevice();
    const outbox = outboxOn(device);
    await saveBase(outbox, [[ALICE, { points: 400 }]]);
    const operation = await add(outbox, intentDraft());
    const foreign = encodeRecord('a new kind of packing').replace('1|', '9|');
    await device.storage.set('o.77.future.1', foreign);
    await add(outboxOn(device, { shopId: 5 }), intentDraft());
    const keys = (await device.storage.entries()).map(([key]) => key);
    for (let day = 0; day < 180; day += 20) {
      device.clockOffset += 20 * DAY_MS;
      await outboxOn(device).touch();
      // Syncs without news write runs that carry the old snapshot on.
      const deviceTime = START_MS + device.clockOffset;
      await outbox.saveRun(runWith({ from: 10, cursor: 10, deviceTime }));
    }
    const view = await outbox.view();
    expect([...view.operations.keys()]).toEqual([operation.id]);
    expect(view.available(ALICE, 'points')?.available).toBe(340);
    const left = new Set((await device.storage.entries()).map(([key]) => key));
    for (const key of keys) if (!key.startsWith('r.')) expect(left.has(key)).toBe(true);
  });

  it('[OB14] without that, the platform forgets after 30 days: the test would notice', async () => {
    const device = createDevice();
    await add(outboxOn(device), intentDraft());
    device.clockOffset += 31 * DAY_MS;
    expect((await outboxOn(device).view()).operations.size).toBe(0);
  });
});

describe('a snapshot that is being stored', () => {
  it('[BA8] counts from the moment its run is there, and the old one until then', async () => {
    const device = createDevice();
    await saveBase(outboxOn(device), [[ALICE, { points: 1 }]], { cursor: 10 });
    const shards = [shardOf([[ALICE, { points: 2 }]]), shardOf([[BOB, { points: 3 }]])];
    let sets = 0;
    const counted: DeviceStorage = {
      ...device.storage,
      async set(key, value) {
        const { available } = await outboxOn(device).view();
        expect(available(ALICE, 'points')?.available).toBe(1);
        sets += 1;
        await device.storage.set(key, value);
      },
    };
    const outbox = outboxOn(device, { storage: counted });
    await outbox.saveBase(shards, (base) =>
      runWith({ from: 20, cursor: 20, base: { ...base, epoch: 1, cursor: 20 } }),
    );
    expect(sets).toBe(3);
    const view = await outbox.view();
    expect(view.available(ALICE, 'points')?.available).toBe(2);
    expect(view.available(BOB, 'points')?.available).toBe(3);
    expect(view.shards.size).toBe(2);
    expect(view.runs.size).toBe(1);
  });

  it('[BA8] leaves nothing behind when it fails, and what a killed one left goes later', async () => {
    const device = createDevice();
    await saveBase(outboxOn(device), [[ALICE, { points: 1 }]], { cursor: 10 });
    const before = await device.storage.entries();
    let sets = 0;
    const failing: DeviceStorage = {
      ...device.storage,
      set: (key, value) =>
        (sets += 1) > 1 ? Promise.reject(new Error('no')) : device.storage.set(key, value),
    };
    const shards = [shardOf([[ALICE, { points: 2 }]]), shardOf([[BOB, { points: 3 }]])];
    const failed = outboxOn(device, { storage: failing }).saveBase(shards, () => runWith());
    await expect(failed).rejects.toThrow('no');
    expect(await device.storage.entries()).toEqual(before);
    // A context that dies instead leaves its shards.
    await device.storage.set('b.77.KILLED0000.0', encodeRecord(shards[0]));
    await saveBase(outboxOn(device), [[ALICE, { points: 5 }]], { cursor: 30 });
    expect(await device.storage.get('b.77.KILLED0000.0')).toBeUndefined();
    expect((await outboxOn(device).view()).available(ALICE, 'points')?.available).toBe(5);
  });

  it('[BA8] is refused when it would take the last keys', async () => {
    const device = createDevice();
    for (let i = 0; i < 90; i += 1) await device.storage.set(`other ${i}`, 'x');
    const shards = Array.from({ length: 8 }, (_, i) => shardOf([[ALICE + i, { points: 1 }]]));
    expect(await outboxOn(device).saveBase(shards, () => runWith())).toBe(false);
    expect(await device.storage.entries()).toHaveLength(90);
  });
});
