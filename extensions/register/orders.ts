/**
 * What a person at the register may know of an order and of a customer's past: what the
 * ledger says, together with what still waits on this device.
 */
import * as v from '../../shared/schema.ts';
import type { Unit } from '../../shared/amount.ts';
import {
  holdSchema,
  referenceSchema,
  type CorrectionReason,
  type CustomerId,
  type OperationOf,
  type OrderStory,
  type Reference,
} from '../../shared/protocol.ts';
import { operationsOf, type View } from './view.ts';

/** Whether the ledger was asked, or only this device's memory. */
export type Source = 'ledger' | 'device';

export interface OrderEarning {
  readonly customer: CustomerId | null;
  readonly points: number;
  readonly takenBack: number;
  /** It has not reached the ledger yet. */
  readonly isWaiting: boolean;
}

export interface OrderRedemption {
  readonly ref: Reference;
  readonly customer: CustomerId | null;
  readonly unit: Unit;
  readonly title: string;
  /** Whole points or minor units: held while open, else captured. */
  readonly amount: number;
  readonly givenBack: number;
  /** `waiting`: the sale has not reached the ledger yet. */
  readonly state: 'waiting' | 'held' | 'captured' | 'released';
}

export interface OrderView {
  readonly source: Source;
  /** False while POS has no number for it: then nothing of it can be corrected. */
  readonly isNumbered: boolean;
  /** Goods of this order came back, and this device has not told the ledger yet. */
  readonly isReturnWaiting: boolean;
  readonly earned: readonly OrderEarning[];
  readonly redemptions: readonly OrderRedemption[];
}

export interface HistoryEntry {
  /** ms since 1970, by the server's clock, or by the device's while it waits. */
  readonly at: number;
  /** An operation's kind, or the name of another posting of the ledger ("opening", "release"). */
  readonly kind: string;
  readonly unit: Unit;
  /** What it did to the balance: below zero for what was spent. */
  readonly amount: number;
  readonly ref: Reference | undefined;
}

export interface CustomerHistory {
  readonly source: Source;
  /** Newest first. */
  readonly entries: readonly HistoryEntry[];
}

/** A person gives back what a sale captured: whole points or minor units. */
export interface GiveBack {
  readonly ref: Reference;
  readonly amount: number;
  readonly reason: CorrectionReason;
  readonly text: string;
}

/** A person takes back points that an order earned. */
export interface TakeBack {
  readonly orderId: number;
  readonly points: number;
  readonly reason: CorrectionReason;
  readonly text: string;
}

export interface RecentCustomer {
  readonly customer: CustomerId;
  /** Device clock, ms since 1970. */
  readonly at: number;
}

const HISTORY_MAX = 20;
/** How long after a sale that POS has not numbered yet it still is the one that is asked about. */
const SALE_FRESH_MS = 10 * 60_000;

/** Of the server's answer about a customer, what a register shows. */
export const toldHistorySchema = v.object({
  entries: v.array(
    v.object({
      id: v.nullish(v.string()),
      at: v.number(),
      reason: v.string(),
      unit: holdSchema.entries.unit,
      amount: v.number(),
      ref: v.nullish(referenceSchema),
    }),
  ),
});
type ToldEntry = v.InferOutput<typeof toldHistorySchema>['entries'][number];

/** An order, and what helps to find it while it has no number. */
export interface AskedOrder {
  readonly orderId: number;
  /** It was sold to this customer just now. */
  readonly soldTo: CustomerId | undefined;
  /** Device clock, ms since 1970. */
  readonly now: number;
}

/** An order as the ledger tells it and with what waits here, or as far as this device knows. */
export function orderOf(view: View, asked: AskedOrder, story: OrderStory | undefined): OrderView {
  const isTold = story !== undefined && story.earned.length + story.redemptions.length > 0;
  const saleKey = isTold ? undefined : unnumberedSale(view, asked);
  const known = [
    ...(story === undefined || saleKey !== undefined ? view.operations.values() : view.pending),
  ];
  const isOfOrder = ({ body }: OperationOf<'commit' | 'earn' | 'take-back' | 'return'>): boolean =>
    body.orderId === asked.orderId || ('saleKey' in body && body.saleKey === saleKey);
  const redemptions = new Map<Reference, OrderRedemption>();
  for (const one of story?.redemptions ?? []) redemptions.set(one.ref, one);
  for (const commit of operationsOf(known, 'commit').filter(isOfOrder))
    if (redemptions.get(commit.ref)?.state !== 'captured')
      redemptions.set(commit.ref, {
        ...redemptionOf(view, commit),
        givenBack: 0,
        state: view.isSettled(commit.id) ? 'captured' : 'waiting',
      });
  for (const { ref, body } of operationsOf(known, 'give-back')) {
    const one = redemptions.get(ref);
    const givenBack = Math.min(one?.amount ?? 0, (one?.givenBack ?? 0) + body.amount);
    if (one !== undefined) redemptions.set(ref, { ...one, givenBack });
  }
  let taken = operationsOf(known, 'take-back')
    .filter(isOfOrder)
    .reduce((sum, { body }) => sum + body.points, 0);
  return {
    source: story === undefined ? 'device' : 'ledger',
    isNumbered: saleKey === undefined,
    isReturnWaiting: operationsOf(view.pending, 'return').some(
      (one) => isOfOrder(one) || one.body.refs.some((ref) => redemptions.has(ref)),
    ),
    earned: earnedOn(view, operationsOf(known, 'earn').filter(isOfOrder), story).map((one) => {
      const more = Math.min(taken, one.points - one.takenBack);
      taken -= more;
      return { ...one, takenBack: one.takenBack + more };
    }),
    redemptions: [...redemptions.values()],
  };
}

