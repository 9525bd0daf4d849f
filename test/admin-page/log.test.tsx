/** The sync log: filters in the address, pages, what is new, syncs, and the file. */
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import * as v from '../../shared/schema.ts';
import { syncRequestSchema } from '../../shared/sync-request.ts';
import {
  dayAfter,
  filterOf,
  isDay,
  queryOf,
  withFilter,
} from '../../server/admin-page/views/log-address.ts';
import { createFormat } from '../../server/admin-page/format.ts';
import type { FakeOperations } from '../../simulator/admin-api/operations.ts';
import {
  ALICE,
  BOB,
  commit,
  earn,
  id,
  intent,
  push,
  ref,
  registerOf,
  SHOP,
  SHOP_ID,
  type Push,
} from '../server/world.ts';
import { element, fill, openPage, openPageSite, press, type PageSite } from './page.tsx';

const HOUR_MS = 3_600_000;
/** Midnight at the begin of the day on which these worlds open, in Berlin. */
const MIDNIGHT = 1_779_919_200_000;
const CUSTOMERS = [
  { customer: ALICE, points: 2_000, credit: 0 },
  { customer: BOB, points: 0, credit: 0 },
];
const SHOPIFY: FakeOperations = {
  TideoverShop: () => ({
    shop: {
      id: `gid://shopify/Shop/${SHOP_ID}`,
      currencyCode: 'EUR',
      name: 'Sunny Days',
      ianaTimezone: 'Europe/Berlin',
    },
  }),
  TideoverNames: ({ ids }) => ({
    nodes: (ids as string[]).map((gid) =>
      gid.endsWith(`/${ALICE}`) ? { id: gid, displayName: 'Anna Alt' } : null,
    ),
  }),
};

let site: PageSite | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

async function open(): Promise<PageSite> {
  site = await openPageSite(CUSTOMERS, { operations: SHOPIFY });
  return site;
}

async function call(opened: PageSite, part: Partial<Push>): Promise<void> {
  const deviceTime = opened.clock.now();
  const request = v.parse(syncRequestSchema, push({ deviceTime, ...part }));
  await opened.ledger.sync({ shop: SHOP, user: '42', request });
}

const at = (hours: number, minutes: number) => MIDNIGHT + hours * HOUR_MS + minutes * 60_000;

/** A redemption at 14:03 without a network that arrives at 17:40, and another one's earning. */
async function popUpDay(opened: PageSite): Promise<void> {
  opened.clock.time = at(17, 40);
  await call(opened, {
    operations: [intent({ deviceTime: at(14, 3) }), commit({ deviceTime: at(14, 5) })],
  });
  opened.clock.time = at(18, 0);
  await call(opened, {
    register: registerOf('till-2'),
    operations: [earn({ id: id('B', 1), device: 'till-2', deviceTime: at(18, 0) })],
  });
}

/** Asked of the server while `open` looks on. */
function watched(opened: PageSite): { readonly site: PageSite; readonly asked: string[] } {
  const asked: string[] = [];
  const fetch: PageSite['fetch'] = (path, init) => {
    asked.push(path);
    return opened.fetch(path, init);
  };
  return { site: { ...opened, fetch }, asked };
}

const rowOf = async (kind: string): Promise<HTMLElement> => {
  const link = await screen.findByText(kind, { selector: 's-link' });
  const row = link.closest('s-table-row');
  if (!(row instanceof HTMLElement)) throw new Error(`no row of ${kind}`);
  return row;
};

