/** Customers by what Shopify finds them by, for the merchant's own eyes: kept nowhere. */
import type { CustomerSearch } from '../../shared/merchant/customer.ts';
import * as v from '../../shared/schema.ts';
import { AdminApiError, type AdminApi } from '../shopify/admin-api.ts';
import { allows, NAMES_SCOPE } from './names.ts';

const SEARCH = `query TideoverCustomerSearch($query: String!) {
  customers(first: 10, query: $query) { nodes { id displayName } }
}`;
const foundSchema = v.object({
  customers: v.object({
    nodes: v.array(v.object({ id: v.string(), displayName: v.nullish(v.string()) })),
  }),
});
const GID = /^gid:\/\/shopify\/Customer\/([1-9]\d{0,15})$/;
const NAME_MAX = 200;
const NUMBER = /^[1-9]\d{0,15}$/;

/** A number is taken as it is; everything else is asked of Shopify, where that is permitted. */
export async function searchCustomers(
  { api, granted }: { readonly api: AdminApi; readonly granted: readonly string[] },
  query: string,
): Promise<CustomerSearch> {
  const asked = query.trim();
  const id = NUMBER.test(asked) ? Number(asked) : undefined;
  if (id !== undefined && Number.isSafeInteger(id))
    return { customers: [{ id, name: null }], missing: null };
  if (!allows(granted, NAMES_SCOPE)) return { customers: [], missing: 'permission' };
  const words = wordsIn(asked);
  if (words === '') return { customers: [], missing: null };
  try {
    const { customers } = await api.query(SEARCH, { query: words }, foundSchema);
    const found = customers.nodes.flatMap((node) => {
      const number = Number(GID.exec(node.id)?.[1]);
      const name = node.displayName?.trim().slice(0, NAME_MAX) ?? '';
      return Number.isSafeInteger(number) ? [{ id: number, name: name === '' ? null : name }] : [];
    });
    return { customers: found, missing: null };
  } catch (error) {
    if (!(error instanceof AdminApiError)) throw error;
    return { customers: [], missing: error.failure === 'denied' ? 'permission' : 'answer' };
  }
}

/** Words alone: what Shopify's search gives a meaning of its own means nothing here. */
function wordsIn(asked: string): string {
  return asked
    .replace(/[^\p{L}\p{N}@.+'’_-]+/gu, ' ')
    .split(' ')
    .filter((word) => /[\p{L}\p{N}]/u.test(word) && !/^(?:and|or|not)$/i.test(word))
    .map((word) => word.replace(/^[-+]+/, ''))
    .join(' ');
}
