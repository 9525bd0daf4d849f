/**
 * The heart: every change of a balance goes through here, one database transaction for a push.
 *
 *   lock the shop ─► read what the jobs name ─► decide (pure) ─► write ─► read the answer ─► commit
 */
import type { Unit } from '../shared/amount.ts';
import { randomCrockford } from '../shared/crockford.ts';
import type { Random } from '../shared/ports.ts';
import { policySchema, programSchema, type Policy, type Program } from '../shared/program.ts';
import type { CustomerId, SyncRequest, SyncResponse } from '../shared/protocol.ts';
import * as v from '../shared/schema.ts';
import { answerSync, isBehind } from './ledger/answer.ts';
import type {
  Changes,
  CustomerKey,
  Database,
  RedemptionRow,
  RegisterRow,
  ShopDomain,
  ShopReader,
  ShopRow,
  ShopTransaction,
} from './database/database.ts';
import { changesOf, createDraft, type Draft } from './ledger/draft.ts';
import { createGroupCommit, type GroupCommit } from './ledger/group-commit.ts';
import { settleHeirs } from './ledger/heirs.ts';
import { readOperation } from './ledger/incoming.ts';
import { readKnown, type Work } from './ledger/known.ts';
import type { Lending } from './ledger/lease-answer.ts';
import { addLeases, completeUpTo, isAlone, leaseChanges } from './ledger/leases.ts';
import { policyDecision, programDecision, type Decision, type Settled } from './ledger/decision.ts';
import { postingDecision, type Posting } from './ledger/posting.ts';
import { newShop } from './ledger/new-shop.ts';
import { decideRelease } from './ledger/release.ts';
import { openReviews } from './ledger/review-rows.ts';
import type { Answered } from './ledger/operation-decision.ts';
import { damagedHash, decideSync, type SyncJob } from './ledger/sync-decision.ts';

/** Operations merged into one database transaction; SQLite blocks the event loop while it works. */
export const OPERATIONS_PER_TRANSACTION_MAX = 500;
/** A register further behind than this fetches a snapshot, which is then the smaller answer. */
export const POSITIONS_BEHIND_MAX = 20_000;
/** A register that only asks for news is written down this often. */
export const HEARTBEAT_MS = 60_000;
const KEY_LENGTH = 20;
const SYNC_ID_LENGTH = 16;
const SHOPS_OPEN_MAX = 1_000;

export interface LedgerDeps {
  readonly database: Database;
  readonly clock: { now(): number };
  readonly random: Random;
  /** Feed position that a verified backup covers; without backups, all that is committed. */
  readonly backedUpTo?: (shop: ShopDomain) => Promise<number>;
  readonly positionsBehindMax?: number;
  readonly heartbeatMs?: number;
}

export interface SyncAsked {
  readonly shop: ShopDomain;
  readonly user: string;
  readonly request: SyncRequest;
}

/** The request named another shop id than the one that the shop's token was first used with. */
export type SyncOutcome = { readonly answer: SyncResponse } | { readonly refused: 'wrong-shop' };

export interface Ledger {
  readonly database: Database;
  /** Settles a push and answers it; whatever is in the answer is committed. */
  sync(asked: SyncAsked): Promise<SyncOutcome>;
  /**
   * Gives value to customers (openings, adjustments); a key that was posted before does nothing.
   */
  post(
    shop: ShopDomain,
    posting: { readonly shopId: number; readonly postings: readonly Posting[] },
  ): Promise<void>;
  /**
   * Makes a decision of the server's own (an order, a release, a merge) on what the ledger knows.
   */
  settle<T>(shop: ShopDomain, decision: Decision<T>): Promise<Settled<T>>;
  /** Creates the shop, or replaces its program; the next answer tells its registers. */
  setProgram(shop: ShopDomain, shopId: number, program: Program): Promise<void>;
  setPolicy(shop: ShopDomain, shopId: number, policy: Policy): Promise<void>;
  /**
   * Releases holds that registers have reported missing long enough before `now` (server clock), at
   * most `OPERATIONS_PER_TRANSACTION_MAX` of them; none in strict mode.
   */
  releaseMissing(shop: ShopDomain, now: number): Promise<void>;
  balances(
    shop: ShopDomain,
    customer: CustomerId,
  ): Promise<readonly { readonly unit: Unit; readonly balance: number }[]>;
  /** Recomputes the shop's books from their entries; sentences about what is wrong, or none. */
  verify(shop: ShopDomain): Promise<readonly string[]>;
}

