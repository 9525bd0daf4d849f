/**
 * Whether a transfer of which no answer came was done: found out from what Shopify shows of the
 * account since, never by trying again. With notes a transaction names its transfer. Without them a
 * change by hand or by an app of the same kind and amount is taken for ours if there is just one.
 */
import type { CreditTransaction } from './shopify-credit.ts';
import type { Transfer } from './transfers.ts';

/** What the note of ours begins with; a merchant reads it in the account's history. */
const NOTE = 'Tideover';

/** By this a transaction at Shopify names its transfer, and tells a person which redemption. */
export function noteOf({ key, ref }: Pick<Transfer, 'key' | 'ref'>): string {
  return ref === undefined ? `${NOTE} ${key}` : `${NOTE} ${ref} ${key}`;
}

export type Match =
  | { readonly type: 'not-done' }
  | { readonly type: 'done'; readonly transactionId: string }
  | { readonly type: 'unclear' | 'done-twice'; readonly found: readonly CreditTransaction[] };

export interface Shown {
  /** What came after the transfer was written as sent. */
  readonly transactions: readonly CreditTransaction[];
  /** Those of them that are other transfers of ours. */
  readonly taken: ReadonlySet<string>;
  readonly hasNotes: boolean;
}

export function matchSent(transfer: Transfer, shown: Shown): Match {
  const mine = noteOf(transfer);
  const found = alike(transfer, shown).filter(({ note }) => !shown.hasNotes || note === mine);
  const [first] = found;
  if (first === undefined) return { type: 'not-done' };
  if (found.length === 1) return { type: 'done', transactionId: first.id };
  return { type: shown.hasNotes ? 'done-twice' : 'unclear', found };
}

/**
 * After a restore from a backup: whether a transfer that the restored books take for new was done
 * in the time that was lost. Its number may have been another one then, so the note only says that
 * it is one of ours; of several the oldest stands for this one as well as any.
 */
export function matchLost(transfer: Transfer, shown: Shown): Match {
  const found = alike(transfer, shown).filter(
    ({ note }) => !shown.hasNotes || note?.startsWith(`${NOTE} `),
  );
  const oldest = found.at(-1);
  if (oldest === undefined) return { type: 'not-done' };
  if (found.length > 1 && !shown.hasNotes) return { type: 'unclear', found };
  return { type: 'done', transactionId: oldest.id };
}

function alike({ amount }: Transfer, { transactions, taken }: Shown): readonly CreditTransaction[] {
  const kind = amount > 0 ? 'debit' : 'credit';
  return transactions.filter(
    (one) =>
      one.kind === kind &&
      one.amount === Math.abs(amount) &&
      one.isAdjustment &&
      !taken.has(one.id),
  );
}
