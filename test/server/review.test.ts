/** What waits for a person over HTTP: found, decided, taken back, and heard of by registers. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OPEN_COUNT_MAX, REVIEW_PAGE_ROWS } from '../../shared/merchant/review.ts';
import { itemIn, only, openDesk, refusal, type Desk } from './review-desk.ts';
import { THEIRS } from './merchant-world.ts';
import { ALICE, id, note, registerOf, SHOP } from './world.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const overdrawn = async () => only(await desk.open('overdrawn'));
const points = async () =>
  (await desk.ledger.balances(SHOP, ALICE)).find(({ unit }) => unit === 'points')?.balance;

describe('an overspend', () => {
  it('[MR1] is found with its evidence, written off, and every register hears of it', async () => {
    const { cursor } = await desk.sync({ register: registerOf('till-2') });
    await desk.overspend();
    expect((await desk.page()).counts).toEqual({ overdrawn: 1 });
    const item = await overdrawn();
    expect(item).toMatchObject({
      ...{ customer: ALICE, overBy: 500, balance: -500, unit: 'points', amount: 500 },
      ...{ register: 'Register till-1', device: 'till-1', staff: 9, location: 1 },
      ...{ cacheAgeMs: 60_000, isOpen: true },
      actions: ['carry', 'write-off', 'contacted', 'dismiss', 'credit'],
    });
    const { key } = item;
    const done = itemIn(await desk.decide({ key, action: 'write-off', comment: 'our fault' }));
    expect(done).toMatchObject({ isOpen: false, balance: 0, actions: [] });
    expect(done.decisions).toMatchObject([
      { action: 'write-off', comment: 'our fault', by: '42', amount: 500, canUndo: true },
    ]);
    const { balances } = await desk.sync({ cursor, register: registerOf('till-2') });
    expect(balances).toContainEqual({ customer: ALICE, unit: 'points', balance: 0 });
    expect(await desk.ledger.verify(SHOP)).toEqual([]);
    expect((await desk.page()).counts).toEqual({});
    expect((await desk.page('state=closed')).items.map((one) => one.key)).toEqual([key]);
  });

  it('[MR2] a write-off gives no more than the item took and never more than to zero', async () => {
    await desk.overspend(4);
    const [second, first] = await desk.open('overdrawn');
    expect([first?.overBy, second?.overBy]).toEqual([500, 1_000]);
    itemIn(await desk.decide({ key: first?.key ?? '', action: 'write-off' }));
    expect(await points()).toBe(-500);
    itemIn(await desk.decide({ key: second?.key ?? '', action: 'write-off' }));
    expect(await points()).toBe(0);
    await desk.overspend(1, 'S');
    const { key } = await overdrawn();
    itemIn(await desk.decide({ key, action: 'credit', amount: 700 }));
    expect(await points()).toBe(200);
    expect(await desk.ledger.verify(SHOP)).toEqual([]);
  });

  it('[MR2] nothing is written off while nothing is below zero', async () => {
    await desk.overspend();
    const { key } = await overdrawn();
    const given = { decision: desk.draw(), unit: 'points', amount: 600, reason: 'goodwill' };
    const path = `POST /api/admin/customers/${ALICE}/adjust`;
    expect((await desk.ask(path, { ...given, comment: '' })).status).toBe(200);
    expect((await desk.item(key))?.actions).toEqual(['carry', 'contacted', 'dismiss', 'credit']);
    expect(refusal(await desk.decide({ key, action: 'write-off' }))).toEqual([409, 'changed']);
    expect(await points()).toBe(100);
  });
});

describe('a decision', () => {
  it('[MR3] sent again answers the same and moves nothing; with other content it is refused', async () => {
    await desk.overspend();
    const { key } = await overdrawn();
    const asked = { key, action: 'write-off', decision: 'the-very-same-decision' };
    const first = itemIn(await desk.decide(asked));
    const head = await desk.sync();
    expect(itemIn(await desk.decide(asked))).toEqual(first);
    expect((await desk.sync()).cursor).toEqual(head.cursor);
    const others = [{ comment: 'another word' }, { action: 'carry' }, { key: 'conflict/9.9' }];
    for (const other of others)
      expect(refusal(await desk.decide({ ...asked, ...other }))).toEqual([409, 'decision-taken']);
    expect(await points()).toBe(0);
  });

  it('[MR4] of two people who decide at once one wins, and the other sees how it is now', async () => {
    await desk.overspend();
    const { key } = await overdrawn();
    const both = await Promise.all([
      desk.decide({ key, action: 'write-off' }, { user: '42' }),
      desk.decide({ key, action: 'credit', amount: 500 }, { user: '43' }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const lost = both.find(({ status }) => status === 409);
    expect(lost?.body).toMatchObject({
      error: { code: 'changed' },
      item: { key, isOpen: false, decisions: [{ amount: 500 }] },
    });
    expect(await points()).toBe(0);
  });

  it('[MR5] tells that somebody was contacted, and leaves the item open', async () => {
    await desk.overspend();
    const { key } = await overdrawn();
    itemIn(await desk.decide({ key, action: 'contacted', comment: 'called' }));
    const item = itemIn(await desk.decide({ key, action: 'contacted', comment: 'called again' }));
    expect(item.decisions.map(({ comment, canUndo }) => [comment, canUndo])).toEqual([
      ['called', false],
      ['called again', true],
    ]);
    expect(item.isOpen).toBe(true);
  });

  it('[MR6] is taken back with what it moved, newest first, and opens the item again', async () => {
    await desk.overspend();
    const { key } = await overdrawn();
    const told = itemIn(await desk.decide({ key, action: 'contacted' })).decisions[0]?.id ?? '';
    const [, off] = itemIn(await desk.decide({ key, action: 'write-off' })).decisions;
    expect(refusal(await desk.undo(key, told))).toEqual([409, 'changed']);
    const { cursor } = await desk.sync();
    const item = itemIn(await desk.undo(key, off?.id ?? ''));
    expect(item).toMatchObject({ isOpen: true, balance: -500 });
    expect(item.decisions.map((one) => [one.action, one.isUndone, one.canUndo])).toEqual([
      ['contacted', false, true],
      ['write-off', true, false],
      ['undo', false, false],
    ]);
    expect((await desk.sync({ cursor })).balances).toContainEqual({
      ...{ customer: ALICE, unit: 'points', balance: -500 },
    });
    expect(refusal(await desk.undo(key, off?.id ?? ''))).toEqual([409, 'changed']);
    itemIn(await desk.undo(key, told));
    itemIn(await desk.decide({ key, action: 'carry' }));
    expect(await desk.ledger.verify(SHOP)).toEqual([]);
  });

  it('[MR7] that makes no sense is refused and changes nothing', async () => {
    await desk.overspend();
    const { key } = await overdrawn();
    const head = (await desk.sync()).cursor;
    const wrong = async (by: Parameters<Desk['decide']>[0]) => refusal(await desk.decide(by));
    expect(await wrong({ key, action: 'credit' })).toEqual([400, 'invalid-request']);
    expect(await wrong({ key, action: 'carry', amount: 5 })).toEqual([400, 'invalid-request']);
    expect(await wrong({ key, action: 'credit', amount: 0 })).toEqual([400, 'invalid-request']);
    expect(await wrong({ key, action: 'debit', amount: 5 })).toEqual([409, 'changed']);
    expect(await wrong({ key, action: 'void' })).toEqual([409, 'changed']);
    expect(await wrong({ key, action: 'other' })).toEqual([400, 'invalid-request']);
    expect((await desk.sync()).cursor).toEqual(head);
    expect(await wrong({ key: 'conflict/99.0', action: 'carry' })).toEqual([404, 'not-found']);
    expect(await wrong({ key: 'conflict/1\u0000', action: 'carry' })).toEqual([
      400,
      'invalid-request',
    ]);
    const as = { key, action: 'carry' };
    expect(refusal(await desk.decide(as, THEIRS))).toEqual([404, 'not-found']);
  });

  it('[MR7] that would make a balance larger than any can be is refused', async () => {
    await desk.overspend(4);
    const [second, first] = await desk.open('overdrawn');
    const most = { key: second?.key ?? '', action: 'credit', amount: 1e12 };
    itemIn(await desk.decide(most));
    const more = { key: first?.key ?? '', action: 'credit', amount: 1_001 };
    expect(refusal(await desk.decide(more))).toEqual([409, 'out-of-bounds']);
    itemIn(await desk.decide({ ...more, amount: 1_000 }));
    expect(await points()).toBe(1e12);
    expect(await desk.ledger.verify(SHOP)).toEqual([]);
  });
});

describe('lists', () => {
  it('[MR8] go on page by page with nothing twice, and count up to a limit', async () => {
    const many = OPEN_COUNT_MAX + 70;
    const text = JSON.stringify({ waiting: 2 });
    const notes = Array.from({ length: many }, (_, n) =>
      note({ id: id('N', n + 1), body: { topic: 'cash-session-complete', text } }),
    );
    for (let at = 0; at < many; at += 300) {
      desk.clock.time += 1;
      await desk.sync({ operations: notes.slice(at, at + 300) });
    }
    const seen: string[] = [];
    for (let before = ''; ;) {
      const query = `state=open&kind=closed-with-waiting${before}`;
      const { items, next, counts } = await desk.page(query);
      expect([items.length <= REVIEW_PAGE_ROWS, counts]).toEqual([
        true,
        { 'closed-with-waiting': OPEN_COUNT_MAX },
      ]);
      seen.push(...items.map(({ key }) => key));
      if (next === null) break;
      before = `&before=${encodeURIComponent(next)}`;
    }
    expect(new Set(seen).size).toBe(many);
    expect(seen).toHaveLength(many);
    const decided = seen.slice(0, REVIEW_PAGE_ROWS + 2);
    for (const key of decided) itemIn(await desk.decide({ key, action: 'dismiss' }));
    const first = await desk.page('state=closed');
    const rest = await desk.page(`state=closed&kind=closed-with-waiting&before=${first.next}`);
    const closed = [...first.items, ...rest.items].map(({ key }) => key);
    expect([closed, rest.next]).toEqual([decided.toReversed(), null]);
    expect((await desk.page()).items[0]?.key).toBe(seen[decided.length]);
  });

  it('[MR8] refuse what they do not know', async () => {
    for (const query of ['state=other', 'kind=other', 'before=%00', 'before=a&before=b'])
      expect(refusal(await desk.ask(`GET /api/admin/review?${query}`))).toEqual([
        400,
        'invalid-parameter',
      ]);
    expect(refusal(await desk.ask('GET /api/admin/review/item'))).toEqual([404, 'not-found']);
  });
});
