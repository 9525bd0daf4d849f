/** The command line and the figures on PostgreSQL. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBackupCursor, markCovered, positionsOf } from '../../server/backup-cursor.ts';
import { openPostgres } from '../../server/database/postgres.ts';
import { WAITING, waitingGauges } from '../../server/gauges.ts';
import { meteredDatabase } from '../../server/metered-database.ts';
import { createMetrics } from '../../server/metrics.ts';
import { newPostgres } from '../support/postgres.ts';
import { openBooks } from './books.ts';
import { toolDesk, type ToolDesk } from './tool-desk.ts';
import { earn, SHOP } from './world.ts';

let folder: string;
let desk: ToolDesk;
let address: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tideover-tool-'));
  address = await newPostgres();
  const metrics = createMetrics();
  const engine = await openPostgres(address);
  const database = meteredDatabase(engine, { metrics, ticks: () => 0 });
  await (await openBooks(database)).sync({ operations: [earn()] });
  expect(await metrics.text()).toContain(
    'tideover_operations_total{kind="earn",status="applied"} 1',
  );
  await database.close();
  desk = toolDesk(address);
});
afterAll(() => rm(folder, { recursive: true }));

it('[OP10, OP11, OP13, OP14] the commands do the same on PostgreSQL', async () => {
  const lines = Array.from({ length: 600 }, (_, n) => `${5_000 + n},points,${n + 1}`);
  const file = join(folder, 'in.csv');
  await writeFile(file, ['customer,unit,balance', ...lines, '101,EUR,2.50'].join('\n'));
  for (const end of ['They were added.', 'All of them had been added before: nothing changed.']) {
    expect(await desk.run('import', [SHOP, file])).toBe(0);
    expect(desk.said.at(-1)).toBe(end);
  }
  expect(await desk.run('verify')).toBe(0);
  const out = join(folder, 'out.csv');
  expect(await desk.run('export', [SHOP, out])).toBe(0);
  const rows = (await readFile(out, 'utf8')).split('\r\n');
  expect(rows.slice(0, 5)).toEqual([
    'customer,unit,balance',
    '101,EUR,52.50',
    '101,points,1020',
    '102,points,300',
    '5000,points,1',
  ]);
  expect(rows).toHaveLength(1 + 3 + 600 + 1);
  expect(await desk.run('settings', [SHOP, 'storeCredit', 'shopify'])).toBe(0);
  expect(await desk.run('stuck')).toBe(0);
  expect(await desk.run('stuck', [], { retry: true })).toBe(0);
  expect(await desk.run('rotate-keys')).toBe(0);
});

it('[OP15, OP19] there is no backup of ours, and a new epoch is said by hand', async () => {
  for (const command of ['backup', 'restore']) {
    expect(await desk.run(command, [join(folder, 'none')])).toMatch(/docs\/deploy\.md|no file/);
  }
  const database = await openPostgres(address);
  const cursor = createBackupCursor(database);
  await markCovered(database, await positionsOf(database), 5);
  await cursor.look();
  expect(await cursor.forLedger.backedUpTo(SHOP)).toBeGreaterThan(0);
  expect(await desk.run('new-epoch')).toBe(0);
  await cursor.look();
  expect(await cursor.forLedger.backedUpTo(SHOP)).toBe(0);
  expect(await desk.run('shops')).toBe(0);
  expect(desk.said[0]).toMatch(/feed 1780000001\//);
  await database.close();
});

it('[OP5] what waits is counted on PostgreSQL too', async () => {
  const database = await openPostgres(address);
  const gauges = waitingGauges({ database, clock: { now: () => desk.now } });
  const text = await createMetrics().text(gauges);
  for (const { name } of WAITING) expect(text).toMatch(new RegExp(`^${name} [0-9]`, 'm'));
  expect(text).toMatch(/^tideover_shops 1$/m);
  await database.close();
});
