/**
 * The decision about one operation, free of I/O: what it is answered, what it moves, what is kept
 * of it. An operation for goods that were given is never refused; the books go below zero and a
 * person is told.
 */
import type { Flag, Hold, Operation, OperationOf, Reason, Status } from '../../shared/protocol.ts';
import { unreachable } from '../../shared/assert.ts';
import type { Policy, Program } from '../../shared/program.ts';
import { earnedPoints } from '../../shared/rules.ts';
import type {
  Claim,
  CustomerKey,
  Facts,
  Posted,
  SettledRow,
  SettledStatus,
} from '../database/database.ts';
import {
  accountOf,
  addSale,
  earnedSale,
  fits,
  keyOf,
  nextSeq,
  noteArrival,
  post,
  redemptionOf,
  type Draft,
  type Move,
} from './draft.ts';
import type { Incoming } from './incoming.ts';
import { absorb, judge, target, type RedemptionEvent } from './settlement.ts';

/**
 * Attempts of one operation that are kept; a register that repeats for ever must not fill the log.
 */
export const ATTEMPTS_PER_OPERATION_MAX = 20;

/** Who pushed it and when. */
export interface Push {
  readonly syncId: string;
  readonly device: string;
  readonly staff: number | undefined;
  /** Server clock, ms since 1970. */
  readonly at: number;
  /** Number of the sync's row in the log, should one be written. */
  readonly log: number;
}

export interface Answered {
  readonly wireId: string;
  readonly status: Status;
  /** As it was settled first. */
  readonly row: SettledRow;
  readonly customer: CustomerKey | undefined;
  /** Whether the log has something new to say about it. */
  readonly isNews: boolean;
}

interface Verdict {
  readonly status: SettledStatus;
  readonly reason?: Reason | undefined;
  readonly flags: readonly Flag[];
  readonly moves: readonly Move[];
  /** Keeps what the decision learned, once it is certain that it stands. */
  readonly keep?: (seq: number) => void;
}

