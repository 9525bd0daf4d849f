/**
 * The decision about one operation, free of I/O: what it is answered and what it moves. An
 * operation for goods that were given is never refused; the books go below zero and a person is
 * told.
 */
import { unreachable } from '../../shared/assert.ts';
import type { Flag, Hold, Operation, OperationOf, Reason } from '../../shared/protocol.ts';
import type { Claim, CustomerKey, Facts, SettledStatus } from '../database/database.ts';
import { caseOf, isMatched, redemptionOf, returnOf, saleName, type Fact } from './cases.ts';
import { keyOf, type Draft, type Move } from './draft.ts';
import { buyerOf } from './heirs.ts';
import { shortageFor } from './lending.ts';
import type { Shortage } from './leases.ts';
import { exceedsPolicy, exceedsProgram, isClosedWithWaiting, periodName } from './limits.ts';
import type { SaleEvent, SaleGroup } from './sales.ts';
import { settleCase, type Settled } from './settle-case.ts';
import { judge, type RedemptionEvent } from './settlement.ts';

/** Who pushed it and when. */
export interface Push {
  readonly syncId: string;
  readonly device: string;
  readonly staff: number | undefined;
  readonly location: number;
  /** Server clock, ms since 1970. */
  readonly at: number;
  /** Number of the sync's row in the log, should one be written. */
  readonly log: number;
}

export interface Context {
  readonly push: Push;
  /** Nobody was promised it yet: the ledger may refuse. */
  readonly isAuthorisation: boolean;
}

export interface Verdict {
  readonly status: SettledStatus;
  readonly reason?: Reason | undefined;
  readonly flags: readonly Flag[];
  readonly moves: readonly Move[];
  /** Keeps what the decision learned, once it is certain that it stands. */
  readonly keep?: (seq: number) => void;
  /** Forgets it, when it can't stand. */
  readonly undo?: () => void;
}

export function verdictOn(draft: Draft, operation: Operation, context: Context): Verdict {
  switch (operation.kind) {
    case 'intent':
    case 'void':
    case 'missing':
    case 'commit':
      return decideRedemption(draft, operation, context);
    case 'earn':
      return decideEarning(draft, operation);
    case 'return':
      return decideReturn(draft, operation);
    case 'give-back':
      return decideGiveBack(draft, operation);
    case 'take-back':
      return decideTakeBack(draft, operation);
    case 'note': {
      const flags = isClosedWithWaiting(operation) ? (['closed-with-waiting'] as const) : [];
      return { status: 'applied', flags, moves: [] };
    }
    default:
      return unreachable(operation);
  }
}

type RedemptionOperation = OperationOf<'intent' | 'void' | 'missing' | 'commit'>;

function decideRedemption(draft: Draft, operation: RedemptionOperation, context: Context): Verdict {
  const { ref } = operation;
  const before = redemptionOf(draft, ref).facts;
  const shortage =
    operation.kind === 'intent'
      ? shortageFor(draft, operation, {
          facts: before,
          device: context.push.device,
          isAuthorisation: context.isAuthorisation,
        })
      : undefined;
  const event = eventOf(draft, operation, { at: context.push.at, shortage });
  const { status, reason: judged, flags } = judge(before, event);
  const reason = shortage ?? judged;
  const facts: Fact[] = [{ about: 'redemption', ref, event }];
  if (operation.kind === 'commit') {
    const { saleKey, orderId, goods, discount } = operation.body;
    const sale = { saleKey, orderId: orderId ?? undefined };
    const measured = { currency: discount.currency, amount: goods };
    facts.push({ about: 'sale', sale, event: { type: 'commit', ref, goods: measured } });
  }
  const { moves, keep, undo } = settleCase(draft, facts);
  if (operation.kind !== 'intent' || status !== 'applied')
    return { status, reason, flags, moves, keep, undo };
  const isOver = exceeds(draft, operation, context);
  return {
    status,
    reason,
    flags: isOver ? [...flags, 'over-limit'] : flags,
    moves,
    keep: (seq) => {
      keep(seq);
      notePromise(draft, operation, context.push.device);
    },
    undo,
  };
}

function eventOf(
  draft: Draft,
  operation: RedemptionOperation,
  by: { readonly at: number; readonly shortage: Shortage | undefined },
): RedemptionEvent {
  switch (operation.kind) {
    case 'void':
      return { type: 'void', claim: claimOf(draft, operation.id, operation.hold) };
    case 'missing': {
      const claim = claimOf(draft, operation.id, operation.hold);
      return { type: 'missing', claim, at: by.at };
    }
    case 'commit': {
      const { ref, hold, body } = operation;
      const claim = hold === null ? undefined : claimOf(draft, operation.id, hold);
      return {
        type: 'commit',
        claim,
        captured: body.captured ?? undefined,
        paid: body.discount,
        sale: { saleKey: body.saleKey, orderId: body.orderId ?? undefined },
        buyer:
          body.customer === null
            ? undefined
            : buyerOf(draft, body.customer, { ref, holder: claim?.customer }),
      };
    }
    case 'intent': {
      const claim = claimOf(draft, operation.id, operation.hold);
      const { offline } = operation.body;
      return { type: by.shortage === undefined ? 'intent' : 'refused-intent', claim, offline };
    }
  }
}

function claimOf(draft: Draft, id: string, { customer, unit, amount }: Hold): Claim {
  return { id, customer: keyOf(draft, customer), unit, amount };
}

