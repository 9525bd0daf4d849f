/** Strict mode over the wire: registers as plain requests against the real ledger. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { points } from '../../shared/amount.ts';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import {
  FEED_PER_SYNC_MAX,
  type OperationId,
  type SnapshotPage,
  type SyncResponse,
} from '../../shared/protocol.ts';
import { mergeDecision } from '../../server/ledger/heirs.ts';
import {
  ALICE,
  BOB,
  commit,
  earn,
  SHOP,
  SHOP_ID,
  id,
  intent,
  openWorld,
  ref,
  registerOf,
  voided,
} from './world.ts';
import type { World } from './world.ts';

const DAY_MS = 86_400_000;
const BALANCE = 1_000;

let world: World;
/** What each device has stored: the newest cursor and share. */
const stored = new Map<string, { cursor: { epoch: number; seq: number }; share: number }>();

beforeEach(async () => {
  world = await openWorld();
  stored.clear();
  await world.ledger.setPolicy(SHOP, SHOP_ID, { ...POLICY_DEFAULT, strict: true });
});

afterEach(() => world.close());

interface Sent {
  readonly operations?: readonly { readonly id: OperationId }[];
  readonly authorise?: readonly OperationId[];
  /** More than what is sent waits on the device. */
  readonly pendingCount?: number;
  /** The answer is lost on its way. */
  readonly isLost?: boolean;
}

async function sync(device: string, sent: Sent = {}): Promise<SyncResponse> {
  const { isLost, ...part } = sent;
  const known = stored.get(device);
  const answer = await world.sync({
    register: registerOf(device),
    cursor: known?.cursor ?? null,
    share: known?.share ?? 0,
    customers: [ALICE],
    ...part,
  });
  if (isLost !== true) stored.set(device, { cursor: answer.cursor, share: answer.share });
  return answer;
}

/** Two registers that share evenly, and know it. */
async function pair(): Promise<void> {
  for (const device of ['one', 'two', 'one', 'one', 'two', 'two']) await sync(device);
}

const leaseIn = (answer: SyncResponse) =>
  answer.balances.find(({ customer, unit }) => customer === ALICE && unit === 'points')?.lease;

const taps = (n: number, amount: number, offline: boolean) =>
  intent({
    id: id('TAPS', n),
    ref: ref(`TAP${n}`),
    hold: { customer: ALICE, unit: 'points', amount },
    body: { offline, policy: null },
  });

async function asked(device: string, n: number, amount: number) {
  const tap = taps(n, amount, false);
  const { results } = await sync(device, { operations: [tap], authorise: [tap.id] });
  return [results[0]?.status, results[0]?.reason];
}

async function promised(device: string, n: number, amount: number) {
  const { results } = await sync(device, { operations: [taps(n, amount, true)] });
  return [results[0]?.status, results[0]?.flags];
}

async function balance(): Promise<number | undefined> {
  const found = await world.ledger.balances(SHOP, ALICE);
  return found.find(({ unit }) => unit === 'points')?.balance;
}

describe('one register', () => {
  it('[LE4] has the whole balance from its first answer on', async () => {
    expect((await sync('one')).share).toBe(1);
    expect(await promised('one', 1, BALANCE)).toEqual(['applied', []]);
    expect(await balance()).toBe(0);
    expect((await sync('one')).balances.every(({ lease }) => lease === undefined)).toBe(true);
  });
});

