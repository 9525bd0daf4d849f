import { describe, expect, it } from 'vitest';
import { minor } from '../../shared/amount.ts';
import { createObserver, type Observer } from '../../extensions/register/observer.ts';
import { planRedemption } from '../../extensions/register/plan.ts';
import { openIntents, redeem, removeRedemption } from '../../extensions/register/redemption.ts';
import { GRACE_MS, NOTICE_MS } from '../../extensions/register/saga.ts';
import { saleEvent } from '../../simulator/page/sale.ts';
import { fromTransaction } from '../../extensions/register/pos-events.ts';
import {
  COFFEE,
  PRICES,
  hear,
  kindsIn,
  newCart,
  openCounter,
  portOf,
  refsOn,
  type Counter,
} from './counter.ts';
import {
  ALICE,
  DAY_MS,
  EUR,
  PROGRAM,
  SESSION,
  SHOP_ID,
  add,
  createDevice,
  intentDraft,
  outboxOn,
  runWith,
  type TestDevice,
} from './device.ts';

interface Watching extends Counter {
  readonly device: TestDevice;
  readonly observer: Observer;
  closed: number;
  pass(ms: number): Promise<void>;
}

async function watch(device: TestDevice, cart = newCart()): Promise<Watching> {
  if (cart.state().lines.length === 0)
    await cart.mutators.addCustomSale({ quantity: 1, title: 'X', price: '30.00', taxable: true });
  const counter = await openCounter(device, { cart });
  const watching: Watching = {
    ...counter,
    device,
    closed: 0,
    observer: createObserver({
      outbox: outboxOn(device),
      clock: device.clock,
      cart: portOf(cart),
      session: () => SESSION,
      closed: () => void (watching.closed += 1),
    }),
    pass: (ms) => device.time.runUntil(device.time.now() + ms),
  };
  cart.subscribe(() => void watching.observer.look());
  await watching.observer.look();
  return watching;
}

async function applied(watching: Watching): Promise<void> {
  expect((await redeem(watching.deps, COFFEE)).status).toBe('applied');
  await watching.observer.look();
}

const SECOND_MS = 1_000;

