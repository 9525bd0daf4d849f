/** Every balance of a shop as it stood at one moment, piece by piece. */
import type { Database, ShopDomain } from '../database/database.ts';
import { csvLine } from '../csv.ts';
import { amountText, HEADER } from './balances-file.ts';

/** Customers of one piece. */
const EXPORT_PAGE = 2_000;

export interface Piece {
  readonly csv: string;
  readonly rows: number;
  /** The moment, as a position of the feed. */
  readonly seq: number;
  /** The next piece begins behind this customer; `null` at the end. */
  readonly next: number | null;
  /** Customers up to the last one of this piece, and of the whole shop. */
  readonly done: number;
  readonly all: number;
}

/**
 * The balances of the next customers behind `after` as they stood at `seq`, in the order of their
 * numbers; the first piece (`after` 0) has the names of the columns. `undefined` for a shop that
 * the ledger doesn't know.
 */
export async function exportPiece(
  database: Pick<Database, 'read'>,
  shop: ShopDomain,
  from: { readonly after: number; readonly seq: number | undefined },
): Promise<Piece | undefined> {
  return database.read(shop, async (reader) => {
    const row = await reader.shop();
    if (row === undefined) return undefined;
    const seq = Math.min(from.seq ?? row.seq, row.seq);
    const { after } = from;
    const ids = await reader.customersAsOf({ after, limit: EXPORT_PAGE, seq });
    const [first] = ids;
    const last = ids.at(-1);
    const isSome = first !== undefined && last !== undefined;
    const balances = isSome ? await reader.balancesAsOf({ first, last, seq }) : [];
    const lines = balances
      .filter(({ balance }) => balance !== 0)
      .sort((a, b) => a.customer - b.customer || (a.unit < b.unit ? -1 : 1))
      .map(({ customer, unit, balance }) => csvLine([customer, unit, amountText(unit, balance)]));
    return {
      csv: [...(after === 0 ? [csvLine(HEADER)] : []), ...lines].join(''),
      rows: lines.length,
      seq,
      next: ids.length < EXPORT_PAGE ? null : (last ?? null),
      done: last === undefined ? row.customers : await reader.customersUpTo(last),
      all: row.customers,
    };
  });
}
