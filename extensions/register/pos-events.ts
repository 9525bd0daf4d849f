/**
 * What POS tells the background target, as operations or nothing: a sale commits the redemptions it
 * carries and earns points; a return says what came back; an exchange is a return and a sale that
 * earns nothing; cash sessions become audit notes. Events come from outside: each is parsed, and
 * one that can't be read becomes a note instead of an error.
 */
import * as v from '../../shared/schema.ts';
import {
  AMOUNT_MAX,
  minor,
  minorFromNumber,
  type Currency,
  type Minor,
} from '../../shared/amount.ts';
import { currencySchema, type Program } from '../../shared/program.ts';
import { randomCrockford } from '../../shared/crockford.ts';
import type { Random } from '../../shared/ports.ts';
import {
  REFERENCES_PER_RETURN_MAX,
  type Hold,
  type OperationOf,
  type Reference,
} from '../../shared/protocol.ts';
import { earnedPoints } from '../../shared/rules.ts';
import { referenceIn } from './cart.ts';
import type { Draft } from './outbox.ts';
import { crc32 } from './records.ts';
import { stamp } from './redemption.ts';
import type { SessionFacts } from './exchange.ts';
import { operationsOf, type View } from './view.ts';

/** What POS leaves out, or says in a way of its own, costs that part alone. */
const optional = <T>(schema: v.Schema<T>) => v.fallback(v.optional(schema), undefined);
const list = <T>(schema: v.Schema<T>) => v.fallback(v.array(schema), []);

const moneySchema = v.object({ amount: v.number(), currency: currencySchema });
const discountSchema = v.object({
  amount: v.fallback(v.number(), NaN),
  type: optional(v.string()),
  discountDescription: optional(v.string()),
});
type Discount = v.InferOutput<typeof discountSchema>;
const lineSchema = v.object({
  uuid: v.fallback(v.string(), ''),
  price: v.fallback(v.number(), 0),
  /** POS tells a single one without its number. */
  quantity: v.fallback(v.number(), 1),
  isGiftCard: v.fallback(v.boolean(), false),
  /** A custom sale has none. */
  productId: v.fallback(v.number(), 0),
  discounts: list(discountSchema),
});
type Line = v.InferOutput<typeof lineSchema>;

/** What we need of Shopify’s `TransactionCompleteEvent`, and of a receipt's transaction. */
const transactionSchema = v.object({
  transactionType: v.picklist(['Sale', 'Exchange', 'Return']),
  orderId: optional(v.number()),
  customer: optional(v.object({ id: v.number() })),
  discounts: list(discountSchema),
  subtotal: optional(moneySchema),
  grandTotal: optional(moneySchema),
  executedAt: v.fallback(v.string(), ''),
  lineItems: list(lineSchema),
  /** Of an exchange, instead of `lineItems`: what the customer takes home, and what came back. */
  lineItemsAdded: list(lineSchema),
  lineItemsRemoved: list(lineSchema),
  refundId: optional(v.number()),
  returnId: optional(v.number()),
  exchangeId: optional(v.number()),
});
type Transaction = v.InferOutput<typeof transactionSchema>;

export interface EventFacts {
  readonly view: View;
  readonly session: SessionFacts;
  readonly shopId: number;
  readonly random: Random;
  readonly isConnected: boolean;
  /** Redemptions of which this register can't say what became of them. */
  readonly unknown: number;
}

/**
 * A completed transaction as the operations that follow from it. An exchange earns nothing: its
 * totals are a difference, not the price of goods.
 */
export function fromTransaction(event: unknown, facts: EventFacts): Draft[] {
  const parsed = v.safeParse(transactionSchema, event);
  const unreadable = note('handler-error', 'A sale could not be read.', facts);
  if (!parsed.success) return [unreadable];
  const transaction = parsed.output;
  const { transactionType, lineItemsRemoved } = transaction;
  if (transactionType === 'Return') return comeBack(transaction, facts);
  const isExchange = transactionType === 'Exchange';
  // Of an exchange, what the customer takes home.
  const sale = isExchange ? { ...transaction, lineItems: transaction.lineItemsAdded } : transaction;
  const key = saleKey(sale, facts);
  const drafts = commits(sale, key, facts);
  if (isExchange && lineItemsRemoved.length > 0) {
    // The discounts of the whole are those of what the customer takes home.
    const back = { ...transaction, lineItems: lineItemsRemoved, discounts: [] };
    drafts.push(...comeBack(back, facts));
  }
  if (sale.subtotal === undefined || sale.grandTotal === undefined) return [...drafts, unreadable];
  return isExchange ? drafts : [...drafts, ...earning(sale, key, facts)];
}

