/** The drain: ten thousand redemptions made while cut off, brought home by every engine. */
import { join } from 'node:path';
import type { Part, PartDeps } from '../part.ts';
import type { Cell, Report, Target } from '../report.ts';
import type { EngineFacts } from './engine.ts';
import { ENGINES } from './engines.ts';
import { drainOnce, type Drained } from './run.ts';
import { gzipBytes } from './size.ts';

const OPERATIONS = 10_000;
const DELAYS_MS = [0, 50, 300];
/** An engine that sends one request for each operation is measured over fewer of them. */
const EACH_AT_ONCE = 2_000;
const EACH_BUDGET_MS = 5_000;
const DEADLINE_MS = 120_000;

interface Row extends EngineFacts {
  readonly name: string;
  readonly delayMs: number;
  readonly gzip: number | undefined;
  readonly result: Drained | { readonly failed: string };
}

export const drainPart: Part = async (deps) => {
  const sizes = await measureSizes();
  const rows: Row[] = [];
  for (const delayMs of DELAYS_MS)
    for (const [name, engine] of Object.entries(ENGINES)) {
      const operations = countFor(engine, delayMs, deps);
      deps.say(`${name}, ${delayMs} ms, ${operations} operations`);
      const by = { engine: name, operations, delayMs, deadlineMs: DEADLINE_MS };
      const result = await drainOnce(by).catch((error: unknown) => ({ failed: String(error) }));
      rows.push({ ...engine, name, delayMs, gzip: sizes.get(engine.size), result });
    }
  return reportOf(rows);
};

async function measureSizes(): Promise<ReadonlyMap<string | undefined, number | undefined>> {
  const sizes = new Map<string | undefined, number | undefined>();
  const folder = join(import.meta.dirname, '..');
  for (const { size } of Object.values(ENGINES))
    if (size !== undefined && !sizes.has(size)) sizes.set(size, await gzipBytes(size, folder));
  return sizes;
}

function countFor({ perRequest }: EngineFacts, delayMs: number, options: PartDeps): number {
  const most = options.operations ?? OPERATIONS;
  if (perRequest > 1 || options.isLong) return most;
  const affordable = delayMs === 0 ? EACH_AT_ONCE : Math.floor(EACH_BUDGET_MS / (delayMs + 2));
  return Math.min(most, affordable);
}

const perSecond = (row: Row | undefined): number | undefined =>
  row === undefined || 'failed' in row.result
    ? undefined
    : row.result.operations / (row.result.ms / 1_000);

function cells(row: Row): Cell[] {
  const { title, storage, isDurable, gzip, result } = row;
  const kilobytes = gzip === undefined ? undefined : gzip / 1_024;
  const facts = [title, `${storage}${isDurable ? ', durable' : ''}`];
  if ('failed' in result) return [...facts, result.failed];
  const { operations, lost, doubled, outOfOrder, requests, bytes, ms } = result;
  const counts = [operations, lost, doubled, outOfOrder, requests, bytes];
  return [...facts, ...counts, ms, perSecond(row), kilobytes];
}

function reportOf(rows: readonly Row[]): Report {
  const columns = [
    'engine',
    'storage',
    'operations',
    'lost',
    'doubled',
    'out of order',
    'requests',
    'bytes',
    'ms',
    'operations/s',
    'gzip KB',
  ];
  return {
    tables: DELAYS_MS.map((delayMs) => ({
      title: `Drain, the server answers after ${delayMs} ms`,
      columns,
      rows: rows.filter((row) => row.delayMs === delayMs).map(cells),
    })),
    targets: targetsOf(rows),
    notes: [
      'Each engine runs in a process of its own against a fresh server in another; the time is ' +
        'from “connected” until nothing waits.',
      'Tideover’s rows end with a ledger entry for each redemption; rows “no ledger behind” use ' +
        'the plain endpoint of all peers: one row per operation, one durable commit per request.',
      'An engine with one request for each operation is measured over fewer operations, which ' +
        'the column says.',
    ],
    charts: DELAYS_MS.map((delayMs) => ({
      name: `drain-${delayMs}`,
      title: `Operations per second, the server answers after ${delayMs} ms`,
      unit: 'operations per second',
      bars: rows
        .filter((row) => row.delayMs === delayMs && perSecond(row) !== undefined)
        .map((row) => ({
          label: `${row.title}${row.isDurable ? '' : ' (not durable)'}`,
          value: perSecond(row) ?? 0,
          own: row.isOwn,
        }))
        .sort((a, b) => b.value - a.value),
    })),
  };
}

function targetsOf(rows: readonly Row[]): Target[] {
  const rate = (name: string, delayMs: number): number | undefined =>
    perSecond(rows.find((row) => row.name === name && row.delayMs === delayMs));
  const best = (which: (row: Row) => boolean): number =>
    Math.max(
      0,
      ...rows.filter((row) => row.delayMs === 0 && which(row)).map((row) => perSecond(row) ?? 0),
    );
  const ratio = (own: number | undefined, other: number | undefined): number | undefined =>
    own === undefined || other === undefined || other === 0 ? undefined : own / other;
  const durable = best(({ isOwn, isDurable }) => !isOwn && isDurable);
  const memory = best(
    ({ isOwn, isDurable, isBounded, perRequest }) =>
      !isOwn && !isDurable && isBounded && perRequest > 1,
  );
  const own = rows.filter(({ isOwn }) => isOwn).map(({ result }) => result);
  const sum = (of: (one: Drained) => number): number =>
    own.reduce((total, one) => total + ('failed' in one ? Number.NaN : of(one)), 0);
  const requests = rows.find(
    ({ name, delayMs }) => name === 'tideover-file' && delayMs === 0,
  )?.result;
  return [
    {
      says: 'operations/s at 0 ms, file: times the fastest peer with durable storage',
      measured: ratio(rate('tideover-file', 0), durable),
      bound: { atLeast: 1.5 },
    },
    {
      says: 'the same without the ledger behind, as the peers',
      measured: ratio(rate('tideover-file-plain', 0), durable),
      bound: { atLeast: 1.5 },
    },
    {
      says: 'operations/s at 0 ms, memory: times the fastest memory peer with bounded requests',
      measured: ratio(rate('tideover-memory', 0), memory),
      bound: { atLeast: 1 },
    },
    {
      says: 'the same without the ledger behind, as the peers',
      measured: ratio(rate('tideover-memory-plain', 0), memory),
      bound: { atLeast: 1 },
    },
    {
      says: 'operations/s at 50 ms: times RxDB',
      measured: ratio(rate('tideover-memory', 50), rate('rxdb', 50)),
      bound: { atLeast: 5 },
    },
    {
      says: 'requests for the whole queue',
      measured: requests === undefined || 'failed' in requests ? undefined : requests.requests,
      bound: { atMost: 20 },
    },
    {
      says: 'operations/s at 0 ms: times one POST each',
      measured: ratio(rate('tideover-file', 0), rate('tutorial', 0)),
      bound: { atLeast: 50 },
    },
    {
      says: 'operations/s at 50 ms: times one POST each',
      measured: ratio(rate('tideover-file', 50), rate('tutorial', 50)),
      bound: { atLeast: 200 },
    },
    {
      says: 'operations lost, doubled or out of order by Tideover, all rows',
      measured: sum(({ lost, doubled, outOfOrder }) => lost + doubled + outOfOrder),
      bound: { atMost: 0 },
    },
  ];
}
