/**
 * The picture of time: when each register was connected, what it was asked when, and when that
 * arrived. It looks at a bounded number of operations, the newest, and says when there were more.
 */
import { TAPS_MAX, type Timeline } from '../../shared/merchant/overview.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import type { CustomerKey, ShopReader } from '../database/database.ts';
import type { LogWindow, SyncSpan, TapRow } from '../database/log-reads.ts';
import { numbersBetween } from './log-time.ts';
import { askedAtOf, isOffline } from './log-view.ts';
import { REGISTERS_SHOWN } from './overview.ts';
import { spansOf, waitingOf, type Time } from './overview-spans.ts';

export const TIMELINE_MAX_MS = 31 * 86_400_000;
/** What was asked without a network may arrive so much later and still be in the picture, ms. */
const LATE_MS = 3 * 86_400_000;
const LOOKED_AT_MAX = 4_000;
const SPANS_MAX = 500;

type Register = Awaited<ReturnType<ShopReader['registerStates']>>[number];
type Tap = TapRow & { readonly askedServerAt: number };

export async function readTimeline(
  reader: ShopReader,
  { from, to, now }: Time & { readonly now: number },
): Promise<Timeline> {
  const { taps, isCut } = await tapsBetween(reader, { from, to });
  const shown = taps.slice(0, TAPS_MAX);
  const ids = await customersOf(reader, shown);
  const registers = await reader.registerStates(REGISTERS_SHOWN);
  const byDevice = Map.groupBy(taps, ({ device }) => device);
  const shownBy = Map.groupBy(shown, ({ device }) => device);
  const within = { from, to: Math.max(from, Math.min(to, now)) };
  const pictures: Timeline['registers'] = [];
  let isOut = isCut || taps.length > TAPS_MAX;
  for (const register of registers) {
    const { device, name } = register;
    const { contact, isCut: isShort } = await contactOf(reader, register, within);
    isOut ||= isShort;
    const asked = (byDevice.get(device) ?? []).map(timesOf);
    pictures.push({
      device,
      name,
      spans: spansOf(within, { contact, asked }),
      taps: (shownBy.get(device) ?? []).map((tap) => tapForPage(tap, ids)).reverse(),
    });
  }
  return {
    from,
    to,
    registers: pictures,
    isCut: isOut,
    waiting: waitingOf(within, taps.map(timesOf), registers.flatMap(openAt)),
  };
}

/** What was on its way at some time of the picture, newest first; `isCut` when there is more. */
async function tapsBetween(
  reader: ShopReader,
  { from, to }: Time,
): Promise<{ readonly taps: readonly Tap[]; readonly isCut: boolean }> {
  const head = (await reader.shop())?.seq ?? 0;
  const window = await numbersBetween({ from, to }, head, reader.operationFrom);
  const end = await numbersBetween({ to: to + LATE_MS }, head, reader.operationFrom);
  const late = {
    floor: window.before,
    before: Math.min(end.before, window.before + LOOKED_AT_MAX),
  };
  const arrived = await tapsIn(reader, window);
  const afterwards = await tapsIn(reader, late);
  const taps = [...afterwards.taps, ...arrived.taps].filter(
    ({ askedServerAt, at }) => askedServerAt < to && at >= from,
  );
  // Behind a window that ends early something may stand that was asked in the picture's time.
  return { taps, isCut: arrived.isCut || late.before < end.before };
}

async function tapsIn(reader: ShopReader, window: LogWindow) {
  if (window.before <= window.floor) return { taps: [], isCut: false };
  const rows = await reader.taps({ ...window, limit: LOOKED_AT_MAX + 1 });
  const floor = Math.max(window.floor, rows[LOOKED_AT_MAX]?.seq ?? 0);
  const spans = await reader.syncSpans({ ...window, floor, limit: LOOKED_AT_MAX });
  const taps = withTimes(rows.slice(0, LOOKED_AT_MAX), spans);
  return { taps, isCut: rows.length > LOOKED_AT_MAX };
}

const timesOf = ({ askedServerAt, at }: Tap) => ({ askedAt: askedServerAt, at });

/** Each with when it was asked by the server's clock; both lists are in the order of positions. */
function withTimes(rows: readonly TapRow[], spans: readonly SyncSpan[]): Tap[] {
  let place = spans.length - 1;
  return rows.map((row) => {
    let span = spans[place];
    while (span !== undefined && span.after >= row.seq) {
      place -= 1;
      span = spans[place];
    }
    const isOf = span !== undefined && row.seq <= span.through;
    const clockOffset = isOf ? span?.clockOffset : undefined;
    return { ...row, askedServerAt: askedAtOf({ ...row, clockOffset }) ?? row.at };
  });
}

async function contactOf(
  reader: ShopReader,
  { device, connectedSince, lastSeenAt }: Register,
  { from, to }: Time,
): Promise<{ readonly contact: readonly Time[]; readonly isCut: boolean }> {
  const ended = await reader.registerSpans(device, { before: to, limit: SPANS_MAX });
  const all = [{ from: connectedSince, to: lastSeenAt }, ...ended];
  const oldest = ended.length < SPANS_MAX ? undefined : ended.at(-1);
  return {
    contact: all.filter((time) => time.to >= from && time.from < to),
    // There may be more, and the picture begins before all that came back.
    isCut: oldest !== undefined && oldest.from > from,
  };
}

/** What it said to be waiting when it called last, apart from what that very call brought. */
function openAt(register: Register) {
  const count = register.pendingCount - register.sent;
  if (count <= 0) return [];
  const { lastSeenAt, deviceTime, oldestPendingAt } = register;
  const oldest = (oldestPendingAt ?? deviceTime) - (deviceTime - lastSeenAt);
  return [{ count, since: Math.min(oldest, lastSeenAt), saidAt: lastSeenAt }];
}

/** Shopify's numbers of those that are still known. */
async function customersOf(
  reader: ShopReader,
  taps: readonly Tap[],
): Promise<ReadonlyMap<CustomerKey, CustomerId>> {
  const keys = taps.flatMap(({ customer }) => customer ?? []);
  const rows = await reader.customersOf([...new Set(keys)]);
  return new Map(rows.map(({ key, id }) => [key, id]));
}

function tapForPage(
  tap: Tap,
  ids: ReadonlyMap<CustomerKey, CustomerId>,
): Timeline['registers'][number]['taps'][number] {
  const { askedServerAt: askedAt, at } = tap;
  return {
    id: tap.key,
    kind: tap.kind,
    ref: tap.ref ?? null,
    customer: (tap.customer && ids.get(tap.customer)) ?? null,
    unit: tap.unit ?? null,
    amount: tap.amount ?? null,
    askedAt,
    arrivedAt: at,
    offline: isOffline({ offline: tap.offline, askedAt, at }),
    isFlagged: tap.isFlagged,
  };
}
