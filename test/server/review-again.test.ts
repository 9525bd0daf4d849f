/** What could not be read, read once more after an update: settled once, as it was sent. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AMOUNT_MAX } from '../../shared/amount.ts';
import type { ReviewItem } from '../../shared/merchant/review.ts';
import { text } from '../../server/database/sql.ts';
import { holds } from '../../server/ledger/forget.ts';
import { readOperation } from '../../server/ledger/incoming.ts';
import { createPrivacy } from '../../server/webhooks/privacy.ts';
import { itemIn, only, openDesk, refusal, type Desk } from './review-desk.ts';
import { ALICE, BOB, commit, earn, id, intent, ref, registerOf, SHOP, SHOP_ID } from './world.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const points = async () =>
  (await desk.ledger.balances(SHOP, ALICE)).find(({ unit }) => unit === 'points')?.balance;

/** An older server could not read this operation: it kept it as it came. */
async function quarantined(operation: { readonly id: string }): Promise<string> {
  await desk.sync({ operations: [{ ...operation, v: 9 }], register: registerOf('till-2') });
  const { hash } = readOperation(operation, 0, SHOP_ID);
  await desk.database.transact(SHOP, ({ sql }) =>
    sql.run(
      'UPDATE operation SET content = ?, hash = ? WHERE shop = ? AND op_key = ?',
      ...[JSON.stringify(operation), hash, SHOP, operation.id],
    ),
  );
  return only(await desk.open('quarantined')).key;
}

describe('an operation that could not be read', () => {
  it('[MR12] is settled under its own name, and its register hears of it', async () => {
    const operation = earn({ id: id('U', 1) });
    const key = await quarantined(operation);
    expect(await points()).toBe(1_000);
    const { cursor } = await desk.sync({ register: registerOf('till-2') });
    desk.clock.time += 5_000;
    const item = itemIn(await desk.decide({ key, action: 'retry' }));
    expect(item).toMatchObject({ isOpen: false, actions: [], operationId: operation.id });
    expect(item.decisions).toMatchObject([{ action: 'retry', canUndo: false, amount: null }]);
    const { settled, balances } = await desk.sync({ cursor, register: registerOf('till-2') });
    expect(settled).toMatchObject([{ id: operation.id, status: 'applied' }]);
    expect(balances).toContainEqual({ customer: ALICE, unit: 'points', balance: 1_020 });
    const [row, ...others] = await desk.database.read(SHOP, (one) => one.operation(operation.id));
    expect(row).toMatchObject({ status: 'applied', device: 'till-2', kind: 'earn' });
    expect([others, row?.syncId?.length]).toEqual([[], 16]);
    expect(await desk.ledger.verify(SHOP)).toEqual([]);
  });

  it('[MR12] is settled once, whoever sends it and however often it is read', async () => {
    const operation = earn({ id: id('U', 1) });
    const key = await quarantined(operation);
    const asked = { key, action: 'retry', decision: 'one-and-the-same-retry' };
    const [first, other, again] = await Promise.all([
      desk.decide(asked),
      desk.decide({ key, action: 'retry' }),
      desk.decide(asked),
      desk.sync({ operations: [operation], register: registerOf('till-2') }),
    ]);
    // The one that came first, under whichever of the two names.
    expect(again.status).toBe(first.status);
    expect([first.status, other.status].toSorted()).toEqual([200, 409]);
    const { results } = await desk.sync({ operations: [operation] });
    expect(results).toMatchObject([{ id: operation.id, status: 'duplicate' }]);
    expect(await points()).toBe(1_020);
    const made = (await desk.item(key))?.decisions[0]?.id ?? '';
    expect(refusal(await desk.undo(key, made))).toEqual([409, 'changed']);
    expect(await desk.ledger.verify(SHOP)).toEqual([]);
  });

  it('[MR12] tells of what is to be looked at, as if it had come now', async () => {
    await desk.sync({ operations: [intent()] });
    await desk.sync({ operations: [commit()] });
    const second = { id: id('U', 2), ref: ref('R1'), body: { saleKey: 'sale-2' } };
    const key = await quarantined(commit(second));
    itemIn(await desk.decide({ key, action: 'retry' }));
    const told = only(await desk.open('ref-reused'));
    expect(told).toMatchObject({ ref: ref('R1'), device: 'till-2', operationId: id('U', 2) });
    itemIn(await desk.decide({ key: told.key, action: 'dismiss' }));
    expect((await desk.page()).counts).toEqual({});
    await desk.overspend(3, 'Q');
    expect((await desk.page()).counts).toEqual({ overdrawn: 2 });
  });

  it('[MR13] stays where it is when it still can’t be read, or was cut', async () => {
    await desk.sync({ operations: [{ nonsense: 1 }], register: registerOf('till-2') });
    const nonsense = only(await desk.open('quarantined'));
    expect(nonsense).toMatchObject({
      detail: '{"nonsense":1}',
      actions: ['retry', 'dismiss', 'contacted'],
    });
    const head = (await desk.sync()).cursor;
    const asked = { key: nonsense.key, action: 'retry' };
    expect(refusal(await desk.decide(asked))).toEqual([409, 'unreadable']);
    expect((await desk.sync()).cursor).toEqual(head);
    itemIn(await desk.decide({ key: nonsense.key, action: 'dismiss' }));
    const key = await quarantined(earn({ id: id('U', 1) }));
    await desk.database.transact(SHOP, ({ sql }) =>
      sql.run(
        "UPDATE operation SET content = '{}' WHERE shop = ? AND op_key = ?",
        SHOP,
        id('U', 1),
      ),
    );
    expect((await desk.item(key))?.actions).toEqual(['dismiss', 'contacted']);
    expect(refusal(await desk.decide({ key, action: 'retry' }))).toEqual([409, 'changed']);
  });

  it('[MR13] with other content under its name is no other operation', async () => {
    const operation = earn({ id: id('U', 1) });
    const key = await quarantined(operation);
    const other = earn({ id: id('U', 1), body: { points: 7 as never } });
    await desk.sync({ operations: [other], register: registerOf('till-2') });
    expect(only(await desk.open('mismatch')).actions).toEqual(['dismiss', 'contacted']);
    itemIn(await desk.decide({ key, action: 'retry' }));
    expect(await points()).toBe(1_020);
    const { results } = await desk.sync({ operations: [other, operation] });
    expect(results.map(({ status }) => status)).toEqual(['mismatch', 'duplicate']);
    expect(await desk.ledger.verify(SHOP)).toEqual([]);
  });
});

