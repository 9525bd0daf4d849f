/**
 * The whole server × everything that must not come in. Its addresses are read from the app itself,
 * so that a new one can't be forgotten; each part's own tests go into more detail.
 */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp, SHOPIFY_HOSTS } from '../../server/app.ts';
import { text } from '../../server/database/sql.ts';
import { hmacOf } from '../../server/hmac.ts';
import { listen, type Listening } from '../../server/listen.ts';
import { createLog } from '../../server/log.ts';
import { createMetrics } from '../../server/metrics.ts';
import { createParts } from '../../server/parts.ts';
import { createRequestScope } from '../../server/request-id.ts';
import { seedShop } from '../../server/seeding.ts';
import { createSettings } from '../../server/settings.ts';
import { errorSchema } from '../../shared/protocol.ts';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import * as v from '../../shared/schema.ts';
import { webhookRequest } from '../../simulator/webhooks.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { routesOf } from './routes.ts';
import { openSite, OTHER_SHOP, type Site } from './shopify.ts';
import {
  ALICE,
  CLIENT_ID,
  earn,
  PROGRAM,
  push,
  registerOf,
  SECRET,
  SHOP,
  SHOP_ID,
  signToken,
} from './world.ts';

type Opening = 'token' | 'page' | 'signature' | 'nothing';

/** What opens each address of the server. */
const DOORS: Readonly<Record<string, Opening>> = {
  'GET /healthz': 'nothing',
  'GET /readyz': 'nothing',
  'POST /api/pos/sync': 'token',
  'GET /api/pos/snapshot': 'token',
  'GET /api/pos/customers/:id': 'token',
  'GET /api/pos/orders/:id': 'token',
  'GET /api/pos/sync-log': 'token',
  'GET /api/pos/holds': 'token',
  'GET /api/pos/operations': 'token',
  'GET /api/pos/operations/:id': 'token',
  'GET /api/admin/me': 'token',
  'GET /api/admin/settings': 'token',
  'PUT /api/admin/settings': 'token',
  'GET /api/admin/program': 'token',
  'PUT /api/admin/program': 'token',
  'GET /api/admin/policy': 'token',
  'PUT /api/admin/policy': 'token',
  'GET /api/admin/review': 'token',
  'GET /api/admin/review/item': 'token',
  'POST /api/admin/review/decide': 'token',
  'POST /api/admin/review/undo': 'token',
  'GET /api/admin/customers/:id': 'token',
  'POST /api/admin/customers/:id/adjust': 'token',
  'GET /api/admin/customer-search': 'token',
  'GET /api/admin/data-requests': 'token',
  'GET /api/admin/cart-offers': 'token',
  'PUT /api/admin/cart-offers': 'token',
  'GET /api/admin/imports': 'token',
  'POST /api/admin/imports': 'token',
  'GET /api/admin/imports/:id': 'token',
  'PUT /api/admin/imports/:id/parts/:n': 'token',
  'POST /api/admin/imports/:id/check': 'token',
  'POST /api/admin/imports/:id/apply': 'token',
  'GET /api/admin/balances/export': 'token',
  'GET /api/admin/names': 'token',
  'GET /api/admin/operations': 'token',
  'GET /api/admin/operations/export': 'token',
  'GET /api/admin/operations/:id': 'token',
  'GET /api/admin/syncs': 'token',
  'GET /api/admin/log-filters': 'token',
  'GET /api/admin/overview': 'token',
  'GET /api/admin/timeline': 'token',
  'GET /api/admin/shop': 'token',
  'GET /api/admin/live': 'token',
  'POST /api/admin/scopes/request': 'token',
  'POST /api/admin/scopes/revoke': 'token',
  'POST /api/admin/plan/request': 'token',
  'POST /api/admin/plan/cancel': 'token',
  'GET /api/admin/webhooks': 'token',
  'POST /api/admin/webhooks/retry': 'token',
  'GET /api/admin/store-credit': 'token',
  'POST /api/admin/store-credit/retry': 'token',
  'POST /api/admin/store-credit/settle': 'token',
  'GET /app/': 'page',
  'GET /app/{*view}': 'page',
  'GET /app/in-admin/customers/:id': 'page',
  'GET /app/assets/:name': 'nothing',
  'GET /auth/session-token': 'nothing',
  'GET /auth/exit-iframe': 'nothing',
  'GET /': 'nothing',
  'POST /webhooks/': 'signature',
  'POST /pos-extension-api/promotions': 'signature',
  'POST /pos-extension-api/perform_action': 'signature',
  'POST /pos-extension-api/revert_action': 'signature',
};

