/**
 * What waits for a person and what was decided of it, as the port carries it; the ledger's
 * review*.ts make and read it.
 */
import type { Unit } from '../../shared/amount.ts';
import type { ReviewAction, ReviewKind } from '../../shared/merchant/review.ts';
import type { CustomerId, Flag } from '../../shared/protocol.ts';
import type { CustomerKey, SettledStatus } from './database.ts';

/** Something that a person should look at. */
export interface ConflictRow {
  readonly log: number;
  readonly n: number;
  readonly kind: Flag | 'quarantined' | 'mismatch';
  readonly seq: number;
  readonly syncId: string;
  readonly id: string | undefined;
  readonly ref: string | undefined;
  readonly customer: CustomerKey | undefined;
  readonly unit: Unit | undefined;
  readonly amount: number | undefined;
  /** By how much the balance is below zero, for `overdrawn`. */
  readonly overBy: number | undefined;
  readonly device: string;
  readonly staff: number | undefined;
  /** How old the balance was that the person at the register saw, in ms. */
  readonly cacheAgeMs: number | undefined;
  readonly orderId: number | undefined;
  readonly at: number;
}

export interface ConflictView extends ConflictRow {
  readonly customerId: CustomerId | undefined;
}

export interface DamagedRow {
  readonly device: string;
  readonly key: string;
  readonly hash: string;
  readonly raw: string;
  readonly at: number;
}

/** What somebody should look at, by the name that it has for ever. */
export interface ReviewRow {
  readonly item: string;
  readonly kind: ReviewKind;
  /** No decision has closed it. */
  readonly isOpen: boolean;
  /** Follows from the present: open only while its cause stands, and listed from there. */
  readonly isDerived: boolean;
  /** Server clock, ms since 1970. */
  readonly at: number;
  /** The conflict that it is. */
  readonly log: number | undefined;
  readonly n: number | undefined;
  readonly device: string | undefined;
  /** A damaged record's hash, a gap's writer, a hold's reference. */
  readonly subject: string | undefined;
  readonly detail: string | undefined;
  readonly customer: CustomerKey | undefined;
  /** Feed position of the newest decision; 0 for none. */
  readonly decided: number;
}

/** With the evidence of the conflict, as far as there is one. */
export interface ReviewView extends ReviewRow {
  readonly unit: Unit | undefined;
  readonly amount: number | undefined;
  readonly overBy: number | undefined;
  readonly staff: number | undefined;
  readonly cacheAgeMs: number | undefined;
  readonly ref: string | undefined;
  readonly orderId: number | undefined;
  /** The operation that was settled with this conflict. */
  readonly operation:
    | {
        readonly seq: number;
        readonly key: string;
        readonly id: string | undefined;
        readonly hash: string;
        readonly status: SettledStatus;
        readonly syncId: string | undefined;
        readonly content: string;
      }
    | undefined;
  /** The text of a damaged record. */
  readonly raw: string | undefined;
}

/** One decision of a person; its operation is at `seq`. */
export interface ReviewDecisionRow {
  readonly item: string;
  readonly seq: number;
  readonly action: ReviewAction | 'undo';
  /** Feed position of the decision that took it back. */
  readonly undoneBy: number | undefined;
}

export interface ReviewDecisionView extends ReviewDecisionRow {
  readonly key: string;
  readonly at: number;
  readonly customer: CustomerKey | undefined;
  readonly unit: Unit | undefined;
  /** What it moved: above zero to the customer. */
  readonly amount: number | undefined;
  readonly content: string;
}

/** One entry of a customer's account, with what is known of its operation. */
export interface CustomerEntryRow {
  readonly seq: number;
  readonly line: number;
  readonly at: number;
  readonly unit: Unit;
  readonly amount: number;
  readonly balance: number;
  readonly kind: string;
  readonly id: string;
  readonly ref: string | undefined;
  readonly register: string | undefined;
  readonly staff: number | undefined;
  readonly orderId: number | undefined;
  readonly content: string;
}

/** What a decision writes, and what opens something new. */
export interface ReviewChanges {
  readonly reviews: readonly ReviewRow[];
  readonly reviewDecisions: readonly ReviewDecisionRow[];
  /** Customers that are no more, and whose what was theirs is. */
  readonly merged: readonly { readonly from: CustomerKey; readonly to: CustomerKey }[];
  /** Operations that give up their name to one that is settled in their place. */
  readonly renamed: readonly { readonly seq: number; readonly key: string }[];
}

export interface ReviewReader {
  reviewItems(items: readonly string[]): Promise<readonly ReviewView[]>;
  /** Stored items that are open, newest first, behind `before`. */
  reviewOpen(page: {
    readonly kind: ReviewKind | undefined;
    readonly before: { readonly at: number; readonly item: string } | undefined;
    readonly limit: number;
  }): Promise<readonly ReviewView[]>;
  /** Items that a decision has closed, those decided last first, below that position. */
  reviewClosed(page: {
    readonly kind: ReviewKind | undefined;
    readonly before: number;
    readonly limit: number;
  }): Promise<readonly ReviewView[]>;
  /** Oldest first. */
  reviewDecisions(items: readonly string[]): Promise<readonly ReviewDecisionView[]>;
  /** Open stored items by kind, each counted up to `max`. */
  reviewCounts(
    max: number,
  ): Promise<readonly { readonly kind: ReviewKind; readonly count: number }[]>;
  /** Names of open stored items about this customer, newest first. */
  reviewOfCustomer(key: CustomerKey, limit: number): Promise<readonly string[]>;
  /** How many holds nothing was heard of since `at`, counted up to `max`. */
  holdsCount(at: number, max: number): Promise<number>;
  /** Entries of a customer's account before a place in it, newest first. */
  customerEntries(page: {
    readonly key: CustomerKey;
    readonly before: { readonly seq: number; readonly line: number };
    readonly limit: number;
  }): Promise<readonly CustomerEntryRow[]>;
}
