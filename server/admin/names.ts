/**
 * Customers' names for the merchant's own eyes: asked of Shopify each time, kept nowhere. Without
 * the permission, or where Shopify keeps the field back, people read the customer's number.
 */
import * as v from '../../shared/schema.ts';
import { AdminApiError, type AdminApi } from '../shopify/admin-api.ts';

export const NAMES_MAX = 100;
export const NAMES_SCOPE = 'read_customers';

export interface Names {
  /** By customer id; those without a name are left out. */
  readonly names: Readonly<Record<string, string>>;
  /** Why there are none: the permission is missing, or Shopify did not say. */
  readonly missing: 'permission' | 'answer' | null;
}

const NAMES = `query TideoverNames($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Customer { id displayName } }
}`;
const namesSchema = v.object({
  nodes: v.array(
    v.nullable(v.object({ id: v.optional(v.string()), displayName: v.nullish(v.string()) })),
  ),
});
const NAME_MAX = 100;

export async function readNames(
  { api, granted }: { readonly api: AdminApi; readonly granted: readonly string[] },
  ids: readonly number[],
): Promise<Names> {
  if (!allows(granted, NAMES_SCOPE)) return { names: {}, missing: 'permission' };
  if (ids.length === 0) return { names: {}, missing: null };
  const gids = ids.slice(0, NAMES_MAX).map((id) => `gid://shopify/Customer/${id}`);
  try {
    const { nodes } = await api.query(NAMES, { ids: gids }, namesSchema);
    const named = nodes.flatMap((node) => {
      const id = node?.id?.split('/').at(-1);
      const name = node?.displayName?.trim() ?? '';
      return id === undefined || name === '' ? [] : [[id, name.slice(0, NAME_MAX)] as const];
    });
    return { names: Object.fromEntries(named), missing: null };
  } catch (error) {
    if (!(error instanceof AdminApiError)) throw error;
    return { names: {}, missing: error.failure === 'denied' ? 'permission' : 'answer' };
  }
}

/** Whether these permissions hold that one; who may write may read. */
export function allows(granted: readonly string[], scope: string): boolean {
  return granted.includes(scope) || granted.includes(scope.replace(/^read_/, 'write_'));
}
