/**
 * Settles one operation on the draft: recognises what was settled before, posts what the verdict
 * moves, and keeps for people what they need to understand it.
 */
import type { Operation, Reason, Status } from '../../shared/protocol.ts';
import type { AccountRow, CustomerKey, OperationRow, SettledRow } from '../database/database.ts';
import { fits, keyOf, nextSeq, noteArrival, post, type Draft, type Move } from './draft.ts';
import { estateOf } from './heirs.ts';
import type { Incoming } from './incoming.ts';
import { lend } from './lending.ts';
import { verdictOn, type Context, type Push, type Verdict } from './verdict.ts';

/**
 * Attempts of one operation that are kept; a register that repeats for ever must not fill the log.
 */
export const ATTEMPTS_PER_OPERATION_MAX = 20;

export interface Answered {
  readonly wireId: string;
  readonly status: Status;
  /** As it was settled first. */
  readonly row: SettledRow;
  readonly customer: CustomerKey | undefined;
  /** Whether the log has something new to say about it. */
  readonly isNews: boolean;
}

/** Settles one operation of a push on the draft, or recognises that it was settled before. */
export function settleOperation(draft: Draft, incoming: Incoming, context: Context): Answered {
  const { push } = context;
  const rows = draft.settled.get(incoming.key) ?? [];
  const repeated = rows.find(({ hash }) => hash === incoming.hash);
  if (repeated !== undefined) return repeat(draft, incoming, repeated, push);

  const verdict = rows.length > 0 ? OTHER_CONTENT : decide(draft, incoming, context);
  return settleAs(draft, incoming, context, verdict);
}

/**
 * Settles what was quarantined before under its own name, in another place of the feed. It is not,
 * and nothing is changed, when it would be quarantined again (there is still no room for what it
 * moves), or when something else was applied under that name meanwhile.
 */
export function settleAgain(
  draft: Draft,
  incoming: Incoming,
  context: Context & { readonly kept: SettledRow },
): 'settled' | 'out-of-bounds' | 'changed' {
  const rows = draft.settled.get(incoming.key) ?? [];
  const others = rows.filter(({ seq }) => seq !== context.kept.seq);
  if (others.some(({ status }) => status !== 'mismatch')) return 'changed';
  const verdict = decide(draft, incoming, context);
  if (verdict.status === 'quarantined') return 'out-of-bounds';
  draft.settled.set(incoming.key, others);
  settleAs(draft, incoming, context, verdict);
  return 'settled';
}

function settleAs(draft: Draft, incoming: Incoming, context: Context, verdict: Verdict): Answered {
  const { push } = context;
  const rows = draft.settled.get(incoming.key) ?? [];
  const customer = customerKeyOf(draft, incoming);
  const seq = nextSeq(draft);
  const { moves, reason: why } = verdict;
  const { isAuthorisation } = context;
  const isBeyond = lend(draft, incoming.operation, {
    moves,
    reason: why,
    device: push.device,
    at: push.at,
    isAuthorisation,
    seq,
  });
  post(draft, seq, verdict.moves);
  verdict.keep?.(seq);
  const overdrawn = overdrawnBy(draft, verdict.moves);
  const flags = [
    ...verdict.flags,
    ...(overdrawn === undefined ? [] : ['overdrawn' as const]),
    ...(isBeyond ? ['lease-exceeded' as const] : []),
  ];
  const { key, id, hash } = incoming;
  const { status, reason } = verdict;
  const row = { seq, key, id, hash, status, reason, flags, repeats: 0 };
  draft.settled.set(key, [...rows, row]);
  keepOperation(draft, incoming, row, { customer, push, moves: verdict.moves, overdrawn });
  return { wireId: incoming.wireId, status, row, customer, isNews: true };
}

const OTHER_CONTENT: Verdict = {
  status: 'mismatch',
  reason: 'other-content',
  flags: [],
  moves: [],
};

function repeat(draft: Draft, incoming: Incoming, row: SettledRow, push: Push): Answered {
  const n = row.repeats + 2;
  const isNews = n <= ATTEMPTS_PER_OPERATION_MAX;
  const counted = isNews ? { ...row, repeats: row.repeats + 1 } : row;
  const status = row.status === 'mismatch' ? 'mismatch' : 'duplicate';
  if (isNews) {
    const { syncId, at, device } = push;
    const rows = draft.settled.get(row.key) ?? [];
    draft.settled.set(
      row.key,
      rows.map((other) => (other === row ? counted : other)),
    );
    draft.touched.repeats.set(row.seq, counted.repeats);
    draft.touched.attempts.push({ seq: row.seq, n, syncId, at, device, status });
  }
  const customer =
    incoming.customer === undefined ? undefined : draft.customers.get(incoming.customer)?.key;
  return { wireId: incoming.wireId, status, row: counted, customer, isNews };
}

function decide(draft: Draft, incoming: Incoming, context: Context): Verdict {
  const { operation } = incoming;
  if (operation === undefined) return quarantine(incoming.refused);
  const verdict = verdictOn(draft, operation, context);
  if (fits(draft, verdict.moves)) return verdict;
  verdict.undo?.();
  return quarantine('invalid');
}

function quarantine(reason: Reason): Verdict {
  return { status: 'quarantined', reason, flags: [], moves: [] };
}

