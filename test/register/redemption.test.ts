import { describe, expect, it } from 'vitest';
import { minor } from '../../shared/amount.ts';
import type { DeviceStorage } from '../../shared/ports.ts';
import type { Operation } from '../../shared/protocol.ts';
import { propertyKey } from '../../extensions/register/cart.ts';
import { redeem, removeRedemption } from '../../extensions/register/redemption.ts';
import { faultyStorage } from '../support/faulty-storage.ts';
import { seededRandom } from '../support/seeded-random.ts';
import {
  COFFEE,
  credit,
  hear,
  kindsIn,
  newCart,
  openCounter,
  refsOn,
  type Counter,
} from './counter.ts';
import {
  ALICE,
  BOB,
  DAY_MS,
  EUR,
  POLICY,
  START_MS,
  add,
  createDevice,
  intentDraft,
  newRef,
  outboxOn,
  runWith,
  type TestDevice,
} from './device.ts';
import { goodServer, refused, settleAll } from './line.ts';

const HOUR_MS = 3_600_000;

async function expectUntouched({ cart, outbox }: Counter): Promise<void> {
  expect(refsOn(cart)).toEqual([]);
  expect((await outbox.view()).operations.size).toBe(0);
}

describe('a refused redemption', () => {
  it.each([
    ['balance-too-low', { ...COFFEE, amount: 401 }, 0],
    ['amount-invalid', { ...COFFEE, amount: 0 }, 0],
    ['amount-invalid', { ...COFFEE, amount: 1.5 }, 0],
    ['customer-limit', { ...COFFEE, discount: { currency: EUR, amount: minor(5_001) } }, 0],
    ['customer-limit', { ...COFFEE, discount: { currency: EUR, amount: minor(2_501) } }, 30],
    ['balance-too-old', COFFEE, 73],
  ] as const)('[RD1] with %s stores nothing and leaves the cart', async (reason, asked, hours) => {
    const device = createDevice();
    await hear(device, 400);
    const counter = await openCounter(device);
    device.clockOffset += hours * HOUR_MS;
    expect(await redeem(counter.deps, asked)).toEqual({ status: 'refused', reason });
    await expectUntouched(counter);
  });

  it('[RD1] with balance-unknown, before anything was ever heard', async () => {
    const counter = await openCounter(createDevice());
    const outcome = await redeem(counter.deps, COFFEE);
    expect(outcome).toEqual({ status: 'refused', reason: 'balance-unknown' });
    await expectUntouched(counter);
  });

  it('[RD1] with offline-off, when the merchant wants no redemption while cut off', async () => {
    const device = createDevice();
    await hear(device, 400);
    const policy = { ...POLICY, redeemOffline: false };
    await outboxOn(device).saveRun(runWith({ from: 10, cursor: 11, policy }));
    const counter = await openCounter(device);
    const outcome = await redeem(counter.deps, COFFEE);
    expect(outcome).toEqual({ status: 'refused', reason: 'offline-off' });
  });

  it('[RD1] with register-limit or redemptions-limit, by all that waits on the device', async () => {
    for (const [change, reason] of [
      [{ perRegister: minor(899) }, 'register-limit'],
      [{ redemptionsMax: 2 }, 'redemptions-limit'],
    ] as const) {
      const device = createDevice();
      await hear(device, 400);
      const policy = { ...POLICY, ...change };
      await outboxOn(device).saveRun(runWith({ from: 10, cursor: 11, policy }));
      const counter = await openCounter(device);
      for (const customer of [BOB, BOB + 1]) await add(counter.outbox, intentDraft({ customer }));
      const outcome = await redeem(counter.deps, COFFEE);
      expect(outcome).toEqual({ status: 'refused', reason });
      expect(refsOn(counter.cart)).toEqual([]);
    }
  });

  it('[RD1] with storage-full, while voids and sales still fit', async () => {
    const device = createDevice();
    await hear(device, 400);
    for (let i = 0; i < 90; i += 1) await device.storage.set(`other ${i}`, 'x');
    const counter = await openCounter(device);
    const outcome = await redeem(counter.deps, COFFEE);
    expect(outcome).toEqual({ status: 'refused', reason: 'storage-full' });
    await expectUntouched(counter);
  });

  it('[RD10] with storage-failing, when storage can’t be read', async () => {
    const device = createDevice();
    await hear(device, 400);
    const storage = { ...device.storage, entries: () => Promise.reject(new Error('disk')) };
    const counter = await openCounter(device, { storage });
    const outcome = await redeem(counter.deps, COFFEE);
    expect(outcome).toEqual({ status: 'refused', reason: 'storage-failing' });
    expect(refsOn(counter.cart)).toEqual([]);
  });
});

