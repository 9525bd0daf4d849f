/**
 * What a person decides about an item: one operation of the ledger, with who, when and why, and
 * with the double entries of what it moves. It is decided on the draft as it stands then, so that
 * of two people who decide at once the second one is told.
 */
import { createHash } from 'node:crypto';
import type { Unit } from '../../shared/amount.ts';
import {
  DECISIONS_MAX,
  type ReviewRequest,
  type UndoRequest,
} from '../../shared/merchant/review.ts';
import type { CustomerKey } from '../database/database.ts';
import type { ReviewDecisionView } from '../database/reviews.ts';
import { redemptionOf } from './cases.ts';
import type { Again, Decision } from './decision.ts';
import { fits, nextSeq, post, type Draft, type Move } from './draft.ts';
import { estateOf, heirOf } from './heirs.ts';
import { canonicalJson } from './incoming.ts';
import { keepOwn } from './own-operation.ts';
import { settleAgain } from './operation-decision.ts';
import { actionsOf, canUndo, standingDecision, writeOff, type Around } from './review-actions.ts';
import type { Reviewed } from './review-items.ts';
import { putItem } from './review-rows.ts';
import { settleCase } from './settle-case.ts';

/** Who decides, when they ask (server clock), and which unit is not ours to post in. */
export interface Deciding {
  readonly by: string;
  readonly now: number;
  readonly foreign: Unit | undefined;
}

/**
 * done: now, or by the same request before · other-content: the decision's id stands for something
 * else · unknown: there is no such item · changed: it is not possible any more, or the name stands
 * for another item than the one that was seen · full: too much was decided about it.
 */
export type Outcome =
  'done' | 'other-content' | 'unknown' | 'changed' | 'out-of-bounds' | 'unreadable' | 'full';

export const decisionKey = (decision: string): string => `review:${decision}`;

export function reviewDecision(
  request: ReviewRequest,
  by: Deciding & { readonly again?: Again | undefined },
): Decision<Outcome> {
  const { key, action, comment, amount } = request;
  return decisionOn(request, by, {
    asked: { key, action, comment, amount },
    decide: (draft, item, deed) => {
      if (item.decisions.length >= DECISIONS_MAX) return 'full';
      if (!actionsOf(item, aroundOf(draft, item, by)).includes(action)) return 'changed';
      if (action === 'retry') return readAgain(draft, item, { ...deed, again: by.again });
      const moved = movedBy(draft, item, request);
      return moved === undefined ? 'changed' : carryOut(draft, item, { ...deed, action, moved });
    },
  });
}

/** Takes back the newest decision about the item, which must be `of`. */
export function undoDecision(request: UndoRequest, by: Deciding): Decision<Outcome> {
  const { key, of, comment } = request;
  return decisionOn(request, by, {
    asked: { key, of, comment },
    decide: (draft, item, deed) => {
      if (item.decisions.length >= 2 * DECISIONS_MAX) return 'full';
      const undoes = standingDecision(item);
      if (undoes?.key !== of || !canUndo(item, undoes, by)) return 'changed';
      const { customer, unit, amount = 0 } = undoes;
      const moved = movedTo(draft, { customer, unit, amount: 0 - amount });
      return carryOut(draft, item, { ...deed, action: 'undo', moved, undoes });
    },
  });
}

/** What is kept of every decision. */
interface Deed {
  readonly decision: string;
  readonly comment: string;
  readonly by: string;
  readonly hash: string;
  readonly now: number;
}

function decisionOn(
  { decision, key, at, comment }: Pick<ReviewRequest, 'decision' | 'key' | 'at' | 'comment'>,
  { by, now: asOf, again }: Deciding & { readonly again?: Again | undefined },
  work: {
    readonly asked: object;
    readonly decide: (draft: Draft, item: Reviewed, deed: Deed) => Outcome;
  },
): Decision<Outcome> {
  const name = decisionKey(decision);
  const hash = hashOf(work.asked);
  const keys = again === undefined ? [name] : [name, again.key];
  return {
    reads: { keys, review: { item: key, now: asOf, again } },
    decide: (draft, now) => {
      const known = draft.settled.get(name)?.[0];
      if (known !== undefined) return known.hash === hash ? 'done' : 'other-content';
      const item = draft.review.items.get(key);
      if (item === undefined) return 'unknown';
      // After a restore positions are given out once more, and names with them.
      if (item.at !== at) return 'changed';
      return work.decide(draft, item, { decision, comment, by, hash, now });
    },
  };
}

/** What a request asks for, in the same form for the same thing. */
export function hashOf(asked: object): string {
  return createHash('sha256').update(canonicalJson(asked)).digest('hex');
}

/** As it stands on the draft. */
function aroundOf(draft: Draft, item: Reviewed, { foreign }: Pick<Deciding, 'foreign'>): Around {
  const { customer, unit, ref } = item;
  const isOwned = customer !== undefined && heirOf(draft, customer) !== undefined;
  const balance =
    isOwned && unit !== undefined ? estateOf(draft, customer, unit).customer : undefined;
  const captured = ref === undefined ? 0 : (redemptionOf(draft, ref).posted?.captured ?? 0);
  const isStrict = draft.shop.policy.strict;
  return { isOwned, balance, isCaptured: captured > 0, foreign, isStrict };
}

