/** Books of a server that did not know of reviews yet: what waited there waits here. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqlite } from '../../server/database/sqlite.ts';
import { MIGRATIONS } from '../../server/database/sqlite-migrations.ts';
import { REVIEW_TABLES } from '../../server/database/tables/reviews.ts';
import { readReview } from '../../server/admin/review-page.ts';
import { SHOP } from './world.ts';

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
