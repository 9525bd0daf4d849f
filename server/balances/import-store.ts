/**
 * Where a file of balances is kept on its way into the books: its parts until it is checked, its
 * rows until they are posted, and what people are told of it. Every statement names the shop first.
 */
import type { Unit } from '../../shared/amount.ts';
import {
  IMPORT_PART_BYTES_MAX,
  IMPORT_PROBLEMS_TOLD,
  importStateSchema,
  type ImportRequest,
  type ImportState,
} from '../../shared/merchant/balances-file.ts';
import * as v from '../../shared/schema.ts';
import type { Database, ShopDomain } from '../database/database.ts';
import { number, perhapsNumber, text, type Row, type Sql } from '../database/sql.ts';
import type { BalanceLine, Problem } from './balances-file.ts';

/** One import of one shop. */
export interface Place {
  readonly shop: ShopDomain;
  readonly id: string;
}

/** What a check found of a whole file. */
export interface Checked {
  readonly rows: number;
  readonly customers: number;
  readonly sums: ReadonlyMap<Unit, number>;
}

/** A file as it is kept. */
export interface Kept {
  readonly state: ImportState;
  readonly bytes: number;
  readonly sha256: string;
}

export type ImportStore = ReturnType<typeof createImportStore>;

/** Files that are not decided yet, of one shop; beyond, the oldest makes room. */
const OPEN_MAX = 5;
const TOLD_MAX = 20;
const NAMED = 'WHERE shop = ? AND import_id = ?';
const PARTS = `(SELECT count(*) FROM import_part p
  WHERE p.shop = f.shop AND p.import_id = f.import_id) AS parts`;
/** Counted only where it says how far a posting has come. */
const LEFT = `CASE WHEN f.state = 'applying' THEN (SELECT count(*) FROM import_row r
  WHERE r.shop = f.shop AND r.import_id = f.import_id) ELSE 0 END AS rows_left`;
const FILE = `SELECT f.*, ${PARTS}, ${LEFT} FROM import_file f WHERE f.shop = ?`;
const ADD = `INSERT INTO import_file (shop, import_id, name, bytes, sha256, state, row_count,
    customers, sums, problems, problem_count, check_token, begun_by, begun_at, done_at)
  VALUES (?, ?, ?, ?, ?, 'sending', 0, 0, '[]', '[]', 0, NULL, ?, ?, NULL)`;
const PUT_PART = `INSERT INTO import_part (shop, import_id, n, content) VALUES (?, ?, ?, ?)
  ON CONFLICT (shop, import_id, n) DO UPDATE SET content = excluded.content`;
const ADD_ROWS = 'INSERT INTO import_row (shop, import_id, line, customer_id, unit, amount) VALUES';
/** Rows of one statement: so that a database over a network is not asked for each. */
const ROWS_AT_ONCE = 100;
const OPEN = `SELECT import_id FROM import_file
  WHERE shop = ? AND state IN ('sending', 'refused', 'checked') ORDER BY begun_at DESC, import_id`;
const IS_CHECKING = `SELECT 1 FROM import_file
  ${NAMED} AND check_token = ? AND state = 'sending'`;

export const partsOf = (bytes: number): number => Math.ceil(bytes / IMPORT_PART_BYTES_MAX);

async function keptIn(sql: Sql, { shop, id }: Place): Promise<Kept | undefined> {
  const [row] = await sql.all(`${FILE} AND f.import_id = ?`, shop, id);
  return row === undefined ? undefined : keptOf(row);
}

async function removeIn(sql: Sql, { shop, id }: Place): Promise<void> {
  for (const table of ['import_row', 'import_part', 'import_file'])
    await sql.run(`DELETE FROM ${table} ${NAMED}`, shop, id);
}

