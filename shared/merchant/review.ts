/** What waits for a person, the evidence, and what a person decides about it. */
import { AMOUNT_MAX } from '../amount.ts';
import { FLAGS, text, whole } from '../protocol.ts';
import * as v from '../schema.ts';
import {
  amountSchema,
  commentSchema,
  customerField,
  decisionIdSchema,
  orderField,
  perhaps,
  timeSchema,
  unitSchema,
} from './fields.ts';

export const REVIEW_PAGE_ROWS = 50;
/** Open items of a kind are counted up to this many. */
export const OPEN_COUNT_MAX = 1_000;
/** Decisions about one item; then it can only be taken back what was decided. */
export const DECISIONS_MAX = 100;
export const REVIEW_KEY_MAX = 200;

/** Flags of operations, what could not be read, and what never came. */
export const REVIEW_KINDS = [
  ...FLAGS,
  'quarantined',
  'mismatch',
  /** A record on a register's device that fails its checksum. */
  'damaged',
  /** Operations that exist on a register and never arrived. */
  'gap',
  /** A register with waiting operations that has not called for a day. */
  'silent',
  /** A redemption that neither a sale nor a void has closed for a day. */
  'open-hold',
] as const;
export type ReviewKind = (typeof REVIEW_KINDS)[number];

/**
 * carry      the balance stays as it is; what is owed is made up by what the customer earns
 * write-off  the shop bears it: the customer gets back what the balance is below zero
 * contacted  somebody has spoken with the customer or the register; it stays open
 * credit     the customer gets an amount
 * debit      the customer gives an amount
 * void       the redemption's hold is given back
 * retry      what could not be read is read once more
 * dismiss    it was looked at, and nothing is to be done
 */
export const REVIEW_ACTIONS = [
  'carry',
  'write-off',
  'contacted',
  'credit',
  'debit',
  'void',
  'retry',
  'dismiss',
] as const;
export type ReviewAction = (typeof REVIEW_ACTIONS)[number];

/** Actions that close an item; `contacted` alone leaves it open. */
export const isClosing = (action: ReviewAction): boolean => action !== 'contacted';

/** What never came can't be looked at, so that somebody has to say why it is let go. */
export const needsComment = (kind: ReviewKind, action: ReviewAction): boolean =>
  kind === 'gap' && action === 'dismiss';

export const reviewDecisionSchema = v.object({
  /** The operation in the ledger that holds the decision. */
  id: text(100),
  seq: whole(1),
  action: v.picklist([...REVIEW_ACTIONS, 'undo']),
  comment: commentSchema,
  /** Who: the account that the token proved. */
  by: text(40),
  at: timeSchema,
  unit: perhaps(unitSchema),
  amount: perhaps(amountSchema),
  /** Whether it has been taken back, and whether it can be now. */
  isUndone: v.boolean(),
  canUndo: v.boolean(),
});
export type ReviewDecision = v.InferOutput<typeof reviewDecisionSchema>;

export const reviewItemSchema = v.object({
  /**
   * Names it for ever: "conflict/12.0", "damaged/<device>/<hash>", "hold/<ref>". What follows from
   * the present is another item when the present is another: "gap/<writer>/<which numbers>",
   * "silent/<device>/<since>".
   */
  key: text(REVIEW_KEY_MAX),
  kind: v.picklist(REVIEW_KINDS),
  at: timeSchema,
  device: perhaps(text(64)),
  register: perhaps(text(80)),
  location: perhaps(whole(0)),
  staff: perhaps(whole(1)),
  customer: customerField,
  unit: perhaps(unitSchema),
  amount: perhaps(amountSchema),
  /** By how much the balance went below zero. */
  overBy: perhaps(amountSchema),
  /** The customer's balance in `unit` now. */
  balance: perhaps(amountSchema),
  /** How old the balance was that the person at the register saw, ms. */
  cacheAgeMs: perhaps(whole(0)),
  ref: perhaps(text(64)),
  operationId: perhaps(text(100)),
  orderId: orderField,
  /**
   * The numbers that never came ("7 to 9, 12"), how many operations wait at a silent register
   * ("3"), or the raw text of what could not be read.
   */
  detail: perhaps(text(4_096)),
  isOpen: v.boolean(),
  /** What may be decided now, the usual choice first. */
  actions: v.array(v.picklist(REVIEW_ACTIONS)),
  /** Oldest first. */
  decisions: v.array(reviewDecisionSchema),
});
export type ReviewItem = v.InferOutput<typeof reviewItemSchema>;

/**
 * `GET /api/admin/review?state=open|closed&kind=&before=`: each newest first. `open` holds
 * what is derived from now (gaps and silent registers, then open holds), and then conflicts; a page
 * ends early where more of what is derived is to come.
 */
export const reviewPageSchema = v.object({
  items: v.array(reviewItemSchema),
  /** Given as `before` it leads on; `null` at the end. */
  next: perhaps(text(300)),
  /** Open items by kind, each up to `OPEN_COUNT_MAX`; kinds of which there is none are left out. */
  counts: v.record(v.picklist(REVIEW_KINDS), whole(0)),
});
export type ReviewPage = v.InferOutput<typeof reviewPageSchema>;

/** `GET /api/admin/review/item?key=` → `{item}`. */
export const reviewItemAnswerSchema = v.object({ item: reviewItemSchema });

/**
 * `POST /api/admin/review/decide` → `{item}`. The same decision again answers the same. Errors,
 * each as `{error: {code, message}}`: 404 `not-found` · 400 `comment-needed` · 409 `changed`:
 * somebody was faster, it is not the item that was seen, or the action is not possible any more;
 * `item` beside `error` says how it is now · 409 `out-of-bounds`: no balance can be that large ·
 * 409 `unreadable`: a `retry` could still not be read · 409 `decision-taken`: this decision's id
 * was used for something else · 409 `full`.
 */
export const reviewRequestSchema = v.strictObject({
  decision: decisionIdSchema,
  key: v.pipe(text(REVIEW_KEY_MAX), v.minLength(1)),
  /** The item's own `at`: after a restore its key may stand for something else. */
  at: timeSchema,
  action: v.picklist(REVIEW_ACTIONS),
  comment: commentSchema,
  /** Of `credit` and `debit`: whole points or minor units of the item's unit. */
  amount: v.nullable(whole(1, AMOUNT_MAX)),
});
export type ReviewRequest = v.InferOutput<typeof reviewRequestSchema>;

/** `POST /api/admin/review/undo` → `{item}`: takes back its newest decision. Errors as above. */
export const undoRequestSchema = v.strictObject({
  decision: decisionIdSchema,
  key: v.pipe(text(REVIEW_KEY_MAX), v.minLength(1)),
  at: timeSchema,
  /** The decision that is taken back, by its operation. */
  of: v.pipe(text(100), v.minLength(1)),
  comment: commentSchema,
});
export type UndoRequest = v.InferOutput<typeof undoRequestSchema>;
