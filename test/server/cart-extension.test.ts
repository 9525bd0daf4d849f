/** The cart app extension (legacy) to its contract: signatures, lists, taps, and refusals. */
import { afterEach, describe, expect, it } from 'vitest';
import { minor, points } from '../../shared/amount.ts';
import type { Program } from '../../shared/program.ts';
import type { CartOffer } from '../../shared/merchant/cart-offers.ts';
import { hmacOf } from '../../server/hmac.ts';
import { cartBody, openCartWorld, type CartWorld } from './cart-extension-world.ts';
import { BOB, OLD_SECRET, PROGRAM, SECRET, SHOP, SHOP_ID } from './world.ts';

const worlds: CartWorld[] = [];
async function open(options?: Parameters<typeof openCartWorld>[0]): Promise<CartWorld> {
  const world = await openCartWorld(options);
  worlds.push(world);
  return world;
}
afterEach(async () => {
  for (const world of worlds.splice(0)) {
    expect(await world.ledger.verify(SHOP)).toEqual([]);
    await world.close();
  }
});

const ENDPOINTS = ['promotions', 'perform_action', 'revert_action'] as const;
const DAY_MS = 24 * 3_600_000;

const REWARDS: Program = {
  ...PROGRAM,
  rewards: [
    ...PROGRAM.rewards,
    {
      id: 'tenth-off',
      title: 'A tenth off',
      titles: { fr: 'Un dixième de moins', de: 'Ein Zehntel weniger' },
      points: points(800),
      discount: { type: 'percent', percent: 10 },
    },
    {
      id: 'too-dear',
      title: 'Beyond reach',
      titles: {},
      points: points(1_001),
      discount: { type: 'fixed', amount: minor(9_999) },
    },
  ],
};
const TOTE: CartOffer = {
  id: 'tote',
  title: 'Tote bag',
  titles: {},
  points: points(300),
  gives: { type: 'variant', variant: 40_001 },
};
const OPENING_WEEK: CartOffer = {
  id: 'opening-week',
  title: 'Opening week',
  titles: { fr: 'Semaine d’ouverture' },
  points: points(0),
  gives: { type: 'percent', percent: 5 },
};

describe('signatures', () => {
  it('[CE1] is heard with a signature of the present secret or of the one before it', async () => {
    const world = await open();
    for (const secret of [SECRET, OLD_SECRET]) {
      const sign = (raw: Buffer) => hmacOf(secret, raw);
      const response = await world.send('promotions', cartBody(), { sign });
      expect(response.status).toBe(200);
    }
  });

  it('[CE1] every other signature is refused at every address, and nothing changes', async () => {
    const world = await open();
    const action = await world.offered();
    const flipped = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
    const wrong: Record<string, (raw: Buffer) => string | undefined> = {
      none: () => undefined,
      empty: () => '',
      garbage: () => 'not a signature',
      'another secret': (raw) => hmacOf('another secret of somebody else, long', raw),
      'another body': (raw) => hmacOf(SECRET, Buffer.concat([raw, Buffer.from(' ')])),
      'one character': (raw) => flipped(hmacOf(SECRET, raw)),
      hexadecimal: (raw) => Buffer.from(hmacOf(SECRET, raw), 'base64').toString('hex'),
      'a part': (raw) => hmacOf(SECRET, raw).slice(0, 20),
      'without its end': (raw) => hmacOf(SECRET, raw).replace('=', ''),
      'twice in one header': (raw) => `${hmacOf(SECRET, raw)}, ${hmacOf(SECRET, raw)}`,
    };
    for (const endpoint of ENDPOINTS) {
      for (const [name, sign] of Object.entries(wrong)) {
        const response = await world.send(endpoint, cartBody({ action_id: action }), { sign });
        expect([endpoint, name, response.status]).toEqual([endpoint, name, 401]);
        expect(await response.json()).toMatchObject({ error: { code: 'not-signed' } });
      }
    }
    expect(await world.balance()).toBe(1_000);
  });

  it('[CE1] other methods and addresses find nothing, signed or not', async () => {
    const world = await open();
    const sign = () => hmacOf(SECRET, Buffer.alloc(0));
    for (const endpoint of [...ENDPOINTS, 'elsewhere', ''])
      expect((await world.send(endpoint, '', { method: 'GET', sign })).status).toBe(404);
  });
});

