/** The frame of the merchant's page, and what is told to nobody but its own shop. */
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { createInbox } from '../../server/webhooks/inbox.ts';
import { openAdmin, OTHER_SHOP, type AdminSite } from './shopify.ts';
import { SHOP } from './world.ts';

let site: AdminSite | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

async function open(): Promise<AdminSite> {
  site = await openAdmin({});
  return site;
}

describe('the page', () => {
  it('[AD8] every view has the same frame, with Shopify’s scripts and ours', async () => {
    const opened = await open();
    const frame = await (await opened.open('/app')).text();
    expect(frame).toContain('<script src="/app/assets/page.js" type="module"></script>');
    expect(frame.match(/<script src="https:\/\/cdn\.shopify\.com\/[^"]*"/g)).toHaveLength(2);
    for (const path of ['/app/log', '/app/customers/101', '/app/log/operations/a.1'])
      expect(await (await opened.open(path)).text()).toBe(frame);
  });

  it('[AD8] what was built is sent, and nothing else of this machine', async () => {
    const opened = await open();
    const built = new URL('../../server/admin-page/dist/page.js', import.meta.url);
    // `npm test` builds before it tests.
    expect(existsSync(built)).toBe(true);
    const script = await opened.fetch('/app/assets/page.js');
    expect([script.status, script.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^text\/javascript/),
    ]);
    for (const name of ['nothing.js', '..%2f..%2fadmin.js', '%2e%2e%2fpage.tsx', 'page.tsx'])
      expect([name, (await opened.fetch(`/app/assets/${name}`)).status]).toEqual([name, 404]);
  });

  it('[AD10] what Shopify told in vain is shown to its own shop and tried again', async () => {
    const opened = await open();
    const inbox = createInbox(opened.database);
    for (const shop of [SHOP, OTHER_SHOP]) {
      const about = { shop, topic: 'orders/paid', webhookId: 'one', triggeredAt: 1, payload: {} };
      await inbox.keep(about, 1);
    }
    const giveUp = "UPDATE inbox SET state = 'stuck', tries = 9";
    await opened.database.tables((sql) => sql.run(giveUp));
    const listed: unknown = await (await opened.fetch('/api/admin/webhooks')).json();
    expect(listed).toMatchObject({ stuck: [{ topic: 'orders/paid', tries: 9 }] });
    const tried = await opened.post('/api/admin/webhooks/retry', {});
    expect(await tried.json()).toEqual({ tried: 1 });
    expect(await inbox.stuck(SHOP)).toEqual([]);
    expect(await inbox.stuck(OTHER_SHOP)).toHaveLength(1);
  });
});
