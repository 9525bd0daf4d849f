/**
 * What can be offered on a cart: the program's rewards, and offers that the merchant makes here
 * alone. A reward always costs points; an offer of the merchant may cost none, and then it is for
 * everyone, also for a cart without a customer.
 */
import { createHash } from 'node:crypto';
import { formatDecimal, type Currency, type Points } from '../../shared/amount.ts';
import type { CartOffer, Gives } from '../../shared/merchant/cart-offers.ts';
import { rewardTitle, type Program } from '../../shared/program.ts';
import type { ActionType, CartRequest } from './message.ts';

/** An offer as the cart sees it, wherever it comes from. */
export interface Offer {
  /** Unique among all offers of a shop. */
  readonly id: string;
  readonly points: Points;
  readonly gives: Gives;
  readonly currency: Currency;
  titleIn(locale: string): string;
}

/** All offers of a shop, the program's rewards first. */
export function offersOf(program: Program, own: readonly CartOffer[]): readonly Offer[] {
  const { currency } = program;
  const rewards = program.rewards.map((reward) => ({
    id: reward.id,
    points: reward.points,
    gives: reward.discount,
    currency,
    titleIn: (locale: string) => rewardTitle(reward, locale),
  }));
  // Ids of rewards hold no underscore.
  const others = own.map((offer) => ({
    id: `_${offer.id}`,
    points: offer.points,
    gives: offer.gives,
    currency,
    titleIn: (locale: string) => titleIn(offer, locale),
  }));
  return [...rewards, ...others].filter(({ gives }) => gives.type !== 'fixed' || gives.amount > 0);
}

function titleIn(offer: CartOffer, locale: string): string {
  return offer.titles[locale] ?? offer.titles[locale.split('-')[0] ?? ''] ?? offer.title;
}

const TYPES: Readonly<Record<Gives['type'], ActionType>> = {
  fixed: 'flat_discount',
  percent: 'percent_discount',
  variant: 'add_variant',
};

export const actionTypeOf = ({ gives }: Offer): ActionType => TYPES[gives.type];

/** Whether this cart can take it: POS knows such actions, and an amount is of its currency. */
export function suits(
  offer: Offer,
  cart: Pick<CartRequest, 'supported_actions' | 'currency_code'>,
): boolean {
  if (!cart.supported_actions.includes(actionTypeOf(offer))) return false;
  return offer.gives.type !== 'fixed' || cart.currency_code === offer.currency;
}

/** The action's `value`. */
export function valueOf({ gives, currency }: Offer): string {
  switch (gives.type) {
    case 'fixed':
      return formatDecimal({ amount: gives.amount, currency });
    case 'percent':
      return String(gives.percent);
    case 'variant':
      return String(gives.variant);
  }
}

/** What it takes off the cart, where that is an amount of money. */
export function discountOf({ gives, currency }: Offer) {
  return gives.type === 'fixed' ? { currency, amount: gives.amount } : undefined;
}

const TERMS_LENGTH = 8;

/** A name for what it costs and gives: an action that was offered on other terms is void. */
export function termsOf(offer: Offer): string {
  const told = [offer.points, offer.gives.type, valueOf(offer), offer.currency];
  const hash = createHash('sha256').update(JSON.stringify(told)).digest('hex');
  return hash.slice(0, TERMS_LENGTH);
}