describe('the observer', () => {
  const start = async (): Promise<Watching> => {
    const device = createDevice();
    await hear(device, 400);
    return watch(device);
  };

  it('[RD7] leaves a redemption alone while it is in the cart, for hours', async () => {
    const watching = await start();
    await applied(watching);
    for (let hour = 0; hour < 8; hour += 1) {
      await watching.pass(3_600 * SECOND_MS);
      await watching.observer.look();
    }
    expect(await kindsIn(watching.outbox)).toEqual(['intent']);
  });

  it('[RD7] voids one that staff took off, as soon as it is sure', async () => {
    const watching = await start();
    await applied(watching);
    await watching.cart.mutators.removeCartDiscount();
    await watching.pass(NOTICE_MS - 1);
    expect(await kindsIn(watching.outbox)).toEqual(['intent']);
    await watching.pass(SECOND_MS);
    expect(await kindsIn(watching.outbox)).toEqual(['intent', 'void:removed-by-staff']);
    expect(watching.closed).toBe(1);
    await watching.pass(GRACE_MS * 3);
    expect(await kindsIn(watching.outbox)).toHaveLength(2);
  });

  it('[RD7] does not void one that comes back in time', async () => {
    const watching = await start();
    await applied(watching);
    const [discount] = watching.cart.state().discounts;
    await watching.cart.mutators.removeCartDiscount();
    await watching.pass(NOTICE_MS - 1);
    await watching.cart.mutators.applyCartDiscount('FixedAmount', discount?.title ?? '', '3.00');
    await watching.pass(GRACE_MS * 3);
    expect(await kindsIn(watching.outbox)).toEqual(['intent']);
  });

  it('[RD7] waits a minute for the sale when the cart is empty, then voids', async () => {
    const watching = await start();
    await applied(watching);
    await watching.cart.mutators.clearCart();
    await watching.pass(GRACE_MS - SECOND_MS);
    expect(await kindsIn(watching.outbox)).toEqual(['intent']);
    await watching.pass(2 * SECOND_MS);
    expect(await kindsIn(watching.outbox)).toEqual(['intent', 'void:cart-cleared']);
  });

  it('[RD7] does not take the next customer’s goods for a discount that staff took off', async () => {
    const watching = await start();
    await applied(watching);
    const { cart, outbox } = watching;
    const next = { quantity: 1, title: 'Next', price: '8.00', taxable: true };
    await cart.mutators.clearCart();
    await watching.pass(2 * SECOND_MS);
    await cart.mutators.addCustomSale(next);
    await watching.pass(GRACE_MS - 3 * SECOND_MS);
    expect(await kindsIn(outbox)).toEqual(['intent']);
    await watching.pass(2 * SECOND_MS);
    expect(await kindsIn(outbox)).toEqual(['intent', 'void:cart-cleared']);
  });

  it('[RD7] is sure again of one that came back after the cart was empty', async () => {
    const watching = await start();
    await applied(watching);
    const { cart, outbox } = watching;
    const [discount] = cart.state().discounts;
    const again = { quantity: 1, title: 'Again', price: '8.00', taxable: true };
    await cart.mutators.clearCart();
    await cart.mutators.addCustomSale(again);
    await cart.mutators.applyCartDiscount('FixedAmount', discount?.title ?? '', '3.00');
    await watching.pass(SECOND_MS);
    await cart.mutators.removeCartDiscount();
    await watching.pass(NOTICE_MS + SECOND_MS);
    expect(await kindsIn(outbox)).toEqual(['intent', 'void:removed-by-staff']);
  });

  it('[RD7] does nothing when the sale comes in time', async () => {
    const watching = await start();
    await applied(watching);
    const { cart, outbox, device } = watching;
    const event = saleEvent(cart.state(), PRICES, {
      orderId: undefined,
      executedAtMs: device.time.now(),
      payment: 'Cash',
    });
    await cart.mutators.clearCart();
    await watching.pass(GRACE_MS - SECOND_MS);
    const view = await outbox.view();
    const { random } = device;
    for (const draft of fromTransaction(event, {
      view,
      session: SESSION,
      shopId: SHOP_ID,
      random,
      isConnected: false,
      unknown: 0,
    }))
      await add(outbox, draft);
    await watching.pass(GRACE_MS * 3);
    expect(await kindsIn(outbox)).toEqual(['commit', 'intent']);
    expect(watching.closed).toBe(0);
  });

  it('[RD7] voids an intent that never came into the cart, after the grace', async () => {
    const watching = await start();
    await add(watching.outbox, intentDraft());
    await watching.observer.look();
    await watching.pass(GRACE_MS - SECOND_MS);
    expect(await kindsIn(watching.outbox)).toEqual(['intent']);
    await watching.pass(2 * SECOND_MS);
    expect(await kindsIn(watching.outbox)).toEqual(['intent', 'void:never-applied']);
  });

  it('[RD7] leaves our own removal to give its own reason', async () => {
    const watching = await start();
    await applied(watching);
    const [ref] = refsOn(watching.cart);
    if (ref === undefined) throw new Error('nothing on the cart');
    expect(await removeRedemption(watching.deps, ref)).toEqual({ status: 'removed' });
    await watching.pass(GRACE_MS * 3);
    expect(await kindsIn(watching.outbox)).toEqual(['intent', 'void:removed']);
  });

  it('[RD12] after a restart does not guess: what is not in the cart stays unknown', async () => {
    const first = await start();
    await applied(first);
    const [ref] = refsOn(first.cart);
    if (ref === undefined) throw new Error('nothing on the cart');
    first.observer.stop();
    const second = await watch(first.device);
    expect(second.observer.isUnknown(ref)).toBe(true);
    for (let hour = 0; hour < 30; hour += 1) {
      await second.pass(3_600 * SECOND_MS);
      await second.observer.look();
    }
    expect(await kindsIn(second.outbox)).toEqual(['intent', 'missing']);
    expect((await second.outbox.view()).available(ALICE, 'points')?.available).toBe(340);
  });

  it('[SG3] a report stays as long as its intent: no restart reports it again', async () => {
    const first = await start();
    await applied(first);
    first.observer.stop();
    const second = await watch(first.device);
    await second.pass(GRACE_MS + SECOND_MS);
    second.observer.stop();
    const { outbox, device } = second;
    const settled = (await outbox.view()).pending.map(({ id }, i) => [id, 11 + i] as const);
    expect(settled).toHaveLength(2);
    const run = { from: 10, cursor: 12, durable: 12, applied: Object.fromEntries(settled) };
    await outbox.saveRun(runWith({ ...run, balances: { [ALICE]: { points: 340 } } }));
    const third = await watch(device);
    await third.pass(GRACE_MS * 3);
    third.observer.stop();
    expect(await kindsIn(outbox)).toEqual(['intent', 'missing']);
    device.clockOffset += DAY_MS + 1;
    const deviceTime = device.clock.now();
    await outbox.saveRun(runWith({ from: 12, cursor: 13, durable: 13, deviceTime }));
    await outbox.saveRun(runWith({ from: 13, cursor: 14, durable: 14, deviceTime }));
    expect(await kindsIn(outbox)).toEqual([]);
  });

  it('[RD12] after a restart goes on with what is still in the cart', async () => {
    const first = await start();
    await applied(first);
    first.observer.stop();
    const second = await watch(first.device, first.cart);
    const [ref] = refsOn(first.cart);
    if (ref === undefined) throw new Error('nothing on the cart');
    expect(second.observer.isUnknown(ref)).toBe(false);
    await first.cart.mutators.removeCartDiscount();
    await second.pass(NOTICE_MS + SECOND_MS);
    expect(await kindsIn(second.outbox)).toEqual(['intent', 'void:removed-by-staff']);
  });

  it('[RD12] what the ledger settled and nothing closed for a day is forgotten here', async () => {
    const watching = await start();
    await applied(watching);
    watching.observer.stop();
    const { outbox, device } = watching;
    const [id] = [...(await outbox.view()).operations.keys()];
    if (id === undefined) throw new Error('nothing stored');
    await outbox.saveRun(runWith({ from: 10, cursor: 12, durable: 12, applied: { [id]: 11 } }));
    expect(openIntents(await outbox.view())).toHaveLength(1);
    device.clockOffset += DAY_MS + 1;
    const deviceTime = device.clock.now();
    await outbox.saveRun(runWith({ from: 12, cursor: 13, durable: 13, deviceTime }));
    expect(openIntents(await outbox.view())).toHaveLength(0);
  });

  it('[RD7] stops for good, and a storage that fails does not end it', async () => {
    const device = createDevice();
    await hear(device, 400);
    const counter = await openCounter(device);
    let isFailing = true;
    const storage = {
      ...device.storage,
      entries: () => (isFailing ? Promise.reject(new Error('disk')) : device.storage.entries()),
    };
    const observer = createObserver({
      outbox: outboxOn(device, { storage }),
      clock: device.clock,
      cart: portOf(counter.cart),
      session: () => SESSION,
      closed: () => undefined,
    });
    await observer.look();
    isFailing = false;
    await observer.look();
    await add(counter.outbox, intentDraft());
    await observer.look();
    observer.stop();
    await device.time.runUntil(device.time.now() + GRACE_MS * 3);
    await observer.look();
    expect(await kindsIn(counter.outbox)).toEqual(['intent']);
  });
});

