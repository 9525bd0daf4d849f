/** What a merchant's page sends, read with the schemas that both sides share. */
import type { Request as Asked } from 'express';
import * as v from '../../shared/schema.ts';
import { HttpError } from '../http-error.ts';

/** The body as `schema` reads it; throws a 400 that names the first field that is wrong. */
export function bodyOf<T>(asked: Asked, schema: v.Schema<T>): T {
  const body: unknown = asked.body;
  const read = v.safeParse(schema, body);
  if (read.success && !Array.isArray(body)) return read.output;
  throw notAsItMustBe(read.success ? '' : read.issue.path);
}

/** The refusal of a body for what stands at `path` ("program.rewards.2.id"). */
export function notAsItMustBe(path: string): HttpError {
  const where = path || 'the body';
  return new HttpError(400, 'invalid-request', `Not as it must be: ${where.slice(0, 100)}.`);
}