/**
 * POS gives a sale no identity while it is offline, so that it gets one from what it is: the same
 * event, handled by two contexts or twice, names the same sale.
 */
function saleKey(sale: Transaction, { shopId, session }: EventFacts): string {
  const text = JSON.stringify([
    shopId,
    session.device,
    sale.executedAt,
    sale.grandTotal?.amount,
    sale.lineItems.map(({ uuid, quantity }) => [uuid, quantity]),
  ]);
  return crc32(text).toString(16).padStart(8, '0') + mix(text).toString(16).padStart(8, '0');
}

/** A second, multiplicative hash: what collides in a CRC does not collide here. */
function mix(text: string): number {
  let hash = 0x9e3779b9;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x85ebca6b);
    hash ^= hash >>> 13;
  }
  return hash >>> 0;
}

/** Goods that came back, as a return; with a note where nothing says what they cost. */
function comeBack(event: Transaction, facts: EventFacts): Draft[] {
  const currency = currencyOf(event, facts);
  const amount = goodsOf(event.lineItems, currency);
  const refs = [...redeemedIn(event).keys()];
  const draft: Draft<OperationOf<'return'>> = {
    ...stamp(facts.session),
    kind: 'return',
    hold: null,
    body: {
      returnKey: returnKey(event, facts),
      orderId: wholeId(event.orderId),
      customer: wholeId(event.customer?.id),
      value: { currency, amount },
      refs: [...new Set(refs)].slice(0, REFERENCES_PER_RETURN_MAX),
    },
  };
  if (amount > 0) return [draft];
  return [draft, note('handler-error', 'A return could not be read.', facts)];
}

/** POS names it in one of three ways; what has no name is named by what it is. */
function returnKey(event: Transaction, facts: EventFacts): string {
  const { refundId, returnId, exchangeId } = event;
  for (const [name, id] of Object.entries({
    refund: refundId,
    return: returnId,
    exchange: exchangeId,
  }))
    if (wholeId(id) !== null) return `${name}/${id}`;
  return `event/${saleKey(event, facts)}`;
}

const currencyOf = ({ subtotal }: Transaction, { session }: EventFacts): Currency =>
  subtotal?.currency ?? (session.currency as Currency);

interface Redeemed {
  readonly discount: Discount;
  /** What it took off: of lines, all their units together. */
  readonly amount: number;
  readonly isOfLines: boolean;
}

/** Our discounts of a transaction: on the whole, else on lines, with what was split off them. */
function redeemedIn({ discounts, lineItems }: Transaction): ReadonlyMap<Reference, Redeemed> {
  const found = new Map<Reference, Redeemed>();
  const add = (discount: Discount, units: number, isOfLines: boolean): void => {
    const ref = referenceIn(discount.discountDescription);
    const before = ref && found.get(ref);
    if (ref === undefined || before?.isOfLines === false) return;
    const amount = discount.amount * units + (before?.amount ?? 0);
    found.set(ref, { discount, amount, isOfLines });
  };
  for (const discount of discounts) add(discount, 1, false);
  // POS takes a line's discount off each unit.
  for (const line of lineItems)
    for (const discount of line.discounts) add(discount, Math.abs(line.quantity), true);
  return found;
}

function commits(sale: Transaction, key: string, facts: EventFacts): Draft[] {
  return [...redeemedIn(sale)].map(([ref, redeemed]) => commit(ref, redeemed, sale, key, facts));
}

function commit(
  ref: Reference,
  { discount, amount, isOfLines }: Redeemed,
  sale: Transaction,
  key: string,
  facts: EventFacts,
): Draft {
  // Made on another register, or closed and forgotten here: the reference alone is enough. A void
  // that outlived its intent still says what was held: the sale beats it, and takes that off again.
  const all = [...facts.view.operations.values()];
  const intent = operationsOf(all, 'intent').find((one) => one.ref === ref);
  const known = intent ?? operationsOf(all, 'void').find((one) => one.ref === ref);
  const planned = intent?.body.discount ?? { currency: currencyOf(sale, facts), amount: minor(0) };
  const isMoney = discount.type !== 'Percentage';
  const told = isMoney ? minorFromNumber(amount, planned.currency) : undefined;
  const actual = Math.max(0, told ?? planned.amount);
  // Should POS tell what a line's discount came to in all, no more than was planned is taken.
  const taken = minor(isOfLines && intent ? Math.min(actual, planned.amount) : actual);
  const hold = known?.hold ?? null;
  const draft: Draft<OperationOf<'commit'>> = {
    ...stamp(facts.session),
    kind: 'commit',
    ref,
    hold,
    body: {
      captured: hold === null ? null : capturedOf(hold, taken),
      discount: { currency: planned.currency, amount: taken },
      goods: goodsOf(sale.lineItems, planned.currency),
      customer: wholeId(sale.customer?.id),
      orderId: wholeId(sale.orderId),
      saleKey: key,
    },
  };
  return draft;
}

