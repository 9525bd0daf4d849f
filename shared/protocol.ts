/**
 * The wire between a register and the server: one schema per message, types inferred from it.
 * docs/protocol.md shows the same in prose with examples; test/shared/protocol.test.ts pins the
 * shape.
 */
import * as v from './schema.ts';
import { AMOUNT_MAX, isUnit, type Unit } from './amount.ts';
import {
  currencySchema,
  minorSchema,
  pointsSchema,
  policySchema,
  programSchema,
} from './program.ts';

/**
 * History of the wire:
 * 1  first version: intent, commit, void, missing, earn, return, give-back, take-back, note;
 *    settlement by feed; snapshot pages; leases.
 */
export const PROTOCOL_VERSION = 1;
/** The oldest version that the server still answers; a register may lie in a drawer for months. */
export const PROTOCOL_OLDEST = 1;

export const OPERATIONS_PER_SYNC_MAX = 500;
export const SYNC_BODY_BYTES_MAX = 256 * 1024;
export const OPERATION_BYTES_MAX = 2_048;
/** Feed positions covered by one answer; the rest follows with `more`. */
export const FEED_PER_SYNC_MAX = 2_000;
export const SNAPSHOT_PAGE_CUSTOMERS = 5_000;
export const DAMAGED_PER_SYNC_MAX = 8;
export const CUSTOMERS_PER_SYNC_MAX = 20;
/**
 * Codes with which the server refuses a whole request for what its body says. The register then
 * tries with fewer operations, until the one that can't pass stands alone.
 */
export const REQUEST_REFUSALS = [
  'not-json',
  'body-too-large',
  'too-deep',
  'forbidden-key',
  'invalid-request',
] as const;
export type RequestRefusal = (typeof REQUEST_REFUSALS)[number];

/** Other writers that one operation names. */
export const HEADS_MAX = 16;
/** Writers that the server takes from a whole request; what is beyond is not looked at. */
export const REQUEST_HEADS_MAX = 64;
export const SKIP_MAX = 64;
/** Redemptions that one return names. */
export const REFERENCES_PER_RETURN_MAX = 8;

/** A whole number within bounds. */
export const whole = (least: number, most: number = Number.MAX_SAFE_INTEGER) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most));
/** Text of at most so many characters. */
export const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const CROCKFORD_10 = /^[0-9A-HJKMNP-TV-Z]{10}$/;

/** 50 random bits drawn when a JavaScript context starts; never reused. */
export const writerSchema = v.pipe(v.string(), v.regex(CROCKFORD_10), v.brand('WriterId'));
export type WriterId = v.InferOutput<typeof writerSchema>;

/** `<writer>.<n>`; it *is* the idempotency key, for ever. */
export const operationIdSchema = v.pipe(
  v.string(),
  v.regex(/^[0-9A-HJKMNP-TV-Z]{10}\.[1-9]\d{0,8}$/),
  v.brand('OperationId'),
);
export type OperationId = v.InferOutput<typeof operationIdSchema>;

/** What a redemption is called by people, the discount's title and the order. */
export const referenceSchema = v.pipe(v.string(), v.regex(CROCKFORD_10), v.brand('Reference'));
export type Reference = v.InferOutput<typeof referenceSchema>;

/** Shopify's numeric ids fit a JavaScript integer. */
export const id = whole(1);
export const customerSchema = id;
export type CustomerId = number;

/** One check, not a union of two schemas: a register's bundle carries the fewer functions. */
const unitSchema = v.pipe(v.string(), v.custom<Unit>(isUnit));
const moneySchema = v.object({ currency: currencySchema, amount: minorSchema });
/** Never empty: two sales without a key would count as one. */
const saleKeySchema = v.pipe(text(64), v.minLength(1));

/** The frozen part of a hold: any version, past or future, can count it. */
export const holdSchema = v.object({
  customer: customerSchema,
  unit: unitSchema,
  amount: whole(1, AMOUNT_MAX),
});
export type Hold = v.InferOutput<typeof holdSchema>;

