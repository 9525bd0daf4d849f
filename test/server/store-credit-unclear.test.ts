/** Transfers without an answer whose account is not what it was, or can't be read. */
import { afterEach, describe, expect, it } from 'vitest';
import { minor } from '../../shared/amount.ts';
import * as v from '../../shared/schema.ts';
import { mergeDecision } from '../../server/ledger/heirs.ts';
import { operationName } from '../../simulator/admin-api/operations.ts';
import { AdminApiError } from '../../server/shopify/admin-api.ts';
import { failNext, HOUR_MS, openCreditWorld, type CreditWorld } from './store-credit-world.ts';
import type { CreditOptions } from './store-credit-world.ts';
import { ALICE, BOB, EUR, id, intent, ref, SHOP } from './world.ts';

let world: CreditWorld;

afterEach(async () => {
  expect(await world.books.ledger.verify(SHOP)).toEqual([]);
  await world.close();
});

const balanceAtShopify = (customer = ALICE) => world.fake.balance(customer, EUR);
const conflicts = () => world.storeCredit.conflicts(SHOP);
const open = async () => (await world.storeCredit.state(SHOP))?.open;
const NOTHING_OPEN = { waiting: 0, sent: 0, conflict: 0 };

async function start(options: CreditOptions = {}): Promise<void> {
  world = await openCreditWorld({ opening: { [ALICE]: 3_000, [BOB]: 1_200 }, ...options });
  await world.switchTo('shopify');
  await world.round();
}

async function loseAnswerOf(amount: number, when: 'before' | 'after'): Promise<void> {
  await world.sell(amount, BOB);
  failNext(world.fake, { name: 'TideoverStoreDebit', when, failure: 'unknown' });
  await world.round();
}

/** Shopify adds Bob's balance to Alice's; `isRead`: his account can still be asked about. */
async function merge({ isRead }: { readonly isRead: boolean }): Promise<void> {
  const left = balanceAtShopify(BOB);
  if (!isRead) world.fake.removeCustomer(BOB);
  world.fake.change(ALICE, EUR, left);
  await world.books.ledger.settle(SHOP, mergeDecision(BOB, ALICE));
}

describe.each([{ hasNotes: false }, { hasNotes: true }])('a merger before the answer, %o', (by) => {
  it('[SK8] what was done in the account that is gone is not done in the heir’s', async () => {
    await start(by);
    await loseAnswerOf(100, 'after');
    expect(balanceAtShopify(BOB)).toBe(1_100);
    await merge({ isRead: false });
    await world.rest();
    expect(balanceAtShopify()).toBe(4_100);
    expect(await conflicts()).toMatchObject([{ problem: 'unclear', amount: 100 }]);
    expect(await world.credit()).toBe(4_000);
    const [conflict] = await conflicts();
    await world.storeCredit.settle(SHOP, conflict?.key ?? '', 'the owner');
    await world.rest();
    expect([balanceAtShopify(), await world.credit()]).toEqual([4_100, 4_100]);
  });

  it('[SK8] it is found in the account that it was sent to while that can be read', async () => {
    await start(by);
    await loseAnswerOf(100, 'after');
    await merge({ isRead: true });
    await world.rest();
    expect(await open()).toEqual(NOTHING_OPEN);
    expect([balanceAtShopify(), await world.credit()]).toEqual([4_100, 4_100]);
  });

  it('[SK8] and its absence in both does not show that it was not done', async () => {
    await start(by);
    await loseAnswerOf(100, 'before');
    await merge({ isRead: true });
    await world.rest();
    expect(balanceAtShopify()).toBe(4_200);
    expect(await conflicts()).toMatchObject([{ problem: 'unclear', amount: 100 }]);
    const [conflict] = await conflicts();
    await world.storeCredit.retry(SHOP, conflict?.key ?? '', 'the owner');
    await world.rest();
    expect([balanceAtShopify(), await world.credit()]).toEqual([4_100, 4_100]);
  });
});

