import { openPostgres } from '../../server/database/postgres.ts';
import { reviewContract } from '../contracts/review-contract.ts';
import { newPostgres } from '../support/postgres.ts';

reviewContract(
  'PostgreSQL',
  async () => {
    const database = await openPostgres(await newPostgres());
    return { database, end: () => database.close() };
  },
  { seeds: [5], steps: 16 },
);
