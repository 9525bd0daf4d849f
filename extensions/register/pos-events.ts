/**
 * What POS tells the background target, as operations or nothing: a sale commits the redemptions it
 * carries and earns points, an exchange commits only; cash sessions become audit notes. Events come
 * from outside: each is parsed, and one that can't be read becomes a note instead of an error.
 */
import * as v from 'valibot';
import {
  AMOUNT_MAX,
  minor,
  minorFromNumber,
  type Currency,
  type Minor,
} from '../../shared/amount.ts';
import { currencySchema } from '../../shared/program.ts';
import { randomCrockford } from '../../shared/crockford.ts';
import type { Random } from '../../shared/ports.ts';
import type { Hold, OperationOf, Reference } from '../../shared/protocol.ts';
import { earnedPoints } from '../../shared/rules.ts';
import { referenceIn } from './cart.ts';
import type { Draft } from './outbox.ts';
import { crc32 } from './records.ts';
import { stamp } from './redemption.ts';
import type { SessionFacts } from './exchange.ts';
import type { View } from './view.ts';

const moneySchema = v.object({ amount: v.number(), currency: currencySchema });
const discountSchema = v.object({
  amount: v.number(),
  type: v.nullish(v.string()),
  discountDescription: v.nullish(v.string()),
});
const lineSchema = v.object({
  uuid: v.fallback(v.string(), ''),
  price: v.nullish(v.number()),
  quantity: v.number(),
  isGiftCard: v.fallback(v.boolean(), false),
  discounts: v.fallback(v.array(discountSchema), []),
});

/** The part of Shopify’s `TransactionCompleteEvent` that a sale or an exchange needs. */
const saleSchema = v.object({
  transactionType: v.picklist(['Sale', 'Exchange']),
  orderId: v.nullish(v.number()),
  customer: v.nullish(v.object({ id: v.number() })),
  discounts: v.fallback(v.array(discountSchema), []),
  subtotal: moneySchema,
  grandTotal: moneySchema,
  executedAt: v.fallback(v.string(), ''),
  lineItems: v.fallback(v.array(lineSchema), []),
  /** Of an exchange, instead of `lineItems`: what the customer takes home, and what came back. */
  lineItemsAdded: v.fallback(v.array(lineSchema), []),
});
type Sale = v.InferOutput<typeof saleSchema>;

export interface EventFacts {
  readonly view: View;
  readonly session: SessionFacts;
  readonly shopId: number;
  readonly random: Random;
  readonly isConnected: boolean;
}

/**
 * A completed transaction as the operations that follow from it. An exchange earns nothing: its
 * totals are a difference, not the price of goods. A return redeems nothing.
 */
export function fromTransaction(event: unknown, facts: EventFacts): Draft[] {
  const type = (event as { transactionType?: unknown } | null | undefined)?.transactionType;
  if (type === 'Return') return [];
  const parsed = v.safeParse(saleSchema, event);
  if (!parsed.success)
    return [note('handler-error', 'A completed transaction could not be read.', facts)];
  const isExchange = parsed.output.transactionType === 'Exchange';
  const sale = isExchange
    ? { ...parsed.output, lineItems: parsed.output.lineItemsAdded }
    : parsed.output;
  const key = saleKey(sale, facts);
  const committed = commits(sale, key, facts);
  return isExchange ? committed : [...committed, ...earning(sale, key, facts)];
}

/**
 * POS gives a sale no identity while it is offline, so that it gets one from what it is: the same
 * event, handled by two contexts or twice, names the same sale.
 */
