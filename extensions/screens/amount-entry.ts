/** What a cashier types as an amount of money. */
import {
  decimals,
  formatDecimal,
  minor,
  parseMinor,
  type Currency,
  type Minor,
} from '../../shared/amount.ts';

/**
 * "5", "5.00" or "5,00" as minor units; `undefined` for anything else. One separator at most and no
 * more places than the currency has: "1,000" is refused for EUR rather than read as 1 or as 1000.
 */
export function parseEntry(text: string, currency: Currency): Minor | undefined {
  const match = /^(\d+)(?:[.,](\d+))?$/.exec(text.replace(/\s/g, ''));
  const [, whole = '', fraction = ''] = match ?? [];
  if (match === null || fraction.length > decimals(currency)) return undefined;
  return parseMinor(fraction === '' ? whole : `${whole}.${fraction}`, currency);
}

/** An amount as one may type it in this currency: "12.50", "1250" for yen. */
export function exampleEntry(currency: Currency): string {
  return formatDecimal({ currency, amount: minor(1_250) });
}
