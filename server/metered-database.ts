/**
 * A database that counts what goes through it. What was decided is counted when it is committed,
 * so the figures are those of the books and not of attempts.
 */
import type { Changes, Database } from './database/database.ts';
import type { Metrics } from './metrics.ts';

/** A register may name any kind; only words of this length and form become a label. */
const KNOWN_KIND = /^(?:intent|void|commit|earn|note|missing|return|give-back|take-back)$/;
const OWN_KIND = /^(?:opening|adjustment|release|order|merge|forget|shares|review)$/;

export function meteredDatabase(
  database: Database,
  { metrics, ticks }: { readonly metrics: Metrics; readonly ticks: () => number },
): Database {
  async function timed<T>(verb: string, work: () => Promise<T>): Promise<T> {
    const begun = ticks();
    try {
      return await work();
    } catch (error) {
      metrics.count('tideover_database_failures_total', { verb });
      throw error;
    } finally {
      metrics.observe('tideover_database_seconds', (ticks() - begun) / 1_000, { verb });
    }
  }

  return {
    ...database,
    async transact(shop, work) {
      let written: Changes | undefined;
      const result = await timed('write', () =>
        database.transact(shop, (tx) => {
          written = undefined;
          return work({
            ...tx,
            write(changes) {
              written = changes;
              return tx.write(changes);
            },
          });
        }),
      );
      if (written !== undefined) countChanges(metrics, written);
      return result;
    },
    read: (shop, work) => timed('read', () => database.read(shop, work)),
    tables: (work) => timed('tables', () => database.tables(work)),
  };
}

function countChanges(metrics: Metrics, changes: Changes): void {
  for (const { kind, status } of changes.operations) {
    metrics.count('tideover_operations_total', { kind: labelOf(kind), status });
  }
  for (const { status } of changes.attempts) {
    if (status === 'duplicate') {
      metrics.count('tideover_operations_total', { kind: '', status });
    }
  }
  for (const { kind } of changes.conflicts) metrics.count('tideover_conflicts_total', { kind });
  if (changes.syncs.length > 0) metrics.observe('tideover_group_requests', changes.syncs.length);
  if (changes.operations.length > 0) {
    metrics.observe('tideover_group_operations', changes.operations.length);
  }
}

function labelOf(kind: string): string {
  return KNOWN_KIND.test(kind) || OWN_KIND.test(kind) ? kind : 'other';
}
