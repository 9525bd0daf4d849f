/**
 * What strict mode keeps: which registers share a shop's balances (slots), and how much of an
 * account each may promise while it is cut off (leases), where that is not its even share.
 */
import type { Unit } from '../../shared/amount.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import type { CustomerKey, Span } from './database.ts';

/** One register's place among those that share the balances. */
export interface SlotRow {
  readonly device: string;
  /** The newest `share` that answers tell it: one `told`-th of a balance; 0: nothing. */
  readonly told: number;
  /** Feed position from which on answers tell it. */
  readonly toldAt: number;
  /** The share of the largest part that it may still believe in. */
  readonly held: number;
  /** A cursor below this position is of no use: what it knew of leases counts no longer. */
  readonly from: number;
  /** Whether it has said since it joined that it knows its share. */
  readonly isSure: boolean;
  /** Server clock when it was last heard, ms since 1970, to the hour. */
  readonly seenAt: number;
}

/** How much of one account one register may promise while it is cut off. */
export interface LeaseRow {
  readonly key: CustomerKey;
  readonly unit: Unit;
  readonly device: string;
  /** What it may still believe it has; below zero when it has used more. */
  readonly amount: number;
  /** A smaller amount that answers tell it; counts once it is known to have arrived. */
  readonly offered: number | undefined;
  /** Feed position from which on answers name the row as it is. */
  readonly seq: number;
  /** Server clock, ms since 1970, when another register wanted more than there was. */
  readonly wishedAt: number | undefined;
}

/** What one database transaction changes; rows of the same identity replace older ones. */
export interface LeaseChanges {
  /** `all` takes the slots too. Before anything else. */
  readonly forgotten: 'nothing' | 'leases' | 'all';
  /** Slots that go, with their leases. */
  readonly gone: readonly string[];
  readonly slots: readonly SlotRow[];
  readonly leases: readonly LeaseRow[];
}

/** An account that has leases, as a register is told of it. */
export interface NamedAccount {
  readonly customer: CustomerId;
  readonly key: CustomerKey;
  readonly unit: Unit;
}

export interface LeaseReader {
  slots(): Promise<readonly SlotRow[]>;
  /** Every slot's leases of these customers. */
  leases(keys: readonly CustomerKey[]): Promise<readonly LeaseRow[]>;
  /** Accounts with an offer to this register that was made up to the position `through`. */
  leasesOffered(device: string, through: number): Promise<readonly CustomerKey[]>;
  /** Accounts whose lease of this register is to be told within `span`. */
  leasesTold(device: string, span: Span): Promise<readonly NamedAccount[]>;
  /**
   * The register's lease of every account that has any, of customers with ids in `first`..`last`.
   */
  leasesOfCustomers(page: {
    readonly device: string;
    readonly first: number;
    readonly last: number;
  }): Promise<readonly (NamedAccount & { readonly lease: number })[]>;
}

export interface LeaseWriter {
  writeLeases(changes: LeaseChanges): Promise<void>;
}
