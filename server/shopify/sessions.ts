/**
 * Which shops have installed the app, with the tokens that Shopify gave for them. Only offline
 * sessions are kept, one for each shop, and no word about a person.
 */
import { Session } from '@shopify/shopify-api';
import type { SessionStorage } from '@shopify/shopify-app-session-storage';
import { assert } from '../../shared/assert.ts';
import * as v from '../../shared/schema.ts';
import type { Database, ShopDomain } from '../database/database.ts';
import { text, type Row, type Sql } from '../database/sql.ts';
import type { Log } from '../log.ts';
import type { Sealing } from './sealing.ts';

export interface Sessions extends SessionStorage {
  /** The shop's one session; `undefined` too when no key opens it any more. */
  ofShop(shop: ShopDomain): Promise<Session | undefined>;
  /**
   * Puts a renewed session in the place of the one whose refresh token was `shown`, and answers the
   * one that stands now: another one where somebody has renewed it meanwhile, none where it was
   * deleted, since a renewal must not undo an uninstall.
   */
  renew(session: Session, shown: string): Promise<Session | undefined>;
  /**
   * Takes out both tokens of a shop whose refresh token, `shown`, Shopify no longer takes; false,
   * and nothing is changed, where the shop has another one by now.
   */
  endTokens(shop: ShopDomain, shown: string): Promise<boolean>;
  /** Notes what the app may do now; false where the shop has no session. */
  setScope(shop: ShopDomain, scope: string): Promise<boolean>;
  /** Forgets a shop's tokens; how many sessions there were. */
  deleteShop(shop: ShopDomain): Promise<number>;
  /** Seals everything under the newest key; how many rows were sealed anew. */
  reseal(): Promise<number>;
}

export interface SessionDeps {
  readonly database: Pick<Database, 'tables'>;
  readonly sealing: Sealing;
  readonly clock: { now(): number };
  readonly log: Log;
}

const contentSchema = v.strictObject({
  state: v.string(),
  scope: v.optional(v.string()),
  accessToken: v.optional(v.string()),
  /** ms since 1970 */
  expires: v.optional(v.number()),
  refreshToken: v.optional(v.string()),
  /** ms since 1970 */
  refreshTokenExpires: v.optional(v.number()),
});
type Content = v.InferOutput<typeof contentSchema>;

const BY_ID = 'SELECT id, shop, key_id, sealed FROM session WHERE id = ?';
const BY_SHOP = 'SELECT id, shop, key_id, sealed FROM session WHERE shop = ? ORDER BY id';
const OTHER_KEYS = `SELECT id, shop, key_id, sealed FROM session WHERE key_id <> ? AND id > ?
  ORDER BY id LIMIT 100`;
const STORE = `INSERT INTO session (id, shop, key_id, sealed, stored_at) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET shop = excluded.shop, key_id = excluded.key_id,
    sealed = excluded.sealed, stored_at = excluded.stored_at`;
const RENEW = `UPDATE session SET key_id = ?, sealed = ?, stored_at = ? WHERE id = ?`;
// An uninstall that is told late takes what was stored before it: only tokens that Shopify has
// given are stored anew, whatever else is changed of a session leaves the time as it is.
const CHANGE = 'UPDATE session SET key_id = ?, sealed = ? WHERE id = ?';
const RESEAL = 'UPDATE session SET key_id = ?, sealed = ? WHERE id = ? AND sealed = ?';
const DELETE = 'DELETE FROM session WHERE id = ?';
const DELETE_SHOP = 'DELETE FROM session WHERE shop = ?';

/** The id under which the library looks for a shop's offline session. */
export function offlineId(shop: ShopDomain): string {
  return `offline_${shop}`;
}

