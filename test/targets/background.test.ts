import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Operation, Reference, SyncRequest } from '../../shared/protocol.ts';
import { saleEvent } from '../../simulator/page/sale.ts';
import { clock } from '../../extensions/pos/src/platform.ts';
import { ALICE, EUR, PATIENCE, RULES, SHOP, openCounter, type Counter } from './counter.ts';

let counter: Counter;
beforeEach(async () => {
  counter = await openCounter();
});
afterEach(() => counter.close());

const openBackground = () => counter.open('pos.app.ready.data');

/** Every operation that the server was told of, once each. */
function sent(): Operation[] {
  const bodies = counter.requests.flatMap(({ body }) => (body === undefined ? [] : [body]));
  const all = bodies.flatMap((body) => (JSON.parse(body) as SyncRequest).operations as Operation[]);
  return [...new Map(all.map((operation) => [operation.id, operation])).values()];
}

async function ledgerHas(points: number): Promise<void> {
  await vi.waitFor(async () => {
    const balances = await counter.server.ledger.balances(SHOP, ALICE);
    expect(balances.find(({ unit }) => unit === 'points')?.balance).toBe(points);
  }, PATIENCE);
}

/** The modal's context redeems a coffee (200 points, 3.50) on a cart of 20.00. */
async function redeemed(): Promise<Reference> {
  await counter.fillCart(ALICE);
  const screen = counter.context();
  await screen.start();
  const outcome = await vi.waitFor(async () => {
    await screen.syncNow();
    const answer = await screen.redeem({ customer: ALICE, reward: 'coffee', title: 'Coffee' });
    if (answer.status === 'refused') throw new Error(answer.reason);
    return answer;
  }, PATIENCE);
  screen.stop();
  return outcome.ref;
}

const sold = () =>
  saleEvent(counter.cart.state(), RULES, {
    orderId: undefined,
    executedAtMs: clock.now(),
    payment: 'Cash',
  });

