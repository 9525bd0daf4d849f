/** The merchant reads the sync log over HTTP: lists, stories, a file; nothing of another shop. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  exportPieceSchema,
  logChoicesSchema,
  logPageSchema,
  storySchema,
  syncPageSchema,
} from '../../shared/merchant/log.ts';
import type { LogOperation } from '../../shared/merchant/log.ts';
import * as v from '../../shared/schema.ts';
import { EXPORT_COLUMNS, readExport } from '../../server/admin/log-export.ts';
import { readCsv, type CsvRow } from '../../server/csv.ts';
import { orderDecision } from '../../server/ledger/orders.ts';
import { openMerchant, THEIRS, type MerchantWorld } from './merchant-world.ts';
import { ALICE, BOB, commit, earn, id, intent, ref, registerOf, SHOP } from './world.ts';

/** The device's clock is ahead of the server's, ms. */
const AHEAD = 90_000;
const TAP_TO_SYNC = 3 * 3_600_000;
const ORDER = 70_001;

let world: MerchantWorld;
let tapped: number;
beforeAll(async () => {
  world = await openMerchant();
  await world.sync();
  tapped = world.clock.time;
  world.clock.time += TAP_TO_SYNC;
  const device = { deviceTime: tapped + AHEAD };
  const register = { ...registerOf('till-1'), name: '=Stall "A", left' };
  const asked = [
    intent({ ...device, staff: 5, location: 3 }),
    { nonsense: true, customer: ALICE },
    commit({ ...device, body: { captured: 500, saleKey: 'sale-1' } }),
  ];
  const part = { register, operations: asked, deviceTime: world.clock.time + AHEAD };
  expect((await world.sync(part)).status).toBe(200);
  // The answer was lost.
  world.clock.time += 60_000;
  await world.sync({ ...part, operations: asked.slice(0, 1) });
  const order = {
    orderId: ORDER,
    currency: 'EUR',
    goods: 2_000,
    customer: ALICE,
    references: [{ ref: ref('R1'), discount: 500 }],
    refunds: [],
    actions: [],
    isCancelled: false,
  };
  await world.ledger.settle(SHOP, orderDecision(order));
  world.clock.time += 60_000;
  const overspent = { ref: ref('R2'), hold: { customer: ALICE, unit: 'points', amount: 9_000 } };
  await world.sync({
    register: registerOf('till-2'),
    operations: [
      intent({ ...overspent, id: id('B', 1), device: 'till-2' } as Parameters<typeof intent>[0]),
      earn({ id: id('B', 2), device: 'till-2', body: { customer: BOB, orderId: 99 } }),
    ],
  });
});
afterAll(() => world.close());

async function read<T>(path: string, schema: v.Schema<T>): Promise<T> {
  const { status, body } = await world.ask(`GET /api/admin/${path}`);
  expect([path, status]).toEqual([path, 200]);
  return v.parse(schema, body);
}
const list = async (query = '') =>
  (await read(`operations?limit=200&${query}`, logPageSchema)).operations;
const idsOf = (rows: readonly LogOperation[]) => rows.map((row) => row.id);

