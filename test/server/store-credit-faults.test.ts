/**
 * Store credit at Shopify with a process that dies, and answers that are lost, at every single
 * call; and whole days of sales with many such faults, one number each.
 */
import { describe, expect, it } from 'vitest';
import { AdminApiError, type AdminApi } from '../../server/shopify/admin-api.ts';
import { seededRandom, type SeededRandom } from '../support/seeded-random.ts';
import { ALICE, BOB, EUR, SHOP } from './world.ts';
import { openCreditWorld, type CreditOptions, type CreditWorld } from './store-credit-world.ts';

const DAYS = 6;

/** What goes wrong at a call: the process dies, or Shopify's answer is lost; before or after it. */
type Fault = 'killed' | 'unanswered' | 'throttled' | 'denied';
interface Faults {
  /** Asked twice for each call: before it, and when it has had its effect. */
  at(call: 'shopify' | 'database' | 'ledger', when: 'before' | 'after'): Fault | undefined;
}

function strike(fault: Fault | undefined): void {
  switch (fault) {
    case undefined:
      return;
    case 'killed':
      throw new Error('killed');
    case 'unanswered':
      throw new AdminApiError('unknown', 'no answer');
    case 'throttled':
    case 'denied':
      throw new AdminApiError(fault, fault);
  }
}

function disturbed(faults: () => Faults): CreditOptions {
  const around =
    <A extends readonly unknown[], T>(
      call: Parameters<Faults['at']>[0],
      run: (...args: A) => Promise<T>,
    ) =>
    async (...args: A): Promise<T> => {
      strike(faults().at(call, 'before'));
      const result = await run(...args);
      strike(faults().at(call, 'after'));
      return result;
    };
  return {
    opening: { [ALICE]: 3_000, [BOB]: 1_200 },
    adminOf: (usual) => (shop) => {
      const admin = usual(shop);
      const query: AdminApi['query'] = (document, variables, schema) =>
        around('shopify', () => admin.query(document, variables, schema))();
      return { query };
    },
    around: ({ database, ledger }) => ({
      database: {
        ...database,
        tables: (work) => around('database', () => database.tables(work))(),
      },
      ledger: {
        settle: (shop, decision) => around('ledger', () => ledger.settle(shop, decision))(),
      },
    }),
  };
}

/** One round; a process that dies in it is started again for the next one. */
async function mortalRound(world: CreditWorld): Promise<void> {
  await world.round().catch((error: unknown) => {
    if (!(error instanceof Error && error.message === 'killed')) throw error;
  });
}

/** What is redeemed before the first round has seen the switch is not debited. */
async function switchOn(world: CreditWorld): Promise<void> {
  await world.switchTo('shopify');
  while ((await world.storeCredit.state(SHOP).catch(() => undefined)) === undefined)
    await mortalRound(world);
}

async function shortDay(world: CreditWorld): Promise<void> {
  const sold = await world.sell(800);
  await mortalRound(world);
  await world.giveBack(sold, 300);
  world.fake.change(ALICE, EUR, -50, { event: 'ORDER_PAYMENT' });
  await mortalRound(world);
}

describe('one fault', () => {
  it('[SK17] at whatever call, each transfer is done once and balances agree', async () => {
    const kinds = {
      shopify: ['killed', 'unanswered'],
      database: ['killed'],
      ledger: ['killed'],
    } as const;
    const planned: { place: number; fault: Fault }[] = [];
    let place = 0;
    let hit: { place: number; fault: Fault } | undefined;
    let isDry = true;
    const faults: Faults = {
      at(call) {
        place += 1;
        if (isDry) for (const fault of kinds[call]) planned.push({ place, fault });
        return hit?.place === place ? hit.fault : undefined;
      },
    };
    for (let n = -1; n < planned.length; n += 1) {
      const world = await openCreditWorld(disturbed(() => faults));
      hit = undefined;
      await switchOn(world);
      place = 0;
      if (n < 0) planned.length = 0;
      hit = planned[n];
      await shortDay(world);
      isDry = false;
      hit = undefined;
      await world.rest();
      const found = {
        alice: world.fake
          .transactions(ALICE, EUR)
          .map(({ kind, amount }) => `${kind} ${amount}`)
          .sort(),
        balance: world.fake.balance(ALICE, EUR),
        told: await world.credit(ALICE),
        open: (await world.storeCredit.state(SHOP))?.open,
        faults: await world.books.ledger.verify(SHOP),
      };
      expect(found, `with ${JSON.stringify(planned[n])}`).toEqual({
        alice: ['credit 300', 'credit 3000', 'debit 50', 'debit 800'],
        balance: 2_450,
        told: 2_450,
        open: { waiting: 0, sent: 0, conflict: 0 },
        faults: [],
      });
      await world.close();
    }
    expect(planned.length).toBeGreaterThan(50);
  });
});

