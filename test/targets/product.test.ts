import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALICE, openCounter, sees, shown, tap, type Counter } from './counter.ts';
import { syncedBefore } from './ledger-check.ts';

const MUG = { id: 5, variantId: 55 };

let counter: Counter;
beforeEach(async () => {
  counter = await openCounter();
});
afterEach(() => counter.close());

/** What POS says of a variant; it need not know it, and may never answer. */
const search = (answer: () => Promise<object | undefined>) => ({
  productSearch: { fetchProductVariantWithId: answer },
});
const atPrice = (price: string) => search(() => Promise.resolve({ price }));

const openBlock = (shownThere: object) =>
  counter.open('pos.product-details.block.render', { product: MUG, ...shownThere });
const openScreen = (shownThere: object) =>
  counter.open('pos.product-details.action.render', { product: MUG, ...shownThere });

describe('a product', () => {
  it('[TC12] earns and costs points, in the block with no request and one button', async () => {
    await syncedBefore(counter);
    const opened: string[] = [];
    const action = { presentModal: () => void opened.push('modal') };
    await openBlock({ ...atPrice('7.00'), action });
    await sees('Bought alone, before discounts, it earns 7 points');
    expect(shown()).toContain('Paid with points: 400 points');
    expect(shown()).not.toContain('Free coffee');
    tap('open');
    expect(opened).toEqual(['modal']);
    expect(counter.requests).toEqual([]);
  });

  it('[TC12] the screen adds what each reward takes off it, and the cart’s customer', async () => {
    await counter.fillCart(ALICE);
    await openScreen(atPrice('3.00'));
    await sees('Free coffee: €3.00 off for 200 points');
    expect(shown()).toContain('10 % off: €0.30 off for 2,000 points');
    await sees('1,000 points');
    expect(shown()).toContain('Customer on this cart');
  });

  it('[TC13] the price on the cart is the price, whatever the catalogue says', async () => {
    await syncedBefore(counter);
    const line = { uuid: 'l1', variantId: MUG.variantId, price: 12.5, quantity: 1, discounts: [] };
    const current = {
      value: { ...counter.cart.current(), lineItems: [line], customer: undefined },
      subscribe: () => () => undefined,
    };
    await openBlock({ ...atPrice('99.00'), cart: { current } });
    await sees('it earns 12 points');
  });

  it.each([
    ['knows no such product', () => Promise.resolve(undefined)],
    ['fails', () => Promise.reject(new Error('catalogue'))],
    ['says nonsense', () => Promise.resolve({ price: 'free' })],
    ['never answers', () => new Promise<undefined>(() => undefined)],
  ])('[TC13] when POS %s, the rule is said instead of a guess', async (_, answer) => {
    await syncedBefore(counter);
    await openBlock(search(answer));
    await sees('POS did not say the price.');
    expect(shown()).toContain('1 point for every €1.00 spent');
    expect(shown()).not.toContain('it earns');
  });

  it('[TC13] before the first sync it promises nothing', async () => {
    counter.connect(false);
    await openBlock(atPrice('7.00'));
    await sees('Points for this product appear after the first sync.');
  });

  it('[TC13] at a location with another currency no points are worked out', async () => {
    await syncedBefore(counter);
    const session = {
      currentSession: { shopId: 7_001, userId: 42, locationId: 2, currency: 'USD' },
      staffMember: { value: undefined },
      deviceId: 77,
    };
    await openBlock({ ...atPrice('7.00'), session });
    await sees('This location sells in another currency than the loyalty program.');
    expect(shown()).not.toContain('it earns');
  });

  it('[TC8] its menu item is one button', async () => {
    await counter.open('pos.product-details.action.menu-item.render', { product: MUG });
    expect(document.body.children).toHaveLength(1);
    expect(shown()).toBe('Show rewards');
  });
});
