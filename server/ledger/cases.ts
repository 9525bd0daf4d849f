/**
 * A case is everything that hangs together: redemptions, the sales that carry them, the goods that
 * came back. What must stand in the books for each is a function of the whole case, so after every
 * message the case is gathered anew and the difference to what was posted before is posted.
 *
 *   redemption ── reference ── sale ── order or key ── sale
 *        └────── reference ── return ── order ──────────┘
 */
import type {
  Posted,
  RedemptionRow,
  ReturnRow,
  Sale,
  SaleFacts,
  SaleRow,
} from '../database/database.ts';
import {
  absorbReturn,
  absorbSale,
  earnedOf,
  givenBackBy,
  measure,
  NO_RETURN,
  NO_SALE,
  returnsOf,
  saleOfReturn,
  salesOf,
  type ReturnEvent,
  type SaleEvent,
  type SaleGroup,
} from './sales.ts';
import { absorb, NO_FACTS, target, type RedemptionEvent } from './settlement.ts';

/** All that is known, by name; `links` leads from each name to those that share a case with it. */
export interface Knowledge {
  readonly redemptions: Map<string, RedemptionRow>;
  readonly sales: Map<string, SaleRow>;
  readonly returns: Map<string, ReturnRow>;
  readonly links: Map<string, Set<string>>;
}

/** What one message says of one thing. */
export type Fact =
  | { readonly about: 'redemption'; readonly ref: string; readonly event: RedemptionEvent }
  | { readonly about: 'sale'; readonly sale: Sale; readonly event: SaleEvent }
  | { readonly about: 'return'; readonly returnKey: string; readonly event: ReturnEvent };

export interface Case {
  readonly redemptions: readonly RedemptionRow[];
  readonly sales: readonly SaleGroup[];
  readonly returns: readonly ReturnRow[];
}

/** What must stand in the books for a case. */
export interface Targets {
  readonly redemptions: readonly { readonly row: RedemptionRow; readonly wanted?: Posted }[];
  readonly sales: readonly { readonly row: SaleRow; readonly wanted: SaleRow['posted'] }[];
}

export function saleName({ saleKey, orderId }: Sale): string {
  return `sale/${orderId ?? ''}/${saleKey ?? ''}`;
}

export function knowledgeOf(rows: {
  readonly redemptions: readonly RedemptionRow[];
  readonly sales: readonly SaleRow[];
  readonly returns: readonly ReturnRow[];
}): Knowledge {
  const none = { redemptions: new Map(), sales: new Map(), returns: new Map(), links: new Map() };
  const knowledge: Knowledge = none;
  for (const row of rows.redemptions) putRedemption(knowledge, row);
  for (const row of rows.sales) putSale(knowledge, row);
  for (const row of rows.returns) putReturn(knowledge, row);
  return knowledge;
}

export function redemptionOf({ redemptions }: Knowledge, ref: string): RedemptionRow {
  const none = { ref, facts: NO_FACTS, posted: undefined, dueAt: undefined, seq: 0 };
  return redemptions.get(ref) ?? none;
}

export function saleOf({ sales }: Knowledge, sale: Sale): SaleRow {
  return sales.get(saleName(sale)) ?? { ...sale, facts: NO_SALE, posted: undefined, seq: 0 };
}

export function returnOf({ returns }: Knowledge, returnKey: string): ReturnRow {
  return returns.get(returnKey) ?? { returnKey, facts: NO_RETURN, seq: 0 };
}

export function putRedemption(knowledge: Knowledge, row: RedemptionRow): void {
  knowledge.redemptions.set(row.ref, row);
  for (const sale of row.facts.sales) link(knowledge, `ref/${row.ref}`, saleName(sale));
}

export function putSale(knowledge: Knowledge, row: SaleRow): void {
  const name = saleName(row);
  knowledge.sales.set(name, row);
  if (row.saleKey !== undefined) link(knowledge, name, `key/${row.saleKey}`);
  if (row.orderId !== undefined) link(knowledge, name, `order/${row.orderId}`);
  for (const ref of row.facts.refs) link(knowledge, name, `ref/${ref}`);
}

