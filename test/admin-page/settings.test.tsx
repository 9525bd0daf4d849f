/** The settings: what a merchant types, what it would cost, what is saved and who was faster. */
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { ALICE, PROGRAM, push, registerOf, SHOP } from '../server/world.ts';
import * as v from '../../shared/schema.ts';
import { programAnswerSchema, policyAnswerSchema } from '../../shared/merchant/settings.ts';
import { syncRequestSchema } from '../../shared/sync-request.ts';
import { element, fill, openPage, openPageSite, press, tick, type PageSite } from './page.tsx';

let site: PageSite | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

async function open(): Promise<PageSite> {
  site = await openPageSite([{ customer: ALICE, points: 1_000, credit: 0 }]);
  return site;
}

async function registers(opened: PageSite, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    const asked = push({ register: registerOf(name), deviceTime: opened.clock.now() });
    const request = v.parse(syncRequestSchema, asked);
    await opened.ledger.sync({ shop: SHOP, user: '42', request });
  }
}

const programOf = async (opened: PageSite) =>
  v.parse(programAnswerSchema, await (await opened.fetch('/api/admin/program')).json());
const policyOf = async (opened: PageSite) =>
  v.parse(policyAnswerSchema, await (await opened.fetch('/api/admin/policy')).json());

async function put(opened: PageSite, path: string, body: unknown): Promise<void> {
  const headers = { 'Content-Type': 'application/json' };
  const init = { method: 'PUT', headers, body: JSON.stringify(body) };
  expect((await opened.fetch(`/api/admin${path}`, init)).status).toBe(200);
}

const text = (pattern: RegExp) => screen.findByText(pattern);
const errorOf = async (tag: string, label: string) =>
  (await element(tag, label)).getAttribute('error');

/** Types into a field of one reward, by the field's label. */
async function fillReward(place: number, label: string, value: string): Promise<void> {
  const heading = await screen.findByText(`Reward ${place}`, { selector: 's-heading' });
  const field = heading.closest('s-box')?.querySelector(`[label="${label}"]`);
  if (!(field instanceof HTMLElement)) throw new Error(`no field "${label}"`);
  Object.defineProperty(field, 'value', { value, configurable: true, writable: true });
  fireEvent(field, new Event('input', { bubbles: true }));
  fireEvent(field, new Event('change', { bubbles: true }));
}

