/**
 * Customers' names for people to read. The ledger holds numbers alone; names are asked of Shopify
 * through the server, each number once while the page is open.
 */
import { useEffect, useMemo, useState } from 'react';
import { namesSchema } from '../../shared/merchant/customer.ts';
import type { Asking } from './asking.ts';
import { useDeps } from './deps.ts';
import { useWords, words } from './words.ts';

/** As many as the server takes at once. */
export const NAMES_ASKED_MAX = 100;

const WORDS = words({
  en: { numbered: (id: string) => `Customer ${id}` },
  fr: { numbered: (id: string) => `Client ${id}` },
});

/** What is known of each number: a name, or that there is none. */
type Known = Map<number, string | undefined>;
const known = new WeakMap<Asking, Known>();

function knownBy(asking: Asking): Known {
  const found = known.get(asking) ?? new Map<number, string | undefined>();
  known.set(asking, found);
  return found;
}

export interface CustomerNames {
  /** The name, or "Customer 101" where there is none, or none yet. */
  readonly of: (id: number) => string;
  /** The name alone. */
  readonly named: (id: number) => string | undefined;
}

/** Names of these customers; they appear when they are known, and the number stands until then. */
export function useNames(ids: readonly (number | null)[]): CustomerNames {
  const { asking } = useDeps();
  const said = useWords(WORDS);
  const [heard, setHeard] = useState(0);
  const wanted = wantedOf(ids);
  useEffect(() => {
    let isOpen = true;
    const missing = wanted.split(',').filter((id) => id !== '' && !knownBy(asking).has(Number(id)));
    void askAll(asking, missing, () => {
      if (isOpen) setHeard((count) => count + 1);
    });
    return () => {
      isOpen = false;
    };
  }, [asking, wanted]);
  return useMemo(() => {
    const named = (id: number) => knownBy(asking).get(id);
    // `heard` is what makes the same names be read again.
    return { named, of: (id) => named(id) ?? said.numbered(String(id)), heard };
  }, [asking, said, heard]);
}

function wantedOf(ids: readonly (number | null)[]): string {
  const some = new Set(ids.filter((id) => id !== null));
  return [...some].sort((a, b) => a - b).join(',');
}

/** Without an answer people read numbers, and the next view asks again. */
async function askAll(asking: Asking, ids: readonly string[], tell: () => void): Promise<void> {
  for (let from = 0; from < ids.length; from += NAMES_ASKED_MAX) {
    const some = ids.slice(from, from + NAMES_ASKED_MAX);
    try {
      const { names, missing } = await asking.get('/names', namesSchema, { ids: some.join(',') });
      if (missing !== null) return;
      for (const id of some) {
        knownBy(asking).set(Number(id), Object.hasOwn(names, id) ? names[id] : undefined);
      }
      tell();
    } catch {
      return;
    }
  }
}
