import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ALICE, PATIENCE, openCounter, sees, shown, tap, type Counter } from './counter.ts';
import { before, syncOnce } from './sales.ts';

let counter: Counter;
beforeEach(async () => {
  counter = await openCounter();
});
afterEach(() => counter.close());

const DRAFT = { id: 5, name: '#D5', customerId: ALICE };

describe('a draft order', () => {
  it('[TO9] its block shows what the customer has, and asks the network for nothing', async () => {
    await syncOnce(counter);
    const extension = await counter.open('pos.draft-order-details.block.render', {
      draftOrder: DRAFT,
    });
    const presentModal = vi.spyOn(extension.shopify.action, 'presentModal');
    await sees(/Balance\n1,000 points\n€20\.00 store credit\nAs of/);
    expect(shown()).toContain('Points are earned when this draft is paid.');
    tap('open');
    expect(presentModal).toHaveBeenCalledTimes(1);
    expect(counter.requests).toEqual([]);
  });

  it('[TO9] names what is already redeemed for the customer and set aside', async () => {
    await syncOnce(counter);
    await counter.fillCart(ALICE);
    await before(
      counter,
      async (register) => {
        await register.redeem({ customer: ALICE, reward: 'coffee', title: 'Coffee' });
      },
      { isConnected: false },
    );
    await counter.cart.mutators.clearCart();
    counter.connect(false);
    await counter.open('pos.draft-order-details.action.render', { draftOrder: DRAFT });
    await sees(/Coffee: 200 points, reference \w{10}\nSet aside; the sale has not arrived yet\./);
    expect(shown()).toContain('800 points\n200 points waiting, already taken off');
  });

  it('[TO9] the screen asks for a balance that was never heard', async () => {
    await counter.open('pos.draft-order-details.action.render', { draftOrder: DRAFT });
    await sees('1,000 points');
    await vi.waitFor(() => expect(counter.requests.length).toBeGreaterThan(0), PATIENCE);
  });

  it('[TO9] without a customer it says so, and what it does not know is said to be unknown', async () => {
    await counter.open('pos.draft-order-details.action.render', {
      draftOrder: { ...DRAFT, customerId: undefined },
    });
    await sees('No customer on this draft order.');
  });

  it('[TO9] a balance that is not known is said to be unknown', async () => {
    counter.connect(false);
    await counter.open('pos.draft-order-details.block.render', { draftOrder: DRAFT });
    await sees('Points: not known on this register yet');
    expect(shown()).toContain('This register has never synced.');
  });

  it('[TO9] its menu item opens the screen', async () => {
    const extension = await counter.open('pos.draft-order-details.action.menu-item.render', {
      draftOrder: DRAFT,
    });
    const presentModal = vi.spyOn(extension.shopify.action, 'presentModal');
    expect(shown()).toBe('See points and rewards');
    tap('open');
    expect(presentModal).toHaveBeenCalledTimes(1);
  });
});
