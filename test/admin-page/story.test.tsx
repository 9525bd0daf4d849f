/** The story of one operation: what was asked and seen, each attempt, what came of it. */
import { screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { readAsked, rawText } from '../../server/admin-page/views/story-asked.ts';
import { stepsOf } from '../../server/admin-page/views/story-entries.ts';
import { ALICE, commit, id, intent, ref } from '../server/world.ts';
import { openPage, openPageSite, type PageSite } from './page.tsx';

let site: PageSite | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

async function open(points = 2_000): Promise<PageSite> {
  site = await openPageSite([{ customer: ALICE, points, credit: 0 }]);
  return site;
}

const storyOf = (name: string) => `/log/operations/${encodeURIComponent(name)}`;

describe('the story of an operation', () => {
  it('[MV18] tells what was asked and seen, each attempt, and what it moved', async () => {
    const opened = await open();
    const asked = intent({ deviceTime: opened.clock.now() });
    await opened.sync('till-1', [asked]);
    await opened.sync('till-1', [asked, commit({ body: { orderId: 77 } })]);
    openPage(opened, storyOf(id('A', 1)));
    for (const text of [
      '“5 off”, €5.00 off the cart',
      'The register showed a balance of 1,000 points which was 1 minute old.',
      'Without a network.',
      'Answer: booked.',
      'Answer: known already; nothing was booked twice.',
      '500 points set aside for a sale. Balance after it: 1,500 points.',
      'Used by a sale.',
    ])
      expect(await screen.findByText(text)).toBeTruthy();
    const sale = await screen.findByText('Sale with a redemption', { selector: 's-link' });
    expect(sale.getAttribute('href')).toBe(`/app${storyOf(id('A', 3))}`);
    const order = await screen.findByText('Order 77 in Shopify');
    expect(order.getAttribute('href')).toBe('shopify://admin/orders/77');
    expect(screen.getByText(/"kind": "intent"/, { selector: 'pre' })).toBeTruthy();
  });

  it('[MV18] leads from what is to be looked at to the review, in French too', async () => {
    const opened = await open(100);
    await opened.sync('till-1', [intent(), commit()]);
    openPage(opened, storyOf(id('A', 1)), { language: 'fr' });
    const link = await screen.findByText('Ouvrir les vérifications');
    expect(link.getAttribute('href')).toBe('/app/review?kind=overdrawn');
    expect(await screen.findByText(/500 points réservés pour une vente/)).toBeTruthy();
  });

  it('[MV18] says that nothing is known of a name, and of an unreachable server', async () => {
    const page = openPage(await open(), storyOf('nothing'));
    expect(await screen.findByText('There is no such operation')).toBeTruthy();
    page.network.isCut = true;
    await page.go(storyOf(id('A', 1)));
    await waitFor(() => expect(screen.getByText(/can’t be reached/)).toBeTruthy());
  });
});

describe('an entry in words', () => {
  const still = { unit: 'points' as const, customer: 0, held: 0, redeemed: 0, issued: 0 };
  it.each([
    [{ customer: -5, held: 5 }, [['setAside', 5]]],
    [{ held: -5, redeemed: 5 }, [['used', 5]]],
    [
      { held: -5, redeemed: 3, customer: 2 },
      [
        ['used', 3],
        ['released', 2],
      ],
    ],
    [{ customer: -5, redeemed: 5 }, [['usedAtOnce', 5]]],
    [{ redeemed: -5, customer: 5 }, [['givenBack', 5]]],
    [{ issued: -5, customer: 5 }, [['given', 5]]],
    [{ customer: -5, issued: 5 }, [['taken', 5]]],
  ])('[MV18] %j is told as %j', (moved, told) => {
    const { steps, rest } = stepsOf({ ...still, ...moved });
    expect(steps.map(({ said, amount }) => [said, amount])).toEqual(told);
    expect(rest).toBe(false);
  });

  it('[MV18] what moves another way is told account by account', () => {
    expect(stepsOf({ ...still, issued: -5, redeemed: 5 })).toEqual({ steps: [], rest: true });
  });
});

describe('what was sent', () => {
  it('[MV18] is read as far as it can be', () => {
    const nothing = {
      title: undefined,
      discount: undefined,
      offline: undefined,
      pin: false,
      reason: undefined,
      text: undefined,
      by: undefined,
    };
    for (const odd of [null, 7, 'text', [], { body: 3 }, { body: { discount: { amount: 1.5 } } }])
      expect(readAsked(odd)).toEqual(nothing);
    const sent = intent({ ref: ref('R9'), body: { pin: true, offline: false } });
    expect(readAsked(sent)).toMatchObject({ title: '5 off', pin: true, offline: false });
    expect(readAsked({ action: 'carry', comment: 'x', by: '42' })).toMatchObject({
      text: 'x',
      by: '42',
    });
    expect(rawText('not json')).toBe('not json');
  });
});
