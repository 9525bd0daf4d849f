/**
 * What the merchant decides: the loyalty program (rewards, earning) and the offline policy (how
 * much a register may promise while it is cut off). Registers hold one version of each, sent with
 * every sync.
 */
import * as v from './schema.ts';
import { AMOUNT_MAX, isCurrency, type Currency, type Minor, type Points } from './amount.ts';

export const REWARDS_MAX = 50;
export const TITLE_LENGTH_MAX = 60;

export const currencySchema = v.pipe(v.string(), v.custom<Currency>(isCurrency));

/** A whole number from `least` to `AMOUNT_MAX`. */
const whole = (least: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(AMOUNT_MAX));

export const pointsSchema = v.pipe(
  whole(0),
  v.transform((value: number) => value as Points),
);
export const minorSchema = v.pipe(
  whole(0),
  v.transform((value: number) => value as Minor),
);

const titleSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(TITLE_LENGTH_MAX));

/** Products that earn nothing, at most. */
export const EXCLUDED_MAX = 200;

/** A reward costs whole points and takes a fixed amount, or a whole percentage, off the cart. */
export const rewardSchema = v.object({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/)),
  title: titleSchema,
  /** Titles by language ("fr"); `title` serves every other language. */
  titles: v.record(v.string(), titleSchema),
  points: v.pipe(
    whole(1),
    v.transform((value: number) => value as Points),
  ),
  discount: v.variant('type', [
    v.object({ type: v.literal('fixed'), amount: minorSchema }),
    v.object({
      type: v.literal('percent'),
      percent: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(100)),
    }),
  ]),
});
export type Reward = v.InferOutput<typeof rewardSchema>;

export const programSchema = v.object({
  version: whole(1),
  name: titleSchema,
  currency: currencySchema,
  rewards: v.pipe(v.array(rewardSchema), v.maxLength(REWARDS_MAX)),
  /** `points` for every full `per` minor units of the eligible subtotal; 0 points is off. */
  earn: v.object({
    points: whole(0),
    per: whole(1),
    /** Shopify's numbers of products that earn nothing, at most `EXCLUDED_MAX`. */
    excludedProducts: v.optional(v.array(v.number())),
  }),
  /** Whether store credit can be redeemed at the register. */
  storeCredit: v.boolean(),
});
export type Program = v.InferOutput<typeof programSchema>;

/** The least and most digits of a manager's PIN. */
export const PIN_DIGITS_MIN = 4;
export const PIN_DIGITS_MAX = 8;
/** Wrong PINs that a register takes before it must hear from the ledger again. */
export const PIN_ATTEMPTS_MAX = 5;

/**
 * A manager's PIN as registers hold it. Few digits can be found by trying them all, so this keeps a
 * PIN from being read, not from being guessed by someone who copies the device's storage.
 */
export const pinSchema = v.object({
  salt: v.pipe(v.string(), v.regex(/^[0-9A-HJKMNP-TV-Z]{16}$/)),
  /** 64 hexadecimal digits, as `hashPin` makes them. */
  hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
export type Pin = v.InferOutput<typeof pinSchema>;

/**
 * Limits for promises made without the ledger's word (by customer, register, number, age).
 * Amounts are minor units of `Program.currency`; a limit of 0 allows nothing.
 */
export const policySchema = v.object({
  version: whole(1),
  redeemOffline: v.boolean(),
  earnOffline: v.boolean(),
  perCustomer: minorSchema,
  perRegister: minorSchema,
  redemptionsMax: whole(0),
  /** Up to this age of the cached balance (hours) the limits hold in full. */
  fullAgeHours: whole(0),
  /** Up to this age they are halved; beyond it nothing is redeemed offline. */
  halfAgeHours: whole(0),
  /** Asked for where the limits are halved; `null`: nobody has to be asked. */
  pin: v.nullable(pinSchema),
  /**
   * Cut off, a register promises only what the ledger has set aside for it, so that registers can't
   * overspend together.
   */
  strict: v.boolean(),
});
export type Policy = v.InferOutput<typeof policySchema>;

/**
 * The defaults of a new shop: 50.00 a customer, 500.00 and 50 redemptions a register, 24 h and 72
 * h.
 */
export const POLICY_DEFAULT: Policy = {
  version: 1,
  redeemOffline: true,
  earnOffline: true,
  perCustomer: 5_000 as Minor,
  perRegister: 50_000 as Minor,
  redemptionsMax: 50,
  fullAgeHours: 24,
  halfAgeHours: 72,
  pin: null,
  strict: false,
};

/** The reward's title in the language of `locale` ("fr-CA" finds "fr"). */
export function rewardTitle(reward: Reward, locale: string): string {
  return reward.titles[locale] ?? reward.titles[locale.split('-')[0] ?? ''] ?? reward.title;
}
