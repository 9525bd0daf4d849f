/**
 * Who asks: the session token that Shopify signs with the app's secret. The shop comes from it
 * alone, never from a body or a header that the client could choose.
 */
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { assert } from '../shared/assert.ts';
import type { ShopDomain } from './database/database.ts';
import { HttpError } from './http-error.ts';

/** Clocks of Shopify and of this server may differ by this much. */
export const TOKEN_LEEWAY_S = 10;
export const TOKENS_CACHED_MAX = 10_000;

export interface Caller {
  readonly shop: ShopDomain;
  /** Shopify's id of the logged-in account. */
  readonly user: string;
}

export interface AuthenticationDeps {
  readonly clientId: string;
  /** The current secret first; the ones before it are accepted while they are rotated out. */
  readonly secrets: readonly string[];
  readonly shopHostPattern: RegExp;
  readonly clock: { now(): number };
}

/** Returns the check of an `Authorization` header; it throws an `HttpError` 401 that says why. */
export function createAuthenticator(
  deps: AuthenticationDeps,
): (authorization: string | undefined) => Promise<Caller> {
  const { clientId, clock, shopHostPattern } = deps;
  const { source, flags } = shopHostPattern;
  assert(source.startsWith('^') && source.endsWith('$'), 'an anchored pattern of shop hosts');
  assert(!/[gymi]/.test(flags), 'a pattern of shop hosts without state and with one case');
  assert(clientId.length > 0 && deps.secrets.length > 0, 'a client id and a secret');
  const keys = deps.secrets.map((secret) => new TextEncoder().encode(secret));
  const verified = new Map<string, { readonly caller: Caller; readonly expiresAt: number }>();

  return async (authorization) => {
    const token = bearer(authorization);
    const cached = verified.get(token);
    if (cached !== undefined && clock.now() < cached.expiresAt) return cached.caller;
    verified.delete(token);
    const claims = await verifyAny(token, keys, { clientId, now: clock.now() });
    const caller = callerOf(claims, shopHostPattern);
    const expiresAt = ((claims.exp ?? 0) + TOKEN_LEEWAY_S) * 1_000;
    for (const oldest of verified.keys()) {
      if (verified.size < TOKENS_CACHED_MAX) break;
      verified.delete(oldest);
    }
    verified.set(token, { caller, expiresAt });
    return caller;
  };
}

function bearer(authorization: string | undefined): string {
  const [, token] = /^Bearer ([\w.-]{1,4096})$/i.exec(authorization ?? '') ?? [];
  if (token !== undefined) return token;
  throw new HttpError(401, 'token-missing', 'Send a session token: "Authorization: Bearer …".');
}

async function verifyAny(
  token: string,
  keys: readonly Uint8Array[],
  by: { readonly clientId: string; readonly now: number },
): Promise<JWTPayload> {
  for (const key of keys) {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['HS256'],
        audience: by.clientId,
        clockTolerance: TOKEN_LEEWAY_S,
        currentDate: new Date(by.now),
        requiredClaims: ['exp', 'nbf', 'iss', 'dest', 'sub'],
      });
      return payload;
    } catch (error) {
      const isOtherSecret = error instanceof errors.JWSSignatureVerificationFailed;
      if (!isOtherSecret) throw refusal(error);
    }
  }
  throw new HttpError(401, 'token-invalid', 'The session token is not signed by this app.');
}

function refusal(error: unknown): HttpError {
  if (error instanceof errors.JWTExpired) {
    return new HttpError(401, 'token-expired', 'The session token has expired: get a new one.');
  }
  const isClaim = error instanceof errors.JWTClaimValidationFailed;
  if (isClaim && error.claim === 'nbf' && error.reason === 'check_failed') {
    return new HttpError(401, 'token-early', 'The session token is not valid yet.');
  }
  return new HttpError(401, 'token-invalid', 'The session token is not valid for this app.');
}

function callerOf(claims: JWTPayload, pattern: RegExp): Caller {
  const shop = hostOf(claims['dest']);
  const { sub } = claims;
  const isOurs = shop !== undefined && shop === hostOf(claims.iss) && pattern.test(shop);
  if (!isOurs || typeof sub !== 'string' || !/^[\w-]{1,64}$/.test(sub)) {
    throw new HttpError(401, 'token-invalid', 'The session token names no shop of Shopify.');
  }
  return { shop: shop as ShopDomain, user: sub };
}

/** The host of an https address; the pattern then leaves no room for a port or a user name. */
function hostOf(address: unknown): string | undefined {
  if (typeof address !== 'string') return undefined;
  return /^https:\/\/([^/?#]+)(?:\/[^?#]*)?$/.exec(address)?.[1];
}