export function createImportStore({ tables }: Pick<Database, 'tables'>) {
  return {
    of: (place: Place) => tables((sql) => keptIn(sql, place)),

    /** The newest first. */
    all: (shop: ShopDomain) =>
      tables(async (sql) => {
        const order = `ORDER BY f.begun_at DESC, f.import_id LIMIT ${TOLD_MAX}`;
        return (await sql.all(`${FILE} ${order}`, shop)).map((row) => keptOf(row).state);
      }),

    /** Begins it unless it is there; one that was refused begins anew. */
    begin: (place: Place, asked: ImportRequest, by: { readonly by: string; readonly at: number }) =>
      tables(async (sql) => {
        const { shop, id } = place;
        const before = await keptIn(sql, place);
        const isOther = before?.state.state === 'sending' && before.bytes !== asked.bytes;
        if (before !== undefined && before.state.state !== 'refused' && !isOther) return before;
        await removeIn(sql, place);
        const open = (await sql.all(OPEN, shop)).slice(OPEN_MAX - 1);
        for (const row of open) await removeIn(sql, { shop, id: text(row, 'import_id') });
        await sql.run(ADD, shop, id, asked.name, asked.bytes, asked.sha256, by.by, by.at);
        return keptIn(sql, place);
      }),

    /** Answers the import as it then is; the part is kept only while the file is being sent. */
    putPart: (place: Place, n: number, content: Buffer) =>
      tables(async (sql) => {
        const before = await keptIn(sql, place);
        if (before?.state.state !== 'sending') return before;
        await sql.run(PUT_PART, place.shop, place.id, n, content.toString('base64'));
        return keptIn(sql, place);
      }),

    part: ({ shop, id }: Place, n: number) =>
      tables(async (sql) => {
        const [row] = await sql.all(
          `SELECT content FROM import_part ${NAMED} AND n = ?`,
          shop,
          id,
          n,
        );
        return row === undefined ? undefined : Buffer.from(text(row, 'content'), 'base64');
      }),

    /** From here on this check alone fills its rows. */
    beginCheck: ({ shop, id }: Place, token: string) =>
      tables(async (sql) => {
        const take = `UPDATE import_file SET check_token = ? ${NAMED} AND state = 'sending'`;
        if ((await sql.run(take, token, shop, id)) === 0) return;
        await sql.run(`DELETE FROM import_row ${NAMED}`, shop, id);
      }),

    /** Whether they were kept: another check may have begun meanwhile. */
    addRows: ({ shop, id }: Place, token: string, rows: readonly BalanceLine[]) =>
      tables(async (sql) => {
        if ((await sql.all(IS_CHECKING, shop, id, token)).length === 0) return false;
        for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
          const part = rows.slice(from, from + ROWS_AT_ONCE);
          const places = part.map(() => '(?, ?, ?, ?, ?, ?)').join(', ');
          const values = part.flatMap(({ line, customer, unit, amount }) => {
            return [shop, id, line, customer, unit, amount];
          });
          await sql.run(`${ADD_ROWS} ${places}`, ...values);
        }
        return true;
      }),

    /** Ends this check; `state` is "sending" when the file must be sent again. */
    endCheck: (
      place: Place,
      token: string,
      found: Checked & {
        readonly state: 'sending' | 'refused' | 'checked';
        readonly problems: readonly Problem[];
        readonly problemCount: number;
      },
    ) =>
      tables(async (sql) => {
        const { shop, id } = place;
        const sums = [...found.sums].map(([unit, amount]) => ({ unit, amount }));
        const isOurs = await sql.run(
          `UPDATE import_file SET state = ?, row_count = ?, customers = ?, sums = ?, problems = ?,
            problem_count = ?, check_token = NULL ${NAMED} AND check_token = ?`,
          found.state,
          found.rows,
          found.customers,
          JSON.stringify(sums),
          JSON.stringify(found.problems),
          found.problemCount,
          shop,
          id,
          token,
        );
        if (isOurs > 0) {
          await sql.run(`DELETE FROM import_part ${NAMED}`, shop, id);
          if (found.state !== 'checked') await sql.run(`DELETE FROM import_row ${NAMED}`, shop, id);
        }
        return keptIn(sql, place);
      }),

    /** The decision: from here on every row goes into the books. */
    apply: (place: Place, by: string) =>
      tables(async (sql) => {
        const set = "SET state = 'applying', begun_by = ?";
        const { shop, id } = place;
        await sql.run(`UPDATE import_file ${set} ${NAMED} AND state = 'checked'`, by, shop, id);
        return keptIn(sql, place);
      }),

    /** Refuses a checked file that has rows of this unit; `undefined` when it has none. */
    refuse: (place: Place, unit: Unit, why: string) =>
      tables(async (sql) => {
        const { shop, id } = place;
        const of = `${NAMED} AND unit = ?`;
        const named = `SELECT line FROM import_row ${of} ORDER BY line LIMIT ?`;
        const lines = await sql.all(named, shop, id, unit, IMPORT_PROBLEMS_TOLD);
        if (lines.length === 0) return undefined;
        const [all] = await sql.all(`SELECT count(*) AS n FROM import_row ${of}`, shop, id, unit);
        const problems = lines.map((row) => ({ line: number(row, 'line'), text: why }));
        const isRefused = await sql.run(
          `UPDATE import_file SET state = 'refused', row_count = 0, customers = 0, sums = '[]',
            problems = ?, problem_count = ? ${NAMED} AND state = 'checked'`,
          JSON.stringify(problems),
          all === undefined ? lines.length : number(all, 'n'),
          shop,
          id,
        );
        // Somebody has decided it a moment before.
        if (isRefused === 0) return undefined;
        await sql.run(`DELETE FROM import_row ${NAMED}`, shop, id);
        return keptIn(sql, place);
      }),

    /** Imports of a shop that are decided and not done. */
    applying: (shop: ShopDomain) =>
      tables(async (sql) => {
        const decided = "SELECT import_id FROM import_file WHERE shop = ? AND state = 'applying'";
        return (await sql.all(decided, shop)).map((row) => text(row, 'import_id'));
      }),

    rows: ({ shop, id }: Place, page: { readonly after: number; readonly limit: number }) =>
      tables(async (sql) => {
        const next = `SELECT * FROM import_row ${NAMED} AND line > ? ORDER BY line LIMIT ?`;
        return (await sql.all(next, shop, id, page.after, page.limit)).map(lineOf);
      }),

    /** Which of the lines from `first` to `last` are still there. */
    staged: async (sql: Sql, { shop, id }: Place, [first, last]: readonly [number, number]) => {
      const there = `SELECT line FROM import_row ${NAMED} AND line >= ? AND line <= ?`;
      const rows = await sql.all(there, shop, id, first, last);
      return new Set(rows.map((row) => number(row, 'line')));
    },

    /** Lines that `rows` has answered as neighbours are in the books, but for those that wait. */
    removeRows: ({ shop, id }: Place, lines: readonly number[], waiting: readonly number[]) =>
      tables(async (sql) => {
        const range = `DELETE FROM import_row ${NAMED} AND line >= ? AND line <= ?`;
        for (const [first, last] of spansOf(lines, new Set(waiting)))
          await sql.run(range, shop, id, first, last);
      }),

    /** Done when no row is left; else `problems` says what the rest waits for. */
    endPass: (place: Place, problems: readonly Problem[], now: number) =>
      tables(async (sql) => {
        const { shop, id } = place;
        const told = `UPDATE import_file SET problems = ?, problem_count = ? ${NAMED}`;
        const count = problems.length;
        await sql.run(told, JSON.stringify(problems.slice(0, TOLD_MAX)), count, shop, id);
        await sql.run(
          `UPDATE import_file SET state = 'done', done_at = ? ${NAMED} AND state = 'applying'
            AND NOT EXISTS (SELECT 1 FROM import_row r
              WHERE r.shop = import_file.shop AND r.import_id = import_file.import_id)`,
          now,
          shop,
          id,
        );
        return keptIn(sql, place);
      }),

    /** What is older than this is forgotten, unless it is being applied. */
    removeOld: (shop: ShopDomain, before: number) =>
      tables(async (sql) => {
        const old = await sql.all(
          `SELECT import_id FROM import_file
            WHERE shop = ? AND begun_at < ? AND state <> 'applying'`,
          shop,
          before,
        );
        for (const row of old) await removeIn(sql, { shop, id: text(row, 'import_id') });
      }),
  };
}

