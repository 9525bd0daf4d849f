/**
 * One exchange with the server: what is asked, how an answer or a refusal is understood, and how an
 * answer becomes the one record that settles operations and moves balances together.
 */
import * as v from '../../shared/schema.ts';
import { within, type Clock, type Http } from '../../shared/ports.ts';
import {
  CUSTOMERS_PER_SYNC_MAX,
  DAMAGED_PER_SYNC_MAX,
  PROTOCOL_VERSION,
  REQUEST_HEADS_MAX,
  SYNC_BODY_BYTES_MAX,
  errorSchema,
  snapshotPageSchema,
  type Cursor,
  type CustomerId,
  type OperationId,
  type Settlement,
  type SnapshotPage,
  type SyncRequest,
  type SyncResponse,
} from '../../shared/protocol.ts';
import type { Outbox } from './outbox.ts';
import { leaseOf, type Run, type Shard, type StoredRemark } from './records.ts';
import type { View } from './view.ts';

export const SNAPSHOT_DEADLINE_MS = 20_000;
/** An answer without news is stored this often, so that the balances' age stays true. */
export const QUIET_RUN_MS = 60_000;
const TOKEN_DEADLINE_MS = 5_000;
/** What `authorise` adds to a body that was measured without operations. */
const AUTHORISE_BYTES = 64;

export type SyncTrouble =
  /** The device says that it has no network. */
  | 'disconnected'
  /** Connected, but the server did not answer, or something else answered (a captive portal). */
  | 'unreachable'
  /** No session token: the logged-in user lacks permission for the app. */
  | 'no-permission'
  | 'throttled'
  /** The server refused this register's request as a whole (its code is in `code`). */
  | 'refused'
  /** The server no longer speaks this build's protocol. */
  | 'outdated'
  /** The answer could not be stored; it will be asked for again. */
  | 'storage';

/** Where and who the register is, read anew for every request and operation. */
export interface SessionFacts {
  readonly device: string;
  readonly deviceName: string;
  readonly location: number;
  readonly user: number;
  readonly staff: number | null;
  readonly build: string;
  /** ISO 4217 code of the location's currency, as POS says it. */
  readonly currency: string;
}

export interface Failure {
  readonly trouble: SyncTrouble;
  readonly code: string | undefined;
  readonly retryAfterMs: number;
}

/** What an exchange needs of the world. */
export interface ExchangeDeps {
  readonly outbox: Outbox;
  readonly http: Http;
  readonly clock: Clock;
  session(): SessionFacts;
  /** `undefined` when the user has no permission; never kept, a fresh one for each request. */
  token(): Promise<string | undefined>;
  /** Customers whose balance is wanted with the next answer, changed or not. */
  watched(): readonly CustomerId[];
}

export const failed = (trouble: SyncTrouble, code?: string, retryAfterMs = 0): Failure => ({
  trouble,
  code,
  retryAfterMs,
});

/** One call with a fresh token; a 401 gets one more. */
export async function call(
  deps: ExchangeDeps,
  method: 'GET' | 'POST',
  path: string,
  body: string | undefined,
  deadlineMs: number,
  isWanted: () => boolean = () => true,
): Promise<{ readonly json: unknown } | Failure> {
  for (let tries = 1; ; tries += 1) {
    const token = await within(deps.clock, TOKEN_DEADLINE_MS, deps.token());
    if (token === undefined) return failed('unreachable');
    if (token.value === undefined) return failed('no-permission');
    // The token may have taken longer than whoever asked would wait.
    if (!isWanted()) return failed('unreachable');
    const request = deps.http({ method, path, token: token.value, body, deadlineMs });
    const answered = await within(deps.clock, deadlineMs, request);
    if (answered === undefined) return failed('unreachable');
    const { status, body: text, retryAfter } = answered.value;
    if (status === 401 && tries === 1) continue;
    if (status === 200) return { json: parseJson(text) };
    return failureOf(status, parseJson(text), retryAfterMs(retryAfter, deps.clock.now()));
  }
}

