/**
 * Connections to PostgreSQL, and database transactions on them: begun, carried out, committed for
 * certain or not at all, and begun again when the server asks for that.
 */
import pg from 'pg';
import { assert } from '../../shared/assert.ts';
import type { Parameter } from './dialect.ts';
import { numbered } from './postgres-words.ts';
import type { Row, Sql } from './sql.ts';

export interface PostgresOptions {
  /** Connections at once; the server of all processes together must allow as many. */
  readonly connectionsMax?: number;
  /** Sends a statement before the one before it is answered; on unless said otherwise. */
  readonly pipeline?: boolean;
  /** Told of connections that broke while nobody used them. */
  readonly onIdleError?: (error: Error) => void;
}

/** One statement of a database transaction; `name` lets the server keep its plan. */
export interface Asked {
  readonly text: string;
  readonly name?: string;
  readonly values?: readonly Parameter[];
}

/** Statements of one database transaction. Those that are not waited for travel together. */
export interface Session {
  /** Until then a statement may only read: it could happen outside of the transaction. */
  readonly begun: Promise<void>;
  query(asked: Asked): Promise<{ readonly rows: readonly Row[]; readonly changed: number }>;
}

export interface Connections {
  /**
   * Runs `work` between `begin` and a commit. It may be run again from its start, when the server
   * could not let it happen beside others, or when the connection broke before anything was
   * committed. When the connection breaks during the commit itself, the promise rejects, and nobody
   * knows.
   */
  within<T>(begin: string, work: (session: Session) => Promise<T>): Promise<T>;
  end(): Promise<void>;
}

const CONNECTIONS_MAX = 10;
/** Others' work on the same rows takes milliseconds; a server that hangs must not hang this one. */
const STATEMENT_MS = 30_000;
const LOCK_MS = 15_000;
const IDLE_IN_TRANSACTION_MS = 30_000;
const CONNECT_MS = 20_000;
/** With many processes at one row each round lets one of them through. */
const ATTEMPTS_MAX = 50;
const ATTEMPTS_BY_LOST_CONNECTION = 3;

/**
 * Each statement finds its few rows by an index, one after the other. Left to itself the planner
 * reads whole tables of all shops for a page of one, from estimates that are wrong until a table
 * has been analysed and for every range of positions.
 */
export const PLANS: readonly string[] = [
  'enable_seqscan',
  'enable_bitmapscan',
  'enable_hashjoin',
  'enable_mergejoin',
  'enable_material',
];

const SETTINGS: readonly string[] = [
  // An acknowledged operation survives a power cut, whatever the database's own default is.
  'synchronous_commit=on',
  ...PLANS.map((plan) => `${plan}=off`),
  'plan_cache_mode=force_generic_plan',
  'jit=off',
];

/** The server could not let it happen as if alone, or ended it so that others could go on. */
const AGAIN: ReadonlySet<string> = new Set(['40001', '40P01']);

const WHOLE_NUMBERS: ReadonlySet<number> = new Set([
  pg.types.builtins.INT8,
  pg.types.builtins.NUMERIC,
]);

function wholeNumber(text: string): number {
  const value = Number(text);
  assert(Number.isSafeInteger(value), 'a whole number that a number can hold');
  return value;
}

const otherwise = pg.types.getTypeParser as (type: number, format?: string) => unknown;

export function openConnections(url: string, options: PostgresOptions = {}): Connections {
  const config: pg.PoolConfig & { pipeline: boolean } = {
    connectionString: url,
    max: options.connectionsMax ?? CONNECTIONS_MAX,
    pipeline: options.pipeline ?? true,
    application_name: 'tideover',
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    options: SETTINGS.map((setting) => `-c ${setting}`).join(' '),
    keepAlive: true,
    types: {
      getTypeParser: (type, format) =>
        WHOLE_NUMBERS.has(type) ? wholeNumber : otherwise(type, format),
    },
  };
  const { pipeline } = config;
  const pool = new pg.Pool(config);
  pool.on('error', (error) => options.onIdleError?.(error));

  return {
    async within(begin, work) {
      for (let attempt = 1; ; attempt += 1) {
        const connection = await pool.connect();
        const done = await attemptOn({ connection, pipeline }, begin, work);
        if ('result' in done) return done.result;
        const most = done.again === 'lost' ? ATTEMPTS_BY_LOST_CONNECTION : ATTEMPTS_MAX;
        if (done.again === 'never' || attempt >= most) throw done.error;
      }
    },
    end: () => pool.end(),
  };
}

type Attempt<T> =
  | { readonly result: T }
  | { readonly error: unknown; readonly again: 'never' | 'conflict' | 'lost' };

interface Taken {
  readonly connection: pg.PoolClient;
  readonly pipeline: boolean;
}

async function attemptOn<T>(
  { connection, pipeline }: Taken,
  begin: string,
  work: (session: Session) => Promise<T>,
): Promise<Attempt<T>> {
  let isLost = false;
  const lose = () => void (isLost = true);
  connection.on('error', lose).on('end', lose);
  let isCommitting = false;
  try {
    const ask = pipeline ? asker(connection) : inTurn(asker(connection));
    const result = await transaction(ask, ask({ text: begin }), work);
    isCommitting = true;
    const { command } = await connection.query('COMMIT');
    // The server's answer when a statement had failed and nobody had listened.
    if (command !== 'COMMIT') throw new Error('the database transaction was rolled back');
    return { result };
  } catch (error) {
    const again = againAfter(error, { isLost, isCommitting });
    if (!isLost) isLost = await rolledBack(connection).then((done) => !done);
    return { error, again };
  } finally {
    connection.off('error', lose).off('end', lose);
    connection.release(isLost);
  }
}

type Ask = Session['query'];

function asker(connection: pg.PoolClient): Ask {
  return async ({ text, name, values }) => {
    const { rows, rowCount } = await connection.query<Record<string, unknown>>({
      text,
      ...(name === undefined ? {} : { name }),
      ...(values === undefined ? {} : { values: [...values] }),
    });
    return { rows, changed: rowCount ?? 0 };
  };
}

/** Each statement when the one before has been answered, however it was. */
function inTurn(ask: Ask): Ask {
  let last: Promise<unknown> = Promise.resolve();
  return (asked) => {
    const answer = last.then(() => ask(asked));
    last = answer.catch(() => undefined);
    return answer;
  };
}

async function transaction<T>(
  ask: Ask,
  begun: Promise<unknown>,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  let isRefused = false;
  const session: Session = {
    begun: begun.then(
      () => undefined,
      (error: unknown) => {
        isRefused = true;
        throw error;
      },
    ),
    async query(asked) {
      if (isRefused) throw new Error('the database transaction was not begun');
      return ask(asked);
    },
  };
  const [result] = await Promise.all([work(session), session.begun]);
  return result;
}

function againAfter(
  error: unknown,
  by: { readonly isLost: boolean; readonly isCommitting: boolean },
): 'never' | 'conflict' | 'lost' {
  const code = error instanceof pg.DatabaseError ? error.code : undefined;
  // A commit that was refused has an answer, and that is certain.
  if (code !== undefined && AGAIN.has(code)) return 'conflict';
  return by.isLost && !by.isCommitting ? 'lost' : 'never';
}

async function rolledBack(connection: pg.PoolClient): Promise<boolean> {
  try {
    await connection.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

/** The portable statements of `Database.tables` on a session. */
export function sqlOn(session: Session): Sql {
  return {
    all: async (statement, ...values) =>
      (await session.query({ text: numbered(statement), values })).rows,
    run: async (statement, ...values) =>
      (await session.query({ text: numbered(statement), values })).changed,
  };
}