describe('the program', () => {
  it('[MO10] a reward gets names in languages, a place by keyboard, and an id', async () => {
    const opened = await open();
    const page = openPage(opened, '/settings');
    await press('Add a reward');
    await fillReward(2, 'Name', 'Café offert');
    await fillReward(2, 'Costs', '300');
    await fillReward(2, 'How much', '3,50');
    await press('Add a reward');
    await fillReward(3, 'Name', 'Ten percent');
    await fillReward(3, 'Costs', '900');
    await fillReward(3, 'Gives', 'percent');
    await fillReward(3, 'How much', '10');
    fireEvent.click(await element('s-button', 'Move up: Café offert'));
    await fill('s-select', 'Language of the names', 'de');
    await fillReward(1, 'Name in German', 'Kaffee gratis');
    expect(page.saving.bars.get('tideover-program')).toBe(true);
    await press('Save');
    await waitFor(() => expect(page.toasts.map(({ isError }) => isError)).toEqual([false]));
    expect(page.saving.bars.get('tideover-program')).toBe(false);
    const { program } = await programOf(opened);
    expect(program.rewards).toEqual([
      {
        id: 'cafe-offert',
        title: 'Café offert',
        titles: { de: 'Kaffee gratis' },
        points: 300,
        discount: { type: 'fixed', amount: 350 },
      },
      PROGRAM.rewards[0],
      {
        id: 'ten-percent',
        title: 'Ten percent',
        titles: {},
        points: 900,
        discount: { type: 'percent', percent: 10 },
      },
    ]);
  });

  it('[MO26] products that earn nothing are given by number or by their address', async () => {
    const opened = await open();
    const page = openPage(opened, '/settings');
    await fill('s-text-area', 'Products that earn nothing', '8104467890, gift cards');
    await press('Save');
    expect(await errorOf('s-text-area', 'Products that earn nothing')).toMatch(/Numbers of/);
    const address = 'https://admin.shopify.com/store/pop-up/products/777';
    await fill('s-text-area', 'Products that earn nothing', `8104467890\n${address}, 777`);
    await press('Save');
    await waitFor(() => expect(page.toasts).toHaveLength(1));
    const { earn } = (await programOf(opened)).program;
    expect(earn.excludedProducts).toEqual([8_104_467_890, 777]);
    await fill('s-text-area', 'Products that earn nothing', '');
    await press('Save');
    await waitFor(() => expect(page.toasts).toHaveLength(2));
    expect((await programOf(opened)).program.earn).toEqual(PROGRAM.earn);
  });

  it('[MO11] what is wrong stands beside its field, and nothing is sent', async () => {
    const opened = await open();
    const page = openPage(opened, '/settings', { language: 'fr' });
    await fill('s-text-field', 'Nom du programme', '  ');
    await fill('s-number-field', 'Pour chaque tranche de', '0');
    await fill('s-number-field', 'Points gagnés', '1.5');
    await press('Enregistrer');
    expect(await errorOf('s-text-field', 'Nom du programme')).toBe('Il faut un nom.');
    expect(await errorOf('s-number-field', 'Pour chaque tranche de')).toBe(
      'Il faut plus que rien.',
    );
    expect(await errorOf('s-number-field', 'Points gagnés')).toBe('Il faut un nombre entier.');
    expect(page.toasts).toEqual([]);
    await press('Annuler');
    expect(await errorOf('s-text-field', 'Nom du programme')).toBe('');
    expect((await programOf(opened)).program.name).toBe(PROGRAM.name);
  });

  it('[MO12] what somebody else saved is shown before it is saved over', async () => {
    const opened = await open();
    const page = openPage(opened, '/settings');
    await fill('s-text-field', 'Name of the program', 'Mine');
    const { program } = await programOf(opened);
    const theirs = { ...program, name: 'Theirs', earn: { ...program.earn, points: 2 } };
    await put(opened, '/program', { expected: program.version, program: theirs });
    await press('Save');
    expect(await element('s-banner', 'Somebody else has saved meanwhile')).toBeTruthy();
    expect(await text(/^Name of the program: Sunny Days → Theirs$/)).toBeTruthy();
    expect(await text(/^Sales earn: 1 point for every €1\.00 → 2 points for every €1\.00$/));
    expect((await programOf(opened)).program.name).toBe('Theirs');
    await press('Save mine over it');
    await waitFor(() => expect(page.toasts).toHaveLength(1));
    expect((await programOf(opened)).program.name).toBe('Mine');
    expect((await programOf(opened)).program.earn.points).toBe(1);
  });

  it('[MO12] theirs can be taken instead', async () => {
    const opened = await open();
    openPage(opened, '/settings');
    await fill('s-text-field', 'Name of the program', 'Mine');
    const { program } = await programOf(opened);
    await put(opened, '/program', {
      expected: program.version,
      program: { ...program, name: 'Theirs' },
    });
    await press('Save');
    await press('Take theirs, discard mine');
    const field = await element('s-text-field', 'Name of the program');
    await waitFor(() => expect(Reflect.get(field, 'value')).toBe('Theirs'));
    expect(screen.queryByText(/not saved/)).toBeNull();
  });

  it('[MO13] leaving with changes asks, and staying keeps them', async () => {
    const page = openPage(await open(), '/settings');
    await fill('s-text-field', 'Name of the program', 'Half done');
    page.saving.mayLeave = false;
    await press('Without a network', 's-press-button');
    await waitFor(() => expect(page.saving.asked).toBe(1));
    expect(page.path()).toBe('/settings');
    expect(await text(/changes that are not saved/)).toBeTruthy();
    page.saving.mayLeave = true;
    await press('Without a network', 's-press-button');
    await waitFor(() => expect(page.path()).toBe('/settings?part=policy'));
    expect(await element('s-number-field', 'For one customer')).toBeTruthy();
    expect(page.saving.bars.get('tideover-program')).toBe(false);
  });

  it('[MO14] a server that can’t be reached loses nothing that was typed', async () => {
    const opened = await open();
    const page = openPage(opened, '/settings');
    await fill('s-text-field', 'Name of the program', 'Typed in a cellar');
    page.network.isCut = true;
    await press('Save');
    await waitFor(() => expect(page.toasts[0]?.isError).toBe(true));
    page.network.isCut = false;
    await press('Save');
    await waitFor(() => expect(page.toasts[1]?.isError).toBe(false));
    expect((await programOf(opened)).program.name).toBe('Typed in a cellar');
  });
});

