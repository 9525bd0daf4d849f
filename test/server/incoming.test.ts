import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPERATION_BYTES_MAX } from '../../shared/protocol.ts';
import { canonicalJson, kept, readOperation } from '../../server/ledger/incoming.ts';
import { id, intent, note, SHOP_ID } from './world.ts';

/** `levels` lists around a number. */
const deep = (levels: number): unknown =>
  JSON.parse('['.repeat(levels) + '1' + ']'.repeat(levels)) as unknown;
const withKey = (key: string): unknown =>
  JSON.parse(JSON.stringify(note()).replace('"v":1', `"v":1,"${key}":{"isStaff":true}`)) as unknown;
const read = (raw: unknown) => readOperation(raw, 3, SHOP_ID);

describe('reading one operation', () => {
  it.each([
    ['null', null, 'invalid', '#3'],
    ['a number', 5, 'invalid', '#3'],
    ['a list', [], 'invalid', '#3'],
    ['an id that is none', { ...intent(), id: 'x' }, 'invalid', '#3'],
    ['an amount of zero', { ...intent(), hold: { ...intent().hold, amount: 0 } }, 'invalid', 'id'],
    ['a fraction', { ...intent(), hold: { ...intent().hold, amount: 1.5 } }, 'invalid', 'id'],
    ['no body', { ...intent(), body: undefined }, 'invalid', 'id'],
    ['an unknown kind', { ...intent(), kind: 'refund' }, 'unknown-kind', 'id'],
    ['a future envelope', { ...intent(), v: 2 }, 'unknown-kind', 'id'],
    ['another shop', { ...intent(), shopId: SHOP_ID + 1 }, 'foreign-shop', 'id'],
    ['too many bytes', { ...intent(), extra: 'x'.repeat(2_048) }, 'too-large', 'id'],
    ['a NUL', { ...note(), body: { topic: 'handler-error', text: 'a\u0000b' } }, 'invalid', 'id'],
    [
      'half a pair',
      { ...note(), body: { topic: 'handler-error', text: 'a\ud800b' } },
      'invalid',
      'id',
    ],
    [
      'a title too long',
      { ...intent(), body: { ...intent().body, title: 'x'.repeat(121) } },
      'invalid',
      'id',
    ],
    ['a seventh level', { ...note(), extra: deep(6) }, 'invalid', 'id'],
    ['a hundred thousand levels', { ...note(), extra: deep(100_000) }, 'invalid', 'id'],
    ['a list of as many', Array(100_000).fill(0), 'too-large', '#3'],
    ['__proto__', withKey('__proto__'), 'invalid', 'id'],
    ['constructor', withKey('constructor'), 'invalid', 'id'],
    ['prototype further inside', { ...note(), extra: [withKey('prototype')] }, 'invalid', 'id'],
  ])('[SV6] %s is quarantined', (_title, raw, reason, wireId) => {
    const found = read(raw);
    expect(found.operation).toBeUndefined();
    expect(found).toMatchObject({ refused: reason });
    const wanted = wireId === 'id' ? (raw as { id: string }).id : wireId;
    expect(found.wireId).toBe(wanted);
  });

  it('[SV6] text that only looks like an escape is no reason to refuse', () => {
    const text = String.raw`C:\u0000 and \ud800`;
    expect(read(note({ body: { topic: 'handler-error', text } })).operation).toBeDefined();
  });

  it('[SV6] whatever comes in, reading answers, and keeps at most 2 KB of sane text', () => {
    const odd = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary', maxLength: 5_000 }));
    fc.assert(
      fc.property(odd, (raw) => {
        const found = read(raw);
        if (found.operation !== undefined) throw new Error('random JSON is no operation');
        expect(Buffer.byteLength(found.raw)).toBeLessThanOrEqual(OPERATION_BYTES_MAX);
        expect(found.raw.isWellFormed()).toBe(true);
        expect(found.raw).not.toContain('\u0000');
      }),
    );
  });

  it('[LG7] the order of keys is not content; everything else is', () => {
    const { v: version, ...rest } = intent();
    const turned = { ...rest, v: version };
    expect(JSON.stringify(turned)).not.toBe(JSON.stringify(intent()));
    expect(read(turned).hash).toBe(read(intent()).hash);
    expect(read({ ...intent(), deviceTime: 5 }).hash).not.toBe(read(intent()).hash);
    expect(read({ ...intent(), extra: 1 }).hash).not.toBe(read(intent()).hash);
    expect(read({ ...intent(), id: id('Z', 1) }).key).not.toBe(read(intent()).key);
  });

  it('[LG7] canonical text tells every two different values apart', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const isSame = isDeepStrictEqual(plain(a), plain(b));
        expect(canonicalJson(a) === canonicalJson(b)).toBe(isSame);
        expect(JSON.parse(canonicalJson(a))).toEqual(plain(a));
      }),
    );
  });

  it('[SV6] a sixth level is none too many; of what is deeper the outline is kept', () => {
    expect(read({ ...note(), extra: deep(5) }).operation).toBeDefined();
    const found = read({ extra: deep(100_000) });
    expect(found).toMatchObject({ refused: 'invalid', raw: '{"extra":[[[[["…"]]]]]}' });
    expect(found.hash).not.toBe(read({ extra: [[[[['…']]]]] }).hash);
  });

  it('[SV6] a dangerous key is kept as text and becomes a property of nothing', () => {
    const found = read(withKey('__proto__'));
    expect('raw' in found && found.raw).toContain('"__proto__":{"isStaff":true}');
    expect(found).not.toHaveProperty('isStaff');
    expect({}).not.toHaveProperty('isStaff');
  });

  it('[SV6] cutting never leaves half a character', () => {
    expect(kept('é'.repeat(2_000))).toBe('é'.repeat(1_024));
    expect(kept(`a${'é'.repeat(2_000)}`)).toBe(`a${'é'.repeat(1_023)}`);
  });
});

/** As it comes over the wire: -0 is 0 there. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;
