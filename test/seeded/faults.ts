/**
 * Which call of which context meets which fault. Nothing is drawn from one long row of numbers: a
 * draw belongs to its place (seed, context, number of the call), so that leaving one event or one
 * fault out changes nothing about the others, and a failing day can be made smaller piece by piece.
 */
import { seededRandom, type SeededRandom } from '../support/seeded-random.ts';

/** What can happen at one call of a context. */
export const FAULT_KINDS = [
  'storage-before',
  'storage-after',
  'storage-late',
  'storage-hangs',
  'storage-torn',
  'dies-before',
  'dies-after',
  'app-dies',
  'pauses',
  'pauses-hours',
  'cart-before',
  'cart-after',
  'cart-late',
  'cart-hangs',
  'request-lost',
  'answer-lost',
  'request-doubled',
  'request-late',
  'answer-401',
  'answer-403',
  'answer-429',
  'answer-500',
  'answer-503',
  'captive-portal',
  'server-before-commit',
  'server-after-commit',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Chance of each fault at each call that it can happen to, 0 to 1; none where absent. */
export type Shares = Readonly<Partial<Record<FaultKind, number>>>;

/** What one call of a context draws. */
export interface CallDraws {
  /** Whether this fault happens here; it is then written down. */
  hits(kind: FaultKind, share: number | undefined): boolean;
  /** A whole number in [0, bound), the next of this call. */
  below(bound: number): number;
}

export interface Faults {
  /** The calls of one context, each with draws of its own. */
  of(context: string): () => CallDraws;
  /** Faults that happened, as `only` takes them: context, number of the call, kind. */
  readonly hit: string[];
}

/** `only`: the faults that may happen, and do; without it chance decides. */
export function createFaults(seed: number, only?: ReadonlySet<string>): Faults {
  const hit: string[] = [];
  const isHit = (place: number, kind: FaultKind, share: number): boolean =>
    mixed(place, 0x5eed + FAULT_CODES[kind]) / 2 ** 32 < share;
  return {
    hit,
    of(context) {
      const own = mixed(seed, textHash(context));
      let calls = 0;
      return () => {
        const call = (calls += 1);
        const place = mixed(own, call);
        let draws = 0;
        return {
          hits(kind, share = 0) {
            if (only === undefined && (share <= 0 || !isHit(place, kind, share))) return false;
            const name = `${context}/${call}:${kind}`;
            if (only?.has(name) === false) return false;
            hit.push(name);
            return true;
          },
          below: (bound) => Math.floor((mixed(place, (draws += 1)) / 2 ** 32) * bound),
        };
      };
    },
  };
}

const FAULT_CODES = Object.fromEntries(FAULT_KINDS.map((kind, i) => [kind, i])) as Readonly<
  Record<FaultKind, number>
>;

/** A row of numbers that belongs to a name, whatever else is drawn. */
export const randomOf = (seed: number, name: string): SeededRandom =>
  seededRandom(mixed(seed, textHash(name)));

/** Two 32-bit numbers as one in which every bit of both counts. */
export function mixed(a: number, b: number): number {
  let hash = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** FNV-1a, 32 bits. */
export function textHash(text: string, from = 0x811c9dc5): number {
  let hash = from;
  for (let i = 0; i < text.length; i += 1)
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
