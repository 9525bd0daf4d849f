/** What reviews leave in the tables: new items, and items as they have been decided. */
import { isClosing } from '../../shared/merchant/review.ts';
import type { ReviewDecisionView, ReviewRow } from '../database/reviews.ts';
import type { Draft } from './draft.ts';
import { heirOf } from './heirs.ts';
import { conflictKey, damagedKey, type Reviewed } from './review-items.ts';

const NEW = { isOpen: true, isDerived: false, subject: undefined, detail: undefined, decided: 0 };

/** Opens an item for each conflict and damaged record that the draft tells of. */
export function openReviews(draft: Draft): void {
  const { rows } = draft.review;
  for (const conflict of draft.touched.conflicts) {
    const { kind, at, log, n, device, customer } = conflict;
    const item = conflictKey(conflict);
    const owner = customer === undefined ? undefined : (heirOf(draft, customer) ?? customer);
    rows.set(item, { ...NEW, item, kind, at, log, n, device, customer: owner });
  }
  for (const damaged of draft.touched.damaged) {
    const { device, hash: subject, at } = damaged;
    const [item, place] = [damagedKey(damaged), { log: undefined, n: undefined }];
    const own = { kind: 'damaged', device, subject, at, customer: undefined } as const;
    rows.set(item, { ...NEW, ...place, ...own, item });
  }
}

/** The item with one decision more, which may take another one back. */
export function putItem(
  draft: Draft,
  item: Reviewed,
  by: { readonly decision: ReviewDecisionView; readonly undoes: number | undefined },
): void {
  const { decision, undoes } = by;
  const { decisions: kept } = draft.review;
  const before = item.decisions.map((one) =>
    one.seq === undoes ? { ...one, undoneBy: decision.seq } : one,
  );
  const decisions = [...before, decision];
  for (const one of decisions)
    if (one === decision || one.seq === undoes) {
      const { item: name, seq, action, undoneBy } = one;
      kept.set(seq, { item: name, seq, action, undoneBy });
    }
  const isOpen = !decisions.some(closes);
  const { key, kind, isDerived, at, row: stored } = item;
  const own = { log: stored?.log, n: stored?.n, device: item.device, subject: item.subject };
  const row: ReviewRow = {
    ...{ ...own, item: key, kind, isOpen, isDerived, at },
    detail: isDerived ? item.detail : stored?.detail,
    customer: item.customer,
    decided: decision.seq,
  };
  draft.review.rows.set(key, row);
  draft.review.items.set(key, { ...item, row, decisions, isOpen: isOpen && item.isThere });
}

const closes = ({ action, undoneBy }: ReviewDecisionView): boolean =>
  action !== 'undo' && undoneBy === undefined && isClosing(action);
