/** Comma-separated values as RFC 4180 describes them, in pieces as they come from a file. */

export interface CsvRow {
  /** The line of the file on which the row begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** Text that is no CSV; the sentence says where, and what is wrong is said without it as well. */
export class CsvError extends Error {
  override name = 'CsvError';
  readonly line: number;
  readonly told: string;

  constructor(line: number, told: string) {
    super(`Line ${line}: ${told}`);
    this.line = line;
    this.told = told;
  }
}

const FIELD_CHARS_MAX = 10_000;
const FIELDS_MAX = 100;

/**
 * Reads rows from text that arrives in pieces cut anywhere. Empty lines are left out. Throws a
 * `CsvError` on a quote in the wrong place or one that is never closed, and on more than is kept in
 * memory: a field of 10,000 characters, a row of 100 fields.
 */
export async function* readCsv(pieces: AsyncIterable<string>): AsyncGenerator<CsvRow> {
  const state = newState();
  let isFirst = true;
  for await (const piece of pieces) {
    // Spreadsheets mark their files as UTF-8 with a sign that is no text.
    const text = isFirst && piece.startsWith('\uFEFF') ? piece.slice(1) : piece;
    if (piece !== '') isFirst = false;
    for (const char of text) {
      const row = take(state, char);
      if (row !== undefined) yield row;
    }
  }
  if (state.mode === 'quoted') {
    throw new CsvError(state.begun, 'a quotation mark is opened and never closed.');
  }
  const last = endRow(state);
  if (last !== undefined) yield last;
}

interface State {
  mode: 'start' | 'plain' | 'quoted' | 'closed';
  field: string;
  fields: string[];
  line: number;
  begun: number;
  afterReturn: boolean;
}

function newState(): State {
  return { mode: 'start', field: '', fields: [], line: 1, begun: 1, afterReturn: false };
}

/** Takes one sign; answers the row that it ended. */
function take(state: State, char: string): CsvRow | undefined {
  const isSecondHalf = state.afterReturn && char === '\n';
  state.afterReturn = char === '\r';
  if (state.mode === 'quoted') return void takeQuoted(state, char, isSecondHalf);
  if (isSecondHalf) return undefined;
  if (char === '\n' || char === '\r') {
    const row = endRow(state);
    state.line += 1;
    state.begun = state.line;
    return row;
  }
  if (char === ',') return void endField(state);
  if (char === '"') {
    if (state.mode === 'start') state.mode = 'quoted';
    else if (state.mode === 'closed') {
      state.field += '"';
      state.mode = 'quoted';
    } else throw new CsvError(state.line, 'a quotation mark in the middle of a field.');
    return undefined;
  }
  if (state.mode === 'closed') {
    throw new CsvError(state.line, 'text behind a closing quotation mark.');
  }
  state.mode = 'plain';
  grow(state, char);
  return undefined;
}

function takeQuoted(state: State, char: string, isSecondHalf: boolean): void {
  if (char === '"') {
    state.mode = 'closed';
    return;
  }
  if ((char === '\n' || char === '\r') && !isSecondHalf) state.line += 1;
  grow(state, char);
}

function grow(state: State, char: string): void {
  state.field += char;
  if (state.field.length <= FIELD_CHARS_MAX) return;
  throw new CsvError(state.begun, `a field longer than ${FIELD_CHARS_MAX} characters.`);
}

function endField(state: State): void {
  if (state.fields.length >= FIELDS_MAX)
    throw new CsvError(state.begun, `a row with more than ${FIELDS_MAX} fields.`);
  state.fields.push(state.field);
  state.field = '';
  state.mode = 'start';
}

function endRow(state: State): CsvRow | undefined {
  const isEmpty = state.mode === 'start' && state.fields.length === 0;
  if (isEmpty) return undefined;
  endField(state);
  const row = { line: state.begun, fields: state.fields };
  state.fields = [];
  return row;
}

/** A spreadsheet would run these as a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** One row with its line end. Text that a spreadsheet would run is made plain text. */
export function csvLine(fields: readonly (string | number)[]): string {
  return `${fields.map((field) => csvField(String(field))).join(',')}\r\n`;
}

function csvField(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
