/**
 * What is to be moved at Shopify, one row for each entry of the ledger that redeemed store credit
 * or gave it back. A row is written as sent before anything is asked of Shopify, and none is ever
 * deleted.
 *
 *   waiting ──► sent (maybe done) ──► done
 *      ▲          │    │
 *      └──────────┘    └──► conflict ──► waiting or done, on a person's word
 */
import type { Currency } from '../../shared/amount.ts';
import type { CustomerKey, ShopDomain } from '../database/database.ts';
import { number, perhapsNumber, perhapsText, text, type Row, type Sql } from '../database/sql.ts';
import { heirIn } from './owners.ts';

export type TransferState = 'waiting' | 'sent' | 'done' | 'conflict';

/**
 * Why a person must decide. insufficient-funds: the customer has less at Shopify than was redeemed
 * · no-account: Shopify knows no such customer or account · customer-forgotten: the ledger no
 * longer knows whose it is · unreadable: Shopify could not be asked about the account for long ·
 * refused: for another reason, whose code is in the evidence · unclear: Shopify's history can't
 * tell whether it was done · done-twice: Shopify shows two that are ours.
 */
export type Problem =
  | 'insufficient-funds'
  | 'no-account'
  | 'customer-forgotten'
  | 'unreadable'
  | 'refused'
  | 'unclear'
  | 'done-twice';

export interface Transfer {
  /** `epoch.seq.line` of the entry that it was made of. */
  readonly key: string;
  readonly customer: CustomerKey;
  readonly unit: Currency;
  /** Minor units: above zero a debit at Shopify, below zero a credit. */
  readonly amount: number;
  readonly ref: string | undefined;
  readonly state: TransferState;
  readonly problem: Problem | undefined;
  /** JSON for people: codes and transactions of Shopify. */
  readonly evidence: string | undefined;
  /** How often it was written as sent. */
  readonly attempt: number;
  /** Server clock, ms since 1970. */
  readonly sentAt: number | undefined;
  /** Shopify's newest transaction of the account before it was sent; '' when there was none. */
  readonly newestBefore: string | undefined;
  /** Whose account it was sent to: a merger may have given it another one since. */
  readonly sentTo: CustomerKey | undefined;
  /** Shopify's name of that account; '' when there was none yet. */
  readonly sentAccount: string | undefined;
  readonly transactionId: string | undefined;
  /** Since when Shopify could not be asked about its account. */
  readonly failingSince: number | undefined;
  readonly madeAt: number;
  readonly changedAt: number;
  /** The person who decided. */
  readonly changedBy: string | undefined;
}

export interface Attempt {
  readonly key: string;
  readonly attempt: number;
}

/** What is remembered of a sending, to find out later whether it was done. */
export interface Sent {
  readonly at: number;
  readonly newestBefore: string;
  readonly sentTo: CustomerKey;
  readonly sentAccount: string;
}

const WHERE_KEY = 'shop = ? AND epoch = ? AND seq = ? AND line = ?';
const OPEN = `SELECT * FROM credit_transfer WHERE shop = ? AND state IN ('waiting', 'sent')
  ORDER BY coalesce(failed_at, 0), epoch, seq, line LIMIT ?`;
const FAILED = `UPDATE credit_transfer SET failing_since = coalesce(failing_since, ?), failed_at = ?
  WHERE shop = ? AND customer_key = ? AND unit = ? AND state IN ('waiting', 'sent')`;
const ASKED = `UPDATE credit_transfer SET failing_since = NULL, failed_at = NULL
  WHERE shop = ? AND customer_key = ? AND unit = ? AND state <> 'done'`;
const ONE = `SELECT * FROM credit_transfer WHERE ${WHERE_KEY}`;
const CONFLICTS = `SELECT t.*, c.customer_id FROM credit_transfer t
  LEFT JOIN customer c ON c.shop = t.shop AND c.customer_key = t.customer_key
  WHERE t.shop = ? AND t.state = 'conflict' ORDER BY t.epoch, t.seq, t.line LIMIT ?`;
const COUNT = `SELECT state, count(*) AS n FROM credit_transfer
  WHERE shop = ? AND state <> 'done' GROUP BY state`;
