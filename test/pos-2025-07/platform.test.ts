// @vitest-environment node
/** The adapter to API 2025-07 where POS is slow, silent or wrong. */
import { describe, expect, it } from 'vitest';
import { cartPort, createPlatform, follow } from '../../extensions/pos-2025-07/src/platform.ts';
import { fill, storedOn } from '../register/at-register.ts';
import { hear, newCart } from '../register/counter.ts';
import { ALICE, createDevice, type TestDevice } from '../register/device.ts';
import { cartApi, openPos } from './pos.ts';

const never = <T>(): Promise<T> => new Promise(() => undefined);

/** A coffee redeemed on a screen whose POS tells the device's id like this. */
async function redeemed(device: TestDevice, deviceId: () => Promise<string>) {
  await hear(device, 400);
  const cart = newCart();
  await fill(cart);
  const { clock, random, time } = device;
  const api = openPos(cart, device.storage, deviceId).api();
  const world = { clock, random, http: () => Promise.reject(new Error('no network')) };
  const opened = createPlatform(api as never, 'screen', world);
  const { register } = await time.runFor(opened);
  const coffee = { customer: ALICE, reward: 'coffee', title: 'Coffee' };
  const outcome = await time.runFor(register.redeem(coffee));
  const [intent] = await storedOn(device, 'intent');
  return { status: outcome.status, device: intent?.device };
}

describe('the device’s id', () => {
  it.each([
    ['told', () => Promise.resolve('301'), '301'],
    ['refused', () => Promise.reject(new Error('no')), 'R-1'],
    ['never told', () => never<string>(), 'R-1'],
    ['empty', () => Promise.resolve(''), 'R-1'],
  ])('[RX9] %s: redeeming works', async (_, deviceId, expected) => {
    expect(await redeemed(createDevice(), deviceId)).toEqual({
      status: 'applied',
      device: expected,
    });
  });
});

describe('what POS tells', () => {
  it('[RX9] while a subscription begins is newer than its answer', async () => {
    let answer: (value: readonly [() => void, number]) => void = () => undefined;
    const seen: number[] = [];
    const value = follow<number>({
      initial: 1,
      subscribe(listener) {
        listener(3);
        return new Promise((resolve) => (answer = resolve));
      },
    });
    value.subscribe(() => seen.push(value.read()));
    answer([() => undefined, 2]);
    await Promise.resolve();
    await new Promise((resolve) => void setImmediate(resolve));
    expect(value.read()).toBe(3);
    expect(seen).toEqual([]);
  });

  it('[RX9] not at all leaves what was known first', async () => {
    const value = follow({ initial: 1, subscribe: () => Promise.reject(new Error('no')) });
    await new Promise((resolve) => void setImmediate(resolve));
    expect(value.read()).toBe(1);
  });

  it('[RX8] of a cart after the call: the call is over when the cart shows it', async () => {
    const { time, clock } = createDevice();
    const cart = newCart();
    await fill(cart);
    const api = cartApi(cart, (tell) => void clock.sleep(400).then(tell));
    const port = cartPort(api, follow(api.subscribable), 'screen', clock);
    const discounts = () => port.state().cartDiscounts.length;
    const applied = port.change?.applyDiscount('Coffee', '3.00') ?? Promise.resolve();
    await Promise.resolve();
    expect(discounts()).toBe(0);
    await time.runFor(applied);
    expect(discounts()).toBe(1);
    expect(cartPort(api, follow(api.subscribable), 'background', clock).change).toBeUndefined();
  });
});
