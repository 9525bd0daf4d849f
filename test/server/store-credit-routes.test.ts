/** Store credit over the real connection with Shopify, and what a merchant decides of it. */
import { afterEach, expect, it } from 'vitest';
import { minor } from '../../shared/amount.ts';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import * as v from '../../shared/schema.ts';
import { syncRequestSchema } from '../../shared/sync-request.ts';
import { createAdmin } from '../../server/admin/admin.ts';
import { createApp, SHOPIFY_HOSTS } from '../../server/app.ts';
import { listen } from '../../server/listen.ts';
import { seedShop } from '../../server/seeding.ts';
import { createSettings } from '../../server/settings.ts';
import { storeCreditRoutes } from '../../server/store-credit/routes.ts';
import { createStoreCredit } from '../../server/store-credit/store-credit.ts';
import { createFakeStoreCredit } from '../../simulator/admin-api/store-credit.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { openSite } from './shopify.ts';
import { ALICE, CLIENT_ID, commit, EUR, id, intent, PROGRAM, push, ref } from './world.ts';
import { SECRET, SHOP, SHOP_ID } from './world.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function open() {
  let time = () => 0;
  const fake = createFakeStoreCredit({ clock: { now: () => time() }, hasNotes: false });
  const site = await openSite({ operations: fake.operations });
  ends.push(site.close);
  const { database, ledger, clock, connection } = site;
  time = clock.now;
  const settings = createSettings({ database, clock });
  const log = () => undefined;
  const random = seededRandom(3);
  const sleep = () => Promise.resolve();
  const { adminOf, authenticate } = connection;
  const common = { clientId: CLIENT_ID, database, ledger, clock, log };
  const credit = createStoreCredit({ ...common, settings, adminOf, random, sleep });
  const routes = storeCreditRoutes(credit);
  const mounts = createAdmin({ ...common, authenticate, settings, billing: undefined, routes });
  const trust = { secrets: [SECRET], shopHostPattern: SHOPIFY_HOSTS };
  const listening = await listen(createApp({ ...common, ...trust, mounts }), {
    port: 0,
    host: '127.0.0.1',
  });
  ends.push(() => listening.close(0));
  const program = { program: PROGRAM, policy: POLICY_DEFAULT };
  await seedShop(ledger, { shop: SHOP, shopId: SHOP_ID, ...program, customers: [] });
  const ask = async (path: string, body?: unknown) => {
    const answer = await fetch(`${listening.url}/api/admin${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { Authorization: `Bearer ${site.token()}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  return { fake, credit, settings, clock, ledger, ask };
}

it('[SK21] over the real connection a sale is debited, a conflict shown and decided', async () => {
  const { fake, credit, settings, clock, ledger, ask } = await open();
  fake.addCustomer(ALICE);
  fake.change(ALICE, EUR, 1_000);
  expect(await ask('/store-credit')).toEqual({ status: 200, body: { state: null, conflicts: [] } });
  await settings.change(SHOP, { storeCredit: 'shopify' }, '42');
  await credit.chore.run(SHOP, clock.time);
  expect(await ledger.balances(SHOP, ALICE)).toEqual([{ unit: 'EUR', balance: 1_000 }]);
  const sell = async (name: string, amount: number) => {
    const hold = { customer: ALICE, unit: EUR, amount };
    const discount = { currency: EUR, amount: minor(amount) };
    const about = { ref: ref(name), hold };
    const sale = { captured: amount, saleKey: name, discount };
    const operations = [
      intent({ ...about, id: id(name, 1), body: { reward: null, discount } }),
      commit({ ...about, id: id(name, 2), body: sale }),
    ];
    await ledger.sync({
      shop: SHOP,
      user: '42',
      request: v.parse(syncRequestSchema, push({ operations })),
    });
  };
  await sell('FIRST', 300);
  fake.change(ALICE, EUR, -600, { event: 'ORDER_PAYMENT' });
  await sell('SEC', 400);
  await credit.chore.run(SHOP, clock.time);
  expect(fake.balance(ALICE, EUR)).toBe(100);
  const shown = await ask('/store-credit');
  expect(shown.body).toMatchObject({
    state: { isOn: true, open: { waiting: 0, sent: 0, conflict: 1 } },
    conflicts: [
      { customer: ALICE, currency: 'EUR', amount: 400, direction: 'debit', ref: ref('SEC') },
    ],
  });
  const [conflict] = await credit.conflicts(SHOP);
  const key = conflict?.key;
  for (const bad of [{}, [], { key: 1 }, { key, more: 1 }, { key: 'x'.repeat(41) }])
    expect((await ask('/store-credit/retry', bad)).status).toBe(400);
  expect((await ask('/store-credit/settle', { key: '1.999.0' })).status).toBe(404);
  fake.change(ALICE, EUR, 900);
  expect((await ask('/store-credit/retry', { key })).status).toBe(200);
  expect((await ask('/store-credit/retry', { key })).status).toBe(404);
  await credit.chore.run(SHOP, clock.time);
  expect(fake.balance(ALICE, EUR)).toBe(600);
  expect(await ask('/store-credit')).toMatchObject({ body: { conflicts: [] } });
});
