/**
 * What the merchant's page asks of the log: pages by any filter, each from one index and within a
 * window of positions, so that no question reads a whole shop.
 */
import type { Unit } from '../../shared/amount.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import type { CustomerKey, RegisterRow, RegisterSpan, SettledRow, SyncRow } from './database.ts';

/** The one index in which rows are found; the rest of a filter is looked at row by row. */
export type LogWay =
  | { readonly by: 'position' }
  /** Applied, and something about it is to be looked at. */
  | { readonly by: 'flags' }
  /** Not `applied`: those are found by position. */
  | { readonly by: 'status'; readonly value: string }
  /** None of `COMMON_KINDS`. */
  | { readonly by: 'kind'; readonly value: string }
  | { readonly by: 'device'; readonly value: string }
  | { readonly by: 'customer'; readonly value: CustomerKey }
  | { readonly by: 'order'; readonly value: number }
  | { readonly by: 'ref'; readonly value: string }
  /** An operation's id or key; it does not keep to a window, and finds a few rows. */
  | { readonly by: 'key'; readonly value: string };

/** Kinds of which a shop has so many that the index of kinds leaves them out. */
export const COMMON_KINDS: readonly string[] = ['intent', 'commit', 'earn', 'order'];

/** Rows that are read of one id: the first of them was settled, the others say something else. */
export const SAME_ID_MAX = 50;

/** What a row must be; what is absent may be anything. Times are of arrival, [from, to). */
export interface LogConditions {
  readonly device?: string | undefined;
  readonly staff?: number | undefined;
  readonly customer?: CustomerKey | undefined;
  readonly location?: number | undefined;
  readonly kind?: string | undefined;
  readonly status?: string | undefined;
  readonly isFlagged?: boolean | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Positions from `floor` to below `before`. */
export interface LogWindow {
  readonly before: number;
  readonly floor: number;
}

export interface LogRow extends SettledRow {
  readonly kind: string;
  readonly ref: string | undefined;
  readonly customerId: CustomerId | undefined;
  readonly unit: Unit | undefined;
  readonly amount: number | undefined;
  readonly device: string | undefined;
  /** What the register is called now. */
  readonly register: string | undefined;
  readonly location: number | undefined;
  readonly staff: number | undefined;
  readonly orderId: number | undefined;
  /** Server clock, ms since 1970. */
  readonly at: number;
  /** Device clock, and how far it was ahead of the server's in the sync that brought it, ms. */
  readonly askedAt: number | undefined;
  readonly clockOffset: number | undefined;
  readonly offline: boolean | undefined;
}

/** What a register asked, as far as a picture shows it. */
export interface TapRow {
  readonly seq: number;
  readonly key: string;
  readonly kind: string;
  readonly ref: string | undefined;
  readonly customer: CustomerKey | undefined;
  readonly unit: Unit | undefined;
  readonly amount: number | undefined;
  readonly device: string;
  readonly at: number;
  readonly askedAt: number;
  readonly offline: boolean | undefined;
  readonly isFlagged: boolean;
}

/** Positions (`after`, `through`] of one sync, and how far its device's clock was ahead, ms. */
export interface SyncSpan {
  readonly after: number;
  readonly through: number;
  readonly clockOffset: number;
}

/** What sales moved in one unit. */
export interface SaleSums {
  readonly unit: Unit;
  /** Net of what was given back, and how many entries used something. */
  readonly redeemed: number;
  readonly redemptions: number;
  readonly earned: number;
  readonly earnings: number;
}

/** A number of a list with its server time. */
export interface Stamp {
  readonly n: number;
  readonly at: number;
}

export interface LogReader {
  /** Newest first, at most `limit`. */
  logRows(
    way: LogWay,
    asked: LogWindow & { readonly limit: number; readonly only: LogConditions },
  ): Promise<readonly LogRow[]>;
  /** The position of the row at which `skip` newer ones of the window have been passed. */
  logFloor(way: LogWay, asked: LogWindow & { readonly skip: number }): Promise<number | undefined>;
  /** The first operation at or behind a position, and the first sync at or behind a number. */
  operationFrom(seq: number): Promise<Stamp | undefined>;
  syncFrom(log: number): Promise<Stamp | undefined>;
  /** Syncs with numbers from `floor` to below `before`, newest first. */
  logSyncs(
    asked: LogWindow & {
      readonly limit: number;
      readonly only: Pick<LogConditions, 'device' | 'from' | 'to'>;
    },
  ): Promise<readonly SyncRow[]>;
  /** What registers asked within the window, newest first. */
  taps(asked: LogWindow & { readonly limit: number }): Promise<readonly TapRow[]>;
  /** Syncs that brought positions within the window, oldest first. */
  syncSpans(asked: LogWindow & { readonly limit: number }): Promise<readonly SyncSpan[]>;
  /** Ended times of a register that began before `before` (server clock), newest first. */
  registerSpans(
    device: string,
    asked: { readonly before: number; readonly limit: number },
  ): Promise<readonly RegisterSpan[]>;
  /**
   * Registers, each with how many operations its newest call brought: they had been counted as
   * waiting in it, and have arrived.
   */
  registerStates(limit: number): Promise<readonly (RegisterRow & { readonly sent: number })[]>;
  /** What sales have moved from a position on. */
  saleSums(from: number): Promise<readonly SaleSums[]>;
  /** Operations from a position on, and those of them that a person should look at. */
  operationCounts(from: number): Promise<{
    readonly operations: number;
    readonly conflicts: number;
  }>;
  /** Who worked at which location, in operations from a position on. */
  logPlaces(
    from: number,
  ): Promise<
    readonly { readonly staff: number | undefined; readonly location: number | undefined }[]
  >;
}
