/**
 * Makes a failing day smaller: fewer events, fewer faults, a plainer profile, as long as the same
 * law is broken. What is left is printed as a test can keep it.
 */
import { runDay, type Day } from '../support/schedule.ts';
import { PROFILES, type DayEvent, type Profile } from './profiles.ts';

export interface Shrunk {
  readonly law: string;
  /** What the smallest day says. */
  readonly text: string;
  readonly day: Day;
  /** Days that were run to get there. */
  readonly tries: number;
}

/** Enough for a day of thirty events and a hundred faults. */
const TRIES_MAX = 500;

/** The law that a violation names. */
export const lawOf = (text: string): string => text.split(' ')[0] ?? '';

/** The smallest day found that breaks the same law as this one; `undefined` if it breaks none. */
export async function shrink(from: Day): Promise<Shrunk | undefined> {
  const first = await runDay(from);
  const [violation] = first.violations;
  if (violation === undefined) return undefined;
  const law = lawOf(violation);
  let text = violation;
  let tries = 1;
  const fails = async (day: Day): Promise<boolean> => {
    if (tries >= TRIES_MAX) return false;
    tries += 1;
    const found = (await runDay(day)).violations.find((one) => lawOf(one) === law);
    text = found ?? text;
    return found !== undefined;
  };
  // From here on faults happen because they are listed, not by chance.
  let day: Day = { ...from, faults: first.faults };
  if (!(await fails(day))) return { law, text: violation, day: from, tries };
  for (let size = Infinity; sizeOf(day) < size;) {
    size = sizeOf(day);
    const before = day;
    const faults = await fewest(day.faults ?? [], (some) => fails({ ...before, faults: some }));
    const events = await fewest(day.events, (some) => fails({ ...before, faults, events: some }));
    day = { ...day, faults, events };
    for (const plainer of PLAINER) {
      const plain = { ...day, profile: { ...day.profile, ...plainer } };
      if (isPlainer(plain.profile, day.profile) && (await fails(plain))) day = plain;
    }
  }
  // Says once more what the smallest one comes to.
  tries = Math.min(tries, TRIES_MAX - 1);
  await fails(day);
  return { law, text, day, tries };
}

const sizeOf = ({ events, faults = [] }: Day): number => events.length + faults.length;

const PLAINER: readonly Partial<Profile>[] = [
  { overHttp: false },
  { hasBackups: false },
  { foreignKeys: 0 },
  { registers: 1 },
  { registers: 2 },
  { customers: 1 },
  { startsOffline: 0 },
  { latency: { storage: 0, network: 20, cart: 200 } },
];

const isPlainer = (a: Profile, b: Profile): boolean =>
  a.registers <= b.registers && JSON.stringify(a) !== JSON.stringify(b);

/**
 * As few of these as still fail: halves are left out, then quarters, down to each by itself.
 */
async function fewest<T>(
  all: readonly T[],
  fails: (some: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let left = all;
  if (left.length > 0 && (await fails([]))) return [];
  for (
    let size = Math.ceil(left.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  )
    for (let at = 0; at < left.length;) {
      const some = [...left.slice(0, at), ...left.slice(at + size)];
      if (some.length < left.length && (await fails(some))) left = some;
      else at += size;
    }
  return left;
}

/** A day as a test keeps it. */
export interface KeptDay {
  readonly law: string;
  readonly title: string;
  readonly seed: number;
  /** What differs from a calm day. */
  readonly profile: Partial<Profile>;
  /** "e7 45000 tap 2": key, milliseconds, act, number of the device. */
  readonly events: readonly string[];
  readonly faults: readonly string[];
}

const KEPT = [
  'registers',
  'customers',
  'latency',
  'startsOffline',
  'foreignKeys',
  'hasBackups',
  'strict',
  'overHttp',
] as const;

/** What a shrunk day is kept as. */
export function keptOf({ law, text, day }: Shrunk): KeptDay {
  const calm = calmProfile();
  const differs = KEPT.filter(
    (name) => JSON.stringify(day.profile[name]) !== JSON.stringify(calm[name]),
  );
  return {
    law,
    title: text,
    seed: day.seed,
    profile: Object.fromEntries(differs.map((name) => [name, day.profile[name]])),
    events: day.events.map(({ key, at, act, device }) => {
      const number = (device % day.profile.registers) + 1;
      return `${key} ${at} ${act} ${number}`;
    }),
    faults: day.faults ?? [],
  };
}

/** The day that was kept. */
export function dayFrom({ seed, profile, events, faults }: KeptDay): Day {
  return {
    seed,
    profile: { ...calmProfile(), ...profile },
    events: events.map((line): DayEvent => {
      const [key = '', at, act, number] = line.split(' ');
      return { key, at: Number(at), act: act as DayEvent['act'], device: Number(number) - 1 };
    }),
    faults,
  };
}

function calmProfile(): Profile {
  const calm = PROFILES.find(({ name }) => name === 'calm');
  if (calm === undefined) throw new Error('there is no calm profile');
  return calm;
}
