/**
 * `npm run pictures`: the pictures of the merchant's page in `docs/merchant`, of the day that
 * `merchant-day.ts` writes. The clock stands still in each, so that they come out alike each time.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { OPTIONAL_SCOPES } from '../../simulator/shopify-admin.ts';
import { startSimulator } from '../../simulator/start.ts';
import { launchChromium } from '../support/chromium.ts';
import { LOOKED_AT, PICTURED, SAMPLE_FILE, writeDay } from '../support/merchant-day.ts';
import { openMerchantPage, type MerchantPage } from '../support/merchant-page.ts';
import { smallPng } from '../support/small-png.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'docs/merchant');

interface Picture {
  readonly name: string;
  /** Below the app's own address. */
  readonly path: string;
  readonly scheme?: 'dark';
  readonly width?: number;
  /** What lies below is not in the picture. */
  readonly heightMax?: number;
  /** Brings the view to where the picture is taken; waits for what is to be seen. */
  readonly before: (merchant: MerchantPage) => Promise<void>;
}

const WIDTH = 1_280;
const seesAll = (merchant: MerchantPage, ...words: readonly (string | RegExp)[]) =>
  Promise.all(words.map((one) => merchant.sees(one))).then(() => undefined);
const overviewIsThere = (merchant: MerchantPage) =>
  seesAll(merchant, /are to be decided/, 'Stand at the pier', 'Operations that were waiting');

const PICTURES: readonly Picture[] = [
  { name: 'overview', path: '', before: overviewIsThere },
  { name: 'overview-dark', path: '', scheme: 'dark', before: overviewIsThere },
  { name: 'overview-narrow', path: '', width: 400, heightMax: 1_500, before: overviewIsThere },
  {
    ...{ name: 'log', path: '/log?device=stall', heightMax: 1_300 },
    before: (merchant) => seesAll(merchant, 'Chidi Anand'),
  },
  {
    ...{ name: 'story', path: `/log/operations/${PICTURED.operation}` },
    before: (merchant) => seesAll(merchant, 'What it moved', 'Bruno Castell'),
  },
  {
    ...{ name: 'review', path: '/review' },
    async before(merchant) {
      const overdrawn = merchant.app.locator('[data-case]', { hasText: 'went below zero' });
      await overdrawn.first().click();
      await seesAll(merchant, PICTURED.ref, 'What do you decide?');
    },
  },
  {
    ...{ name: 'review-decision', path: '/review?kind=overdrawn' },
    async before(merchant) {
      await merchant.app.locator('[data-case]', { hasText: PICTURED.customer }).first().click();
      await merchant.press(/^The shop bears it/);
      await merchant.type(/^Comment/, 'Both stands were without a network: our fault.');
      await seesAll(merchant, /^The shop bears/);
    },
  },
  {
    ...{ name: 'customer', path: `/customers/${PICTURED.customerId}` },
    before: (merchant) => seesAll(merchant, PICTURED.customer, 'Every entry, newest first'),
  },
  {
    ...{ name: 'program', path: '/settings' },
    before: (merchant) => seesAll(merchant, 'Rewards', /A sale earns/),
  },
  {
    ...{ name: 'policy', path: '/settings?part=policy' },
    before: (merchant) => seesAll(merchant, 'Limits without a network', 'Manager’s PIN'),
  },
  {
    ...{ name: 'shopify', path: '/settings?part=doors' },
    before: (merchant) => seesAll(merchant, 'Store credit at Shopify'),
  },
  {
    ...{ name: 'versions', path: '/settings?part=versions' },
    before: (merchant) => seesAll(merchant, /Limit for one customer/),
  },
  {
    ...{ name: 'import', path: '/balances' },
    async before(merchant) {
      const buffer = Buffer.from(SAMPLE_FILE);
      const file = { name: 'old-program.csv', mimeType: 'text/csv', buffer };
      await merchant.app.locator('input[type="file"]').setInputFiles(file);
      await seesAll(merchant, 'This will be added', 'Add the balances');
    },
  },
];

let now = LOOKED_AT;

async function take(browser: Browser, url: string, picture: Picture): Promise<void> {
  const { name, path, width = WIDTH, heightMax = 2_600, scheme = 'light' } = picture;
  const viewport = { width, height: 900 };
  const colours = { colorScheme: scheme, locale: 'en-GB', timezoneId: 'Europe/Berlin' } as const;
  const context = await browser.newContext({ viewport, ...colours, reducedMotion: 'reduce' });
  // The server counts requests by the minute.
  now += 5_000;
  await context.clock.setFixedTime(now);
  const merchant = await openMerchantPage(context, url, path);
  await picture.before(merchant);
  const high = await merchant.app.locator('html').evaluate(({ ownerDocument }) => {
    const [page] = ownerDocument.getElementsByTagName('s-page');
    return Math.max(ownerDocument.body.scrollHeight, page?.scrollHeight ?? 0);
  });
  const frame = await merchant.page.locator('iframe').boundingBox();
  const isDialog = await merchant.app.locator('dialog[open]').count();
  const whole = isDialog > 0 ? 900 : Math.ceil((frame?.y ?? 0) + high);
  const height = Math.min(heightMax, whole);
  await merchant.page.setViewportSize({ width, height });
  const png = await merchant.page.screenshot({ animations: 'disabled', caret: 'hide' });
  const small = await smallPng(merchant.page, png);
  writeFileSync(join(FOLDER, `${name}.png`), small);
  process.stdout.write(`${name}.png ${String(Math.round(small.length / 1_024))} KB\n`);
  if (merchant.problems.length > 0) throw new Error(merchant.problems.join('\n'));
  await context.close();
}

const dataFolder = mkdtempSync(join(tmpdir(), 'tideover-pictures-'));
const asked = process.argv.slice(2);
mkdirSync(FOLDER, { recursive: true });
await writeDay({ folder: dataFolder });
const simulator = await startSimulator({
  ...{ root: ROOT, environment: process.env, port: 0, dataFolder, granted: OPTIONAL_SCOPES },
  now: () => now,
  say: () => undefined,
  log: () => undefined,
});
const browser = await launchChromium();
try {
  for (const picture of PICTURES) {
    if (asked.length === 0 || asked.includes(picture.name))
      await take(browser, simulator.url, picture);
  }
} finally {
  await browser.close();
  await simulator.stop();
  rmSync(dataFolder, { recursive: true, force: true });
}
