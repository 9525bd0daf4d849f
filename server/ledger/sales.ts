/**
 * What a sale and the goods that came back of it come to. Like a redemption's facts these only ever
 * join, and which rows are one sale, which return is whose, follows from all of them together: a
 * return may come before its sale, twice, or by the order here and by the reference there.
 */
import { givenBack, takenBack } from '../../shared/rules.ts';
import type { Earning, ReturnFacts, ReturnRow, SaleFacts, SaleRow } from '../database/database.ts';
import { added, joined, sumOf, united, withCorrection, withMost, type Amounts } from './joins.ts';
import { backOf } from './goods-back.ts';
import { groupsOfSales, hasKey, hasOrder } from './settlement.ts';

/** Redemptions that one sale can carry, and that one return can name. */
const REFS_MAX = 64;
const ORDERS_MAX = 8;
const RETURNS_PER_REFUND_MAX = 4;

export interface Money {
  readonly currency: string;
  readonly amount: number;
}

export type SaleEvent =
  | { readonly type: 'commit'; readonly ref: string; readonly goods: Money }
  | { readonly type: 'earn'; readonly earning: Earning; readonly goods: Money }
  /** A person takes back points; `id` is the operation's. */
  | { readonly type: 'take-back'; readonly id: string; readonly points: number };

export interface ReturnEvent {
  readonly value: Money;
  readonly orderId: number | undefined;
  readonly refs: readonly string[];
  /** Set when Shopify's order says it; `partOf` names the return, where the order tells that. */
  readonly byOrder?: { readonly partOf: readonly string[] | undefined; readonly isWhole: boolean };
}

export const NO_SALE: SaleFacts = { goods: {}, refs: [], takeBacks: {} };
export const NO_RETURN: ReturnFacts = { value: {}, orders: [], refs: [] };

/** Joins one event to what is known. Commutative, associative, idempotent. */
export function absorbSale(facts: SaleFacts, event: SaleEvent): SaleFacts {
  switch (event.type) {
    case 'commit': {
      const refs = united(facts.refs, [event.ref], REFS_MAX);
      return { ...facts, goods: withGoods(facts.goods, event.goods), refs };
    }
    case 'earn': {
      const { earning } = event;
      const isLeast = facts.earning === undefined || earning.id < facts.earning.id;
      const goods = withGoods(facts.goods, event.goods);
      return { ...facts, goods, earning: isLeast ? earning : facts.earning };
    }
    case 'take-back':
      return { ...facts, takeBacks: withCorrection(facts.takeBacks, event.id, event.points) };
  }
}

/** Joins one message about goods that came back; several of the same key are one return. */
export function absorbReturn(facts: ReturnFacts, event: ReturnEvent): ReturnFacts {
  const { value, orderId, refs, byOrder } = event;
  const known = {
    ...facts,
    orders: united(facts.orders, orderId === undefined ? [] : [orderId], ORDERS_MAX),
    refs: united(facts.refs, refs, REFS_MAX),
  };
  if (byOrder === undefined)
    return { ...known, value: withMost(facts.value, value.currency, value.amount) };
  const { partOf, isWhole } = byOrder;
  return {
    ...known,
    refunded: withMost(facts.refunded ?? {}, value.currency, value.amount),
    ...(partOf === undefined
      ? {}
      : { partOf: united(facts.partOf ?? [], partOf, RETURNS_PER_REFUND_MAX) }),
    ...(isWhole ? { isWhole } : {}),
  };
}

/** Goods of 0 were not measured. */
function withGoods(known: Amounts, { currency, amount }: Money): Amounts {
  return amount === 0 ? known : withMost(known, currency, amount);
}

/** All rows that are one sale. */
export interface SaleGroup {
  readonly rows: readonly SaleRow[];
  readonly orders: readonly number[];
  readonly refs: readonly string[];
  readonly goods: Amounts;
  /** The earning that counts, and the row that holds it. */
  readonly earned: { readonly row: SaleRow; readonly earning: Earning } | undefined;
  readonly takeBacks: Amounts;
}

export function salesOf(rows: readonly SaleRow[]): readonly SaleGroup[] {
  return tiedByReference(groupsOfSales(rows)).map((group) => ({
    rows: group,
    orders: group.flatMap(({ orderId }) => (orderId === undefined ? [] : [orderId])),
    refs: group.flatMap(({ facts }) => facts.refs),
    goods: joined(group.map(({ facts }) => facts.goods)),
    earned: earnedBy(group),
    takeBacks: joined(group.map(({ facts }) => facts.takeBacks)),
  }));
}

