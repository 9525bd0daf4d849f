/** The simulated admin in a real Chromium: the real server's frame, with a small app inside. */
import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { startWorld, type SimulatorWorld } from '../support/simulator.ts';

const PATIENCE_MS = 60_000;
/** No register runs here. */
const EXTENSION = { bundle: '', targets: [], locales: {}, defaultLocale: 'en' };

/** In the place of the merchant's page: what any app does with App Bridge. */
const APP = `
document.body.insertAdjacentHTML('beforeend', \`
  <s-app-nav><s-link href="/app" rel="home">Home</s-link><s-link href="/app/log">Log</s-link>
    <s-link href="/app/settings">Settings</s-link></s-app-nav>
  <ui-save-bar id="bar"><button variant="primary" id="save"></button><button id="drop"></button>
  </ui-save-bar>
  <s-page><s-section><s-link href="/app/log?page=2">Next</s-link>
    <s-link href="shopify://admin/customers/7100000000001" target="_top">Customer</s-link>
  </s-section></s-page>\`);
const draw = () => { document.querySelector('s-page').heading = location.pathname; };
document.addEventListener('shopify:navigate', (event) => {
  history.pushState(null, '', event.target.getAttribute('href'));
  draw();
});
addEventListener('popstate', draw);
for (const id of ['save', 'drop'])
  document.getElementById(id).addEventListener('click', () => {
    shopify.toast.show('did ' + id);
    shopify.saveBar.hide('bar');
  });
draw();
`;

let world: SimulatorWorld;
let browser: Browser;
let page: Page;
const outside: string[] = [];
const faults: string[] = [];

beforeAll(async () => {
  world = await startWorld({ extension: EXTENSION });
  browser = await launchChromium();
  page = await browser.newPage({ locale: 'fr-CA' });
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(world.simulator.url)) outside.push(request.url());
  });
  await page.route('**/app/assets/page.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: APP }),
  );
});

afterAll(async () => {
  await browser.close();
  await world.stop();
});

/** Opens a path of the admin, and gives the app's frame once it has drawn. */
async function open(path: string): Promise<Frame> {
  await page.goto(new URL(path, world.simulator.url).href);
  await inApp().getByRole('heading', { level: 1 }).waitFor();
  const frame = page.frames().find((one) => one.url().includes('/app'));
  if (frame === undefined) throw new Error('the app is in no frame');
  return frame;
}

const inApp = () => page.frameLocator('#app');
const heading = (path: string) => inApp().getByRole('heading', { name: path, exact: true });
const address = () => page.url().slice(world.simulator.url.length - 1);

describe('the admin’s frame', () => {
  it('[AE12] opens the app where its address says, and follows each step, back and forward', async () => {
    const frame = await open('/__sim/admin/log?x=1');
    const given = new URL(frame.url());
    expect(given.pathname).toBe('/app/log');
    expect(given.searchParams.get('x')).toBe('1');
    expect([...given.searchParams.keys()].sort()).toEqual(
      ['embedded', 'host', 'id_token', 'locale', 'shop', 'x'].sort(),
    );
    expect(address()).toBe('/__sim/admin/log?x=1');
    await page.getByRole('link', { name: 'Settings' }).click();
    await heading('/app/settings').waitFor();
    await expect.poll(address).toBe('/__sim/admin/settings');
    await inApp().getByRole('link', { name: 'Next' }).click();
    await expect.poll(address).toBe('/__sim/admin/log?page=2');
    await page.evaluate(() => window.history.back());
    await heading('/app/settings').waitFor();
    await expect.poll(address).toBe('/__sim/admin/settings');
    await page.evaluate(() => window.history.forward());
    await expect.poll(address).toBe('/__sim/admin/log?page=2');
    const here = page.locator('nav [aria-current="page"]');
    await expect.poll(() => here.allTextContents()).toEqual(['Log']);
    expect(faults).toEqual([]);
  });

  it('[AE12] without a frame the page stands alone, with its own navigation', async () => {
    await page.goto(new URL('/__sim/admin/log?frame=no', world.simulator.url).href);
    await page.getByRole('heading', { name: '/app/log' }).waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: '/app/settings' }).waitFor();
    expect(address()).toBe('/app/settings');
  });

  it('[AE10] what the app asks of its server is answered; the merchant’s language is known', async () => {
    const frame = await open('/__sim/admin');
    const [status, locale] = await frame.evaluate(async () => {
      const answer = await fetch('/api/admin/shop');
      return [answer.status, (Reflect.get(window, 'shopify') as typeof shopify).config.locale];
    });
    expect([status, locale]).toEqual([200, 'fr-CA']);
    const plain = await fetch(new URL('/api/admin/shop', world.simulator.url));
    expect(plain.status).toBe(401);
  });

  it('[AE10] a page whose token is gone fetches another, and comes back', async () => {
    const frame = await open('/__sim/admin');
    const without = new URL(frame.url());
    without.pathname = '/app/settings';
    without.searchParams.delete('id_token');
    await frame.evaluate((href) => location.assign(href), without.href);
    await heading('/app/settings').waitFor();
    await expect.poll(address).toBe('/__sim/admin/settings');
  });

  it('[AE13] addresses of Shopify’s admin lead to its simulated pages, and nothing leaves', async () => {
    await open('/__sim/admin');
    await inApp().getByRole('link', { name: 'Customer' }).click();
    await page.getByRole('heading', { name: 'Customer 7100000000001' }).waitFor();
    expect(address()).toBe('/__sim/store/customers/7100000000001');
    const frame = await open('/__sim/admin/log');
    await frame.evaluate(() => void window.open('shopify://admin/orders/5', '_top'));
    await page.getByRole('heading', { name: 'Order 5' }).waitFor();
    // The server's own page that leads to the admin, as Shopify's library makes it.
    const again = await open('/__sim/admin');
    const leading = new URL(again.url());
    leading.pathname = '/app/in-admin/customers/7100000000002';
    await again.evaluate((href) => location.assign(href), leading.href);
    await page.getByRole('heading', { name: 'Customer 7100000000002' }).waitFor();
    expect(outside).toEqual([]);
  });
});

declare const shopify: {
  readonly config: { readonly locale: string };
  readonly saveBar: { show(id: string): Promise<void> };
};

describe('what is not saved', () => {
  const showBar = (frame: Frame) => frame.evaluate(() => shopify.saveBar.show('bar'));

  it('[AE11] is saved or discarded by the page’s own buttons', async () => {
    const frame = await open('/__sim/admin/log');
    const bar = inApp().getByRole('region', { name: 'Unsaved changes' });
    for (const [name, id] of [
      ['Save', 'save'],
      ['Discard', 'drop'],
    ] as const) {
      await showBar(frame);
      await bar.getByRole('button', { name }).click();
      await inApp().getByText(`did ${id}`).waitFor();
      await bar.waitFor({ state: 'hidden' });
    }
  });

  it('[AE11] keeps the merchant here until they agree to leave it', async () => {
    const frame = await open('/__sim/admin/log');
    await showBar(frame);
    const settings = page.getByRole('link', { name: 'Settings' });
    const dialog = inApp().getByRole('dialog');
    await settings.click();
    await dialog.getByRole('button', { name: 'Stay' }).click();
    expect(await heading('/app/log').count()).toBe(1);
    await settings.click();
    await dialog.getByRole('button', { name: 'Leave page' }).click();
    await heading('/app/settings').waitFor();
    await inApp().getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'hidden' });
    expect(faults).toEqual([]);
    expect(world.errors).toEqual([]);
  });
});
