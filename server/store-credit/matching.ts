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
  /** Whether they are all that came since; else ours may be one that isn't shown. */
  readonly isWhole: boolean;
  readonly hasNotes: boolean;
}

export function matchSent(transfer: Transfer, shown: Shown): Match {
  const found = mineIn(transfer, shown);
  const [first] = found;
  if (first === undefined) return shown.isWhole ? { type: 'not-done' } : { type: 'unclear', found };
  if (found.length > 1) return { type: shown.hasNotes ? 'done-twice' : 'unclear', found };
  const isSure = shown.isWhole || shown.hasNotes;
  return isSure ? { type: 'done', transactionId: first.id } : { type: 'unclear', found };
}

/**
 * The customer was merged, or has another account, since it was sent. Nobody says what becomes of a
 * history then, so that ours is missing in both never shows that it was not done; and without notes
 * only the account that it was sent to can show that it was.
 */
export function matchMoved(
  transfer: Transfer,
  { before, now }: { readonly before: Shown; readonly now: Shown },
): Match {
  const [old, others] = [mineIn(transfer, before), mineIn(transfer, now)];
  const found = [...old, ...others];
  const [first] = found;
  const isSure = before.hasNotes || (before.isWhole && others.length === 0);
  if (first === undefined || found.length > 1 || !isSure) return { type: 'unclear', found };
  return { type: 'done', transactionId: first.id };
}

function mineIn(transfer: Transfer, shown: Shown): readonly CreditTransaction[] {
  const mine = noteOf(transfer);
  return alike(transfer, shown).filter(({ note }) => !shown.hasNotes || note === mine);
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
  if (oldest === undefined)
    return shown.isWhole ? { type: 'not-done' } : { type: 'unclear', found };
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
