/**
 * A new epoch: whatever registers were told before counts no longer, and they send again what they
 * still hold. Begun once after a backup was put back.
 */
import type { Database } from './database/database.ts';
import { epochAt } from './ledger/new-shop.ts';

const RAISE = 'UPDATE shop SET epoch = ? WHERE epoch < ?';

/**
 * The number of the new epoch is larger than that of any before it and is the time in seconds
 * where that is larger still: the same backup may be put back twice, and what happened in between
 * must not pass for what happens now.
 */
export async function beginEpoch(database: Database, now: number): Promise<void> {
  const second = epochAt(now);
  await database.startEpoch();
  await database.tables((sql) => sql.run(RAISE, second, second));
}
