/** The merchant's side over HTTP: install, page, permissions, plan, settings, names. */
import { afterEach, describe, expect, it } from 'vitest';
import * as v from '../../shared/schema.ts';
import { AdminApiError } from '../../server/shopify/admin-api.ts';
import type { Fault } from '../../simulator/admin-api/http.ts';
import type { FakeOperations } from '../../simulator/admin-api/operations.ts';
import { seedShop } from '../../server/seeding.ts';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import { CLIENT_ID, OLD_SECRET, PROGRAM, SHOP, SHOP_ID, signToken } from './world.ts';
import { APP_URL, openAdmin, OTHER_SHOP, type AdminSite, type SiteOptions } from './shopify.ts';

let site: AdminSite | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

async function open(options?: SiteOptions): Promise<AdminSite> {
  site = await openAdmin(options);
  return site;
}

const REAUTHORIZE = 'x-shopify-api-request-failure-reauthorize-url';
const PLAN = {
  plan: 'Tideover Plus',
  amount: '9.50',
  currency: 'EUR',
  interval: 'EVERY_30_DAYS',
  trialDays: 14,
  isTest: true,
} as const;
const WITH_PLAN = { settings: { billing: PLAN } };
const meSchema = v.object({
  shop: v.string(),
  user: v.string(),
  scopes: v.object({
    granted: v.array(v.string()),
    missing: v.array(v.object({ scope: v.string(), without: v.string() })),
  }),
  plan: v.nullable(v.object({ name: v.string(), isActive: v.boolean() })),
  settings: v.object({ cartExtension: v.boolean(), storeCredit: v.string() }),
});

async function me(opened: AdminSite) {
  const answer = await opened.fetch('/api/admin/me');
  expect(answer.status).toBe(200);
  return v.parse(meSchema, await answer.json());
}

describe('installing', () => {
  it('[AD7] the first visit makes the session and the shop with its currency', async () => {
    const { open: visit, database, connection, shopify } = await open();
    expect((await visit()).status).toBe(200);
    const shop = await database.read(SHOP, (reader) => reader.shop());
    expect([shop?.shopId, shop?.program.currency]).toEqual([SHOP_ID, 'EUR']);
    expect((await connection.sessions.ofShop(SHOP))?.scope).toBe('read_products');
    expect((await visit()).status).toBe(200);
    expect(shopify.tokens.counts.exchanges).toBe(1);
  });

  it('[AD7] a shop that its merchant has set up keeps its program', async () => {
    const opened = await open();
    const seed = { shop: SHOP, shopId: SHOP_ID, program: PROGRAM, policy: POLICY_DEFAULT };
    await seedShop(opened.ledger, { ...seed, customers: [] });
    const before = await opened.database.read(SHOP, (reader) => reader.shop());
    expect((await opened.open()).status).toBe(200);
    expect(await opened.database.read(SHOP, (reader) => reader.shop())).toEqual(before);
  });

  it('[AD7] an uninstalled app knows no token; installed again it has a new one', async () => {
    const opened = await open();
    await me(opened);
    opened.shopify.tokens.uninstall(SHOP);
    expect(await opened.ask()).toBe('denied');
    await opened.connection.sessions.deleteShop(SHOP);
    expect(await opened.ask()).toBe('not-installed');
    expect((await me(opened)).shop).toBe(SHOP);
    expect(opened.shopify.tokens.counts.exchanges).toBe(2);
    expect(await opened.ask()).toBe(`gid://shopify/Shop/${SHOP_ID}`);
  });

  it('[AD7] an install that Shopify interrupts is finished by the next visit', async () => {
    let isDown = true;
    const { open: visit, database } = await open({
      operations: {
        TideoverShop: () => {
          if (isDown) throw new AdminApiError('throttled', 'later');
          return { shop: { id: `gid://shopify/Shop/${SHOP_ID}`, currencyCode: 'EUR' } };
        },
      },
    });
    expect((await visit()).status).toBe(200);
    expect(await database.read(SHOP, (reader) => reader.shop())).toBeUndefined();
    isDown = false;
    expect((await visit()).status).toBe(200);
    expect((await database.read(SHOP, (reader) => reader.shop()))?.shopId).toBe(SHOP_ID);
  });

  it('[AD19] a token that Shopify no longer exchanges asks the page for another one', async () => {
    const { fetch: request, shopify } = await open();
    shopify.tokens.answer = async () => ({ status: 400, body: { error: 'invalid_subject_token' } });
    const answer = await request('/api/admin/me');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('x-shopify-retry-invalid-session-request')).toBe('1');
  });

  it('[AD19] while Shopify does not answer the page says to try again', async () => {
    const { fetch: request, shopify } = await open();
    shopify.faults.token.push('drop-before');
    const answer = await request('/api/admin/me');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await request('/api/admin/me')).status).toBe(200);
  });

  it.each<Fault>(['drop-before', 'garbage', 'throttled', 429, 502])(
    '[AD19] while Shopify’s answers are bad (%s) the merchant is told, and nothing of it',
    async (fault) => {
      const { fetch: request, shopify } = await open();
      expect((await request('/api/admin/me')).status).toBe(200);
      shopify.faults.graphql.push(fault);
      const answer = await request('/api/admin/me');
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await answer.text()).not.toMatch(/shpat_|stack|Throttled/);
      expect((await request('/api/admin/me')).status).toBe(200);
    },
  );

  it('[AD19] a token that Shopify refuses is replaced when the page asks again', async () => {
    const opened = await open();
    expect((await opened.fetch('/api/admin/me')).status).toBe(200);
    opened.shopify.faults.graphql.push(401);
    const refused = await opened.fetch('/api/admin/me');
    expect(refused.status).toBe(401);
    expect(refused.headers.get('x-shopify-retry-invalid-session-request')).toBe('1');
    expect((await opened.fetch('/api/admin/me')).status).toBe(200);
    expect(opened.shopify.tokens.counts.refreshes).toBe(1);
  });

  it('[AD6] a token of the secret that is being rotated out still counts', async () => {
    const { fetch: request, clock } = await open();
    const token = signToken(clock.time, {}, { secret: OLD_SECRET });
    const answer = await request('/api/admin/me', {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
  });
});

