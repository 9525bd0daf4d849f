/** Orders put together: handlers for webhooks, and the reconciliation with what Shopify knows. */
import type { Random } from '../../shared/ports.ts';
import type { Database, ShopDomain } from '../database/database.ts';
import type { Ledger } from '../ledger.ts';
import { createLocks } from '../locks.ts';
import type { Log } from '../log.ts';
import type { AdminOf } from '../shopify/admin-api.ts';
import { createOrderHandlers, settleOrder, type SettleOrderDeps } from './order-handlers.ts';
import { createReconciler, type Reconciler } from './reconcile.ts';

export interface OrdersDeps extends SettleOrderDeps {
  readonly database: Pick<Database, 'tables'>;
  readonly ledger: Pick<Ledger, 'settle'>;
  /** Absent where there is no Shopify to ask. */
  readonly adminOf?: AdminOf | undefined;
  readonly clock: { now(): number };
  readonly random: Random;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Log;
}

export interface Orders {
  readonly handlers: ReturnType<typeof createOrderHandlers>;
  /** One chore or none; to stand before the release of holds, which waits for what it finds. */
  readonly chores: readonly Reconciler['chore'][];
  /** Up to when holds may be released; `now` where nobody can be asked. */
  coveredUntil(shop: ShopDomain, now: number): Promise<number>;
  /** For the merchant's page; `undefined` for a shop that was never asked. */
  readonly state: Reconciler['state'];
}

export function createOrders(deps: OrdersDeps): Orders {
  const handlers = createOrderHandlers(deps);
  const { adminOf } = deps;
  if (adminOf === undefined)
    return {
      handlers,
      chores: [],
      coveredUntil: (_shop, now) => Promise.resolve(now),
      state: () => Promise.resolve(undefined),
    };
  const settle: Parameters<typeof createReconciler>[0]['settle'] = (shop, order) =>
    settleOrder(deps, shop, order);
  const { chore, coveredUntil, state } = createReconciler({
    ...deps,
    adminOf,
    settle,
    locks: createLocks(deps),
  });
  return { handlers, chores: [chore], coveredUntil, state };
}
