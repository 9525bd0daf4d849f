/** Every word and number on a screen: Shopify's `i18n`, with our keys checked by the compiler. */
import { decimals, formatDecimal, type Money, type Unit, type Value } from '../../shared/amount.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import type english from '../pos/locales/en.default.json';

interface Plural {
  readonly other: string;
}

/** Dotted paths of a locale file's texts; a plural's forms are one text. */
type Keys<T, Wanted, Path extends string = ''> = {
  [K in keyof T & string]: T[K] extends Plural | string
    ? T[K] extends Wanted
      ? `${Path}${K}`
      : never
    : Keys<T[K], Wanted, `${Path}${K}.`>;
}[keyof T & string];

export type TextKey = Keys<typeof english, string>;
export type CountedKey = Keys<typeof english, Plural>;
type Values = Readonly<Record<string, string>>;

/** The part of Shopify's `i18n` that screens use. */
export interface Translator {
  translate(key: string, values?: Record<string, string | number>): string;
  formatNumber(value: number, options?: Intl.NumberFormatOptions): string;
  formatCurrency(value: number, options?: Intl.NumberFormatOptions): string;
  formatDate(date: Date, options?: Intl.DateTimeFormatOptions): string;
}

export interface Words {
  /** IETF tag of the language that POS shows now. */
  locale(): string;
  text(key: TextKey, values?: Values): string;
  /** The plural form for `count`, which also stands in the text as `{{number}}`. */
  counted(key: CountedKey, count: number, values?: Values): string;
  number(value: number): string;
  money(money: Money): string;
  /** "120 points" or "€5.00". */
  value(value: Value): string;
  /** "14:03", with the date in front when that is not today. */
  time(at: number): string;
  /** "5 min", "3 hours": how long ago, or how old. */
  age(ms: number): string;
}

/** As much of a customer's id as tells two people at one counter apart. */
export const lastDigits = (customer: CustomerId): string => `…${String(customer).slice(-4)}`;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Binds the platform's translator; `now` decides whether a time needs its date. */
export function createWords(
  i18n: Translator,
  { locale, now }: { readonly locale: () => string; readonly now: () => number },
): Words {
  const day = (at: number) => i18n.formatDate(new Date(at), { dateStyle: 'medium' });
  const counted: Words['counted'] = (key, count, values) =>
    i18n.translate(key, { ...values, count, number: i18n.formatNumber(count) });
  const money = (money: Money) => {
    // Shown, never counted with: the one place where money becomes a floating number.
    const digits = decimals(money.currency);
    return i18n.formatCurrency(Number(formatDecimal(money)), {
      currency: money.currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  };
  return {
    locale,
    text: (key, values) => i18n.translate(key, values),
    counted,
    number: (value) => i18n.formatNumber(value),
    money,
    value: ({ unit, amount }) =>
      isPoints(unit)
        ? counted('value.points', amount)
        : money({ currency: unit, amount: amount as Money['amount'] }),
    time: (at) => {
      const time = i18n.formatDate(new Date(at), { timeStyle: 'short' });
      return day(at) === day(now()) ? time : `${day(at)}, ${time}`;
    },
    age: (ms) => {
      if (ms < MINUTE_MS) return i18n.translate('age.now');
      if (ms < HOUR_MS) return counted('age.minutes', Math.floor(ms / MINUTE_MS));
      if (ms < 2 * DAY_MS) return counted('age.hours', Math.floor(ms / HOUR_MS));
      return counted('age.days', Math.floor(ms / DAY_MS));
    },
  };
}

function isPoints(unit: Unit): unit is 'points' {
  return unit === 'points';
}
