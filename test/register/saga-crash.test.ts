/** The crash table of a redemption, row by row: what died, what it left, what is made of it. */
import { describe, expect, it } from 'vitest';
import type { Reference } from '../../shared/protocol.ts';
import { propertyKey } from '../../extensions/register/cart.ts';
import { openIntents, removeRedemption } from '../../extensions/register/redemption.ts';
import { GRACE_MS, NOTICE_MS } from '../../extensions/register/saga.ts';
import { saleEvent } from '../../simulator/page/sale.ts';
import { COFFEE, PRICES, credit, kindsIn, refsOn } from './counter.ts';
import { ALICE, BOB, type EUR, add, commitDraft, outboxOn } from './device.ts';
import {
  empty,
  hearSale,
  mortalContext,
  openScene,
  type Fate,
  type Scene,
  type Tap,
} from './mortal.ts';

const MINUTE_MS = 60_000;
const GOODS = { quantity: 1, title: 'More', price: '8.00', taxable: true };

const available = async ({ outbox }: Scene, unit: 'points' | typeof EUR = 'points') =>
  (await outbox.view()).available(ALICE, unit)?.available;

/** The calls of a tap that nothing happens to, with the places of those that the table names. */
async function undisturbed() {
  const scene = await openScene();
  const tap = await scene.tap();
  await scene.pass(MINUTE_MS);
  expect(tap.outcome?.status).toBe('applied');
  const place = (name: string): number => tap.calls.indexOf(name) + 1;
  return { stores: place('set'), applies: place('apply'), properties: place('properties') };
}

/** A tap that meets its fate, and five minutes of the background after it. */
async function after(fate: Fate): Promise<{ scene: Scene; tap: Tap; kinds: string[] }> {
  const scene = await openScene();
  const tap = await scene.tap(fate);
  await scene.pass(5 * MINUTE_MS);
  return { scene, tap, kinds: await kindsIn(scene.outbox) };
}

async function redeemed(scene: Scene, asked = COFFEE): Promise<Reference> {
  const tap = await scene.tap(undefined, asked);
  await scene.pass(10_000);
  if (tap.outcome?.status !== 'applied') throw new Error(`not applied: ${tap.outcome?.status}`);
  return tap.outcome.ref;
}

const upTo = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('a tap that dies', () => {
  it('[SG2] before or during the intent’s set: nothing, or an intent that is voided', async () => {
    const { stores } = await undisturbed();
    const left = new Set<string>();
    for (const at of upTo(1, stores))
      for (const how of ['killed before it', 'killed, effect after 30 s'] as const) {
        const { scene, tap, kinds } = await after({ at, how });
        left.add(kinds.join());
        expect(tap.outcome).toBeUndefined();
        expect(refsOn(scene.cart)).toEqual([]);
        expect(await available(scene)).toBe(400);
      }
    expect([...left].sort()).toEqual(['', 'intent,void:never-applied']);
  });

  it('[SG2] after the intent, before the cart call: void (never applied) after the grace', async () => {
    const { stores, applies } = await undisturbed();
    const fates = [
      { at: stores, how: 'killed after it' } as const,
      ...upTo(stores + 1, applies).map((at) => ({ at, how: 'killed before it' }) as const),
    ];
    expect(fates.length).toBeGreaterThan(2);
    for (const fate of fates) {
      const scene = await openScene();
      await scene.tap(fate);
      await scene.pass(GRACE_MS);
      expect(await kindsIn(scene.outbox)).toEqual(['intent']);
      expect(await available(scene)).toBe(340);
      await scene.pass(MINUTE_MS);
      expect(await kindsIn(scene.outbox)).toEqual(['intent', 'void:never-applied']);
      expect(await available(scene)).toBe(400);
      expect(refsOn(scene.cart)).toEqual([]);
    }
  });

  it('[SG2] during the cart call: in the cart it goes on, else it is voided', async () => {
    const { applies: at } = await undisturbed();
    for (const [how, kinds, points] of [
      ['killed before it', ['intent', 'void:never-applied'], 400],
      ['killed after it', ['intent'], 340],
      ['killed, effect after 30 s', ['intent'], 340],
    ] as const) {
      const { scene, kinds: stored } = await after({ at, how });
      expect(stored).toEqual(kinds);
      expect(refsOn(scene.cart)).toHaveLength(points === 340 ? 1 : 0);
      expect(await available(scene)).toBe(points);
    }
  });

  it('[SG2] during the cart call, which works late: late discount plus void, the sale wins', async () => {
    const { applies: at } = await undisturbed();
    const { scene, kinds } = await after({ at, how: 'killed, effect after 90 s' });
    expect(kinds).toEqual(['intent', 'void:never-applied']);
    const inCart = new Set(refsOn(scene.cart));
    expect(inCart.size).toBe(1);
    expect(openIntents(await scene.outbox.view(), inCart)).toHaveLength(1);
    await scene.sell();
    expect(await kindsIn(scene.outbox)).toEqual(['commit', 'intent', 'void:never-applied']);
    expect(await available(scene)).toBe(340);
  });

  it('[SG2] after discount, before property: the title is enough, the next tap adds it', async () => {
    const { properties: at } = await undisturbed();
    const { scene, kinds } = await after({ at, how: 'killed before it' });
    expect(kinds).toEqual(['intent']);
    expect(scene.cart.state().properties).toEqual({});
    await redeemed(scene);
    await scene.pass(MINUTE_MS);
    const keys = refsOn(scene.cart).map(propertyKey);
    expect(keys).toHaveLength(2);
    expect(Object.keys(scene.cart.state().properties).sort()).toEqual(keys.sort());
  });
});

