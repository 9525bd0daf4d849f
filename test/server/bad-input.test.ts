/**
 * Every route × every way to be refused: found by walking the app, so that a new route can't be
 * forgotten.
 */
import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from '../../shared/schema.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorSchema, REQUEST_REFUSALS, syncResponseSchema } from '../../shared/protocol.ts';
import { createLedger } from '../../server/ledger.ts';
import { createApp, SHOPIFY_HOSTS } from '../../server/app.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { routesOf } from './routes.ts';
import {
  CLIENT_ID,
  earn,
  id,
  OLD_SECRET,
  openWorld,
  push,
  SECRET,
  SHOP,
  signToken,
  type World,
} from './world.ts';

let folder: string;
let file: string;
let world: World;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tideover-bad-input-'));
  file = join(folder, 'ledger.sqlite');
  world = await openWorld({
    database: openSqlite(file),
    deps: { limits: { failures: { burst: 10_000, perSecond: 10 } } },
  });
  await world.sync({ operations: [earn()] });
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

/** A sum over every row of every table, read through a connection of its own. */
function fingerprint(): string {
  const reader = new DatabaseSync(file, { readOnly: true });
  const tables = reader.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const hash = createHash('sha256');
  for (const { name } of tables) {
    hash.update(JSON.stringify(reader.prepare(`SELECT * FROM "${String(name)}"`).all()));
  }
  reader.close();
  return hash.digest('hex');
}

async function expectRefused(
  response: Response,
  wanted: { readonly status: number; readonly code: string },
): Promise<void> {
  const body = v.parse(errorSchema, await response.json());
  expect({ status: response.status, code: body.error.code }).toEqual(wanted);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(response.headers.get('access-control-allow-headers')).toBe('Authorization, Content-Type');
  expect(response.headers.get('access-control-expose-headers')).toContain('Retry-After');
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
}

const database = openSqlite(':memory:');
const app = createApp({
  database,
  ledger: createLedger({ database, clock: { now: () => 0 }, random: seededRandom(1) }),
  clientId: CLIENT_ID,
  secrets: [SECRET],
  clock: { now: () => 0 },
  log: () => undefined,
  shopHostPattern: SHOPIFY_HOSTS,
});
const ROUTES = routesOf(app).filter(({ path }) => path.startsWith('/api/pos/'));
const at = (path: string) => path.replace(':id', '101');

const now = 1_780_000_000_000;
const seconds = now / 1_000;
const other = 'other.myshopify.com';
const TOKENS: readonly (readonly [string, string | undefined, string])[] = [
  ['no token', undefined, 'token-missing'],
  ['an empty bearer', 'Bearer ', 'token-missing'],
  ['basic credentials', 'Basic dXNlcjpwYXNz', 'token-missing'],
  ['garbage', 'Bearer not.a.token', 'token-invalid'],
  ['five thousand letters', `Bearer ${'x'.repeat(5_000)}`, 'token-missing'],
  ['an expired token', bearer({ exp: seconds - 11 }), 'token-expired'],
  ['a token of tomorrow', bearer({ nbf: seconds + 11 }), 'token-early'],
  ['a token of another secret', bearer({}, { secret: 'x'.repeat(40) }), 'token-invalid'],
  ['a token with no signature', bearer({}, { alg: 'none' }), 'token-invalid'],
  ['a token of another algorithm', bearer({}, { alg: 'HS512' }), 'token-invalid'],
  ['a token of another app', bearer({ aud: 'another-client' }), 'token-invalid'],
  ['a token for nobody', bearer({ aud: undefined }), 'token-invalid'],
  ['a token that never ends', bearer({ exp: undefined }), 'token-invalid'],
  ['a token without a start', bearer({ nbf: undefined }), 'token-invalid'],
  ['issuer and shop that differ', bearer({ iss: `https://${other}/admin` }), 'token-invalid'],
  ['no issuer', bearer({ iss: undefined }), 'token-invalid'],
  ['no shop', bearer({ dest: undefined }), 'token-invalid'],
  ['no user', bearer({ sub: undefined }), 'token-invalid'],
  ['a user that is a list', bearer({ sub: ['1'] }), 'token-invalid'],
  ['a host that is not Shopify’s', bearer(hosts('shop.example.com')), 'token-invalid'],
  ['a host that ends otherwise', bearer(hosts(`${SHOP}.example.com`)), 'token-invalid'],
  ['a host that begins otherwise', bearer(hosts(`evil.com/${SHOP}`)), 'token-invalid'],
  ['a host with a port', bearer(hosts(`${SHOP}:8443`)), 'token-invalid'],
  ['a host with a user name', bearer(hosts(`a@${SHOP}`)), 'token-invalid'],
  ['a host in capitals', bearer(hosts('POP-UP.myshopify.com')), 'token-invalid'],
  ['a host with a line end', bearer(hosts(`${SHOP}\n`)), 'token-invalid'],
  ['a shop without https', bearer({ dest: `http://${SHOP}` }), 'token-invalid'],
  ['the simulator’s shop', bearer(hosts('pop-up.myshopify.io')), 'token-invalid'],
];

