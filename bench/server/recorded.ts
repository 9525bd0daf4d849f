/** What a ledger wrote, kept to be written once more without reading or deciding anything. */
import type { Changes, Database, ShopDomain } from '../../server/database/database.ts';
import { now } from '../world.ts';

export interface Written {
  readonly shop: ShopDomain;
  readonly changes: readonly Changes[];
}

export interface Recorded {
  readonly database: Database;
  /** One for each database transaction since the last call, in order of their commits. */
  taken(): readonly Written[];
}

export function recorded(database: Database): Recorded {
  let written: Written[] = [];
  return {
    database: {
      ...database,
      async transact(shop, work) {
        let changes: Changes[] = [];
        const result = await database.transact(shop, (tx) => {
          // It may be run again from its start.
          changes = [];
          return work({
            ...tx,
            async write(more) {
              changes.push(more);
              await tx.write(more);
            },
          });
        });
        if (changes.length > 0) written.push({ shop, changes });
        return result;
      },
    },
    taken() {
      const taken = written;
      written = [];
      return taken;
    },
  };
}

/** The same rows into another database; ms. */
export async function writeAgain(database: Database, all: readonly Written[]): Promise<number> {
  const began = now();
  for (const { shop, changes } of all)
    await database.transact(shop, async (tx) => {
      for (const one of changes) await tx.write(one);
    });
  return now() - began;
}
