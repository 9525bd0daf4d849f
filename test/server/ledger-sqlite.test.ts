import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ledgerContract } from '../contracts/ledger-contract.ts';
import { openSqlite } from '../../server/database/sqlite.ts';

ledgerContract('SQLite in memory', async () => {
  const database = openSqlite(':memory:');
  return { database, reopen: undefined, end: () => database.close() };
});

ledgerContract('SQLite in a file', async () => {
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
});
