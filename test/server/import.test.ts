/** Balances from a file and into one, over HTTP, as the merchant's page does it. */
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createImports } from '../../server/balances/imports.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { text } from '../../server/database/sql.ts';
import { forgetShop, forgetTexts } from '../../server/ledger/forget.ts';
import { createRounds } from '../../server/rounds.ts';
import { createSettings } from '../../server/settings.ts';
import { AMOUNT_MAX } from '../../shared/amount.ts';
import {
  balancesPieceSchema,
  IMPORT_PART_BYTES_MAX,
  importsSchema,
  type BalancesPiece,
} from '../../shared/merchant/balances-file.ts';
import * as v from '../../shared/schema.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { openBooks } from './books.ts';
import {
  apply,
  balancesFile,
  check,
  CSV,
  FIRST_CUSTOMER,
  importIn,
  look,
  partsFor,
  requestFor,
  send,
  sumOf,
  until,
} from './import-world.ts';
import { openMerchant, THEIRS, type MerchantWorld } from './merchant-world.ts';
import { ALICE, BOB, earn, id, intent, SHOP, SHOP_ID } from './world.ts';

let world: MerchantWorld;
beforeEach(async () => {
  world = await openMerchant();
});
afterEach(() => world.close());

const balance = async (customer: number, unit = 'points') =>
  (await world.ledger.balances(SHOP, customer)).find((one) => one.unit === unit)?.balance;
const feed = async () => (await world.database.read(SHOP, (reader) => reader.shop()))?.seq ?? 0;
const round = () => {
  const { database, clock } = world;
  const { chores } = world.parts;
  const imports = chores.filter(({ name }) => name === 'imports');
  return createRounds({ database, chores: imports, clock, log: () => undefined }).make();
};
const countOf = (table: string) =>
  world.database.tables(async (sql) => (await sql.all(`SELECT * FROM ${table}`)).length);

/** Two parts, the first of which ends in the middle of a letter of two bytes. */
function longFile(): Buffer {
  const note = 'é'.repeat(60);
  const rows = Array.from({ length: 3_000 }, (_, n) => `${FIRST_CUSTOMER + n},points,1,${note}`);
  const file = Buffer.from(['customer,unit,balance,note', ...rows].join('\n'));
  const isCut = (at: number) => ((file[at] ?? 0) & 0xc0) === 0x80;
  return isCut(IMPORT_PART_BYTES_MAX)
    ? file
    : Buffer.from(file.toString().replace('note', 'notes'));
}

