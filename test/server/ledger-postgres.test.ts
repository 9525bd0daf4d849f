import { openPostgres } from '../../server/database/postgres.ts';
import { databaseContract } from '../contracts/database-contract.ts';
import { ledgerContract, type OpenedDatabase } from '../contracts/ledger-contract.ts';
import { returnsContract } from '../contracts/returns-contract.ts';
import { emptyPostgres, newPostgres } from '../support/postgres.ts';

let address: string | undefined;

async function onPostgres(): Promise<OpenedDatabase> {
  const at = (address ??= await newPostgres());
  await emptyPostgres(at);
  let database = await openPostgres(at);
  return {
    database,
    reopen: async () => {
      await database.close();
      database = await openPostgres(at);
      return database;
    },
    end: () => database.close(),
  };
}

ledgerContract('PostgreSQL', onPostgres);
returnsContract('PostgreSQL', onPostgres, 6);
databaseContract('PostgreSQL', onPostgres);
