/**
 * Brings the ledger's captures and give-backs to Shopify. Shopify takes no idempotency key for
 * them, so nothing is ever sent a second time before Shopify's own history of the account says that
 * the first was not done; where the history can't say it, a person is asked.
 */
import type { CustomerId } from '../../shared/protocol.ts';
import type { CustomerKey, Database, ShopDomain } from '../database/database.ts';
import type { Ledger } from '../ledger.ts';
import type { Log } from '../log.ts';
import { AdminApiError } from '../shopify/admin-api.ts';
import { readLink } from './link.ts';
import { matchLost, matchMoved, matchSent, noteOf, type Match, type Shown } from './matching.ts';
import { mirrorOne } from './mirror-walk.ts';
import { customerIn } from './owners.ts';
import { levelOf, type CreditApi, type CustomerCredit } from './shopify-credit.ts';
import {
  claim,
  end,
  nextTransfers,
  putFailed,
  takenOf,
  transferBy,
  type Ending,
  type Problem,
  type Transfer,
} from './transfers.ts';

/**
 * How long after it was sent a transfer without an answer is looked for: far longer than a request
 * lives, so that what is not there by then will not come.
 */
export const SETTLED_AFTER_MS = 5 * 60_000;
/** What was not sent so soon after it was written as sent is not sent: others may look for it. */
const SEND_WITHIN_MS = 30_000;
const TRANSFERS_PER_PASS = 500;
/** Transactions of one account that are looked through. */
const TRANSACTIONS_MAX = 1_000;
/** A clock may be this wrong against Shopify's. */
const CLOCK_SLACK_MS = 10 * 60_000;

export interface SenderDeps {
  readonly database: Pick<Database, 'tables' | 'read'>;
  readonly ledger: Pick<Ledger, 'settle'>;
  readonly clock: { now(): number };
  readonly log: Log;
  readonly hasNotes: boolean;
}

export interface Sending extends SenderDeps {
  readonly shop: ShopDomain;
  readonly api: CreditApi;
  /** Server clock at which to leave the rest for the next time. */
  readonly until: number;
}

/** `failed`: Shopify could not be asked about this one; `stop`: it does not let us go on now. */
type Step = 'moved' | 'resting' | 'failed' | 'stop';

/** So many are asked about in vain in one round; the next one begins behind them. */
const FAILURES_PER_ROUND = 3;
/** How long one is tried in vain, while Shopify answers about others and in any case. */
const GIVE_UP_AFTER_MS = 6 * 3_600_000;
const GIVE_UP_ANYWAY_MS = 3 * 86_400_000;

/**
 * Sends what waits and clears up what was sent, the oldest of each account first. `stopped`:
 * Shopify wants nothing more to be asked now.
 */
export async function sendTransfers(sending: Sending): Promise<'finished' | 'stopped'> {
  const { database, shop, clock, until } = sending;
  const failed = new Map<string, Transfer>();
  let isAnswered = false;
  for (let isProgress = true; isProgress;) {
    isProgress = false;
    const next = await database.tables((sql) => nextTransfers(sql, shop, TRANSFERS_PER_PASS));
    for (const transfer of next) {
      const account = `${transfer.customer}/${transfer.unit}`;
      const isEnough = failed.size >= FAILURES_PER_ROUND || clock.now() >= until;
      if (isEnough) return giveUp(sending, { failed: [...failed.values()], isAnswered });
      if (failed.has(account)) continue;
      const step = await stepOf(sending, transfer);
      if (step === 'stop') return 'stopped';
      if (step === 'failed') failed.set(account, transfer);
      isProgress ||= step === 'moved';
      isAnswered ||= step === 'moved';
    }
  }
  return giveUp(sending, { failed: [...failed.values()], isAnswered });
}

/** Lists for a person what could not be asked about for too long. */
async function giveUp(
  sending: Sending,
  by: { readonly failed: readonly Transfer[]; readonly isAnswered: boolean },
): Promise<'finished'> {
  const now = sending.clock.now();
  const limit = by.isAnswered ? GIVE_UP_AFTER_MS : GIVE_UP_ANYWAY_MS;
  for (const transfer of by.failed) {
    const { failingSince } = transfer;
    if (failingSince === undefined || now - failingSince < limit) continue;
    const problem = transfer.state === 'sent' ? 'unclear' : 'unreadable';
    await dispute(sending, transfer, problem, { because: 'not-read', since: failingSince });
  }
  return 'finished';
}

