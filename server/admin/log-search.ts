/**
 * One page of the sync log for any filter. Rows are found by the one index that leaves the fewest
 * of them, and the rest of the filter is held against each; after a fixed number of rows the page
 * ends, full or not, and says where to go on.
 */
import type { LogFilter, LogState } from '../../shared/merchant/log.ts';
import type { ShopReader } from '../database/database.ts';
import {
  COMMON_KINDS,
  type LogConditions,
  type LogRow,
  type LogWay,
  type LogWindow,
} from '../database/log-reads.ts';
import { numbersBetween } from './log-time.ts';

/**
 * Rows that one request looks at, which takes some tens of milliseconds: those that stand side by
 * side, and those that an index finds all over the log.
 */
export const LOOKED_AT_MAX = 10_000;
const FOUND_APART_MAX = 1_000;

export interface SearchAsked {
  readonly filter: LogFilter;
  readonly before: number | undefined;
  readonly limit: number;
  readonly lookedAtMax?: number;
}

export interface Found {
  /** Newest first. */
  readonly rows: readonly LogRow[];
  /** Positions below it have not been looked at; `null` when there are none. */
  readonly next: number | null;
  /** All positions that the filter's times leave, whatever was asked `before`. */
  readonly window: LogWindow;
}

const NOTHING: Found = { rows: [], next: null, window: { before: 1, floor: 1 } };

export async function searchLog(reader: ShopReader, asked: SearchAsked): Promise<Found> {
  const { filter, limit, lookedAtMax } = asked;
  const shop = await reader.shop();
  const customer = filter.customer === undefined ? [] : await reader.customers([filter.customer]);
  if (shop === undefined || (filter.customer !== undefined && customer.length === 0)) {
    return NOTHING;
  }
  const window = await numbersBetween(filter, shop.seq, reader.operationFrom);
  const before = Math.min(asked.before ?? window.before, window.before);
  if (before <= window.floor) return { ...NOTHING, window };
  const only = conditionsOf(filter, customer[0]?.key);
  const parts: Part[] = [];
  for (const way of waysOf(filter.text, only)) {
    const part = { before, floor: window.floor, limit, only, lookedAtMax };
    parts.push(await searchBy(reader, way, part));
  }
  return { ...joined(parts, limit), window };
}

interface Part {
  readonly rows: readonly LogRow[];
  /** Down to here everything was looked at; `null` where that is the whole window. */
  readonly floor: number | null;
}

async function searchBy(
  reader: ShopReader,
  way: LogWay,
  asked: LogWindow & {
    readonly limit: number;
    readonly only: LogConditions;
    readonly lookedAtMax: number | undefined;
  },
): Promise<Part> {
  const { before, limit } = asked;
  const skip = asked.lookedAtMax ?? (way.by === 'position' ? LOOKED_AT_MAX : FOUND_APART_MAX);
  const only = withoutWay(asked.only, way);
  // Where every row of the index is one of the page, the page's own length bounds the work.
  const isBounded = Object.values(only).every((value) => value === undefined);
  const reached = isBounded
    ? undefined
    : await reader.logFloor(way, { before, floor: asked.floor, skip });
  const floor = reached ?? asked.floor;
  const rows = await reader.logRows(way, { before, floor, limit: limit + 1, only });
  return { rows, floor: reached ?? null };
}

/** The newest rows of all parts, as far down as every part has been looked at. */
function joined(parts: readonly Part[], limit: number): Pick<Found, 'rows' | 'next'> {
  const floor = Math.max(...parts.map((part) => part.floor ?? 0));
  const bySeq = new Map(parts.flatMap(({ rows }) => rows.map((row) => [row.seq, row])));
  const all = [...bySeq.values()].filter(({ seq }) => seq >= floor).sort((a, b) => b.seq - a.seq);
  const rows = all.slice(0, limit);
  const last = rows.at(-1);
  if (all.length > limit && last !== undefined) return { rows, next: last.seq };
  return { rows, next: floor > 0 ? floor : null };
}

function conditionsOf(filter: LogFilter, customer: LogConditions['customer']): LogConditions {
  const { device, staff, location, kind, from, to } = filter;
  return { device, staff, customer, location, kind, from, to, ...stateConditions(filter.state) };
}

function stateConditions(state: LogState | undefined): LogConditions {
  if (state === undefined) return {};
  if (state === 'flagged') return { status: 'applied', isFlagged: true };
  return state === 'applied' ? { status: 'applied', isFlagged: false } : { status: state };
}

/** What was typed may be a reference, an order or an id; else the index that leaves the least. */
function waysOf(typed: string | undefined, only: LogConditions): readonly LogWay[] {
  if (typed !== undefined) return waysOfText(typed);
  const { customer, status, isFlagged, kind, device } = only;
  if (customer !== undefined) return [{ by: 'customer', value: customer }];
  if (status !== undefined && status !== 'applied') return [{ by: 'status', value: status }];
  if (isFlagged === true) return [{ by: 'flags' }];
  if (kind !== undefined && !COMMON_KINDS.includes(kind)) return [{ by: 'kind', value: kind }];
  return device === undefined ? [{ by: 'position' }] : [{ by: 'device', value: device }];
}

const REFERENCE = /^[0-9A-HJKMNP-TV-Z]{10}$/;
const OPERATION = /^[0-9A-HJKMNP-TV-Z]{10}\.\d{1,9}$/;
const ORDER = /^[1-9]\d{0,15}$/;

function waysOfText(typed: string): readonly LogWay[] {
  const capitals = typed.toUpperCase();
  const ways: LogWay[] = [{ by: 'key', value: OPERATION.test(capitals) ? capitals : typed }];
  if (REFERENCE.test(capitals)) ways.push({ by: 'ref', value: capitals });
  if (ORDER.test(typed) && Number.isSafeInteger(Number(typed)))
    ways.push({ by: 'order', value: Number(typed) });
  return ways;
}

/** What the way itself does not see to. */
function withoutWay(only: LogConditions, way: LogWay): LogConditions {
  switch (way.by) {
    case 'flags':
      return { ...only, isFlagged: undefined };
    case 'status':
    case 'kind':
    case 'device':
    case 'customer':
      return { ...only, [way.by]: undefined };
    default:
      return only;
  }
}
