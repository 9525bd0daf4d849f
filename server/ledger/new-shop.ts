/**
 * What a shop has before its merchant decided anything: no reward, nothing to earn, the usual
 * limits.
 */
import { currency } from '../../shared/amount.ts';
import { POLICY_DEFAULT, type Policy, type Program } from '../../shared/program.ts';
import type { ShopRow } from '../database/database.ts';

export const NEW_PROGRAM: Program = {
  version: 1,
  name: 'Loyalty',
  currency: currency('USD'),
  rewards: [],
  earn: { points: 0, per: 100 },
  storeCredit: false,
};

export const NEW_POLICY: Policy = POLICY_DEFAULT;

/**
 * The number of an epoch that begins now (ms since 1970): the second, from 1. No epoch of the shop
 * had it before, even one that nobody remembers.
 */
export const epochAt = (now: number): number => Math.max(1, Math.floor(now / 1_000));

/**
 * A shop that the books don't know. It may still be known to its registers: it was made after the
 * backup that was put back, or was deleted and comes back. What they were told then must not pass
 * for what they are told now.
 */
export function newShop(shopId: number, now: number): ShopRow {
  const counters = { epoch: epochAt(now), seq: 0, log: 0, customers: 0 };
  return { shopId, ...counters, program: NEW_PROGRAM, policy: NEW_POLICY };
}