function exceeds(draft: Draft, operation: OperationOf<'intent'>, context: Context): boolean {
  const { body, hold } = operation;
  return exceedsPolicy(operation, {
    policy: body.policy === null ? undefined : draft.policies.get(body.policy),
    program: draft.shop.program,
    period: periodOf(draft, operation, context.push.device),
    customer: keyOf(draft, hold.customer),
    isAuthorisation: context.isAuthorisation,
  });
}

function periodOf(draft: Draft, { lastServerTime }: OperationOf<'intent'>, device: string) {
  return lastServerTime === null
    ? undefined
    : draft.periods.get(periodName(device, lastServerTime));
}

function notePromise(draft: Draft, operation: OperationOf<'intent'>, device: string): void {
  const { body, hold, ref } = operation;
  if (!body.offline) return;
  const customer: CustomerKey = keyOf(draft, hold.customer);
  const worth = body.discount.amount;
  periodOf(draft, operation, device)?.promises.set(ref, { customer, worth });
}

function decideEarning(draft: Draft, operation: OperationOf<'earn'>): Verdict {
  const { id, body } = operation;
  const { saleKey, points, program } = body;
  const sale = { saleKey, orderId: body.orderId ?? undefined };
  const customer = keyOf(draft, body.customer);
  const before = earnedBefore(draft, sale);
  const event: SaleEvent = {
    type: 'earn',
    earning: { id, customer, points },
    goods: { currency: body.eligible.currency, amount: body.goods },
  };
  const settled = settleCase(draft, [{ about: 'sale', sale, event }]);
  const { moves, keep, undo } = settled;
  if (before !== undefined) {
    const differs = before.points !== points || before.customer !== customer;
    const flags = differs ? (['amount-differs'] as const) : [];
    return { status: 'closed', reason: 'already-closed', flags, moves, keep, undo };
  }
  const own = program === null ? undefined : draft.programs.get(program);
  const isTooMuch = exceedsProgram(operation, { own, present: draft.shop.program });
  const flags = isTooMuch ? (['amount-differs'] as const) : [];
  return { status: 'applied', flags, moves, keep, undo };
}

/** The earning that counts of the sale with one of these names. */
function earnedBefore(
  draft: Draft,
  sale: { readonly saleKey: string | undefined; readonly orderId: number | undefined },
) {
  const names = [
    saleName(sale),
    ...(sale.saleKey === undefined ? [] : [`key/${sale.saleKey}`]),
    ...(sale.orderId === undefined ? [] : [`order/${sale.orderId}`]),
  ];
  const { sales } = caseOf(draft, names);
  const isIt = ({ rows }: SaleGroup) =>
    rows.some(
      ({ saleKey, orderId }) =>
        (saleKey !== undefined && saleKey === sale.saleKey) ||
        (orderId !== undefined && orderId === sale.orderId),
    );
  return sales.filter(isIt).find(({ earned }) => earned !== undefined)?.earned?.earning;
}

function decideReturn(draft: Draft, { body }: OperationOf<'return'>): Verdict {
  const { returnKey, value, refs, customer } = body;
  const before = returnOf(draft, returnKey).facts;
  const event = { value, orderId: body.orderId ?? undefined, refs };
  const { found, moves, keep, undo } = settleCase(draft, [{ about: 'return', returnKey, event }]);
  const row = returnOf(draft, returnKey);
  if (JSON.stringify(row.facts) === JSON.stringify(before))
    return { status: 'closed', reason: 'already-closed', flags: [], moves, keep, undo };
  // Most returns of a shop are of sales that neither earned nor used anything.
  const isOurs = customer !== null || refs.length > 0;
  const isUnmatched = isOurs && value.amount > 0 && !isMatched(found, row);
  const flags = isUnmatched ? (['unmatched-return'] as const) : [];
  return { status: 'applied', flags, moves, keep, undo };
}

function decideGiveBack(draft: Draft, operation: OperationOf<'give-back'>): Verdict {
  const { id, ref, body } = operation;
  const before = redemptionOf(draft, ref);
  const event = { type: 'give-back', id, amount: body.amount } as const;
  const { flags } = judge(before.facts, event);
  const settled = settleCase(draft, [{ about: 'redemption', ref, event }]);
  const stands = (facts: Facts) => facts.intent !== undefined || facts.sales.length > 0;
  const after = settled.wanted.redemptions.find(({ row }) => row.ref === ref)?.wanted;
  const given = (after?.givenBack ?? 0) - (before.posted?.givenBack ?? 0);
  const own = stands(before.facts) ? differing(given, body.amount) : ['no-intent' as const];
  return corrected(settled, [...flags, ...own]);
}

function decideTakeBack(draft: Draft, { id, body }: OperationOf<'take-back'>): Verdict {
  const { orderId, points } = body;
  const sale = { saleKey: undefined, orderId };
  const isKnown = earnedBefore(draft, sale) !== undefined;
  const event = { type: 'take-back', id, points } as const;
  const settled = settleCase(draft, [{ about: 'sale', sale, event }]);
  const taken = settled.wanted.sales.reduce(
    (sum, { row, wanted }) => sum + (row.posted?.points ?? 0) - (wanted?.points ?? 0),
    0,
  );
  return corrected(settled, isKnown ? differing(taken, points) : ['no-intent']);
}

/** What a person corrects is done as far as it goes, and they are told when that was not far. */
function differing(done: number, asked: number): readonly Flag[] {
  return done === asked ? [] : ['amount-differs'];
}

function corrected({ moves, keep, undo }: Settled, flags: readonly Flag[]): Verdict {
  return { status: 'applied', flags: [...new Set(flags)], moves, keep, undo };
}