describe('an applied redemption', () => {
  it('[RD2, RD11] is stored, on the cart by one call, and carries the evidence', async () => {
    const device = createDevice();
    await hear(device, 400);
    let calls = 0;
    const cart = newCart();
    await cart.mutators.addCustomSale({ quantity: 1, title: 'X', price: '30.00', taxable: true });
    const { outbox, deps } = await openCounter(device, {
      cart,
      change: {
        async applyDiscount(title, amount) {
          calls += 1;
          expect((await outboxOn(device).view()).pending).toHaveLength(1);
          await cart.mutators.applyCartDiscount('FixedAmount', title, amount);
        },
      },
    });
    device.clockOffset += HOUR_MS;
    const outcome = await redeem(deps, COFFEE);
    const [ref = newRef()] = refsOn(cart);
    expect(outcome).toEqual({ status: 'applied', ref, offline: true });
    expect(calls).toBe(1);
    expect(cart.state().discounts[0]?.title).toBe(`Free coffee · ${ref}`);
    expect(cart.state().properties).toEqual({ [propertyKey(ref)]: ref });
    const [intent] = (await outbox.view()).pending;
    expect(intent?.operation).toMatchObject({
      kind: 'intent',
      ref,
      hold: { customer: ALICE, unit: 'points', amount: 60 },
      body: {
        discount: { currency: EUR, amount: 300 },
        shown: { balance: 400, ageMs: HOUR_MS },
        offline: true,
        policy: 1,
        program: 1,
      },
    });
  });

  it('[RD2] needs the record to be there when it is read back', async () => {
    const device = createDevice();
    await hear(device, 400);
    const storage: DeviceStorage = { ...device.storage, set: () => Promise.resolve() };
    const counter = await openCounter(device, { storage });
    const outcome = await redeem(counter.deps, COFFEE);
    expect(outcome).toEqual({ status: 'refused', reason: 'storage-failing' });
    expect(refsOn(counter.cart)).toEqual([]);
  });

  it.each([false, true])(
    '[RD4] is not told after an uncertain write (took effect: %s), and a void says so',
    async (isEffective) => {
      const device = createDevice();
      await hear(device, 400);
      let sets = 0;
      const storage: DeviceStorage = {
        ...device.storage,
        async set(key, value) {
          sets += 1;
          if (sets > 1 || isEffective) await device.storage.set(key, value);
          if (sets === 1) throw new Error('who knows');
        },
      };
      const counter = await openCounter(device, { storage });
      const outcome = await redeem(counter.deps, COFFEE);
      expect(outcome).toEqual({ status: 'refused', reason: 'storage-failing' });
      expect(refsOn(counter.cart)).toEqual([]);
      expect(await kindsIn(counter.outbox)).toEqual([
        ...(isEffective ? ['intent'] : []),
        'void:uncertain-write',
      ]);
      const view = await counter.outbox.view();
      expect(view.available(ALICE, 'points')?.available).toBe(400);
    },
  );

  it('[RD4] that can’t even be voided stays taken off: nothing is given away', async () => {
    const device = createDevice();
    await hear(device, 400);
    const storage: DeviceStorage = {
      ...device.storage,
      async set(key, value) {
        await device.storage.set(key, value);
        throw new Error('who knows');
      },
    };
    let isFirst = true;
    const once: DeviceStorage = {
      ...storage,
      set: (key, value) => {
        if (!isFirst) return Promise.reject(new Error('gone'));
        isFirst = false;
        return storage.set(key, value);
      },
    };
    const counter = await openCounter(device, { storage: once });
    await redeem(counter.deps, COFFEE);
    expect(await kindsIn(counter.outbox)).toEqual(['intent']);
    const view = await counter.outbox.view();
    expect(view.available(ALICE, 'points')?.available).toBe(340);
  });
});

