/** A database file of the embedded engine, looked at from outside the server that may run on it. */
import { DatabaseSync } from 'node:sqlite';
import { MIGRATIONS } from '../database/sqlite-migrations.ts';

const BUSY_TIMEOUT_MS = 5_000;

/** Which version its tables have; `undefined` when it is no database of this app. */
export function versionOf(path: string): number | undefined {
  return withFile(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS }, (connection) => {
    try {
      const row = connection.prepare('SELECT max(version) AS n FROM migration').get();
      return typeof row?.['n'] === 'number' ? row['n'] : undefined;
    } catch {
      return undefined;
    }
  });
}

/**
 * Copies the file as it is at one moment, while a server goes on writing to it. The whole copy is
 * made under one look at the file: page by page it would begin anew with every write.
 */
export function copySnapshot(path: string, target: string): void {
  withFile(path, { timeout: BUSY_TIMEOUT_MS }, (connection) => {
    connection.prepare('VACUUM INTO ?').run(target);
  });
}

/** What the engine itself finds wrong with the file's pages and indexes. */
export function pageFaults(path: string): readonly string[] {
  try {
    return withFile(path, { readOnly: true }, (connection) =>
      connection
        .prepare('PRAGMA integrity_check')
        .all()
        .map((row) => String(row['integrity_check']))
        .filter((line) => line !== 'ok'),
    );
  } catch (error) {
    return [error instanceof Error ? error.message : 'it can’t be read'];
  }
}

/**
 * Brings the file out of write-ahead mode, so that everything is in the one file; false when
 * another process has it open. A server that opens it next brings it back.
 */
export function gatherInOneFile(path: string): boolean {
  return withFile(path, { timeout: 0 }, (connection) => {
    try {
      const row = connection.prepare('PRAGMA journal_mode = DELETE').get();
      return row?.['journal_mode'] === 'delete';
    } catch (error) {
      if (error instanceof Error && /locked|busy/i.test(error.message)) return false;
      throw error;
    }
  });
}

function withFile<T>(
  path: string,
  options: { readonly readOnly?: boolean; readonly timeout?: number },
  work: (connection: DatabaseSync) => T,
): T {
  const connection = new DatabaseSync(path, options);
  try {
    return work(connection);
  } finally {
    connection.close();
  }
}

/**
 * Why the file must not be opened by this version, or nothing: opening brings tables up to date,
 * which a running server of an earlier version would not survive.
 */
export function refuseOtherTables(path: string): string | undefined {
  const version = versionOf(path);
  if (version === MIGRATIONS.length) return undefined;
  const other = version === undefined ? 'is no database of Tideover' : `is of version ${version}`;
  return `${path} ${other}; this command knows version ${MIGRATIONS.length}.`;
}

/** What is kept beside the feed and comes from nowhere again, by what a person calls it. */
const BESIDE_THE_FEED: readonly (readonly [name: string, rows: string])[] = [
  ['programs and policies', 'SELECT shop, program, policy FROM shop'],
  ['settings', 'SELECT shop, version, settings FROM setting'],
  ['offers at the cart', 'SELECT shop, offers FROM cart_offer'],
  ['attempts at the cart', 'SELECT shop, action, n, ref FROM cart_attempt'],
  ['webhooks', 'SELECT shop, webhook_id FROM inbox'],
  ['data requests', 'SELECT shop, request_id FROM data_request'],
  ['transfers of store credit', 'SELECT shop, epoch, seq, line, state FROM credit_transfer'],
  ['damaged records', 'SELECT shop, device, hash FROM damaged'],
];

/**
 * What one file holds that another one lacks, beside the books' feed: how many rows of what. Both
 * are of this version, and nothing runs on them.
 */
export function rowsBeyond(path: string, other: string): readonly string[] {
  const rowsOf = (file: string, readOnly: boolean) =>
    withFile(file, { readOnly, timeout: BUSY_TIMEOUT_MS }, (connection) =>
      BESIDE_THE_FEED.map(([, rows]) =>
        connection
          .prepare(rows)
          .all()
          .map((row) => JSON.stringify(row)),
      ),
    );
  const kept = rowsOf(other, true).map((rows) => new Set(rows));
  // Whoever only reads a file leaves its journal behind.
  return rowsOf(path, false).flatMap((rows, place) => {
    const beyond = rows.filter((row) => kept[place]?.has(row) !== true).length;
    return beyond === 0 ? [] : [`${BESIDE_THE_FEED[place]?.[0] ?? ''}: ${beyond}`];
  });
}
