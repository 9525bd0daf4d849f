/**
 * What a redemption comes to, as a pure function of the *set* of its events. `absorb` only ever
 * joins (least, most, union, or), so arrival order and repeats cannot matter; the ledger posts the
 * difference between `target(facts)` and what it has posted before.
 *
 *   a sale is known                    → captured, less what was given back
 *   else voided, refused or released   → nothing
 *   else an intent                     → held
 */
import type { Flag, Reason } from '../../shared/protocol.ts';
import type { Claim, CustomerKey, Facts, Posted, Sale } from '../database/database.ts';
import { most, sumOf, united, withCorrection, withLeast } from './joins.ts';

/** Sales remembered per redemption; a second one is already a conflict. */
export const SALES_PER_REDEMPTION_MAX = 8;
const NAMES_MAX = 4;

export type RedemptionEvent =
  | {
      readonly type: 'intent' | 'refused-intent';
      readonly claim: Claim;
      /** Tapped without a network: word of it may take longer to come. */
      readonly offline: boolean;
    }
  | { readonly type: 'void'; readonly claim: Claim }
  | {
      readonly type: 'commit';
      /** Absent when the register knew the reference alone. */
      readonly claim: Claim | undefined;
      readonly captured: number | undefined;
      /** What the sale took off, in minor units of its own currency, where that is known. */
      readonly paid: { readonly currency: string; readonly amount: number } | undefined;
      readonly sale: Sale;
      /** Whom the sale was for, where that is known. */
      readonly buyer: CustomerKey | undefined;
    }
  /** A person gives back a part of what was captured; `id` is the operation's. */
  | { readonly type: 'give-back'; readonly id: string; readonly amount: number }
  /** The register can't tell what became of it; `at` is the server's clock at arrival. */
  | { readonly type: 'missing'; readonly at: number; readonly claim: Claim }
  /** The ledger gave up waiting for word of a missing one. */
  | { readonly type: 'released' };

export const NO_FACTS: Facts = {
  intents: [],
  accounts: [],
  sales: [],
  buyers: [],
  giveBacks: {},
  refused: false,
  voided: false,
  released: false,
  offline: false,
};

/** Joins one event to what is known. Commutative, associative, idempotent. */
export function absorb(facts: Facts, event: RedemptionEvent): Facts {
  switch (event.type) {
    case 'commit':
      return absorbCommit(facts, event);
    case 'void':
      return { ...withAccount(facts, event.claim), voided: true };
    case 'give-back':
      return { ...facts, giveBacks: withCorrection(facts.giveBacks, event.id, event.amount) };
    case 'missing': {
      const missingSince = Math.min(facts.missingSince ?? event.at, event.at);
      return { ...withAccount(facts, event.claim), missingSince };
    }
    case 'released':
      return { ...facts, released: true };
    case 'intent':
    case 'refused-intent':
      return {
        ...withAccount(facts, event.claim),
        intent: leastClaim(facts.intent, event.claim),
        intents: united(facts.intents, [event.claim.id], NAMES_MAX),
        refused: facts.refused || event.type === 'refused-intent',
        offline: facts.offline || event.offline,
      };
  }
}

function absorbCommit(facts: Facts, event: RedemptionEvent & { type: 'commit' }): Facts {
  const { claim, captured, paid, buyer } = event;
  const sold = {
    ...facts,
    sales: unitedSales(facts.sales, event.sale),
    buyers: united(facts.buyers, buyer === undefined ? [] : [buyer], NAMES_MAX),
  };
  const known =
    claim === undefined
      ? sold
      : { ...withAccount(sold, claim), commit: leastClaim(facts.commit, claim) };
  if (captured === undefined)
    return paid === undefined
      ? known
      : { ...known, paidBy: withLeast(facts.paidBy ?? {}, paid.currency, paid.amount) };
  return {
    ...known,
    capturedLeast: Math.min(facts.capturedLeast ?? captured, captured),
    capturedMost: most(facts.capturedMost, captured),
  };
}

function withAccount(facts: Facts, { customer, unit }: Claim): Facts {
  return { ...facts, accounts: united(facts.accounts, [`${customer}/${unit}`], NAMES_MAX) };
}

/** Whether a sale is known that used it. */
function isCaptured(facts: Facts): boolean {
  return facts.sales.length > 0;
}

/**
 * What sales used of a claim: as they measured it, else all the points, or the money taken off. The
 * least of what they say, so that one more message never takes more.
 */
function capturedOf(facts: Facts, claim: Claim): number {
  const { amount } = claim;
  return Math.min(facts.capturedLeast ?? amount, paidOf(facts, claim) ?? amount, amount);
}

/**
 * The least money that sales took off in the claim's own currency. What a sale in another one took
 * off is a number of something else, and says nothing.
 */
function paidOf({ paidLeast, paidBy }: Facts, { unit }: Claim): number | undefined {
  const known = [paidLeast, paidBy?.[unit]].filter((paid) => paid !== undefined);
  return unit === 'points' || known.length === 0 ? undefined : Math.min(...known);
}

/** What goods that came back give back of an amount that a sale captured. */
export type Returned = (captured: number) => number;
const NOTHING_RETURNED: Returned = () => 0;