describe('the cart decides', () => {
  const withCart = async (
    apply: (device: TestDevice, real: () => Promise<void>) => Promise<void>,
  ) => {
    const device = createDevice();
    await hear(device, 400);
    const cart = newCart();
    await cart.mutators.addCustomSale({ quantity: 1, title: 'X', price: '30.00', taxable: true });
    const counter = await openCounter(device, {
      cart,
      change: {
        applyDiscount: (title, amount) =>
          apply(device, () => cart.mutators.applyCartDiscount('FixedAmount', title, amount)),
      },
    });
    const outcome = await device.time.runFor(redeem(counter.deps, COFFEE));
    return { ...counter, device, outcome, kinds: await kindsIn(counter.outbox) };
  };
  const failed = { status: 'refused', reason: 'cart-failed' };

  it('[RD5] a call that throws after it worked is an applied redemption', async () => {
    const { outcome, kinds } = await withCart(async (_, real) => {
      await real();
      throw new Error('late complaint');
    });
    expect(outcome.status).toBe('applied');
    expect(kinds).toEqual(['intent']);
  });

  it('[RD5] a call that throws and did nothing is taken back', async () => {
    const { outcome, kinds } = await withCart(() => Promise.reject(new Error('inventory')));
    expect(outcome).toEqual(failed);
    expect(kinds).toEqual(['intent', 'void:never-applied']);
  });

  it('[RD5] a call that says it worked and did nothing is taken back', async () => {
    const { outcome, kinds } = await withCart(() => Promise.resolve());
    expect(outcome).toEqual(failed);
    expect(kinds).toEqual(['intent', 'void:never-applied']);
  });

  it('[RD5] a call that never ends is given up after ten seconds, and taken back', async () => {
    const { outcome, kinds, device } = await withCart(() => new Promise(() => undefined));
    expect(outcome).toEqual(failed);
    expect(kinds).toEqual(['intent', 'void:never-applied']);
    expect(device.time.now() - START_MS).toBe(10_000);
  });

  it('[RD5] a call that works but never says so is an applied redemption', async () => {
    const { outcome, kinds } = await withCart(async (_, real) => {
      await real();
      await new Promise(() => undefined);
    });
    expect(outcome.status).toBe('applied');
    expect(kinds).toEqual(['intent']);
  });

  it('[RD5] where the target has no cart to change, nothing is promised', async () => {
    const device = createDevice();
    await hear(device, 400);
    const { deps, outbox } = await openCounter(device);
    const outcome = await redeem({ ...deps, cart: undefined }, COFFEE);
    expect(outcome).toEqual(failed);
    expect((await outbox.view()).available(ALICE, 'points')?.available).toBe(400);
  });
});

