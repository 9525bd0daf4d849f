/** Balances as a file: sent over a connection that breaks, checked, added once, exported. */
import { File } from 'node:buffer';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { importsSchema } from '../../shared/merchant/balances-file.ts';
import * as v from '../../shared/schema.ts';
import { ALICE, BOB } from '../server/world.ts';
import { element, openPage, openPageSite, press, type PageSite } from './page.tsx';

let site: PageSite | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

async function open(): Promise<PageSite> {
  site = await openPageSite([
    { customer: ALICE, points: 1_000, credit: 5_000 },
    { customer: BOB, points: 300, credit: 0 },
  ]);
  return site;
}

async function choose(name: string, ...parts: readonly string[]): Promise<void> {
  const zone = await element('s-drop-zone', /CSV/);
  const files = [new File([...parts], name, { type: 'text/csv' })];
  Object.defineProperty(zone, 'files', { value: files, configurable: true, writable: true });
  fireEvent(zone, new Event('change', { bubbles: true }));
}

const text = (pattern: RegExp) => screen.findByText(pattern);
const FILE = `customer,unit,balance\n${ALICE},points,250\n${BOB},EUR,12.50\n`;

async function exported(opened: PageSite): Promise<string> {
  const answer = await opened.fetch('/api/admin/balances/export');
  return ((await answer.json()) as { csv: string }).csv;
}

const importsOf = async (opened: PageSite) =>
  v.parse(importsSchema, await (await opened.fetch('/api/admin/imports')).json()).imports;

/** A file of several parts: as many customers as it takes, each with one point. */
function large(): string {
  const rows = Array.from({ length: 30_000 }, (_, at) => `${1_000_000 + at},points,1`);
  return `customer,unit,balance\n${rows.join('\n')}\n`;
}

describe('an import', () => {
  it('[MO20] what will happen is said before, and the same file adds nothing twice', async () => {
    const opened = await open();
    openPage(opened, '/balances');
    expect(await text(/Nothing was imported yet/)).toBeTruthy();
    await choose('old-app.csv', FILE);
    expect(await text(/^2 rows for 2 customers\. What customers have stays/)).toBeTruthy();
    expect(await text(/^Together: (250 points, €12\.50|€12\.50, 250 points)$/)).toBeTruthy();
    expect(await exported(opened)).toContain(`${ALICE},points,1000`);
    await press('Add the balances');
    expect(await element('s-banner', 'The balances were added')).toBeTruthy();
    expect(await exported(opened)).toContain(`${ALICE},points,1250`);
    expect(await exported(opened)).toContain(`${BOB},EUR,12.50`);
    await press('Choose another file');
    await choose('again.csv', FILE);
    expect(await element('s-banner', 'The balances were added')).toBeTruthy();
    expect(await exported(opened)).toContain(`${ALICE},points,1250`);
    expect((await importsOf(opened)).map(({ state }) => state)).toEqual(['done']);
  });

  it('[MO21] what is wrong is told by line, in French too, and nothing is changed', async () => {
    const opened = await open();
    openPage(opened, '/balances', { language: 'fr' });
    await choose('faux.csv', `customer,unit,balance\n${ALICE},points,many\nx,points,1\n`);
    expect(await element('s-banner', 'Ce fichier ne peut pas être importé')).toBeTruthy();
    expect(await text(/^Rien n’a changé\. 2 choses ne vont pas/)).toBeTruthy();
    const lines = [...document.querySelectorAll('s-table-row')].map(
      (row) => row.firstElementChild?.textContent,
    );
    expect(lines.slice(0, 2)).toEqual(['2', '3']);
    await press('Choisir un autre fichier');
    await choose('vide.csv', '');
    expect((await element('s-drop-zone', /CSV/)).getAttribute('error')).toBe(
      'Ce fichier est vide.',
    );
  });

  it('[MO22] a connection that breaks loses no part: what is there is not sent again', async () => {
    const opened = await open();
    const sent: string[] = [];
    const fetch: PageSite['fetch'] = async (path, init) => {
      const part = /\/parts\/(\d+)$/.exec(path)?.[1];
      if (part !== undefined && part !== '0' && !isMended) throw new TypeError('Failed to fetch');
      const answer = await opened.fetch(path, init);
      if (part !== undefined) sent.push(part);
      return answer;
    };
    let isMended = false;
    openPage({ ...opened, fetch }, '/balances');
    await choose('large.csv', large());
    expect(await element('s-banner', 'The connection broke')).toBeTruthy();
    const [kept] = await importsOf(opened);
    expect(kept).toMatchObject({ state: 'sending', parts: 1 });
    isMended = true;
    await press('Go on');
    expect(await text(/^30,000 rows for 30,000 customers/)).toBeTruthy();
    expect(sent).toEqual(Array.from({ length: kept?.partsAll ?? 0 }, (_, n) => String(n)));
    expect(sent.length).toBeGreaterThan(1);
  });

  it('[MO23] an import that was decided is followed until it is done', async () => {
    const opened = await open();
    const first = openPage(opened, '/balances');
    await choose('old-app.csv', FILE);
    await text(/^2 rows for 2 customers/);
    await first.go('/settings');
    await first.go('/balances');
    fireEvent.click(await element('s-button', 'Show old-app.csv'));
    first.network.held = '/api/admin/imports/';
    await press('Add the balances');
    first.network.held = undefined;
    expect(await element('s-banner', 'The balances were added')).toBeTruthy();
    expect(await text(/^Added$/)).toBeTruthy();
  });
});

describe('an export', () => {
  it('[MO24] every balance comes as one file, piece by piece, and can be stopped', async () => {
    const opened = await open();
    const page = openPage(opened, '/balances');
    page.network.held = '/balances/export';
    await press('Export');
    expect(await text(/^0 rows so far$/)).toBeTruthy();
    await press('Cancel');
    page.network.held = undefined;
    expect(page.saved.size).toBe(0);
    await press('Export');
    expect(await text(/^3 rows are in the file\.$/)).toBeTruthy();
    expect([...page.saved.keys()]).toEqual(['balances-2026-05-28.csv']);
    const [csv] = [...page.saved.values()];
    expect(csv?.split(/\r?\n/)).toEqual([
      'customer,unit,balance',
      `${ALICE},EUR,50.00`,
      `${ALICE},points,1000`,
      `${BOB},points,300`,
      '',
    ]);
  });

  it('[MO25] an export whose connection breaks goes on where it was', async () => {
    const opened = await open();
    const page = openPage(opened, '/balances');
    await element('s-button', 'Export');
    page.network.isCut = true;
    await press('Export');
    expect(await element('s-banner', /connection broke/)).toBeTruthy();
    page.network.isCut = false;
    await press('Go on');
    await waitFor(() => expect(page.saved.size).toBe(1));
  });
});