describe('permissions', () => {
  it('[AD13] what is missing is named, granted, used and given back', async () => {
    const opened = await open();
    const before = await me(opened);
    expect(before.scopes.granted).toEqual(['read_products']);
    expect(before.scopes.missing.map(({ scope }) => scope)).toContain('read_customers');

    const asked = await opened.post('/api/admin/scopes/request', { scopes: ['read_customers'] });
    expect(asked.status).toBe(401);
    expect(asked.headers.has('x-shopify-retry-invalid-session-request')).toBe(false);
    const target = new URL(asked.headers.get(REAUTHORIZE) ?? '');
    expect(target.origin + target.pathname).toBe(`https://${SHOP}/admin/oauth/install`);
    expect(target.searchParams.get('client_id')).toBe(CLIENT_ID);
    expect(target.searchParams.get('optional_scopes')).toBe('read_customers');

    opened.shopify.tokens.grant(SHOP, ['read_customers']);
    const again = await opened.post('/api/admin/scopes/request', { scopes: ['read_customers'] });
    expect(again.status).toBe(200);
    const after = await me(opened);
    expect(after.scopes.missing.map(({ scope }) => scope)).not.toContain('read_customers');

    const revoked = await opened.post('/api/admin/scopes/revoke', { scopes: ['read_customers'] });
    expect(revoked.status).toBe(200);
    expect((await me(opened)).scopes.granted).toEqual(['read_products']);
  });

  it('[AD13] only permissions that this app has a use for can be asked for', async () => {
    const opened = await open();
    for (const scopes of [['write_orders'], [], 'read_customers', [1]]) {
      const answer = await opened.post('/api/admin/scopes/request', { scopes });
      expect(answer.status).toBe(400);
    }
  });
});

describe('the plan', () => {
  it('[AD12] without a configured plan nothing is asked and nothing is missing', async () => {
    const opened = await open();
    expect((await me(opened)).plan).toBeNull();
    expect((await opened.post('/api/admin/plan/request', {})).status).toBe(404);
    expect((await opened.post('/api/admin/plan/cancel', {})).status).toBe(404);
    expect(opened.shopify.calls).not.toContain('appSubscription');
    expect((await (await opened.open()).text()).includes('Take the plan')).toBe(false);
  });

  it('[AD12] a plan is requested, agreed to at Shopify, and ended', async () => {
    const opened = await open(WITH_PLAN);
    expect((await me(opened)).plan).toEqual({ name: PLAN.plan, isActive: false });
    const asked = await opened.post('/api/admin/plan/request', {});
    expect(asked.status).toBe(401);
    expect(asked.headers.get(REAUTHORIZE)).toBe(`https://${SHOP}/admin/charges/1/confirm`);
    expect((await me(opened)).plan?.isActive).toBe(false);
    opened.shopify.billing.approve(SHOP);
    expect((await me(opened)).plan?.isActive).toBe(true);
    const ended = await opened.post('/api/admin/plan/cancel', {});
    expect([ended.status, (await me(opened)).plan?.isActive]).toEqual([200, false]);
  });

  it('[AD12] what belongs to the plan is switched on with it alone, and off without', async () => {
    const opened = await open(WITH_PLAN);
    const put = (body: unknown) => opened.post('/api/admin/settings', body, { method: 'PUT' });
    const refused = await put({ cartExtension: true });
    expect(refused.status).toBe(402);
    expect((await me(opened)).settings.cartExtension).toBe(false);
    await opened.post('/api/admin/plan/request', {});
    opened.shopify.billing.approve(SHOP);
    expect((await put({ cartExtension: true })).status).toBe(200);
    await opened.post('/api/admin/plan/cancel', {});
    expect((await put({ cartExtension: false })).status).toBe(200);
  });
});

