import { describe, expect, it } from 'vitest';
import { currency } from '../../shared/amount.ts';
import type { OperationId } from '../../shared/protocol.ts';
import { readBalances, type Balances } from '../../extensions/register/balances.ts';
import type { BaseDescriptor, Run, Shard } from '../../extensions/register/records.ts';
import { ALICE, BOB, EUR, START_MS, runWith, shardOf } from './device.ts';

const CAROL = BOB + 1;
const JPY = currency('JPY');

const SHARDS = new Map<string, Shard>([
  ['GEN1.0', shardOf([[ALICE, { points: 100, [EUR]: 2_500 }]])],
  ['GEN1.1', shardOf([[CAROL, { points: 300 }]])],
  ['GEN2.0', shardOf([[ALICE, { points: 111 }]])],
]);

function base(gen: string, cursor: number, epoch = 1): BaseDescriptor {
  const shards: (readonly [number, number])[] = [];
  for (let i = 0; SHARDS.has(`${gen}.${i}`); i += 1) {
    const { customers } = SHARDS.get(`${gen}.${i}`) ?? { customers: [] };
    shards.push([customers[0] ?? 0, customers.reduce((sum, delta) => sum + delta, 0)]);
  }
  return { gen, writtenAt: START_MS, epoch, cursor, shards };
}

/** A snapshot as of position 10, by the run that names it. */
const BASE = runWith({ from: 10, cursor: 10, base: base('GEN1', 10) });

function read(runs: readonly Run[], missing: readonly string[] = []): Balances {
  return readBalances(runs, (gen, i) =>
    missing.includes(`${gen}.${i}`) ? undefined : SHARDS.get(`${gen}.${i}`),
  );
}

const points = (balances: Balances, customer: number) => {
  const known = balances.known(customer, 'points');
  return known === undefined ? undefined : [known.balance, known.epoch, known.asOf];
};

describe('a device that heard nothing', () => {
  it('[BA4] knows no balance and asks for a snapshot', () => {
    const balances = read([]);
    expect(points(balances, ALICE)).toBeUndefined();
    expect(balances).toMatchObject({ epoch: 0, cursor: undefined, newest: undefined });
  });

  it('[BA4] knows only what runs name, until it has a snapshot', () => {
    const balances = read([runWith({ cursor: 12, balances: { [ALICE]: { points: 7 } } })]);
    expect(points(balances, ALICE)).toEqual([7, 1, 12]);
    expect(points(balances, BOB)).toBeUndefined();
    expect(balances.known(ALICE, EUR)).toBeUndefined();
    expect(balances.cursor).toBeUndefined();
  });
});

describe('a snapshot', () => {
  it('[BA4] says zero of everyone that it does not name', () => {
    const balances = read([BASE]);
    expect(points(balances, ALICE)).toEqual([100, 1, 10]);
    expect(points(balances, BOB)).toEqual([0, 1, 10]);
    expect(points(balances, CAROL)).toEqual([300, 1, 10]);
    expect(points(balances, 5)).toEqual([0, 1, 10]);
    expect(balances.known(CAROL, EUR)?.balance).toBe(0);
    expect(balances.cursor).toBe(10);
  });

  it('[BA3] counts only with all of its shards', () => {
    for (const missing of ['GEN1.0', 'GEN1.1']) {
      const balances = read([BASE], [missing]);
      expect(points(balances, ALICE)).toBeUndefined();
      expect(points(balances, CAROL)).toBeUndefined();
      expect(balances.cursor).toBeUndefined();
    }
  });

  it('[BA3] the newest that is named counts, or none: never an older one in its place', () => {
    const second = runWith({ from: 20, cursor: 20, base: base('GEN2', 20) });
    const follow = runWith({ from: 10, cursor: 20 });
    expect(points(read([BASE, second, follow]), ALICE)).toEqual([111, 1, 20]);
    // What came between may have left the device on the newer one's word.
    expect(points(read([second, BASE, follow], ['GEN2.0']), ALICE)).toBeUndefined();
    const ofOldEpoch = runWith({ epoch: 1, from: 99, cursor: 99, base: base('GEN1', 99) });
    const ofNewEpoch = runWith({ epoch: 2, from: 5, cursor: 5, base: base('GEN2', 5, 2) });
    expect(points(read([ofOldEpoch, ofNewEpoch]), ALICE)).toEqual([111, 2, 5]);
  });

  it('[BA7] holds each unit in its own whole units', () => {
    SHARDS.set('YEN.0', shardOf([[ALICE, { points: 1, [JPY]: 12_345 }]]));
    const balances = read([runWith({ from: 3, cursor: 3, base: base('YEN', 3) })]);
    expect(balances.known(ALICE, JPY)?.balance).toBe(12_345);
    expect(balances.known(ALICE, EUR)?.balance).toBe(0);
  });

  it('[BA4] finds every customer of a large shard, and nobody between them', () => {
    const rows = Array.from(
      { length: 2_000 },
      (_, i) => [9_000_000_000_000 + i * 7 + (i % 3), { points: i }] as const,
    );
    SHARDS.set('BIG.0', shardOf(rows));
    const balances = read([runWith({ from: 3, cursor: 3, base: base('BIG', 3) })]);
    const ids = new Set(rows.map(([id]) => id));
    for (const [id, value] of rows) {
      expect(balances.known(id, 'points')?.balance).toBe(value.points);
      if (!ids.has(id + 1)) expect(balances.known(id + 1, 'points')?.balance).toBe(0);
    }
  });
});

