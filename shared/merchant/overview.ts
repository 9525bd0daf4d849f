/** What a merchant sees first: registers, today, what is to be looked at, and a picture of time. */
import { text, whole } from '../protocol.ts';
import * as v from '../schema.ts';
import { amountSchema, customerField, perhaps, timeSchema, unitSchema } from './fields.ts';

export const registerStateSchema = v.object({
  device: text(64),
  name: text(80),
  location: whole(0),
  /** The account that the token proved, and the staff member that the register named. */
  user: text(40),
  staff: perhaps(whole(1)),
  build: text(32),
  firstSeenAt: timeSchema,
  lastSeenAt: timeSchema,
  pendingCount: whole(0),
  oldestPendingAt: perhaps(timeSchema),
  /** Device clock less server clock, ms. */
  clockOffsetMs: whole(-8_640_000_000_000_000),
  storageKeys: whole(0),
  storageBytes: whole(0),
  /** Positions of the feed that the register has not heard of. */
  behind: whole(0),
  /** Waiting operations and nothing heard for a day. */
  isSilent: v.boolean(),
  /** The newest versions that an answer has brought it. */
  program: perhaps(whole(1)),
  policy: perhaps(whole(1)),
});
export type RegisterState = v.InferOutput<typeof registerStateSchema>;

const sumSchema = v.object({ unit: unitSchema, amount: amountSchema, count: whole(0) });

/** How many of each wait for a person; kinds as in review.ts, and what other parts tell. */
export const attentionSchema = v.object({
  review: whole(0),
  storeCredit: whole(0),
  webhooks: whole(0),
  dataRequests: whole(0),
});

/** `GET /api/admin/overview?since=` with the start of today in the shop's zone. */
export const overviewSchema = v.object({
  now: timeSchema,
  registers: v.array(registerStateSchema),
  customers: whole(0),
  program: whole(1),
  policy: whole(1),
  today: v.object({
    /** What sales used, net of what was given back; by unit. */
    redeemed: v.array(sumSchema),
    /** Points that sales earned, net of what was taken back. */
    earned: v.array(sumSchema),
    /** Operations that registers had not sent when they called last. */
    waiting: whole(0),
    conflicts: whole(0),
    operations: whole(0),
  }),
  attention: attentionSchema,
});
export type Overview = v.InferOutput<typeof overviewSchema>;

/** At most so many taps in one picture; the newest are kept and `isCut` says so. */
export const TAPS_MAX = 500;

/** `GET /api/admin/timeline?from=&to=`: [from, to), at most 31 days. */
export const timelineSchema = v.object({
  from: timeSchema,
  to: timeSchema,
  registers: v.array(
    v.object({
      device: text(64),
      name: text(80),
      /**
       * `connected`: it called within a few minutes; `cut-off`: it worked without a network, as
       * what it sent later shows; `away`: nothing was heard and nothing was asked.
       */
      spans: v.array(
        v.object({
          from: timeSchema,
          to: timeSchema,
          state: v.picklist(['connected', 'cut-off', 'away']),
        }),
      ),
      taps: v.array(
        v.object({
          id: text(100),
          kind: text(40),
          ref: perhaps(text(64)),
          customer: customerField,
          unit: perhaps(unitSchema),
          amount: perhaps(amountSchema),
          /** When it was asked, the device's clock put right; and when it arrived. */
          askedAt: timeSchema,
          arrivedAt: timeSchema,
          offline: v.boolean(),
          isFlagged: v.boolean(),
        }),
      ),
    }),
  ),
  isCut: v.boolean(),
  /** Operations that had been asked and had not arrived, of all registers; one point a step. */
  waiting: v.array(v.object({ at: timeSchema, count: whole(0) })),
});
export type Timeline = v.InferOutput<typeof timelineSchema>;

/** `GET /api/admin/shop`: how this shop writes times and money. */
export const shopProfileSchema = v.object({
  shop: text(255),
  /** As Shopify calls it; the domain where it did not say. */
  name: text(255),
  /** An IANA name like "Europe/Berlin"; "UTC" where Shopify did not say. */
  timeZone: text(64),
  currency: text(3),
  user: text(40),
});
export type ShopProfile = v.InferOutput<typeof shopProfileSchema>;
