/** What redemptions came to, and what people are told of. */
import type { Database } from '../../server/database/database.ts';
import { ref, SHOP } from './world.ts';

/** In the order in which they came to light, each as its kind. */
export async function readConflicts(database: Database): Promise<readonly string[]> {
  const rows = await database.read(SHOP, (reader) =>
    reader.conflicts({ from: 0, before: Number.MAX_SAFE_INTEGER }),
  );
  const inOrder = rows.toSorted((a, b) => a.log - b.log || a.n - b.n);
  return inOrder.map(({ kind, overBy }) => (overBy === undefined ? kind : `${kind} ${overBy}`));
}

/** What stands in the books as used of the redemption `R1`, or of another. */
export async function readCaptured(database: Database, name = 'R1'): Promise<number | undefined> {
  const [row] = await database.read(SHOP, (reader) => reader.redemptions([ref(name)]));
  return row?.posted?.captured;
}