let site: Site;
let listening: Listening;
let found: readonly string[];
const scope = createRequestScope(seededRandom(8));
const metrics = createMetrics();
const lines: string[] = [];
const answered: { readonly door: string; readonly headers: Headers }[] = [];

beforeAll(async () => {
  site = await openSite();
  const { database, ledger, clock, settings } = site;
  const random = seededRandom(3);
  const generous = { burst: 1e9, perSecond: 1e9 };
  const deps = {
    database,
    ledger,
    clock,
    random,
    clientId: CLIENT_ID,
    secrets: [SECRET],
    shopHostPattern: SHOPIFY_HOSTS,
    log: createLog({
      write: (line) => void lines.push(line),
      now: clock.now,
      isDebug: true,
      about: scope.fields,
    }),
    scope,
    metrics,
    sleep: (ms: number) => delay(ms, undefined, { ref: false }),
    shopify: settings,
    limits: { register: generous, failures: generous, merchant: generous, shop: generous },
  };
  const app = createApp({ ...deps, mounts: createParts(deps).mounts });
  found = routesOf(app).map(({ method, path }) => `${method} ${path}`);
  listening = await listen(app, { port: 0, host: '127.0.0.1' });
  await seedShop(ledger, {
    shop: SHOP,
    shopId: SHOP_ID,
    program: PROGRAM,
    policy: POLICY_DEFAULT,
    customers: [{ customer: ALICE, points: 1_000, credit: 5_000 }],
  });
  await createSettings({ database, clock }).change(SHOP, { cartExtension: true }, 'the tests');
  // The shop has installed the app, and a register has synced.
  expect((await ask('GET /api/admin/me', bearer())).status).toBe(200);
  expect((await ask('POST /api/pos/sync', { ...bearer(), body: SYNC })).status).toBe(200);
});
afterAll(async () => {
  await listening.close(0);
  await site.close();
});

const seconds = 1_780_000_000;
const SYNC = JSON.stringify(push({ register: registerOf('till-1'), operations: [earn()] }));
const CART = JSON.stringify({
  shop_id: SHOP_ID,
  shopify_domain: SHOP,
  customer_id: ALICE,
  action_id: 'unknown',
  locale: 'en',
  currency_code: 'EUR',
  supported_templates: ['simple_action_list'],
  supported_actions: ['flat_discount'],
});
const DECISION = {
  decision: 'a-decision-of-the-tests',
  key: 'conflict/1.0',
  at: 1,
  comment: 'seen',
};
const DECIDE = JSON.stringify({ ...DECISION, action: 'dismiss', amount: null });
const UNDO = JSON.stringify({ ...DECISION, of: 'review:another' });
const ADJUST = JSON.stringify({
  ...{ decision: DECISION.decision, unit: 'points', amount: 0, reason: 'gift', comment: '' },
});
const BODIES: Readonly<Record<string, string>> = {
  'POST /api/pos/sync': SYNC,
  'PUT /api/admin/settings': '{"storeCredit":"shopify"}',
  'PUT /api/admin/program': JSON.stringify({ expected: 2, program: PROGRAM }),
  'PUT /api/admin/policy': '{"expected":1}',
  'PUT /api/admin/cart-offers': '{"expected":null,"offers":[]}',
  'POST /api/admin/imports': JSON.stringify({ name: 'a', bytes: 1, sha256: '0'.repeat(64) }),
  'POST /api/admin/review/decide': DECIDE,
  'POST /api/admin/review/undo': UNDO,
  'POST /api/admin/customers/:id/adjust': ADJUST,
  'POST /api/admin/scopes/request': '{"scopes":["read_orders"]}',
  'POST /api/admin/scopes/revoke': '{"scopes":["read_orders"]}',
  'POST /webhooks/': JSON.stringify({ id: 9_001, currency: 'EUR', customer: { id: ALICE } }),
};
const bodyOf = (door: string) =>
  BODIES[door] ?? (door.includes('pos-extension-api') ? CART : '{"nothing":1}');

