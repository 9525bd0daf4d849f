/** What a decision must make sense in beside its shape; each answers where it does not. */
import { EXCLUDED_MAX, type Policy, type Program } from '../../shared/program.ts';

/** The place of the first thing in a program that can't be meant so, as a path. */
export function programFault({ rewards, earn }: Program): string | undefined {
  const seen = new Set<string>();
  for (const [place, { id, discount }] of rewards.entries()) {
    if (seen.has(id)) return `program.rewards.${place}.id`;
    seen.add(id);
    const isNothing = discount.type === 'fixed' && discount.amount === 0;
    if (isNothing) return `program.rewards.${place}.discount.amount`;
  }
  const { excludedProducts = [] } = earn;
  if (excludedProducts.length > EXCLUDED_MAX) return 'program.earn.excludedProducts';
  const wrong = excludedProducts.findIndex((id) => !Number.isSafeInteger(id) || id < 1);
  return wrong === -1 ? undefined : `program.earn.excludedProducts.${wrong}`;
}

/** The same of a policy: limits are halved after they held in full, not before. */
export function policyFault(
  policy: Pick<Policy, 'fullAgeHours' | 'halfAgeHours'>,
): string | undefined {
  return policy.halfAgeHours < policy.fullAgeHours ? 'policy.halfAgeHours' : undefined;
}