describe('a file on its way', () => {
  it('[MS10] comes in parts, in any order and more than once, and is whole or is asked again', async () => {
    const file = longFile();
    const parts = partsFor(file);
    const begun = importIn(await world.ask('POST /api/admin/imports', requestFor(file)));
    expect(begun).toMatchObject({ state: 'sending', parts: 0, partsAll: parts.length, by: '42' });
    expect(parts.length).toBeGreaterThan(1);
    const put = (n: number, part: unknown) =>
      world.ask(`PUT /api/admin/imports/${begun.id}/parts/${n}`, part, CSV);
    expect((await world.ask(`POST /api/admin/imports/${begun.id}/check`, {})).body).toMatchObject({
      error: { code: 'parts-missing' },
    });
    const last = parts.length - 1;
    expect(importIn(await put(last, parts[last])).parts).toBe(1);
    // A part that is not this one's, and then the right one.
    await put(0, Buffer.alloc(IMPORT_PART_BYTES_MAX, 'x'));
    for (let n = 1; n < last; n += 1) await put(n, parts[n]);
    const damaged = await check(world, begun.id);
    expect(damaged).toMatchObject({ state: 'sending', parts: 0, problemCount: 1 });
    for (const [n, part] of parts.entries()) await put(n, part);
    expect(importIn(await world.ask('POST /api/admin/imports', requestFor(file)))).toMatchObject({
      id: begun.id,
      parts: parts.length,
    });
    const checked = await check(world, begun.id);
    expect(checked).toMatchObject({
      state: 'checked',
      rows: 3_000,
      customers: 3_000,
      problems: [],
    });
    expect(checked.sums).toEqual([{ unit: 'points', amount: 3_000 }]);
    expect(await check(world, begun.id)).toEqual(checked);
    expect((await put(0, parts[0])).body).toMatchObject({ error: { code: 'not-sending' } });
    expect(await countOf('import_part')).toBe(0);
    expect(await balance(FIRST_CUSTOMER)).toBeUndefined();
  });

  it('[MS10] parts of another size, number or kind, and other files, are refused', async () => {
    const file = balancesFile(3);
    const { id } = importIn(await world.ask('POST /api/admin/imports', requestFor(file)));
    const put = (path: string, part: unknown, headers = CSV.headers) =>
      world.ask(`PUT /api/admin/imports/${path}`, part, { headers });
    const statuses = await Promise.all([
      put(`${id}/parts/1`, file),
      put(`${id}/parts/-1`, file),
      put(`${id}/parts/x`, file),
      put(`${id}/parts/0`, file.subarray(1)),
      put(`${id}/parts/0`, Buffer.alloc(0)),
      put(`${'0'.repeat(32)}/parts/0`, file),
      put(`${id}/parts/0`, Buffer.alloc(IMPORT_PART_BYTES_MAX + 1, 'x')),
      put(`${id}/parts/0`, { a: 1 }, { 'Content-Type': 'application/json' }),
      world.ask('POST /api/admin/imports', { ...requestFor(file), bytes: 20_000_000 }),
      world.ask('POST /api/admin/imports', { ...requestFor(file), sha256: 'x' }),
      world.ask(`POST /api/admin/imports/${id}/apply`, {}),
    ]);
    const wanted = [400, 400, 400, 400, 400, 404, 413, 415, 400, 400, 409];
    expect(statuses.map(({ status }) => status)).toEqual(wanted);
    expect((await look(world, id)).parts).toBe(0);
  });

  it('[MS11] what is wrong is told by line; nothing is changed, and it may come again', async () => {
    const bad = balancesFile(1, ['ada,points,5', `${ALICE},points,5.5`, `${ALICE},EUR,"1`]);
    const before = await feed();
    const { id } = await send(world, bad);
    const refused = await check(world, id);
    expect(refused).toMatchObject({ state: 'refused', problemCount: 3, rows: 0, sums: [] });
    expect(refused.problems).toEqual([
      { line: 3, text: "A customer is named by Shopify's number." },
      { line: 4, text: 'The balance must be a whole number like 250.' },
      { line: 5, text: 'A quotation mark is opened and never closed.' },
    ]);
    expect((await world.ask(`POST /api/admin/imports/${id}/apply`, {})).status).toBe(409);
    expect([await feed(), await countOf('import_row')]).toEqual([before, 0]);
    expect(await send(world, bad)).toMatchObject({ id, state: 'sending', parts: 1, problems: [] });

    const many = balancesFile(
      0,
      Array.from({ length: 250 }, () => 'x,points,1'),
    );
    const { problems, problemCount } = await check(world, (await send(world, many)).id);
    expect([problems.length, problemCount]).toEqual([100, 250]);
    expect(problems.at(-1)?.line).toBe(101);
  });

  it('[MS11] balances that would grow too large, and sums of them, are found before', async () => {
    const most = AMOUNT_MAX / 2;
    const lines = [`${ALICE},points,${most - 999}`, `${BOB},points,${-most}`, `7,EUR,-${most}.00`];
    const over = await check(world, (await send(world, balancesFile(0, lines))).id);
    expect(over.state).toBe('refused');
    expect(over.problems.map(({ line }) => line)).toEqual([4]);
    const two = balancesFile(0, [`${ALICE},points,${most - 999}`, `${BOB},points,${-most}`]);
    const one = await check(world, (await send(world, two)).id);
    expect(one.problems.map(({ line }) => line)).toEqual([2]);
    const sums = Array.from({ length: 3 }, (_, n) => `${n + 1},points,${most}`);
    const sum = await check(world, (await send(world, balancesFile(0, sums))).id);
    expect(sum.problems).toEqual([{ line: 0, text: 'Together the points are too many.' }]);
  });

  it('[MS18] of files that nobody decided a shop keeps the newest few', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) {
      world.clock.time += 1_000;
      ids.push((await send(world, balancesFile(1, [`${ALICE},EUR,${n + 1}`]))).id);
    }
    const { imports } = v.parse(importsSchema, (await world.ask('GET /api/admin/imports')).body);
    expect(imports.map(({ id }) => id)).toEqual(ids.slice(2).reverse());
    expect(await countOf('import_part')).toBe(5);
  });
});

