/** What stands around every view. */
import { screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { languageOf } from '../../server/admin-page/language.ts';
import { pathBelowApp } from '../../server/admin-page/bridge.ts';
import { openPage, openPageSite, type PageSite } from './page.tsx';

let site: PageSite | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

it('[MP1] the navigation names every view, in the merchant’s language', async () => {
  site = await openPageSite();
  openPage(site, '/settings', { language: 'fr' });
  for (const name of ['Vue d’ensemble', 'Journal', 'À vérifier', 'Clients', 'Réglages'])
    expect(await screen.findByText(name, { selector: 's-link' })).toBeTruthy();
});

it.each([
  ['fr-CA', 'fr'],
  ['FR', 'fr'],
  ['en-GB', 'en'],
  ['frr', 'en'],
  ['', 'en'],
])('[MP1] the locale %j speaks %s', (locale, language) => {
  expect(languageOf(locale)).toBe(language);
});

it.each([
  ['/app', '/'],
  ['/app/log?device=a', '/log?device=a'],
  ['https://tideover.test/app/review', '/review'],
  ['/apple', '/apple'],
  ['app', '/app'],
])('[MP2] the link %j leads to the view at %j', (target, path) => {
  expect(pathBelowApp(target)).toBe(path);
});
