/** One scene with one fault (or two), and which faults there are to play it with. */
import { FAULT_KINDS, type Fault, type FaultKind, type PointMet } from '../support/single-fault.ts';
import { STORAGE_MS, createSweptWorld } from '../support/swept-world.ts';
import { comeToRest, faultsAfterRelease, faultsAtRest } from './sweep-checks.ts';
import { rowsMet, type CrashRow } from './sweep-rows.ts';
import type { Scenario } from './sweep-scenarios.ts';

export interface Outcome {
  readonly points: readonly PointMet[];
  readonly hit: readonly Fault[];
  readonly rows: readonly CrashRow[];
  readonly violations: readonly string[];
  readonly told: number;
  readonly refused: number;
}

/** Plays a scene with these faults, until all is at rest, and looks at everything. */
export async function runCase(scenario: Scenario, faults: readonly Fault[]): Promise<Outcome> {
  const rows = new Set<CrashRow>();
  const world = await createSweptWorld({
    faults,
    registers: scenario.registers,
    hasBackups: scenario.hasBackups === true,
    async noticed(of, fault, point) {
      for (const row of await rowsMet(of, fault, point)) rows.add(row);
    },
  });
  const [first, second = first] = world.devices;
  if (first === undefined || second === undefined) throw new Error('a scene needs a register');
  try {
    if (scenario.isFresh !== true)
      for (const device of world.devices) world.start(device, 'background');
    await world.time.runUntil(world.time.now() + 5_000);
    world.injector.isArmed = true;
    await world.time.runFor(scenario.play(world, first, second));
    await comeToRest(world);
    const violations = await faultsAtRest(world, scenario);
    return {
      points: world.injector.points,
      hit: world.injector.hit,
      rows: [...rows],
      violations: [...violations, ...(await faultsAfterRelease(world))],
      told: world.oracle.told.length,
      refused: world.oracle.refusals.length,
    };
  } finally {
    await world.close();
  }
}

/** Every single fault that the calls of a run can meet, from one of its points on. */
export function singleFaults(points: readonly PointMet[], from = 0): readonly Fault[] {
  return points.flatMap(({ callClass }, at) =>
    at < from ? [] : FAULT_KINDS[callClass].map((kind): Fault => ({ at, kind })),
  );
}

export interface Case {
  readonly scene: Scenario;
  readonly fault: Fault;
  /** Whether another case is played in its place. */
  readonly isSame: boolean;
  /** The kind of the call and of the fault. */
  readonly kind: string;
}

/** Every single fault at every call of a scene. */
export function casesOf(scene: Scenario, points: readonly PointMet[]): readonly Case[] {
  return singleFaults(points).map((fault) => ({
    scene,
    fault,
    isSame: isSameAsNext(points, fault),
    kind: `${points[fault.at]?.callClass} ${fault.kind}`,
  }));
}

/** How many cases of a kind are played besides the deaths, spread over all scenes. */
const OF_EACH_KIND = 12;

/**
 * The cases for which there is always time: the death of a context before and after every call of
 * every scene, and the same few of every other kind of fault at every kind of call.
 */
export function shareOf(cases: readonly Case[]): readonly Case[] {
  const byKind = Map.groupBy(cases, ({ kind }) => kind);
  return [...byKind.values()].flatMap((all) => {
    if (all.some(({ fault }) => ALWAYS.has(fault.kind))) return all;
    const played = all.filter(({ isSame }) => !isSame);
    const step = Math.max(1, played.length / OF_EACH_KIND);
    return played.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
  });
}

const ALWAYS: ReadonlySet<FaultKind> = new Set(['kill-before', 'kill-after']);
const OF_DEATH: ReadonlySet<FaultKind> = new Set(['kill-before', 'kill-app-before']);

/**
 * Whether the case can't come out differently from one that is played. A context that dies before a
 * read has done just what it had done before its own next call a moment later; one call that waits
 * for ever keeps its work from the next call. And storage is read twice for one picture of it,
 * which fails by either.
 */
export function isSameAsNext(points: readonly PointMet[], { at, kind }: Fault): boolean {
  const [point, next] = [points[at], points[at + 1]];
  if (point?.callClass !== 'read' || next?.context !== point.context) return false;
  if (OF_DEATH.has(kind)) return next.at - point.at <= STORAGE_MS;
  if (kind === 'hangs-before') return isOneAfterTheOther(points, at);
  let [first, last] = [at, at];
  while (isPair(points, first - 1)) first -= 1;
  while (isPair(points, last)) last += 1;
  return (last - first) % 2 === 1 && (at - first) % 2 === 0;
}

/** The call after it is the same context's, made as soon as this one had been answered. */
function isOneAfterTheOther(points: readonly PointMet[], at: number): boolean {
  const [point, next] = [points[at], points[at + 1]];
  if (point === undefined || next === undefined) return false;
  return next.context === point.context && next.at - point.at === STORAGE_MS;
}

function isPair(points: readonly PointMet[], at: number): boolean {
  const isEntries = (place: number): boolean => points[place]?.name.endsWith('entries') === true;
  return isEntries(at) && isEntries(at + 1) && isOneAfterTheOther(points, at);
}
