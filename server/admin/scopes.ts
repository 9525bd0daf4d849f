/** The permissions that parts of this server need, and what works without them. */
import type { AdminContext } from '../shopify/authenticate.ts';
import { allows } from './names.ts';

/** Each is optional: the registers and the ledger need none of them. */
export const OPTIONAL_SCOPES: Readonly<Record<string, string>> = {
  read_customers: 'Customers are shown by number, not by name.',
  read_orders: 'Orders are not compared with the books: a sale may stay open until a day has gone.',
  read_store_credit_accounts: 'Shopify’s own store credit can’t be read.',
  read_store_credit_account_transactions: 'What became of a payment can’t be looked up.',
  write_store_credit_account_transactions: 'Shopify’s own store credit can’t be used.',
};

export interface ScopeState {
  readonly granted: readonly string[];
  readonly missing: readonly { readonly scope: string; readonly without: string }[];
}

export async function scopeState({ scopes }: Pick<AdminContext, 'scopes'>): Promise<ScopeState> {
  const { granted } = await scopes.query();
  const missing = Object.entries(OPTIONAL_SCOPES)
    .filter(([scope]) => !allows(granted, scope))
    .map(([scope, without]) => ({ scope, without }));
  return { granted, missing };
}
