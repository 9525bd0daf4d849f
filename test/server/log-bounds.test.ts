/** What the merchant's page is told where a bound of what is read leaves something out. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLogStory } from '../../server/admin/log-story.ts';
import { readTimeline } from '../../server/admin/overview-timeline.ts';
import type {
  Changes,
  Database,
  OperationRow,
  RegisterRow,
} from '../../server/database/database.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { readStory } from '../../server/sync-log.ts';
import { NO_CHANGES, SHOP_OF_LOG } from './merchant-log-rows.ts';
import { OPENED_AT, SHOP } from './world.ts';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
/** Positions behind a picture that are looked at. */
const LOOKED_AT = 4_000;

let database: Database;
beforeEach(() => {
  database = openSqlite(':memory:');
});
afterEach(() => database.close());

const write = (seq: number, changes: Partial<Changes>) =>
  database.transact(SHOP, (tx) => tx.write({ ...NO_CHANGES, ...changes, shop: SHOP_OF_LOG(seq) }));

function operation(seq: number, part: Partial<OperationRow>): OperationRow {
  return {
    ...{ seq, key: `k${seq}`, id: `k${seq}`, hash: `h${seq}`, kind: 'intent', ref: undefined },
    ...{ customer: undefined, unit: 'points', amount: 1, status: 'applied', reason: undefined },
    ...{ flags: [], repeats: 0, device: 'till-1', syncId: 's', at: OPENED_AT, askedAt: OPENED_AT },
    ...{ period: undefined, content: '{}', staff: 1, location: 1, orderId: undefined },
    offline: true,
    ...part,
  };
}

const register = (device: string, seenAt: number): RegisterRow => ({
  ...{ device, name: device, location: 1, user: '1', claimedUser: 1, staff: 1, build: 'b' },
  ...{ firstSeenAt: OPENED_AT, lastSeenAt: seenAt, deviceTime: seenAt, connectedSince: seenAt },
  ...{ pendingCount: 0, oldestPendingAt: undefined, cursorSeq: 0 },
  ...{ storageKeys: 1, storageBytes: 1 },
});

const picture = (from: number, to: number) =>
  database.read(SHOP, (reader) => readTimeline(reader, { from, to, now: OPENED_AT + 40 * DAY }));

describe('a picture of time', () => {
  it.each([
    ['behind so much that it is not looked for', LOOKED_AT + 100, true],
    ['soon enough', LOOKED_AT - 500, false],
  ])('[ML17] says what may be left out: what was asked then came %s', async (_how, busy, isCut) => {
    const next = OPENED_AT + DAY;
    const first = operation(1, {});
    const others = Array.from({ length: busy }, (_, n) => {
      const at = next + HOUR + n * 10_000;
      return operation(n + 2, { at, askedAt: at });
    });
    const end = next + HOUR + busy * 10_000;
    const late = Array.from({ length: 20 }, (_, n) =>
      operation(busy + 2 + n, {
        ...{ device: 'till-2', at: end, askedAt: OPENED_AT + HOUR + n * MINUTE },
      }),
    );
    await write(busy + 21, {
      operations: [first, ...others, ...late],
      registers: [register('till-1', end), register('till-2', end)],
    });
    const told = await picture(OPENED_AT, next);
    const taps = told.registers.find(({ device }) => device === 'till-2')?.taps;
    expect([taps?.length, told.isCut]).toEqual([isCut ? 0 : 20, isCut]);
  });

  it('[ML17] says so of a register that came and went more often than is looked at', async () => {
    const spans = Array.from({ length: 700 }, (_, n) => {
      const from = OPENED_AT + n * HOUR;
      return { device: 'till-1', from, to: from + HOUR / 2 };
    });
    await write(1, { registers: [register('till-1', OPENED_AT + 700 * HOUR)], spans });
    expect((await picture(OPENED_AT, OPENED_AT + 30 * DAY)).isCut).toBe(true);
    // Of these days all is there, however often it had come before.
    expect((await picture(OPENED_AT + 20 * DAY, OPENED_AT + 29 * DAY)).isCut).toBe(false);
  });
});

it('[ML25] a story reads the first rows of an id, however many there are', async () => {
  const rows = Array.from({ length: 120 }, (_, n) =>
    operation(n + 1, { key: 'same', id: 'same', status: n === 0 ? 'applied' : 'mismatch' }),
  );
  await write(120, { operations: rows });
  const story = await database.read(SHOP, (reader) => readLogStory(reader, 'same'));
  expect(story?.operation).toMatchObject({ id: 'same', seq: 1, status: 'applied' });
  expect(story?.attempts.map(({ status }) => status)).toEqual([
    'applied',
    ...Array.from({ length: 49 }, () => 'mismatch'),
  ]);
  const told = await database.read(SHOP, (reader) => readStory(reader, 'same'));
  expect([told?.operation.status, told?.mismatches.length]).toEqual(['applied', 49]);
});
