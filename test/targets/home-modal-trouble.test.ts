import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeviceStorage } from '../../shared/ports.ts';
import {
  ALICE,
  PATIENCE,
  SHOP_ID,
  answering,
  element,
  isDisabled,
  lost,
  openCounter,
  sees,
  shown,
  tap,
  type Counter,
  type Network,
  type Past,
} from './counter.ts';
import { HOUR_MS } from './states.ts';

let counter: Counter;
beforeEach(async () => {
  counter = await openCounter();
  await counter.fillCart(ALICE);
});
afterEach(() => counter.close());

/** The register synced once, in a context that is gone now. */
async function syncedBefore(past: Past = {}): Promise<void> {
  const register = counter.context(past);
  await register.start();
  await vi.waitFor(async () => {
    await register.syncNow();
    expect(register.state().lastSyncAt).toBeDefined();
  }, PATIENCE);
  register.stop();
}

const openModal = () => counter.open('pos.home.modal.render');
/** What the banner says: the one thing above everything else. */
const banner = () => element('problem').getAttribute('heading') ?? '';
const problem = (text: string | RegExp) =>
  vi.waitFor(() => expect(banner()).toMatch(text), PATIENCE);
const error = (code: string) =>
  JSON.stringify({ error: { code, message: 'Said for developers.' } });

const NETWORKS: readonly (readonly [string, Network, RegExp])[] = [
  ['the server is down', lost, /^No answer from the server\. .* Keep selling/],
  ['a captive portal', answering(200, '<html>Welcome</html>'), /On guest Wi-Fi, sign in to it/],
  ['a gateway’s error page', answering(502, '<html>Bad gateway</html>'), /^No answer from/],
  ['throttling', answering(429, error('too-many-requests'), '30'), /^The server is busy/],
  [
    'a refusal',
    answering(403, error('wrong-shop')),
    /does not accept this register \(wrong-shop\)/,
  ],
  ['an old app', answering(400, error('protocol-unsupported')), /too old to sync\. Restart POS/],
];

describe('what keeps the register from syncing', () => {
  it.each(NETWORKS)(
    '[TG20] %s has its own words, and redeeming goes on',
    async (_, network, text) => {
      await syncedBefore();
      counter.network = network;
      await openModal();
      await problem(text);
      expect(shown()).toContain('1,000 points');
      expect(isDisabled('redeem-coffee')).toBe(false);
      await sees(/Next try at \d+:\d\d/);
    },
  );

  it('[TG20] a user without permission is told whom to ask', async () => {
    await syncedBefore();
    counter.hasPermission = false;
    await openModal();
    await problem('the logged-in user may not use this app. Ask a manager.');
  });

  it('[TG21] Sync now shows that it works, and what came of it', async () => {
    await syncedBefore();
    counter.network = lost;
    await openModal();
    await problem(/^No answer/);
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    counter.network = (request, server) => gate.then(() => server.serve(request));
    await vi.waitFor(() => expect(isDisabled('sync-now')).toBe(false), PATIENCE);
    tap('sync-now');
    await sees('Syncing…');
    expect(isDisabled('sync-now')).toBe(true);
    open();
    await vi.waitFor(() => expect(document.getElementById('problem')).toBeNull(), PATIENCE);
    await sees(/Last sync \d+:\d\d/);
  });
});

describe('the age of balances', () => {
  const openOffline = async (past: Past) => {
    await syncedBefore(past);
    counter.connect(false);
    await openModal();
    await sees('1,000 points');
  };

  it('[TG22] a day and more halves the limits, and says so', async () => {
    await openOffline({ clockOffsetMs: -30 * HOUR_MS });
    expect(shown()).toMatch(/30 hours old\. Offline limits are halved until the next sync\./);
    expect(isDisabled('redeem-coffee')).toBe(false);
  });

  it('[TG22] beyond the merchant’s limit nothing is redeemed offline', async () => {
    await openOffline({ clockOffsetMs: -80 * HOUR_MS });
    expect(shown()).toMatch(/3 days old\. Too old to redeem offline: connect and sync first\./);
    expect(isDisabled('redeem-coffee')).toBe(true);
    expect(shown()).toContain('The saved balance is too old to redeem offline.');
  });

  it('[TG22] a clock that was set back makes the age unknown instead of wrong', async () => {
    await openOffline({ clockOffsetMs: 5 * HOUR_MS });
    expect(shown()).toContain('Age not known. Offline limits are halved');
    expect(shown()).toContain('This device’s clock was set back.');
  });

  it('[TG22] a register that never synced asks to be connected', async () => {
    counter.connect(false);
    await openModal();
    await sees('This register has never synced. Connect it to load balances.');
    expect(shown()).toContain('Points: not known on this register yet');
    expect(shown()).toContain('Rewards appear after the first sync.');
  });
});

