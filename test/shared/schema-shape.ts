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
  // A message's own field may be called `kind` too: only the library's objects have a `~run`.
  const isSchema = '~run' in schema;
  const facts = Object.entries(schema)
    .filter(([key]) => !isSchema || !(key.startsWith('~') || LEFT_OUT.has(key)))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(facts.map(([key, value]) => [key, shapeOf(value)]));
}

/** What the library works with or says to people, and what only repeats another fact. */
const LEFT_OUT = new Set(['reference', 'expects', 'async', 'message', 'operation', 'kind']);

/** Hash of the shapes of named schemas and constants. */
export function shapeHash(parts: Readonly<Record<string, unknown>>): string {
  return createHash('sha256')
    .update(JSON.stringify(shapeOf(parts)))
    .digest('hex')
    .slice(0, 16);
}
