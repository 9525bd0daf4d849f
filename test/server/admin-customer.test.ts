/** One customer at the merchant’s desk: entries with reasons, corrections, search, requests. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CUSTOMER_PAGE_ROWS,
  customerPageSchema,
  customerSearchSchema,
  dataRequestsSchema,
  type CustomerPage,
} from '../../shared/merchant/customer.ts';
import * as v from '../../shared/schema.ts';
import { createSettings } from '../../server/settings.ts';
import { createPrivacy } from '../../server/webhooks/privacy.ts';
import { forgetIds, keysOfPerson } from '../../server/ledger/forget.ts';
import { forgetDecision, mergeDecision } from '../../server/ledger/heirs.ts';
import { THEIRS } from './merchant-world.ts';
import { itemIn, only, openDesk, refusal, type Desk } from './review-desk.ts';
import { ALICE, BOB, commit, earn, id, intent, ref, SHOP } from './world.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

async function page(customer = ALICE, query = ''): Promise<CustomerPage> {
  const { status, body } = await desk.ask(`GET /api/admin/customers/${customer}${query}`);
  expect([status, body]).toEqual([200, expect.anything()]);
  return v.parse(customerPageSchema, body);
}

const adjust = (part: object = {}, customer: unknown = ALICE) =>
  desk.ask(`POST /api/admin/customers/${String(customer)}/adjust`, {
    ...{ decision: desk.draw(), unit: 'points', amount: 50 },
    ...{ reason: 'goodwill', comment: 'a birthday' },
    ...part,
  });

describe('a customer', () => {
  it('[MR14] has every entry with its balance, and with who decided it and why', async () => {
    await desk.sync({ operations: [earn({ body: { orderId: 70 } })] });
    await desk.overspend(3, 'P');
    const { key } = only(await desk.open('overdrawn'));
    itemIn(await desk.decide({ key, action: 'write-off', comment: 'our fault' }));
    expect((await adjust({ amount: -30, reason: 'correction' }, ALICE)).status).toBe(200);
    const { customer, heir, balances, entries, next, review } = await page();
    expect([customer, heir, next, review]).toEqual([ALICE, null, null, []]);
    expect(balances).toContainEqual({ unit: 'points', balance: -30, held: 0 });
    const points = entries.filter(({ unit }) => unit === 'points');
    expect(points.slice(0, 3)).toMatchObject([
      { kind: 'adjustment', amount: -30, balance: -30, by: '42', reason: 'correction' },
      { kind: 'review', amount: 480, balance: 0, by: '42', reason: 'write-off' },
      { kind: 'intent', amount: -500, register: 'Register till-1', staff: 9, by: null },
    ]);
    expect(points.map(({ comment }) => comment).slice(0, 3)).toEqual([
      ...['a birthday', 'our fault', null],
    ]);
    expect(points.find(({ kind }) => kind === 'earn')).toMatchObject({
      orderId: 70,
      id: id('A', 4),
    });
    expect(await desk.ledger.verify(SHOP)).toEqual([]);
  });

  it('[MR14] has all entries, page by page', async () => {
    const many = CUSTOMER_PAGE_ROWS * 2 + 3;
    const sales = Array.from({ length: many }, (_, n) =>
      earn({ id: id('M', n + 1), body: { saleKey: `s${n}` } }),
    );
    await desk.sync({ operations: sales });
    const seen: string[] = [];
    for (let query = ''; ;) {
      const { entries, next } = await page(ALICE, query);
      seen.push(...entries.map(({ seq, line }) => `${seq}.${line}`));
      if (next === null) break;
      query = `?before=${next}`;
    }
    // Two more from the opening: points and credit.
    expect([seen.length, new Set(seen).size]).toEqual([many + 2, many + 2]);
  });

  it('[MR14] shows what waits for a person, and nothing to others', async () => {
    await desk.overspend();
    const { key } = only(await desk.open('overdrawn'));
    expect((await page()).review).toEqual([key]);
    const asked = `GET /api/admin/customers/${ALICE}`;
    expect(refusal(await desk.ask(asked, undefined, THEIRS))).toEqual([404, 'not-found']);
    expect(refusal(await desk.ask('GET /api/admin/customers/9'))).toEqual([404, 'not-found']);
    for (const odd of ['x', '0', '1e3', '99999999999999999'])
      expect((await desk.ask(`GET /api/admin/customers/${odd}`)).status).toBe(400);
    expect((await desk.ask(`${asked}?before=1`)).status).toBe(400);
  });
});

describe('a correction', () => {
  it('[MR15] is done once, and registers hear of it', async () => {
    const { cursor } = await desk.sync();
    const part = { decision: 'one-and-the-same-correction', amount: 70 };
    const both = await Promise.all([adjust(part), adjust(part)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect((await desk.sync({ cursor })).balances).toEqual([
      { customer: ALICE, unit: 'points', balance: 1_070 },
    ]);
    for (const other of [{ amount: 71 }, { comment: 'x' }, { reason: 'gift' }, { unit: 'EUR' }])
      expect(refusal(await adjust({ ...part, ...other }))).toEqual([409, 'decision-taken']);
    expect(refusal(await adjust(part, BOB))).toEqual([409, 'decision-taken']);
    expect(await desk.ledger.verify(SHOP)).toEqual([]);
  });

  it('[MR15] that can’t be is refused and changes nothing', async () => {
    const head = (await desk.sync()).cursor;
    expect(refusal(await adjust({ amount: 0 }))).toEqual([400, 'invalid-request']);
    expect(refusal(await adjust({ amount: 1e12 }))).toEqual([409, 'out-of-bounds']);
    expect(refusal(await adjust({ unit: 'USD' }))).toEqual([400, 'unknown-unit']);
    expect(refusal(await adjust({ reason: 'because' }))).toEqual([400, 'invalid-request']);
    expect(refusal(await adjust({ unit: 'points', extra: 1 }))).toEqual([400, 'invalid-request']);
    expect((await desk.sync()).cursor).toEqual(head);
  });

  it('[MR15] gives a first balance to a customer of whom nothing was known', async () => {
    expect((await adjust({ amount: 5 }, BOB)).status).toBe(200);
    expect((await page(BOB)).balances).toEqual([{ unit: 'points', balance: 5, held: 0 }]);
  });

  it('[MR16] of credit that is kept at Shopify is made there', async () => {
    const { database, clock } = desk;
    const sold = { hold: { customer: ALICE, unit: 'EUR' as never, amount: 5_500 } };
    const part = { id: id('K', 2), ...sold, body: { captured: 5_500 } };
    await desk.sync({ operations: [intent({ id: id('K', 1), ...sold }), commit(part)] });
    const { key, actions } = only(await desk.open('overdrawn'));
    expect(actions).toContain('write-off');
    await createSettings({ database, clock }).change(SHOP, { storeCredit: 'shopify' }, 'tests');
    expect(refusal(await adjust({ unit: 'EUR' }))).toEqual([409, 'at-shopify']);
    expect((await adjust()).status).toBe(200);
    expect((await desk.item(key))?.actions).toEqual(['carry', 'contacted', 'dismiss']);
    expect(refusal(await desk.decide({ key, action: 'write-off' }))).toEqual([409, 'changed']);
  });
});

describe('customers who are merged or forgotten', () => {
  it('[MR17] what is decided about one who was merged counts for the heir', async () => {
    await desk.overspend();
    const { key } = only(await desk.open('overdrawn'));
    await desk.ledger.settle(SHOP, mergeDecision(ALICE, BOB));
    const item = only(await desk.open('overdrawn'));
    expect(item).toMatchObject({ key, customer: BOB, balance: -500 });
    expect(await page()).toMatchObject({ heir: BOB, review: [] });
    expect((await page(BOB)).review).toEqual([key]);
    const done = itemIn(await desk.decide({ key, action: 'write-off' }));
    expect(done).toMatchObject({ balance: 0, isOpen: false });
    expect((await adjust({ amount: 9 }, ALICE)).status).toBe(200);
    const balance = async () => (await page(BOB)).balances.find(({ unit }) => unit === 'points');
    expect((await balance())?.balance).toBe(9);
    itemIn(await desk.undo(key, done.decisions[0]?.id ?? ''));
    expect((await balance())?.balance).toBe(-491);
    // A register that was cut off goes on sending the old number.
    await desk.overspend(1, 'L');
    const [newest] = await desk.open('overdrawn');
    expect(newest).toMatchObject({ customer: BOB, overBy: 991 });
    expect((await page(BOB)).review).toEqual([newest?.key, key]);
    desk.clock.time += 1;
    const twice = { id: id('X', 1), ref: ref('L1'), body: { saleKey: 'another-sale' } };
    await desk.sync({ operations: [commit(twice)] });
    const reused = only(await desk.open('ref-reused'));
    expect((await page(BOB)).review).toEqual([reused.key, newest?.key, key]);
    expect(await desk.ledger.verify(SHOP)).toEqual([]);
  });

  it('[MR17] a write-off that is taken back after a merger is taken from the heir', async () => {
    await desk.overspend();
    const { key } = only(await desk.open('overdrawn'));
    const done = itemIn(await desk.decide({ key, action: 'write-off' }));
    await desk.ledger.settle(SHOP, mergeDecision(ALICE, BOB));
    itemIn(await desk.undo(key, done.decisions[0]?.id ?? ''));
    expect(await desk.ledger.balances(SHOP, BOB)).toContainEqual({ unit: 'points', balance: -500 });
    expect(await desk.ledger.balances(SHOP, ALICE)).toContainEqual({ unit: 'points', balance: 0 });
    expect(await desk.ledger.verify(SHOP)).toEqual([]);
  });

  it('[MR18] nothing is given to nobody, and what was written about them goes', async () => {
    const { database, ledger, clock } = desk;
    const privacy = createPrivacy({ database, ledger, clock, log: () => undefined });
    await desk.overspend();
    const { key } = only(await desk.open('overdrawn'));
    itemIn(await desk.decide({ key, action: 'contacted', comment: 'Alice was rude' }));
    const off = itemIn(await desk.decide({ key, action: 'write-off', comment: 'Alice again' }));
    await adjust({ comment: 'Alice once more' });
    const odd = { ...intent({ id: id('O', 1), ref: ref('O1') }), v: 9, kind: 'odd', hold: null };
    await desk.sync({ operations: [{ ...odd, about: ALICE }] });
    const unread = only(await desk.open('quarantined'));
    await desk.decide({ key: unread.key, action: 'contacted', comment: `spoke with ${ALICE}` });
    const redact = { customer: { id: ALICE }, orders_to_redact: [] };
    const about = {
      shop: SHOP,
      topic: 'customers/redact',
      webhookId: 'w',
      triggeredAt: 1,
    } as const;
    await privacy.handlers['customers/redact']?.({ ...about, payload: redact });
    const rows = await database.tables((sql) => sql.all('SELECT content FROM operation'));
    expect(JSON.stringify(rows)).not.toMatch(/Alice|spoke with|a birthday/);
    expect(await desk.item(key)).toMatchObject({
      customer: null,
      decisions: [
        { action: 'contacted', comment: '', by: '' },
        { action: 'write-off', comment: '', by: '', amount: 500 },
      ],
    });
    itemIn(await desk.undo(key, off.decisions[1]?.id ?? ''));
    expect((await desk.item(key))?.actions).toEqual(['carry', 'contacted', 'dismiss']);
    const head = (await desk.sync()).cursor;
    expect(refusal(await adjust())[0]).toBeGreaterThan(399);
    expect((await desk.sync()).cursor).toEqual(head);
    expect(await ledger.verify(SHOP)).toEqual([]);
  });
});

it('[MR18] a number that is being erased gets nothing; once it is deleted it is a new one', async () => {
  await desk.ledger.settle(SHOP, forgetDecision(ALICE));
  expect(refusal(await adjust())).toEqual([409, 'forgotten']);
  const [old] = await desk.database.read(SHOP, (reader) => reader.customers([ALICE]));
  await desk.database.transact(SHOP, async ({ sql }) => {
    await forgetIds(sql, SHOP, await keysOfPerson(sql, { shop: SHOP, id: ALICE }));
  });
  expect((await adjust({ amount: 7 })).status).toBe(200);
  expect((await page()).balances).toEqual([{ unit: 'points', balance: 7, held: 0 }]);
  expect((await page()).entries).toHaveLength(1);
  const keys = old === undefined ? [] : [old.key];
  const accounts = await desk.database.read(SHOP, (reader) => reader.accounts(keys));
  expect(accounts.map(({ customer }) => customer)).toEqual([0, 0]);
  expect(await desk.ledger.verify(SHOP)).toEqual([]);
});

describe('a search', () => {
  const search = async (query: string) => {
    const asked = `GET /api/admin/customer-search?query=${encodeURIComponent(query)}`;
    const { status, body } = await desk.ask(asked);
    expect([status, body]).toEqual([200, expect.anything()]);
    return v.parse(customerSearchSchema, body);
  };

  it('[MR19] takes a number as it is, and tells what it would need for names', async () => {
    expect(await search(' 101 ')).toEqual({ customers: [{ id: 101, name: null }], missing: null });
    expect(await search('alice')).toEqual({ customers: [], missing: 'permission' });
    for (const query of ['', ' ', 'x'.repeat(101)])
      expect((await desk.ask(`GET /api/admin/customer-search?query=${query}`)).status).toBe(400);
  });

  it('[MR19] finds names at Shopify by plain words alone, and says when no answer came', async () => {
    const asked: unknown[] = [];
    const nodes = [
      { id: 'gid://shopify/Customer/101', displayName: ' Alice Ahorn ' },
      { id: 'gid://shopify/Customer/102', displayName: '' },
      { id: 'gid://shopify/Order/7', displayName: 'no customer' },
    ];
    await desk.close();
    desk = await openDesk({
      TideoverCustomerSearch: (variables) => {
        asked.push(variables['query']);
        return asked.length === 1 ? { customers: { nodes } } : { customers: 'odd' };
      },
    });
    await search('alice');
    desk.shopify.tokens.grant(SHOP, ['read_customers']);
    expect(await search('alice OR state:"enabled" -ahorn*')).toEqual({
      customers: [
        { id: 101, name: 'Alice Ahorn' },
        { id: 102, name: null },
      ],
      missing: null,
    });
    expect(await search('bob')).toEqual({ customers: [], missing: 'answer' });
    expect(asked).toEqual(['alice state enabled ahorn', 'bob']);
    expect(await search('***')).toEqual({ customers: [], missing: null });
  });
});

it('[MR20] what customers asked to be told is there for the merchant to hand on', async () => {
  const { database, ledger, clock } = desk;
  await adjust({ comment: 'a birthday' });
  const privacy = createPrivacy({ database, ledger, clock, log: () => undefined });
  const payload = { customer: { id: ALICE }, data_request: { id: 5 } };
  const about = { shop: SHOP, topic: 'customers/data_request', webhookId: 'w', triggeredAt: 1 };
  await privacy.handlers['customers/data_request']?.({
    ...about,
    topic: 'customers/data_request',
    payload,
  });
  const { body } = await desk.ask('GET /api/admin/data-requests');
  const [asked, ...more] = v.parse(dataRequestsSchema, body).requests;
  expect(asked).toMatchObject({ id: '5', customer: ALICE, askedAt: clock.time });
  expect(JSON.stringify(asked?.document)).toContain('a birthday');
  expect(more).toEqual([]);
});
