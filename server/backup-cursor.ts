/**
 * What of the books is in a verified backup. With `BACKUPS=on` a register deletes what it sent only
 * when it is: losing the server's disk then loses nothing that a register has seen acknowledged.
 */
import type { Database, ShopDomain } from './database/database.ts';
import { number, text } from './database/sql.ts';
import type { LedgerDeps } from './ledger.ts';

/** Up to `seq` of `epoch` a backup holds everything of this shop. */
export interface Covered {
  readonly shop: ShopDomain;
  readonly epoch: number;
  readonly seq: number;
}

export interface BackupCursor {
  /** Reads again how far backups reach; what was known before counts until then. */
  look(): Promise<void>;
  readonly forLedger: Required<Pick<LedgerDeps, 'backedUpTo'>>;
}

const SET = `INSERT INTO backup_cursor (shop, epoch, seq, taken_at) VALUES (?, ?, ?, ?)
  ON CONFLICT (shop) DO UPDATE SET
    epoch = excluded.epoch, seq = excluded.seq, taken_at = excluded.taken_at
    WHERE excluded.epoch > backup_cursor.epoch
      OR (excluded.epoch = backup_cursor.epoch AND excluded.seq > backup_cursor.seq)`;
/** A backup of an earlier epoch covers nothing that registers were told in this one. */
const REACHED = `SELECT b.shop, b.seq FROM backup_cursor b
  JOIN shop s ON s.shop = b.shop AND s.epoch = b.epoch`;
const POSITIONS = 'SELECT shop, epoch, seq FROM shop ORDER BY shop';

/** Where every shop's feed stands now. */
export function positionsOf(database: Pick<Database, 'tables'>): Promise<readonly Covered[]> {
  return database.tables(async (sql) =>
    (await sql.all(POSITIONS)).map((row) => ({
      shop: text(row, 'shop') as ShopDomain,
      epoch: number(row, 'epoch'),
      seq: number(row, 'seq'),
    })),
  );
}

/** Says that a backup which was verified and is kept holds all of this; never takes any back. */
export async function markCovered(
  database: Pick<Database, 'tables'>,
  covered: readonly Covered[],
  takenAt: number,
): Promise<void> {
  await database.tables(async (sql) => {
    for (const { shop, epoch, seq } of covered) await sql.run(SET, shop, epoch, seq, takenAt);
  });
}

export function createBackupCursor(database: Pick<Database, 'tables'>): BackupCursor {
  let reached: ReadonlyMap<string, number> = new Map();
  return {
    async look() {
      const rows = await database
        .tables((sql) => sql.all(REACHED))
        .catch((): undefined => undefined);
      if (rows === undefined) return;
      reached = new Map(rows.map((row) => [text(row, 'shop'), number(row, 'seq')]));
    },
    // Asked in the middle of a database transaction, where nothing else may be read.
    forLedger: { backedUpTo: async (shop) => reached.get(shop) ?? 0 },
  };
}
