/** What Shopify's webhooks about orders and refunds come to in the books. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { MISSING_OFFLINE_MS } from '../../server/ledger/settle-case.ts';
import { createOrderHandlers } from '../../server/orders/order-handlers.ts';
import { readOperations, readStory, readSyncLog } from '../../server/sync-log.ts';
import { readCaptured, readConflicts } from './outcomes.ts';
import { openBooks, type Books } from './books.ts';
import { byHand, discount, line, ORDER, orderPayload, refund } from './order-payloads.ts';
import {
  ALICE,
  BOB,
  commit,
  earn,
  EUR,
  id,
  intent,
  missing,
  ref,
  registerOf,
  returned,
  SHOP,
  SHOP_ID,
  takeBack,
  voided,
} from './world.ts';

interface Told extends Books {
  order(part?: Readonly<Record<string, unknown>>): Promise<void>;
  refund(part?: Parameters<typeof refund>[0]): Promise<void>;
  /** What people are told of, as `kind` of each conflict. */
  conflicts(): Promise<readonly string[]>;
  /** What stands as used of a redemption. */
  captured(name?: string): Promise<number | undefined>;
  position(): Promise<number>;
}

async function told(actions: Readonly<Record<string, string>> = {}): Promise<Told> {
  const database = openSqlite(':memory:');
  onTestFinished(() => database.close());
  const books = await openBooks(database);
  const handlers = createOrderHandlers({
    ledger: books.ledger,
    refsOfActions: (_shop, ids) => Promise.resolve(ids.flatMap((one) => actions[one] ?? [])),
  });
  const about = { shop: SHOP, webhookId: 'one', triggeredAt: 0 };
  const verified = async () => expect(await books.ledger.verify(SHOP)).toEqual([]);
  return {
    ...books,
    async order(part) {
      const topic = 'orders/updated';
      await handlers[topic]({ ...about, topic, payload: orderPayload(part) });
      await verified();
    },
    async refund(part) {
      const topic = 'refunds/create';
      await handlers[topic]({ ...about, topic, payload: refund(part) });
      await verified();
    },
    conflicts: () => readConflicts(database),
    captured: (name) => readCaptured(database, name),
    position: () =>
      database.read(SHOP, async (reader) => {
        const shop = await reader.shop();
        return shop?.seq ?? 0;
      }),
  };
}

const HALF = { customer: ALICE, unit: 'points' as const, amount: 400 };
const CREDIT = { customer: ALICE, unit: EUR, amount: 600 };

