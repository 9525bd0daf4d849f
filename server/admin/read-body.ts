/** What a merchant's page sends, read with the schemas that both sides share. */
import type { Request as Asked } from 'express';
import * as v from '../../shared/schema.ts';
import { HttpError } from '../http-error.ts';

/** The body as `schema` reads it; throws a 400 that names the first field that is wrong. */
export function bodyOf<T>(asked: Asked, schema: v.Schema<T>): T {
  const body: unknown = asked.body;
  const odd = oddPlace(body);
  if (odd !== undefined) throw notAsItMustBe(odd);
  const read = v.safeParse(schema, body);
  if (read.success && !Array.isArray(body)) return read.output;
  throw notAsItMustBe(read.success ? '' : read.issue.path);
}

/** Whether a database holds this text: PostgreSQL knows no NUL, and UTF-8 no half of a pair. */
export const isPlain = (value: string): boolean =>
  value.isWellFormed() && !value.includes('\u0000');

/** Where in a body a text is that is not plain, a name of a field among them. */
function oddPlace(value: unknown): string | undefined {
  if (typeof value === 'string') return isPlain(value) ? undefined : '';
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    if (!isPlain(name)) return '';
    const place = oddPlace(inner);
    if (place !== undefined) return place === '' ? name : `${name}.${place}`;
  }
  return undefined;
}

/** The refusal of a body for what stands at `path` ("program.rewards.2.id"). */
export function notAsItMustBe(path: string): HttpError {
  const where = path || 'the body';
  return new HttpError(400, 'invalid-request', `Not as it must be: ${where.slice(0, 100)}.`);
}
