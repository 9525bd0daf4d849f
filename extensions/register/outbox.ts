/**
 * Everything stored on the device: the outbox (operations the ledger has not settled) and the
 * balance cache. Two kinds of write exist: create a record under a fresh key, and delete one. A
 * record is deleted for two reasons only:
 *
 *   D1  every operation in it is settled by a run that lies in storage and that the server's
 *       backup covers
 *   D2  all of its content is in a later record that this same context created and read back
 *
 * A damaged record goes by D1 too, when nothing unreadable is left in it or the server has kept its
 * whole text.
 *
 * So any number of contexts may do anything of this at any time, be paused, or die: nobody needs a
 * lock, and the last record that holds an operation is never deleted for a reason that could be
 * false.
 */
import { randomCrockford } from '../../shared/crockford.ts';
import {
  STORAGE_KEYS_MAX,
  limited,
  storageErrorCode,
  type Clock,
  type DeviceStorage,
  type Random,
} from '../../shared/ports.ts';
import type { Operation, OperationId } from '../../shared/protocol.ts';
import {
  encodeRecord,
  operationKey,
  parseKey,
  runKey,
  segmentKey,
  shardKey,
  type BaseDescriptor,
  type Run,
  type Shard,
} from './records.ts';
import { followsOn, mergeRuns } from './runs.ts';
import {
  createReader,
  isSettledForGood,
  refsOf,
  type Segment,
  type StoredOperation,
  type View,
} from './view.ts';
import { createWriter } from './writer.ts';

/** Compaction starts when this many operations lie in records of their own. */
export const SINGLES_MAX = 24;
export const SEGMENT_OPERATIONS_MAX = 200;
export const SEGMENT_CHARS_MAX = 150_000;
/** With this many runs in storage, the next one takes in the others. */
export const RUNS_MAX = 6;
export const RUNS_UNCHAINED_MAX = 12;
/** Keys that stay free for what must still be possible when the rest is full (runs, voids). */
export const KEYS_SPARE = 15;
/** The last keys are for runs and segments: without them nothing could ever make room again. */
export const KEYS_RESERVED = 4;
const DEADLINE_MS = 10_000;
const DAY_MS = 86_400_000;

export type CreateOutcome =
  | { readonly state: 'stored' }
  /** No key is left, even after making room. Nothing was stored. */
  | { readonly state: 'full' }
  /** The write failed in a way that may have happened all the same, now or later. */
  | { readonly state: 'uncertain'; readonly error: unknown };

/** What a caller states; the outbox adds identity and evidence. */
export type Draft<O extends Operation = Operation> = O extends Operation
  ? Omit<O, 'v' | 'id' | 'heads' | 'skip' | 'lastServerTime' | 'deviceTime' | 'shopId'>
  : never;

export interface Outbox {
  readonly shopId: number;
  view(): Promise<View>;
  /** The operation with the identity it would get; storing it is `create`. */
  draft(content: Draft, view: View): Operation;
  create(operation: Operation): Promise<CreateOutcome>;
  /**
   * Writes what an answer said, then deletes what it made superfluous. False when it couldn't be
   * stored.
   */
  saveRun(run: Run): Promise<boolean>;
  /** Writes snapshot shards and the run that names them, which is the commit point. */
  saveBase(shards: readonly Shard[], run: (base: BaseShards) => Run): Promise<boolean>;
  compact(): Promise<void>;
  /** Writes old records again, byte for byte: storage forgets what is not written for 30 days. */
  touch(): Promise<void>;
  /**
   * Deletes damaged records whose text the server has kept, as far as that says all of them: what
   * it kept only the beginning of, or what can still be read and is not settled for good, stays.
   */
  forgetDamaged(keys: readonly string[]): Promise<void>;
}

/** Where the shards lie; the run that names them adds what they are worth. */
export type BaseShards = Omit<BaseDescriptor, 'epoch' | 'cursor'>;

export interface OutboxDeps {
  readonly storage: DeviceStorage;
  readonly clock: Clock;
  readonly random: Random;
  readonly shopId: number;
}

