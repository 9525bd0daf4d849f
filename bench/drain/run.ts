/** One drain: a fresh server, one engine, and what the server saw of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from '../../shared/schema.ts';
import { startChild } from '../children.ts';
import { numberOf } from '../operations.ts';
import { clock } from '../world.ts';
import { limited } from '../../shared/ports.ts';
import type { EngineBy } from './engine-child.ts';
import { engineNamed } from './engines.ts';
import type { ServerBy } from './server-child.ts';

export interface DrainBy {
  readonly engine: string;
  readonly operations: number;
  readonly delayMs: number;
  readonly deadlineMs: number;
}

export interface Drained extends Arrival {
  readonly operations: number;
  readonly ms: number;
  readonly requests: number;
  readonly bytes: number;
}

export interface Arrival {
  readonly lost: number;
  readonly doubled: number;
  readonly outOfOrder: number;
}

const startedSchema = v.object({ origin: v.string(), token: v.string() });
const doneSchema = v.object({ ms: v.number(), memory: v.number() });
const reportSchema = v.object({
  requests: v.number(),
  bytesIn: v.number(),
  bytesOut: v.number(),
  plain: v.array(v.string()),
  settled: v.array(v.string()),
  faults: v.number(),
});
const CUSTOMERS = 1_000;

/** Rejects with what the engine complained of. */
export async function drainOnce(by: DrainBy): Promise<Drained> {
  const folder = mkdtempSync(join(tmpdir(), 'tideover-bench-'));
  const file = join(folder, 'server.sqlite');
  const serverBy: ServerBy = { file, delayMs: by.delayMs, customers: CUSTOMERS };
  const server = startChild(new URL('./server-child.ts', import.meta.url), serverBy);
  try {
    const started = v.parse(startedSchema, await server.next());
    const { engine, operations } = by;
    const engineBy: EngineBy = { engine, operations, folder, customers: CUSTOMERS, ...started };
    const child = startChild(new URL('./engine-child.ts', import.meta.url), engineBy, [
      '--expose-gc',
    ]);
    try {
      const { ms } = v.parse(doneSchema, await limited(clock, by.deadlineMs, child.next()));
      const report = v.parse(reportSchema, await (await fetch(`${started.origin}/report`)).json());
      const isLedger = engineNamed(engine).door === 'ledger';
      const arrival = arrivalOf(isLedger ? report.settled : report.plain, operations);
      const doubled = arrival.doubled + (isLedger ? report.faults : 0);
      const bytes = report.bytesIn + report.bytesOut;
      return { ...arrival, doubled, operations, ms, requests: report.requests, bytes };
    } finally {
      await child.end();
    }
  } finally {
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What became of operations 1 to `count`, from the ids in the order in which they arrived. */
export function arrivalOf(ids: readonly string[], count: number): Arrival {
  const seen = new Set<number>();
  let newest = 0;
  let outOfOrder = 0;
  for (const n of ids.map(numberOf)) {
    if (!seen.has(n) && n < newest) outOfOrder += 1;
    seen.add(n);
    newest = Math.max(newest, n);
  }
  return { lost: count - seen.size, doubled: ids.length - seen.size, outOfOrder };
}