describe('the register’s memory', () => {
  it('[TG23] when it is full nothing is redeemed, and the screen says how to go on', async () => {
    await syncedBefore();
    counter.connect(false);
    for (let i = 0; i < 90; i += 1) await counter.storage.set(`other-${i}`, 'x');
    await openModal();
    await problem('This register’s memory is full. Connect and sync to redeem again.');
    tap('redeem-coffee');
    await sees('This register’s memory is full, so nothing was redeemed.');
    expect(counter.cart.current().cartDiscounts).toEqual([]);
  });

  it('[TG23] when it fills up the screen warns before it is full', async () => {
    await syncedBefore();
    for (let i = 0; i < 72; i += 1) await counter.storage.set(`other-${i}`, 'x');
    await openModal();
    await sees('This register’s memory is nearly full. Connect and sync soon.');
    expect(shown()).toMatch(/Memory: \d\d of 100 records, \d+ KB/);
  });

  it('[TG24] when a write fails the customer is promised nothing', async () => {
    await syncedBefore();
    counter.connect(false);
    counter.storage = failing(counter.storage, ['set']);
    await openModal();
    await sees('1,000 points');
    tap('redeem-coffee');
    await sees('This register can’t save right now, so nothing was redeemed. Restart POS');
    expect(counter.cart.current().cartDiscounts).toEqual([]);
  });

  it('[TG24] when it can’t even be read, that is what the screen says', async () => {
    counter.storage = failing(counter.storage, ['set', 'get', 'entries']);
    await openModal();
    await problem('This register can’t save. Don’t redeem; restart POS.');
    expect(shown()).toContain('Reading what this register has saved…');
  });

  it('[TG25] a damaged entry is kept, counted and spoken of, and the rest works', async () => {
    await syncedBefore();
    counter.connect(false);
    await counter.storage.set(`o.${SHOP_ID}.ABCDEFGHJK.1`, '1|0|torn');
    await openModal();
    await sees('1 saved entry is damaged. It is kept and reported; tell your manager.');
    expect(isDisabled('redeem-coffee')).toBe(false);
  });

  it('[TG25] what another shop left waiting is shown with the way to send it', async () => {
    await syncedBefore();
    const other = counter.context({ shopId: 9_009, isConnected: false });
    await other.cashSession('start', { id: 1, openingTime: '2026-07-04T08:00:00Z' });
    other.stop();
    await openModal();
    await sees('1 entry of another shop waits here. Log in to that shop to send it.');
  });
});

describe('the end of a cash session', () => {
  it('[TC17] with something waiting is told until it is settled', async () => {
    await syncedBefore();
    const other = counter.context({ isConnected: false });
    await other.start();
    const outcome = await other.redeem({ customer: ALICE, reward: 'coffee', title: 'Coffee' });
    expect(outcome.status).not.toBe('refused');
    const openingTime = '2026-07-04T08:00:00Z';
    await other.cashSession('complete', { id: 1, openingTime, closingTime: openingTime });
    other.stop();
    counter.connect(false);
    await openModal();
    await sees('Stay logged in, sync, and check');
    counter.connect(true);
    await sees('Nothing is waiting');
    await vi.waitFor(() => expect(shown()).not.toContain('Stay logged in, sync'), PATIENCE);
  });
});

function failing(storage: DeviceStorage, verbs: readonly (keyof DeviceStorage)[]): DeviceStorage {
  const broken = () => Promise.reject(new Error('disk I/O error'));
  return { ...storage, ...Object.fromEntries(verbs.map((verb) => [verb, broken])) };
}
