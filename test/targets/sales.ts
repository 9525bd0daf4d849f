/** What happened at this counter before a target opens: a sync, a sale, a return, a story. */
import { vi } from 'vitest';
import { clock } from '../../extensions/pos/src/platform.ts';
import type { Register } from '../../extensions/register/register.ts';
import type { Operation, OrderStory, Reference, SyncRequest } from '../../shared/protocol.ts';
import { saleEvent } from '../../simulator/page/sale.ts';
import { ALICE, EUR, PATIENCE, RULES, online, type Counter, type Past } from './counter.ts';

export const ORDER = 9_001;
export const REF = '7Q2M4XK9TD' as Reference;

/** A context of this device that did something, and is gone. */
export async function before(
  counter: Counter,
  work: (register: Register) => Promise<void>,
  past: Past = {},
): Promise<void> {
  const register = counter.context(past);
  await register.start();
  await work(register);
  register.stop();
}

/** The register heard of its balances once, and the ledger of what waited here. */
export const syncOnce = (counter: Counter, past?: Past): Promise<void> =>
  before(
    counter,
    (register) =>
      vi.waitFor(async () => {
        await register.syncNow();
        const { lastSyncAt, waiting } = register.state();
        if (lastSyncAt === undefined || waiting.length > 0) throw new Error('not synced');
      }, PATIENCE),
    past,
  );

/**
 * Cut off, Alice redeems a coffee (200 points, 3.50) on a cart of 20.00 and pays 16.50, which earns
 * 16 points. Without an order's number POS has not made the order yet.
 */
export async function sellOffline(counter: Counter, orderId?: number): Promise<Reference> {
  await syncOnce(counter);
  await counter.fillCart(ALICE);
  let ref = REF;
  const sell = async (register: Register): Promise<void> => {
    const outcome = await register.redeem({ customer: ALICE, reward: 'coffee', title: 'Coffee' });
    if (outcome.status === 'refused') throw new Error(outcome.reason);
    ({ ref } = outcome);
    await register.transactionComplete(sold(counter, orderId));
  };
  await before(counter, sell, { isConnected: false });
  return ref;
}

/** The event of a sale of what is in the cart, now or `agoMs` before. */
export function sold(counter: Counter, orderId?: number, agoMs = 0) {
  const executedAtMs = clock.now() - agoMs;
  return saleEvent(counter.cart.state(), RULES, { orderId, executedAtMs, payment: 'Cash' });
}

/** Cut off, one of the two mugs of `orderId` comes back. */
export const returnOffline = (counter: Counter, orderId: number): Promise<void> =>
  before(
    counter,
    (register) =>
      register.transactionComplete({
        ...sold(counter, orderId),
        transactionType: 'Return',
        returnId: 31,
        discounts: [],
        lineItems: [{ uuid: 'a', price: 10, quantity: 1, discounts: [], isGiftCard: false }],
      }),
    { isConnected: false },
  );

/** The ledger tells this of the order; everything else it is asked goes to the real server. */
export function tellOf(counter: Counter, story: Partial<OrderStory>): void {
  const body = JSON.stringify({ orderId: ORDER, earned: [], redemptions: [], ...story });
  counter.network = (request, server) =>
    request.path === `/api/pos/orders/${ORDER}`
      ? Promise.resolve({ status: 200, body, retryAfter: undefined })
      : online(request, server);
}

/** A redemption and an earning as the ledger tells of them once the sale is settled. */
export const SETTLED: Partial<OrderStory> = {
  earned: [{ customer: ALICE, points: 16, takenBack: 0 }],
  redemptions: [
    {
      ref: REF,
      customer: ALICE,
      unit: 'points',
      title: 'Free coffee',
      amount: 200,
      givenBack: 0,
      state: 'captured',
    },
    {
      ref: '0123456789' as Reference,
      customer: ALICE,
      unit: EUR,
      title: 'Store credit',
      amount: 550,
      givenBack: 50,
      state: 'captured',
    },
  ],
};

/** Every operation that the server was sent, once each. */
export function sent(counter: Counter): readonly Operation[] {
  const bodies = counter.requests.flatMap(({ body }) => (body === undefined ? [] : [body]));
  const all = bodies.flatMap((body) => (JSON.parse(body) as SyncRequest).operations as Operation[]);
  return [...new Map(all.map((operation) => [operation.id, operation])).values()];
}

/** Text of every record on this device. */
export const stored = async (counter: Counter): Promise<string> =>
  JSON.stringify(await counter.storage.entries());