/** What a decision moves, and what else follows from it. */
interface Moved {
  readonly moves: readonly Move[];
  readonly customer: CustomerKey | undefined;
  readonly unit: Unit | undefined;
  readonly amount: number | undefined;
  readonly keep?: (seq: number) => void;
  readonly undo?: () => void;
}

/** `undefined` when it is too late for it. */
function movedBy(draft: Draft, item: Reviewed, request: ReviewRequest): Moved | undefined {
  const amount = request.amount ?? 0;
  switch (request.action) {
    case 'write-off': {
      const around = aroundOf(draft, item, { foreign: undefined });
      return movedTo(draft, { ...item, amount: writeOff(item, around) });
    }
    case 'credit':
      return movedTo(draft, { ...item, amount });
    case 'debit':
      return movedTo(draft, { ...item, amount: 0 - amount });
    case 'void':
      return released(draft, item);
    default:
      return movedTo(draft, { ...item, amount: 0 });
  }
}

/** To whom the account's value belongs now; nothing moves for nobody. */
function movedTo(
  draft: Draft,
  to: {
    readonly customer: CustomerKey | undefined;
    readonly unit: Unit | undefined;
    readonly amount: number;
  },
): Moved {
  const { customer, unit, amount } = to;
  const heir = customer === undefined ? undefined : heirOf(draft, customer);
  const about = { customer: heir ?? customer, unit };
  if (amount === 0 || heir === undefined || unit === undefined)
    return { ...about, moves: [], amount: undefined };
  const move = { key: heir, unit, customer: amount, held: 0, redeemed: 0, issued: 0 - amount };
  return { ...about, moves: [move], amount };
}

/** As when the ledger gives up a hold: a sale that is heard of later still counts. */
function released(draft: Draft, { ref }: Reviewed): Moved | undefined {
  const posted = ref === undefined ? undefined : redemptionOf(draft, ref).posted;
  if (ref === undefined || posted === undefined || posted.held === 0) return undefined;
  const event = { type: 'released' } as const;
  const settled = settleCase(draft, [{ about: 'redemption', ref, event }]);
  const { customer, unit, held: amount } = posted;
  return { ...settled, customer, unit, amount };
}

interface Act extends Deed {
  readonly action: ReviewDecisionView['action'];
  readonly moved: Moved;
  readonly undoes?: ReviewDecisionView;
}

/** Posts it under its own position, and the item stands as it has been decided. */
function carryOut(draft: Draft, item: Reviewed, act: Act): Outcome {
  const { moved, undoes, action } = act;
  if (!fits(draft, moved.moves)) {
    moved.undo?.();
    return 'out-of-bounds';
  }
  const seq = nextSeq(draft);
  post(draft, seq, moved.moves);
  moved.keep?.(seq);
  const key = decisionKey(act.decision);
  const { customer, unit, amount } = moved;
  const about = { customer, unit, amount };
  const content = {
    kind: 'review',
    item: item.key,
    action,
    ...(undoes === undefined ? {} : { undoes: undoes.key }),
    comment: act.comment,
    by: act.by,
  };
  const { hash, now } = act;
  keepOwn(draft, { ...about, seq, key, kind: 'review', ref: item.ref, hash, now, content });
  putItem(draft, item, {
    undoes: undoes?.seq,
    decision: {
      ...about,
      item: item.key,
      seq,
      action,
      undoneBy: undefined,
      key,
      at: now,
      content: JSON.stringify(content),
    },
  });
  return 'done';
}

/** Settles what could not be read under its own name, once, as its register sent it. */
function readAgain(
  draft: Draft,
  item: Reviewed,
  deed: Deed & { readonly again: Again | undefined },
): Outcome {
  const { operation } = item;
  const { again, now } = deed;
  const incoming = again?.incoming;
  if (again === undefined || operation === undefined || incoming?.operation === undefined)
    return 'unreadable';
  const kept = draft.settled
    .get(operation.key)
    ?.find(({ seq, status }) => seq === operation.seq && status === 'quarantined');
  if (kept === undefined) return 'changed';
  const log = draft.shop.log + 1;
  const { staff, location } = incoming.operation;
  const { syncId = '', seq } = operation;
  const push = { syncId, device: again.device, staff: staff ?? undefined, location, at: now, log };
  const told = draft.touched.conflicts.length;
  const outcome = settleAgain(draft, incoming, { push, isAuthorisation: false, kept });
  if (outcome !== 'settled') return outcome;
  // No sync brings what is to be looked at of it, so that it has a number of the log to itself.
  if (draft.touched.conflicts.length > told) draft.shop = { ...draft.shop, log };
  draft.review.renamed.push({ seq, key: retriedKey(seq) });
  const { customer, unit } = item;
  const moved = { moves: [], customer, unit, amount: undefined };
  return carryOut(draft, item, { ...deed, action: 'retry', moved });
}

/** The name of an operation that was read once more, and is settled under its own elsewhere. */
export const retriedKey = (seq: number): string => `quarantined:${seq}`;