/** The first account that these moves, already posted, have left below zero. */
function overdrawnBy(draft: Draft, moves: readonly Move[]): AccountRow | undefined {
  return moves
    .filter(({ customer }) => customer < 0)
    .map(({ key, unit }) => estateOf(draft, key, unit))
    .find(({ customer }) => customer < 0);
}

function customerKeyOf(draft: Draft, incoming: Incoming): CustomerKey | undefined {
  if (incoming.customer === undefined) return undefined;
  if (incoming.operation !== undefined) return keyOf(draft, incoming.customer);
  return draft.customers.get(incoming.customer)?.key;
}

interface Kept {
  readonly customer: CustomerKey | undefined;
  readonly push: Push;
  readonly moves: readonly Move[];
  readonly overdrawn: AccountRow | undefined;
}

function keepOperation(draft: Draft, incoming: Incoming, row: SettledRow, by: Kept): void {
  const { operation } = incoming;
  const { syncId, device, at } = by.push;
  if (incoming.id !== undefined && row.status !== 'mismatch') {
    noteArrival(draft, incoming.id, { device, at, skip: operation?.skip ?? [] });
  }
  const about = aboutOf(draft, operation, by);
  draft.touched.operations.push({
    ...row,
    ...about,
    kind: incoming.kind,
    device,
    syncId,
    at,
    askedAt: operation?.deviceTime,
    period: operation === undefined ? undefined : periodOfOperation(operation),
    content: contentOf(incoming, row),
    staff: operation?.staff ?? by.push.staff,
    location: operation?.location ?? by.push.location,
    orderId: orderOf(operation),
    offline: operation?.kind === 'intent' ? operation.body.offline : undefined,
  });
  keepConflicts(draft, row, about, { ...by, operation });
}

/** What was set aside stays as it came, so that it can be read once more. */
function contentOf({ operation, raw }: Incoming, { status }: SettledRow): string {
  return operation === undefined || status === 'quarantined' ? raw : withoutCustomer(operation);
}

type About = Pick<OperationRow, 'ref' | 'customer' | 'unit' | 'amount'>;

/** Whom and what it is about: as it says itself, else as the books know its redemption. */
function aboutOf(draft: Draft, operation: Operation | undefined, by: Kept): About {
  const ref = operation !== undefined && 'ref' in operation ? operation.ref : undefined;
  const posted = ref === undefined ? undefined : draft.redemptions.get(ref)?.posted;
  const [moved] = by.moves;
  const value = valueOf(operation);
  // A commit may know the reference alone, and then names at most whom the sale was for.
  const isBare = operation?.kind === 'commit' && operation.hold === null;
  const named = isBare ? (posted?.customer ?? by.customer) : (by.customer ?? posted?.customer);
  const customer = named ?? moved?.key;
  return { ref, customer, unit: value.unit ?? posted?.unit, amount: value.amount };
}

function keepConflicts(
  draft: Draft,
  row: SettledRow,
  about: About,
  by: Kept & { readonly operation: Operation | undefined },
): void {
  const { operation, push, overdrawn } = by;
  const { status } = row;
  const kinds = status === 'quarantined' || status === 'mismatch' ? [status] : row.flags;
  for (const kind of kinds) {
    const account = kind === 'overdrawn' ? overdrawn : undefined;
    draft.touched.conflicts.push({
      ...about,
      customer: account?.key ?? about.customer,
      unit: account?.unit ?? about.unit,
      log: push.log,
      n: draft.touched.conflicts.length,
      kind,
      seq: row.seq,
      syncId: push.syncId,
      id: row.id,
      overBy: account === undefined ? undefined : 0 - account.customer,
      device: push.device,
      staff: operation?.staff ?? push.staff,
      cacheAgeMs:
        operation?.kind === 'intent' ? (operation.body.shown.ageMs ?? undefined) : undefined,
      orderId: orderOf(operation),
      at: push.at,
    });
  }
}

function orderOf(operation: Operation | undefined): number | undefined {
  const body: { readonly orderId?: number | null } = operation?.body ?? {};
  return body.orderId ?? undefined;
}

function valueOf(operation: Operation | undefined): Pick<OperationRow, 'unit' | 'amount'> {
  switch (operation?.kind) {
    case undefined:
      return { unit: undefined, amount: undefined };
    case 'earn':
    case 'take-back':
      return { unit: 'points', amount: operation.body.points };
    case 'give-back':
      return { unit: undefined, amount: operation.body.amount };
    case 'return':
      return { unit: operation.body.value.currency, amount: operation.body.value.amount };
    case 'commit':
      return {
        unit: operation.hold?.unit,
        amount: operation.body.captured ?? operation.hold?.amount,
      };
    default:
      return { unit: operation?.hold?.unit, amount: operation?.hold?.amount };
  }
}

/** Promises and what takes them back belong to the offline period of what the register knew. */
function periodOfOperation({ kind, lastServerTime }: Operation): number | undefined {
  return kind === 'intent' || kind === 'void' ? (lastServerTime ?? undefined) : undefined;
}

/** The operation as JSON, without the one field that says whom it is about. */
function withoutCustomer(operation: Operation): string {
  return JSON.stringify(operation, (name, value: unknown) =>
    name === 'customer' ? undefined : value,
  );
}
