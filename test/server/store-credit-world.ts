/** A real ledger beside a played Shopify whose store credit accounts are the truth. */
import { minor } from '../../shared/amount.ts';
import type { Database } from '../../server/database/database.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import type { Ledger } from '../../server/ledger.ts';
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
  /** How many sales there were, so that none has the name of another one. */
  readonly sales: { count: number };
  /** A second process on the same database. */
  another(): StoreCredit;
  advance(ms: number): void;
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

/** What may die at any call. */
export interface Around {
  readonly database: Database;
  readonly ledger: Pick<Ledger, 'settle'>;
}

export interface CreditOptions {
  readonly hasNotes?: boolean;
  readonly database?: Database;
  readonly adminOf?: (usual: AdminOf) => AdminOf;
  /** The world before a restart or a restore: its Shopify and its time go on. */
  readonly from?: CreditWorld;
  /** How the part under test reaches its database and the ledger. */
  readonly around?: (deps: Around) => Around;
  /** Opening balances at Shopify. */
  readonly opening?: Readonly<Record<number, number>>;
}

export async function openCreditWorld(options: CreditOptions = {}): Promise<CreditWorld> {
  const database = options.database ?? openSqlite(':memory:');
  const hasNotes = options.hasNotes ?? false;
  const books = await openBooks(database);
  const { clock } = books;
  const { from } = options;
  if (from !== undefined) clock.time = from.books.clock.time;
  const fake = from?.fake ?? openShopify({ ...options, clock });
  const settings = createSettings({ database, clock });
  const usual = adminFrom(fake.operations);
  const logged: { event: string; fields: unknown }[] = [];
  const { ledger } = books;
  const around = options.around?.({ database, ledger }) ?? { database, ledger };
  const open = () =>
    createStoreCredit({
      ...around,
      adminOf: options.adminOf?.(usual) ?? usual,
      settings,
      clock,
      random: seededRandom(5),
      sleep: () => Promise.resolve(),
      log: (_level, event, fields) => void logged.push({ event, fields }),
      hasNotes,
    });
  const storeCredit = open();
  const sales = from?.sales ?? { count: 0 };
  const advance = (ms: number) => {
    clock.time += ms;
    from?.advance(ms);
  };

  const round = async () => {
    advance(60_000);
    await storeCredit.chore.run(SHOP, clock.time);
  };
  return {
    database,
    books,
    fake,
    storeCredit,
    logged,
    sales,
    another: open,
    advance,
    switchTo: async (to) => void (await settings.change(SHOP, { storeCredit: to }, 'the owner')),
    round,
    async rest() {
      for (let n = 0; n < 3; n += 1) {
        advance(SETTLED_AFTER_MS);
        await round();
      }
      advance(HOUR_MS);
      await round();
    },
    async sell(amount, customer = ALICE) {
      sales.count += 1;
      const name = `S${sales.count}`;
      const hold = { customer, unit: EUR, amount };
      const at = { ref: ref(name), hold };
      const sale = { captured: amount, saleKey: `sale-${sales.count}`, discount: euros(amount) };
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
      sales.count += 1;
      const operation = giveBack({ id: id(`G${sales.count}`, 1), ref: ref(of), body: { amount } });
      await books.sync({ operations: [operation] });
    },
    async credit(customer = ALICE) {
      return (await books.balance(customer, EUR)) ?? 0;
    },
    close: () => database.close(),
  };
}

function openShopify(by: CreditOptions & { readonly clock: { now(): number } }): FakeStoreCredit {
  const fake = createFakeStoreCredit({ clock: by.clock, hasNotes: by.hasNotes ?? false });
  for (const customer of [ALICE, BOB]) {
    fake.addCustomer(customer);
    const opening = by.opening?.[customer] ?? 0;
    if (opening > 0) fake.change(customer, EUR, opening);
  }
  return fake;
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
