/** What was decided in this visit: shown with its way back, also before the list is asked again. */
import { useCallback, useState } from 'react';
import type { ReviewItem } from '../../../shared/merchant/review.ts';

export interface Decided {
  readonly items: ReadonlyMap<string, ReviewItem>;
  /** An item as the server has answered it. */
  readonly put: (item: ReviewItem) => void;
  /** Asks for the list again. */
  readonly refresh: () => Promise<void>;
}

export function useDecided(refresh: () => Promise<void>): Decided {
  const [items, setItems] = useState<ReadonlyMap<string, ReviewItem>>(new Map());
  const put = useCallback(
    (item: ReviewItem) => {
      setItems((before) => new Map(before).set(item.key, item));
      void refresh();
    },
    [refresh],
  );
  return { items, put, refresh };
}

/** Of an item in a list and the same one as it was answered, what knows of more decisions. */
export function newestOf(row: ReviewItem, decided: ReadonlyMap<string, ReviewItem>): ReviewItem {
  const other = decided.get(row.key);
  return other !== undefined && other.decisions.length > row.decisions.length ? other : row;
}
