/** Pages of the sync log: operations, syncs, and what a filter can be set to. */
import type { LogChoices, LogPage, LogSync, SyncPage } from '../../shared/merchant/log.ts';
import { operationSchema } from '../../shared/protocol.ts';
import type { ShopReader, SyncRow } from '../database/database.ts';
import { searchLog, LOOKED_AT_MAX, type SearchAsked } from './log-search.ts';
import { numbersBetween } from './log-time.ts';
import { operationForPage } from './log-view.ts';

export async function readLogPage(reader: ShopReader, asked: SearchAsked): Promise<LogPage> {
  const { rows, next } = await searchLog(reader, asked);
  const operations = rows.map(operationForPage);
  const last = operations.at(-1);
  if (next === null) return { operations, next, reached: null };
  const reached = last?.seq === next ? last.at : (await reader.operationFrom(next))?.at;
  return { operations, next, reached: reached ?? null };
}

export interface SyncsAsked {
  readonly device?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly before: number | undefined;
  readonly limit: number;
}

export async function readSyncPage(reader: ShopReader, asked: SyncsAsked): Promise<SyncPage> {
  const { device, from, to, limit } = asked;
  const shop = await reader.shop();
  const window = await numbersBetween(asked, shop?.log ?? 0, reader.syncFrom);
  const before = Math.min(asked.before ?? window.before, window.before);
  const floor = Math.max(window.floor, before - LOOKED_AT_MAX);
  if (before <= floor) return { syncs: [], next: null };
  const only = { device, from, to };
  const found = await reader.logSyncs({ before, floor, limit: limit + 1, only });
  const syncs = found.slice(0, limit).map(syncForPage);
  if (found.length > limit) return { syncs, next: syncs.at(-1)?.log ?? null };
  return { syncs, next: floor > window.floor ? floor : null };
}

function syncForPage(row: SyncRow): LogSync {
  return {
    log: row.log,
    syncId: row.syncId,
    device: row.device,
    register: row.name,
    location: row.location,
    staff: row.staff ?? null,
    build: row.build,
    receivedAt: row.receivedAt,
    clockOffsetMs: row.deviceTime - row.receivedAt,
    pendingCount: row.pendingCount,
    oldestPendingAt: row.oldestPendingAt ?? null,
    operations: row.operations,
    damaged: row.damaged,
    counts: row.counts,
    ms: row.ms,
  };
}

/** Kinds that the server itself makes, beside those of registers. */
const OWN_KINDS = 'adjustment forget merge opening order release review shares'.split(' ');
const REGISTERS_MAX = 1_000;
/** Operations from which is read who works where. */
const PLACES_FROM = 5_000;

export async function readLogChoices(reader: ShopReader): Promise<LogChoices> {
  const shop = await reader.shop();
  const registers = await reader.registers(REGISTERS_MAX);
  const places = await reader.logPlaces(Math.max(1, (shop?.seq ?? 0) - PLACES_FROM));
  const all = [...registers, ...places];
  const kinds = operationSchema.options.map(({ entries }) => entries.kind.literal);
  return {
    registers: registers.map(({ device, name }) => ({ device, name })),
    locations: ascending(all.map(({ location }) => location)),
    staff: ascending(all.map(({ staff }) => staff)),
    kinds: [...new Set([...kinds, ...OWN_KINDS])].sort(),
  };
}

function ascending(numbers: readonly (number | undefined)[]): number[] {
  const known = new Set(numbers.filter((one) => one !== undefined));
  return [...known].sort((a, b) => a - b);
}