describe('a history that does not reach back', () => {
  it.each([{ when: 'before' as const }, { when: 'after' as const }])(
    '[SK8] to where the account was when it was sent shows nothing, effect lost %o',
    async ({ when }) => {
      let isCut = false;
      await start({
        adminOf: (usual) => (shop) => ({
          async query(document, variables, schema) {
            const name = operationName(document);
            if (!isCut || name !== 'TideoverCreditTransactions')
              return usual(shop).query(document, variables, schema);
            const pageInfo = { hasNextPage: false, endCursor: null };
            return v.parse(schema, {
              storeCreditAccount: { transactions: { nodes: [], pageInfo } },
            });
          },
        }),
      });
      await loseAnswerOf(100, when);
      isCut = true;
      await world.rest();
      expect(balanceAtShopify(BOB)).toBe(when === 'before' ? 1_200 : 1_100);
      expect(await conflicts()).toMatchObject([{ problem: 'unclear', amount: 100 }]);
      expect(await world.credit(BOB)).toBe(balanceAtShopify(BOB) - 100);
    },
  );

  it('[SK8] a customer who is gone at Shopify meanwhile is left to a person', async () => {
    await start();
    await loseAnswerOf(100, 'after');
    world.fake.removeCustomer(BOB);
    await world.rest();
    expect(await conflicts()).toMatchObject([
      { problem: 'unclear', evidence: '{"because":"no-account"}' },
    ]);
  });
});

describe('accounts that can not be asked about', () => {
  const BAD = [901, 902, 903, 904];
  let unreadable: readonly number[] = [];

  /** Each of the bad sells first, so that all others are behind them. */
  async function sellBehindBad(): Promise<void> {
    unreadable = [];
    await start();
    for (const customer of BAD) world.fake.change(customer, EUR, 1_000);
    await world.rest();
    for (const customer of BAD) await world.sell(50, customer);
    unreadable = BAD;
    world.fake.mischief.before = (name, variables) => {
      const isBad = unreadable.some((one) => String(variables['customer']).endsWith(`/${one}`));
      if (name === 'TideoverCredit' && isBad) throw new AdminApiError('unknown', 'no answer');
    };
    await world.sell(100, ALICE);
  }

  it('[SK11] hold up neither the transfers behind them nor the walk', async () => {
    await sellBehindBad();
    world.fake.change(BOB, EUR, 300);
    world.advance(HOUR_MS);
    await world.round();
    expect(await world.credit(BOB)).toBe(1_500);
    await world.round();
    expect(balanceAtShopify()).toBe(2_900);
    await world.sell(100, ALICE);
    await world.round();
    expect(balanceAtShopify()).toBe(2_800);
    expect(await open()).toEqual({ waiting: 4, sent: 0, conflict: 0 });
    unreadable = [];
    await world.rest();
    expect(await open()).toEqual(NOTHING_OPEN);
    for (const customer of BAD) expect(balanceAtShopify(customer)).toBe(950);
  });

  it('[SK11] are listed after hours, if Shopify answers about others', async () => {
    await sellBehindBad();
    await world.rest();
    world.advance(7 * HOUR_MS);
    await world.round();
    expect(await conflicts()).toEqual([]);
    for (let n = 0; n < 4; n += 1) {
      await world.sell(10, ALICE);
      await world.round();
    }
    expect(await conflicts()).toMatchObject(
      BAD.map((customerId) => ({ problem: 'unreadable', customerId, amount: 50 })),
    );
    unreadable = [];
    for (const { key } of await conflicts())
      expect(await world.storeCredit.retry(SHOP, key, 'the owner')).toBe(true);
    await world.rest();
    expect(await open()).toEqual(NOTHING_OPEN);
    for (const customer of BAD) expect(balanceAtShopify(customer)).toBe(950);
  });

  it('[SK7, SK11] an account that failed once begins its hours anew later', async () => {
    await sellBehindBad();
    await world.rest();
    unreadable = [];
    await world.rest();
    expect(await open()).toEqual(NOTHING_OPEN);
    world.advance(7 * HOUR_MS);
    unreadable = BAD;
    for (const customer of BAD) await world.sell(50, customer);
    for (let n = 0; n < 4; n += 1) {
      await world.sell(10, ALICE);
      await world.round();
    }
    expect(await conflicts()).toEqual([]);
  });

  it('[SK11] one that was sent is listed as unclear, and after days in any case', async () => {
    await start();
    await loseAnswerOf(100, 'after');
    world.fake.mischief.before = (name) => {
      if (name === 'TideoverCredit') throw new AdminApiError('unknown', 'no answer');
    };
    await world.rest();
    world.advance(60 * HOUR_MS);
    await world.rest();
    expect(await conflicts()).toEqual([]);
    world.advance(13 * HOUR_MS);
    await world.rest();
    expect(await conflicts()).toMatchObject([{ problem: 'unclear', amount: 100 }]);
    expect(await world.credit(BOB)).toBe(1_000);
  });
});