describe('the list of operations', () => {
  it('[ML6] shows who asked what where and when, by the server’s clock', async () => {
    const [first] = (await list(`text=${intent().id}`)) as [LogOperation];
    expect(first).toMatchObject({
      kind: 'intent',
      ref: ref('R1'),
      customer: ALICE,
      unit: 'points',
      amount: 500,
      device: 'till-1',
      register: '=Stall "A", left',
      location: 3,
      staff: 5,
      askedAt: tapped,
      at: tapped + TAP_TO_SYNC,
      offline: true,
      repeats: 1,
    });
    const [order] = (await list('kind=order')) as [LogOperation];
    expect(order).toMatchObject({ device: null, register: null, askedAt: null, orderId: ORDER });
  });

  it('[ML6] what could not be read is shown with the register and staff that sent it', async () => {
    const [unread] = (await list('state=quarantined')) as [LogOperation];
    expect(unread).toMatchObject({ device: 'till-1', staff: 9, location: 1, askedAt: null });
  });

  it.each([
    ['a reference, however it is typed', `text=${ref('R1').toLowerCase()}`, 3],
    ['an order', `text=${ORDER}`, 1],
    ['an order that a register named', 'text=99', 1],
    ['a customer', `customer=${BOB}`, 1],
    ['a staff member', 'staff=5', 1],
    ['what is to be looked at', 'state=flagged', 1],
    ['everything for an empty name', 'device=&staff=', 7],
    ['nobody', 'customer=5', 0],
  ])('[ML1] finds %s', async (_title, query, count) => {
    const rows = await list(query);
    expect(rows.length, JSON.stringify(idsOf(rows))).toBe(count);
  });

  it('[ML3] page after page holds each operation once', async () => {
    const all = idsOf(await list());
    const found: string[] = [];
    let before = '';
    for (;;) {
      const page = await read(`operations?limit=2${before}`, logPageSchema);
      found.push(...idsOf(page.operations));
      if (page.next === null) break;
      before = `&before=${page.next}`;
    }
    expect(found).toEqual(all);
    expect(new Set(all).size).toBe(all.length);
  });

  it.each([
    'limit=0',
    'before=-1',
    'before=1.5',
    'staff=nobody',
    'staff=0',
    'kind=DROP',
    'state=wrong',
    'from=yesterday',
    'device=a&device=b',
    `text=${'x'.repeat(101)}`,
    `device=${'x'.repeat(65)}`,
    'text=%00',
    'device=a%00',
  ])('[ML7] refuses %s with the name of what is wrong', async (query) => {
    for (const path of ['operations', 'operations/export']) {
      const { status, body } = await world.ask(`GET /api/admin/${path}?${query}`);
      const message = `"${query.split('=')[0]}" is not as it may be.`;
      const isAsked = path === 'operations' || !query.startsWith('limit');
      expect([status, body]).toEqual(
        isAsked
          ? [400, { error: { code: 'invalid-parameter', message } }]
          : [200, expect.anything()],
      );
    }
  });

  it('[ML8] says what a filter can be set to', async () => {
    const choices = await read('log-filters', logChoicesSchema);
    expect(choices.registers).toEqual([
      { device: 'till-1', name: '=Stall "A", left' },
      { device: 'till-2', name: 'Register till-2' },
    ]);
    expect([choices.locations, choices.staff]).toEqual([
      [1, 3],
      [5, 9],
    ]);
    expect(choices.kinds).toEqual(expect.arrayContaining(['intent', 'order', 'review']));
  });
});

describe('a story', () => {
  const story = async (name: string) => read(`operations/${encodeURIComponent(name)}`, storySchema);

  it('[ML9] tells what was asked, each attempt, what it moved and what became of it', async () => {
    const told = await story(intent().id);
    expect(told.asked).toMatchObject({ kind: 'intent', body: { title: '5 off' } });
    expect(JSON.stringify(told.asked)).not.toContain(String(ALICE));
    expect(told.attempts.map(({ device, status }) => [device, status])).toEqual([
      ['till-1', 'applied'],
      ['till-1', 'duplicate'],
    ]);
    expect(told.entries).toEqual([
      { unit: 'points', customer: -500, held: 500, redeemed: 0, issued: 0, balance: 500 },
    ]);
    expect(told.shown).toEqual({ balance: 1_000, ageMs: 60_000 });
    expect(told.redemption).toMatchObject({
      title: '5 off',
      state: 'captured',
      held: 0,
      captured: 500,
      orderIds: [ORDER],
    });
    expect(told.related.map(({ kind }) => kind)).toEqual(['intent', 'commit', 'order']);
  });

  it('[ML9] shows the text of what could not be read, and of the server’s own', async () => {
    const [unread] = (await list('state=quarantined')) as [LogOperation];
    const told = await story(unread.id);
    expect(told).toMatchObject({ asked: { nonsense: true }, redemption: null, shown: null });
    const [order] = (await list('kind=order')) as [LogOperation];
    expect((await story(order.id)).attempts).toEqual([]);
  });

  it('[ML9] is refused where there is none', async () => {
    for (const name of ['never.1', 'x'.repeat(300), '%', 'a\u0000']) {
      const path = `GET /api/admin/operations/${encodeURIComponent(name)}`;
      expect((await world.ask(path)).status).toBe(404);
    }
  });
});

