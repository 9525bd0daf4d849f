/** Finding a customer, what they have and why, and correcting it once. */
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import {
  faultsOf,
  signedAmount,
  type Adjustment,
} from '../../server/admin-page/views/customer-adjust.tsx';
import type { FakeOperations } from '../../simulator/admin-api/operations.ts';
import { ALICE, BOB, commit, earn, id, intent, ref, SHOP } from '../server/world.ts';
import { element, fill, openPage, openPageSite, press, type PageSite } from './page.tsx';

const CUSTOMERS = [
  { customer: ALICE, points: 700, credit: 5_000 },
  { customer: BOB, points: 0, credit: 0 },
];
const ANNA = { id: `gid://shopify/Customer/${ALICE}`, displayName: 'Anna Alt' };
const SHOPIFY: FakeOperations = {
  TideoverNames: () => ({ nodes: [ANNA] }),
  TideoverCustomerSearch: ({ query }) => ({
    customers: { nodes: query === 'anna' ? [ANNA] : [] },
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

async function points(opened: PageSite, customer = ALICE): Promise<number | undefined> {
  const balances = await opened.ledger.balances(SHOP, customer);
  return balances.find(({ unit }) => unit === 'points')?.balance;
}

describe('finding a customer', () => {
  it('[MV15] by name or number, with the search in the address', async () => {
    const opened = await open();
    opened.shopify.tokens.grant(SHOP, ['read_customers']);
    const page = openPage(opened, '/customers');
    await fill('s-search-field', 'Find a customer', 'anna');
    const link = await screen.findByText('Anna Alt', { selector: 's-link' });
    expect(link.getAttribute('href')).toBe(`/app/customers/${ALICE}`);
    expect(page.path()).toBe('/customers?query=anna');
    await fill('s-search-field', 'Find a customer', 'nobody');
    expect(await screen.findByText('Nobody found')).toBeTruthy();
  });

  it('[MV15] by number alone without the permission, in French too', async () => {
    openPage(await open(), '/customers?query=anna', { language: 'fr' });
    expect(await screen.findByText(/la permission de lire les clients manque/)).toBeTruthy();
    await fill('s-search-field', 'Trouver un client', String(BOB));
    expect(await screen.findByText(`Client ${BOB}`, { selector: 's-link' })).toBeTruthy();
  });

  it('[MV15] says that nobody is known under a number', async () => {
    const page = openPage(await open(), '/customers/999');
    expect(await screen.findByText('The ledger does not know this customer')).toBeTruthy();
    await page.go('/customers/nonsense');
    expect(await screen.findByText('The ledger does not know this customer')).toBeTruthy();
  });
});

describe('one customer', () => {
  it('[MV16] shows balances, what is set aside, and each entry with its reason', async () => {
    const opened = await open();
    await opened.sync('till-1', [intent(), earn()]);
    openPage(opened, `/customers/${ALICE}`);
    expect(await screen.findByText('220 points', { selector: 'dd' })).toBeTruthy();
    expect(await screen.findByText('500 points more set aside for open sales')).toBeTruthy();
    const link = await screen.findByText('Redemption', { selector: 's-link' });
    const row = link.closest('s-table-row');
    for (const text of ['reference R1ZZZZZZZZ', 'Register till-1', 'staff 9', '-500 points'])
      expect(row?.textContent).toContain(text);
    const inShopify = await screen.findByText('Open in Shopify');
    expect(inShopify.getAttribute('href')).toBe(`shopify://admin/customers/${ALICE}`);
  });

  it('[MV16] leads to the cases that wait, and goes on to the oldest entry', async () => {
    const opened = await open();
    const many = Array.from({ length: 60 }, (_, n) =>
      earn({
        id: id('P', n + 1),
        ref: ref(`P${n + 10}`),
        body: { customer: BOB, saleKey: `sale-${n}` },
      }),
    );
    const hold = { customer: BOB, unit: 'points' as const, amount: 2_000 };
    await opened.sync('till-1', [
      ...many,
      intent({ hold }),
      commit({ hold, body: { captured: 2_000 } }),
    ]);
    openPage(opened, `/customers/${BOB}`);
    expect(await element('s-banner', '1 case to decide')).toBeTruthy();
    const link = await screen.findByText('Open case 1');
    expect(link.getAttribute('href')).toMatch(/^\/app\/review\?item=conflict%2F/);
    await press('Show more');
    await waitFor(() =>
      expect(screen.getAllByText('Points earned', { selector: 's-link' })).toHaveLength(60),
    );
  });

  it('[MV6] is shown as before while the server can’t be reached', async () => {
    const opened = await open();
    const first = openPage(opened, `/customers/${ALICE}`);
    await screen.findByText('700 points', { selector: 'dd' });
    await waitFor(() => expect([...first.copies.keys()]).toContain(`/customers/${ALICE}`));
    const later = openPage(opened, '/settings', { copies: first.copies });
    opened.clock.time += 3_600_000;
    later.network.isCut = true;
    await later.go(`/customers/${ALICE}`);
    expect((await screen.findAllByText(/what was shown 1 hour ago/)).length).toBeGreaterThan(0);
  });
});

/** The dialog of a correction, filled in. */
async function correct(by: { take?: boolean; amount: string; comment?: string }): Promise<void> {
  await press('Correct the balance');
  if (by.take === true) await press('Take', 's-press-button');
  await fill('s-text-field', 'Amount', by.amount);
  await fill('s-select', 'Reason', 'goodwill');
  if (by.comment !== undefined) await fill('s-text-area', /^Comment/, by.comment);
}

describe('a correction', () => {
  it('[MV17] shows the new balance before it is booked, and stands in the entries', async () => {
    const opened = await open();
    const page = openPage(opened, `/customers/${ALICE}`);
    await correct({ amount: '300', comment: 'sorry for the wait' });
    expect(await screen.findByText(/goes from 700 points to 1,000 points\./)).toBeTruthy();
    await press('Give');
    await waitFor(() => expect(page.toasts[0]?.message).toBe('Booked: +300 points'));
    expect(await points(opened)).toBe(1_000);
    expect(await screen.findByText('1,000 points', { selector: 'dd' })).toBeTruthy();
    expect(await screen.findByText(/goodwill, “sorry for the wait”/)).toBeTruthy();
    expect(await screen.findByText('account 42')).toBeTruthy();
  });

  it('[MV17] that takes says why, and that it goes below zero', async () => {
    const opened = await open();
    openPage(opened, `/customers/${ALICE}`);
    await correct({ take: true, amount: '900' });
    expect(await screen.findByText(/below zero/)).toBeTruthy();
    await press('Take');
    const comment = await element('s-text-area', 'Comment (needed)');
    await waitFor(() => expect(comment.getAttribute('error')).toMatch(/Say why/));
    expect(await points(opened)).toBe(700);
    await fill('s-text-area', 'Comment (needed)', 'booked twice');
    await press('Take');
    await waitFor(async () => expect(await points(opened)).toBe(-200));
  });

  const LOST: readonly (readonly [string, () => Response])[] = [
    [
      'was lost',
      () => {
        throw new TypeError('Failed to fetch');
      },
    ],
    [
      'is that the server failed behind it',
      () => Response.json({ error: { code: 'internal', message: 'No.' } }, { status: 500 }),
    ],
  ];
  it.each(LOST)('[MV11] whose answer %s is booked once', async (_how, fail) => {
    const opened = await open();
    const sent: string[] = [];
    const fetch: PageSite['fetch'] = async (path, init) => {
      const answer = await opened.fetch(path, init);
      if (!path.endsWith('/adjust')) return answer;
      sent.push(typeof init?.body === 'string' ? init.body : '');
      return sent.length === 1 ? fail() : answer;
    };
    openPage({ ...opened, fetch }, `/customers/${ALICE}`);
    await correct({ amount: '5' });
    await press('Give');
    await screen.findByText(/The answer was lost/);
    await press('Send it again');
    await waitFor(() => expect(sent).toHaveLength(2));
    expect(sent[1]).toBe(sent[0]);
    await waitFor(() => expect(screen.queryByText(/The answer was lost/)).toBeNull());
    expect(await points(opened)).toBe(705);
  });

  it('[MV17] that no balance can hold is refused in plain words', async () => {
    const opened = await open();
    openPage(opened, `/customers/${ALICE}`);
    await correct({ amount: '1000000000000' });
    await press('Give');
    expect(await screen.findByText(/larger than any balance can be/)).toBeTruthy();
    const modal = await element('s-modal', 'Correct the balance');
    fireEvent.click(within(modal).getByText('Cancel'));
    await waitFor(() => expect(screen.queryByText(/larger than any balance/)).toBeNull());
    expect(await points(opened)).toBe(700);
  });

  const FILLED: Adjustment = {
    direction: 'take',
    unit: 'points',
    typed: '5',
    reason: 'correction',
    comment: 'why',
  };
  it.each([
    [{}, []],
    [{ typed: 'five' }, ['amount']],
    [{ reason: undefined }, ['reason']],
    [{ comment: ' ' }, ['comment']],
    [{ comment: '', direction: 'give' }, []],
    [{ comment: '', direction: 'give', reason: 'other' }, ['comment']],
  ] as const)('[MV17] filled in with %j it lacks %j', (change, faults) => {
    expect([...faultsOf({ ...FILLED, ...change })]).toEqual(faults);
  });

  it('[MV17] taking is below zero', () => {
    expect(signedAmount(FILLED)).toBe(-5);
    expect(signedAmount({ ...FILLED, direction: 'give' })).toBe(5);
  });
});
