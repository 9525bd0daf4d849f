/** The plan that a merchant may be asked to take; where none is configured, nothing is asked. */
import type { BillingConfig } from '../config.ts';
import { HttpError } from '../http-error.ts';
import type { AdminContext } from '../shopify/authenticate.ts';

export interface PlanState {
  readonly name: string;
  /** Decimal text. */
  readonly amount: string;
  readonly currency: string;
  readonly isActive: boolean;
}

/** What the shop pays for now; `null` where there is nothing to pay. */
export async function planState(
  { billing }: Pick<AdminContext, 'billing'>,
  config: BillingConfig | undefined,
): Promise<PlanState | null> {
  if (config === undefined) return null;
  const { plan, amount, currency, isTest } = config;
  const { hasActivePayment } = await billing.check({ plans: [plan], isTest });
  return { name: plan, amount, currency, isActive: hasActivePayment };
}

/** Leads to Shopify's own page, where the merchant agrees: rejects with that `Response`. */
export function requestPlan(
  { billing }: Pick<AdminContext, 'billing'>,
  config: BillingConfig | undefined,
): Promise<never> {
  const { plan, isTest } = known(config);
  return billing.request({ plan, isTest });
}

/** Ends every subscription of the plan; answers how many there were. */
export async function cancelPlan(
  { billing }: Pick<AdminContext, 'billing'>,
  config: BillingConfig | undefined,
): Promise<number> {
  const { plan, isTest } = known(config);
  const { appSubscriptions } = await billing.check({ plans: [plan], isTest });
  for (const { id } of appSubscriptions) {
    await billing.cancel({ subscriptionId: id, isTest, prorate: true });
  }
  return appSubscriptions.length;
}

/**
 * What is switched on at the server belongs to the plan. Registers never ask: a shop whose plan
 * has ended still sells, redeems and syncs.
 */
export async function requirePlan(
  { billing }: Pick<AdminContext, 'billing'>,
  config: BillingConfig | undefined,
): Promise<void> {
  if (config === undefined) return;
  const { plan, isTest } = config;
  const onFailure = () =>
    Promise.reject(new HttpError(402, 'plan-missing', `This needs the plan "${plan}".`));
  await billing.require({ plans: [plan], isTest, onFailure });
}

function known(config: BillingConfig | undefined): BillingConfig {
  if (config !== undefined) return config;
  throw new HttpError(404, 'no-plan', 'This app asks for no plan.');
}