describe('without a network', () => {
  it('[MO15] the most that can be lost follows what is typed', async () => {
    const opened = await open();
    await registers(opened, 'till-1', 'till-2', 'till-3');
    openPage(opened, '/settings?part=policy');
    const most = (shop: string, customer: string) =>
      text(
        new RegExp(`^If all 3 registers are .* at most ${shop} more .* at most ${customer}\\.$`),
      );
    // One customer: 50.00 on each of three registers.
    expect(await most('€150\\.00', '€100\\.00')).toBeTruthy();
    await fill('s-number-field', 'For one register', '20');
    expect(await most('€60\\.00', '€100\\.00')).toBeTruthy();
    await tick('s-checkbox', /also spend points in the online shop/, true);
    expect(await most('€60\\.00', '€150\\.00')).toBeTruthy();
    expect(await text(/limit for a customer is above the limit for a register/)).toBeTruthy();
    await fill('s-number-field', 'For one register', 'much');
    expect(await text(/As soon as the marked fields are right/)).toBeTruthy();
    await tick('s-switch', /^Strict/, true);
    await fill('s-number-field', 'For one register', '20');
    expect(await text(/promise only what is set aside/)).toBeTruthy();
  });

  it('[MO16] a PIN is set, kept and taken away, and its digits are never shown again', async () => {
    const opened = await open();
    const page = openPage(opened, '/settings?part=policy');
    await press('Set a PIN');
    await fill('s-password-field', 'New PIN', '12');
    await fill('s-number-field', 'Limits are halved until', '3');
    await press('Save');
    expect(await errorOf('s-password-field', 'New PIN')).toBe('4 to 8 digits are needed here.');
    expect(await errorOf('s-number-field', 'Limits are halved until')).toMatch(/shorter/);
    await fill('s-password-field', 'New PIN', '4711');
    await fill('s-number-field', 'Limits are halved until', '48');
    await press('Save');
    expect(await text(/^A PIN is set\.$/)).toBeTruthy();
    expect(JSON.stringify([...page.copies.values()])).not.toContain('4711');
    await fill('s-number-field', 'Redemptions on one register', '7');
    await press('Save');
    await waitFor(() => expect(page.toasts).toHaveLength(2));
    expect((await policyOf(opened)).policy).toMatchObject({ hasPin: true, redemptionsMax: 7 });
    await press('Remove the PIN');
    await press('Save');
    expect(await text(/^No PIN is set/)).toBeTruthy();
    expect((await policyOf(opened)).policy.hasPin).toBe(false);
  });
});

describe('at Shopify', () => {
  it('[MO17] store credit at Shopify waits for its permissions', async () => {
    const opened = await open();
    openPage(opened, '/settings?part=doors');
    expect(await text(/^Permissions for store credit: missing$/)).toBeTruthy();
    const button = await element('s-button', 'Keep it at Shopify');
    expect(button.hasAttribute('disabled')).toBe(true);
  });

  it('[MO18] the cart extension is switched on, and gets offers of its own', async () => {
    const opened = await open();
    const page = openPage(opened, '/settings?part=doors');
    await press('Switch it on');
    expect(await element('s-section', 'Offers of the cart extension alone')).toBeTruthy();
    await press('Add a reward');
    await fillReward(1, 'Name', 'Stickers for all');
    await fillReward(1, 'Costs', '0');
    await fillReward(1, 'Gives', 'variant');
    await fillReward(1, 'Number of the product’s variant', '777');
    await press('Save');
    await waitFor(() => expect(page.toasts).toHaveLength(2));
    const answer = await opened.fetch('/api/admin/cart-offers');
    expect(await answer.json()).toMatchObject({
      offers: [{ id: 'stickers-for-all', points: 0, gives: { type: 'variant', variant: 777 } }],
      changedBy: '42',
    });
  });
});

describe('what was changed', () => {
  it('[MO19] versions say when, who and what, and which registers hold an older one', async () => {
    const opened = await open();
    await registers(opened, 'till-1');
    opened.clock.time += 3_600_000;
    const { program } = await programOf(opened);
    const rewards = [...program.rewards, { ...program.rewards[0], id: 'other', title: 'Other' }];
    await put(opened, '/program', { expected: program.version, program: { ...program, rewards } });
    const { policy } = await policyOf(opened);
    const { version, hasPin: _had, ...limits } = policy;
    const changed = { ...limits, perCustomer: 7_500, strict: true };
    await put(opened, '/policy', { expected: version, policy: changed, pin: '1234' });
    openPage(opened, '/settings?part=versions');
    expect(await text(/^Reward added: Other \(500 points, €5\.00 off\)$/)).toBeTruthy();
    expect(await text(/^Limit for one customer: €50\.00 → €75\.00$/)).toBeTruthy();
    expect(await text(/^Strict mode: off → on$/)).toBeTruthy();
    expect(await text(/^A PIN was set$/)).toBeTruthy();
    const held = await screen.findAllByText(/^Still held by Register till-1;/);
    expect(held).toHaveLength(2);
    expect((await screen.findAllByText(/by account 42$/)).length).toBe(2);
  });
});
