/**
 * Reading the device: one consistent picture of outbox and balances out of `entries()`, which is
 * neither a transaction nor, for all we know, a snapshot.
 */
import * as v from '../../shared/schema.ts';
import type { Unit } from '../../shared/amount.ts';
import type { DeviceStorage } from '../../shared/ports.ts';
import {
  holdSchema,
  operationIdSchema,
  operationSchema,
  parseOperationId,
  referenceSchema,
  type CustomerId,
  type Hold,
  type Operation,
  type OperationId,
  type OperationKind,
  type OperationOf,
  type Reference,
  type WriterId,
} from '../../shared/protocol.ts';
import { evenShare, project, type Waiting } from '../../shared/rules.ts';
import { readBalances, type Balances, type Known } from './balances.ts';
import {
  decodeRecord,
  parseKey,
  salvageEntries,
  shardKey,
  type Run,
  type Shard,
} from './records.ts';

/**
 * How often `entries()` is repeated until two successive reads agree on what could hide a record.
 */
const READS_MAX = 6;
/** Of a damaged record's text, the server is sent and keeps no more. */
const DAMAGED_CHARS_MAX = 2_048;

export interface StoredOperation {
  readonly id: OperationId;
  readonly kind: string;
  readonly ref: Reference | undefined;
  readonly hold: Hold | undefined;
  /**
   * Device clock when it was made, ms since 1970; 0 when a newer version says it in a way of its
   * own.
   */
  readonly at: number;
  /** As stored: sent on unchanged, also when this version doesn't know its kind. */
  readonly raw: unknown;
  /** `undefined` when this version doesn't understand it. */
  readonly operation: Operation | undefined;
}

export interface Segment {
  readonly key: string;
  readonly operations: readonly StoredOperation[];
  readonly chars: number;
  /** Written by a newer version: it may go when all is settled, but is never written anew. */
  readonly isForeign: boolean;
}

/** What can still be read of a damaged record of operations; nothing, at worst. */
export interface Salvage {
  readonly operations: readonly StoredOperation[];
  /** Nothing is left in it that can't be read. */
  readonly isReadable: boolean;
  /** Its whole text is what the server is sent. */
  readonly isShort: boolean;
}

export interface Available {
  readonly known: Known;
  /** known.balance less what waits, or has been settled only behind that balance. */
  readonly available: number;
}

export interface View {
  /** Every operation in storage, by id; one may lie in several records. */
  readonly operations: ReadonlyMap<OperationId, StoredOperation>;
  /** Those that the ledger has not settled, in the order they were made. */
  readonly pending: readonly StoredOperation[];
  readonly singles: ReadonlyMap<string, StoredOperation>;
  readonly segments: readonly Segment[];
  readonly runs: ReadonlyMap<string, Run>;
  readonly shards: ReadonlyMap<string, number>;
  readonly balances: Balances;
  /** Those whose whole text is here come first: only they can go by being told. */
  readonly damaged: readonly { readonly key: string; readonly raw: string }[];
  /** By the key of the damaged record; its operations count like all others. */
  readonly salvage: ReadonlyMap<string, Salvage>;
  readonly otherShops: ReadonlyMap<number, number>;
  readonly keys: number;
  readonly bytes: number;
  /** Newest number seen of each writer. */
  readonly heads: ReadonlyMap<WriterId, number>;
  /** Newest device time in any record, to notice a clock that ran back. */
  readonly newestDeviceTime: number;
  /** Whether the ledger settled it, by an acknowledgement of the newest epoch. */
  isSettled(id: OperationId): boolean;
  available(customer: CustomerId, unit: Unit): Available | undefined;
  /**
   * Strict mode: what this register may still promise of the account while it is cut off, by its
   * lease less what waits, as it was before `own`; `undefined` where the whole balance is its own.
   */
  leased(
    customer: CustomerId,
    unit: Unit,
    own?: { readonly id: OperationId; readonly hold: Hold },
  ): number | undefined;
}

/** Whether a record of this operation may go by rule D1. */
export function isSettledForGood(view: View, id: OperationId): boolean {
  const seq = view.balances.applied.get(id);
  const { cursor, durable, newest } = view.balances;
  // Behind the covered part of the feed, no balance here includes it yet: it must still be taken
  // off.
  const covered = cursor ?? newest?.cursor ?? 0;
  if (seq === undefined || seq > durable || seq > covered) return false;
  const hold = view.operations.get(id)?.hold;
  const known = hold === undefined ? undefined : view.balances.known(hold.customer, hold.unit);
  return known === undefined || (known.epoch === view.balances.epoch && seq <= known.asOf);
}

