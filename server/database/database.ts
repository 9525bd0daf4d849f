/**
 * What the ledger asks of a database. No engine's idea shows here: PostgreSQL and SQLite both fill
 * it. Every verb is bound to one shop, so no statement can read or change another shop's rows.
 *
 * The feed cursor is `ShopRow.seq`: `transact` holds the shop's row locked from its first statement
 * to its commit, so positions are gap-free and appear in the order in which they were committed.
 */
import type { Unit } from '../../shared/amount.ts';
import type { Policy, Program } from '../../shared/program.ts';
import type { Balance, CustomerId, Flag, Reason, Status } from '../../shared/protocol.ts';
import type { LeaseReader, LeaseWriter } from './leases.ts';
import type { LogReader } from './log-reads.ts';
import type {
  ConflictRow,
  ConflictView,
  DamagedRow,
  ReviewChanges,
  ReviewReader,
} from './reviews.ts';
import type { Sql } from './sql.ts';
import type { AttemptRow, SyncRow } from './syncs.ts';

export type { AttemptRow, SyncRow } from './syncs.ts';
export type { ConflictRow, ConflictView, DamagedRow } from './reviews.ts';

declare const brand: unique symbol;

/** A shop's permanent domain as a verified token or a seed named it. */
export type ShopDomain = string & { readonly [brand]: 'shop' };

/**
 * Stands for a customer in every row; one table maps it to Shopify's id, so that it can be
 * forgotten.
 */
export type CustomerKey = string & { readonly [brand]: 'customer-key' };

export interface ShopRow {
  readonly shopId: number;
  readonly epoch: number;
  /** The newest position of the feed. */
  readonly seq: number;
  /** The newest number of the sync log. */
  readonly log: number;
  /** How many customers the shop has. */
  readonly customers: number;
  readonly program: Program;
  readonly policy: Policy;
}

/** What a merchant decides for the registers, by what it is called. */
export interface Subjects {
  readonly program: Program;
  readonly policy: Policy;
}

/** A decision of this moment; `by` is `null` where no person of the shop's admin decided. */
export type DecisionRow = {
  readonly [Subject in keyof Subjects]: {
    readonly subject: Subject;
    readonly decided: Subjects[Subject];
    /** Server clock, ms since 1970. */
    readonly at: number;
    readonly by: string | null;
  };
}[keyof Subjects];

/** A version as people read it; `at` is `null` where nobody wrote down when it was decided. */
export interface DecisionView<Decided> {
  readonly version: number;
  readonly decided: Decided;
  readonly at: number | null;
  readonly by: string | null;
}

export interface CustomerRow {
  readonly id: CustomerId;
  readonly key: CustomerKey;
  /** Feed position at which the ledger first heard of this customer. */
  readonly seq: number;
}

/** How the ledger settled one operation; never `duplicate`, which is only ever an answer. */
export type SettledStatus = Exclude<Status, 'duplicate'>;

export interface SettledRow {
  readonly seq: number;
  /**
   * The operation's id; content-derived when none could be read. Unique among the applied, for
   * ever.
   */
  readonly key: string;
  /** `undefined` when no id could be read. */
  readonly id: string | undefined;
  readonly hash: string;
  readonly status: SettledStatus;
  readonly reason: Reason | undefined;
  readonly flags: readonly Flag[];
  /** How often it was sent after it had been settled. */
  readonly repeats: number;
}

export interface OperationRow extends SettledRow {
  readonly kind: string;
  readonly ref: string | undefined;
  readonly customer: CustomerKey | undefined;
  readonly unit: Unit | undefined;
  readonly amount: number | undefined;
  readonly device: string | undefined;
  readonly syncId: string | undefined;
  /** Server clock, ms since 1970. */
  readonly at: number;
  /** Device clock, ms since 1970: a claim. */
  readonly askedAt: number | undefined;
  /**
   * Of a promise and of what takes one back: the newest server time that the register knew, which
   * names its offline period.
   */
  readonly period: number | undefined;
  /** JSON without the customer's id, or the raw text of what could not be read. */
  readonly content: string;
  /** Who worked at the register and where it stood; absent where no register sent it. */
  readonly staff?: number | undefined;
  readonly location?: number | undefined;
  readonly orderId?: number | undefined;
  /** Of a promise: asked without a network. */
  readonly offline?: boolean | undefined;
}

/** An operation as people read it, with Shopify's customer id while it is still known. */
export interface OperationView extends OperationRow {
  readonly customerId: CustomerId | undefined;
}

