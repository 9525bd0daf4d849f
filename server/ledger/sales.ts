/**
 * What a sale and the goods that came back of it come to. Like a redemption's facts these only ever
 * join, and which rows are one sale, which return is whose, follows from all of them together: a
 * return may come before its sale, twice, or by the order here and by the reference there.
 */
import { givenBack, takenBack } from '../../shared/rules.ts';
import type { Earning, ReturnFacts, SaleFacts, SaleRow } from '../database/database.ts';
import { added, joined, sumOf, united, withCorrection, withMost, type Amounts } from './joins.ts';
import { groupsOfSales } from './settlement.ts';

/** Redemptions that one sale can carry, and that one return can name. */
const REFS_MAX = 64;
const ORDERS_MAX = 8;

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
export function absorbReturn(facts: ReturnFacts, { value, orderId, refs }: ReturnEvent) {
  return {
    value: withMost(facts.value, value.currency, value.amount),
    orders: united(facts.orders, orderId === undefined ? [] : [orderId], ORDERS_MAX),
    refs: united(facts.refs, refs, REFS_MAX),
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
  return groupsOfSales(rows).map((group) => ({
    rows: group,
    orders: group.flatMap(({ orderId }) => (orderId === undefined ? [] : [orderId])),
    refs: group.flatMap(({ facts }) => facts.refs),
    goods: joined(group.map(({ facts }) => facts.goods)),
    earned: earnedBy(group),
    takeBacks: joined(group.map(({ facts }) => facts.takeBacks)),
  }));
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
}

/** Returns, and which of some sales they belong to: by the order, else by what the sale carries. */
export function returnsOf(
  returns: readonly ReturnFacts[],
  groups: readonly SaleGroup[],
): ReadonlyMap<SaleGroup, readonly ReturnFacts[]> {
  const found = new Map<SaleGroup, ReturnFacts[]>(groups.map((group) => [group, []]));
  for (const one of returns)
    for (const group of saleOfReturn(one, groups)) found.get(group)?.push(one);
  return found;
}

export function saleOfReturn(
  { orders, refs }: ReturnFacts,
  groups: readonly SaleGroup[],
): readonly SaleGroup[] {
  const sold = groups.filter(({ rows }) => rows.some(({ saleKey }) => saleKey !== undefined));
  const byOrder = sold.filter((group) => orders.some((order) => group.orders.includes(order)));
  if (byOrder.length > 0) return byOrder;
  return sold.filter((group) => refs.some((ref) => group.refs.includes(ref)));
}

export function measure(groups: readonly SaleGroup[], returns: readonly ReturnFacts[]): Measure {
  return {
    goods: joined(groups.map(({ goods }) => goods)),
    returned: added(returns.map(({ value }) => value)),
  };
}

/** What these goods give back of `captured`, never more than that. */
export function givenBackBy({ goods, returned }: Measure, captured: number): number {
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
  { goods, returned }: Measure,
): { readonly gross: number; readonly net: number } {
  const gross = earned?.earning.points ?? 0;
  const parts = Object.entries(goods).map(([currency, worth]) =>
    takenBack(gross, returned[currency] ?? 0, worth),
  );
  const taken = parts.reduce((sum, part) => sum + part, sumOf(takeBacks));
  return { gross, net: gross - Math.min(gross, taken) };
}
