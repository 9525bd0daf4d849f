/**
 * Who asks, for every door that Shopify opens to this app. `admin` gives what Shopify's own
 * library gives, behind checks of our own: all claims of the token, all secrets, this server's
 * clock, and sessions that are renewed once for all who ask.
 *
 * As with the library, `admin` rejects with a `Response` where a page has to fetch a token first or
 * has to go elsewhere; `answerWith` sends it.
 */
import type { JwtPayload } from '@shopify/shopify-api';
import type { Request as Asked, Response as Answer } from 'express';
import * as v from '../../shared/schema.ts';
import { createAuthenticator, type AuthenticationDeps, type Caller } from '../authenticate-pos.ts';
import type { ShopDomain } from '../database/database.ts';
import { createHmacCheck, HMAC_HEADER } from '../hmac.ts';
import { HttpError } from '../http-error.ts';
import { adminCalls } from './admin-calls.ts';
import { AdminApiError, type AdminApi } from './admin-api.ts';
import { answerWith, isOurs, webRequest, withToken } from './exchange-http.ts';
import type { Library, LibraryContext } from './library.ts';
import type { Renewal } from './renewal.ts';
import { TokenError } from './tokens.ts';

export interface AuthenticateDeps extends AuthenticationDeps {
  readonly app: URL;
  readonly library: Library;
  readonly renewal: Renewal;
}

/** A merchant in the admin, with all that may be done for the shop. */
export interface AdminContext extends Omit<LibraryContext, 'sessionToken'> {
  /** The verified claims. */
  readonly sessionToken: JwtPayload;
  readonly shop: ShopDomain;
  /** The token's `sub`: the account that asks. */
  readonly user: string;
  /** The same Admin API as `admin.graphql`, with failures that say what may have been done. */
  readonly api: AdminApi;
}

/** A request as far as its headers count. */
interface Headed {
  get(name: string): string | undefined;
}

export type Authenticate = ReturnType<typeof createAuthenticate>;

/** The library's page that leads out of the admin's frame. */
const EXIT = '/auth/exit-iframe';
/** App Bridge then fetches a new session token and asks once more. */
export const RETRY_HEADERS = {
  'X-Shopify-Retry-Invalid-Session-Request': '1',
  'WWW-Authenticate': 'Bearer',
};

export function createAuthenticate(deps: AuthenticateDeps) {
  const { app, library, renewal } = deps;
  const verify = createAuthenticator(deps);
  const isSigned = createHmacCheck(deps.secrets);
  const guard = createGuard(verify, app);

  async function admin(asked: Asked, answer: Answer): Promise<AdminContext> {
    answer.set('Cache-Control', 'no-store');
    const request = webRequest(asked, app);
    checkTargets(request, app);
    const proof = await guard(asked, request);
    if (proof === undefined) {
      await library.admin(request);
      throw new HttpError(401, 'token-missing', 'Open the app in Shopify’s admin.');
    }
    const { shop, user, token, place } = proof;
    const session = await sessionFor(deps, proof);
    const context = await library.admin(withToken(request, library.tokenFor(shop, user), place));
    const api = adminCalls(context.admin.graphql);
    return { ...context, session, sessionToken: claimsOf(token), shop, user, api };
  }

  return {
    admin,
    /** The check of a register's token; throws an `HttpError` 401. */
    pos: (asked: Headed): Promise<Caller> => verify(asked.get('authorization')),
    /** Whether Shopify has signed these bytes. */
    webhook: (asked: Headed, raw: Buffer): boolean => isSigned(raw, asked.get(HMAC_HEADER)),
    unauthenticated: {
      /** The library's context of a shop; rejects with an `AdminApiError`. */
      async admin(shop: ShopDomain) {
        await renewal.session(shop);
        return library.unauthenticated(shop);
      },
    },
    /** Sends the `Response` that `admin`, or a verb of its context, has thrown. */
    answer: (asked: Asked, answer: Answer, response: Response) =>
      answerWith(answer, response, { app, shop: shopNamed(asked, deps.shopHostPattern) }),
  };
}

interface Proof extends Caller {
  readonly token: string;
  readonly place: 'header' | 'address';
}

/**
 * The verified token of a request; `undefined` for a page that has none, or none that counts: it
 * then fetches a new one. A program is told.
 */
function createGuard(verify: (authorization: string | undefined) => Promise<Caller>, app: URL) {
  return async (asked: Asked, request: Request): Promise<Proof | undefined> => {
    const authorization = asked.get('authorization');
    // A program would take a page that fetches a token for its answer.
    const isPage = asked.method === 'GET' && !asked.originalUrl.startsWith('/api/');
    if (authorization !== undefined || !isPage) {
      const caller = await verify(authorization);
      const token = (authorization ?? '').slice('Bearer '.length);
      return { ...caller, token, place: 'header' };
    }
    const tokens = new URL(asked.originalUrl, app.origin).searchParams.getAll('id_token');
    const [token] = tokens;
    if (token === undefined || tokens.length > 1) return undefined;
    const caller = await verify(`Bearer ${token}`).catch(() => undefined);
    if (caller === undefined) return undefined;
    const shop = new URL(request.url).searchParams.get('shop');
    if (shop === caller.shop) return { ...caller, token, place: 'address' };
    throw new HttpError(400, 'wrong-shop', 'The address names another shop than its token.');
  };
}

/** Pages of the library lead on to what their address names: to this app and the admin alone. */
function checkTargets(request: Request, app: URL): void {
  const { searchParams, pathname } = new URL(request.url);
  if (pathname === EXIT && !searchParams.has('exitIframe')) {
    throw new HttpError(400, 'invalid-parameter', '"exitIframe" must say where to go.');
  }
  for (const name of ['exitIframe', 'shopify-reload']) {
    for (const target of searchParams.getAll(name)) {
      const url = URL.canParse(target, app.origin) ? new URL(target, app.origin) : undefined;
      if (url !== undefined && isOurs(url, app)) continue;
      throw new HttpError(400, 'foreign-address', `"${name}" leads away from Shopify.`);
    }
  }
}

async function sessionFor({ renewal }: AuthenticateDeps, { shop, token }: Proof) {
  try {
    return await renewal.session(shop, token);
  } catch (error) {
    if (error instanceof TokenError) {
      throw new HttpError(401, 'token-refused', 'Shopify no longer takes this session token.');
    }
    if (!(error instanceof AdminApiError)) throw error;
    throw new HttpError(503, 'shopify-unavailable', 'Shopify gave no answer: try again.', 5);
  }
}

const claimsSchema = v.object({
  iss: v.string(),
  dest: v.string(),
  aud: v.string(),
  sub: v.string(),
  exp: v.number(),
  nbf: v.number(),
  iat: v.defaulted(v.number(), 0),
  jti: v.defaulted(v.string(), ''),
  sid: v.defaulted(v.string(), ''),
});

/** The claims of a token that has been verified. */
function claimsOf(token: string): JwtPayload {
  const [, payload = ''] = token.split('.');
  return v.parse(claimsSchema, JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
}

function shopNamed(asked: Asked, pattern: RegExp): string | undefined {
  const { shop } = asked.query;
  return typeof shop === 'string' && pattern.test(shop) ? shop : undefined;
}

/** Headers of a refusal for the sake of its token. */
export function retryHeaders(error: unknown): Readonly<Record<string, string>> {
  return error instanceof HttpError && error.status === 401 ? RETRY_HEADERS : {};
}