/** A sale earns once: what the ledger has of this order already is what still waits here. */
function earnedOn(
  view: View,
  [own]: readonly OperationOf<'earn'>[],
  story: OrderStory | undefined,
): readonly OrderEarning[] {
  if (own === undefined || story?.earned.length)
    return (story?.earned ?? []).map((one) => ({ ...one, isWaiting: false }));
  const { customer, points } = own.body;
  return [{ customer, points, takenBack: 0, isWaiting: !view.isSettled(own.id) }];
}

/**
 * POS numbers an order made offline later: until then the newest sale here is known by whom and
 * when. Of two sales to nobody in particular, one can't be told from the other.
 */
function unnumberedSale(view: View, { soldTo, now }: AskedOrder): string | undefined {
  const sales = operationsOf(view.operations.values(), 'commit', 'earn');
  const [newest] = sales.sort((a, b) => b.deviceTime - a.deviceTime);
  if (newest === undefined || soldTo === undefined) return undefined;
  const { orderId, saleKey } = newest.body;
  const isTheirs = sales.some(
    ({ body, hold }) => body.saleKey === saleKey && (body.customer ?? hold?.customer) === soldTo,
  );
  const isFresh = Math.abs(now - newest.deviceTime) < SALE_FRESH_MS;
  return orderId === null && isTheirs && isFresh ? saleKey : undefined;
}

/** What a sale redeemed, with what the intent says of it where that is still here. */
function redemptionOf(
  view: View,
  { ref, hold, body }: OperationOf<'commit'>,
): Pick<OrderRedemption, 'ref' | 'customer' | 'unit' | 'title' | 'amount'> {
  const intents = operationsOf(view.operations.values(), 'intent');
  const intent = intents.find((one) => one.ref === ref);
  const held = hold ?? intent?.hold;
  return {
    ref,
    customer: held?.customer ?? body.customer,
    unit: held?.unit ?? body.discount.currency,
    title: intent?.body.title ?? '',
    amount: body.captured ?? held?.amount ?? body.discount.amount,
  };
}

/** The ledger's newest entries with what waits here, or what this device knows. */
export function historyOf(
  view: View,
  customer: CustomerId,
  told: readonly ToldEntry[] | undefined,
): CustomerHistory {
  const ids = new Set<unknown>(told?.map(({ id }) => id));
  const known = told === undefined ? view.operations.values() : view.pending;
  const own = operationsOf(known, 'intent', 'void', 'earn').flatMap((one): HistoryEntry[] => {
    const { id, kind, ref, deviceTime: at } = one;
    const of =
      one.kind === 'earn'
        ? { customer: one.body.customer, unit: 'points' as const, amount: one.body.points }
        : one.hold;
    const amount = kind === 'intent' ? -of.amount : of.amount;
    const isOther = of.customer !== customer || ids.has(id);
    return isOther ? [] : [{ at, kind, unit: of.unit, amount, ref }];
  });
  const entries = (told ?? []).map(({ at, reason: kind, unit, amount, ref }): HistoryEntry => ({
    at,
    kind,
    unit,
    amount,
    ref: ref ?? undefined,
  }));
  return {
    source: told === undefined ? 'device' : 'ledger',
    entries: [...own, ...entries].sort((a, b) => b.at - a.at).slice(0, HISTORY_MAX),
  };
}

/** Customers of what this device did, and who was on its cart. */
export function recentIn(view: View): readonly RecentCustomer[] {
  return [...view.operations.values()].flatMap(({ operation, hold, at }) => {
    const customer = operation?.kind === 'earn' ? operation.body.customer : hold?.customer;
    return customer === undefined ? [] : [{ customer, at }];
  });
}
