/**
 * Figures that are looked up when somebody asks: the process itself, and what waits in the books.
 */
import type { Database } from './database/database.ts';
import { number, type Value } from './database/sql.ts';
import type { Gauge } from './metrics.ts';

export interface ProcessFigures {
  /** Resident memory and heap in use, bytes. */
  memory(): { readonly resident: number; readonly heap: number };
  /** The longest that a turn of the event loop was late since the last question, seconds. */
  lateness(): number;
  /** Seconds since the process started. */
  uptime(): number;
}

export function processGauges(figures: ProcessFigures): readonly Gauge[] {
  return [
    {
      name: 'tideover_memory_bytes',
      help: 'Resident memory of the process.',
      read: () => figures.memory().resident,
    },
    {
      name: 'tideover_heap_bytes',
      help: 'Heap in use.',
      read: () => figures.memory().heap,
    },
    {
      name: 'tideover_event_loop_late_seconds',
      help: 'The longest that the event loop was late since the last question.',
      read: () => figures.lateness(),
    },
    {
      name: 'tideover_uptime_seconds',
      help: 'Time since the process started.',
      read: () => figures.uptime(),
    },
  ];
}

/** One number from the database, over all shops. */
export interface Waiting {
  readonly name: string;
  readonly help: string;
  /** Answers one row with a column `n`. */
  readonly statement: string;
  readonly values: (now: number) => readonly Value[];
}

/** Asked no more often than this, however many ask. */
export const WAITING_FRESH_MS = 15_000;
const SILENT_MS = 24 * 3_600_000;

export const WAITING: readonly Waiting[] = [
  {
    name: 'tideover_shops',
    help: 'Shops that have synced.',
    statement: 'SELECT count(*) AS n FROM shop',
    values: () => [],
  },
  {
    name: 'tideover_registers_silent',
    help: 'Registers that had operations waiting when they were last heard of, a day ago or more.',
    statement: 'SELECT count(*) AS n FROM register WHERE pending_count > 0 AND last_seen_at < ?',
    values: (now) => [now - SILENT_MS],
  },
  {
    name: 'tideover_holds_open',
    help: 'Points and store credit set aside for sales that are not closed, in holds.',
    statement: 'SELECT count(*) AS n FROM redemption WHERE held > 0',
    values: () => [],
  },
  {
    name: 'tideover_webhooks_waiting',
    help: 'Webhooks that were received and not yet dealt with.',
    statement: "SELECT count(*) AS n FROM inbox WHERE state = 'waiting'",
    values: () => [],
  },
  {
    name: 'tideover_webhooks_stuck',
    help: 'Webhooks that were given up: a person should look.',
    statement: "SELECT count(*) AS n FROM inbox WHERE state = 'stuck'",
    values: () => [],
  },
  {
    name: 'tideover_credit_transfers_open',
    help: 'Store credit that is not yet debited or credited at Shopify, in transfers.',
    statement: "SELECT count(*) AS n FROM credit_transfer WHERE state <> 'done'",
    values: () => [],
  },
  {
    name: 'tideover_backup_oldest_seconds',
    help: 'Age of the backup of the shop whose newest backup is the oldest.',
    statement: `SELECT (? - min(taken_at)) / 1000 AS n FROM backup_cursor HAVING count(*) > 0`,
    values: (now) => [now],
  },
];

/** Gauges that share one look at the database; absent while it does not answer. */
export function waitingGauges(deps: {
  readonly database: Pick<Database, 'tables'>;
  readonly clock: { now(): number };
  readonly waiting?: readonly Waiting[];
}): readonly Gauge[] {
  const { database, clock, waiting = WAITING } = deps;
  let looked: { at: number; values: Promise<ReadonlyMap<string, number>> } | undefined;

  const look = async (now: number) => {
    try {
      return await database.tables(async (sql) => {
        const found = new Map<string, number>();
        for (const { name, statement, values } of waiting) {
          const [row] = await sql.all(statement, ...values(now));
          if (row !== undefined) found.set(name, number(row, 'n'));
        }
        return found;
      });
    } catch {
      // The failure is counted where the database is; the other figures are needed all the more.
      return new Map<string, number>();
    }
  };

  return waiting.map(({ name, help }) => ({
    name,
    help,
    async read() {
      const now = clock.now();
      const isFresh = looked !== undefined && Math.abs(now - looked.at) < WAITING_FRESH_MS;
      if (looked === undefined || !isFresh) looked = { at: now, values: look(now) };
      return (await looked.values).get(name);
    },
  }));
}
