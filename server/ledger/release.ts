/**
 * The ledger gives up a hold by itself when a register has said that it can't tell what became of
 * it, and no word came for long enough. Like a void this closes and never credits by itself; a sale
 * that is heard of later still counts.
 */
import { redemptionOf } from './cases.ts';
import { nextSeq, post, type Draft } from './draft.ts';
import { keepOwn } from './own-operation.ts';
import { settleCase } from './settle-case.ts';

/** The name of the ledger's own operation; a redemption is released once. */
export function releaseKey(ref: string): string {
  return `release:${ref}`;
}

/** Releases the redemption on the draft, if its hold is still due; says whether it did. */
export function decideRelease(draft: Draft, ref: string, now: number): boolean {
  const { posted, dueAt } = redemptionOf(draft, ref);
  const isDue = dueAt !== undefined && dueAt <= now;
  // In strict mode other registers would promise again what this one may still bring the sale of.
  if (!isDue || posted === undefined || draft.shop.policy.strict) return false;
  const { customer, unit, held } = posted;
  const { moves, keep } = settleCase(draft, [
    { about: 'redemption', ref, event: { type: 'released' } },
  ]);
  const seq = nextSeq(draft);
  post(draft, seq, moves);
  keep(seq);
  const about = { ref, customer, unit, amount: held };
  const content = { kind: 'release', ref, missingSince: missingSince(draft, ref) };
  keepOwn(draft, { seq, key: releaseKey(ref), kind: 'release', ...about, now, content });
  return true;
}

function missingSince(draft: Draft, ref: string): number | undefined {
  return redemptionOf(draft, ref).facts.missingSince;
}
