/** One seeded day from the first tap to the last answer, and the laws that must hold all along. */
import type { Unit } from '../../shared/amount.ts';
import type { CustomerId } from '../../shared/protocol.ts';
import type { View } from '../../extensions/register/view.ts';
import type { PortOf } from '../register/counter.ts';
import { checkBooks, checkEnded } from '../seeded/books.ts';
import { randomOf, textHash } from '../seeded/faults.ts';
import { checkStep } from '../seeded/laws.ts';
import { happen } from '../seeded/people.ts';
import {
  OPENING_MS,
  drawEvents,
  profileOf,
  type DayEvent,
  type Profile,
} from '../seeded/profiles.ts';
import type { Reach } from '../seeded/reach.ts';
import { createWorld, emptyCart, type Device, type World } from './world.ts';

export interface ScheduleResult {
  readonly seed: number;
  readonly profile: string;
  readonly violations: readonly string[];
  readonly promised: number;
  readonly sales: number;
  readonly operations: number;
  /** Redemptions that spent what was not there; a violation in strict mode alone. */
  readonly overspent: number;
  /** What the taps came to, for a look at how much a run really reaches. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** How often it met each fault, act and row of the crash table. */
  readonly reach: Reach;
  /** Faults that happened, in the form that `Day.faults` takes. */
  readonly faults: readonly string[];
  /** Hash of everything that happened, to show that a seed is one run and no other. */
  readonly trace: number;
}

/** A day as data: what a seed draws, or what is left of it after it was made smaller. */
export interface Day {
  readonly seed: number;
  readonly profile: Profile;
  readonly events: readonly DayEvent[];
  /** The faults that happen, and no others; without it chance decides. */
  readonly faults?: readonly string[];
}

const MINUTE_MS = 60_000;
/** What is under way ends first, as on a device that is left alone for a while. */
const ENDING_MS = 65_000;
const STEP_MS = 10_000;
/** Long enough for a context that has just begun to report what it has not seen since. */
const SETTLING_MS = 80_000;
const CALM_MAX_MS = 180 * MINUTE_MS;

/** The day of a seed; `fixed` takes the place of what its profile says. */
export function dayOf(seed: number, fixed: Partial<Profile> = {}, name?: string): Day {
  const profile = fitting({ ...profileOf(seed, name), ...fixed });
  return { seed, profile, events: drawEvents(seed, profile) };
}

/** Strict mode does not hold against a store that loses what it had stored. */
function fitting(profile: Profile): Profile {
  if (!profile.strict) return profile;
  return { ...profile, acts: { ...profile.acts, 'power-cut': 0, restore: 0 } };
}

/** Runs one seed; `violations` is empty when every law held. */
export function runSchedule(
  seed: number,
  fixed: Partial<Profile> = {},
  portOf?: PortOf,
): Promise<ScheduleResult> {
  return runDay(dayOf(seed, fixed), portOf);
}

export async function runDay(day: Day, portOf?: PortOf): Promise<ScheduleResult> {
  const { seed, profile } = day;
  const faults = day.faults === undefined ? undefined : new Set(day.faults);
  const world = await createWorld({ seed, profile, faults, portOf });
  const { time, devices, oracle } = world;
  const check = (): Promise<void> => checkStep(world);
  try {
    const other = await world.server.positionOfOther();
    for (const device of devices) world.startBackground(device);
    // Most pop-ups open where there is a network, and lose it.
    await time.runUntil(world.startedAt + OPENING_MS, check);
    for (const device of devices)
      if (randomOf(seed, `start ${device.number}`).chance(profile.startsOffline))
        world.connect(device, false);
    for (const event of day.events) {
      await time.runUntil(world.startedAt + event.at, check);
      happen(world, event);
    }
    await comeToRest(world, check);
    const { operations, overspent } = await checkBooks(world);
    await checkEnded(world);
    await checkOthers(world, other);
    countAtEnd(world);
    const { told, orders, violations, outcomes } = oracle;
    return {
      seed,
      profile: profile.name,
      violations,
      promised: told.length,
      sales: orders.reduce((sum, { taken }) => sum + taken.size, 0),
      operations,
      overspent,
      outcomes,
      reach: world.reach,
      faults: world.faults.hit,
      trace: traceOf(world),
    };
  } finally {
    for (const device of devices) for (const { register } of device.contexts) register.stop();
    await world.close();
  }
}

