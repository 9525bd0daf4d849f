/**
 * What a register asks: the one message that only the server reads. It stands by itself because a
 * bundle can't leave out half of a file of schemas.
 */
import * as v from './schema.ts';
import {
  CUSTOMERS_PER_SYNC_MAX,
  DAMAGED_PER_SYNC_MAX,
  OPERATIONS_PER_SYNC_MAX,
  cursorSchema,
  customerSchema,
  headsSchema,
  id,
  operationIdSchema,
  text,
  whole,
} from './protocol.ts';

/** Text for people, without the one character that PostgreSQL's text can't hold. */
const plainText = (most: number) =>
  v.pipe(
    text(most),
    v.transform((told: string) => told.replaceAll('\u0000', '\uFFFD')),
  );

export const syncRequestSchema = v.strictObject({
  protocol: whole(1),
  shopId: id,
  register: v.strictObject({
    device: v.pipe(plainText(64), v.minLength(1)),
    name: plainText(80),
    location: whole(0),
    user: whole(0),
    staff: v.nullable(id),
    build: plainText(32),
  }),
  /** `null` asks to start anew: the answer says `reset` and a snapshot follows. */
  cursor: v.nullable(cursorSchema),
  /** Each is checked by itself, so that a bad one is quarantined and the rest applied. */
  operations: v.pipe(v.array(v.unknown()), v.maxLength(OPERATIONS_PER_SYNC_MAX)),
  /** Ids among `operations` that were not promised to a person yet: the ledger may refuse them. */
  authorise: v.pipe(v.array(operationIdSchema), v.maxLength(OPERATIONS_PER_SYNC_MAX)),
  /** Customers whose balances the register wants to see in this answer, changed or not. */
  customers: v.pipe(v.array(customerSchema), v.maxLength(CUSTOMERS_PER_SYNC_MAX)),
  heads: headsSchema,
  /** Operations on the device that the ledger has not settled, these included. */
  pendingCount: whole(0),
  /** Device clock of the oldest of them, ms since 1970. */
  oldestPendingAt: v.nullable(whole(0)),
  deviceTime: whole(0),
  /** `share` of the newest answer that is stored on the device; 0 before the first. */
  share: whole(0),
  storage: v.strictObject({ keys: whole(0), bytes: whole(0) }),
  /** Device records that fail their checksum, as text cut to 2 KB. */
  damaged: v.pipe(
    v.array(v.strictObject({ key: text(1_000), raw: text(2_048) })),
    v.maxLength(DAMAGED_PER_SYNC_MAX),
  ),
});
export type SyncRequest = v.InferOutput<typeof syncRequestSchema>;
