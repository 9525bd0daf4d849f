/**
 * Any sequence of what can happen to one customer's points through the cart app extension, against
 * a few lines that say what must come of it.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../support/property-seed.ts';
import { ACTION_MS } from '../../server/cart-extension/action-id.ts';
import { MISSING_OFFLINE_MS } from '../../server/ledger/settle-case.ts';
import { openCartWorld, type CartWorld } from './cart-extension-world.ts';
import { ALICE, commit, id, intent, ref, registerOf, SHOP } from './world.ts';

const RUNS = 25;
const STEPS_MAX = 40;
const COST = 500;
const HOUR_MS = 3_600_000;

type Step =
  | { readonly do: 'offer' | 'release' }
  | { readonly do: 'perform' | 'revert' | 'order' | 'race'; readonly which: number }
  | { readonly do: 'register'; readonly amount: number; readonly isOffline: boolean }
  | { readonly do: 'wait'; readonly hours: number };

const which = fc.nat({ max: 3 });
const steps = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.constant<Step>({ do: 'offer' }) },
    { weight: 5, arbitrary: which.map((n): Step => ({ do: 'perform', which: n })) },
    { weight: 3, arbitrary: which.map((n): Step => ({ do: 'revert', which: n })) },
    { weight: 2, arbitrary: which.map((n): Step => ({ do: 'order', which: n })) },
    { weight: 1, arbitrary: which.map((n): Step => ({ do: 'race', which: n })) },
    { weight: 2, arbitrary: fc.constant<Step>({ do: 'release' }) },
    {
      weight: 1,
      arbitrary: fc
        .record({ amount: fc.constantFrom(100, 400), isOffline: fc.boolean() })
        .map((tap): Step => ({ do: 'register', ...tap })),
    },
    { weight: 1, arbitrary: fc.constantFrom(1, 25).map((n): Step => ({ do: 'wait', hours: n })) },
  ),
  { minLength: 5, maxLength: STEPS_MAX },
);

interface Action {
  readonly id: string;
  readonly until: number;
  state: 'open' | 'held' | 'sold';
  /** Whether it is remembered that it was performed. */
  begun: 'no' | 'perhaps' | 'yes';
  releasedAt: number;
}

/** What must be so, kept in a few numbers. */
interface Model {
  balance: number;
  /** Taken by registers, and never given back here. */
  taken: number;
  readonly actions: Action[];
}

/** Actions that were offered and are tried; the newest four. */
const pick = ({ actions }: Model, n: number): Action | undefined =>
  actions.slice(-4)[n % Math.min(4, Math.max(1, actions.length))];

async function take(world: CartWorld, model: Model, step: Step, n: number): Promise<void> {
  const now = world.clock.time;
  switch (step.do) {
    case 'wait':
      world.clock.time += step.hours * HOUR_MS;
      return;
    case 'offer':
      return offer(world, model);
    case 'release':
      await world.ledger.releaseMissing(SHOP, now);
      for (const action of model.actions)
        if (action.state === 'held' && action.releasedAt <= now) give(model, action);
      return;
    case 'register':
      return tapAtRegister(world, model, step, n);
    default: {
      const action = pick(model, step.which);
      if (action === undefined) return;
      if (step.do === 'perform') return perform(world, model, action);
      if (step.do === 'revert') return revert(world, model, action);
      return step.do === 'order' ? order(world, model, action) : race(world, model, action);
    }
  }
}

async function offer(world: CartWorld, model: Model): Promise<void> {
  const { points_balance: shown, actions } = await world.promotions();
  expect(shown).toBe(String(model.balance));
  expect(actions).toHaveLength(model.balance >= COST ? 1 : 0);
  const minute = Math.floor((world.clock.time + ACTION_MS) / 60_000) * 60_000;
  for (const { action_id: made } of actions)
    model.actions.push({ id: made, until: minute, state: 'open', begun: 'no', releasedAt: 0 });
}

