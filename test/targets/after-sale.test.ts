import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ALICE, BOB, openCounter, sees, shown, tap, type Counter } from './counter.ts';
import { ORDER, SETTLED, returnOffline, sellOffline, stored, syncOnce, tellOf } from './sales.ts';

let counter: Counter;
beforeEach(async () => {
  counter = await openCounter();
});
afterEach(() => counter.close());

const order = (changes: object = {}) => ({
  order: { id: ORDER, name: '#9001', customerId: ALICE, ...changes },
});

describe('right after a sale', () => {
  it('[TO10] offline it tells what was earned and redeemed, and that it waits', async () => {
    const ref = await sellOffline(counter);
    counter.connect(false);
    await counter.open('pos.purchase.post.block.render', order());
    await sees('Earned: 16 points\nWaits here; counts when this register syncs.');
    expect(shown()).toContain(`Coffee: 200 points, reference ${ref}\nWaits here;`);
    expect(shown()).toMatch(
      /800 points\n200 points waiting, already taken off\n16 more points once/,
    );
    expect(shown()).toMatch(/As of \d+:\d\d/);
  });

  it('[TO10] a sale that POS has not numbered is not corrected before it has', async () => {
    await sellOffline(counter);
    counter.connect(false);
    await counter.open('pos.purchase.post.action.render', order());
    await sees('Earned: 16 points');
    expect(document.querySelectorAll('s-button')).toHaveLength(0);
  });

  it('[TO10] the sale of another customer, or of nobody, is never shown as this one', async () => {
    await sellOffline(counter);
    counter.connect(false);
    await counter.open('pos.purchase.post.block.render', order({ customerId: BOB }));
    await sees('Nothing was earned or redeemed on this order.');
    expect(shown()).toContain('10 points');
    expect(shown()).not.toContain('Coffee');
  });

  it('[TO10] a guest’s sale is not the one before it', async () => {
    await sellOffline(counter);
    counter.connect(false);
    await counter.open('pos.purchase.post.block.render', order({ customerId: undefined }));
    await sees('Nothing was earned or redeemed on this order.');
    expect(shown()).not.toContain('Balance');
  });

  it('[TO10] settled it says so, with the new balance', async () => {
    await syncOnce(counter);
    tellOf(counter, SETTLED);
    await counter.open('pos.purchase.post.action.render', order());
    await sees('Earned: 16 points');
    expect(shown()).toContain('Free coffee: 200 points, reference 7Q2M4XK9TD\nSettled.');
    expect(shown()).toContain('1,000 points');
    expect(shown()).not.toContain('given back or taken back');
  });

  it('[TO10] its menu item opens the screen', async () => {
    const target = 'pos.purchase.post.action.menu-item.render';
    const extension = await counter.open(target, order());
    const presentModal = vi.spyOn(extension.shopify.action, 'presentModal');
    tap('open');
    expect(presentModal).toHaveBeenCalledTimes(1);
    expect(shown()).toBe('See points and rewards');
  });
});

describe('right after a return', () => {
  it('[TO11] offline it says that what it gives back is on its way', async () => {
    await sellOffline(counter, ORDER);
    await returnOffline(counter, ORDER);
    expect(await stored(counter)).toContain('return/31');
    counter.connect(false);
    await counter.open('pos.return.post.block.render', order());
    await sees('The return waits here. What it gives back counts when this register syncs.');
    expect(shown()).toContain('Earned: 16 points');
  });

  it('[TO11] settled it tells what was given back and taken back', async () => {
    const [coffee] = SETTLED.redemptions ?? [];
    if (coffee === undefined) throw new Error('a redemption');
    tellOf(counter, {
      earned: [{ customer: ALICE, points: 16, takenBack: 8 }],
      redemptions: [{ ...coffee, givenBack: 100 }],
    });
    await counter.open('pos.return.post.action.render', order());
    await sees('Earned: 16 points\nTaken back: 8 points.');
    expect(shown()).toContain('Settled. Given back: 100 points.');
    expect(shown()).not.toContain('Nothing has been given back');
  });

  it('[TO11] when nothing came back it says so, and after an exchange the same', async () => {
    const { earned = [] } = SETTLED;
    tellOf(counter, { earned });
    await counter.open('pos.exchange.post.block.render', order());
    await sees('Nothing has been given back or taken back on this order.');
  });

  it.each([
    'pos.return.post.action.menu-item.render',
    'pos.exchange.post.action.menu-item.render',
  ] as const)('[TO11] %s opens the screen', async (target) => {
    const extension = await counter.open(target, order());
    const presentModal = vi.spyOn(extension.shopify.action, 'presentModal');
    tap('open');
    expect(presentModal).toHaveBeenCalledTimes(1);
  });

  it('[TO11] the screen after an exchange lets a person correct', async () => {
    tellOf(counter, SETTLED);
    await counter.open('pos.exchange.post.action.render', order());
    await sees('Earned: 16 points');
    tap('correct-points');
    await sees('Up to 16 points');
  });
});
