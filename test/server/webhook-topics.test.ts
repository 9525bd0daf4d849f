/** Every topic through the real door, inbox and ledger, as the server puts them together. */
import { setTimeout as delay } from 'node:timers/promises';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { openSqlite } from '../../server/database/sqlite.ts';
import { createLedger } from '../../server/ledger.ts';
import { createParts } from '../../server/parts.ts';
import { createRounds } from '../../server/rounds.ts';
import { TOPICS } from '../../server/webhooks/projection.ts';
import { TURN_MS } from '../../server/webhooks/inbox.ts';
import { webhookRequest, type SimulatedWebhook } from '../../simulator/webhooks.ts';
import { seededRandom } from '../support/seeded-random.ts';
import {
  ALICE,
  BOB,
  CLIENT_ID,
  intent,
  openWorld,
  ref,
  SECRET,
  SHOP,
  type World,
} from './world.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let open: World[] = [];
afterEach(async () => {
  for (const world of open) await world.close();
  open = [];
});

const NOW = 1_780_000_000_000;

async function openServer() {
  const database = openSqlite(':memory:');
  const clock = { time: NOW, now: () => clock.time };
  const random = seededRandom(5);
  const logged: { event: string; fields: unknown }[] = [];
  const log = (_level: string, event: string, fields?: unknown) =>
    void logged.push({ event, fields });
  const { mounts, chores } = createParts({
    database,
    ledger: createLedger({ database, clock, random }),
    clientId: CLIENT_ID,
    secrets: [SECRET],
    shopHostPattern: /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/,
    clock,
    random,
    log,
    sleep: (ms) => delay(ms, undefined, { ref: false }),
  });
  const world = await openWorld({ database, deps: { mounts } });
  open.push(world);
  let sent = 0;
  const send = async (topic: string, body: unknown, part: Partial<SimulatedWebhook> = {}) => {
    sent += 1;
    const about = { shop: SHOP, topic, webhookId: `w-${sent}`, triggeredAt: clock.time, body };
    const request = webhookRequest(SECRET, { ...about, ...part });
    expect((await world.fetch('/webhooks', request)).status).toBe(200);
  };
  const round = () => createRounds({ database, chores, clock, log }).make();
  const balance = async (customer: number) =>
    (await world.ledger.balances(SHOP, customer)).find(({ unit }) => unit === 'points')?.balance;
  return { world, database, clock, logged, send, round, balance };
}

const TEN = { amount: '10.00', currency_code: 'EUR' };
const LINE = {
  id: 1,
  quantity: 2,
  price: '10.00',
  price_set: { shop_money: TEN, presentment_money: TEN },
};
const order = (reference: string) => ({
  id: 9_001,
  currency: 'EUR',
  customer: { id: ALICE },
  total_discounts: '5.00',
  discount_applications: [{ type: 'manual', title: `5 off · ${reference}`, value: '5.0' }],
  line_items: [
    {
      ...LINE,
      discount_allocations: [{ amount: '5.00', discount_application_index: 0 }],
    },
  ],
  refunds: [],
});
const refund = {
  id: 77,
  return: null,
  order_id: 9_001,
  refund_line_items: [{ id: 5, line_item_id: 1, quantity: 1, subtotal: '7.50', line_item: LINE }],
};

describe('webhooks as the server deals with them', () => {
  it('[WH21] every topic that is subscribed to is dealt with, and no other', async () => {
    const { send, round, database, logged } = await openServer();
    const toml = await readFile(join(ROOT, 'shopify.app.toml'), 'utf8');
    const named = [...toml.matchAll(/"((?:orders|refunds|customers|shop|app)\/[a-z_]+)"/g)].map(
      ([, topic]) => topic,
    );
    expect(named.sort()).toEqual(Object.keys(TOPICS).sort());
    const customer = { id: BOB };
    const gid = (of: number) => `gid://shopify/Customer/${of}`;
    const bodies: Record<keyof typeof TOPICS, object> = {
      'orders/create': order('0000000000'),
      'orders/updated': order('0000000000'),
      'orders/paid': order('0000000000'),
      'refunds/create': refund,
      'customers/merge': {
        admin_graphql_api_customer_kept_id: gid(ALICE),
        admin_graphql_api_customer_deleted_id: gid(BOB),
        status: 'failed',
      },
      'customers/data_request': { shop_domain: SHOP, customer, data_request: { id: 1 } },
      'customers/redact': { shop_domain: SHOP, customer, orders_to_redact: [1] },
      'app/scopes_update': { id: 'gid://shopify/Shop/1', previous: [], current: ['read_orders'] },
      'app/uninstalled': { myshopify_domain: SHOP },
      'shop/redact': { shop_domain: SHOP },
    };
    for (const [topic, body] of Object.entries(bodies)) await send(topic, body);
    await round();
    expect(logged.filter(({ event }) => /failed|stuck/.test(event))).toEqual([]);
    const open = await database.tables((sql) =>
      sql.all("SELECT topic FROM inbox WHERE state <> 'done'"),
    );
    expect(open).toEqual([]);
  });

  it('[WH21] an order and its refund, doubled, late and in either order, settle a redemption once', async () => {
    for (const isReversed of [false, true]) {
      const { world, send, round, balance } = await openServer();
      await world.sync({ operations: [intent()] });
      const told = [
        () => send('orders/create', order(ref('R1'))),
        () => send('refunds/create', refund),
        () => send('orders/updated', { ...order(ref('R1')), refunds: [refund] }),
        () => send('orders/create', order(ref('R1'))),
      ];
      for (const one of isReversed ? told.reverse() : told) await one();
      await round();
      expect(await balance(ALICE)).toBe(750);
      expect(await world.ledger.verify(SHOP)).toEqual([]);
    }
  });

  it('[WH21] a merger that Shopify has not completed changes nothing; one that it has does', async () => {
    const { send, round, balance } = await openServer();
    const merger = (status: string) =>
      send('customers/merge', {
        admin_graphql_api_customer_kept_id: `gid://shopify/Customer/${ALICE}`,
        admin_graphql_api_customer_deleted_id: `gid://shopify/Customer/${BOB}`,
        status,
        errors: [],
      });
    await merger('failed');
    await round();
    expect([await balance(ALICE), await balance(BOB)]).toEqual([1_000, 300]);
    await merger('completed');
    await round();
    expect([await balance(ALICE), await balance(BOB)]).toEqual([1_300, 0]);
  });

  it('[WH22] an uninstall takes the tokens, unless the app came back since; the books stay', async () => {
    const { send, round, database, balance, clock } = await openServer();
    const store = (shop: string, at: number) =>
      database.tables((sql) =>
        sql.run(
          'INSERT INTO session VALUES (?, ?, ?, ?, ?)',
          `offline_${shop}`,
          shop,
          'k',
          's',
          at,
        ),
      );
    const sessions = () => database.tables((sql) => sql.all('SELECT shop FROM session'));
    await store(SHOP, NOW - 1);
    await store('other.myshopify.com', NOW - 1);
    const gone = { myshopify_domain: SHOP };
    await send('app/uninstalled', gone);
    await round();
    expect(await sessions()).toEqual([{ shop: 'other.myshopify.com' }]);
    expect(await balance(ALICE)).toBe(1_000);
    await store(SHOP, NOW + 1_000);
    await send('app/uninstalled', gone, { triggeredAt: NOW });
    clock.time += TURN_MS;
    await round();
    expect(await sessions()).toHaveLength(2);
  });
});