describe('contexts that race', () => {
  it('[RD3] never promise more together than there is, in any order of their steps', async () => {
    const promisedCounts = new Set<number>();
    for (let seed = 1; seed <= 150; seed += 1) {
      const device = createDevice(seed);
      await hear(device, 100);
      const random = seededRandom(seed);
      const life = { isDead: () => false, mayGoOn: () => Promise.resolve() };
      const faults = {
        latencyMs: random.pick([1, 50, 2_000]),
        failsBefore: random.pick([0, 0.05]),
        failsAfter: random.pick([0, 0.05]),
        lateEffect: random.pick([0, 0.05]),
        tornEntries: random.pick([0, 1]),
      };
      const contexts = await Promise.all(
        [1, 2, 3].map(async () => {
          const storage = faultyStorage(device.storage, {
            faults,
            random,
            time: device.time,
            life,
          });
          return openCounter(device, { storage });
        }),
      );
      const taps = contexts.map(async ({ deps }) => {
        await device.time.sleep(random.below(3_000));
        return redeem(deps, COFFEE);
      });
      const promises = await device.time.runFor(Promise.all(taps));
      const promised = promises.filter(({ status }) => status === 'applied').length;
      expect(promised * COFFEE.amount).toBeLessThanOrEqual(100);
      promisedCounts.add(promised);
    }
    // Both happen: one wins, or all see each other and step back.
    expect([...promisedCounts].sort()).toEqual([0, 1]);
  });

  it('[RD3] one tap after the other gets exactly what is there', async () => {
    const device = createDevice();
    await hear(device, 150);
    const results: string[] = [];
    for (let i = 0; i < 4; i += 1) {
      const { deps } = await openCounter(device);
      const outcome = await redeem(deps, COFFEE);
      results.push(outcome.status === 'applied' ? 'applied' : outcome.reason);
    }
    expect(results).toEqual(['applied', 'applied', 'balance-too-low', 'balance-too-low']);
  });
});

describe('connected', () => {
  it('[RD9] a redemption has the ledger’s word', async () => {
    const device = createDevice();
    await hear(device, 400);
    const { deps, outbox, line } = await openCounter(device, { isConnected: true });
    const outcome = await device.time.runFor(redeem(deps, COFFEE));
    expect(outcome).toMatchObject({ status: 'applied', offline: false });
    const [intent] = [...(await outbox.view()).operations.keys()];
    expect(line.sent[0]?.push?.authorise).toEqual([intent]);
    line.sync.stop();
  });

  it.each([
    ['closed', []],
    ['quarantined', []],
    ['mismatch', []],
    ['applied', ['overdrawn']],
  ] as const)('[RD9] an answer of %s %j refuses it and takes it back', async (status, flags) => {
    const device = createDevice();
    await hear(device, 400);
    const { deps, outbox, cart, line } = await openCounter(device, {
      isConnected: true,
      answer: (sent) =>
        settleAll(sent, {
          results: (sent.push?.operations ?? []).map((one) => ({
            id: (one as Operation).id,
            seq: 11,
            status,
            reason: status === 'closed' ? 'balance-too-low' : null,
            flags: [...flags],
          })),
        }),
    });
    const outcome = await device.time.runFor(redeem(deps, COFFEE));
    expect(outcome).toEqual({ status: 'refused', reason: 'ledger-refused' });
    expect(refsOn(cart)).toEqual([]);
    expect(await kindsIn(outbox)).toContain('void:refused');
    line.sync.stop();
  });

  it('[RD9] without an answer in time the offline limits decide', async () => {
    for (const [perCustomer, status] of [
      [300, 'applied'],
      [299, 'refused'],
    ] as const) {
      const device = createDevice();
      await hear(device, 400);
      const policy = { ...POLICY, perCustomer: minor(perCustomer) };
      await outboxOn(device).saveRun(runWith({ from: 10, cursor: 11, policy }));
      const { deps, line } = await openCounter(device, {
        isConnected: true,
        answer: () => new Promise(() => undefined),
      });
      const outcome = await device.time.runFor(redeem(deps, COFFEE));
      expect(outcome).toMatchObject(
        status === 'applied' ? { status, offline: true } : { status, reason: 'customer-limit' },
      );
      expect(device.time.now() - START_MS).toBeLessThan(2_100);
      line.sync.stop();
    }
  });

  it('[RD9] the limits don’t matter while the ledger answers', async () => {
    const device = createDevice();
    await hear(device, 400, 20_000);
    const { deps, line } = await openCounter(device, { isConnected: true, price: '500.00' });
    const outcome = await device.time.runFor(redeem(deps, credit(12_000)));
    expect(outcome).toMatchObject({ status: 'applied', offline: false });
    line.sync.stop();
  });

  it('[RD9] a balance never heard of is fetched first', async () => {
    const device = createDevice();
    const { deps, line } = await openCounter(device, {
      isConnected: true,
      answer: (sent) =>
        sent.push === undefined
          ? goodServer(sent)
          : settleAll(sent, { balances: [{ customer: ALICE, unit: 'points', balance: 70 }] }),
    });
    const outcome = await device.time.runFor(redeem(deps, COFFEE));
    expect(outcome).toMatchObject({ status: 'applied', offline: false });
    line.sync.stop();
  });

  it('[RD9] a server that refuses the register as a whole leaves the offline rules', async () => {
    const device = createDevice();
    await hear(device, 400);
    const { deps, line } = await openCounter(device, {
      isConnected: true,
      answer: () => refused(403, 'wrong-shop'),
    });
    const outcome = await device.time.runFor(redeem(deps, COFFEE));
    expect(outcome).toMatchObject({ status: 'applied', offline: true });
    line.sync.stop();
  });
});