describe('what happens to a discount on the cart', () => {
  it('[SG2] staff removes or replaces our discount, items still in cart: void at once', async () => {
    for (const replacement of [undefined, 'Staff']) {
      const scene = await openScene();
      await redeemed(scene);
      await scene.cart.mutators.removeCartDiscount();
      if (replacement !== undefined)
        await scene.cart.mutators.applyCartDiscount('FixedAmount', replacement, '3.00');
      await scene.pass(NOTICE_MS + 1_000);
      expect(await kindsIn(scene.outbox)).toEqual(['intent', 'void:removed-by-staff']);
      expect(await available(scene)).toBe(400);
    }
  });

  it('[SG2] our own "remove", killed at any of its calls, gives back once or not at all', async () => {
    const left = new Set<string>();
    for (let at = 1; ; at += 1) {
      const scene = await openScene();
      const ref = await redeemed(scene);
      const context = await mortalContext(scene.device, scene.cart, {
        at,
        how: 'killed before it',
      });
      void removeRedemption(context.deps, ref);
      await scene.pass(5 * MINUTE_MS);
      const isThere = refsOn(scene.cart).length > 0;
      expect(await available(scene)).toBe(isThere ? 340 : 400);
      left.add((await kindsIn(scene.outbox)).join());
      if (context.calls.length < at) break;
    }
    expect([...left].sort()).toEqual([
      'intent',
      'intent,void:removed',
      'intent,void:removed-by-staff',
    ]);
  });

  it('[SG2] cart emptied, no sale event within grace: void (cleared); an order later wins', async () => {
    const scene = await openScene();
    await redeemed(scene);
    const event = saleEvent(scene.cart.state(), PRICES, {
      orderId: 77,
      executedAtMs: scene.device.time.now(),
      payment: 'Cash',
    });
    await scene.cart.mutators.clearCart();
    await scene.pass(2 * MINUTE_MS);
    expect(await kindsIn(scene.outbox)).toEqual(['intent', 'void:cart-cleared']);
    expect(await available(scene)).toBe(400);
    await hearSale(scene.device, scene.outbox, event);
    expect(await available(scene)).toBe(340);
    expect(openIntents(await scene.outbox.view())).toEqual([]);
  });

  it('[SG2] staff edits the discount or removes items: captured is what the sale took', async () => {
    const scene = await openScene(400, 5_000);
    await redeemed(scene, credit(2_000));
    const [line] = scene.cart.state().lines;
    await scene.cart.mutators.addCustomSale({ ...GOODS, price: '15.00' });
    await scene.cart.mutators.removeLineItem(line?.uuid ?? '');
    await scene.pass(MINUTE_MS);
    await scene.sell();
    const commit = [...(await scene.outbox.view()).operations.values()]
      .map(({ operation }) => operation)
      .find((one) => one?.kind === 'commit');
    expect(commit?.body).toMatchObject({ captured: 1_500, discount: { amount: 1_500 } });
    expect(commit?.hold?.amount).toBe(2_000);
  });

  it('[SG6] customer changed on the cart after redeeming: it goes on, and the sale says whose it was', async () => {
    for (const customer of [BOB, undefined]) {
      const scene = await openScene();
      const { mutators } = scene.cart;
      await mutators.setCustomer({ id: ALICE });
      const ref = await redeemed(scene);
      await (customer === undefined
        ? mutators.removeCustomer()
        : mutators.setCustomer({ id: customer }));
      await scene.pass(5 * MINUTE_MS);
      expect(openIntents(await scene.outbox.view())).toMatchObject([
        { ref, hold: { customer: ALICE } },
      ]);
      await scene.sell();
      const commit = [...(await scene.outbox.view()).operations.values()]
        .map(({ operation }) => operation)
        .find((one) => one?.kind === 'commit');
      expect(commit).toMatchObject({
        ref,
        hold: { customer: ALICE },
        body: { customer: customer ?? null },
      });
    }
  });
});

