/**
 * The sync loop of one context. Any number of contexts may run one at once: the ledger makes it
 * harmless.
 *
 *     wake ─► one request in flight (p-queue) ─► answer ─► one run in storage ─► again for more
 *                     │
 *                     └─ no answer, or a refusal ─► wait (jitter; Retry-After is a floor) ─► wake
 *
 * Nothing is ever given up or dropped: only the ledger's final status for an operation ends its
 * waiting.
 */
import PQueue from 'p-queue';
import * as v from '../../shared/schema.ts';
import { createWake, within, type Random, type Wake } from '../../shared/ports.ts';
import {
  OPERATIONS_PER_SYNC_MAX,
  REQUEST_REFUSALS,
  syncResponseSchema,
  type OperationId,
  type Settlement,
  type SyncRequest,
  type SyncResponse,
} from '../../shared/protocol.ts';
import {
  buildRequest,
  call,
  failed,
  fetchSnapshot,
  isNews,
  nextBatch,
  roomForOperations,
  runOf,
  saveSnapshot,
  type ExchangeDeps,
  type Failure,
  type SyncTrouble,
} from './exchange.ts';
import type { Outbox } from './outbox.ts';
import type { View } from './view.ts';

export const AUTHORISE_BUDGET_MS = 2_000;
export const REQUEST_DEADLINE_MS = 10_000;
export const BACKOFF_FIRST_MS = 1_000;
export const BACKOFF_MAX_MS = 300_000;
/**
 * A run of requests ends here at the latest, so that a server that never agrees is not hammered.
 */
const EXCHANGES_MAX = 500;
/** With this many customers changed since the snapshot, a new one is smaller than the changes. */
const CHANGED_CUSTOMERS_MAX = 3_000;

export interface SyncState {
  readonly phase: 'idle' | 'syncing' | 'waiting';
  /** Operations settled and to settle since this run of requests began. */
  readonly done: number;
  readonly total: number;
  /** Customers loaded of a snapshot that is being fetched. */
  readonly snapshot: { readonly loaded: number; readonly total: number } | undefined;
  readonly trouble: SyncTrouble | undefined;
  readonly code: string | undefined;
  /** Device clock in ms since 1970 of the next try, while `waiting`. */
  readonly nextTryAt: number | undefined;
}

export interface SyncDeps extends ExchangeDeps {
  readonly random: Random;
  isConnected(): boolean;
  /** Called after every change of `state()`. */
  changed(): void;
}

export interface Sync {
  state(): SyncState;
  /** Asks for one more exchange after those under way. */
  wake(): void;
  /** Forgets the backoff and tries, whatever the connectivity signal says. */
  now(): Promise<SyncState>;
  /**
   * The ledger's word on an operation nobody was promised yet; `undefined` when it can't be had in
   * time.
   */
  authorise(id: OperationId): Promise<Settlement | undefined>;
  connectivityChanged(): void;
  stop(): void;
}

const IDLE: SyncState = {
  phase: 'idle',
  done: 0,
  total: 0,
  snapshot: undefined,
  trouble: undefined,
  code: undefined,
  nextTryAt: undefined,
};

type Exchange =
  | { readonly ok: true; readonly response: SyncResponse; readonly more: boolean }
  | { readonly ok: false; readonly failure: Failure };

