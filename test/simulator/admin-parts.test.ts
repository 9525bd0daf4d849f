import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pagePolicy } from '../../server/shopify/exchange-http.ts';
import { appAddress, frameAddress, placeOf } from '../../simulator/admin/addresses.ts';
import { createFetch } from '../../simulator/admin/bridge/fetching.ts';
import { COMPONENTS } from '../../simulator/admin/components.ts';
import { isAccepted } from '../../simulator/admin/elements/accepted.ts';
import { hostRules, partsOf } from '../../simulator/admin/elements/responsive.ts';
import { generateComponents } from '../../simulator/admin/generate.ts';
import { policyHere } from '../../simulator/framed-here.ts';

describe('what the admin’s components are', () => {
  it('[AE1] the table is what Shopify’s installed package says', () => {
    const file = join(import.meta.dirname, '../../simulator/admin/components.ts');
    expect(readFileSync(file, 'utf8')).toBe(generateComponents());
  });

  it('[AE1] a component has its own properties, attributes, events and slots, and no others', () => {
    expect(COMPONENTS['s-banner']).toEqual({
      properties: { dismissible: 'boolean', heading: 'string', hidden: 'boolean', tone: 'string' },
      events: ['afterhide', 'dismiss'],
      slots: ['secondary-actions'],
    });
    expect(COMPONENTS['s-checkbox']?.attributes).toEqual({
      checked: 'defaultChecked',
      indeterminate: 'defaultIndeterminate',
    });
    expect(COMPONENTS['s-choice-list']?.properties['values']).toBe('array');
    expect(COMPONENTS['s-number-field']?.properties['min']).toBe('number');
    // A tile is a component of POS.
    expect(COMPONENTS).not.toHaveProperty('s-tile');
  });
});

describe('values that depend on the room there is', () => {
  it('[AE9] are read with names, joined conditions and commas inside of them', () => {
    expect(partsOf('repeat(2, minmax(0, 1fr))')).toEqual([
      { condition: '', value: 'repeat(2, minmax(0, 1fr))' },
    ]);
    expect(
      partsOf('@container (inline-size > 500px) repeat(2, 1fr), @container a (b) x y, 1fr'),
    ).toEqual([
      { condition: '(inline-size > 500px)', value: 'repeat(2, 1fr)' },
      { condition: 'a (b)', value: 'x y' },
      { condition: '', value: '1fr' },
    ]);
    expect(partsOf('@container (inline-size > 1px) and (inline-size <= 300px) none, auto')).toEqual(
      [
        { condition: '(inline-size > 1px) and (inline-size <= 300px)', value: 'none' },
        { condition: '', value: 'auto' },
      ],
    );
  });

  it('[AE9] the first condition that holds comes last among the rules', () => {
    const rules = hostRules([['gap', '@container (a) 1px, @container (b) 2px, 3px']]);
    expect(rules.split('\n')).toEqual([
      ':host { gap: 3px; }',
      '@container (b) { :host { gap: 2px; } }',
      '@container (a) { :host { gap: 1px; } }',
    ]);
  });
});

/** A `fetch` that answers in turn and remembers who asked with which token. */
function answering(...answers: readonly Response[]) {
  const asked: string[] = [];
  const left = [...answers];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const body = await request.text();
    asked.push(`${request.method} ${request.url} ${request.headers.get('Authorization')} ${body}`);
    return left.shift() ?? new Response('good');
  };
  return { fetch, asked };
}

