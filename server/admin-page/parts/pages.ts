/**
 * A list that goes on: its first page is kept fresh, older ones are asked for one after the other.
 * A page may be empty and still lead on, so that asking ends only with rows, or with the list.
 */
import { useCallback, useEffect, useMemo, useState } from 'react';
import type * as v from '../../../shared/schema.ts';
import { useAnswer, type Answered } from '../answer.ts';
import { queryText, Refused, type Query } from '../asking.ts';
import { useDeps } from '../deps.ts';

export interface PagesOptions<Page, Row> {
  readonly path: string;
  readonly schema: v.Schema<Page>;
  readonly query: Query;
  readonly isLive: boolean;
  readonly rowsOf: (page: Page) => readonly Row[];
  /** The mark behind which the list goes on, as the server gave it; `null` at its end. */
  readonly nextOf: (page: Page) => string | number | null;
}

export interface Pages<Page, Row> {
  readonly first: Answered<Page>;
  readonly rows: readonly Row[];
  /** The page that was read last, which says how far the list has been looked through. */
  readonly last: Page | undefined;
  readonly hasMore: boolean;
  readonly isAsking: boolean;
  /** Why the newest older page is not here. */
  readonly failure: 'unreachable' | Refused | undefined;
  readonly more: () => void;
}

interface Older<Page> {
  readonly name: string;
  /** By the mark behind which each stands. */
  readonly pages: ReadonlyMap<string, Page>;
  /** Rows that were read before "more" was pressed; pages are asked for until there are others. */
  readonly floor: number;
  readonly failure: 'unreachable' | Refused | undefined;
}

/** `rowsOf` and `nextOf` must be the same functions at each drawing. */
export function usePages<Page, Row>(options: PagesOptions<Page, Row>): Pages<Page, Row> {
  const { path, schema, query, isLive, rowsOf, nextOf } = options;
  const { asking } = useDeps();
  const first = useAnswer(path, schema, { query, isLive });
  const name = `${path}${queryText(query)}`;
  const [kept, setKept] = useState<Older<Page>>(() => beginning<Page>(name));
  const older = kept.name === name ? kept : beginning<Page>(name);
  const { pages, floor, failure } = older;
  const chain = useMemo(() => chainOf(first.answer, pages, nextOf), [first.answer, pages, nextOf]);
  const rows = useMemo(() => chain.flatMap((page) => [...rowsOf(page)]), [chain, rowsOf]);
  const last = chain.at(-1);
  const next = last === undefined ? null : nextOf(last);
  // A copy that is shown without a network leads nowhere by itself.
  const isFresh = first.copiedAt === undefined;
  const goesOn = next !== null && rows.length <= floor && failure === undefined && isFresh;

  useEffect(() => {
    if (!goesOn || next === null) return;
    let isWanted = true;
    const put = (change: (before: Older<Page>) => Partial<Older<Page>>) => {
      if (!isWanted) return;
      setKept((before) => {
        const mine = before.name === name ? before : beginning<Page>(name);
        return { ...mine, ...change(mine) };
      });
    };
    asking.get(path, schema, { ...queryOf(name), before: next }).then(
      (page) => put((mine) => ({ pages: new Map(mine.pages).set(String(next), page) })),
      (error: unknown) => put(() => ({ failure: reasonOf(error) })),
    );
    return () => {
      isWanted = false;
    };
  }, [asking, goesOn, name, next, path, schema]);

  const more = useCallback(
    () => setKept({ name, pages, floor: rows.length, failure: undefined }),
    [name, pages, rows.length],
  );
  return { first, rows, last, hasMore: next !== null, isAsking: goesOn, failure, more };
}

function beginning<Page>(name: string): Older<Page> {
  return { name, pages: new Map(), floor: 0, failure: undefined };
}

/** The pages that follow from the first one; others were of a list that has changed since. */
function chainOf<Page>(
  first: Page | undefined,
  pages: ReadonlyMap<string, Page>,
  nextOf: (page: Page) => string | number | null,
): readonly Page[] {
  const chain: Page[] = [];
  for (let page = first; page !== undefined;) {
    chain.push(page);
    const next = nextOf(page);
    page = next === null ? undefined : pages.get(String(next));
  }
  return chain;
}

function queryOf(name: string): Query {
  return Object.fromEntries(new URLSearchParams(name.split('?')[1] ?? ''));
}

function reasonOf(error: unknown): 'unreachable' | Refused {
  return error instanceof Refused ? error : 'unreachable';
}
