/** Rows of the log as the merchant's page reads them: what is unknown is `null`. */
import type { LogOperation } from '../../shared/merchant/log.ts';
import type { LogRow } from '../database/log-reads.ts';

/** What took longer than this from the tap to the server was not asked with a network. */
const PROMPT_MS = 60_000;

export function operationForPage(row: LogRow): LogOperation {
  const askedAt = askedAtOf(row);
  return {
    seq: row.seq,
    id: row.id ?? row.key,
    kind: row.kind,
    ref: row.ref ?? null,
    customer: row.customerId ?? null,
    unit: row.unit ?? null,
    amount: row.amount ?? null,
    status: row.status,
    reason: row.reason ?? null,
    flags: [...row.flags],
    device: row.device ?? null,
    register: row.register ?? null,
    location: row.location ?? null,
    staff: row.staff ?? null,
    orderId: row.orderId ?? null,
    at: row.at,
    askedAt,
    offline: isOffline({ ...row, askedAt }),
    repeats: row.repeats,
  };
}

/** Server clock: when it was asked, the device's clock put right by the sync that brought it. */
export function askedAtOf(row: Pick<LogRow, 'askedAt' | 'clockOffset' | 'at'>): number | null {
  if (row.askedAt === undefined) return null;
  const askedAt = row.askedAt - (row.clockOffset ?? 0);
  // A clock that was set in between would put it behind its own arrival.
  return Math.max(0, Math.min(askedAt, row.at));
}

/** As a promise itself says; of anything else, by how long it was on its way. */
export function isOffline(row: {
  readonly offline: boolean | undefined;
  readonly askedAt: number | null;
  readonly at: number;
}): boolean {
  return row.offline ?? (row.askedAt !== null && row.at - row.askedAt > PROMPT_MS);
}
