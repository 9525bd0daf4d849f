/** The overview: what needs a person, today, the registers at a glance and the picture of time. */
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import * as v from '../../shared/schema.ts';
import { syncRequestSchema } from '../../shared/sync-request.ts';
import type { FakeOperations } from '../../simulator/admin-api/operations.ts';
import {
  ALICE,
  commit,
  earn,
  id,
  intent,
  push,
  registerOf,
  SHOP,
  SHOP_ID,
  type Push,
} from '../server/world.ts';
import { element, openPage, openPageSite, press, type PageSite } from './page.tsx';

const CUSTOMERS = [{ customer: ALICE, points: 2_000, credit: 5_000 }];
const HOUR_MS = 3_600_000;
/** Midnight in Berlin at the begin of the day after these worlds open. */
const MIDNIGHT = 1_780_005_600_000;
const IN_BERLIN: FakeOperations = {
  TideoverShop: () => ({
    shop: {
      id: `gid://shopify/Shop/${SHOP_ID}`,
      currencyCode: 'EUR',
      name: 'Sunny Days',
      ianaTimezone: 'Europe/Berlin',
    },
  }),
};

let site: PageSite | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

async function open(options: Parameters<typeof openPageSite>[1] = {}): Promise<PageSite> {
  site = await openPageSite(CUSTOMERS, { operations: IN_BERLIN, ...options });
  return site;
}

async function call(opened: PageSite, part: Partial<Push>): Promise<void> {
  const deviceTime = opened.clock.now();
  const request = v.parse(syncRequestSchema, push({ deviceTime, ...part }));
  await opened.ledger.sync({ shop: SHOP, user: '42', request });
}

/** A redemption at 14:03 without a network that arrives at 17:40, and what came with it. */
async function popUpDay(opened: PageSite): Promise<void> {
  const at = (hours: number, minutes: number) => MIDNIGHT + hours * HOUR_MS + minutes * 60_000;
  opened.clock.time = at(13, 0);
  await call(opened, {});
  opened.clock.time = at(17, 40);
  await call(opened, {
    operations: [
      intent({ deviceTime: at(14, 3), body: { offline: true } }),
      commit({ deviceTime: at(14, 5) }),
      earn({ deviceTime: at(14, 6) }),
    ],
  });
  opened.clock.time = at(18, 0);
}

const text = (pattern: RegExp) => screen.findByText(pattern);

describe('at a glance', () => {
  it('[MO1] a shop without registers is told how the first one gets there', async () => {
    openPage(await open(), '/');
    expect(await text(/No register has called yet/)).toBeTruthy();
    expect(await element('s-banner', 'Nothing waits for you')).toBeTruthy();
  });

  it('[MO2] today’s sums count from midnight in the shop’s zone', async () => {
    const opened = await open();
    await popUpDay(opened);
    openPage(opened, '/');
    expect(await element('s-section', 'Today, 29 May 2026')).toBeTruthy();
    expect(await text(/^500 points$/)).toBeTruthy();
    expect(await text(/^1 redemption$/)).toBeTruthy();
    expect(await text(/^20 points$/)).toBeTruthy();
    expect(await text(/Every register has sent everything/)).toBeTruthy();
  });

  it('[MO3] a register that is silent comes first, with what waits there', async () => {
    const opened = await open();
    await call(opened, { register: registerOf('quiet') });
    const oldestPendingAt = opened.clock.now() - HOUR_MS;
    await call(opened, { register: registerOf('lost'), pendingCount: 3, oldestPendingAt });
    opened.clock.time += 26 * HOUR_MS;
    await call(opened, {
      register: registerOf('clock'),
      deviceTime: opened.clock.now() + 5 * 60_000,
      storage: { keys: 90, bytes: 3_482 },
    });
    openPage(opened, '/');
    await screen.findByText('Register lost', { selector: 's-heading' });
    const names = screen.getAllByText(/^Register /, { selector: 's-heading' });
    expect(names.map(({ textContent }) => textContent)).toEqual([
      'Register lost',
      'Register clock',
      'Register quiet',
    ]);
    expect(await text(/^Silent$/)).toBeTruthy();
    expect(await text(/^3 operations, the oldest for 1 day$/)).toBeTruthy();
    expect(await text(/Nothing was heard for a day.*Register lost/)).toBeTruthy();
    expect(await text(/^5 minutes fast$/)).toBeTruthy();
    expect(await text(/^90 of 100 records, 3\.4 KB — nearly full/)).toBeTruthy();
  });

  it('[MO4] a register that holds an older program says so', async () => {
    const opened = await open();
    await call(opened, {});
    opened.clock.time += HOUR_MS;
    const { program } = (await (await opened.fetch('/api/admin/program')).json()) as {
      program: { version: number };
    };
    const body = { expected: program.version, program: { ...program, name: 'Rainy Days' } };
    const headers = { 'Content-Type': 'application/json' };
    const init = { method: 'PUT', headers, body: JSON.stringify(body) };
    expect((await opened.fetch('/api/admin/program', init)).status).toBe(200);
    openPage(opened, '/');
    expect(await text(/An older program \(\d+\)/)).toBeTruthy();
  });
});