function hosts(host: string) {
  return { iss: `https://${host}/admin`, dest: `https://${host}` };
}

function bearer(...sign: Parameters<typeof signToken> extends [number, ...infer R] ? R : never) {
  return `Bearer ${signToken(now, ...sign)}`;
}

describe('who may ask', () => {
  it('[SV2] the walk finds the routes of registers', () => {
    expect(ROUTES.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/pos/sync',
      'GET /api/pos/snapshot',
      'GET /api/pos/customers/:id',
      'GET /api/pos/orders/:id',
      'GET /api/pos/sync-log',
      'GET /api/pos/holds',
      'GET /api/pos/operations',
      'GET /api/pos/operations/:id',
    ]);
  });

  for (const { method, path } of ROUTES) {
    it.each(TOKENS)(`[SV2, SV3] ${method} ${path} refuses %s`, async (_title, header, code) => {
      const before = fingerprint();
      const response = await fetch(`${world.listening.url}${at(path)}`, {
        method,
        headers: {
          'Content-Type': 'application/json',
          ...(header === undefined ? {} : { Authorization: header }),
        },
        ...(method === 'POST' ? { body: JSON.stringify(push({ operations: [earn()] })) } : {}),
      });
      await expectRefused(response, { status: 401, code });
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(fingerprint()).toBe(before);
    });
  }

  it.each([
    ['the secret before', {}, { secret: OLD_SECRET }],
    ['a clock ten seconds behind', { nbf: seconds + 10 }, {}],
    ['a token nine seconds too old', { exp: seconds - 9 }, {}],
  ] as const)('[SV3] %s is accepted', async (_title, claims, by) => {
    const response = await fetch(`${world.listening.url}/api/pos/sync-log`, {
      headers: { Authorization: bearer(claims, by) },
    });
    expect(response.status).toBe(200);
  });

  it('[SV4] a verified token is known until it expires, and no longer', async () => {
    const header = { headers: { Authorization: bearer() } };
    const ask = async () => (await world.fetch('/api/pos/sync-log', header)).status;
    expect(await ask()).toBe(200);
    world.now = now + 69_999;
    expect(await ask()).toBe(200);
    world.now = now + 70_000;
    expect(await ask()).toBe(401);
    world.now = now;
  });
});

const deep = (depth: number): unknown => (depth === 0 ? 1 : { a: deep(depth - 1) });
const withKey = (key: string) =>
  JSON.stringify(push()).replace('"heads":{}', `"heads":{"${key}":{"x":1}}`);