/**
 * A sale made without a network is known by its register's key and has no order; its order, once
 * Shopify tells of it, has no key. Where just one of each carries a reference, the two are one.
 */
function tiedByReference(groups: readonly (readonly SaleRow[])[]): readonly (readonly SaleRow[])[] {
  const refs = new Set(groups.flatMap((group) => group.flatMap(({ facts }) => facts.refs)));
  let tied = groups;
  for (const ref of refs) {
    const carriers = groups.filter((group) => group.some(({ facts }) => facts.refs.includes(ref)));
    const [keyed, ...moreKeyed] = carriers.filter((group) => !hasOrder(group));
    const [ordered, ...moreOrdered] = carriers.filter((group) => !hasKey(group));
    const isClear = moreKeyed.length === 0 && moreOrdered.length === 0;
    if (keyed === undefined || ordered === undefined || !isClear) continue;
    const isPart = (group: readonly SaleRow[]) =>
      [...keyed, ...ordered].some((row) => group.includes(row));
    tied = [...tied.filter((group) => !isPart(group)), tied.filter(isPart).flat()];
  }
  return tied;
}

/** The earning with the least operation id: a sale earns once, whoever else says so too. */
function earnedBy(rows: readonly SaleRow[]): SaleGroup['earned'] {
  let least: SaleGroup['earned'];
  for (const row of rows) {
    const { earning } = row.facts;
    if (earning === undefined) continue;
    if (least === undefined || earning.id < least.earning.id) least = { row, earning };
  }
  return least;
}

/** What is known of the goods of one sale, or of all sales of a redemption, that came back. */
export interface Measure {
  readonly goods: Amounts;
  readonly returned: Amounts;
  /** Everything came back, whatever it cost. */
  readonly isWhole: boolean;
}

/** Returns, and which of some sales they belong to: by the order, else by what the sale carries. */
export function returnsOf(
  returns: readonly ReturnRow[],
  groups: readonly SaleGroup[],
): ReadonlyMap<SaleGroup, readonly ReturnRow[]> {
  const found = new Map<SaleGroup, ReturnRow[]>(groups.map((group) => [group, []]));
  for (const one of returns)
    for (const group of saleOfReturn(one.facts, groups)) found.get(group)?.push(one);
  return found;
}

export function saleOfReturn(
  { orders, refs }: ReturnFacts,
  groups: readonly SaleGroup[],
): readonly SaleGroup[] {
  const sold = groups.filter(({ rows, refs: carried }) => hasKey(rows) || carried.length > 0);
  const byOrder = sold.filter((group) => orders.some((order) => group.orders.includes(order)));
  if (byOrder.length > 0) return byOrder;
  return sold.filter((group) => refs.some((ref) => group.refs.includes(ref)));
}

export function measure(groups: readonly SaleGroup[], returns: readonly ReturnRow[]): Measure {
  const isBack = ({ orders }: SaleGroup) =>
    returns.some(({ facts }) => facts.isWhole && facts.orders.some((one) => orders.includes(one)));
  const back = groups.filter(isBack);
  return {
    goods: joined(groups.map(({ goods }) => goods)),
    returned: added([backOf(returns), ...back.map(({ goods }) => goods)]),
    isWhole: groups.length > 0 && back.length === groups.length,
  };
}

/** What these goods give back of `captured`, never more than that. */
export function givenBackBy({ goods, returned, isWhole }: Measure, captured: number): number {
  if (isWhole) return captured;
  const parts = Object.entries(goods).map(([currency, worth]) =>
    givenBack(captured, returned[currency] ?? 0, worth),
  );
  return Math.min(
    captured,
    parts.reduce((sum, part) => sum + part, 0),
  );
}

/** What a sale has earned after all that was taken back of it; `gross` before that. */
export function earnedOf(
  { earned, takeBacks }: SaleGroup,
  { goods, returned, isWhole }: Measure,
): { readonly gross: number; readonly net: number } {
  const gross = earned?.earning.points ?? 0;
  if (isWhole) return { gross, net: 0 };
  const parts = Object.entries(goods).map(([currency, worth]) =>
    takenBack(gross, returned[currency] ?? 0, worth),
  );
  const taken = parts.reduce((sum, part) => sum + part, sumOf(takeBacks));
  return { gross, net: gross - Math.min(gross, taken) };
}
