/** Taking older runs into a newer one, so that they can be deleted (rule D2). */
import type { OperationId } from '../../shared/protocol.ts';
import { newestTold } from './balances.ts';
import { toldAt, type BaseDescriptor, type Run, type StoredRemark } from './records.ts';
import type { View } from './view.ts';

/**
 * Acknowledgements kept beyond those of operations still in storage, for a compactor that was
 * paused.
 */
export const APPLIED_KEPT = 1_000;
export const REMARKS_KEPT = 50;

/** Whether the run's changes begin where what is stored ends, with nothing missing between. */
export function followsOn(run: Run, base: Run['base'], { balances }: View): base is BaseDescriptor {
  if (run.from === null || base === null || base.epoch !== run.epoch) return false;
  const covered = run.base === null ? (balances.cursor ?? -1) : base.cursor;
  return base.cursor <= run.cursor && run.from <= covered;
}

/**
 * `run` with everything that the older runs still say. Balances are relabelled as of the new
 * cursor, so only those may be taken that nothing between them and the new answer can have changed
 * unseen.
 */
export function mergeRuns(run: Run, older: readonly Run[], view: View): Run {
  const sameEpoch = older.filter(({ epoch }) => epoch === run.epoch);
  const base = run.base ?? view.balances.base ?? null;
  const isChained = followsOn(run, base, view);
  const applied: Record<OperationId, number> = {};
  const remarks: Record<OperationId, StoredRemark> = {};
  for (const one of [...sameEpoch, run]) {
    Object.assign(applied, one.applied);
    Object.assign(remarks, one.remarks);
  }
  const told = newestTold([run, ...sameEpoch]) ?? run;
  const { share, program, policy } = told;
  const merged = {
    ...run,
    ...(toldAt(told) === run.cursor ? {} : { toldAt: toldAt(told) }),
    share,
    program,
    policy,
    durable: Math.max(run.durable, ...sameEpoch.map(({ durable }) => durable)),
    applied: keepApplied(applied, view),
    remarks: keepRemarks(remarks),
  };
  if (!isChained || older.length === 0) return merged;
  const useful = sameEpoch
    .filter(({ cursor }) => cursor > base.cursor)
    .sort((a, b) => a.cursor - b.cursor);
  return {
    ...merged,
    base,
    from: base.cursor,
    balances: overlay([...useful.map((one) => one.balances), run.balances]),
  };
}

function overlay(layers: readonly Run['balances'][]): Run['balances'] {
  const all: Record<string, Run['balances'][string]> = {};
  for (const layer of layers)
    for (const [customer, units] of Object.entries(layer))
      all[customer] = { ...all[customer], ...units };
  return all;
}

function keepApplied(applied: Record<OperationId, number>, view: View): Run['applied'] {
  const entries = Object.entries(applied) as [OperationId, number][];
  if (entries.length <= APPLIED_KEPT) return applied;
  const recent = [...entries].sort((a, b) => b[1] - a[1]).slice(0, APPLIED_KEPT);
  const stored = entries.filter(([id]) => view.operations.has(id));
  return Object.fromEntries([...stored, ...recent]);
}

function keepRemarks(remarks: Record<OperationId, StoredRemark>): Run['remarks'] {
  const entries = Object.entries(remarks) as [OperationId, StoredRemark][];
  return Object.fromEntries(entries.sort((a, b) => b[1].at - a[1].at).slice(0, REMARKS_KEPT));
}
