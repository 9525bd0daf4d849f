import { describe, expect, it } from 'vitest';
import type { Operation, OperationId } from '../../shared/protocol.ts';
import type { Outbox } from '../../extensions/register/outbox.ts';
import { encodeRecord, salvageEntries, segmentKey } from '../../extensions/register/records.ts';
import { openIntents } from '../../extensions/register/redemption.ts';
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
  voidDraft,
  type TestDevice,
} from './device.ts';
import { goodServer, openLine, settleAll } from './line.ts';

const KEY = segmentKey(SHOP_ID, 'DAMAGED');

interface Scene {
  readonly device: TestDevice;
  readonly outbox: Outbox;
  readonly made: readonly Operation[];
  /** The text of the one segment that all of them lie in. */
  readonly text: string;
}

/** A device that knows a balance of 4,000 points, and `count` redemptions of 60 in one segment. */
async function createScene(count: number): Promise<Scene> {
  const device = createDevice();
  const outbox = outboxOn(device);
  await saveBase(outbox, [[ALICE, { points: 4_000 }]]);
  const made: Operation[] = [];
  for (let i = 0; i < count; i += 1) made.push(await add(outbox, intentDraft()));
  for (const [key] of await device.storage.entries())
    if (key.startsWith('o.')) await device.storage.delete(key);
  const text = encodeRecord(made);
  return { device, outbox, made, text };
}

const pendingIds = async (outbox: Outbox): Promise<OperationId[]> =>
  (await outbox.view()).pending.map(({ id }) => id).sort();

const idsOf = (made: readonly Operation[]): OperationId[] => made.map(({ id }) => id).sort();

const settling = (ids: readonly OperationId[], durable = 20) =>
  runWith({
    from: 10,
    cursor: 20,
    durable,
    applied: Object.fromEntries(ids.map((id) => [id, 15])),
  });

/** Says that everything told is kept, and settles what was pushed. */
const openKeeping = (device: TestDevice) =>
  openLine(device, (sent) =>
    sent.push === undefined
      ? goodServer(sent)
      : settleAll(sent, { damagedKept: sent.push.damaged.map(({ key }) => key) }),
  );

describe('what can be read of a damaged record', () => {
  it('[OB18] counts, and is sent and settled like the rest', async () => {
    const { device, outbox, made, text } = await createScene(20);
    await device.storage.set(KEY, text.replace('Free coffee', 'Free c0ffee'));
    expect(text.length).toBeGreaterThan(2_048);
    const view = await outbox.view();
    expect(view.damaged.map(({ key }) => key)).toEqual([KEY]);
    expect(await pendingIds(outbox)).toEqual(idsOf(made));
    expect(view.available(ALICE, 'points')?.available).toBe(4_000 - 20 * 60);
    expect(openIntents(view)).toHaveLength(20);
    const line = openKeeping(device);
    await device.time.runFor(line.sync.now());
    expect(line.sent.flatMap(({ push }) => push?.operations ?? [])).toHaveLength(20);
    expect(await pendingIds(outbox)).toEqual([]);
  });

  it('[OB18] is all but the operation that the JSON is broken in', async () => {
    const { device, outbox, made, text } = await createScene(20);
    const [, second] = made;
    const place = text.indexOf(JSON.stringify(second));
    for (const broken of [
      `${text.slice(0, place)}{"x"${text.slice(place + 1)}`,
      `${text.slice(0, place + 1)}${text.slice(place + 2)}`,
      text.slice(0, place + 100) + text.slice(text.indexOf(JSON.stringify(made[2]))),
    ]) {
      await device.storage.set(KEY, broken);
      const found = await pendingIds(outbox);
      expect(found.filter((id) => id !== second?.id)).toEqual(
        idsOf(made.filter((one) => one !== second)),
      );
    }
  });

  it('[OB18] is what was written before it was cut off', async () => {
    const { device, outbox, made, text } = await createScene(20);
    await device.storage.set(KEY, text.slice(0, text.indexOf(JSON.stringify(made[7])) + 200));
    expect(await pendingIds(outbox)).toEqual(idsOf(made.slice(0, 7)));
  });

  it('[OB18] never hides a sound copy', async () => {
    const { device, outbox, made, text } = await createScene(3);
    await device.storage.set(KEY, text.replaceAll('"amount":60', '"amount":90'));
    await device.storage.set(segmentKey(SHOP_ID, 'SOUND'), text);
    const view = await outbox.view();
    expect(view.available(ALICE, 'points')?.available).toBe(4_000 - 3 * 60);
    expect(view.pending.map(({ raw }) => raw)).toEqual(made);
  });

  it('[OB18] says nothing of other devices’ contexts, nor of the time', async () => {
    const { device, outbox, text } = await createScene(3);
    await device.storage.set(KEY, text.replace('"deviceTime":1', '"deviceTime":9'));
    const view = await outbox.view();
    expect(view.newestDeviceTime).toBeLessThan(2_000_000_000_000);
    expect([...view.heads]).toEqual([]);
  });

  it('[OB18] is every operation, whatever single character of a segment changed, but one', () => {
    const list = Array.from({ length: 4 }, (_, i) => ({ id: i, hold: { customer: 'a"\\{' } }));
    const text = encodeRecord(list);
    const read = (raw: unknown) => {
      const { id } = (raw ?? {}) as { id?: unknown };
      return typeof id === 'number' ? id : undefined;
    };
    for (let place = 0; place < text.length; place += 1)
      for (const char of ['"', '{', '}', '\\', ',', 'x', '']) {
        const broken = text.slice(0, place) + char + text.slice(place + 1);
        const { entries } = salvageEntries(broken, read);
        const sound = list.filter(({ id }) => entries.includes(id));
        expect(sound.length, `${place} ${char}: ${broken}`).toBeGreaterThanOrEqual(3);
      }
  });
});

