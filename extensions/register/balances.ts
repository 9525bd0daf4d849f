/**
 * The balance cache: what the ledger last said of each customer. A snapshot lies in shards (`b.`),
 * the changes since then in runs (`r.`). Each run says where its changes start (`from`) and end
 * (`cursor`); together they cover the feed from the snapshot up to a point. Only up to that point
 * may a settled operation count as "already in the balance".
 */
import type { Unit } from '../../shared/amount.ts';
import type { CustomerId, OperationId } from '../../shared/protocol.ts';
import {
  leaseOf,
  toldAt,
  type BaseDescriptor,
  type Run,
  type Shard,
  type StoredRemark,
} from './records.ts';

export interface Known {
  readonly balance: number;
  /** Feed position that the balance includes; only acknowledgements of the same epoch compare. */
  readonly epoch: number;
  readonly asOf: number;
  /** Device clock when that was heard, ms since 1970. */
  readonly heardAt: number;
}

export interface Balances {
  /** Newest epoch of anything stored; 0 when nothing is. */
  readonly epoch: number;
  /** What to ask the feed from; `undefined` when only a snapshot can help. */
  readonly cursor: number | undefined;
  readonly newest: Run | undefined;
  /** Strict mode: the newest share that was told; 0 before the first answer. */
  readonly share: number;
  /** Feed position at which that share was told. */
  readonly toldAt: number;
  /** The newest snapshot whose shards are all there. */
  readonly base: BaseDescriptor | undefined;
  /** Acknowledgements of the newest epoch: operation → feed position. */
  readonly applied: ReadonlyMap<OperationId, number>;
  /** What the ledger said of operations that a person should look at, newest epoch. */
  readonly remarks: ReadonlyMap<OperationId, StoredRemark>;
  readonly durable: number;
  /** `undefined`: the ledger never spoke of this account, so nothing may be promised on it. */
  known(customer: CustomerId, unit: Unit): Known | undefined;
  /**
   * Strict mode: the lease that the ledger named for this account in the newest epoch, as
   * `balance`; `undefined` where the even share is the lease.
   */
  lease(customer: CustomerId, unit: Unit): Known | undefined;
}

interface Base {
  readonly run: Run;
  readonly descriptor: BaseDescriptor;
}

/** Newest first: by epoch, then by position. */
const byAge = (a: Run, b: Run): number => b.epoch - a.epoch || b.cursor - a.cursor;

/**
 * Puts together what the stored runs and shards say.
 * `shard` reads one by generation and index; `undefined` when it is missing or damaged.
 */
export function readBalances(
  stored: readonly Run[],
  shard: (gen: string, index: number) => Shard | undefined,
): Balances {
  const runs = [...stored].sort(byAge);
  const newest = runs[0];
  const epoch = newest?.epoch ?? 0;
  const current = runs.filter((run) => run.epoch === epoch);
  const base = newestBase(runs, shard);
  const layers = layersOf(runs, base);
  const told = newestTold(current);
  const applied = new Map<OperationId, number>();
  const remarks = new Map<OperationId, StoredRemark>();
  let durable = 0;
  for (const run of current) {
    durable = Math.max(durable, run.durable);
    for (const [id, seq] of Object.entries(run.applied)) applied.set(id as OperationId, seq);
    for (const [id, one] of Object.entries(run.remarks)) remarks.set(id as OperationId, one);
  }
  return {
    epoch,
    cursor: layers[0]?.chain?.cursor,
    newest,
    share: told?.share ?? 0,
    toldAt: told === undefined ? 0 : toldAt(told),
    base: base?.descriptor,
    applied,
    remarks,
    durable,
    known(customer, unit) {
      for (const layer of layers) {
        const known =
          fromRuns(layer, customer, unit) ??
          (layer.base === undefined
            ? undefined
            : fromBase(layer.base, layer.chain, shard, customer, unit));
        if (known !== undefined) return known;
      }
      return undefined;
    },
    lease(customer, unit) {
      const [layer] = layers;
      return layer === undefined
        ? undefined
        : (fromRuns(layer, customer, leaseOf(unit)) ?? leaseInBase(layer, shard, customer, unit));
    },
  };
}

/** The run with the newest word on what is not of an account: share, program and policy. */
export function newestTold(runs: readonly Run[]): Run | undefined {
  let newest: Run | undefined;
  for (const run of runs) if (newest === undefined || toldAt(run) > toldAt(newest)) newest = run;
  return newest;
}

/** What was heard in one epoch: newer epochs say more of an account, but not of every account. */
interface Layer {
  readonly runs: readonly Run[];
  readonly base: Base | undefined;
  readonly chain: Chain | undefined;
}

function layersOf(runs: readonly Run[], base: Base | undefined): readonly Layer[] {
  return [...new Set(runs.map(({ epoch }) => epoch))].map((epoch) => {
    const own = runs.filter((run) => run.epoch === epoch);
    const ownBase = base?.descriptor.epoch === epoch ? base : undefined;
    return { runs: own, base: ownBase, chain: covered(own, ownBase) };
  });
}