type Job =
  | ({ readonly type: 'sync' } & SyncJob)
  | { readonly type: 'release'; readonly shopId: undefined; readonly now: number }
  | { readonly type: 'own'; readonly shopId: number | undefined; readonly decision: Decision };

type Done = SyncOutcome | Settled<unknown>;

export function createLedger(deps: LedgerDeps): Ledger {
  const { database, clock, random } = deps;
  const newKey = () => randomCrockford(random, KEY_LENGTH) as CustomerKey;
  const groups = new Map<ShopDomain, GroupCommit<Job, Done>>();

  function groupOf(shop: ShopDomain): GroupCommit<Job, Done> {
    const known = groups.get(shop);
    if (known !== undefined) return known;
    // A group that still works is safe without its place here: the database runs a shop's writes in
    // turn.
    if (groups.size >= SHOPS_OPEN_MAX) groups.clear();
    const limits = { weightMax: OPERATIONS_PER_TRANSACTION_MAX, weight: weightOf };
    const group = createGroupCommit<Job, Done>(
      (jobs) => database.transact(shop, (tx) => apply(tx, jobs, { ...deps, shop, newKey })),
      limits,
    );
    groups.set(shop, group);
    return group;
  }

  async function settle<T>(shop: ShopDomain, decision: Decision<T>): Promise<Settled<T>> {
    const done = await groupOf(shop).add({ type: 'own', shopId: decision.shopId, decision });
    if ('answer' in done) throw new Error('a decision was answered like a sync');
    return done as Settled<T>;
  }

  async function mustSettle(shop: ShopDomain, decision: Decision<unknown>): Promise<void> {
    const done = await settle(shop, decision);
    if ('refused' in done) {
      throw new Error(`the shop id ${String(decision.shopId)} is not this shop's`);
    }
  }

  return {
    database,
    async sync({ shop, user, request }) {
      const job: Job = {
        type: 'sync',
        syncId: randomCrockford(random, SYNC_ID_LENGTH),
        user,
        request,
        incoming: request.operations.map((raw, place) => readOperation(raw, place, request.shopId)),
        receivedAt: clock.now(),
      };
      if (job.incoming.length === 0 && request.damaged.length === 0) {
        const quick = await database.read(shop, (reader) =>
          answerQuietly(reader, job, { ...deps, shop }),
        );
        if (quick !== undefined) return quick;
      }
      const done = await groupOf(shop).add(job);
      if ('result' in done) throw new Error('a sync was answered like a decision');
      return asSyncOutcome(done);
    },
    async post(shop, { shopId, postings }) {
      for (let i = 0; i < postings.length; i += OPERATIONS_PER_TRANSACTION_MAX) {
        const part = postings.slice(i, i + OPERATIONS_PER_TRANSACTION_MAX);
        await mustSettle(shop, postingDecision(shopId, part));
      }
    },
    settle,
    setProgram: (shop, shopId, program) =>
      mustSettle(shop, programDecision(v.parse(programSchema, program), { shopId })),
    setPolicy: (shop, shopId, policy) =>
      mustSettle(shop, policyDecision(v.parse(policySchema, policy), { shopId })),
    async releaseMissing(shop, now) {
      const due = await database.read(shop, (reader) => reader.due(now, 1));
      if (due.length > 0) await groupOf(shop).add({ type: 'release', shopId: undefined, now });
    },
    balances: (shop, customer) =>
      database.read(shop, async (reader) => {
        const [row] = await reader.customers([customer]);
        if (row === undefined) return [];
        const accounts = await reader.accounts([row.key]);
        return accounts.map(({ unit, customer: balance }) => ({ unit, balance }));
      }),
    verify: (shop) => database.read(shop, (reader) => reader.faults()),
  };
}

