/**
 * What the server says to a merchant who asks: balances, operations, their stories and the sync
 * log, each through its own GET endpoint, and never in a hurry.
 */
import { PATIENCE_MS } from './register-page.ts';
import type { SimulatorWorld } from './simulator.ts';

const ASK_AGAIN_MS = 500;
const PAGE_ROWS = 200;

export interface Account {
  readonly balance: number;
  readonly held: number;
}

/** One line of a customer's history. */
export interface HistoryLine {
  readonly reason: string;
  readonly unit: string;
  readonly amount: number;
  readonly balance: number;
}

export interface OperationLine {
  readonly id: string;
  readonly kind: string;
  readonly ref: string | null;
  readonly status: string;
  readonly reason: string | null;
  readonly flags: readonly string[];
  readonly device: string;
}

export interface Story {
  readonly operation: OperationLine;
  readonly attempts: readonly { readonly status: string; readonly device: string }[];
  readonly entries: readonly { readonly unit: string; readonly customer: number }[];
  readonly redemption: {
    readonly unit: string | null;
    readonly held: number;
    readonly captured: number;
    readonly sales: readonly unknown[];
    readonly flags: readonly string[];
  } | null;
}

export interface SyncLog {
  readonly syncs: readonly {
    readonly device: string;
    readonly operations: number;
    readonly pendingCount: number;
    readonly counts: Readonly<Record<string, number>>;
  }[];
  readonly conflicts: readonly {
    readonly kind: string;
    readonly id: string | null;
    readonly ref: string | null;
    readonly customer: number | null;
    readonly unit: string | null;
    readonly amount: number | null;
    readonly overBy: number | null;
    readonly device: string;
    readonly staff: number | null;
    readonly cacheAgeMs: number | null;
  }[];
  readonly registers: readonly { readonly device: string; readonly pendingCount: number }[];
  readonly missing: readonly unknown[];
}

export interface LedgerView {
  /** Balance and hold of each account: `points`, and store credit by its currency. */
  accounts(customer: number): Promise<Readonly<Record<string, Account>>>;
  /** What moved the customer's accounts, oldest first. */
  history(customer: number): Promise<readonly HistoryLine[]>;
  /** What registers asked of this customer or under this reference, oldest first. */
  operations(of: { readonly device: number } | { readonly ref: string }): Promise<OperationLine[]>;
  story(id: string): Promise<Story>;
  syncLog(): Promise<SyncLog>;
  /** Asks again and again until `check` holds; fails with `what` when patience is over. */
  until(what: string, check: () => Promise<boolean>): Promise<void>;
}

/** The demo shop's ledger, read with a fresh token each time. */
export function createLedgerView(world: SimulatorWorld): LedgerView {
  const read = async <T>(path: string): Promise<T> => (await world.read(path)) as T;
  return {
    async accounts(customer) {
      const { balances } = await read<{ balances: (Account & { unit: string })[] }>(
        `/api/pos/customers/${customer}`,
      );
      return Object.fromEntries(
        balances.map(({ unit, balance, held }) => [unit, { balance, held }]),
      );
    },
    async history(customer) {
      const { entries } = await read<{ entries: HistoryLine[] }>(`/api/pos/customers/${customer}`);
      return entries
        .map(({ reason, unit, amount, balance }) => ({ reason, unit, amount, balance }))
        .reverse();
    },
    async operations(of) {
      const narrowed = 'ref' in of ? `&ref=${of.ref}` : '';
      const { operations } = await read<{ operations: OperationLine[] }>(
        `/api/pos/operations?limit=${PAGE_ROWS}${narrowed}`,
      );
      const wanted = operations.filter(({ device }) => 'ref' in of || device === String(of.device));
      return wanted.reverse();
    },
    story: (id) => read(`/api/pos/operations/${id}`),
    syncLog: () => read(`/api/pos/sync-log?limit=${PAGE_ROWS}`),
    async until(what, check) {
      for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += ASK_AGAIN_MS) {
        if (await check()) return;
        await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
      }
      throw new Error(`Waited in vain until ${what}`);
    },
  };
}