describe('the switch', () => {
  it('[CE2] a shop that has not switched it on is offered nothing and performs nothing', async () => {
    const world = await open({ isOff: true });
    expect(await world.promotions()).toEqual({ type: 'simple_action_list', actions: [] });
    await world.settings.change(SHOP, { cartExtension: true }, 'the tests');
    const action = await world.offered();
    await world.settings.change(SHOP, { cartExtension: false }, 'the tests');
    expect((await world.perform(action))[0]).toBe(404);
    expect((await world.revert(action))[0]).toBe(404);
    expect(await world.balance()).toBe(1_000);
  });

  it('[CE2] what is held is given back though it was switched off meanwhile', async () => {
    const world = await open();
    const action = await world.offered();
    await world.perform(action);
    await world.settings.change(SHOP, { cartExtension: false }, 'the tests');
    const [status, answer] = await world.revert(action);
    expect([status, answer?.actions]).toEqual([200, []]);
    expect(await world.balance()).toBe(1_000);
  });

  it('[CE2] a shop that the ledger does not know, or under another id, is nobody', async () => {
    const world = await open();
    const action = await world.offered();
    for (const part of [{ shop_id: SHOP_ID + 1 }, { shopify_domain: 'other.myshopify.com' }]) {
      expect((await world.promotions(part)).actions).toEqual([]);
      expect((await world.perform(action, part))[0]).toBe(404);
    }
    expect(await world.balance()).toBe(1_000);
  });
});

describe('promotions', () => {
  it('[CE3] lists what the customer’s points reach, as the contract writes it', async () => {
    const world = await open();
    await world.ledger.setProgram(SHOP, SHOP_ID, REWARDS);
    await world.cart.offers.set(SHOP, [TOTE, OPENING_WEEK], { by: 'the tests' });
    const { actions, ...points } = await world.promotions();
    expect(points).toEqual({
      type: 'simple_action_list',
      points_label: 'Points balance',
      points_balance: '1000',
    });
    expect(actions.map(({ action_id: _id, ...shown }) => shown)).toEqual([
      { type: 'flat_discount', title: '5 off', description: '-500 points', value: '5.00' },
      { type: 'percent_discount', title: 'A tenth off', description: '-800 points', value: '10' },
      { type: 'add_variant', title: 'Tote bag', description: '-300 points', value: '40001' },
      {
        type: 'percent_discount',
        title: 'Opening week',
        description: 'No points needed',
        value: '5',
      },
    ]);
    expect(new Set(actions.map(({ action_id: id }) => id)).size).toBe(4);
  });

  it('[CE3] speaks the language of the staff, and English where it has no other', async () => {
    const world = await open();
    await world.ledger.setProgram(SHOP, SHOP_ID, REWARDS);
    const shown = async (locale: string) => {
      const { points_label: label, actions } = await world.promotions({ locale });
      return [label, actions[1]?.title, actions[1]?.description];
    };
    expect(await shown('fr-CA')).toEqual(['Solde de points', 'Un dixième de moins', '-800 points']);
    expect(await shown('de')).toEqual(['Punktestand', 'Ein Zehntel weniger', '-800 Punkte']);
    expect(await shown('es-MX')).toEqual(['Saldo de puntos', 'A tenth off', '-800 puntos']);
    expect(await shown('ja')).toEqual(['ポイント残高', 'A tenth off', '-800 ポイント']);
    expect(await shown('constructor')).toEqual(['Points balance', 'A tenth off', '-800 points']);
  });

  it('[CE3] offers only what this POS can do, and money of the program’s currency alone', async () => {
    const world = await open();
    await world.ledger.setProgram(SHOP, SHOP_ID, REWARDS);
    await world.cart.offers.set(SHOP, [TOTE], { by: 'the tests' });
    const types = async (part: Record<string, unknown>) =>
      (await world.promotions(part)).actions.map(({ type }) => type);
    const percent = 'percent_discount';
    expect(await types({ supported_actions: [percent, 'something_new'] })).toEqual([percent]);
    expect(await types({ supported_actions: [] })).toEqual([]);
    expect(await types({ currency_code: 'USD' })).toEqual([percent, 'add_variant']);
    expect(await types({ supported_templates: ['another'] })).toEqual([]);
  });

  it('[CE3] performs nothing that this cart can’t take', async () => {
    const world = await open();
    const action = await world.offered();
    for (const part of [{ supported_actions: ['add_variant'] }, { currency_code: 'USD' }])
      expect((await world.perform(action, part))[0]).toBe(500);
    expect(await world.balance()).toBe(1_000);
  });

  it('[CE4] a cart without a customer is offered what costs nothing, and shown no points', async () => {
    const world = await open();
    await world.cart.offers.set(SHOP, [TOTE, OPENING_WEEK], { by: 'the tests' });
    const guests = [
      { customer_id: undefined },
      { customer_id: null },
      { customer_id: null, customer_email: 'somebody@example.com' },
    ];
    for (const guest of guests) {
      const answer = await world.promotions(guest);
      expect(Object.keys(answer).sort()).toEqual(['actions', 'type']);
      expect(answer.actions.map(({ title }) => title)).toEqual(['Opening week']);
      const id = answer.actions[0]?.action_id;
      expect(await world.perform(id, guest)).toEqual([200, { type: answer.type, actions: [] }]);
      expect((await world.perform(id))[0]).toBe(200);
      expect((await world.revert(id, guest))[1]?.actions).toHaveLength(1);
      expect(await world.cart.refsOfActions(SHOP, [id ?? ''])).toEqual([]);
    }
    expect(world.logged.join('\n')).not.toContain('somebody@example.com');
  });

  it('[CE4] a customer of whom nothing is known has 0 points, and offers for everyone', async () => {
    const world = await open();
    await world.cart.offers.set(SHOP, [OPENING_WEEK], { by: 'the tests' });
    const answer = await world.promotions({ customer_id: 999 });
    expect([answer.points_balance, answer.actions.length]).toEqual(['0', 1]);
  });

  it('[CE6] asking for offers, however often, stores nothing', async () => {
    const world = await open();
    const rows = () =>
      world.database.tables((sql) => sql.all('SELECT * FROM cart_attempt WHERE shop = ?', SHOP));
    const { cursor: before } = await world.sync();
    for (let i = 0; i < 20; i += 1) await world.promotions();
    expect(await rows()).toEqual([]);
    expect((await world.sync()).cursor).toEqual(before);
  });
});