describe('an app that dies with all its contexts', () => {
  it('[SG2, SG3] app killed at any call of a tap: unknown on restart, reported once, never void', async () => {
    const { properties } = await undisturbed();
    const left = new Set<string>();
    for (const at of upTo(1, properties))
      for (const how of ['killed before it', 'killed after it'] as const) {
        const scene = await openScene();
        await scene.tap({ at, how });
        await scene.pass(2_000);
        empty(scene.cart);
        await scene.restart();
        const [intent] = openIntents(await scene.outbox.view());
        if (intent !== undefined) expect(scene.observer.isUnknown(intent.ref)).toBe(true);
        await scene.pass(30 * MINUTE_MS);
        await scene.restart();
        await scene.pass(30 * MINUTE_MS);
        left.add((await kindsIn(scene.outbox)).join());
        expect(await available(scene)).toBe(intent === undefined ? 400 : 340);
        expect(openIntents(await scene.outbox.view())).toHaveLength(intent === undefined ? 0 : 1);
      }
    expect([...left].sort()).toEqual(['', 'intent,missing']);
  });

  it('[SG2] app killed while the ref was in the cart, and the cart kept: it goes on', async () => {
    const scene = await openScene();
    await redeemed(scene);
    await scene.restart();
    await scene.pass(30 * MINUTE_MS);
    expect(await kindsIn(scene.outbox)).toEqual(['intent']);
    await scene.sell();
    expect(await kindsIn(scene.outbox)).toEqual(['commit', 'intent']);
  });

  it('[SG2, SG3] order completed, event never handled: as above; the order captures it', async () => {
    const scene = await openScene();
    const ref = await redeemed(scene);
    await scene.sell({ isHeard: false });
    await scene.restart();
    await scene.pass(30 * MINUTE_MS);
    expect(await kindsIn(scene.outbox)).toEqual(['intent', 'missing']);
    expect(await available(scene)).toBe(340);
    await add(scene.outbox, commitDraft(ref));
    expect(openIntents(await scene.outbox.view())).toEqual([]);
    expect(await available(scene)).toBe(340);
  });

  it('[SG3] a reference that comes back after it was reported goes on, sold or taken off', async () => {
    for (const isSold of [true, false]) {
      const scene = await openScene();
      await redeemed(scene);
      const kept = scene.cart.state();
      empty(scene.cart);
      await scene.restart();
      await scene.pass(10 * MINUTE_MS);
      scene.cart.replace(kept);
      await scene.pass(10 * MINUTE_MS);
      expect(scene.observer.isUnknown(refsOn(scene.cart)[0] ?? ('' as Reference))).toBe(false);
      expect(await kindsIn(scene.outbox)).toEqual(['intent', 'missing']);
      if (isSold) await scene.sell();
      else await scene.cart.mutators.removeCartDiscount();
      await scene.pass(10 * MINUTE_MS);
      const closing = isSold
        ? ['commit', 'intent', 'missing']
        : ['intent', 'missing', 'void:removed-by-staff'];
      expect(await kindsIn(scene.outbox)).toEqual(closing);
      expect(await available(scene)).toBe(isSold ? 340 : 400);
    }
  });

  it('[SG3] a tap under way while the background restarts is not reported', async () => {
    const scene = await openScene();
    const { applies: at } = await undisturbed();
    await scene.tap({ at, how: 'killed, effect after 30 s' });
    await scene.pass(2_000);
    await scene.restart();
    await scene.pass(30 * MINUTE_MS);
    expect(await kindsIn(scene.outbox)).toEqual(['intent']);
  });

  it('[SG3] a report that can’t be stored is tried again, and nothing is lost meanwhile', async () => {
    const scene = await openScene();
    await redeemed(scene);
    empty(scene.cart);
    const { set } = scene.device.storage;
    let isFailing = true;
    Object.assign(scene.device.storage, {
      set: (key: string, value: string) =>
        isFailing ? Promise.reject(new Error('disk')) : set(key, value),
    });
    await scene.restart();
    await scene.pass(10 * MINUTE_MS);
    expect(await kindsIn(outboxOn(scene.device))).toEqual(['intent']);
    isFailing = false;
    await scene.pass(MINUTE_MS);
    expect(await kindsIn(scene.outbox)).toEqual(['intent', 'missing']);
    expect(await available(scene)).toBe(340);
  });
});

describe('a tap that takes too long', () => {
  it('[SG5] paused for more than a minute at any call, it is on the cart or voided, never both', async () => {
    const { properties } = await undisturbed();
    const told = new Set<string>();
    for (const at of upTo(1, properties))
      for (const how of ['paused before it', 'paused after it'] as const) {
        const { scene, tap, kinds } = await after({ at, how });
        const isApplied = tap.outcome?.status === 'applied';
        told.add(tap.outcome?.status ?? 'nothing');
        expect(refsOn(scene.cart)).toHaveLength(isApplied ? 1 : 0);
        const isVoided = kinds.some((kind) => kind.startsWith('void'));
        if (kinds.includes('intent')) expect(isVoided).toBe(!isApplied);
        expect(await available(scene)).toBe(isApplied ? 340 : 400);
      }
    expect([...told].sort()).toEqual(['applied', 'refused']);
  });
});
