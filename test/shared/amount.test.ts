import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AMOUNT_MAX,
  currency,
  decimals,
  formatDecimal,
  isAmount,
  isCurrency,
  minor,
  minorFromNumber,
  parseMinor,
  points,
  scaleDown,
} from '../../shared/amount.ts';
import { AssertionError } from '../../shared/assert.ts';

const EUR = currency('EUR');
const JPY = currency('JPY');
const KWD = currency('KWD');
const anyCurrency = fc.constantFrom(EUR, JPY, KWD);
const anyAmount = fc.integer({ min: -AMOUNT_MAX, max: AMOUNT_MAX });

describe('making amounts', () => {
  it.each([0, 1, -1, AMOUNT_MAX, -AMOUNT_MAX])('[AM1] %s is an amount', (value) => {
    expect(isAmount(value)).toBe(true);
    expect(points(value)).toBe(value);
    expect(minor(value)).toBe(value);
  });

  it.each([0.5, NaN, Infinity, AMOUNT_MAX + 1, -AMOUNT_MAX - 1, 2 ** 53, '5', null, undefined, 5n])(
    '[AM1] %s is none',
    (value) => {
      expect(isAmount(value)).toBe(false);
      expect(() => points(value as number)).toThrow(AssertionError);
      expect(() => minor(value as number)).toThrow(AssertionError);
    },
  );

  it.each(['EUR', 'JPY', 'ZZZ'])('[AM1] %s is the form of a currency', (code) => {
    expect(isCurrency(code)).toBe(true);
    expect(currency(code)).toBe(code);
  });

  it.each(['eur', 'EU', 'EURO', '', ' EUR', 'E1R', 5, null])('[AM1] %s is no currency', (code) => {
    expect(isCurrency(code)).toBe(false);
    expect(() => currency(code as string)).toThrow(AssertionError);
  });

  it.each([
    ['JPY', 0],
    ['KRW', 0],
    ['XOF', 0],
    ['KWD', 3],
    ['TND', 3],
    ['EUR', 2],
    ['USD', 2],
    ['CAD', 2],
    ['ZZZ', 2],
  ])('[AM2] %s has %s decimals', (code, places) => {
    expect(decimals(currency(code))).toBe(places);
  });
});

describe('decimal text', () => {
  it.each([
    ['5', 'EUR', 500],
    ['5.00', 'EUR', 500],
    ['5.5', 'EUR', 550],
    [' 5.05 ', 'EUR', 505],
    ['-3.5', 'EUR', -350],
    ['0', 'EUR', 0],
    ['-0.00', 'EUR', 0],
    ['0.004', 'EUR', 0],
    ['-0.004', 'EUR', 0],
    ['0.005', 'EUR', 1],
    ['-0.005', 'EUR', -1],
    ['1.994999', 'EUR', 199],
    ['1.995', 'EUR', 200],
    ['007.10', 'EUR', 710],
    ['500', 'JPY', 500],
    ['500.4', 'JPY', 500],
    ['500.5', 'JPY', 501],
    ['1.234', 'KWD', 1234],
    ['1.2345', 'KWD', 1235],
    ['10000000000.00', 'EUR', AMOUNT_MAX],
  ])('[AM3] "%s" in %s is %s', (text, code, amount) => {
    const parsed = parseMinor(text, currency(code));
    expect(parsed).toBe(amount);
    expect(Object.is(parsed, -0)).toBe(false);
  });

  it.each([
    '',
    ' ',
    '.5',
    '5.',
    '5,00',
    '1 000',
    '+5',
    '--5',
    '1e3',
    '0x10',
    '٥',
    'NaN',
    'Infinity',
    '€5',
    '10000000000.01',
    '1234567890123456',
  ])('[AM3] "%s" is no amount', (text) => {
    expect(parseMinor(text, EUR)).toBeUndefined();
  });

  it('[AM4] every amount survives being written and read', () => {
    fc.assert(
      fc.property(anyAmount, anyCurrency, (amount, code) => {
        const text = formatDecimal({ amount: minor(amount), currency: code });
        expect(parseMinor(text, code)).toBe(amount);
      }),
    );
  });

  it.each([
    [500, 'EUR', '5.00'],
    [5, 'EUR', '0.05'],
    [-5, 'EUR', '-0.05'],
    [0, 'EUR', '0.00'],
    [500, 'JPY', '500'],
    [-1, 'JPY', '-1'],
    [1234, 'KWD', '1.234'],
    [7, 'KWD', '0.007'],
    [AMOUNT_MAX, 'EUR', '10000000000.00'],
  ])('[AM4] %s minor units of %s are written "%s"', (amount, code, text) => {
    expect(formatDecimal({ amount: minor(amount), currency: currency(code) })).toBe(text);
  });
});

describe('numbers from events', () => {
  it.each([
    [5, 'EUR', 500],
    [4.999999999, 'EUR', 500],
    [0.1 + 0.2, 'EUR', 30],
    [1.005, 'EUR', 101],
    [-1.005, 'EUR', -101],
    [8.2 * 100, 'JPY', 820],
    [1.1 + 2.2, 'KWD', 3300],
    [-0, 'EUR', 0],
    [1e-7, 'EUR', 0],
    [5.000000001e-3, 'EUR', 1],
  ])('[AM5] %s in %s is %s', (value, code, amount) => {
    expect(minorFromNumber(value, currency(code))).toBe(amount);
  });

  it.each([NaN, Infinity, -Infinity, 1e13, 1e300])('[AM5] %s is no amount', (value) => {
    expect(minorFromNumber(value, EUR)).toBeUndefined();
  });

  it('[AM5] every price up to a million, as the nearest binary number, comes back whole', () => {
    const upToAMillion = fc.integer({ min: -100_000_000, max: 100_000_000 });
    fc.assert(
      fc.property(upToAMillion, anyCurrency, (amount, code) => {
        expect(minorFromNumber(amount / 10 ** decimals(code), code)).toBe(amount);
      }),
    );
  });
});

describe('shares', () => {
  it.each([
    [100, 1, 2, 50],
    [101, 1, 2, 50],
    [0, 5, 3, 0],
    [7, 0, 3, 0],
    [10, 3, 10, 3],
    [AMOUNT_MAX, 1, 3, 333_333_333_333],
    [AMOUNT_MAX, 999_999, 1_000_000, 999_999_000_000],
  ])('[AM6] %s × %s ÷ %s is %s', (amount, numerator, denominator, share) => {
    expect(scaleDown(amount, numerator, denominator)).toBe(share);
  });

  it('[AM6] a share is the exact quotient without its fraction', () => {
    const amounts = fc.integer({ min: 0, max: AMOUNT_MAX });
    const parts = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(amounts, parts, parts, (amount, a, b) => {
        const [numerator, denominator] = a < b ? [a, b] : [b, a];
        const exact = (BigInt(amount) * BigInt(numerator)) / BigInt(denominator);
        expect(BigInt(scaleDown(amount, numerator, denominator))).toBe(exact);
      }),
    );
  });

  it.each([
    [-1, 1, 2],
    [0.5, 1, 2],
    [1, -1, 2],
    [1, 1, 0],
    [1, 0.5, 2],
    [AMOUNT_MAX, 2, 1],
    [999_999, 2 ** 52, 1_000_000],
    [3, 2 ** 52, 2 ** 53 - 1],
  ])('[AM6] %s × %s ÷ %s is refused', (amount, numerator, denominator) => {
    expect(() => scaleDown(amount, numerator, denominator)).toThrow(AssertionError);
  });
});
