/**
 * The page's two languages. Each view keeps its words beside it, both languages in one table of the
 * same shape: what is missing in one of them does not compile.
 */
import { useDeps } from './deps.ts';

export interface Words<T> {
  readonly en: T;
  readonly fr: T;
}

/** Text, a function that makes text, or a table of those. */
type Shape<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...args: infer A) => string
      ? (...args: A) => string
      : Shape<T[K]>;
};

/** Both languages of a view; French has exactly the fields of English. */
export function words<const T>(both: { readonly en: T; readonly fr: Shape<NoInfer<T>> }): {
  readonly en: Shape<T>;
  readonly fr: Shape<T>;
} {
  return both as { readonly en: Shape<T>; readonly fr: Shape<T> };
}

export function useWords<T>(both: Words<T>): T {
  return both[useDeps().language];
}
