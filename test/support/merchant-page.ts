/**
 * Drives the merchant's page in the simulated admin as a merchant would: by what stands on the
 * screen. Every wait is for a condition.
 */
import axe from 'axe-core';
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

/** The app by itself, without the admin's frame around it. */
export async function openBarePage(
  context: BrowserContext,
  url: string,
  path: string,
): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(bareAddress(url, path));
  await page.locator('s-page').waitFor();
  return page;
}

/** Where a view stands without the admin's frame. */
export function bareAddress(url: string, path: string): string {
  const address = new URL(`/__sim/admin${path}`, url);
  address.searchParams.set('frame', 'no');
  return address.href;
}

/** Rules that axe finds broken, with where; light or dark, as the page is at the moment. */
export async function brokenRules(page: Page): Promise<readonly string[]> {
  const isThere = await page.evaluate(() => Reflect.has(window, 'axe'));
  if (!isThere) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    interface Found {
      readonly violations: readonly { id: string; nodes: readonly { target: unknown }[] }[];
    }
    const run = Reflect.get(window, 'axe') as {
      run(where: Document, options: object): Promise<Found>;
    };
    const { violations } = await run.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id} ${JSON.stringify(nodes.map((n) => n.target))}`);
  });
}

/** What has the keyboard's focus, as a person would read it. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    const root = at?.getRootNode();
    const host = root instanceof ShadowRoot ? root.host : null;
    const said = (element: Element | null | undefined): string =>
      [
        element?.getAttribute('aria-label') ?? '',
        String(Reflect.get(element ?? {}, 'label') ?? ''),
        String(Reflect.get(element ?? {}, 'accessibilityLabel') ?? ''),
        element === document.body ? '' : (element?.textContent ?? ''),
      ].join(' ');
    return `${said(at)} ${said(host)}`.replace(/\s+/g, ' ').trim();
  });
}

const TABS_MAX = 150;

/** Presses Tab until what has the focus says the words. */
export async function tabTo(page: Page, words: RegExp): Promise<void> {
  const seen: string[] = [];
  for (let pressed = 0; pressed < TABS_MAX; pressed += 1) {
    await page.keyboard.press('Tab');
    const here = await focused(page);
    if (words.test(here)) return;
    seen.push(here.slice(0, 40));
  }
  throw new Error(`Tab never reached ${String(words)}: ${seen.join(' | ')}`);
}
