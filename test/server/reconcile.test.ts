/** Orders that no webhook told of are asked for at Shopify, and settle all the same. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { titleWithReference } from '../../extensions/register/cart.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import type { Database, ShopDomain } from '../../server/database/database.ts';
import { openPostgres } from '../../server/database/postgres.ts';
import { MISSING_OFFLINE_MS } from '../../server/ledger/settle-case.ts';
import { forgetShop } from '../../server/ledger/forget.ts';
import { createLocks } from '../../server/locks.ts';
import { ORDERS_PER_PAGE } from '../../server/orders/admin-orders.ts';
import { settleOrder } from '../../server/orders/order-handlers.ts';
import {
  COVER_WAIT_MAX_MS,
  createReconciler,
  DENIED_PAUSE_MS,
  OVERLAP_MS,
  PAGES_PER_ROUND,
  PASS_EVERY_MS,
} from '../../server/orders/reconcile.ts';
import { releaseChore } from '../../server/rounds.ts';
import { AdminApiError, type AdminFailure } from '../../server/shopify/admin-api.ts';
import { adminFrom, type FakeOperations } from '../../simulator/admin-api/operations.ts';
import { createOrderBook, type BookOrder } from '../../simulator/admin-api/orders.ts';
import { newPostgres } from '../support/postgres.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { openBooks } from './books.ts';
import { readCaptured, readConflicts } from './outcomes.ts';
import { ALICE, commit, earn, EUR, id, intent, missing, ref, SHOP, takeBack } from './world.ts';

const MINUTE_MS = 60_000;
/** The first that asks for a PostgreSQL waits for its start; far above what that takes. */
const PATIENCE_MS = 600_000;

const plain = (orderId: number): BookOrder => ({
  id: orderId,
  currency: 'EUR',
  lines: [{ quantity: 2, price: '10.00' }],
  discounts: [],
});
const sold = (orderId: number, part: Partial<BookOrder> = {}): BookOrder => ({
  ...plain(orderId),
  discounts: [{ title: titleWithReference('5 off', ref('R1')), off: ['5.00'] }],
  ...part,
});

/** A ledger, a book of orders at Shopify, and a reconciler between them. */
async function opened(open: () => Promise<Database> = async () => openSqlite(':memory:')) {
  const database = await open();
  onTestFinished(() => database.close());
  const books = await openBooks(database);
  const { clock, ledger } = books;
  const book = createOrderBook();
  const asked: string[] = [];
  const logged: string[] = [];
  const faults: { failure: AdminFailure | undefined; crash: (() => void) | undefined } = {
    failure: undefined,
    crash: undefined,
  };
  const operations: FakeOperations = Object.fromEntries(
    Object.entries(book.operations).map(([name, answer]) => [
      name,
      (variables: Readonly<Record<string, unknown>>, shop: ShopDomain) => {
        asked.push(name);
        if (faults.failure !== undefined) throw new AdminApiError(faults.failure, name);
        return answer(variables, shop);
      },
    ]),
  );
  const refsOfActions = () => Promise.resolve([]);
  const newReconciler = (seed = 5, settled = () => Promise.resolve() as unknown) =>
    createReconciler({
      database,
      adminOf: adminFrom(operations),
      settle: async (shop, order) => {
        await settleOrder({ ledger, refsOfActions }, shop, order);
        faults.crash?.();
        await settled();
      },
      locks: createLocks({ database, clock, random: seededRandom(seed), sleep: noSleep }),
      log: (_level, event) => void logged.push(event),
    });
  const reconciler = newReconciler();
  return {
    ...books,
    book,
    asked,
    logged,
    faults,
    reconciler,
    newReconciler,
    run: () => reconciler.chore.run(SHOP, clock.now()),
    state: () => reconciler.state(SHOP),
    release: () =>
      releaseChore(ledger, (shop, now) => reconciler.coveredUntil(shop, now)).run(
        SHOP,
        clock.now(),
      ),
    position: () =>
      database.read(SHOP, async (reader) => {
        const shop = await reader.shop();
        return shop?.seq ?? 0;
      }),
  };
}

const noSleep = () => Promise.reject(new Error('nothing waits here'));

