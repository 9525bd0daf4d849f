/**
 * Rows of a file that was decided to be imported, as one decision of the ledger. Nothing in it can
 * fail: what the books have no room for waits, as does what is kept at Shopify since it was
 * decided, and everything else is posted.
 */
import type { Database, ShopDomain } from '../database/database.ts';
import { AMOUNT_MAX, type Unit } from '../../shared/amount.ts';
import type { Sql } from '../database/sql.ts';
import type { Decision } from '../ledger/decision.ts';
import { fits, type Draft } from '../ledger/draft.ts';
import { decidePosting, type Posting } from '../ledger/posting.ts';
import { KEPT_AT_SHOPIFY, postingOf, type BalanceLine, type Problem } from './balances-file.ts';

/**
 * What a balance may come to by an import, at most: half of what one can hold, so that whatever
 * registers do between the check and the last row finds room as well.
 */
export const IMPORTED_MAX = AMOUNT_MAX / 2;
const ASKED_AT_ONCE = 500;
const NO_ROOM = 'It waits: with it the balance would be larger than one may be.';
const NOT_HERE = `It waits. ${KEPT_AT_SHOPIFY}`;

/**
 * Posts these rows, each once for ever; answers those that have to wait, and why. What is not
 * `staged` any more is of a customer who was forgotten since the rows were read.
 */
export function importDecision(
  sha256: string,
  rows: readonly BalanceLine[],
  by: {
    readonly foreign: Unit | undefined;
    readonly staged: (sql: Sql) => Promise<ReadonlySet<number>>;
  },
): Decision<readonly Problem[]> {
  const postings = rows.map((row) => ({ ...row, posting: postingOf(sha256, row) }));
  let staged: ReadonlySet<number> = new Set();
  return {
    weight: rows.length,
    reads: {
      keys: postings.map(({ posting }) => posting.key),
      customers: rows.map(({ customer }) => customer),
    },
    look: async (sql) => {
      staged = await by.staged(sql);
    },
    decide: (draft, now) => {
      const waiting: Problem[] = [];
      for (const { line, unit, posting } of postings) {
        if (draft.settled.has(posting.key) || !staged.has(line)) continue;
        if (unit === by.foreign) waiting.push({ line, text: NOT_HERE });
        else if (!hasRoom(draft, posting)) waiting.push({ line, text: NO_ROOM });
        else decidePosting(draft, posting, now);
      }
      return waiting;
    },
  };
}

function hasRoom(draft: Draft, { customer, lines }: Posting): boolean {
  const known = draft.customers.get(customer);
  if (known === undefined) return true;
  const none = { held: 0, redeemed: 0 };
  const moves = lines.map(({ unit, amount }) => ({
    ...{ key: known.key, unit, customer: amount, issued: 0 - amount },
    ...none,
  }));
  return fits(draft, moves);
}

/** The rows after which a balance would be too large, of balances as they stand now. */
export async function roomProblems(
  database: Pick<Database, 'read'>,
  shop: ShopDomain,
  rows: readonly BalanceLine[],
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (let from = 0; from < rows.length; from += ASKED_AT_ONCE) {
    const part = rows.slice(from, from + ASKED_AT_ONCE);
    const balances = await database.read(shop, async (reader) => {
      const known = await reader.customers(part.map(({ customer }) => customer));
      const ids = new Map(known.map(({ id, key }) => [key, id]));
      const accounts = await reader.accounts([...ids.keys()]);
      return new Map(accounts.map((one) => [`${ids.get(one.key)}/${one.unit}`, one.customer]));
    });
    for (const { line, customer, unit, amount } of part) {
      const after = (balances.get(`${customer}/${unit}`) ?? 0) + amount;
      if (Math.abs(after) <= IMPORTED_MAX) continue;
      problems.push({ line, text: 'With it the balance would be larger than one may be.' });
    }
  }
  return problems;
}
