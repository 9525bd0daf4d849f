/** Statements that are written once, in words that both engines share, as PostgreSQL wants them. */

const TEXT_OR_PLACE = /'(?:[^']|'')*'|"[^"]*"|--[^\n]*|\?(\d*)/g;

/**
 * `?` and `?3` as `$1` and `$3`, in the order in which they stand; what is quoted or a comment
 * stays as it is.
 */
export function numbered(statement: string): string {
  let count = 0;
  return statement.replace(TEXT_OR_PLACE, (found: string, place: string | undefined) => {
    if (!found.startsWith('?')) return found;
    count += 1;
    return `$${place === undefined || place === '' ? count : place}`;
  });
}

/**
 * Table definitions: whole numbers have eight bytes, and text is compared by its bytes, so that
 * every order is the same on both engines.
 */
export function definedInPostgres(tables: string): string {
  return tables
    .replace(/\)\s*(?:STRICT|WITHOUT ROWID)(?:\s*,\s*(?:STRICT|WITHOUT ROWID))*\s*;/g, ');')
    .replace(/\bINTEGER\b/g, 'BIGINT')
    .replace(/\bTEXT\b/g, 'TEXT COLLATE "C"');
}