describe('a damaged record of operations', () => {
  const damage = (text: string): string => text.replace('Free coffee', 'Free c0ffee');

  it('[OB18] stays while something in it is not settled for good, kept or not', async () => {
    const { device, outbox, made, text } = await createScene(2);
    await device.storage.set(KEY, damage(text));
    const [first] = idsOf(made);
    await outbox.forgetDamaged([KEY]);
    await outbox.saveRun(settling(first === undefined ? [] : [first]));
    await outbox.forgetDamaged([KEY]);
    expect(await device.storage.get(KEY)).toBe(damage(text));
    await outbox.saveRun(settling(idsOf(made), 14));
    await outbox.forgetDamaged([KEY]);
    expect(await device.storage.get(KEY)).toBe(damage(text));
  });

  it('[OB18] goes when all is settled for good and nothing unreadable is left', async () => {
    const { device, outbox, text, made } = await createScene(20);
    const voids: Operation[] = [];
    for (const one of made)
      if (one.kind === 'intent') voids.push(await add(outbox, voidDraft(one.ref)));
    await device.storage.set(KEY, damage(text));
    await outbox.saveRun(settling([...idsOf(made), ...idsOf(voids)]));
    expect(await device.storage.get(KEY)).toBeUndefined();
    expect((await outbox.view()).damaged).toEqual([]);
  });

  it('[OB18] stays for ever when the server has only its beginning, and part is lost', async () => {
    const { device, outbox, made, text } = await createScene(20);
    const cut = text.slice(0, text.indexOf(JSON.stringify(made[12])) + 200);
    await device.storage.set(KEY, cut);
    const line = openKeeping(device);
    for (const one of made.slice(0, 12))
      if (one.kind === 'intent') await add(line.outbox, voidDraft(one.ref));
    for (let i = 0; i < 3; i += 1) await device.time.runFor(line.sync.now());
    expect(await pendingIds(outbox)).toEqual([]);
    expect(line.sent.at(-1)?.push?.damaged).toEqual([{ key: KEY, raw: cut.slice(0, 2_048) }]);
    expect(await device.storage.get(KEY)).toBe(cut);
  });

  it('[OB18] goes when the server has its whole text and the rest is settled', async () => {
    const { device, outbox, made, text } = await createScene(2);
    const [first] = made;
    const cut = text.slice(0, text.indexOf(JSON.stringify(made[1])) + 200);
    expect(cut.length).toBeLessThan(2_048);
    await device.storage.set(KEY, cut);
    const closing = await add(outbox, voidDraft(first?.kind === 'intent' ? first.ref : newRef()));
    await outbox.saveRun(settling([...idsOf(made.slice(0, 1)), closing.id]));
    expect(await device.storage.get(KEY)).toBe(cut);
    await outbox.forgetDamaged([KEY]);
    expect(await device.storage.get(KEY)).toBeUndefined();
  });

  it('[OB18] that can’t hide a short one: what can go by being told is told first', async () => {
    const { device, outbox } = await createScene(1);
    for (let i = 0; i < 9; i += 1)
      await device.storage.set(segmentKey(SHOP_ID, `LONG${i}`), 'x'.repeat(3_000));
    await device.storage.set(segmentKey(SHOP_ID, 'SHORT'), 'rubbish');
    const { damaged } = await outbox.view();
    expect(damaged[0]).toEqual({ key: segmentKey(SHOP_ID, 'SHORT'), raw: 'rubbish' });
  });
});
