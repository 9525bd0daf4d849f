/**
 * The signature with which Shopify signs what it sends to a server: HMAC-SHA256 over the bytes of
 * the body with one of the app's secrets, as base64 in a header.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Express gives header names in any case; this is the one that Shopify sends. */
export const HMAC_HEADER = 'X-Shopify-Hmac-SHA256';
const DIGEST_BYTES = 32;
/** 32 bytes in base64, and nothing else: a decoder would pass over what it doesn't know. */
const ENCODED = /^[A-Za-z0-9+/]{43}=$/;

/** Says whether these bytes were signed with one of the secrets. */
export type HmacCheck = (raw: Buffer, header: string | undefined) => boolean;

/**
 * The check for these secrets, the current one and those before it. Each is tried, in a time that
 * doesn't depend on which of them fits or on how much of the signature does.
 */
export function createHmacCheck(secrets: readonly string[]): HmacCheck {
  return (raw, header) => {
    if (header === undefined || !ENCODED.test(header)) return false;
    const told = Buffer.from(header, 'base64');
    if (told.length !== DIGEST_BYTES) return false;
    const fits = secrets.map((secret) => timingSafeEqual(digest(secret, raw), told));
    return fits.includes(true);
  };
}

/** The header's value for these bytes. */
export function hmacOf(secret: string, raw: Buffer): string {
  return digest(secret, raw).toString('base64');
}

function digest(secret: string, raw: Buffer): Buffer {
  return createHmac('sha256', secret).update(raw).digest();
}
