/** The same redemptions for every engine: a cut-off stall with many regulars. */
import { currency, minor, points } from '../shared/amount.ts';
import { POLICY_DEFAULT, type Policy, type Program } from '../shared/program.ts';
import {
  operationId,
  type Operation,
  type OperationOf,
  type Reference,
  type WriterId,
} from '../shared/protocol.ts';
import type { SessionFacts } from '../extensions/register/exchange.ts';

export const SHOP = 'bench.myshopify.com';
export const SHOP_ID = 77;
export const EUR = currency('EUR');
export const FIRST_CUSTOMER = 9_000_000_000_001;
export const START_MS = 1_780_000_000_000;
/** How far apart two taps are. */
const TAP_EVERY_MS = 1_000;

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
  ],
  earn: { points: 1, per: 100 },
  storeCredit: true,
};

/** Limits that a day cut off with ten thousand redemptions keeps, so that none is a conflict. */
export const POLICY: Policy = {
  ...POLICY_DEFAULT,
  version: 1,
  perCustomer: minor(100_000_000),
  perRegister: minor(100_000_000),
  redemptionsMax: 20_000,
};

export const SESSION: SessionFacts = {
  device: 'device-1',
  deviceName: 'Counter 1',
  location: 1,
  user: 5,
  staff: 6,
  build: 'bench',
  currency: EUR,
};

export const customerAt = (place: number): number => FIRST_CUSTOMER + place * 7;

export interface Made {
  readonly count: number;
  /** How many customers take turns. */
  readonly customers: number;
  /** Ten characters of the alphabet of ids; whose context made them. */
  readonly writer?: string;
}

/** `count` redemptions of 60 points, numbered from 1 in the order of the taps. */
export function redemptions({ count, customers, writer = 'BENCH00001' }: Made): Operation[] {
  return Array.from({ length: count }, (_, i) => redemption(writer as WriterId, i, customers));
}

function redemption(writer: WriterId, i: number, customers: number): OperationOf<'intent'> {
  const { device, location, staff, user, build } = SESSION;
  const ref = `${writer.slice(-4)}${String(i).padStart(6, '0')}` as Reference;
  return {
    v: 1,
    id: operationId(writer, i + 1),
    shopId: SHOP_ID,
    heads: {},
    skip: [],
    device,
    location,
    staff,
    user,
    build,
    deviceTime: START_MS + i * TAP_EVERY_MS,
    lastServerTime: START_MS,
    kind: 'intent',
    ref,
    hold: { customer: customerAt(i % customers), unit: 'points', amount: 60 },
    body: {
      title: 'Free coffee',
      discount: { currency: EUR, amount: minor(300) },
      reward: 'coffee',
      shown: { balance: 100_000, ageMs: 60_000 },
      offline: true,
      pin: false,
      policy: 1,
      program: 1,
    },
  };
}

/** Its place in the order of the taps, from 1; 0 for what is no id of ours. */
export const numberOf = (id: string): number => Number(id.split('.')[1] ?? 0);
