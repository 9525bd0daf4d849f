import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as v from '../../shared/schema.ts';

const reads = (schema: v.Schema<unknown>, value: unknown) => v.is(schema, value);
const pathOf = (schema: v.Schema<unknown>, value: unknown): string | undefined => {
  const read = v.safeParse(schema, value);
  return read.success ? undefined : read.issue.path;
};

/** One of each JSON type, and what only JavaScript has. */
const SORTS: readonly (readonly [string, unknown])[] = [
  ['string', 'text'],
  ['number', 5],
  ['boolean', false],
  ['null', null],
  ['object', { a: 1 }],
  ['array', [1]],
  ['undefined', undefined],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['function', () => 1],
  ['bigint', 5n],
  ['symbol', Symbol('x')],
];

describe('one value', () => {
  it.each([
    ['string', v.string(), ['string']],
    ['number', v.number(), ['number']],
    ['boolean', v.boolean(), ['boolean']],
    ['null', v.null(), ['null']],
    ['anything', v.unknown(), SORTS.map(([sort]) => sort)],
    ['an array', v.array(v.unknown()), ['array']],
    ['an object', v.object({ a: v.number() }), ['object']],
    ['a record', v.record(v.string(), v.number()), ['object', 'array']],
    ['5', v.literal(5), ['number']],
    ['a choice', v.picklist(['text', 'other']), ['string']],
    ['nullable', v.nullable(v.string()), ['string', 'null']],
    ['optional', v.optional(v.string()), ['string', 'undefined']],
    ['nullish', v.nullish(v.string()), ['string', 'null', 'undefined']],
    ['defaulted', v.defaulted(v.string(), 'x'), ['string', 'undefined']],
  ])('[SC1] %s is read as itself, and nothing is made into it', (_name, schema, sorts) => {
    const read = SORTS.filter(([, value]) => reads(schema, value)).map(([sort]) => sort);
    expect(read).toEqual(sorts);
  });

  it('[SC1] what is read is the value itself', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        (a, b, c) => {
          expect(v.parse(v.string(), a)).toBe(a);
          expect(v.parse(v.number(), b)).toBe(b);
          expect(v.parse(v.boolean(), c)).toBe(c);
        },
      ),
    );
  });

  it.each([
    ['minLength', v.pipe(v.string(), v.minLength(2)), ['ab'], ['a', '']],
    ['maxLength', v.pipe(v.string(), v.maxLength(2)), ['', 'ab'], ['abc']],
    ['maxLength of an array', v.pipe(v.array(v.number()), v.maxLength(1)), [[1]], [[1, 2]]],
    ['minValue', v.pipe(v.number(), v.minValue(2)), [2], [1.99]],
    ['maxValue', v.pipe(v.number(), v.maxValue(2)), [2], [2.01, Infinity]],
    ['safeInteger', v.pipe(v.number(), v.safeInteger()), [0, -5], [0.5, 2 ** 53, Infinity]],
    ['regex', v.pipe(v.string(), v.regex(/^a+$/)), ['a', 'aa'], ['', 'ab', 'a\n']],
    ['custom', v.custom<string>((one) => one === 'x'), ['x'], ['y', 1]],
    ['two of them', v.pipe(v.string(), v.minLength(1), v.maxLength(2)), ['a'], ['', 'abc']],
  ])('[SC2] %s holds at its edge and not behind it', (_name, schema, good, bad) => {
    for (const value of good) expect(reads(schema, value), JSON.stringify(value)).toBe(true);
    for (const value of bad) expect(reads(schema, value), JSON.stringify(value)).toBe(false);
  });

  it('[SC2] what stands later in a pipe sees what was made before it, and only if it was read', () => {
    const seen: unknown[] = [];
    const schema = v.pipe(
      v.string(),
      v.regex(/^\d+$/),
      v.transform(Number),
      v.transform((value: number) => {
        seen.push(value);
        return value + 1;
      }),
    );
    expect(v.parse(schema, '41')).toBe(42);
    expect(reads(schema, 'x')).toBe(false);
    expect(seen).toEqual([41]);
  });

  it('[SC3] a fallback stands for what can’t be read and for what is absent, and only then', () => {
    const schema = v.object({ a: v.fallback(v.number(), 7) });
    expect(v.parse(schema, {})).toEqual({ a: 7 });
    expect(v.parse(schema, { a: 'x' })).toEqual({ a: 7 });
    expect(v.parse(schema, { a: 0 })).toEqual({ a: 0 });
    const defaulted = v.object({ a: v.defaulted(v.number(), 7) });
    expect(v.parse(defaulted, {})).toEqual({ a: 7 });
    expect(reads(defaulted, { a: 'x' })).toBe(false);
  });
});

