/**
 * What the merchant sees first: registers, today's sums, and how much waits for a person. Today is
 * what stands behind a position of the feed, so that no history is read for it.
 */
import type { Overview, RegisterState } from '../../shared/merchant/overview.ts';
import type {
  Database,
  RegisterRow,
  ShopDomain,
  ShopReader,
  ShopRow,
} from '../database/database.ts';
import type { SaleSums } from '../database/log-reads.ts';
import { number, type Sql } from '../database/sql.ts';
import { openCounts } from '../store-credit/transfers.ts';
import { OVERDUE_MS } from '../sync-log.ts';
import { numberAt } from './log-time.ts';
import { openReviewCount } from './review-page.ts';
import { versionHeld } from './settings-versions.ts';

/** A day in any zone, and one in which the clocks were changed, began within this time, ms. */
export const TODAY_MAX_MS = 48 * 3_600_000;
export const REGISTERS_SHOWN = 1_000;
const VERSIONS_LOOKED_AT = { before: Number.MAX_SAFE_INTEGER, limit: 100 };

export interface OverviewDeps {
  readonly database: Database;
  readonly clock: { now(): number };
}

/** `undefined` for a shop that the ledger does not know. */
export async function readOverview(
  { database, clock }: OverviewDeps,
  { shop, since }: { readonly shop: ShopDomain; readonly since: number },
): Promise<Overview | undefined> {
  const now = clock.now();
  const books = await database.read(shop, async (reader) => {
    const row = await reader.shop();
    if (row === undefined) return undefined;
    const registers = await registersOf(reader, row, now);
    const today = await todayOf(reader, row, since);
    const review = await openReviewCount(reader, now);
    return { row, registers, today, review };
  });
  if (books === undefined) return undefined;
  const { row, registers, today, review } = books;
  const waiting = registers.reduce((sum, { pendingCount }) => sum + pendingCount, 0);
  return {
    now,
    registers,
    customers: row.customers,
    program: row.program.version,
    policy: row.policy.version,
    today: { ...today, waiting },
    attention: { review, ...(await database.tables((sql) => besideBooks(sql, shop))) },
  };
}

async function registersOf(
  reader: ShopReader,
  shop: ShopRow,
  now: number,
): Promise<RegisterState[]> {
  const rows = await reader.registerStates(REGISTERS_SHOWN);
  const programs = await reader.decisions('program', VERSIONS_LOOKED_AT);
  const policies = await reader.decisions('policy', VERSIONS_LOOKED_AT);
  return rows.map((row) => ({
    ...registerForPage(row, now),
    behind: Math.max(0, shop.seq - row.cursorSeq),
    program: versionHeld(programs, row.lastSeenAt) ?? null,
    policy: versionHeld(policies, row.lastSeenAt) ?? null,
  }));
}

function registerForPage(row: RegisterRow & { readonly sent: number }, now: number) {
  // What its newest call brought was waiting when it called, and has arrived.
  const pendingCount = Math.max(0, row.pendingCount - row.sent);
  return {
    device: row.device,
    name: row.name,
    location: row.location,
    user: row.user,
    staff: row.staff ?? null,
    build: row.build,
    firstSeenAt: row.firstSeenAt,
    lastSeenAt: row.lastSeenAt,
    pendingCount,
    oldestPendingAt: pendingCount === 0 ? null : oldestPending(row),
    clockOffsetMs: row.deviceTime - row.lastSeenAt,
    storageKeys: row.storageKeys,
    storageBytes: row.storageBytes,
    isSilent: pendingCount > 0 && now - row.lastSeenAt >= OVERDUE_MS,
  };
}

/** By the server's clock: the register says it by its own. */
function oldestPending(row: RegisterRow): number | null {
  if (row.oldestPendingAt === undefined) return null;
  const at = row.oldestPendingAt - (row.deviceTime - row.lastSeenAt);
  return Math.max(0, Math.min(at, row.lastSeenAt));
}

async function todayOf(
  reader: ShopReader,
  shop: ShopRow,
  since: number,
): Promise<Omit<Overview['today'], 'waiting'>> {
  const from = await numberAt(since, shop.seq, reader.operationFrom);
  const sums = await reader.saleSums(from);
  return {
    redeemed: sumsOf(sums, ({ redeemed, redemptions }) => [redeemed, redemptions]),
    earned: sumsOf(sums, ({ earned, earnings }) => [earned, earnings]),
    ...(await reader.operationCounts(from)),
  };
}

function sumsOf(
  sums: readonly SaleSums[],
  pick: (sum: SaleSums) => readonly [amount: number, count: number],
): Overview['today']['redeemed'] {
  return sums
    .map((sum) => {
      const [amount, count] = pick(sum);
      return { unit: sum.unit, amount, count };
    })
    .filter(({ amount, count }) => amount !== 0 || count > 0)
    .sort((a, b) => (a.unit < b.unit ? -1 : 1));
}

const STUCK = `SELECT count(*) AS n FROM inbox WHERE shop = ? AND state = 'stuck'`;
const REQUESTS = 'SELECT count(*) AS n FROM data_request WHERE shop = ?';

/** What waits for a person outside of the books. */
async function besideBooks(
  sql: Sql,
  shop: ShopDomain,
): Promise<Omit<Overview['attention'], 'review'>> {
  const count = async (statement: string) => {
    const [row] = await sql.all(statement, shop);
    return row === undefined ? 0 : number(row, 'n');
  };
  const { conflict } = await openCounts(sql, shop);
  return {
    storeCredit: conflict,
    webhooks: await count(STUCK),
    dataRequests: await count(REQUESTS),
  };
}
