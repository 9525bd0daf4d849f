/**
 * One device for the register's tests: real outboxes on the simulator's storage, in virtual time.
 */
import { expect } from 'vitest';
import { currency, minor, points, type Unit } from '../../shared/amount.ts';
import type { Clock, DeviceStorage } from '../../shared/ports.ts';
import { POLICY_DEFAULT, type Policy, type Program } from '../../shared/program.ts';
import type {
  CustomerId,
  Hold,
  Operation,
  OperationOf,
  Reference,
  SyncResponse,
} from '../../shared/protocol.ts';
import type { SessionFacts } from '../../extensions/register/exchange.ts';
import { createOutbox, type Draft, type Outbox } from '../../extensions/register/outbox.ts';
import type { Run, Shard } from '../../extensions/register/records.ts';
import {
  createDeviceStorage,
  type InspectableStorage,
} from '../../simulator/page/device-storage.ts';
import { memoryRecords } from '../support/memory-records.ts';
import { seededRandom, type SeededRandom } from '../support/seeded-random.ts';
import { virtualTime, type VirtualTime } from '../support/virtual-time.ts';

export const SHOP_ID = 77;
export const EUR = currency('EUR');
export const ALICE: CustomerId = 9_000_000_000_001;
export const BOB: CustomerId = 9_000_000_000_002;
export const START_MS = 1_780_000_000_000;
export const DAY_MS = 24 * 3_600_000;

export const PROGRAM: Program = {
  version: 1,
  name: 'Regulars',
  currency: EUR,
  rewards: [
    {
      id: 'coffee',
      title: 'Free coffee',
      titles: {},
      points: points(60),
      discount: { type: 'fixed', amount: minor(300) },
    },
    {
      id: 'tenth',
      title: '10 % off',
      titles: {},
      points: points(90),
      discount: { type: 'percent', percent: 10 },
    },
  ],
  earn: { points: 1, per: 100 },
  storeCredit: true,
};
export const POLICY: Policy = POLICY_DEFAULT;

export const SESSION: SessionFacts = {
  device: 'device-1',
  deviceName: 'Counter 1',
  location: 1,
  user: 5,
  staff: 6,
  build: 'test',
  currency: EUR,
};

export interface TestDevice {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly records: ReturnType<typeof memoryRecords>;
  readonly storage: InspectableStorage;
  readonly clock: Clock;
  /** How wrong the device's clock is, in ms. */
  clockOffset: number;
}

export function createDevice(seed = 1): TestDevice {
  const random = seededRandom(seed);
  const time = virtualTime(random, START_MS);
  const records = memoryRecords();
  const clock = time.clock(() => device.clockOffset);
  const storage = createDeviceStorage({ store: records, clock });
  const device: TestDevice = { time, random, records, storage, clock, clockOffset: 0 };
  return device;
}

/** The outbox of one more context on the device. */
export function outboxOn(
  device: TestDevice,
  by: { readonly storage?: DeviceStorage; readonly shopId?: number } = {},
): Outbox {
  const { clock, random } = device;
  return createOutbox({
    storage: by.storage ?? device.storage,
    clock,
    random,
    shopId: by.shopId ?? SHOP_ID,
  });
}

const { device, location, staff, user, build } = SESSION;
const STAMP = { device, location, staff, user, build };

let references = 0;
/** A reference that no other operation of this test file has. */
export function newRef(): Reference {
  references += 1;
  return String(references).padStart(10, '0') as Reference;
}

export function intentDraft(
  hold: Partial<Hold> = {},
  by: { readonly ref?: Reference; readonly discount?: number; readonly title?: string } = {},
): Draft<OperationOf<'intent'>> {
  return {
    ...STAMP,
    kind: 'intent',
    ref: by.ref ?? newRef(),
    hold: { customer: ALICE, unit: 'points', amount: 60, ...hold },
    body: {
      title: by.title ?? 'Free coffee',
      discount: { currency: EUR, amount: minor(by.discount ?? 300) },
      reward: 'coffee',
      shown: { balance: 400, ageMs: 0 },
      pin: false,
      offline: true,
      policy: 1,
      program: 1,
    },
  };
}

export function voidDraft(ref: Reference, hold: Partial<Hold> = {}): Draft<OperationOf<'void'>> {
  return {
    ...STAMP,
    kind: 'void',
    ref,
    hold: { customer: ALICE, unit: 'points', amount: 60, ...hold },
    body: { reason: 'removed' },
  };
}

export function commitDraft(ref: Reference): Draft<OperationOf<'commit'>> {
  return {
    ...STAMP,
    kind: 'commit',
    ref,
    hold: null,
    body: {
      captured: null,
      discount: { currency: EUR, amount: minor(300) },
      goods: 0,
      customer: null,
      orderId: null,
      saleKey: `sale-of-${ref}`,
    },
  };
}

export function earnDraft(saleKey: string): Draft<OperationOf<'earn'>> {
  return {
    ...STAMP,
    kind: 'earn',
    ref: newRef(),
    hold: null,
    body: {
      customer: ALICE,
      points: points(12),
      eligible: { currency: EUR, amount: minor(1_250) },
      goods: 1_250,
      orderId: null,
      saleKey,
      program: 1,
    },
  };
}

/** Drafts and stores one operation. */
export async function add(outbox: Outbox, draft: Draft): Promise<Operation> {
  const operation = outbox.draft(draft, await outbox.view());
  expect(await outbox.create(operation)).toEqual({ state: 'stored' });
  return operation;
}

export function runWith(change: Partial<Run> = {}): Run {
  return {
    epoch: 1,
    from: null,
    cursor: 10,
    durable: 10,
    balances: {},
    applied: {},
    remarks: {},
    base: null,
    share: 1,
    serverTime: START_MS,
    deviceTime: START_MS,
    program: PROGRAM,
    policy: POLICY,
    ...change,
  };
}

export function answerWith(change: Partial<SyncResponse> = {}): SyncResponse {
  return {
    protocol: 1,
    syncId: 'SYNC000001',
    serverTime: START_MS,
    reset: false,
    cursor: { epoch: 1, seq: 10 },
    durable: 10,
    more: false,
    results: [],
    settled: [],
    balances: [],
    share: 1,
    program: PROGRAM,
    policy: POLICY,
    damagedKept: [],
    ...change,
  };
}

/** A shard of a snapshot: ids in order, each with its balance in every unit. */
export function shardOf(
  rows: readonly (readonly [CustomerId, Partial<Record<Unit, number>>])[],
): Shard {
  const units: Partial<Record<Unit, number[]>> = {};
  for (const [place, [, balances]] of rows.entries())
    for (const [unit, balance] of Object.entries(balances) as [Unit, number][])
      (units[unit] ??= rows.map(() => 0))[place] = balance;
  return { customers: rows.map(([id], i) => id - (rows[i - 1]?.[0] ?? 0)), units };
}

/** Stores a snapshot as of `cursor` with these rows in one shard. */
export async function saveBase(
  outbox: Outbox,
  rows: readonly (readonly [CustomerId, Partial<Record<Unit, number>>])[],
  { epoch = 1, cursor = 10 }: { readonly epoch?: number; readonly cursor?: number } = {},
): Promise<void> {
  const isSaved = await outbox.saveBase([shardOf(rows)], (base) =>
    runWith({ epoch, from: cursor, cursor, base: { ...base, epoch, cursor } }),
  );
  expect(isSaved).toBe(true);
}