export const headsSchema = v.record(writerSchema, whole(1));

/** Frozen envelope: every version of the register and the server can read it. */
const envelope = {
  v: v.literal(1),
  id: operationIdSchema,
  shopId: id,
  /** Newest number seen of other writers on this device, to notice a lost last operation. */
  heads: headsSchema,
  /** Numbers that failed attempts consumed; they are not gaps. */
  skip: v.pipe(v.array(whole(1)), v.maxLength(SKIP_MAX)),
  device: text(64),
  location: whole(0),
  /** The pinned staff member: a claim. `user` is the logged-in account the token proves. */
  staff: v.nullable(id),
  user: whole(0),
  build: text(32),
  /** Device clock in ms since 1970: for people to read, never for order. */
  deviceTime: whole(0),
  /** The server's time in the newest answer this device had, ms since 1970. */
  lastServerTime: v.nullable(whole(0)),
};

export const VOID_REASONS = [
  'overdrawn-locally',
  'refused',
  'uncertain-write',
  'never-applied',
  'removed',
  'removed-by-staff',
  'cart-cleared',
] as const;

/** Why a person corrects what a sale came to. */
export const CORRECTION_REASONS = [
  'goods-returned',
  'wrong-customer',
  'wrong-amount',
  'sale-cancelled',
  'other',
] as const;
export type CorrectionReason = (typeof CORRECTION_REASONS)[number];

/** One kind of operation: its own fields beside the envelope's. */
const operation = <const K extends string, S extends Record<string, v.Schema<unknown>>>(
  kind: K,
  own: S,
) => v.object({ ...envelope, kind: v.literal(kind), ...own });

export const operationSchema = v.variant('kind', [
  operation('intent', {
    ref: referenceSchema,
    hold: holdSchema,
    body: v.object({
      title: text(120),
      /** What it takes off the cart; points are worth this much against the offline limits. */
      discount: moneySchema,
      reward: v.nullable(text(40)),
      /** The evidence: what the person at the register saw. */
      shown: v.object({ balance: whole(-AMOUNT_MAX, AMOUNT_MAX), ageMs: v.nullable(whole(0)) }),
      offline: v.boolean(),
      /** Whether a manager's PIN was given for it. */
      pin: v.boolean(),
      policy: v.nullable(whole(1)),
      program: v.nullable(whole(1)),
    }),
  }),
  operation('void', {
    ref: referenceSchema,
    hold: holdSchema,
    body: v.object({ reason: v.picklist(VOID_REASONS) }),
  }),
  /**
   * The app ended while its discount was on the cart, and the cart is empty now: this register
   * can't tell what became of it. The hold stays; the ledger releases it after a while.
   */
  operation('missing', {
    ref: referenceSchema,
    hold: holdSchema,
    body: v.object({}),
  }),
  operation('commit', {
    ref: referenceSchema,
    /** The intent's hold, where the register still knows it: the reference says which it is. */
    hold: v.nullable(holdSchema),
    body: v.object({
      /**
       * What the sale used of the hold. `null` with an unknown hold: all of it, or for store
       * credit as much as `discount`.
       */
      captured: v.nullable(whole(0, AMOUNT_MAX)),
      discount: moneySchema,
      /**
       * What the sale's goods cost before any discount, in minor units of `discount.currency`: a
       * return is measured against it. 0 when the event did not say.
       */
      goods: whole(0, AMOUNT_MAX),
      /** Whom the sale was for, where POS said so. */
      customer: v.nullable(customerSchema),
      /** Absent while the order is pending (offline). */
      orderId: v.nullable(id),
      saleKey: saleKeySchema,
    }),
  }),
  operation('earn', {
    /** Customer and points of the earning; the register shows them as waiting. */
    ref: referenceSchema,
    hold: v.null(),
    body: v.object({
      customer: customerSchema,
      points: pointsSchema,
      eligible: moneySchema,
      /** As in a commit. */
      goods: whole(0, AMOUNT_MAX),
      orderId: v.nullable(id),
      saleKey: saleKeySchema,
      program: v.nullable(whole(1)),
    }),
  }),
  /** Goods came back: the share of them decides what is given back and taken back. */
  operation('return', {
    hold: v.null(),
    body: v.object({
      /** "refund/1", else "return/1", else "exchange/1": the same goods come back once. */
      returnKey: saleKeySchema,
      orderId: v.nullable(id),
      customer: v.nullable(customerSchema),
      /** What the goods that came back cost before any discount. */
      value: moneySchema,
      /** References that POS shows on the goods that came back. */
      refs: v.pipe(v.array(referenceSchema), v.maxLength(REFERENCES_PER_RETURN_MAX)),
    }),
  }),
  /** A person gives back what a sale captured, all or a part of it. */
  operation('give-back', {
    ref: referenceSchema,
    hold: v.null(),
    body: v.object({
      amount: whole(1, AMOUNT_MAX),
      reason: v.picklist(CORRECTION_REASONS),
      text: text(256),
    }),
  }),
  /** A person takes back points that an order earned. */
  operation('take-back', {
    hold: v.null(),
    body: v.object({
      orderId: id,
      points: whole(1, AMOUNT_MAX),
      reason: v.picklist(CORRECTION_REASONS),
      text: text(256),
    }),
  }),
  operation('note', {
    hold: v.null(),
    body: v.object({
      topic: v.picklist([
        'cash-session-start',
        'cash-session-complete',
        'handler-error',
        'pin-refused',
      ]),
      text: text(256),
    }),
  }),
]);
export type Operation = v.InferOutput<typeof operationSchema>;
export type OperationKind = Operation['kind'];
export type OperationOf<K extends OperationKind> = Extract<Operation, { kind: K }>;

