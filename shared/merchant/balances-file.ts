/** Balances as a CSV file: import in steps that can be repeated, and export. */
import { text, whole } from '../protocol.ts';
import * as v from '../schema.ts';
import { amountSchema, nextSchema, perhaps, timeSchema, unitSchema } from './fields.ts';

/** One part of a file that is sent; the whole file has at most `IMPORT_ROWS_MAX` rows. */
export const IMPORT_PART_BYTES_MAX = 256 * 1_024;
export const IMPORT_BYTES_MAX = 16 * 1_024 * 1_024;
export const IMPORT_ROWS_MAX = 200_000;
export const IMPORT_PROBLEMS_TOLD = 100;

const sha256Schema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/**
 * `POST /api/admin/imports` begins one, or finds the one of the same file again (same SHA-256), so
 * that an import that was interrupted goes on and one that ended is not done twice.
 */
export const importRequestSchema = v.strictObject({
  name: text(200),
  bytes: v.pipe(whole(1), v.maxValue(IMPORT_BYTES_MAX)),
  sha256: sha256Schema,
});
export type ImportRequest = v.InferOutput<typeof importRequestSchema>;

/**
 * sending   parts are missing; `parts` says how many are here
 * refused   something is wrong with it, by line; nothing was changed
 * checked   everything can be imported; nothing was changed yet
 * applying  decided; goes on by itself until it is done, also after the server was stopped
 * done      every row is in the books
 */
export const importStateSchema = v.object({
  id: text(40),
  name: text(200),
  state: v.picklist(['sending', 'refused', 'checked', 'applying', 'done']),
  parts: whole(0),
  partsAll: whole(1),
  rows: whole(0),
  done: whole(0),
  customers: whole(0),
  sums: v.array(v.object({ unit: unitSchema, amount: amountSchema })),
  problems: v.array(v.object({ line: whole(0), text: text(300) })),
  /** Also of problems that are not listed. */
  problemCount: whole(0),
  by: text(40),
  at: timeSchema,
  doneAt: perhaps(timeSchema),
});
export type ImportState = v.InferOutput<typeof importStateSchema>;

/**
 * `PUT /api/admin/imports/:id/parts/:n` with `text/csv` (n from 0, each but the last exactly
 * `IMPORT_PART_BYTES_MAX` bytes), `POST /api/admin/imports/:id/check`, `…/apply`, `GET …/:id`: all
 * answer `{import}`. `GET /api/admin/imports` answers `{imports}`, the newest 20.
 */
export const importAnswerSchema = v.object({ import: importStateSchema });
export const importsSchema = v.object({ imports: v.array(importStateSchema) });

/**
 * `GET /api/admin/balances/export?after=&seq=`: the next piece of every balance as it stood at
 * `seq`; the first piece has the line of column names.
 */
export const balancesPieceSchema = v.object({
  csv: v.string(),
  rows: whole(0),
  seq: whole(0),
  next: nextSchema,
  /** 0 to 1. */
  progress: v.number(),
});
export type BalancesPiece = v.InferOutput<typeof balancesPieceSchema>;