/** A sync is never refused for an unknown shop: its request creates the shop. */
function asSyncOutcome(done: Exclude<Done, { readonly result: unknown }>): SyncOutcome {
  return 'answer' in done ? done : { refused: 'wrong-shop' };
}

function weightOf(job: Job): number {
  if (job.type === 'sync') return 1 + job.incoming.length;
  return job.type === 'own' ? (job.decision.weight ?? 1) : 1;
}

interface ApplyContext extends LedgerDeps {
  readonly shop: ShopDomain;
  readonly newKey: () => CustomerKey;
}

/**
 * Answers a push that changes nothing from one read; `undefined` when something must be written.
 */
async function answerQuietly(
  reader: ShopReader,
  job: SyncJob,
  context: LedgerDeps & { readonly shop: ShopDomain },
): Promise<SyncOutcome | undefined> {
  const { request } = job;
  const shop = await reader.shop();
  if (shop === undefined) return undefined;
  if (shop.shopId !== request.shopId) return { refused: 'wrong-shop' };
  const register = await reader.register(request.register.device);
  const silentMs = job.receivedAt - (register?.lastSeenAt ?? 0);
  const isDue = silentMs < 0 || silentMs >= (context.heartbeatMs ?? HEARTBEAT_MS);
  if (isDue || register?.pendingCount !== request.pendingCount) return undefined;
  const { strict } = shop.policy;
  const slots = strict ? await reader.slots() : [];
  // What a request shows of what its register knows is kept.
  if (strict && !isAlone(slots, request.register.device)) return undefined;
  const lending = { slots, now: job.receivedAt, write: undefined };
  return { answer: await answer(reader, job, { shop, answers: [], context, lending }) };
}

/** One database transaction for all jobs of a group. */
async function apply(
  tx: ShopTransaction,
  jobs: readonly Job[],
  context: ApplyContext,
): Promise<readonly Done[]> {
  const known = await tx.shop();
  const shopId = known?.shopId ?? jobs.map(shopIdOf).find((one) => one !== undefined);
  if (shopId === undefined) return jobs.map(() => ({ refused: 'unknown-shop' }));
  const shop = known ?? newShop(shopId, context.clock.now());
  const welcome = jobs.filter((job) => (shopIdOf(job) ?? shopId) === shopId);
  const due = await readDue(tx, welcome);
  const work = workOf(welcome, due);
  const [read, registers] = await Promise.all([
    readKnown(tx, shop, work),
    readRegisters(tx, welcome),
  ]);
  const draft = createDraft(read, context.newKey);
  const answers = new Map<Job, Decided>();
  const by = { ...context, due, registers };
  for (const job of welcome) answers.set(job, await decide(tx, draft, job, by));
  settleHeirs(draft, context.clock.now());
  openReviews(draft);
  const changes = changesOf(draft);
  if (known === undefined || hasNews(changes, shop)) await tx.write(changes);
  const leases = leaseChanges(draft.escrow);
  if (leases !== undefined) await tx.writeLeases(leases);
  const end = (job: Job) => finish(tx, job, { draft, answers, before: shop, context });
  const isStrict = shop.policy.strict || draft.shop.policy.strict;
  if (!isStrict) return Promise.all(jobs.map(end));
  // What one answer lends is no longer free for the next.
  const done: Done[] = [];
  for (const job of jobs) done.push(await end(job));
  return done;
}

async function readRegisters(tx: ShopTransaction, jobs: readonly Job[]) {
  const asking = jobs.flatMap((job) => (job.type === 'sync' ? [job.request.register.device] : []));
  const devices = [...new Set(asking)];
  const rows = await Promise.all(devices.map((device) => tx.register(device)));
  return new Map(devices.map((device, place) => [device, rows[place]]));
}

/** What became of a job on the draft: a push's answers, or the result of a decision. */
type Decided = { readonly pushed: readonly Answered[] } | { readonly result: unknown };

