/** What every engine in a drain does: takes operations while cut off, then brings them home. */
import type { Operation } from '../../shared/protocol.ts';

export interface EngineDeps {
  /** The server's address. */
  readonly origin: string;
  /** A session token, for the doors that want one. */
  readonly token: string;
  /** A folder for files of its own, where there is a file system. */
  readonly folder: string;
  /** No request before `drain`: what an engine would ask first it must do without. */
  readonly isCutOff?: boolean;
  /** What outlives one context of the engine in this process: storage that has no file. */
  readonly shelf: Map<string, unknown>;
}

export interface Drain {
  /** Stores the operations, cut off; it is not measured. */
  fill(operations: readonly Operation[]): Promise<void>;
  /** From "connected" until nothing waits any more. */
  drain(): Promise<void>;
  /** How many it says are waiting; absent where it can't be asked. */
  waiting?(): Promise<number>;
  /** What an operating system would let go of when its process dies. */
  die?(): void;
  /** Cuts the end off one stored entry; absent where entries are no text. */
  damage?(): Promise<void>;
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

/** A refusal as a shop's own code would pass it on: with the status, and what the server said. */
class Refused extends Error {
  readonly status: number;
  constructor(status: number, text: string) {
    super(`HTTP ${status} ${text}`);
    this.status = status;
  }
}

/** What lies on the shelf under this name, made when nothing does. */
export function kept<T>(shelf: Map<string, unknown>, name: string, make: () => T): T {
  const known = shelf.get(name) as T | undefined;
  if (known !== undefined) return known;
  const made = make();
  shelf.set(name, made);
  return made;
}

/** One POST of JSON; rejects where the answer is no success. */
export async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Refused(response.status, text);
}

/** Resolves when `isSo`; looks again after every turn of the event loop, later less often. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; !(await isSo()); looks += 1)
    await new Promise((resolve) => setTimeout(resolve, looks < 50 ? 1 : 5));
}
