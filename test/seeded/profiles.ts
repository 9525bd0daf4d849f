/**
 * Kinds of days: how many registers and customers, what people do how often, and how likely each
 * fault is at each call. Two faults that never meet under one table do meet under another.
 */
import type { SeededRandom } from '../support/seeded-random.ts';
import { randomOf, type Shares } from './faults.ts';

/** What can happen beside the calls of the registers, each with what it needs drawn. */
export const ACTS = [
  'fill',
  'tap',
  'tap-twice',
  'remove',
  'sell',
  'return',
  'staff-removes',
  'staff-edits',
  'clear',
  'reopen',
  'change-customer',
  'bustle',
  'sync',
  'kill',
  'pause',
  'outage',
  'clock-jump',
  'power-cut',
  'policy',
  'program',
  'back-up',
  'restore',
] as const;
export type Act = (typeof ACTS)[number];

export interface Profile {
  readonly name: string;
  readonly registers: number;
  readonly customers: number;
  /** Events of the day. */
  readonly events: number;
  /** Longest time between two of them, ms. */
  readonly gapMs: number;
  /** Longest time of one call, ms. */
  readonly latency: { readonly storage: number; readonly network: number; readonly cart: number };
  readonly acts: Readonly<Partial<Record<Act, number>>>;
  readonly faults: Shares;
  /** Share of registers that begin the day without a network. */
  readonly startsOffline: number;
  /** Keys that another shop's records take up on each device. */
  readonly foreignKeys: number;
  /** Registers are told what a backup covers; the server can be restored from one. */
  readonly hasBackups: boolean;
  /** Whether the shop's registers hold to leases. */
  readonly strict: boolean;
  /** The real HTTP server on loopback, instead of what stands behind it. */
  readonly overHttp: boolean;
}

/** What people do on any day. */
const PEOPLE = {
  fill: 4,
  tap: 6,
  remove: 1,
  sell: 4,
  'staff-removes': 1,
  clear: 1,
} satisfies Profile['acts'];

const CALM: Profile = {
  name: 'calm',
  registers: 2,
  customers: 2,
  events: 16,
  gapMs: 15_000,
  latency: { storage: 5, network: 200, cart: 500 },
  acts: PEOPLE,
  faults: {},
  startsOffline: 0,
  foreignKeys: 0,
  hasBackups: false,
  strict: false,
  overHttp: false,
};

const STORAGE_FAULTS = {
  'storage-before': 0.03,
  'storage-after': 0.03,
  'storage-late': 0.03,
  'storage-hangs': 0.004,
  'storage-torn': 0.3,
} satisfies Shares;
const NETWORK_FAULTS = {
  'request-lost': 0.15,
  'answer-lost': 0.2,
  'request-doubled': 0.3,
  'request-late': 0.1,
} satisfies Shares;
const WRONG_ANSWERS = {
  'answer-401': 0.05,
  'answer-403': 0.05,
  'answer-429': 0.06,
  'answer-500': 0.06,
  'answer-503': 0.05,
  'captive-portal': 0.08,
} satisfies Shares;
const SERVER_FAULTS = {
  'server-before-commit': 0.12,
  'server-after-commit': 0.12,
} satisfies Shares;
const DEATHS = { 'dies-before': 0.008, 'dies-after': 0.012, 'app-dies': 0.006 } satisfies Shares;
const CART_FAULTS = {
  'cart-before': 0.12,
  'cart-after': 0.12,
  'cart-late': 0.12,
  'cart-hangs': 0.1,
} satisfies Shares;

