/** A schema as plain data, so that its shape can be compared and hashed. */
import { createHash } from 'node:crypto';

/**
 * Every fact of the schema that decides what it accepts: kinds, fields, bounds, patterns, choices.
 * The code of a custom check or a transformation is no data and stands as its kind only.
 */
export function shapeOf(schema: unknown): unknown {
  if (schema instanceof RegExp) return `/${schema.source}/${schema.flags}`;
  if (typeof schema === 'function') return 'function';
  if (Array.isArray(schema)) return schema.map(shapeOf);
  if (typeof schema !== 'object' || schema === null) return schema;
  const facts = Object.entries(schema).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(facts.map(([key, value]) => [key, shapeOf(value)]));
}

/** Hash of the shapes of named schemas and constants. */
export function shapeHash(parts: Readonly<Record<string, unknown>>): string {
  return createHash('sha256')
    .update(JSON.stringify(shapeOf(parts)))
    .digest('hex')
    .slice(0, 16);
}
