/** What JSON may look like before anybody reads it. */

export const JSON_DEPTH_MAX = 8;
const FORBIDDEN_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** Why this JSON value is refused, or `undefined`. */
export function shapeFault(value: unknown, depth = 1): 'too-deep' | 'forbidden-key' | undefined {
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