describe('settings', () => {
  it('[AD15] a change is kept with the account that made it', async () => {
    const opened = await open();
    const put = (body: unknown) => opened.post('/api/admin/settings', body, { method: 'PUT' });
    expect((await put({ cartExtension: true })).status).toBe(200);
    expect((await put({ storeCredit: 'shopify' })).status).toBe(200);
    const read = await opened.fetch('/api/admin/settings');
    const { settings, versions } = (await read.json()) as {
      settings: unknown;
      versions: { version: number; changedBy: string }[];
    };
    expect(settings).toEqual({ cartExtension: true, storeCredit: 'shopify' });
    expect(versions.map(({ version, changedBy }) => [version, changedBy])).toEqual([
      [2, '42'],
      [1, '42'],
    ]);
  });

  it('[AD15] what is no setting is refused and changes nothing', async () => {
    const opened = await open();
    const bodies = [
      { cartExtension: 'yes' },
      { other: true },
      [],
      { storeCredit: 'both' },
      'x',
      null,
    ];
    for (const body of bodies) {
      const answer = await opened.post('/api/admin/settings', body, { method: 'PUT' });
      expect(answer.status).toBe(400);
    }
    expect((await me(opened)).settings).toEqual({ cartExtension: false, storeCredit: 'tideover' });
  });

  it('[AD10] another shop’s merchant sees and changes that shop alone', async () => {
    const opened = await open();
    const token = opened.token({
      iss: `https://${OTHER_SHOP}/admin`,
      dest: `https://${OTHER_SHOP}`,
    });
    const headers = { Authorization: `Bearer ${token}` };
    const change = { method: 'PUT', headers: { ...headers, 'Content-Type': 'application/json' } };
    await opened.post(`/api/admin/settings?shop=${SHOP}`, { cartExtension: true }, change);
    const theirs = await opened.fetch(`/api/admin/me?shop=${SHOP}`, { headers });
    const read = v.parse(meSchema, await theirs.json());
    expect([read.shop, read.settings.cartExtension]).toEqual([OTHER_SHOP, true]);
    expect((await me(opened)).settings.cartExtension).toBe(false);
  });
});

describe('names', () => {
  const named: FakeOperations = {
    TideoverNames: () => ({
      nodes: [{ id: 'gid://shopify/Customer/101', displayName: '<b>Alice</b> & Co' }, null, {}],
    }),
  };

  it('[AD14] names come from Shopify once the permission is granted', async () => {
    const opened = await open({ operations: named });
    const without = await opened.fetch('/api/admin/names?ids=101,102');
    expect(await without.json()).toEqual({ names: {}, missing: 'permission' });
    expect(opened.shopify.calls).not.toContain('TideoverNames');
    opened.shopify.tokens.grant(SHOP, ['read_customers']);
    const answer = await opened.fetch('/api/admin/names?ids=101,102');
    expect(await answer.json()).toEqual({ names: { 101: '<b>Alice</b> & Co' }, missing: null });
  });

  it('[AD14] where Shopify keeps the name back, or does not answer, there is the number', async () => {
    for (const [failure, missing] of [
      ['denied', 'permission'],
      ['throttled', 'answer'],
      ['unknown', 'answer'],
    ] as const) {
      const opened = await open({
        operations: {
          TideoverNames: () => {
            throw new AdminApiError(failure, 'kept back');
          },
        },
      });
      await me(opened);
      opened.shopify.tokens.grant(SHOP, ['read_customers']);
      const answer = await opened.fetch('/api/admin/names?ids=101');
      expect(await answer.json()).toEqual({ names: {}, missing });
      await opened.close();
      site = undefined;
    }
  });

  it('[AD14] customers are asked for by number, up to a hundred at once', async () => {
    const opened = await open({ operations: named });
    const many = Array.from({ length: 101 }, (_, n) => n + 1).join(',');
    for (const ids of ['', '0', '1;2', '1,,2', '-1', '9999999999999999', many, 'x']) {
      const answer = await opened.fetch(`/api/admin/names?ids=${ids}`);
      expect([ids, answer.status]).toEqual([ids, 400]);
    }
    expect((await opened.fetch('/api/admin/names?ids=1&ids=2')).status).toBe(400);
    expect((await opened.fetch('/api/admin/names')).status).toBe(400);
  });

  it('[AD9] a customer’s link leads to the shop’s admin', async () => {
    const opened = await open();
    const answer = await opened.fetch('/app/in-admin/customers/101');
    expect(answer.status).toBe(401);
    const to = 'https://admin.shopify.com/store/pop-up/customers/101';
    expect(answer.headers.get(REAUTHORIZE)).toBe(to);
    expect((await opened.fetch('/app/in-admin/customers/x')).status).toBe(400);
    expect(APP_URL).not.toBe('');
  });
});