describe('the background target', () => {
  it('[TG30] a sale commits its redemption and earns points, both in the ledger', async () => {
    const extension = await openBackground();
    const ref = await redeemed();
    extension.dispatch('transactioncomplete', sold());
    await vi.waitFor(
      () =>
        expect(sent().map(({ kind }) => kind)).toEqual(expect.arrayContaining(['commit', 'earn'])),
      PATIENCE,
    );
    const commit = sent().find(({ kind }) => kind === 'commit');
    expect(commit).toMatchObject({
      ref,
      hold: { customer: ALICE, unit: 'points', amount: 200 },
      body: { captured: 200, discount: { currency: EUR, amount: 350 }, orderId: null },
    });
    // 16.50 paid earn 16 points.
    await ledgerHas(1_000 - 200 + 16);
  });

  it('[TG30] a sale offline is kept, and sent when the network is back', async () => {
    const extension = await openBackground();
    await redeemed();
    counter.connect(false);
    extension.dispatch('transactioncomplete', sold());
    await vi.waitFor(async () => {
      const records = JSON.stringify(await counter.storage.entries());
      expect(records).toContain('commit');
      expect(records).toContain('earn');
    }, PATIENCE);
    expect(sent().map(({ kind }) => kind)).not.toContain('commit');
    counter.connect(true);
    await ledgerHas(816);
  });

  it('[TG31] a discount that staff took off the cart gives the value back', async () => {
    await openBackground();
    const ref = await redeemed();
    await ledgerHas(800);
    await counter.cart.mutators.removeAllDiscounts(false);
    await ledgerHas(1_000);
    expect(sent().find(({ kind }) => kind === 'void')).toMatchObject({
      ref,
      body: { reason: 'removed-by-staff' },
    });
  });

  it('[TG32] both ends of a cash session become notes for the audit', async () => {
    const extension = await openBackground();
    const openingTime = '2026-07-04T08:00:00Z';
    extension.dispatch('cashtrackingsessionstart', { id: 5, openingTime });
    extension.dispatch('cashtrackingsessioncomplete', {
      id: 5,
      openingTime,
      closingTime: '2026-07-04T18:00:00Z',
    });
    await vi.waitFor(() => {
      const notes = sent().filter((one) => one.kind === 'note');
      expect(notes.map(({ body }) => body.topic).sort()).toEqual([
        'cash-session-complete',
        'cash-session-start',
      ]);
    }, PATIENCE);
  });

  it('[TG28] staff and location are read for each operation, as they are then', async () => {
    const extension = await openBackground();
    extension.dispatch('cashtrackingsessionstart', { id: 5, openingTime: '' });
    await vi.waitFor(() => expect(sent()).toHaveLength(1), PATIENCE);
    extension.shopify.session.currentSession.locationId = 2;
    extension.shopify.session.staffMember = { value: undefined, subscribe: () => () => undefined };
    extension.dispatch('cashtrackingsessioncomplete', { id: 5, openingTime: '', closingTime: '' });
    await vi.waitFor(() => expect(sent()).toHaveLength(2), PATIENCE);
    const facts = sent().map(({ location, staff, device }) => ({ location, staff, device }));
    expect(facts).toEqual([
      { location: 1, staff: 9, device: '77' },
      { location: 2, staff: null, device: '77' },
    ]);
  });

  it('[EV8] goods that come back are told to the ledger, whatever the sign of their number', async () => {
    const extension = await openBackground();
    await counter.fillCart(ALICE);
    const sale = sold();
    const back = 'lineItems' in sale ? sale.lineItems : [];
    extension.dispatch('transactioncomplete', {
      ...sale,
      transactionType: 'Return',
      refundId: 8_001,
      lineItems: back.map((line) => ({ ...line, quantity: -line.quantity })),
    });
    await vi.waitFor(
      () =>
        expect(sent()).toMatchObject([
          {
            kind: 'return',
            body: { returnKey: 'refund/8001', value: { currency: EUR, amount: 2_000 } },
          },
        ]),
      PATIENCE,
    );
  });

  it('[RG10] a cash session that ends while something waits is told to the ledger', async () => {
    counter.connect(false);
    const extension = await openBackground();
    extension.dispatch('cashtrackingsessionstart', { id: 5, openingTime: '' });
    const stored = async () => JSON.stringify(await counter.storage.entries());
    await vi.waitFor(async () => expect(await stored()).toContain('session-start'), PATIENCE);
    const closing = { id: 5, openingTime: '', closingTime: '' };
    extension.dispatch('cashtrackingsessioncomplete', closing);
    await vi.waitFor(async () => expect(await stored()).toContain('session-complete'), PATIENCE);
    counter.connect(true);
    await vi.waitFor(() => {
      const notes = sent().flatMap((one) => (one.kind === 'note' ? [one.body] : []));
      const note = notes.find(({ topic }) => topic === 'cash-session-complete');
      expect(JSON.parse(note?.text ?? 'null')).toEqual({ ...closing, waiting: 1, unknown: 0 });
    }, PATIENCE);
  });

  it('[TG33] an event that can’t be read is no error to POS, and leaves a note', async () => {
    const extension = await openBackground();
    const broken = { ...sold(), subtotal: { amount: Number.NaN, currency: EUR } };
    extension.dispatch('transactioncomplete', broken);
    await vi.waitFor(
      () => expect(sent()).toMatchObject([{ kind: 'note', body: { topic: 'handler-error' } }]),
      PATIENCE,
    );
  });

  it('[TG33] with a storage that fails it starts all the same', async () => {
    const broken = () => Promise.reject(new Error('disk I/O error'));
    counter.storage = { get: broken, set: broken, delete: broken, entries: broken };
    const extension = await openBackground();
    expect(() => extension.dispatch('transactioncomplete', sold())).not.toThrow();
  });
});