async function decide(
  tx: ShopTransaction,
  draft: Draft,
  job: Job,
  context: ApplyContext & {
    readonly due: readonly RedemptionRow[];
    readonly registers: ReadonlyMap<string, RegisterRow | undefined>;
  },
): Promise<Decided> {
  const now = context.clock.now();
  switch (job.type) {
    case 'release':
      for (const { ref } of context.due) decideRelease(draft, ref, job.now);
      return { result: undefined };
    case 'own':
      await job.decision.look?.(tx.sql);
      return { result: job.decision.decide(draft, now) };
    case 'sync': {
      const { device } = job.request.register;
      const hashes = job.request.damaged.map(damagedHash);
      const damaged = hashes.length === 0 ? [] : await tx.damaged(device, hashes);
      await readOffered(tx, draft, job);
      const register = context.registers.get(device);
      return { pushed: decideSync(draft, job, { register, damaged, now }) };
    }
  }
}

/** Strict mode: the accounts of which the request may show that an offer has arrived. */
async function readOffered(tx: ShopTransaction, draft: Draft, { request }: SyncJob): Promise<void> {
  const cursor = completeUpTo(request, draft.shop.epoch);
  if (cursor === undefined || !draft.shop.policy.strict) return;
  const keys = await tx.leasesOffered(request.register.device, cursor.seq);
  if (keys.length > 0) addLeases(draft.escrow, await tx.leases(keys));
}

async function finish(
  tx: ShopTransaction,
  job: Job,
  by: {
    readonly draft: Draft;
    readonly answers: ReadonlyMap<Job, Decided>;
    readonly before: ShopRow;
    readonly context: ApplyContext;
  },
): Promise<Done> {
  const decided = by.answers.get(job);
  if (decided === undefined) return { refused: 'wrong-shop' };
  if (job.type !== 'sync' || 'result' in decided) return decided as Settled<unknown>;
  const { pushed: answers } = decided;
  const { draft, before, context } = by;
  const isAhead = (job.request.cursor?.seq ?? 0) > before.seq;
  const shop = draft.shop;
  const slots = [...draft.escrow.slots.values()];
  const lending = { slots, now: context.clock.now(), write: tx.writeLeases };
  return { answer: await answer(tx, job, { shop, answers, context, isAhead, lending }) };
}

async function answer(
  reader: ShopReader,
  job: SyncJob,
  by: {
    readonly shop: ShopRow;
    readonly answers: readonly Answered[];
    readonly context: LedgerDeps & { readonly shop: ShopDomain };
    readonly isAhead?: boolean;
    readonly lending: Lending;
  },
): Promise<SyncResponse> {
  const { shop, answers, context, lending } = by;
  const behindMax = context.positionsBehindMax ?? POSITIONS_BEHIND_MAX;
  const { cursor, register } = job.request;
  const from = lending.slots.find(({ device }) => device === register.device)?.from ?? 0;
  const reset = by.isAhead === true || isBehind(cursor, shop, { behindMax, from });
  const durable =
    context.backedUpTo === undefined ? shop.seq : await context.backedUpTo(context.shop);
  const serverTime = context.clock.now();
  return answerSync(reader, job, { shop, answers, reset, durable, serverTime, lending });
}

/** What the jobs bring, as far as something is to be read for it. */
function workOf(jobs: readonly Job[], due: readonly RedemptionRow[]): Work {
  return {
    pushes: jobs.flatMap((job) => (job.type === 'sync' ? [job] : [])),
    reads: [
      { refs: due.map(({ ref }) => ref) },
      ...jobs.flatMap((job) => (job.type === 'own' ? [job.decision.reads] : [])),
    ],
  };
}

async function readDue(tx: ShopTransaction, jobs: readonly Job[]) {
  const times = jobs.flatMap((job) => (job.type === 'release' ? [job.now] : []));
  return times.length === 0 ? [] : tx.due(Math.max(...times), OPERATIONS_PER_TRANSACTION_MAX);
}

function shopIdOf(job: Job): number | undefined {
  return job.type === 'sync' ? job.request.shopId : job.shopId;
}

function hasNews(changes: Changes, before: ShopRow): boolean {
  const { shop, ...rows } = changes;
  return shop !== before || Object.values(rows).some((list: readonly unknown[]) => list.length > 0);
}
