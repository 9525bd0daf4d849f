/**
 * Holds by a door of the server's own, where no register keeps a record of what was promised. The
 * ledger decides them as it decides an intent of a register that asks first: never below zero, and
 * in strict mode only of what no register may promise while it is cut off.
 *
 * Nobody will tell of such a hold a second time, so from its first moment it counts as one that its
 * register can't tell of: without a void or a sale the ledger releases it a day later, and a sale
 * that is heard of after that still counts.
 */
import type { Money, Points } from '../../shared/amount.ts';
import { assert } from '../../shared/assert.ts';
import type { Program } from '../../shared/program.ts';
import type { CustomerId, Reference } from '../../shared/protocol.ts';
import type { Claim, CustomerKey, Facts, ShopReader } from '../database/database.ts';
import { redemptionOf, type Fact } from './cases.ts';
import type { Decision } from './decision.ts';
import { accountOf, fits, keyOf, nextSeq, post, type Draft } from './draft.ts';
import { createEscrow, freeOf, wish, type Shortage } from './leases.ts';
import { keepOwn } from './own-operation.ts';
import { settleCase } from './settle-case.ts';

/** What is asked for; `points` is more than 0. */
export interface ServerHold {
  readonly ref: Reference;
  readonly customer: CustomerId;
  readonly points: Points;
  /** For people who read the books later. */
  readonly title: string;
  readonly offer: string;
  /** What it takes off the cart, where that is an amount of money. */
  readonly discount: Money | undefined;
}

/**
 * What became of a redemption. refused: there was not enough when it was asked for · gone: voided
 * or released · unknown: the ledger has not heard of it.
 */
export type HoldState = 'held' | 'captured' | 'refused' | 'gone' | 'unknown';

export interface HoldAnswer {
  readonly state: HoldState;
  /** Decided here and now; else it was settled before and nothing was done. */
  readonly isNew: boolean;
  readonly shortage?: Shortage;
}

const NOTHING_DONE: HoldAnswer = { state: 'unknown', isNew: false };

/** The name of the ledger's own operation: a reference is held once, ever. */
export const holdKey = (ref: Reference): string => `hold:${ref}`;
export const voidKey = (ref: Reference): string => `void:${ref}`;

/** Sets the points aside, or says why not; the same again does nothing, as after an abort. */
export function holdDecision(hold: ServerHold, signal?: AbortSignal): Decision<HoldAnswer> {
  const { ref, customer } = hold;
  return {
    reads: { keys: [holdKey(ref)], refs: [ref], customers: [customer] },
    decide: (draft, now) => {
      const { facts } = redemptionOf(draft, ref);
      if (draft.settled.has(holdKey(ref))) return { state: stateOf(facts), isNew: false };
      return signal?.aborted === true ? NOTHING_DONE : decideHold(draft, hold, now);
    },
  };
}

function decideHold(draft: Draft, hold: ServerHold, now: number): HoldAnswer {
  const { ref, points } = hold;
  assert(points > 0, 'a hold of more than nothing');
  const claim = claimOf(draft, hold, holdKey(ref));
  const before = redemptionOf(draft, ref).facts;
  const isOpen = stateOf(before) === 'unknown';
  const shortage = isOpen ? shortageOf(draft, claim) : undefined;
  const about = { about: 'redemption', ref } as const;
  // Offline: word of it may take as long as from a register without a network.
  const intent = { claim, offline: true } as const;
  const facts: readonly Fact[] =
    shortage === undefined
      ? [
          { ...about, event: { type: 'intent', ...intent } },
          { ...about, event: { type: 'missing', claim, at: now } },
        ]
      : [{ ...about, event: { type: 'refused-intent', ...intent } }];
  const { moves, keep } = settleCase(draft, facts);
  assert(fits(draft, moves), 'a hold that keeps every balance within bounds');
  const seq = nextSeq(draft);
  post(draft, seq, moves);
  keep(seq);
  if (shortage === 'set-aside') askForMore(draft, claim, { seq, now });
  const { title, offer, discount } = hold;
  keepOwn(draft, {
    ...aboutClaim(claim, { ref, seq, now }),
    key: holdKey(ref),
    kind: 'intent',
    status: shortage === undefined ? 'applied' : 'closed',
    reason: shortage,
    content: {
      kind: 'intent',
      ref,
      hold: { unit: 'points', amount: points },
      body: { title, discount, offer },
      door: 'cart-extension',
    },
  });
  const state = stateOf(redemptionOf(draft, ref).facts);
  return shortage === undefined ? { state, isNew: true } : { state, isNew: true, shortage };
}