describe('an operation for which there was no room', () => {
  const post = (key: string, amount: number) => {
    const lines = [{ unit: 'points' as const, amount }];
    const posting = { key, kind: 'adjustment', customer: BOB, lines } as const;
    return desk.ledger.post(SHOP, { shopId: SHOP_ID, postings: [posting] });
  };
  const bobs = async () => (await desk.ledger.balances(SHOP, BOB))[0]?.balance;
  const sale = earn({ id: id('U', 1), body: { customer: BOB, points: 5_000 as never } });

  async function tooMuch(): Promise<ReviewItem> {
    await post('nearly-full', AMOUNT_MAX - 1_000);
    await desk.sync({ operations: [sale], register: registerOf('till-2') });
    return only(await desk.open('quarantined'));
  }

  it('[MR12] is settled once when there is, whoever sends or reads it', async () => {
    const { key, actions } = await tooMuch();
    expect(actions[0]).toBe('retry');
    const asked = { key, action: 'retry' };
    expect(refusal(await desk.decide(asked))).toEqual([409, 'out-of-bounds']);
    await post('room', -100_000);
    const before = (await bobs()) ?? 0;
    const answers = await Promise.all([
      desk.decide(asked),
      desk.decide(asked),
      desk.sync({ operations: [sale], register: registerOf('till-2') }),
    ]);
    const codes = answers.flatMap((one) => ('status' in one ? [one.status] : []));
    expect(codes.toSorted()).toEqual([200, 409]);
    expect(await bobs()).toBe(before + 5_000);
    const [row] = await desk.database.read(SHOP, (one) => one.operation(sale.id));
    expect([row?.status, row?.content.includes('customer')]).toEqual(['applied', false]);
    expect(await desk.ledger.verify(SHOP)).toEqual([]);
  });

  it('[MR13] is not read again where it was kept without its customer, but made good', async () => {
    const { key } = await tooMuch();
    await desk.database.transact(SHOP, ({ sql }) =>
      sql.run(
        'UPDATE operation SET content = ? WHERE shop = ? AND op_key = ?',
        ...[
          JSON.stringify({ ...sale, body: { ...sale.body, customer: undefined } }),
          SHOP,
          sale.id,
        ],
      ),
    );
    await post('room', -100_000);
    const item = await desk.item(key);
    expect(item?.actions).toEqual(['dismiss', 'credit', 'debit', 'contacted']);
    expect(refusal(await desk.decide({ key, action: 'retry' }))).toEqual([409, 'changed']);
    const before = (await bobs()) ?? 0;
    itemIn(await desk.decide({ key, action: 'credit', amount: 5_000 }));
    expect(await bobs()).toBe(before + 5_000);
  });

  it('[MR13] is gone with its customer', async () => {
    const { key } = await tooMuch();
    const { database, ledger, clock } = desk;
    const names = async () =>
      (await database.tables((sql) => sql.all('SELECT content FROM operation'))).filter((row) =>
        holds(text(row, 'content'), BOB),
      ).length;
    expect(await names()).toBe(1);
    const privacy = createPrivacy({ database, ledger, clock, log: () => undefined });
    await privacy.handlers['customers/redact']?.({
      ...{ shop: SHOP, topic: 'customers/redact', webhookId: 'w', triggeredAt: 1 },
      payload: { customer: { id: BOB }, orders_to_redact: [] },
    });
    expect(await names()).toBe(0);
    expect((await desk.item(key))?.actions).toEqual(['dismiss', 'contacted']);
  });
});
