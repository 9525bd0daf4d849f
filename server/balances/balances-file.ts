/**
 * Balances as a file: one row for each customer and unit. An import adds what the file says to what
 * is there; a row counts once, ever, so a file that was interrupted is finished by importing it
 * again.
 */
import { createHash } from 'node:crypto';
import {
  AMOUNT_MAX,
  decimals,
  formatDecimal,
  isUnit,
  minor,
  parseMinor,
} from '../../shared/amount.ts';
import type { Unit } from '../../shared/amount.ts';
import { customerSchema, type CustomerId } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';
import type { ShopDomain } from '../database/database.ts';
import { OPERATIONS_PER_TRANSACTION_MAX, type Ledger } from '../ledger.ts';
import type { Posting } from '../ledger/posting.ts';
import { CsvError, readCsv, type CsvRow } from '../csv.ts';

export const HEADER = ['customer', 'unit', 'balance'] as const;
const KEY_HEX = 32;

export interface BalanceLine {
  readonly line: number;
  readonly customer: CustomerId;
  readonly unit: Unit;
  /** Whole points, or minor units. */
  readonly amount: number;
}

/** Something that is wrong with a file; line 0 stands for the whole of it. */
export interface Problem {
  readonly line: number;
  /** A sentence. */
  readonly text: string;
}

/** What a file holds, or what is wrong with it, by line. */
export interface Preview {
  /** The first of them. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
  readonly rows: number;
  readonly customers: number;
  /** Sums by unit, in whole points or minor units. */
  readonly sums: ReadonlyMap<Unit, number>;
  /** SHA-256 of the file, in hex. */
  readonly sha256: string;
}

/** Opens the file anew from its start. */
export type OpenFile = () => AsyncIterable<Buffer>;

/** Says how far a long piece of work has come. */
export type Progress = (done: number, all: number) => void;

/** Points as a whole number, money as decimal text. */
export function amountText(unit: Unit, amount: number): string {
  return unit === 'points'
    ? String(amount)
    : formatDecimal({ currency: unit, amount: minor(amount) });
}

export interface PreviewOptions {
  readonly problemsTold: number;
  /** The file is not read beyond so many rows. */
  readonly rowsMax?: number;
  /** Balances in this unit are somebody else's to keep. */
  readonly foreign?: Unit | undefined;
  readonly onRow?: (row: BalanceLine) => void;
}

/** Why a row is not taken while the merchant keeps its currency at Shopify. */
export const KEPT_AT_SHOPIFY = 'Store credit is kept at Shopify: balances of it are changed there.';

/** Reads the whole file and changes nothing. */
export async function previewBalances(open: OpenFile, options: PreviewOptions): Promise<Preview> {
  const { problemsTold, rowsMax = Infinity, foreign, onRow } = options;
  const problems: Problem[] = [];
  let problemCount = 0;
  const wrong = (problem: Problem) => {
    problemCount += 1;
    if (problems.length < problemsTold) problems.push(problem);
  };
  const customers = new Set<CustomerId>();
  const sums = new Map<Unit, number>();
  const seen = new Map<string, number>();
  const hash = createHash('sha256');
  let rows = 0;
  const file = tapped(open(), (bytes) => void hash.update(bytes));
  for await (const read of readLines(file.pieces)) {
    if ('text' in read) {
      wrong(read);
      continue;
    }
    const { line, customer, unit, amount } = read;
    const name = `${customer}/${unit}`;
    const earlier = seen.get(name);
    if (earlier !== undefined) {
      wrong({ line, text: `Customer ${customer} has ${unit} in line ${earlier} too.` });
    }
    seen.set(name, line);
    if (unit === foreign) wrong({ line, text: KEPT_AT_SHOPIFY });
    customers.add(customer);
    sums.set(unit, (sums.get(unit) ?? 0) + amount);
    rows += 1;
    if (rows > rowsMax) {
      wrong({ line: 0, text: `The file has more than ${rowsMax} rows: send it in several files.` });
      break;
    }
    onRow?.(read);
  }
  await file.drain();
  if (rows === 0 && problemCount === 0) wrong({ line: 0, text: 'The file holds no balances.' });
  const counts = { rows, customers: customers.size, sums };
  return { problems, problemCount, ...counts, sha256: hash.digest('hex') };
}

