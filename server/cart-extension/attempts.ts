/**
 * An action can be performed, reverted and performed again, but a redemption is held once: each
 * time it gets a new reference. These rows only count and name; what became of a reference is for
 * the ledger alone to say, so the two can't disagree.
 */
import { randomCrockford } from '../../shared/crockford.ts';
import type { Random } from '../../shared/ports.ts';
import type { Reference } from '../../shared/protocol.ts';
import type { Database, ShopDomain } from '../database/database.ts';
import { number, text, type Row } from '../database/sql.ts';
import { nameOfAction } from './action-id.ts';

/** Times that one action can be begun anew; a person at a register needs two or three. */
export const ATTEMPTS_MAX = 50;
/** How long it is remembered which redemption an action led to; its order may be told late. */
export const ATTEMPT_KEPT_MS = 60 * 86_400_000;
const REFERENCE_LENGTH = 10;

export interface Attempt {
  readonly n: number;
  readonly ref: Reference;
}

export interface Attempts {
  /** The newest attempt of an action. */
  last(shop: ShopDomain, actionId: string): Promise<Attempt | undefined>;
  /** Attempt number `n` with a fresh reference; who begins the same one at once gets the same. */
  begin(shop: ShopDomain, actionId: string, at: { n: number; now: number }): Promise<Attempt>;
  forgetOld(shop: ShopDomain, now: number): Promise<void>;
}

const LAST = `SELECT n, ref FROM cart_attempt WHERE shop = ? AND action = ?
  ORDER BY n DESC LIMIT 1`;
const BEGIN = `INSERT INTO cart_attempt (shop, action, n, ref, begun_at) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (shop, action, n) DO UPDATE SET begun_at = cart_attempt.begun_at
  RETURNING n, ref`;
const FORGET = 'DELETE FROM cart_attempt WHERE shop = ? AND begun_at < ?';

export function createAttempts(deps: {
  readonly database: Pick<Database, 'tables'>;
  readonly random: Random;
}): Attempts {
  const { database, random } = deps;
  return {
    last: (shop, actionId) =>
      database.tables(async (sql) => {
        const [row] = await sql.all(LAST, shop, nameOfAction(actionId));
        return row && attemptOf(row);
      }),
    begin: (shop, actionId, { n, now }) =>
      database.tables(async (sql) => {
        const ref = randomCrockford(random, REFERENCE_LENGTH);
        const [row] = await sql.all(BEGIN, shop, nameOfAction(actionId), n, ref, now);
        if (row === undefined) throw new Error('an attempt was not written');
        return attemptOf(row);
      }),
    async forgetOld(shop, now) {
      await database.tables((sql) => sql.run(FORGET, shop, now - ATTEMPT_KEPT_MS));
    },
  };
}

function attemptOf(row: Row): Attempt {
  return { n: number(row, 'n'), ref: text(row, 'ref') as Reference };
}
