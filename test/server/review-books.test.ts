import { openSqlite } from '../../server/database/sqlite.ts';
import { reviewContract } from '../contracts/review-contract.ts';

reviewContract(
  'SQLite',
  async () => {
    const database = openSqlite(':memory:');
    return { database, end: () => database.close() };
  },
  { seeds: [1, 2], steps: 100 },
);
