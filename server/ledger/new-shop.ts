/**
 * What a shop has before its merchant decided anything: no reward, nothing to earn, the usual
 * limits.
 */
import { currency } from '../../shared/amount.ts';
import { POLICY_DEFAULT, type Policy, type Program } from '../../shared/program.ts';

export const NEW_PROGRAM: Program = {
  version: 1,
  name: 'Loyalty',
  currency: currency('USD'),
  rewards: [],
  earn: { points: 0, per: 100 },
  storeCredit: false,
};

export const NEW_POLICY: Policy = POLICY_DEFAULT;
