/**
 * How things lie in the device's storage. Every value is text, `1|crc32|json`, under a fresh key;
 * nothing is ever changed in place.
 *
 *   o.<shop>.<writer>.<n>   one operation
 *   s.<shop>.<random>       segment: many operations
 *   r.<shop>.<random>       run: what one answer of the server said
 *   b.<shop>.<gen>.<i>      one shard of a balance snapshot
 */
import type { Program, Policy } from '../../shared/program.ts';
import type { Flag, OperationId, Reason, SnapshotPage, Status } from '../../shared/protocol.ts';
import type { Unit } from '../../shared/amount.ts';

export const RECORD_FORMAT = '1';

/** What one answer of the server said, and what it still says of the runs that it replaces. */
export interface Run {
  readonly epoch: number;
  /**
   * Position the change feed was asked from; `null` when the answer did not follow anything known.
   */
  readonly from: number | null;
  readonly cursor: number;
  readonly durable: number;
  /** Balances by customer and unit, as of `cursor`; a lease stands beside its balance. */
  readonly balances: Readonly<
    Record<string, Readonly<Partial<Record<Unit | LeaseOf<Unit>, number>>>>
  >;
  readonly applied: Readonly<Record<OperationId, number>>;
  readonly remarks: Readonly<Record<OperationId, StoredRemark>>;
  /** Customers of the shop whose balances lie in shards; named here, the snapshot counts. */
  readonly base: BaseDescriptor | null;
  /** Strict mode: see `share` of the answer. */
  readonly share: number;
  /**
   * Position up to which share, program and policy are news; absent where that is `cursor`. What a
   * snapshot's run says of them is of the answer before it.
   */
  readonly toldAt?: number;
  readonly serverTime: number;
  readonly deviceTime: number;
  readonly program: Program;
  readonly policy: Policy;
}

export interface StoredRemark {
  readonly status: Status;
  readonly reason: Reason | null;
  readonly flags: readonly Flag[];
  readonly at: number;
  readonly kind: string;
  readonly ref: string | null;
}

export interface BaseDescriptor {
  readonly gen: string;
  /** Device clock when its shards were written, ms since 1970. */
  readonly writtenAt: number;
  readonly epoch: number;
  readonly cursor: number;
  /** First and last customer of each shard, in order. */
  readonly shards: readonly (readonly [number, number])[];
}

/** One shard: the columns of a snapshot page, as they came. */
export interface Shard {
  readonly customers: readonly number[];
  readonly units: Readonly<Partial<Record<Unit, readonly number[]>>>;
  /** Strict mode: leases other than the even share; absent where there are none. */
  readonly leases?: SnapshotPage['leases'];
}

/** Under what name the lease of an account stands beside its balance. */
export type LeaseOf<U extends Unit> = `${U}~`;
export const leaseOf = <U extends Unit>(unit: U): LeaseOf<U> => `${unit}~`;

/** Position up to which a run's share, program and policy are news. */
export const toldAt = (run: Run): number => run.toldAt ?? run.cursor;

export const operationKey = (shop: number, id: OperationId): string => `o.${shop}.${id}`;
export const segmentKey = (shop: number, random: string): string => `s.${shop}.${random}`;
export const runKey = (shop: number, random: string): string => `r.${shop}.${random}`;
export const shardKey = (shop: number, gen: string, index: number): string =>
  `b.${shop}.${gen}.${index}`;

export interface RecordKey {
  readonly type: 'o' | 's' | 'r' | 'b';
  readonly shop: number;
  readonly rest: string;
}

const KEY = /^([osrb])\.([1-9]\d{0,15})\.(.+)$/;

/** The parts of one of our keys; `undefined` for a key that is not ours. */
export function parseKey(key: string): RecordKey | undefined {
  const match = KEY.exec(key);
  if (match === null) return undefined;
  return { type: match[1] as RecordKey['type'], shop: Number(match[2]), rest: match[3] ?? '' };
}

const CRC_POLYNOMIAL = 0xedb88320;

