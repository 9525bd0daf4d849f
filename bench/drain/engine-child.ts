/** One engine in one drain, in a process of its own: says when it is full, and how long it took. */
import { clock, now } from '../world.ts';
import { tell } from '../children.ts';
import { redemptions } from '../operations.ts';
import { engineNamed } from './engines.ts';
import { allowLooseImports } from './loose-imports.ts';

export interface EngineBy {
  readonly engine: string;
  readonly origin: string;
  readonly token: string;
  readonly folder: string;
  readonly operations: number;
  readonly customers: number;
}

const asked = JSON.parse(process.argv[2] ?? '{}') as EngineBy;
allowLooseImports();
const deps = { ...asked, shelf: new Map<string, unknown>() };
const drain = await engineNamed(asked.engine).create(deps);
await drain.fill(redemptions({ count: asked.operations, customers: asked.customers }));
await fetch(`${asked.origin}/begin`, { method: 'POST' });
// What filling left behind is not the drain's work.
globalThis.gc?.();
await clock.sleep(50);
const began = now();
await drain.drain();
tell({ ms: now() - began, memory: process.memoryUsage().rss });
process.exit(0);