function countAtEnd({ oracle, reached }: World): void {
  for (const { taken, handledAt } of oracle.orders)
    if (taken.size > 0 && handledAt === undefined)
      reached('row: order completed, event never handled');
}

/** The storm is over: everything is connected, contexts are fresh, and all must come to rest. */
async function comeToRest(world: World, check: () => Promise<void>): Promise<void> {
  const { time, devices, oracle, server, profile } = world;
  await time.runUntil(time.now() + ENDING_MS, check);
  world.isCalm = true;
  for (const device of devices) {
    for (const context of [...device.contexts]) world.kill(context);
    // Nobody goes on with what lies on the carts.
    emptyCart(device);
    world.connect(device, true);
    world.startBackground(device);
  }
  const from = time.now();
  while (time.now() < from + CALM_MAX_MS) {
    if (profile.hasBackups) await server.backUp();
    await time.runUntil(time.now() + STEP_MS, check);
    const isSettled = time.now() >= from + SETTLING_MS || !devices.some(hasOpen);
    if (isSettled && (await isAtRest(world))) break;
  }
  for (const device of devices) {
    const { pending, damaged } = await device.view();
    if (pending.length > 0)
      oracle.violations.push(
        `IV5 ${device.id} still waits: ${pending.map(({ id }) => id).join(' ')}`,
      );
    for (const stale of await staleAccounts(world, device)) oracle.violations.push(`IV5 ${stale}`);
    if (damaged.length > 0) oracle.violations.push(`IV5 ${device.id} keeps damaged records`);
  }
}

/** Nothing more happens by itself to what is closed; a context that has not looked can't say. */
const hasOpen = ({ contexts }: Device): boolean =>
  contexts.some(({ register }) => !register.state().ready || register.state().open.length > 0);

async function isAtRest(world: World): Promise<boolean> {
  for (const device of world.devices) {
    if ((await device.view()).pending.length > 0) return false;
    if ((await staleAccounts(world, device)).length > 0) return false;
  }
  return true;
}

/** Another shop's records on the devices, and its books, are as they were. */
async function checkOthers(world: World, position: number): Promise<void> {
  const { oracle, devices, server } = world;
  for (const { id, memory, foreign } of devices)
    for (const [key, value] of foreign)
      if ((await memory.get(key)) !== value)
        oracle.violations.push(`SM4 ${id} changed another shop's record`);
  if ((await server.positionOfOther()) !== position)
    oracle.violations.push("SM4 another shop's books moved");
}

/**
 * What the ledger refused while it was being promised, and nothing has closed since: no balance of
 * the ledger includes it, and the device must go on taking it off.
 */
function promisedAgainst(view: View, customer: CustomerId, unit: Unit): number {
  const all = [...view.operations.values()];
  const closed = new Set(
    all.filter(({ kind }) => kind === 'void' || kind === 'commit').map(({ ref }) => ref),
  );
  return all
    .filter(({ id, kind, ref }) => {
      const reason = view.balances.remarks.get(id)?.reason ?? '';
      const isRefused = ['balance-too-low', 'set-aside'].includes(reason);
      return kind === 'intent' && isRefused && !closed.has(ref);
    })
    .filter(({ hold }) => hold?.customer === customer && hold.unit === unit)
    .reduce((sum, { hold }) => sum + (hold?.amount ?? 0), 0);
}

/** Accounts for which this device shows another balance than the ledger has. */
async function staleAccounts({ server, customers }: World, device: Device): Promise<string[]> {
  const view = await device.view();
  const stale: string[] = [];
  for (const customer of customers)
    for (const { unit, balance } of await server.ledger().balances(server.shop, customer)) {
      const shown = view.available(customer, unit)?.available;
      const wanted = balance - promisedAgainst(view, customer, unit);
      if (shown !== wanted)
        stale.push(`${device.id} shows ${shown} ${unit} of ${customer}, not ${wanted}`);
    }
  return stale;
}

/** What happened, and what the oracle saw of it, as one number. */
function traceOf({ oracle, time, devices, trace }: World): number {
  const text = JSON.stringify([
    time.now(),
    oracle.told.map(({ ref, amount, tappedAt }) => [ref, amount, tappedAt]),
    oracle.orders.map(({ taken, handledAt }) => [[...taken], handledAt]),
    devices.map(({ newest }) => newest),
  ]);
  return textHash(text, trace);
}
