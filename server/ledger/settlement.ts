/**
 * What a redemption comes to, as a pure function of the *set* of its events. `absorb` only ever
 * joins (least, most, union, or), so arrival order and repeats cannot matter; the ledger posts the
 * difference between `target(facts)` and what it has posted before.
 *
 *   a sale is known          → captured, never more than the intent allowed
 *   else voided or refused   → nothing
 *   else an intent           → held
 */
import type { Flag, Reason } from '../../shared/protocol.ts';
import type { Claim, Facts, Posted, Sale } from '../database/database.ts';

/** Sales remembered per redemption; a second one is already a conflict. */
export const SALES_PER_REDEMPTION_MAX = 8;
const NAMES_MAX = 4;

export type RedemptionEvent =
  | { readonly type: 'intent' | 'refused-intent'; readonly claim: Claim }
  | { readonly type: 'void'; readonly claim: Claim }
  | {
      readonly type: 'commit';
      /** Absent when the register knew the reference alone. */
      readonly claim: Claim | undefined;
      readonly captured: number | undefined;
      /** What the sale took off, in minor units. */
      readonly paid: number;
      readonly sale: Sale;
    };

export const NO_FACTS: Facts = {
  intents: [],
  accounts: [],
  sales: [],
  refused: false,
  voided: false,
};

/** Joins one event to what is known. Commutative, associative, idempotent. */
export function absorb(facts: Facts, event: RedemptionEvent): Facts {
  if (event.type === 'commit') return absorbCommit(facts, event);
  const { claim } = event;
  const known = withAccount(facts, claim);
  switch (event.type) {
    case 'void':
      return { ...known, voided: true };
    case 'intent':
    case 'refused-intent':
      return {
        ...known,
        intent: leastClaim(facts.intent, claim),
        intents: united(facts.intents, claim.id),
        refused: facts.refused || event.type === 'refused-intent',
      };
  }
}

function absorbCommit(facts: Facts, event: RedemptionEvent & { type: 'commit' }): Facts {
  const { claim, captured, paid } = event;
  const sold = { ...facts, sales: unitedSales(facts.sales, event.sale) };
  const known =
    claim === undefined
      ? sold
      : { ...withAccount(sold, claim), commit: leastClaim(facts.commit, claim) };
  if (captured === undefined)
    return { ...known, paidLeast: Math.min(facts.paidLeast ?? paid, paid) };
  return {
    ...known,
    capturedLeast: Math.min(facts.capturedLeast ?? captured, captured),
    capturedMost: Math.max(facts.capturedMost ?? captured, captured),
  };
}

function withAccount(facts: Facts, { customer, unit }: Claim): Facts {
  return { ...facts, accounts: united(facts.accounts, `${customer}/${unit}`) };
}

/** Whether a sale is known that used it. */
function isCaptured(facts: Facts): boolean {
  return facts.sales.length > 0;
}

/**
 * What sales used of a claim: as they measured it, else all the points, or the money taken off. The
 * least of what they say, so that one more message never takes more.
 */
function capturedOf(facts: Facts, { unit, amount }: Claim): number {
  const paid = unit === 'points' ? amount : (facts.paidLeast ?? amount);
  return Math.min(facts.capturedLeast ?? amount, paid, amount);
}

/** What must stand in the books; `undefined` while nothing of it has an account yet. */
export function target(facts: Facts): Posted | undefined {
  const claim = facts.intent ?? facts.commit;
  if (claim === undefined) return undefined;
  const { customer, unit, amount } = claim;
  if (isCaptured(facts)) return { customer, unit, held: 0, captured: capturedOf(facts, claim) };
  const isOpen = !facts.voided && !facts.refused;
  return { customer, unit, held: isOpen ? amount : 0, captured: 0 };
}

/** What a person should know about this redemption, whatever the order in which it became known. */
export function redemptionFlags(facts: Facts): readonly Flag[] {
  const flags: Flag[] = [];
  const isSold = isCaptured(facts);
  if (isSold && (facts.voided || facts.refused)) flags.push('late-commit');
  if (amountDiffers(facts)) flags.push('amount-differs');
  if (isReused(facts)) flags.push('ref-reused');
  if (isSold && facts.intent === undefined) flags.push('no-intent');
  return flags;
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
      if (isSold || before.voided) return 'already-closed';
      return before.refused ? 'already-refused' : undefined;
    case 'intent':
      if (isSold) return undefined;
      if (before.refused) return 'already-refused';
      if (before.voided) return 'already-closed';
      return after.intent?.id === event.claim.id ? undefined : 'already-closed';
  }
}

function amountDiffers(facts: Facts): boolean {
  const { capturedLeast, capturedMost } = facts;
  const claim = facts.intent ?? facts.commit;
  if (capturedLeast === undefined || capturedMost === undefined || claim === undefined)
    return false;
  return capturedMost > claim.amount || capturedLeast !== capturedMost;
}

function isReused(facts: Facts): boolean {
  return facts.accounts.length > 1 || facts.intents.length > 1 || salesApart(facts.sales) > 1;
}

/** How many different sales these are: the same key, or the same order, is the same sale. */
function salesApart(sales: readonly Sale[]): number {
  const groups: Sale[][] = [];
  for (const sale of sales) {
    const joined = groups.filter((group) => group.some((other) => isSameSale(sale, other)));
    const rest = groups.filter((group) => !joined.includes(group));
    groups.splice(0, groups.length, ...rest, [...joined.flat(), sale]);
  }
  return groups.length;
}

export function isSameSale(a: Sale, b: Sale): boolean {
  return a.saleKey === b.saleKey || (a.orderId !== undefined && a.orderId === b.orderId);
}

function leastClaim(known: Claim | undefined, claim: Claim): Claim {
  return known !== undefined && known.id <= claim.id ? known : claim;
}

function united(known: readonly string[], name: string): readonly string[] {
  return known.includes(name) ? known : [...known, name].sort().slice(0, NAMES_MAX);
}

function unitedSales(known: readonly Sale[], sale: Sale): readonly Sale[] {
  const order = ({ saleKey, orderId }: Sale) => JSON.stringify([saleKey, orderId ?? 0]);
  if (known.some((other) => order(other) === order(sale))) return known;
  return [...known, sale]
    .sort((a, b) => (order(a) < order(b) ? -1 : 1))
    .slice(0, SALES_PER_REDEMPTION_MAX);
}