describe('the reconciliation', () => {
  it.each([
    ['SQLite', async () => openSqlite(':memory:')],
    ['PostgreSQL', async () => openPostgres(await newPostgres())],
  ])(
    '[WH20] writes nothing of a shop that is redacted in the middle of a pass, on %s',
    { timeout: PATIENCE_MS },
    async (_title, open) => {
      const books = await opened(open);
      books.book.put(sold(70), books.clock.time);
      books.faults.crash = () => {
        forgotten ??= books.database.transact(SHOP, ({ sql }) => forgetShop(sql, SHOP));
      };
      let forgotten: Promise<void> | undefined;
      const reconciler = books.newReconciler(6, () => forgotten);
      await reconciler.chore.run(SHOP, books.clock.now());
      expect(forgotten).toBeDefined();
      expect(await reconciler.state(SHOP)).toBeUndefined();
      expect(await books.database.shops()).toEqual([]);
    },
  );

  it.each([
    ['SQLite', async () => openSqlite(':memory:')],
    ['PostgreSQL', async () => openPostgres(await newPostgres())],
  ])(
    '[OS20] closes the gap that lost webhooks left, on %s',
    { timeout: PATIENCE_MS },
    async (_title, open) => {
      const books = await opened(open);
      await books.sync({ operations: [intent(), commit(), earn()] });
      await books.sync({ operations: [takeBack({ body: { points: 5 } })] });
      books.book.put(
        sold(70, { refunds: [{ id: 1, returnId: 9, quantities: { 0: 1 } }] }),
        books.clock.time,
      );
      books.clock.time += MINUTE_MS;
      await books.run();
      // 500 − 250 captured; 20 − 10 − 5 earned.
      expect(await books.balance()).toBe(1_000 - 250 + 5);
      // Told of when the person took back points of an order that nobody knew yet.
      expect(await readConflicts(books.database)).toEqual(['no-intent']);
      expect(await books.ledger.verify(SHOP)).toEqual([]);
      expect(await books.state()).toEqual({
        since: books.clock.time - OVERLAP_MS,
        cursor: undefined,
        began: undefined,
        covered: books.clock.time,
        failure: undefined,
        failedAt: undefined,
      });
    },
  );

  it('[OS20] reads store credit, gift cards, long orders and cancellations as webhooks do', async () => {
    const books = await opened();
    const hold = { customer: ALICE, unit: EUR, amount: 9_000 };
    await books.sync({ operations: [intent({ hold, body: { reward: null } })] });
    const lines = Array.from({ length: 120 }, () => ({ quantity: 1, price: '1.00' }));
    const order = sold(70, {
      lines: [...lines, { quantity: 1, price: '50.00', isGiftCard: true }],
      discounts: [
        { title: titleWithReference('credit', ref('R1')), off: lines.map(() => '0.25') },
        { title: 'Friends', off: ['0.10'] },
      ],
      refunds: [{ id: 1, quantities: { 0: 1, 1: 1, 2: 1 } }],
    });
    books.book.put(order, books.clock.time);
    await books.run();
    expect(await books.balance(ALICE, 'EUR')).toBe(5_000 - 3_000 + 75);
    books.book.put({ ...order, isCancelled: true }, books.clock.time + 1);
    books.clock.time += PASS_EVERY_MS;
    await books.run();
    expect(await books.balance(ALICE, 'EUR')).toBe(5_000);
  });

  it('[OS21] asks again only for what changed since, with an overlap', async () => {
    const books = await opened();
    await books.sync({ operations: [intent()] });
    for (let n = 1; n <= 3; n += 1) books.book.put(plain(n), books.clock.time - n * OVERLAP_MS);
    await books.run();
    expect(books.asked).toEqual(['TideoverOrders']);
    await books.run();
    expect(books.asked).toHaveLength(1);
    const began = books.clock.time;
    books.clock.time += PASS_EVERY_MS;
    // Shopify's search shows it late.
    books.book.put(sold(70), began - OVERLAP_MS + 1);
    await books.run();
    expect(await readCaptured(books.database)).toBe(500);
    expect(await books.state()).toMatchObject({ covered: began + PASS_EVERY_MS, began: undefined });
    const position = await books.position();
    books.clock.time += PASS_EVERY_MS;
    await books.run();
    expect(await books.position()).toBe(position);
  });

  it('[OS22] goes on where it stopped: so many pages a round, until it is through', async () => {
    const books = await opened();
    await books.sync({ operations: [intent()] });
    const count = ORDERS_PER_PAGE * PAGES_PER_ROUND + 1;
    for (let n = 1; n < count; n += 1) books.book.put(plain(n), books.clock.time - count + n);
    books.book.put(sold(count), books.clock.time);
    const began = books.clock.time;
    await books.run();
    expect(books.asked).toHaveLength(PAGES_PER_ROUND);
    expect(await books.state()).toMatchObject({ covered: undefined, began });
    expect(await readCaptured(books.database)).toBe(0);
    books.clock.time += MINUTE_MS;
    await books.run();
    expect(await books.state()).toMatchObject({ covered: began, began: undefined });
    expect(books.asked).toHaveLength(PAGES_PER_ROUND + 2);
    expect(await readCaptured(books.database)).toBe(500);
  });

  it('[OS22] a crash between a page and its cursor loses nothing and books nothing twice', async () => {
    const books = await opened();
    await books.sync({ operations: [intent()] });
    books.book.put(sold(70), books.clock.time);
    books.faults.crash = () => {
      throw new Error('the process died');
    };
    await expect(books.run()).rejects.toThrow('the process died');
    expect(await books.state()).toBeUndefined();
    books.faults.crash = undefined;
    const position = await books.position();
    await books.newReconciler(6).chore.run(SHOP, books.clock.now());
    expect(await readCaptured(books.database)).toBe(500);
    expect(await books.position()).toBe(position);
    expect(await books.state()).toMatchObject({ covered: books.clock.time });
  });

  it('[OS23] two processes never ask at once', async () => {
    const books = await opened();
    books.book.put(sold(70), books.clock.time);
    let during: Promise<void> | undefined;
    books.faults.crash = () => {
      during ??= books.newReconciler(6).chore.run(SHOP, books.clock.now());
    };
    await books.run();
    await during;
    expect(books.asked).toEqual(['TideoverOrders', 'TideoverOrder']);
  });

  it('[OS24] an order that can’t be read is told in the log and holds up no other', async () => {
    const books = await opened();
    await books.sync({ operations: [intent()] });
    books.book.put(sold(69, { lines: [{ quantity: 1, price: 'ten' }] }), books.clock.time - 1);
    books.book.put(sold(70), books.clock.time);
    await books.run();
    expect(books.logged).toEqual(['order-unreadable']);
    expect(await readCaptured(books.database)).toBe(500);
    expect(await books.state()).toMatchObject({ covered: books.clock.time });
  });

  it.each(['throttled', 'unknown'] as const)(
    '[OS25] %s: it goes on in the next round',
    async (failure) => {
      const books = await opened();
      await books.sync({ operations: [intent()] });
      books.book.put(sold(70), books.clock.time);
      books.faults.failure = failure;
      await books.run();
      expect(await books.state()).toMatchObject({ failure, failedAt: books.clock.time });
      books.faults.failure = undefined;
      books.clock.time += MINUTE_MS;
      await books.run();
      expect(await readCaptured(books.database)).toBe(500);
      expect(await books.state()).toMatchObject({ failure: undefined, failedAt: undefined });
    },
  );

  it('[OS25] without the permission it notes that once and asks again after a while', async () => {
    const books = await opened();
    books.faults.failure = 'denied';
    await books.run();
    books.clock.time += DENIED_PAUSE_MS - 1;
    await books.run();
    expect(books.asked).toHaveLength(1);
    books.clock.time += 1;
    await books.run();
    expect(books.asked).toHaveLength(2);
    expect(books.logged).toEqual(['orders-not-read']);
  });

  it('[OS25] begins anew when Shopify refuses a page’s cursor', async () => {
    const books = await opened();
    for (let n = 1; n <= ORDERS_PER_PAGE * PAGES_PER_ROUND + 1; n += 1)
      books.book.put(plain(n), books.clock.time + n);
    await books.run();
    expect(await books.state()).toMatchObject({ cursor: expect.any(String) as string });
    books.faults.failure = 'refused';
    await books.run();
    expect(await books.state()).toMatchObject({ cursor: undefined, began: undefined });
  });
});