/** Named tables; `npm run simulate -- --profile NAME` runs days of one of them alone. */
export const PROFILES: readonly Profile[] = [
  CALM,
  {
    ...CALM,
    name: 'offline',
    registers: 3,
    acts: { ...PEOPLE, tap: 8, outage: 3, 'tap-twice': 1, bustle: 1 },
    startsOffline: 0.8,
  },
  {
    ...CALM,
    name: 'storage',
    latency: { ...CALM.latency, storage: 200 },
    acts: { ...PEOPLE, outage: 1, bustle: 1, kill: 1, sync: 1 },
    faults: STORAGE_FAULTS,
  },
  {
    ...CALM,
    name: 'full',
    registers: 1,
    events: 10,
    acts: { ...PEOPLE, bustle: 5, outage: 1, sync: 1 },
    faults: { 'storage-after': 0.02, 'dies-after': 0.004 },
    startsOffline: 0.7,
    foreignKeys: 76,
  },
  {
    ...CALM,
    name: 'busy',
    registers: 1,
    events: 12,
    latency: { ...CALM.latency, storage: 20 },
    acts: { ...PEOPLE, bustle: 8, outage: 1, sync: 2 },
    faults: { 'dies-after': 0.006, 'storage-after': 0.01, 'storage-hangs': 0.002 },
    startsOffline: 0.8,
  },
  {
    ...CALM,
    name: 'deaths',
    latency: { ...CALM.latency, storage: 50 },
    acts: { ...PEOPLE, tap: 8, sell: 5, kill: 2, outage: 1 },
    faults: { ...DEATHS, pauses: 0.006 },
    startsOffline: 0.3,
  },
  {
    ...CALM,
    name: 'opening',
    registers: 3,
    events: 4,
    acts: { ...PEOPLE, sync: 3, kill: 2 },
    faults: { 'storage-before': 0.04, 'storage-after': 0.04, 'dies-after': 0.02 },
  },
  {
    ...CALM,
    name: 'power',
    acts: { ...PEOPLE, 'power-cut': 4, outage: 1, sync: 1 },
    faults: { 'app-dies': 0.004 },
    startsOffline: 0.4,
  },
  {
    ...CALM,
    name: 'cart',
    registers: 2,
    acts: {
      ...PEOPLE,
      tap: 9,
      'staff-edits': 4,
      'change-customer': 4,
      remove: 3,
      reopen: 4,
      return: 2,
    },
    faults: { ...CART_FAULTS, 'app-dies': 0.003 },
    startsOffline: 0.3,
  },
  {
    ...CALM,
    name: 'captive',
    acts: { ...PEOPLE, outage: 1, sync: 3 },
    faults: { ...NETWORK_FAULTS, ...WRONG_ANSWERS },
    latency: { ...CALM.latency, network: 4_000 },
  },
  {
    ...CALM,
    name: 'server',
    acts: { ...PEOPLE, sync: 3 },
    faults: { ...SERVER_FAULTS, ...NETWORK_FAULTS },
    overHttp: true,
  },
  {
    ...CALM,
    name: 'restore',
    acts: { ...PEOPLE, sync: 2, 'back-up': 3, restore: 2, outage: 1, return: 1 },
    faults: { 'answer-lost': 0.1, 'request-doubled': 0.1, 'dies-after': 0.003 },
    hasBackups: true,
  },
  {
    ...CALM,
    name: 'clock',
    acts: { ...PEOPLE, 'clock-jump': 4, outage: 2, sync: 1, return: 1 },
    startsOffline: 0.4,
  },
  {
    ...CALM,
    name: 'sleep',
    registers: 1,
    events: 14,
    acts: { ...PEOPLE, pause: 2, sync: 1, outage: 1 },
    faults: { pauses: 0.01, 'pauses-hours': 0.003 },
  },
  {
    ...CALM,
    name: 'many-registers',
    registers: 5,
    customers: 1,
    events: 24,
    acts: { ...PEOPLE, tap: 9, 'tap-twice': 2, outage: 2, reopen: 1, sync: 1 },
    startsOffline: 0.5,
  },
  {
    ...CALM,
    name: 'policy-changes',
    acts: { ...PEOPLE, policy: 2, program: 2, sync: 2, outage: 2, return: 1 },
    startsOffline: 0.2,
  },
  {
    ...CALM,
    name: 'returns',
    acts: { ...PEOPLE, sell: 6, return: 5, outage: 1, kill: 1, 'change-customer': 1 },
    faults: { 'answer-lost': 0.1, 'dies-after': 0.003 },
    startsOffline: 0.2,
  },
];

