/** Who writes: the identity of one context, and of each operation that it makes. */
import { randomCrockford } from '../../shared/crockford.ts';
import type { Random } from '../../shared/ports.ts';
import {
  HEADS_MAX,
  SKIP_MAX,
  operationId,
  type OperationId,
  type WriterId,
} from '../../shared/protocol.ts';
import type { View } from './view.ts';

/** Identity without a lock: 50 random bits for the context, then 1, 2, 3 … in its memory. */
export function createWriter(random: Random) {
  let id: WriterId | undefined;
  let n = 0;
  let skipped: number[] = [];
  return {
    next(view: View): { id: OperationId; heads: Record<WriterId, number>; skip: number[] } {
      while (id === undefined || (n === 0 && view.heads.has(id)))
        id = randomCrockford(random, 10) as WriterId;
      const own = id;
      const others = [...view.heads].filter(([writer]) => writer !== own).slice(-HEADS_MAX);
      const skip = skipped.slice(-SKIP_MAX);
      n += 1;
      // Until it is stored, the number counts as consumed by a failed attempt.
      skipped.push(n);
      return { id: operationId(own, n), heads: Object.fromEntries(others), skip };
    },
    /** The operation drafted last is stored, and with it the list of numbers that never will be. */
    stored(): void {
      skipped = [];
    },
  };
}
