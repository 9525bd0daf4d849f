/** Where a merchant's own offers for carts are kept: as a whole, in one row of the shop. */
import * as v from '../../shared/schema.ts';
import type { Database, ShopDomain } from '../database/database.ts';
import { text } from '../database/sql.ts';
import { cartOffersSchema, type CartOffer } from './offers.ts';

export interface OwnOffers {
  of(shop: ShopDomain): Promise<readonly CartOffer[]>;
  /** Puts these in the place of all others. Throws on what is no offer, or on an id used twice. */
  set(shop: ShopDomain, offers: readonly CartOffer[], by: string): Promise<void>;
}

const READ = 'SELECT offers FROM cart_offer WHERE shop = ?';
const WRITE = `INSERT INTO cart_offer (shop, offers, changed_at, changed_by) VALUES (?, ?, ?, ?)
  ON CONFLICT (shop) DO UPDATE SET offers = excluded.offers, changed_at = excluded.changed_at,
    changed_by = excluded.changed_by`;

export function createOwnOffers(deps: {
  readonly database: Pick<Database, 'tables'>;
  readonly clock: { now(): number };
}): OwnOffers {
  const { database, clock } = deps;
  return {
    of: (shop) =>
      database.tables(async (sql) => {
        const [row] = await sql.all(READ, shop);
        return row === undefined ? [] : v.parse(cartOffersSchema, JSON.parse(text(row, 'offers')));
      }),
    async set(shop, offers, by) {
      const read = v.parse(cartOffersSchema, offers);
      const ids = new Set(read.map(({ id }) => id));
      if (ids.size !== read.length) throw new TypeError('two offers have the same id');
      const stored = JSON.stringify(read);
      await database.tables((sql) => sql.run(WRITE, shop, stored, clock.now(), by));
    },
  };
}
