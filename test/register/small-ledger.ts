/**
 * The ledger as a register can know it, in a few lines of the test's own: a feed of changes, what
 * it settled and where, a backup, and restores from that backup. It answers pushes and snapshots.
 */
import type {
  CustomerId,
  Cursor,
  Operation,
  OperationId,
  Reference,
  Settlement,
  SnapshotPage,
  SyncRequest,
  SyncResponse,
} from '../../shared/protocol.ts';
import { answerWith } from './device.ts';

interface Change {
  readonly customer: CustomerId;
  readonly by: number;
  readonly operation: OperationId | undefined;
  readonly ref: Reference | undefined;
}

export interface SmallLedger {
  readonly epoch: number;
  readonly seq: number;
  /** A change that no register made. */
  post(customer: CustomerId, by: number): void;
  backUp(): void;
  /** Starts a new epoch with what the backup knew. */
  restore(): void;
  answer(request: SyncRequest): SyncResponse;
  snapshot(): SnapshotPage;
  /** The points of a customer as they stood at a position of an epoch. */
  valueAt(customer: CustomerId, at: { readonly epoch: number; readonly asOf: number }): number;
  /** Where an operation was settled in an epoch, if it was. */
  settledAt(id: OperationId, epoch: number): number | undefined;
}

export function createSmallLedger(customers: readonly CustomerId[], spanMax: number): SmallLedger {
  /** One feed per epoch; the place of a change is its position, from 1. */
  const feeds: Change[][] = [[]];
  let durable = 0;

  const feed = (): Change[] => feeds[feeds.length - 1] ?? [];
  const settledAt: SmallLedger['settledAt'] = (id, epoch) => {
    const place = feeds[epoch - 1]?.findIndex(({ operation }) => operation === id) ?? -1;
    return place < 0 ? undefined : place + 1;
  };
  const valueAt: SmallLedger['valueAt'] = (customer, { epoch, asOf }) =>
    (feeds[epoch - 1] ?? [])
      .slice(0, asOf)
      .reduce((sum, change) => sum + (change.customer === customer ? change.by : 0), 0);
  const here = (asOf: number) => ({ epoch: feeds.length, asOf });

  /**
   * What one operation does: an intent holds, unless it was closed before; a void gives that back.
   */
  const effectOf = (operation: Operation): Change => {
    const { id } = operation;
    if (operation.kind !== 'intent' && operation.kind !== 'void')
      return { customer: 0, by: 0, operation: id, ref: undefined };
    const { ref, hold } = operation;
    const before = feed().filter((change) => change.ref === ref);
    const held = before.reduce((sum, { by }) => sum + by, 0);
    const by = operation.kind === 'void' ? -held : before.length > 0 ? 0 : -hold.amount;
    return { customer: hold.customer, by, operation: id, ref };
  };

  const settle = (operation: Operation): Settlement => {
    const known = settledAt(operation.id, feeds.length);
    if (known === undefined) feed().push(effectOf(operation));
    const seq = known ?? feed().length;
    const status = known === undefined ? 'applied' : 'duplicate';
    return { id: operation.id, seq, status, reason: null, flags: [] };
  };

  return {
    get epoch() {
      return feeds.length;
    },
    get seq() {
      return feed().length;
    },
    post: (customer, by) =>
      void feed().push({ customer, by, operation: undefined, ref: undefined }),
    backUp: () => void (durable = feed().length),
    restore: () => void feeds.push(feed().slice(0, durable)),
    settledAt,
    valueAt,
    answer(request) {
      const results = (request.operations as Operation[]).map(settle);
      const isKnown = (cursor: Cursor | null): cursor is Cursor =>
        cursor !== null && cursor.epoch === feeds.length && cursor.seq <= feed().length;
      const reset = !isKnown(request.cursor);
      const after = isKnown(request.cursor) ? request.cursor.seq : feed().length;
      const through = Math.min(feed().length, after + spanMax);
      const span = feed().slice(after, through);
      const asked = through < feed().length ? [] : request.customers;
      const told = new Set([...span.map(({ customer }) => customer), ...asked]);
      return answerWith({
        reset,
        cursor: { epoch: feeds.length, seq: through },
        durable,
        more: through < feed().length,
        results,
        settled: span.flatMap(({ operation }, i): Settlement[] =>
          operation === undefined
            ? []
            : [
                {
                  id: operation,
                  seq: after + i + 1,
                  status: 'applied' as const,
                  reason: null,
                  flags: [],
                },
              ],
        ),
        balances: [...told].map((customer) => ({
          customer,
          unit: 'points' as const,
          balance: valueAt(customer, here(through)),
        })),
      });
    },
    snapshot: () => ({
      protocol: 1,
      serverTime: 0,
      cursor: { epoch: feeds.length, seq: feed().length },
      customers: customers.map((id, i) => id - (customers[i - 1] ?? 0)),
      units: { points: customers.map((id) => valueAt(id, here(feed().length))) },
      leases: [],
      next: null,
      total: customers.length,
    }),
  };
}
