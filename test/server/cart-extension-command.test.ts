/** A merchant's own offers for carts, from the command line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqlite } from '../../server/database/sqlite.ts';
import { openBooks } from './books.ts';
import { toolDesk } from './tool-desk.ts';
import { SHOP } from './world.ts';

const TOTE = {
  id: 'tote',
  title: 'Tote bag',
  titles: { fr: 'Sac en toile' },
  points: 300,
  gives: { type: 'variant', variant: 40_001 },
};

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tideover-offers-'));
  const { database } = await openBooks(openSqlite(join(folder, 'ledger.sqlite')));
  await database.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('cart-offers', () => {
  it('[CE19] shows the offers, puts a file in their place, and refuses what is none', async () => {
    const desk = toolDesk(join(folder, 'ledger.sqlite'));
    const file = join(folder, 'offers.json');
    const from = (text: string) => {
      writeFileSync(file, text);
      return desk.run('cart-offers', [SHOP, file]);
    };
    expect(await desk.run('cart-offers', [SHOP])).toBe(0);
    expect(desk.said).toEqual(['[]']);
    expect(await from(JSON.stringify([TOTE]))).toBe(0);
    expect(JSON.parse(desk.said.join(''))).toEqual([TOTE]);
    const free = { ...TOTE, id: 'week', points: 0, gives: { type: 'percent', percent: 5 } };
    for (const [text, why] of [
      ['[', 'could not be read'],
      ['{}', 'holds no offers'],
      [JSON.stringify([{ ...TOTE, points: -1 }]), '0.points'],
      [JSON.stringify([{ ...TOTE, extra: 1 }]), '0.extra'],
      [JSON.stringify([TOTE, TOTE]), 'same id'],
    ] as const)
      expect(await from(text)).toContain(why);
    expect(await desk.run('cart-offers', ['other.myshopify.com', file])).toContain('never heard');
    expect(await desk.run('cart-offers', [SHOP, join(folder, 'none')])).toContain('could not');
    expect(await desk.run('cart-offers', [SHOP])).toBe(0);
    expect(JSON.parse(desk.said.join(''))).toEqual([TOTE]);
    expect(await from(JSON.stringify([free]))).toBe(0);
    expect(JSON.parse(desk.said.join(''))).toEqual([free]);
  });
});
