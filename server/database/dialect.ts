/**
 * The few words in which the engines differ, and how a statement is run on them. Everything else of
 * the ledger's SQL is written once.
 */
import type { Row, Value } from './sql.ts';

/** What one `?` may stand for: a list becomes one parameter, of any length. */
export type Parameter = Value | readonly Value[];

/**
 * Runs one prepared statement and returns its rows. Statements that are run without waiting for
 * each other may travel together.
 */
export type Query = (sql: string, ...values: readonly Parameter[]) => Promise<readonly Row[]>;

export interface Dialect {
  /**
   * Rows whose `column` is one of a list without doubles, which is the parameter `?place`; `select`
   * ends in a condition. An index is searched for each of them.
   */
  readonly among: (
    select: string,
    by: {
      readonly column: string;
      readonly kind: 'text' | 'whole';
      readonly place?: number;
    },
  ) => string;
  /**
   * Names the index, where the planner has a choice that only statistics can make right: a plan
   * that reads a whole shop works in every test and stops the shop a year later.
   */
  readonly by: (index: string) => string;
  /** A join in the order in which the tables stand. */
  readonly join: 'JOIN' | 'CROSS JOIN';
}