/** A position in the shop's feed; a restore from backup starts a new epoch. */
export const cursorSchema = v.object({ epoch: whole(1), seq: whole(0) });
export type Cursor = v.InferOutput<typeof cursorSchema>;

export type { SyncRequest } from './sync-request.ts';

/** All are final for the register. */
export const STATUSES = ['applied', 'duplicate', 'closed', 'quarantined', 'mismatch'] as const;
export type Status = (typeof STATUSES)[number];

/** Why an operation was not plainly applied. */
export const REASONS = [
  'balance-too-low',
  'already-closed',
  'already-refused',
  'invalid',
  'unknown-kind',
  'foreign-shop',
  'too-large',
  'other-content',
  /** Strict mode: another register may still promise it while it is cut off. */
  'set-aside',
] as const;
export type Reason = (typeof REASONS)[number];

/** Facts a person should look at; the operation was applied. */
export const FLAGS = [
  'overdrawn',
  'over-limit',
  'late-commit',
  'amount-differs',
  'ref-reused',
  'no-intent',
  /** The sale was for another customer than the redemption. */
  'other-customer',
  /** Goods came back of a sale that the ledger doesn't know, or can't measure. */
  'unmatched-return',
  /** A cash session was closed while the register still had something to send or to clear up. */
  'closed-with-waiting',
  /** Strict mode: more was promised than this register's lease. */
  'lease-exceeded',
] as const;
export type Flag = (typeof FLAGS)[number];

const settlementSchema = v.object({
  /** The operation's id; for one whose id could not be read, its place in the request ("#3"). */
  id: text(64),
  /** Position in the feed at which the ledger settled it. */
  seq: whole(1),
  /** As the ledger first settled it; in `results` also `duplicate`. */
  status: v.picklist(STATUSES),
  reason: v.nullable(v.picklist(REASONS)),
  flags: v.array(v.picklist(FLAGS)),
});
export type Settlement = v.InferOutput<typeof settlementSchema>;

/**
 * One account after its newest change at or before the answer's cursor. Open holds are taken off.
 */
