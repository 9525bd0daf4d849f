import { beforeEach, describe, expect, it, vi } from 'vitest';
import { minor } from '../../shared/amount.ts';
import type { DeviceStorage } from '../../shared/ports.ts';
import { fill, openRegister, storedOn } from './at-register.ts';
import { newCart, hear } from './counter.ts';
import {
  ALICE,
  BOB,
  EUR,
  START_MS,
  add,
  createDevice,
  earnDraft,
  intentDraft,
  outboxOn,
  type TestDevice,
} from './device.ts';

let device: TestDevice;
beforeEach(() => {
  device = createDevice();
});

const wait = (ms: number) => device.time.runUntil(device.time.now() + ms);
const seenKeys = async () =>
  (await device.storage.entries()).map(([key]) => key).filter((key) => key.startsWith('c.'));

/** The context that lives as long as POS does, on a cart that people come and go at. */
async function openBackground(storage: DeviceStorage = device.storage) {
  const at = openRegister(device, { role: 'background', storage });
  await device.time.runFor(at.register.start());
  return at;
}

async function recentOf(by: { readonly role?: 'screen' | 'background' } = {}) {
  const { register } = openRegister(device, by);
  await device.time.runFor(register.start());
  await wait(1_000);
  return register.recent().map(({ customer }) => customer);
}

describe('customers seen lately', () => {
  it('[RG3] are those of what this device did, newest first, and each once', async () => {
    const outbox = outboxOn(device);
    await add(outbox, intentDraft({ customer: ALICE }));
    await wait(1_000);
    await add(outbox, intentDraft({ customer: BOB }));
    await wait(1_000);
    await add(outbox, earnDraft('a sale'));
    const { register } = openRegister(device);
    await device.time.runFor(register.start());
    expect(register.recent()).toEqual([
      { customer: ALICE, at: START_MS + 2_000 },
      { customer: BOB, at: START_MS + 1_000 },
    ]);
  });

  it('[RG3] and those who were on the cart, in one record that the next one replaces', async () => {
    const { cart } = await openBackground();
    for (const id of [ALICE, BOB]) {
      await cart.mutators.setCustomer({ id });
      await wait(30_000);
    }
    expect(await seenKeys()).toHaveLength(1);
    await wait(90_000);
    expect(await seenKeys()).toHaveLength(1);
    expect(await recentOf()).toEqual([BOB, ALICE]);
    expect(await recentOf({ role: 'background' })).toEqual([BOB, ALICE]);
  });

  it('[RG3] twelve at most, written once a minute at most', async () => {
    const set = vi.fn(device.storage.set);
    const { cart } = await openBackground({ ...device.storage, set });
    for (let id = 1; id <= 40; id += 1) {
      await cart.mutators.setCustomer({ id });
      await wait(6_000);
    }
    const writes = set.mock.calls.filter(([key]) => key.startsWith('c.'));
    expect(writes.length).toBeGreaterThan(1);
    expect(writes.length).toBeLessThanOrEqual(4);
    await wait(90_000);
    expect(await recentOf()).toEqual([40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29]);
  });

  it('[RG3] take no key that the outbox may need, and are none of its records', async () => {
    for (let i = 0; i < 86; i += 1) await device.storage.set(`other.${i}`, 'x');
    const { cart } = await openBackground();
    await cart.mutators.setCustomer({ id: ALICE });
    await wait(120_000);
    expect(await seenKeys()).toEqual([]);
    await device.storage.delete('other.0');
    await device.storage.delete('other.1');
    await wait(120_000);
    expect(await seenKeys()).toHaveLength(1);
    const view = await outboxOn(device).view();
    expect([view.operations.size, view.damaged, view.keys]).toEqual([0, [], 85]);
  });

  it('[RG3] a storage that fails costs them alone, until it works again', async () => {
    const storage = { ...device.storage };
    const { cart, register } = await openBackground(storage);
    const set = vi.spyOn(storage, 'set').mockRejectedValue(new Error('disk I/O error'));
    await cart.mutators.setCustomer({ id: ALICE });
    await wait(90_000);
    expect(register.recent()).toMatchObject([{ customer: ALICE }]);
    set.mockRestore();
    await wait(90_000);
    expect(await recentOf()).toEqual([ALICE]);
    const [key = ''] = await seenKeys();
    await device.storage.set(key, '1|0|[{"customer":5}]');
    expect(await recentOf()).toEqual([]);
  });
});

