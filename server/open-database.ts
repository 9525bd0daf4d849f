/** The one place where it is decided which engine keeps the books. */
import type { DatabaseConfig } from './config.ts';
import type { Database } from './database/database.ts';
import { openPostgres } from './database/postgres.ts';
import { openSqlite } from './database/sqlite.ts';
import type { Log } from './log.ts';

/**
 * Opens the database that the settings name and brings its tables up to date. With a log, broken
 * connections that nobody used are told there.
 */
export async function openDatabase(
  { databaseFile, databaseUrl }: DatabaseConfig,
  log?: Log,
): Promise<Database> {
  if (databaseUrl === undefined) return openSqlite(databaseFile);
  return openPostgres(databaseUrl, {
    onIdleError: ({ name }) => log?.('error', 'database-connection-lost', { name }),
  });
}