const CLAIM = `UPDATE credit_transfer
  SET state = 'sent', attempt = attempt + 1, sent_at = ?, newest_before = ?, sent_to = ?,
    sent_account = ?, changed_at = ?
  WHERE ${WHERE_KEY} AND state = 'waiting' AND attempt = ? AND NOT EXISTS (
    SELECT 1 FROM credit_transfer o WHERE o.shop = credit_transfer.shop AND o.state = 'sent'
      AND o.customer_key = credit_transfer.customer_key AND o.unit = credit_transfer.unit)`;
const SET = `UPDATE credit_transfer SET state = ?, problem = ?, evidence = ?, transaction_id = ?,
    changed_at = ?, changed_by = ? WHERE ${WHERE_KEY} AND state = ? AND attempt = ?`;
const APPLY = `INSERT INTO credit_account (shop, customer_key, unit, applied) VALUES (?, ?, ?, ?)
  ON CONFLICT (shop, customer_key, unit)
    DO UPDATE SET applied = credit_account.applied + excluded.applied`;
const MOVED = 'UPDATE credit_link SET moves = moves + 1 WHERE shop = ?';
const TAKEN = 'SELECT transaction_id FROM credit_transfer WHERE shop = ? AND transaction_id = ?';

function transferOf(row: Row): Transfer {
  return {
    key: `${number(row, 'epoch')}.${number(row, 'seq')}.${number(row, 'line')}`,
    customer: text(row, 'customer_key') as CustomerKey,
    unit: text(row, 'unit') as Currency,
    amount: number(row, 'amount'),
    ref: perhapsText(row, 'ref'),
    state: text(row, 'state') as TransferState,
    problem: perhapsText(row, 'problem') as Problem | undefined,
    evidence: perhapsText(row, 'evidence'),
    attempt: number(row, 'attempt'),
    sentAt: perhapsNumber(row, 'sent_at'),
    newestBefore: perhapsText(row, 'newest_before'),
    sentTo: perhapsText(row, 'sent_to') as CustomerKey | undefined,
    sentAccount: perhapsText(row, 'sent_account'),
    transactionId: perhapsText(row, 'transaction_id'),
    failingSince: perhapsNumber(row, 'failing_since'),
    madeAt: number(row, 'made_at'),
    changedAt: number(row, 'changed_at'),
    changedBy: perhapsText(row, 'changed_by'),
  };
}

/** Epoch, position and line of a key; zeros, which no transfer has, for what is none. */
function placeOf(key: string): readonly [number, number, number] {
  const [, epoch, seq, line] = /^(\d{1,15})\.(\d{1,15})\.(\d{1,9})$/.exec(key) ?? [];
  return [Number(epoch ?? 0), Number(seq ?? 0), Number(line ?? 0)];
}

/**
 * Transfers that are not done and wait for nobody: of each account at Shopify the one that is on
 * its way, else the oldest. Accounts that could not be asked about come last, so that nothing waits
 * for them.
 */
export async function nextTransfers(
  sql: Sql,
  shop: ShopDomain,
  limit: number,
): Promise<readonly Transfer[]> {
  const rows = (await sql.all(OPEN, shop, limit)).map(transferOf);
  const next = new Map<string, Transfer>();
  for (const row of rows) {
    const account = `${await heirIn(sql, shop, row.customer)}/${row.unit}`;
    const other = next.get(account);
    const isFirst = other === undefined || (other.state !== 'sent' && isOlder(row, other));
    if (isFirst || row.state === 'sent') next.set(account, row);
  }
  return [...next.values()];
}

function isOlder({ key }: Transfer, other: Transfer): boolean {
  const [mine, theirs] = [placeOf(key), placeOf(other.key)];
  const at = mine.findIndex((part, index) => part !== theirs[index]);
  return (mine[at] ?? 0) < (theirs[at] ?? 0);
}

/** Shopify could not be asked about the account of this transfer: others go first from now on. */
export async function putFailed(
  sql: Sql,
  shop: ShopDomain,
  { customer, unit, at }: Pick<Transfer, 'customer' | 'unit'> & { readonly at: number },
): Promise<void> {
  await sql.run(FAILED, at, at, shop, customer, unit);
}