export function createOutbox(deps: OutboxDeps): Outbox {
  const { clock, random, shopId } = deps;
  const storage = withDeadline(deps.storage, clock);
  const reader = createReader(storage, shopId);
  const writer = createWriter(random);
  const fresh = (): string => randomCrockford(random, 10);

  /** True when the record can be read back as it was written. */
  const put = async (key: string, value: string): Promise<boolean> => {
    await storage.set(key, value);
    return (await storage.get(key)) === value;
  };

  const remove = async (keys: Iterable<string>): Promise<void> => {
    for (const key of keys) await storage.delete(key);
  };

  /** How many there were when this context last looked, and what it has begun to write since. */
  let keys = 0;
  const look = async (): Promise<View> => {
    const view = await reader.read();
    keys = view.keys;
    return view;
  };

  const compact = async (): Promise<void> => {
    const view = await look();
    const gone = forgettable(view);
    for (const { sources, raws } of groupForSegments(view, gone)) {
      // D2: this context writes a later record with all of it, and reads that back.
      const isSafe =
        raws.length === 0 || (await put(segmentKey(shopId, fresh()), encodeRecord(raws)));
      if (isSafe) await remove(sources);
    }
  };

  const dropBase = async (): Promise<void> => {
    await remove((await reader.read()).shards.keys());
  };

  /** A run is worth more than a snapshot, which can be fetched again. */
  const putRun = async (value: string): Promise<boolean> => {
    const key = runKey(shopId, fresh());
    try {
      return await put(key, value);
    } catch (error) {
      if (storageErrorCode(error) !== 'RecordsCount') throw error;
      await dropBase();
      return put(key, value);
    }
  };

  /** All of them, or none that stays: no run names these shards yet. */
  const putShards = async (gen: string, shards: readonly Shard[]): Promise<boolean> => {
    const written: string[] = [];
    let isWhole = false;
    try {
      for (const [i, shard] of shards.entries()) {
        const key = shardKey(shopId, gen, i);
        written.push(key);
        if (!(await put(key, encodeRecord(shard)))) return false;
      }
      isWhole = true;
      return true;
    } finally {
      if (!isWhole) await remove(written).catch(() => undefined);
    }
  };

  const store = async (operation: Operation): Promise<CreateOutcome> => {
    const key = operationKey(shopId, operation.id);
    const value = encodeRecord(operation);
    for (const makeRoom of [compact, dropBase, undefined]) {
      if (keys < STORAGE_KEYS_MAX - KEYS_RESERVED)
        try {
          // Before it is written: others are under way, and what failed may lie there all the same.
          keys += 1;
          await storage.set(key, value);
          return { state: 'stored' };
        } catch (error) {
          if (storageErrorCode(error) !== 'RecordsCount') return { state: 'uncertain', error };
        }
      await makeRoom?.().catch(() => undefined);
      await look().catch(() => undefined);
    }
    return { state: 'full' };
  };

  return {
    shopId,
    view: look,

    draft(content, view) {
      const identity = writer.next(view);
      return {
        ...content,
        v: 1,
        shopId,
        ...identity,
        deviceTime: Math.max(0, Math.floor(clock.now())),
        lastServerTime: view.balances.newest?.serverTime ?? null,
      };
    },

    async create(operation) {
      const outcome = await store(operation);
      if (outcome.state === 'stored') writer.stored();
      return outcome;
    },

    async saveRun(run) {
      const before = await reader.read();
      const replaced = replacedBy(before, run);
      const merged = mergeRuns(
        run,
        replaced.map(([, one]) => one),
        before,
      );
      if (!(await putRun(encodeRecord(merged)))) return false;
      await remove(replaced.map(([old]) => old));
      await tidy(await reader.read());
      return true;
    },

    async saveBase(shards, run) {
      const gen = fresh();
      const before = await reader.read();
      if (before.keys + shards.length + KEYS_RESERVED > STORAGE_KEYS_MAX) return false;
      if (!(await putShards(gen, shards))) return false;
      const based = run(describeBase(gen, shards, Math.floor(clock.now())));
      const older = [...before.runs].filter(([, one]) => isCoveredByBase(one, based));
      const merged = mergeRuns(
        based,
        older.map(([, one]) => one),
        before,
      );
      if (!(await put(runKey(shopId, fresh()), encodeRecord(merged)))) return false;
      await remove(older.map(([key]) => key));
      const after = await reader.read();
      await remove(shardsNobodyNames(after, before));
      return true;
    },

    compact,

    async touch() {
      const young = youngKeys(await reader.read(), clock.now() - DAY_MS, shopId);
      for (const [key, value] of await storage.entries())
        if (parseKey(key) !== undefined && !young.has(key)) await storage.set(key, value);
    },

    async forgetDamaged(keys) {
      const view = await reader.read();
      const spent = spentRecords(view, keys);
      const told = view.damaged.map(({ key }) => key).filter((key) => keys.includes(key));
      await remove(told.filter((key) => !view.salvage.has(key) || spent.includes(key)));
    },
  };

  /** Rule D1, and compaction when it is due. */
  async function tidy(view: View): Promise<void> {
    const spent = spentRecords(view);
    await remove(spent);
    const left = [...view.singles.keys()].filter((key) => !spent.includes(key));
    const gone = forgettable(view);
    const hollow = view.segments.filter(
      (one) => isMostlyGone(one, gone) && !spent.includes(one.key),
    );
    if (left.length > SINGLES_MAX || hollow.length > 0) await compact();
  }
}

