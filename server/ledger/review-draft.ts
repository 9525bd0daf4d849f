/** What one database transaction reads and decides of reviews. */
import type { ReviewChanges, ReviewDecisionRow, ReviewRow } from '../database/reviews.ts';
import type { Reviewed } from './review-items.ts';

export interface ReviewDraft {
  /** Items that decisions name, as they stand on the draft. */
  readonly items: Map<string, Reviewed>;
  readonly rows: Map<string, ReviewRow>;
  readonly decisions: Map<number, ReviewDecisionRow>;
  readonly merged: ReviewChanges['merged'][number][];
  readonly renamed: ReviewChanges['renamed'][number][];
}

export function createReviewDraft(items: readonly Reviewed[]): ReviewDraft {
  return {
    items: new Map(items.map((one) => [one.key, one])),
    rows: new Map(),
    decisions: new Map(),
    merged: [],
    renamed: [],
  };
}

export function reviewChangesOf(draft: ReviewDraft): ReviewChanges {
  return {
    reviews: [...draft.rows.values()],
    reviewDecisions: [...draft.decisions.values()],
    merged: draft.merged,
    renamed: draft.renamed,
  };
}
