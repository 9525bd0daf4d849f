/** The sync log as a CSV file, in pieces that a page puts together. */
import { formatDecimal, minor } from '../../shared/amount.ts';
import { EXPORT_ROWS, type ExportPiece, type LogFilter } from '../../shared/merchant/log.ts';
import type { LogOperation } from '../../shared/merchant/log.ts';
import type { Database, ShopDomain, ShopReader } from '../database/database.ts';
import { csvLine } from '../csv.ts';
import { searchLog, type Found } from './log-search.ts';
import { operationForPage } from './log-view.ts';

export const EXPORT_COLUMNS = [
  'Asked at',
  'Arrived at',
  'Register',
  'Location',
  'Staff',
  'Customer',
  'What',
  'Reference',
  'Unit',
  'Amount',
  'State',
  'Reason',
  'To be looked at',
  'Order',
  'Operation',
] as const;

export interface ExportAsked {
  readonly filter: LogFilter;
  readonly before: number | undefined;
  /** The newest position of the file; the first piece fixes it. */
  readonly through: number | undefined;
  readonly limit?: number;
}

/** Rows of one read: others wait for it where there is one connection. */
const ROWS_AT_ONCE = 1_000;

/**
 * The next piece, from several reads: what registers send is settled in between, and the positions
 * of the piece are older than all of that.
 */
export async function readExport(
  from: { readonly database: Pick<Database, 'read'>; readonly shop: ShopDomain },
  asked: ExportAsked,
): Promise<ExportPiece> {
  const { filter, limit = EXPORT_ROWS } = asked;
  const read = <T>(work: (reader: ShopReader) => Promise<T>) => from.database.read(from.shop, work);
  const through = asked.through ?? (await read((reader) => reader.shop()))?.seq ?? 0;
  const head = asked.before === undefined ? csvLine(EXPORT_COLUMNS) : '';
  let piece: ExportPiece = { csv: head, rows: 0, through, next: null, progress: 1 };
  let before = Math.min(asked.before ?? through + 1, through + 1);
  for (let time = 0; time * ROWS_AT_ONCE < limit; time += 1) {
    const search = { filter, before, limit: Math.min(ROWS_AT_ONCE, limit - piece.rows) };
    const found = await read((reader) => searchLog(reader, search));
    piece = longer(piece, found);
    if (found.next === null || piece.rows >= limit) break;
    before = found.next;
  }
  return piece;
}

function longer({ csv, rows, through }: ExportPiece, found: Found): ExportPiece {
  const { next, window } = found;
  const lines = found.rows.map((row) => csvLine(fieldsOf(operationForPage(row))));
  const newest = Math.min(through + 1, window.before);
  const all = Math.max(1, newest - window.floor);
  return {
    csv: csv + lines.join(''),
    rows: rows + lines.length,
    through,
    next,
    progress: next === null ? 1 : Math.min(1, Math.max(0, (newest - next) / all)),
  };
}

function fieldsOf(row: LogOperation): readonly (string | number)[] {
  return [
    row.askedAt === null ? '' : new Date(row.askedAt).toISOString(),
    new Date(row.at).toISOString(),
    row.register ?? row.device ?? '',
    row.location ?? '',
    row.staff ?? '',
    row.customer ?? '',
    row.kind,
    row.ref ?? '',
    row.unit ?? '',
    amountText(row),
    row.status,
    row.reason ?? '',
    row.flags.join(' '),
    row.orderId ?? '',
    row.id,
  ];
}

/** Whole points, or money as people write it: 500 in EUR is 5.00. */
function amountText({ unit, amount }: Pick<LogOperation, 'unit' | 'amount'>): string {
  if (amount === null) return '';
  return unit === null || unit === 'points'
    ? String(amount)
    : formatDecimal({ amount: minor(amount), currency: unit });
}