it('[ML4] syncs say what they brought and how the clocks differed', async () => {
  const { syncs, next } = await read('syncs?device=till-1', syncPageSchema);
  expect(next).toBeNull();
  expect(syncs.map((one) => [one.operations, one.counts, one.clockOffsetMs])).toEqual([
    [1, { duplicate: 1 }, AHEAD - 60_000],
    [3, { applied: 2, quarantined: 1 }, AHEAD],
  ]);
});

describe('a file of the log', () => {
  const piece = (query = '') => read(`operations/export?${query}`, exportPieceSchema);

  async function rowsIn(csv: string): Promise<readonly CsvRow[]> {
    const rows: CsvRow[] = [];
    const pieces = (async function* () {
      yield await Promise.resolve(csv);
    })();
    for await (const row of readCsv(pieces)) rows.push(row);
    return rows;
  }

  it('[ML10] has a row for each operation, and no text that a spreadsheet would run', async () => {
    const { csv, rows, next, progress } = await piece();
    const [head, ...lines] = await rowsIn(csv);
    expect([next, progress, lines.length]).toEqual([null, 1, rows]);
    expect(head?.fields).toEqual([...EXPORT_COLUMNS]);
    const operations = await list();
    expect(lines.map(({ fields }) => fields.at(-1))).toEqual(idsOf(operations));
    const held = lines.find(({ fields }) => fields.includes(intent().id))?.fields;
    expect(held?.slice(0, 11)).toEqual([
      new Date(tapped).toISOString(),
      new Date(tapped + TAP_TO_SYNC).toISOString(),
      `'=Stall "A", left`,
      '3',
      '5',
      String(ALICE),
      'intent',
      ref('R1'),
      'points',
      '500',
      'applied',
    ]);
    const order = lines.find(({ fields }) => fields[6] === 'order')?.fields;
    expect(order?.slice(8, 10)).toEqual(['EUR', '5.00']);
  });

  it('[ML10] keeps to the filter, and to what was there when it began', async () => {
    const filtered = await piece('device=till-2');
    expect((await rowsIn(filtered.csv)).length).toBe(1 + filtered.rows);
    expect(filtered.rows).toBe(2);
    const from = { database: world.database, shop: SHOP };
    const first = await readExport(from, {
      filter: {},
      before: undefined,
      through: undefined,
      limit: 4,
    });
    await world.sync({ operations: [earn({ id: id('Z', 1), body: { saleKey: 'sale-z' } })] });
    const rest = await piece(`before=${first.next}&through=${first.through}`);
    const file = await rowsIn(first.csv + rest.csv);
    expect(file.length).toBe(1 + first.through);
    expect(JSON.stringify(file)).not.toContain(id('Z', 1));
    expect(first.progress).toBeGreaterThan(0);
    expect(first.progress).toBeLessThan(1);
  });
});

it('[ML11] another shop sees nothing of this one', async () => {
  const paths = [
    ...['operations?limit=200', `operations?text=${ref('R1')}`, `operations?customer=${ALICE}`],
    ...['operations/export', 'syncs', 'syncs?device=till-1', 'log-filters'],
    ...['device=till-1', 'staff=5', 'state=flagged', 'kind=opening', 'location=3'].map(
      (query) => `operations?${query}`,
    ),
    `operations/${intent().id}`,
  ];
  for (const path of paths) {
    const told = await world.ask(`GET /api/admin/${path}`, undefined, THEIRS);
    expect([path, JSON.stringify(told.body)]).toEqual([
      path,
      expect.not.stringMatching(/till-|Stall|sale-1|7001|"seq":[1-9]/),
    ]);
    expect([200, 404]).toContain(told.status);
  }
});