const sumsSchema = importStateSchema.entries.sums;
const problemsSchema = importStateSchema.entries.problems;

function keptOf(row: Row): Kept {
  const [bytes, rows] = [number(row, 'bytes'), number(row, 'row_count')];
  const state = v.parse(importStateSchema.entries.state, text(row, 'state'));
  const partsAll = partsOf(bytes);
  const isDecided = state === 'applying' || state === 'done';
  return {
    bytes,
    sha256: text(row, 'sha256'),
    state: {
      id: text(row, 'import_id'),
      name: text(row, 'name'),
      state,
      parts: state === 'sending' ? number(row, 'parts') : partsAll,
      partsAll,
      rows,
      done: isDecided ? Math.max(0, rows - number(row, 'rows_left')) : 0,
      customers: number(row, 'customers'),
      sums: v.parse(sumsSchema, JSON.parse(text(row, 'sums'))),
      problems: v.parse(problemsSchema, JSON.parse(text(row, 'problems'))),
      problemCount: number(row, 'problem_count'),
      by: text(row, 'begun_by'),
      at: number(row, 'begun_at'),
      doneAt: perhapsNumber(row, 'done_at') ?? null,
    },
  };
}

const lineOf = (row: Row): BalanceLine => ({
  line: number(row, 'line'),
  customer: number(row, 'customer_id'),
  unit: text(row, 'unit') as Unit,
  amount: number(row, 'amount'),
});

/** From the first to the last line of each run of neighbours that none of `without` interrupts. */
function spansOf(lines: readonly number[], without: ReadonlySet<number>) {
  const spans: [number, number][] = [];
  let isOpen = false;
  for (const line of lines) {
    const last = spans.at(-1);
    if (without.has(line)) isOpen = false;
    else if (isOpen && last !== undefined) last[1] = line;
    else {
      spans.push([line, line]);
      isOpen = true;
    }
  }
  return spans;
}
