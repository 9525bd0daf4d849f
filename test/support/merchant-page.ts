/**
 * Drives the merchant's page in the simulated admin as a merchant would: by what stands on the
 * screen. Every wait is for a condition.
 */
import type { BrowserContext, FrameLocator, Page } from 'playwright-core';
import { PATIENCE_MS } from './register-page.ts';

export interface MerchantPage {
  /** The admin around the app. */
  readonly page: Page;
  /** The app in its frame. */
  readonly app: FrameLocator;
  /** Follows a link of the admin's own navigation. */
  go(name: string): Promise<void>;
  /** Waits until the words stand somewhere in the app. */
  sees(words: string | RegExp): Promise<void>;
  press(name: string | RegExp): Promise<void>;
  /** Presses a button of the dialog that is open. */
  confirm(name: string | RegExp): Promise<void>;
  follow(name: string | RegExp): Promise<void>;
  type(label: string | RegExp, text: string): Promise<void>;
  /** What went wrong in the page's own scripts; a good day has none. */
  readonly problems: readonly string[];
}

/** Opens the page at a path below the app's own ("" is the overview) in a new tab. */
export async function openMerchantPage(
  context: BrowserContext,
  url: string,
  path = '',
): Promise<MerchantPage> {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const problems: string[] = [];
  page.on('pageerror', ({ message }) => void problems.push(message));
  await page.goto(new URL(`/__sim/admin${path}`, url).href);
  const app = page.frameLocator('iframe');
  await app.locator('s-page').waitFor();
  return {
    page,
    app,
    problems,
    go: (name) => page.getByRole('link', { name, exact: true }).click(),
    sees: (words) => app.getByText(words).first().waitFor(),
    press: (name) => app.getByRole('button', { name }).first().click(),
    confirm: (name) => app.locator('s-modal').getByRole('button', { name }).click(),
    follow: (name) => app.getByRole('link', { name }).first().click(),
    type: (label, text) => app.getByLabel(label).first().fill(text),
  };
}