export function createSync(deps: SyncDeps): Sync {
  const { outbox, clock, random } = deps;
  const queue = new PQueue({ concurrency: 1 });
  /** Operations that this context can't deliver even alone; the others must not wait for them. */
  const aside = new Set<OperationId>();
  let state = IDLE;
  let attempts = 0;
  let batchMax = OPERATIONS_PER_SYNC_MAX;
  let timer: (Wake & { wake(): void }) | undefined;
  /** The server said when to ask again: until then only a person, or a new connection, asks. */
  let isHeld = false;
  let isStopped = false;
  let isSnapshotRefused = false;

  const set = (change: Partial<SyncState>): void => {
    state = { ...state, ...change };
    deps.changed();
  };

  /** One request and what follows from its answer. Never throws. */
  const exchange = async (asked?: {
    readonly first: OperationId;
    readonly isWanted: () => boolean;
  }): Promise<Exchange> => {
    const first = asked?.first;
    const deadlineMs = asked === undefined ? REQUEST_DEADLINE_MS : AUTHORISE_BUDGET_MS;
    try {
      const view = await outbox.view();
      const bytesMax = roomForOperations(view, deps);
      const batch = nextBatch(view, { first, aside, most: batchMax, bytesMax });
      const request = buildRequest(view, batch, deps, first);
      const body = JSON.stringify(request);
      const path = '/api/pos/sync';
      const called = await call(deps, 'POST', path, body, deadlineMs, asked?.isWanted);
      if ('trouble' in called) {
        const isSmaller = shrink(called, batch);
        return isSmaller ? await exchange() : { ok: false, failure: called };
      }
      const parsed = v.safeParse(syncResponseSchema, called.json);
      if (!parsed.success) return { ok: false, failure: failed('unreachable') };
      if (!(await keep(view, request, parsed.output)))
        return { ok: false, failure: failed('storage') };
      batchMax = Math.min(OPERATIONS_PER_SYNC_MAX, batchMax * 2);
      const isLeft = view.pending.length - batch.length > aside.size;
      return { ok: true, response: parsed.output, more: parsed.output.more || isLeft };
    } catch {
      return { ok: false, failure: failed('storage') };
    }
  };

  /** A refused request is tried with fewer operations, so that one that can't pass stands alone. */
  const shrink = (failure: Failure, batch: readonly { id: OperationId }[]): boolean => {
    if (failure.trouble !== 'refused' || !UNSENDABLE.has(failure.code ?? '')) return false;
    const [only] = batch;
    if (only === undefined) return false;
    if (batch.length === 1) aside.add(only.id);
    batchMax = Math.max(1, Math.floor(batch.length / 2));
    return true;
  };

  const keep = async (
    view: View,
    request: SyncRequest,
    response: SyncResponse,
  ): Promise<boolean> => {
    const run = runOf(view, request, response, clock.now());
    // A page without news for this register still moves the cursor, or it would come again.
    const isOnward = response.more && run.cursor > (view.balances.cursor ?? 0);
    const isWorthIt = isOnward || isNews(view, run, clock.now());
    if (isWorthIt && !(await outbox.saveRun(run))) return false;
    if (response.damagedKept.length > 0) await outbox.forgetDamaged(response.damagedKept);
    return true;
  };

  const snapshotIfDue = async (response: SyncResponse): Promise<Failure | 'saved' | 'not-due'> => {
    const { base, epoch, newest } = (await outbox.view()).balances;
    const isStale = base === undefined || base.epoch !== epoch || response.reset;
    const changed = Object.keys(newest?.balances ?? {}).length;
    if (isSnapshotRefused || (!isStale && changed <= CHANGED_CUSTOMERS_MAX)) return 'not-due';
    const pages = await fetchSnapshot(deps, (snapshot) => set({ snapshot }));
    set({ snapshot: undefined });
    if ('trouble' in pages) return pages;
    const isSaved = await saveSnapshot(outbox, pages, response, clock.now()).catch(() => false);
    isSnapshotRefused = !isSaved;
    return isSaved ? 'saved' : 'not-due';
  };

  /** Exchanges until there is nothing more to send or fetch, or one fails. Never throws. */
  const run = async (): Promise<void> => {
    // Asked for while the last one was still under way, which then failed: the wait comes first.
    if (isStopped || state.phase === 'waiting') return;
    set({ ...IDLE, phase: 'syncing', total: await pendingCount(outbox) });
    let isFetched = false;
    for (let exchanges = 0; exchanges < EXCHANGES_MAX; exchanges += 1) {
      const result = await exchange();
      if (!result.ok) return wait(result.failure);
      set({ done: Math.min(state.total, state.done + result.response.results.length) });
      // One snapshot a run: a server that asks for another at once would get no end of them.
      const snapshot: Failure | 'saved' | 'not-due' =
        result.more || isFetched
          ? 'not-due'
          : await snapshotIfDue(result.response).catch(() => failed('storage'));
      if (typeof snapshot === 'object') return wait(snapshot);
      isFetched ||= snapshot === 'saved';
      if (isStopped) return;
      if (!result.more && snapshot === 'not-due') break;
    }
    attempts = 0;
    set(IDLE);
  };

  const wait = (failure: Failure): void => {
    timer?.wake();
    isHeld = failure.retryAfterMs > 0;
    const ms = Math.max(failure.retryAfterMs, backoffMs(attempts, random));
    attempts += 1;
    const { trouble, code } = failure;
    set({ phase: 'waiting', trouble, code, nextTryAt: clock.now() + ms, snapshot: undefined });
    const wake = createWake();
    timer = wake;
    void clock.sleep(ms, wake).then(() => {
      if (wake.woken) return;
      endWait();
      sync.wake();
    });
  };

  const endWait = (): void => {
    timer?.wake();
    isHeld = false;
    if (state.phase === 'waiting') set({ phase: 'idle', nextTryAt: undefined });
  };

  const authorised = (result: Exchange, id: OperationId): Settlement | undefined => {
    if (!result.ok) {
      if (result.failure.retryAfterMs > 0) wait(result.failure);
      return undefined;
    }
    // The server answers again, so whatever was waited for is over.
    if (state.trouble !== undefined) attempts = 0;
    if (state.phase === 'waiting') endWait();
    if (result.more || state.trouble !== undefined) sync.wake();
    // The feed says how it was settled first; a result only that it was asked again.
    const { settled, results } = result.response;
    return [...settled, ...results].find((one) => one.id === id);
  };

  const sync: Sync = {
    state: () => state,
    wake() {
      // While it waits, the end of the wait asks: what happens meanwhile must not hammer the
      // server.
      if (isStopped || state.phase === 'waiting' || queue.size > 0) return;
      if (deps.isConnected()) void queue.add(run);
    },
    async now() {
      attempts = 0;
      endWait();
      await queue.add(run);
      return state;
    },
    async authorise(id) {
      if (isHeld) return undefined;
      let isLate = false;
      const asked = queue.add(
        async () => (isLate ? undefined : await exchange({ first: id, isWanted: () => !isLate })),
        { priority: 1 },
      );
      const result = (await within(clock, AUTHORISE_BUDGET_MS, asked))?.value;
      isLate = true;
      const answer = typeof result === 'object' ? authorised(result, id) : undefined;
      if (answer !== undefined) return answer;
      // Another context, or a request before this one, may have brought the ledger's word.
      return outbox.view().then(
        (view) => settledIn(view, id),
        () => undefined,
      );
    },
    connectivityChanged() {
      attempts = 0;
      endWait();
      if (deps.isConnected()) sync.wake();
      else set({ ...IDLE, trouble: 'disconnected' });
    },
    stop() {
      // What is queued still runs, and ends at once: clearing would reject those who wait for it.
      isStopped = true;
      timer?.wake();
    },
  };
  return sync;
}

/** What the device has stored of the ledger's word on an operation. */
function settledIn({ balances }: View, id: OperationId): Settlement | undefined {
  const seq = balances.applied.get(id);
  if (seq === undefined) return undefined;
  const { status = 'applied', reason = null, flags = [] } = balances.remarks.get(id) ?? {};
  return { id, seq, status, reason, flags: [...flags] };
}

const UNSENDABLE: ReadonlySet<string> = new Set(REQUEST_REFUSALS);

/**
 * Full jitter: anything from nothing to twice the last limit, so that registers don't come in step.
 */
export function backoffMs(attempts: number, random: Random): number {
  const limit = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS << Math.min(attempts, 20));
  return random.below(limit) + 1;
}

async function pendingCount(outbox: Outbox): Promise<number> {
  return outbox.view().then(
    ({ pending }) => pending.length,
    () => 0,
  );
}