/** Pieces that stay open when their reader stops, so that what is behind can be drained. */
function tapped(pieces: AsyncIterable<Buffer>, tap: (bytes: Buffer) => void) {
  const iterator = pieces[Symbol.asyncIterator]();
  const next = async () => {
    const read = await iterator.next();
    if (read.done !== true) tap(read.value);
    return read;
  };
  return {
    pieces: { [Symbol.asyncIterator]: () => ({ next }) } satisfies AsyncIterable<Buffer>,
    /** To the end of the file: its name is that of all of it, whatever is wrong in it. */
    async drain() {
      for (let read = await next(); read.done !== true;) read = await next();
    },
  };
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** What a row is called for ever: the same line of the same file counts once, whoever sends it. */
export function postingOf(sha256: string, { line, customer, unit, amount }: BalanceLine): Posting {
  const key = `import:${sha256.slice(0, KEY_HEX)}-${line}`;
  return { key, kind: 'opening', customer, lines: [{ unit, amount }] };
}

/**
 * Posts every row of a file that `preview` found nothing wrong with. Rows that were posted before,
 * by an import of the same file that was interrupted, are left as they are.
 */
export async function importBalances(
  ledger: Pick<Ledger, 'post'>,
  to: { readonly shop: ShopDomain; readonly shopId: number },
  file: { readonly open: OpenFile; readonly preview: Preview; readonly progress: Progress },
): Promise<void> {
  const { preview, progress } = file;
  let postings: Posting[] = [];
  let done = 0;
  const flush = async () => {
    if (postings.length === 0) return;
    await ledger.post(to.shop, { shopId: to.shopId, postings });
    done += postings.length;
    postings = [];
    progress(done, preview.rows);
  };
  for await (const read of readLines(file.open())) {
    if ('text' in read) throw new Error(`The file has changed meanwhile. ${read.text}`);
    postings.push(postingOf(preview.sha256, read));
    if (postings.length === OPERATIONS_PER_TRANSACTION_MAX) await flush();
  }
  await flush();
}

/** Each row, or what is wrong with it. */
async function* readLines(pieces: AsyncIterable<Buffer>): AsyncGenerator<BalanceLine | Problem> {
  let columns: readonly number[] | undefined;
  try {
    for await (const row of readCsv(textOf(pieces))) {
      if (columns !== undefined) yield readLine(row, columns);
      else {
        const found = columnsOf(row);
        if (typeof found === 'string') {
          yield { line: 0, text: found };
          return;
        }
        columns = found;
      }
    }
  } catch (error) {
    if (!(error instanceof CsvError) && !(error instanceof TypeError)) throw error;
    yield error instanceof CsvError
      ? { line: error.line, text: sentence(error.told) }
      : { line: 0, text: 'The file is not text in UTF-8.' };
  }
}

async function* textOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for await (const piece of pieces) {
    yield decoder.decode(piece, { stream: true });
  }
  yield decoder.decode();
}

/** Where customer, unit and balance stand; what else there is is not read. */
function columnsOf({ fields }: CsvRow): readonly number[] | string {
  const names = fields.map((field) => field.trim().toLowerCase());
  const places = HEADER.map((name) => names.indexOf(name));
  if (!places.includes(-1)) return places;
  return `The first line must name the columns: ${HEADER.join(',')}.`;
}

const GID = /^gid:\/\/shopify\/Customer\//;

function readLine({ line, fields }: CsvRow, columns: readonly number[]): BalanceLine | Problem {
  const [name = '', unit = '', balance = ''] = columns.map((place) => fields[place]?.trim());
  const customer = v.safeParse(customerSchema, wholeNumber(name.replace(GID, '')));
  if (!customer.success) return { line, text: "A customer is named by Shopify's number." };
  if (!isUnit(unit)) return { line, text: 'The unit is "points" or a currency like EUR.' };
  const amount = amountOf(unit, balance);
  if (amount !== undefined) return { line, customer: customer.output, unit, amount };
  const form = unit === 'points' ? 'a whole number like 250' : `an amount like ${example(unit)}`;
  return { line, text: `The balance must be ${form}.` };
}

function example(unit: Exclude<Unit, 'points'>): string {
  return formatDecimal({ currency: unit, amount: minor(12_500) });
}

function amountOf(unit: Unit, text: string): number | undefined {
  if (unit !== 'points') {
    // Nothing is rounded: what a currency can't hold was not meant so.
    const places = /\.(\d+)$/.exec(text)?.[1]?.length ?? 0;
    return places > decimals(unit) ? undefined : parseMinor(text, unit);
  }
  const amount = wholeNumber(text);
  return amount !== undefined && Math.abs(amount) <= AMOUNT_MAX ? amount : undefined;
}

function wholeNumber(text: string): number | undefined {
  return /^-?\d{1,16}$/.test(text) ? Number(text) : undefined;
}