describe('operations', () => {
  it('[MV1] a row says what, tapped and arrived when, where, whose and how much', async () => {
    const opened = await open();
    await popUpDay(opened);
    openPage(opened, '/log');
    const row = await rowOf('Redemption');
    await waitFor(() =>
      expect(row.textContent).toContain('Tap at 28 May 2026, 14:03, arrived 17:40'),
    );
    for (const text of ['4 hours later', 'without a network', 'Register till-1', 'Staff 9'])
      expect(row.textContent).toContain(text);
    for (const text of ['R1ZZZZZZZZ', '500 points', 'Booked'])
      expect(row.textContent).toContain(text);
    expect(row.querySelector('s-link')?.getAttribute('href')).toBe(
      `/app/log/operations/${encodeURIComponent(id('A', 1))}`,
    );
  });

  it('[MV2] customers are named where Shopify names them, else numbered', async () => {
    const opened = await open();
    opened.shopify.tokens.grant(SHOP, ['read_customers']);
    await call(opened, {
      operations: [
        earn(),
        earn({ id: id('A', 5), ref: ref('E2'), body: { customer: BOB, saleKey: 's2' } }),
      ],
    });
    openPage(opened, '/log?kind=earn', { language: 'fr' });
    expect(await screen.findByText('Anna Alt')).toBeTruthy();
    expect(await screen.findByText(`Client ${BOB}`)).toBeTruthy();
  });

  it('[MV3] the address holds the filter, and going back takes it away again', async () => {
    const opened = await open();
    await popUpDay(opened);
    const page = openPage(opened, '/log');
    await rowOf('Redemption');
    await fill('s-select', 'Register', 'till-2');
    await waitFor(() =>
      expect(screen.queryByText('Redemption', { selector: 's-link' })).toBeNull(),
    );
    expect(await rowOf('Points earned')).toBeTruthy();
    expect(page.path()).toBe('/log?device=till-2');
    await page.go(-1);
    expect(page.path()).toBe('/log');
    expect(await rowOf('Redemption')).toBeTruthy();
  });

  it('[MV3] days in the address are days in the shop’s zone, the last one as a whole', async () => {
    const opened = await open();
    await popUpDay(opened);
    const { site: seen, asked } = watched(opened);
    openPage(seen, '/log?from=2026-05-28&to=2026-05-28&state=flagged');
    expect(await screen.findByText('Nothing matches these filters')).toBeTruthy();
    const day = 24 * HOUR_MS;
    const range = `state=flagged&from=${MIDNIGHT}&to=${MIDNIGHT + day}`;
    await waitFor(() => expect(asked).toContain(`/api/admin/operations?${range}`));
    await press('Clear the filters');
    expect(await rowOf('Redemption')).toBeTruthy();
  });

  it('[MV3] a reference finds its redemption', async () => {
    const opened = await open();
    await popUpDay(opened);
    const page = openPage(opened, '/log');
    await rowOf('Points earned');
    await fill('s-search-field', 'Search', 'r1zzzzzzzz');
    await waitFor(() =>
      expect(screen.queryByText('Points earned', { selector: 's-link' })).toBeNull(),
    );
    expect(await rowOf('Sale with a redemption')).toBeTruthy();
    expect(page.path()).toBe('/log?text=r1zzzzzzzz');
  });

  it('[MV4] the list goes on by pages to its end', async () => {
    const opened = await open();
    const operations = Array.from({ length: 60 }, (_, n) =>
      earn({ id: id('P', n + 1), ref: ref(`P${n + 10}`), body: { saleKey: `sale-${n}` } }),
    );
    await call(opened, { operations });
    openPage(opened, '/log?kind=earn');
    await rowOf0('Points earned', 50);
    await press('Show more');
    await rowOf0('Points earned', 60);
    expect(await screen.findByText('This is all.')).toBeTruthy();
  });

  it('[MV5] what arrives is announced, and moves nothing before it is asked for', async () => {
    const opened = await open();
    await popUpDay(opened);
    openPage(opened, '/log');
    await rowOf('Redemption');
    await call(opened, {
      register: registerOf('till-3'),
      operations: [
        earn({ id: id('C', 1), ref: ref('E3'), device: 'till-3', body: { saleKey: 's3' } }),
      ],
    });
    const news = await screen.findByText('1 new', undefined, { timeout: 30_000 });
    expect(screen.queryByText('Register till-3')).toBeNull();
    fireEvent.click(news);
    expect(await screen.findByText('Register till-3')).toBeTruthy();
    await waitFor(() => expect(screen.queryByText('1 new')).toBeNull());
  });

  it('[MV6] without a network the last view is shown, with its age', async () => {
    const opened = await open();
    await popUpDay(opened);
    const first = openPage(opened, '/log');
    await rowOf('Redemption');
    await waitFor(() => expect([...first.copies.keys()]).toContain('/operations'));
    opened.clock.time += HOUR_MS;
    const later = openPage(opened, '/settings', { copies: first.copies });
    later.network.isCut = true;
    await later.go('/log');
    const copies = await screen.findAllByText(/This is what was shown 1 hour ago/);
    expect(copies.length).toBeGreaterThan(0);
  });
});

const rowOf0 = (kind: string, count: number) =>
  waitFor(() => expect(screen.getAllByText(kind, { selector: 's-link' })).toHaveLength(count));

