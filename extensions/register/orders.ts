/**
 * What a person at the register may know of an order, a customer's past and the last sale: what the
 * ledger says, together with what still waits on this device.
 */
import * as v from '../../shared/schema.ts';
import type { Unit } from '../../shared/amount.ts';
import {
  holdSchema,
  referenceSchema,
  type CorrectionReason,
  type CustomerId,
  type Operation,
  type OperationOf,
  type OrderStory,
  type Reference,
} from '../../shared/protocol.ts';
import type { StoredOperation, View } from './view.ts';

/** Whether the ledger was asked, or only this device's memory. */
export type Source = 'ledger' | 'device';

export interface OrderEarning {
  readonly customer: CustomerId | undefined;
  readonly points: number;
  readonly takenBack: number;
  /** It has not reached the ledger yet. */
  readonly isWaiting: boolean;
}

export interface OrderRedemption {
  readonly ref: Reference;
  readonly customer: CustomerId | undefined;
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
  /** It has not reached the ledger yet. */
  readonly isWaiting: boolean;
}

export interface CustomerHistory {
  readonly source: Source;
  /** Newest first. */
  readonly entries: readonly HistoryEntry[];
}

/** The newest sale of this device that is still known here. */
export interface SaleView {
  /** Device clock, ms since 1970. */
  readonly at: number;
  readonly orderId: number | undefined;
  readonly customer: CustomerId | undefined;
  readonly earned: number;
  readonly redemptions: readonly {
    readonly ref: Reference;
    readonly title: string;
    readonly unit: Unit;
    readonly amount: number;
  }[];
  /** Not all of it has reached the ledger. */
  readonly isWaiting: boolean;
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

/** What this device understands of its operations; with `waiting`, of those not yet settled. */
function operationsOf(view: View | undefined, waiting = false): readonly Operation[] {
  const all: Iterable<StoredOperation> =
    (waiting ? view?.pending : view?.operations.values()) ?? [];
  return [...all].flatMap(({ operation }) => (operation === undefined ? [] : [operation]));
}

function isOf<K extends Operation['kind']>(...kinds: readonly K[]) {
  return (one: Operation): one is OperationOf<K> => kinds.some((kind) => kind === one.kind);
}

/** An order as the ledger tells it and with what waits here, or as far as this device knows. */
export function orderOf(
  view: View | undefined,
  orderId: number,
  story: OrderStory | undefined,
): OrderView {
  const known = operationsOf(view, story !== undefined);
  const isOfOrder = ({ body }: Operation): boolean => 'orderId' in body && body.orderId === orderId;
  const isWaiting = ({ id }: Operation): boolean => view?.isSettled(id) !== true;
  const redemptions = new Map<Reference, OrderRedemption>();
  for (const one of story?.redemptions ?? [])
    redemptions.set(one.ref, { ...one, customer: one.customer ?? undefined });
  for (const commit of known.filter(isOf('commit')).filter(isOfOrder))
    if (redemptions.get(commit.ref)?.state !== 'captured')
      redemptions.set(commit.ref, {
        ...redemptionOf(view, commit),
        givenBack: 0,
        state: isWaiting(commit) ? 'waiting' : 'captured',
      });
  for (const { ref, body } of known.filter(isOf('give-back'))) {
    const one = redemptions.get(ref);
    const givenBack = Math.min(one?.amount ?? 0, (one?.givenBack ?? 0) + body.amount);
    if (one !== undefined) redemptions.set(ref, { ...one, givenBack });
  }
  const earned = story?.earned.map((one) => ({
    ...one,
    customer: one.customer ?? undefined,
    isWaiting: false,
  }));
  // A sale earns once: what the ledger has of this order already is what still waits here.
  const [own] = known.filter(isOf('earn')).filter(isOfOrder);
  let taken = known
    .filter(isOf('take-back'))
    .filter(isOfOrder)
    .reduce((sum, { body }) => sum + body.points, 0);
  return {
    source: story === undefined ? 'device' : 'ledger',
    isReturnWaiting: operationsOf(view, true).some(
      (one) =>
        one.kind === 'return' &&
        (isOfOrder(one) || one.body.refs.some((ref) => redemptions.has(ref))),
    ),
    earned: (earned?.length || own === undefined
      ? (earned ?? [])
      : [{ ...own.body, takenBack: 0, isWaiting: isWaiting(own) }]
    ).map(({ customer, points, takenBack, isWaiting }) => {
      const more = Math.min(taken, points - takenBack);
      taken -= more;
      return { customer, points, takenBack: takenBack + more, isWaiting };
    }),
    redemptions: [...redemptions.values()],
  };
}

/** What a sale redeemed, with what the intent says of it where that is still here. */
function redemptionOf(
  view: View | undefined,
  { ref, hold, body }: OperationOf<'commit'>,
): Pick<OrderRedemption, 'ref' | 'customer' | 'unit' | 'title' | 'amount'> {
  const intent = operationsOf(view)
    .filter(isOf('intent'))
    .find((one) => one.ref === ref);
  const held = hold ?? intent?.hold;
  return {
    ref,
    customer: held?.customer ?? body.customer ?? undefined,
    unit: held?.unit ?? body.discount.currency,
    title: intent?.body.title ?? '',
    amount: body.captured ?? held?.amount ?? body.discount.amount,
  };
}

/** The ledger's newest entries with what waits here, or what this device knows. */
export function historyOf(
  view: View | undefined,
  customer: CustomerId,
  told: readonly ToldEntry[] | undefined,
): CustomerHistory {
  const ids = new Set<unknown>(told?.map(({ id }) => id));
  const own = operationsOf(view, told !== undefined)
    .filter(isOf('intent', 'void', 'earn'))
    .filter(({ id }) => !ids.has(id))
    .map((one) => {
      const { kind, ref, deviceTime: at } = one;
      const hold =
        one.kind === 'earn'
          ? { customer: one.body.customer, unit: 'points' as const, amount: one.body.points }
          : one.hold;
      const amount = kind === 'intent' ? -hold.amount : hold.amount;
      const isWaiting = view?.isSettled(one.id) !== true;
      return { owner: hold.customer, entry: { at, kind, unit: hold.unit, amount, ref, isWaiting } };
    })
    .filter(({ owner }) => owner === customer)
    .map(({ entry }) => entry);
  const entries: HistoryEntry[] = (told ?? []).map(({ at, reason, unit, amount, ref }) => ({
    at,
    kind: reason,
    unit,
    amount,
    ref: ref ?? undefined,
    isWaiting: false,
  }));
  return {
    source: told === undefined ? 'device' : 'ledger',
    entries: [...own, ...entries].sort((a, b) => b.at - a.at).slice(0, HISTORY_MAX),
  };
}

/** The newest sale here, or the one that is meant. */
export function lastSaleOf(
  view: View | undefined,
  meant: { readonly key: string | undefined; readonly orderId: number | undefined } | undefined,
): SaleView | undefined {
  const all = operationsOf(view)
    .filter(isOf('commit', 'earn'))
    .filter(
      ({ body }) =>
        meant === undefined || body.saleKey === meant.key || body.orderId === meant.orderId,
    )
    .sort((a, b) => b.deviceTime - a.deviceTime);
  const [newest] = all;
  if (newest === undefined) return undefined;
  const sale = all.filter(({ body }) => body.saleKey === newest.body.saleKey);
  // Handled by two contexts, a sale has everything twice.
  const [earn] = sale.filter(isOf('earn'));
  const commits = new Map(sale.filter(isOf('commit')).map((one) => [one.ref, one]));
  const redeemed = [...commits.values()].map((one) => redemptionOf(view, one));
  return {
    at: newest.deviceTime,
    orderId: sale.find(({ body }) => body.orderId !== null)?.body.orderId ?? undefined,
    customer: earn?.body.customer ?? redeemed[0]?.customer,
    earned: earn?.body.points ?? 0,
    redemptions: redeemed.map(({ ref, title, unit, amount }) => ({ ref, title, unit, amount })),
    isWaiting: sale.some(({ id }) => view?.isSettled(id) !== true),
  };
}

/** Customers of what this device did, and who was on its cart. */
export function recentIn(view: View | undefined): readonly RecentCustomer[] {
  return [...(view?.operations.values() ?? [])].flatMap(({ operation, hold, at }) => {
    const customer = operation?.kind === 'earn' ? operation.body.customer : hold?.customer;
    return customer === undefined ? [] : [{ customer, at }];
  });
}