function crcTable(): Uint32Array {
  const table = new Uint32Array(256);
  for (let i = 0; i < 256; i += 1) {
    let c = i;
    for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? (c >>> 1) ^ CRC_POLYNOMIAL : c >>> 1;
    table[i] = c >>> 0;
  }
  return table;
}

const TABLE = /* @__PURE__ */ crcTable();

/** CRC-32 over the text's UTF-16 code units, low byte first. */
export function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    crc = (TABLE[(crc ^ unit) & 0xff] as number) ^ (crc >>> 8);
    crc = (TABLE[(crc ^ (unit >>> 8)) & 0xff] as number) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

export function encodeRecord(content: unknown): string {
  const json = JSON.stringify(content);
  return `${RECORD_FORMAT}|${crc32(json).toString(16)}|${json}`;
}

export type Decoded =
  | { readonly state: 'ok'; readonly content: unknown }
  /**
   * Written by a newer version in a format we don't write; `content` where its JSON can be read.
   */
  | { readonly state: 'unknown-format'; readonly content: unknown }
  | { readonly state: 'damaged' };

const FORMAT = /^(\d{1,4})\|([0-9a-f]{1,8})\|/;

export function decodeRecord(value: unknown): Decoded {
  if (typeof value !== 'string') return { state: 'damaged' };
  const match = FORMAT.exec(value);
  if (match === null) return { state: 'damaged' };
  const json = value.slice(match[0].length);
  if (crc32(json).toString(16) !== match[2]) return { state: 'damaged' };
  try {
    const content: unknown = JSON.parse(json);
    return { state: match[1] === RECORD_FORMAT ? 'ok' : 'unknown-format', content };
  } catch {
    return match[1] === RECORD_FORMAT
      ? { state: 'damaged' }
      : { state: 'unknown-format', content: undefined };
  }
}

/** Far more than an operation has, which is 2 KB at most on the wire. */
const ENTRY_CHARS_MAX = 4_096;

export interface Salvaged<T> {
  readonly entries: readonly T[];
  /** Nothing is left in the text that `read` could not make out. */
  readonly isReadable: boolean;
}

/**
 * What can still be read of a record that fails its checksum: one wrong character must not cost a
 * segment's other operations, nor the one that it is in. An entry may so differ from what was
 * written; it is taken as it reads, because the only other choice is to lose it. The ledger
 * quarantines what it can't parse, and settles by reference and sale what it already has.
 */
export function salvageEntries<T>(
  value: unknown,
  read: (raw: unknown) => T | undefined,
): Salvaged<T> {
  const text = typeof value === 'string' ? value : '';
  const json = text.slice(Math.max(0, text.search(/[[{]/)));
  const whole = parsed(json);
  if (whole !== undefined) {
    const list: unknown[] = Array.isArray(whole) ? whole : [whole];
    const entries = list.map(read).filter((one) => one !== undefined);
    return { entries, isReadable: entries.length > 0 && entries.length === list.length };
  }
  const entries: T[] = [];
  let left = json.length;
  let at = json.indexOf('{');
  while (at >= 0) {
    const part = objectAt(json, at);
    const entry = part === undefined ? undefined : read(parsed(part));
    const next = part === undefined || entry === undefined ? at + 1 : at + part.length;
    if (entry !== undefined) {
      entries.push(entry);
      left -= next - at;
    }
    at = json.indexOf('{', next);
  }
  // Brackets and commas between the entries tell nothing.
  return { entries, isReadable: entries.length > 0 && left <= entries.length + 1 };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** The text from the brace at `start` to the one that closes it. */
function objectAt(json: string, start: number): string | undefined {
  const end = Math.min(json.length, start + ENTRY_CHARS_MAX);
  let depth = 0;
  let isText = false;
  for (let at = start; at < end; at += 1) {
    const char = json[at];
    if (isText && char === '\\') at += 1;
    else if (char === '"') isText = !isText;
    else if (!isText && char === '{') depth += 1;
    else if (!isText && char === '}') depth -= 1;
    if (depth === 0) return json.slice(start, at + 1);
  }
  return undefined;
}
