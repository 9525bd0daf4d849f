/** Where a merchant's own offers for carts are kept: as a whole, in one row of the shop. */
import {
  cartOffersSchema,
  offerTwice,
  type CartOffer,
  type CartOffersAnswer,
} from '../../shared/merchant/cart-offers.ts';
import * as v from '../../shared/schema.ts';
import type { Database, ShopDomain } from '../database/database.ts';
import { number, text, type Sql } from '../database/sql.ts';

export interface OwnOffers {
  of(shop: ShopDomain): Promise<readonly CartOffer[]>;
  /** With when and by whom they were changed last. */
  shown(shop: ShopDomain): Promise<CartOffersAnswer>;
  /**
   * Puts these in the place of all others, unless somebody changed them after `expected`. Throws on
   * what is no offer, or on an id used twice.
   */
  set(
    shop: ShopDomain,
    offers: readonly CartOffer[],
    by: { readonly by: string; readonly expected?: number | null },
  ): Promise<'changed' | 'kept'>;
}

const READ = 'SELECT * FROM cart_offer WHERE shop = ?';
const WRITE = `INSERT INTO cart_offer (shop, offers, changed_at, changed_by) VALUES (?, ?, ?, ?)
  ON CONFLICT (shop) DO UPDATE SET offers = excluded.offers, changed_at = excluded.changed_at,
    changed_by = excluded.changed_by`;

export function createOwnOffers(deps: {
  readonly database: Pick<Database, 'tables'>;
  readonly clock: { now(): number };
}): OwnOffers {
  const { database, clock } = deps;
  return {
    of: async (shop) => (await database.tables((sql) => read(sql, shop))).offers,
    shown: (shop) => database.tables((sql) => read(sql, shop)),
    async set(shop, offers, { by, expected }) {
      const checked = v.parse(cartOffersSchema, offers);
      if (offerTwice(checked) !== undefined) throw new TypeError('two offers have the same id');
      const stored = JSON.stringify(checked);
      return database.tables(async (sql) => {
        const { changedAt } = await read(sql, shop);
        if (expected !== undefined && expected !== changedAt) return 'changed';
        // Each change has a time of its own, by which it is known.
        const at = Math.max(clock.now(), (changedAt ?? 0) + 1);
        await sql.run(WRITE, shop, stored, at, by);
        return 'kept';
      });
    },
  };
}

async function read(sql: Sql, shop: ShopDomain): Promise<CartOffersAnswer> {
  const [row] = await sql.all(READ, shop);
  if (row === undefined) return { offers: [], changedAt: null, changedBy: null };
  return {
    offers: v.parse(cartOffersSchema, JSON.parse(text(row, 'offers'))),
    changedAt: number(row, 'changed_at'),
    changedBy: text(row, 'changed_by'),
  };
}