describe('a decided import', () => {
  it('[MS12, MS13] adds every row once, with progress, and never again', async () => {
    const file = balancesFile(1_200, [
      `gid://shopify/Customer/${ALICE},EUR,2.50`,
      `${BOB},points,-10`,
    ]);
    const { id } = await send(world, file);
    expect((await check(world, id)).sums).toEqual([
      { unit: 'points', amount: sumOf(1_200) - 10 },
      { unit: 'EUR', amount: 250 },
    ]);
    const before = await feed();
    world.clock.time += 5_000;
    expect(await apply(world, id)).toMatchObject({ state: 'applying', rows: 1_202, doneAt: null });
    const done = await until(world, id);
    expect(done).toMatchObject({ done: 1_202, problems: [], doneAt: world.clock.time });
    expect(await feed()).toBe(before + 1_202);
    const balances = [FIRST_CUSTOMER, FIRST_CUSTOMER + 1_199, BOB].map((one) => balance(one));
    expect(await Promise.all(balances)).toEqual([1, 1_200, -10]);
    expect(await balance(ALICE, 'EUR')).toBe(5_250);
    expect(await world.ledger.verify(SHOP)).toEqual([]);

    // The same file again, begun anew, decided again, and after it was forgotten.
    expect(await send(world, file).catch(() => 'refused')).toBe('refused');
    expect((await apply(world, id)).state).toBe('done');
    world.clock.time += 31 * 86_400_000;
    await round();
    expect((await send(world, file)).state).toBe('sending');
    await check(world, id);
    await apply(world, id);
    expect((await until(world, id)).done).toBe(1_202);
    expect(await feed()).toBe(before + 1_202);
    expect(await countOf('import_row')).toBe(0);
  });

  it('[MS12] what another process decided, or a killed one, the round goes on with', async () => {
    const { id } = await send(world, balancesFile(700));
    await check(world, id);
    // Decided by a process that then died, holding the lock, with some rows posted.
    await world.database.tables(async (sql) => {
      await sql.run("UPDATE import_file SET state = 'applying'");
      const until = world.clock.time + 1_000;
      await sql.run('INSERT INTO held_lock VALUES (?, ?, ?)', `import/${SHOP}`, 'dead', until);
    });
    const postings = [1, 2, 3].map((n) => ({
      key: `import:${id}-${n + 1}`,
      kind: 'opening' as const,
      customer: FIRST_CUSTOMER + n - 1,
      lines: [{ unit: 'points' as const, amount: n }],
    }));
    await world.ledger.post(SHOP, { shopId: SHOP_ID, postings });
    world.clock.time += 2_000;
    await round();
    expect(await until(world, id)).toMatchObject({ state: 'done', done: 700 });
    expect(await balance(FIRST_CUSTOMER + 2)).toBe(3);
    expect(await balance(FIRST_CUSTOMER + 699)).toBe(700);
    expect(await world.ledger.verify(SHOP)).toEqual([]);
  });

  it('[MS15] a row without room waits, is told, and goes in by itself; the rest does not wait', async () => {
    const { id } = await send(
      world,
      balancesFile(600, [`${ALICE},points,1000`, `${BOB},points,7`]),
    );
    await check(world, id);
    const filled = (amount: number, key: string) => ({
      shopId: SHOP_ID,
      postings: [
        {
          key,
          kind: 'adjustment' as const,
          customer: ALICE,
          lines: [{ unit: 'points' as const, amount }],
        },
      ],
    });
    await world.ledger.post(SHOP, filled(AMOUNT_MAX - 1_500, 'fill'));
    await apply(world, id);
    const waits = await until(world, id, ({ problemCount }) => problemCount > 0);
    expect(waits).toMatchObject({ state: 'applying', rows: 602, done: 601 });
    expect(waits.problems.map(({ line }) => line)).toEqual([602]);
    expect([await balance(BOB), await balance(FIRST_CUSTOMER + 599)]).toEqual([7, 600]);
    await world.ledger.post(SHOP, filled(-5_000, 'empty'));
    await round();
    expect(await until(world, id)).toMatchObject({ done: 602, problems: [], problemCount: 0 });
    expect(await balance(ALICE)).toBe(AMOUNT_MAX - 4_500);
    expect(await world.ledger.verify(SHOP)).toEqual([]);
  });

  it('[MS16] customers and shops that are forgotten leave nothing of it', async () => {
    const unread = await send(world, balancesFile(2));
    const { id } = await send(world, balancesFile(3, [`${ALICE},EUR,1.00`]));
    await check(world, id);
    const bad = await send(world, balancesFile(0, [`${ALICE},points,1`, `${ALICE},points,2`]));
    expect((await check(world, bad.id)).problems[0]?.text).toContain(String(ALICE));
    const person = { shop: SHOP, id: ALICE };
    await world.database.transact(SHOP, ({ sql }) => forgetTexts(sql, person, []));
    const kept = await world.database.tables((sql) => sql.all('SELECT * FROM import_row'));
    expect(kept.map((row) => row['customer_id'])).toEqual([0, 1, 2].map((n) => FIRST_CUSTOMER + n));
    expect((await look(world, unread.id)).parts).toBe(0);
    expect((await look(world, bad.id)).problems).toEqual([]);
    await apply(world, id);
    await until(world, id);
    expect(await balance(ALICE, 'EUR')).toBe(5_000);
    await world.database.transact(SHOP, ({ sql }) => forgetShop(sql, SHOP));
    for (const table of ['import_file', 'import_part', 'import_row'])
      expect(await countOf(table)).toBe(0);
  });

  it('[MS16] another shop’s merchant sees and decides nothing of it', async () => {
    const { id } = await send(world, balancesFile(3));
    await check(world, id);
    for (const door of [
      `GET /api/admin/imports/${id}`,
      `POST /api/admin/imports/${id}/check`,
      `POST /api/admin/imports/${id}/apply`,
    ])
      expect((await world.ask(door, door.startsWith('GET') ? undefined : {}, THEIRS)).status).toBe(
        404,
      );
    const theirs = await world.ask('GET /api/admin/imports', undefined, THEIRS);
    expect(theirs.body).toEqual({ imports: [] });
    expect((await look(world, id)).state).toBe('checked');
  });
});