describe('taps', () => {
  it('[CE7] performing sets the points aside, and offers nothing more for this cart', async () => {
    const world = await open();
    const [status, answer] = await world.perform(await world.offered());
    expect([status, answer]).toEqual([
      200,
      {
        type: 'simple_action_list',
        points_label: 'Points balance',
        points_balance: '500',
        actions: [],
      },
    ]);
    expect(await world.balance()).toBe(500);
  });

  it('[CE7] the same tap again, later or at once, takes nothing more', async () => {
    const world = await open();
    const action = await world.offered();
    const all = await Promise.all([1, 2, 3, 4].map(() => world.perform(action)));
    expect(all.map(([status, answer]) => [status, answer?.points_balance])).toEqual(
      Array.from({ length: 4 }, () => [200, '500']),
    );
    world.clock.time += DAY_MS - 1;
    expect((await world.perform(action))[1]?.points_balance).toBe('500');
    expect(await world.cart.refsOfActions(SHOP, [action, action])).toHaveLength(1);
  });

  it('[CE10] reverting gives back, twice as once, and the action can be performed again', async () => {
    const world = await open();
    const action = await world.offered();
    const refs: unknown[] = [];
    for (let i = 0; i < 3; i += 1) {
      expect((await world.perform(action))[0]).toBe(200);
      refs.push(...(await world.cart.refsOfActions(SHOP, [action])));
      expect(await world.balance()).toBe(500);
      for (const part of [{}, { customer_id: null }]) {
        const [status, answer] = await world.revert(action, part);
        expect(status).toBe(200);
        if (part.customer_id === undefined) {
          expect(answer?.points_balance).toBe('1000');
          expect(answer?.actions).toHaveLength(1);
        }
        expect(await world.balance()).toBe(1_000);
      }
    }
    expect(new Set(refs).size).toBe(3);
    expect(refs.every((ref) => /^[0-9A-HJKMNP-TV-Z]{10}$/.test(String(ref)))).toBe(true);
  });

  it('[CE10] reverting what was never performed changes nothing', async () => {
    const world = await open();
    const action = await world.offered();
    expect((await world.revert(action))[1]?.points_balance).toBe('1000');
    expect((await world.perform(action))[1]?.points_balance).toBe('500');
  });

  it('[CE5] an id that was not made here, for this shop and customer, is not found', async () => {
    const world = await open();
    const action = await world.offered();
    const dot = action.indexOf('.');
    const forged = [
      '',
      '123ABC',
      undefined,
      null,
      `${action}x`,
      action.slice(1),
      `tenth-off${action.slice(dot)}`,
      action.replace(/\.([0-9a-z]+)\./, '.1.'),
      action.toUpperCase(),
    ];
    for (const id of forged) {
      const action_id = id as string | undefined;
      expect([id, (await world.perform(action_id))[0]]).toEqual([id, 404]);
      expect([id, (await world.revert(action_id))[0]]).toEqual([id, 404]);
    }
    expect((await world.perform(action, { customer_id: BOB }))[0]).toBe(404);
    expect((await world.perform(action, { customer_id: null }))[0]).toBe(404);
    expect([await world.balance(), await world.balance(BOB)]).toEqual([1_000, 300]);
  });

  it('[CE5] after a day, or on other terms, an action is not found', async () => {
    const world = await open();
    const action = await world.offered();
    const [reward] = PROGRAM.rewards;
    if (reward === undefined) throw new Error('a program with a reward');
    for (const changed of [
      { ...reward, points: points(400) },
      { ...reward, discount: { type: 'fixed', amount: minor(600) } as const },
      { ...reward, id: 'another' },
    ]) {
      await world.ledger.setProgram(SHOP, SHOP_ID, { ...PROGRAM, rewards: [changed] });
      expect((await world.perform(action))[0]).toBe(404);
    }
    const renamed = { ...reward, title: 'Renamed' };
    await world.ledger.setProgram(SHOP, SHOP_ID, { ...PROGRAM, rewards: [renamed] });
    expect((await world.perform(action))[0]).toBe(200);
    const second = await world.offered();
    world.clock.time += DAY_MS;
    expect((await world.perform(second))[0]).toBe(404);
    expect((await world.revert(second))[0]).toBe(404);
    expect(await world.balance()).toBe(500);
  });
});

