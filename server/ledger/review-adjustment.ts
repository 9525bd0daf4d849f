/** What a person gives or takes in the admin, with the reason: one operation of the ledger. */
import type { Unit } from '../../shared/amount.ts';
import type { AdjustRequest } from '../../shared/merchant/customer.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import type { Decision } from './decision.ts';
import { fits, keyOf, nextSeq, post, type Draft } from './draft.ts';
import { heirOf } from './heirs.ts';
import { keepOwn } from './own-operation.ts';
import { hashOf } from './review-decision.ts';

/** What became of it; `done` also when the same request had done it before. */
export type Adjusted =
  'done' | 'other-content' | 'unknown-unit' | 'at-shopify' | 'forgotten' | 'out-of-bounds';

/** Whoever the customer was merged into gets it; a forgotten one gets nothing. */
export function adjustDecision(
  customer: CustomerId,
  request: AdjustRequest,
  /** Who decides, and which unit is not ours to post in. */
  by: { readonly user: string; readonly foreign: Unit | undefined },
): Decision<Adjusted> {
  const { decision, unit, amount, reason, comment } = request;
  const key = `adjust:${decision}`;
  const hash = hashOf({ customer, unit, amount, reason, comment });
  return {
    reads: { keys: [key], customers: [customer] },
    decide: (draft, now) => {
      const known = draft.settled.get(key)?.[0];
      if (known !== undefined) return known.hash === hash ? 'done' : 'other-content';
      if (unit !== 'points' && unit !== draft.shop.program.currency) return 'unknown-unit';
      if (unit === by.foreign) return 'at-shopify';
      if (isForgotten(draft, customer)) return 'forgotten';
      const account = heirOf(draft, keyOf(draft, customer)) ?? keyOf(draft, customer);
      const issued = 0 - amount;
      const moves = [{ key: account, unit, customer: amount, held: 0, redeemed: 0, issued }];
      if (!fits(draft, moves)) return 'out-of-bounds';
      const seq = nextSeq(draft);
      post(draft, seq, moves);
      const kind = 'adjustment';
      const written = { reason, comment, by: by.user };
      const content = { kind, source: 'admin', lines: [{ unit, amount }], ...written };
      keepOwn(draft, { seq, key, kind, customer: account, unit, amount, hash, now, content });
      return 'done';
    },
  };
}

function isForgotten(draft: Draft, customer: CustomerId): boolean {
  const key = draft.customers.get(customer)?.key;
  return key !== undefined && heirOf(draft, key) === undefined;
}
