/**
 * The answer to a push, read from the same state that the push was committed to. It settles by
 * feed, not by echo: it names every operation of the register that was settled within the span it
 * covers, so that an answer lost on the way never leaves an operation waiting beside a balance that
 * includes it.
 */
import {
  FEED_PER_SYNC_MAX,
  PROTOCOL_VERSION,
  type Balance,
  type Cursor,
  type CustomerId,
  type Settlement,
  type SyncResponse,
} from '../../shared/protocol.ts';
import type { SettledRow, ShopReader, ShopRow } from '../database/database.ts';
import type { Answered } from './operation-decision.ts';
import { leasesIn, shareOf, type Lending } from './lease-answer.ts';
import type { SyncJob } from './sync-decision.ts';

/**
 * How far back a reset answer names what it settled for the register. Its balances include whatever
 * other contexts of the device have just sent and not heard of; older than this is only what the
 * device sends again.
 */
const RESET_SETTLES = 1_000;

/**
 * Whether nothing can be told from this cursor on, so that the register has to start anew: when it
 * is more than `behindMax` positions back, or below `from`, where what it knew of leases counts no
 * longer.
 */
export function isBehind(
  cursor: Cursor | null,
  shop: ShopRow,
  { behindMax, from }: { readonly behindMax: number; readonly from: number },
): boolean {
  if (cursor === null || cursor.epoch !== shop.epoch || cursor.seq < from) return true;
  return cursor.seq > shop.seq || shop.seq - cursor.seq > behindMax;
}

export async function answerSync(
  reader: ShopReader,
  job: SyncJob,
  by: {
    readonly shop: ShopRow;
    readonly answers: readonly Answered[];
    readonly reset: boolean;
    readonly durable: number;
    readonly serverTime: number;
    /** Strict mode: who shares the balances, and how a raised lease is written. */
    readonly lending: Lending;
  },
): Promise<SyncResponse> {
  const { request } = job;
  const { shop, answers, reset } = by;
  const after = reset ? shop.seq : (request.cursor?.seq ?? shop.seq);
  const through = Math.min(after + FEED_PER_SYNC_MAX, shop.seq);
  const span = { after, through };
  const more = through < shop.seq;

  const own = reset ? { after: Math.max(0, through - RESET_SETTLES), through } : span;
  const [fromFeed, changed, asked] = await Promise.all([
    reader.settledOf(request.register.device, own),
    reader.balancesChanged(span),
    more ? [] : balancesAsked(reader, job, shop),
  ]);
  const pushed = answers.filter(({ row }) => row.seq <= through);
  const named = [...byAccount([...changed, ...asked]).values()];
  const lending = { ...by.lending, span, device: request.register.device };
  return {
    protocol: PROTOCOL_VERSION,
    syncId: job.syncId,
    serverTime: by.serverTime,
    reset,
    cursor: { epoch: shop.epoch, seq: through },
    durable: by.durable,
    more,
    results: answers.map(({ wireId, row, status }) => ({ ...settlement(row, wireId), status })),
    settled: settledOnce(fromFeed, pushed),
    balances: await leasesIn(reader, named, lending),
    share: shareOf(lending, through),
    program: shop.program,
    policy: shop.policy,
    damagedKept: request.damaged.map(({ key }) => key),
  };
}

/**
 * The feed's rows of this register and those of this push, each once. A row without a readable id
 * has a name in its own request only ("#3"), so it is told to nobody else.
 */
function settledOnce(fromFeed: readonly SettledRow[], pushed: readonly Answered[]): Settlement[] {
  const bySeq = new Map<string, Settlement>();
  const name = (seq: number, id: string) => `${String(seq).padStart(16, '0')} ${id}`;
  for (const row of fromFeed) {
    if (row.id !== undefined) bySeq.set(name(row.seq, row.id), settlement(row, row.id));
  }
  for (const { row, wireId } of pushed) bySeq.set(name(row.seq, wireId), settlement(row, wireId));
  return [...bySeq].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function settlement(row: SettledRow, id: string): Settlement {
  const { seq, status, reason, flags } = row;
  return { id, seq, status, reason: reason ?? null, flags: [...flags] };
}

/**
 * At the head of the feed: the customers that the register asked for, and those it sent something
 * of.
 */
async function balancesAsked(
  reader: ShopReader,
  job: SyncJob,
  shop: ShopRow,
): Promise<readonly Balance[]> {
  const about = job.incoming.flatMap(({ customer }) => (customer === undefined ? [] : [customer]));
  const asked = [...new Set<CustomerId>([...job.request.customers, ...about])];
  if (asked.length === 0) return [];
  const known = await reader.customers(asked);
  const idByKey = new Map(known.map(({ id, key }) => [key, id]));
  const accounts = await reader.accounts([...idByKey.keys()]);
  const balances = accounts.flatMap(({ key, unit, customer: balance }) => {
    const customer = idByKey.get(key);
    return customer === undefined ? [] : [{ customer, unit, balance }];
  });
  // Someone the ledger never heard of owns nothing; saying so is better than silence.
  const zeros = job.request.customers.flatMap((customer): Balance[] => [
    { customer, unit: 'points', balance: 0 },
    { customer, unit: shop.program.currency, balance: 0 },
  ]);
  return [...zeros, ...balances];
}

/** The last named balance of each account. */
function byAccount(balances: readonly Balance[]): ReadonlyMap<string, Balance> {
  return new Map(balances.map((one) => [`${one.customer}/${one.unit}`, one]));
}
