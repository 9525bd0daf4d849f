/**
 * What waits for a person, as it stands now: stored items, and those that follow from the present
 * (numbers that never came, silent registers, open holds), which are gone when their cause is. A
 * decision about such an item belongs to that very present, so that its name says which one it is.
 */
import { createHash } from 'node:crypto';
import type { Unit } from '../../shared/amount.ts';
import type { ReviewKind } from '../../shared/merchant/review.ts';
import type {
  ConflictRow,
  CustomerKey,
  DamagedRow,
  NumberRange,
  RegisterRow,
  ShopReader,
  WriterRow,
} from '../database/database.ts';
import type { ReviewDecisionView, ReviewRow, ReviewView } from '../database/reviews.ts';
import { OVERDUE_MS } from '../sync-log.ts';

/** Gaps and registers that are looked at; a shop has a handful. */
const DERIVED_MAX = 1_000;

export interface Reviewed {
  readonly key: string;
  readonly kind: ReviewKind;
  readonly at: number;
  readonly isDerived: boolean;
  /** Its cause stands; always so of what is stored. */
  readonly isThere: boolean;
  /** It is there, and nothing has closed it. */
  readonly isOpen: boolean;
  readonly device: string | undefined;
  readonly subject: string | undefined;
  readonly detail: string | undefined;
  /** Whose account it is about; they may be gone since. */
  readonly customer: CustomerKey | undefined;
  readonly unit: Unit | undefined;
  readonly amount: number | undefined;
  readonly overBy: number | undefined;
  readonly staff: number | undefined;
  readonly cacheAgeMs: number | undefined;
  readonly ref: string | undefined;
  readonly orderId: number | undefined;
  readonly operation: ReviewView['operation'];
  /** As it is stored; absent where nobody has decided anything about a derived one. */
  readonly row: ReviewRow | undefined;
  /** Oldest first. */
  readonly decisions: readonly ReviewDecisionView[];
}

type Derived = Omit<Reviewed, 'isOpen' | 'isThere' | 'row' | 'decisions' | 'isDerived'>;

const NOTHING = {
  device: undefined,
  subject: undefined,
  detail: undefined,
  customer: undefined,
  unit: undefined,
  amount: undefined,
  overBy: undefined,
  staff: undefined,
  cacheAgeMs: undefined,
  ref: undefined,
  orderId: undefined,
  operation: undefined,
} as const;

const DIGEST_LENGTH = 16;

export const conflictKey = ({ log, n }: Pick<ConflictRow, 'log' | 'n'>) => `conflict/${log}.${n}`;
export const damagedKey = ({ device, hash }: Pick<DamagedRow, 'device' | 'hash'>) =>
  `damaged/${device}/${hash}`;
export const holdItem = (ref: string) => `hold/${ref}`;
const silentKey = (device: string, since: number) => `silent/${device}/${since}`;
const gapKey = ({ writer, missing }: Pick<WriterRow, 'writer' | 'missing'>) => {
  const digest = createHash('sha256').update(JSON.stringify(missing)).digest('hex');
  return `gap/${writer}/${digest.slice(0, DIGEST_LENGTH)}`;
};

/** "7 to 9, 12". */
function rangesText(ranges: readonly NumberRange[]): string {
  return ranges
    .map(([first, last]) => (first === last ? String(first) : `${first} to ${last}`))
    .join(', ');
}

function gapOf(row: WriterRow, now: number): Derived | undefined {
  const { writer, device, missing, missingSince } = row;
  if (missingSince === undefined || missingSince > now - OVERDUE_MS) return undefined;
  const about = { device, subject: writer, detail: rangesText(missing) };
  return { ...NOTHING, ...about, key: gapKey(row), kind: 'gap', at: missingSince };
}

function silentOf(row: RegisterRow, now: number): Derived | undefined {
  const { device, pendingCount, lastSeenAt, staff } = row;
  if (pendingCount === 0 || lastSeenAt > now - OVERDUE_MS) return undefined;
  const about = { device, staff, detail: String(pendingCount) };
  const key = silentKey(device, lastSeenAt);
  return { ...NOTHING, ...about, key, kind: 'silent', at: lastSeenAt };
}

/** Gaps and silent registers that stand now, oldest first. */
async function standing(reader: ShopReader, now: number): Promise<readonly Derived[]> {
  const writers = await reader.missing(now - OVERDUE_MS, DERIVED_MAX);
  const registers = await reader.registers(DERIVED_MAX);
  return [
    ...writers.map((row) => gapOf(row, now)),
    ...registers.map((row) => silentOf(row, now)),
  ].flatMap((one) => (one === undefined ? [] : [one]));
}

