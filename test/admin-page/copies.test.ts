/** What the page keeps in the browser, and for whom. */
import { expect, it } from 'vitest';
import { COPIES_MAX, createCopies, tooMany } from '../../server/admin-page/copies.ts';

it('[MP3] of more copies than there may be the oldest make room', () => {
  const copies = Array.from({ length: COPIES_MAX + 2 }, (_, at) => [`/log?${at}`, { at }] as const);
  expect(tooMany(copies)).toEqual(['/log?1', '/log?0']);
  expect(tooMany(copies.slice(2))).toEqual([]);
  expect(tooMany([...copies.slice(2), ['/old', 'no copy'] as const])).toEqual(['/old']);
});

it('[MP3] nothing is kept while it is not known whose page it is', async () => {
  const copies = createCopies(undefined);
  await copies.set('/shop', { at: 1 });
  expect(await copies.get('/shop')).toBeUndefined();
});
