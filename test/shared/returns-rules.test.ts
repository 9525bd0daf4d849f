import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AMOUNT_MAX, currency, minor, points } from '../../shared/amount.ts';
import { POLICY_DEFAULT, type Program } from '../../shared/program.ts';
import {
  evaluate,
  evenShare,
  givenBack,
  maximumLoss,
  priceInPoints,
  takenBack,
  type Standing,
} from '../../shared/rules.ts';

const anyAmount = fc.integer({ min: 0, max: AMOUNT_MAX });

describe('what a return changes', () => {
  it.each([
    ['all of it', 500, 2_000, 2_000, 500],
    ['nothing', 500, 0, 2_000, 0],
    ['half', 500, 1_000, 2_000, 250],
    ['a third, rounded up', 100, 1_000, 3_000, 34],
    ['more than was sold', 500, 9_000, 2_000, 500],
    ['of a sale whose goods are unknown', 500, 1_000, 0, 0],
  ])('[RU11] %s: of %i captured, %i of %i back', (_case, captured, returned, goods, back) => {
    expect(givenBack(captured, returned, goods)).toBe(back);
  });

  it.each([
    ['all of it', 20, 2_000, 2_000, 20],
    ['nothing', 20, 0, 2_000, 0],
    ['a third, rounded down', 20, 1_000, 3_000, 6],
    ['more than was sold', 20, 9_000, 2_000, 20],
    ['of a sale whose goods are unknown', 20, 1_000, 0, 0],
  ])('[RU12] %s: of %i earned, %i of %i back', (_case, earned, returned, goods, back) => {
    expect(takenBack(earned, returned, goods)).toBe(back);
  });

  it('[RU11] never less for more, never beyond what was captured, all of it at the end', () => {
    fc.assert(
      fc.property(anyAmount, anyAmount, anyAmount, anyAmount, (captured, goods, a, b) => {
        const [less, more] = a <= b ? [a, b] : [b, a];
        const first = givenBack(captured, less, goods);
        const second = givenBack(captured, more, goods);
        expect(Number.isSafeInteger(first)).toBe(true);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(first).toBeLessThanOrEqual(second);
        expect(second).toBeLessThanOrEqual(captured);
        if (goods > 0) expect(givenBack(captured, goods, goods)).toBe(captured);
      }),
    );
  });

  it('[RU12] never less for more, never beyond what was earned, all of it at the end', () => {
    fc.assert(
      fc.property(anyAmount, anyAmount, anyAmount, anyAmount, (earned, goods, a, b) => {
        const [less, more] = a <= b ? [a, b] : [b, a];
        const first = takenBack(earned, less, goods);
        const second = takenBack(earned, more, goods);
        expect(Number.isSafeInteger(first)).toBe(true);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(first).toBeLessThanOrEqual(second);
        expect(second).toBeLessThanOrEqual(earned);
        if (goods > 0) expect(takenBack(earned, goods, goods)).toBe(earned);
      }),
    );
  });
});

const reward = (cost: number, amount: number) => ({
  id: `off-${amount}`,
  title: 'Off',
  titles: {},
  points: points(cost),
  discount: { type: 'fixed' as const, amount: minor(amount) },
});
const program = (rewards: Program['rewards']): Program => ({
  version: 1,
  name: 'Shells',
  currency: currency('EUR'),
  rewards,
  earn: { points: 1, per: 100 },
  storeCredit: false,
});

describe('a price in points', () => {
  it('[RU13] the fixed reward that gives most for a point decides, rounded up', () => {
    const two = program([reward(100, 500), reward(180, 1_000)]);
    expect(priceInPoints(two, minor(1_000))).toBe(180);
    expect(priceInPoints(two, minor(1_001))).toBe(181);
    expect(priceInPoints(two, minor(0))).toBe(0);
  });

  it('[RU13] without a fixed reward there is no such price', () => {
    const percent = {
      ...reward(100, 500),
      discount: { type: 'percent' as const, percent: 10 },
    };
    expect(priceInPoints(program([]), minor(1_000))).toBeUndefined();
    expect(priceInPoints(program([percent]), minor(1_000))).toBeUndefined();
  });
});

describe('even shares', () => {
  it('[RU14] the even shares of a balance never come to more than the balance', () => {
    fc.assert(
      fc.property(fc.integer({ min: -500, max: AMOUNT_MAX }), fc.nat(20), (balance, share) => {
        const each = evenShare(balance, share);
        expect(each).toBeGreaterThanOrEqual(0);
        expect(each * share).toBeLessThanOrEqual(Math.max(0, balance));
      }),
    );
    expect(evenShare(100, 1)).toBe(100);
    expect(evenShare(100, 0)).toBe(0);
  });
});

const PIN = { salt: 'A'.repeat(16), hash: '0'.repeat(64) };
const HOUR_MS = 3_600_000;
const standing = (part: Partial<Standing> = {}): Standing => ({
  available: 1_000,
  ageMs: HOUR_MS,
  offline: true,
  leased: undefined,
  hasPin: false,
  waitingOfCustomer: minor(0),
  waitingOfRegister: minor(0),
  waitingCount: 0,
  ...part,
});
const ASKED = { amount: 100, discount: minor(100) };

describe('leases and the PIN', () => {
  it('[RU15] cut off in strict mode, no more is promised than what the lease has left', () => {
    expect(evaluate(ASKED, standing({ leased: 100 }), POLICY_DEFAULT)).toBeUndefined();
    expect(evaluate(ASKED, standing({ leased: 99 }), POLICY_DEFAULT)).toBe('set-aside');
    const connected = standing({ leased: 0, offline: false });
    expect(evaluate(ASKED, connected, POLICY_DEFAULT)).toBeUndefined();
  });

  it('[RU16] where the limits are halved and there is a PIN, it must be given', () => {
    const policy = { ...POLICY_DEFAULT, pin: PIN };
    const old = standing({ ageMs: 30 * HOUR_MS });
    expect(evaluate(ASKED, old, POLICY_DEFAULT)).toBeUndefined();
    expect(evaluate(ASKED, old, policy)).toBe('pin-needed');
    expect(evaluate(ASKED, { ...old, hasPin: true }, policy)).toBeUndefined();
    expect(evaluate(ASKED, standing({ ageMs: undefined }), policy)).toBe('pin-needed');
    expect(evaluate(ASKED, standing(), policy)).toBeUndefined();
    expect(evaluate(ASKED, { ...old, offline: false }, policy)).toBeUndefined();
  });

  it('[RU16] nobody is sent for a manager who could not help', () => {
    const policy = { ...POLICY_DEFAULT, pin: PIN };
    const spent = standing({ ageMs: 30 * HOUR_MS, waitingOfCustomer: minor(5_000) });
    expect(evaluate(ASKED, spent, policy)).toBe('customer-limit');
    expect(evaluate(ASKED, standing({ ageMs: 99 * HOUR_MS }), policy)).toBe('balance-too-old');
  });

  it('[RU9] in strict mode registers that are cut off from each other can lose nothing', () => {
    const shop = { registers: 5, customers: 100, spendableOnline: true };
    expect(maximumLoss({ ...POLICY_DEFAULT, strict: true }, shop)).toEqual({
      perCustomer: 0,
      perShop: 0,
    });
    expect(maximumLoss(POLICY_DEFAULT, shop).perShop).toBeGreaterThan(0);
  });
});