it('[MS14] a register that calls meanwhile waits for one group of rows at most', async () => {
  const database = openSqlite(':memory:');
  onTestFinished(() => database.close());
  const { ledger, clock, sync } = await openBooks(database);
  const groups: number[] = [];
  const waited: number[] = [];
  const calls: Promise<unknown>[] = [];
  const imports = createImports({
    ...{ database, clock, random: seededRandom(4), log: () => undefined },
    settings: createSettings({ database, clock }),
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
    ledger: {
      settle(shop, decision) {
        const done = ledger.settle(shop, decision);
        const at = groups.push(decision.weight ?? 1);
        const call = sync({ operations: [earn({ id: id('R', at), body: { saleKey: `s${at}` } })] });
        calls.push(call.then(() => waited.push(groups.length - at)));
        return done;
      },
    },
  });
  const file = balancesFile(3_000);
  const begun = await imports.begin(SHOP, requestFor(file), '42');
  const { id: name } = typeof begun === 'string' ? { id: begun } : begun;
  await imports.put(SHOP, { id: name, n: 0, content: file });
  await imports.check(SHOP, name);
  await imports.apply(SHOP, name, '42');
  await imports.idle();
  await Promise.all(calls);
  expect(groups).toEqual([500, 500, 500, 500, 500, 500]);
  expect(Math.max(...waited)).toBeLessThanOrEqual(1);
  expect(await imports.of(SHOP, name)).toMatchObject({ state: 'done', done: 3_000 });
});

it('[MS16] rows that were read before their customer was forgotten are not posted after it', async () => {
  const { database, ledger, clock } = world;
  const settings = createSettings({ database, clock });
  const person = { shop: SHOP, id: FIRST_CUSTOMER + 1 };
  const imports = createImports({
    ...{ database, clock, settings, random: seededRandom(4), log: () => undefined },
    sleep: () => Promise.resolve(),
    ledger: {
      async settle(shop, decision) {
        await database.transact(SHOP, ({ sql }) => forgetTexts(sql, person, []));
        return ledger.settle(shop, decision);
      },
    },
  });
  const { id: name } = await send(world, balancesFile(3));
  await check(world, name);
  await imports.apply(SHOP, name, '42');
  await imports.idle();
  const balances = await Promise.all([0, 1, 2].map((n) => balance(FIRST_CUSTOMER + n, 'points')));
  expect(balances).toEqual([1, undefined, 3]);
  const numbers = await database.tables((sql) => sql.all('SELECT customer_id FROM customer'));
  expect(numbers.map((row) => row['customer_id'])).not.toContain(person.id);
  expect(await imports.of(SHOP, name)).toMatchObject({ state: 'done' });
});