describe('what Shopify has not been asked', () => {
  it('[AD13] the page names what is missing, and asks on Shopify’s own page', async () => {
    const opened = await open();
    const answers: { readonly path: string; readonly target: string | null }[] = [];
    const fetch: PageSite['fetch'] = async (path, init) => {
      const answer = await opened.fetch(path, init);
      const target = answer.headers.get('X-Shopify-API-Request-Failure-Reauthorize-Url');
      answers.push({ path, target });
      return answer;
    };
    const page = openPage({ ...opened, fetch }, '/');
    expect(await text(/Customers are shown by number, not by name/)).toBeTruthy();
    fireEvent.click(await element('s-button', 'Allow: read_customers'));
    await waitFor(() => expect(page.toasts).toHaveLength(1));
    expect(page.toasts[0]?.message).toMatch(/agreement/);
    expect(page.toasts[0]?.isError).toBe(false);
    const asked = answers.find(({ path }) => path.endsWith('/scopes/request'));
    expect(new URL(asked?.target ?? '').searchParams.get('optional_scopes')).toBe('read_customers');

    opened.shopify.tokens.grant(SHOP, ['read_customers']);
    fireEvent.click(await element('s-button', 'Allow: read_customers'));
    await waitFor(() => expect(screen.queryByText(/shown by number/)).toBeNull());
    expect(screen.queryByText(/Orders are not compared/)).not.toBeNull();
  });

  it('[MO5] a plan that was not taken is offered with its price until it is', async () => {
    const billing = {
      plan: 'Standard',
      amount: '9.00',
      currency: 'EUR',
      isTest: true,
      interval: 'EVERY_30_DAYS',
      trialDays: 0,
    } as const;
    const opened = await open({ settings: { billing } });
    const page = openPage(opened, '/', { language: 'fr' });
    expect(await text(/9,00\s€ tous les 30 jours/)).toBeTruthy();
    await press('Souscrire');
    await waitFor(() => expect(page.toasts).toHaveLength(1));
    opened.shopify.billing.approve(SHOP);
    await page.go('/balances');
    await page.go('/');
    expect(await text(/affichés par numéro/)).toBeTruthy();
    await waitFor(() => expect(screen.queryByText(/tous les 30 jours/)).toBeNull());
  });
});

