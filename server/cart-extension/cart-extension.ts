/** The POS cart app extension (legacy), put together: its door, its chore, and what orders ask. */
import type { Random } from '../../shared/ports.ts';
import type { Mount } from '../app.ts';
import type { Database } from '../database/database.ts';
import type { Ledger } from '../ledger.ts';
import type { Log } from '../log.ts';
import type { Chore } from '../rounds.ts';
import type { SettingsStore } from '../settings.ts';
import { createCartActions, type CartActions } from './actions.ts';
import { createCartDoor, type CartDoorDeps } from './door.ts';
import { createOwnOffers, type OwnOffers } from './own-offers.ts';

export const CART_PATH = '/pos-extension-api';
const FORGET_EVERY_MS = 3_600_000;

export interface CartExtensionDeps {
  readonly database: Pick<Database, 'tables'>;
  readonly ledger: Pick<Ledger, 'database' | 'settle'>;
  readonly settings: Pick<SettingsStore, 'of'>;
  readonly secrets: readonly string[];
  readonly shopHostPattern: RegExp;
  readonly clock: { now(): number };
  readonly random: Random;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Log;
  readonly limits?: CartDoorDeps['limits'];
}

export interface CartExtension {
  readonly mount: Mount;
  readonly chore: Chore;
  readonly refsOfActions: CartActions['refsOfActions'];
  /** What a merchant offers on carts beside the program's rewards. */
  readonly offers: OwnOffers;
}

export function createCartExtension(deps: CartExtensionDeps): CartExtension {
  const offers = createOwnOffers(deps);
  const actions = createCartActions({ ...deps, offers });
  const { limits, ...rest } = deps;
  const door = createCartDoor({ ...rest, actions, ...(limits && { limits }) });
  return {
    mount: { path: CART_PATH, router: door },
    chore: {
      name: 'forget-cart-attempts',
      everyMs: FORGET_EVERY_MS,
      run: (shop, now) => actions.forgetOld(shop, now),
    },
    refsOfActions: (shop, actionIds) => actions.refsOfActions(shop, actionIds),
    offers,
  };
}