async function stepOf(sending: Sending, transfer: Transfer): Promise<Step> {
  const { clock, database, log, shop } = sending;
  const silentMs = clock.now() - (transfer.sentAt ?? 0);
  const isResting = transfer.state === 'sent' && silentMs < SETTLED_AFTER_MS;
  if (isResting) return 'resting';
  try {
    return transfer.state === 'sent'
      ? await clearUp(sending, transfer)
      : await send(sending, transfer);
  } catch (error) {
    if (!(error instanceof AdminApiError)) throw error;
    const { failure, message } = error;
    const level = levelOf(failure);
    log(level, 'store-credit-waits', { shop, transfer: transfer.key, failure, message });
    if (failure !== 'unknown' && failure !== 'refused') return 'stop';
    await database.tables((sql) => putFailed(sql, shop, { ...transfer, at: clock.now() }));
    return 'failed';
  }
}

/** What is known of whom a transfer is for. */
interface Owner {
  readonly key: CustomerKey;
  readonly customer: CustomerId;
  readonly credit: CustomerCredit;
}

async function ownerOf(sending: Sending, transfer: Transfer): Promise<Owner | Problem> {
  const { api, database, shop } = sending;
  const customer = await database.tables((sql) => customerIn(sql, shop, transfer.customer));
  if (customer === undefined) return 'customer-forgotten';
  const { key, id } = customer;
  const credit = await api.creditOf(id, transfer.unit);
  return credit === undefined ? 'no-account' : { key, customer: id, credit };
}

async function send(sending: Sending, transfer: Transfer): Promise<Step> {
  const { api, database, shop, clock } = sending;
  const before = await database.tables((sql) => readLink(sql, shop));
  const owner = await ownerOf(sending, transfer);
  if (typeof owner === 'string') return dispute(sending, transfer, owner);
  if (before?.lost !== undefined) {
    const found = await lookInLostTime(sending, transfer, { ...owner, lost: before.lost });
    if (found.type !== 'not-done') return keepMatch(sending, transfer, found);
  }
  if (before?.isOn === true) {
    const { unit } = transfer;
    await mirrorOne(sending, { unit, credit: owner.credit, moves: before.moves });
  }
  const { account } = owner.credit;
  const newestBefore = account === undefined ? '' : await api.newest(account);
  const at = clock.now();
  const to = { newestBefore, sentTo: owner.key, sentAccount: account ?? '' };
  const isClaimed = await database.tables((sql) => claim(sql, shop, { ...transfer, ...to, at }));
  if (!isClaimed) return 'resting';
  const attempt = transfer.attempt + 1;
  const sent = { ...transfer, ...to, state: 'sent' as const, attempt, sentAt: at };
  if (clock.now() - at > SEND_WITHIN_MS) return 'resting';
  return ask(sending, sent, owner.customer);
}

/** The one place that moves money at Shopify. */
async function ask(sending: Sending, sent: Transfer, customer: CustomerId): Promise<Step> {
  const { api, shop, log } = sending;
  const { unit, amount } = sent;
  try {
    const moved = await api.move({ customer, unit, amount, note: noteOf(sent) });
    if ('code' in moved) return await dispute(sending, sent, problemOf(moved.code), moved);
    const { transactionId } = moved;
    if (await keep(sending, sent, { state: 'done', transactionId })) return 'moved';
    return await keepLate(sending, sent, transactionId);
  } catch (error) {
    if (!(error instanceof AdminApiError)) throw error;
    const { failure, message } = error;
    switch (failure) {
      case 'unknown':
        log('info', 'store-credit-unanswered', { shop, transfer: sent.key, message });
        return 'moved';
      case 'refused':
        return dispute(sending, sent, 'refused', { message });
      case 'throttled':
      case 'denied':
      case 'not-installed':
        await keep(sending, sent, { state: 'waiting' });
        throw error;
    }
  }
}

const PROBLEMS: Readonly<Record<string, Problem>> = {
  INSUFFICIENT_FUNDS: 'insufficient-funds',
  ACCOUNT_NOT_FOUND: 'no-account',
  OWNER_NOT_FOUND: 'no-account',
};

function problemOf(code: string): Problem {
  return PROBLEMS[code] ?? 'refused';
}

async function keep(sending: Sending, before: Transfer, to: Ending): Promise<boolean> {
  const { database, shop, clock } = sending;
  return database.tables((sql) => end(sql, shop, { before, at: clock.now(), to }));
}

