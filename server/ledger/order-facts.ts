/** What an order of Shopify says that concerns the ledger, however it was told. */
import type { CustomerId } from '../../shared/protocol.ts';

export interface OrderFacts {
  readonly orderId: number;
  /** Whom it is for, where that was told. */
  readonly customer: CustomerId | undefined;
  readonly currency: string;
  /** What its goods cost before any discount, in minor units; 0 when that is not known. */
  readonly goods: number;
  /** References that it carries, each with what was taken off for it, in minor units. */
  readonly references: readonly {
    readonly ref: string;
    readonly discount: number | undefined;
  }[];
  /** Actions of the POS cart app extension. */
  readonly actions: readonly string[];
  readonly isCancelled: boolean;
  readonly refunds: readonly RefundFacts[];
}

export interface RefundFacts {
  readonly id: number;
  readonly orderId: number;
  readonly currency: string;
  /** What the goods that came back cost before any discount, in minor units. */
  readonly value: number;
  /** The return that it belongs to; `null`: to none; `undefined`: that was not told. */
  readonly returnId: number | null | undefined;
}

/** As registers name the return, so that the same goods come back once. */
export const refundKey = (id: number): string => `refund/${id}`;
export const returnKeyOf = (id: number): string => `return/${id}`;
/** Of a cancelled order: everything that it sold. */
export const cancelKey = (orderId: number): string => `cancel/${orderId}`;
