/**
 * A shop's record in the ledger, made when its merchant opens the app: its id and its currency come
 * from Shopify. A register may have come first; then only the currency is put right, and only as
 * long as nobody has decided anything.
 */
import { currency } from '../../shared/amount.ts';
import * as v from '../../shared/schema.ts';
import type { ShopDomain } from '../database/database.ts';
import type { Ledger } from '../ledger.ts';
import type { Decision } from '../ledger/decision.ts';
import { NEW_PROGRAM } from '../ledger/new-shop.ts';
import type { Log } from '../log.ts';
import type { AdminApi } from './admin-api.ts';

const SHOP = `query TideoverShop { shop { id name currencyCode ianaTimezone } }`;
const shopSchema = v.object({
  shop: v.object({
    id: v.pipe(v.string(), v.regex(/^gid:\/\/shopify\/Shop\/[1-9]\d{0,15}$/)),
    currencyCode: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
    name: v.optional(v.string()),
    ianaTimezone: v.optional(v.string()),
  }),
});

/** What Shopify says of a shop; name and time zone as far as it says them. */
export interface ShopTold {
  readonly shopId: number;
  readonly currency: string;
  readonly name: string | undefined;
  readonly timeZone: string | undefined;
}

/** Rejects with an `AdminApiError` alone. */
export async function askShop(api: AdminApi): Promise<ShopTold> {
  const { id, currencyCode, name, ianaTimezone } = (await api.query(SHOP, {}, shopSchema)).shop;
  const shopId = Number(id.slice(id.lastIndexOf('/') + 1));
  return { shopId, currency: currencyCode, name, timeZone: ianaTimezone };
}

export interface InstallDeps {
  readonly ledger: Pick<Ledger, 'settle' | 'database'>;
  readonly log: Log;
}

/** Creates the shop's record if there is none yet. Rejects with an `AdminApiError` alone. */
export async function ensureShop(
  { ledger, log }: InstallDeps,
  { shop, api }: { readonly shop: ShopDomain; readonly api: AdminApi },
): Promise<void> {
  const known = await ledger.database.read(shop, (reader) => reader.shop());
  if (known !== undefined && !isUndecided(known.program)) return;
  const { shopId, currency: code } = await askShop(api);
  if (known?.shopId === shopId && known.program.currency === code) return;
  const settled = await ledger.settle(shop, installed(shopId, code));
  if ('refused' in settled) log('error', 'shop-id-differs', { shop, shopId });
  else log('info', 'shop-installed', { shop, shopId });
}

/** Whether it is still what a shop begins with. */
export const isUndecided = (program: typeof NEW_PROGRAM) =>
  JSON.stringify({ ...program, version: 0, currency: '' }) ===
  JSON.stringify({ ...NEW_PROGRAM, version: 0, currency: '' });

function installed(shopId: number, code: string): Decision {
  return {
    shopId,
    reads: {},
    decide: (draft, now) => {
      const { program } = draft.shop;
      if (!isUndecided(program) || program.currency === code) return;
      const renewed = { ...program, currency: currency(code), version: program.version + 1 };
      draft.shop = { ...draft.shop, program: renewed };
      draft.touched.decisions.push({ subject: 'program', decided: renewed, at: now, by: null });
    },
  };
}