function failureOf(status: number, json: unknown, waitMs: number): Failure {
  const parsed = v.safeParse(errorSchema, json);
  const code = parsed.success ? parsed.output.error.code : undefined;
  if (status === 429) return failed('throttled', code, waitMs);
  // Whoever refuses without our error shape is not our server (a proxy, a portal).
  if (status >= 500 || status === 408 || code === undefined)
    return failed('unreachable', code, waitMs);
  return failed(code === 'protocol-unsupported' ? 'outdated' : 'refused', code, waitMs);
}

function retryAfterMs(header: string | undefined, now: number): number {
  if (header === undefined) return 0;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), 24 * 3_600_000) : 0;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface Sendable {
  readonly id: OperationId;
  readonly raw: unknown;
}

export function nextBatch(
  view: View,
  options: {
    readonly first: OperationId | undefined;
    readonly aside: ReadonlySet<OperationId>;
    readonly most: number;
    /** What the operations and the commas between them may take up. */
    readonly bytesMax: number;
  },
): Sendable[] {
  const batch: Sendable[] = [];
  let bytes = 0;
  const first = view.pending.filter(({ id }) => id === options.first);
  for (const one of [...first, ...view.pending]) {
    if (batch.length >= options.most) break;
    if (options.aside.has(one.id) || batch.includes(one)) continue;
    bytes += utf8Bytes(JSON.stringify(one.raw)) + 1;
    if (bytes > options.bytesMax && batch.length > 0) break;
    batch.push(one);
  }
  return batch;
}

/** How much of the largest body is left for operations beside everything else this request says. */
export function roomForOperations(view: View, deps: ExchangeDeps): number {
  const others = buildRequest(view, [], deps, undefined);
  return SYNC_BODY_BYTES_MAX - utf8Bytes(JSON.stringify(others)) - AUTHORISE_BYTES;
}

/** Length in UTF-8: the platform-free part of the code has no TextEncoder. */
function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    // Half of a surrogate pair is two bytes of its four.
    if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}

export function buildRequest(
  view: View,
  batch: readonly Sendable[],
  deps: ExchangeDeps,
  first: OperationId | undefined,
): SyncRequest {
  const { device, deviceName, location, user, staff, build } = deps.session();
  const { cursor, epoch, share, toldAt } = view.balances;
  // A damaged run may have held news: only the snapshot's position is sure then, and that is lost.
  const isSure = view.damaged.every(({ key }) => !key.startsWith('r.'));
  // The cursor also says which share the device has stored: never more than was told with it.
  const asked: Cursor | null =
    cursor !== undefined && isSure ? { epoch, seq: Math.min(cursor, toldAt) } : null;
  return {
    protocol: PROTOCOL_VERSION,
    shopId: deps.outbox.shopId,
    register: { device, name: deviceName.slice(0, 80), location, user, staff, build },
    cursor: asked,
    operations: batch.map(({ raw }) => raw),
    authorise: batch.map(({ id }) => id).filter((id) => id === first),
    customers: [...deps.watched()].slice(0, CUSTOMERS_PER_SYNC_MAX),
    heads: Object.fromEntries([...view.heads].slice(-REQUEST_HEADS_MAX)),
    pendingCount: view.pending.length,
    oldestPendingAt: view.pending[0]?.at ?? null,
    deviceTime: Math.max(0, Math.floor(deps.clock.now())),
    share,
    storage: { keys: view.keys, bytes: view.bytes },
    damaged: view.damaged.slice(0, DAMAGED_PER_SYNC_MAX),
  };
}

