/**
 * Reading what comes from outside: a schema takes an unknown value and gives it back as what it was
 * declared to be, or says where it is something else. Nothing is coerced, unknown fields are left
 * out, and what is read is a new value. Part of a register's bundle, where every byte is counted:
 * it holds what our messages need and no more.
 */

/** A value was refused; where in it: "register.device", or "" for the whole. */
export class Issue {
  readonly path: string;
  constructor(path = '') {
    this.path = path;
  }
}
/** Most refusals: the value itself. */
const ISSUE = new Issue();

/** `type` and the other fields are facts for whoever compares or lists schemas. */
export interface Schema<T> {
  readonly type: string;
  read(value: unknown): T | Issue;
}
export type InferOutput<S> = S extends Schema<infer T> ? T : never;
/** A field with this schema may be absent. */
export interface Optional<T> extends Schema<T> {
  readonly isOptional: true;
}

/** A further condition, which leaves the value as it is. */
interface Check {
  readonly type: string;
  readonly requirement: unknown;
  check(value: never): boolean;
}
/** A further reading, which may make another value of it. */
interface Step<In, Out> {
  readonly type: string;
  step(value: In): Out;
}
declare const brands: unique symbol;
export type Brand<Name extends string> = { readonly [brands]: { readonly [N in Name]: N } };
interface Branding<Name extends string> {
  readonly type: 'brand';
  readonly name: Name;
}

type AnyItem = Check | Step<never, unknown> | Branding<string> | Schema<unknown>;
type After<T, Items extends readonly unknown[]> = Items extends readonly [
  infer First,
  ...infer Rest,
]
  ? After<
      First extends Schema<infer U>
        ? U
        : First extends Step<never, infer U>
          ? U
          : First extends Branding<infer Name>
            ? T & Brand<Name>
            : T,
      Rest
    >
  : T;

type Shape = Readonly<Record<string, Schema<unknown>>>;
type Flat<T> = { [K in keyof T]: T[K] };
type OptionalKeys<S extends Shape> = {
  [K in keyof S]: S[K] extends Optional<unknown> ? K : never;
}[keyof S];
type Output<S extends Shape> = Flat<
  { -readonly [K in Exclude<keyof S, OptionalKeys<S>>]: InferOutput<S[K]> } & {
    -readonly [K in OptionalKeys<S>]?: InferOutput<S[K]>;
  }
>;

const make = <T, F>(
  type: string,
  read: (value: unknown) => T | Issue,
  facts: F = {} as F,
): Schema<T> & F => ({ type, read, ...facts });

const when = <T>(type: string, is: (value: unknown) => boolean): Schema<T> =>
  make(type, (value) => (is(value) ? (value as T) : ISSUE));

const ofType = <T>(type: string): Schema<T> => when(type, (value) => typeof value === type);

export const string = (): Schema<string> => ofType('string');
export const boolean = (): Schema<boolean> => ofType('boolean');
export const unknown = (): Schema<unknown> => when('unknown', () => true);
const nullValue = (): Schema<null> => when('null', (value) => value === null);
export { nullValue as null };
/** Any finite number: JSON's "1e999" would be an infinite one. */
export const number = (): Schema<number> => when('number', (value) => Number.isFinite(value));

export const literal = <const T extends string | number | boolean>(literal: T) =>
  make<T, { literal: T }>('literal', (value) => (value === literal ? literal : ISSUE), { literal });

export const picklist = <const T extends string>(options: readonly T[]) =>
  make<T, { options: readonly T[] }>(
    'picklist',
    (value) => (options.includes(value as T) ? (value as T) : ISSUE),
    { options },
  );

/** Whatever `is` says yes to. */
export const custom = <T>(is: (value: unknown) => boolean): Schema<T> => when('custom', is);

export const nullable = <T>(wrapped: Schema<T>) =>
  make<T | null, { wrapped: Schema<T> }>(
    'nullable',
    (value) => (value === null ? null : wrapped.read(value)),
    { wrapped },
  );

