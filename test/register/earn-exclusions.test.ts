/** Products that earn nothing, at the register that cuts off or not tells what a sale earned. */
import { describe, expect, it } from 'vitest';
import type { Program } from '../../shared/program.ts';
import { programSchema } from '../../shared/program.ts';
import * as v from '../../shared/schema.ts';
import { PROGRAM, runWith } from './device.ts';
import { createScene, only, sale } from './transactions.ts';

const COFFEE = { uuid: 'c', productId: 11, quantity: 1, price: 10, discounts: [] };
const BOOK = { uuid: 'b', productId: 8_000_000_000_022, quantity: 1, price: 20, discounts: [] };
const CUSTOM = { uuid: 'x', productId: undefined, quantity: 2, price: 2.5, discounts: [] };
const CARD = { uuid: 'g', productId: 33, quantity: 1, price: 50, isGiftCard: true, discounts: [] };

async function earned(
  lineItems: readonly object[],
  paid: number,
  excludedProducts: readonly number[] | undefined = [BOOK.productId, CARD.productId],
) {
  const { read, outbox } = await createScene();
  const earn: Program['earn'] = { points: 1, per: 1, excludedProducts: [...excludedProducts] };
  await outbox.saveRun(runWith({ from: 10, cursor: 11, program: { ...PROGRAM, earn } }));
  const money = { amount: paid, currency: 'EUR' };
  const drafts = await read(sale({ lineItems, subtotal: money, grandTotal: money }));
  return drafts.length === 0 ? undefined : only(drafts, 'earn').body;
}

describe('products that earn nothing', () => {
  it('[MS21] the rest of a sale earns, and a discount counts evenly on all of it', async () => {
    expect(await earned([COFFEE, BOOK], 30)).toMatchObject({ points: 1_000, goods: 3_000 });
    expect((await earned([COFFEE, BOOK], 24))?.eligible.amount).toBe(800);
    expect((await earned([COFFEE, CUSTOM, BOOK], 35))?.points).toBe(1_500);
    // A third of 10.00, and no minor unit more.
    expect((await earned([COFFEE, BOOK], 10))?.points).toBe(333);
  });

  it('[MS21] a sale of nothing else earns nothing, and gift cards stay money', async () => {
    expect(await earned([BOOK], 20)).toBeUndefined();
    expect(await earned([BOOK, CARD], 70)).toBeUndefined();
    expect((await earned([COFFEE, CARD], 60))?.points).toBe(1_000);
    expect((await earned([COFFEE, BOOK, CARD], 80))?.points).toBe(1_000);
  });

  it('[MS21] without any, and in a program of before, all goods earn', async () => {
    expect((await earned([COFFEE, BOOK, CUSTOM], 35, []))?.points).toBe(3_500);
    expect(v.parse(programSchema, PROGRAM)).toEqual(PROGRAM);
    const { read } = await createScene();
    const lineItems = [COFFEE, BOOK];
    const money = { amount: 30, currency: 'EUR' };
    const [draft] = await read(sale({ lineItems, subtotal: money, grandTotal: money }));
    expect(draft).toMatchObject({ kind: 'earn', body: { eligible: { amount: 3_000 } } });
  });
});
