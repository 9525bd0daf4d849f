import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseContract } from '../contracts/database-contract.ts';
import { ledgerContract, type OpenedDatabase } from '../contracts/ledger-contract.ts';
import { returnsContract } from '../contracts/returns-contract.ts';
import { openSqlite } from '../../server/database/sqlite.ts';

async function inMemory(): Promise<OpenedDatabase> {
  const database = openSqlite(':memory:');
  return { database, reopen: undefined, end: () => database.close() };
}

async function inFile(): Promise<OpenedDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'tideover-ledger-'));
  const file = join(folder, 'ledger.sqlite');
  let database = openSqlite(file);
  return {
    database,
    reopen: async () => {
      await database.close();
      database = openSqlite(file);
      return database;
    },
    end: async () => {
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

ledgerContract('SQLite in memory', inMemory);
ledgerContract('SQLite in a file', inFile);
returnsContract('SQLite in memory', inMemory);
databaseContract('SQLite in memory', inMemory);