describe('a hold that was reported missing', () => {
  const lost = [intent(), missing({ id: id('A', 2) })];

  it('[OS26] is not released before the orders of that time are known', async () => {
    const books = await opened();
    await books.sync({ operations: lost });
    await books.run();
    books.clock.time += MISSING_OFFLINE_MS + MINUTE_MS;
    books.faults.failure = 'throttled';
    await books.run();
    await books.release();
    expect(await books.balance()).toBe(500);
    books.book.put(sold(70), books.clock.time);
    books.faults.failure = undefined;
    await books.run();
    await books.release();
    expect(await readCaptured(books.database)).toBe(500);
    expect(await readConflicts(books.database)).toEqual([]);
  });

  it('[OS26] is released once they are, and no order used it', async () => {
    const books = await opened();
    await books.sync({ operations: lost });
    books.clock.time += MISSING_OFFLINE_MS;
    await books.run();
    await books.release();
    expect(await books.balance()).toBe(1_000);
  });

  it.each([
    ['nobody can be asked', undefined, 0],
    ['the permission is missing', 'denied', 0],
    ['the app is not installed', 'not-installed', 0],
    ['Shopify does not answer for a day', 'unknown', COVER_WAIT_MAX_MS],
  ] as const)('[OS27] is released all the same when %s', async (_title, failure, later) => {
    const books = await opened();
    await books.sync({ operations: lost });
    books.faults.failure = failure;
    if (failure !== undefined) await books.run();
    books.clock.time += MISSING_OFFLINE_MS + later - 1;
    await books.release();
    expect(await books.balance()).toBe(500);
    books.clock.time += 1;
    await books.release();
    expect(await books.balance()).toBe(1_000);
  });
});