describe('runs after a snapshot', () => {
  it('[BA1] the newest that names an account decides', () => {
    const first = runWith({ from: 10, cursor: 20, balances: { [ALICE]: { points: 90 } } });
    const second = runWith({ from: 20, cursor: 30, balances: { [ALICE]: { points: 80 } } });
    for (const runs of [
      [BASE, first, second],
      [second, first, BASE],
    ])
      expect(points(read(runs), ALICE)).toEqual([80, 1, 30]);
  });

  it('[BA1] a value older than the snapshot does not replace it', () => {
    const older = runWith({ from: 2, cursor: 8, balances: { [ALICE]: { points: 5 } } });
    expect(points(read([older, BASE]), ALICE)).toEqual([100, 1, 10]);
  });

  it('[BA2] carry every balance on as far as they follow without a hole', () => {
    const first = runWith({ from: 10, cursor: 20, balances: { [ALICE]: { points: 90 } } });
    const second = runWith({ from: 20, cursor: 30 });
    const balances = read([BASE, first, second]);
    expect(balances.cursor).toBe(30);
    expect(points(balances, ALICE)).toEqual([90, 1, 30]);
    expect(points(balances, CAROL)).toEqual([300, 1, 30]);
    expect(points(balances, BOB)).toEqual([0, 1, 30]);
  });

  it('[BA2] behind a hole only what a run names is newer', () => {
    const first = runWith({ from: 10, cursor: 20, balances: { [ALICE]: { points: 90 } } });
    const behind = runWith({ from: 25, cursor: 30, balances: { [BOB]: { points: 3 } } });
    const balances = read([BASE, first, behind]);
    expect(balances.cursor).toBe(20);
    expect(points(balances, ALICE)).toEqual([90, 1, 20]);
    expect(points(balances, BOB)).toEqual([3, 1, 30]);
    expect(points(balances, CAROL)).toEqual([300, 1, 20]);
  });

  it('[BA2] a run that fills the hole joins both sides', () => {
    const runs = [
      runWith({ from: 25, cursor: 30 }),
      runWith({ from: 10, cursor: 20 }),
      runWith({ from: 18, cursor: 25 }),
      BASE,
    ];
    expect(read(runs).cursor).toBe(30);
  });

  it('[BA2] one that followed nothing known joins nothing', () => {
    const alone = runWith({ from: null, cursor: 30, balances: { [ALICE]: { points: 90 } } });
    const balances = read([BASE, alone]);
    expect(balances.cursor).toBe(10);
    expect(points(balances, ALICE)).toEqual([90, 1, 30]);
    expect(points(balances, CAROL)).toEqual([300, 1, 10]);
  });

  it('[BA1] after a new epoch old balances stand, by their own epoch, until new ones come', () => {
    const first = runWith({ from: 10, cursor: 90, balances: { [ALICE]: { points: 90 } } });
    const renewed = runWith({ epoch: 2, cursor: 40, balances: { [BOB]: { points: 3 } } });
    const balances = read([BASE, first, renewed]);
    expect(balances).toMatchObject({ epoch: 2, cursor: undefined });
    expect(points(balances, ALICE)).toEqual([90, 1, 90]);
    expect(points(balances, CAROL)).toEqual([300, 1, 90]);
    expect(points(balances, BOB)).toEqual([3, 2, 40]);
  });

  it('[BA1] acknowledgements of an older epoch no longer count', () => {
    const first = 'ABCDEFGHJK.1' as OperationId;
    const second = 'ABCDEFGHJK.2' as OperationId;
    const before = runWith({ from: 10, cursor: 90, durable: 90, applied: { [first]: 50 } });
    const after = runWith({ epoch: 2, cursor: 40, durable: 7, applied: { [second]: 40 } });
    const balances = read([BASE, before, after]);
    expect([...balances.applied]).toEqual([[second, 40]]);
    expect(balances.durable).toBe(7);
  });

  it('[BA2] the age of a balance is that of the newest run that carries it', () => {
    const later = runWith({ from: 10, cursor: 20, deviceTime: START_MS + 60_000 });
    const hole = runWith({ from: 30, cursor: 40, deviceTime: START_MS + 90_000 });
    expect(read([BASE, later, hole]).known(ALICE, 'points')?.heardAt).toBe(START_MS + 60_000);
  });
});