const balanceSchema = v.object({
  customer: customerSchema,
  unit: unitSchema,
  balance: whole(-AMOUNT_MAX, AMOUNT_MAX),
  /**
   * Strict mode: how much of it this register may promise while cut off, where that is not its even
   * share (`share`).
   */
  lease: v.optional(whole(0, AMOUNT_MAX)),
});
export type Balance = v.InferOutput<typeof balanceSchema>;

export const syncResponseSchema = v.object({
  protocol: whole(1),
  syncId: text(40),
  /** ms since 1970 by the server's clock. */
  serverTime: whole(0),
  /** The request's cursor is of no use (none, of another epoch, too old): fetch a snapshot. */
  reset: v.boolean(),
  /** What `settled` and `balances` cover, up to and including. */
  cursor: cursorSchema,
  /**
   * Feed position that the server's backup covers; settled operations up to it may be forgotten.
   */
  durable: whole(0),
  /** The feed goes on behind `cursor`: ask again at once. */
  more: v.boolean(),
  /** One per operation of the request, in its order. */
  results: v.array(settlementSchema),
  /** Every operation of this register settled behind the request's cursor, up to the new one. */
  settled: v.array(settlementSchema),
  balances: v.array(balanceSchema),
  /**
   * Strict mode: this register may promise one `share`-th of a balance while it is cut off, rounded
   * down, where no lease says otherwise; 0: nothing. 1 without strict mode.
   */
  share: whole(0),
  program: programSchema,
  policy: policySchema,
  /**
   * Keys of the request's `damaged` records that the server has kept; the device may delete them.
   */
  damagedKept: v.array(text(1_000)),
});
export type SyncResponse = v.InferOutput<typeof syncResponseSchema>;

/**
 * One page of every customer's balances as they stood at `cursor`. Columns: `customers` holds the
 * first id, then the difference to the one before; each unit has one whole number per customer.
 */
export const snapshotPageSchema = v.object({
  protocol: whole(1),
  serverTime: whole(0),
  cursor: cursorSchema,
  customers: v.array(whole(1)),
  units: v.record(unitSchema, v.array(whole(-AMOUNT_MAX, AMOUNT_MAX))),
  /** Strict mode: the leases of the asking register on this page's accounts. */
  leases: v.array(v.tuple([customerSchema, unitSchema, whole(0, AMOUNT_MAX)])),
  /** Ask for the next page with `after` = this customer id; `null` after the last page. */
  next: v.nullable(customerSchema),
  /** How many customers the shop has, for a progress line. */
  total: whole(0),
});
export type SnapshotPage = v.InferOutput<typeof snapshotPageSchema>;

/** What the ledger knows of one order: what it earned, and what was redeemed on it. */
export const orderStorySchema = v.object({
  orderId: id,
  earned: v.array(
    v.object({
      customer: v.nullable(customerSchema),
      points: whole(0, AMOUNT_MAX),
      takenBack: whole(0, AMOUNT_MAX),
    }),
  ),
  redemptions: v.array(
    v.object({
      ref: referenceSchema,
      customer: v.nullable(customerSchema),
      unit: unitSchema,
      title: text(120),
      /** Whole points or minor units: held while open, else captured. */
      amount: whole(0, AMOUNT_MAX),
      givenBack: whole(0, AMOUNT_MAX),
      state: v.picklist(['held', 'captured', 'released']),
    }),
  ),
});
export type OrderStory = v.InferOutput<typeof orderStorySchema>;

/** Every refusal of the server has this shape, with CORS headers where a register must read it. */
export const errorSchema = v.object({ error: v.object({ code: text(64), message: text(512) }) });

export function operationId(writer: WriterId, n: number): OperationId {
  return `${writer}.${n}` as OperationId;
}

export function parseOperationId(operation: OperationId): { writer: WriterId; n: number } {
  const dot = operation.indexOf('.');
  return { writer: operation.slice(0, dot) as WriterId, n: Number(operation.slice(dot + 1)) };
}

export function accountKey(customer: CustomerId, unit: Unit): string {
  return `${customer}/${unit}`;
}
