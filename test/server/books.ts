/** A real ledger over a real database, without HTTP. */
import * as v from '../../shared/schema.ts';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import { syncResponseSchema, type Cursor, type SyncResponse } from '../../shared/protocol.ts';
import { syncRequestSchema } from '../../shared/sync-request.ts';
import type { Database, ShopDomain } from '../../server/database/database.ts';
import { createLedger, type Ledger, type LedgerDeps } from '../../server/ledger.ts';
import { seedShop, type SeedCustomer } from '../../server/seeding.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { ALICE, BOB, PROGRAM, push, SHOP, SHOP_ID, type Push } from './world.ts';

export interface Books {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly clock: { time: number; now(): number };
  /** The feed's head after seeding. */
  readonly start: Cursor;
  /** Pushes with the cursor that the last answer of this device gave. */
  sync(part?: Partial<Push>, shop?: ShopDomain): Promise<SyncResponse>;
  /** Points of Alice unless another account is named. */
  balance(customer?: number, unit?: string): Promise<number | undefined>;
}

export const SEEDED: readonly SeedCustomer[] = [
  { customer: ALICE, points: 1_000, credit: 5_000 },
  { customer: BOB, points: 300, credit: 0 },
];

export async function openBooks(
  database: Database,
  options: Partial<LedgerDeps> & { readonly seed?: number } = {},
): Promise<Books> {
  const clock = { time: 1_780_000_000_000, now: () => clock.time };
  const random = seededRandom(options.seed ?? 11);
  const ledger = createLedger({ ...options, database, clock, random });
  await seedShop(ledger, {
    shop: SHOP,
    shopId: SHOP_ID,
    program: PROGRAM,
    policy: POLICY_DEFAULT,
    customers: SEEDED,
  });
  const cursors = new Map<string, Cursor>();

  const sync: Books['sync'] = async (part = {}, shop = SHOP) => {
    const device = part.register?.device ?? 'till-1';
    const cursor = part.cursor ?? cursors.get(device) ?? null;
    const request = v.parse(syncRequestSchema, push({ ...part, cursor }));
    const outcome = await ledger.sync({ shop, user: '42', request });
    if ('refused' in outcome) throw new Error(`refused: ${outcome.refused}`);
    const answer = v.parse(syncResponseSchema, outcome.answer);
    cursors.set(device, answer.cursor);
    return answer;
  };
  const { cursor: start } = await sync();
  return {
    database,
    ledger,
    clock,
    start,
    sync,
    async balance(customer = ALICE, unit = 'points') {
      const balances = await ledger.balances(SHOP, customer);
      return balances.find((one) => one.unit === unit)?.balance;
    },
  };
}