type Content =
  | {
      readonly type: 'operations';
      readonly operations: readonly StoredOperation[];
      readonly isForeign: boolean;
      /** False when it holds more than this version can read: then the record stays. */
      readonly isWhole: boolean;
    }
  | { readonly type: 'run'; readonly run: Run }
  | { readonly type: 'shard'; readonly shard: Shard }
  | {
      readonly type: 'damaged';
      /** `undefined` for a record that never held operations. */
      readonly salvage: Salvage | undefined;
      readonly operations: readonly StoredOperation[];
    }
  | { readonly type: 'foreign' };

export interface Reader {
  read(): Promise<View>;
}

/** What is known of a device before its storage was read once. */
export const emptyView = (): View =>
  assemble(0, new Map(), () => undefined, { keys: 0, bytes: 0, foreign: new Map() });

/** Records never change, so what was decoded once is kept while its text is the same. */
export function createReader(storage: DeviceStorage, shopId: number): Reader {
  let cache = new Map<string, { readonly value: unknown; readonly content: Content }>();
  return {
    async read() {
      const entries = await stableEntries(storage);
      const next: typeof cache = new Map();
      const contents = new Map<string, Content>();
      const foreign = new Map<number, number>();
      let bytes = 0;
      for (const [key, value] of entries) {
        bytes += key.length + (typeof value === 'string' ? value.length : 0);
        const parsed = parseKey(key);
        if (parsed === undefined) continue;
        const known = cache.get(key);
        const content =
          known !== undefined && known.value === value ? known.content : decode(parsed.type, value);
        next.set(key, { value, content });
        if (parsed.shop === shopId) contents.set(key, content);
        else if ('operations' in content)
          foreign.set(parsed.shop, (foreign.get(parsed.shop) ?? 0) + content.operations.length);
      }
      cache = next;
      const raw = (key: string): unknown => next.get(key)?.value;
      return assemble(shopId, contents, raw, { keys: entries.length, bytes, foreign });
    },
  };
}

/**
 * A record that moves (operation → segment, operation → run) is written at its new place before the
 * old one goes. A reading that is no snapshot may miss both, but then the reading before it shows
 * the old place, or the one after it the new. So: read until two successive readings show the same
 * runs and segments, and take what either of them shows. What was deleted meanwhile is settled by
 * one of those runs, or stands in one of those segments.
 */
async function stableEntries(storage: DeviceStorage): Promise<readonly [string, unknown][]> {
  const seen = new Map<string, unknown>();
  let moving: string | undefined;
  for (let reads = 0; reads < READS_MAX; reads += 1) {
    const entries = await storage.entries();
    const now = movingKeys(entries);
    for (const [key, value] of entries) seen.set(key, value);
    if (now === moving) break;
    moving = now;
  }
  return [...seen];
}

const movingKeys = (entries: readonly [string, unknown][]): string =>
  entries
    .map(([key]) => key)
    .filter((key) => key.startsWith('r.') || key.startsWith('s.'))
    .sort()
    .join(' ');

function decode(type: 'o' | 's' | 'r' | 'b', value: unknown): Content {
  const decoded = decodeRecord(value);
  if (decoded.state === 'damaged') return salvaged(type, value);
  const { content, state } = decoded;
  if (type === 'o' || type === 's') {
    const list: unknown[] = type === 'o' ? [content] : Array.isArray(content) ? content : [];
    const operations = list.map(readOperation).filter((one) => one !== undefined);
    if (operations.length > 0) {
      const isWhole = operations.length === list.length;
      return { type: 'operations', operations, isForeign: state !== 'ok', isWhole };
    }
    return state === 'ok' ? salvaged(type, value) : { type: 'foreign' };
  }
  if (state === 'unknown-format') return { type: 'foreign' };
  // Written by this format under a checksum: the shape is what this code wrote.
  return type === 'r'
    ? { type: 'run', run: content as Run }
    : { type: 'shard', shard: content as Shard };
}

function salvaged(type: 'o' | 's' | 'r' | 'b', value: unknown): Content {
  if (type === 'r' || type === 'b') return { type: 'damaged', salvage: undefined, operations: [] };
  const { entries: operations, isReadable } = salvageEntries(value, readOperation);
  const isShort = String(value).length <= DAMAGED_CHARS_MAX;
  return { type: 'damaged', salvage: { operations, isReadable, isShort }, operations };
}

