/**
 * The only arithmetic on value. Every amount is a whole number: loyalty points, or the minor unit
 * of a currency (cents). Floating point is met at the edge alone (POS events carry money as a
 * JavaScript number, the cart as text) and becomes an integer there, by way of decimal text.
 */
import { assert } from './assert.ts';

declare const brand: unique symbol;

/** Whole loyalty points. */
export type Points = number & { readonly [brand]: 'points' };

/** Whole minor units of one currency (cents for EUR, yen for JPY). */
export type Minor = number & { readonly [brand]: 'minor' };

/** ISO 4217 code in capitals. */
export type Currency = string & { readonly [brand]: 'currency' };

/** What an account is counted in: loyalty points, or store credit in one currency. */
export type Unit = 'points' | Currency;

/** An amount with the unit it is counted in; `amount` is whole points or whole minor units. */
export interface Value {
  readonly unit: Unit;
  readonly amount: number;
}

export interface Money {
  readonly currency: Currency;
  readonly amount: Minor;
}

/** Far below 2^53, so that sums of a million accounts stay exact. */
export const AMOUNT_MAX = 1_000_000_000_000;

const CURRENCY = /^[A-Z]{3}$/;
const NO_DECIMALS = new Set(
  'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '),
);
const THREE_DECIMALS = new Set('BHD IQD JOD KWD LYD OMR TND'.split(' '));

export function isAmount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Math.abs(value as number) <= AMOUNT_MAX;
}

function amount(value: number): number {
  assert(isAmount(value), `a whole amount, got ${value}`);
  return value;
}

export const points = (value: number): Points => amount(value) as Points;

export const minor = (value: number): Minor => amount(value) as Minor;

export function isCurrency(value: unknown): value is Currency {
  return typeof value === 'string' && CURRENCY.test(value);
}

export function isUnit(value: unknown): value is Unit {
  return value === 'points' || isCurrency(value);
}

export function currency(code: string): Currency {
  assert(isCurrency(code), `an ISO 4217 code, got ${code}`);
  return code;
}

/** Decimal places of a currency by ISO 4217: 0 for JPY, 3 for KWD, else 2. */
export function decimals(code: Currency): number {
  if (NO_DECIMALS.has(code)) return 0;
  return THREE_DECIMALS.has(code) ? 3 : 2;
}

const DECIMAL = /^(-?)(\d{1,15})(?:\.(\d{1,20}))?$/;

/**
 * Decimal text ("5.00", "-3.5") as minor units; half a unit rounds away from zero.
 * `undefined` when the text is no plain decimal number or too large.
 */
export function parseMinor(text: string, code: Currency): Minor | undefined {
  const match = DECIMAL.exec(text.trim());
  if (match === null) return undefined;
  const places = decimals(code);
  const [, sign = '', whole = '0', fraction = ''] = match;
  const kept = fraction.slice(0, places).padEnd(places, '0');
  const up = (fraction[places] ?? '0') >= '5' ? 1 : 0;
  const size = Number(whole + kept) + up;
  const signed = sign === '-' && size !== 0 ? -size : size;
  return isAmount(signed) ? (signed as Minor) : undefined;
}

/** A JavaScript number from a POS event (5, 4.999999999) as minor units, by its decimal text. */
export function minorFromNumber(value: number, code: Currency): Minor | undefined {
  if (!Number.isFinite(value) || Math.abs(value) > AMOUNT_MAX) return undefined;
  return parseMinor(value.toFixed(8), code);
}

/**
 * Minor units as the plain decimal text that the cart API takes: 500 EUR → "5.00", 500 JPY → "500".
 */
export function formatDecimal({ amount, currency: code }: Money): string {
  const places = decimals(code);
  const digits = String(Math.abs(amount)).padStart(places + 1, '0');
  const cut = digits.length - places;
  const text = places === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return amount < 0 ? `-${text}` : text;
}

/** `floor(amount × numerator ÷ denominator)` in exact integers; the result must fit. */
export function scaleDown(amount: number, numerator: number, denominator: number): number {
  const isFraction = Number.isSafeInteger(numerator) && Number.isSafeInteger(denominator);
  assert(
    isAmount(amount) && isFraction && amount >= 0 && numerator >= 0 && denominator > 0,
    'a whole amount',
  );
  const whole = Math.floor(amount / denominator);
  const rest = amount % denominator;
  const result = whole * numerator + Math.floor((rest * numerator) / denominator);
  assert(isAmount(result) && Number.isSafeInteger(rest * numerator), 'a whole amount');
  return result;
}
