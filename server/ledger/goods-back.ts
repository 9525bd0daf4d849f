/**
 * How much came back, when registers and Shopify's orders tell of the same returns. A register
 * names a return by its refund, else by its return, its exchange or what it saw; an order names
 * refunds alone. What can't be told apart counts as one: value is not given back twice.
 */
import type { ReturnRow } from '../database/database.ts';
import { added, joined, type Amounts } from './joins.ts';

/** Once an order has told of a refund, its name is sure; the others may be other names for it. */
const isRefund = ({ returnKey }: ReturnRow): boolean => returnKey.startsWith('refund/');
/** What POS gave no name at all. */
const isNameless = ({ returnKey }: ReturnRow): boolean => returnKey.startsWith('event/');

const mostOf = ({ facts }: ReturnRow): Amounts => joined([facts.value, facts.refunded ?? {}]);

/** The goods of all these returns, by currency, at the least that fits what was told of them. */
export function backOf(rows: readonly ReturnRow[]): Amounts {
  const back = rows.filter(({ facts }) => facts.isWhole !== true);
  const named = back.filter((row) => !isRefund(row));
  const refunds = back.filter(isRefund);
  const isToldTwice = (row: ReturnRow) =>
    refunds.some(({ facts }) => facts.partOf?.includes(row.returnKey) === true);
  const partsOf = ({ returnKey }: ReturnRow) =>
    refunds.filter(({ facts }) => facts.partOf?.[0] === returnKey);
  const tied = named.filter((row) => partsOf(row).length > 0);
  const parts = new Set(tied.flatMap(partsOf));
  const free = refunds.filter((row) => !parts.has(row));
  const isByOrderAlone = ({ facts }: ReturnRow) => Object.keys(facts.value).length === 0;
  const sure = [
    ...tied.map((row) => joined([mostOf(row), added(partsOf(row).map(mostOf))])),
    ...free.filter((row) => !isByOrderAlone(row)).map(mostOf),
  ];
  const byRegister = named.filter((row) => !isToldTwice(row));
  const byOrder = free.filter(isByOrderAlone);
  return added([...sure, leastOf(byRegister, byOrder)]);
}

/** Of what registers alone and orders alone told: each sum of what is surely apart is a least. */
function leastOf(byRegister: readonly ReturnRow[], byOrder: readonly ReturnRow[]): Amounts {
  const sum = (rows: readonly ReturnRow[]) => added(rows.map(mostOf));
  const ofReturns = byRegister.filter((row) => !isNameless(row));
  // The order says of these that they belong to no return.
  const apart = byOrder.filter(({ facts }) => facts.partOf?.length === 0);
  return joined([sum(byRegister), sum(byOrder), sum([...ofReturns, ...apart])]);
}
