/** Who may leave a webhook, and what is kept of it. */
import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import * as v from '../../shared/schema.ts';
import { errorSchema } from '../../shared/protocol.ts';
import { hmacOf } from '../../server/hmac.ts';
import {
  BODIES_PER_ADDRESS_MAX,
  BODY_WITHIN_MS,
  createWebhookDoor,
  WEBHOOK_BYTES_MAX,
} from '../../server/webhooks/door.ts';
import type { Delivery } from '../../server/webhooks/delivery.ts';
import { createInbox, TURN_MS } from '../../server/webhooks/inbox.ts';
import { webhookRequest } from '../../simulator/webhooks.ts';
import { OLD_SECRET, openWorld, SECRET, SHOP } from './world.ts';
import { inboxRows, noting, openWebhookWorld, ORDER } from './webhook-world.ts';

let open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open) await one.close();
  open = [];
});

async function openDoor(options: Parameters<typeof openWebhookWorld>[0] = {}) {
  const opened = await openWebhookWorld({
    limits: { failures: { burst: 1_000, perSecond: 1 } },
    ...options,
  });
  open.push(opened);
  return opened;
}

const NOW = 1_780_000_000_000;
const WEBHOOK = {
  shop: SHOP,
  topic: 'orders/create',
  webhookId: 'w-1',
  triggeredAt: NOW,
  body: ORDER,
};
const good = (secret = SECRET) => webhookRequest(secret, WEBHOOK);
const without = (name: string) => {
  const { headers, ...rest } = good();
  const kept = Object.entries(headers).filter(([header]) => header !== name);
  return { ...rest, headers: Object.fromEntries(kept) };
};
const withHeader = (name: string, value: string) => {
  const sent = good();
  return { ...sent, headers: { ...sent.headers, [name]: value } };
};
const signed = (body: string, topic = 'orders/create') => {
  const { headers } = webhookRequest(SECRET, { ...WEBHOOK, topic });
  const hmac = hmacOf(SECRET, Buffer.from(body));
  return { method: 'POST', headers: { ...headers, 'x-shopify-hmac-sha256': hmac }, body };
};
const redact = (body: unknown, topic = 'shop/redact') => signed(JSON.stringify(body), topic);

const REFUSED: readonly (readonly [string, number, RequestInit])[] = [
  ['no signature', 401, without('x-shopify-hmac-sha256')],
  ['a signature that is no base64', 401, withHeader('x-shopify-hmac-sha256', 'garbage')],
  ['an empty signature', 401, withHeader('x-shopify-hmac-sha256', '')],
  ['a signature given twice', 401, withHeader('x-shopify-hmac-sha256', 'a, b')],
  ['another secret', 401, good('a secret of somebody else, long enough')],
  ['a body that was changed', 401, { ...good(), body: `${good().body} ` }],
  ['an empty body', 401, signed('')],
  ['no body', 401, { method: 'POST', headers: good().headers }],
  ['no shop', 401, without('x-shopify-shop-domain')],
  ['a shop elsewhere', 401, withHeader('x-shopify-shop-domain', `${SHOP}.example.com`)],
  ['a shop with an address before it', 401, withHeader('x-shopify-shop-domain', `x/${SHOP}`)],
  ['no topic', 401, without('x-shopify-topic')],
  ['no webhook id', 401, without('x-shopify-webhook-id')],
  ['a webhook id with spaces', 401, withHeader('x-shopify-webhook-id', 'a b')],
  ['a webhook id without end', 401, withHeader('x-shopify-webhook-id', 'a'.repeat(129))],
  ['no version', 401, without('x-shopify-api-version')],
  ['another topic than ours', 404, withHeader('x-shopify-topic', 'products/create')],
  ['a topic like a property', 404, withHeader('x-shopify-topic', 'constructor')],
  ['what is no JSON', 400, signed('{"id": 1')],
  ['JSON that is no object', 400, signed('[1]')],
  ['a body of a shop that is not named', 401, redact({ shop_id: 1 })],
  ['a body of another shop', 401, redact({ shop_domain: 'other.myshopify.com' })],
  ['an order as a redaction', 401, redact(ORDER, 'customers/redact')],
  [
    'an uninstallation of another shop',
    401,
    redact({ myshopify_domain: 'other.myshopify.com' }, 'app/uninstalled'),
  ],
  ['compressed bytes', 415, withHeader('content-encoding', 'gzip')],
  ['a body that is too large', 413, signed(`{"a":"${'x'.repeat(WEBHOOK_BYTES_MAX)}"}`)],
  ['another method', 404, { method: 'GET' }],
];

