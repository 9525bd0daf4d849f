/**
 * The row of an operation that no register sent: the server's own, or a person's in the admin. It
 * has no device and no sync, and its name is drawn by whoever makes it.
 */
import type { CustomerKey, OperationRow, SettledRow } from '../database/database.ts';
import type { Unit } from '../../shared/amount.ts';
import type { Draft } from './draft.ts';

export interface OwnOperation {
  /** A position of the feed that is this operation's alone. */
  readonly seq: number;
  /** What was settled under this name is never settled again. */
  readonly key: string;
  readonly kind: string;
  /** Server clock, ms since 1970. */
  readonly now: number;
  /** For people who read the books later; written as JSON. */
  readonly content: object;
  /** Stands for what was asked, where the same name may come with something else. */
  readonly hash?: string;
  readonly status?: SettledRow['status'];
  readonly reason?: SettledRow['reason'];
  readonly flags?: SettledRow['flags'];
  readonly ref?: string | undefined;
  readonly customer?: CustomerKey | undefined;
  readonly unit?: Unit | undefined;
  readonly amount?: number | undefined;
  readonly orderId?: number | undefined;
}

/** Keeps it on the draft, as settled; answers the row under which it is found again. */
export function keepOwn(draft: Draft, own: OwnOperation): SettledRow {
  const { seq, key, hash = '', status = 'applied', reason, flags = [] } = own;
  const row = { seq, key, id: undefined, hash, status, reason, flags, repeats: 0 };
  draft.settled.set(key, [row]);
  const operation: OperationRow = {
    ...row,
    kind: own.kind,
    ref: own.ref,
    customer: own.customer,
    unit: own.unit,
    amount: own.amount,
    device: undefined,
    syncId: undefined,
    at: own.now,
    askedAt: undefined,
    period: undefined,
    content: JSON.stringify(own.content),
    orderId: own.orderId,
  };
  draft.touched.operations.push(operation);
  return row;
}