describe('a merged customer’s hold that comes while balances are read', () => {
  let meanwhile: (() => Promise<void>) | undefined;
  const act = async () => {
    const once = meanwhile;
    meanwhile = undefined;
    await once?.();
  };

  /** What is done just before the decision, or while Shopify is asked. */
  function interrupted(place: 'decision' | 'question'): CreditOptions {
    return {
      around: ({ database, ledger }) => ({
        database,
        ledger: {
          async settle(shop, decision) {
            if (place === 'decision') await act();
            return ledger.settle(shop, decision);
          },
        },
      }),
      adminOf: (usual) => (shop) => ({
        async query(document, variables, schema) {
          const read = await usual(shop).query(document, variables, schema);
          if (place === 'question' && operationName(document) === 'TideoverCreditPage') await act();
          return read;
        },
      }),
    };
  }

  async function hold(amount: number): Promise<void> {
    const about = { customer: BOB, unit: EUR, amount };
    const body = { reward: null, discount: { currency: EUR, amount: minor(amount) } };
    const operation = intent({ id: id('H', 1), ref: ref('H'), hold: about, body });
    await world.books.sync({ operations: [operation] });
  }

  it.each([{ place: 'decision' as const }, { place: 'question' as const }])(
    '[SK2] is not told as there, at the $place',
    async ({ place }) => {
      await start({ ...interrupted(place), opening: { [ALICE]: 3_000 } });
      await merge({ isRead: false });
      await world.rest();
      world.fake.change(ALICE, EUR, 10);
      world.advance(HOUR_MS);
      meanwhile = () => hold(500);
      await world.round();
      expect(await world.credit()).toBe(2_510);
      expect(meanwhile).toBeUndefined();
    },
  );

  it.each([{ place: 'decision' as const }, { place: 'question' as const }])(
    '[SK2] nor is it when the merger itself comes then, at the $place',
    async ({ place }) => {
      await start(interrupted(place));
      await hold(500);
      world.fake.removeCustomer(BOB);
      world.fake.change(ALICE, EUR, 1_200);
      world.advance(HOUR_MS);
      meanwhile = async () =>
        void (await world.books.ledger.settle(SHOP, mergeDecision(BOB, ALICE)));
      await world.round();
      expect(meanwhile).toBeUndefined();
      expect(await world.credit()).toBe(3_700);
      await world.rest();
      expect(await world.credit()).toBe(3_700);
    },
  );

  it('[SK1] heirs alone wait while the ledger decides something all the time', async () => {
    let isBusy = false;
    await start({
      around: ({ database, ledger }) => ({
        database,
        ledger: {
          async settle(shop, decision) {
            if (isBusy) await world.sell(1, 303);
            return ledger.settle(shop, decision);
          },
        },
      }),
    });
    await world.books.ledger.settle(SHOP, mergeDecision(BOB, ALICE));
    await world.rest();
    isBusy = true;
    for (const customer of [ALICE, 404]) world.fake.change(customer, EUR, 10);
    world.advance(HOUR_MS);
    const before = await world.credit();
    await world.round();
    expect([await world.credit(), await world.credit(404)]).toEqual([before, 10]);
    isBusy = false;
    world.advance(HOUR_MS);
    await world.rest();
    expect(await world.credit()).toBe(before + 10);
  });
});
