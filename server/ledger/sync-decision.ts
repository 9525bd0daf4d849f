/**
 * The decision about one whole push, free of I/O: its operations in order, and what the log, the
 * register's heartbeat and the gap bookkeeping keep of it.
 */
import { createHash } from 'node:crypto';
import {
  HEADS_MAX,
  REQUEST_HEADS_MAX,
  type Status,
  type SyncRequest,
} from '../../shared/protocol.ts';
import type { RegisterRow } from '../database/database.ts';
import { noteHeads, type Draft } from './draft.ts';
import { kept, type Incoming } from './incoming.ts';
import { acknowledge, arrive, tellShares } from './leases.ts';
import { shareAnew } from './lending.ts';
import { settleOperation, type Answered } from './operation-decision.ts';
import type { Push } from './verdict.ts';

/** One push on its way through the ledger. */
export interface SyncJob {
  readonly syncId: string;
  /** The account that the session token proves. */
  readonly user: string;
  readonly request: SyncRequest;
  readonly incoming: readonly Incoming[];
  /** Server clock at arrival, ms since 1970. */
  readonly receivedAt: number;
}

/** What the database knew of the register before this push. */
export interface Before {
  readonly register: RegisterRow | undefined;
  /** Hashes of the push's damaged records that are kept already. */
  readonly damaged: readonly string[];
}

/** The name of a damaged record: the same bytes under the same key are kept once. */
export function damagedHash({ key, raw }: SyncRequest['damaged'][number]): string {
  return createHash('sha256').update(`${key}\n${raw}`).digest('hex');
}

/** Applies the push to the draft and answers each of its operations, in their order. */
export function decideSync(
  draft: Draft,
  job: SyncJob,
  by: Before & { readonly now: number },
): readonly Answered[] {
  const { request, incoming } = job;
  const { device } = request.register;
  const seqBefore = draft.shop.seq;
  const push: Push = {
    syncId: job.syncId,
    device,
    staff: request.register.staff ?? undefined,
    location: request.register.location,
    at: by.now,
    log: draft.shop.log + 1,
  };
  const isStrict = draft.shop.policy.strict;
  const position = () => shareAnew(draft, push);
  if (isStrict) arrive(draft.escrow, { device, now: by.now, nextSeq: position });
  const authorise = new Set<string>(request.authorise);
  const answers = incoming.map((one) =>
    settleOperation(draft, one, {
      push,
      isAuthorisation: one.id !== undefined && authorise.has(one.id),
    }),
  );
  if (isStrict) {
    // What was promised by an older lease is in what was just settled.
    acknowledge(draft.escrow, request, draft.shop.epoch);
    tellShares(draft.escrow, position);
  }
  for (const { operation } of incoming) {
    if (operation !== undefined) noteHeads(draft, headsOf(operation.heads, HEADS_MAX), push);
  }
  noteHeads(draft, headsOf(request.heads, REQUEST_HEADS_MAX), push);
  const newDamaged = keepDamaged(draft, job, { push, known: by.damaged });
  const register = draft.touched.registers.get(device) ?? by.register;
  const row = registerRow(job, { register, now: by.now });
  draft.touched.registers.set(device, row);
  if (register !== undefined && register.connectedSince !== row.connectedSince) {
    const { connectedSince: from, lastSeenAt: to } = register;
    draft.touched.spans.push({ device, from, to });
  }
  if (answers.some(({ isNews }) => isNews) || newDamaged > 0) {
    keepSync(draft, job, { answers, seqBefore, now: by.now });
  }
  return answers;
}

/**
 * A register that was heard of within this time was connected meanwhile, ms; it asks for news about
 * once a minute, and at least this often after failures.
 */
export const CONNECTED_GAP_MS = 5 * 60_000;

/** The register's heartbeat: what it last said about itself. */
function registerRow(
  job: SyncJob,
  by: { readonly register: RegisterRow | undefined; readonly now: number },
): RegisterRow {
  const { request } = job;
  const { register } = request;
  const before = by.register;
  const isGoingOn = before !== undefined && by.now - before.lastSeenAt <= CONNECTED_GAP_MS;
  return {
    device: register.device,
    name: register.name,
    location: register.location,
    user: job.user,
    claimedUser: register.user,
    staff: register.staff ?? undefined,
    build: register.build,
    firstSeenAt: before?.firstSeenAt ?? by.now,
    lastSeenAt: by.now,
    pendingCount: request.pendingCount,
    oldestPendingAt: request.oldestPendingAt ?? undefined,
    deviceTime: request.deviceTime,
    storageKeys: request.storage.keys,
    storageBytes: request.storage.bytes,
    cursorSeq: request.cursor?.seq ?? 0,
    connectedSince: isGoingOn ? before.connectedSince : by.now,
  };
}

function keepSync(
  draft: Draft,
  job: SyncJob,
  by: { readonly answers: readonly Answered[]; readonly seqBefore: number; readonly now: number },
): void {
  const { request } = job;
  const { register } = request;
  const counts: Partial<Record<Status, number>> = {};
  for (const { status } of by.answers) counts[status] = (counts[status] ?? 0) + 1;
  draft.shop = { ...draft.shop, log: draft.shop.log + 1 };
  draft.touched.syncs.push({
    log: draft.shop.log,
    syncId: job.syncId,
    device: register.device,
    name: register.name,
    user: job.user,
    claimedUser: register.user,
    staff: register.staff ?? undefined,
    location: register.location,
    build: register.build,
    receivedAt: job.receivedAt,
    deviceTime: request.deviceTime,
    pendingCount: request.pendingCount,
    oldestPendingAt: request.oldestPendingAt ?? undefined,
    storageKeys: request.storage.keys,
    storageBytes: request.storage.bytes,
    operations: by.answers.length,
    damaged: request.damaged.length,
    counts,
    seqBefore: by.seqBefore,
    seqAfter: draft.shop.seq,
    ms: Math.max(0, by.now - job.receivedAt),
  });
}

function keepDamaged(
  draft: Draft,
  job: SyncJob,
  by: { readonly push: Push; readonly known: readonly string[] },
): number {
  const { device, at } = by.push;
  const { damaged } = draft.touched;
  const names = new Set([...by.known, ...damaged.map(({ hash }) => hash)]);
  const fresh = job.request.damaged.filter((record) => !names.has(damagedHash(record)));
  for (const record of fresh) {
    const { key, raw } = record;
    damaged.push({ device, key: kept(key), hash: damagedHash(record), raw: kept(raw), at });
  }
  return fresh.length;
}

/** The writers that are looked at; the ledger reads what it knows of exactly these beforehand. */
export function headsOf(
  heads: Readonly<Record<string, number>>,
  most: number,
): readonly (readonly [string, number])[] {
  return Object.entries(heads).slice(0, most);
}