function newestBase(
  runs: readonly Run[],
  shard: (gen: string, index: number) => Shard | undefined,
): Base | undefined {
  // Only the newest that is named will do: what came between it and an older one may have left the
  // device on its word. Without its shards, every balance is to be fetched again.
  const best = newestNamed(runs);
  const isComplete = best?.descriptor.shards.every(
    (_, i) => shard(best.descriptor.gen, i) !== undefined,
  );
  return isComplete === true ? best : undefined;
}

function newestNamed(runs: readonly Run[]): Base | undefined {
  let best: Base | undefined;
  for (const run of runs) {
    const descriptor = run.base;
    if (descriptor === null) continue;
    if (best === undefined || isNewer(descriptor, best.descriptor)) best = { run, descriptor };
  }
  return best;
}

const isNewer = (a: { epoch: number; cursor: number }, b: { epoch: number; cursor: number }) =>
  a.epoch > b.epoch || (a.epoch === b.epoch && a.cursor > b.cursor);

interface Chain {
  readonly cursor: number;
  readonly heardAt: number;
}

/** How far the runs follow on from the snapshot without a hole. */
function covered(runs: readonly Run[], base: Base | undefined): Chain | undefined {
  if (base === undefined) return undefined;
  let cursor = base.descriptor.cursor;
  let heardAt = base.run.deviceTime;
  for (const run of [...runs].sort(
    (a, b) => (a.from ?? 0) - (b.from ?? 0) || a.cursor - b.cursor,
  )) {
    if (run.from === null || run.from > cursor || run.cursor < cursor) continue;
    cursor = run.cursor;
    heardAt = Math.max(heardAt, run.deviceTime);
  }
  return { cursor, heardAt };
}

/** Newest first, so the first run that names the account decides. */
function fromRuns(
  { runs, base, chain }: Layer,
  customer: CustomerId,
  unit: keyof Run['balances'][string],
): Known | undefined {
  for (const run of runs) {
    const balance = run.balances[customer]?.[unit];
    if (balance === undefined) continue;
    // A value older than the snapshot says less than the snapshot does.
    if (base !== undefined && run.cursor < base.descriptor.cursor) return undefined;
    // What changed later, up to the chain's end, a newer run would have named.
    const chained = chain !== undefined && run.cursor <= chain.cursor;
    return {
      balance,
      epoch: run.epoch,
      asOf: chained ? chain.cursor : run.cursor,
      heardAt: chained ? chain.heardAt : run.deviceTime,
    };
  }
  return undefined;
}

/** The shard that the customer's row would be in. */
function shardOf(
  { descriptor: { gen, shards } }: Base,
  shard: (gen: string, index: number) => Shard | undefined,
  customer: CustomerId,
): Shard | undefined {
  return shard(
    gen,
    shards.findIndex(([first, last]) => customer >= first && customer <= last),
  );
}

function fromBase(
  base: Base,
  chain: Chain | undefined,
  shard: (gen: string, index: number) => Shard | undefined,
  customer: CustomerId,
  unit: Unit,
): Known {
  const { epoch, cursor } = base.descriptor;
  const columns = shardOf(base, shard, customer);
  const row = columns === undefined ? -1 : rowOf(columns, customer);
  // The snapshot names every account ever posted to: for any other the ledger's word is zero.
  return {
    balance: row < 0 ? 0 : (columns?.units[unit]?.[row] ?? 0),
    epoch,
    asOf: chain?.cursor ?? cursor,
    heardAt: chain?.heardAt ?? base.run.deviceTime,
  };
}

function leaseInBase(
  { base, chain }: Layer,
  shard: (gen: string, index: number) => Shard | undefined,
  customer: CustomerId,
  unit: Unit,
): Known | undefined {
  if (base === undefined) return undefined;
  const known = fromBase(base, chain, shard, customer, unit);
  const { leases } = shardOf(base, shard, customer) ?? {};
  const named = leases?.find(([of, kind]) => of === customer && kind === unit);
  return named === undefined ? undefined : { ...known, balance: named[2] };
}

const idsByShard = new WeakMap<Shard, Float64Array>();

/** The customer's row by binary search; the delta-coded ids are added up once for each shard. */
function rowOf(shard: Shard, customer: CustomerId): number {
  let ids = idsByShard.get(shard);
  if (ids === undefined) {
    ids = new Float64Array(shard.customers.length);
    let last = 0;
    for (let i = 0; i < ids.length; i += 1) ids[i] = last += shard.customers[i] as number;
    idsByShard.set(shard, ids);
  }
  let low = 0;
  let high = ids.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const id = ids[middle] as number;
    if (id === customer) return middle;
    if (id < customer) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
