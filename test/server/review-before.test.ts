/** Books of before: of a server that did not know of reviews yet, and of a backup. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqlite } from '../../server/database/sqlite.ts';
import { MIGRATIONS } from '../../server/database/sqlite-migrations.ts';
import { REVIEW_TABLES } from '../../server/database/tables/reviews.ts';
import { readReview } from '../../server/admin/review-page.ts';
import { reviewDecision } from '../../server/ledger/review-decision.ts';
import { openBooks, type Books } from './books.ts';
import { ALICE, BOB, commit, id, intent, ref, SHOP } from './world.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tideover-reviews-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('[MR24] conflicts and damaged records of before are open, newest first', async () => {
  const file = join(folder, 'books.sqlite');
  const steps = MIGRATIONS.slice(0, MIGRATIONS.indexOf(REVIEW_TABLES));
  const hand = new DatabaseSync(file);
  hand.exec('CREATE TABLE migration (version INTEGER PRIMARY KEY) STRICT');
  for (const [n, step] of steps.entries()) {
    hand.exec(step);
    hand.prepare('INSERT INTO migration VALUES (?)').run(n + 1);
  }
  const conflict = hand.prepare(
    `INSERT INTO conflict (shop, log, n, kind, seq, sync_id, device, customer_key, unit, amount,
      over_by, at) VALUES (?, ?, ?, ?, 1, 's', 'till-1', 'somebody', 'points', 500, 40, ?)`,
  );
  conflict.run(SHOP, 12, 0, 'overdrawn', 1_000);
  conflict.run(SHOP, 12, 1, 'late-commit', 1_000);
  conflict.run('another.myshopify.com', 12, 0, 'overdrawn', 1_000);
  hand
    .prepare('INSERT INTO damaged VALUES (?, ?, ?, ?, ?, ?)')
    .run(...[SHOP, 'till-1', 'abc', 'key', 'half a record', 2_000]);
  hand.close();

  const database = openSqlite(file);
  const asked = { state: 'open', kind: undefined, before: undefined, foreign: undefined } as const;
  const page = await database.read(SHOP, (reader) => readReview(reader, { ...asked, now: 3_000 }));
  expect(page.items.map(({ key, kind, overBy, detail }) => [key, kind, overBy, detail])).toEqual([
    ['damaged/till-1/abc', 'damaged', null, 'half a record'],
    ['conflict/12.1', 'late-commit', 40, null],
    ['conflict/12.0', 'overdrawn', 40, null],
  ]);
  expect(page.counts).toEqual({ damaged: 1, 'late-commit': 1, overdrawn: 1 });
  await database.close();
});

it('[MR4] after a restore nothing is decided about what has taken the name of what was seen', async () => {
  const [file, kept] = [join(folder, 'books.sqlite'), join(folder, 'backup.sqlite')];
  const begun = await openBooks(openSqlite(file));
  await begun.database.close();
  copyFileSync(file, kept);

  const lost = await openBooks(openSqlite(file), { seed: 12 });
  await spend(lost, ALICE, 1_500);
  const seen = await newest(lost);
  await lost.database.close();

  const restored = openSqlite(kept);
  await restored.startEpoch();
  const books = await openBooks(restored, { seed: 13 });
  books.clock.time += 60_000;
  await spend(books, BOB, 400);
  const now = await newest(books);
  expect([now?.key, now?.customer, seen?.customer]).toEqual([seen?.key, BOB, ALICE]);
  const decide = async (decision: string, at: number | undefined) => {
    const asked = { action: 'credit', comment: '', amount: 500 } as const;
    const request = { ...asked, decision, key: now?.key ?? '', at: at ?? 0 };
    const by = { by: '42', now: books.clock.time, foreign: undefined };
    return books.ledger.settle(SHOP, reviewDecision(request, by));
  };
  expect(await decide('decision-of-before', seen?.at)).toEqual({ result: 'changed' });
  expect(await books.balance(BOB)).toBe(-100);
  expect(await decide('decision-of-now-on', now?.at)).toEqual({ result: 'done' });
  expect(await books.balance(BOB)).toBe(400);
  await books.database.close();
});

async function spend(books: Books, customer: number, amount: number): Promise<void> {
  const hold = { customer, unit: 'points' as const, amount };
  const asked = intent({ id: id('W', 1), ref: ref('R1'), hold });
  const sold = commit({ id: id('W', 2), ref: ref('R1'), hold, body: { captured: amount } });
  await books.sync({ operations: [asked, sold] });
}

async function newest({ database, clock }: Books) {
  const asked = { state: 'open', kind: undefined, before: undefined, foreign: undefined } as const;
  const page = await database.read(SHOP, (reader) =>
    readReview(reader, { ...asked, now: clock.time }),
  );
  return page.items[0];
}
