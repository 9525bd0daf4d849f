/**
 * What Shopify asks of the POS cart app extension (legacy) and what it is answered, as far as the
 * contract is known. Reading is lenient where a cashier would otherwise see an error: fields that
 * are not used may hold anything, and unknown templates or actions are passed over.
 */
import * as v from '../../shared/schema.ts';
import { customerSchema, id, text } from '../../shared/protocol.ts';

export const TEMPLATE = 'simple_action_list';
export const ACTION_TYPES = ['flat_discount', 'percent_discount', 'add_variant'] as const;
export type ActionType = (typeof ACTION_TYPES)[number];

const NAMES_MAX = 50;
/** A language tag; a title is looked up by it, so it must be no word that every object knows. */
const language = v.pipe(v.string(), v.regex(/^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}$/));
const names = v.pipe(v.array(text(64)), v.maxLength(NAMES_MAX));

export const cartRequestSchema = v.object({
  shop_id: id,
  shopify_domain: text(255),
  /** Absent or `null`: no customer is on the cart, or one of whom only the e-mail is known. */
  customer_id: v.nullish(customerSchema),
  /** The language of the staff ("en-US", "en"). */
  locale: v.fallback(language, 'en'),
  currency_code: v.fallback(text(3), ''),
  supported_templates: names,
  supported_actions: names,
  action_id: v.nullish(text(255)),
});
export type CartRequest = v.InferOutput<typeof cartRequestSchema>;

export interface CartAction {
  readonly type: ActionType;
  readonly title: string;
  readonly description: string;
  readonly action_id: string;
  /** An amount of the request's currency ("5.00"), a percentage ("10"), or a variant's id. */
  readonly value: string;
}

export interface CartAnswer {
  readonly type: typeof TEMPLATE;
  /** Shown only together with the balance. */
  readonly points_label?: string;
  readonly points_balance?: string;
  readonly actions: readonly CartAction[];
}

/** Nothing to show: the answer to whatever can't be served. */
export const NO_ACTIONS: CartAnswer = { type: TEMPLATE, actions: [] };
