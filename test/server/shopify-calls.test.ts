/** What a failed call of the Admin API may have done: money hangs on the difference. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as v from '../../shared/schema.ts';
import { AdminApiError } from '../../server/shopify/admin-api.ts';
import { adminCalls } from '../../server/shopify/admin-calls.ts';
import { withoutSecrets } from '../../server/shopify/library.ts';
import type { Fault } from '../../simulator/admin-api/http.ts';
import { openAdmin, OTHER_SHOP, type AdminSite } from './shopify.ts';
import { SHOP } from './world.ts';

const MUTATION = 'mutation TideoverPay { pay { id } }';
const QUERY = 'query TideoverLook { look }';
const anything = v.unknown();

let site: AdminSite;
let paid = 0;
/** What the operations of these tests do next. */
let act: () => unknown = () => ({ pay: { id: '1' } });
beforeAll(async () => {
  const operations = {
    TideoverPay: () => {
      const answer = act();
      paid += 1;
      return answer;
    },
    TideoverLook: () => act(),
  };
  site = await openAdmin({ operations });
  await site.fetch('/api/admin/settings');
});
afterAll(() => site.close());
beforeEach(() => {
  paid = 0;
  act = () => ({ pay: { id: '1' } });
  site.shopify.faults.graphql.length = 0;
});

async function failureOf(document: string, schema: v.Schema<unknown> = anything) {
  try {
    await site.connection.adminOf(SHOP).query(document, {}, schema);
    return 'done';
  } catch (error) {
    return error instanceof AdminApiError ? error.failure : String(error);
  }
}

describe('over HTTP', () => {
  it.each<[Fault, string, number]>([
    ['drop-before', 'unknown', 0],
    ['drop-after', 'unknown', 1],
    ['garbage', 'unknown', 0],
    [500, 'unknown', 0],
    [503, 'unknown', 0],
    [429, 'throttled', 0],
    ['throttled', 'throttled', 0],
    [400, 'refused', 0],
    [403, 'denied', 0],
    [402, 'denied', 0],
  ])('[AD5] the fault %s is "%s", and nothing is sent again', async (fault, failure, effects) => {
    const before = site.asked.length;
    site.shopify.faults.graphql.push(fault);
    expect(await failureOf(MUTATION)).toBe(failure);
    expect([paid, site.asked.length - before]).toEqual([effects, 1]);
    expect(await failureOf(MUTATION)).toBe('done');
  });

  it('[AD5] an answer of another form may have been done', async () => {
    act = () => ({ pay: null });
    const schema = v.object({ pay: v.object({ id: v.string() }) });
    expect(await failureOf(MUTATION, schema)).toBe('unknown');
    expect(paid).toBe(1);
  });

  it('[AD5] a document that Shopify does not know is refused', async () => {
    expect(await failureOf('mutation TideoverOther { other }')).toBe('refused');
  });

  it('[AD5] a shop that never installed the app is asked nothing', async () => {
    const before = site.asked.length;
    expect(await site.ask(site.connection, OTHER_SHOP)).toBe('not-installed');
    expect(site.asked.length).toBe(before);
  });

  it('[AD5] a token that is refused is renewed before the next call', async () => {
    site.shopify.faults.graphql.push(401);
    const { refreshes } = site.shopify.tokens.counts;
    expect(await failureOf(MUTATION)).toBe('denied');
    expect(await failureOf(MUTATION)).toBe('done');
    expect([paid, site.shopify.tokens.counts.refreshes]).toEqual([1, refreshes + 1]);
  });

  it('[AD5] an answer that takes too long may have been done', async () => {
    const slow = await openAdmin({
      settings: {
        timeoutMs: 20,
        fetch: (url, init) =>
          url.endsWith('graphql.json')
            ? new Promise((_resolve, reject) => {
                init.signal?.addEventListener('abort', () => reject(new Error('too late')));
              })
            : Promise.resolve(Response.json({ access_token: 'shpat_of_this_test' })),
      },
    });
    await slow.fetch('/api/admin/settings');
    expect(await slow.ask()).toBe('unknown');
    await slow.close();
  });
});

describe('GraphQL’s own errors', () => {
  let answering: AdminSite;
  let answer: object = {};
  beforeAll(async () => {
    const fetch = async (url: string) =>
      Response.json(url.endsWith('graphql.json') ? answer : { access_token: 'shpat_of_this_test' });
    answering = await openAdmin({ settings: { fetch } });
    await answering.fetch('/api/admin/settings');
  });
  afterAll(() => answering.close());
  const error = (code?: string) => ({
    message: 'of the test',
    ...(code === undefined ? {} : { extensions: { code } }),
  });

  it.each<[string, string, object, string]>([
    ['an error of no kind', MUTATION, { errors: [error()] }, 'unknown'],
    ['an inner error', MUTATION, { errors: [error('INTERNAL_SERVER_ERROR')] }, 'unknown'],
    ['a denied field behind an effect', MUTATION, partly('ACCESS_DENIED', '1'), 'unknown'],
    ['a throttled part of an effect', MUTATION, partly('THROTTLED', '1'), 'unknown'],
    ['denied with nothing done', MUTATION, partly('ACCESS_DENIED', null), 'denied'],
    ['throttled among others', MUTATION, two('THROTTLED', 'TIMEOUT'), 'unknown'],
    ['a wrong variable', MUTATION, { errors: [error('INVALID_VARIABLE')] }, 'refused'],
    ['a field that is none', QUERY, { errors: [error('undefinedField')] }, 'refused'],
    ['a denied query', QUERY, partly('ACCESS_DENIED', '1'), 'denied'],
  ])('[AD5] %s', async (_name, document, given, failure) => {
    answer = given;
    const asked = answering.connection.adminOf(SHOP).query(document, {}, anything);
    await expect(asked).rejects.toMatchObject({ name: 'AdminApiError', failure });
  });

  it('[AD5] messages name the operation and codes, and no word of the answer', async () => {
    answer = { errors: [{ ...error('TIMEOUT'), message: 'Alice owes 5' }] };
    const asked = answering.connection.adminOf(SHOP).query(MUTATION, { name: 'Alice' }, anything);
    await expect(asked).rejects.toThrow(/^TideoverPay: TIMEOUT$/);
    const calls = adminCalls(async () => Response.json({ data: { pay: 'Alice' } }));
    const read = calls.query(MUTATION, {}, v.object({ pay: v.number() }));
    await expect(read).rejects.toThrow(/^TideoverPay: data.pay can't be read$/);
  });
});

function partly(code: string, id: string | null) {
  const pay = id === null ? null : { id };
  return { data: { pay }, errors: [{ message: 'of the test', extensions: { code } }] };
}

function two(first: string, second: string) {
  const errors = [first, second].map((code) => ({ message: 'one', extensions: { code } }));
  return { errors };
}

describe('lines of the library', () => {
  it('[AD11] tokens and what stands behind a question mark are left out', () => {
    const told = withoutSecrets(
      'at https://x.myshopify.com/app?id_token=eyJhbGciOiJIUzI1NiJ9.eyJ4IjoxfQ.abc, ' +
        'shpat_0123456789abcdef, eyJhbGciOiJIUzI1NiJ9.eyJ4IjoxfQ.x_y',
    );
    expect(told).not.toMatch(/eyJ|shpat_|id_token/);
    expect(withoutSecrets('x'.repeat(1_000)).length).toBe(200);
  });
});