describe('two registers', () => {
  it('[LE5] the second has nothing until the first has stored its smaller share', async () => {
    expect((await sync('one')).share).toBe(1);
    expect((await sync('two')).share).toBe(0);
    expect((await sync('two')).share).toBe(0);
    expect((await sync('one', { isLost: true })).share).toBe(2);
    expect((await sync('one')).share).toBe(2);
    expect((await sync('two')).share).toBe(0);
    await sync('one');
    expect((await sync('two')).share).toBe(2);
  });

  it('[LE5] a share that is stored counts only when nothing else waits on the device', async () => {
    await sync('one');
    await sync('two');
    await sync('one');
    await sync('one', { pendingCount: 1 });
    expect((await sync('two')).share).toBe(0);
    await sync('one');
    expect((await sync('two')).share).toBe(2);
  });

  it('[LE1] each promises half while cut off, and the books end at zero', async () => {
    await pair();
    expect(await promised('one', 1, BALANCE / 2)).toEqual(['applied', []]);
    expect(await promised('two', 2, BALANCE / 2)).toEqual(['applied', []]);
    expect(await balance()).toBe(0);
  });

  it('[LE1] what comes in under the number of a merged customer moves no lease of the heir', async () => {
    await world.ledger.settle(SHOP, mergeDecision(BOB, ALICE));
    await pair();
    const whole = BALANCE + 300;
    await promised('one', 1, whole / 2);
    const own = earn({ id: id('LATE', 1), body: { customer: BOB, points: points(2) } });
    await sync('one', { operations: [own] });
    expect(leaseIn(await sync('one'))).toBe(2);
    expect(await promised('two', 2, whole / 2)).toEqual(['applied', []]);
    expect(await balance()).toBe(2);
  });

  it('[LE14] points taken back when two names turn out to be one sale are shared, not the sender’s', async () => {
    await pair();
    const hold = { customer: ALICE, unit: 'points' as const, amount: 100 };
    const offline = { offline: true, policy: null };
    await sync('one', {
      operations: [
        intent({ hold, body: offline }),
        earn({ body: { customer: ALICE, points: points(40), saleKey: 'first', orderId: null } }),
        earn({ id: id('E', 2), body: { points: points(60), saleKey: 'second', orderId: 70 } }),
      ],
    });
    const before = leaseIn(await sync('one'));
    const sold = commit({ hold, body: { captured: 100, saleKey: 'first', orderId: 70 } });
    await sync('one', { operations: [sold] });
    expect(await balance()).toBe(BALANCE - 100 + 40);
    expect((before ?? 0) - (leaseIn(await sync('one')) ?? 0)).toBe(60 / 2);
  });

  it('[LE7] the whole balance passes at one once the other has heard of the wish', async () => {
    await pair();
    expect(await asked('one', 1, BALANCE)).toEqual(['closed', 'set-aside']);
    expect(leaseIn(await sync('two'))).toBe(0);
    expect(await asked('one', 2, BALANCE)).toEqual(['closed', 'set-aside']);
    await sync('two');
    expect(await asked('one', 3, BALANCE)).toEqual(['applied', null]);
    expect(await balance()).toBe(0);
  });

  it('[LE6] a promise under the old lease arrives before the smaller one counts', async () => {
    await pair();
    expect(await asked('one', 1, BALANCE)).toEqual(['closed', 'set-aside']);
    await sync('two', { pendingCount: 1 });
    await sync('two', { pendingCount: 1 });
    expect(await asked('one', 2, BALANCE)).toEqual(['closed', 'set-aside']);
    expect(await promised('two', 3, BALANCE / 2)).toEqual(['applied', []]);
    expect(await asked('one', 4, BALANCE / 2)).toEqual(['applied', null]);
    expect(await balance()).toBe(0);
  });

  it('[LE6] a page of the feed that ends before the offer is no word of it', async () => {
    await pair();
    expect(await asked('one', 1, BALANCE)).toEqual(['closed', 'set-aside']);
    // Offered nothing, and cut off all the while.
    const lines = [{ unit: 'points' as const, amount: 1 }];
    const postings = Array.from({ length: FEED_PER_SYNC_MAX + 100 }, (_, n) => {
      return { key: `opening:${n}`, kind: 'opening' as const, customer: 50_000 + n, lines };
    });
    await world.ledger.post(SHOP, { shopId: SHOP_ID, postings });
    const first = await sync('two', { operations: [taps(2, 100, true)] });
    expect(first.more).toBe(true);
    await sync('two', { isLost: true });
    expect(await asked('one', 3, BALANCE - 400)).toEqual(['closed', 'set-aside']);
    expect(await promised('two', 4, 400)).toEqual(['applied', []]);
    expect(await balance()).toBe(BALANCE - 500);
  });

  it('[LE7] more than there is was never set aside', async () => {
    await pair();
    expect(await asked('one', 1, BALANCE + 1)).toEqual(['closed', 'balance-too-low']);
    expect(leaseIn(await sync('two'))).toBeUndefined();
  });

  it('[LE8] beyond the lease is booked and told', async () => {
    await pair();
    const beyond = await promised('one', 1, BALANCE / 2 + 1);
    expect(beyond).toEqual(['applied', ['lease-exceeded']]);
    expect(await balance()).toBe(BALANCE / 2 - 1);
  });

  it('[LE8] a tap while connected that came with another request is within the lease', async () => {
    await pair();
    const within = await sync('one', { operations: [taps(1, BALANCE / 2, false)] });
    expect(within.results[0]).toMatchObject({ status: 'applied', flags: [] });
    const beyond = await sync('one', { operations: [taps(2, 1, false)] });
    expect(beyond.results[0]).toMatchObject({ status: 'closed', reason: 'set-aside' });
  });

  it('[LE9] what is taken back can be promised again in the same batch', async () => {
    await pair();
    const hold = { customer: ALICE, unit: 'points' as const, amount: BALANCE / 2 };
    const back = voided({ id: id('BACK', 1), ref: ref('TAP1'), hold });
    const operations = [taps(1, BALANCE / 2, true), back, taps(2, BALANCE / 2, true)];
    const { results } = await sync('one', { operations });
    expect(results.map(({ status, flags }) => [status, flags])).toEqual([
      ['applied', []],
      ['applied', []],
      ['applied', []],
    ]);
  });

  it('[LE3] what comes in is shared as accounts are named, and never more than there is', async () => {
    await pair();
    await world.ledger.post(SHOP, {
      shopId: SHOP_ID,
      postings: [
        {
          key: 'more',
          kind: 'adjustment',
          customer: ALICE,
          lines: [{ unit: 'points', amount: 101 }],
        },
      ],
    });
    expect(leaseIn(await sync('one'))).toBe(550);
    expect(leaseIn(await sync('two'))).toBe(550);
    expect(leaseIn(await sync('one'))).toBe(550);
  });
});

