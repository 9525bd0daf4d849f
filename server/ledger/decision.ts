/**
 * What the server decides by itself, on the same draft and in the same database transactions as
 * what registers send: postings, orders, the merchant's program and policy.
 */
import type { Policy, Program } from '../../shared/program.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import type { Draft } from './draft.ts';
import { forgetEscrow } from './leases.ts';

/** What is read before a decision; whatever hangs together with it is read as well. */
export interface Reads {
  /** Keys of operations that may have been settled already. */
  readonly keys?: readonly string[];
  readonly customers?: readonly CustomerId[];
  readonly refs?: readonly string[];
  readonly orderIds?: readonly number[];
  readonly returnKeys?: readonly string[];
}

export interface Decision<T = void> {
  /** With it the shop is created if the ledger does not know it; it must be the shop's own. */
  readonly shopId?: number;
  /** How many operations it is worth; 1 when absent. */
  readonly weight?: number;
  readonly reads: Reads;
  /**
   * Changes the draft. It may run more than once, each time on a fresh draft, and what it throws
   * undoes all of it.
   */
  decide(draft: Draft, now: number): T;
}

export type Settled<T> =
  { readonly result: T } | { readonly refused: 'unknown-shop' | 'wrong-shop' };

/** The program from now on; the next answer tells the registers. */
export function programDecision(shopId: number, program: Program): Decision {
  return {
    shopId,
    reads: {},
    decide: (draft) => {
      draft.shop = { ...draft.shop, program: renewed(draft.shop.program, program) };
    },
  };
}

export function policyDecision(shopId: number, policy: Policy): Decision {
  return {
    shopId,
    reads: {},
    decide: (draft) => {
      const { strict } = draft.shop.policy;
      draft.shop = { ...draft.shop, policy: renewed(draft.shop.policy, policy) };
      if (draft.shop.policy.strict !== strict) forgetEscrow(draft.escrow);
    },
  };
}

/** The new version of a merchant's decision; the same decision again keeps its version. */
function renewed<T extends { readonly version: number }>(before: T, after: T): T {
  const isSame =
    JSON.stringify({ ...before, version: 0 }) === JSON.stringify({ ...after, version: 0 });
  return isSame ? before : { ...after, version: before.version + 1 };
}
