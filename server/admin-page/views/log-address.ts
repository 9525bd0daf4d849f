/** The log's filters as they stand in the address, so that a link shares them and back works. */
import { LOG_STATES, type LogState } from '../../../shared/merchant/log.ts';
import type { Query } from '../asking.ts';
import type { Format } from '../format.ts';

export const FILTER_NAMES = [
  'text',
  'device',
  'staff',
  'customer',
  'location',
  'kind',
  'state',
  'from',
  'to',
] as const;
export type FilterName = (typeof FILTER_NAMES)[number];

/** As the address says it: days like "2026-12-01", numbers as text; what is absent is not asked. */
export type AddressFilter = { readonly [Name in FilterName]?: string };

/** Those that a list of syncs can be narrowed by. */
export const SYNC_FILTERS: readonly FilterName[] = ['device', 'from', 'to'];

const NUMBER = /^[1-9]\d{0,15}$/;
const SHAPES: { readonly [Name in FilterName]: (value: string) => boolean } = {
  text: (value) => value.length <= 100,
  device: (value) => value.length <= 64,
  staff: isNumber,
  customer: isNumber,
  location: (value) => value === '0' || isNumber(value),
  kind: (value) => /^[a-z-]{1,40}$/.test(value),
  state: (value) => LOG_STATES.includes(value as LogState),
  from: isDay,
  to: isDay,
};

function isNumber(value: string): boolean {
  return NUMBER.test(value) && Number.isSafeInteger(Number(value));
}

/** A day that the calendar has. */
export function isDay(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && dayAfter(value, 0) === value;
}

/** The day so many days after that one: ("2026-02-28", 1) is "2026-03-01". */
export function dayAfter(day: string, days: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const at = new Date(Date.UTC(year, month - 1, date + days));
  return at.toISOString().slice(0, 10);
}

/** What can't be meant is left out, as if it had not been asked. */
export function filterOf(address: URLSearchParams): AddressFilter {
  const pairs = FILTER_NAMES.flatMap((name): [FilterName, string][] => {
    const value = address.get(name)?.trim() ?? '';
    return value !== '' && SHAPES[name](value) ? [[name, value]] : [];
  });
  return Object.fromEntries(pairs);
}

/** The address with one part of the filter changed; `undefined` or '' takes it away. */
export function withFilter(
  address: URLSearchParams,
  change: { readonly [Name in FilterName]?: string | undefined },
): URLSearchParams {
  const changed = new URLSearchParams(address);
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined || value.trim() === '') changed.delete(name);
    else changed.set(name, value.trim());
  }
  return changed;
}

/** What the server is asked: days become times in the shop's zone, the last day as a whole. */
export function queryOf(
  filter: AddressFilter,
  { midnight }: Pick<Format, 'midnight'>,
  names: readonly FilterName[] = FILTER_NAMES,
): Query {
  const pairs = names.flatMap((name): [string, string | number | undefined][] => {
    const value = filter[name];
    if (value === undefined) return [];
    if (name === 'from') return [[name, midnight(value)]];
    if (name === 'to') return [[name, midnight(dayAfter(value, 1))]];
    return [[name, value]];
  });
  return Object.fromEntries(pairs);
}
