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

type State = readonly [number, number, number, number, number, number, number, number];

let table: { readonly start: State; readonly rounds: readonly number[] } | undefined;

/** The first 32 bits of the fractional parts of the first primes' roots. */
function constants() {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p > 0)) primes.push(n);
  const fractions = (root: (n: number) => number): number[] =>
    primes.map((prime) => ((root(prime) % 1) * 0x1_0000_0000) | 0);
  return {
    start: fractions(Math.sqrt).slice(0, 8) as unknown as State,
    rounds: fractions(Math.cbrt),
  };
}

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** SHA-256 of ASCII text as hexadecimal digits. */
export function sha256(text: string): string {
  table ??= constants();
  const bytes = padded(text);
  let state = table.start;
  for (let at = 0; at < bytes.byteLength; at += 64) state = mix(state, table.rounds, bytes, at);
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The text's bytes, closed with a one bit and, at the end of a block, the length in bits. */
function padded(text: string): DataView {
  const { length } = text;
  const bytes = new DataView(new ArrayBuffer(((length + 8) >> 6) * 64 + 64));
  for (let i = 0; i < length; i += 1) bytes.setUint8(i, text.charCodeAt(i));
  bytes.setUint8(length, 0x80);
  bytes.setInt32(bytes.byteLength - 4, length * 8);
  return bytes;
}

/** The state after the block of 64 bytes that begins `at`. */
function mix(before: State, rounds: readonly number[], bytes: DataView, at: number): State {
  const words: number[] = [];
  let state = before;
  rounds.forEach((constant, i) => {
    const [a, b, c, d, e, f, g, h] = state;
    const back = (by: number): number => words[i - by] as number;
    const first = turn(back(15), 7) ^ turn(back(15), 18) ^ (back(15) >>> 3);
    const second = turn(back(2), 17) ^ turn(back(2), 19) ^ (back(2) >>> 10);
    const word = i < 16 ? bytes.getInt32(at + i * 4) : (back(16) + first + back(7) + second) | 0;
    words.push(word);
    const choice = (e & f) ^ (~e & g);
    const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + constant + word;
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority;
    state = [(one + two) | 0, a, b, c, (d + one) | 0, e, f, g];
  });
  return before.map((word, i) => (word + (state[i] as number)) | 0) as unknown as State;
}
