/** What a shop offers on carts beside its rewards, shown or replaced by a person at the server. */
import { readFile } from 'node:fs/promises';
import { cartOffersSchema, offerTwice } from '../../shared/merchant/cart-offers.ts';
import * as v from '../../shared/schema.ts';
import { createOwnOffers } from '../cart-extension/own-offers.ts';
import type { Database, ShopDomain } from '../database/database.ts';

interface At {
  readonly database: Database;
  readonly clock: { now(): number };
  readonly say: (line: string) => void;
}

/** Shows the offers as JSON, after those of a file have taken their place; why it can't, if so. */
export async function cartOffers(
  { database, clock, say }: At,
  shop: ShopDomain,
  file: string | undefined,
): Promise<string | undefined> {
  const store = createOwnOffers({ database, clock });
  if (file !== undefined) {
    if (!(await database.shops()).includes(shop))
      return `${shop}: the ledger has never heard of this shop.`;
    const read = await readOffers(file);
    if (typeof read === 'string') return read;
    await store.set(shop, read, { by: 'command line' });
  }
  say(JSON.stringify(await store.of(shop), undefined, 2));
  return undefined;
}

async function readOffers(file: string) {
  let told: unknown;
  try {
    told = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return `${file} could not be read as JSON.`;
  }
  const read = v.safeParse(cartOffersSchema, told);
  if (!read.success) return `${file} holds no offers: ${read.issue.path || 'the whole'}.`;
  const isOnce = offerTwice(read.output) === undefined;
  return isOnce ? read.output : `${file} has two offers of the same id.`;
}