/**
 * The four accounts of one customer and unit; they always sum to zero. `customer` is net of holds.
 */
export interface Amounts {
  readonly customer: number;
  readonly held: number;
  readonly redeemed: number;
  readonly issued: number;
}

export interface AccountRow extends Amounts {
  readonly key: CustomerKey;
  readonly unit: Unit;
  /** Feed position of the newest change. */
  readonly seq: number;
}

/** One double entry: what an operation moved between the four accounts. */
export interface EntryRow extends Amounts {
  readonly seq: number;
  readonly line: number;
  readonly key: CustomerKey;
  readonly unit: Unit;
  /** The customer account after this entry, so that balances as of any position can be answered. */
  readonly balance: number;
}

export interface HistoryRow {
  readonly seq: number;
  readonly at: number;
  readonly unit: Unit;
  readonly amount: number;
  readonly balance: number;
  readonly kind: string;
  readonly id: string | undefined;
  readonly ref: string | undefined;
}

/** What an event of a redemption, whose operation id is `id`, says it is about. */
export interface Claim {
  readonly id: string;
  readonly customer: CustomerKey;
  readonly unit: Unit;
  readonly amount: number;
}

/**
 * How a sale is known: by the register's key, and by its order once there is one. What is said of
 * an order alone has no key.
 */
export interface Sale {
  readonly saleKey: string | undefined;
  readonly orderId: number | undefined;
}

/** The joined knowledge of a redemption; settlement.ts makes and reads it. */
export interface Facts {
  /** The intent with the least operation id; there should be one. */
  readonly intent?: Claim;
  /** The commit with the least operation id: its hold stands in for a missing intent. */
  readonly commit?: Claim;
  readonly capturedLeast?: number;
  readonly capturedMost?: number;
  /** Least taken off where a register didn't know what the intent held; now by currency. */
  readonly paidLeast?: number;
  readonly paidBy?: Readonly<Record<string, number>>;
  readonly intents: readonly string[];
  readonly accounts: readonly string[];
  readonly sales: readonly Sale[];
  /** Whom the sales were for. */
  readonly buyers: readonly CustomerKey[];
  /** What persons gave back, by operation id. */
  readonly giveBacks: Readonly<Record<string, number>>;
  /** Server clock when a register first said that it can't tell what became of it. */
  readonly missingSince?: number;
  readonly refused: boolean;
  readonly voided: boolean;
  /** Given up by the ledger, after it had been missing for long enough. */
  readonly released: boolean;
  /** Tapped while cut off. */
  readonly offline: boolean;
}

/** What stands in the books for a redemption. */
export interface Posted {
  readonly customer: CustomerKey;
  readonly unit: Unit;
  readonly held: number;
  /** Net of what was given back. */
  readonly captured: number;
  readonly givenBack: number;
}

export interface RedemptionRow {
  readonly ref: string;
  readonly facts: Facts;
  readonly posted: Posted | undefined;
  /** Server clock from which on the ledger releases the hold; `undefined` while it doesn't. */
  readonly dueAt: number | undefined;
  readonly seq: number;
}

/** A hold that neither a sale nor a void has closed, with Shopify's customer id while known. */
export interface HoldView {
  readonly ref: string;
  readonly customerId: CustomerId | undefined;
  readonly unit: Unit | undefined;
  readonly amount: number;
  /** Feed position, server clock and register of the newest message about it. */
  readonly seq: number;
  readonly at: number;
  readonly device: string | undefined;
}

/** What one message said that a sale earns; `id` is the operation's. */
export interface Earning {
  readonly id: string;
  readonly customer: CustomerKey;
  readonly points: number;
}

/** The joined knowledge of a sale under one pair of names. */
export interface SaleFacts {
  /** What the goods cost before any discount: the most that was said, by currency. */
  readonly goods: Readonly<Record<string, number>>;
  /** Redemptions that it carries. */
  readonly refs: readonly string[];
  /** The earning with the least operation id; there should be one. */
  readonly earning?: Earning;
  /** Points that persons took back, by operation id. */
  readonly takeBacks: Readonly<Record<string, number>>;
}

/**
 * One pair of names of a sale and what was said under it. Rows that share a key or an order are the
 * same sale; which those are follows from the rows.
 */
export interface SaleRow extends Sale {
  readonly facts: SaleFacts;
  /** What stands in the books for this row's earning, net of what was taken back. */
  readonly posted: { readonly customer: CustomerKey; readonly points: number } | undefined;
  /** Feed position of the newest message about it. */
  readonly seq: number;
}

