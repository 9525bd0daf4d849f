/** What the merchant's page asks of the sync log, read from the address. */
import type { Request as Asked } from 'express';
import { LOG_PAGE_ROWS, LOG_PAGE_ROWS_MAX, LOG_STATES } from '../../shared/merchant/log.ts';
import type { LogFilter } from '../../shared/merchant/log.ts';
import { timeSchema } from '../../shared/merchant/fields.ts';
import { id, text, whole } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';
import { HttpError } from '../http-error.ts';
import { isPlain } from './read-body.ts';

const nameSchema = v.pipe(text(100), v.minLength(1));
const FILTER: { readonly [Name in keyof LogFilter]-?: v.Schema<unknown> } = {
  device: v.pipe(text(64), v.minLength(1)),
  staff: id,
  customer: id,
  location: whole(0),
  kind: v.pipe(v.string(), v.regex(/^[a-z-]{1,40}$/)),
  state: v.picklist(LOG_STATES),
  from: timeSchema,
  to: timeSchema,
  text: nameSchema,
};
const NUMBERS: ReadonlySet<string> = new Set(['staff', 'customer', 'location', 'from', 'to']);

/** What is asked of a list; a name that is absent or empty is not asked. Throws a 400. */
export function filterOf(asked: Asked): LogFilter {
  const found = Object.entries(FILTER).map(([name, schema]): [string, unknown] => {
    const value = given(asked, name);
    if (value === undefined) return [name, undefined];
    const read = v.safeParse(schema, NUMBERS.has(name) ? asNumber(value) : value);
    if (!read.success) throw invalid(name);
    return [name, read.output];
  });
  return Object.fromEntries(found);
}

export interface PageAsked {
  /** Only what stands below this number of the list. */
  readonly before: number | undefined;
  readonly limit: number;
}

export function pageOf(asked: Asked): PageAsked {
  const limit = wholeIn(asked, 'limit', 1) ?? LOG_PAGE_ROWS;
  return { before: wholeIn(asked, 'before', 1), limit: Math.min(limit, LOG_PAGE_ROWS_MAX) };
}

/** A whole number from `least`; throws a 400 for anything else. */
export function wholeIn(asked: Asked, name: string, least: number): number | undefined {
  const value = given(asked, name);
  if (value === undefined) return undefined;
  const read = v.safeParse(whole(least), asNumber(value));
  if (!read.success) throw invalid(name);
  return read.output;
}

function given(asked: Asked, name: string): string | undefined {
  const value: unknown = asked.query[name];
  if (value === undefined || value === '') return undefined;
  // The same name twice, say.
  if (typeof value !== 'string' || !isPlain(value)) throw invalid(name);
  return value.trim();
}

const asNumber = (value: string): unknown => (/^\d{1,16}$/.test(value) ? Number(value) : value);

export function invalid(name: string): HttpError {
  return new HttpError(400, 'invalid-parameter', `"${name}" is not as it may be.`);
}
