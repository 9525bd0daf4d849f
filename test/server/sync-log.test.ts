import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ALICE,
  BOB,
  commit,
  earn,
  EPOCH,
  EUR,
  id,
  intent,
  note,
  openWorld,
  ref,
  registerOf,
  ten,
  voided,
  type World,
} from './world.ts';

interface SyncLog {
  readonly syncs: readonly Record<string, unknown>[];
  readonly conflicts: readonly Record<string, unknown>[];
  readonly registers: readonly Record<string, unknown>[];
  readonly missing: readonly { writer: string; missing: [number, number][] }[];
  readonly next: number | null;
}
interface Operations {
  readonly operations: readonly { id: string; seq: number; status: string }[];
  readonly next: number | null;
}
interface Holds {
  readonly holds: readonly { readonly ref: string; readonly amount: number }[];
  readonly next: number | null;
}
interface Story {
  readonly operation: Record<string, unknown>;
  readonly asked: Record<string, unknown>;
  readonly attempts: readonly Record<string, unknown>[];
  readonly entries: readonly Record<string, unknown>[];
  readonly mismatches: readonly Record<string, unknown>[];
  readonly redemption: Record<string, unknown> | null;
}

const DAY_MS = 24 * 3_600_000;
let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const readLog = (query = '') => world.get<SyncLog>(`/api/pos/sync-log${query}`);
const readOperations = (query = '') => world.get<Operations>(`/api/pos/operations${query}`);
const readStory = (name: string) => world.get<Story>(`/api/pos/operations/${name}`);

