// @vitest-environment node
/**
 * The observing targets: what each shape of an event leaves on the device, and what POS is told.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { createObservers, type Observers } from '../../extensions/pos-2025-07/src/observers.ts';
import { titleWithReference } from '../../extensions/register/cart.ts';
import { redeem } from '../../extensions/register/redemption.ts';
import type { DeviceStorage } from '../../shared/ports.ts';
import { fill, storedOn } from '../register/at-register.ts';
import { COFFEE, hear, kindsIn, newCart, openCounter } from '../register/counter.ts';
import {
  ALICE,
  add,
  createDevice,
  intentDraft,
  newRef,
  outboxOn,
  type TestDevice,
} from '../register/device.ts';
import { discount, exchange, goodsBack, sale } from '../register/transactions.ts';
import { SESSION } from './pos.ts';

let device: TestDevice;
let observers: Observers;
let requests: number;
beforeEach(() => {
  device = createDevice();
  requests = 0;
  observers = createObservers({
    clock: device.clock,
    random: device.random,
    http: () => {
      requests += 1;
      return Promise.reject(new Error('an observing target asks nobody'));
    },
  });
});

/** What every observing target is handed beside its event. */
const facts = (change: object = {}) => ({
  session: SESSION,
  device: { deviceId: 301, name: 'Counter 1', isTablet: true },
  connectivity: { internetConnected: 'Connected' },
  locale: 'en-US',
  storage: device.storage as DeviceStorage,
  ...change,
});

const complete = (transaction: unknown, change: object = {}) =>
  device.time.runFor(observers.transactionComplete({ ...facts(change), transaction }));

/** What lies on the device, in the order of its making. */
const kinds = async (): Promise<readonly string[]> => kindsIn(outboxOn(device));

const INVALID = {
  errors: [{ name: 'Tideover', level: 'warning', message: 'It could not be read.' }],
};

describe('a transaction that is complete', () => {
  it('[RX4] a sale commits what it carries and earns points, for whom the event names', async () => {
    await hear(device, 400);
    const ref = newRef();
    await add(outboxOn(device), intentDraft({}, { ref }));
    expect(await complete(sale({ discounts: [discount(ref, 3)] }))).toEqual({});
    const [commit] = await storedOn(device, 'commit');
    const [earn] = await storedOn(device, 'earn');
    const who = { device: '301', location: 1, user: 5, staff: 6 };
    expect(commit).toMatchObject({ ref, ...who, body: { orderId: 5_001, captured: 60 } });
    expect(earn).toMatchObject({ ...who, body: { customer: ALICE, points: 27 } });
  });

  it('[RX4] a return says what came back', async () => {
    await hear(device, 400);
    expect(await complete(goodsBack())).toEqual({});
    expect(await storedOn(device, 'return')).toMatchObject([
      { body: { returnKey: 'refund/8001', orderId: 5_001, value: { amount: 2_750 } } },
    ]);
    expect(await kinds()).toEqual(['return']);
  });

  it('[RX4] an exchange is a return and a sale that earns nothing', async () => {
    await hear(device, 400);
    const ref = newRef();
    await add(outboxOn(device), intentDraft({}, { ref }));
    expect(await complete(exchange({ discounts: [discount(ref, 3)] }))).toEqual({});
    expect(await kinds()).toEqual(['commit', 'intent', 'return']);
    expect(await storedOn(device, 'return')).toMatchObject([
      { body: { value: { amount: 2_750 } } },
    ]);
  });

  it('[RX4] earns points offline when the merchant lets it, and asks nobody', async () => {
    await hear(device, 400);
    const offline = { connectivity: { internetConnected: 'Disconnected' } };
    expect(await complete(sale(), offline)).toEqual({});
    await device.time.runUntil(device.time.now() + 3_600_000);
    expect(await kinds()).toEqual(['earn']);
    expect(requests).toBe(0);
  });

  it('[RX4] told twice is one sale for the ledger', async () => {
    await hear(device, 400);
    await complete(sale());
    await complete(sale());
    const sales = await storedOn(device, 'earn');
    expect(sales).toHaveLength(2);
    expect(new Set(sales.map(({ body }) => body.saleKey)).size).toBe(1);
  });
});

describe('a cash session', () => {
  const openingTime = '2026-05-29T08:00:00Z';
  const closingTime = '2026-05-29T18:00:00Z';

  it('[RX4] leaves a note when it begins, and one when it ends that says what waited', async () => {
    await hear(device, 400);
    const cashTrackingSessionStart = { id: 9, openingTime };
    const start = observers.cashSession('start', { ...facts(), cashTrackingSessionStart });
    expect(await device.time.runFor(start)).toEqual({});
    await complete(sale());
    const cashTrackingSessionComplete = { id: 9, openingTime, closingTime };
    const end = observers.cashSession('complete', { ...facts(), cashTrackingSessionComplete });
    expect(await device.time.runFor(end)).toEqual({});
    const notes = (await storedOn(device, 'note')).map(({ body }) => body);
    expect(notes.map(({ topic }) => topic)).toEqual([
      'cash-session-start',
      'cash-session-complete',
    ]);
    expect(JSON.parse(notes[1]?.text ?? '')).toMatchObject({ id: 9, closingTime, waiting: 2 });
  });
});

