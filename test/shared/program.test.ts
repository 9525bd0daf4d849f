import * as v from '../../shared/schema.ts';
import { describe, expect, it } from 'vitest';
import { AMOUNT_MAX, currency, minor, points } from '../../shared/amount.ts';
import {
  POLICY_DEFAULT,
  REWARDS_MAX,
  TITLE_LENGTH_MAX,
  policySchema,
  programSchema,
  rewardSchema,
  rewardTitle,
  type Program,
  type Reward,
} from '../../shared/program.ts';

const COFFEE: Reward = {
  id: 'free-coffee',
  title: 'Free coffee',
  titles: { fr: 'Café offert' },
  points: points(100),
  discount: { type: 'fixed', amount: minor(350) },
};
const PROGRAM: Program = {
  version: 1,
  name: 'Shells',
  currency: currency('EUR'),
  rewards: [COFFEE, { ...COFFEE, id: 'tenth', discount: { type: 'percent', percent: 10 } }],
  earn: { points: 1, per: 100 },
  storeCredit: true,
};

const accepts = (schema: v.Schema<unknown>, value: unknown) => v.safeParse(schema, value).success;

describe('programs', () => {
  it('[PG1] a whole program is read as it is', () => {
    expect(v.parse(programSchema, JSON.parse(JSON.stringify(PROGRAM)))).toEqual(PROGRAM);
    expect(accepts(programSchema, { ...PROGRAM, rewards: [] })).toBe(true);
  });

  it.each([
    ['version', 0],
    ['version', 1.5],
    ['version', '1'],
    ['name', ''],
    ['name', 'x'.repeat(TITLE_LENGTH_MAX + 1)],
    ['currency', 'eur'],
    ['currency', undefined],
    ['rewards', undefined],
    ['rewards', [{ ...COFFEE, points: 0 }]],
    ['rewards', Array.from({ length: REWARDS_MAX + 1 }, () => COFFEE)],
    ['earn', { points: -1, per: 100 }],
    ['earn', { points: 1, per: 0 }],
    ['earn', { points: 0.5, per: 1 }],
    ['earn', { points: AMOUNT_MAX + 1, per: 1 }],
    ['storeCredit', 'yes'],
    ['storeCredit', undefined],
  ])('[PG1] a program whose %s is %j is refused', (field, value) => {
    expect(accepts(programSchema, { ...PROGRAM, [field]: value })).toBe(false);
  });

  it.each([
    ['id', ''],
    ['id', 'Free Coffee'],
    ['id', 'x'.repeat(41)],
    ['title', ''],
    ['titles', { fr: '' }],
    ['titles', undefined],
    ['points', 0],
    ['points', -1],
    ['points', 1.5],
    ['points', '100'],
    ['discount', undefined],
    ['discount', { type: 'fixed' }],
    ['discount', { type: 'fixed', amount: -1 }],
    ['discount', { type: 'fixed', amount: 3.5 }],
    ['discount', { type: 'percent', percent: 0 }],
    ['discount', { type: 'percent', percent: 101 }],
    ['discount', { type: 'percent', percent: 12.5 }],
    ['discount', { type: 'gift', amount: 1 }],
  ])('[PG1] a reward whose %s is %j is refused', (field, value) => {
    expect(accepts(rewardSchema, COFFEE)).toBe(true);
    expect(accepts(rewardSchema, { ...COFFEE, [field]: value })).toBe(false);
  });
});

describe('policies', () => {
  it('[PG2] the defaults of a new shop are a policy', () => {
    expect(v.parse(policySchema, POLICY_DEFAULT)).toEqual(POLICY_DEFAULT);
  });

  it.each([
    ['version', 0],
    ['redeemOffline', 1],
    ['earnOffline', undefined],
    ['perCustomer', -1],
    ['perCustomer', 0.5],
    ['perRegister', AMOUNT_MAX + 1],
    ['redemptionsMax', -1],
    ['fullAgeHours', NaN],
    ['halfAgeHours', null],
  ])('[PG1] a policy whose %s is %j is refused', (field, value) => {
    expect(accepts(policySchema, { ...POLICY_DEFAULT, [field]: value })).toBe(false);
  });
});

it.each([
  ['fr', 'Café offert'],
  ['fr-CA', 'Café offert'],
  ['en', 'Free coffee'],
  ['frr', 'Free coffee'],
  ['', 'Free coffee'],
])('[PG3] in "%s" the reward is called "%s"', (locale, title) => {
  expect(rewardTitle(COFFEE, locale)).toBe(title);
});

it('[PG3] a title of the exact region comes before one of the language', () => {
  const titles = { fr: 'Café offert', 'fr-CA': 'Café gratuit' };
  expect(rewardTitle({ ...COFFEE, titles }, 'fr-CA')).toBe('Café gratuit');
});
