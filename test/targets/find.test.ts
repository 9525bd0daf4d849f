import { signal } from '@preact/signals-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cardNumber } from '../../shared/card.ts';
import {
  ALICE,
  BOB,
  PATIENCE,
  element,
  isDisabled,
  openCounter,
  sees,
  shown,
  tap,
  type,
  type Counter,
} from './counter.ts';
import { ledgerHas } from './ledger-check.ts';

let counter: Counter;
beforeEach(async () => {
  counter = await openCounter();
  await counter.fillCart();
});
afterEach(() => counter.close());

/** A scanner that the test holds a card to. */
function scanner() {
  const current = signal<{ data: string | undefined; source?: string }>({ data: undefined });
  const shows: boolean[] = [];
  return {
    shows,
    scan: (data: string) => (current.value = { data, source: 'external' }),
    api: {
      scannerData: { current },
      sources: { current: signal(['camera']) },
      showCameraScanner: () => void shows.push(true),
      hideCameraScanner: () => void shows.push(false),
    },
  };
}

async function opened(api: object = scanner().api): Promise<void> {
  await counter.open('pos.home.modal.render', { scanner: api });
  await sees('Or find them here');
}

/** POS does not know the customer while it is cut off. */
function refuseAttaching(): number[] {
  const asked: number[] = [];
  const setCustomer = ({ id }: { readonly id: number }) => {
    asked.push(id);
    return Promise.reject(new Error('unknown customer'));
  };
  Object.assign(counter.cart.mutators, { setCustomer });
  return asked;
}

const cardError = () => element('card').getAttribute('error');

describe('a customer who is not on the cart', () => {
  it('[TC1] a scanned card puts its customer on the cart and shows what they have', async () => {
    const { api, scan, shows } = scanner();
    await opened(api);
    tap('camera');
    expect(shows).toEqual([true]);
    scan(cardNumber(ALICE));
    await sees('1,000 points');
    expect(shows).toEqual([true, false]);
    await vi.waitFor(() => expect(counter.cart.current().customer?.id).toBe(ALICE), PATIENCE);
    await sees('Customer on this cart');
    expect(shown()).not.toContain('Or find them here');
  });

  it('[TC2] a typed number is acted for when POS can’t attach it, and the screen says so', async () => {
    const asked = refuseAttaching();
    await opened();
    type('card', cardNumber(ALICE).toLowerCase());
    await vi.waitFor(() => expect(isDisabled('card-enter')).toBe(false), PATIENCE);
    tap('card-enter');
    await sees('Customer …101, not on this cart');
    await sees('1,000 points');
    tap('redeem-coffee');
    await sees(/Applied(?: offline)?: Free coffee/);
    expect(counter.cart.current().grandTotal).toBe('16.50');
    expect(counter.cart.current().customer).toBeUndefined();
    expect(new Set(asked)).toEqual(new Set([ALICE]));
    await ledgerHas(counter, ALICE, { points: 800, credit: 2_000 });
  });

  it('[TC2] another one can be chosen, and what was said to the first is gone', async () => {
    refuseAttaching();
    const { api, scan } = scanner();
    await opened(api);
    scan(`gid://shopify/Customer/${BOB}`);
    await sees('Customer …102, not on this cart');
    tap('another');
    await sees('Or find them here');
    scan(cardNumber(ALICE));
    await sees('Customer …101, not on this cart');
  });

  it('[TC3] what is no card is refused in words, scanned or typed, and names nobody', async () => {
    const { api, scan } = scanner();
    await opened(api);
    scan('4006381333931');
    await vi.waitFor(() => expect(cardError()).toMatch(/^That is not a loyalty card/), PATIENCE);
    const wrong = cardNumber(ALICE).replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    scan(cardNumber(BOB));
    await sees('10 points');
    await counter.cart.mutators.removeCustomer();
    await sees('Or find them here');
    expect(cardError()).toBeNull();
    type('card', wrong);
    await vi.waitFor(() => expect(isDisabled('card-enter')).toBe(false), PATIENCE);
    tap('card-enter');
    await vi.waitFor(() => expect(cardError()).toMatch(/^That is not a loyalty card/), PATIENCE);
    expect(element('card')).toHaveProperty('value', wrong);
    expect(counter.cart.current().customer).toBeUndefined();
  });

  it('[TC4] who was here lately is one tap away, with their points, offline too', async () => {
    const before = counter.context();
    await before.start();
    await vi.waitFor(async () => {
      await before.syncNow();
      expect(before.state().lastSyncAt).toBeDefined();
    }, PATIENCE);
    before.stop();
    const offline = counter.context({ isConnected: false });
    await offline.start();
    const title = 'Free coffee';
    const outcome = await offline.redeem({ customer: ALICE, reward: 'coffee', title });
    expect(outcome.status).not.toBe('refused');
    offline.stop();
    await counter.cart.mutators.removeCustomer();
    counter.connect(false);
    await opened();
    await sees('…101 · 800 points · under a minute');
    tap(`recent-${ALICE}`);
    await sees('800 points\n200 points waiting, already taken off');
  });

  it('[TC5] a scan never takes the place of the customer on the cart', async () => {
    await counter.cart.mutators.setCustomer({ id: BOB });
    const asked = refuseAttaching();
    const { api, scan } = scanner();
    await counter.open('pos.home.modal.render', { scanner: api });
    await sees('10 points');
    scan(cardNumber(ALICE));
    await counter.cart.mutators.removeCustomer();
    await sees('Or find them here');
    expect(asked).toEqual([]);
    expect(shown()).not.toContain('…101, not on this cart');
  });
});
