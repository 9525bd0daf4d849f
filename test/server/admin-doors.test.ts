/** Every address of the merchant's side × every way to be refused, and where its pages may lead. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as v from '../../shared/schema.ts';
import { errorSchema } from '../../shared/protocol.ts';
import { createApp, SHOPIFY_HOSTS } from '../../server/app.ts';
import { createAdmin } from '../../server/admin/admin.ts';
import { createSettings } from '../../server/settings.ts';
import { routesOf, type Route } from './routes.ts';
import { CLIENT_ID, SECRET, SHOP, signToken } from './world.ts';
import { APP_URL, openAdmin, OTHER_SHOP, type AdminSite } from './shopify.ts';

let site: AdminSite;
let routes: readonly Route[];
beforeAll(async () => {
  site = await openAdmin();
  expect((await site.fetch('/api/admin/me')).status).toBe(200);
  const { ledger, clock, database, connection } = site;
  const log = () => undefined;
  const common = { clientId: CLIENT_ID, ledger, clock, log };
  const settings = createSettings({ database, clock });
  const { authenticate } = connection;
  const mounts = createAdmin({ ...common, authenticate, settings, billing: undefined });
  const trust = { database, secrets: [SECRET], shopHostPattern: SHOPIFY_HOSTS };
  const all = routesOf(createApp({ ...common, ...trust, mounts }));
  routes = all.filter(({ path }) => /^\/(?:api\/admin|app|auth)/.test(path));
});
afterAll(() => site.close());

const seconds = 1_780_000_000;
const hosts = (host: string) => ({ iss: `https://${host}/admin`, dest: `https://${host}` });
const sign = (...given: Parameters<typeof signToken> extends [number, ...infer R] ? R : never) =>
  signToken(seconds * 1_000, ...given);
/** What stands behind `Bearer`. */
const TOKENS: readonly (readonly [string, string, string])[] = [
  ['garbage', 'not.a.token', 'token-invalid'],
  ['an expired token', sign({ exp: seconds - 11 }), 'token-expired'],
  ['a token of tomorrow', sign({ nbf: seconds + 11 }), 'token-early'],
  ['a token of another secret', sign({}, { secret: 'x'.repeat(40) }), 'token-invalid'],
  ['a token with no signature', sign({}, { alg: 'none' }), 'token-invalid'],
  ['a token of another algorithm', sign({}, { alg: 'HS512' }), 'token-invalid'],
  ['a token of another app', sign({ aud: 'another-client' }), 'token-invalid'],
  ['a token that never ends', sign({ exp: undefined }), 'token-invalid'],
  ['issuer and shop that differ', sign({ iss: `https://${OTHER_SHOP}/admin` }), 'token-invalid'],
  ['no shop', sign({ dest: undefined }), 'token-invalid'],
  ['no user', sign({ sub: undefined }), 'token-invalid'],
  ['a host that is not Shopify’s', sign(hosts('shop.example.com')), 'token-invalid'],
  ['the simulator’s shop', sign(hosts('pop-up.myshopify.io')), 'token-invalid'],
  ['a shop without https', sign({ dest: `http://${SHOP}` }), 'token-invalid'],
];

async function fingerprint(): Promise<string> {
  const tables = ['session', 'setting', 'shop', 'operation', 'held_lock'];
  const rows = await site.database.tables(async (sql) => {
    const found: unknown[] = [];
    for (const table of tables) found.push(await sql.all(`SELECT * FROM ${table}`));
    return found;
  });
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}

const at = ({ path }: Route) => path.replace(':id', '101').replace('{*view}', 'log');
const isPublic = ({ path }: Route) => /^\/(?:app\/assets|auth)\//.test(path);