export async function transferBy(
  sql: Sql,
  shop: ShopDomain,
  key: string,
): Promise<Transfer | undefined> {
  const [row] = await sql.all(ONE, shop, ...placeOf(key));
  return row === undefined ? undefined : transferOf(row);
}

/** A transfer that waits for a person, with Shopify's customer id while it is known. */
export type Conflict = Transfer & { readonly customerId: number | undefined };

/** The oldest first. */
export async function conflictsOf(
  sql: Sql,
  shop: ShopDomain,
  limit: number,
): Promise<readonly Conflict[]> {
  const rows = await sql.all(CONFLICTS, shop, limit);
  return rows.map((row) => ({ ...transferOf(row), customerId: perhapsNumber(row, 'customer_id') }));
}

/** How many are not done, by state. */
export async function openCounts(
  sql: Sql,
  shop: ShopDomain,
): Promise<Readonly<Record<Exclude<TransferState, 'done'>, number>>> {
  const rows = await sql.all(COUNT, shop);
  const of = (state: TransferState) => {
    const row = rows.find((one) => text(one, 'state') === state);
    return row === undefined ? 0 : number(row, 'n');
  };
  return { waiting: of('waiting'), sent: of('sent'), conflict: of('conflict') };
}

/**
 * Writes it as sent, before it is: `false` when it no longer waits, or another one of the account
 * is on its way. From here on it may have been done, whatever becomes of this process.
 */
export async function claim(
  sql: Sql,
  shop: ShopDomain,
  by: Attempt & Sent & Pick<Transfer, 'customer' | 'unit'>,
): Promise<boolean> {
  const { key, customer, unit, attempt, at, newestBefore, sentTo, sentAccount } = by;
  const sent = [at, newestBefore, sentTo, sentAccount, at] as const;
  const changed = await sql.run(CLAIM, ...sent, shop, ...placeOf(key), attempt);
  if (changed === 0) return false;
  await sql.run(ASKED, shop, customer, unit);
  await sql.run(MOVED, shop);
  return true;
}

/** What became of a transfer. */
export type Ending =
  /** Nothing was done: it waits again. */
  | { readonly state: 'waiting' }
  | { readonly state: 'done'; readonly transactionId: string | undefined }
  | {
      readonly state: 'conflict';
      readonly problem: Problem;
      readonly evidence: object;
      readonly transactionId?: string;
    };

/** Whether Shopify's balance has it in, as far as we count. */
function counts({ state, problem }: { state: TransferState; problem?: Problem | undefined }) {
  return state === 'done' || (state === 'conflict' && problem === 'done-twice');
}

/**
 * Writes down what became of it, unless it has changed since `before` was read; says whether it was
 * written.
 */
export async function end(
  sql: Sql,
  shop: ShopDomain,
  by: {
    readonly before: Transfer;
    readonly at: number;
    readonly who?: string;
    readonly to: Ending;
  },
): Promise<boolean> {
  const { before, at, who, to } = by;
  const problem = to.state === 'conflict' ? to.problem : undefined;
  const evidence = to.state === 'conflict' ? JSON.stringify(to.evidence) : before.evidence;
  const transactionId = 'transactionId' in to ? to.transactionId : undefined;
  const changed = await sql.run(
    SET,
    to.state,
    problem ?? null,
    evidence ?? null,
    transactionId ?? null,
    at,
    who ?? null,
    shop,
    ...placeOf(before.key),
    before.state,
    before.attempt,
  );
  if (changed === 0) return false;
  if (to.state !== 'conflict') await sql.run(ASKED, shop, before.customer, before.unit);
  const delta = Number(counts({ state: to.state, problem })) - Number(counts(before));
  if (delta !== 0) await sql.run(APPLY, shop, before.customer, before.unit, delta * before.amount);
  await sql.run(MOVED, shop);
  return true;
}

/** Those of these transactions at Shopify that are transfers of ours already. */
export async function takenOf(
  sql: Sql,
  shop: ShopDomain,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const taken = new Set<string>();
  for (const id of ids) if ((await sql.all(TAKEN, shop, id)).length > 0) taken.add(id);
  return taken;
}
