/**
 * `/api/admin/shop`: how the shop writes times and money. Shopify is asked once a day; what it said
 * last is kept, so that the page has its zone while Shopify does not answer.
 */
import { isCurrency } from '../../shared/amount.ts';
import type { ShopProfile } from '../../shared/merchant/overview.ts';
import type { Database, ShopDomain } from '../database/database.ts';
import { number, text } from '../database/sql.ts';
import { AdminApiError, type AdminApi } from '../shopify/admin-api.ts';
import { askShop } from '../shopify/install.ts';
import type { AdminRoute } from './door.ts';

/** What was asked longer ago is asked again, ms. */
export const PROFILE_FRESH_MS = 86_400_000;
const ZONE_UNKNOWN = 'UTC';
const NAME_CHARS_MAX = 255;

export type Profile = Pick<ShopProfile, 'name' | 'timeZone' | 'currency'>;

const READ = 'SELECT name, time_zone, currency, asked_at FROM shop_profile WHERE shop = ?';
const KEEP = `INSERT INTO shop_profile (shop, name, time_zone, currency, asked_at)
  VALUES (?, ?, ?, ?, ?) ON CONFLICT (shop) DO UPDATE SET name = excluded.name,
    time_zone = excluded.time_zone, currency = excluded.currency, asked_at = excluded.asked_at`;

export interface ProfileDeps {
  readonly database: Database;
  readonly clock: { now(): number };
}

export function shopRoutes(deps: ProfileDeps): readonly AdminRoute[] {
  return [
    {
      method: 'get',
      path: '/shop',
      answer: async ({ shop, user, api }) => {
        const profile = await profileOf(deps, { shop, api });
        return Response.json({ shop, ...profile, user } satisfies ShopProfile);
      },
    },
  ];
}

/** As Shopify said last; what it never said has a plain stand-in. */
export async function profileOf(
  { database, clock }: ProfileDeps,
  { shop, api }: { readonly shop: ShopDomain; readonly api: AdminApi },
): Promise<Profile> {
  const kept = await database.tables(async (sql) => {
    const [row] = await sql.all(READ, shop);
    if (row === undefined) return undefined;
    const name = text(row, 'name');
    const profile = { name, timeZone: text(row, 'time_zone'), currency: text(row, 'currency') };
    return { profile, askedAt: number(row, 'asked_at') };
  });
  const now = clock.now();
  const age = now - (kept?.askedAt ?? Number.NEGATIVE_INFINITY);
  if (kept !== undefined && age >= 0 && age < PROFILE_FRESH_MS) return kept.profile;
  const told = await askShop(api).catch((error: unknown) => {
    if (error instanceof AdminApiError) return undefined;
    throw error;
  });
  if (told === undefined) return kept?.profile ?? (await standIn(database, shop));
  const profile = {
    name: (told.name ?? '').trim().slice(0, NAME_CHARS_MAX) || shop,
    timeZone: isZone(told.timeZone) ? told.timeZone : ZONE_UNKNOWN,
    currency: told.currency,
  };
  const { name, timeZone, currency } = profile;
  await database.tables((sql) => sql.run(KEEP, shop, name, timeZone, currency, now));
  return profile;
}

async function standIn(database: Database, shop: ShopDomain): Promise<Profile> {
  const known = await database.read(shop, (reader) => reader.shop());
  const currency = known?.program.currency;
  return {
    name: shop,
    timeZone: ZONE_UNKNOWN,
    currency: isCurrency(currency) ? currency : 'USD',
  };
}

/** Whether times can be written in it: a page must not fail for a zone that it doesn't know. */
function isZone(zone: string | undefined): zone is string {
  if (zone === undefined || zone.length > 64) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