export const optional = <T>(wrapped: Schema<T>): Optional<T | undefined> =>
  make('optional', (value) => (value === undefined ? undefined : wrapped.read(value)), {
    wrapped,
    isOptional: true as const,
  });

/** As `optional`, with what stands for what is absent. */
export const defaulted = <T, const U extends T>(wrapped: Schema<T>, otherwise: U): Schema<T> =>
  make('defaulted', (value) => (value === undefined ? otherwise : wrapped.read(value)), {
    wrapped,
    mayMiss: true,
  });

/** As `optional`, and `null` may stand for what is absent. */
export const nullish = <T>(wrapped: Schema<T>): Optional<T | null | undefined> =>
  optional(nullable(wrapped));

/** `otherwise` stands for whatever can't be read, also for what is absent. */
export const fallback = <T, const U extends T>(wrapped: Schema<T>, otherwise: U) =>
  make<T, { wrapped: Schema<T>; mayMiss: true }>(
    'fallback',
    (value) => {
      const found = wrapped.read(value);
      return found instanceof Issue ? otherwise : found;
    },
    { wrapped, mayMiss: true },
  );

const under = (key: string | number, { path }: Issue): Issue =>
  new Issue(path === '' ? `${key}` : `${key}.${path}`);

/** Reads item after item; the first that can't be read ends it. */
function readEach(values: readonly unknown[], read: (at: number) => unknown): unknown[] | Issue {
  const out: unknown[] = [];
  for (let at = 0; at < values.length; at += 1) {
    const found = read(at);
    if (found instanceof Issue) return under(at, found);
    out.push(found);
  }
  return out;
}

export const array = <T>(item: Schema<T>) =>
  make<T[], { item: Schema<T> }>(
    'array',
    (value) =>
      Array.isArray(value) ? (readEach(value, (at) => item.read(value[at])) as T[] | Issue) : ISSUE,
    { item },
  );

export const tuple = <const S extends readonly Schema<unknown>[]>(items: S) =>
  make<{ -readonly [K in keyof S]: InferOutput<S[K]> }, { items: S }>(
    'tuple',
    (value) =>
      Array.isArray(value) ? (readEach(items, (at) => items[at]?.read(value[at])) as Issue) : ISSUE,
    { items },
  );

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
/** Keys that could reach an object's prototype are never taken over. */
const isSafe = (key: string): boolean =>
  key !== '__proto__' && key !== 'constructor' && key !== 'prototype';

/** Keys with a name of their own need not be there. */
type RecordOf<K extends string, T> =
  Record<never, never> extends Record<K, 1> ? Record<K, T> : Partial<Record<K, T>>;

export const record = <K extends string, T>(key: Schema<K>, item: Schema<T>) =>
  make<RecordOf<K, T>, { key: Schema<K>; item: Schema<T> }>(
    'record',
    (value) => {
      if (!isRecord(value)) return ISSUE;
      const out: Record<string, T> = {};
      for (const name of Object.keys(value).filter(isSafe)) {
        const named = key.read(name);
        const found = named instanceof Issue ? named : item.read(value[name]);
        if (found instanceof Issue) return under(name, found);
        out[name] = found;
      }
      return out as RecordOf<K, T>;
    },
    { key, item },
  );

/** `others` says what becomes of fields that aren't named, with what the result begins. */
function fields<S extends Shape>(
  type: string,
  entries: S,
  others: (value: Record<string, unknown>, names: readonly string[]) => object | Issue,
) {
  const names = Object.keys(entries);
  return make<Output<S>, { entries: S }>(
    type,
    (value) => {
      if (!isRecord(value)) return ISSUE;
      const rest = others(value, names);
      if (rest instanceof Issue) return rest;
      const out = rest as Record<string, unknown>;
      for (const key of names) {
        const schema = entries[key] as Schema<unknown> & Partial<Record<string, unknown>>;
        const isAbsent = !(key in value);
        if (isAbsent && schema['isOptional'] === true) continue;
        const isMissing = isAbsent && schema['mayMiss'] !== true;
        const found = isMissing ? ISSUE : schema.read(isAbsent ? undefined : value[key]);
        if (found instanceof Issue) return under(key, found);
        out[key] = found;
      }
      return out as Output<S>;
    },
    { entries },
  );
}

