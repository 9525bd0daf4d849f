/** What the merchant's page shows of a shop's books, and that text stays text. */
import { afterEach, describe, expect, it } from 'vitest';
import * as v from '../../shared/schema.ts';
import { syncRequestSchema } from '../../shared/sync-request.ts';
import { seedShop } from '../../server/seeding.ts';
import { escaped } from '../../server/admin/page.ts';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import { createInbox } from '../../server/webhooks/inbox.ts';
import { openAdmin, OTHER_SHOP, type AdminSite } from './shopify.ts';
import {
  ALICE,
  BOB,
  commit,
  id,
  intent,
  PROGRAM,
  push,
  ref,
  registerOf,
  SHOP,
  SHOP_ID,
} from './world.ts';

let site: AdminSite | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

const DAY_MS = 24 * 3_600_000;
const EVIL = '<img src=x onerror=alert(1)>"\'&';

/** A shop with a register of an ugly name, a balance below zero, and a hold that stays open. */
async function open(): Promise<AdminSite> {
  const operations = {
    TideoverNames: () => ({
      nodes: [{ id: `gid://shopify/Customer/${ALICE}`, displayName: `Alice ${EVIL}` }],
    }),
  };
  const opened = await openAdmin({ operations });
  site = opened;
  const { ledger } = opened;
  await seedShop(ledger, {
    shop: SHOP,
    shopId: SHOP_ID,
    program: PROGRAM,
    policy: POLICY_DEFAULT,
    customers: [
      { customer: ALICE, points: 100, credit: 0 },
      { customer: BOB, points: 900, credit: 0 },
    ],
  });
  const register = { ...registerOf('till-1'), name: EVIL };
  const sent = [intent(), commit(), intent({ id: id('B', 1), ref: ref('B1'), hold: holdOf(BOB) })];
  const request = v.parse(syncRequestSchema, push({ register, operations: sent }));
  await ledger.sync({ shop: SHOP, user: '42', request });
  return opened;
}

const holdOf = (customer: number) => ({ customer, unit: 'points' as const, amount: 500 });

describe('the page', () => {
  it('[AD14] what is to be looked at is shown with the customer’s number', async () => {
    const opened = await open();
    opened.clock.time += DAY_MS;
    const html = await (await opened.open()).text();
    expect(html).toContain('The balance went below zero');
    expect(html).toContain(`Customer ${ALICE}`);
    expect(html).toContain('Still open');
    expect(html).toContain(`data-go="/app/customers/${BOB}"`);
  });

  it('[AD14] with the permission it is shown with the customer’s name', async () => {
    const opened = await open();
    await opened.open();
    opened.shopify.tokens.grant(SHOP, ['read_customers']);
    const html = await (await opened.open()).text();
    expect(html).toContain(`Alice ${escaped(EVIL)}`);
    expect(html).not.toContain(`Customer ${ALICE}`);
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
    expect(await (await opened.open()).text()).toContain('orders/paid');
    const listed: unknown = await (await opened.fetch('/api/admin/webhooks')).json();
    expect(listed).toMatchObject({ stuck: [{ topic: 'orders/paid', tries: 9 }] });
    const tried = await opened.post('/api/admin/webhooks/retry', {});
    expect(await tried.json()).toEqual({ tried: 1 });
    expect(await inbox.stuck(SHOP)).toEqual([]);
    expect(await inbox.stuck(OTHER_SHOP)).toHaveLength(1);
  });

  it('[AD8] names of registers and customers stay text, whatever they hold', async () => {
    const opened = await open();
    opened.shopify.tokens.grant(SHOP, ['read_customers']);
    const html = await (await opened.open()).text();
    expect(html).toContain(escaped(EVIL));
    expect(html).not.toContain('<img');
  });
});