describe('registers that come and go', () => {
  it('[LE10] silent for 35 days, a register leaves its part to the other', async () => {
    await pair();
    await promised('one', 1, 100);
    world.now += 35 * DAY_MS - 3_600_000;
    expect((await sync('one')).share).toBe(2);
    world.now += 2 * 3_600_000;
    expect(await sync('one')).toMatchObject({ share: 1, reset: true });
    expect(await asked('one', 2, BALANCE - 100)).toEqual(['applied', null]);
  });

  it('[LE11] after a restore nothing is set aside, and all is asked for anew', async () => {
    await pair();
    await world.database.startEpoch();
    expect(await sync('one')).toMatchObject({ reset: true, share: 1 });
    expect(await sync('two')).toMatchObject({ reset: true, share: 0 });
  });

  it('[LE11] switched off and on, a register that knows leases starts anew', async () => {
    await pair();
    await asked('one', 1, BALANCE);
    await world.ledger.setPolicy(SHOP, SHOP_ID, POLICY_DEFAULT);
    expect(await sync('two')).toMatchObject({ reset: false, share: 1 });
    await world.ledger.setPolicy(SHOP, SHOP_ID, { ...POLICY_DEFAULT, strict: true });
    expect(await sync('one')).toMatchObject({ reset: true, share: 1 });
    expect(await sync('two')).toMatchObject({ reset: true, share: 0 });
  });

  it('[LE5] a newcomer finds in the snapshot that nothing of what moved is its own', async () => {
    await pair();
    await promised('one', 1, 100);
    await sync('three');
    const leases = async (device: string) =>
      (await world.get<SnapshotPage>(`/api/pos/snapshot?device=${device}`)).leases;
    expect(await leases('three')).toEqual([[ALICE, 'points', 0]]);
    expect(await leases('two')).toEqual([[ALICE, 'points', 450]]);
    expect((await leases('two')).some(([customer]) => customer === BOB)).toBe(false);
  });
});