export function createSessions({ database, sealing, clock, log }: SessionDeps): Sessions {
  function open(row: Row): Session | undefined {
    const [id, shop] = [text(row, 'id'), text(row, 'shop')];
    const sealed = { keyId: text(row, 'key_id'), sealed: text(row, 'sealed') };
    const plain = sealing.open(sealed, aboutRow(id, shop));
    if (plain !== undefined) return fromContent(id, shop, plain);
    log('error', 'session-sealed-by-unknown-key', { shop, keyId: sealed.keyId });
    return undefined;
  }

  const one = (id: string) => async (sql: Sql) => {
    const [row] = await sql.all(BY_ID, id);
    return row === undefined ? undefined : open(row);
  };
  const sealedOf = (session: Session) =>
    sealing.seal(JSON.stringify(contentOf(session)), aboutRow(session.id, session.shop));
  const change = async (sql: Sql, session: Session) => {
    const { keyId, sealed } = sealedOf(session);
    return (await sql.run(CHANGE, keyId, sealed, session.id)) > 0;
  };

  return {
    loadSession: (id) => database.tables(one(id)),
    ofShop: (shop) => database.tables(one(offlineId(shop))),
    storeSession: (session) =>
      database.tables(async (sql) => {
        assert(!session.isOnline, 'an offline session');
        // A token that was refused is taken out of its own session, never out of a newer one.
        if (session.accessToken === undefined) {
          const stored = await one(session.id)(sql);
          if (stored === undefined || stored.refreshToken !== session.refreshToken) return true;
          delete stored.accessToken;
          return change(sql, stored);
        }
        const { keyId, sealed } = sealedOf(session);
        await sql.run(STORE, session.id, session.shop, keyId, sealed, clock.now());
        return true;
      }),
    renew: (session, shown) =>
      database.tables(async (sql) => {
        const stored = await one(session.id)(sql);
        if (stored === undefined) return undefined;
        const token = stored.refreshToken;
        if (token !== undefined && token !== shown) return stored;
        const { keyId, sealed } = sealedOf(session);
        await sql.run(RENEW, keyId, sealed, clock.now(), session.id);
        return session;
      }),
    endTokens: (shop, shown) =>
      database.tables(async (sql) => {
        const stored = await one(offlineId(shop))(sql);
        if (stored === undefined || stored.refreshToken !== shown) return false;
        const { id, state, scope } = stored;
        return change(sql, sessionOf({ id, shop, state, scope }));
      }),
    setScope: (shop, scope) =>
      database.tables(async (sql) => {
        const stored = await one(offlineId(shop))(sql);
        if (stored === undefined) return false;
        stored.scope = scope;
        return change(sql, stored);
      }),
    deleteSession: (id) => database.tables(async (sql) => (await sql.run(DELETE, id)) >= 0),
    deleteSessions: (ids) =>
      database.tables(async (sql) => {
        for (const id of ids) await sql.run(DELETE, id);
        return true;
      }),
    findSessionsByShop: (shop) =>
      database.tables(async (sql) =>
        (await sql.all(BY_SHOP, shop)).flatMap((row) => open(row) ?? []),
      ),
    deleteShop: (shop) => database.tables((sql) => sql.run(DELETE_SHOP, shop)),
    reseal: () => resealAll({ database, sealing }),
  };
}

/** In small steps, so that nothing waits for long; what no key opens is left as it is. */
async function resealAll({
  database,
  sealing,
}: Pick<SessionDeps, 'database' | 'sealing'>): Promise<number> {
  let [after, count] = ['', 0];
  for (;;) {
    const step = await database.tables(async (sql) => {
      const rows = await sql.all(OTHER_KEYS, sealing.newestKeyId, after);
      let changed = 0;
      for (const row of rows) {
        const [id, before] = [text(row, 'id'), text(row, 'sealed')];
        const about = aboutRow(id, text(row, 'shop'));
        const plain = sealing.open({ keyId: text(row, 'key_id'), sealed: before }, about);
        if (plain === undefined) continue;
        const { keyId, sealed } = sealing.seal(plain, about);
        changed += await sql.run(RESEAL, keyId, sealed, id, before);
      }
      const end = rows.at(-1);
      return { changed, last: end === undefined ? undefined : text(end, 'id') };
    });
    if (step.last === undefined) return count;
    [after, count] = [step.last, count + step.changed];
  }
}

const aboutRow = (id: string, shop: string) => JSON.stringify([id, shop]);

function contentOf(session: Session): Content {
  const { state, scope, accessToken, expires, refreshToken, refreshTokenExpires } = session;
  return {
    state,
    scope,
    accessToken,
    expires: expires?.getTime(),
    refreshToken,
    refreshTokenExpires: refreshTokenExpires?.getTime(),
  };
}

function fromContent(id: string, shop: string, plain: string): Session {
  const { expires, refreshTokenExpires, ...rest } = v.parse(contentSchema, JSON.parse(plain));
  return sessionOf({ id, shop, ...rest, expires, refreshTokenExpires });
}

/** A session from its parts; what is `undefined` is left out. Times in ms since 1970. */
export function sessionOf(parts: Content & { readonly id: string; readonly shop: string }) {
  const { id, shop, state, scope, accessToken, expires, refreshToken, refreshTokenExpires } = parts;
  return new Session({
    id,
    shop,
    state,
    isOnline: false,
    ...(scope === undefined ? {} : { scope }),
    ...(accessToken === undefined ? {} : { accessToken }),
    ...(expires === undefined ? {} : { expires: new Date(expires) }),
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(refreshTokenExpires === undefined
      ? {}
      : { refreshTokenExpires: new Date(refreshTokenExpires) }),
  });
}
