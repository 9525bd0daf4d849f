/** A real ledger beside a played Shopify whose store credit accounts are the truth. */
import { minor } from '../../shared/amount.ts';
import type { Database } from '../../server/database/database.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { createSettings } from '../../server/settings.ts';
import { AdminApiError, type AdminFailure, type AdminOf } from '../../server/shopify/admin-api.ts';
import { SETTLED_AFTER_MS } from '../../server/store-credit/sender.ts';
import { createStoreCredit, type StoreCredit } from '../../server/store-credit/store-credit.ts';
import { adminFrom } from '../../simulator/admin-api/operations.ts';
import {
  createFakeStoreCredit,
  type FakeStoreCredit,
} from '../../simulator/admin-api/store-credit.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { openBooks, type Books } from './books.ts';
import { ALICE, BOB, commit, EUR, giveBack, id, intent, ref, SHOP } from './world.ts';

export const HOUR_MS = 3_600_000;

export interface CreditWorld {
  readonly database: Database;
  readonly books: Books;
  readonly fake: FakeStoreCredit;
  readonly storeCredit: StoreCredit;
  readonly logged: { readonly event: string; readonly fields: unknown }[];
  switchTo(storeCredit: 'tideover' | 'shopify'): Promise<void>;
  /** One round of the chore, a minute later. */
  round(): Promise<void>;
  /** Rounds until what was sent is old enough to be cleared up, and walks have begun anew. */
  rest(): Promise<void>;
  /** Sells with this much of the customer's store credit; the redemption's reference. */
  sell(amount: number, customer?: number): Promise<string>;
  /** A person gives back a part of a redemption. */
  giveBack(of: string, amount: number): Promise<void>;
  /** What registers are told. */
  credit(customer?: number): Promise<number>;
  close(): Promise<void>;
}

export interface CreditOptions {
  readonly hasNotes?: boolean;
  readonly database?: Database;
  readonly adminOf?: (usual: AdminOf) => AdminOf;
  /** Opening balances at Shopify. */
  readonly opening?: Readonly<Record<number, number>>;
}

export async function openCreditWorld(options: CreditOptions = {}): Promise<CreditWorld> {
  const database = options.database ?? openSqlite(':memory:');
  const hasNotes = options.hasNotes ?? false;
  const books = await openBooks(database);
  const { clock } = books;
  const fake = createFakeStoreCredit({ clock, hasNotes });
  for (const customer of [ALICE, BOB]) {
    fake.addCustomer(customer);
    const opening = options.opening?.[customer] ?? 0;
    if (opening > 0) fake.change(customer, EUR, opening);
  }
  const settings = createSettings({ database, clock });
  const usual = adminFrom(fake.operations);
  const logged: { event: string; fields: unknown }[] = [];
  const storeCredit = createStoreCredit({
    database,
    ledger: books.ledger,
    adminOf: options.adminOf?.(usual) ?? usual,
    settings,
    clock,
    random: seededRandom(5),
    sleep: () => Promise.resolve(),
    log: (_level, event, fields) => void logged.push({ event, fields }),
    hasNotes,
  });
  let sales = 0;

  const round = async () => {
    clock.time += 60_000;
    await storeCredit.chore.run(SHOP, clock.time);
  };
  return {
    database,
    books,
    fake,
    storeCredit,
    logged,
    switchTo: async (to) => void (await settings.change(SHOP, { storeCredit: to }, 'the owner')),
    round,
    async rest() {
      for (let n = 0; n < 3; n += 1) {
        clock.time += SETTLED_AFTER_MS;
        await round();
      }
      clock.time += HOUR_MS;
      await round();
    },
    async sell(amount, customer = ALICE) {
      sales += 1;
      const name = `S${sales}`;
      const hold = { customer, unit: EUR, amount };
      const at = { ref: ref(name), hold };
      const sale = { captured: amount, saleKey: `sale-${sales}`, discount: euros(amount) };
      const { results } = await books.sync({
        operations: [
          intent({ ...at, id: id(name, 1), body: { reward: null, discount: euros(amount) } }),
          commit({ ...at, id: id(name, 2), body: sale }),
        ],
      });
      if (results.some(({ status }) => status !== 'applied'))
        throw new Error(`not sold: ${JSON.stringify(results)}`);
      return ref(name);
    },
    async giveBack(of, amount) {
      sales += 1;
      const operation = giveBack({ id: id(`G${sales}`, 1), ref: ref(of), body: { amount } });
      await books.sync({ operations: [operation] });
    },
    async credit(customer = ALICE) {
      return (await books.balance(customer, EUR)) ?? 0;
    },
    close: () => database.close(),
  };
}

const euros = (amount: number) => ({ currency: EUR, amount: minor(amount) });

/** The next call of this operation fails so, `when` it has had its effect or not. */
export function failNext(
  fake: FakeStoreCredit,
  by: {
    readonly name: string;
    readonly when: 'before' | 'after';
    readonly failure: AdminFailure;
  },
): void {
  const { mischief } = fake;
  const usual = mischief[by.when];
  mischief[by.when] = (name) => {
    if (name !== by.name) return;
    mischief[by.when] = usual;
    throw new AdminApiError(by.failure, `${name} was disturbed`);
  };
}
