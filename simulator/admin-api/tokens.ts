/**
 * The tokens that the simulated Shopify gives: for a session token it has signed itself, and for
 * refresh tokens, each of which counts once.
 */
import { randomBytes } from 'node:crypto';
import { jwtVerify } from 'jose';
import type { ShopDomain } from '../../server/database/database.ts';
import * as v from '../../shared/schema.ts';

/** As Shopify documents them for expiring offline tokens. */
export const ACCESS_LIFE_S = 3_600;
export const REFRESH_LIFE_S = 90 * 24 * 3_600;

export interface FakeTokenDeps {
  readonly clientId: string;
  /** All that still count. */
  readonly secrets: readonly string[];
  readonly clock: { now(): number };
  readonly requiredScopes: readonly string[];
  readonly optionalScopes: readonly string[];
}

export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Given {
  readonly shop: ShopDomain;
  readonly until: number;
}

const askedSchema = v.looseObject({ grant_type: v.string() });
const refused = (error: string): TokenAnswer => ({ status: 400, body: { error } });

export type FakeTokens = ReturnType<typeof createFakeTokens>;

export function createFakeTokens(deps: FakeTokenDeps) {
  const { clientId, secrets, clock } = deps;
  const scopes = new Map<ShopDomain, Set<string>>();
  const access = new Map<string, Given>();
  const refresh = new Map<string, Given>();
  const counts = { exchanges: 0, refreshes: 0, refused: 0 };

  function give(shop: ShopDomain): TokenAnswer {
    const accessToken = `shpat_${randomBytes(16).toString('hex')}`;
    const refreshToken = `shprt_${randomBytes(16).toString('hex')}`;
    access.set(accessToken, { shop, until: clock.now() + ACCESS_LIFE_S * 1_000 });
    refresh.set(refreshToken, { shop, until: clock.now() + REFRESH_LIFE_S * 1_000 });
    const body = {
      access_token: accessToken,
      scope: [...(scopes.get(shop) ?? [])].join(','),
      expires_in: ACCESS_LIFE_S,
      refresh_token: refreshToken,
      refresh_token_expires_in: REFRESH_LIFE_S,
    };
    return { status: 200, body };
  }

  async function exchange(shop: ShopDomain, subject: unknown): Promise<TokenAnswer> {
    if (typeof subject !== 'string' || !(await isOwnToken(subject, shop))) {
      return refused('invalid_subject_token');
    }
    if (!scopes.has(shop)) scopes.set(shop, new Set(deps.requiredScopes));
    counts.exchanges += 1;
    return give(shop);
  }

  async function isOwnToken(token: string, shop: ShopDomain): Promise<boolean> {
    const currentDate = new Date(clock.now());
    for (const secret of secrets) {
      const key = new TextEncoder().encode(secret);
      const read = await jwtVerify(token, key, { audience: clientId, currentDate }).catch(
        () => undefined,
      );
      if (read?.payload['dest'] === `https://${shop}`) return true;
    }
    return false;
  }

  function renew(shop: ShopDomain, token: unknown): TokenAnswer {
    const known = typeof token === 'string' ? refresh.get(token) : undefined;
    if (known === undefined || known.shop !== shop || known.until <= clock.now()) {
      counts.refused += 1;
      return refused('invalid_grant');
    }
    refresh.delete(String(token));
    counts.refreshes += 1;
    return give(shop);
  }

  return {
    counts,
    scopes,
    /** `POST /admin/oauth/access_token`. */
    async answer(shop: ShopDomain, body: unknown): Promise<TokenAnswer> {
      const asked = v.safeParse(askedSchema, body);
      if (!asked.success) return refused('invalid_request');
      const { grant_type, client_id, client_secret, subject_token, refresh_token } = asked.output;
      const isApp = client_id === clientId && secrets.some((one) => one === client_secret);
      if (!isApp) return refused('invalid_client');
      if (grant_type === 'refresh_token') return renew(shop, refresh_token);
      return exchange(shop, subject_token);
    },
    isGood(shop: ShopDomain, token: string | undefined): boolean {
      const given = token === undefined ? undefined : access.get(token);
      return given !== undefined && given.shop === shop && given.until > clock.now();
    },
    /** Every access token that counts now; for tests that look for them where they must not be. */
    all: (): readonly string[] => [...access.keys(), ...refresh.keys()],
    /** The merchant removes the app: nothing that was given counts any more. */
    uninstall(shop: ShopDomain): void {
      scopes.delete(shop);
      for (const given of [access, refresh]) {
        for (const [token, of] of given) if (of.shop === shop) given.delete(token);
      }
    },
    /** The merchant agrees to more; the tokens that were given have it too. */
    grant(shop: ShopDomain, more: readonly string[]): void {
      scopes.set(shop, new Set([...(scopes.get(shop) ?? deps.requiredScopes), ...more]));
    },
  };
}
