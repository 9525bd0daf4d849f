/** Deliveries that still name a customer who is to be forgotten. */
import { describe, expect, it } from 'vitest';
import { settleOrder } from '../../server/orders/order-handlers.ts';
import { readOrder } from '../../server/orders/read-order.ts';
import { createRounds } from '../../server/rounds.ts';
import { createInbox, TRIES_MAX, TURN_MS } from '../../server/webhooks/inbox.ts';
import { DATA_REQUEST_KEPT_MS } from '../../server/webhooks/privacy.ts';
import type { Topic } from '../../server/webhooks/projection.ts';
import { readCaptured } from './outcomes.ts';
import { ADA, FRIEND, hers, openPrivacy, traceOf, traces } from './privacy-world.ts';
import { ALICE, intent, ref, SHOP } from './world.ts';

/** Deliveries that are waiting, or were given up, when the customer is to be forgotten. */
async function deliver(
  { database, clock }: Awaited<ReturnType<typeof openPrivacy>>,
  kept: readonly (readonly [topic: Topic, payload: unknown])[],
  isStuck: boolean,
) {
  const inbox = createInbox(database);
  for (const [n, [topic, payload]] of kept.entries())
    await inbox.keep(
      { shop: SHOP, topic, webhookId: `w-${n}`, triggeredAt: 1, payload },
      clock.time,
    );
  for (let n = 0; isStuck && n <= TRIES_MAX; n += 1) {
    await inbox.take({ holder: 'x', now: clock.time, limit: 16 });
    clock.time += TURN_MS;
  }
  await inbox.giveUp(clock.time);
  return inbox;
}
const gid = (customer: number) => `gid://shopify/Customer/${customer}`;
const merger = (old: number, kept: number, status = 'completed') => ({
  admin_graphql_api_customer_kept_id: gid(kept),
  admin_graphql_api_customer_deleted_id: gid(old),
  status,
});

describe('a shop that the ledger does not know', () => {
  it('[WH19] keeps what a customer of it asked for no longer than any other', async () => {
    const { database, ledger, clock, privacy } = await openPrivacy();
    const other = 'other.myshopify.com' as typeof SHOP;
    const payload = { customer: { id: ADA }, data_request: { id: 5 } };
    const about = { topic: 'customers/data_request', webhookId: 'w', triggeredAt: 1, payload };
    await privacy.handlers['customers/data_request']?.({ shop: other, ...about });
    const rounds = createRounds({
      database,
      chores: privacy.chores,
      clock,
      log: () => undefined,
    });
    clock.time += DATA_REQUEST_KEPT_MS;
    await rounds.make();
    expect(await privacy.dataRequests(other)).toHaveLength(1);
    clock.time += 86_400_000;
    await rounds.make();
    expect(await privacy.dataRequests(other)).toEqual([]);
    expect(await ledger.verify(SHOP)).toEqual([]);
  });
});

describe('deliveries that name who is to be forgotten', () => {
  it.each([
    ['waits between attempts', false],
    ['was given up', true],
  ])('[WH16] no delivery that %s keeps the number', async (_title, isStuck) => {
    const opened = await openPrivacy();
    const { database, redact, hear, round, sync, clock } = opened;
    await sync({ operations: [intent({ hold: hers })] });
    const customer = { id: ADA };
    const inbox = await deliver(
      opened,
      [
        ['customers/merge', merger(FRIEND, ADA)],
        ['customers/merge', merger(ADA, FRIEND, 'failed')],
        ['customers/merge', merger(ALICE, 9 * ADA)],
        ['customers/data_request', { customer, data_request: { id: 5 } }],
        ['orders/updated', { id: 70, currency: 'EUR', customer, note_attributes: [] }],
        ['orders/updated', { id: ADA, currency: 'EUR', customer: { id: ALICE } }],
        ['customers/redact', { customer: { id: ALICE }, orders_to_redact: [] }],
      ],
      isStuck,
    );
    await redact();
    await hear();
    await round();
    const own = (await traces(database, traceOf(ADA))).filter(
      (one) => !one.includes(`"id":${ADA}`),
    );
    expect(own).toEqual([]);
    await inbox.retry(SHOP, clock.time);
    const turns = await inbox.take({ holder: 'y', now: clock.time, limit: 16 });
    const left = turns.map(({ delivery }) => [delivery.webhookId, delivery.payload]);
    expect(Object.fromEntries(left)).toEqual({
      'w-2': merger(ALICE, 9 * ADA),
      'w-4': { id: 70, currency: 'EUR', customer: null, note_attributes: [] },
      'w-5': { id: ADA, currency: 'EUR', customer: { id: ALICE } },
      'w-6': { customer: { id: ALICE }, orders_to_redact: [] },
    });
  });

  it('[WH16] an order that waits settles without its customer', async () => {
    const opened = await openPrivacy();
    const { database, ledger, redact, sync, clock, balance } = opened;
    await sync({ operations: [intent({ hold: hers })] });
    const order = {
      id: 70,
      currency: 'EUR',
      customer: { id: ADA },
      discount_applications: [{ type: 'manual', title: `5 off · ${ref('R1')}`, value: '5.0' }],
      line_items: [
        {
          id: 1,
          quantity: 1,
          price: '20.00',
          discount_allocations: [{ amount: '5.00', discount_application_index: 0 }],
        },
      ],
    };
    const inbox = await deliver(opened, [['orders/updated', order]], true);
    await redact();
    await inbox.retry(SHOP, clock.time);
    const [turn] = await inbox.take({ holder: 'y', now: clock.time, limit: 1 });
    const deps = { ledger, refsOfActions: () => Promise.resolve([]) };
    await settleOrder(deps, SHOP, readOrder(turn?.delivery.payload));
    expect(await readCaptured(database)).toBe(200);
    expect(await balance(ADA)).toBe(0);
    expect(await ledger.verify(SHOP)).toEqual([]);
  });

  it('[WH16] a merger that was told before is settled first, so that the heir loses nothing', async () => {
    const opened = await openPrivacy();
    const { ledger, redact, balance, logged } = opened;
    await deliver(
      opened,
      [
        ['customers/merge', merger(ADA, ALICE)],
        ['customers/merge', { ...merger(ADA, ALICE), admin_graphql_api_customer_kept_id: 'odd' }],
      ],
      true,
    );
    await redact();
    expect(await balance(ALICE)).toBe(2_000);
    expect(logged).toEqual(['merger-of-forgotten-not-settled']);
    expect(await ledger.verify(SHOP)).toEqual([]);
  });

  it('[WH16] the request itself stays until it has been dealt with', async () => {
    const opened = await openPrivacy();
    const { database, redact, clock, say } = opened;
    const request = { customer: { id: ADA }, orders_to_redact: [] };
    const inbox = await deliver(opened, [['customers/redact', request]], false);
    const [turn] = await inbox.take({ holder: 'y', now: clock.time, limit: 1 });
    await redact();
    await say('customers/redact', turn?.delivery.payload);
    expect(turn?.delivery.payload).toEqual(request);
    expect(await traces(database, traceOf(ADA))).not.toEqual([]);
    await inbox.done('y', turn === undefined ? [] : [turn.delivery]);
    expect((await traces(database, traceOf(ADA))).filter((one) => /inbox/.test(one))).toEqual([]);
  });
});
