/**
 * Gets tokens from Shopify: for a session token when a merchant is there, for a refresh token when
 * nobody is. Our own and not the library's, because it must be known whether Shopify refused or
 * just did not answer, and because the library asks the machine for the time.
 */
import * as v from '../../shared/schema.ts';
import type { ShopDomain } from '../database/database.ts';
import { offlineId, sessionOf } from './sessions.ts';
import type { Fetch } from './shop-fetch.ts';

/**
 * subject: Shopify no longer takes this session or refresh token · refused: it refuses for another
 * reason, such as a wrong secret · unanswered: it may have given tokens that never arrived.
 */
export type TokenFailure = 'subject' | 'refused' | 'unanswered';

/** `message` holds a status or a code, never a token. */
export class TokenError extends Error {
  override name = 'TokenError';
  readonly failure: TokenFailure;

  constructor(failure: TokenFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}

export interface TokenDeps {
  readonly fetch: Fetch;
  readonly clientId: string;
  /** The newest one; Shopify takes the ones before it only until they are revoked. */
  readonly secret: string;
  readonly clock: { now(): number };
}

const grantSchema = v.object({
  access_token: v.pipe(v.string(), v.minLength(1)),
  scope: v.optional(v.string()),
  /** seconds */
  expires_in: v.optional(v.number()),
  refresh_token: v.optional(v.string()),
  /** seconds */
  refresh_token_expires_in: v.optional(v.number()),
});
const errorSchema = v.object({ error: v.pipe(v.string(), v.regex(/^[\w-]{1,40}$/)) });
const SUBJECT_ERRORS = new Set(['invalid_subject_token', 'invalid_grant']);

export type Tokens = ReturnType<typeof createTokens>;

/** Both verbs give a new session of the shop, not stored yet, or throw a `TokenError`. */
export function createTokens({ fetch, clientId, secret, clock }: TokenDeps) {
  async function ask(shop: ShopDomain, grant: Readonly<Record<string, string>>) {
    const at = clock.now();
    const body = JSON.stringify({ client_id: clientId, client_secret: secret, ...grant });
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
    const url = `https://${shop}/admin/oauth/access_token`;
    const { status, answer } = await post(() => fetch(url, { method: 'POST', headers, body }));
    if (status !== 200) throw refusal(status, answer);
    const read = v.safeParse(grantSchema, answer);
    if (!read.success) throw new TokenError('unanswered', 'the answer holds no token');
    return sessionFrom(shop, read.output, at);
  }
  return {
    exchange: (shop: ShopDomain, sessionToken: string) =>
      ask(shop, {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: sessionToken,
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
        requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
        expiring: '1',
      }),
    refresh: (shop: ShopDomain, refreshToken: string) =>
      ask(shop, { grant_type: 'refresh_token', refresh_token: refreshToken }),
  };
}

async function post(send: () => Promise<Response>) {
  try {
    const response = await send();
    const answer: unknown = await response.json().catch(() => undefined);
    return { status: response.status, answer };
  } catch (error) {
    throw new TokenError('unanswered', error instanceof Error ? error.name : 'no answer');
  }
}

function refusal(status: number, answer: unknown): TokenError {
  const told = v.safeParse(errorSchema, answer);
  const code = told.success ? told.output.error : 'no code';
  if (status < 400 || status >= 500 || status === 408 || status === 429) {
    return new TokenError('unanswered', `status ${status}`);
  }
  return new TokenError(SUBJECT_ERRORS.has(code) ? 'subject' : 'refused', `${status} ${code}`);
}

function sessionFrom(shop: ShopDomain, grant: v.InferOutput<typeof grantSchema>, at: number) {
  const after = (seconds: number | undefined) =>
    seconds === undefined ? undefined : at + seconds * 1_000;
  return sessionOf({
    id: offlineId(shop),
    shop,
    state: '',
    scope: grant.scope,
    accessToken: grant.access_token,
    expires: after(grant.expires_in),
    refreshToken: grant.refresh_token,
    refreshTokenExpires: after(grant.refresh_token_expires_in),
  });
}