describe('what a request means for the cart', () => {
  const planned = async (
    request: { reward: string } | { credit: number },
    price: string | undefined,
    change: Partial<typeof PROGRAM> = {},
  ) => {
    const cart = newCart();
    if (price !== undefined)
      await cart.mutators.addCustomSale({ quantity: 1, title: 'X', price, taxable: true });
    const named = { customer: ALICE, title: 'T' };
    const asked =
      'credit' in request
        ? { ...named, credit: minor(request.credit) }
        : { ...named, reward: request.reward };
    return planRedemption(asked, { ...PROGRAM, ...change }, portOf(cart));
  };

  it.each([
    [{ reward: 'coffee' }, '30.00', { amount: 60, taken: 300, text: '3.00' }],
    [{ reward: 'coffee' }, '2.50', { amount: 60, taken: 250, text: '2.50' }],
    [{ reward: 'tenth' }, '12.55', { amount: 90, taken: 125, text: '1.25' }],
    [{ reward: 'tenth' }, '0.05', { amount: 90, taken: 1, text: '0.01' }],
    [{ credit: 1_250 }, '12.50', { amount: 1_250, taken: 1_250, text: '12.50' }],
  ])('[RD13] %j on %s', async (request, price, { amount, taken, text }) => {
    expect(await planned(request, price)).toMatchObject({
      amount,
      discount: { currency: EUR, amount: taken },
      cart: { amount: text, line: undefined },
    });
  });

  it('[RD13] a percentage takes off what was shown, also when more goods follow', async () => {
    const device = createDevice();
    await hear(device, 400);
    const { cart, deps } = await openCounter(device, { price: '30.00' });
    const asked = { customer: ALICE, title: 'Tenth', reward: 'tenth' };
    const plan = planRedemption(asked, PROGRAM, portOf(cart));
    if (typeof plan === 'string') throw new Error(plan);
    const outcome = await redeem(deps, plan);
    if (outcome.status !== 'applied') throw new Error(outcome.status);
    expect(cart.current().grandTotal).toBe('27.00');
    const more = { quantity: 1, title: 'Y', price: '500.00', taxable: true };
    await cart.mutators.addCustomSale(more);
    expect(cart.current().grandTotal).toBe('527.00');
  });

  it.each([
    [{ reward: 'coffee' }, undefined, 'cart-empty'],
    [{ credit: 100 }, undefined, 'cart-empty'],
    [{ reward: 'free lunch' }, '30.00', 'reward-unknown'],
    [{ credit: 1_251 }, '12.50', 'amount-invalid'],
    [{ credit: 0 }, '12.50', 'amount-invalid'],
    [{ credit: -5 }, '12.50', 'amount-invalid'],
  ])('[RD13] %j on %s is refused: %s', async (request, price, refusal) => {
    expect(await planned(request, price)).toBe(refusal);
  });

  it('[RD13] a locked cart and a program without store credit are refused', async () => {
    const cart = newCart();
    await cart.mutators.addCustomSale({ quantity: 1, title: 'X', price: '9.00', taxable: true });
    cart.setEditable(false);
    const asked = { customer: ALICE, title: 'T', reward: 'coffee' };
    expect(planRedemption(asked, PROGRAM, portOf(cart))).toBe('cart-locked');
    expect(planRedemption(asked, PROGRAM, undefined)).toBe('cart-empty');
    expect(await planned({ credit: 100 }, '9.00', { storeCredit: false })).toBe('reward-unknown');
  });
});