describe('what can’t be read', () => {
  it('[CE15] a signed body that is no request is refused, and nothing changes', async () => {
    const world = await open();
    const action = await world.offered();
    const good = cartBody({ action_id: action });
    const deep = `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
    const cases: readonly (readonly [number, unknown])[] = [
      [400, Buffer.alloc(0)],
      [400, Buffer.from('{')],
      [400, Buffer.from([0xff, 0xfe, 0x7b])],
      [400, Buffer.from(deep)],
      [400, Buffer.from('{"__proto__": {"shop_id": 1}}')],
      [400, []],
      [400, 'text'],
      [400, null],
      [400, { ...good, shop_id: 'seven' }],
      [400, { ...good, shopify_domain: 'pop-up.example.com' }],
      [400, { ...good, shopify_domain: undefined }],
      [400, { ...good, customer_id: 'Alice' }],
      [400, { ...good, customer_id: -1 }],
      [400, { ...good, supported_actions: 'flat_discount' }],
      [400, { ...good, supported_templates: [{}] }],
      [400, { ...good, action_id: 7 }],
      [400, { ...good, action_id: 'x'.repeat(256) }],
      [413, { ...good, note: 'x'.repeat(64 * 1024) }],
    ];
    for (const [status, body] of cases) {
      for (const endpoint of ENDPOINTS) {
        const response = await world.send(endpoint, body);
        expect([JSON.stringify(body).slice(0, 80), response.status]).toEqual([
          JSON.stringify(body).slice(0, 80),
          status,
        ]);
      }
    }
    expect(await world.balance()).toBe(1_000);
    expect((await world.send('perform_action', good)).status).toBe(200);
  });

  it('[CE15] fields that nobody uses may hold anything', async () => {
    const world = await open();
    const odd = { locale: 7, customer_email: { odd: true }, note: [1, 2], supported_extra: null };
    expect((await world.promotions(odd)).actions).toHaveLength(1);
  });

  it('[CE15] a shop that asks too often waits, and so does who signs wrongly too often', async () => {
    const rate = { burst: 3, perSecond: 1 };
    const world = await open({ deps: { limits: { shop: rate, failures: rate } } });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i += 1)
      statuses.push((await world.send('promotions', cartBody())).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const other = cartBody({ shopify_domain: 'other.myshopify.com' });
    expect((await world.send('promotions', other)).status).toBe(200);
    const wrong: number[] = [];
    const sign = () => 'wrong';
    for (let i = 0; i < 5; i += 1)
      wrong.push((await world.send('perform_action', cartBody(), { sign })).status);
    expect(wrong).toEqual([401, 401, 401, 429, 429]);
    world.clock.time += 60_000;
    expect((await world.send('promotions', cartBody())).status).toBe(200);
  });
});

describe('own offers', () => {
  it('[CE19] a merchant’s offers replace each other, and what is no offer is refused', async () => {
    const world = await open();
    await world.cart.offers.set(SHOP, [TOTE], { by: 'the tests' });
    await world.cart.offers.set(SHOP, [OPENING_WEEK], { by: 'the tests' });
    expect(await world.cart.offers.of(SHOP)).toEqual([OPENING_WEEK]);
    await expect(world.cart.offers.set(SHOP, [TOTE, TOTE], { by: 'me' })).rejects.toThrow(
      'same id',
    );
    const odd = { ...TOTE, gives: { type: 'percent', percent: 101 } } as const;
    await expect(world.cart.offers.set(SHOP, [odd], { by: 'me' })).rejects.toThrow();
    expect(await world.cart.offers.of(SHOP)).toEqual([OPENING_WEEK]);
  });
});
