/**
 * Takes what a message says into the draft and finds what must be posted, so that the books follow
 * from everything that is known of its case.
 */
import type { Posted, RedemptionRow, SaleRow } from '../database/database.ts';
import {
  caseOf,
  learn,
  nameOf,
  putRedemption,
  putReturn,
  putSale,
  returnOf,
  saleName,
  targets,
  type Case,
  type Fact,
  type Targets,
} from './cases.ts';
import type { Draft, Move } from './draft.ts';

/** How long the ledger waits for word of a missing redemption: tapped connected, or cut off. */
export const MISSING_ONLINE_MS = 15 * 60_000;
export const MISSING_OFFLINE_MS = 24 * 3_600_000;

export interface Settled {
  readonly found: Case;
  readonly wanted: Targets;
  /** The difference to what was posted, one move for each account. */
  readonly moves: readonly Move[];
  /** Posts it, at this position of the feed. */
  readonly keep: (seq: number) => void;
  /** Forgets what the message said. */
  readonly undo: () => void;
}

/** Learns the facts of one message; the caller either keeps or undoes it. */
export function settleCase(draft: Draft, facts: readonly Fact[]): Settled {
  const undoes = facts.map((fact) => undoOf(draft, fact));
  for (const fact of facts) learn(draft, fact);
  const names = facts.map(nameOf);
  const found = caseOf(draft, names);
  const wanted = targets(found);
  const moves = summed([
    ...wanted.redemptions.flatMap((one) => difference(one.row.posted, one.wanted)),
    ...wanted.sales.flatMap((one) => earned(one.row.posted, one.wanted)),
  ]);
  return {
    found,
    wanted,
    moves,
    keep: (seq) => keep(draft, { wanted, told: new Set(names), seq }),
    undo: () => {
      for (const undo of undoes) undo();
    },
  };
}

function undoOf(draft: Draft, fact: Fact): () => void {
  switch (fact.about) {
    case 'redemption':
      return restorer(draft.redemptions, fact.ref);
    case 'sale':
      return restorer(draft.sales, saleName(fact.sale));
    case 'return':
      return restorer(draft.returns, fact.returnKey);
  }
}

function restorer<T>(rows: Map<string, T>, name: string): () => void {
  const row = rows.get(name);
  return () => (row === undefined ? rows.delete(name) : rows.set(name, row));
}

/** Keeps what the message told of, and whatever else of the case now stands differently. */
function keep(
  draft: Draft,
  by: { readonly wanted: Targets; readonly told: ReadonlySet<string>; readonly seq: number },
): void {
  const { wanted, told, seq } = by;
  for (const { row, wanted: posted } of wanted.redemptions) {
    if (!told.has(`ref/${row.ref}`) && isSamePosted(row.posted, posted)) continue;
    putRedemption(draft, { ...row, posted, dueAt: dueAt(row, posted), seq });
    draft.touched.redemptions.add(row.ref);
  }
  for (const { row, wanted: posted } of wanted.sales) {
    const name = saleName(row);
    if (!told.has(name) && isSameEarned(row.posted, posted)) continue;
    putSale(draft, { ...row, posted, seq });
    draft.touched.sales.add(name);
  }
  for (const name of told) {
    if (!name.startsWith('return/')) continue;
    const row = returnOf(draft, name.slice('return/'.length));
    putReturn(draft, { ...row, seq });
    draft.touched.returns.add(row.returnKey);
  }
}

function dueAt({ facts }: RedemptionRow, posted: Posted | undefined): number | undefined {
  if (facts.missingSince === undefined || posted === undefined || posted.held === 0)
    return undefined;
  return facts.missingSince + (facts.offline ? MISSING_OFFLINE_MS : MISSING_ONLINE_MS);
}

function isSamePosted(a: Posted | undefined, b: Posted | undefined): boolean {
  return a?.captured === b?.captured && a?.givenBack === b?.givenBack && a?.held === b?.held;
}

function isSameEarned(a: SaleRow['posted'], b: SaleRow['posted']): boolean {
  return a?.customer === b?.customer && a?.points === b?.points;
}

/**
 * What must be moved so that `posted` becomes `wanted`, even if another account is now the right
 * one.
 */
function difference(posted: Posted | undefined, wanted: Posted | undefined): readonly Move[] {
  const undone = posted === undefined ? [] : [moveBy(posted, 0 - posted.held, 0 - posted.captured)];
  return wanted === undefined ? undone : [...undone, moveBy(wanted, wanted.held, wanted.captured)];
}

function moveBy(account: Posted, held: number, captured: number): Move {
  const { customer: key, unit } = account;
  return { key, unit, customer: 0 - held - captured, held, redeemed: captured, issued: 0 };
}

function earned(posted: SaleRow['posted'], wanted: SaleRow['posted']): readonly Move[] {
  const part = (one: SaleRow['posted'], sign: 1 | -1): readonly Move[] => {
    if (one === undefined) return [];
    const points = sign * one.points;
    const move = { key: one.customer, unit: 'points', held: 0, redeemed: 0 } as const;
    return [{ ...move, customer: points, issued: 0 - points }];
  };
  return [...part(posted, -1), ...part(wanted, 1)];
}

/** One move for each account, so that what only changes its place shows nowhere. */
function summed(moves: readonly Move[]): readonly Move[] {
  const sums = new Map<string, Move>();
  for (const move of moves) {
    const name = `${move.key}/${move.unit}`;
    const known = sums.get(name);
    sums.set(name, known === undefined ? move : plus(known, move));
  }
  return [...sums.values()];
}

function plus(a: Move, b: Move): Move {
  return {
    ...a,
    customer: a.customer + b.customer,
    held: a.held + b.held,
    redeemed: a.redeemed + b.redeemed,
    issued: a.issued + b.issued,
  };
}
