/** What a decision in the review would do, what it needs, and which items are urgent. */
import type { Unit } from '../../../shared/amount.ts';
import {
  needsComment,
  type ReviewAction,
  type ReviewItem,
  type ReviewKind,
} from '../../../shared/merchant/review.ts';
import type { Program } from '../../../shared/program.ts';

/** What may still be lost comes first, then what is owed, then what is only to be known. */
const URGENCY: readonly ReviewKind[] = [
  'silent',
  'gap',
  'damaged',
  'overdrawn',
  'no-intent',
  'quarantined',
  'mismatch',
  'open-hold',
  'ref-reused',
  'amount-differs',
  'other-customer',
  'late-commit',
  'unmatched-return',
  'closed-with-waiting',
  'lease-exceeded',
  'over-limit',
];

export function byUrgency(items: readonly ReviewItem[]): readonly ReviewItem[] {
  return items.toSorted((a, b) => URGENCY.indexOf(a.kind) - URGENCY.indexOf(b.kind) || b.at - a.at);
}

export function kindsByUrgency(kinds: readonly ReviewKind[]): readonly ReviewKind[] {
  return URGENCY.filter((kind) => kinds.includes(kind));
}

/** Whoever moves value away from somebody, or lets something go, says why. */
export function wantsComment(kind: ReviewKind, action: ReviewAction): boolean {
  return action === 'write-off' || action === 'debit' || needsComment(kind, action);
}

export const takesAmount = (action: ReviewAction): boolean =>
  action === 'credit' || action === 'debit';

/** What a decision would add to the balance; `undefined` where it moves nothing. */
export function change(
  { overBy, balance, amount: held }: Pick<ReviewItem, 'overBy' | 'balance' | 'amount'>,
  action: ReviewAction,
  amount: number | undefined,
): number | undefined {
  switch (action) {
    case 'write-off':
      return Math.max(0, Math.min(overBy ?? 0, 0 - (balance ?? 0)));
    case 'credit':
      return amount;
    case 'debit':
      return amount === undefined ? undefined : 0 - amount;
    case 'void':
      return held ?? undefined;
    default:
      return undefined;
  }
}

/**
 * What an amount is worth in the shop's money: money is itself, and points are worth what the first
 * reward of a fixed sum gives for them, rounded up. `undefined` where no reward says so.
 */
export function worthOf(
  unit: Unit,
  amount: number,
  program: Pick<Program, 'rewards' | 'currency'> | undefined,
): { readonly unit: Unit; readonly amount: number } | undefined {
  if (unit !== 'points') return { unit, amount };
  if (program === undefined) return undefined;
  for (const { points, discount } of program.rewards) {
    if (discount.type !== 'fixed' || points === 0) continue;
    const worth = (BigInt(amount) * BigInt(discount.amount) + BigInt(points) - 1n) / BigInt(points);
    return { unit: program.currency, amount: Number(worth) };
  }
  return undefined;
}