describe('refusals', () => {
  it('[AD6] the walk finds every address of the merchant’s side', () => {
    expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'GET /api/admin/me',
      'GET /api/admin/names',
      'GET /api/admin/settings',
      'GET /app/',
      'GET /app/assets/:name',
      'GET /app/in-admin/customers/:id',
      'GET /app/{*view}',
      'GET /auth/exit-iframe',
      'GET /auth/session-token',
      'POST /api/admin/plan/cancel',
      'POST /api/admin/plan/request',
      'POST /api/admin/scopes/request',
      'POST /api/admin/scopes/revoke',
      'PUT /api/admin/settings',
    ]);
  });

  it.each(TOKENS)('[AD6] %s opens nothing and changes nothing', async (_name, token, code) => {
    const [before, asked] = [await fingerprint(), site.asked.length];
    for (const route of routes.filter((one) => !isPublic(one))) {
      const answer = await site.fetch(at(route), {
        method: route.method,
        headers: {
          Authorization: `Bearer ${token}`,
          Origin: 'https://extensions.shopifycdn.com',
          ...(route.method === 'GET' ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(route.method === 'GET' ? {} : { body: '{"cartExtension":true}' }),
      });
      const { error } = v.parse(errorSchema, await answer.json());
      expect([route.path, answer.status, error.code]).toEqual([route.path, 401, code]);
      expect(answer.headers.get('x-shopify-retry-invalid-session-request')).toBe('1');
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    }
    expect([await fingerprint(), site.asked.length]).toEqual([before, asked]);
  });

  it('[AD6] the library’s own proof of this process opens nothing from outside', async () => {
    const outside = sign({ exp: 9_999_999_999, nbf: 0 }, { secret: 'x'.repeat(52) });
    const headers = { Authorization: `Bearer ${outside}` };
    expect((await site.fetch('/api/admin/me', { headers })).status).toBe(401);
  });

  it('[AD6] a program without a token is refused, a page is sent to fetch one', async () => {
    const answer = await site.fetch('/api/admin/me', { headers: { Authorization: '' } });
    expect(answer.status).toBe(401);
    const posted = await site.open('/app', { id_token: '' });
    expect(posted.status).toBe(302);
  });

  it('[AD6] what is too large, too deep, no JSON or of another kind changes nothing', async () => {
    const before = await fingerprint();
    const send = (body: string, type = 'application/json') =>
      site.fetch('/api/admin/settings', {
        method: 'PUT',
        headers: { 'Content-Type': type },
        body,
      });
    expect((await send(`{"a":"${'x'.repeat(20_000)}"}`)).status).toBe(413);
    expect((await send('{')).status).toBe(400);
    expect((await send('{"__proto__":{"cartExtension":true}}')).status).toBe(400);
    expect((await send(`${'['.repeat(30)}${']'.repeat(30)}`)).status).toBe(400);
    expect((await send('cartExtension=true', 'application/x-www-form-urlencoded')).status).toBe(
      415,
    );
    expect(await fingerprint()).toBe(before);
  });

  it('[AD6] extensions of the admin may ask from their own origin', async () => {
    const headers = { Origin: 'https://extensions.shopifycdn.com' };
    const asked = await site.fetch('/api/admin/settings', { method: 'OPTIONS', headers });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-methods')).toContain('PUT');
    const answer = await site.fetch('/api/admin/me', { headers });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
  });
});

