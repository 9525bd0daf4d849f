/** Whether a shop of which Shopify asks redaction is gone, or is in use again. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqlite } from '../../server/database/sqlite.ts';
import { AdminApiError, type AdminFailure } from '../../server/shopify/admin-api.ts';
import { createInbox } from '../../server/webhooks/inbox.ts';
import {
  installedBy,
  REDACT_AFTER_MS,
  SILENT_MS,
  type Installed,
} from '../../server/webhooks/installation.ts';
import { createPrivacy, type PrivacyDeps } from '../../server/webhooks/privacy.ts';
import { openBooks } from './books.ts';
import { ALICE, SHOP } from './world.ts';

const HOUR_MS = 3_600_000;

async function open(deps: Pick<PrivacyDeps, 'installed'> = {}) {
  const database = openSqlite(':memory:');
  onTestFinished(() => database.close());
  const books = await openBooks(database);
  const { ledger, clock } = books;
  const logged: string[] = [];
  const log = (_level: string, event: string) => void logged.push(event);
  const privacy = createPrivacy({ database, ledger, clock, log, ...deps });
  const about = { shop: SHOP, payload: {} };
  const redact = async () => {
    const delivery = { ...about, topic: 'shop/redact', webhookId: 'w', triggeredAt: clock.time };
    await privacy.handlers['shop/redact']?.(delivery);
  };
  /** It happens now, and is told an hour later. */
  const tellUninstall = (webhookId: string) => {
    const delivery = { ...about, topic: 'app/uninstalled', webhookId, triggeredAt: clock.time };
    return createInbox(database).keep(delivery, clock.time + HOUR_MS);
  };
  return { ...books, redact, tellUninstall, logged };
}

describe('a shop of which Shopify asks redaction', () => {
  it('[WH20] is kept while Shopify still takes its token, and asked again when that can’t be told', async () => {
    let is: () => Promise<Installed> = async () => 'yes';
    const { redact, balance, logged, clock } = await open({ installed: () => is() });
    await redact();
    expect([await balance(ALICE), logged]).toEqual([1_000, ['shop-redact-of-installed-shop']]);
    is = async () => Promise.reject(new Error('no answer'));
    await expect(redact()).rejects.toThrow('no answer');
    expect(await balance(ALICE)).toBe(1_000);
    is = async () => 'no';
    clock.time += REDACT_AFTER_MS;
    await redact();
    expect(await balance(ALICE)).toBeUndefined();
  });

  it.each([
    ['a register that synced since the uninstall', 47 * HOUR_MS, SILENT_MS],
    ['one of which the last words came with the old token', 60_000, REDACT_AFTER_MS - 60_000],
    ['one that synced before it alone', -HOUR_MS, REDACT_AFTER_MS + HOUR_MS],
  ])('[WH20] %s says whether the app is there again', async (_name, later, silence) => {
    const { redact, sync, tellUninstall, clock, balance, logged } = await open();
    const uninstalled = clock.time;
    await tellUninstall('u');
    clock.time = uninstalled + later;
    await sync();
    clock.time = Math.max(uninstalled + REDACT_AFTER_MS, clock.time + silence - 1);
    if (silence === SILENT_MS) {
      await expect(redact()).rejects.toThrow('it is kept');
      expect([await balance(ALICE), logged]).toEqual([1_000, ['shop-redact-of-living-shop']]);
      clock.time += 1;
    }
    await redact();
    expect([await balance(ALICE), logged.at(-1)]).toEqual([undefined, 'shop-redacted']);
  });

  it('[WH20] tokens that Shopify gave since the uninstall say so too', async () => {
    const { redact, database, tellUninstall, clock, balance } = await open();
    await tellUninstall('u');
    clock.time += HOUR_MS;
    await database.tables((sql) =>
      sql.run('INSERT INTO session VALUES (?, ?, ?, ?, ?)', 'x', SHOP, 'k', 's', clock.time),
    );
    clock.time += REDACT_AFTER_MS;
    await expect(redact()).rejects.toThrow('it is kept');
    await tellUninstall('u2');
    await redact();
    expect(await balance(ALICE)).toBeUndefined();
  });

  it('[WH20] of whose uninstall nobody told is in use while its registers sync', async () => {
    const { redact, sync, clock, balance } = await open();
    await sync();
    clock.time += REDACT_AFTER_MS - 1;
    await expect(redact()).rejects.toThrow('it is kept');
    expect(await balance(ALICE)).toBe(1_000);
    clock.time += 1;
    await redact();
    expect(await balance(ALICE)).toBeUndefined();
  });

  it('[WH20] is not gone because it may not ask now: only a refused token says so', async () => {
    const asked = (failure: AdminFailure, status?: number) =>
      installedBy(() => ({
        query: () => Promise.reject(new AdminApiError(failure, 'no', status)),
      }))(SHOP);
    expect(await asked('denied', 401)).toBe('no');
    expect(await asked('denied', 404)).toBe('no');
    expect(await asked('not-installed')).toBe('no');
    for (const status of [402, 403, 423, undefined])
      expect(await asked('denied', status)).toBe('unclear');
    await expect(asked('throttled')).rejects.toThrow('no');
    const { redact, sync, clock, balance } = await open({ installed: () => asked('denied', 402) });
    await sync();
    clock.time += SILENT_MS - 1;
    await expect(redact()).rejects.toThrow('it is kept');
    clock.time += 1;
    await redact();
    expect(await balance(ALICE)).toBeUndefined();
  });
});
