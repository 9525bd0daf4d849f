/**
 * A session that can be used now, renewed at most once however many ask at the same moment, in this
 * process and in others on the same database.
 *
 * An answer with new tokens can be lost, and Shopify may then take the old refresh token no more.
 * Nothing is guessed: the shop counts as denied until its merchant opens the app the next time,
 * which exchanges a session token anew. Nothing that registers do needs these tokens.
 */
import type { Session } from '@shopify/shopify-api';
import type { ShopDomain } from '../database/database.ts';
import type { Locks } from '../locks.ts';
import type { Log } from '../log.ts';
import { AdminApiError } from './admin-api.ts';
import type { Sessions } from './sessions.ts';
import { TokenError, type Tokens } from './tokens.ts';

/** A token that ends sooner than this is renewed first: a call and its clock may be slow. */
export const RENEWED_BEFORE_MS = 5 * 60_000;
/** Several times what one or two requests to Shopify may take. */
const LOCK_MS = 60_000;

export interface RenewalDeps {
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly locks: Locks;
  readonly clock: { now(): number };
  readonly log: Log;
  /** Called when a shop's session was created by an exchange, outside the lock. */
  readonly installed: (shop: ShopDomain) => Promise<void>;
}

export interface Renewal {
  /**
   * The shop's session. `sessionToken` is the verified one of a merchant who is there; without it a
   * shop that has no session, or none that can be refreshed, is an `AdminApiError` not-installed or
   * denied. When Shopify did not answer it is `throttled`: nothing was done with the Admin API.
   */
  session(shop: ShopDomain, sessionToken?: string): Promise<Session>;
}

export function createRenewal(deps: RenewalDeps): Renewal {
  const { sessions, locks, clock, installed } = deps;
  const turns = new Map<ShopDomain, Promise<unknown>>();
  const usable = (session: Session | undefined) => {
    if (session?.accessToken === undefined) return undefined;
    const ends = session.expires?.getTime() ?? Number.MAX_SAFE_INTEGER;
    return ends - RENEWED_BEFORE_MS > clock.now() ? session : undefined;
  };

  /** One after the other within the process, so that only one of them waits for the lock. */
  async function inTurn<T>(shop: ShopDomain, work: () => Promise<T>): Promise<T> {
    const before = turns.get(shop) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.catch(() => undefined);
    turns.set(shop, settled);
    try {
      return await mine;
    } finally {
      if (turns.get(shop) === settled) turns.delete(shop);
    }
  }

  return {
    async session(shop, sessionToken) {
      const stored = await sessions.ofShop(shop);
      const ready = usable(stored);
      if (ready !== undefined) return ready;
      if (sessionToken === undefined && stored?.refreshToken === undefined) {
        throw notUsable(stored);
      }
      const { session, isNew } = await inTurn(shop, () =>
        locks.within(`session:${shop}`, LOCK_MS, async () => {
          const again = await sessions.ofShop(shop);
          const renewedByOther = usable(again);
          if (renewedByOther !== undefined) return { session: renewedByOther, isNew: false };
          return renewed(deps, { shop, stored: again, sessionToken });
        }),
      );
      if (isNew) await installed(shop);
      return session;
    },
  };
}

interface Asked {
  readonly shop: ShopDomain;
  readonly stored: Session | undefined;
  readonly sessionToken: string | undefined;
}

async function renewed(deps: RenewalDeps, asked: Asked) {
  const { sessions, log } = deps;
  const { shop, stored, sessionToken } = asked;
  try {
    const refreshed = await refreshedOf(deps, asked);
    if (refreshed !== undefined) return { session: refreshed, isNew: false };
    if (sessionToken === undefined) throw notUsable(stored);
    const session = await deps.tokens.exchange(shop, sessionToken);
    await sessions.storeSession(session);
    log('info', 'session-exchanged', { shop });
    return { session, isNew: true };
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    log('info', 'session-not-renewed', { shop, failure: error.failure, reason: error.message });
    if (error.failure === 'unanswered') {
      throw new AdminApiError('throttled', 'Shopify did not answer when asked for a token.');
    }
    throw error.failure === 'subject' && sessionToken !== undefined
      ? error
      : new AdminApiError('denied', 'Shopify gives no token for this shop.');
  }
}

/** The refreshed session, stored; `undefined` when Shopify refuses or there is nothing to show. */
async function refreshedOf(deps: RenewalDeps, { shop, stored, sessionToken }: Asked) {
  const { sessions, clock, log } = deps;
  const refreshToken = stored?.refreshToken;
  const until = stored?.refreshTokenExpires?.getTime() ?? Number.MAX_SAFE_INTEGER;
  if (stored === undefined || refreshToken === undefined || until <= clock.now()) return undefined;
  try {
    const session = await deps.tokens.refresh(shop, refreshToken);
    const standing = await sessions.renew(session, refreshToken);
    if (standing?.accessToken === undefined) throw notUsable(standing);
    log('debug', 'session-refreshed', { shop });
    return standing;
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    // A refresh token that Shopify no longer knows is never shown again. Where the answer came so
    // late that another process holds the lock, that one may have renewed the session meanwhile.
    if (error.failure === 'subject' && !(await sessions.endTokens(shop, refreshToken))) {
      const standing = await sessions.ofShop(shop);
      if (standing?.accessToken !== undefined) return standing;
    }
    if (error.failure === 'subject' || sessionToken !== undefined) return undefined;
    throw error;
  }
}

function notUsable(stored: Session | undefined): AdminApiError {
  return stored === undefined
    ? new AdminApiError('not-installed', 'This shop has no session.')
    : new AdminApiError('denied', 'The tokens of this shop have ended.');
}
