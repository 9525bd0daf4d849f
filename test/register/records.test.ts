import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  crc32,
  decodeRecord,
  encodeRecord,
  operationKey,
  parseKey,
  runKey,
  segmentKey,
  shardKey,
} from '../../extensions/register/records.ts';
import type { OperationId } from '../../shared/protocol.ts';

const CONTENT = { id: 'ABCDEFGHJK.1', title: 'Café – 5 € “off”', n: [1, 2, 3], deep: { a: null } };

describe('one record', () => {
  it('[OB1] decodes to what was encoded', () => {
    const anyContent = fc.jsonValue();
    fc.assert(
      fc.property(anyContent, (content) => {
        const decoded = decodeRecord(encodeRecord(content));
        const plain: unknown = JSON.parse(JSON.stringify(content));
        expect(decoded).toEqual({ state: 'ok', content: plain });
      }),
    );
  });

  it('[OB1] is damaged, or of another format, whatever byte of it changes to whatever', () => {
    const value = encodeRecord(CONTENT);
    for (let place = 0; place < value.length; place += 1)
      for (let bit = 0; bit < 16; bit += 1) {
        const changed = String.fromCharCode(value.charCodeAt(place) ^ (1 << bit));
        const text = value.slice(0, place) + changed + value.slice(place + 1);
        const { state } = decodeRecord(text);
        expect(state === 'damaged' || (place === 0 && state === 'unknown-format')).toBe(true);
      }
  });

  it('[OB1] is damaged when it was cut off anywhere, or something was added', () => {
    const value = encodeRecord(CONTENT);
    for (let length = 0; length < value.length; length += 1)
      expect(decodeRecord(value.slice(0, length))).toEqual({ state: 'damaged' });
    expect(decodeRecord(`${value} `)).toEqual({ state: 'damaged' });
    expect(decodeRecord(value + value)).toEqual({ state: 'damaged' });
  });

  it('[OB1] is damaged when two of its characters changed places', () => {
    const value = encodeRecord(CONTENT);
    for (let place = value.indexOf('{'); place + 1 < value.length; place += 1) {
      const [a = '', b = ''] = value.slice(place, place + 2);
      if (a === b) continue;
      const text = value.slice(0, place) + b + a + value.slice(place + 2);
      expect(decodeRecord(text)).toEqual({ state: 'damaged' });
    }
  });

  it.each([undefined, null, 5, true, {}, [], '', '1', '1|', '1||{}', '{}', 'x|0|{}'])(
    '[OB1] %j is a damaged record',
    (value) => expect(decodeRecord(value)).toEqual({ state: 'damaged' }),
  );

  it('[OB1] with a good checksum over text that is no JSON is damaged', () => {
    const text = '{"a":';
    expect(decodeRecord(`1|${crc32(text).toString(16)}|${text}`)).toEqual({ state: 'damaged' });
  });

  it('[OB3] of a newer format is told from a damaged one, and its JSON can be read', () => {
    const json = JSON.stringify(CONTENT);
    const checksum = crc32(json).toString(16);
    expect(decodeRecord(`2|${checksum}|${json}`)).toEqual({
      state: 'unknown-format',
      content: CONTENT,
    });
    const packed = '\u0001\u0002 not JSON';
    expect(decodeRecord(`17|${crc32(packed).toString(16)}|${packed}`)).toEqual({
      state: 'unknown-format',
      content: undefined,
    });
    expect(decodeRecord(`2|${checksum}|${json} `)).toEqual({ state: 'damaged' });
  });

  it('[OB1] the checksum is the CRC-32 of the code units, low byte first', () => {
    // The well-known check value of CRC-32 over "123456789", here as four and a half code units.
    const units = String.fromCharCode(0x3231, 0x3433, 0x3635, 0x3837);
    const known = crc32(units);
    expect(known).toBe(referenceCrc([...'12345678'].map((one) => one.charCodeAt(0))));
    expect(crc32('')).toBe(0);
  });
});

/** CRC-32 bit by bit, as the standard states it. */
function referenceCrc(bytes: readonly number[]): number {
  let crc = 0xffffffff;
  for (const byte of bytes)
    for (let bit = 0; bit < 8; bit += 1) {
      const isOdd = ((crc ^ (byte >>> bit)) & 1) === 1;
      crc = isOdd ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
  return (crc ^ 0xffffffff) >>> 0;
}

describe('the keys of records', () => {
  it.each([
    ['o', operationKey(77, 'ABCDEFGHJK.12' as OperationId), 'ABCDEFGHJK.12'],
    ['s', segmentKey(77, 'R'), 'R'],
    ['r', runKey(77, 'R'), 'R'],
    ['b', shardKey(77, 'GEN', 3), 'GEN.3'],
  ])('[OB4] a key of type %s falls apart into its parts', (type, key, rest) => {
    expect(parseKey(key)).toEqual({ type, shop: 77, rest });
  });

  it.each(['h.77', 'o.77', 'o.0.x', 'o.077.x', 'x.77.x', 'o.77x.1', '', 'settings', 'o..1'])(
    '[OB4] %j is not one of ours',
    (key) => expect(parseKey(key)).toBeUndefined(),
  );
});
