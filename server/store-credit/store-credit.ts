/**
 * Shopify's store credit accounts as the truth of a shop that has chosen so: registers redeem from
 * the ledger as always, also while cut off; what the ledger has settled is debited at Shopify
 * afterwards, and the ledger's balances follow Shopify's.
 */
import type { Random } from '../../shared/ports.ts';
import type { ShopDomain } from '../database/database.ts';
import { createLocks } from '../locks.ts';
import type { Chore } from '../rounds.ts';
import type { SettingsStore } from '../settings.ts';
import { AdminApiError, type AdminOf } from '../shopify/admin-api.ts';
import { follow, putWalk, readLink } from './link.ts';
import { walk } from './mirror-walk.ts';
import { sendTransfers, type SenderDeps } from './sender.ts';
import { createCreditApi, levelOf } from './shopify-credit.ts';
import { conflictsOf, end, openCounts, transferBy, type Conflict } from './transfers.ts';

/** Far longer than one round of a shop. */
const LOCK_MS = 10 * 60_000;
/** A shop's round ends after this, so that other shops have their turn. */
const ROUND_MS = 20_000;
const CONFLICTS_LISTED = 200;

export interface StoreCreditDeps extends Omit<SenderDeps, 'hasNotes'> {
  readonly database: SenderDeps['database'] & Parameters<typeof createLocks>[0]['database'];
  readonly adminOf: AdminOf;
  readonly settings: Pick<SettingsStore, 'of'>;
  readonly random: Random;
  readonly sleep: (ms: number) => Promise<void>;
  /** Whether the Admin API is asked in a version that knows notes; `false` when absent. */
  readonly hasNotes?: boolean;
}

export interface StoreCreditState {
  readonly isOn: boolean;
  /** Transfers that are not done. */
  readonly open: { readonly waiting: number; readonly sent: number; readonly conflict: number };
}

export interface StoreCredit {
  /** Follows the switch, sends, clears up and mirrors; several processes may run it. */
  readonly chore: Chore;
  /** `undefined` for a shop that has never kept its store credit at Shopify. */
  state(shop: ShopDomain): Promise<StoreCreditState | undefined>;
  /** Transfers that wait for a person, the oldest first, at most 200. */
  conflicts(shop: ShopDomain): Promise<readonly Conflict[]>;
  /**
   * A person says that it was not done and is to be sent; `false` when there is no such conflict.
   */
  retry(shop: ShopDomain, key: string, by: string): Promise<boolean>;
  /**
   * A person says that it is settled: done, put right by hand at Shopify, or given up; `false` when
   * there is no such conflict.
   */
  settle(shop: ShopDomain, key: string, by: string): Promise<boolean>;
}

export function createStoreCredit(deps: StoreCreditDeps): StoreCredit {
  const { database, clock, settings, adminOf, log } = deps;
  const locks = createLocks(deps);
  const hasNotes = deps.hasNotes ?? false;

  async function round(shop: ShopDomain, isOn: boolean): Promise<void> {
    const link = await follow(database, shop, { isOn, now: clock.now() });
    if (link === undefined) return;
    const api = createCreditApi(adminOf(shop), { hasNotes });
    const work = { ...deps, hasNotes, shop, api, until: clock.now() + ROUND_MS };
    const sent = await sendTransfers(work);
    if (!link.isOn || sent === 'stopped') return;
    try {
      await walk(work, link);
    } catch (error) {
      if (!(error instanceof AdminApiError)) throw error;
      const { failure, message } = error;
      const level = levelOf(failure);
      log(level, 'store-credit-not-mirrored', { shop, failure, message });
      // A page that Shopify no longer knows: the walk begins anew.
      if (failure === 'refused')
        await database.tables((sql) =>
          putWalk(sql, shop, { page: undefined, beganAt: clock.now() }),
        );
    }
  }

  const decide = (
    shop: ShopDomain,
    key: string,
    by: { readonly who: string; readonly state: 'waiting' | 'done' },
  ): Promise<boolean> =>
    database.tables(async (sql) => {
      const before = await transferBy(sql, shop, key);
      if (before === undefined || before.state !== 'conflict') return false;
      if (by.state === 'waiting' && before.problem === 'done-twice') return false;
      const to =
        by.state === 'waiting'
          ? { state: by.state }
          : { state: by.state, transactionId: before.transactionId };
      return end(sql, shop, { before, at: clock.now(), who: by.who, to });
    });

  return {
    chore: {
      name: 'store-credit',
      isRemote: true,
      async run(shop) {
        const { storeCredit } = await settings.of(shop);
        const isOn = storeCredit === 'shopify';
        const isKnown = await database.tables(
          async (sql) => (await readLink(sql, shop)) !== undefined,
        );
        if (!isOn && !isKnown) return;
        await locks.attempt(`store-credit:${shop}`, LOCK_MS, () => round(shop, isOn));
      },
    },
    state: (shop) =>
      database.tables(async (sql) => {
        const link = await readLink(sql, shop);
        if (link === undefined) return undefined;
        return { isOn: link.isOn, open: await openCounts(sql, shop) };
      }),
    conflicts: (shop) => database.tables((sql) => conflictsOf(sql, shop, CONFLICTS_LISTED)),
    retry: (shop, key, who) => decide(shop, key, { who, state: 'waiting' }),
    settle: (shop, key, who) => decide(shop, key, { who, state: 'done' }),
  };
}
