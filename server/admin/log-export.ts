/** The sync log as a CSV file, in pieces that a page puts together. */
import { formatDecimal, minor } from '../../shared/amount.ts';
import { EXPORT_ROWS, type ExportPiece, type LogFilter } from '../../shared/merchant/log.ts';
import type { LogOperation } from '../../shared/merchant/log.ts';
import type { ShopReader } from '../database/database.ts';
import { csvLine } from '../csv.ts';
import { searchLog } from './log-search.ts';
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
  readonly lookedAtMax?: number;
}

export async function readExport(reader: ShopReader, asked: ExportAsked): Promise<ExportPiece> {
  const { filter, lookedAtMax } = asked;
  const through = asked.through ?? (await reader.shop())?.seq ?? 0;
  const { rows, next, window } = await searchLog(reader, {
    filter,
    before: Math.min(asked.before ?? through + 1, through + 1),
    limit: asked.limit ?? EXPORT_ROWS,
    ...(lookedAtMax === undefined ? {} : { lookedAtMax }),
  });
  const lines = rows.map((row) => csvLine(fieldsOf(operationForPage(row))));
  const head = asked.before === undefined ? csvLine(EXPORT_COLUMNS) : '';
  const newest = Math.min(through + 1, window.before);
  const all = Math.max(1, newest - window.floor);
  const done = next === null ? 1 : Math.min(1, Math.max(0, (newest - next) / all));
  return { csv: head + lines.join(''), rows: rows.length, through, next, progress: done };
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