/** The joined knowledge of goods that came back. */
export interface ReturnFacts {
  /** What they cost before any discount: the most that registers said, by currency. */
  readonly value: Readonly<Record<string, number>>;
  /** The most that Shopify's order said of it. */
  readonly refunded?: Readonly<Record<string, number>>;
  /** Returns that it is a part of, by Shopify's order; absent while the order did not say. */
  readonly partOf?: readonly string[];
  /** Everything that its orders sold. */
  readonly isWhole?: boolean;
  readonly orders: readonly number[];
  readonly refs: readonly string[];
}

export interface ReturnRow {
  readonly returnKey: string;
  readonly facts: ReturnFacts;
  readonly seq: number;
}

/** A promise of a register's offline period, or what took one back. */
export interface PeriodRow {
  readonly kind: string;
  readonly ref: string;
  readonly customer: CustomerKey | undefined;
  readonly content: string;
}

/** From the first to the second number, both included. */
export type NumberRange = readonly [number, number];

/** Numbers of one writer that the ledger has seen or heard of. */
export interface WriterRow {
  readonly writer: string;
  readonly device: string | undefined;
  readonly highest: number;
  readonly missing: readonly NumberRange[];
  /** Server clock since when numbers are missing without a pause. */
  readonly missingSince: number | undefined;
}

export interface RegisterRow {
  readonly device: string;
  readonly name: string;
  readonly location: number;
  readonly user: string;
  readonly claimedUser: number;
  readonly staff: number | undefined;
  readonly build: string;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly pendingCount: number;
  readonly oldestPendingAt: number | undefined;
  readonly deviceTime: number;
  readonly storageKeys: number;
  readonly storageBytes: number;
  readonly cursorSeq: number;
  /** Server clock since when it is heard of without a longer pause, up to `lastSeenAt`. */
  readonly connectedSince: number;
}

/** A time that has ended, in which a register was heard of without a longer pause. */
export interface RegisterSpan {
  readonly device: string;
  /** Server clock, ms since 1970: the first and the last call. */
  readonly from: number;
  readonly to: number;
}

/**
 * Everything that one database transaction writes. Rows of the same identity replace older ones.
 */
export interface Changes extends ReviewChanges {
  readonly shop: ShopRow;
  readonly decisions: readonly DecisionRow[];
  readonly customers: readonly CustomerRow[];
  readonly operations: readonly OperationRow[];
  readonly repeats: readonly { readonly seq: number; readonly repeats: number }[];
  readonly entries: readonly EntryRow[];
  readonly accounts: readonly AccountRow[];
  readonly redemptions: readonly RedemptionRow[];
  readonly sales: readonly SaleRow[];
  readonly returns: readonly ReturnRow[];
  readonly writers: readonly WriterRow[];
  readonly registers: readonly RegisterRow[];
  readonly spans: readonly RegisterSpan[];
  readonly syncs: readonly SyncRow[];
  readonly attempts: readonly AttemptRow[];
  readonly conflicts: readonly ConflictRow[];
  readonly damaged: readonly DamagedRow[];
}

/** Positions after `after`, up to and including `through`. */
export interface Span {
  readonly after: number;
  readonly through: number;
}

export interface OperationFilter {
  /** Only positions below this one. */
  readonly before: number;
  readonly limit: number;
  readonly ref: string | undefined;
  readonly status: SettledStatus | undefined;
}

