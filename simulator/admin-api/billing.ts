/** What a shop pays this app: the operations of the library's billing verbs, and no money. */
import type { ShopDomain } from '../../server/database/database.ts';
import * as v from '../../shared/schema.ts';
import type { FakeOperations } from './operations.ts';

interface Subscription {
  readonly id: string;
  readonly name: string;
  readonly test: boolean;
  readonly lineItems: readonly unknown[];
  status: 'PENDING' | 'ACTIVE' | 'CANCELLED';
}

export interface FakeBilling {
  readonly operations: FakeOperations;
  /** What the merchant does on Shopify's own page: agrees to the newest plan that was asked. */
  approve(shop: ShopDomain): void;
}

const createSchema = v.object({
  name: v.string(),
  test: v.boolean(),
  returnUrl: v.string(),
  lineItems: v.array(v.unknown()),
});
const cancelSchema = v.object({ id: v.string() });

export function createFakeBilling(): FakeBilling {
  const shops = new Map<ShopDomain, Subscription[]>();
  const of = (shop: ShopDomain) => shops.get(shop) ?? [];
  let count = 0;

  const operations: FakeOperations = {
    appSubscription: (_variables, shop) => ({
      currentAppInstallation: {
        activeSubscriptions: of(shop).filter(({ status }) => status === 'ACTIVE'),
        oneTimePurchases: { edges: [], pageInfo: { hasNextPage: false, endCursor: null } },
      },
    }),
    AppSubscriptionCreate: (variables, shop) => {
      const { name, test } = v.parse(createSchema, variables);
      count += 1;
      const id = `gid://shopify/AppSubscription/${count}`;
      const made: Subscription = { id, name, test, lineItems: [], status: 'PENDING' };
      shops.set(shop, [...of(shop), made]);
      const confirmationUrl = `https://${shop}/admin/charges/${count}/confirm`;
      return { appSubscriptionCreate: { appSubscription: made, confirmationUrl, userErrors: [] } };
    },
    appSubscriptionCancel: (variables, shop) => {
      const { id } = v.parse(cancelSchema, variables);
      const found = of(shop).find((one) => one.id === id);
      if (found === undefined) {
        const userErrors = [{ field: ['id'], message: 'There is no such subscription' }];
        return { appSubscriptionCancel: { appSubscription: null, userErrors } };
      }
      found.status = 'CANCELLED';
      return { appSubscriptionCancel: { appSubscription: found, userErrors: [] } };
    },
    appUsageRecordCreate: () => ({
      appUsageRecordCreate: {
        appUsageRecord: null,
        userErrors: [{ field: null, message: 'The plan has nothing that is paid by use' }],
      },
    }),
    appSubscriptionLineItemUpdate: () => ({
      appSubscriptionLineItemUpdate: {
        appSubscription: null,
        confirmationUrl: null,
        userErrors: [{ field: ['id'], message: 'There is no such line' }],
      },
    }),
  };
  return {
    operations,
    approve(shop) {
      const asked = of(shop).findLast(({ status }) => status === 'PENDING');
      if (asked !== undefined) asked.status = 'ACTIVE';
    },
  };
}