const changed = (part: Record<string, unknown>) => JSON.stringify({ ...push(), ...part });
const BODIES: readonly (readonly [string, string, number, string])[] = [
  ['nothing', '', 400, 'invalid-request'],
  ['half a JSON', '{"protocol":1', 400, 'not-json'],
  ['a captive portal’s page', '<html></html>', 400, 'not-json'],
  ['a number', '5', 400, 'not-json'],
  ['a list', '[]', 400, 'invalid-request'],
  ['an empty object', '{}', 400, 'invalid-request'],
  ['more than 256 KiB', JSON.stringify({ a: 'x'.repeat(256 * 1_024) }), 413, 'body-too-large'],
  ['nesting of nine levels', changed({ heads: deep(8) }), 400, 'too-deep'],
  ['operations that are no list', changed({ operations: deep(8) }), 400, 'too-deep'],
  ['a hundred thousand brackets', '['.repeat(100_000), 400, 'not-json'],
  ['as many, all closed', '['.repeat(100_000) + ']'.repeat(100_000), 400, 'too-deep'],
  ['__proto__', withKey('__proto__'), 400, 'forbidden-key'],
  ['constructor', withKey('constructor'), 400, 'forbidden-key'],
  ['prototype', withKey('prototype'), 400, 'forbidden-key'],
  [
    '__proto__ at the top',
    JSON.stringify(push()).replace('{', '{"__proto__":1,'),
    400,
    'forbidden-key',
  ],
  ['protocol 0', changed({ protocol: 0 }), 400, 'protocol-unsupported'],
  ['protocol 99', changed({ protocol: 99 }), 400, 'protocol-unsupported'],
  ['protocol "1"', changed({ protocol: '1' }), 400, 'invalid-request'],
  ['an unknown field', changed({ shop: 'mine' }), 400, 'invalid-request'],
  ['no register', changed({ register: undefined }), 400, 'invalid-request'],
  [
    'a nameless device',
    changed({ register: { ...push().register, device: '' } }),
    400,
    'invalid-request',
  ],
  ['a half cursor', changed({ cursor: { epoch: 1 } }), 400, 'invalid-request'],
  ['a negative count', changed({ pendingCount: -1 }), 400, 'invalid-request'],
  ['501 operations', changed({ operations: Array(501).fill(0) }), 400, 'invalid-request'],
  ['21 customers', changed({ customers: Array(21).fill(1) }), 400, 'invalid-request'],
  [
    '9 damaged records',
    changed({ damaged: Array(9).fill({ key: 'k', raw: 'r' }) }),
    400,
    'invalid-request',
  ],
];

/** Faults inside one operation, as text: they cost that operation alone. */
const OPERATIONS: readonly (readonly [string, string])[] = [
  ['seven levels', JSON.stringify(deep(7))],
  ['a hundred thousand levels', '['.repeat(100_000) + ']'.repeat(100_000)],
  ['__proto__', '{"__proto__":{"id":"AAAAAAAAAA.1"}}'],
  ['constructor', '{"constructor":{"prototype":{"x":1}}}'],
  ['prototype in a list', '[{"prototype":1}]'],
];

