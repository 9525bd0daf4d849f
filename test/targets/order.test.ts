import { fireEvent } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ALICE,
  PATIENCE,
  element,
  isDisabled,
  openCounter,
  sees,
  shown,
  tap,
  type as enter,
  type Counter,
  type Target,
} from './counter.ts';
import { ORDER, REF, SETTLED, sellOffline, sent, stored, syncOnce, tellOf } from './sales.ts';

let counter: Counter;
beforeEach(async () => {
  counter = await openCounter();
});
afterEach(() => counter.close());

const open = <T extends Target>(target: T, order: object = {}) =>
  counter.open(target, { order: { id: ORDER, name: '#9001', customerId: ALICE, ...order } });
const openAction = () => open('pos.order-details.action.render');

function choose(reason: string): void {
  const list = element('correct-reason');
  Object.assign(list, { values: [reason] });
  fireEvent.change(list);
}

const corrections = () => sent(counter).filter(({ kind }) => /-back$/.test(kind));

/** Fills in the form of what was tapped, up to the question. */
async function fill(amount: string, reason: string, note = ''): Promise<void> {
  await sees('How much');
  enter('correct-amount', amount);
  choose(reason);
  enter('correct-text', note);
  await vi.waitFor(() => expect(isDisabled('correct-next')).toBe(false), PATIENCE);
  tap('correct-next');
  await sees('This can’t be undone here.');
}

describe('an order’s menu item', () => {
  it('[TO1] is one button that opens the screen, and asks the network for nothing', async () => {
    const extension = await open('pos.order-details.action.menu-item.render');
    const presentModal = vi.spyOn(extension.shopify.action, 'presentModal');
    expect(document.body.children).toHaveLength(1);
    expect(shown()).toBe('See or correct');
    tap('open');
    expect(presentModal).toHaveBeenCalledTimes(1);
    expect(counter.requests).toEqual([]);
  });
});