interface Asking {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What it says first, of what goes on for minutes. */
async function beginningOf(answer: Response): Promise<Response> {
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return new Response(first?.value, answer);
}

async function ask(door: string, { headers, body }: Asking): Promise<Response> {
  const [method = '', path = ''] = door.split(' ');
  const query = path === '/api/admin/names' ? `?ids=${ALICE}` : '';
  const answer = await fetch(`${listening.url}${path.replace(':id', String(ALICE))}${query}`, {
    method,
    redirect: 'manual',
    headers: {
      Origin: 'https://extensions.shopifycdn.com',
      ...(method === 'GET' ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(method === 'GET' ? {} : { body: body ?? bodyOf(door) }),
  });
  answered.push({ door, headers: answer.headers });
  return path === '/api/admin/live' && answer.ok ? beginningOf(answer) : answer;
}

type Sign = Parameters<typeof signToken> extends [number, ...infer R] ? R : never;
const bearer = (...by: Sign): Asking => ({
  headers: { Authorization: `Bearer ${signToken(seconds * 1_000, ...by)}` },
});
const hosts = (host: string) => ({ iss: `https://${host}/admin`, dest: `https://${host}` });

/** Headers as Shopify signs this body for this door. */
function signed(door: string, body: string, by: { secret?: string; of?: string } = {}): Asking {
  const secret = by.secret ?? SECRET;
  const hmac = hmacOf(secret, Buffer.from(by.of ?? body));
  const named = { shop: SHOP, topic: 'orders/create', webhookId: 'one', triggeredAt: 1 };
  const whole = door === 'POST /webhooks/' ? webhookRequest(secret, { ...named, body: {} }) : null;
  return { headers: { ...whole?.headers, 'x-shopify-hmac-sha256': hmac }, body };
}

/** Everything that is kept, in every table. */
async function fingerprint(): Promise<string> {
  const rows = await site.database.tables(async (sql) => {
    const all: unknown[] = [];
    const tables = await sql.all("SELECT name FROM sqlite_schema WHERE type = 'table'");
    for (const table of tables) all.push(await sql.all(`SELECT * FROM "${text(table, 'name')}"`));
    return all;
  });
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}

const openedBy = (...kinds: readonly Opening[]) =>
  Object.keys(DOORS).filter((door) => kinds.includes(DOORS[door] ?? 'nothing'));

async function expectRefusal(answer: Response, door: string, status: number): Promise<void> {
  expect([door, answer.status]).toEqual([door, status]);
  const { error } = v.parse(errorSchema, await answer.json());
  expect(error.message).not.toMatch(/[/\\]\w+\.ts|node_modules|SELECT|Error:/);
  const isReadable = answer.headers.get('access-control-allow-origin') === '*';
  expect([door, isReadable]).toEqual([door, /^\w+ \/api\/|^\w+ \/app\//.test(door)]);
}

it('[DO1] the walk over the app finds exactly the doors of this table', () => {
  expect([...found].sort()).toEqual(Object.keys(DOORS).sort());
});

const TOKENS: readonly (readonly [string, Asking])[] = [
  ['garbage', { headers: { Authorization: 'Bearer not.a.token' } }],
  ['other credentials', { headers: { Authorization: 'Basic dXNlcjpwYXNz' } }],
  ['an expired token', bearer({ exp: seconds - 11 })],
  ['a token of tomorrow', bearer({ nbf: seconds + 11 })],
  ['a token of another secret', bearer({}, { secret: 'x'.repeat(40) })],
  ['a token with no signature', bearer({}, { alg: 'none' })],
  ['a token of another algorithm', bearer({}, { alg: 'HS512' })],
  ['a token for another app', bearer({ aud: 'another' })],
  ['a token of another host', bearer(hosts('shop.example.com'))],
  ['a token whose shop is not its issuer’s', bearer({ iss: `https://${OTHER_SHOP}/admin` })],
];

describe('doors that a session token opens', () => {
  const doors = openedBy('token');

  it.each(TOKENS)(
    '[DO2, DO7] %s is refused at each, and changes nothing',
    async (_name, asking) => {
      const [before, asked] = [await fingerprint(), site.asked.length];
      for (const door of openedBy('token', 'page')) {
        const isBasic = asking.headers['Authorization']?.startsWith('Basic') === true;
        const answer = await ask(door, asking);
        // A page without a token is sent to fetch one.
        if (isBasic && DOORS[door] === 'page') expect([302, 400, 401]).toContain(answer.status);
        else await expectRefusal(answer, door, 401);
      }
      expect([await fingerprint(), site.asked.length]).toEqual([before, asked]);
    },
  );

  it('[DO2, DO7] no token is refused at each, and so is a signature in its place', async () => {
    const before = await fingerprint();
    for (const door of doors) {
      await expectRefusal(await ask(door, { headers: {} }), door, 401);
      await expectRefusal(await ask(door, signed(door, bodyOf(door))), door, 401);
    }
    expect(await fingerprint()).toBe(before);
  });

  it('[DO3] another shop’s token sees and changes nothing of this one', async () => {
    const other = bearer(hosts(OTHER_SHOP));
    const rows = () =>
      site.database.tables(async (sql) => {
        const all: unknown[] = [];
        for (const name of ['shop', 'operation', 'account', 'customer', 'setting', 'register'])
          all.push(await sql.all(`SELECT * FROM ${name} WHERE shop = ?`, SHOP));
        return JSON.stringify(all);
      });
    const before = await rows();
    const own = { ...other, body: JSON.stringify(push({ register: registerOf('till-9') })) };
    for (const door of openedBy('token', 'page')) {
      const told = await (await ask(door, door.includes('sync') ? own : other)).text();
      expect([door, told]).toEqual([door, expect.not.stringMatching(/till-1|1000|1020|Sunny/)]);
      expect([door, told]).toEqual([door, expect.not.stringContaining(`"${SHOP}"`)]);
    }
    expect(await rows()).toBe(before);
    expect(await site.ledger.balances(OTHER_SHOP, ALICE)).toEqual([]);
  });

  const deep = `${'['.repeat(30)}${']'.repeat(30)}`;
  it.each([
    ['oversized', `{"a":"${'x'.repeat(300_000)}"}`],
    ['too deep', `{"a":${deep}}`],
    ['a forbidden key', '{"__proto__":{"cartExtension":true}}'],
    ['half a JSON', '{"a":'],
    ['a number', '5'],
    ['a list', '[]'],
  ])('[DO5] a body that is %s is refused at each that reads one', async (_name, body) => {
    const before = await fingerprint();
    for (const door of doors.filter((one) => one in BODIES)) {
      const { status } = await ask(door, { ...bearer(), body });
      expect([door, status >= 400 && status < 500]).toEqual([door, true]);
    }
    expect(await fingerprint()).toBe(before);
  });
});

describe('doors that Shopify’s signature opens', () => {
  const doors = openedBy('signature');

  it('[DO4, DO7] none, garbage, another secret’s, another body’s, a session token', async () => {
    const before = await fingerprint();
    for (const door of doors) {
      const body = bodyOf(door);
      const { headers } = signed(door, body);
      const none = { ...headers };
      delete none['x-shopify-hmac-sha256'];
      for (const asking of [
        { headers: none, body },
        { headers: { ...headers, 'x-shopify-hmac-sha256': 'garbage' }, body },
        { headers: { ...none, ...bearer().headers }, body },
        signed(door, body, { secret: 'x'.repeat(40) }),
        signed(door, body, { of: `${body} ` }),
        { headers, body: body.replace('{', '{ ') },
      ])
        await expectRefusal(await ask(door, asking), door, 401);
    }
    expect(await fingerprint()).toBe(before);
  });

  it.each([
    ['oversized', `{"a":"${'x'.repeat(1_100_000)}"}`],
    ['half a JSON', '{"a":'],
    ['a number', '5'],
    ['a list', '[]'],
  ])('[DO5] signed, but %s: refused, and nothing changes', async (_name, body) => {
    const before = await fingerprint();
    for (const door of doors) {
      const { status } = await ask(door, signed(door, body));
      expect([door, status >= 400 && status < 500]).toEqual([door, true]);
    }
    expect(await fingerprint()).toBe(before);
  });

  it('[DO5] the same again changes nothing', async () => {
    for (const door of doors) {
      const asking = signed(door, bodyOf(door));
      const first = (await ask(door, asking)).status;
      const before = await fingerprint();
      expect([door, (await ask(door, asking)).status]).toEqual([door, first]);
      expect([door, await fingerprint()]).toEqual([door, before]);
    }
  });
});

it('[DO6] what is open to everybody changes nothing and tells nothing of a shop', async () => {
  const before = await fingerprint();
  for (const door of openedBy('nothing')) {
    const answer = await ask(door, { headers: {} });
    expect(answer.status).toBeLessThan(500);
    expect(await answer.text()).not.toContain('pop-up');
  }
  expect(await fingerprint()).toBe(before);
});

describe('what was left behind by every door, opened and refused', () => {
  it('[OP2, OP4] each answer is named, and says how a browser must treat it', async () => {
    for (const door of Object.keys(DOORS)) await ask(door, { headers: {} });
    const doors = new Set(answered.map(({ door }) => door));
    expect([...doors].sort()).toEqual(Object.keys(DOORS).sort());
    for (const { door, headers } of answered) {
      const told = ['x-request-id', 'x-content-type-options', 'content-security-policy'];
      const missing = told.filter((name) => headers.get(name) === null);
      expect([door, missing]).toEqual([door, []]);
    }
  });

  it('[OP3] the log tells routes by their templates, no token, signature, body or name', () => {
    const text = lines.join('');
    const tokens = [signToken(seconds * 1_000), hmacOf(SECRET, Buffer.from(CART))];
    for (const secret of [...tokens, SECRET]) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/eyJ|Bearer|shpat|shprt|Register till|accessToken|garbage/);
    expect(text).not.toMatch(new RegExp(`customers/${ALICE}|ids=|"customer`));
    const routes = new Set(
      lines.flatMap((line) => /"event":"request".*"route":"([^"]*)"/.exec(line)?.[1] ?? []),
    );
    const known = found.map((door) => door.replace(/^\S+ /, '').replace(/(?<=.)\/$/, ''));
    expect([...routes].filter((route) => !known.includes(route) && route !== 'other')).toEqual([]);
    expect(routes.size).toBeGreaterThan(15);
  });

  it('[OP5] figures name those templates, and no shop or customer', async () => {
    const text = await metrics.text();
    expect(text).toContain('route="/api/pos/customers/:id"');
    expect(text).not.toMatch(new RegExp(`pop-up|${ALICE}"`));
  });
});
