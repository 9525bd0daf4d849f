/**
 * Statements that both engines understand, for what is kept beside the ledger: sessions, webhooks,
 * settings. `?` stands for the values in their order; only `INTEGER` and `TEXT` columns, whole
 * numbers and text. `ON CONFLICT … DO UPDATE`, `RETURNING` and partial indexes are allowed.
 */
import { assert } from '../../shared/assert.ts';

export type Value = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

/** Statements of one database transaction. */
export interface Sql {
  /** Runs a statement and returns its rows, also those of `RETURNING`. */
  all(statement: string, ...values: readonly Value[]): Promise<readonly Row[]>;
  /** Runs a statement and says how many rows it changed. */
  run(statement: string, ...values: readonly Value[]): Promise<number>;
}

export function number(row: Row, column: string): number {
  const value = row[column];
  assert(typeof value === 'number', `a number in column ${column}`);
  return value;
}

export function text(row: Row, column: string): string {
  const value = row[column];
  assert(typeof value === 'string', `text in column ${column}`);
  return value;
}

export function perhapsNumber(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : number(row, column);
}

export function perhapsText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}
