/** Times in the shop's zone and amounts in its money, in the merchant's language. */
import { TZDate } from '@date-fns/tz';
import { format, formatDistanceStrict, startOfDay } from 'date-fns';
import { enGB, fr } from 'date-fns/locale';
import { decimals, formatDecimal, minor, type Unit } from '../../shared/amount.ts';
import type { Language } from './language.ts';

const LOCALES = { en: enGB, fr } as const;

export interface Format {
  /** "14:03" */
  time(at: number): string;
  /** "1 Dec 2026, 14:03" */
  moment(at: number): string;
  /** "1 December 2026" */
  day(at: number): string;
  /** "Tue 1" */
  weekday(at: number): string;
  /** "3 hours ago" */
  ago(at: number): string;
  /** "3 hours" */
  duration(ms: number): string;
  /** "1,250 points" or "€12.50"; signs stay. */
  amount(unit: Unit, amount: number): string;
  /** The same with a sign also above zero. */
  change(unit: Unit, amount: number): string;
  /** "1,250" */
  count(value: number): string;
  /** "3.4": at most so many digits behind the point. */
  decimal(value: number, digits: number): string;
  /** Midnight of that day in the shop's zone, ms since 1970. */
  startOfDay(at: number): number;
  /** Midnight at the begin of a day like "2026-12-01" in the shop's zone. */
  midnight(day: string): number | undefined;
  /** The day in the shop's zone as "2026-12-01". */
  date(at: number): string;
}

export function createFormat(by: {
  readonly language: Language;
  readonly timeZone: string;
  readonly now: () => number;
}): Format {
  const { language, timeZone, now } = by;
  const locale = LOCALES[language];
  const zoned = (at: number) => new TZDate(at, timeZone);
  const write = (at: number, pattern: string) => format(zoned(at), pattern, { locale });
  const counted = new Intl.NumberFormat(language);

  const money = (unit: Exclude<Unit, 'points'>, amount: number): string => {
    const digits = decimals(unit);
    const options = { style: 'currency', currency: unit } as const;
    const sized = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    const text = formatDecimal({ currency: unit, amount: minor(Math.abs(amount)) });
    const written = new Intl.NumberFormat(language, { ...options, ...sized });
    // As text: what a balance can hold has more digits than a number keeps behind its point.
    return written.format(`${amount < 0 ? '-' : ''}${text}` as Intl.StringNumericLiteral);
  };
  const pointsText = (amount: number): string => {
    const word = Math.abs(amount) === 1 ? 'point' : 'points';
    return `${counted.format(amount)} ${word}`;
  };
  const amountText = (unit: Unit, amount: number): string =>
    unit === 'points' ? pointsText(amount) : money(unit, amount);

  return {
    time: (at) => write(at, 'HH:mm'),
    moment: (at) => write(at, 'd MMM yyyy, HH:mm'),
    day: (at) => write(at, 'd MMMM yyyy'),
    weekday: (at) => write(at, 'EEE d'),
    ago: (at) => formatDistanceStrict(at, now(), { addSuffix: true, locale }),
    duration: (ms) => formatDistanceStrict(0, ms, { locale }),
    amount: amountText,
    change: (unit, amount) => `${amount > 0 ? '+' : ''}${amountText(unit, amount)}`,
    count: (value) => counted.format(value),
    decimal: (value, maximumFractionDigits) =>
      new Intl.NumberFormat(language, { maximumFractionDigits }).format(value),
    startOfDay: (at) => startOfDay(zoned(at)).getTime(),
    midnight(day) {
      const read = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
      if (read === null) return undefined;
      const [year, month, date] = read.slice(1).map(Number);
      return new TZDate(year ?? 0, (month ?? 1) - 1, date ?? 1, timeZone).getTime();
    },
    date: (at) => write(at, 'yyyy-MM-dd'),
  };
}