describe('an order that carries a reference', () => {
  it('[OS1] captures the redemption although no register ever tells of its sale', async () => {
    const books = await told();
    await books.sync({ operations: [intent()] });
    await books.order();
    await books.sync({ operations: [missing()] });
    await books.ledger.releaseMissing(SHOP, books.clock.time + MISSING_OFFLINE_MS);
    expect(await books.balance()).toBe(500);
    expect(await books.conflicts()).toEqual([]);
  });

  it('[OS1] takes of store credit what it really took off', async () => {
    const books = await told();
    await books.sync({ operations: [intent({ hold: CREDIT, body: { reward: null } })] });
    await books.order({ line_items: [line({ off: { 0: '4.50' } })] });
    expect(await books.balance(ALICE, 'EUR')).toBe(5_000 - 450);
  });

  it('[OS1] takes all that was held where it does not say what was taken off', async () => {
    const books = await told();
    await books.sync({ operations: [intent({ hold: CREDIT, body: { reward: null } })] });
    await books.order({ line_items: [line()] });
    expect(await books.captured()).toBe(600);
  });

  it.each([
    ['the register first', true],
    ['the order first', false],
  ])('[OS2] is the same sale as the register tells of: %s', async (_title, isRegisterFirst) => {
    const books = await told();
    const tell = () => books.sync({ operations: [intent(), commit(), earn()] });
    if (isRegisterFirst) await tell();
    await books.order();
    if (!isRegisterFirst) await tell();
    expect(await books.balance()).toBe(520);
    expect(await books.conflicts()).toEqual(isRegisterFirst ? [] : ['no-intent']);
    expect(await books.captured()).toBe(500);
  });

  it('[OS3] changes nothing and leaves no trace when it is told again', async () => {
    const books = await told();
    await books.sync({ operations: [intent()] });
    await books.order();
    await books.refund();
    const position = await books.position();
    await books.order();
    await books.order({ refunds: [refund()] });
    await books.refund();
    expect(await books.position()).toBe(position);
  });

  it('[OS4] is kept and told of once when nobody knows its reference', async () => {
    const books = await told();
    await books.order();
    await books.order({ note: 'edited' });
    expect(await books.conflicts()).toEqual(['no-intent']);
    expect(await books.balance()).toBe(1_000);
    await books.sync({ operations: [intent()] });
    expect(await books.captured()).toBe(500);
  });

  it('[OS5] of two orders with one reference the second takes nothing and is told of', async () => {
    const books = await told();
    await books.sync({ operations: [intent(), commit()] });
    await books.order();
    await books.order({ id: 71 });
    expect(await books.balance()).toBe(500);
    expect(await books.conflicts()).toEqual(['ref-reused']);
  });

  it('[OS6] that was edited takes the least that was said', async () => {
    const books = await told();
    const hold = CREDIT;
    await books.sync({ operations: [intent({ hold, body: { reward: null } })] });
    await books.order({ line_items: [line({ off: { 0: '4.50' } })] });
    await books.order({ line_items: [line({ off: { 0: '4.00' } })] });
    await books.order({ line_items: [line({ off: { 0: '5.50' } })] });
    expect(await books.balance(ALICE, 'EUR')).toBe(5_000 - 400);
    expect(await books.conflicts()).toEqual([]);
  });

  it('[OS6] that took off less than its register said is told of', async () => {
    const books = await told();
    const hold = CREDIT;
    await books.sync({ operations: [intent({ hold }), commit({ hold, body: { captured: 500 } })] });
    await books.order({ line_items: [line({ off: { 0: '4.50' } })] });
    expect(await books.balance(ALICE, 'EUR')).toBe(5_000 - 450);
    expect(await books.conflicts()).toEqual(['amount-differs']);
  });

  it('[OS7] beats a void and a release, and a person is told', async () => {
    const books = await told();
    await books.sync({ operations: [intent(), voided()] });
    await books.order();
    expect(await books.balance()).toBe(500);
    expect(await books.conflicts()).toEqual(['late-commit']);
  });

  it('[OS7] beats a release', async () => {
    const books = await told();
    await books.sync({ operations: [intent(), missing()] });
    await books.ledger.releaseMissing(SHOP, books.clock.time + MISSING_OFFLINE_MS);
    expect(await books.balance()).toBe(1_000);
    await books.order();
    expect(await books.balance()).toBe(500);
    expect(await books.conflicts()).toEqual(['late-commit']);
  });

  it('[OS7] may take a balance below zero, with the account in the conflict', async () => {
    const books = await told();
    const other = { customer: ALICE, unit: 'points' as const, amount: 900 };
    await books.sync({
      operations: [intent(), voided(), intent({ id: id('B', 1), ref: ref('R2'), hold: other })],
    });
    await books.order();
    expect(await books.balance()).toBe(-400);
    expect(await books.conflicts()).toEqual(['late-commit', 'overdrawn 400']);
  });

  it('[OS8] for another customer than the redemption’s is told of', async () => {
    const books = await told();
    await books.sync({ operations: [intent()] });
    await books.order({ customer: { id: BOB } });
    expect(await books.conflicts()).toEqual(['other-customer']);
  });

  it('[OS9] may carry it on one line, on several, and beside others', async () => {
    const books = await told();
    const two = intent({ id: id('B', 1), ref: ref('R2'), hold: CREDIT, body: { reward: null } });
    await books.sync({ operations: [intent(), two] });
    await books.order({
      discount_applications: [discount(), byHand('Friends'), discount(ref('R2'), 'credit')],
      line_items: [
        line({ off: { 0: '5.00', 1: '1.00', 2: '1.10' } }),
        line({ id: 2, off: { 2: '2.00' } }),
      ],
    });
    expect(await books.captured()).toBe(500);
    expect(await books.captured('R2')).toBe(310);
  });

  it('[OS10] captures what actions of the cart extension hold', async () => {
    const books = await told({ act: ref('R1') });
    await books.sync({ operations: [intent()] });
    const attribute = {
      name: 'cart-promotion-actions',
      value: '[("another", "x"), ("us", "act")]',
    };
    const none = { discount_applications: [byHand('5 off')], note_attributes: [attribute] };
    await books.order({ ...none, line_items: [line({ off: { 0: '5.00' } })] });
    expect(await books.captured()).toBe(500);
    expect(await books.conflicts()).toEqual([]);
  });

  it('[OS18] in strict mode books reality all the same', async () => {
    const books = await told();
    await books.ledger.setPolicy(SHOP, SHOP_ID, { ...POLICY_DEFAULT, strict: true });
    for (const device of ['till-1', 'till-2', 'till-1', 'till-2'])
      await books.sync({ register: registerOf(device) });
    await books.sync({ operations: [intent({ hold: HALF }), voided({ hold: HALF })] });
    await books.order();
    await books.sync({ register: registerOf('till-2') });
    expect(await books.captured()).toBe(400);
    expect(await books.balance()).toBe(600);
    expect(await books.conflicts()).toEqual(['late-commit']);
  });

  it('[OS11] an order without one leaves no trace', async () => {
    const books = await told();
    const position = await books.position();
    await books.order({ discount_applications: [byHand('Summer · sale')] });
    expect(await books.position()).toBe(position);
  });
});

