/** Lists of what waits for a person, and how much: each answer from one state of the books. */
import type { Unit } from '../../shared/amount.ts';
import {
  OPEN_COUNT_MAX,
  REVIEW_PAGE_ROWS,
  type ReviewItem,
  type ReviewKind,
  type ReviewPage,
} from '../../shared/merchant/review.ts';
import type { ShopReader } from '../database/database.ts';
import {
  readClosed,
  readHeld,
  readItems,
  readOpen,
  readStanding,
  type Reviewed,
} from '../ledger/review-items.ts';
import { OVERDUE_MS } from '../sync-log.ts';
import { itemsForPeople } from './review-view.ts';

/** Gaps and silent registers on one page; a shop has a handful. */
const STANDING_MAX = 200;
/** Where a list of every kind goes on, before it comes to times of stored items. */
const [STANDING, HELD] = ['standing', 'held'];
const EVER = Number.MAX_SAFE_INTEGER;

export interface ReviewAsked {
  readonly state: 'open' | 'closed';
  readonly kind: ReviewKind | undefined;
  /** As an earlier page gave it. */
  readonly before: string | undefined;
  readonly now: number;
  readonly foreign: Unit | undefined;
}

interface Found {
  readonly items: readonly Reviewed[];
  readonly next: string | null;
}

export async function readReview(reader: ShopReader, asked: ReviewAsked): Promise<ReviewPage> {
  const standing = await readStanding(reader, asked.now);
  const { items, next } = await found(reader, asked, standing);
  const counts = await countsOf(reader, asked.now, standing);
  return { items: await itemsForPeople(reader, items, asked.foreign), next, counts };
}

export async function readReviewItem(
  reader: ShopReader,
  key: string,
  by: Pick<ReviewAsked, 'now' | 'foreign'>,
): Promise<ReviewItem | undefined> {
  const items = await readItems(reader, [key], by.now);
  return (await itemsForPeople(reader, items, by.foreign))[0];
}

/** How many items wait for a person; each kind is counted up to `OPEN_COUNT_MAX`. */
export async function openReviewCount(reader: ShopReader, now: number): Promise<number> {
  const counts = await countsOf(reader, now, await readStanding(reader, now));
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

async function found(
  reader: ShopReader,
  asked: ReviewAsked,
  standing: readonly Reviewed[],
): Promise<Found> {
  const { state, kind, before, now } = asked;
  if (state === 'closed') return closedPage(reader, kind, before);
  switch (kind) {
    case 'gap':
    case 'silent':
      return { items: standing.filter((one) => one.kind === kind), next: null };
    case 'open-hold':
      return heldPage(reader, before, now);
    default:
      break;
  }
  return kind === undefined ? openOfAll(reader, asked, standing) : openPage(reader, kind, before);
}

/** What stands comes first, then holds, then what is stored; where there is more, a page ends. */
async function openOfAll(
  reader: ShopReader,
  { before, now }: ReviewAsked,
  standing: readonly Reviewed[],
): Promise<Found> {
  const [stage = STANDING, ...place] = split(before);
  const rest = place.join('/');
  const items: Reviewed[] = [];
  if (stage === STANDING) {
    const left = standingBehind(standing, before === undefined ? undefined : split(rest));
    items.push(...left.slice(0, STANDING_MAX));
    const last = items.at(-1);
    if (left.length > items.length && last !== undefined)
      return { items, next: `${STANDING}/${last.at}/${last.key}` };
  }
  if (stage === STANDING || stage === HELD) {
    const held = await heldPage(reader, stage === HELD ? rest : undefined, now);
    items.push(...held.items);
    if (held.next !== null) return { items, next: `${HELD}/${held.next}` };
  }
  const isStored = stage !== STANDING && stage !== HELD;
  const stored = await openPage(reader, undefined, isStored ? before : undefined);
  return { ...stored, items: [...items, ...stored.items] };
}

/** Newest first, behind a time and a name. */
function standingBehind(
  standing: readonly Reviewed[],
  place: readonly string[] | undefined,
): readonly Reviewed[] {
  const all = standing.toSorted((a, b) => b.at - a.at || (a.key < b.key ? -1 : 1));
  if (place === undefined) return all;
  const [time, key = ''] = place;
  const at = numberIn(time);
  return all.filter((one) => one.at < at || (one.at === at && one.key > key));
}

async function openPage(
  reader: ShopReader,
  kind: ReviewKind | undefined,
  before: string | undefined,
): Promise<Found> {
  const [at = '', item] = split(before);
  const place = item === undefined ? undefined : { at: numberIn(at), item };
  const limit = REVIEW_PAGE_ROWS + 1;
  const rows = await readOpen(reader, { kind, before: place, limit });
  return pageOf(rows, (last) => `${last.at}/${last.key}`);
}

async function closedPage(
  reader: ShopReader,
  kind: ReviewKind | undefined,
  before: string | undefined,
): Promise<Found> {
  const limit = REVIEW_PAGE_ROWS + 1;
  const rows = await readClosed(reader, { kind, before: numberIn(before), limit });
  return pageOf(rows, (last) => String(last.row?.decided ?? 0));
}

async function heldPage(
  reader: ShopReader,
  before: string | undefined,
  now: number,
): Promise<Found> {
  const limit = REVIEW_PAGE_ROWS + 1;
  const rows = await readHeld(reader, { before: numberIn(before), limit, now });
  return pageOf(rows, (last) => String(last.seq));
}

function pageOf<Row extends Reviewed>(rows: readonly Row[], name: (last: Row) => string): Found {
  const items = rows.slice(0, REVIEW_PAGE_ROWS);
  const last = items.at(-1);
  return { items, next: rows.length > items.length && last !== undefined ? name(last) : null };
}

async function countsOf(
  reader: ShopReader,
  now: number,
  standing: readonly Reviewed[],
): Promise<ReviewPage['counts']> {
  const stored = await reader.reviewCounts(OPEN_COUNT_MAX);
  const held = await reader.holdsCount(now - OVERDUE_MS, OPEN_COUNT_MAX);
  const ofKind = (kind: ReviewKind) => standing.filter((one) => one.kind === kind).length;
  const all = [
    ...stored,
    { kind: 'gap' as const, count: ofKind('gap') },
    { kind: 'silent' as const, count: ofKind('silent') },
    { kind: 'open-hold' as const, count: held },
  ];
  const some = all.filter(({ count }) => count > 0);
  return Object.fromEntries(some.map(({ kind, count }) => [kind, count]));
}

/** "1780000000000/conflict/12.0": a time, and a name that may hold anything. */
function split(before: string | undefined): readonly string[] {
  if (before === undefined) return [];
  const slash = before.indexOf('/');
  return slash === -1 ? [before] : [before.slice(0, slash), before.slice(slash + 1)];
}

/** From the newest on where nothing else is said. */
function numberIn(before: string | undefined): number {
  return before !== undefined && /^\d{1,16}$/.test(before) ? Math.min(EVER, Number(before)) : EVER;
}
