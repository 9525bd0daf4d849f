import { fireEvent } from '@testing-library/dom';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ALICE, PATIENCE, openCounter, type Counter } from './counter.ts';

let counter: Counter;
beforeEach(async () => {
  counter = await openCounter();
});
afterEach(() => counter.close());

function tile(): Element {
  const [only, ...others] = document.querySelectorAll('s-tile');
  expect(others).toEqual([]);
  if (only === undefined) throw new Error('no tile');
  return only;
}

const says = (subheading: string, itemCount: string) =>
  vi.waitFor(() => {
    expect(tile().getAttribute('subheading')).toBe(subheading);
    expect(tile().getAttribute('itemcount') ?? tile().getAttribute('itemCount')).toBe(itemCount);
  }, PATIENCE);

/** Another context of this register has heard of its balances. */
async function syncOnce(): Promise<void> {
  const before = counter.context();
  await before.start();
  await vi.waitFor(async () => {
    await before.syncNow();
    expect(before.state().lastSyncAt).toBeDefined();
  }, PATIENCE);
  before.stop();
}

/** Another context of this register redeems while it is cut off. */
async function redeemOffline(): Promise<void> {
  await syncOnce();
  await counter.fillCart(ALICE);
  const offline = counter.context({ isConnected: false });
  await offline.start();
  const outcome = await offline.redeem({ customer: ALICE, reward: 'coffee', title: 'Coffee' });
  expect(outcome.status).toBe('applied');
  offline.stop();
}

describe('the home tile', () => {
  it('[TG9] on a register that never synced it says what to do first', async () => {
    await counter.open('pos.home.tile.render');
    await says('Connect once to load balances', '0');
    await syncOnce();
    await says('All synced', '0');
  });

  it('[TG9] invites to redeem, says how the register is, and opens the modal', async () => {
    await syncOnce();
    const extension = await counter.open('pos.home.tile.render');
    const presentModal = vi.spyOn(extension.shopify.action, 'presentModal');
    await says('All synced', '0');
    expect(tile().getAttribute('heading')).toBe('Redeem rewards');
    fireEvent.click(tile());
    expect(presentModal).toHaveBeenCalledTimes(1);
  });

  it('[TG9] offline it stays enabled and says that it works', async () => {
    await syncOnce();
    counter.connect(false);
    const extension = await counter.open('pos.home.tile.render');
    const presentModal = vi.spyOn(extension.shopify.action, 'presentModal');
    await says('Offline – works, syncs later', '0');
    expect(tile().hasAttribute('disabled')).toBe(false);
    fireEvent.click(tile());
    expect(presentModal).toHaveBeenCalledTimes(1);
    counter.connect(true);
    await says('All synced', '0');
  });

  it('[TG9] counts what another context of the register left waiting', async () => {
    await redeemOffline();
    counter.connect(false);
    await counter.open('pos.home.tile.render');
    await says('Offline – 1 waiting, oldest under a minute', '1');
    counter.connect(true);
    await says('1 waiting, oldest under a minute', '1');
    expect(counter.requests).toEqual([]);
  });

  it('[TG9] speaks French', async () => {
    await syncOnce();
    counter.locale.value = 'fr-FR';
    counter.connect(false);
    await counter.open('pos.home.tile.render');
    await says('Hors ligne – fonctionne, synchro plus tard', '0');
    expect(tile().getAttribute('heading')).toBe('Utiliser des récompenses');
  });
});