describe('goods that come back, told by Shopify', () => {
  it('[OS12] give back their share once, whoever tells of them', async () => {
    const books = await told();
    await books.sync({ operations: [intent(), commit({ body: { orderId: ORDER } }), earn()] });
    expect(await books.balance()).toBe(520);
    await books.refund();
    expect(await books.balance()).toBe(520 + 250 - 10);
    await books.order({ refunds: [refund()] });
    await books.sync({ operations: [returned({ body: { orderId: ORDER } })] });
    expect(await books.balance()).toBe(520 + 250 - 10);
  });

  it('[OS12] of a sale made offline are found by the reference on its order', async () => {
    const books = await told();
    await books.sync({ operations: [intent(), commit(), earn()] });
    await books.refund();
    expect(await books.balance()).toBe(520);
    await books.order();
    expect(await books.balance()).toBe(520 + 250 - 10);
  });

  it('[OS13] a register’s return and the refund that belongs to it are the same goods', async () => {
    const books = await told();
    const body = { orderId: ORDER, returnKey: 'return/9' };
    await books.sync({ operations: [intent(), commit({ body: { orderId: ORDER } })] });
    await books.sync({ operations: [returned({ body })] });
    await books.refund({ return: { id: 9 } });
    expect(await books.balance()).toBe(750);
    await books.refund({ id: 2, return: null });
    expect(await books.balance()).toBe(1_000);
  });

  it('[OS13] what can’t be told apart counts once', async () => {
    const books = await told();
    const body = { orderId: ORDER, returnKey: 'exchange/5' };
    await books.sync({ operations: [intent(), commit({ body: { orderId: ORDER } })] });
    await books.refund();
    await books.sync({ operations: [returned({ body })] });
    expect(await books.balance()).toBe(750);
  });

  it('[OS14] a cancelled order gives everything back, with or without refunds', async () => {
    const books = await told();
    await books.sync({ operations: [intent(), commit(), earn()] });
    await books.order({ cancelled_at: '2026-05-28T20:00:00Z' });
    expect(await books.balance()).toBe(1_000);
    await books.order({ cancelled_at: '2026-05-28T20:00:00Z', refunds: [refund({ quantity: 2 })] });
    expect(await books.balance()).toBe(1_000);
  });

  it('[OS14] also what no goods were measured for', async () => {
    const books = await told();
    const unmeasured = earn({ body: { goods: 0, orderId: ORDER } });
    await books.sync({ operations: [intent(), unmeasured] });
    const card = line({ gift_card: true, off: { 0: '5.00' } });
    await books.order({ line_items: [card] });
    expect(await books.balance()).toBe(520);
    await books.order({ line_items: [card], cancelled_at: '2026-05-28T20:00:00Z' });
    expect(await books.balance()).toBe(1_000);
  });

  it('[OS15] what a person took back of an order waits until its reference ties the sale to it', async () => {
    const books = await told();
    await books.sync({ operations: [intent(), commit(), earn()] });
    await books.sync({ operations: [takeBack({ body: { orderId: ORDER, points: 5 } })] });
    expect(await books.balance()).toBe(520);
    await books.order();
    expect(await books.balance()).toBe(515);
  });
});

describe('the sync log', () => {
  const NOW = { now: 1_780_000_000_000, limit: 1 };

  it('[OS17] shows what orders brought to light, each conflict on one page', async () => {
    const books = await told();
    const page = (before?: number) =>
      books.database.read(SHOP, (reader) => readSyncLog(reader, { before, ...NOW }));
    const seen: unknown[] = [];
    await books.order();
    await books.sync({ operations: [intent({ id: id('B', 1), ref: ref('R2') })] });
    await books.order({ id: 71, discount_applications: [discount(ref('R3'))] });
    await books.sync({ operations: [intent({ id: id('B', 2), ref: ref('R4') })] });
    await books.order({ id: 72, discount_applications: [discount(ref('R5'))] });
    let next: number | null | undefined;
    do {
      const { conflicts, next: before } = await page(next ?? undefined);
      seen.push(...conflicts.map(({ kind, device, orderId }) => [kind, device, orderId]));
      next = before;
    } while (next !== null);
    const told3 = [72, 71, 70].map((orderId) => ['no-intent', 'order', orderId]);
    expect(seen).toEqual(told3);
  });

  it('[OS17] tells an order’s story without a register', async () => {
    const books = await told();
    await books.sync({ operations: [intent()] });
    await books.order({ refunds: [refund()] });
    const { database } = books;
    const asked = { before: undefined, limit: 2, ref: undefined, status: undefined };
    const { operations } = await database.read(SHOP, (reader) => readOperations(reader, asked));
    expect(
      operations.map(({ kind, device, unit, amount }) => [kind, device, unit, amount]),
    ).toEqual([
      ['return', null, 'EUR', 1_000],
      ['order', null, 'EUR', 500],
    ]);
    const story = await database.read(SHOP, (reader) => readStory(reader, operations[1]?.id ?? ''));
    expect(story).toMatchObject({
      asked: { kind: 'order', orderId: ORDER, discount: 500, goods: 2_000 },
      attempts: [],
      redemption: { captured: 250, givenBack: 250, sales: [{ saleKey: null, orderId: ORDER }] },
    });
  });
});