export function putReturn(knowledge: Knowledge, row: ReturnRow): void {
  const name = `return/${row.returnKey}`;
  knowledge.returns.set(row.returnKey, row);
  for (const order of row.facts.orders) link(knowledge, name, `order/${order}`);
  for (const ref of row.facts.refs) link(knowledge, name, `ref/${ref}`);
}

function link({ links }: Knowledge, a: string, b: string): void {
  const add = (from: string, to: string) => {
    const known = links.get(from);
    if (known === undefined) links.set(from, new Set([to]));
    else known.add(to);
  };
  add(a, b);
  add(b, a);
}

/**
 * Joins one fact. The links are only added to: a link to what is not known leads nowhere, and a
 * larger case comes to the same.
 */
export function learn(knowledge: Knowledge, fact: Fact): void {
  switch (fact.about) {
    case 'redemption': {
      const row = redemptionOf(knowledge, fact.ref);
      return putRedemption(knowledge, { ...row, facts: absorb(row.facts, fact.event) });
    }
    case 'sale': {
      const row = saleOf(knowledge, fact.sale);
      const facts: SaleFacts = absorbSale(row.facts, fact.event);
      return putSale(knowledge, { ...row, facts });
    }
    case 'return': {
      const row = returnOf(knowledge, fact.returnKey);
      return putReturn(knowledge, { ...row, facts: absorbReturn(row.facts, fact.event) });
    }
  }
}

/** The name from which a fact's case is gathered. */
export function nameOf(fact: Fact): string {
  switch (fact.about) {
    case 'redemption':
      return `ref/${fact.ref}`;
    case 'sale':
      return saleName(fact.sale);
    case 'return':
      return `return/${fact.returnKey}`;
  }
}

/** Gathers everything that hangs together with these names. */
export function caseOf(knowledge: Knowledge, names: readonly string[]): Case {
  const found = new Set(names);
  // A set's loop reaches what is added while it runs.
  for (const name of found) for (const next of knowledge.links.get(name) ?? []) found.add(next);
  const redemptions: RedemptionRow[] = [];
  const sales: SaleRow[] = [];
  const returns: ReturnRow[] = [];
  for (const name of [...found].sort()) {
    const [kind, rest] = [name.slice(0, name.indexOf('/')), name.slice(name.indexOf('/') + 1)];
    const redemption = kind === 'ref' ? knowledge.redemptions.get(rest) : undefined;
    const sale = kind === 'sale' ? knowledge.sales.get(name) : undefined;
    const one = kind === 'return' ? knowledge.returns.get(rest) : undefined;
    if (redemption !== undefined) redemptions.push(redemption);
    if (sale !== undefined) sales.push(sale);
    if (one !== undefined) returns.push(one);
  }
  return { redemptions, sales: salesOf(sales), returns };
}

/** What must stand in the books for everything in the case. */
export function targets({ redemptions, sales, returns }: Case): Targets {
  const bySale = returnsOf(returns, sales);
  return {
    redemptions: redemptions.map((row) => {
      const carriers = sales.filter(({ refs }) => refs.includes(row.ref));
      const named = returns.filter(({ facts }) => facts.refs.includes(row.ref));
      const back = new Set([...named, ...carriers.flatMap((sale) => bySale.get(sale) ?? [])]);
      const measured = measure(carriers, [...back]);
      const wanted = target(row.facts, (captured) => givenBackBy(measured, captured));
      return wanted === undefined ? { row } : { row, wanted };
    }),
    sales: sales.flatMap((sale) => {
      const { net } = earnedOf(sale, measure([sale], bySale.get(sale) ?? []));
      return sale.rows.map((row) => {
        const { earning } = row === sale.earned?.row ? sale.earned : { earning: undefined };
        const wanted = earning && { customer: earning.customer, points: net };
        return { row, wanted };
      });
    }),
  };
}

/** Whether a return found something that it can be measured against. */
export function isMatched(found: Case, { facts }: ReturnRow): boolean {
  const currencies = Object.keys({ ...facts.value, ...facts.refunded });
  const carriers = found.sales.filter((sale) => facts.refs.some((ref) => sale.refs.includes(ref)));
  return [...saleOfReturn(facts, found.sales), ...carriers].some(
    ({ goods, earned, refs }) =>
      (earned !== undefined || refs.length > 0) &&
      currencies.some((currency) => (goods[currency] ?? 0) > 0),
  );
}