describe('the picture of time', () => {
  it('[MO6] a tap is joined to its arrival, and opens its story by keyboard', async () => {
    const opened = await open();
    await popUpDay(opened);
    const page = openPage(opened, '/');
    const tap = await screen.findByRole('link', {
      name: /^Redemption, 500 points: tapped 29 May 2026, 14:03, arrived 17:40 \(4 hours later\)/,
    });
    // 14:03 and 17:40 of 24 hours.
    const joint = tap.querySelector('line');
    expect(joint?.getAttribute('x1')).toBe('58.542%');
    expect(joint?.getAttribute('x2')).toBe('73.611%');

    const taps = within(screen.getByRole('group', { name: /Register till-1/ })).getAllByRole(
      'link',
    );
    expect(taps.map((one) => one.getAttribute('tabindex'))).toEqual(['0', '-1', '-1']);
    fireEvent.focus(tap);
    fireEvent.keyDown(tap, { key: 'ArrowRight' });
    expect(document.activeElement).toBe(taps[1]);
    fireEvent.keyDown(taps[1] ?? tap, { key: 'End' });
    expect(document.activeElement).toBe(taps[2]);
    expect(await text(/^Points earned, 20 points: tapped 29 May 2026, 14:06/)).toBeTruthy();
    fireEvent.click(tap);
    expect(page.path()).toBe(`/log/operations/${encodeURIComponent(id('A', 1))}`);
  });

  it('[MO7] the same stands in a table, and what waited in a sentence', async () => {
    const opened = await open();
    await popUpDay(opened);
    openPage(opened, '/');
    expect(await text(/^At most 3 operations waited, at 29 May 2026, 14:\d\d; 0 at the end\.$/));
    await press('Show as a table');
    const link = await screen.findByText('Redemption, 500 points', { selector: 's-link' });
    const row = link.closest('s-table-row');
    expect(row?.textContent).toContain('17:40 (4 hours later)');
    expect(await text(/^Cut off from 29 May 2026, 14:03 to 29 May 2026, 17:40$/)).toBeTruthy();
  });

  it('[MO8] a week and the day before are asked for in the shop’s zone', async () => {
    const opened = await open();
    await popUpDay(opened);
    const asked: string[] = [];
    const fetch: PageSite['fetch'] = (path, init) => {
      asked.push(path);
      return opened.fetch(path, init);
    };
    openPage({ ...opened, fetch }, '/');
    const range = (from: number, to: number) => `/api/admin/timeline?from=${from}&to=${to}`;
    const day = 24 * HOUR_MS;
    await waitFor(() => expect(asked).toContain(range(MIDNIGHT, MIDNIGHT + day)));
    await press('The day before');
    await waitFor(() => expect(asked).toContain(range(MIDNIGHT - day, MIDNIGHT)));
    expect(await text(/No register was used in this time/)).toBeTruthy();
    await press('Week', 's-press-button');
    await waitFor(() => expect(asked).toContain(range(MIDNIGHT - 6 * day, MIDNIGHT + day)));
    expect(await text(/23 May 2026 to 29 May 2026/)).toBeTruthy();
  });
});

describe('without an answer', () => {
  it('[MO9] what was shown last is shown with its age without a server', async () => {
    const opened = await open();
    await popUpDay(opened);
    const first = openPage(opened, '/');
    expect(await text(/^500 points$/)).toBeTruthy();
    await waitFor(() => expect([...first.copies.keys()].join()).toMatch(/timeline/));
    opened.clock.time += HOUR_MS;
    const later = openPage(opened, '/settings', { copies: first.copies });
    later.network.isCut = true;
    await later.go('/');
    const copies = await screen.findAllByText(/This is what was shown 1 hour ago/);
    expect(copies.length).toBeGreaterThan(0);
  });

  it('[MO9] without a copy the page says why nothing is shown, in French too', async () => {
    const page = openPage(await open(), '/settings', { language: 'fr' });
    page.network.isCut = true;
    await page.go('/');
    expect(await element('s-banner', 'Chargement impossible')).toBeTruthy();
    page.network.isCut = false;
    await press('Réessayer');
    expect(await text(/Aucune caisse n’a encore appelé/)).toBeTruthy();
  });
});
