/** Lines that a screen shows: what waits, what was answered, what is owned, offered and typed. */
import { minorFromNumber, type Currency, type Minor } from '../../shared/amount.ts';
import { rewardTitle, type Program } from '../../shared/program.ts';
import { earnedPoints, offlineLimits } from '../../shared/rules.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import type { CartLine } from '../register/cart.ts';
import type { Register } from '../register/register.ts';
import type {
  CustomerView,
  RegisterState,
  Remark,
  RewardOffer,
  WaitingItem,
} from '../register/status.ts';
import type { SyncState } from '../register/sync.ts';
import { exampleEntry, parseEntry } from './amount-entry.ts';
import type { Words } from './words.ts';

/** Lines of a list before "and N more": a cashier reads a handful, never a hundred. */
export const LINES_MAX = 8;

const HOUR_MS = 3_600_000;

/** The operations that waited longest, as many as are shown. */
export function longestWaiting(waiting: readonly WaitingItem[]): readonly WaitingItem[] {
  return [...waiting].sort((a, b) => a.at - b.at).slice(0, LINES_MAX);
}

/** The newest answers, as many as are shown. */
export function newestRemarks(remarks: readonly Remark[]): readonly Remark[] {
  return [...remarks].sort((a, b) => b.at - a.at).slice(0, LINES_MAX);
}

/** One waiting operation: what it is, what it comes to, how long it has waited. */
export function waitingLine(
  { kind, title, unit, amount, at }: WaitingItem,
  words: Words,
  now: number,
): string {
  const what = title ?? kindText(kind, words);
  const ms = now - at;
  if (unit !== undefined && amount !== undefined)
    return valueLine(what, words.value({ unit, amount }), { words, ms });
  return words.text('waiting.line', { what, age: words.age(Math.max(0, ms)) });
}

/** "Free coffee · 200 points · 5 min": `ms` is how long ago, 0 where a clock says it lies ahead. */
export function valueLine(
  what: string,
  value: string,
  { words, ms }: { readonly words: Words; readonly ms: number },
): string {
  return words.text('waiting.lineValue', { what, value, age: words.age(Math.max(0, ms)) });
}

/** What an answer is about. */
export function remarkHead({ kind, ref, at }: Remark, words: Words): string {
  const what = kindText(kind, words);
  const time = words.time(at);
  return ref === undefined
    ? words.text('remarks.line', { what, time })
    : words.text('remarks.lineRef', { what, time, ref });
}

/** What became of it, and why. */
export function remarkText({ status, reason, flags }: Remark, words: Words): string {
  const sentences = [words.text(`status.${status}`)];
  if (reason !== null) sentences.push(words.text(`reason.${reason}`));
  for (const flag of flags) sentences.push(words.text(`flag.${flag}`));
  return sentences.join(' ');
}

const KINDS = [
  'intent',
  'void',
  'missing',
  'commit',
  'earn',
  'return',
  'give-back',
  'take-back',
  'note',
  'opening',
  'adjustment',
  'release',
] as const;

/** A newer version of the app may have written a kind that this one has no word for. */
export function kindText(kind: string, words: Words): string {
  const known = KINDS.find((one) => one === kind);
  return words.text(`kind.${known ?? 'unknown'}`);
}

interface AgeLine {
  readonly text: string;
  readonly tone: 'auto' | 'warning' | 'critical';
}

/** How old the knowledge of a customer's balances is, and what follows from that. */
export function ageLine(
  { ageMs }: Pick<CustomerView, 'ageMs'>,
  state: RegisterState,
  words: Words,
  now: number,
): AgeLine {
  if (ageMs === undefined) {
    const key = state.lastSyncAt === undefined ? 'customer.never' : 'customer.ageUnknown';
    return { text: words.text(key), tone: 'warning' };
  }
  const time = words.time(now - ageMs);
  const age = words.age(ageMs);
  const tier = state.policy === undefined ? 'full' : offlineLimits(state.policy, ageMs).tier;
  switch (tier) {
    case 'full': {
      const text =
        ageMs < HOUR_MS
          ? words.text('customer.asOf', { time })
          : words.text('customer.fresh', { time, age });
      return { text, tone: 'auto' };
    }
    case 'half':
      return { text: words.text('customer.half', { time, age }), tone: 'warning' };
    case 'none':
      return { text: words.text('customer.none', { time, age }), tone: 'critical' };
  }
}

/**
 * A reward's name, what it takes off for how many points, and why it can't be had now. `available`:
 * points that the customer may spend now.
 */
export function offerLines(
  { reward, discount, refusal }: RewardOffer,
  currency: Currency,
  available: number | undefined,
  words: Words,
) {
  const { points } = reward;
  return {
    title: rewardTitle(reward, words.locale()),
    price:
      discount > 0
        ? words.counted('rewards.offer', points, {
            money: words.money({ currency, amount: discount }),
          })
        : words.value({ unit: 'points', amount: points }),
    whyNot:
      refusal === undefined
        ? undefined
        : refusal === 'balance-too-low' && available !== undefined
          ? words.counted('rewards.short', points - available)
          : words.text(`refused.${refusal}`),
    // The PIN is asked for after the tap.
    canTap: refusal === undefined || refusal === 'pin-needed',
  };
}

/** What was typed as an amount of store credit: the amount, and what is wrong with it. */
export function creditEntry(
  text: string,
  currency: Currency,
  refusalOf: (amount: Minor) => ReturnType<Register['creditRefusal']>,
  words: Words,
): { readonly amount: Minor | undefined; readonly error: string | undefined } {
  const amount = parseEntry(text, currency);
  if (text.trim() === '') return { amount, error: undefined };
  if (amount === undefined)
    return { amount, error: words.text('credit.invalid', { example: exampleEntry(currency) }) };
  const refusal = refusalOf(amount);
  // The PIN is asked for after the tap.
  const isFine = refusal === undefined || refusal === 'pin-needed';
  return { amount, error: isFine ? undefined : words.text(`refused.${refusal}`) };
}

/** How far a sync is. */
export function progressText({ snapshot, done, total }: SyncState, words: Words): string {
  if (snapshot !== undefined)
    return words.text('sync.snapshot', {
      loaded: words.number(snapshot.loaded),
      total: words.number(snapshot.total),
    });
  if (total === 0) return words.text('sync.running');
  return words.text('sync.progress', { done: words.number(done), total: words.number(total) });
}

/** What a customer has in points, or that it isn't known here. */
export function pointsLine(
  customer: CustomerId,
  { register, words }: { readonly register: Pick<Register, 'customer'>; readonly words: Words },
): string {
  const { available } = register.customer(customer).points;
  if (available === undefined) return words.text('customer.pointsUnknown');
  return words.value({ unit: 'points', amount: available });
}

/** A line of the cart as its screen needs it. */
export type EarningLine = CartLine & { readonly isGiftCard: boolean };

/**
 * What a line earns, bought alone and before discounts: these are shared out only when the sale is
 * done. `undefined` where nothing can be said.
 */
export function earnsLine(
  program: Program | undefined,
  line: EarningLine | undefined,
  words: Words,
): string | undefined {
  if (program === undefined || line?.price === undefined || line.isGiftCard) return undefined;
  const price = minorFromNumber(line.price * line.quantity, program.currency);
  if (price === undefined) return undefined;
  return words.counted('product.earns', earnedPoints(program, price));
}
