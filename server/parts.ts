/**
 * What the server does beside answering registers, put together in one place: doors with their
 * paths, and the chores of its rounds.
 */
import type { Random } from '../shared/ports.ts';
import type { Mount } from './app.ts';
import type { AuthenticationDeps } from './authenticate-pos.ts';
import { createCartExtension } from './cart-extension/cart-extension.ts';
import type { Database } from './database/database.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import { releaseChore, type Chore, type CommonChore } from './rounds.ts';
import { createSettings } from './settings.ts';
import type { AdminOf } from './shopify/admin-api.ts';
import { createStoreCredit } from './store-credit/store-credit.ts';

export interface PartsDeps extends AuthenticationDeps {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly log: Log;
  readonly sleep: (ms: number) => Promise<void>;
  /** Absent where there is no Shopify to ask. */
  readonly adminOf?: AdminOf;
}

export interface Parts {
  readonly mounts: readonly Mount[];
  readonly chores: readonly (Chore | CommonChore)[];
}

export function createParts(deps: PartsDeps): Parts {
  const settings = createSettings(deps);
  const cart = createCartExtension({ ...deps, settings });
  const { adminOf } = deps;
  const credit = adminOf === undefined ? [] : [createStoreCredit({ ...deps, adminOf, settings })];
  return {
    mounts: [cart.mount],
    chores: [releaseChore(deps.ledger), cart.chore, ...credit.map(({ chore }) => chore)],
  };
}