async function perform(world: CartWorld, model: Model, action: Action): Promise<void> {
  const [status] = await world.perform(action.id);
  expect(status).toBe(expected(world, model, action));
  if (status !== 404 && action.state === 'open') action.begun = 'yes';
  if (status === 200 && action.state === 'open') hold(world, model, action);
}

function expected(world: CartWorld, model: Model, { state, until }: Action): number {
  if (state === 'held') return 200;
  if (state === 'sold' || until <= world.clock.time) return 404;
  return model.balance >= COST ? 200 : 500;
}

function hold(world: CartWorld, model: Model, action: Action): void {
  model.balance -= COST;
  action.state = 'held';
  action.releasedAt = world.clock.time + MISSING_OFFLINE_MS;
}

function give(model: Model, action: Action): void {
  model.balance += COST;
  action.state = 'open';
}

async function revert(world: CartWorld, model: Model, action: Action): Promise<void> {
  const [status] = await world.revert(action.id);
  const isFound = action.begun === 'yes' || action.until > world.clock.time;
  if (action.begun !== 'perhaps') expect(status).toBe(isFound ? 200 : 404);
  if (action.state === 'held') give(model, action);
}

/** The same order as often as it is told. */
async function order(world: CartWorld, model: Model, action: Action): Promise<void> {
  const orderId = model.actions.indexOf(action) + 1;
  const refs = await world.cart.refsOfActions(SHOP, [action.id]);
  expect(refs).toHaveLength(1);
  const body = { captured: null, orderId, saleKey: `order-${orderId}` };
  const [name] = refs;
  const sale = commit({ id: id('ORDER', orderId), ref: name ?? ref('NONE'), hold: null, body });
  await world.sync({ register: registerOf('desk'), operations: [sale] });
  if (action.state === 'open') model.balance -= COST;
  action.state = 'sold';
  action.begun = 'yes';
}

/** Taps and a removal at the same moment: either order is right, and nothing in between. */
async function race(world: CartWorld, model: Model, action: Action): Promise<void> {
  await Promise.all([world.perform(action.id), world.revert(action.id), world.perform(action.id)]);
  const balance = await world.balance();
  if (action.state === 'sold') return void expect(balance).toBe(model.balance);
  if (action.state === 'held') give(model, action);
  expect([model.balance, model.balance - COST]).toContain(balance);
  if (action.begun === 'no') action.begun = 'perhaps';
  await world.revert(action.id);
}

async function tapAtRegister(
  world: CartWorld,
  model: Model,
  step: Step & { readonly do: 'register' },
  n: number,
): Promise<void> {
  const { amount, isOffline } = step;
  const tap = intent({
    id: id('TAP', n + 1),
    ref: ref(`T${n}`),
    hold: { customer: ALICE, unit: 'points', amount },
    body: { offline: isOffline },
  });
  await world.sync({ operations: [tap], authorise: isOffline ? [] : [tap.id] });
  if (!isOffline && amount > model.balance) return;
  model.balance -= amount;
  model.taken += amount;
}

/** The books of Alice's points as the few numbers have them. */
async function check(world: CartWorld, model: Model): Promise<void> {
  expect(await world.ledger.verify(SHOP)).toEqual([]);
  const accounts = await world.database.read(SHOP, async (reader) => {
    const keys = (await reader.customers([ALICE])).map(({ key }) => key);
    return reader.accounts(keys);
  });
  const count = (state: Action['state']) =>
    model.actions.filter((action) => action.state === state).length;
  expect(accounts.find(({ unit }) => unit === 'points')).toMatchObject({
    customer: model.balance,
    held: count('held') * COST + model.taken,
    redeemed: count('sold') * COST,
    issued: -1_000,
  });
}

describe('sequences', () => {
  it('[CE16] whatever happens in whatever order, the books are right after each step', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const world = await openCartWorld();
        const model: Model = { balance: 1_000, taken: 0, actions: [] };
        try {
          for (const [n, step] of sequence.entries()) {
            await take(world, model, step, n);
            expect(await world.balance()).toBe(model.balance);
          }
          await check(world, model);
        } finally {
          await world.close();
        }
      }),
      { numRuns: RUNS },
    );
  });
});
