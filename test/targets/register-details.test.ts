import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clock, random } from '../../extensions/pos/src/platform.ts';
import { createOutbox } from '../../extensions/register/outbox.ts';
import {
  ALICE,
  PATIENCE,
  SHOP,
  SHOP_ID,
  openCounter,
  sees,
  shown,
  tap,
  type Counter,
} from './counter.ts';
import { before, sellOffline, syncOnce } from './sales.ts';

let counter: Counter;
beforeEach(async () => {
  counter = await openCounter();
});
afterEach(() => counter.close());

const openBlock = () => counter.open('pos.register-details.block.render');
const openAction = () => counter.open('pos.register-details.action.render');

/** What the background stores once it has waited in vain for a redemption to turn up. */
async function reportMissing(): Promise<void> {
  const { storage } = counter;
  const outbox = createOutbox({ storage, clock, random, shopId: SHOP_ID });
  const view = await outbox.view();
  const [intent] = [...view.operations.values()].map(({ operation }) => operation);
  if (intent?.kind !== 'intent') throw new Error('no redemption is open');
  const { device, location, staff, user, build, ref, hold } = intent;
  const facts = { device, location, staff, user, build, ref, hold };
  const missing = outbox.draft({ ...facts, kind: 'missing', body: {} }, view);
  expect(await outbox.create(missing)).toEqual({ state: 'stored' });
}

describe('the register’s block', () => {
  it('[TO12] says what waits, how long, and not to log out; it asks for nothing', async () => {
    await sellOffline(counter);
    const extension = await openBlock();
    const presentModal = vi.spyOn(extension.shopify.action, 'presentModal');
    await sees('Don’t log out while 3 are waiting');
    expect(shown()).toContain('Coffee · 200 points · under a minute');
    expect(shown()).toMatch(/3 are waiting\nLast sync \d+:\d\d/);
    expect(shown()).toMatch(/Memory: \d+ of 100 records/);
    expect(document.querySelectorAll('s-button')).toHaveLength(1);
    tap('open');
    expect(presentModal).toHaveBeenCalledTimes(1);
    expect(counter.requests).toEqual([]);
  });

  it('[TO12] quiet, it says that nothing waits', async () => {
    await syncOnce(counter);
    await openBlock();
    await sees('Nothing is waiting');
    expect(shown()).not.toContain('Don’t log out');
    expect(shown()).not.toContain('unclear');
  });

  it('[TO12] on a device that can’t be read it says so', async () => {
    const entries = () => Promise.reject(new Error('disk I/O error'));
    counter.storage = { ...counter.storage, entries };
    await openBlock();
    await sees('This register can’t save.');
  });
});

describe('the register’s screen', () => {
  it('[TO13] syncs when it opens and on a tap, and lists what waits until it is sent', async () => {
    await sellOffline(counter);
    counter.connect(false);
    await openAction();
    await sees('Waiting to sync');
    expect(shown()).toContain('Coffee · 200 points · under a minute');
    expect(shown()).toContain('Points from a sale · 16 points');
    counter.connect(true);
    await sees('Nothing is waiting');
    await vi.waitFor(async () => {
      const balances = await counter.server.ledger.balances(SHOP, ALICE);
      expect(balances.find(({ unit }) => unit === 'points')?.balance).toBe(816);
    }, PATIENCE);
    const before = counter.requests.length;
    tap('sync-now');
    await vi.waitFor(() => expect(counter.requests.length).toBeGreaterThan(before), PATIENCE);
  });

  it('[TO13] a redemption of which nobody can tell is counted, with what to do', async () => {
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
    await reportMissing();
    await openAction();
    await sees('1 redemption is unclear. Look for its reference in the orders');
  });

  it('[TO13] a cash session closed while something waited is warned of until it is settled', async () => {
    await sellOffline(counter);
    await before(
      counter,
      (register) =>
        register.cashSession('complete', {
          id: 5,
          openingTime: new Date(clock.now()).toISOString(),
          closingTime: new Date(clock.now()).toISOString(),
        }),
      { isConnected: false },
    );
    counter.connect(false);
    await openAction();
    await sees(/The cash session was closed while \d+ entr(y was|ies were) not settled here\./);
    counter.connect(true);
    await sees('Nothing is waiting');
    await vi.waitFor(() => expect(shown()).not.toContain('not settled here'), PATIENCE);
  });

  it('[TO13] its menu item opens it', async () => {
    const extension = await counter.open('pos.register-details.action.menu-item.render');
    const presentModal = vi.spyOn(extension.shopify.action, 'presentModal');
    expect(shown()).toBe('Sync now');
    tap('open');
    expect(presentModal).toHaveBeenCalledTimes(1);
  });
});
