/** Strict mode on the device: what a register that is cut off counts as its own. */
import { describe, expect, it } from 'vitest';
import { mergeRuns } from '../../extensions/register/runs.ts';
import type { Run } from '../../extensions/register/records.ts';
import type { Outbox } from '../../extensions/register/outbox.ts';
import {
  ALICE,
  createDevice,
  intentDraft,
  outboxOn,
  runWith,
  saveBase,
  shardOf,
} from './device.ts';

const POINTS = 'points' as const;

/** A device with a snapshot at 10 in which Alice has 1,000 points. */
async function device(): Promise<Outbox> {
  const outbox = outboxOn(createDevice(1));
  await saveBase(outbox, [[ALICE, { points: 1_000 }]]);
  return outbox;
}

const told = (share: number, cursor: number, balances: Run['balances'] = {}) =>
  runWith({ from: 10, cursor, share, balances });

const leased = async (outbox: Outbox) => (await outbox.view()).leased(ALICE, POINTS);

describe('what is left of a lease', () => {
  it('[LE4] a register that shares with no other is not bound by leases', async () => {
    expect(await leased(await device())).toBeUndefined();
  });

  it.each([
    [0, 0],
    [2, 500],
    [3, 333],
  ])('[LE12] with a share of %i it is %i of 1,000', async (share, most) => {
    const outbox = await device();
    await outbox.saveRun(told(share, 11));
    expect(await leased(outbox)).toBe(most);
  });

  it('[LE12] a lease that was named counts instead of the even share', async () => {
    const outbox = await device();
    await outbox.saveRun(told(2, 11, { [ALICE]: { points: 900, 'points~': 123 } }));
    expect(await leased(outbox)).toBe(123);
  });

  it('[LE12] what waits is taken off, and given back to its own second look', async () => {
    const outbox = await device();
    await outbox.saveRun(told(2, 11));
    const view = await outbox.view();
    const intent = outbox.draft(intentDraft(), view);
    await outbox.create(intent);
    const amount = intent.kind === 'intent' ? intent.hold.amount : 0;
    const after = await outbox.view();
    expect(after.leased(ALICE, POINTS)).toBe(500 - amount);
    const own = intent.kind === 'intent' ? intent : undefined;
    expect(after.leased(ALICE, POINTS, own)).toBe(500);
  });

  it('[LE12] a snapshot brings the leases of its accounts', async () => {
    const outbox = outboxOn(createDevice(2));
    const shard = {
      ...shardOf([[ALICE, { points: 1_000 }]]),
      leases: [[ALICE, POINTS, 7]] as const,
    };
    await outbox.saveBase(
      [{ ...shard, leases: [...shard.leases].map(([a, b, c]) => [a, b, c]) }],
      (base) => runWith({ from: 10, share: 2, base: { ...base, epoch: 1, cursor: 10 } }),
    );
    expect(await leased(outbox)).toBe(7);
  });

  it('[LE12] nothing while a damaged answer lies on the device', async () => {
    const own = createDevice(3);
    const outbox = outboxOn(own);
    await saveBase(outbox, [[ALICE, { points: 1_000 }]]);
    await outbox.saveRun(told(2, 11));
    await own.storage.set(`r.${outbox.shopId}.DAMAGED`, '1|0|{}');
    expect(await leased(outbox)).toBe(0);
  });
});

describe('the newest word', () => {
  it('[LE13] an older answer that is stored late changes neither share nor lease', async () => {
    const outbox = await device();
    await outbox.saveRun(told(3, 12, { [ALICE]: { points: 1_000, 'points~': 5 } }));
    await outbox.saveRun(told(1, 11, { [ALICE]: { points: 1_000, 'points~': 900 } }));
    expect((await outbox.view()).balances.share).toBe(3);
    expect(await leased(outbox)).toBe(5);
  });

  it('[LE13] a snapshot does not carry on the share of an answer before it', async () => {
    const outbox = await device();
    await outbox.saveRun(told(3, 12));
    const view = await outbox.view();
    const late = runWith({ from: 15, cursor: 15, share: 1, toldAt: 11 });
    const merged = mergeRuns(late, [...view.runs.values()], view);
    expect(merged).toMatchObject({ cursor: 15, share: 3, toldAt: 12 });
  });

  it('[LE13] an older epoch counts no longer', async () => {
    const outbox = await device();
    await outbox.saveRun(told(2, 11));
    await outbox.saveRun(runWith({ epoch: 2, cursor: 3, share: 2 }));
    expect(await leased(outbox)).toBe(0);
  });
});
