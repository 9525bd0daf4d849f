/**
 * What a person at the register may know of an order, a customer's past and the last sale: what the
 * ledger says, together with what still waits on this device.
 */
import type { Unit } from '../../shared/amount.ts';
import type { CorrectionReason, CustomerId, Reference } from '../../shared/protocol.ts';

/** Whether the ledger was asked, or only this device's memory. */
export type Source = 'ledger' | 'device';

export interface OrderEarning {
  readonly customer: CustomerId | undefined;
  readonly points: number;
  readonly takenBack: number;
  /** It has not reached the ledger yet. */
  readonly isWaiting: boolean;
}

export interface OrderRedemption {
  readonly ref: Reference;
  readonly customer: CustomerId | undefined;
  readonly unit: Unit;
  readonly title: string;
  /** Whole points or minor units: held while open, else captured. */
  readonly amount: number;
  readonly givenBack: number;
  /** `waiting`: the sale has not reached the ledger yet. */
  readonly state: 'waiting' | 'held' | 'captured' | 'released';
}

export interface OrderView {
  readonly source: Source;
  /** Goods of this order came back, and this device has not told the ledger yet. */
  readonly isReturnWaiting: boolean;
  readonly earned: readonly OrderEarning[];
  readonly redemptions: readonly OrderRedemption[];
}

export interface HistoryEntry {
  /** ms since 1970, by the server's clock, or by the device's while it waits. */
  readonly at: number;
  /** An operation's kind, or the name of another posting of the ledger ("opening", "release"). */
  readonly kind: string;
  readonly unit: Unit;
  /** What it did to the balance: below zero for what was spent. */
  readonly amount: number;
  readonly ref: Reference | undefined;
  /** It has not reached the ledger yet. */
  readonly isWaiting: boolean;
}

export interface CustomerHistory {
  readonly source: Source;
  /** Newest first. */
  readonly entries: readonly HistoryEntry[];
}

/** The newest sale of this device that is still known here. */
export interface SaleView {
  /** Device clock, ms since 1970. */
  readonly at: number;
  readonly orderId: number | undefined;
  readonly customer: CustomerId | undefined;
  readonly earned: number;
  readonly redemptions: readonly {
    readonly ref: Reference;
    readonly title: string;
    readonly unit: Unit;
    readonly amount: number;
  }[];
  /** Not all of it has reached the ledger. */
  readonly isWaiting: boolean;
}

/** A person gives back what a sale captured: whole points or minor units. */
export interface GiveBack {
  readonly ref: Reference;
  readonly amount: number;
  readonly reason: CorrectionReason;
  readonly text: string;
}

/** A person takes back points that an order earned. */
export interface TakeBack {
  readonly orderId: number;
  readonly points: number;
  readonly reason: CorrectionReason;
  readonly text: string;
}

export interface RecentCustomer {
  readonly customer: CustomerId;
  /** Device clock, ms since 1970. */
  readonly at: number;
}
