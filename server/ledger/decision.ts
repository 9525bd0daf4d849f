/**
 * What the server decides by itself, on the same draft and in the same database transactions as
 * what registers send: postings, orders, the merchant's program and policy.
 */
import { policySchema, type Policy, type Program } from '../../shared/program.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';
import type { Sql } from '../database/sql.ts';
import type { Draft } from './draft.ts';
import type { Incoming } from './incoming.ts';
import { forgetEscrow } from './leases.ts';

/** What is read before a decision; whatever hangs together with it is read as well. */
export interface Reads {
  /** Keys of operations that may have been settled already. */
  readonly keys?: readonly string[];
  readonly customers?: readonly CustomerId[];
  readonly refs?: readonly string[];
  readonly orderIds?: readonly number[];
  readonly returnKeys?: readonly string[];
  /** An item of the review as it stands at `now` (server clock), and what is read once more. */
  readonly review?: {
    readonly item: string;
    readonly now: number;
    readonly again: Again | undefined;
  };
}

/** An operation that a register has sent before. */
export interface Again {
  /** The name under which it is kept. */
  readonly key: string;
  readonly device: string;
  readonly incoming: Incoming;
}

export interface Decision<T = void> {
  /** With it the shop is created if the ledger does not know it; it must be the shop's own. */
  readonly shopId?: number;
  /** How many operations it is worth; 1 when absent. */
  readonly weight?: number;
  readonly reads: Reads;
  /** Looks at tables beside the ledger's, in its database transaction, before each `decide`. */
  readonly look?: (sql: Sql) => Promise<void>;
  /**
   * Changes the draft. It may run more than once, each time on a fresh draft, and what it throws
   * undoes all of it.
   */
  decide(draft: Draft, now: number): T;
}

export type Settled<T> =
  { readonly result: T } | { readonly refused: 'unknown-shop' | 'wrong-shop' };

/** Who decides, having seen which version; code that decides by itself has seen none. */
export interface Decider {
  readonly by: string;
  readonly expected: number;
}

/** Code, which may create the shop, or a person. */
type From = { readonly shopId: number } | Decider;

/** Why a merchant's decision changed nothing: somebody's came first, or of another currency. */
export type DecisionFault = 'changed' | 'other-currency';

/**
 * The program from now on; the next answer tells the registers. A person can't change its currency:
 * what was sold, promised and limited is counted in it.
 */
export function programDecision(program: Program, from: From): Decision<DecisionFault | undefined> {
  return {
    ...shopOf(from),
    reads: {},
    decide: (draft, now) => {
      const { program: before } = draft.shop;
      if (isOutdated(from, before)) return 'changed';
      if ('by' in from && program.currency !== before.currency) return 'other-currency';
      const decided = renewed(before, program);
      if (decided === before) return undefined;
      draft.shop = { ...draft.shop, program: decided };
      draft.touched.decisions.push({ subject: 'program', decided, at: now, by: byOf(from) });
      return undefined;
    },
  };
}

/** The policy from now on; without a `pin` in it the one from before stays. */
export function policyDecision(
  policy: Omit<Policy, 'pin'> & Partial<Pick<Policy, 'pin'>>,
  from: From,
): Decision<DecisionFault | undefined> {
  return {
    ...shopOf(from),
    reads: {},
    decide: (draft, now) => {
      const { policy: before } = draft.shop;
      if (isOutdated(from, before)) return 'changed';
      const { pin = before.pin } = policy;
      const decided = renewed(before, v.parse(policySchema, { ...policy, pin }));
      if (decided === before) return undefined;
      draft.shop = { ...draft.shop, policy: decided };
      draft.touched.decisions.push({ subject: 'policy', decided, at: now, by: byOf(from) });
      if (decided.strict !== before.strict) forgetEscrow(draft.escrow);
      return undefined;
    },
  };
}

/** A person decides for a shop that the ledger knows; code may create one. */
const shopOf = (from: From) => ('shopId' in from ? { shopId: from.shopId } : {});
const byOf = (from: From) => ('by' in from ? from.by : null);
const isOutdated = (from: From, { version }: { readonly version: number }) =>
  'expected' in from && from.expected !== version;

/** The new version of a merchant's decision; the same decision again keeps its version. */
function renewed<T extends { readonly version: number }>(before: T, after: T): T {
  const isSame =
    JSON.stringify({ ...before, version: 0 }) === JSON.stringify({ ...after, version: 0 });
  return isSame ? before : { ...after, version: before.version + 1 };
}
