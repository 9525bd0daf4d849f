/** `authenticate` as parts of the server use it, by the shape of Shopify's own reference. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hmacOf } from '../../server/hmac.ts';
import type { AdminContext } from '../../server/shopify/authenticate.ts';
import { openAdmin, type AdminSite } from './shopify.ts';
import { OLD_SECRET, SECRET, SHOP, SHOP_ID } from './world.ts';

const PLAN = {
  plan: 'Tideover Plus',
  amount: '9.50',
  currency: 'EUR',
  interval: 'ANNUAL',
  trialDays: 0,
  isTest: true,
} as const;

let site: AdminSite;
/** The context of one request, kept by an address of the test's own. */
let context: AdminContext;
beforeAll(async () => {
  let kept: AdminContext | undefined;
  site = await openAdmin({
    settings: { billing: PLAN },
    routes: [
      {
        method: 'get',
        path: '/of-the-test',
        answer: async (given) => {
          kept = given;
          return Response.json({});
        },
      },
    ],
  });
  await site.fetch('/api/admin/of-the-test', { headers: { Origin: 'https://elsewhere.example' } });
  if (kept === undefined) throw new Error('the request was refused');
  context = kept;
});
afterAll(() => site.close());

describe('authenticate.admin', () => {
  it('[AD18] it gives what the reference names', async () => {
    const { admin, billing, cors, redirect, scopes, session, sessionToken } = context;
    const verbs = { graphql: admin.graphql, ...billing, cors, redirect, ...scopes };
    expect(Object.keys(verbs).sort()).toEqual([
      'cancel',
      'check',
      'cors',
      'createUsageRecord',
      'graphql',
      'query',
      'redirect',
      'request',
      'require',
      'revoke',
      'updateUsageCappedAmount',
    ]);
    for (const verb of Object.values(verbs)) expect(verb).toBeTypeOf('function');
    expect([session.shop, session.isOnline, session.scope]).toEqual([SHOP, false, 'read_products']);
    expect(session.expires?.getTime()).toBe(site.clock.time + 3_600_000);
    expect([sessionToken.dest, sessionToken.sub]).toEqual([`https://${SHOP}`, '42']);
  });

  it('[AD18] GraphQL answers as Shopify does', async () => {
    const answer = await context.admin.graphql('query TideoverShop { shop { id currencyCode } }');
    const { data } = (await answer.json()) as { data: unknown };
    expect(data).toEqual({ shop: { id: `gid://shopify/Shop/${SHOP_ID}`, currencyCode: 'EUR' } });
  });

  it('[AD18] other origins may read an answer, redirects lead to the admin', () => {
    const readable = context.cors(Response.json({}));
    expect(readable.headers.get('access-control-allow-origin')).toBe('*');
    const leading = () => context.redirect('shopify://admin/orders/7');
    expect(leading).toThrow();
    expect(context.redirect('/app').headers.get('location')).toBe('https://tideover.test/app');
  });

  it('[AD12] what is paid by use goes to Shopify, which refuses what the plan has not', async () => {
    const { createUsageRecord, updateUsageCappedAmount } = context.billing;
    const price = { amount: 1, currencyCode: 'EUR' };
    const line = 'gid://shopify/AppSubscriptionLineItem/1';
    const used = { description: 'of the test', price, isTest: true, subscriptionLineItemId: line };
    await expect(createUsageRecord(used)).rejects.toThrow('usage record');
    const more = { cappedAmount: price, subscriptionLineItemId: line };
    await expect(updateUsageCappedAmount(more)).rejects.toThrow('capped amount');
    const asked = ['appUsageRecordCreate', 'appSubscriptionLineItemUpdate'];
    expect(site.shopify.calls.slice(-2)).toEqual(asked);
  });
});

describe('the other ways in', () => {
  it('[AD18] a register is known by its token', async () => {
    const { pos } = site.connection.authenticate;
    const asking = (value: string | undefined) => ({ get: () => value });
    expect(await pos(asking(`Bearer ${site.token()}`))).toEqual({ shop: SHOP, user: '42' });
    await expect(pos(asking(undefined))).rejects.toThrow('session token');
  });

  it('[AD18] a webhook is known by its signature, with either secret', () => {
    const { webhook } = site.connection.authenticate;
    const raw = Buffer.from('{"id":1}');
    const signedBy = (secret: string) => ({ get: () => hmacOf(secret, raw) });
    expect([SECRET, OLD_SECRET, 'x'.repeat(40)].map((one) => webhook(signedBy(one), raw))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('[AD18] with nobody there the shop’s own session is used', async () => {
    const { session, admin } = await site.connection.authenticate.unauthenticated.admin(SHOP);
    expect(session.shop).toBe(SHOP);
    const answer = await admin.graphql('query TideoverShop { shop { id } }');
    expect(answer.status).toBe(200);
  });
});