/** What the answer says, as the one record that settles operations and moves balances together. */
export function runOf(view: View, request: SyncRequest, response: SyncResponse, now: number): Run {
  const { cursor } = response;
  // What was settled behind the cursor is in no balance here yet: a later answer will name it.
  const settled = [...response.settled, ...response.results].filter(
    ({ id, seq }) => seq <= cursor.seq && !id.startsWith('#'),
  );
  const balances: Record<string, Partial<Record<string, number>>> = {};
  for (const { customer, unit, balance, lease } of response.balances) {
    balances[customer] = { ...balances[customer], [unit]: balance };
    if (lease !== undefined) balances[customer] = { ...balances[customer], [leaseOf(unit)]: lease };
  }
  const asked = response.reset ? null : request.cursor;
  return {
    ...plainRun(response, now),
    from: asked?.epoch === cursor.epoch ? asked.seq : null,
    balances,
    applied: Object.fromEntries(settled.map(({ id, seq }) => [id, seq])),
    remarks: Object.fromEntries(
      settled
        .filter(({ status, flags }) => flags.length > 0 || !PLAIN.has(status))
        .map((one) => [one.id, remarkOf(view, one, response.serverTime)]),
    ),
  };
}

/** What an answer says besides its news. */
const plainRun = (
  { cursor, durable, share, serverTime, program, policy }: SyncResponse,
  now: number,
): Run => ({
  epoch: cursor.epoch,
  from: null,
  cursor: cursor.seq,
  durable,
  balances: {},
  applied: {},
  remarks: {},
  base: null,
  share,
  serverTime,
  deviceTime: Math.max(0, Math.floor(now)),
  program,
  policy,
});

const PLAIN: ReadonlySet<string> = new Set(['applied', 'duplicate']);

function remarkOf(view: View, settlement: Settlement, at: number): StoredRemark {
  const stored = view.operations.get(settlement.id as OperationId);
  const { status, reason, flags } = settlement;
  return {
    status,
    reason,
    flags,
    at,
    kind: stored?.kind ?? 'unknown',
    ref: stored?.ref ?? null,
  };
}

/** Whether the answer says anything that storage does not say already. */
export function isNews(view: View, run: Run, now: number): boolean {
  const { newest, share } = view.balances;
  if (newest === undefined || newest.epoch !== run.epoch || share !== run.share) return true;
  if (Object.keys(run.applied).length > 0 || Object.keys(run.balances).length > 0) return true;
  if (newest.program.version !== run.program.version) return true;
  if (newest.policy.version !== run.policy.version) return true;
  if (run.durable > newest.durable && view.operations.size > view.pending.length) return true;
  return Math.abs(now - newest.deviceTime) >= QUIET_RUN_MS;
}

export async function fetchSnapshot(
  deps: ExchangeDeps,
  progress: (snapshot: { loaded: number; total: number }) => void,
): Promise<SnapshotPage[] | Failure> {
  const pages: SnapshotPage[] = [];
  let loaded = 0;
  const device = `device=${encodeURIComponent(deps.session().device)}`;
  let query = `?${device}`;
  for (;;) {
    const path = `/api/pos/snapshot${query}`;
    const called = await call(deps, 'GET', path, undefined, SNAPSHOT_DEADLINE_MS);
    if ('trouble' in called) return called;
    const parsed = v.safeParse(snapshotPageSchema, called.json);
    if (!parsed.success) return failed('unreachable');
    const page = parsed.output;
    pages.push(page);
    loaded += page.customers.length;
    progress({ loaded, total: page.total });
    if (page.next === null) return pages;
    query = `?after=${page.next}&epoch=${page.cursor.epoch}&seq=${page.cursor.seq}&${device}`;
  }
}

export async function saveSnapshot(
  outbox: Outbox,
  pages: readonly SnapshotPage[],
  response: SyncResponse,
  now: number,
): Promise<boolean> {
  const [first] = pages;
  if (first === undefined) return false;
  const { epoch, seq: cursor } = first.cursor;
  const shards: Shard[] = pages
    .filter(({ customers }) => customers.length > 0)
    .map(({ customers, units, leases }) =>
      leases.length === 0 ? { customers, units } : { customers, units, leases },
    );
  return outbox.saveBase(shards, (base) => ({
    ...plainRun(response, now),
    epoch,
    from: cursor,
    cursor,
    base: { ...base, epoch, cursor },
    // What was decided between the answer and the snapshot, the next answer tells.
    toldAt: response.cursor.epoch === epoch ? Math.min(cursor, response.cursor.seq) : 0,
    serverTime: first.serverTime,
  }));
}