describe('a customer who was looked up', () => {
  const request = { customer: ALICE, reward: 'coffee', title: 'Coffee' };

  it('[RG4] is put on the cart, and the answer is what the cart shows', async () => {
    const at = openRegister(device);
    expect(await device.time.runFor(at.register.attach(BOB))).toBe(true);
    expect(at.cart.current().customer?.id).toBe(BOB);
    expect(await device.time.runFor(at.register.attach(BOB))).toBe(true);
  });

  it.each([
    ['refuses', () => Promise.reject(new Error('offline'))],
    ['says done and does nothing', () => Promise.resolve()],
    ['never answers', () => new Promise<void>(() => undefined)],
    [
      'throws',
      () => {
        throw new Error('no such call');
      },
    ],
  ])('[RG4] when POS %s, redeeming goes on without', async (_, setCustomer) => {
    await hear(device, 400);
    const at = openRegister(device, { calls: { setCustomer } });
    await fill(at.cart);
    const before = device.time.now();
    expect(await device.time.runFor(at.register.attach(ALICE))).toBe(false);
    expect(device.time.now() - before).toBeLessThanOrEqual(10_000);
    expect(await device.time.runFor(at.register.redeem(request))).toMatchObject({
      status: 'applied',
    });
    expect(at.cart.current().customer).toBeUndefined();
    expect((await storedOn(device, 'intent')).map(({ hold }) => hold.customer)).toEqual([ALICE]);
  });

  it('[RG4] is put on a cart without a customer before anything is redeemed', async () => {
    await hear(device, 400);
    const cart = newCart();
    const at = openRegister(device, { cart });
    await fill(cart);
    expect(await device.time.runFor(at.register.redeem(request))).toMatchObject({
      status: 'applied',
    });
    expect(cart.current().customer?.id).toBe(ALICE);
  });

  it('[RG4] takes nobody else’s place: the screen is told, and staff decide', async () => {
    await hear(device, 400);
    const at = openRegister(device);
    await fill(at.cart);
    await at.cart.mutators.setCustomer({ id: BOB });
    await device.time.runFor(at.register.redeem(request));
    expect(at.cart.current().customer?.id).toBe(BOB);
    expect(at.register.state().open).toMatchObject([{ customer: ALICE, isOtherCustomer: true }]);
    await at.cart.mutators.removeCustomer();
    expect(at.register.state().open).toMatchObject([{ isOtherCustomer: false }]);
    await at.cart.mutators.setCustomer({ id: ALICE });
    expect(at.register.state().open).toMatchObject([{ isOtherCustomer: false }]);
  });

  it('[RG4] is not put on the cart for a redemption that can’t be', async () => {
    const at = openRegister(device);
    await hear(device, 400, 2_000);
    const credit = { customer: ALICE, credit: minor(500), title: 'Credit' };
    expect(await device.time.runFor(at.register.redeem(credit))).toMatchObject({
      reason: 'cart-empty',
    });
    expect(at.cart.current().customer).toBeUndefined();
    expect(openRegister(device, { hasCart: false }).register.creditRefusal(ALICE, minor(500))).toBe(
      'balance-unknown',
    );
  });

  it('[RG4] a target without a cart can’t put anybody on one', async () => {
    const { register } = openRegister(device, { hasCart: false });
    expect(await device.time.runFor(register.attach(ALICE))).toBe(false);
  });
});

describe('where and who the register is', () => {
  it('[RG9] is read for each operation, as it is then', async () => {
    await hear(device, 400);
    const at = openRegister(device);
    await fill(at.cart);
    const coffee = { customer: ALICE, reward: 'coffee', title: 'Coffee' };
    const outcome = await device.time.runFor(at.register.redeem(coffee));
    at.session = { ...at.session, staff: 8, location: 2 };
    await wait(1_000);
    if (outcome.status === 'applied') await device.time.runFor(at.register.remove(outcome.ref));
    at.session = { ...at.session, staff: null, user: 9 };
    await wait(1_000);
    const correction = { reason: 'other' as const, text: '', points: 1, orderId: 4 };
    await device.time.runFor(at.register.takeBack(correction));
    const kinds = ['intent', 'void', 'take-back'] as const;
    const stored = await Promise.all(kinds.map((kind) => storedOn(device, kind)));
    expect(stored.flat().map(({ staff, location, user }) => [staff, location, user])).toEqual([
      [6, 1, 5],
      [8, 2, 5],
      [null, 2, 9],
    ]);
  });

  it('[RG9] where another currency is taken nothing is redeemed', async () => {
    await hear(device, 400, 2_000);
    const at = openRegister(device);
    await fill(at.cart);
    await device.time.runFor(at.register.start());
    at.session = { ...at.session, currency: 'USD' };
    const differs = 'currency-differs';
    expect(at.register.offers(ALICE).map(({ refusal }) => refusal)).toEqual([differs, differs]);
    expect(at.register.creditRefusal(ALICE, minor(100))).toBe(differs);
    const coffee = { customer: ALICE, reward: 'coffee', title: 'Coffee' };
    expect(await device.time.runFor(at.register.redeem(coffee))).toEqual({
      status: 'refused',
      reason: differs,
    });
    expect(await storedOn(device, 'intent')).toEqual([]);
    at.session = { ...at.session, currency: EUR };
    expect(at.register.offers(ALICE).map(({ refusal }) => refusal)).toEqual([undefined, undefined]);
  });

  it('[RG9] what another shop left waiting on the device is told, and not touched', async () => {
    const other = outboxOn(device, { shopId: 99 });
    await add(other, intentDraft());
    const { register } = openRegister(device);
    await device.time.runFor(register.start());
    const { waiting, otherShops } = register.state();
    expect([waiting, otherShops]).toEqual([[], 1]);
    expect(register.recent()).toEqual([]);
  });
});