/** Rejects when storage does not answer: a call that never ends must not hang a person's tap. */
function withDeadline(storage: DeviceStorage, clock: Clock): DeviceStorage {
  const limit = <T>(call: Promise<T>): Promise<T> => limited(clock, DEADLINE_MS, call);
  return {
    get: (key) => limit(storage.get(key)),
    set: (key, value) => limit(storage.set(key, value)),
    delete: (key) => limit(storage.delete(key)),
    entries: () => limit(storage.entries()),
  };
}

interface Group {
  readonly sources: readonly string[];
  readonly raws: readonly unknown[];
}

interface Source {
  readonly key: string;
  readonly operations: readonly StoredOperation[];
  readonly chars: number;
  /** A single, or a segment of which something may go: writing it anew makes room. */
  readonly isDue: boolean;
}

/** What compaction would write anew, without what may go; the smallest segments first. */
function compactionSources(view: View, gone: ReadonlySet<OperationId>): Source[] {
  const live = (operations: readonly StoredOperation[]) =>
    operations.filter(({ id }) => !gone.has(id));
  const size = (operations: readonly StoredOperation[]): number =>
    operations.reduce((sum, { raw }) => sum + JSON.stringify(raw).length + 1, 0);
  const singles = [...view.singles].map(([key, one]): Source => {
    const operations = live([one]);
    return { key, operations, chars: size(operations), isDue: true };
  });
  const segments = view.segments
    .filter(({ isForeign }) => !isForeign)
    .map(({ key, operations: all, chars }): Source => {
      const operations = live(all);
      const isDue = operations.length < all.length;
      return { key, operations, chars: isDue ? size(operations) : chars, isDue };
    });
  return [...singles, ...segments.sort((a, b) => a.operations.length - b.operations.length)];
}

/** All that is due, and other segments while they fit, as the contents of new segments. */
function groupForSegments(view: View, gone: ReadonlySet<OperationId>): Group[] {
  const sources = compactionSources(view, gone);
  if (sources.every(({ isDue }) => !isDue)) return [];
  const groups: { keys: string[]; raws: Map<OperationId, unknown>; chars: number }[] = [];
  for (const source of sources) {
    let group = groups.at(-1);
    const count = (group?.raws.size ?? 0) + source.operations.length;
    const chars = (group?.chars ?? 0) + source.chars;
    if (group === undefined || count > SEGMENT_OPERATIONS_MAX || chars > SEGMENT_CHARS_MAX) {
      if (!source.isDue) continue;
      group = { keys: [], raws: new Map(), chars: 0 };
      groups.push(group);
    }
    group.keys.push(source.key);
    group.chars += source.chars;
    for (const one of source.operations) group.raws.set(one.id, one.raw);
  }
  return groups.map(({ keys, raws }) => ({ sources: keys, raws: [...raws.values()] }));
}

/** Whether a segment is mostly done with, so that writing the rest anew is worth its while. */
function isMostlyGone({ operations, isForeign }: Segment, gone: ReadonlySet<OperationId>): boolean {
  return !isForeign && operations.filter(({ id }) => gone.has(id)).length * 2 >= operations.length;
}

/**
 * Operations whose records may go: settled for good, and no longer needed to follow a redemption.
 */
function forgettable(view: View): ReadonlySet<OperationId> {
  const gone = new Set<OperationId>();
  const all = [...view.operations.values()];
  const closed = refsOf(all, 'void', 'commit');
  const intents = refsOf(all, 'intent');
  for (const one of all) {
    if (!isSettledForGood(view, one.id)) continue;
    // An intent is followed until a sale or a void closes it; what closes it stays until it is
    // gone, or the redemption would look open again; so does what reports it missing, once.
    if (one.kind === 'intent' && !closed.has(one.ref) && !isStale(view, one)) continue;
    if (isFollowing(one) && intents.has(one.ref)) continue;
    gone.add(one.id);
  }
  return gone;
}