interface Day {
  readonly world: CreditWorld;
  readonly random: SeededRandom;
  /** What each customer's balance must come to by everything that was done. */
  readonly due: Map<number, number>;
  readonly sold: { readonly ref: string; readonly customer: number; left: number }[];
  readonly hasNotes: boolean;
}

const add = ({ due }: Day, customer: number, amount: number) =>
  due.set(customer, (due.get(customer) ?? 0) + amount);

async function act(day: Day): Promise<void> {
  const { world, random, sold, hasNotes } = day;
  const customer = random.pick([ALICE, BOB]);
  const choice = random.below(10);
  if (choice < 3) {
    const amount = 100 * random.between(1, 4);
    sold.push({ ref: await world.sell(amount, customer), customer, left: amount });
    add(day, customer, 0 - amount);
  } else if (choice < 4) {
    const one = sold.length === 0 ? undefined : random.pick(sold);
    if (one === undefined || one.left < 100) return;
    await world.giveBack(one.ref, 100);
    one.left -= 100;
    add(day, one.customer, 100);
  } else if (choice < 6) {
    // Without notes nobody can tell a change by hand of our own amount from ours.
    const event = random.pick(['ADJUSTMENT', 'ORDER_PAYMENT'] as const);
    const amount = 100 * random.between(1, 4) + (event === 'ADJUSTMENT' && !hasNotes ? 37 : 0);
    const isDebit = random.chance(0.4) && world.fake.balance(customer, EUR) >= amount;
    world.fake.change(customer, EUR, isDebit ? 0 - amount : amount, { event });
    add(day, customer, isDebit ? 0 - amount : amount);
  } else if (choice < 9) {
    await mortalRound(world);
  } else {
    world.advance(random.between(1, 12) * 60_000);
    const second = world
      .another()
      .chore.run(SHOP, 0)
      .catch(() => undefined);
    await Promise.all([mortalRound(world), second]);
  }
}

async function longDay(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const hasNotes = random.chance(0.5);
  let share = 0.05;
  const faults: Faults = {
    at: (call, when) => {
      if (!random.chance(share)) return undefined;
      if (call !== 'shopify') return 'killed';
      // Who was told that it is not done can rely on it.
      const told = when === 'before' ? (['throttled', 'denied'] as const) : [];
      return random.pick(['killed', 'unanswered', ...told]);
    },
  };
  const world = await openCreditWorld({ ...disturbed(() => faults), hasNotes });
  const day: Day = { world, random, due: new Map(), sold: [], hasNotes };
  add(day, ALICE, 3_000);
  add(day, BOB, 1_200);
  await switchOn(world);
  for (let n = 0; n < 40; n += 1) await act(day);
  share = 0;
  await world.rest();
  const name = `day ${seed}`;
  for (const customer of [ALICE, BOB]) {
    const open = (await world.storeCredit.conflicts(SHOP)).filter(
      (one) => one.customerId === customer,
    );
    const undone = open.reduce((sum, { amount }) => sum + amount, 0);
    expect(
      open.every(({ problem }) => problem === 'insufficient-funds'),
      name,
    ).toBe(true);
    expect(world.fake.balance(customer, EUR), name).toBe((day.due.get(customer) ?? 0) + undone);
    expect(await world.credit(customer), name).toBe(day.due.get(customer));
    world.fake.change(customer, EUR, 50_000);
  }
  for (const { key } of await world.storeCredit.conflicts(SHOP))
    expect(await world.storeCredit.retry(SHOP, key, 'the owner'), name).toBe(true);
  await world.rest();
  for (const customer of [ALICE, BOB]) {
    const due = (day.due.get(customer) ?? 0) + 50_000;
    expect(world.fake.balance(customer, EUR), name).toBe(due);
    expect(await world.credit(customer), name).toBe(due);
  }
  const none = { waiting: 0, sent: 0, conflict: 0 };
  expect((await world.storeCredit.state(SHOP))?.open, name).toEqual(none);
  expect(await world.books.ledger.verify(SHOP), name).toEqual([]);
  await world.close();
}

describe('days', () => {
  it('[SK18] whatever fails, Shopify’s balance is what everybody did, each once', async () => {
    for (let seed = 1; seed <= DAYS; seed += 1) await longDay(seed);
  });
});