describe('the sync log', () => {
  it('[SL1] a sync leaves a row: who, when, from where, what became of it', async () => {
    const answer = await world.sync({
      operations: [intent(), earn(), 'rubbish'],
      pendingCount: 5,
      oldestPendingAt: 1_779_999_000_000,
      deviceTime: world.now - 90_000,
    });
    const { syncs } = await readLog();
    expect(syncs).toEqual([
      {
        log: 1,
        syncId: answer.syncId,
        device: 'till-1',
        name: 'Register till-1',
        user: '42',
        claimedUser: 42,
        staff: 9,
        location: 1,
        build: '0.1.0',
        receivedAt: world.now,
        deviceTime: world.now - 90_000,
        clockOffsetMs: -90_000,
        pendingCount: 5,
        oldestPendingAt: 1_779_999_000_000,
        storageKeys: 3,
        storageBytes: 1_200,
        operations: 3,
        damaged: 0,
        counts: { applied: 2, quarantined: 1 },
        seqBefore: 2,
        seqAfter: 5,
        ms: 0,
      },
    ]);
  });

  it('[SL2] asking for news leaves no row; the last sign of life is known', async () => {
    for (let poll = 0; poll < 5; poll += 1) {
      await world.sync({ pendingCount: poll });
      world.now += 61_000;
    }
    const { syncs, registers } = await readLog();
    expect(syncs).toEqual([]);
    expect(registers).toMatchObject([
      { device: 'till-1', pendingCount: 4, lastSeenAt: world.now - 61_000, isSilent: false },
    ]);
    expect(registers[0]?.['firstSeenAt']).toBe(world.now - 5 * 61_000);
    await world.sync({ pendingCount: 4 });
    await world.sync({ pendingCount: 9 });
    expect((await readLog()).registers[0]?.['pendingCount']).toBe(9);
  });

  it('[SL3] a story has what was asked, each attempt, what it moved, its redemption', async () => {
    const first = await world.sync({ operations: [intent()] });
    world.now += 5_000;
    const second = await world.sync({
      operations: [intent(), commit({ body: { captured: 400 } })],
    });
    const story = await readStory(intent().id);
    expect(story.operation).toMatchObject({
      id: intent().id,
      kind: 'intent',
      ref: ref('R1'),
      customer: ALICE,
      unit: 'points',
      amount: 500,
      status: 'applied',
      reason: null,
      flags: [],
      syncId: first.syncId,
      askedAt: intent().deviceTime,
    });
    expect(story.asked).toMatchObject({
      staff: 9,
      device: 'till-1',
      body: { shown: { balance: 1_000, ageMs: 60_000 }, offline: true },
    });
    expect(story.attempts).toMatchObject([
      { n: 1, syncId: first.syncId, status: 'applied', at: world.now - 5_000 },
      { n: 2, syncId: second.syncId, status: 'duplicate', at: world.now },
    ]);
    expect(story.entries).toMatchObject([
      { unit: 'points', customer: -500, held: 500, redeemed: 0, issued: 0, balance: 500 },
    ]);
    expect(story.redemption).toMatchObject({
      ref: ref('R1'),
      held: 0,
      captured: 400,
      flags: [],
      operations: [{ id: intent().id }, { id: commit().id }],
    });
    expect((await readStory(commit().id)).entries).toMatchObject([
      { customer: 100, held: -500, redeemed: 400, balance: 600 },
    ]);
  });

  it('[SL3] what came under the same id with other content is part of the story', async () => {
    await world.sync({ operations: [note()] });
    await world.sync({ operations: [note({ body: { text: 'other' } })] });
    const story = await readStory(note().id);
    expect(story.operation).toMatchObject({ status: 'applied' });
    expect(story.mismatches).toMatchObject([
      { status: 'mismatch', reason: 'other-content', asked: { body: { text: 'other' } } },
    ]);
    expect(story.attempts).toHaveLength(2);
  });

  it('[SL3] what had no readable id has a story too', async () => {
    await world.sync({ operations: [['not', 'an', 'operation']] });
    const { operations } = await readOperations('?state=quarantined');
    expect(operations).toHaveLength(1);
    const story = await readStory(operations[0]?.id ?? '');
    expect(story.asked).toEqual(['not', 'an', 'operation']);
    expect(story.operation).toMatchObject({ status: 'quarantined', reason: 'invalid' });
  });

  it('[SL4] what a person should look at is a row with what they need to decide', async () => {
    const hold = { customer: BOB, unit: 'points' as const, amount: 450 };
    await world.sync({ operations: [intent({ hold }), 'rubbish', earn()] });
    await world.sync({ operations: [earn({ body: { saleKey: 'forged' } })] });
    await world.sync({
      operations: [commit({ id: id('C', 1), ref: ref('R9'), body: { orderId: 66 } })],
    });
    const { conflicts } = await readLog();
    expect(conflicts.map(({ log, kind }) => [log, kind])).toEqual([
      [3, 'no-intent'],
      [2, 'mismatch'],
      [1, 'quarantined'],
      [1, 'overdrawn'],
    ]);
    expect(conflicts[0]).toMatchObject({
      ref: ref('R9'),
      customer: ALICE,
      orderId: 66,
      amount: 500,
    });
    expect(conflicts[3]).toMatchObject({
      customer: BOB,
      unit: 'points',
      amount: 450,
      overBy: 150,
      ref: ref('R1'),
      id: intent().id,
      device: 'till-1',
      staff: 9,
      cacheAgeMs: 60_000,
      at: world.now,
    });
  });

  it('[SL5] pages stay the same while rows come; together they are the log', async () => {
    for (let n = 1; n <= 7; n += 1) {
      await world.sync({ operations: [note({ id: id('N', n) }), 'rubbish'.repeat(n)] });
    }
    const first = await readLog('?limit=3');
    await world.sync({ operations: [note({ id: id('N', 8) })] });
    const second = await readLog(`?limit=3&before=${first.next}`);
    const third = await readLog(`?limit=3&before=${second.next}`);
    const logs = [first, second, third].map(({ syncs }) => syncs.map(({ log }) => log));
    expect(logs).toEqual([[7, 6, 5], [4, 3, 2], [1]]);
    expect(third.next).toBeNull();
    const conflicts = [first, second, third].map((page) => page.conflicts.map(({ log }) => log));
    expect(conflicts).toEqual(logs);

    const newest = await readOperations('?limit=10');
    const older = await readOperations(`?limit=200&before=${newest.next}`);
    const seqs = [...newest.operations, ...older.operations].map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: 17 }, (_, n) => 17 - n));
    expect(older.next).toBeNull();
  });

  it('[SL5] operations can be narrowed to a redemption, to a state, to both', async () => {
    await world.sync({
      operations: [intent(), voided(), commit({ id: id('C', 1), ref: ref('R2') }), 'rubbish'],
    });
    await world.sync({ operations: [voided({ id: id('C', 2) })] });
    const names = async (query: string) =>
      (await readOperations(query)).operations.map(({ seq }) => seq);
    expect(await names(`?ref=${ref('R1')}`)).toEqual([7, 4, 3]);
    expect(await names(`?ref=${ref('R1')}&state=closed`)).toEqual([7]);
    expect(await names('?state=quarantined')).toEqual([6]);
    expect(await names('?state=applied')).toEqual([5, 4, 3, 2, 1]);
    expect(await names('?state=closed&before=7')).toEqual([]);
  });

  it('[SL6] a number missing for a day is told; skipped and late ones are not', async () => {
    await world.sync({
      operations: [
        note({ id: id('W', 1) }),
        note({ id: id('W', 5), skip: [3], heads: { [ten('V')]: 2 } }),
      ],
      heads: { [ten('T')]: 1 },
    });
    expect((await readLog()).missing).toEqual([]);
    world.now += DAY_MS;
    const told = (await readLog()).missing.map(({ writer, missing }) => [writer, missing]);
    expect(told.sort()).toEqual([
      [ten('T'), [[1, 1]]],
      [ten('V'), [[1, 2]]],
      [
        ten('W'),
        [
          [2, 2],
          [4, 4],
        ],
      ],
    ]);
    await world.sync({
      operations: [
        note({ id: id('W', 2) }),
        note({ id: id('W', 4) }),
        note({ id: id('V', 2), skip: [1] }),
        note({ id: id('T', 1) }),
      ],
    });
    expect((await readLog()).missing).toEqual([]);
  });

  it('[SL6] of a whole request 64 writers are looked at, known ones from where they were', async () => {
    const writers = Array.from({ length: 65 }, (_, n) => ten(`H${n}`));
    const heads = Object.fromEntries(writers.map((writer) => [writer, 2]));
    await world.sync({ heads });
    await world.sync({ operations: [note({ id: id('H40', 1) }), note({ id: id('H40', 2) })] });
    // Were it not read beforehand, it would be heard of for the first time, and missing.
    await world.sync({ heads, operations: [note({ id: id('Q', 1) })] });
    world.now += DAY_MS;
    const told = (await readLog()).missing.map(({ writer }) => writer).sort();
    const unsent = writers.slice(0, 64).filter((writer) => writer !== ten('H40'));
    expect(told).toEqual(unsent.sort());
  });

  it('[SL7] an operation that is sent for ever stops filling the log', async () => {
    for (let n = 0; n < 40; n += 1) await world.sync({ operations: [earn()] });
    expect((await readStory(earn().id)).attempts).toHaveLength(20);
    expect((await readLog('?limit=200')).syncs).toHaveLength(20);
    const last = await world.sync({ operations: [earn()] });
    expect(last.results[0]?.status).toBe('duplicate');
  });

  it('[SL8] a register silent for a day with operations waiting is shown so', async () => {
    await world.sync({ pendingCount: 3 });
    await world.sync({ pendingCount: 0, register: registerOf('till-2') });
    world.now += DAY_MS;
    const { registers } = await readLog();
    expect(registers.map(({ device, isSilent }) => [device, isSilent])).toEqual([
      ['till-1', true],
      ['till-2', false],
    ]);
  });

  it('[SL9] a customer’s page has balances, and entries with their reasons', async () => {
    await world.sync({ operations: [intent(), earn()] });
    const page = await world.get<Record<string, unknown>>(`/api/pos/customers/${ALICE}`);
    expect(page).toMatchObject({
      customer: ALICE,
      cursor: { epoch: EPOCH, seq: 4 },
      entries: [
        { reason: 'earn', amount: 20, balance: 520, unit: 'points', ref: ref('E1'), id: earn().id },
        { reason: 'intent', amount: -500, balance: 500, unit: 'points', ref: ref('R1') },
        { reason: 'opening', amount: 5_000, balance: 5_000, unit: EUR, ref: null },
        { reason: 'opening', amount: 1_000, balance: 1_000, unit: 'points', ref: null },
      ],
    });
    expect(page['balances']).toHaveLength(2);
    expect(page['balances']).toContainEqual({ unit: 'points', balance: 520, held: 500 });
  });

  it('[SL11] a hold that is still open after a day is listed until a sale or a void', async () => {
    const held = (n: number, amount: number) =>
      intent({
        id: id('H', n),
        ref: ref(`R${n}`),
        hold: { customer: n === 2 ? BOB : ALICE, unit: 'points', amount },
      });
    await world.sync({ operations: [held(1, 100), held(2, 50), held(3, 25)] });
    const since = world.now;
    world.now += DAY_MS - 1;
    await world.sync({ operations: [held(4, 10)], register: registerOf('till-2') });
    expect(await world.get('/api/pos/holds')).toEqual({ holds: [], next: null });
    world.now += 1;
    const first = await world.get<Holds>('/api/pos/holds?limit=2');
    expect(first.holds.map((hold) => [hold.ref, hold.amount])).toEqual([
      [ref('R3'), 25],
      [ref('R2'), 50],
    ]);
    expect(first.holds[1]).toEqual({
      ref: ref('R2'),
      customer: BOB,
      unit: 'points',
      amount: 50,
      seq: 4,
      at: since,
      device: 'till-1',
    });
    const rest = await world.get<Holds>(`/api/pos/holds?limit=2&before=${first.next}`);
    expect(rest.holds.map((hold) => hold.ref)).toEqual([ref('R1')]);
    expect(rest.next).toBeNull();

    const operations = [
      voided({ id: id('H', 7), ref: ref('R1'), hold: held(1, 100).hold }),
      commit({ id: id('H', 8), ref: ref('R2'), hold: held(2, 50).hold, body: { captured: 50 } }),
    ];
    await world.sync({ operations });
    const left = await world.get<Holds>('/api/pos/holds');
    expect(left.holds.map((hold) => hold.ref)).toEqual([ref('R3')]);
  });

  it('[SL10] another shop sees nothing of this one', async () => {
    await world.sync({ operations: [intent(), 'rubbish'] });
    const other = 'other.myshopify.com';
    const otherToken = () =>
      world.token({ iss: `https://${other}/admin`, dest: `https://${other}` });
    const headers = { Authorization: `Bearer ${otherToken()}` };
    const status = async (path: string) => (await world.fetch(path, { headers })).status;
    expect(await status(`/api/pos/customers/${ALICE}`)).toBe(404);
    expect(await status(`/api/pos/operations/${intent().id}`)).toBe(404);
    expect(await status('/api/pos/snapshot')).toBe(404);
    const log = await world.fetch('/api/pos/sync-log', { headers });
    expect(await log.json()).toMatchObject({ syncs: [], conflicts: [], registers: [], next: null });
    world.now += DAY_MS;
    expect((await world.get<Holds>('/api/pos/holds')).holds).toHaveLength(1);
    const later = { Authorization: `Bearer ${otherToken()}` };
    const holds = await world.fetch('/api/pos/holds', { headers: later });
    expect(await holds.json()).toEqual({ holds: [], next: null });
    const operations = await world.fetch(`/api/pos/operations?ref=${ref('R1')}`, {
      headers: later,
    });
    expect(await operations.json()).toEqual({ operations: [], next: null });
  });
});
