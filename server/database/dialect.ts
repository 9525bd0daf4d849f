/**
 * The few words in which the engines differ, and how a statement is run on them. Everything else of
 * the ledger's SQL is written once.
 */
import type { Row, Value } from './sql.ts';

/** What one `?` may stand for: a list becomes one parameter, of any length. */
export type Parameter = Value | readonly Value[];

/**
 * Runs one prepared statement and returns its rows. Statements that are run without waiting for each
 * other may travel together.
 */
export type Query = (sql: string, ...values: readonly Parameter[]) => Promise<readonly Row[]>;

export interface Dialect {
  /** What stands behind a column that is one of a list, the next `?`. */
  readonly isOneOf: (kind: 'text' | 'whole') => string;
  /**
   * Names the index, where the planner has a choice that only statistics can make right: a plan that
   * reads a whole shop works in every test and stops the shop a year later.
   */
  readonly by: (index: string) => string;
  /** A join in the order in which the tables stand. */
  readonly join: 'JOIN' | 'CROSS JOIN';
}
