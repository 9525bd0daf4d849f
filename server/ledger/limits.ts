/**
 * What was promised and earned beyond what the merchant had decided. Every version of the program
 * and the policy is kept, so an operation is judged by the one that its register held, with the
 * rules that the register itself goes by.
 *
 * A flag accuses somebody, so a doubtful case is rather missed. These can't be seen here: promises
 * of an offline period that never arrive, and those that arrive after the one that went too far; a
 * promise made after the ledger's word was late, within the limits' sums; versions that a restore
 * from a backup has lost; amounts of another currency than the program's.
 */
import { minor } from '../../shared/amount.ts';
import type { Policy, Program } from '../../shared/program.ts';
import type { OperationOf } from '../../shared/protocol.ts';
import { earnedPoints, evaluate } from '../../shared/rules.ts';
import * as v from '../../shared/schema.ts';
import type { CustomerKey, PeriodRow } from '../database/database.ts';

/**
 * What a register has promised without a network since the newest answer it knew. Operations that
 * name the same answer are of the same period: had anything been settled in between, the answer
 * that said so would be a newer one.
 */
export interface Period {
  readonly promises: Map<string, { readonly customer: CustomerKey; readonly worth: number }>;
  /** References that were taken back in the same period. */
  readonly voided: Set<string>;
}

export function periodName(device: string, period: number): string {
  return `${period}/${device}`;
}

const promiseSchema = v.object({
  body: v.object({ offline: v.literal(true), discount: v.object({ amount: v.number() }) }),
});

export function periodOf(rows: readonly PeriodRow[]): Period {
  const period: Period = { promises: new Map(), voided: new Set() };
  for (const { kind, ref, customer, content } of rows) {
    if (kind === 'void') period.voided.add(ref);
    if (kind !== 'intent' || customer === undefined) continue;
    const promise = v.safeParse(promiseSchema, JSON.parse(content));
    if (!promise.success) continue;
    period.promises.set(ref, { customer, worth: promise.output.body.discount.amount });
  }
  return period;
}

/** Whether a promise made without the ledger's word went beyond the policy it was made under. */
export function exceedsPolicy(
  { hold, body, ref }: OperationOf<'intent'>,
  by: {
    readonly policy: Policy | undefined;
    readonly program: Program;
    readonly period: Period | undefined;
    readonly customer: CustomerKey;
    readonly isAuthorisation: boolean;
  },
): boolean {
  const { policy } = by;
  if (policy === undefined) return false;
  const isComparable = body.discount.currency === by.program.currency;
  const discount = minor(isComparable ? Math.max(1, body.discount.amount) : 1);
  // A tap while connected is promised by the offline limits too when the answer came too late.
  if (!body.offline) return !by.isAuthorisation && discount > policy.perCustomer;
  const promises = [...(by.period?.promises ?? [])].flatMap(([other, promise]) =>
    other === ref || by.period?.voided.has(other) === true ? [] : [promise],
  );
  const ofCustomer = promises.filter(({ customer }) => customer === by.customer);
  const standing = {
    available: hold.amount,
    ageMs: body.shown.ageMs ?? undefined,
    offline: true,
    leased: undefined,
    hasPin: body.pin,
    waitingOfCustomer: minor(isComparable ? worthOf(ofCustomer) : 0),
    waitingOfRegister: minor(isComparable ? worthOf(promises) : 0),
    waitingCount: promises.length,
  };
  return evaluate({ amount: hold.amount, discount }, standing, policy) !== undefined;
}

/** Beyond any limit is beyond any limit: the sum stays an amount. */
function worthOf(promises: readonly { readonly worth: number }[]): number {
  const sum = promises.reduce((all, { worth }) => all + worth, 0);
  return Math.min(WORTH_MAX, sum);
}

const WORTH_MAX = 1_000_000_000_000;

/**
 * How far an earning by a version of the program that the ledger doesn't know may be above the
 * present one; a flag on every sale of such a version would hide the others.
 */
export const OTHER_PROGRAM_FACTOR = 10;

/** Whether a sale earned more points than its program gives for its eligible subtotal. */
export function exceedsProgram(
  { body }: OperationOf<'earn'>,
  by: { readonly own: Program | undefined; readonly present: Program },
): boolean {
  const { amount, currency } = body.eligible;
  if (by.own === undefined)
    return body.points > earnedPoints(by.present, amount) * OTHER_PROGRAM_FACTOR;
  return body.points > (currency === by.own.currency ? earnedPoints(by.own, amount) : 0);
}

const cashSchema = v.object({
  waiting: v.defaulted(v.number(), 0),
  unknown: v.defaulted(v.number(), 0),
});

/**
 * Whether a cash session was closed while the register had something to send or to clear up: what
 * the note says of itself, and nothing when it can't be read.
 */
export function isClosedWithWaiting({ body }: OperationOf<'note'>): boolean {
  if (body.topic !== 'cash-session-complete') return false;
  try {
    const told = v.safeParse(cashSchema, JSON.parse(body.text));
    return told.success && Math.max(0, told.output.waiting) + Math.max(0, told.output.unknown) > 0;
  } catch {
    return false;
  }
}