/** Reads of one shop, all from one consistent state of the database. */
export interface ShopReader extends LeaseReader, LogReader, ReviewReader {
  shop(): Promise<ShopRow | undefined>;
  customers(ids: readonly CustomerId[]): Promise<readonly CustomerRow[]>;
  customersOf(keys: readonly CustomerKey[]): Promise<readonly CustomerRow[]>;
  /** The decisions of the merchant that were in force under these versions. */
  policies(versions: readonly number[]): Promise<readonly Policy[]>;
  programs(versions: readonly number[]): Promise<readonly Program[]>;
  /** Versions below `before`, newest first. */
  decisions<Subject extends keyof Subjects>(
    subject: Subject,
    page: { readonly before: number; readonly limit: number },
  ): Promise<readonly DecisionView<Subjects[Subject]>[]>;
  settled(keys: readonly string[]): Promise<readonly SettledRow[]>;
  redemptions(refs: readonly string[]): Promise<readonly RedemptionRow[]>;
  sales(saleKeys: readonly string[], orderIds: readonly number[]): Promise<readonly SaleRow[]>;
  /** Returns of these keys, and those that name one of these orders or redemptions. */
  returns(named: {
    readonly returnKeys: readonly string[];
    readonly orderIds: readonly number[];
    readonly refs: readonly string[];
  }): Promise<readonly ReturnRow[]>;
  /** Holds that the ledger may release at `now`, the longest due first. */
  due(now: number, limit: number): Promise<readonly RedemptionRow[]>;
  /** What a register promised and took back in one offline period. */
  period(device: string, period: number): Promise<readonly PeriodRow[]>;
  accounts(keys: readonly CustomerKey[]): Promise<readonly AccountRow[]>;
  writers(writers: readonly string[]): Promise<readonly WriterRow[]>;
  register(device: string): Promise<RegisterRow | undefined>;
  /** Which of these damaged records of a register are kept already, by their hashes. */
  damaged(device: string, hashes: readonly string[]): Promise<readonly string[]>;
  /** What was settled for this register within `span`, oldest first. */
  settledOf(device: string, span: Span): Promise<readonly SettledRow[]>;
  /** The newest balance within `span` of every account that changed in it. */
  balancesChanged(span: Span): Promise<readonly Balance[]>;
  /** Customers behind `after` in the order of their ids, as far as they were known at `seq`. */
  customersAsOf(page: {
    readonly after: number;
    readonly limit: number;
    readonly seq: number;
  }): Promise<readonly CustomerId[]>;
  /** How many customers have ids up to this one. */
  customersUpTo(id: number): Promise<number>;
  /** Balances as they stood at position `seq` of customers with ids in `first`..`last`. */
  balancesAsOf(page: {
    readonly first: number;
    readonly last: number;
    readonly seq: number;
  }): Promise<readonly Balance[]>;
  /** Newest entries of a customer's account first. */
  history(key: CustomerKey, limit: number): Promise<readonly HistoryRow[]>;
  operations(filter: OperationFilter): Promise<readonly OperationView[]>;
  /** The first `SAME_ID_MAX` rows under this id, oldest first: all but the first are mismatches. */
  operation(id: string): Promise<readonly OperationView[]>;
  entries(seq: number): Promise<readonly EntryRow[]>;
  attempts(seq: number): Promise<readonly AttemptRow[]>;
  /** Newest syncs with a log number below `before` first. */
  syncs(page: { readonly before: number; readonly limit: number }): Promise<readonly SyncRow[]>;
  /** Conflicts with log numbers from `from` to below `before`, newest first. */
  conflicts(span: {
    readonly from: number;
    readonly before: number;
  }): Promise<readonly ConflictView[]>;
  /** Open holds at positions below `before` that nothing was heard of since `at`, newest first. */
  holds(page: {
    readonly before: number;
    readonly at: number;
    readonly limit: number;
  }): Promise<readonly HoldView[]>;
  registers(limit: number): Promise<readonly RegisterRow[]>;
  /** Writers with numbers missing since `since` (server clock) or longer. */
  missing(since: number, limit: number): Promise<readonly WriterRow[]>;
  /** Sentences about every sum that is not what it must be; empty when the books are right. */
  faults(): Promise<readonly string[]>;
}

export interface ShopTransaction extends ShopReader, LeaseWriter {
  write(changes: Changes): Promise<void>;
  /** Statements of this same database transaction, for what is to be forgotten. */
  readonly sql: Sql;
}

export interface Database {
  /**
   * One database transaction on the locked shop: all of it happens, durably, before the promise
   * resolves, or none of it. Transactions of a shop run one after the other. `work` may be run
   * again from its start. When the connection broke, a rejection does not say which of the two.
   */
  transact<T>(shop: ShopDomain, work: (shop: ShopTransaction) => Promise<T>): Promise<T>;
  /** Reads that all see the same committed state. */
  read<T>(shop: ShopDomain, work: (shop: ShopReader) => Promise<T>): Promise<T>;
  /**
   * One database transaction on the tables beside the ledger's: all of it happens, durably, before
   * the promise resolves, or none of it, and as if nothing else happened meanwhile. `work` may be
   * run again from its start. It must not wait for anything but its own statements: the embedded
   * engine does nothing else meanwhile.
   */
  tables<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Every shop that has rows here. */
  shops(): Promise<readonly ShopDomain[]>;
  /** A mark on the whole database: who fills it (the simulator marks its own). */
  stamp(): Promise<string | undefined>;
  setStamp(stamp: string): Promise<void>;
  /** Every shop's acknowledgements count no longer: said after a restore from a backup. */
  startEpoch(): Promise<void>;
  /** Rejects when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
