import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ALICE,
  PATIENCE,
  isDisabled,
  openCounter,
  sees,
  shown,
  tap,
  type Counter,
} from './counter.ts';
import { ledgerHas } from './ledger-check.ts';

let counter: Counter;
beforeEach(async () => {
  counter = await openCounter();
});
afterEach(() => counter.close());

function firstLine() {
  const [line] = counter.cart.current().lineItems;
  if (line === undefined) throw new Error('the cart has a line');
  return line;
}

/** The screen of the first line: two mugs of 10.00. */
async function opened(): Promise<void> {
  await counter.open('pos.cart.line-item-details.action.render', { cartLineItem: firstLine() });
  await sees('Bought alone, before discounts, it earns 20 points');
}

describe('a line of the cart', () => {
  it('[TC11] says what it earns, and a reward against it is off this line alone', async () => {
    await counter.fillCart(ALICE);
    await counter.cart.mutators.addCustomSale({
      quantity: 1,
      title: 'Poster',
      price: '5.00',
      taxable: false,
    });
    await opened();
    await sees('1,000 points');
    tap('redeem-coffee');
    await sees(/Applied(?: offline)?: Free coffee/);
    const { lineItems, cartDiscounts, grandTotal } = counter.cart.current();
    expect(grandTotal).toBe('21.50');
    expect(cartDiscounts).toEqual([]);
    expect(lineItems.map(({ discounts }) => discounts.length)).toEqual([1, 0]);
    await ledgerHas(counter, ALICE, { points: 800, credit: 2_000 });
    await sees('This item has a discount already.');
    expect(isDisabled('redeem-coffee')).toBe(true);
  });

  it('[TC11] without a customer on the cart it says how to get one', async () => {
    await counter.fillCart();
    await opened();
    await sees('Add a customer to the cart');
    expect(shown()).not.toContain('Redeem');
  });

  it('[TC11] a line that is gone earns nothing and takes no reward', async () => {
    await counter.fillCart(ALICE);
    await opened();
    await sees('1,000 points');
    await counter.cart.mutators.removeLineItem(firstLine().uuid);
    await sees('Add a product to the cart first.');
    expect(document.getElementById('earns')).toBeNull();
    await vi.waitFor(() => expect(isDisabled('redeem-coffee')).toBe(true), PATIENCE);
  });

  it('[TC8] its menu item is one button that opens the screen', async () => {
    await counter.fillCart(ALICE);
    const opened: string[] = [];
    await counter.open('pos.cart.line-item-details.action.menu-item.render', {
      cartLineItem: firstLine(),
      action: { presentModal: () => void opened.push('modal') },
    });
    expect(document.body.children).toHaveLength(1);
    expect(document.body.firstElementChild?.tagName).toBe('S-BUTTON');
    tap('open');
    expect(opened).toEqual(['modal']);
    expect(counter.requests).toEqual([]);
  });
});
