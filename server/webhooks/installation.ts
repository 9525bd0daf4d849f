/** Whether a shop still has the app, and what webhooks say of that. */
import { assert } from '../../shared/assert.ts';
import * as v from '../../shared/schema.ts';
import type { Database, ShopDomain } from '../database/database.ts';
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

/** Asks Shopify whether it still takes the shop's token; rejects when that can't be told now. */
export function installedBy(adminOf: AdminOf): (shop: ShopDomain) => Promise<boolean> {
  return async (shop) => {
    try {
      await adminOf(shop).query(INSTALLED, {}, installedSchema);
      return true;
    } catch (error) {
      assert(error instanceof AdminApiError, 'the Admin API to fail by a kind');
      if (error.failure === 'not-installed' || error.failure === 'denied') return false;
      throw error;
    }
  };
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
