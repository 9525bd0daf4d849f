import { createHash } from 'node:crypto';
import fc from 'fast-check';
import * as v from '../../shared/schema.ts';
import { describe, expect, it } from 'vitest';
import { hashPin, isPin, sha256 } from '../../shared/pin.ts';
import { pinSchema } from '../../shared/program.ts';

const SALT = '0123456789ABCDEF';

describe('the PIN', () => {
  it('[PN1] SHA-256 is what the published test values say', () => {
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('[PN1] it agrees with another implementation on texts of every length around a block', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 200 }), (text) => {
        expect(sha256(text)).toBe(createHash('sha256').update(text, 'latin1').digest('hex'));
      }),
    );
    for (const length of [55, 56, 63, 64, 119, 120]) {
      const text = 'x'.repeat(length);
      expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
    }
  });

  it('[PN2] only the digits it was made of are the PIN, and another salt hides it anew', () => {
    const pin = { salt: SALT, hash: hashPin('4711', SALT) };
    expect(v.parse(pinSchema, pin)).toEqual(pin);
    expect(isPin(pin, '4711')).toBe(true);
    for (const wrong of ['4712', '471', '47111', '', ' 4711'])
      expect(isPin(pin, wrong), wrong).toBe(false);
    expect(hashPin('4711', 'ZZZZZZZZZZZZZZZZ')).not.toBe(pin.hash);
    expect(pin.hash).not.toContain('4711');
  });

  it.each([
    ['salt', ''],
    ['salt', 'lowercase-letters'],
    ['hash', 'short'],
    ['hash', 'Z'.repeat(64)],
  ])('[PN3] a PIN whose %s is %j is refused', (field, value) => {
    const pin = { salt: SALT, hash: '0'.repeat(64), [field]: value };
    expect(v.safeParse(pinSchema, pin).success).toBe(false);
  });
});