/** A hold that nothing was heard of for a day. */
async function holdOf(reader: ShopReader, ref: string, now: number): Promise<Derived | undefined> {
  const [redemption] = await reader.redemptions([ref]);
  const posted = redemption?.posted;
  if (redemption === undefined || posted === undefined || posted.held === 0) return undefined;
  const asked = { ref: undefined, status: undefined, limit: 1 };
  const [operation] = await reader.operations({ ...asked, before: redemption.seq + 1 });
  if (operation === undefined || operation.at > now - OVERDUE_MS) return undefined;
  const { customer, unit, held: amount } = posted;
  const about = { device: operation.device, subject: ref, customer, unit, amount, ref };
  const id = { key: holdItem(ref), kind: 'open-hold', at: operation.at } as const;
  return { ...NOTHING, ...about, ...id };
}

async function derivedBy(reader: ShopReader, key: string, now: number) {
  const [kind, subject = ''] = key.split('/', 2);
  const isIt = (one: Derived | undefined) => (one?.key === key ? one : undefined);
  switch (kind) {
    case 'gap': {
      const [row] = await reader.writers([subject]);
      return row === undefined ? undefined : isIt(gapOf(row, now));
    }
    case 'silent': {
      // A register's name may hold anything.
      const device = key.slice('silent/'.length, key.lastIndexOf('/'));
      const row = await reader.register(device);
      return row === undefined ? undefined : isIt(silentOf(row, now));
    }
    case 'hold':
      return isIt(await holdOf(reader, key.slice('hold/'.length), now));
    default:
      return undefined;
  }
}

/** The items of these names, as far as there are any. */
export async function readItems(
  reader: ShopReader,
  keys: readonly string[],
  now: number,
): Promise<readonly Reviewed[]> {
  const views = new Map((await reader.reviewItems(keys)).map((view) => [view.item, view]));
  const found: (Derived | ReviewView)[] = [];
  for (const key of new Set(keys)) {
    const derived = await derivedBy(reader, key, now);
    const one = derived ?? views.get(key);
    if (one !== undefined) found.push(one);
  }
  return withDecisions(reader, found, views);
}

/** One page of stored items that are open. */
export async function readOpen(
  reader: ShopReader,
  page: Parameters<ShopReader['reviewOpen']>[0],
): Promise<readonly Reviewed[]> {
  return withDecisions(reader, await reader.reviewOpen(page), new Map());
}

export async function readClosed(
  reader: ShopReader,
  page: Parameters<ShopReader['reviewClosed']>[0],
): Promise<readonly Reviewed[]> {
  return withDecisions(reader, await reader.reviewClosed(page), new Map());
}

/** Gaps and silent registers that nobody has dismissed, newest first. */
export async function readStanding(reader: ShopReader, now: number): Promise<readonly Reviewed[]> {
  const all = await standing(reader, now);
  const views = await reader.reviewItems(all.map(({ key }) => key));
  const items = await withDecisions(reader, all, new Map(views.map((view) => [view.item, view])));
  return items.filter(({ isOpen }) => isOpen).toSorted((a, b) => b.at - a.at);
}

/** Open holds at positions below `before`, newest first. */
export async function readHeld(
  reader: ShopReader,
  page: { readonly before: number; readonly limit: number; readonly now: number },
): Promise<readonly (Reviewed & { readonly seq: number })[]> {
  const holds = await reader.holds({ ...page, at: page.now - OVERDUE_MS });
  const redemptions = await reader.redemptions(holds.map(({ ref }) => ref));
  const owners = new Map(redemptions.map(({ ref, posted }) => [ref, posted?.customer]));
  const derived = holds.map(({ ref, unit, amount, at, device }): Derived => {
    const about = { device, subject: ref, customer: owners.get(ref), unit, amount, ref, at };
    return { ...NOTHING, ...about, key: holdItem(ref), kind: 'open-hold' };
  });
  const views = await reader.reviewItems(derived.map(({ key }) => key));
  const items = await withDecisions(
    reader,
    derived,
    new Map(views.map((view) => [view.item, view])),
  );
  return items.map((one, place) => ({ ...one, seq: holds[place]?.seq ?? 0 }));
}

/** Each with its own decisions, read at once. */
async function withDecisions(
  reader: ShopReader,
  found: readonly (Derived | ReviewView)[],
  views: ReadonlyMap<string, ReviewView>,
): Promise<readonly Reviewed[]> {
  const nameOf = (one: Derived | ReviewView) => ('key' in one ? one.key : one.item);
  const decisions = await reader.reviewDecisions(found.map(nameOf));
  const byItem = Map.groupBy(decisions, ({ item }) => item);
  return found.map((one): Reviewed => {
    const key = nameOf(one);
    const own = byItem.get(key) ?? [];
    if (!('item' in one)) {
      const row = views.get(key);
      const isOpen = row?.isOpen ?? true;
      return { ...one, row, isDerived: true, isThere: true, isOpen, decisions: own };
    }
    // The cause of a derived one is gone when only its row is left.
    const isThere = !one.isDerived;
    const isOpen = one.isOpen && isThere;
    const detail = one.detail ?? one.raw ?? unreadText(one);
    return { ...one, key, row: one, isThere, isOpen, detail, decisions: own };
  });
}

/** What could not be read, as it was sent. */
function unreadText({ kind, operation }: ReviewView): string | undefined {
  return kind === 'quarantined' || kind === 'mismatch' ? operation?.content : undefined;
}
