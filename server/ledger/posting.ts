/** Value that the merchant gives or takes, not a register: openings and adjustments. */
import type { Unit } from '../../shared/amount.ts';
import { assert } from '../../shared/assert.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import type { Decision } from './decision.ts';
import { fits, keyOf, nextSeq, post, type Draft } from './draft.ts';
import { keepOwn } from './own-operation.ts';

export interface Posting {
  /** The idempotency key: what was posted under it once is never posted again. */
  readonly key: string;
  readonly kind: 'opening' | 'adjustment';
  readonly customer: CustomerId;
  readonly lines: readonly { readonly unit: Unit; readonly amount: number }[];
}

/** Posts them all, or none when one would leave what a balance may be. */
export function postingDecision(shopId: number, postings: readonly Posting[]): Decision {
  return {
    shopId,
    weight: postings.length,
    reads: {
      keys: postings.map(({ key }) => key),
      customers: postings.map(({ customer }) => customer),
    },
    decide: (draft, now) => {
      for (const posting of postings) decidePosting(draft, posting, now);
    },
  };
}

/** Posts it on the draft unless its key is known. */
export function decidePosting(draft: Draft, posting: Posting, now: number): void {
  const { key, kind, customer, lines } = posting;
  if (draft.settled.has(key)) return;
  const account = keyOf(draft, customer);
  const moves = lines.map(({ unit, amount }) => {
    assert(Number.isSafeInteger(amount), `a whole amount to post, got ${amount}`);
    return { key: account, unit, customer: amount, held: 0, redeemed: 0, issued: 0 - amount };
  });
  assert(fits(draft, moves), 'a posting that keeps every balance within bounds');
  const seq = nextSeq(draft);
  post(draft, seq, moves);
  const [line] = lines;
  const about = lines.length === 1 ? { unit: line?.unit, amount: line?.amount } : {};
  const content = { kind, lines };
  keepOwn(draft, { seq, key, kind, customer: account, ...about, now, content });
}