describe('pages', () => {
  const policyOf = (answer: Response) => answer.headers.get('content-security-policy') ?? '';

  it('[AD8] the page may be framed by its own shop’s admin and runs no script of others', async () => {
    const answer = await site.open();
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(policyOf(answer)).toContain(
      `frame-ancestors https://${SHOP} https://admin.shopify.com;`,
    );
    expect(policyOf(answer)).toContain("script-src 'self' https://cdn.shopify.com;");
    expect(html).not.toMatch(/<script>|onclick=|javascript:/);
    expect(html).toContain('https://cdn.shopify.com/shopifycloud/app-bridge.js');
    const script = await site.fetch('/app/assets/page.js');
    expect(script.headers.get('content-type')).toMatch(/^text\/javascript/);
  });

  it.each(TOKENS)('[AD8] a page opened with %s fetches a new token first', async (_name, token) => {
    const answer = await site.open('/app', { id_token: token });
    expect(answer.status).toBe(302);
    const target = answer.headers.get('location') ?? '';
    expect(target).toMatch(/^\/auth\/session-token\?/);
    expect(target).not.toContain('id_token');
    const reload = new URL(target, APP_URL).searchParams.get('shopify-reload') ?? '';
    expect(new URL(reload).origin).toBe(APP_URL);
  });

  it('[AD8] the page that fetches a token, and the way out of the frame', async () => {
    const bounce = await site.open('/auth/session-token', { id_token: '' });
    expect([bounce.status, (await bounce.text()).includes('app-bridge.js')]).toEqual([200, true]);
    expect(policyOf(bounce)).toContain(`frame-ancestors https://${SHOP}`);
    const target = `https://${SHOP}/admin/charges/1/confirm`;
    const exit = await site.open('/auth/exit-iframe', { id_token: '', exitIframe: target });
    const html = await exit.text();
    const script = /<script>([^]*?)<\/script>/.exec(html)?.[1] ?? '';
    expect(script).toContain(target);
    const hash = createHash('sha256').update(script).digest('base64');
    expect(policyOf(exit)).toContain(`'sha256-${hash}'`);
  });

  it('[AD8] a page that names no shop is framed by nobody', async () => {
    for (const shop of ['', 'evil.example', 'evil.myshopify.com.evil.example']) {
      const answer = await site.open('/app', { shop, id_token: '' });
      expect(policyOf(answer)).toContain("frame-ancestors 'none'");
    }
  });

  it('[AD8] outside the admin the page leads into it', async () => {
    const answer = await site.open('/app', { embedded: '', id_token: '' });
    expect(answer.status).toBe(302);
    const to = `https://admin.shopify.com/store/pop-up/apps/${CLIENT_ID}`;
    expect(answer.headers.get('location')).toBe(to);
    const root = await site.open('/');
    expect(root.headers.get('location')).toMatch(/^\/app\?shop=/);
  });

  it('[AD9] no page leads to an address of others', async () => {
    const foreign = [
      'https://evil.example/',
      '//evil.example/',
      'javascript:alert(1)',
      'https://admin.shopify.com.evil.example/',
      'https://user@admin.shopify.com/',
      'http://admin.shopify.com/',
      'https://evil.example\\@admin.shopify.com/',
    ];
    for (const target of foreign) {
      const exit = await site.open('/auth/exit-iframe', { id_token: '', exitIframe: target });
      expect([target, exit.status]).toEqual([target, 400]);
      const reload = { id_token: '', 'shopify-reload': target };
      expect((await site.open('/auth/session-token', reload)).status).toBe(400);
    }
    const host = Buffer.from('evil.example/store/x').toString('base64url');
    const answer = await site.open('/app', { embedded: '', id_token: '', host });
    expect(answer.headers.get('location')).toBeNull();
  });

  it('[AD9] what a caller says of hosts is not believed', async () => {
    const headers = { Authorization: '', 'X-Forwarded-Host': 'evil.example' };
    const answer = await site.fetch(`/app?shop=${SHOP}&embedded=1&host=YWRtaW4uc2hvcGlmeS5jb20`, {
      headers,
    });
    expect(JSON.stringify([...answer.headers])).not.toContain('evil.example');
    expect((await site.fetch('//evil.example/app')).headers.get('location')).toBeNull();
  });

  it('[AD10] an address that names another shop than its token is refused', async () => {
    const answer = await site.open('/app', { shop: OTHER_SHOP });
    expect(answer.status).toBe(400);
    expect((await answer.text()).includes('<s-page')).toBe(false);
  });

  it('[AD11] the log of all that holds no token, secret or name', () => {
    const told = JSON.stringify(site.logged);
    expect(site.logged.length).toBeGreaterThan(10);
    for (const token of site.shopify.tokens.all()) expect(told).not.toContain(token);
    expect(told).not.toMatch(/eyJ|shpat_|shprt_|Alice/);
    expect(told).not.toContain(SECRET);
  });
});
