/** Each target of API 2025-07 as POS opens it: what a person sees there, and what a tap does. */
import { screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import cartLineItem from '../../extensions/pos-2025-07/src/cart-line-item.tsx';
import cartLine from '../../extensions/pos-2025-07/src/cart-line.tsx';
import customerBlock from '../../extensions/pos-2025-07/src/customer-block.tsx';
import homeModal from '../../extensions/pos-2025-07/src/home-modal.tsx';
import homeTile from '../../extensions/pos-2025-07/src/home-tile.tsx';
import { cardNumber } from '../../shared/card.ts';
import { ALICE, BOB } from '../register/device.ts';
import {
  PATIENCE,
  fillCart,
  isDisabled,
  openCounter,
  sees,
  shown,
  tap,
  type,
  type Counter,
} from './counter.ts';
import { open } from './host.tsx';

/** What POS offers where; a tile, a button and a block take little. */
const SCREEN = [
  'Banner',
  'Button',
  'Navigator',
  'NumberField',
  'Screen',
  'ScrollView',
  'Section',
  'Stack',
  'Text',
  'TextField',
];
const BLOCK = ['Button', 'POSBlock', 'POSBlockRow', 'Stack', 'Text'];

let counter: Counter;
let close: () => void = () => undefined;
beforeEach(async () => {
  counter = await openCounter();
});
afterEach(() => close());

async function show(target: unknown, allowed: readonly string[], more: object = {}) {
  close = await open(target, { ...counter.api(), ...more }, allowed);
}

const connect = () => counter.connectivity.set({ internetConnected: 'Connected' });

describe('the home tile', () => {
  it('[RX1] says how the register is, counts what waits, and opens the modal', async () => {
    await show(homeTile, ['Tile']);
    await sees(/Redeem rewards\nOffline – works, syncs later\n0/);
    tap(/Redeem rewards/);
    expect(counter.modals).toEqual(['modal']);
  });

  it('[RX2] sends what other targets stored, once there is a network', async () => {
    await fillCart(counter);
    await show(homeModal, SCREEN);
    await sees('400 points');
    tap('Redeem: Free coffee');
    await sees(/Applied offline: Free coffee/);
    close();
    await show(homeTile, ['Tile']);
    await sees(/Offline – 1 waiting/);
    connect();
    await sees('All synced');
    expect(counter.asked.length).toBeGreaterThan(0);
  });
});

describe('the modal', () => {
  it('[RX1] redeems a reward against the cart, and takes it off again', async () => {
    await fillCart(counter);
    await show(homeModal, SCREEN);
    await sees('Customer on this cart');
    await sees('€20.00 store credit');
    expect(isDisabled('Redeem: Free coffee')).toBe(false);
    tap('Redeem: Free coffee');
    await sees(/Applied offline: Free coffee. Reference/);
    expect(counter.cart.current().grandTotal).toBe('27.00');
    expect(counter.toasts[0]).toMatch(/Free coffee/);
    await sees('340 points');
    expect(await counter.kinds()).toEqual(['intent']);
    tap(/^Remove /);
    await sees('Removed from the cart. The value is the customer’s again.');
    expect(counter.cart.current().cartDiscounts).toEqual([]);
    await sees('400 points');
    expect(await counter.kinds()).toEqual(['intent', 'void']);
  });

  it('[RX1] redeems store credit that a cashier types, and empties the field', async () => {
    await fillCart(counter);
    await show(homeModal, SCREEN);
    await sees('Up to €20.00');
    expect(isDisabled('Redeem store credit')).toBe(true);
    type(/Amount to redeem/, '25');
    await sees(/The balance is too low/);
    type(/Amount to redeem/, '5,50');
    await waitFor(() => expect(isDisabled('Redeem store credit')).toBe(false), PATIENCE);
    tap('Redeem store credit');
    await sees(/Applied offline: Store credit/);
    await sees('€14.50 store credit');
    const field = screen.getByLabelText<HTMLInputElement>(/Amount to redeem/);
    await waitFor(() => expect(field.value).toBe(''), PATIENCE);
  });

  it('[RX1] finds a customer by a card, typed or scanned, while nobody is on the cart', async () => {
    await show(homeModal, SCREEN);
    await sees('Add a customer to the cart');
    type(/Card: scan it/, 'not a card');
    tap('Show');
    await sees('That is not a loyalty card. Check the number.');
    type(/Card: scan it/, cardNumber(ALICE));
    tap('Show');
    await waitFor(() => expect(counter.cart.current().customer?.id).toBe(ALICE), PATIENCE);
    await sees('400 points');
    await counter.cart.mutators.removeCustomer();
    await sees('Add a customer to the cart');
    counter.scanned.set({ data: cardNumber(BOB) });
    await waitFor(() => expect(counter.cart.current().customer?.id).toBe(BOB), PATIENCE);
  });

  it('[RX1] lists what waits, syncs on a tap, and says what is wrong', async () => {
    await fillCart(counter);
    await show(homeModal, SCREEN);
    await sees('400 points');
    expect(screen.getByRole('alert').textContent).toMatch(/^Offline/);
    tap('Redeem: Free coffee');
    await sees('Don’t log out while 1 is waiting');
    connect();
    await sees('Nothing is waiting');
    tap('Sync now');
    await waitFor(() => expect(isDisabled('Sync now')).toBe(false), PATIENCE);
    expect(shown()).toMatch(/Last sync/);
  });
});

describe('a line of the cart', () => {
  it('[RX1] its menu item is one button that opens the screen', async () => {
    await show(cartLineItem, ['Button']);
    tap('');
    expect(counter.modals).toEqual(['modal']);
  });

  it('[RX1] says what it earns, and redeems against it alone', async () => {
    await fillCart(counter);
    const [line] = counter.cart.current().lineItems;
    await show(cartLine, SCREEN, { cartLineItem: line });
    await sees('Bought alone, before discounts, it earns 30 points');
    tap('Redeem: Free coffee');
    await sees(/Applied offline: Free coffee/);
    const { lineItems, cartDiscounts } = counter.cart.current();
    expect(cartDiscounts).toEqual([]);
    expect(lineItems.map(({ discounts }) => discounts.length)).toEqual([1]);
    await sees('This item has a discount already.');
  });
});

describe('beside a customer', () => {
  it('[RX1] stand their balances with their age, with no word to the network', async () => {
    connect();
    await show(customerBlock, BLOCK, { customer: { id: ALICE } });
    await sees('400 points');
    expect(shown()).toMatch(/€20\.00 store credit\nAs of \d+:\d\d [AP]M/);
    expect(counter.asked).toEqual([]);
  });
});

describe('languages', () => {
  it('[RX3] texts, numbers and money follow POS’s language; an unknown one reads English', async () => {
    counter.locale.set('fr-FR');
    await fillCart(counter);
    await show(homeModal, SCREEN);
    await sees('400 points');
    await sees(/Client de ce panier|20,00 €/);
    close();
    counter.locale.set('xx');
    await show(homeTile, ['Tile']);
    await sees('Redeem rewards');
  });
});
