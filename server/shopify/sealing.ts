/**
 * Seals what must not be readable in a copied database: AES-256-GCM under keys that stand in the
 * configuration alone. The newest key seals; the ones before it still open, until everything has
 * been sealed anew.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { assert } from '../../shared/assert.ts';

const KEY_BYTES = 32;
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ALGORITHM = 'aes-256-gcm';

export interface Sealed {
  /** Names the key; says nothing about it. */
  readonly keyId: string;
  /** Nonce, tag and ciphertext, base64url. */
  readonly sealed: string;
}

export interface Sealing {
  /** The key under which everything new is sealed. */
  readonly newestKeyId: string;
  /** `about` is bound to the content: what was sealed for one row opens for no other. */
  seal(plain: string, about: string): Sealed;
  /** The content, or `undefined` when no key opens it or somebody changed it. */
  open(sealed: Sealed, about: string): string | undefined;
}

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/** `secrets` are texts of the configuration, the newest first; each gives one key. */
export function createSealing(secrets: readonly string[]): Sealing {
  const keys = secrets.map(keyFrom);
  const [newest] = keys;
  assert(newest !== undefined, 'a secret to seal with');
  return {
    newestKeyId: newest.id,
    seal(plain, about) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, newest.bytes, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(about, 'utf8'));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      const whole = Buffer.concat([nonce, cipher.getAuthTag(), body]);
      return { keyId: newest.id, sealed: whole.toString('base64url') };
    },
    open({ keyId, sealed }, about) {
      const key = keys.find(({ id }) => id === keyId);
      const whole = Buffer.from(sealed, 'base64url');
      if (key === undefined || whole.length < NONCE_BYTES + TAG_BYTES) return undefined;
      const nonce = whole.subarray(0, NONCE_BYTES);
      const cipher = createDecipheriv(ALGORITHM, key.bytes, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(about, 'utf8'));
      cipher.setAuthTag(whole.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      try {
        const body = cipher.update(whole.subarray(NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([body, cipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}

/** Two labels, so that a key's name is no help in finding the key. */
function keyFrom(secret: string): Key {
  const derive = (label: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', secret, '', `tideover session ${label}`, bytes));
  return { id: derive('key id', KEY_ID_BYTES).toString('hex'), bytes: derive('key', KEY_BYTES) };
}