describe('objects', () => {
  const shape = { a: v.number(), b: v.optional(v.string()) };

  it('[SC4] unknown fields are left out, refused or kept, as the schema says', () => {
    const value = { a: 1, c: 3 };
    expect(v.parse(v.object(shape), value)).toEqual({ a: 1 });
    expect(reads(v.strictObject(shape), value)).toBe(false);
    expect(v.parse(v.looseObject(shape), value)).toEqual({ a: 1, c: 3 });
  });

  it('[SC4] a field must be there unless it is optional, and an absent one stays absent', () => {
    expect(reads(v.object(shape), {})).toBe(false);
    expect(v.parse(v.object(shape), { a: 1 })).toEqual({ a: 1 });
    expect('b' in v.parse(v.object(shape), { a: 1 })).toBe(false);
    expect(reads(v.object({ a: v.unknown() }), {})).toBe(false);
  });

  it('[SC5] what is read is a new value, and nothing of a prototype comes with it', () => {
    const hostile = JSON.parse(
      '{"a":1,"__proto__":{"b":"stolen"},"constructor":{"x":1}}',
    ) as object;
    const read = v.parse(v.object(shape), hostile);
    expect(read).not.toBe(hostile);
    expect(Object.keys(read)).toEqual(['a']);
    expect(read.b).toBeUndefined();
    const loose = v.parse(v.looseObject(shape), hostile);
    expect(Object.getPrototypeOf(loose)).toBe(Object.prototype);
    const record = v.parse(v.record(v.string(), v.unknown()), hostile);
    expect(Object.keys(record)).toEqual(['a']);
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
    expect(reads(v.strictObject(shape), hostile)).toBe(false);
    expect(reads(v.object({ toString: v.unknown() }), Object.create(null))).toBe(false);
  });

  it('[SC6] the field that tells variants apart decides, and its option alone', () => {
    const schema = v.variant('kind', [
      v.object({ kind: v.literal('a'), n: v.number() }),
      v.object({ kind: v.literal('b'), s: v.string() }),
    ]);
    expect(v.parse(schema, { kind: 'b', s: 'x', n: 1 })).toEqual({ kind: 'b', s: 'x' });
    for (const wrong of [{ kind: 'a', s: 'x' }, { kind: 'c', n: 1 }, { n: 1 }, null, 'a', []])
      expect(reads(schema, wrong), JSON.stringify(wrong)).toBe(false);
  });

  it('[SC6] a tuple has each of its places; a record reads its keys as well', () => {
    const pair = v.tuple([v.string(), v.number()]);
    expect(v.parse(pair, ['a', 1, 'more'])).toEqual(['a', 1]);
    for (const wrong of [[], ['a'], ['a', 'b'], [1, 'a'], { 0: 'a', 1: 1 }])
      expect(reads(pair, wrong)).toBe(false);
    const keyed = v.record(v.pipe(v.string(), v.regex(/^[a-z]$/)), v.number());
    expect(v.parse(keyed, { a: 1, b: 2 })).toEqual({ a: 1, b: 2 });
    expect(reads(keyed, { A: 1 })).toBe(false);
    expect(reads(keyed, { a: 'x' })).toBe(false);
  });

  it('[SC7] a refusal says where: the way to the first thing that is wrong', () => {
    const schema = v.object({ list: v.array(v.object({ x: v.number() })), m: v.strictObject({}) });
    expect(pathOf(schema, { list: [{ x: 1 }, { x: 'a' }], m: {} })).toBe('list.1.x');
    expect(pathOf(schema, { list: [], m: { odd: 1 } })).toBe('m.odd');
    expect(pathOf(schema, {})).toBe('list');
    expect(pathOf(schema, 5)).toBe('');
    expect(pathOf(v.record(v.string(), v.number()), { k: null })).toBe('k');
    expect(pathOf(schema, { list: [], m: {} })).toBeUndefined();
    expect(() => v.parse(schema, { list: 1 })).toThrow('list');
  });
});

it('[SC8] whatever JSON comes in, reading ends and what is read can be read again unchanged', () => {
  const schema = v.object({
    a: v.fallback(v.array(v.nullable(v.number())), []),
    b: v.optional(v.record(v.string(), v.tuple([v.string(), v.boolean()]))),
  });
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const read = v.safeParse(schema, value);
      if (read.success) expect(v.parse(schema, read.output)).toEqual(read.output);
    }),
  );
});
