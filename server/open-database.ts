/** The one place where it is decided which engine keeps the books. */
import type { DatabaseConfig } from './config.ts';
import type { Database } from './database/database.ts';
import { openPostgres } from './database/postgres.ts';
import { openSqlite } from './database/sqlite.ts';

/** Opens the database that the settings name and brings its tables up to date. */
export async function openDatabase({
  databaseFile,
  databaseUrl,
}: DatabaseConfig): Promise<Database> {
  return databaseUrl === undefined ? openSqlite(databaseFile) : openPostgres(databaseUrl);
}
