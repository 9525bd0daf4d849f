/**
 * Business rules as pure functions, the same on both sides of the wire: what is available, what may
 * be redeemed while cut off, what a sale earns, what the merchant can lose at most.
 */
import {
  AMOUNT_MAX,
  minor,
  points,
  scaleDown,
  type Minor,
  type Points,
  type Unit,
} from './amount.ts';
import type { Policy, Program } from './program.ts';
import type { CustomerId, Hold, Reference } from './protocol.ts';

/** What one waiting operation does to the balances a person sees. */
export type Waiting =
  | { readonly kind: 'hold'; readonly ref: Reference | undefined; readonly hold: Hold }
  | { readonly kind: 'void'; readonly ref: Reference };

/**
 * What a customer can still spend: the confirmed balance less every waiting hold. A waiting void
 * gives its own hold back only while that hold waits too: crediting a void whose intent the ledger
 * may never have seen would mint money (law RU2).
 */
export function project(
  confirmed: number,
  account: { readonly customer: CustomerId; readonly unit: Unit },
  waiting: readonly Waiting[],
): number {
  const voided = new Set(waiting.filter(({ kind }) => kind === 'void').map(({ ref }) => ref));
  let available = confirmed;
  for (const one of waiting) {
    if (one.kind !== 'hold' || (one.ref !== undefined && voided.has(one.ref))) continue;
    const { customer, unit, amount } = one.hold;
    if (customer === account.customer && unit === account.unit) available -= amount;
  }
  return available;
}

export interface OfflineLimits {
  readonly tier: 'full' | 'half' | 'none';
  readonly perCustomer: Minor;
  readonly perRegister: Minor;
  readonly redemptionsMax: number;
}

const HOUR_MS = 3_600_000;

/**
 * The limits that hold for a cached balance of this age; `undefined` age counts as the middle tier.
 */
export function offlineLimits(policy: Policy, ageMs: number | undefined): OfflineLimits {
  const { perCustomer, perRegister, redemptionsMax } = policy;
  if (ageMs !== undefined && ageMs <= policy.fullAgeHours * HOUR_MS)
    return { tier: 'full', perCustomer, perRegister, redemptionsMax };
  if (ageMs !== undefined && ageMs > policy.halfAgeHours * HOUR_MS)
    return { tier: 'none', perCustomer: minor(0), perRegister: minor(0), redemptionsMax: 0 };
  return {
    tier: 'half',
    perCustomer: minor(scaleDown(perCustomer, 1, 2)),
    perRegister: minor(scaleDown(perRegister, 1, 2)),
    redemptionsMax: scaleDown(redemptionsMax, 1, 2),
  };
}

/** Why a redemption is refused before anything is stored. */
export type Refusal =
  | 'amount-invalid'
  | 'balance-unknown'
  | 'balance-too-low'
  | 'offline-off'
  | 'balance-too-old'
  | 'customer-limit'
  | 'register-limit'
  | 'redemptions-limit'
  /** Strict mode: the ledger has not set so much aside for this register. */
  | 'set-aside'
  | 'pin-needed';

export interface Asked {
  readonly amount: number;
  /** What it takes off the cart, in minor units of the program's currency. */
  readonly discount: Minor;
}

export interface Standing {
  /** `undefined` while the register has never heard of this account. */
  readonly available: number | undefined;
  readonly ageMs: number | undefined;
  /** Whether the ledger's word can't be had, so that the offline policy decides. */
  readonly offline: boolean;
  /**
   * Strict mode: what is left of the register's lease; `undefined` where leases play no part.
   */
  readonly leased: number | undefined;
  /** Whether a manager's PIN was given and is right. */
  readonly hasPin: boolean;
  /** Money value of promises that still wait on this register. */
  readonly waitingOfCustomer: Minor;
  readonly waitingOfRegister: Minor;
  readonly waitingCount: number;
}

/** The first reason to refuse, or `undefined` when the redemption may be promised. */
export function evaluate(asked: Asked, standing: Standing, policy: Policy): Refusal | undefined {
  if (!Number.isSafeInteger(asked.amount) || asked.amount <= 0 || asked.discount <= 0)
    return 'amount-invalid';
  if (standing.available === undefined) return 'balance-unknown';
  if (asked.amount > standing.available) return 'balance-too-low';
  return standing.offline ? offlineRefusal(asked, standing, policy) : undefined;
}

