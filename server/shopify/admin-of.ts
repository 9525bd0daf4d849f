/** The Admin API of any shop by its stored session, for what runs with no merchant there. */
import { AdminApiError, type AdminOf } from './admin-api.ts';
import { adminCalls, statusOf, type Graphql } from './admin-calls.ts';
import type { Library } from './library.ts';
import type { Log } from '../log.ts';
import type { Renewal } from './renewal.ts';
import type { Sessions } from './sessions.ts';

export interface AdminOfDeps {
  readonly renewal: Renewal;
  readonly library: Library;
  readonly sessions: Sessions;
  readonly log: Log;
}

/**
 * Everything before the call itself is `not-installed`, `denied` or `throttled`: nothing was sent.
 * A call is sent once and never repeated here.
 */
export function createAdminOf({ renewal, library, sessions, log }: AdminOfDeps): AdminOf {
  return (shop) => {
    const graphql: Graphql = async (document, options) => {
      const session = await renewal.session(shop).catch((error: unknown) => {
        if (error instanceof AdminApiError) throw error;
        log('error', 'session-not-had', { shop, message: String(error) });
        throw new AdminApiError('throttled', 'No session was to be had; nothing was sent.');
      });
      const { admin } = await library.unauthenticated(shop).catch(() => {
        throw new AdminApiError('not-installed', 'The session went away; nothing was sent.');
      });
      try {
        return await admin.graphql(document, options);
      } catch (error) {
        // Refreshed before the next call, if Shopify still takes the refresh token.
        if (statusOf(error) === 401) {
          delete session.accessToken;
          await sessions.storeSession(session);
        }
        throw error;
      }
    };
    return adminCalls(graphql);
  };
}
