/**
 * What a merchant has switched on at the server. Registers are not told of it: what they must know
 * stands in program and policy.
 */
import type { Unit } from '../shared/amount.ts';
import * as v from '../shared/schema.ts';
import type { Database, ShopDomain } from './database/database.ts';
import { number, text } from './database/sql.ts';

export const settingsSchema = v.strictObject({
  /** Answers the POS cart app extension (legacy). */
  cartExtension: v.boolean(),
  /** Whose books count for store credit: ours, or Shopify's store credit accounts. */
  storeCredit: v.picklist(['tideover', 'shopify']),
});
export type Settings = v.InferOutput<typeof settingsSchema>;

export const SETTINGS_DEFAULT: Settings = { cartExtension: false, storeCredit: 'tideover' };

/** One decision of the merchant, with who made it and when (server clock, ms since 1970). */
export interface SettingsVersion {
  readonly version: number;
  readonly settings: Settings;
  readonly changedAt: number;
  readonly changedBy: string;
}

export interface SettingsStore {
  /** As decided last; the defaults for a shop that has decided nothing. */
  of(shop: ShopDomain): Promise<Settings>;
  /** Changes these parts; what is as it was makes no new version. Throws on what is no setting. */
  change(shop: ShopDomain, part: Partial<Settings>, by: string): Promise<Settings>;
  /** Every decision, newest first. */
  versions(shop: ShopDomain): Promise<readonly SettingsVersion[]>;
}

const ALL = 'SELECT * FROM setting WHERE shop = ? ORDER BY version DESC';
const NEWEST = `${ALL} LIMIT 1`;
const ADD = 'INSERT INTO setting VALUES (?, ?, ?, ?, ?)';

export function createSettings(deps: {
  readonly database: Pick<Database, 'tables'>;
  readonly clock: { now(): number };
}): SettingsStore {
  const { database, clock } = deps;
  return {
    of: (shop) =>
      database.tables(async (sql) => {
        const [row] = await sql.all(NEWEST, shop);
        return row === undefined ? SETTINGS_DEFAULT : read(text(row, 'settings'));
      }),
    change: (shop, part, by) =>
      database.tables(async (sql) => {
        const [row] = await sql.all(NEWEST, shop);
        const before = row === undefined ? SETTINGS_DEFAULT : read(text(row, 'settings'));
        const after = v.parse(settingsSchema, { ...before, ...part });
        if (JSON.stringify(after) === JSON.stringify(before)) return before;
        const version = row === undefined ? 1 : number(row, 'version') + 1;
        await sql.run(ADD, shop, version, JSON.stringify(after), clock.now(), by);
        return after;
      }),
    versions: (shop) =>
      database.tables(async (sql) =>
        (await sql.all(ALL, shop)).map((row) => ({
          version: number(row, 'version'),
          settings: read(text(row, 'settings')),
          changedAt: number(row, 'changed_at'),
          changedBy: text(row, 'changed_by'),
        })),
      ),
  };
}

/** The currency whose books are Shopify's: what is posted in it here would not stay. */
export async function unitKeptAtShopify(
  deps: {
    readonly database: Pick<Database, 'read'>;
    readonly settings: Pick<SettingsStore, 'of'>;
  },
  shop: ShopDomain,
): Promise<Unit | undefined> {
  if ((await deps.settings.of(shop)).storeCredit !== 'shopify') return undefined;
  return (await deps.database.read(shop, (reader) => reader.shop()))?.program.currency;
}

/** A setting that a later version of the server added counts as not decided yet. */
function read(stored: string): Settings {
  const kept = v.parse(v.looseObject({}), JSON.parse(stored));
  return v.parse(settingsSchema, { ...SETTINGS_DEFAULT, ...kept });
}