function saleKey(sale: Sale, { shopId, session }: EventFacts): string {
  const text = JSON.stringify([
    shopId,
    session.device,
    sale.executedAt,
    sale.grandTotal.amount,
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

function commits(sale: Sale, key: string, facts: EventFacts): Draft[] {
  const discounts = [...sale.discounts, ...sale.lineItems.flatMap((line) => line.discounts)];
  const drafts = new Map<Reference, Draft>();
  for (const discount of discounts) {
    const ref = referenceIn(discount.discountDescription ?? undefined);
    if (ref === undefined || drafts.has(ref)) continue;
    drafts.set(ref, commit(ref, discount, sale, key, facts));
  }
  return [...drafts.values()];
}

function commit(
  ref: Reference,
  discount: v.InferOutput<typeof discountSchema>,
  sale: Sale,
  key: string,
  facts: EventFacts,
): Draft {
  // Made on another register, or closed and forgotten here: the reference alone is enough. A void
  // that outlived its intent still says what was held: the sale beats it, and takes that off again.
  const intent = operationOf(facts.view, 'intent', ref);
  const known = intent ?? operationOf(facts.view, 'void', ref);
  const { currency } = sale.subtotal;
  const planned = intent?.body.discount ?? { currency, amount: minor(0) };
  const isMoney = discount.type !== 'Percentage';
  const actual = isMoney ? minorFromNumber(discount.amount, planned.currency) : planned.amount;
  const taken = minor(Math.max(0, actual ?? planned.amount));
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
      orderId: orderId(sale),
      saleKey: key,
    },
  };
  return draft;
}

/** Points pay for a reward as a whole; of store credit, what the sale really took off. */
function capturedOf({ unit, amount }: Hold, taken: Minor): number {
  return unit === 'points' ? amount : Math.min(amount, taken);
}

function operationOf<K extends 'intent' | 'void'>(
  view: View,
  kind: K,
  ref: Reference,
): OperationOf<K> | undefined {
  for (const { operation } of view.operations.values())
    if (operation?.kind === kind && operation.ref === ref) return operation as OperationOf<K>;
  return undefined;
}

function earning(sale: Sale, key: string, facts: EventFacts): Draft[] {
  const newest = facts.view.balances.newest;
  const program = newest?.program;
  const customer = wholeId(sale.customer?.id) ?? undefined;
  if (newest === undefined || program === undefined || customer === undefined) return [];
  if (!facts.isConnected && !newest.policy.earnOffline) return [];
  const { currency } = sale.subtotal;
  if (currency !== program.currency) return [];
  const eligible = eligibleSubtotal(sale, currency);
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
      orderId: orderId(sale),
      saleKey: key,
      program: program.version,
    },
  };
  return [draft];
}

/** What was paid for goods after discounts, before tax; a gift card is money, not goods. */
function eligibleSubtotal(sale: Sale, currency: Currency): Minor {
  const subtotal = minorFromNumber(sale.subtotal.amount, currency) ?? 0;
  const giftCards = sale.lineItems
    .filter(({ isGiftCard }) => isGiftCard)
    .reduce(
      (sum, line) => sum + (minorFromNumber((line.price ?? 0) * line.quantity, currency) ?? 0),
      0,
    );
  return minor(Math.max(0, subtotal - giftCards));
}

/** What goods cost before any discount. */
function goodsOf(lines: Sale['lineItems'], currency: Currency): Minor {
  let sum = 0;
  for (const { price, quantity } of lines)
    sum += Math.abs(minorFromNumber((price ?? 0) * quantity, currency) ?? 0);
  return minor(Math.min(AMOUNT_MAX, sum));
}

const orderId = ({ orderId: id }: Sale): number | null => wholeId(id);

/** What is no id of Shopify's (0 for a guest, say) names nothing. */
const wholeId = (id: number | null | undefined): number | null =>
  id !== null && id !== undefined && Number.isSafeInteger(id) && id > 0 ? id : null;

const cashSchema = v.object({
  id: v.number(),
  openingTime: v.fallback(v.string(), ''),
  closingTime: v.optional(v.fallback(v.string(), '')),
});

/**
 * A cash session as an audit note; `waiting` is how many operations had not reached the ledger
 * then.
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
  const text = JSON.stringify({ id, openingTime, closingTime, waiting });
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
