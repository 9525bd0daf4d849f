/** Amounts as people type them: "5", "5.5" or "5,50" of a currency, whole points. */
import { AMOUNT_MAX, decimals, parseMinor, type Unit } from '../../../shared/amount.ts';

/** Above zero, in whole points or minor units; `undefined` for anything that is no such amount. */
export function readAmount(typed: string, unit: Unit): number | undefined {
  const text = typed
    .trim()
    .replace(/[\s\u00a0\u202f]/g, '')
    .replace(',', '.');
  if (!/^\d+(\.\d+)?$/.test(text)) return undefined;
  const [, fraction = ''] = text.split('.');
  const places = unit === 'points' ? 0 : decimals(unit);
  // Nobody means a part of the smallest coin.
  if (fraction.length > places) return undefined;
  const amount = unit === 'points' ? Number(text) : parseMinor(text, unit);
  return amount !== undefined && amount > 0 && amount <= AMOUNT_MAX ? amount : undefined;
}
