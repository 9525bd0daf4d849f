/** The merchant's page with a year of a large shop, and with a server that dies under an import. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createFormat } from '../../server/admin-page/format.ts';
import type { ShopDomain } from '../../server/database/database.ts';
import { openSqlite } from '../../server/database/sqlite.ts';
import { balancesPieceSchema, importsSchema } from '../../shared/merchant/balances-file.ts';
import * as v from '../../shared/schema.ts';
import { SHOP_DOMAIN, SHOP_ID } from '../../simulator/shop.ts';
import { balancesFile, FIRST_CUSTOMER, sumOf } from '../server/import-world.ts';
import { fill } from '../server/merchant-log.ts';
import { OPENED_AT } from '../server/world.ts';
import { launchChromium } from '../support/chromium.ts';
import { openBarePage } from '../support/merchant-page.ts';
import { until } from '../support/register-page.ts';
import { startWorld } from '../support/simulator.ts';

const OPERATIONS = 1_000_000;
const STEP_MS = 30_000;
const DAY_MS = 24 * 3_600_000;
const ROWS = 50_000;

let browser: Browser;
let folder: string;

beforeAll(async () => {
  browser = await launchChromium();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'merchant-long-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => browser?.close());

it('[E306] of a million operations those of 35 days become a file, whole and in order', async () => {
  const database = openSqlite(join(folder, 'ledger.sqlite'));
  await database.setStamp('simulator');
  await fill(database, OPERATIONS, { shop: SHOP_DOMAIN as ShopDomain, shopId: SHOP_ID });
  await database.close();
  const world = await startWorld({ dataFolder: folder });
  const format = createFormat({ language: 'en', timeZone: 'Europe/Berlin', now: () => 0 });
  const [first, last] = [OPENED_AT + 10 * DAY_MS, OPENED_AT + 44 * DAY_MS].map(format.date);
  const from = format.midnight(first ?? '') ?? 0;
  const to = format.midnight(format.date(OPENED_AT + 45 * DAY_MS)) ?? 0;
  const within = ({ seq }: { readonly seq: number }) => {
    const at = OPENED_AT + seq * STEP_MS;
    return at >= from && at < to;
  };
  const wanted = Array.from({ length: OPERATIONS }, (_, n) => ({ seq: n + 1 })).filter(within);
  expect(wanted.length).toBeGreaterThan(100_000);

  const context = await browser.newContext({ locale: 'en-GB' });
  const page = await openBarePage(context, world.simulator.url, `/log?from=${first}&to=${last}`);
  await page
    .getByText(/^Tap at/)
    .first()
    .waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export as CSV' }).click();
  await page
    .getByText(/rows so far/)
    .first()
    .waitFor();
  const path = await (await download).path();
  const [, ...lines] = readFileSync(path, 'utf8').trim().split('\r\n');
  const places = lines.map((line) => Number(/\.(\d+)$/.exec(line)?.[1]));
  expect(places).toEqual(wanted.map(({ seq }) => seq).reverse());
  await context.close();
  await world.stop();
});

/** The simulator in a process of its own; resolves with its address. */
async function startSimulator(port: string) {
  const main = join(import.meta.dirname, '../../simulator/main.ts');
  const child = spawn(process.execPath, [main, '--port', port, '--data', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /Register 1 +(\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    const kill = async () => {
      child.kill('SIGKILL');
      await ended;
    };
    return { url, kill };
  }
  throw new Error('the simulator ended');
}

/** One of the merchant's addresses, with a fresh token. */
async function read<T>(url: string, path: string, schema: v.Schema<T>): Promise<T> {
  const minted = await fetch(new URL('/__sim/token', url), { method: 'POST' });
  const { token } = v.parse(v.object({ token: v.string() }), await minted.json());
  const headers = { Authorization: `Bearer ${token}` };
  for (;;) {
    const answer = await fetch(new URL(path, url), { headers });
    if (answer.status !== 429) return v.parse(schema, await answer.json());
    // Who asks too often is told to wait.
    await delay(1_000);
  }
}

/** What the file's customers have, from the export that a merchant would take. */
async function importedPoints(url: string): Promise<{ rows: number; sum: number }> {
  let [rows, sum] = [0, 0];
  for (let query = ''; ;) {
    const path = `/api/admin/balances/export${query}`;
    const { csv, next, seq } = await read(url, path, balancesPieceSchema);
    for (const line of csv.split('\r\n')) {
      const [customer, unit, balance] = line.split(',');
      const isOurs = Number(customer) >= FIRST_CUSTOMER && Number(customer) < FIRST_CUSTOMER + ROWS;
      if (!isOurs || unit !== 'points') continue;
      rows += 1;
      sum += Number(balance);
    }
    if (next === null) return { rows, sum };
    query = `?after=${next}&seq=${seq}`;
  }
}

it('[E307] killed while it imports a file and given the file again, each row is there once', async () => {
  const first = await startSimulator('0');
  const file = { name: 'old.csv', mimeType: 'text/csv', buffer: balancesFile(ROWS) };
  const context = await browser.newContext({ locale: 'en-GB' });
  const page = await openBarePage(context, first.url, '/balances');
  await page.locator('input[type="file"]').setInputFiles(file);
  await page.getByText(/^Together: 1,250,025,000 points$/).waitFor();
  await page.getByRole('button', { name: 'Add the balances' }).click();
  await until('a part of it is in the books', async () => {
    const { imports } = await read(first.url, '/api/admin/imports', importsSchema);
    return imports.some(({ done }) => done > 0);
  });
  await first.kill();

  const second = await startSimulator(new URL(first.url).port);
  const again = await openBarePage(context, second.url, '/balances');
  await again.locator('input[type="file"]').setInputFiles(file);
  await until('the rest is in the books', async () => {
    const { imports } = await read(second.url, '/api/admin/imports', importsSchema);
    return imports.some(({ state, done }) => state === 'done' && done === ROWS);
  });
  expect(await importedPoints(second.url)).toEqual({ rows: ROWS, sum: sumOf(ROWS) });
  await context.close();
  await second.kill();
});