describe('taking a redemption back', () => {
  it('[RD8] removes our discount alone, checks it, and gives the value back', async () => {
    const device = createDevice();
    await hear(device, 400);
    const { deps, cart, outbox } = await openCounter(device);
    await cart.mutators.applyCartDiscount('Percentage', 'Staff', '5');
    const first = await redeem(deps, COFFEE);
    const second = await redeem(deps, COFFEE);
    if (first.status !== 'applied' || second.status !== 'applied') throw new Error('not applied');
    expect(await removeRedemption(deps, first.ref)).toEqual({ status: 'removed' });
    expect(cart.state().discounts.map(({ title }) => title)).toEqual([
      'Staff',
      `Free coffee · ${second.ref}`,
    ]);
    expect(Object.keys(cart.state().properties)).toEqual([propertyKey(second.ref)]);
    expect(await kindsIn(outbox)).toEqual(['intent', 'intent', 'void:removed']);
    expect((await outbox.view()).available(ALICE, 'points')?.available).toBe(340);
    expect(await removeRedemption(deps, first.ref)).toEqual({
      status: 'refused',
      reason: 'not-found',
    });
  });

  it('[RD8] gives nothing back while the cart still shows it', async () => {
    for (const [reason, removeDiscount, isLocked] of [
      ['cart-failed', () => Promise.resolve(), false],
      ['cart-failed', () => Promise.reject(new Error('no')), false],
      ['cart-failed', () => new Promise<void>(() => undefined), false],
      ['cart-locked', () => Promise.resolve(), true],
    ] as const) {
      const device = createDevice();
      await hear(device, 400);
      const { deps, cart, outbox } = await openCounter(device, { change: { removeDiscount } });
      const applied = await redeem(deps, COFFEE);
      if (applied.status !== 'applied') throw new Error('not applied');
      cart.setEditable(!isLocked);
      const outcome = await device.time.runFor(removeRedemption(deps, applied.ref));
      expect(outcome).toEqual({ status: 'refused', reason });
      expect(await kindsIn(outbox)).toEqual(['intent']);
    }
  });

  it('[RD8] works when the discount is already gone from the cart', async () => {
    const device = createDevice();
    await hear(device, 400);
    const { deps, cart, outbox } = await openCounter(device);
    const applied = await redeem(deps, COFFEE);
    if (applied.status !== 'applied') throw new Error('not applied');
    await cart.mutators.clearCart();
    expect(await removeRedemption(deps, applied.ref)).toEqual({ status: 'removed' });
    expect(await kindsIn(outbox)).toEqual(['intent', 'void:removed']);
    device.clockOffset += DAY_MS;
    expect((await outbox.view()).available(ALICE, 'points')?.available).toBe(400);
  });
});