describe('the door of webhooks', () => {
  it('[WH1] whatever Shopify has not signed for this app is refused, and nothing changes', async () => {
    const seen: string[] = [];
    const { world, database, webhooks } = await openDoor({
      handlers: { 'orders/create': noting(seen), 'shop/redact': noting(seen) },
    });
    for (const [what, status, sent] of REFUSED) {
      const response = await world.fetch('/webhooks', sent);
      expect([what, response.status]).toEqual([what, status]);
      const { error } = v.parse(errorSchema, await response.json());
      expect(JSON.stringify(error)).not.toContain(SECRET);
    }
    await webhooks.work();
    expect(await inboxRows(database)).toEqual([]);
    expect(seen).toEqual([]);
  });

  it('[WH1] the present and the previous secret both count, in both spellings of the headers', async () => {
    const { world, database } = await openDoor({ handlers: {} });
    for (const [n, secret] of [SECRET, OLD_SECRET].entries()) {
      for (const kind of ['x-shopify', 'shopify'] as const) {
        const webhook = { ...WEBHOOK, webhookId: `${kind}-${n}` };
        const response = await world.fetch('/webhooks', webhookRequest(secret, webhook, kind));
        expect([kind, response.status]).toEqual([kind, 200]);
      }
    }
    expect(await inboxRows(database)).toHaveLength(4);
    const mixed = webhookRequest(SECRET, { ...WEBHOOK, webhookId: 'mixed' }, 'shopify');
    const headers = { ...mixed.headers, 'x-shopify-hmac-sha256': 'A'.repeat(43) + '=' };
    expect((await world.fetch('/webhooks', { ...mixed, headers })).status).toBe(401);
  });

  it('[WH2] who fails too often has to wait; who is signed never does', async () => {
    const { world } = await openDoor({ limits: { failures: { burst: 2, perSecond: 1 } } });
    const statuses: number[] = [];
    for (let n = 0; n < 4; n += 1)
      statuses.push((await world.fetch('/webhooks', without('x-shopify-topic'))).status);
    expect(statuses).toEqual([401, 401, 429, 429]);
    expect((await world.fetch('/webhooks', good())).status).toBe(200);
  });

  it('[WH2] bodies that never end take no room of others, and are cut off', async () => {
    let cut = () => undefined as void;
    const tooLong = new Promise<void>((resolve) => (cut = resolve));
    let atOnce = 0;
    let full = () => undefined as void;
    const isFull = new Promise<void>((resolve) => (full = resolve));
    const sleep = (ms: number) => {
      atOnce += 1;
      if (atOnce === BODIES_PER_ADDRESS_MAX) full();
      const isSlow = ms === BODY_WITHIN_MS && atOnce <= BODIES_PER_ADDRESS_MAX;
      return isSlow ? tooLong : new Promise<void>(() => undefined);
    };
    const { world, send } = await openDoor({ sleep, limits: { atOnce: 1 } });
    const { hostname: host, port } = new URL(world.listening.url);
    const ends = Array.from({ length: BODIES_PER_ADDRESS_MAX }, () => {
      const slow = request({ host, port, path: '/webhooks', method: 'POST' });
      const isCut = new Promise<string>((resolve) => {
        slow.once('error', () => resolve('cut'));
        slow.once('response', () => resolve('answered'));
      });
      slow.setHeader('Content-Length', '1000');
      slow.write('{');
      return isCut;
    });
    await isFull;
    const turnedAway = await send({});
    expect([turnedAway.status, turnedAway.headers.get('retry-after')]).toEqual([503, '5']);
    cut();
    expect(new Set(await Promise.all(ends))).toEqual(new Set(['cut']));
    expect((await send({})).status).toBe(200);
  });

  it('[WH2] a body that never ends shuts the door to nobody', async () => {
    let begin = () => undefined as void;
    const isBegun = new Promise<void>((resolve) => (begin = resolve));
    const sleep = () => {
      begin();
      return new Promise<void>(() => undefined);
    };
    const { world, send } = await openDoor({ sleep, limits: { atOnce: 1 } });
    const { hostname: host, port } = new URL(world.listening.url);
    const slow = request({ host, port, path: '/webhooks', method: 'POST' });
    slow.on('error', () => undefined);
    slow.setHeader('Content-Length', '1000');
    slow.write('{');
    await isBegun;
    expect((await send({})).status).toBe(200);
    slow.destroy();
  });

  it('[WH3] a delivery that is known is answered with 200 and dealt with once', async () => {
    const seen: string[] = [];
    const { send, webhooks, database, clock } = await openDoor({
      handlers: { 'orders/create': noting(seen) },
    });
    const answers = await Promise.all([1, 2, 3].map(() => send({ webhookId: 'same' })));
    await webhooks.work();
    answers.push(await send({ webhookId: 'same' }));
    await send({ webhookId: 'same', shop: 'other.myshopify.com' });
    await webhooks.work();
    clock.time += TURN_MS;
    await webhooks.work();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(seen).toEqual(['same', 'same']);
    expect((await inboxRows(database)).map(({ shop }) => shop)).toEqual([
      'other.myshopify.com',
      SHOP,
    ]);
  });

  it('[WH4] the answer waits for nothing that is to be done', async () => {
    let letGo = () => undefined as void;
    const stays = new Promise<void>((resolve) => (letGo = resolve));
    const { send, webhooks } = await openDoor({ handlers: { 'orders/create': () => stays } });
    expect((await send({})).status).toBe(200);
    expect((await send({})).status).toBe(200);
    letGo();
    await webhooks.work();
  });

  /** A door with a list of its own. */
  async function openBare(keep: (delivery: Delivery) => Promise<boolean>, atOnce: number) {
    const logged: string[] = [];
    const router = createWebhookDoor({
      inbox: { keep },
      secrets: [SECRET],
      shopHostPattern: /^pop-up\.myshopify\.com$/,
      clock: { now: () => NOW },
      sleep: () => new Promise(() => undefined),
      log: (_level, event) => void logged.push(event),
      arrived: () => undefined,
      limits: { atOnce },
    });
    const world = await openWorld({ deps: { mounts: [{ path: '/webhooks', router }] } });
    open.push(world);
    return { world, logged };
  }

  it('[WH5] in too great a crowd a webhook is turned away, to come again', async () => {
    let letGo = () => undefined as void;
    const stays = new Promise<void>((resolve) => (letGo = resolve));
    let enter = () => undefined as void;
    const isInside = new Promise<void>((resolve) => (enter = resolve));
    const { world } = await openBare(async () => {
      enter();
      await stays;
      return true;
    }, 1);
    const first = world.fetch('/webhooks', good());
    await isInside;
    const second = await world.fetch('/webhooks', good());
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '5']);
    letGo();
    expect((await first).status).toBe(200);
  });

  it('[WH5] what can’t be stored is turned away without a word of why', async () => {
    const { world, logged } = await openBare(async () => {
      throw new Error('the disk is full');
    }, 8);
    const response = await world.fetch('/webhooks', good());
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.text()).not.toContain('disk');
    expect(logged).toContain('webhook-not-kept');
  });
});

