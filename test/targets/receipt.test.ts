import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { minor } from '../../shared/amount.ts';
import { receiptTexts } from '../../extensions/pos/src/ui/receipt-lines.ts';
import { ALICE, BOB, openCounter, shown, type Counter } from './counter.ts';
import { ORDER, before, sellOffline, sold, syncOnce } from './sales.ts';
import { LANGUAGES, textsOf } from './translator.ts';

let counter: Counter;
beforeEach(async () => {
  counter = await openCounter();
});
afterEach(() => counter.close());

/** What POS hands to a receipt has every field, empty or not. */
const print = (transaction: object) =>
  counter.open('pos.receipt-footer.block.render', {
    transaction: { customer: undefined, ...transaction },
  });

/** A sale after everything that this device has heard, whatever its clock's resolution is. */
const soldNow = () => sold(counter, undefined, -1_000);

describe('the receipt', () => {
  it('[TO14] prints what was redeemed and earned, and the balance with its age', async () => {
    const ref = await sellOffline(counter);
    await print(soldNow());
    expect(document.querySelector('s-pos-block')?.getAttribute('heading')).toBe('Sunny Days');
    const [heading, redeemed, earned, balance, ...more] = shown().split('\n');
    expect(heading).toBe('Sunny Days');
    expect(redeemed).toBe(`Coffee: −200 · ${ref}`);
    expect(earned).toBe('Points: +16 (added soon)');
    expect(balance).toMatch(/^Points balance \(\d+:\d\d [AP]M\): 800$/);
    expect(more).toEqual([]);
    expect(counter.requests).toEqual([]);
  });

  it('[TO14] points that are in the printed balance are not called late', async () => {
    await sellOffline(counter);
    await syncOnce(counter);
    await print(sold(counter, undefined, 60_000));
    expect(shown()).toMatch(/Points: \+16\nPoints balance \([^)]+\): 816$/);
  });

  it('[TO14] a sale that the background has not stored yet is printed all the same', async () => {
    await syncOnce(counter);
    await counter.fillCart(ALICE);
    await print(soldNow());
    expect(shown()).toMatch(/Points: \+20 \(added soon\)\nPoints balance \([^)]+\): 1,000$/);
  });

  it('[TO14] store credit is printed as money', async () => {
    await syncOnce(counter);
    await counter.fillCart(ALICE);
    await before(
      counter,
      async (register) => {
        const credit = minor(550);
        await register.redeem({ customer: ALICE, credit, title: 'Store credit' });
      },
      { isConnected: false },
    );
    await print(soldNow());
    expect(shown()).toMatch(/Store credit: −€5\.50 · \w{10}\n/);
  });

  it('[TO14] of a return, and of a receipt printed again, the balance alone', async () => {
    await syncOnce(counter);
    for (const transactionType of ['Return', 'Reprint']) {
      await counter.fillCart(BOB);
      await print({ ...sold(counter, ORDER), transactionType });
      expect(shown()).toMatch(/^Sunny Days\nPoints balance \([^)]+\): 10$/);
    }
  });

  it.each([
    ['fr-FR', /Points: \+16 \(bientôt ajoutés\)\nSolde de points \(\d\d:\d\d\): 800/],
    ['de-AT', /Punkte: \+16 \(folgen bald\)\nPunktestand \(\d\d:\d\d\): 800/],
    ['es', /Puntos: \+16 \(se suman pronto\)\nSaldo de puntos \(\d?\d:\d\d\): 800/],
    ['ja', /ポイント: \+16 \(まもなく加算\)\nポイント残高 \(\d?\d:\d\d\): 800/],
    ['it', /Points: \+16 \(added soon\)\nPoints balance \(\d?\d:\d\d\): 800/],
  ])(
    '[TO14] in the language of the register, English where that is none of ours: %s',
    async (locale, lines) => {
      counter.locale.value = locale;
      await sellOffline(counter);
      await print(soldNow());
      expect(shown()).toMatch(lines);
    },
  );

  it('[TO14] every language of the screens is a language of the receipt', () => {
    const files = readdirSync(join(import.meta.dirname, '../../extensions/pos/locales'));
    for (const language of files.map((name) => name.slice(0, 2))) {
      const words = textsOf(LANGUAGES[language] ?? {}).get('receipt.balance');
      expect(receiptTexts(language).translate('receipt.balance'), language).toBe(words?.['']);
    }
  });
});

describe('a receipt that has nothing to say', () => {
  it('[TO15] a sale without a customer leaves no trace on it', async () => {
    await syncOnce(counter);
    await counter.fillCart();
    await print(soldNow());
    expect(document.body.innerHTML).toBe('');
  });

  it('[TO15] nor does a register that never heard of the program', async () => {
    await counter.fillCart(ALICE);
    await print(soldNow());
    expect(document.body.innerHTML).toBe('');
  });

  it('[TO15] storage that fails, and data that can’t be read, cost these lines alone', async () => {
    await syncOnce(counter);
    await counter.fillCart(ALICE);
    await print({ ...sold(counter), subtotal: 'free', discounts: null, lineItems: 7 });
    expect(shown()).toMatch(/^Sunny Days\nPoints balance/);
    const entries = () => Promise.reject(new Error('disk I/O error'));
    counter.storage = { ...counter.storage, entries };
    document.body.innerHTML = '';
    await print(soldNow());
    expect(document.body.innerHTML).toBe('');
  });

  it('[TO15] a storage that never answers delays the receipt by two seconds at most', async () => {
    await syncOnce(counter);
    await counter.fillCart(ALICE);
    const never = () => new Promise<never>(() => undefined);
    counter.storage = { ...counter.storage, entries: never };
    const sleep = vi.fn(() => Promise.resolve());
    const { clock } = await import('../../extensions/pos/src/platform.ts');
    clock.sleep = sleep;
    await print(soldNow());
    expect(sleep).toHaveBeenCalledExactlyOnceWith(2_000, expect.anything());
    expect(document.body.innerHTML).toBe('');
  });
});
