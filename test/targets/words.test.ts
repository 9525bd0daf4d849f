// @vitest-environment node
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleEntry, parseEntry } from '../../extensions/screens/amount-entry.ts';
import { createWords } from '../../extensions/screens/words.ts';
import { currency, formatDecimal, minor } from '../../shared/amount.ts';
import { HOUR_MS, MINUTE_MS, NOON } from './states.ts';
import { createTranslator } from './translator.ts';

const wordsIn = (locale: string) =>
  createWords(createTranslator(locale), { locale: () => locale, now: () => NOON });
/** Intl writes no-break spaces; a reader of this test doesn't. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

const EUR = currency('EUR');
const JPY = currency('JPY');
const KWD = currency('KWD');

describe('amounts on the screen', () => {
  it('[TX6] money has the decimals of its currency, in the language of the register', () => {
    const [en, fr] = [wordsIn('en-US'), wordsIn('fr-FR')];
    expect(plain(en.money({ currency: EUR, amount: minor(123_450) }))).toBe('€1,234.50');
    expect(plain(fr.money({ currency: EUR, amount: minor(123_450) }))).toBe('1 234,50 €');
    expect(plain(en.money({ currency: JPY, amount: minor(1_250) }))).toBe('¥1,250');
    expect(plain(en.money({ currency: KWD, amount: minor(1_250) }))).toBe('KWD 1.250');
    expect(plain(en.money({ currency: EUR, amount: minor(-5) }))).toBe('-€0.05');
  });

  it('[TX6] points are counted in the language of the register', () => {
    expect(wordsIn('en-US').value({ unit: 'points', amount: 1 })).toBe('1 point');
    expect(plain(wordsIn('fr-FR').value({ unit: 'points', amount: 1_200 }))).toBe('1 200 points');
    expect(wordsIn('fr-FR').value({ unit: 'points', amount: 0 })).toBe('0 point');
    expect(wordsIn('en-US').value({ unit: EUR, amount: 500 })).toBe('€5.00');
  });

  it('[LO9] points, money, ages and times read as each language writes them', () => {
    const read = (locale: string) => {
      const words = wordsIn(locale);
      return [
        ...[0, 1, 2, 1_200, 1_000_000].map((amount) => words.value({ unit: 'points', amount })),
        words.money({ currency: EUR, amount: minor(123_450) }),
        words.age(47 * HOUR_MS),
        words.age(48 * HOUR_MS),
        words.time(NOON - HOUR_MS),
      ].map(plain);
    };
    expect(read('de-DE')).toEqual([
      ...['0 Punkte', '1 Punkt', '2 Punkte', '1.200 Punkte', '1.000.000 Punkte'],
      ...['1.234,50 €', '47 Stunden', '2 Tage', '11:00'],
    ]);
    expect(read('es-ES')).toEqual([
      ...['0 puntos', '1 punto', '2 puntos', '1200 puntos', '1.000.000 puntos'],
      ...['1234,50 €', '47 horas', '2 días', '11:00'],
    ]);
    expect(read('ja-JP')).toEqual([
      ...['0ポイント', '1ポイント', '2ポイント', '1,200ポイント', '1,000,000ポイント'],
      ...['€1,234.50', '47時間', '2日', '11:00'],
    ]);
  });

  it('[TX7] ages are in whole units, and a time of another day has its date', () => {
    const { age, time } = wordsIn('en-US');
    expect(
      [59_999, MINUTE_MS, 59 * MINUTE_MS, HOUR_MS, 47 * HOUR_MS, 48 * HOUR_MS].map(age),
    ).toEqual(['under a minute', '1 min', '59 min', '1 hour', '47 hours', '2 days']);
    expect(plain(time(NOON - HOUR_MS))).toBe('11:00 AM');
    expect(plain(time(NOON - 24 * HOUR_MS))).toBe('Jul 3, 2026, 12:00 PM');
  });
});

describe('amounts typed by a cashier', () => {
  it('[TX8] a point and a comma both separate decimals', () => {
    expect(parseEntry('5', EUR)).toBe(500);
    expect(parseEntry('5.5', EUR)).toBe(550);
    expect(parseEntry(' 5,50 ', EUR)).toBe(550);
    expect(parseEntry('1 250', JPY)).toBe(1_250);
    expect(parseEntry('1,250', KWD)).toBe(1_250);
  });

  it('[TX8] what could be read in two ways or has too many places is refused', () => {
    for (const text of [
      '',
      '.',
      '5.',
      ',5',
      '1,000',
      '1.000',
      '1,000.00',
      '5.005',
      '-5',
      '+5',
      'e3',
    ])
      expect(parseEntry(text, EUR), text).toBeUndefined();
    expect(parseEntry('12.5', JPY)).toBeUndefined();
    expect(parseEntry('9'.repeat(15), EUR)).toBeUndefined();
  });

  it('[TX8] every amount reads back as it is written, with either separator', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000_000 }),
        fc.constantFrom(EUR, JPY, KWD),
        (amount, code) => {
          const text = formatDecimal({ amount: minor(amount), currency: code });
          expect(parseEntry(text, code)).toBe(amount);
          expect(parseEntry(text.replace('.', ','), code)).toBe(amount);
        },
      ),
    );
    expect([EUR, JPY, KWD].map((code) => parseEntry(exampleEntry(code), code))).toEqual([
      1_250, 1_250, 1_250,
    ]);
  });
});
