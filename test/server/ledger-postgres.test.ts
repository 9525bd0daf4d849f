import { openPostgres } from '../../server/database/postgres.ts';
import { ledgerContract, type OpenedDatabase } from '../contracts/ledger-contract.ts';
import { returnsContract } from '../contracts/returns-contract.ts';
import { newPostgres } from '../support/postgres.ts';

async function onPostgres(): Promise<OpenedDatabase> {
  const address = await newPostgres();
  let database = await openPostgres(address);
  return {
    database,
    reopen: async () => {
      await database.close();
      database = await openPostgres(address);
      return database;
    },
    end: () => database.close(),
  };
}

ledgerContract('PostgreSQL', onPostgres);
returnsContract('PostgreSQL', onPostgres);