describe('what is kept of a webhook', () => {
  const PERSON = { first_name: 'Ada', email: 'ada@example.com', phone: '+4412', id: 101 };
  const body = {
    ...ORDER,
    email: 'ada@example.com',
    customer: { ...PERSON, default_address: { city: 'London' } },
    billing_address: { name: 'Ada Lovelace', address1: '1 High Street' },
    note: 'for Ada',
    client_details: { browser_ip: '10.0.0.1' },
    note_attributes: [
      { name: 'gift', value: 'for Ada' },
      { name: 'cart-promotion-actions', value: '[("tideover","a1")]' },
    ],
    discount_applications: [{ type: 'manual', title: 'Free coffee · 7Q2M4XK9TD', value: '5.0' }],
    line_items: [
      {
        id: 1,
        name: 'A mug for Ada',
        quantity: 2,
        price: '10.00',
        properties: [{ name: 'engraving', value: 'Ada' }],
        discount_allocations: [{ amount: '5.00', discount_application_index: 0 }],
      },
    ],
    refunds: [{ id: 5, note: 'Ada came back', refund_line_items: [{ quantity: 1 }] }],
  };

  it('[WH6] names, addresses and free texts of an order end at the door', async () => {
    const { send, database } = await openDoor({ handlers: {} });
    await send({ body });
    const [row] = await inboxRows(database);
    const payload = String(row?.['payload']);
    for (const word of ['Ada', 'ada@', '+4412', 'London', 'High Street', '10.0.0.1'])
      expect(payload).not.toContain(word);
    expect(JSON.parse(payload)).toEqual({
      id: 9_001,
      currency: 'EUR',
      customer: { id: 101 },
      note_attributes: [{ name: 'cart-promotion-actions', value: '[("tideover","a1")]' }],
      discount_applications: [{ type: 'manual', title: 'Free coffee · 7Q2M4XK9TD', value: '5.0' }],
      line_items: [
        {
          id: 1,
          quantity: 2,
          price: '10.00',
          discount_allocations: [{ amount: '5.00', discount_application_index: 0 }],
        },
      ],
      refunds: [{ id: 5, refund_line_items: [{ quantity: 1 }] }],
    });
  });

  it('[WH6] once it is dealt with, its id alone is kept, for two months', async () => {
    const seen: string[] = [];
    const opened = await openDoor({ handlers: { 'orders/create': noting(seen) } });
    const { send, webhooks, database, clock } = opened;
    await send({ body, webhookId: 'w' });
    await webhooks.work();
    expect(await inboxRows(database)).toMatchObject([{ webhook_id: 'w', payload: null }]);
    const prune = webhooks.chores.find(({ name }) => name === 'webhooks-prune');
    await prune?.runForAll(clock.time + 59 * 86_400_000);
    expect(await inboxRows(database)).toHaveLength(1);
    await prune?.runForAll(clock.time + 61 * 86_400_000);
    expect(await inboxRows(database)).toEqual([]);
  });

  it('[WH6] a body nested without end, or with names of the language, is kept as what is read of it', async () => {
    const { world, database } = await openDoor({ handlers: {} });
    const deep = `{"id":${'['.repeat(50_000)}${']'.repeat(50_000)},"customer":{"id":{"a":1}},
      "__proto__":{"id":1},"constructor":1,"line_items":{"quantity":2}}`;
    expect((await world.fetch('/webhooks', signed(deep))).status).toBe(200);
    const [row] = await inboxRows(database);
    expect(row?.['payload']).toBe(
      '{"id":[null],"customer":{"id":null},"line_items":{"quantity":2}}',
    );
  });

  it('[WH7] a webhook that doesn’t say when it happened counts as of its arrival', async () => {
    const { world, database } = await openDoor({ handlers: {} });
    await world.fetch('/webhooks', withHeader('x-shopify-triggered-at', 'yesterday'));
    const [row] = await inboxRows(database);
    expect(row).toMatchObject({ triggered_at: NOW, received_at: NOW });
    const inbox = createInbox(database);
    const [turn] = await inbox.take({ holder: 'me', now: NOW + 1_000_000, limit: 1 });
    expect(turn?.delivery).toEqual({ ...WEBHOOK, body: undefined, payload: ORDER });
  });
});