const frozenSchema = v.object({
  id: operationIdSchema,
  kind: v.fallback(v.string(), 'unknown'),
  ref: v.fallback(v.optional(referenceSchema), undefined),
  hold: v.fallback(v.nullish(holdSchema), undefined),
  deviceTime: v.fallback(v.number(), 0),
});

function readOperation(raw: unknown): StoredOperation | undefined {
  const frozen = v.safeParse(frozenSchema, raw);
  if (!frozen.success) return undefined;
  const { id, kind, ref, hold, deviceTime: at } = frozen.output;
  const full = v.safeParse(operationSchema, raw);
  return {
    id,
    kind,
    ref,
    hold: hold ?? undefined,
    at,
    raw,
    operation: full.success ? full.output : undefined,
  };
}

function assemble(
  shopId: number,
  contents: ReadonlyMap<string, Content>,
  raw: (key: string) => unknown,
  totals: { keys: number; bytes: number; foreign: ReadonlyMap<number, number> },
): View {
  const operations = new Map<OperationId, StoredOperation>();
  const singles = new Map<string, StoredOperation>();
  const segments: Segment[] = [];
  const runs = new Map<string, Run>();
  const shards = new Map<string, Shard>();
  const damaged: { key: string; raw: string }[] = [];
  const salvage = new Map<string, Salvage>();
  for (const [key, content] of contents) {
    if (content.type === 'run') runs.set(key, content.run);
    if (content.type === 'shard') shards.set(key, content.shard);
    if (content.type === 'damaged') {
      damaged.push({ key, raw: String(raw(key)).slice(0, DAMAGED_CHARS_MAX) });
      if (content.salvage !== undefined) salvage.set(key, content.salvage);
    }
    if (content.type !== 'operations') continue;
    for (const one of content.operations) operations.set(one.id, one);
    const { operations: own, isForeign, isWhole } = content;
    const [first] = own;
    if (!isWhole) continue;
    if (key.startsWith('o.') && first !== undefined && !isForeign) singles.set(key, first);
    else segments.push({ key, operations: own, chars: String(raw(key)).length, isForeign });
  }
  // A sound copy of the same operation says more, and evidence comes from sound records alone.
  const sound = [...operations.values()];
  for (const { operations: read } of salvage.values())
    for (const one of read) if (!operations.has(one.id)) operations.set(one.id, one);
  const balances = readBalances([...runs.values()], (gen, i) =>
    shards.get(shardKey(shopId, gen, i)),
  );
  const isSettled = (id: OperationId): boolean => balances.applied.has(id);
  const pending = [...operations.values()].filter(({ id }) => !isSettled(id)).sort(byMaking);
  return {
    operations,
    pending,
    singles,
    segments,
    runs,
    shards: new Map([...shards].map(([key, shard]) => [key, shard.customers.length])),
    balances,
    damaged: damaged.sort((a, b) => a.raw.length - b.raw.length),
    salvage,
    otherShops: totals.foreign,
    keys: totals.keys,
    bytes: totals.bytes,
    heads: headsOf(sound.map(({ id }) => id)),
    newestDeviceTime: Math.max(
      0,
      ...sound.map(({ at }) => at),
      ...[...runs.values()].map(({ deviceTime }) => deviceTime),
    ),
    isSettled,
    available: (customer, unit) => availableOf(balances, operations, customer, unit),
    leased: (customer, unit, own) =>
      balances.share === 1
        ? undefined
        : damaged.some(({ key }) => key.startsWith('r.'))
          ? // It may have said that the lease is smaller now.
            0
          : leasedOf(balances, operations, { customer, unit }) + ownOf(balances, own),
  };
}

/** By device time for people's eyes, then by identity; the ledger needs no order. */
const byMaking = (a: StoredOperation, b: StoredOperation): number =>
  a.at - b.at || (a.id < b.id ? -1 : 1);

function headsOf(ids: Iterable<OperationId>): Map<WriterId, number> {
  const heads = new Map<WriterId, number>();
  for (const id of ids) {
    const { writer, n } = parseOperationId(id);
    if (n > (heads.get(writer) ?? 0)) heads.set(writer, n);
  }
  return heads;
}

function availableOf(
  balances: Balances,
  operations: ReadonlyMap<OperationId, StoredOperation>,
  customer: CustomerId,
  unit: Unit,
): Available | undefined {
  const known = balances.known(customer, unit);
  if (known === undefined) return undefined;
  const waiting = waitingBeside(balances, known, [...operations.values()]);
  return { known, available: project(known.balance, { customer, unit }, waiting) };
}