/** Fields that aren't named are left out. */
export const object = <S extends Shape>(entries: S) => fields('object', entries, () => ({}));
/** Fields that aren't named are refused. */
export const strictObject = <S extends Shape>(entries: S) =>
  fields('strictObject', entries, (value, names) => {
    const other = Object.keys(value).find((key) => !names.includes(key));
    return other === undefined ? {} : new Issue(other);
  });

/** Fields that aren't named are kept as they are. */
export const looseObject = <S extends Shape>(entries: S) =>
  fields('looseObject', entries, (value, names) =>
    Object.fromEntries(
      Object.entries(value).filter(([key]) => isSafe(key) && !names.includes(key)),
    ),
  ) as Schema<Output<S> & Readonly<Record<string, unknown>>>;

type Variant = Schema<unknown> & { readonly entries: Shape };

/** The one of several objects whose field `key` has this value. */
export const variant = <const O extends readonly Variant[]>(key: string, options: O) =>
  make<InferOutput<O[number]>, { key: string; options: O }>(
    'variant',
    (value) => {
      const wanted = isRecord(value) ? value[key] : undefined;
      const option = options.find(({ entries }) => !(entries[key]?.read(wanted) instanceof Issue));
      return option === undefined
        ? new Issue(key)
        : (option.read(value) as InferOutput<O[number]> | Issue);
    },
    { key, options },
  );

/** One reading after the other; each gets what the one before it made. */
export const pipe = <T, const Items extends readonly AnyItem[]>(
  schema: Schema<T>,
  ...items: Items
) =>
  make<After<T, Items>, { pipe: readonly unknown[] }>(
    'pipe',
    (value) => {
      let found: unknown = schema.read(value);
      for (const item of items) {
        if (found instanceof Issue) break;
        if ('check' in item && !item.check(found as never)) return ISSUE;
        if ('step' in item) found = item.step(found as never);
        if ('read' in item) found = item.read(found);
      }
      return found as After<T, Items> | Issue;
    },
    { pipe: [schema, ...items] },
  );

const check = <T>(type: string, requirement: unknown, is: (value: T) => boolean) => ({
  type,
  requirement,
  check: is,
});

export const minLength = (least: number) =>
  check('minLength', least, ({ length }: { readonly length: number }) => length >= least);
export const maxLength = (most: number) =>
  check('maxLength', most, ({ length }: { readonly length: number }) => length <= most);
export const minValue = (least: number) =>
  check('minValue', least, (value: number) => value >= least);
export const maxValue = (most: number) => check('maxValue', most, (value: number) => value <= most);
export const safeInteger = () => check('safeInteger', true, Number.isSafeInteger);
export const regex = (pattern: RegExp) =>
  check('regex', pattern, (value: string) => pattern.test(value));
export const brand = <const Name extends string>(name: Name): Branding<Name> => ({
  type: 'brand',
  name,
});
export const transform = <In, Out>(step: (value: In) => Out): Step<In, Out> => ({
  type: 'transform',
  step,
});

export type Read<T> =
  | { readonly success: true; readonly output: T }
  | { readonly success: false; readonly issue: Issue };

export function safeParse<T>(schema: Schema<T>, value: unknown): Read<T> {
  const found = schema.read(value);
  return found instanceof Issue
    ? { success: false, issue: found }
    : { success: true, output: found };
}

/** As `safeParse`, for what must be right: throws where it isn't. */
export function parse<T>(schema: Schema<T>, value: unknown): T {
  const found = schema.read(value);
  if (found instanceof Issue) throw new TypeError(`not as declared: ${found.path || 'the whole'}`);
  return found;
}

/** Whether the value can be read. */
export const is = (schema: Schema<unknown>, value: unknown): boolean =>
  safeParse(schema, value).success;