describe('a search that finds little', () => {
  it('[MV4] an incomplete page goes on by itself, and says how far it has looked', async () => {
    const opened = await open();
    await popUpDay(opened);
    const asked: string[] = [];
    let release: (() => void) | undefined;
    const fetch: PageSite['fetch'] = async (path, init) => {
      const answer = await opened.fetch(path, init);
      if (!path.startsWith('/api/admin/operations?kind=earn')) return answer;
      asked.push(path);
      // As of a log of which one request sees a part.
      if (!path.includes('before='))
        return Response.json({ operations: [], next: 900, reached: at(17, 0) });
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return answer;
    };
    openPage({ ...opened, fetch }, '/log?kind=earn');
    expect(await screen.findByText(/Looked back to 28 May 2026, 17:00/)).toBeTruthy();
    expect(screen.queryByText('Nothing matches these filters')).toBeNull();
    await waitFor(() => expect(release).toBeDefined());
    release?.();
    expect(await rowOf('Points earned')).toBeTruthy();
    expect(asked.at(-1)).toContain('before=900');
  });
});

describe('syncs', () => {
  it('[MV7] a sync says what it brought, what waited, and how wrong the clock was', async () => {
    const opened = await open();
    opened.clock.time = at(17, 40);
    await call(opened, {
      operations: [intent(), commit()],
      pendingCount: 2,
      oldestPendingAt: at(14, 3),
      deviceTime: at(17, 45),
    });
    const page = openPage(opened, '/log');
    await press('Syncs', 's-press-button');
    expect(page.path()).toBe('/log?show=syncs');
    expect(await screen.findByText('2 booked')).toBeTruthy();
    expect(await screen.findByText('5 minutes fast')).toBeTruthy();
    expect(await screen.findByText('2, the oldest from 28 May 2026, 14:03')).toBeTruthy();
  });
});

describe('the file', () => {
  it('[MV8] the filtered view becomes one file, over as many pieces as it takes', async () => {
    const opened = await open();
    await popUpDay(opened);
    const page = openPage(opened, '/log?device=till-1');
    await rowOf('Redemption');
    await press('Export as CSV');
    await waitFor(() => expect(page.saved.size).toBe(1));
    const [[name = '', text = ''] = []] = [...page.saved];
    expect(name).toBe('tideover-log-2026-05-28.csv');
    expect(text.trimEnd().split('\r\n')).toHaveLength(3);
    expect(page.toasts[0]?.message).toBe('The file with 2 rows is ready');
  });

  it('[MV8] a lost piece is asked for again, and a cancelled export leaves no file', async () => {
    const opened = await open();
    await popUpDay(opened);
    const page = openPage(opened, '/log');
    await rowOf('Redemption');
    page.network.isCut = true;
    await press('Export as CSV');
    expect(await screen.findByText(/The export stopped/)).toBeTruthy();
    page.network.isCut = false;
    await press('Go on');
    await waitFor(() => expect(page.saved.size).toBe(1));
    page.saved.clear();
    page.network.held = '/operations/export';
    await press('Export as CSV');
    await press('Cancel');
    page.network.held = undefined;
    expect(await element('s-button', 'Export as CSV')).toBeTruthy();
    expect(page.saved.size).toBe(0);
  });
});

describe('the address', () => {
  const format = createFormat({ language: 'en', timeZone: 'Europe/Berlin', now: () => 0 });

  it('[MV3] what can’t be meant is left out', () => {
    const address = new URLSearchParams(
      'device=till-1&staff=x&customer=0&state=lost&from=2026-02-30&to=2026-03-01&kind=A',
    );
    expect(filterOf(address)).toEqual({ device: 'till-1', to: '2026-03-01' });
  });

  it('[MV3] a day of 23 hours is one day', () => {
    const query = queryOf({ from: '2026-03-29', to: '2026-03-29' }, format);
    expect(Number(query['to']) - Number(query['from'])).toBe(23 * HOUR_MS);
  });

  it('[MV3] a changed filter keeps the rest of the address', () => {
    const before = new URLSearchParams('show=syncs&device=a&from=2026-01-01');
    expect(withFilter(before, { device: ' b ', from: '' }).toString()).toBe('show=syncs&device=b');
  });

  it.each([
    ['2026-12-31', 1, '2027-01-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2026-03-01', -1, '2026-02-28'],
  ])('[MV3] the day %s and %i more is %s', (day, days, after) => {
    expect(dayAfter(day, days)).toBe(after);
    expect(isDay(day)).toBe(true);
  });
});
