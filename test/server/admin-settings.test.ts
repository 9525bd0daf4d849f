/** What a merchant decides, over HTTP: program, policy, PIN, switches, and versions of them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ShopDomain } from '../../server/database/database.ts';
import { policyDecision } from '../../server/ledger/decision.ts';
import { createMerchant } from '../../simulator/merchant-api.ts';
import { SHOP_DOMAIN, SHOP_ID as SIMULATED } from '../../simulator/shop.ts';
import { minor } from '../../shared/amount.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { versionHeld } from '../../server/admin/settings-versions.ts';
import { cartOffersAnswerSchema } from '../../shared/merchant/cart-offers.ts';
import {
  policyAnswerSchema,
  programAnswerSchema,
  switchesAnswerSchema,
  type PolicyAnswer,
  type PolicyRequest,
  type ProgramAnswer,
} from '../../shared/merchant/settings.ts';
import { isPin } from '../../shared/pin.ts';
import { POLICY_DEFAULT, type Program } from '../../shared/program.ts';
import { syncResponseSchema } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';
import { openMerchant, THEIRS, type As, type MerchantWorld } from './merchant-world.ts';
import { BOB, PROGRAM, registerOf, SHOP, SHOP_ID } from './world.ts';

let world: MerchantWorld;
beforeEach(async () => {
  world = await openMerchant();
});
afterEach(() => world.close());

const { version: _version, pin: _pin, ...LIMITS } = POLICY_DEFAULT;
const EARN = PROGRAM.earn;
const MANY = Array.from({ length: 201 }, (_, n) => n + 1);

async function readProgram(as?: As): Promise<ProgramAnswer> {
  return v.parse(
    programAnswerSchema,
    (await world.ask('GET /api/admin/program', undefined, as)).body,
  );
}
async function readPolicy(): Promise<PolicyAnswer> {
  return v.parse(policyAnswerSchema, (await world.ask('GET /api/admin/policy')).body);
}
const putProgram = (expected: number, part: object, as?: As) =>
  world.ask('PUT /api/admin/program', { expected, program: { ...PROGRAM, ...part } }, as);
const putPolicy = (expected: number, part: object, more: Pick<PolicyRequest, 'pin'> = {}) =>
  world.ask('PUT /api/admin/policy', { expected, policy: { ...LIMITS, ...part }, ...more });
const stored = async () => {
  const row = await world.database.read(SHOP, (reader) => reader.shop());
  if (row === undefined) throw new Error('the shop is gone');
  return row;
};

describe('the program', () => {
  it('[MS1] is what registers get next, in a version with who decided it and when', async () => {
    const { program, versions } = await readProgram();
    expect(versions.map(({ version, by }) => [version, by])).toEqual([[2, null]]);
    world.clock.time += 60_000;
    const titles = { fr: 'Jours de pluie' };
    const rewards = [{ ...program.rewards[0], titles }];
    const put = await putProgram(program.version, { name: 'Rainy Days', rewards });
    expect(put.status).toBe(200);
    const after = v.parse(programAnswerSchema, put.body);
    expect(after.program).toMatchObject({ version: 3, name: 'Rainy Days', rewards });
    expect(after.versions[0]).toMatchObject({ version: 3, by: '42', at: world.clock.time });
    const names = after.versions.map(({ program: one }) => one.name);
    expect(names).toEqual(['Rainy Days', 'Sunny Days']);
    expect(await readProgram()).toEqual(after);
    const { program: told } = v.parse(syncResponseSchema, (await world.sync()).body);
    expect(told).toEqual(after.program);
  });

  it('[MS1] the same decision again makes no version', async () => {
    const before = await readProgram();
    const { version } = before.program;
    const { status, body } = await putProgram(version, { version: 77 });
    expect([status, body]).toEqual([200, before]);
  });

  it('[MS2] of two people who saw the same version one decides; the other is told', async () => {
    const both = await Promise.all(
      ['Ann', 'Ben'].map((name, n) => putProgram(2, { name }, { user: String(n + 1) })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const loser = both.find(({ status }) => status === 409);
    expect(loser?.body).toMatchObject({ error: { code: 'changed' } });
    const { program, versions } = await readProgram();
    expect([program.version, versions[0]?.by]).toEqual(
      program.name === 'Ann' ? [3, '1'] : [3, '2'],
    );
    expect((await putProgram(2, { name: 'Late' })).status).toBe(409);
    expect(await readProgram()).toEqual({ program, versions });
  });

  const reward = PROGRAM.rewards[0] as Program['rewards'][number];
  it.each([
    ['two rewards of one id', { rewards: [reward, reward] }, 'program.rewards.1.id'],
    [
      'a reward that takes nothing off',
      { rewards: [{ ...reward, discount: { type: 'fixed', amount: 0 } }] },
      'discount.amount',
    ],
    [
      '101 percent',
      { rewards: [{ ...reward, discount: { type: 'percent', percent: 101 } }] },
      'program.rewards.0.discount.percent',
    ],
    ['a reward for nothing', { rewards: [{ ...reward, points: 0 }] }, 'program.rewards.0.points'],
    ['no name', { name: '' }, 'program.name'],
    ['half a product', { earn: { ...EARN, excludedProducts: [1, 1.5] } }, 'excludedProducts.1'],
    ['no product', { earn: { ...EARN, excludedProducts: [0] } }, 'excludedProducts.0'],
    ['too many products', { earn: { ...EARN, excludedProducts: MANY } }, 'excludedProducts'],
    ['half a point', { earn: { points: 0.5, per: 100 } }, 'program.earn.points'],
    ['points for nothing', { earn: { points: 1, per: 0 } }, 'program.earn.per'],
    ['another currency', { currency: 'USD' }, 'currency'],
  ])('[MS3] %s is refused, with its place, and changes nothing', async (_name, part, place) => {
    const before = await stored();
    const { status, body } = await putProgram(2, part);
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain(place);
    expect(await stored()).toEqual(before);
  });

  it('[MS3] fifty rewards in many languages pass; a body beyond 64 KiB does not', async () => {
    const titles = Object.fromEntries(
      Array.from({ length: 12 }, (_, n) => [`l${n}`, 'a title of a reward, told in that language']),
    );
    const rewards = Array.from({ length: 50 }, (_, n) => ({ ...reward, id: `r-${n}`, titles }));
    expect((await putProgram(2, { rewards })).status).toBe(200);
    const long = { ...titles, x: 'x'.repeat(65_000) };
    expect((await putProgram(3, { rewards: [{ ...reward, titles: long }] })).status).toBe(413);
  });

  it('[MS6] of a shop that the books don’t know there is nothing to decide', async () => {
    // The app was installed, and Shopify did not say which shop it is.
    world.shopify.faults.graphql.push('throttled');
    for (const door of ['GET /api/admin/program', 'GET /api/admin/policy'])
      expect((await world.ask(door, undefined, THEIRS)).status).toBe(404);
    expect((await putProgram(1, {}, THEIRS)).status).toBe(404);
    expect(await world.database.shops()).toEqual([SHOP]);
  });

  it('[MS6] the first decision waits for the currency that Shopify names', async () => {
    await world.close();
    world = await openMerchant({ isNew: true });
    await world.sync();
    world.shopify.faults.graphql.push('throttled');
    expect((await readProgram()).program).toMatchObject({ version: 1, currency: 'USD' });
    const before = await stored();
    world.shopify.faults.graphql.push('throttled');
    expect((await putProgram(1, { currency: 'USD' })).status).toBe(503);
    expect(await stored()).toEqual(before);
    expect((await putProgram(1, { currency: 'USD' })).status).toBe(409);
    const { program, versions } = await readProgram();
    expect(program).toMatchObject({ version: 2, currency: 'EUR' });
    expect(versions.map(({ by }) => by)).toEqual([null, null]);
    expect((await putProgram(2, {})).status).toBe(200);
  });
});

describe('the offline policy', () => {
  it('[MS1] limits are registers’ with their next call, and counted for the greatest loss', async () => {
    const till = registerOf('till-1');
    await world.sync({ register: till });
    world.clock.time += 31 * 86_400_000;
    await world.sync({ register: registerOf('till-2') });
    await world.sync({ register: registerOf('till-3'), customers: [BOB] });
    const { policy, registers, customers } = await readPolicy();
    expect([registers, customers]).toEqual([2, 1]);
    expect(policy).toEqual({ ...LIMITS, version: policy.version, hasPin: false });
    const put = await putPolicy(policy.version, { perCustomer: 700, redeemOffline: false });
    const after = v.parse(policyAnswerSchema, put.body);
    expect(after.policy).toMatchObject({ perCustomer: 700, version: policy.version + 1 });
    expect(after.versions[0]).toMatchObject({ by: '42', policy: after.policy });
    const told = v.parse(syncResponseSchema, (await world.sync({ register: till })).body);
    expect(told.policy).toMatchObject({ perCustomer: 700, version: after.policy.version });
    expect((await putPolicy(policy.version, {})).body).toMatchObject({
      error: { code: 'changed' },
    });
  });

  it.each([
    [{ halfAgeHours: 23 }, 'policy.halfAgeHours'],
    [{ perCustomer: -1 }, 'policy.perCustomer'],
    [{ strict: 'yes' }, 'policy.strict'],
    [{ pin: null }, 'pin'],
    [{ version: 3 }, 'version'],
  ])('[MS3] %o is refused and changes nothing', async (part, place) => {
    const before = await stored();
    const { status, body } = await putPolicy(1, part);
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain(place);
    expect(await stored()).toEqual(before);
  });

  it('[MS4] of a PIN only its salted hash is kept, and the page gets neither', async () => {
    const { status, body } = await putPolicy(1, {}, { pin: '246813' });
    expect(status).toBe(200);
    const { pin } = (await stored()).policy;
    expect(pin !== null && isPin(pin, '246813')).toBe(true);
    const told = JSON.stringify([body, await readPolicy(), world.logged]);
    for (const secret of ['246813', pin?.hash, pin?.salt]) expect(told).not.toContain(secret);
    expect(v.parse(policyAnswerSchema, body).policy.hasPin).toBe(true);
    // Another decision keeps it; `null` takes it away.
    expect((await putPolicy(2, { perCustomer: 1 })).status).toBe(200);
    expect((await stored()).policy.pin).toEqual(pin);
    expect((await putPolicy(3, { perCustomer: 1 }, { pin: null })).status).toBe(200);
    expect((await stored()).policy.pin).toBeNull();
    for (const digits of ['123', '123456789', 'abcd', '12 34', 1234]) {
      const refused = await putPolicy(4, {}, { pin: digits as string });
      expect(refused.status).toBe(400);
      expect(JSON.stringify(refused.body)).not.toContain(String(digits));
    }
  });

  it('[MS5] strict mode, changed by a person, forgets what was set aside', async () => {
    expect((await putPolicy(1, { strict: true })).status).toBe(200);
    for (let call = 0; call < 3; call += 1) await world.sync({ customers: [101], share: 1 });
    const slots = () => world.database.read(SHOP, (reader) => reader.slots());
    expect(await slots()).toHaveLength(1);
    expect((await putPolicy(2, { strict: true, perCustomer: 9 })).status).toBe(200);
    expect(await slots()).toHaveLength(1);
    expect((await putPolicy(3, { strict: false })).status).toBe(200);
    expect(await slots()).toEqual([]);
  });
});

describe('offers for carts', () => {
  const offer = {
    ...{ id: 'sticker', title: 'A sticker', titles: { fr: 'Un autocollant' }, points: 0 },
    gives: { type: 'percent', percent: 5 },
  };
  const put = (expected: number | null, offers: readonly object[]) =>
    world.ask('PUT /api/admin/cart-offers', { expected, offers });

  it('[MS20] are shown and replaced as a whole, by whoever saw the last change', async () => {
    const none = { offers: [], changedAt: null, changedBy: null };
    expect((await world.ask('GET /api/admin/cart-offers')).body).toEqual(none);
    const first = v.parse(cartOffersAnswerSchema, (await put(null, [offer])).body);
    expect(first).toEqual({ offers: [offer], changedAt: world.clock.time, changedBy: '42' });
    expect((await put(null, [])).body).toMatchObject({ error: { code: 'changed' } });
    // In the same millisecond.
    const second = v.parse(cartOffersAnswerSchema, (await put(first.changedAt, [])).body);
    expect((await put(first.changedAt, [offer])).status).toBe(409);
    expect((await world.ask('GET /api/admin/cart-offers')).body).toEqual(second);
    expect(second.offers).toEqual([]);
  });

  it('[MS20] that make no sense, or of a shop that nobody knows, are refused', async () => {
    const bad = [
      { ...offer, points: -1 },
      { ...offer, id: 'Not So' },
      { ...offer, more: 1 },
    ];
    for (const one of bad) expect((await put(null, [one])).status).toBe(400);
    const twice = await put(null, [offer, { ...offer, title: 'Another' }]);
    expect([twice.status, JSON.stringify(twice.body)]).toEqual([
      400,
      expect.stringContaining('offers.1.id'),
    ]);
    const many = Array.from({ length: 21 }, (_, n) => ({ ...offer, id: `o-${n}` }));
    expect((await put(null, many)).status).toBe(400);
    world.shopify.faults.graphql.push('throttled');
    const asked = { expected: null, offers: [] };
    expect((await world.ask('PUT /api/admin/cart-offers', asked, THEIRS)).status).toBe(404);
  });
});

describe('versions', () => {
  it('[MS7] decisions of code, and of one database transaction, are each kept', async () => {
    const names = ['One', 'Two', 'Three'];
    await Promise.all(
      names.map((name) => world.ledger.setProgram(SHOP, SHOP_ID, { ...PROGRAM, name })),
    );
    const { versions } = await readProgram();
    expect(versions.map(({ version, by, program: { name } }) => [version, by, name])).toEqual([
      [5, null, 'Three'],
      [4, null, 'Two'],
      [3, null, 'One'],
      [2, null, 'Sunny Days'],
    ]);
    expect(versions.every(({ at }) => at === world.clock.time)).toBe(true);
    // It began with this one.
    expect((await readPolicy()).versions).toMatchObject([{ version: 1, at: null, by: null }]);
  });

  it('[MS8] a register holds the newest version from before its last call', () => {
    const versions = [
      { version: 4, at: 90 },
      { version: 3, at: 50 },
      { version: 2, at: null },
      { version: 1, at: null },
    ];
    expect([10, 50, 51, 89, 90].map((at) => versionHeld(versions, at))).toEqual([2, 3, 3, 3, 4]);
    expect(versionHeld([], 5)).toBeUndefined();
    expect(versionHeld([{ version: 1, at: 6 }], 5)).toBeUndefined();
  });

  it('[MS9] switches are answered as the page reads them, before and after a change', async () => {
    const read = async () =>
      v.parse(switchesAnswerSchema, (await world.ask('GET /api/admin/settings')).body);
    expect(await read()).toEqual({
      settings: { cartExtension: false, storeCredit: 'tideover' },
      versions: [],
    });
    const put = await world.ask('PUT /api/admin/settings', { cartExtension: true });
    expect(v.parse(switchesAnswerSchema, put.body)).toEqual(await read());
    expect((await read()).versions).toHaveLength(1);
  });

  it('[MS19] the simulator’s backstage decides on top of what the page has decided', async () => {
    const { ledger } = world;
    const shop = SHOP_DOMAIN as ShopDomain;
    await ledger.setPolicy(shop, SIMULATED, { ...POLICY_DEFAULT, perCustomer: minor(700) });
    const rounds = { make: () => Promise.resolve(), parts: [] };
    const backstage = createMerchant({ ledger, random: seededRandom(2), rounds });
    await backstage.decide({ pin: '2468' });
    const decider = { by: '42', expected: 3 };
    const { pin: _kept, ...policy } = await backstage.policy();
    expect(policy).toMatchObject({ version: 3, perCustomer: 700 });
    await ledger.settle(shop, policyDecision({ ...policy, redeemOffline: false }, decider));
    const after = await backstage.decide({ strict: true });
    expect(after).toMatchObject({
      version: 5,
      perCustomer: 700,
      redeemOffline: false,
      strict: true,
    });
    expect(after.pin !== null && isPin(after.pin, '2468')).toBe(true);
  });
});
