/** Every view of the merchant’s page, with a day in it: by axe, and by keyboard alone. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPTIONAL_SCOPES } from '../../simulator/shopify-admin.ts';
import { launchChromium } from '../support/chromium.ts';
import { LOOKED_AT, PICTURED, writeDay } from '../support/merchant-day.ts';
import {
  bareAddress,
  brokenRules,
  focused,
  openBarePage,
  tabTo,
} from '../support/merchant-page.ts';
import { until } from '../support/register-page.ts';
import { startWorld, type SimulatorWorld } from '../support/simulator.ts';

const folder = mkdtempSync(join(tmpdir(), 'tideover-views-'));
let world: SimulatorWorld;
let browser: Browser;

beforeAll(async () => {
  await writeDay({ folder });
  const granted = OPTIONAL_SCOPES;
  world = await startWorld({ dataFolder: folder, startsAt: LOOKED_AT, granted });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(path: string): Promise<Page> {
  const context = await browser.newContext({ viewport: WIDE, locale: 'en-GB' });
  await context.clock.setFixedTime(LOOKED_AT);
  return openBarePage(context, world.simulator.url, path);
}

const WIDE = { width: 1_280, height: 900 };
const NARROW = { width: 400, height: 800 };

/** Each view, and what stands there once everything is loaded. */
const VIEWS: readonly (readonly [string, string | RegExp])[] = [
  ['', 'Operations that were waiting'],
  ['/log', /^Tap at/],
  ['/log?show=syncs', 'Waiting then'],
  [`/log/operations/${PICTURED.operation}`, 'What it moved'],
  ['/review', 'A silent register'],
  ['/customers', 'Find a customer'],
  [`/customers/${PICTURED.customerId}`, 'Every entry, newest first'],
  ['/balances', 'Import balances'],
  ['/settings', 'Rewards'],
  ['/settings?part=policy', 'Limits without a network'],
  ['/settings?part=doors', 'Cart extension for older registers'],
  ['/settings?part=versions', 'What was changed'],
];

const LOOKS = [
  ['light', WIDE],
  ['dark', NARROW],
] as const;

const seen = (page: Page, words: string | RegExp) =>
  page.getByText(words).filter({ visible: true }).first().waitFor();

describe('every view', () => {
  it('[E302] breaks no rule of axe, wide in the light and narrow in the dark', async () => {
    const page = await open('');
    const broken: string[] = [];
    for (const [path, words] of VIEWS) {
      await page.goto(bareAddress(world.simulator.url, path));
      await seen(page, words);
      for (const [colorScheme, size] of LOOKS) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(size);
        for (const rule of await brokenRules(page))
          broken.push(`${path} ${colorScheme} ${String(size.width)}: ${rule}`);
      }
    }
    expect(broken).toEqual([]);
    await page.evaluate(() => document.body.append(document.createElement('button')));
    expect(await brokenRules(page)).toEqual([expect.stringMatching(/^button-name /)]);
    await page.context().close();
  });
});

describe('by keyboard alone', () => {
  it('[E303] a case is found, decided and taken back', async () => {
    const page = await open('/review');
    await seen(page, 'A silent register');
    await tabTo(page, /silent register.*Cellar/);
    await until('the arrow keys reach the case', async () => {
      await page.keyboard.press('ArrowDown');
      return /below zero.*Bruno Castell/.test(await focused(page));
    });
    await page.keyboard.press('Enter');
    await seen(page, 'What do you decide?');
    await tabTo(page, /^The shop bears it/);
    await page.keyboard.press('Enter');
    await tabTo(page, /^Comment/);
    await page.keyboard.type('Our fault.');
    await tabTo(page, /^Decide/);
    await page.keyboard.press('Enter');
    await seen(page, /Our fault\./);
    await tabTo(page, /^Undo/);
    await page.keyboard.press('Enter');
    await page.getByText('Take this decision back?').waitFor();
    await tabTo(page, /^Undo/);
    await page.keyboard.press('Enter');
    await seen(page, /taken back since/);
    await page.context().close();
  });

  it('[E303] the log is narrowed and a story opened', async () => {
    const page = await open('/log');
    await seen(page, /^Tap at/);
    await tabTo(page, / State( |$)/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await seen(page, 'Clear the filters');
    await page.getByText('Chidi Anand').first().waitFor({ state: 'detached' });
    await tabTo(page, /^Redemption/);
    await page.keyboard.press('Enter');
    await seen(page, 'What it moved');
    await page.context().close();
  });

  it('[E303] a setting is changed and saved', async () => {
    const page = await open('/settings?part=policy');
    await seen(page, 'Limits without a network');
    await tabTo(page, /^For one customer/);
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('30');
    await seen(page, /one customer at most €90\.00/);
    await tabTo(page, /^Save/);
    await page.keyboard.press('Enter');
    await until('it is saved', async () => {
      const { perCustomer } = await world.simulator.merchant.policy();
      return perCustomer === 3_000;
    });
    await page.context().close();
  });
});
