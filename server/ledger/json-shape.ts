/** What JSON may look like before anybody reads it: the request as a whole, and each operation. */

/** Levels of a whole request, the request itself being the first. */
export const JSON_DEPTH_MAX = 8;
/** Where an operation stands: in the list of its request. */
const OPERATION_DEPTH = 3;
const FORBIDDEN_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];

export type ShapeFault = 'too-deep' | 'forbidden-key';

/**
 * Why this request is refused as a whole. Its operations are left to `operationFault`, so that a
 * bad one holds back no other.
 */
export function requestFault(body: unknown): ShapeFault | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return shapeFault(body, 1);
  const fields: (readonly [string, unknown])[] = Object.entries(body);
  if (fields.some(([name]) => FORBIDDEN_KEYS.includes(name))) return 'forbidden-key';
  for (const [name, inner] of fields) {
    if (name === 'operations' && Array.isArray(inner)) continue;
    const fault = shapeFault(inner, 2);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Why this operation can't be read. */
export function operationFault(raw: unknown): ShapeFault | undefined {
  return shapeFault(raw, OPERATION_DEPTH);
}

/** The same value without what is nested too deep; its keys stay what they are, text. */
export function outline(value: unknown, depth = OPERATION_DEPTH): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > JSON_DEPTH_MAX) return '…';
  if (Array.isArray(value)) return value.map((item: unknown) => outline(item, depth + 1));
  const fields = Object.entries(value).map(([key, field]: [string, unknown]) => [
    key,
    outline(field, depth + 1),
  ]);
  // Defines each key as its own, `__proto__` too; an assignment would set the prototype.
  return Object.fromEntries(fields);
}

function shapeFault(value: unknown, depth: number): ShapeFault | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > JSON_DEPTH_MAX) return 'too-deep';
  if (!Array.isArray(value) && Object.keys(value).some((key) => FORBIDDEN_KEYS.includes(key)))
    return 'forbidden-key';
  for (const inner of Object.values(value)) {
    const fault = shapeFault(inner, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
