/** What is held of a customer outside the books stands in their document as well. */
import { expect, it, onTestFinished } from 'vitest';
import { openSqlite } from '../../server/database/sqlite.ts';
import { customerDocument } from '../../server/webhooks/customer-document.ts';
import { createInbox } from '../../server/webhooks/inbox.ts';
import { openBooks } from './books.ts';
import { ALICE, BOB, intent, ref, SHOP } from './world.ts';

const TRANSFER = `INSERT INTO credit_transfer
    (shop, seq, line, epoch, customer_key, unit, amount, ref, state, problem, attempt, made_at,
      changed_at)
  SELECT shop, ?, 0, 1, customer_key, 'EUR', ?, NULL, 'conflict', 'unclear', 1, 1000, 2000
    FROM customer WHERE shop = ? AND customer_id = ?`;

it('[WH19] tells of conflicts, transfers of store credit and messages that wait', async () => {
  const database = openSqlite(':memory:');
  onTestFinished(() => database.close());
  const { sync, clock } = await openBooks(database);
  const hold = { customer: BOB, unit: 'points', amount: 900 } as const;
  await sync({ operations: [intent({ hold })] });
  await database.tables(async (sql) => {
    await sql.run(TRANSFER, 901, 77, SHOP, BOB);
    await sql.run(TRANSFER, 902, 88, SHOP, ALICE);
  });
  const inbox = createInbox(database);
  for (const [webhookId, id] of [
    ['w1', BOB],
    ['w2', ALICE],
  ] as const) {
    const payload = { id: 70, customer: { id } };
    const about = { shop: SHOP, topic: 'orders/create', webhookId, triggeredAt: 5_000 };
    await inbox.keep({ ...about, payload }, clock.time);
  }
  const document = await database.tables((sql) => customerDocument(sql, { shop: SHOP, id: BOB }));
  expect(document).toMatchObject({
    conflicts: [{ kind: 'overdrawn', reference: ref('R1'), unit: 'points', register: 'till-1' }],
    transfersOfStoreCredit: [{ amount: 77, unit: 'EUR', state: 'conflict', problem: 'unclear' }],
    messagesOfShopify: [
      {
        at: '1970-01-01T00:00:05.000Z',
        topic: 'orders/create',
        state: 'waiting',
        asKept: { id: 70, customer: { id: BOB } },
      },
    ],
  });
});
