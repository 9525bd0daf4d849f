/**
 * Store credit whose truth lies at Shopify: the books follow Shopify's balance, less what sales
 * have used and Shopify has not heard of yet, so that registers go on as with credit of our own.
 */
import type { Currency } from '../../shared/amount.ts';
import { isAmount } from '../../shared/amount.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import type { CustomerKey } from '../database/database.ts';
import type { Decision } from './decision.ts';
import { accountOf, fits, keyOf, nextSeq, post, type Draft } from './draft.ts';
import { keepOwn } from './own-operation.ts';

/** What was read of one customer, in minor units. */
export interface Mirrored {
  readonly customer: CustomerId;
  /** As whom the ledger knew this customer then; `undefined`: not at all. */
  readonly key: CustomerKey | undefined;
  /** The balance at Shopify. */
  readonly balance: number;
  /** How much of the account's redeemed credit is in that balance already. */
  readonly applied: number;
  /**
   * What customers that were merged into this one hold, or have redeemed outside of it; `undefined`
   * when there are none.
   */
  readonly merged: number | undefined;
}

export interface Mirroring {
  readonly unit: Currency;
  readonly mirrored: readonly Mirrored[];
  /** The head of the feed at which they were read; `undefined`: nobody of them is an heir. */
  readonly seq: number | undefined;
}

/**
 * Brings the customers' credit in `unit` to what Shopify says, or nobody's: `false` when something
 * was decided since they were read that may have changed what merged customers hold, or merged one.
 */
export function mirrorDecision({ unit, mirrored, seq }: Mirroring): Decision<boolean> {
  return {
    weight: mirrored.length,
    reads: { customers: mirrored.map(({ customer }) => customer) },
    decide: (draft, now) => {
      if (seq !== undefined && draft.shop.seq !== seq) return false;
      for (const one of mirrored) decideMirror(draft, { unit, one, now });
      return true;
    },
  };
}

function decideMirror(
  draft: Draft,
  by: { readonly unit: Currency; readonly one: Mirrored; readonly now: number },
): void {
  const { unit, one, now } = by;
  // Merged or forgotten since it was read: the next look finds it as it is.
  if (draft.customers.get(one.customer)?.key !== one.key) return;
  if (one.key !== undefined && draft.heirs.has(one.key)) return;
  if (one.key === undefined && one.balance === 0) return;
  if (draft.shop.program.currency !== unit || !isAmount(one.balance)) return;
  const key = keyOf(draft, one.customer);
  const { customer, held, redeemed } = accountOf(draft, key, unit);
  const outstanding = redeemed - one.applied + (one.merged ?? 0);
  const amount = one.balance - outstanding - held - customer;
  const moves = [{ key, unit, customer: amount, held: 0, redeemed: 0, issued: 0 - amount }];
  if (amount === 0 || !fits(draft, moves)) return;
  const seq = nextSeq(draft);
  post(draft, seq, moves);
  const kind = 'adjustment';
  keepOwn(draft, {
    seq,
    key: `shopify-credit:${draft.shop.epoch}.${seq}`,
    kind,
    customer: key,
    unit,
    amount,
    now,
    content: {
      kind,
      source: 'shopify',
      lines: [{ unit, amount }],
      balance: one.balance,
      outstanding,
    },
  });
}
