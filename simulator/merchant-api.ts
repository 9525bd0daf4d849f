/**
 * `/__sim/policy`, `/__sim/round`: what the merchant of the demo shop decides, and what a server
 * does by itself every minute, at once.
 */
import { Router } from 'express';
import * as v from '../shared/schema.ts';
import { randomCrockford } from '../shared/crockford.ts';
import { hashPin } from '../shared/pin.ts';
import type { Random } from '../shared/ports.ts';
import {
  PIN_DIGITS_MAX,
  PIN_DIGITS_MIN,
  policySchema,
  type Pin,
  type Policy,
} from '../shared/program.ts';
import type { ShopDomain } from '../server/database/database.ts';
import type { Ledger } from '../server/ledger.ts';
import type { Rounds } from '../server/rounds.ts';
import { SHOP_DOMAIN, SHOP_ID } from './shop.ts';

const SALT_LENGTH = 16;
const digitsSchema = v.optional(
  v.nullable(v.pipe(v.string(), v.regex(new RegExp(`^\\d{${PIN_DIGITS_MIN},${PIN_DIGITS_MAX}}$`)))),
);
const decisionSchema = v.looseObject({ pin: digitsSchema });

/** Any part of the policy; a PIN as its digits, which are kept nowhere. */
export type PolicyDecision = Partial<Omit<Policy, 'version' | 'pin'>> & {
  readonly pin?: string | null;
};

export interface Merchant {
  /** The policy as it was decided last, here or on the merchant's page. */
  policy(): Promise<Policy>;
  /** Changes these parts of the policy; registers hear of it with their next answer. */
  decide(decision: unknown): Promise<Policy>;
  /** What the server does by itself every minute, at once. */
  makeRound(): Promise<void>;
}

export function createMerchant(deps: {
  readonly ledger: Ledger;
  readonly random: Random;
  readonly rounds: Rounds;
}): Merchant {
  const { ledger, random, rounds } = deps;
  const shop = SHOP_DOMAIN as ShopDomain;
  const policy = async () => {
    const row = await ledger.database.read(shop, (reader) => reader.shop());
    if (row === undefined) throw new Error('the demo shop has been deleted');
    return row.policy;
  };
  const hashed = (digits: string): Pin => {
    const salt = randomCrockford(random, SALT_LENGTH);
    return { salt, hash: hashPin(digits, salt) };
  };
  return {
    policy,
    async decide(decision) {
      const { pin, ...parts } = v.parse(decisionSchema, decision);
      const decided = typeof pin === 'string' ? hashed(pin) : pin;
      const before = await policy();
      const kept = decided === undefined ? before.pin : decided;
      const { version } = before;
      const after = v.parse(policySchema, { ...before, ...parts, version, pin: kept });
      await ledger.setPolicy(shop, SHOP_ID, after);
      return policy();
    },
    makeRound: () => rounds.make(),
  };
}

export function createMerchantApi(merchant: Merchant): Router {
  const router = Router();
  router.get('/policy', async (_request, response) => {
    response.json(await merchant.policy());
  });
  router.post('/policy', async (request, response) => {
    response.json(await merchant.decide(request.body));
  });
  router.post('/round', async (_request, response) => {
    await merchant.makeRound();
    response.json({});
  });
  return router;
}