describe('what may be sent', () => {
  it.each(OPERATIONS)('[SV6] an operation with %s is quarantined alone', async (title, text) => {
    const good = earn({ id: id(`G${text.length}`, 1), body: { saleKey: title } });
    const body = JSON.stringify(push({ operations: ['BAD', good] })).replace('"BAD"', text);
    const headers = { 'Content-Type': 'application/json' };
    const response = await world.fetch('/api/pos/sync', { method: 'POST', headers, body });
    expect(response.status).toBe(200);
    const { results } = v.parse(syncResponseSchema, await response.json());
    expect(results.map(({ id: name, status, reason }) => [name, status, reason])).toEqual([
      ['#0', 'quarantined', 'invalid'],
      [good.id, 'applied', null],
    ]);
    const page = await world.fetch('/api/pos/operations?state=quarantined&limit=1');
    const { operations } = (await page.json()) as { operations: { id: string }[] };
    const story = await world.fetch(`/api/pos/operations/${operations[0]?.id}`);
    expect(story.status).toBe(200);
    const { asked } = (await story.json()) as { asked: unknown };
    expect(JSON.stringify(asked)).toContain(text.slice(0, 5));
    expect({}).not.toHaveProperty('x');
  });

  it.each(BODIES)('[SV2, SV5] %s is refused', async (_title, body, status, code) => {
    const before = fingerprint();
    const response = await world.fetch('/api/pos/sync', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    await expectRefused(response, { status, code });
    expect(fingerprint()).toBe(before);
  });

  it('[SV5] with the codes by which a register sends less the next time', () => {
    // Another protocol isn't the fault of an operation: sending less would not help.
    const codes = BODIES.map(([, , , code]) => code).filter(
      (one) => one !== 'protocol-unsupported',
    );
    expect([...new Set(codes)].sort()).toEqual([...REQUEST_REFUSALS].sort());
  });

  it.each([
    ['text/plain', {}],
    ['application/x-www-form-urlencoded', {}],
    ['application/json; charset=latin1', {}],
    ['application/json', { 'Content-Encoding': 'compress' }],
  ])('[SV5] %s %j is refused as no JSON', async (type, more) => {
    const before = fingerprint();
    const response = await world.fetch('/api/pos/sync', {
      method: 'POST',
      headers: { 'Content-Type': type, ...more },
      body: JSON.stringify(push()),
    });
    await expectRefused(response, { status: 415, code: 'wrong-content-type' });
    expect(fingerprint()).toBe(before);
  });

  it.each([
    ['/api/pos/snapshot?after=-1', 400, 'invalid-parameter'],
    ['/api/pos/snapshot?after=1&after=2', 400, 'invalid-parameter'],
    ['/api/pos/snapshot?seq=99999999999999999', 400, 'invalid-parameter'],
    ['/api/pos/snapshot?epoch=2&seq=1', 409, 'snapshot-gone'],
    ['/api/pos/snapshot?epoch=1780000000&seq=9999', 409, 'snapshot-gone'],
    ['/api/pos/customers/abc', 400, 'invalid-parameter'],
    ['/api/pos/customers/0', 400, 'invalid-parameter'],
    ['/api/pos/customers/999999', 404, 'not-found'],
    ['/api/pos/customers/%E0%A4%A', 400, 'bad-address'],
    ['/api/pos/orders/abc', 400, 'invalid-parameter'],
    ['/api/pos/orders/0', 400, 'invalid-parameter'],
    ['/api/pos/orders/99999999999999999999', 400, 'invalid-parameter'],
    ['/api/pos/sync-log?limit=0', 400, 'invalid-parameter'],
    ['/api/pos/sync-log?before=x', 400, 'invalid-parameter'],
    ['/api/pos/holds?limit=0', 400, 'invalid-parameter'],
    ['/api/pos/operations?ref=short', 400, 'invalid-parameter'],
    ['/api/pos/operations?state=duplicate', 400, 'invalid-parameter'],
    ['/api/pos/operations/nonsense', 400, 'invalid-parameter'],
    ['/api/pos/operations/AAAAAAAAAA.9', 404, 'not-found'],
    ['/api/pos/elsewhere', 404, 'not-found'],
    ['/api/pos', 404, 'not-found'],
    ['/api/pos/sync', 404, 'not-found'],
  ])('[SV2] GET %s is refused with %i %s', async (path, status, code) => {
    const before = fingerprint();
    await expectRefused(await world.fetch(path), { status, code });
    expect(fingerprint()).toBe(before);
  });

  it('[SV2] what is nowhere near a register’s address is refused in the same shape', async () => {
    const response = await world.fetch('/nowhere', { method: 'DELETE' });
    expect(response.status).toBe(404);
    expect(v.is(errorSchema, await response.json())).toBe(true);
  });

  it('[SV11] a browser’s question before the request is answered without a token', async () => {
    for (const path of ['/api/pos/sync', '/api/pos/snapshot', '/api/pos/anything']) {
      const response = await fetch(`${world.listening.url}${path}`, { method: 'OPTIONS' });
      expect(response.status).toBe(204);
      expect(response.headers.get('access-control-max-age')).toBe('7200');
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('access-control-allow-headers')).toBe(
        'Authorization, Content-Type',
      );
    }
  });
});
