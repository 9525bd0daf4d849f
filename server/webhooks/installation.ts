/** Whether a shop still has the app, and what webhooks say of that. */
import { assert } from '../../shared/assert.ts';
import * as v from '../../shared/schema.ts';
import type { Database, ShopDomain } from '../database/database.ts';
import { perhapsNumber, type Sql } from '../database/sql.ts';
import type { Log } from '../log.ts';
import { AdminApiError, type AdminOf } from '../shopify/admin-api.ts';
import type { Sessions } from '../shopify/sessions.ts';
import type { Delivery, DeliveryHandler } from './delivery.ts';
import type { Topic } from './projection.ts';

/** Whoever's tokens Shopify gave later than the uninstall has installed the app again. */
const UNINSTALL = 'DELETE FROM session WHERE shop = ? AND stored_at <= ?';
const INSTALLED = 'query TideoverInstalled { shop { id } }';
const installedSchema = v.object({ shop: v.object({ id: v.string() }) });
const scopesSchema = v.object({ current: v.array(v.string()) });

export interface InstallationDeps {
  readonly database: Pick<Database, 'tables'>;
  readonly log: Log;
  /** Absent where there is no Shopify to ask. */
  readonly sessions?: Pick<Sessions, 'setScope'> | undefined;
}

/**
 * What Shopify's answer to the shop's token says. unclear: it gives no data, and that may have
 * another reason, such as a shop that has not paid or a refresh token that has ended.
 */
export type Installed = 'yes' | 'no' | 'unclear';

/** Shopify takes back the token of a shop that has uninstalled the app, or that has closed. */
const TOKEN_REFUSED: ReadonlySet<number | undefined> = new Set([401, 404]);

/** Asks Shopify whether it still takes the shop's token; rejects when that can't be told now. */
export function installedBy(adminOf: AdminOf): (shop: ShopDomain) => Promise<Installed> {
  return async (shop) => {
    try {
      await adminOf(shop).query(INSTALLED, {}, installedSchema);
      return 'yes';
    } catch (error) {
      assert(error instanceof AdminApiError, 'the Admin API to fail by a kind');
      if (error.failure === 'not-installed') return 'no';
      if (error.failure !== 'denied') throw error;
      return TOKEN_REFUSED.has(error.status) ? 'no' : 'unclear';
    }
  };
}

/** What a shop has shown of itself, in ms since 1970: Shopify's clock and the server's. */
export interface Life {
  /** The last uninstall that Shopify told of; unknown when it is long ago, or was never told. */
  readonly uninstalledAt: number | undefined;
  /** When a register last synced or Shopify last gave tokens; 0 when neither ever happened. */
  readonly seenAt: number;
}

const UNINSTALLED = `SELECT MAX(triggered_at) AS at FROM inbox
  WHERE shop = ? AND topic = 'app/uninstalled'`;
const REGISTER_SEEN = 'SELECT MAX(last_seen_at) AS at FROM register WHERE shop = ?';
const TOKENS_GIVEN = 'SELECT MAX(stored_at) AS at FROM session WHERE shop = ?';

/** The inbox knows of an uninstall by its topic and time alone, for as long as it keeps ids. */
export async function lifeOf(sql: Sql, shop: ShopDomain): Promise<Life> {
  const at = async (statement: string) => {
    const [row] = await sql.all(statement, shop);
    return row === undefined ? undefined : perhapsNumber(row, 'at');
  };
  const uninstalledAt = await at(UNINSTALLED);
  const [seen, given] = [await at(REGISTER_SEEN), await at(TOKENS_GIVEN)];
  return { uninstalledAt, seenAt: Math.max(seen ?? 0, given ?? 0) };
}

/** Shopify asks for redaction this long after an uninstall: a shop seen since then is in use. */
export const REDACT_AFTER_MS = 48 * 3_600_000;
/**
 * A shop that shows signs of a second installation is gone only when it was silent for so long,
 * however often redaction is tried: registers may be offline for days, and the law leaves 30.
 */
export const SILENT_MS = 14 * 86_400_000;
/** A session token lives for a minute, and clocks differ: so soon after, it may be an old one. */
const LAST_WORDS_MS = 5 * 60_000;

/**
 * Whether a shop of which Shopify asks redaction is gone. Registers of an app that was uninstalled
 * get no session tokens, and so can't sync: who synced since has the app again, although no
 * merchant has opened it and no token of the Admin API was stored.
 */
export function isGone(installed: Installed, { uninstalledAt, seenAt }: Life, now: number) {
  const silentFor = now - seenAt;
  if (installed === 'yes') return false;
  if (installed === 'unclear') return silentFor >= SILENT_MS;
  if (uninstalledAt === undefined) return silentFor >= REDACT_AFTER_MS;
  return seenAt <= uninstalledAt + LAST_WORDS_MS || silentFor >= SILENT_MS;
}

export function createInstallation(
  deps: InstallationDeps,
): Readonly<Partial<Record<Topic, DeliveryHandler>>> {
  const { database, sessions, log } = deps;

  /** Only the tokens go: the books stay until the shop is redacted, should it come back before. */
  async function uninstalled({ shop, triggeredAt }: Delivery): Promise<void> {
    const gone = await database.tables((sql) => sql.run(UNINSTALL, shop, triggeredAt));
    log('info', 'uninstalled', { shop, sessions: gone });
  }

  async function scopesChanged({ shop, payload }: Delivery): Promise<void> {
    if (sessions === undefined) return;
    const { current } = v.parse(scopesSchema, payload);
    await sessions.setScope(shop, current.join(','));
  }

  return { 'app/uninstalled': uninstalled, 'app/scopes_update': scopesChanged };
}
