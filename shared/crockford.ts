/** Crockford's base 32: no I, L, O, U, so that a person can read a reference aloud. */
import type { Random } from './ports.ts';

export const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** `length` random characters, 5 bits each: ten make the 50 bits of a writer id or a reference. */
export function randomCrockford(random: Random, length: number): string {
  let text = '';
  for (let i = 0; i < length; i += 1) text += CROCKFORD[random.below(32)];
  return text;
}