/** Gives back what is held, if it still is; a void that comes first closes the reference. */
export function voidDecision(
  ref: Reference,
  claimed: Pick<ServerHold, 'customer' | 'points'> | undefined,
): Decision<HoldAnswer> {
  return {
    reads: {
      keys: [voidKey(ref)],
      refs: [ref],
      customers: claimed === undefined ? [] : [claimed.customer],
    },
    decide: (draft, now) => {
      const { facts } = redemptionOf(draft, ref);
      const state = stateOf(facts);
      if (state !== 'held' && state !== 'unknown') return { state, isNew: false };
      const claim = facts.intent ?? (claimed && claimOf(draft, claimed, voidKey(ref)));
      // A void that the ledger has kept before an intent it has not seen.
      if (claim === undefined || draft.settled.has(voidKey(ref))) return { state, isNew: false };
      return decideVoid(draft, { ref, claim }, now);
    },
  };
}

function decideVoid(
  draft: Draft,
  { ref, claim }: { readonly ref: Reference; readonly claim: Claim },
  now: number,
): HoldAnswer {
  const { moves, keep } = settleCase(draft, [
    { about: 'redemption', ref, event: { type: 'void', claim } },
  ]);
  const seq = nextSeq(draft);
  post(draft, seq, moves);
  keep(seq);
  keepOwn(draft, {
    ...aboutClaim(claim, { ref, seq, now }),
    key: voidKey(ref),
    kind: 'void',
    status: 'applied',
    reason: undefined,
    content: {
      kind: 'void',
      ref,
      hold: { unit: claim.unit, amount: claim.amount },
      body: { reason: 'removed' },
      door: 'cart-extension',
    },
  });
  return { state: 'gone', isNew: true };
}

/** What the ledger knows of a redemption, from what it has settled of it. */
export function stateOf(facts: Facts | undefined): HoldState {
  if (facts === undefined) return 'unknown';
  if (facts.sales.length > 0) return 'captured';
  if (facts.refused) return 'refused';
  if (facts.voided || facts.released) return 'gone';
  return facts.intent === undefined ? 'unknown' : 'held';
}

/** A shop and what one of its customers can spend at a door of the server's own. */
export interface Standing {
  readonly shopId: number;
  readonly program: Program;
  /** Points in the books, open holds taken off; 0 for a customer of whom nothing is known. */
  readonly balance: number;
  /** What of it a hold could take now; never below 0. */
  readonly available: number;
}

/** `undefined` for a shop that the ledger does not know. */
export async function readStanding(
  reader: ShopReader,
  customer: CustomerId | undefined,
): Promise<Standing | undefined> {
  const shop = await reader.shop();
  if (shop === undefined) return undefined;
  const [known] = customer === undefined ? [] : await reader.customers([customer]);
  const { shopId, program, policy } = shop;
  if (known === undefined) return { shopId, program, balance: 0, available: 0 };
  const accounts = await reader.accounts([known.key]);
  const balance = accounts.find(({ unit }) => unit === 'points')?.customer ?? 0;
  const free = policy.strict ? await freeIn(reader, known.key, balance) : balance;
  return { shopId, program, balance, available: Math.max(0, Math.min(balance, free)) };
}

async function freeIn(reader: ShopReader, key: CustomerKey, balance: number): Promise<number> {
  const escrow = createEscrow(await reader.slots(), await reader.leases([key]));
  return freeOf(escrow, { key, unit: 'points', balance });
}

function shortageOf(draft: Draft, { customer: key, unit, amount }: Claim): Shortage | undefined {
  const balance = accountOf(draft, key, unit).customer;
  if (amount > balance) return 'balance-too-low';
  return amount > freeOf(draft.escrow, { key, unit, balance }) ? 'set-aside' : undefined;
}

/** Registers are asked to give up what they may still promise, as for one of them. */
function askForMore(
  draft: Draft,
  { customer: key, unit }: Claim,
  by: { readonly seq: number; readonly now: number },
): void {
  const balance = accountOf(draft, key, unit).customer;
  wish(draft.escrow, { key, unit, balance }, { ...by, device: '' });
}

function claimOf(
  draft: Draft,
  { customer, points }: Pick<ServerHold, 'customer' | 'points'>,
  id: string,
): Claim {
  return { id, customer: keyOf(draft, customer), unit: 'points', amount: points };
}

function aboutClaim(
  { customer, unit, amount }: Claim,
  by: { readonly ref: Reference; readonly seq: number; readonly now: number },
) {
  return { ...by, customer, unit, amount };
}
