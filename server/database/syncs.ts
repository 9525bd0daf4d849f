/** What registers have sent, sync by sync, as the port carries it. */
import type { Status } from '../../shared/protocol.ts';

export interface SyncRow {
  readonly log: number;
  readonly syncId: string;
  readonly device: string;
  readonly name: string;
  /** The account that the token proves; `claimedUser` and `staff` are what the device says. */
  readonly user: string;
  readonly claimedUser: number;
  readonly staff: number | undefined;
  readonly location: number;
  readonly build: string;
  readonly receivedAt: number;
  readonly deviceTime: number;
  readonly pendingCount: number;
  readonly oldestPendingAt: number | undefined;
  readonly storageKeys: number;
  readonly storageBytes: number;
  readonly operations: number;
  readonly damaged: number;
  readonly counts: Readonly<Partial<Record<Status, number>>>;
  readonly seqBefore: number;
  readonly seqAfter: number;
  readonly ms: number;
}

/** One more time that a settled operation reached the server; the first stands in its own row. */
export interface AttemptRow {
  readonly seq: number;
  readonly n: number;
  readonly syncId: string;
  readonly at: number;
  readonly device: string;
  readonly status: Status;
}