describe('asking the app’s own server', () => {
  const origin = 'http://localhost:4173';
  const page = (fetch: typeof globalThis.fetch) => {
    const left: string[] = [];
    let minted = 0;
    const token = async () => `t${(minted += 1)}`;
    return { left, ask: createFetch({ fetch, origin, token, leave: (to) => left.push(to) }) };
  };

  it('[AE10] carries a token, and what is asked elsewhere or has its own is left alone', async () => {
    const { fetch, asked } = answering();
    const { ask } = page(fetch);
    await ask(`${origin}/api/admin/shop`);
    await ask('https://shop.example/');
    await ask(`${origin}/x`, { headers: { Authorization: 'Bearer mine' } });
    expect(asked).toEqual([
      `GET ${origin}/api/admin/shop Bearer t1 `,
      'GET https://shop.example/ null ',
      `GET ${origin}/x Bearer mine `,
    ]);
  });

  it('[AE10] a refusal that asks for it is tried once more, with its body; no other is', async () => {
    const stale = () =>
      new Response(null, {
        status: 401,
        headers: { 'X-Shopify-Retry-Invalid-Session-Request': '1' },
      });
    const { fetch, asked } = answering(stale(), stale(), new Response(null, { status: 401 }));
    const { ask } = page(fetch);
    const post = { method: 'POST', body: 'what' };
    expect((await ask(`${origin}/a`, post)).status).toBe(401);
    expect((await ask(`${origin}/b`)).status).toBe(401);
    expect(asked).toEqual([
      `POST ${origin}/a Bearer t1 what`,
      `POST ${origin}/a Bearer t2 what`,
      `GET ${origin}/b Bearer t3 `,
    ]);
  });

  it('[AE10] an answer that wants the merchant’s consent leads the window there', async () => {
    const name = 'X-Shopify-API-Request-Failure-Reauthorize-Url';
    const { fetch } = answering(
      new Response(null, { status: 403, headers: { [name]: '/auth/x' } }),
    );
    const { ask, left } = page(fetch);
    await ask(`${origin}/a`);
    expect(left).toEqual([`${origin}/auth/x`]);
  });
});

describe('addresses', () => {
  it('[AE12] of the frame and of the app say the same, without what the admin adds', () => {
    const added = { shop: 'a.myshopify.io', embedded: '1', id_token: 'secret' };
    const app = appAddress('/log', new URLSearchParams('x=1'), added);
    expect(app).toBe('/app/log?x=1&shop=a.myshopify.io&embedded=1&id_token=secret');
    expect(frameAddress(app)).toBe('/__sim/admin/log?x=1');
    expect(appAddress('', new URLSearchParams(), { shop: 's' })).toBe('/app?shop=s');
    expect(frameAddress('/app')).toBe('/__sim/admin');
  });

  it.each([
    ['shopify://admin/customers/1', '/__sim/store/customers/1'],
    ['shopify:admin/orders/2', '/__sim/store/orders/2'],
    ['https://admin.shopify.com/store/tideover/orders/2', '/__sim/store/orders/2'],
    ['https://tideover-demo.myshopify.io/admin/customers/1', '/__sim/store/customers/1'],
    ['/app/customers/1', undefined],
    ['https://shop.example/admin/customers/1', undefined],
  ])('[AE13] %s leads to %s', (address, place) => {
    expect(placeOf(address)).toBe(place);
  });
});

describe('who may show the page in a frame', () => {
  it('[AE14] the server names the shop and Shopify’s admin; the simulator adds itself', () => {
    const policy = pagePolicy('tideover.myshopify.com', '<script>1</script>');
    const [frames = '', ...rest] = policy.split('; ');
    expect(frames).toBe('frame-ancestors https://tideover.myshopify.com https://admin.shopify.com');
    expect(policyHere(policy)).toBe([`${frames} 'self'`, ...rest].join('; '));
  });

  it('[AE14] what nobody may frame stays so in the simulator', () => {
    const nobody = pagePolicy(undefined, '');
    expect(policyHere(nobody)).toBe(nobody);
    expect(nobody).toContain("frame-ancestors 'none'");
  });
});

describe('files for a drop zone', () => {
  it.each([
    ['a.csv', '', '.csv', true],
    ['A.CSV', '', ' .csv , text/plain', true],
    ['a.png', 'image/png', 'image/*', true],
    ['a.png', 'image/png', 'text/csv', false],
    ['a.csv.exe', '', '.csv', false],
    ['anything', '', '', true],
  ])('[AE16] %s (%s) for "%s": %s', (name, type, accept, isTaken) => {
    expect(isAccepted({ name, type }, accept)).toBe(isTaken);
  });
});
