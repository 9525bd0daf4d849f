import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AMOUNT_MAX, currency, minor, type Unit } from '../../shared/amount.ts';
import { POLICY_DEFAULT, type Policy, type Program } from '../../shared/program.ts';
import type { Reference } from '../../shared/protocol.ts';
import {
  earnedPoints,
  evaluate,
  maximumLoss,
  offlineLimits,
  project,
  type Asked,
  type Standing,
  type Waiting,
} from '../../shared/rules.ts';

const EUR = currency('EUR');
const HOUR_MS = 3_600_000;
const REFS = ['A000000000', 'B000000000', 'C000000000', 'D000000000'] as Reference[];
const CREDIT_OF_7 = { customer: 7, unit: EUR };

const hold = (ref: Reference | undefined, amount: number, unit: Unit = EUR, customer = 7) =>
  ({ kind: 'hold', ref, hold: { customer, unit, amount } }) satisfies Waiting;
const voids = (ref: Reference) => ({ kind: 'void', ref }) satisfies Waiting;
const [A, B] = REFS as [Reference, Reference];

describe('what may be spent', () => {
  it.each<[string, Waiting[], number]>([
    ['nothing waits', [], 100],
    ['one hold', [hold(A, 30)], 70],
    ['two holds', [hold(A, 30), hold(B, 30)], 40],
    ['more than the balance', [hold(A, 130)], -30],
    ['a hold whose reference is unreadable', [hold(undefined, 30)], 70],
    ["another customer's hold", [hold(A, 30, EUR, 8)], 100],
    ['a hold of points', [hold(A, 30, 'points')], 100],
    ['a hold in another currency', [hold(A, 30, currency('USD'))], 100],
  ])('[RU1] %s', (_case, waiting, available) => {
    expect(project(100, CREDIT_OF_7, waiting)).toBe(available);
  });

  it.each<[string, Waiting[], number]>([
    ['with its hold', [hold(A, 30), voids(A)], 100],
    ['before its hold', [voids(A), hold(A, 30)], 100],
    ['twice', [hold(A, 30), voids(A), voids(A)], 100],
    ['alone', [voids(A)], 100],
    ["beside another's hold", [hold(B, 30), voids(A)], 70],
    ['beside an unreadable hold', [hold(undefined, 30), voids(A)], 70],
  ])('[RU2] a void %s', (_case, waiting, available) => {
    expect(project(100, CREDIT_OF_7, waiting)).toBe(available);
  });

  const anyWaiting = fc.array(
    fc.oneof(
      fc
        .record({
          ref: fc.constantFrom(...REFS, undefined),
          amount: fc.integer({ min: 1, max: 1_000 }),
          customer: fc.constantFrom(7, 8),
          unit: fc.constantFrom<Unit>(EUR, 'points'),
        })
        .map(({ ref, amount, unit, customer }) => hold(ref, amount, unit, customer)),
      fc.constantFrom(...REFS).map(voids),
    ),
    { maxLength: 12 },
  );

  it('[RU2] voids never lift the balance above what it is without anything waiting', () => {
    fc.assert(
      fc.property(anyWaiting, fc.integer({ min: -500, max: 500 }), (waiting, confirmed) => {
        const withoutVoids = waiting.filter(({ kind }) => kind === 'hold');
        const available = project(confirmed, CREDIT_OF_7, waiting);
        expect(available).toBeLessThanOrEqual(confirmed);
        expect(available).toBeGreaterThanOrEqual(project(confirmed, CREDIT_OF_7, withoutVoids));
      }),
    );
  });

  it('[RU3] any order of the same operations leaves the same to spend', () => {
    const shuffled = anyWaiting.chain((waiting) =>
      fc.tuple(
        fc.constant(waiting),
        fc.shuffledSubarray(waiting, { minLength: waiting.length, maxLength: waiting.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([waiting, other]) => {
        expect(project(100, CREDIT_OF_7, other)).toBe(project(100, CREDIT_OF_7, waiting));
      }),
    );
  });
});

const asked = (amount: number, discount = amount): Asked => ({ amount, discount: minor(discount) });
const standing = (part: Partial<Standing> = {}): Standing => ({
  available: 100_000,
  ageMs: HOUR_MS,
  offline: true,
  leased: undefined,
  hasPin: false,
  waitingOfCustomer: minor(0),
  waitingOfRegister: minor(0),
  waitingCount: 0,
  ...part,
});

describe('what may be promised', () => {
  it.each<[string, Asked, Partial<Standing>, Partial<Policy>]>([
    ['amount-invalid', asked(0), {}, {}],
    ['amount-invalid', asked(-5), {}, {}],
    ['amount-invalid', asked(1.5, 1), {}, {}],
    ['amount-invalid', asked(NaN, 1), {}, {}],
    ['amount-invalid', asked(5, 0), {}, {}],
    ['amount-invalid', asked(5, -1), {}, {}],
    ['amount-invalid', asked(0), { available: undefined }, {}],
    ['balance-unknown', asked(5), { available: undefined }, {}],
    ['balance-unknown', asked(5), { available: undefined, offline: false }, {}],
    ['balance-too-low', asked(101), { available: 100 }, {}],
    ['balance-too-low', asked(101), { available: 100, offline: false }, {}],
    ['balance-too-low', asked(1), { available: -3 }, {}],
    ['balance-too-low', asked(101), { available: 100 }, { redeemOffline: false }],
    ['offline-off', asked(5), {}, { redeemOffline: false }],
    ['offline-off', asked(5), { ageMs: 100 * HOUR_MS }, { redeemOffline: false }],
    ['balance-too-old', asked(5), { ageMs: 72 * HOUR_MS + 1 }, {}],
    ['customer-limit', asked(5_001), {}, {}],
    ['customer-limit', asked(2), { waitingOfCustomer: minor(4_999) }, {}],
    ['customer-limit', asked(2_501), { ageMs: 24 * HOUR_MS + 1 }, {}],
    ['customer-limit', asked(2_501), { ageMs: undefined }, {}],
    ['customer-limit', asked(5), {}, { perCustomer: minor(0) }],
    ['register-limit', asked(2), { waitingOfRegister: minor(49_999) }, {}],
    ['register-limit', asked(2), { waitingOfRegister: minor(24_999), ageMs: undefined }, {}],
    ['redemptions-limit', asked(2), { waitingCount: 50 }, {}],
    ['redemptions-limit', asked(2), { waitingCount: 25, ageMs: undefined }, {}],
    ['redemptions-limit', asked(2), {}, { redemptionsMax: 0 }],
  ])('[RU4] %s: %o with %o under %o', (refusal, ask, part, policy) => {
    expect(evaluate(ask, standing(part), { ...POLICY_DEFAULT, ...policy })).toBe(refusal);
  });

  it.each<[string, Asked, Partial<Standing>, Partial<Policy>]>([
    ['all of a balance', asked(100), { available: 100 }, {}],
    ['up to the limit of a customer', asked(5_000), {}, {}],
    ['what is left of it', asked(1), { waitingOfCustomer: minor(4_999) }, {}],
    ['what is left of the register', asked(1), { waitingOfRegister: minor(49_999) }, {}],
    ['the last redemption', asked(1), { waitingCount: 49 }, {}],
    ['half the limit at a middle age', asked(2_500), { ageMs: 72 * HOUR_MS }, {}],
    ['half the limit at unknown age', asked(2_500), { ageMs: undefined }, {}],
    ['points by their money value', asked(90_000, 5_000), {}, {}],
    ['the full limit at the first age', asked(5_000), { ageMs: 24 * HOUR_MS }, {}],
  ])('[RU4] %s is promised', (_case, ask, part, policy) => {
    expect(evaluate(ask, standing(part), { ...POLICY_DEFAULT, ...policy })).toBeUndefined();
  });

  it.each([
    [0, 'full', 5_000, 50_000, 50],
    [24 * HOUR_MS, 'full', 5_000, 50_000, 50],
    [24 * HOUR_MS + 1, 'half', 2_500, 25_000, 25],
    [72 * HOUR_MS, 'half', 2_500, 25_000, 25],
    [72 * HOUR_MS + 1, 'none', 0, 0, 0],
    [undefined, 'half', 2_500, 25_000, 25],
  ] as const)(
    '[RU5] at an age of %s ms the limits are %s',
    (ageMs, tier, perCustomer, perRegister, redemptionsMax) => {
      const limits = { tier, perCustomer, perRegister, redemptionsMax };
      expect(offlineLimits(POLICY_DEFAULT, ageMs)).toEqual(limits);
    },
  );

  it('[RU5] a half is rounded down', () => {
    const odd = { ...POLICY_DEFAULT, perCustomer: minor(5), perRegister: minor(7) };
    expect(offlineLimits({ ...odd, redemptionsMax: 3 }, undefined)).toEqual({
      tier: 'half',
      perCustomer: 2,
      perRegister: 3,
      redemptionsMax: 1,
    });
  });
});

describe('what the network and the policy change about it', () => {
  const amounts = fc.integer({ min: 0, max: 8_000 });
  const ages = fc.option(fc.integer({ min: 0, max: 90 * HOUR_MS }), { nil: undefined });
  const anyStanding = fc.record({
    available: amounts,
    ageMs: ages,
    offline: fc.boolean(),
    leased: fc.option(amounts, { nil: undefined }),
    hasPin: fc.boolean(),
    waitingOfCustomer: amounts.map(minor),
    waitingOfRegister: fc.integer({ min: 0, max: 60_000 }).map(minor),
    waitingCount: fc.integer({ min: 0, max: 60 }),
  });
  const anyAsked = fc.record({ amount: amounts, discount: amounts.map(minor) });

  it('[RU6] online, only the amount and the balance decide, whatever the policy', () => {
    const policies = fc.record({ redeemOffline: fc.boolean(), perCustomer: amounts.map(minor) });
    fc.assert(
      fc.property(anyAsked, anyStanding, policies, (ask, place, part) => {
        const refusal = evaluate(ask, { ...place, offline: false }, { ...POLICY_DEFAULT, ...part });
        const valid = ask.amount > 0 && ask.discount > 0;
        const enough = ask.amount <= place.available;
        const expected = enough ? undefined : 'balance-too-low';
        expect(refusal).toBe(valid ? expected : 'amount-invalid');
      }),
    );
  });

  it('[RU7] what is promised stays promised when everything gets easier', () => {
    const easier = fc.record({
      less: fc.integer({ min: 0, max: 100 }),
      more: fc.integer({ min: 0, max: 5_000 }),
      settled: fc.integer({ min: 0, max: 5_000 }),
    });
    fc.assert(
      fc.property(anyAsked, anyStanding, easier, (ask, place, { less, more, settled }) => {
        fc.pre(evaluate(ask, place, POLICY_DEFAULT) === undefined);
        const simpler = asked(Math.max(1, ask.amount - less), Math.max(1, ask.discount - less));
        const better: Standing = {
          available: place.available + more,
          ageMs: place.ageMs === undefined ? undefined : Math.floor(place.ageMs / 2),
          offline: place.offline,
          leased: place.leased === undefined ? undefined : place.leased + more,
          hasPin: true,
          waitingOfCustomer: minor(Math.max(0, place.waitingOfCustomer - settled)),
          waitingOfRegister: minor(Math.max(0, place.waitingOfRegister - settled)),
          waitingCount: Math.max(0, place.waitingCount - settled),
        };
        expect(evaluate(simpler, better, POLICY_DEFAULT)).toBeUndefined();
      }),
    );
  });
});

describe('what a sale earns', () => {
  const program = (earnPoints: number, per: number): Program => ({
    version: 1,
    name: 'Shells',
    currency: EUR,
    rewards: [],
    earn: { points: earnPoints, per },
    storeCredit: true,
  });

  it.each([
    [1, 100, 0, 0],
    [1, 100, 99, 0],
    [1, 100, 100, 1],
    [1, 100, 1_999, 19],
    [5, 1_000, 2_500, 10],
    [0, 100, 5_000, 0],
    [1, 100, -5_000, 0],
    [AMOUNT_MAX, 1, AMOUNT_MAX, AMOUNT_MAX],
  ])('[RU8] %s points per %s: %s earns %s', (earnPoints, per, eligible, earned) => {
    expect(earnedPoints(program(earnPoints, per), minor(eligible))).toBe(earned);
  });

  it('[RU8] a greater sale never earns less, and never more than its exact share', () => {
    const whole = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(whole, whole, whole, whole, (earnPoints, per, eligible, more) => {
        const rule = program(earnPoints, per);
        const earned = earnedPoints(rule, minor(eligible));
        expect(earned * per).toBeLessThanOrEqual(eligible * earnPoints);
        expect(earnedPoints(rule, minor(eligible + more))).toBeGreaterThanOrEqual(earned);
      }),
    );
  });
});

describe('what a merchant can lose', () => {
  const shop = (registers: number, customers: number, spendableOnline = false) => ({
    registers,
    customers,
    spendableOnline,
  });

  it.each([
    ['one register, no other channel', shop(1, 1_000), {}, 0, 0],
    ['no register at all', shop(0, 1_000), {}, 0, 0],
    ['one register, spendable online', shop(1, 1_000, true), {}, 5_000, 50_000],
    ['two registers', shop(2, 1_000), {}, 5_000, 100_000],
    ['two registers, spendable online', shop(2, 1_000, true), {}, 10_000, 100_000],
    ['three registers, few customers', shop(3, 4), {}, 10_000, 60_000],
    ['five registers, offline redeeming off', shop(5, 9), { redeemOffline: false }, 0, 0],
    ['five registers, nothing allowed', shop(5, 9), { perCustomer: minor(0) }, 0, 0],
    ['limits without bounds', shop(9, 9), { perCustomer: minor(AMOUNT_MAX) }, AMOUNT_MAX, 450_000],
  ] as const)('[RU9] %s', (_case, size, part, perCustomer, perShop) => {
    const loss = maximumLoss({ ...POLICY_DEFAULT, ...part }, size);
    expect(loss).toEqual({ perCustomer, perShop });
  });

  it('[RU10] registers that keep the rules never promise more than owned plus that', () => {
    const asks = fc.array(
      fc.record({
        register: fc.integer({ min: 0, max: 2 }),
        customer: fc.integer({ min: 0, max: 3 }),
        amount: fc.integer({ min: 1, max: 4_000 }),
      }),
      { minLength: 10, maxLength: 120 },
    );
    const balances = fc.array(fc.integer({ min: 0, max: 9_000 }), { minLength: 4, maxLength: 4 });
    const limits = fc.record({
      perCustomer: fc.integer({ min: 0, max: 6_000 }).map(minor),
      perRegister: fc.integer({ min: 0, max: 20_000 }).map(minor),
    });
    fc.assert(
      fc.property(asks, balances, limits, (taps, owned, part) => {
        const policy = { ...POLICY_DEFAULT, ...part };
        const promised = promise(taps, owned, policy);
        const loss = maximumLoss(policy, shop(3, owned.length));
        const beyond = owned.map((balance, customer) =>
          Math.max(0, (promised[customer] ?? 0) - balance),
        );
        for (const one of beyond) expect(one).toBeLessThanOrEqual(loss.perCustomer);
        expect(beyond.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(loss.perShop);
      }),
    );
  });
});

/**
 * Three cut-off registers answer these taps by the rules; returns what they promised per customer.
 */
function promise(
  taps: readonly { register: number; customer: number; amount: number }[],
  owned: readonly number[],
  policy: Policy,
): readonly number[] {
  const promised = owned.map(() => 0);
  const waiting: { customer: number; amount: number }[][] = [[], [], []];
  for (const { register, customer, amount } of taps) {
    const mine = waiting[register] ?? [];
    const sum = (list: typeof mine) => minor(list.reduce((total, one) => total + one.amount, 0));
    const holds = mine.map((one) => hold(undefined, one.amount, EUR, one.customer));
    const refusal = evaluate(
      asked(amount),
      standing({
        available: project(owned[customer] ?? 0, { customer, unit: EUR }, holds),
        waitingOfCustomer: sum(mine.filter((one) => one.customer === customer)),
        waitingOfRegister: sum(mine),
        waitingCount: mine.length,
      }),
      policy,
    );
    if (refusal !== undefined) continue;
    mine.push({ customer, amount });
    promised[customer] = (promised[customer] ?? 0) + amount;
  }
  return promised;
}
