/** Fills a shop: what the simulator and the tests start from, and later an import. */
import { minor, points, type Minor, type Points } from '../shared/amount.ts';
import type { Policy, Program } from '../shared/program.ts';
import type { CustomerId } from '../shared/protocol.ts';
import type { ShopDomain } from './database/database.ts';
import { OPERATIONS_PER_TRANSACTION_MAX, type Ledger } from './ledger.ts';
import type { Posting } from './ledger/posting.ts';

export interface SeedCustomer {
  readonly customer: CustomerId;
  readonly points: Points | number;
  /** Store credit in minor units of the program's currency. */
  readonly credit: Minor | number;
}

export interface Seed {
  readonly shop: ShopDomain;
  readonly shopId: number;
  readonly program: Program;
  readonly policy: Policy;
  readonly customers: Iterable<SeedCustomer>;
}

/**
 * Creates the shop with its opening balances, or brings program and policy up to date. A customer's
 * opening balance is posted once, ever: seeding again never gives it again.
 */
export async function seedShop(ledger: Ledger, seed: Seed): Promise<void> {
  const { shop, shopId, program, policy } = seed;
  await ledger.setProgram(shop, shopId, program);
  await ledger.setPolicy(shop, shopId, policy);
  let postings: Posting[] = [];
  for (const one of seed.customers) {
    postings.push(opening(one, program));
    if (postings.length < OPERATIONS_PER_TRANSACTION_MAX) continue;
    await ledger.post(shop, { shopId, postings });
    postings = [];
  }
  if (postings.length > 0) await ledger.post(shop, { shopId, postings });
}

function opening(one: SeedCustomer, program: Program): Posting {
  return {
    key: `opening:${one.customer}`,
    kind: 'opening',
    customer: one.customer,
    lines: [
      { unit: 'points', amount: points(one.points) },
      { unit: program.currency, amount: minor(one.credit) },
    ],
  };
}