describe('an event that can’t be read', () => {
  const throwing = {
    get transactionType(): string {
      throw new Error('the platform changed');
    },
  };

  it.each([
    ['nothing', undefined],
    ['a text', 'Sale'],
    ['an unknown kind', sale({ transactionType: 'Reprint' })],
    ['no totals', { transactionType: 7 }],
  ])('[RX5] %s as a transaction becomes a note, and is stated', async (_, transaction) => {
    expect(await complete(transaction)).toEqual(INVALID);
    expect(await kinds()).toEqual(['note']);
  });

  it('[RX5] one that throws when it is looked at is stated, and nothing is thrown', async () => {
    expect((await complete(throwing)).errors).toHaveLength(1);
    const start = observers.cashSession('start', facts());
    expect(await device.time.runFor(start)).toEqual(INVALID);
  });

  it.each([
    ['nothing at all', undefined],
    ['no session', () => facts({ session: undefined })],
    ['a shop without a number', () => facts({ session: { ...SESSION, shopId: 'x' } })],
    ['no device', () => facts({ device: {} })],
    ['no storage', () => facts({ storage: {} })],
  ])('[RX5] with %s nothing can be stored, which is an error', async (_, data) => {
    const event = { ...data?.(), transaction: sale() };
    const told = await device.time.runFor(observers.transactionComplete(event));
    expect(told.errors).toMatchObject([{ level: 'error' }]);
    expect(await device.storage.entries()).toEqual([]);
  });

  it('[RX5] is stated in the language of the register', async () => {
    const { errors } = await complete(undefined, { locale: 'fr-FR' });
    expect(errors).toMatchObject([{ message: 'Le contenu était illisible.' }]);
  });
});

describe('a storage that fails', () => {
  it('[RX5] is stated in time, and the event is stored once it works again', async () => {
    await hear(device, 400);
    let isBroken = true;
    const set: DeviceStorage['set'] = (key, value) =>
      isBroken ? Promise.reject(new Error('disk I/O error')) : device.storage.set(key, value);
    const { errors } = await complete(sale(), { storage: { ...device.storage, set } });
    expect(errors).toMatchObject([{ level: 'error', message: /can’t save/ }]);
    expect(await kinds()).toEqual([]);
    isBroken = false;
    await device.time.runUntil(device.time.now() + 120_000);
    expect(new Set((await storedOn(device, 'earn')).map(({ body }) => body.saleKey)).size).toBe(1);
  });
});

describe('the cart, event by event', () => {
  const told = (cart: unknown, change: object = {}) =>
    device.time.runFor(observers.cartUpdate({ ...facts(change), cart }));
  const wait = (ms: number) => device.time.runUntil(device.time.now() + ms);

  /** A redemption that another target put on the cart. */
  async function redeemed() {
    await hear(device, 400);
    const cart = newCart();
    await fill(cart);
    const { deps } = await openCounter(device, { cart });
    const outcome = await device.time.runFor(redeem(deps, COFFEE));
    if (outcome.status !== 'applied') throw new Error(outcome.reason);
    return { cart, ref: outcome.ref };
  }

  it('[RX6] a discount that staff take off gives the value back by itself', async () => {
    const { cart } = await redeemed();
    expect(await told(cart.current())).toEqual({});
    await cart.mutators.removeAllDiscounts(false);
    expect(await told(cart.current())).toEqual({});
    expect(await kinds()).toEqual(['intent']);
    await wait(10_000);
    expect(await kinds()).toEqual(['intent', 'void:removed-by-staff']);
    expect(requests).toBe(0);
  });

  it('[RX6] a sale that empties it is told before the value is given back', async () => {
    const { cart, ref } = await redeemed();
    await told(cart.current());
    await cart.mutators.clearCart();
    await told(cart.current());
    await wait(20_000);
    await complete(sale({ discounts: [discount(ref, 3)] }));
    await wait(120_000);
    expect(await kinds()).toEqual(['commit', 'earn', 'intent']);
  });

  it('[RX6] one that was cleared gives the value back a minute later', async () => {
    const { cart } = await redeemed();
    await told(cart.current());
    await cart.mutators.clearCart();
    await told(cart.current());
    await wait(120_000);
    expect(await kinds()).toEqual(['intent', 'void:cart-cleared']);
  });

  it('[RX6] what a context never saw in the cart it reports as missing', async () => {
    await hear(device, 400);
    await add(outboxOn(device), intentDraft());
    await told(newCart().current());
    await wait(120_000);
    expect(await kinds()).toEqual(['intent', 'missing']);
  });

  it('[RX6] of a cart that can’t be read as a whole nothing follows', async () => {
    const { cart, ref } = await redeemed();
    const whole = cart.current();
    await told(whole);
    const named = { discountDescription: titleWithReference('Coffee', ref) };
    for (const broken of [
      undefined,
      { ...whole, cartDiscounts: undefined },
      { ...whole, cartDiscounts: [named] },
      { ...whole, lineItems: [{ uuid: 'x' }] },
      { ...whole, subtotal: 30 },
    ])
      expect(await told(broken)).toEqual(INVALID);
    await wait(120_000);
    expect(await kinds()).toEqual(['intent']);
  });

  it('[RX6] another shop’s cart is followed by itself', async () => {
    const { cart } = await redeemed();
    await told(cart.current());
    const elsewhere = { session: { ...SESSION, shopId: 78 } };
    await told(newCart().current(), elsewhere);
    await wait(120_000);
    expect(await kinds()).toEqual(['intent']);
  });
});
