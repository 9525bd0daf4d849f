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
