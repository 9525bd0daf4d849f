/**
 * What the page showed last, kept in the browser. Each shop has a place of its own: all shops'
 * pages come from one address, and a merchant of two must never be shown the other one's books.
 */
import { createStore, delMany, entries, get, set } from 'idb-keyval';
import * as v from '../../shared/schema.ts';
import type { PageDeps } from './deps.ts';

/** Each filter of the log is an answer of its own; the oldest make room. */
export const COPIES_MAX = 100;
const LOOK_EACH = 20;

const datedSchema = v.looseObject({ at: v.number() });

/** Keeps nothing while it is not known whose page this is. */
export function createCopies(shop: string | undefined): PageDeps['copies'] {
  if (shop === undefined) return { get: async () => undefined, set: async () => undefined };
  const store = createStore(`tideover/${shop}`, 'copies');
  let kept = 0;
  return {
    get: (name) => get(name, store),
    async set(name, value) {
      await set(name, value, store);
      kept += 1;
      if (kept % LOOK_EACH === 1) await delMany([...tooMany(await entries(store))], store);
    },
  };
}

/** The names of the oldest beyond `COPIES_MAX`; what has no time is older than all. */
export function tooMany<K>(copies: readonly (readonly [K, unknown])[]): readonly K[] {
  const dated = copies.map(([name, value]) => {
    const read = v.safeParse(datedSchema, value);
    return { name, at: read.success ? read.output.at : 0 };
  });
  const oldest = dated.sort((a, b) => b.at - a.at).slice(COPIES_MAX);
  return oldest.map(({ name }) => name);
}