/** Settles one operation of a push on the draft, or recognises that it was settled before. */
export function settleOperation(
  draft: Draft,
  incoming: Incoming,
  context: { readonly push: Push; readonly isAuthorisation: boolean },
): Answered {
  const { push } = context;
  const rows = draft.settled.get(incoming.key) ?? [];
  const repeated = rows.find(({ hash }) => hash === incoming.hash);
  if (repeated !== undefined) return repeat(draft, incoming, repeated, push);

  const customer = customerKeyOf(draft, incoming);
  const verdict = rows.length > 0 ? OTHER_CONTENT : decide(draft, incoming, context);
  const seq = nextSeq(draft);
  post(draft, seq, verdict.moves);
  verdict.keep?.(seq);
  const flags = isOverdrawn(draft, verdict.moves)
    ? [...verdict.flags, 'overdrawn' as const]
    : verdict.flags;
  const { key, id, hash } = incoming;
  const { status, reason } = verdict;
  const row = { seq, key, id, hash, status, reason, flags, repeats: 0 };
  draft.settled.set(key, [...rows, row]);
  keepOperation(draft, incoming, row, { customer, push });
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

function decide(
  draft: Draft,
  incoming: Incoming,
  context: { readonly isAuthorisation: boolean },
): Verdict {
  const { operation } = incoming;
  if (operation === undefined) return quarantine(incoming.refused);
  const verdict = decideValid(draft, operation, context.isAuthorisation);
  return fits(draft, verdict.moves) ? verdict : quarantine('invalid');
}

function quarantine(reason: Reason): Verdict {
  return { status: 'quarantined', reason, flags: [], moves: [] };
}

function decideValid(draft: Draft, operation: Operation, isAuthorisation: boolean): Verdict {
  switch (operation.kind) {
    case 'intent':
    case 'void':
    case 'commit':
      return decideRedemption(draft, operation, isAuthorisation);
    case 'earn':
      return decideEarning(draft, operation);
    case 'missing':
    case 'return':
    case 'give-back':
    case 'take-back':
    case 'note':
      return { status: 'applied', flags: [], moves: [] };
    default:
      return unreachable(operation);
  }
}

type RedemptionOperation = OperationOf<'intent' | 'void' | 'commit'>;

function decideRedemption(
  draft: Draft,
  operation: RedemptionOperation,
  isAuthorisation: boolean,
): Verdict {
  const redemption = redemptionOf(draft, operation.ref);
  const event = eventOf(draft, operation, redemption.facts, isAuthorisation);
  const { status, reason, flags } = judge(redemption.facts, event);
  const facts = absorb(redemption.facts, event);
  const posted = target(facts);
  const isOverLimit =
    operation.kind === 'intent' &&
    status === 'applied' &&
    exceedsPolicy(operation, draft.shop.policy, isAuthorisation);
  return {
    status,
    reason,
    flags: isOverLimit ? [...flags, 'over-limit'] : flags,
    moves: difference(redemption.posted, posted),
    keep: (seq) => {
      draft.redemptions.set(operation.ref, { ref: operation.ref, facts, posted, seq });
      draft.touched.redemptions.add(operation.ref);
    },
  };
}

function eventOf(
  draft: Draft,
  operation: RedemptionOperation,
  facts: Facts,
  isAuthorisation: boolean,
): RedemptionEvent {
  switch (operation.kind) {
    case 'void':
      return { type: 'void', claim: claimOf(draft, operation.id, operation.hold) };
    case 'commit': {
      const { hold, body } = operation;
      return {
        type: 'commit',
        claim: hold === null ? undefined : claimOf(draft, operation.id, hold),
        captured: body.captured ?? undefined,
        paid: body.discount.amount,
        sale: { saleKey: body.saleKey, orderId: body.orderId ?? undefined },
      };
    }
    case 'intent': {
      const claim = claimOf(draft, operation.id, operation.hold);
      const { customer, unit } = claim;
      const event = { type: 'intent', claim } as const;
      const takes = (target(absorb(facts, event))?.held ?? 0) - (target(facts)?.held ?? 0);
      const isTooMuch = takes > 0 && accountOf(draft, customer, unit).customer < takes;
      return isAuthorisation && isTooMuch ? { type: 'refused-intent', claim } : event;
    }
  }
}

function claimOf(draft: Draft, id: string, { customer, unit, amount }: Hold): Claim {
  return { id, customer: keyOf(draft, customer), unit, amount };
}

/**
 * What must be moved so that `posted` becomes `wanted`, even if another account is now the right
 * one.
 */
function difference(posted: Posted | undefined, wanted: Posted | undefined): readonly Move[] {
  const isSameAccount = posted?.customer === wanted?.customer && posted?.unit === wanted?.unit;
  if (wanted !== undefined && (posted === undefined || isSameAccount)) {
    return [
      moveBy(wanted, wanted.held - (posted?.held ?? 0), wanted.captured - (posted?.captured ?? 0)),
    ];
  }
  const undone = posted === undefined ? [] : [moveBy(posted, -posted.held, -posted.captured)];
  return wanted === undefined ? undone : [...undone, moveBy(wanted, wanted.held, wanted.captured)];
}

function moveBy(account: Posted, held: number, captured: number): Move {
  const { customer: key, unit } = account;
  return { key, unit, customer: 0 - held - captured, held, redeemed: captured, issued: 0 };
}

/**
 * Whether a promise made without the ledger's word went beyond the policy it was made under. Sums
 * over an offline period are the register's to keep; one promise beyond a single limit is certain.
 */
function exceedsPolicy(
  { body }: OperationOf<'intent'>,
  policy: Policy,
  isAuthorisation: boolean,
): boolean {
  if (body.policy !== policy.version) return false;
  if (body.offline && !policy.redeemOffline) return true;
  // A tap while connected is promised by the offline limits too when the answer came too late.
  const isWithoutWord = body.offline || !isAuthorisation;
  return isWithoutWord && body.discount.amount > policy.perCustomer;
}

/**
 * How far an earning by another version of the program may be above the present one; the ledger
 * keeps no old versions, and a flag on every late sale of a changed program would hide the others.
 */
export const OTHER_PROGRAM_FACTOR = 10;

/** Whether a sale earned more points than the program gives for its eligible subtotal. */
function exceedsProgram({ body }: OperationOf<'earn'>, program: Program): boolean {
  const { amount, currency } = body.eligible;
  const given = earnedPoints(program, amount);
  if (body.program !== program.version) return body.points > given * OTHER_PROGRAM_FACTOR;
  return body.points > (currency === program.currency ? given : 0);
}

function decideEarning(draft: Draft, operation: OperationOf<'earn'>): Verdict {
  const { body } = operation;
  const { saleKey, points } = body;
  const orderId = body.orderId ?? undefined;
  const earned = earnedSale(draft, { saleKey, orderId });
  if (earned === undefined) {
    const key = keyOf(draft, body.customer);
    const move = { key, unit: 'points', customer: points, held: 0, redeemed: 0 } as const;
    return {
      status: 'applied',
      flags: exceedsProgram(operation, draft.shop.program) ? ['amount-differs'] : [],
      moves: [{ ...move, issued: 0 - points }],
      keep: (seq) => addSale(draft, { saleKey, orderId, seq }),
    };
  }
  // Both names are kept, so that a third message with only one of them is recognised too.
  const keep = () =>
    addSale(draft, { saleKey, orderId: orderId ?? earned.orderId, seq: earned.seq });
  return { status: 'closed', reason: 'already-closed', flags: [], moves: [], keep };
}

function isOverdrawn(draft: Draft, moves: readonly Move[]): boolean {
  return moves.some(
    ({ key, unit, customer }) => customer < 0 && accountOf(draft, key, unit).customer < 0,
  );
}

function customerKeyOf(draft: Draft, incoming: Incoming): CustomerKey | undefined {
  if (incoming.customer === undefined) return undefined;
  if (incoming.operation !== undefined) return keyOf(draft, incoming.customer);
  return draft.customers.get(incoming.customer)?.key;
}

function keepOperation(
  draft: Draft,
  incoming: Incoming,
  row: SettledRow,
  by: { readonly customer: CustomerKey | undefined; readonly push: Push },
): void {
  const { operation } = incoming;
  const { push, customer } = by;
  const { syncId, device, at } = push;
  if (incoming.id !== undefined && row.status !== 'mismatch') {
    noteArrival(draft, incoming.id, { device, at, skip: operation?.skip ?? [] });
  }
  const ref = operation !== undefined && 'ref' in operation ? operation.ref : undefined;
  const value = valueOf(operation);
  // A commit may know the reference alone; whom it is about stands in the redemption.
  const posted = ref === undefined ? undefined : draft.redemptions.get(ref)?.posted;
  const about = {
    ref,
    customer: customer ?? posted?.customer,
    unit: value.unit ?? posted?.unit,
    amount: value.amount,
  };
  draft.touched.operations.push({
    ...row,
    ...about,
    kind: incoming.kind,
    device,
    syncId,
    at,
    askedAt: operation?.deviceTime,
    content: operation === undefined ? incoming.raw : withoutCustomer(operation),
  });
  keepConflicts(draft, row, about, { operation, push });
}

function keepConflicts(
  draft: Draft,
  row: SettledRow,
  about: Pick<Draft['touched']['conflicts'][number], 'ref' | 'customer' | 'unit' | 'amount'>,
  by: { readonly operation: Operation | undefined; readonly push: Push },
): void {
  const { operation, push } = by;
  const { status } = row;
  const kinds = status === 'quarantined' || status === 'mismatch' ? [status] : row.flags;
  const { customer, unit } = about;
  const balance = customer && unit ? accountOf(draft, customer, unit).customer : 0;
  for (const kind of kinds) {
    draft.touched.conflicts.push({
      ...about,
      log: push.log,
      n: draft.touched.conflicts.length,
      kind,
      seq: row.seq,
      syncId: push.syncId,
      id: row.id,
      overBy: kind === 'overdrawn' ? 0 - balance : undefined,
      device: push.device,
      staff: operation?.staff ?? push.staff,
      cacheAgeMs:
        operation?.kind === 'intent' ? (operation.body.shown.ageMs ?? undefined) : undefined,
      orderId: operation?.kind === 'commit' ? (operation.body.orderId ?? undefined) : undefined,
      at: push.at,
    });
  }
}

function valueOf(
  operation: Operation | undefined,
): Pick<Draft['touched']['operations'][number], 'unit' | 'amount'> {
  if (operation === undefined) return { unit: undefined, amount: undefined };
  if (operation.kind === 'earn') return { unit: 'points', amount: operation.body.points };
  const captured = operation.kind === 'commit' ? operation.body.captured : undefined;
  return { unit: operation.hold?.unit, amount: captured ?? operation.hold?.amount };
}

/** The operation as JSON, without the one field that says whom it is about. */
function withoutCustomer(operation: Operation): string {
  return JSON.stringify(operation, (name, value: unknown) =>
    name === 'customer' ? undefined : value,
  );
}