/** What must stand in the books; `undefined` while nothing of it has an account yet. */
export function target(facts: Facts, returned: Returned = NOTHING_RETURNED): Posted | undefined {
  const claim = facts.intent ?? facts.commit;
  if (claim === undefined) return undefined;
  const { customer, unit, amount } = claim;
  const sold = leftOf(capturedOf(facts, claim), facts, returned);
  if (isCaptured(facts)) return { customer, unit, held: 0, ...sold };
  const isOpen = !isClosed(facts);
  return { customer, unit, held: isOpen ? amount : 0, captured: 0, givenBack: 0 };
}

function leftOf(captured: number, facts: Facts, returned: Returned) {
  const givenBack = Math.min(captured, returned(captured) + sumOf(facts.giveBacks));
  return { captured: captured - givenBack, givenBack };
}

/** What a person should know about this redemption, whatever the order in which it became known. */
export function redemptionFlags(facts: Facts): readonly Flag[] {
  const flags: Flag[] = [];
  const isSold = isCaptured(facts);
  if (isSold && isClosed(facts)) flags.push('late-commit');
  if (amountDiffers(facts)) flags.push('amount-differs');
  if (isReused(facts)) flags.push('ref-reused');
  if (isSold && facts.intent === undefined) flags.push('no-intent');
  if (isForAnother(facts)) flags.push('other-customer');
  return flags;
}

function isClosed({ voided, refused, released }: Facts): boolean {
  return voided || refused || released;
}

function isForAnother(facts: Facts): boolean {
  const { customer } = facts.intent ?? facts.commit ?? {};
  return customer !== undefined && facts.buyers.some((buyer) => buyer !== customer);
}

export interface Judgement {
  readonly status: 'applied' | 'closed';
  readonly reason: Reason | undefined;
  readonly flags: readonly Flag[];
}

/** The answer to one event, given what was known before it. */
export function judge(before: Facts, event: RedemptionEvent): Judgement {
  const after = absorb(before, event);
  const had = new Set(redemptionFlags(before));
  const reason = closedReason(before, event, after);
  const isOtherSale = isCaptured(before) && event.type === 'commit' && !reason;
  const flags = redemptionFlags(after).filter(
    (flag) => !had.has(flag) || (flag === 'ref-reused' && isOtherSale),
  );
  return { status: reason === undefined ? 'applied' : 'closed', reason, flags };
}

function closedReason(before: Facts, event: RedemptionEvent, after: Facts): Reason | undefined {
  const isSold = isCaptured(before);
  switch (event.type) {
    case 'refused-intent':
      return 'balance-too-low';
    case 'commit':
      return isSold && salesApart(after.sales) <= salesApart(before.sales)
        ? 'already-closed'
        : undefined;
    case 'void':
    case 'missing':
    case 'released':
      if (isSold || before.voided || before.released) return 'already-closed';
      return before.refused ? 'already-refused' : undefined;
    case 'give-back':
      return undefined;
    case 'intent':
      if (isSold) return undefined;
      if (before.refused) return 'already-refused';
      if (before.voided || before.released) return 'already-closed';
      return after.intent?.id === event.claim.id ? undefined : 'already-closed';
  }
}

function amountDiffers(facts: Facts): boolean {
  const { capturedLeast, capturedMost } = facts;
  const claim = facts.intent ?? facts.commit;
  if (claim === undefined) return false;
  if (isCaptured(facts) && sumOf(facts.giveBacks) > capturedOf(facts, claim)) return true;
  if (capturedLeast === undefined || capturedMost === undefined) return false;
  if ((paidOf(facts, claim) ?? capturedLeast) < capturedLeast) return true;
  return capturedMost > claim.amount || capturedLeast !== capturedMost;
}

function isReused(facts: Facts): boolean {
  return facts.accounts.length > 1 || facts.intents.length > 1 || salesApart(facts.sales) > 1;
}

/**
 * How many sales these are at least: one that is known by its key alone and one that is known by
 * its order alone may be the same.
 */
function salesApart(sales: readonly Sale[]): number {
  const groups = groupsOfSales(sales);
  const keyed = groups.filter((group) => !hasOrder(group)).length;
  const ordered = groups.filter((group) => !hasKey(group)).length;
  return groups.length - Math.min(keyed, ordered);
}

export const hasKey = (names: readonly Sale[]): boolean =>
  names.some(({ saleKey }) => saleKey !== undefined);
export const hasOrder = (names: readonly Sale[]): boolean =>
  names.some(({ orderId }) => orderId !== undefined);

/** Which of these are one sale: the same key, or the same order, is the same sale. */
export function groupsOfSales<T extends Sale>(sales: readonly T[]): readonly (readonly T[])[] {
  let groups: T[][] = [];
  for (const sale of sales) {
    const joined = groups.filter((group) => group.some((other) => isSameSale(sale, other)));
    groups = [...groups.filter((group) => !joined.includes(group)), [...joined.flat(), sale]];
  }
  return groups;
}

function isSameSale(a: Sale, b: Sale): boolean {
  const isSameKey = a.saleKey !== undefined && a.saleKey === b.saleKey;
  return isSameKey || (a.orderId !== undefined && a.orderId === b.orderId);
}

function leastClaim(known: Claim | undefined, claim: Claim): Claim {
  return known !== undefined && known.id <= claim.id ? known : claim;
}

function unitedSales(known: readonly Sale[], sale: Sale): readonly Sale[] {
  const order = ({ saleKey, orderId }: Sale) => JSON.stringify([saleKey, orderId ?? 0]);
  if (known.some((other) => order(other) === order(sale))) return known;
  return [...known, sale]
    .sort((a, b) => (order(a) < order(b) ? -1 : 1))
    .slice(0, SALES_PER_REDEMPTION_MAX);
}