/**
 * Records with nothing in them that is still needed, singles first. What closes an intent may go
 * together with it, when that one record holds the only copy of the intent. Of a damaged one, what
 * can't be read is needed too, unless its text is among those that the server has `kept`.
 */
function spentRecords(view: View, kept: readonly string[] = []): string[] {
  const gone = forgettable(view);
  const needed = new Set<string>();
  for (const [key, { isReadable, isShort }] of view.salvage)
    if (!isReadable && !(isShort && kept.includes(key))) needed.add(key);
  const records = [
    ...[...view.singles].map(([key, one]) => ({ key, operations: [one] })),
    ...view.segments,
    ...[...view.salvage].map(([key, { operations }]) => ({ key, operations })),
  ];
  const homes = new Map<OperationId, string[]>();
  const intents = new Map<StoredOperation['ref'], StoredOperation[]>();
  for (const { key, operations } of records)
    for (const one of operations) homes.set(one.id, [...(homes.get(one.id) ?? []), key]);
  for (const one of view.operations.values())
    if (one.kind === 'intent') intents.set(one.ref, [...(intents.get(one.ref) ?? []), one]);
  const goesWith = (key: string, one: StoredOperation): boolean =>
    isFollowing(one) &&
    isSettledForGood(view, one.id) &&
    (intents.get(one.ref) ?? []).every(
      ({ id }) => gone.has(id) && homes.get(id)?.every((home) => home === key) === true,
    );
  return records
    .filter(({ key }) => !needed.has(key))
    .filter(({ key, operations }) =>
      operations.every((one) => gone.has(one.id) || goesWith(key, one)),
    )
    .map(({ key }) => key);
}

/** What says something of an intent, and is needed as long as that is there. */
function isFollowing({ kind }: StoredOperation): boolean {
  return kind === 'void' || kind === 'commit' || kind === 'missing';
}

/** A settled intent that nothing closed for a day: the ledger decides it by the order. */
function isStale(view: View, intent: StoredOperation): boolean {
  return view.newestDeviceTime - intent.at > DAY_MS;
}

/**
 * The runs that the new one takes in and replaces, when there are enough to make that worth a
 * write.
 */
function replacedBy(view: View, run: Run): [string, Run][] {
  const isChained = followsOn(run, view.balances.base ?? null, view);
  // What does not follow on from a snapshot can't carry older balances on: they are given up only
  // when the keys are needed.
  if (view.runs.size < (isChained ? RUNS_MAX : RUNS_UNCHAINED_MAX)) return [];
  return [...view.runs].filter(([, one]) => one.epoch === run.epoch && one.cursor <= run.cursor);
}

function describeBase(gen: string, shards: readonly Shard[], writtenAt: number): BaseShards {
  const ends = shards.map(({ customers }): readonly [number, number] => [
    customers[0] ?? 0,
    customers.reduce((sum, delta) => sum + delta, 0),
  ]);
  return { gen, writtenAt, shards: ends };
}

const isCoveredByBase = (one: Run, based: Run): boolean =>
  one.epoch < based.epoch || (one.epoch === based.epoch && one.cursor <= based.cursor);

/**
 * Shards of generations that no run names; those that came while this one was written may yet be
 * named.
 */
function shardsNobodyNames(view: View, before: View): string[] {
  const named = new Set([...view.runs.values()].map(({ base }) => base?.gen));
  const gen = (key: string): string => parseKey(key)?.rest.split('.')[0] ?? '';
  return [...view.shards.keys()].filter((key) => !named.has(gen(key)) && before.shards.has(key));
}

/**
 * Keys of records that were written since `time` by the device's clock. What can't tell its age
 * (damaged, of another version or shop) is never among them: it must not be forgotten either.
 */
function youngKeys(view: View, time: number, shop: number): ReadonlySet<string> {
  const young = new Set<string>();
  for (const [key, one] of view.singles) if (one.at >= time) young.add(key);
  for (const { key, operations } of view.segments)
    if (operations.every(({ at }) => at >= time)) young.add(key);
  for (const [key, run] of view.runs) {
    if (run.deviceTime < time) continue;
    young.add(key);
    // A run carries on a snapshot that may be much older than itself.
    if (run.base === null || run.base.writtenAt < time) continue;
    for (let i = 0; i < run.base.shards.length; i += 1) young.add(shardKey(shop, run.base.gen, i));
  }
  return young;
}

/** Whether a new redemption still leaves the keys that syncs, voids and commits need. */
export function hasRoom(view: View): boolean {
  return view.keys < STORAGE_KEYS_MAX - KEYS_SPARE;
}
