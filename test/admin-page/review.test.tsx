/** The review: cases by urgency with their evidence, and decisions that count once. */
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { change, wantsComment, worthOf } from '../../server/admin-page/views/review-sense.ts';
import { readAmount } from '../../server/admin-page/parts/amounts.ts';
import { currency } from '../../shared/amount.ts';
import { reviewPageSchema } from '../../shared/merchant/review.ts';
import * as v from '../../shared/schema.ts';
import type { FakeOperations } from '../../simulator/admin-api/operations.ts';
import { ALICE, commit, id, intent, PROGRAM, ref, SHOP } from '../server/world.ts';
import { element, fill, openPage, openPageSite, press, type PageSite } from './page.tsx';

const CUSTOMERS = [{ customer: ALICE, points: 700, credit: 0 }];
const NAMES: FakeOperations = {
  TideoverNames: ({ ids }) => ({
    nodes: (ids as string[]).map((gid) => ({ id: gid, displayName: 'Anna Alt' })),
  }),
};
const DECIDE = '/api/admin/review/decide';

let site: PageSite | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

/** Two registers that are cut off spend 500 of Anna's 700 points each. */
async function overspent(): Promise<PageSite> {
  site = await openPageSite(CUSTOMERS, { operations: NAMES });
  site.shopify.tokens.grant(SHOP, ['read_customers']);
  for (const [n, name] of [
    [1, 'till-1'],
    [2, 'till-2'],
  ] as const) {
    const about = { ref: ref(`R${n}`), device: name };
    await site.sync(name, [
      intent({ ...about, id: id(`W${n}`, 1) }),
      commit({ ...about, id: id(`W${n}`, 2), body: { saleKey: `sale-${n}` } }),
    ]);
  }
  return site;
}

const heads = () => screen.findAllByRole('button', { expanded: false });
const headOf = (name: RegExp) => screen.findByRole('button', { name });

async function openCase(name: RegExp): Promise<void> {
  const head = await headOf(name);
  if (head.getAttribute('aria-expanded') !== 'true') fireEvent.click(head);
}

const post = (opened: PageSite, path: string, body: object) =>
  opened.fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

/** When the newest item came about, as a decision about it must say. */
async function newestAt(opened: PageSite): Promise<number> {
  const answer = await opened.fetch('/api/admin/review');
  return v.parse(reviewPageSchema, await answer.json()).items[0]?.at ?? 0;
}

async function points(opened: PageSite): Promise<number | undefined> {
  const balances = await opened.ledger.balances(SHOP, ALICE);
  return balances.find(({ unit }) => unit === 'points')?.balance;
}

