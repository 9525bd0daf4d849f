/**
 * Client id and secret of one start, and the session tokens that the simulated Shopify signs with
 * them.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';

export interface Credentials {
  readonly clientId: string;
  readonly secret: string;
}

/** Fresh for every start: nothing that was signed before is worth anything after. */
export function createCredentials(): Credentials {
  return {
    clientId: `sim-${randomBytes(16).toString('hex')}`,
    secret: `sim-${randomBytes(32).toString('hex')}`,
  };
}

const TOKEN_LIFE_S = 60;

/** A session token as Shopify mints it: one minute, for one user of one shop. */
export function mintToken(
  { clientId, secret }: Credentials,
  asked: { readonly shop: string; readonly user: number; readonly nowMs: number },
): Promise<string> {
  const now = Math.floor(asked.nowMs / 1_000);
  return new SignJWT({ dest: `https://${asked.shop}`, sid: randomUUID() })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(`https://${asked.shop}/admin`)
    .setAudience(clientId)
    .setSubject(String(asked.user))
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + TOKEN_LIFE_S)
    .setJti(randomUUID())
    .sign(new TextEncoder().encode(secret));
}
