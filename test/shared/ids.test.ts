import fc from 'fast-check';
import * as v from '../../shared/schema.ts';
import { describe, expect, it } from 'vitest';
import { CROCKFORD, randomCrockford } from '../../shared/crockford.ts';
import {
  cursorSchema,
  operationId,
  operationIdSchema,
  parseOperationId,
  referenceSchema,
  writerSchema,
} from '../../shared/protocol.ts';

const WRITER = 'ABCDEFGH01';
const accepts = (schema: v.Schema<unknown>, value: unknown) => v.safeParse(schema, value).success;

describe('ids', () => {
  it.each([
    ['0123456789.1', true],
    [`${WRITER}.999999999`, true],
    [`${WRITER}.0`, false],
    [`${WRITER}.01`, false],
    [`${WRITER}.1000000000`, false],
    [`${WRITER}`, false],
    [`${WRITER}.`, false],
    [`${WRITER}.-1`, false],
    [`${WRITER}.1 `, false],
    [`${WRITER.toLowerCase()}.1`, false],
    ['ILOUILOUIL.1', false],
    ['ABCDEFGH0.1', false],
    [`${WRITER}1.1`, false],
  ])('[PT4] "%s" as an operation id: %s', (text, valid) => {
    expect(accepts(operationIdSchema, text)).toBe(valid);
  });

  it.each([
    ['0123456789', true],
    ['ABCDEFGHJK', true],
    ['MNPQRSTVWX', true],
    ['YZ00000000', true],
    ['I000000000', false],
    ['L000000000', false],
    ['O000000000', false],
    ['U000000000', false],
    ['a000000000', false],
    ['A00000000', false],
    ['A0000000000', false],
    ['A00000000\n', false],
  ])('[PT4] %j as a reference or a writer: %s', (text, valid) => {
    expect(accepts(referenceSchema, text)).toBe(valid);
    expect(accepts(writerSchema, text)).toBe(valid);
  });

  const anyWriter = fc
    .array(fc.constantFrom(...CROCKFORD), { minLength: 10, maxLength: 10 })
    .map((letters) => v.parse(writerSchema, letters.join('')));

  it('[PT6] writer and number make an id, and come back out of it', () => {
    fc.assert(
      fc.property(anyWriter, fc.integer({ min: 1, max: 999_999_999 }), (writer, n) => {
        const id = operationId(writer, n);
        expect(accepts(operationIdSchema, id)).toBe(true);
        expect(parseOperationId(id)).toEqual({ writer, n });
      }),
    );
  });

  it('[PT7] random text takes each of the 32 letters for one equal share of chance', () => {
    let next = 0;
    const counting = { below: (bound: number) => (next += 1) % bound };
    const letters = randomCrockford(counting, 32);
    expect([...letters].sort().join('')).toBe(CROCKFORD);
    expect(new Set(CROCKFORD).size).toBe(32);
    expect(CROCKFORD).not.toMatch(/[ILOU]/);
    expect(accepts(referenceSchema, randomCrockford(counting, 10))).toBe(true);
  });

  it('[PT2] a cursor is a whole position in an epoch', () => {
    expect(accepts(cursorSchema, { epoch: 1, seq: 0 })).toBe(true);
    expect(accepts(cursorSchema, { epoch: 1 })).toBe(false);
    expect(accepts(cursorSchema, { epoch: 1, seq: '0' })).toBe(false);
  });
});
