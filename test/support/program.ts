/** What the merchant of the seeded days has decided. */
import { currency, minor } from '../../shared/amount.ts';
import type { Program } from '../../shared/program.ts';

export const EUR = currency('EUR');

export const PROGRAM: Program = {
  version: 1,
  name: 'Regulars',
  currency: EUR,
  rewards: [
    {
      id: 'coffee',
      title: 'Free coffee',
      titles: {},
      points: 60 as Program['rewards'][number]['points'],
      discount: { type: 'fixed', amount: minor(300) },
    },
    {
      id: 'tenth',
      title: '10 % off',
      titles: {},
      points: 90 as Program['rewards'][number]['points'],
      discount: { type: 'percent', percent: 10 },
    },
  ],
  earn: { points: 1, per: 100 },
  storeCredit: true,
};
