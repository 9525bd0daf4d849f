/** Strict mode where an operation is settled: what it takes of the leases, and what it may not. */
import type { Unit } from '../../shared/amount.ts';
import type { Hold, Operation, OperationOf, Reason } from '../../shared/protocol.ts';
import type { CustomerKey, Facts } from '../database/database.ts';
import { accountOf, keyOf, nextSeq, type Draft, type Move } from './draft.ts';
import { estateOf } from './heirs.ts';
import { giveBack, shortageOf, spend, wish, type Account, type Shortage } from './leases.ts';
import { absorb, target } from './settlement.ts';

/** By whom an operation was sent, and whether nobody was promised it yet. */
export interface Borrower {
  readonly device: string;
  readonly isAuthorisation: boolean;
}

/** Why an intent is refused, given what was known of its redemption; `undefined`: it is booked. */
export function shortageFor(
  draft: Draft,
  { id, hold, body }: OperationOf<'intent'>,
  by: Borrower & { readonly facts: Facts },
): Shortage | undefined {
  const { facts, ...borrower } = by;
  const { customer, unit, amount } = hold;
  const claim = { id, customer: keyOf(draft, customer), unit, amount };
  const { offline } = body;
  const after = target(absorb(facts, { type: 'intent', claim, offline }));
  const takes = (after?.held ?? 0) - (target(facts)?.held ?? 0);
  // Leases stand on each account by itself; without them the whole of what is theirs counts.
  const isLent = draft.escrow.slots.size > 0;
  const whole = {
    key: claim.customer,
    unit,
    balance: estateOf(draft, claim.customer, unit).customer,
  };
  const account = isLent ? accountIn(draft, { key: claim.customer, unit }) : whole;
  return shortageOf(draft.escrow, account, { amount: takes, ...borrower, ...madeBy(draft, body) });
}

/** An operation at its position of the feed, and what was decided of it. */
export interface Lent extends Borrower {
  readonly seq: number;
  /** Server clock, ms since 1970. */
  readonly at: number;
  readonly moves: readonly Move[];
  readonly reason: Reason | undefined;
}

/**
 * Takes off the sender's leases what the operation is about to move, or gives it back. Only what a
 * register itself takes off its lease while it waits counts: intents, what takes them back, and
 * sales of a hold that it knows. True when an intent was more than its register's lease.
 */
export function lend(draft: Draft, operation: Operation | undefined, by: Lent): boolean {
  switch (operation?.kind) {
    case 'intent':
      if (by.reason === 'set-aside') wishFor(draft, operation.hold, by);
      return take(draft, madeBy(draft, operation.body), by);
    case 'commit':
      // A sale is for goods already given, wherever it was made.
      if (operation.hold !== null) take(draft, { offline: true, isByPolicy: false }, by);
      return false;
    case 'void':
      for (const move of ofHolds(by.moves))
        if (move.customer > 0)
          giveBack(draft.escrow, accountIn(draft, move), { ...by, amount: move.customer });
      return false;
    default:
      return false;
  }
}

/**
 * Points that are given or taken back for a sale are no promise of the sender's: what comes to
 * light when two names turn out to be one sale must not be taken off its lease.
 */
function ofHolds(moves: readonly Move[]): readonly Move[] {
  return moves.filter(({ issued }) => issued === 0);
}

function take(draft: Draft, made: ReturnType<typeof madeBy>, by: Lent): boolean {
  const beyond = ofHolds(by.moves)
    .filter(({ customer }) => customer < 0)
    .map((move) => {
      const spending = { ...by, ...made, amount: 0 - move.customer };
      return spend(draft.escrow, accountIn(draft, move), spending);
    });
  return beyond.includes(true);
}

function madeBy(draft: Draft, { offline, policy }: OperationOf<'intent'>['body']) {
  return { offline, isByPolicy: policy === draft.shop.policy.version };
}

/** The register was refused what others may still promise: they are asked to give it up. */
function wishFor(draft: Draft, { customer, unit }: Hold, { device, seq, at }: Lent): void {
  const account = accountIn(draft, { key: keyOf(draft, customer), unit });
  wish(draft.escrow, account, { device, seq, now: at });
}

function accountIn(
  draft: Draft,
  { key, unit }: { readonly key: CustomerKey; readonly unit: Unit },
): Account {
  return { key, unit, balance: accountOf(draft, key, unit).customer };
}

/**
 * A position of the feed at which registers begin to share anew, with a row that says so: by their
 * cursors the ledger knows who has heard of it.
 */
export function shareAnew(
  draft: Draft,
  by: { readonly device: string; readonly syncId: string; readonly at: number },
): number {
  const seq = nextSeq(draft);
  draft.touched.operations.push({
    seq,
    key: `shares:${seq}`,
    id: undefined,
    hash: '',
    status: 'applied',
    reason: undefined,
    flags: [],
    repeats: 0,
    kind: 'shares',
    ref: undefined,
    customer: undefined,
    unit: undefined,
    amount: undefined,
    device: undefined,
    syncId: by.syncId,
    at: by.at,
    askedAt: undefined,
    period: undefined,
    content: JSON.stringify({ kind: 'shares', device: by.device }),
  });
  return seq;
}