/**
 * An older epoch's lease counts no longer: the ledger that comes back from a backup may have given
 * it to others.
 */
function leasedOf(
  balances: Balances,
  operations: ReadonlyMap<OperationId, StoredOperation>,
  account: { readonly customer: CustomerId; readonly unit: Unit },
): number {
  const { customer, unit } = account;
  const known = balances.known(customer, unit);
  if (known === undefined || known.epoch !== balances.epoch) return 0;
  const lease = balances.lease(customer, unit);
  const waiting = waitingBeside(balances, lease ?? known, [...operations.values()]);
  const whole = lease?.balance ?? evenShare(known.balance, balances.share);
  return project(whole, account, waiting);
}

/**
 * What an intent takes off the lease, whether it waits or is settled; nothing when the ledger found
 * it to be more than the lease, which it never lets go below zero.
 */
function ownOf(balances: Balances, own: Parameters<View['leased']>[2]): number {
  if (own === undefined) return 0;
  const isBeyond = balances.remarks.get(own.id)?.flags.includes('lease-exceeded') === true;
  return isBeyond ? 0 : own.hold.amount;
}

/** What is to be taken off a balance that the ledger gave: everything it does not include yet. */
function waitingBeside(
  balances: Balances,
  known: Known,
  all: readonly StoredOperation[],
): readonly Waiting[] {
  const isSettled = ({ id }: StoredOperation): boolean => {
    const seq = balances.applied.get(id);
    return seq !== undefined && known.epoch === balances.epoch && seq <= known.asOf;
  };
  const settled = all.filter(isSettled);
  const committed = refsOf(all, 'commit');
  const booked = refsOf(settled, 'commit');
  const voided = refsOf(all, 'void');
  const held = refsOf(
    all.filter((one) => !isSettled(one)),
    'intent',
  );
  const kept = refsOf(
    settled.filter(({ ref }) => !voided.has(ref)),
    'intent',
  );
  // Nobody who was refused in time goes without a void: this one was promised while the ledger's
  // refusal was still on its way, and its discount is on a cart.
  const isPromised = ({ id, ref }: StoredOperation): boolean =>
    isRefusal(balances, id) && !voided.has(ref) && !booked.has(ref);
  const waiting: Waiting[] = [];
  for (const one of all) {
    const item = waitingOf(one);
    if (item?.kind === 'hold' && (!isSettled(one) || isPromised(one))) waiting.push(item);
    // A commit beats a void: the goods are gone, so what was voided is taken off after all.
    if (item?.kind === 'void' && !committed.has(item.ref)) waiting.push(item);
    // A sale of what was given back before, or of what only the sale still tells of.
    const isSale = one.kind === 'commit' && !isSettled(one) && one.hold !== undefined;
    if (isSale && !held.has(one.ref) && !kept.has(one.ref))
      waiting.push({ kind: 'hold', ref: undefined, hold: one.hold });
  }
  return waiting;
}

/** Of those that this version understands, the operations of these kinds. */
export function operationsOf<K extends OperationKind>(
  stored: Iterable<StoredOperation>,
  ...kinds: readonly K[]
): OperationOf<K>[] {
  return [...stored]
    .map(({ operation }) => operation)
    .filter((one): one is OperationOf<K> => kinds.some((kind) => kind === one?.kind));
}

/** References that operations of these kinds name, whether this version understands them or not. */
export function refsOf(
  stored: Iterable<StoredOperation>,
  ...kinds: readonly string[]
): ReadonlySet<Reference | undefined> {
  return new Set([...stored].filter(({ kind }) => kinds.includes(kind)).map(({ ref }) => ref));
}

/** Whether the ledger did not take an operation up; being closed by its own void is no refusal. */
export function isRefusal(balances: Balances, id: OperationId): boolean {
  const remark = balances.remarks.get(id);
  if (remark === undefined || remark.reason === 'already-closed') return false;
  return remark.status !== 'applied' && remark.status !== 'duplicate';
}

/** Kinds of this version that carry a hold but don't take anything further off the balance. */
const NOT_HOLDING = new Set(['missing', 'commit', 'earn', 'note']);

/** What one stored operation does to what is available; a kind of the future counts by its hold. */
export function waitingOf(stored: StoredOperation): Waiting | undefined {
  const { kind, ref, hold } = stored;
  if (kind === 'void') return ref === undefined ? undefined : { kind: 'void', ref };
  if (hold === undefined || NOT_HOLDING.has(kind)) return undefined;
  return { kind: 'hold', ref, hold };
}