/** Points pay for a reward as a whole; of store credit, what the sale really took off. */
function capturedOf({ unit, amount }: Hold, taken: Minor): number {
  return unit === 'points' ? amount : Math.min(amount, taken);
}

function earning(sale: Transaction, key: string, facts: EventFacts): Draft[] {
  const newest = facts.view.balances.newest;
  const program = newest?.program;
  const customer = wholeId(sale.customer?.id) ?? undefined;
  if (newest === undefined || program === undefined || customer === undefined) return [];
  if (!facts.isConnected && !newest.policy.earnOffline) return [];
  const { currency } = program;
  if (currencyOf(sale, facts) !== currency) return [];
  const eligible = eligibleSubtotal(sale, program);
  const points = earnedPoints(program, eligible);
  if (points === 0) return [];
  const draft: Draft<OperationOf<'earn'>> = {
    ...stamp(facts.session),
    kind: 'earn',
    ref: randomCrockford(facts.random, 10) as Reference,
    hold: null,
    body: {
      customer,
      points,
      eligible: { currency, amount: eligible },
      goods: goodsOf(sale.lineItems, currency),
      orderId: wholeId(sale.orderId),
      saleKey: key,
      program: program.version,
    },
  };
  return [draft];
}

/**
 * What was paid for goods after discounts, before tax; a gift card is money, not goods. Of it, as
 * much as the goods that earn are of all: a discount counts evenly on each.
 */
function eligibleSubtotal(
  { subtotal, lineItems }: Transaction,
  { currency, earn: { excludedProducts = [] } }: Program,
): Minor {
  const all = goodsOf(lineItems, currency);
  const earns = goodsOf(
    lineItems.filter(({ productId }) => !excludedProducts.includes(productId)),
    currency,
  );
  const paid = minorFromNumber(subtotal?.amount ?? 0, currency) ?? 0;
  const eligible = Math.max(0, paid - costOf(lineItems, currency, true));
  return minor(earns < all ? Math.floor((eligible * earns) / all) : eligible);
}

/**
 * What goods cost before any discount. The measure of a sale and of what comes back from it, so
 * that a gift card counts in neither.
 */
function goodsOf(lines: readonly Line[], currency: Currency): Minor {
  return minor(Math.min(AMOUNT_MAX, costOf(lines, currency, false)));
}

/** POS may tell what came back in numbers below zero. */
function costOf(lines: readonly Line[], currency: Currency, isGiftCard: boolean): number {
  let sum = 0;
  for (const line of lines)
    if (line.isGiftCard === isGiftCard)
      sum += Math.abs(minorFromNumber(line.price * line.quantity, currency) ?? 0);
  return sum;
}

/** What is no id of Shopify's (0 for a guest, say) names nothing. */
const wholeId = (id = 0): number | null => (Number.isSafeInteger(id) && id > 0 ? id : null);

/** No longer than a time is: the note's text must not break off within its JSON. */
const timeSchema = v.pipe(
  v.string(),
  v.transform((text: string) => text.slice(0, 40)),
);
const cashSchema = v.object({
  id: v.number(),
  openingTime: v.fallback(timeSchema, ''),
  closingTime: v.optional(v.fallback(timeSchema, '')),
});

/**
 * A cash session as an audit note. Of that moment: `waiting` operations had not reached the ledger,
 * and of `unknown` redemptions nobody could tell what became of them.
 */
export function fromCashSession(
  phase: 'start' | 'complete',
  event: unknown,
  facts: EventFacts,
): Draft[] {
  const parsed = v.safeParse(cashSchema, event);
  if (!parsed.success) return [note('handler-error', 'A cash session could not be read.', facts)];
  const { id, openingTime, closingTime } = parsed.output;
  const waiting = facts.view.pending.length;
  const { unknown } = facts;
  const text = JSON.stringify({ id, openingTime, closingTime, waiting, unknown });
  return [note(`cash-session-${phase}`, text, facts)];
}

/** A fact for the audit, at most 256 characters. */
export function note(
  topic: OperationOf<'note'>['body']['topic'],
  text: string,
  { session }: Pick<EventFacts, 'session'>,
): Draft {
  const draft: Draft<OperationOf<'note'>> = {
    ...stamp(session),
    kind: 'note',
    hold: null,
    body: { topic, text: text.slice(0, 256) },
  };
  return draft;
}
