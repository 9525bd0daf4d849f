/** What every engine in a drain does: takes operations while cut off, then brings them home. */
import type { Operation } from '../../shared/protocol.ts';

export interface EngineDeps {
  /** The server's address. */
  readonly origin: string;
  /** A session token, for the doors that want one. */
  readonly token: string;
  /** A folder for files of its own, where there is a file system. */
  readonly folder: string;
}

export interface Drain {
  /** Stores the operations, cut off; it is not measured. */
  fill(operations: readonly Operation[]): Promise<void>;
  /** From "connected" until nothing waits any more. */
  drain(): Promise<void>;
}

export interface EngineFacts {
  readonly title: string;
  /** Where what waits lies while it waits. */
  readonly storage: string;
  /** What was stored outlives the process. */
  readonly isDurable: boolean;
  /** Requests have a largest size. */
  readonly isBounded: boolean;
  readonly isOwn: boolean;
  /** Most operations in one request; 1 where each has its own. */
  readonly perRequest: number;
  /** Whether it talks to the ledger (and is measured by it) or to the plain endpoint. */
  readonly door: 'ledger' | 'plain';
  /** A module that imports what a shop would have to load, for its size. */
  readonly size?: string;
}

export interface Engine extends EngineFacts {
  create(deps: EngineDeps): Promise<Drain>;
}

/** One POST of JSON; rejects where the answer is no success. */
export async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.text();
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
}

/** Resolves when `isSo`; looks again after every turn of the event loop, later less often. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; !(await isSo()); looks += 1)
    await new Promise((resolve) => setTimeout(resolve, looks < 50 ? 1 : 5));
}