/** The profile whose every weight is drawn anew for each seed. */
export const STORM = 'storm';
export const PROFILE_NAMES: readonly string[] = [STORM, ...PROFILES.map(({ name }) => name)];

/** What seeds draw from: days on which much is rare come more than once. */
const OFTEN: ReadonlySet<string> = new Set(['cart', 'busy']);
const DRAWN = [...PROFILES, ...PROFILES.filter(({ name }) => OFTEN.has(name))];

/** The profile of a seed; of this name where one is given. */
export function profileOf(seed: number, name?: string): Profile {
  const random = randomOf(seed, 'profile');
  if (name === undefined) return random.chance(0.3) ? storm(random) : random.pick(DRAWN);
  if (name === STORM) return storm(random);
  const found = PROFILES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no profile ${name}: ${PROFILE_NAMES.join(', ')}`);
  return found;
}

/** Everything drawn: two faults that never meet in a named profile do meet in some storm. */
function storm(random: SeededRandom): Profile {
  const rare = (most: number): number =>
    random.chance(0.5) ? 0 : (random.below(1_000) / 1_000) * most;
  const all = {
    ...STORAGE_FAULTS,
    ...NETWORK_FAULTS,
    ...WRONG_ANSWERS,
    ...SERVER_FAULTS,
    ...DEATHS,
    ...CART_FAULTS,
    pauses: 0.01,
  };
  const faults = Object.fromEntries(
    Object.entries(all).map(([kind, share]) => [kind, rare(share * 2)]),
  );
  const some = (most: number): number => random.below(most + 1);
  return {
    name: STORM,
    registers: random.between(1, 3),
    customers: random.between(1, 2),
    events: random.between(8, 28),
    gapMs: 20_000,
    latency: {
      storage: random.pick([0, 2, 20, 200, 3_000]),
      network: random.pick([20, 200, 1_500, 9_000]),
      cart: random.pick([200, 1_000]),
    },
    acts: {
      ...PEOPLE,
      'tap-twice': some(3),
      return: some(2),
      'staff-edits': some(2),
      reopen: some(2),
      'change-customer': some(2),
      bustle: random.chance(0.3) ? 8 : 0,
      sync: some(3),
      kill: some(3),
      pause: some(2),
      outage: some(3),
      'clock-jump': some(1),
      policy: some(1),
      program: some(1),
    },
    faults,
    startsOffline: 0.3,
    foreignKeys: random.chance(0.2) ? random.below(80) : 0,
    hasBackups: false,
    strict: false,
    overHttp: random.chance(0.05),
  };
}

/** One thing that happens at its time, whatever happens beside it. */
export interface DayEvent {
  /** Names it, and everything that is drawn for it. */
  readonly key: string;
  /** Milliseconds since the day began. */
  readonly at: number;
  readonly act: Act;
  /** Number of the device; devices beyond the last begin anew with the first. */
  readonly device: number;
}

/** Before the first event: what a register does when it starts. */
export const OPENING_MS = 15_000;

/** The day of a seed as a list, in order of time. */
export function drawEvents(seed: number, profile: Profile): readonly DayEvent[] {
  const random = randomOf(seed, 'events');
  const weights = ACTS.map((act) => [act, profile.acts[act] ?? 0] as const);
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  let at = OPENING_MS;
  return Array.from({ length: profile.events }, (_, i): DayEvent => {
    let draw = random.below(total);
    const found = weights.find(([, weight]) => (draw -= weight) < 0);
    const event = { key: `e${i + 1}`, at, act: found?.[0] ?? 'fill' };
    at += random.below(profile.gapMs);
    return { ...event, device: random.below(60) };
  });
}