function offlineRefusal(asked: Asked, standing: Standing, policy: Policy): Refusal | undefined {
  if (!policy.redeemOffline) return 'offline-off';
  const limits = offlineLimits(policy, standing.ageMs);
  if (limits.tier === 'none') return 'balance-too-old';
  if (standing.leased !== undefined && asked.amount > standing.leased) return 'set-aside';
  if (standing.waitingOfCustomer + asked.discount > limits.perCustomer) return 'customer-limit';
  if (standing.waitingOfRegister + asked.discount > limits.perRegister) return 'register-limit';
  if (standing.waitingCount + 1 > limits.redemptionsMax) return 'redemptions-limit';
  // Last, so that nobody is sent for a manager who could not help.
  return limits.tier === 'half' && policy.pin !== null && !standing.hasPin
    ? 'pin-needed'
    : undefined;
}

/** The even share of a balance that one of `share` registers may promise while it is cut off. */
export function evenShare(balance: number, share: number): number {
  return share < 1 ? 0 : Math.floor(Math.max(0, balance) / share);
}

/**
 * What is given back of `captured` when goods worth `returned` of `goods` come back: rounded in the
 * customer's favour, never more than was captured (law RU11).
 */
export function givenBack(captured: number, returned: number, goods: number): number {
  return captured - keptOf(captured, returned, goods);
}

/**
 * What is taken back of `earned` points when goods worth `returned` of `goods` come back: rounded
 * in the customer's favour, never more than was earned (law RU12).
 */
export function takenBack(earned: number, returned: number, goods: number): number {
  return goods <= 0 || returned <= 0 ? 0 : shareOf(earned, Math.min(returned, goods), goods);
}

function keptOf(captured: number, returned: number, goods: number): number {
  if (goods <= 0 || returned <= 0) return captured;
  return shareOf(captured, goods - Math.min(returned, goods), goods);
}

/** `floor(amount × part ÷ whole)`: the product may be beyond what a number holds exactly. */
function shareOf(amount: number, part: number, whole: number): number {
  return Number((BigInt(amount) * BigInt(part)) / BigInt(whole));
}

/**
 * Points that an eligible subtotal earns: full steps only, nothing below zero, and no more than an
 * amount can hold, whatever a merchant has set.
 */
export function earnedPoints(program: Program, eligible: Minor): Points {
  if (eligible <= 0 || program.earn.points === 0) return points(0);
  return points(
    Math.min(AMOUNT_MAX, Math.floor(eligible / program.earn.per) * program.earn.points),
  );
}

/**
 * How many points pay for goods of this price, by the fixed reward that gives most for a point;
 * `undefined` when no reward takes a fixed amount off.
 */
export function priceInPoints(program: Program, price: Minor): Points | undefined {
  let least: number | undefined;
  for (const { discount, points: cost } of program.rewards) {
    if (discount.type !== 'fixed' || discount.amount <= 0) continue;
    const needed = Math.ceil((price * cost) / discount.amount);
    if (needed <= AMOUNT_MAX && (least === undefined || needed < least)) least = needed;
  }
  return least === undefined ? undefined : points(least);
}

/**
 * The most that registers cut off from each other can promise beyond what customers own, in minor
 * units (law RU9). One register and no other channel: 0.
 */
export function maximumLoss(
  policy: Policy,
  shop: {
    readonly registers: number;
    readonly customers: number;
    readonly spendableOnline: boolean;
  },
): { readonly perCustomer: Minor; readonly perShop: Minor } {
  const sides = shop.registers - 1 + (shop.spendableOnline ? 1 : 0);
  if (!policy.redeemOffline || policy.strict || sides <= 0)
    return { perCustomer: minor(0), perShop: minor(0) };
  const perRegister = Math.min(policy.perRegister, shop.customers * policy.perCustomer);
  return {
    perCustomer: minor(Math.min(AMOUNT_MAX, sides * policy.perCustomer)),
    perShop: minor(Math.min(AMOUNT_MAX, shop.registers * perRegister)),
  };
}
