/** What people are told of, in the order in which it came to light. */
import type { Database } from '../../server/database/database.ts';
import { SHOP } from './world.ts';

export async function readConflicts(database: Database): Promise<readonly string[]> {
  const rows = await database.read(SHOP, (reader) =>
    reader.conflicts({ from: 0, before: Number.MAX_SAFE_INTEGER }),
  );
  const inOrder = rows.toSorted((a, b) => a.log - b.log || a.n - b.n);
  return inOrder.map(({ kind, overBy }) => (overBy === undefined ? kind : `${kind} ${overBy}`));
}