describe('an order’s block', () => {
  it('[TO2] tells what was earned and redeemed, how far it is, and corrects nothing', async () => {
    await syncOnce(counter);
    tellOf(counter, SETTLED);
    const extension = await open('pos.order-details.block.render');
    const presentModal = vi.spyOn(extension.shopify.action, 'presentModal');
    await sees('Earned: 16 points');
    expect(shown()).toContain('Free coffee: 200 points, reference 7Q2M4XK9TD\nSettled.');
    expect(shown()).toContain('Store credit: €5.50, reference 0123456789\n');
    expect(shown()).toContain('Settled. Given back: €0.50.');
    expect(shown()).toMatch(/Balance\n1,000 points\n€20\.00 store credit\nAs of/);
    expect(document.querySelectorAll('s-button')).toHaveLength(1);
    tap('open');
    expect(presentModal).toHaveBeenCalledTimes(1);
    expect(new Set(counter.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it('[TO3] cut off it says what this register knows, and that this may not be all', async () => {
    const ref = await sellOffline(counter, ORDER);
    counter.connect(false);
    await open('pos.order-details.block.render');
    await sees('Only what this register knows. Connect to see the rest.');
    expect(shown()).toContain('Earned: 16 points\nWaits here; counts when this register syncs.');
    expect(shown()).toContain(`Coffee: 200 points, reference ${ref}\nWaits here;`);
    expect(shown()).toContain('800 points');
  });

  it('[TO3] an order without loyalty is said to be one', async () => {
    await syncOnce(counter);
    await open('pos.order-details.block.render', { customerId: undefined });
    await sees('Nothing was earned or redeemed on this order.');
    expect(shown()).not.toContain('Balance');
  });

  it('[TO3] a device that can’t be read promises nothing', async () => {
    const entries = () => Promise.reject(new Error('disk I/O error'));
    counter.storage = { ...counter.storage, entries };
    await open('pos.order-details.block.render');
    await sees('This register can’t save. Don’t redeem; restart POS.');
  });

  it('[TO3] states of a redemption have words of their own', async () => {
    const [coffee] = SETTLED.redemptions ?? [];
    if (coffee === undefined) throw new Error('a redemption');
    tellOf(counter, { redemptions: [{ ...coffee, state: 'held' }] });
    await open('pos.order-details.block.render');
    await sees('Set aside; the sale has not arrived yet.');
    expect(shown()).toContain('Points: not known on this register yet');
  });
});

describe('a correction', () => {
  it('[TO4] gives back a part, with a reason, once a person has said so twice', async () => {
    tellOf(counter, SETTLED);
    await openAction();
    await sees('Earned: 16 points');
    tap(`correct-${REF}`);
    await fill('120', 'goods-returned', 'one of two');
    expect(shown()).toContain('Give back 120 points to the customer?');
    expect(corrections()).toEqual([]);
    tap('correct-next');
    tap('correct-next');
    await sees('Saved: 120 points. It counts when this register syncs.');
    await vi.waitFor(() => expect(corrections()).toHaveLength(1), PATIENCE);
    expect(corrections()).toMatchObject([
      {
        kind: 'give-back',
        ref: REF,
        body: { amount: 120, reason: 'goods-returned', text: 'one of two' },
        staff: 9,
        location: 1,
      },
    ]);
  });

  it('[TO4] store credit is given back to the cent, and never more than is left', async () => {
    tellOf(counter, SETTLED);
    await openAction();
    await sees('Store credit');
    tap('correct-0123456789');
    await sees('Up to €5.00');
    choose('wrong-amount');
    for (const amount of ['5.01', '0', '1.005', 'all']) {
      enter('correct-amount', amount);
      await vi.waitFor(
        () => expect(element('correct-amount').getAttribute('error')).toBe('Up to €5.00'),
        PATIENCE,
      );
      expect(isDisabled('correct-next'), amount).toBe(true);
      tap('correct-next');
    }
    await fill('4,99', 'wrong-amount');
    expect(shown()).toContain('Give back €4.99');
    tap('correct-next');
    await vi.waitFor(
      () => expect(corrections()).toMatchObject([{ kind: 'give-back', body: { amount: 499 } }]),
      PATIENCE,
    );
  });

  it('[TO5] takes back points that were earned, whole ones and no more than are left', async () => {
    tellOf(counter, { earned: [{ customer: ALICE, points: 16, takenBack: 6 }] });
    await openAction();
    await sees('Taken back: 6 points.');
    tap('correct-points');
    await sees('Up to 10 points');
    enter('correct-amount', '10.5');
    await vi.waitFor(() => expect(isDisabled('correct-next')).toBe(true), PATIENCE);
    await fill('10', 'wrong-customer');
    expect(shown()).toContain('Take 10 points back from the customer?');
    tap('correct-next');
    await vi.waitFor(
      () =>
        expect(corrections()).toMatchObject([
          { kind: 'take-back', body: { orderId: ORDER, points: 10, reason: 'wrong-customer' } },
        ]),
      PATIENCE,
    );
  });

  it('[TO6] without a reason, or with another one unexplained, there is no question', async () => {
    tellOf(counter, SETTLED);
    await openAction();
    await sees('Earned: 16 points');
    tap('correct-points');
    await sees('How much');
    const error = (text: string | null) =>
      vi.waitFor(
        () => expect(element('correct-amount').getAttribute('error')).toBe(text),
        PATIENCE,
      );
    const isAsked = (is: boolean) =>
      vi.waitFor(() => expect(isDisabled('correct-next')).toBe(!is), PATIENCE);
    enter('correct-amount', '17');
    await error('Up to 16 points');
    enter('correct-amount', '16');
    await error(null);
    expect(isDisabled('correct-next')).toBe(true);
    choose('wrong-amount');
    await isAsked(true);
    choose('other');
    await isAsked(false);
    enter('correct-text', 'birthday');
    await isAsked(true);
    enter('correct-text', '  ');
    await isAsked(false);
  });

  it('[TO6] going back changes nothing', async () => {
    tellOf(counter, SETTLED);
    await openAction();
    await sees('Earned: 16 points');
    tap('correct-points');
    await fill('16', 'sale-cancelled');
    tap('correct-back');
    await sees('How much');
    tap('correct-back');
    await vi.waitFor(() => expect(shown()).not.toContain('How much'), PATIENCE);
    expect(await stored(counter)).not.toContain('take-back');
  });

  it('[TO7] what could not be stored is said to have changed nothing', async () => {
    tellOf(counter, SETTLED);
    const set = counter.storage.set.bind(counter.storage);
    let isBroken = false;
    counter.storage = {
      ...counter.storage,
      set: (key, value) => (isBroken ? Promise.reject(new Error('full disk')) : set(key, value)),
    };
    await openAction();
    await sees('Earned: 16 points');
    tap('correct-points');
    await fill('16', 'sale-cancelled');
    isBroken = true;
    tap('correct-next');
    await sees('This register can’t save right now, so nothing was changed.');
    isBroken = false;
    tap('correct-next');
    await sees('Saved: 16 points.');
  });

  it('[TO8] cut off it is kept here, and what it changed is shown at once', async () => {
    await sellOffline(counter, ORDER);
    counter.connect(false);
    await openAction();
    await sees('Earned: 16 points');
    tap('correct-points');
    await fill('16', 'sale-cancelled');
    tap('correct-next');
    await sees('Saved: 16 points. It counts when this register syncs.');
    await sees('Taken back: 16 points.');
    expect(document.getElementById('correct-points')).toBeNull();
    expect(await stored(counter)).toContain('take-back');
  });

  it('[TO8] speaks French', async () => {
    counter.locale.value = 'fr-FR';
    tellOf(counter, SETTLED);
    await openAction();
    await sees('Gagné : 16 points');
    expect(shown()).toContain('Store credit : 5,50 €, référence 0123456789');
    tap(`correct-${REF}`);
    await sees('Articles rendus');
  });
});
