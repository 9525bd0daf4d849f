/** One scene with one fault (or two), and which faults there are to play it with. */
import { FAULT_KINDS, type Fault, type FaultKind, type PointMet } from '../support/single-fault.ts';
import { createSweptWorld } from '../support/swept-world.ts';
import { comeToRest, faultsAtRest } from './sweep-checks.ts';
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
    return {
      points: world.injector.points,
      hit: world.injector.hit,
      rows: [...rows],
      violations: await faultsAtRest(world, scenario),
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

const SAME_MOMENT_MS = 5;
const AT_READ: ReadonlySet<FaultKind> = new Set(['kill-before', 'kill-app-before', 'hangs-before']);

/**
 * Whether the case can't come out differently from one that is played: a context that dies, or
 * waits for ever, before a read has done just what it had done before its own next call a moment
 * later.
 */
export function isSameAsNext(points: readonly PointMet[], { at, kind }: Fault): boolean {
  const [point, next] = [points[at], points[at + 1]];
  if (point === undefined || next === undefined) return false;
  if (point.callClass !== 'read' || !AT_READ.has(kind)) return false;
  return next.context === point.context && next.at - point.at <= SAME_MOMENT_MS;
}
