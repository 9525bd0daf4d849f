/** The sync log as the merchant reads it: operations, their stories, syncs, and what is live. */
import { STATUSES, text, whole } from '../protocol.ts';
import * as v from '../schema.ts';
import {
  amountSchema,
  customerField,
  nextSchema,
  orderField,
  perhaps,
  timeSchema,
  unitSchema,
} from './fields.ts';

export const LOG_PAGE_ROWS = 50;
export const LOG_PAGE_ROWS_MAX = 200;
/** Rows of one piece of an export. */
export const EXPORT_ROWS = 5_000;

/** How an operation ended; `flagged`: applied, and something about it is to be looked at. */
export const LOG_STATES = ['applied', 'flagged', 'closed', 'quarantined', 'mismatch'] as const;
export type LogState = (typeof LOG_STATES)[number];

/** Which operations; what is `undefined` is not asked. Times are of arrival, [from, to). */
export interface LogFilter {
  readonly device?: string | undefined;
  readonly staff?: number | undefined;
  readonly customer?: number | undefined;
  readonly location?: number | undefined;
  readonly kind?: string | undefined;
  readonly state?: LogState | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** A redemption's reference, an operation's id, or an order's number. */
  readonly text?: string | undefined;
}

export const logOperationSchema = v.object({
  /** Feed position: the order of the list, and its page mark. */
  seq: whole(1),
  id: text(100),
  kind: text(40),
  ref: perhaps(text(64)),
  customer: customerField,
  unit: perhaps(unitSchema),
  amount: perhaps(amountSchema),
  status: v.picklist(STATUSES),
  reason: perhaps(text(40)),
  flags: v.array(text(40)),
  /** Register, its name, its location and who worked at it; `null` for the server's own. */
  device: perhaps(text(64)),
  register: perhaps(text(80)),
  location: perhaps(whole(0)),
  staff: perhaps(whole(1)),
  orderId: orderField,
  /** Arrival. */
  at: timeSchema,
  /** When it was asked, by the device's clock put right by the sync that brought it. */
  askedAt: perhaps(timeSchema),
  /** Asked without a network. */
  offline: v.boolean(),
  /** How often it was sent again after it had been settled. */
  repeats: whole(0),
});
export type LogOperation = v.InferOutput<typeof logOperationSchema>;

/**
 * `GET /api/admin/operations?before=&limit=&<filter>`, newest first. A page may hold fewer rows
 * than asked, even none, and still go on: one request looks at a bounded number of rows, and
 * `reached` is the time down to which it has looked.
 */
export const logPageSchema = v.object({
  operations: v.array(logOperationSchema),
  next: nextSchema,
  reached: perhaps(timeSchema),
});
export type LogPage = v.InferOutput<typeof logPageSchema>;

const entrySchema = v.object({
  unit: unitSchema,
  /** What moved between the customer's balance, held, redeemed and issued; they sum to zero. */
  customer: amountSchema,
  held: amountSchema,
  redeemed: amountSchema,
  issued: amountSchema,
  /** The balance after it. */
  balance: amountSchema,
});

const attemptSchema = v.object({
  at: timeSchema,
  syncId: text(40),
  device: text(64),
  status: v.picklist(STATUSES),
});

/** `GET /api/admin/operations/:id`: everything that is known of one operation. */
export const storySchema = v.object({
  operation: logOperationSchema,
  /** What the register sent, or the raw text of what could not be read. */
  asked: v.unknown(),
  attempts: v.array(attemptSchema),
  entries: v.array(entrySchema),
  /** Operations of the same redemption, oldest first. */
  related: v.array(logOperationSchema),
  redemption: v.nullable(
    v.object({
      ref: text(64),
      title: perhaps(text(120)),
      unit: perhaps(unitSchema),
      held: amountSchema,
      captured: amountSchema,
      givenBack: amountSchema,
      state: v.picklist(['held', 'captured', 'released', 'voided', 'refused', 'missing']),
      missingSince: perhaps(timeSchema),
      releaseAt: perhaps(timeSchema),
      orderIds: v.array(whole(1)),
      flags: v.array(text(40)),
    }),
  ),
  /** What the person at the register saw. */
  shown: v.nullable(v.object({ balance: amountSchema, ageMs: perhaps(whole(0)) })),
});
export type Story = v.InferOutput<typeof storySchema>;

export const logSyncSchema = v.object({
  log: whole(1),
  syncId: text(40),
  device: text(64),
  register: text(80),
  location: whole(0),
  staff: perhaps(whole(1)),
  build: text(32),
  receivedAt: timeSchema,
  /** Device clock less server clock, ms. */
  clockOffsetMs: whole(-8_640_000_000_000_000),
  pendingCount: whole(0),
  oldestPendingAt: perhaps(timeSchema),
  operations: whole(0),
  damaged: whole(0),
  counts: v.record(v.picklist(STATUSES), whole(0)),
  ms: whole(0),
});
export type LogSync = v.InferOutput<typeof logSyncSchema>;

/** `GET /api/admin/syncs?before=&limit=&device=&from=&to=`, newest first. */
export const syncPageSchema = v.object({ syncs: v.array(logSyncSchema), next: nextSchema });
export type SyncPage = v.InferOutput<typeof syncPageSchema>;

/**
 * `GET /api/admin/operations/export?before=&through=&<filter>`: the next piece of a CSV file.
 * The first piece begins with the line of column names and fixes `through`, so that operations that
 * come meanwhile don't move the file.
 */
export const exportPieceSchema = v.object({
  csv: v.string(),
  rows: whole(0),
  through: whole(0),
  next: nextSchema,
  /** How much of the log has been looked at, 0 to 1. */
  progress: v.number(),
});
export type ExportPiece = v.InferOutput<typeof exportPieceSchema>;

/** What a filter can be set to: `GET /api/admin/log-filters`. */
export const logChoicesSchema = v.object({
  registers: v.array(v.object({ device: text(64), name: text(80) })),
  locations: v.array(whole(0)),
  staff: v.array(whole(1)),
  kinds: v.array(text(40)),
});
export type LogChoices = v.InferOutput<typeof logChoicesSchema>;

/**
 * `GET /api/admin/live`: server-sent events, each named `change` with this as its data, whenever
 * the shop's feed or sync log has grown. The stream ends by itself after a few minutes; the page
 * asks again with a fresh token.
 */
export const liveChangeSchema = v.object({ seq: whole(0), log: whole(0), at: timeSchema });
export type LiveChange = v.InferOutput<typeof liveChangeSchema>;