async function dispute(
  sending: Sending,
  transfer: Transfer,
  problem: Problem,
  evidence: object = {},
): Promise<Step> {
  const { log, shop } = sending;
  await keep(sending, transfer, { state: 'conflict', problem, evidence });
  log('error', 'store-credit-conflict', { shop, transfer: transfer.key, problem });
  return 'moved';
}

/**
 * The answer came after others had already decided without it. What Shopify says it has done
 * counts: if it was done again meanwhile, a person must know.
 */
async function keepLate(sending: Sending, sent: Transfer, transactionId: string): Promise<Step> {
  const { database, shop, clock, log } = sending;
  const isTwice = await database.tables(async (sql) => {
    const before = await transferBy(sql, shop, sent.key);
    if (before === undefined || before.transactionId === transactionId) return false;
    if ((await takenOf(sql, shop, [transactionId])).size > 0) return false;
    const isOpen = before.state === 'waiting' || isUndone(before);
    const others = [before.transactionId, transactionId].flatMap((id) => id ?? []);
    const evidence = { transactions: others, before: before.evidence ?? null };
    const to: Ending = isOpen
      ? { state: 'done', transactionId }
      : { state: 'conflict', problem: 'done-twice', evidence, transactionId };
    await end(sql, shop, { before, at: clock.now(), to });
    return !isOpen;
  });
  if (isTwice)
    log('error', 'store-credit-conflict', { shop, transfer: sent.key, problem: 'done-twice' });
  return 'moved';
}

function isUndone({ state, problem }: Transfer): boolean {
  return state === 'conflict' && problem !== 'done-twice';
}

/** Finds out what became of a transfer that was sent and not answered. */
async function clearUp(sending: Sending, transfer: Transfer): Promise<Step> {
  const owner = await ownerOf(sending, transfer);
  // It may have been done before the customer went.
  if (typeof owner === 'string') return dispute(sending, transfer, 'unclear', { because: owner });
  const { unit, sentTo, sentAccount = '', sentAt = 0, newestBefore = '' } = transfer;
  const account = owner.credit.account ?? '';
  // An account that was not there yet came with the first credit.
  const isSame = sentTo === owner.key && (sentAccount === '' || sentAccount === account);
  if (isSame) {
    const shown = await show(sending, account, { unit, until: newestBefore });
    return keepMatch(sending, transfer, matchSent(transfer, shown));
  }
  const before = await show(sending, sentAccount, { unit, until: newestBefore });
  const now = await show(sending, account, { unit, since: sentAt - CLOCK_SLACK_MS });
  return keepMatch(sending, transfer, matchMoved(transfer, { before, now }), { isMoved: true });
}

async function lookInLostTime(
  sending: Sending,
  transfer: Transfer,
  by: Owner & { readonly lost: { readonly from: number; readonly until: number } },
): Promise<Match> {
  const { from: since, until } = by.lost;
  const shown = await show(sending, by.credit.account ?? '', { since, unit: transfer.unit });
  const transactions = shown.transactions.filter(({ at }) => at <= until);
  return matchLost(transfer, { ...shown, transactions });
}

/** `account` is '' where there is none. What came since `until` ('': all there is) or `since`. */
async function show(
  sending: Sending,
  account: string,
  by: { readonly unit: Transfer['unit']; readonly until?: string; readonly since?: number },
): Promise<Shown> {
  const { api, database, shop, hasNotes } = sending;
  const { until, ...others } = by;
  const asked = { ...others, ...(until ? { until } : {}), limit: TRANSACTIONS_MAX };
  const { transactions, isWhole } =
    account === '' ? { transactions: [], isWhole: !until } : await api.transactions(account, asked);
  const ids = transactions.map(({ id }) => id);
  const taken = await database.tables((sql) => takenOf(sql, shop, ids));
  return { transactions, isWhole, taken, hasNotes };
}

async function keepMatch(
  sending: Sending,
  transfer: Transfer,
  match: Match,
  more: object = {},
): Promise<Step> {
  switch (match.type) {
    case 'not-done':
      await keep(sending, transfer, { state: 'waiting' });
      return 'moved';
    case 'done':
      await keep(sending, transfer, { state: 'done', transactionId: match.transactionId });
      return 'moved';
    case 'unclear':
    case 'done-twice': {
      const transactions = match.found.map(({ id, at }) => ({ id, at }));
      return dispute(sending, transfer, match.type, { transactions, ...more });
    }
  }
}
