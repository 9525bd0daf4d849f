/** What a person may decide about an item now, the usual choice first. */
import type { Unit } from '../../shared/amount.ts';
import type { ReviewAction } from '../../shared/merchant/review.ts';
import type { ReviewDecisionView } from '../database/reviews.ts';
import { isAsSent } from './incoming.ts';
import type { Reviewed } from './review-items.ts';

/** How things stand around an item. */
export interface Around {
  /** Whoever the account's value belongs to now is known. */
  readonly isOwned: boolean;
  /** What they have in the item's unit. */
  readonly balance: number | undefined;
  /** A sale's use of the redemption stands in the books. */
  readonly isCaptured: boolean;
  /** A unit whose truth lies elsewhere: what is posted here would not stay. */
  readonly foreign: Unit | undefined;
  /** Strict mode: what somebody gives back here would be promised again by other registers. */
  readonly isStrict: boolean;
}

export function actionsOf(item: Reviewed, around: Around): readonly ReviewAction[] {
  if (!item.isOpen) return [];
  const isPostable = around.isOwned && item.unit !== undefined && item.unit !== around.foreign;
  const only = (is: boolean, action: ReviewAction) => (is ? [action] : []);
  const both: readonly ReviewAction[] = isPostable ? ['credit', 'debit'] : [];
  switch (item.kind) {
    case 'overdrawn': {
      const isBelow = writeOff(item, around) > 0;
      const giving = only(isPostable, 'credit');
      const off = only(isPostable && isBelow, 'write-off');
      return ['carry', ...off, 'contacted', 'dismiss', ...giving];
    }
    case 'over-limit':
    case 'lease-exceeded':
      return ['carry', 'contacted', 'dismiss', ...only(isPostable, 'credit')];
    case 'no-intent': {
      // Where the sale said what it used, the books have taken it already.
      const taking = only(isPostable, 'debit');
      return around.isCaptured
        ? ['dismiss', ...taking, 'contacted']
        : [...taking, 'dismiss', 'contacted'];
    }
    case 'late-commit':
    case 'amount-differs':
    case 'ref-reused':
    case 'other-customer':
    case 'unmatched-return':
    case 'closed-with-waiting':
      return ['dismiss', ...both, 'contacted'];
    case 'quarantined':
      return canRetry(item) ? ['retry', 'dismiss', 'contacted'] : ['dismiss', ...both, 'contacted'];
    case 'mismatch':
      return ['dismiss', 'contacted'];
    case 'damaged':
      return ['dismiss'];
    case 'gap':
      return ['dismiss', 'contacted'];
    case 'silent':
      return ['contacted', 'dismiss'];
    case 'open-hold':
      return [...only(!around.isStrict, 'void'), 'contacted'];
  }
}

/** Only what a register sent, and all of it, can be read once more as what a register sends. */
function canRetry({ operation }: Reviewed): boolean {
  if (operation?.status !== 'quarantined' || operation.syncId === undefined) return false;
  return isAsSent(operation.content, operation.hash);
}

/** What a write-off gives back: what is below zero, as far as this item brought it there. */
export function writeOff({ overBy }: Reviewed, { balance }: Pick<Around, 'balance'>): number {
  return Math.max(0, Math.min(overBy ?? 0, 0 - (balance ?? 0)));
}

/** The newest decision that stands. */
export function standingDecision({ decisions }: Reviewed): ReviewDecisionView | undefined {
  return decisions.findLast((one) => one.action !== 'undo' && one.undoneBy === undefined);
}

/**
 * Whether the decision can be taken back: a hold that was given back may be promised again, and
 * what was read once more is settled.
 */
export function canUndo(
  item: Reviewed,
  { seq, action, unit, amount }: ReviewDecisionView,
  { foreign }: Pick<Around, 'foreign'>,
): boolean {
  if (standingDecision(item)?.seq !== seq || action === 'void' || action === 'retry') return false;
  return amount === undefined || unit !== foreign;
}
