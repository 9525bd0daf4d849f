/**
 * The manager's PIN: kept as a salted hash in the policy, so that no register and no backup can be
 * read for it. SHA-256 (FIPS 180-4) stands here in full because a POS runtime promises no
 * `crypto.subtle`, and both sides of the wire must come to the same hash.
 */
import type { Pin } from './program.ts';

/** Enough to make each guess cost a moment, few enough for a slow tablet to answer at once. */
const ROUNDS = 1_000;

/** 64 hexadecimal digits; `pin` are digits, `salt` is Crockford text: both plain ASCII. */
export function hashPin(pin: string, salt: string): string {
  let hash = `${salt}:${pin}`;
  for (let round = 0; round < ROUNDS; round += 1) hash = sha256(`${salt}:${hash}`);
  return hash;
}

/** Whether these digits are the PIN. */
export function isPin(pin: Pin, digits: string): boolean {
  return hashPin(digits, pin.salt) === pin.hash;
}

/** The first 32 bits of the fractional part of `n`'s root, as FIPS 180-4 takes its constants. */
const fraction = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) | 0;

function constants(): { readonly start: readonly number[]; readonly rounds: readonly number[] } {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p > 0)) primes.push(n);
  return {
    start: primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime))),
    rounds: primes.map((prime) => fraction(Math.cbrt(prime))),
  };
}

let table: ReturnType<typeof constants> | undefined;

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** SHA-256 of ASCII text as hexadecimal digits. */
export function sha256(text: string): string {
  table ??= constants();
  const { start, rounds } = table;
  const state = [...start];
  const words = padded(text);
  const schedule = new Int32Array(64);
  for (let block = 0; block < words.length; block += 16) {
    for (let i = 0; i < 64; i += 1) schedule[i] = scheduled(schedule, words, block, i);
    mix(state, schedule, rounds);
  }
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The text's bytes as 32-bit words, closed with a one bit and the length in bits. */
function padded(text: string): Int32Array {
  const words = new Int32Array((((text.length + 8) >> 6) + 1) * 16);
  for (let i = 0; i < text.length; i += 1)
    words[i >> 2] = (words[i >> 2] ?? 0) | (text.charCodeAt(i) << (24 - (i % 4) * 8));
  words[text.length >> 2] = (words[text.length >> 2] ?? 0) | (0x80 << (24 - (text.length % 4) * 8));
  words[words.length - 1] = text.length * 8;
  return words;
}

function scheduled(schedule: Int32Array, words: Int32Array, block: number, i: number): number {
  if (i < 16) return words[block + i] ?? 0;
  const a = schedule[i - 15] ?? 0;
  const b = schedule[i - 2] ?? 0;
  const first = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3);
  const second = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10);
  return ((schedule[i - 16] ?? 0) + first + (schedule[i - 7] ?? 0) + second) | 0;
}

function mix(state: number[], schedule: Int32Array, rounds: readonly number[]): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < 64; i += 1) {
    const choice = (e & f) ^ (~e & g);
    const high = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice) | 0;
    const one = (high + (rounds[i] ?? 0) + (schedule[i] ?? 0)) | 0;
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = ((state[i] ?? 0) + word) | 0));
}
