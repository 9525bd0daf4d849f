/** What a part of the bench says: one table, the targets that it is held to, and pictures. */

export type Cell = string | number | undefined;

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A ratio or a count of one run, and the bound that it must keep. */
export interface Target {
  readonly says: string;
  /** `undefined` when this run could not measure it. */
  readonly measured: number | undefined;
  readonly bound: { readonly atLeast: number } | { readonly atMost: number };
}

export interface Chart {
  /** Also the picture's file name. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly {
    readonly label: string;
    readonly value: number;
    readonly own: boolean;
  }[];
}

export interface Report {
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
  /** How it was measured, and what must be known to read the numbers. */
  readonly notes: readonly string[];
  readonly charts: readonly Chart[];
}

export type Verdict = 'met' | 'not met' | 'not measured';

export function verdictOf({ measured, bound }: Target): Verdict {
  if (measured === undefined || Number.isNaN(measured)) return 'not measured';
  const isMet = 'atLeast' in bound ? measured >= bound.atLeast : measured <= bound.atMost;
  return isMet ? 'met' : 'not met';
}

/** A number as a person reads it: thousands apart, three digits that count. */
export function shown(cell: Cell): string {
  if (cell === undefined) return '–';
  if (typeof cell === 'string') return cell;
  if (!Number.isFinite(cell)) return '–';
  const rounded = Math.abs(cell) >= 100 ? Math.round(cell) : Number(cell.toPrecision(3));
  const [whole = '', part] = String(rounded).split('.');
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return part === undefined ? apart : `${apart}.${part}`;
}

/** The table as Markdown, which is as readable on a terminal; numbers stand to the right. */
export function markdownTable({ columns, rows }: Table): string {
  const isNumber = columns.map((_, i) => rows.some((row) => typeof row[i] === 'number'));
  const cells = [columns, ...rows.map((row) => row.map(shown))];
  const widths = columns.map((_, i) => Math.max(3, ...cells.map((row) => width(row[i] ?? ''))));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((most, i) => pad(row[i] ?? '', most, isNumber[i] === true)).join(' | ')} |`;
  const rule = widths.map((most, i) =>
    isNumber[i] === true ? `${'-'.repeat(most - 1)}:` : '-'.repeat(most),
  );
  const [head = [], ...body] = cells;
  return [line(head), `| ${rule.join(' | ')} |`, ...body.map(line)].join('\n');
}

const width = (text: string): number => [...text].length;

function pad(text: string, most: number, isRight: boolean): string {
  const space = ' '.repeat(Math.max(0, most - width(text)));
  return isRight ? space + text : text + space;
}

/** Targets as one more table. */
export function targetTable(targets: readonly Target[]): Table {
  return {
    title: 'Targets',
    columns: ['target', 'bound', 'measured', 'verdict'],
    rows: targets.map((target) => [
      target.says,
      'atLeast' in target.bound
        ? `≥ ${shown(target.bound.atLeast)}`
        : `≤ ${shown(target.bound.atMost)}`,
      shown(target.measured),
      verdictOf(target),
    ]),
  };
}

/** Everything that a report says, as a section of a document. */
export function reportText(report: Report): string {
  const targets = report.targets.length === 0 ? [] : [targetTable(report.targets)];
  const tables = [...report.tables, ...targets].map(
    (table) => `### ${table.title}\n\n${markdownTable(table)}\n`,
  );
  const notes = report.notes.map((note) => `* ${note}`).join('\n');
  return [...tables, ...(notes === '' ? [] : [`${notes}\n`])].join('\n');
}
