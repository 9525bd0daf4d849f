/** Files of balances for tests, and the way of one through the merchant's addresses. */
import { createHash } from 'node:crypto';
import {
  IMPORT_PART_BYTES_MAX,
  importAnswerSchema,
  type ImportRequest,
  type ImportState,
} from '../../shared/merchant/balances-file.ts';
import * as v from '../../shared/schema.ts';
import type { Answered, MerchantWorld } from './merchant-world.ts';

export const FIRST_CUSTOMER = 500_000;

/** A file of `rows` customers with 1, 2, 3 … points; `lines` stand behind them. */
export function balancesFile(rows: number, lines: readonly string[] = []): Buffer {
  const all = Array.from({ length: rows }, (_, n) => `${FIRST_CUSTOMER + n},points,${n + 1}`);
  return Buffer.from(['customer,unit,balance', ...all, ...lines, ''].join('\n'));
}

/** What all rows of `balancesFile` come to. */
export const sumOf = (rows: number) => (rows * (rows + 1)) / 2;

export function requestFor(file: Buffer, name = 'balances.csv'): ImportRequest {
  return { name, bytes: file.length, sha256: createHash('sha256').update(file).digest('hex') };
}

export function partsFor(file: Buffer): readonly Buffer[] {
  const count = Math.ceil(file.length / IMPORT_PART_BYTES_MAX);
  const at = (n: number) => n * IMPORT_PART_BYTES_MAX;
  return Array.from({ length: count }, (_, n) => file.subarray(at(n), at(n + 1)));
}

export const CSV = { headers: { 'Content-Type': 'text/csv' } };

export const importIn = ({ body }: Answered): ImportState =>
  v.parse(importAnswerSchema, body).import;

/** Sends a whole file; how the import then stands. */
export async function send(world: MerchantWorld, file: Buffer): Promise<ImportState> {
  const begun = importIn(await world.ask('POST /api/admin/imports', requestFor(file)));
  let now = begun;
  for (const [n, part] of partsFor(file).entries())
    now = importIn(await world.ask(`PUT /api/admin/imports/${begun.id}/parts/${n}`, part, CSV));
  return now;
}

export const check = async (world: MerchantWorld, id: string) =>
  importIn(await world.ask(`POST /api/admin/imports/${id}/check`, {}));
export const apply = async (world: MerchantWorld, id: string) =>
  importIn(await world.ask(`POST /api/admin/imports/${id}/apply`, {}));
export const look = async (world: MerchantWorld, id: string) =>
  importIn(await world.ask(`GET /api/admin/imports/${id}`));

const LOOKS_MAX = 20_000;

/** The import as soon as `is` holds of it; the page asks again and again, too. */
export async function until(
  world: MerchantWorld,
  id: string,
  is: (now: ImportState) => boolean = ({ state }) => state === 'done',
): Promise<ImportState> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const now = await look(world, id);
    if (is(now)) return now;
  }
  throw new Error(`import ${id} never came so far`);
}