describe('a case', () => {
  it('[MV9] shows its evidence, and arrow keys go from case to case', async () => {
    const opened = await overspent();
    const nonsense = { ...intent({ id: id('N', 1) }), v: 9 };
    await opened.sync('till-3', [nonsense]);
    const page = openPage(opened, '/review');
    const [first, second] = await heads();
    expect(first?.textContent).toContain('The balance went below zero');
    expect(second?.textContent).toContain('Could not be read');
    expect(await element('s-press-button', 'All (2)')).toBeTruthy();
    first?.focus();
    fireEvent.keyDown(first ?? document, { key: 'ArrowDown' });
    expect(document.activeElement).toBe(second);
    fireEvent.keyDown(second ?? document, { key: 'Home' });
    expect(document.activeElement).toBe(first);
    fireEvent.click(first ?? document);
    const inside = await screen.findByText(/More was spent than the customer had/);
    const card = inside.closest('li');
    for (const text of ['500 points', '300 points', '-300 points', 'Register till-2', 'Staff 9'])
      await waitFor(() => expect(card?.textContent).toContain(text));
    expect(card?.textContent).toContain('1 minute old');
    await waitFor(() => expect(card?.textContent).toContain('Anna Alt'));
    const story = within(card ?? document.body).getByText('The whole story of this operation');
    expect(story.getAttribute('href')).toBe(
      `/app/log/operations/${encodeURIComponent(id('W2', 1))}`,
    );
    expect(page.path()).toMatch(/^\/review\?item=conflict/);
  });

  it('[MV10] says what a write-off will do, asks why, and can be taken back', async () => {
    const opened = await overspent();
    const page = openPage(opened, '/review');
    await openCase(/below zero/);
    await press('The shop bears it');
    expect(await screen.findByText(/gets 300 points back and stands at 0 points/)).toBeTruthy();
    expect(await screen.findByText(/The shop bears €3\.00\./)).toBeTruthy();
    await press('Decide');
    expect(await points(opened)).toBe(-300);
    await fill('s-text-area', 'Comment (needed)', 'spoke with her');
    await press('Decide');
    await waitFor(() => expect(page.toasts[0]?.message).toBe('Done: The shop bore it'));
    expect(await points(opened)).toBe(0);
    expect(await screen.findByText('Decided just now')).toBeTruthy();
    await openCase(/below zero/);
    expect(await screen.findByText(/“spoke with her”/)).toBeTruthy();
    await press('Undo');
    const modal = await element('s-modal', 'Take this decision back?');
    expect(modal.textContent).toContain('-300 points');
    fireEvent.click(within(modal).getByText('Undo', { selector: 's-button' }));
    await waitFor(async () => expect(await points(opened)).toBe(-300));
    await waitFor(() => expect(screen.queryByText('Decided just now')).toBeNull());
    expect(await headOf(/below zero/)).toBeTruthy();
  });

  it('[MV11] whose answer was lost is decided once, by the same decision', async () => {
    const opened = await overspent();
    const sent: string[] = [];
    let isLost = true;
    const fetch: PageSite['fetch'] = async (path, init) => {
      const answer = await opened.fetch(path, init);
      if (path !== DECIDE) return answer;
      sent.push(typeof init?.body === 'string' ? init.body : '');
      // The server has settled it; its answer never arrives.
      if (isLost) throw new TypeError('Failed to fetch');
      return answer;
    };
    const page = openPage({ ...opened, fetch }, '/review');
    await openCase(/below zero/);
    await press('Give an amount');
    await fill('s-text-field', 'Amount to give', '50');
    expect(await screen.findByText(/goes from -300 points to -250 points/)).toBeTruthy();
    await press('Decide: Give an amount');
    expect(await screen.findByText(/The answer was lost/)).toBeTruthy();
    expect(await points(opened)).toBe(-250);
    isLost = false;
    await press('Send it again');
    await waitFor(() => expect(page.toasts).toHaveLength(1));
    expect(sent).toHaveLength(2);
    expect(sent[1]).toBe(sent[0]);
    expect(await points(opened)).toBe(-250);
  });

  it('[MV12] that somebody else decided meanwhile shows who decided what', async () => {
    const opened = await overspent();
    const page = openPage(opened, '/review');
    await openCase(/below zero/);
    await press('Leave it to be earned back');
    const key = new URLSearchParams(page.path().split('?')[1]).get('item');
    const at = await newestAt(opened);
    const other = { decision: 'decision-of-another', key, at, action: 'carry', amount: null };
    await post(opened, DECIDE, { ...other, comment: 'she knows' });
    await press('Decide');
    expect(await screen.findByText(/Somebody was faster/)).toBeTruthy();
    expect(
      await screen.findByText(/Left to be earned back \(account 42.*“she knows”/),
    ).toBeTruthy();
    const modal = await element('s-modal', 'Leave it to be earned back');
    fireEvent.click(within(modal).getByText('Close'));
    expect(await screen.findByText('Nothing waits for you')).toBeTruthy();
    await press('Done', 's-press-button');
    expect(await headOf(/below zero/)).toBeTruthy();
  });
});

describe('the list', () => {
  it('[MV9] is empty where nothing waits, in French too, or can’t be shown', async () => {
    site = await openPageSite();
    const page = openPage(site, '/settings', { language: 'fr' });
    page.network.isCut = true;
    await page.go('/review');
    expect(await element('s-banner', 'Chargement impossible')).toBeTruthy();
    page.network.isCut = false;
    await press('Réessayer');
    expect(await screen.findByText('Rien ne vous attend')).toBeTruthy();
    expect(await element('s-press-button', 'À décider')).toBeTruthy();
  });

  it('[MV6] is shown as it was while the server can’t be reached', async () => {
    const opened = await overspent();
    const first = openPage(opened, '/review');
    await headOf(/below zero/);
    await waitFor(() => expect([...first.copies.keys()]).toContain('/review?state=open'));
    opened.clock.time += 3_600_000;
    const later = openPage(opened, '/settings', { copies: first.copies });
    later.network.isCut = true;
    await later.go('/review?kind=overdrawn');
    await later.go('/review');
    const copies = await screen.findAllByText(/This is what was shown 1 hour ago/);
    expect(copies.length).toBeGreaterThan(0);
  });

  it('[MV13] a link opens its case, also one that was decided since', async () => {
    const opened = await overspent();
    const answer = await opened.fetch('/api/admin/review');
    const { items } = (await answer.json()) as { items: { key: string }[] };
    const key = items[0]?.key ?? '';
    const seen = { key, at: await newestAt(opened) };
    const decision = { decision: 'decision-before-link', ...seen, action: 'dismiss', amount: null };
    await post(opened, DECIDE, { ...decision, comment: 'looked at' });
    openPage(opened, `/review?item=${encodeURIComponent(key)}`);
    expect(await screen.findByText('From the link')).toBeTruthy();
    expect(await screen.findByText(/Nothing was to be done.*“looked at”/)).toBeTruthy();
  });
});

describe('what else waits', () => {
  it('[MV14] stuck messages are tried again, a customer’s document is handed over', async () => {
    site = await openPageSite(CUSTOMERS);
    const at = site.clock.now();
    await site.database.transact(SHOP, async ({ sql }) => {
      await sql.run(
        `INSERT INTO inbox (shop, webhook_id, topic, triggered_at, received_at, state, tries,
            due_at)
          VALUES (?, 'w1', 'orders/create', ?, ?, 'stuck', 12, ?)`,
        ...[SHOP, at, at, at],
      );
      await sql.run(
        `INSERT INTO data_request (shop, request_id, customer_id, asked_at, document)
          VALUES (?, ?, ?, ?, ?)`,
        ...[SHOP, 'r1', ALICE, at, '{"balances":[]}'],
      );
    });
    const page = openPage(site, '/review');
    expect(await screen.findByText(/New order.*tried 12×/)).toBeTruthy();
    await press('Download');
    expect(page.saved.get(`tideover-customer-${ALICE}.json`)).toBe('{\n  "balances": []\n}');
    await press('Try all again');
    await waitFor(() => expect(page.toasts[0]?.message).toBe('1 are tried again'));
    await waitFor(() => expect(screen.queryByText(/tried 12×/)).toBeNull());
  });

  it('[MV14] store credit that Shopify refused is settled by a person who agrees', async () => {
    site = await openPageSite(CUSTOMERS);
    const at = site.clock.now();
    await site.database.transact(SHOP, async ({ sql }) => {
      await sql.run(
        `INSERT INTO credit_transfer (shop, seq, line, epoch, customer_key, unit, amount, state,
            problem, attempt, made_at, changed_at)
          VALUES (?, 1, 0, 1, 'k', 'EUR', 500, 'conflict', 'insufficient-funds', 2, ?, ?)`,
        ...[SHOP, at, at],
      );
    });
    const page = openPage(site, '/review');
    expect(await screen.findByText('Take €5.00 at Shopify')).toBeTruthy();
    expect(await screen.findByText(/has less store credit at Shopify/)).toBeTruthy();
    await press('Mark as settled');
    expect(await screen.findByText(/Nothing is sent\./)).toBeTruthy();
    const modal = await element('s-modal', 'Mark as settled');
    fireEvent.click(within(modal).getByText('Mark as settled'));
    await waitFor(() => expect(page.toasts[0]?.message).toBe('Done'));
    await waitFor(() => expect(screen.queryByText('Take €5.00 at Shopify')).toBeNull());
  });
});

describe('what a decision needs and does', () => {
  it('[MV10] whoever takes, bears or lets go says why', () => {
    expect(wantsComment('overdrawn', 'write-off')).toBe(true);
    expect(wantsComment('no-intent', 'debit')).toBe(true);
    expect(wantsComment('gap', 'dismiss')).toBe(true);
    expect(wantsComment('silent', 'dismiss')).toBe(false);
    expect(wantsComment('overdrawn', 'carry')).toBe(false);
  });

  it.each([
    ['write-off', 300, -100, 100],
    ['write-off', 300, -500, 300],
    ['write-off', 300, 20, 0],
    ['credit', 0, 0, 7],
    ['debit', 0, 0, -7],
    ['carry', 300, -300, undefined],
  ] as const)('[MV10] a %s of %i at %i moves %s', (action, overBy, balance, moved) => {
    expect(change({ overBy, balance, amount: 500 }, action, 7)).toBe(moved);
  });

  it('[MV10] points are worth what a fixed reward gives for them, rounded up', () => {
    expect(worthOf('points', 301, PROGRAM)).toEqual({ unit: 'EUR', amount: 301 });
    const [reward] = PROGRAM.rewards;
    const dear = {
      ...PROGRAM,
      rewards: reward === undefined ? [] : [{ ...reward, points: 300 as typeof reward.points }],
    };
    expect(worthOf('points', 100, dear)).toEqual({ unit: 'EUR', amount: 167 });
    expect(worthOf('points', 100, { ...PROGRAM, rewards: [] })).toBeUndefined();
    expect(worthOf(currency('EUR'), 5, undefined)).toEqual({ unit: 'EUR', amount: 5 });
  });

  it.each([
    ['300', 'points', 300],
    ['1 300', 'points', 1_300],
    ['3.5', 'points', undefined],
    ['-3', 'points', undefined],
    ['0', 'points', undefined],
    ['4,5', 'EUR', 450],
    ['4.505', 'EUR', undefined],
    ['500', 'JPY', 500],
    ['5.0', 'JPY', undefined],
  ])('[MV10] %j of %s is read as %s', (typed, unit, amount) => {
    expect(readAmount(typed, unit === 'points' ? unit : currency(unit))).toBe(amount);
  });
});
