import { mkdtemp, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { POLICY_DEFAULT } from '../../shared/program.ts';
import { MIGRATIONS } from '../../server/database/sqlite-migrations.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { MISSING_OFFLINE_MS } from '../../server/ledger/settle-case.ts';
import { openBooks } from './books.ts';
import {
  ALICE,
  commit,
  earn,
  id,
  intent,
  missing,
  PROGRAM,
  ref,
  returned,
  SHOP,
  SHOP_ID,
} from './world.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tideover-migrations-'));
  file = join(folder, 'ledger.sqlite');
});
afterEach(() => rm(folder, { recursive: true }));

const KEY = 'KEY0FALICE';
type Value = string | number | null;

/** A hold of 500 that was sold, one of 100 that is open, and an earning known by three names. */
function fillSecondVersion(): void {
  const hand = new DatabaseSync(file);
  hand.exec('CREATE TABLE migration (version INTEGER PRIMARY KEY) STRICT');
  for (const [index, step] of MIGRATIONS.slice(0, 2).entries()) {
    hand.exec(step);
    hand.prepare('INSERT INTO migration VALUES (?)').run(index + 1);
  }
  const add = (table: string, ...values: readonly Value[]) => {
    const places = [SHOP, ...values].map(() => '?').join(', ');
    hand.prepare(`INSERT INTO ${table} VALUES (${places})`).run(SHOP, ...values);
  };
  const { pin: _pin, strict: _strict, ...policy } = POLICY_DEFAULT;
  const decided = [JSON.stringify(PROGRAM), JSON.stringify(policy)];
  add('shop', SHOP_ID, 1, 7, 0, 1, ...decided);
  add('customer', ALICE, KEY, 1);
  const settled = (seq: number, one: { id: string; kind: string; ref?: string }, amount: number) =>
    add(
      'operation',
      seq,
      one.id,
      one.id,
      'hash',
      one.kind,
      one.ref ?? null,
      KEY,
      'points',
      amount,
      seq === 5 || seq === 6 ? 'closed' : 'applied',
      null,
      '[]',
      0,
      'till-1',
      null,
      1,
      1,
      JSON.stringify(one),
    );
  settled(1, { id: `opening:${ALICE}`, kind: 'opening' }, 1_000);
  settled(2, intent(), 500);
  settled(3, commit(), 500);
  settled(4, earn(), 20);
  settled(5, earn({ id: id('B', 1), body: { orderId: 70 } }), 20);
  settled(6, earn({ id: id('B', 2), body: { orderId: 70, saleKey: 'sale-9' } }), 20);
  settled(7, intent({ id: id('B', 3), ref: ref('R2') }), 100);
  const entry = (seq: number, sums: readonly [number, number, number, number], balance: number) =>
    add('entry', seq, 0, KEY, 'points', ...sums, balance);
  entry(1, [1_000, 0, 0, -1_000], 1_000);
  entry(2, [-500, 500, 0, 0], 500);
  entry(3, [0, -500, 500, 0], 500);
  entry(4, [20, 0, 0, -20], 520);
  entry(7, [-100, 100, 0, 0], 420);
  add('account', KEY, 'points', 420, 100, 500, -1_020, 7);
  const claim = (name: string, amount: number) => ({
    intent: { id: name, customer: KEY, unit: 'points', amount },
    intents: [name],
    accounts: [`${KEY}/points`],
    sales: [] as readonly unknown[],
    refused: false,
    voided: false,
  });
  const sold = { ...claim(intent().id, 500), sales: [{ saleKey: 'sale-1' }], capturedLeast: 500 };
  add('redemption', ref('R1'), JSON.stringify(sold), KEY, 'points', 0, 500, 3);
  const open = JSON.stringify(claim(id('B', 3), 100));
  add('redemption', ref('R2'), open, KEY, 'points', 100, 0, 7);
  add('sale', 'sale-1', 70, 4);
  add('sale', 'sale-9', 70, 4);
  hand.close();
}

describe('a database of the second version', () => {
  it('[LG18] is brought up to date with its books as they were', async () => {
    fillSecondVersion();
    const database = openSqlite(file);
    const books = await openBooks(database);
    expect(await books.ledger.verify(SHOP)).toEqual([]);
    expect(await books.balance()).toBe(420);
    const { policy } = await books.sync();
    expect(policy).toEqual({ ...POLICY_DEFAULT, version: policy.version });
    expect(await database.read(SHOP, (reader) => reader.policies([1]))).toHaveLength(1);
    expect(await database.read(SHOP, (reader) => reader.programs([1]))).toHaveLength(1);
    await database.close();
  });

  it('[LG18] goes on as if it had known returns and missing holds from the start', async () => {
    fillSecondVersion();
    const database = openSqlite(file);
    const books = await openBooks(database);
    const again = earn({ id: id('C', 1), body: { saleKey: 'sale-9', orderId: null } });
    const late = await books.sync({ operations: [again] });
    expect(late.results[0]).toMatchObject({ status: 'closed', reason: 'already-closed' });
    const unmeasured = returned({ id: id('C', 2), body: { orderId: 70, refs: [] } });
    await books.sync({ operations: [earn({ id: id('C', 3) }), unmeasured] });
    // The earning that came last has said what the goods cost, for the old sale too.
    expect(await books.balance()).toBe(420 + 250 - 10);
    const lost = {
      ref: ref('R2'),
      hold: { customer: ALICE, unit: 'points', amount: 100 },
    } as const;
    await books.sync({ operations: [missing({ ...lost, id: id('C', 4) })] });
    await books.ledger.releaseMissing(SHOP, books.clock.time + MISSING_OFFLINE_MS - 1);
    expect(await books.balance()).toBe(660);
    await books.ledger.releaseMissing(SHOP, books.clock.time + MISSING_OFFLINE_MS);
    expect(await books.balance()).toBe(760);
    expect(await books.ledger.verify(SHOP)).toEqual([]);
    await database.close();
  });
});