it('[MS16] a file that is being checked while a customer is forgotten is asked for again', async () => {
  const { database, ledger, clock } = world;
  const person = { shop: SHOP, id: FIRST_CUSTOMER + 1 };
  let isDone = false;
  const imports = createImports({
    ...{ database, clock, ledger, random: seededRandom(4), log: () => undefined },
    settings: createSettings({ database, clock }),
    // Between two parts, and between two groups of rows.
    async sleep() {
      if (isDone || (await countOf('import_row')) === 0) return;
      isDone = true;
      await database.transact(SHOP, ({ sql }) => forgetTexts(sql, person, []));
    },
  });
  const { id: name } = await send(world, balancesFile(1_500));
  expect(await imports.check(SHOP, name)).toMatchObject({ state: 'sending', parts: 0 });
  await send(world, balancesFile(1_500));
  expect(await imports.check(SHOP, name)).toMatchObject({ state: 'checked', rows: 1_500 });
});

describe('an export', () => {
  const piece = async (query: string): Promise<BalancesPiece> => {
    const { status, body } = await world.ask(`GET /api/admin/balances/export${query}`);
    expect(status).toBe(200);
    return v.parse(balancesPieceSchema, body);
  };

  it('[MS17] is every balance of one moment in pieces, and imports as it is', async () => {
    const { id } = await send(world, balancesFile(4_500));
    await check(world, id);
    await apply(world, id);
    await until(world, id);
    const first = await piece('');
    await world.sync({ operations: [intent()] });
    const pieces = [first];
    for (let { next } = first; next !== null;) {
      const one = await piece(`?after=${next}&seq=${first.seq}`);
      pieces.push(one);
      ({ next } = one);
    }
    const file = pieces.map(({ csv }) => csv).join('');
    const lines = file.trimEnd().split('\r\n');
    expect(lines.slice(0, 4)).toEqual([
      'customer,unit,balance',
      `${ALICE},EUR,50.00`,
      `${ALICE},points,1000`,
      `${FIRST_CUSTOMER},points,1`,
    ]);
    expect(lines).toHaveLength(4_503);
    expect(pieces.reduce((sum, { rows }) => sum + rows, 0)).toBe(4_502);
    expect(new Set(pieces.map(({ seq }) => seq)).size).toBe(1);
    const progress = pieces.map((one) => one.progress);
    expect(progress).toEqual([2_000 / 4_501, 4_000 / 4_501, 1]);
    expect(await check(world, (await send(world, Buffer.from(file))).id)).toMatchObject({
      state: 'checked',
      rows: 4_502,
    });
  });

  it('[MS17] of nothing is the names of the columns; a wrong place is refused', async () => {
    await world.close();
    world = await openMerchant({ isNew: true });
    await world.sync();
    expect(await piece('')).toMatchObject({
      csv: 'customer,unit,balance\r\n',
      next: null,
      progress: 1,
    });
    for (const query of ['?after=x', '?after=-1', '?after=1&seq=', '?after=1&after=2', '?seq=1e3'])
      expect((await world.ask(`GET /api/admin/balances/export${query}`)).status).toBe(400);
  });
});

it('[MS13] the command line and the page know each other’s lines', async () => {
  const file = balancesFile(50);
  const { importBalances, previewBalances } =
    await import('../../server/balances/balances-file.ts');
  async function* open() {
    yield file;
  }
  const preview = await previewBalances(open, { problemsTold: 1 });
  const to = { shop: SHOP, shopId: SHOP_ID };
  await importBalances(world.ledger, to, { open, preview, progress: () => undefined });
  const before = await feed();
  const { id } = await send(world, file);
  await check(world, id);
  await apply(world, id);
  expect((await until(world, id)).done).toBe(50);
  expect([await feed(), await balance(FIRST_CUSTOMER + 49)]).toEqual([before, 50]);
  const [row] = await world.database.tables((sql) => sql.all('SELECT state FROM import_file'));
  expect(row === undefined ? '' : text(row, 'state')).toBe('done');
});
